package main

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/lifecycle-go/lifecycle/metrics"
	"github.com/lifecycle-go/lifecycle/metrics/calendar"
	"github.com/lifecycle-go/lifecycle/metrics/cohort"
)

// fewest is how many customers must be at risk in a month of tenure for its
// churn rate to be called the worst.
const fewest = 10

// cohorts prints what became of the customers by the month they came.
func (p *printer) cohorts(r *report) {
	t := r.cohorts
	if len(t.Cohorts()) == 0 {
		p.title("COHORTS: none observed through %s", t.Through())
		return
	}
	p.title("COHORTS: of the customers who came in a month, %% still paying so many months later (through %s)", t.Through())
	p.line("%s", legend())
	p.line("")
	p.triangle(t, t.Logo, t.WeightedLogo)
	p.title("COHORTS: their MRR, %% of what they paid first")
	p.triangle(t, t.NRR, t.WeightedNRR)
	p.retention(r)
	p.tenure(t.Tenure())
}

// shades from dense to light: the least percentage of each, and its mark.
var shades = []struct {
	percent int64
	mark    string
}{{100, "█"}, {80, "▓"}, {60, "▒"}, {40, "░"}, {0, " "}}

func legend() string {
	parts := make([]string, 0, len(shades))
	for _, s := range shades {
		if s.percent > 0 {
			parts = append(parts, fmt.Sprintf("%s %d %% or more", s.mark, s.percent))
		}
	}
	return strings.Join(parts, "   ")
}

// shaded is a percentage behind the mark that its size deserves, four wide.
func shaded(r metrics.Ratio) string {
	v, ok := r.Decimal(2)
	if !ok {
		return ""
	}
	n := v.Shift(2).IntPart()
	for _, s := range shades {
		if n >= s.percent {
			return s.mark + fmt.Sprintf("%3d", n)
		}
	}
	return fmt.Sprintf("%4d", n)
}

// triangle prints a row for every cohort, and below them the average weighted by
// size over the cohorts that have reached each age.
func (p *printer) triangle(t *cohort.Table, of func(calendar.Month, int) metrics.Ratio, weighted func(int) (metrics.Ratio, cohort.Coverage)) {
	ages := columns(t.Ages(t.Cohorts()[0]))
	head := []string{"cohort", "came"}
	mean, reached := []string{"average", ""}, []string{"cohorts", ""}
	for _, age := range ages {
		head = append(head, strconv.Itoa(age))
		r, coverage := weighted(age)
		mean = append(mean, shaded(r))
		reached = append(reached, strconv.Itoa(coverage.Cohorts))
	}
	g := grid{head}
	for _, c := range t.Cohorts() {
		row := []string{c.String(), count(t.Size(c))}
		for _, age := range ages {
			row = append(row, shaded(of(c, age)))
		}
		g = append(g, row)
	}
	g = append(g, rule, mean, reached)
	g.write(p.out, narrow)
}

// columns are the ages that fit on a page: all of them, or the first year and
// every half year after it.
func columns(n int) []int {
	const fit, year, half = 16, 12, 6
	var out []int
	for age := range n {
		if n <= fit || age <= year || age%half == 0 {
			out = append(out, age)
		}
	}
	return out
}

// retention prints the shares a board asks for.
func (p *printer) retention(r *report) {
	p.title("RETENTION")
	share := func(label string, ratio metrics.Ratio, c cohort.Coverage) []string {
		if c.Cohorts == 0 {
			return []string{label, percent(ratio), "no cohort is old enough"}
		}
		return []string{label, percent(ratio), fmt.Sprintf("of %d customers in %d of %d cohorts", c.Customers, c.Cohorts, c.OfCohorts)}
	}
	two, of2 := r.cohorts.MonthTwo()
	annual, of12 := r.cohorts.Annual()
	rows := [][]string{share("month 2", two, of2), share("annual", annual, of12)}
	if y := r.lastYear; y.Customers > 0 {
		of := fmt.Sprintf("of the %d customers of %s, a year later", y.Customers, y.Base)
		rows = append(rows,
			[]string{"NRR, 12 months", percent(y.NRR), of}, []string{"GRR, 12 months", percent(y.GRR), of},
			[]string{"customers, 12 months", percent(y.Logo), of})
	}
	for _, row := range rows {
		p.line("%-20s  %9s  %s", row[0], row[1], row[2])
	}
}

// tenure prints when customers leave.
func (p *printer) tenure(t cohort.Tenure) {
	p.title("CHURN BY MONTH OF TENURE: of the customers there at the beginning, in their first stay")
	g := grid{{"month", "at risk", "left", "rate", "MRR rate", "survive"}}
	const lines = 19 // a year and a half
	for _, m := range t[:min(len(t), lines)] {
		g = append(g, []string{
			strconv.Itoa(m.Month), count(m.AtRisk), count(m.Churned),
			percent(m.Hazard), percent(m.MRRHazard), percent(m.Survival), bar(m.Hazard),
		})
	}
	g[0] = append(g[0], "")
	g.left()
	g.write(p.out, wide)
	p.line("")
	if worst, ok := t.Worst(fewest); ok {
		p.line("Worst: month %d, in which %d of %d customers left (%s). Months with fewer than %d at risk do not compete.",
			worst.Month, worst.Churned, worst.AtRisk, worst.Hazard.Percent(1), fewest)
	} else {
		p.line("No month with %d or more customers at risk lost any.", fewest)
	}
}

// bar is a rate as a length, one block for two percent.
func bar(r metrics.Ratio) string {
	v, ok := r.Decimal(2)
	if !ok {
		return ""
	}
	return strings.Repeat("▇", int(v.Shift(2).IntPart()+1)/2)
}
