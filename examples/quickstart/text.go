package main

import (
	"bytes"
	"fmt"
	"strings"

	"github.com/shopspring/decimal"

	"github.com/lifecycle-go/lifecycle/metrics"
)

// text prints the whole report for a person.
func (r *report) text(out *bytes.Buffer) error {
	if len(r.months) == 0 {
		return nil
	}
	p := printer{out: out, places: r.places()}
	currency := string(r.books.Options().Currency)
	p.line("%s", r.name)
	p.line("%s", strings.TrimSpace(fmt.Sprintf("%s through %s, monthly recurring revenue %s", r.from, r.to, inCurrency(currency))))
	if r.noted && r.note != "" {
		p.line("%s", r.note)
	}
	p.statements(r.months)
	p.rates(r.months, r.margin)
	if len(r.spend) > 0 {
		p.economics(r.months, r.margin)
	}
	p.cohorts(r)
	p.why(&r.reasons)
	return nil
}

func inCurrency(c string) string {
	if c == "" {
		return ""
	}
	return "in " + c
}

// places is how many decimal places amounts are printed with: none where all of
// them are whole.
func (r *report) places() int32 {
	for i := range r.months {
		v := &r.months[i].Revenue
		for _, d := range []decimal.Decimal{v.Opening, v.New, v.Expansion, v.Reactivation, v.Contraction, v.Churn, v.FX} {
			if !d.IsInteger() {
				return 2
			}
		}
	}
	return 0
}

// printer lays out tables. Amounts have so many places.
type printer struct {
	out    *bytes.Buffer
	places int32
}

func (p *printer) line(format string, args ...any) {
	fmt.Fprintf(p.out, format+"\n", args...)
}

func (p *printer) title(format string, args ...any) {
	p.line("")
	p.line(format, args...)
	p.line("")
}

// statements prints the bridge of every month and of all of them together.
func (p *printer) statements(months []month) {
	p.title("STATEMENTS")
	g := grid{{"month", "opening", "new", "expansion", "reactivated", "contraction", "churn", "fx", "closing"}}
	all := months[0].Revenue
	for i := range months {
		g = append(g, p.bridge(months[i].Month.String(), months[i].Revenue))
		if i > 0 {
			if sum, err := all.Then(months[i].Revenue); err == nil {
				all = sum
			}
		}
	}
	g = append(g, rule, p.bridge("all", all))
	g.write(p.out, wide)
}

// bridge is one row. Each amount is the difference of two rounded running
// totals, so that the printed row adds up.
func (p *printer) bridge(label string, r metrics.Revenue) []string {
	run := r.Opening
	printed := run.RoundBank(p.places)
	row := []string{label, p.amount(printed)}
	for _, d := range []decimal.Decimal{r.New, r.Expansion, r.Reactivation, r.Contraction.Neg(), r.Churn.Neg(), r.FX} {
		run = run.Add(d)
		upTo := run.RoundBank(p.places)
		row = append(row, p.amount(upTo.Sub(printed)))
		printed = upTo
	}
	return append(row, p.amount(printed))
}

// rates prints customers and rates by month.
func (p *printer) rates(months []month, margin decimal.Decimal) {
	p.title("CUSTOMERS AND RATES")
	g := grid{{"month", "opening", "new", "back", "left", "closing", "churn", "GRR", "NRR", "quick ratio", "ARPA", "LTV"}}
	for i := range months {
		m := &months[i]
		g = append(g, []string{
			m.Month.String(), count(m.Customers.Opening), count(m.Customers.New), count(m.Customers.Reactivated),
			count(-m.Customers.Churned), count(m.ClosingCustomers),
			percent(m.churn), percent(m.grr), percent(m.nrr), multiple(m.quick), average(m.arpa), average(m.ltv),
		})
	}
	g.write(p.out, wide)
	p.line("")
	p.line("churn: customers of the opening gone at the end / opening. GRR, NRR: opening MRR kept, without and")
	p.line("with expansion. quick ratio: (new + expansion) / (contraction + churn). ARPA: closing MRR / customers.")
	p.line("LTV: ARPA × %s %% margin / churn of %d months, undefined before there are as many.", margin.Shift(2), trailing)
}

// economics prints what customers cost and bring, where spend is known.
func (p *printer) economics(months []month, margin decimal.Decimal) {
	p.title("UNIT ECONOMICS")
	g := grid{{"month", "spend", "new", "CAC", "paid by new", "payback", "LTV:CAC"}}
	for i := range months {
		m := &months[i]
		payback := undefined
		if v, ok := m.payback.Decimal(1); ok {
			payback = v.StringFixed(1) + " mo"
		}
		g = append(g, []string{
			m.Month.String(), p.amount(m.spend), count(m.Customers.New), average(m.cac), average(m.asp),
			payback, multiple(m.ltvToCAC),
		})
	}
	g.write(p.out, wide)
	p.line("")
	p.line("CAC: spend on sales and marketing / new customers. payback: CAC / (MRR paid by a new customer × %s %% margin).", margin.Shift(2))
}
