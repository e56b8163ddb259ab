package main

import (
	"bytes"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/shopspring/decimal"

	"github.com/lifecycle-go/lifecycle/journey/funnel"
	"github.com/lifecycle-go/lifecycle/journey/mining"
	"github.com/lifecycle-go/lifecycle/touchpoint/attribution"
)

// printer writes lines that are no wider than width.
type printer struct {
	out   *bytes.Buffer
	width int
}

func report(out *bytes.Buffer, a *analysis, width int) {
	p := printer{out, width}
	p.line("%s", a.Log)
	p.funnel(a)
	p.experiment(a)
	p.retention(a)
	p.plan(a)
	p.channels(a)
	p.converters(a)
}

// line writes a line, cut where it would be too wide.
func (p printer) line(format string, args ...any) {
	p.out.WriteString(clip(fmt.Sprintf(format, args...), p.width))
	p.out.WriteByte('\n')
}

// title begins a section.
func (p printer) title(format string, args ...any) {
	p.out.WriteByte('\n')
	p.line(format, args...)
}

func clip(s string, width int) string {
	if utf8.RuneCountInString(s) <= width {
		return strings.TrimRight(s, " ")
	}
	return string([]rune(s)[:width-1]) + "…"
}

// pad makes a name so wide, cutting what is longer.
func pad(s string, width int) string {
	s = clip(s, width)
	return s + strings.Repeat(" ", width-utf8.RuneCountInString(s))
}

func (p printer) funnel(a *analysis) {
	p.title("FUNNEL within %d days, and what those who stopped did instead", int(window.Hours()/24))
	bar := p.width - 62
	p.line("  %s customers  of last  of first     median", pad("", 17))
	steps := a.Funnel.Steps()
	for k, s := range steps {
		share, _ := s.FromFirst.Float64()
		p.line("  %s %9d %8s %9s %10s  %s", pad(s.Name, 17), s.Customers, percent(k > 0, s.FromPrevious.Percent(1)), s.FromFirst.Percent(1),
			took(k > 0, s.Time.Median), strings.Repeat("█", int(share*float64(bar)+0.5)))
		if k < len(a.Instead) {
			p.line("    stopped %d: %s", s.Customers-steps[k+1].Customers, instead(a.Instead[k]))
		}
	}
	for _, r := range a.Personas {
		rate := r.Conversion()
		last := r.Steps()[len(steps)-1].Interval
		if !rate.Defined() {
			p.line("  %s nobody began", pad(r.Key(), 17))
			continue
		}
		p.line("  %s %s of %s, %s (%.1f to %.1f)", pad(r.Key(), 17), rate.Num(), rate.Den(), rate.Percent(1), 100*last.Lo, 100*last.Hi)
	}
}

// chance shows a probability.
func chance(p float64) string {
	if p < 0.001 {
		return "<0.001"
	}
	return fmt.Sprintf("%.3f", p)
}

// percent shows a share only where there is a step before.
func percent(shown bool, s string) string {
	if !shown {
		return ""
	}
	return s
}

func took(shown bool, d time.Duration) string {
	switch {
	case !shown:
		return ""
	case d >= 48*time.Hour:
		return fmt.Sprintf("%.1f days", d.Hours()/24)
	}
	return fmt.Sprintf("%.1f h", d.Hours())
}

func instead(list []funnel.Instead) string {
	var parts []string
	for i, x := range list {
		if i == 3 {
			break
		}
		name := x.Name
		if name == "" {
			name = "nothing any more"
		}
		parts = append(parts, fmt.Sprintf("%s %d", name, x.Customers))
	}
	return strings.Join(parts, ", ")
}

func (p printer) experiment(a *analysis) {
	if a.Variants == nil {
		return
	}
	p.title("EXPERIMENT: %s, from exposure to %s", exposure, a.Steps[len(a.Steps)-2])
	for _, arm := range a.Variants.Arms {
		p.line("  %s %d of %d", pad(arm.Name, 17), arm.Converted, arm.Exposed)
	}
	for _, v := range a.Variants.Variants {
		d := v.Comparison.Difference
		p.line("  %s %+.1f points (%+.1f to %+.1f), p %s; daily looks %s", pad("difference", 17), 100*d.Value, 100*d.Lo, 100*d.Hi, chance(v.P), chance(v.AlwaysP))
	}
	if a.Variants.Mismatch {
		p.line("  exposures are not as planned (p = %.2g): believe none of it", a.Variants.SampleRatio)
	}
}

func (p printer) retention(a *analysis) {
	if a.Returned == nil {
		return
	}
	p.title("RETENTION of buyers who log in again, by month of the sale; + is not over")
	rows := a.Returned.Rows()
	var head strings.Builder
	head.WriteString("  cohort   size")
	for age := range rows {
		fmt.Fprintf(&head, "%9s", fmt.Sprintf("month %d", age))
	}
	p.line("%s", head.String())
	for i, r := range rows {
		var line strings.Builder
		fmt.Fprintf(&line, "  %s %6d", r.Start.Format("2006-01"), r.Size)
		for age := range r.Returned {
			cell := a.Returned.Share(i, age).Percent(0)
			if r.Size == 0 {
				cell = "-"
			} else if age == len(r.Returned)-1 {
				cell += "+"
			}
			fmt.Fprintf(&line, "%9s", cell)
		}
		p.line("%s", line.String())
	}
	var line strings.Builder
	line.WriteString("  all           ")
	for age := range rows {
		share, cohorts := a.Returned.Weighted(age)
		cell := share.Percent(0)
		if cohorts == 0 {
			cell = "-"
		}
		fmt.Fprintf(&line, "%9s", cell)
	}
	p.line("%s", line.String())
}

func (p printer) plan(a *analysis) {
	p.title("PLAN: %s of %s buyers followed it; the three worst deviations", a.Plan.Fitting.Num(), a.Plan.Fitting.Den())
	for i, d := range a.Worst {
		what := "skipped"
		if d.Kind == mining.LogMove {
			what = "has no place"
		}
		p.line("  %d. %s %s in %s: %d buyers, such as %s", i+1, d.Trigger, what, d.Stage, d.Customers, strings.Join(d.Examples[:min(2, len(d.Examples))], " and "))
	}
	if len(a.Worst) == 0 {
		p.line("  none")
	}
}

var short = []string{"first", "last", "linear", "U", "Markov"}

func (p printer) channels(a *analysis) {
	if len(a.Models) == 0 {
		return
	}
	sales := a.Models[0].Conversions
	p.title("CHANNELS: %d sales credited under five models, and what one cost (CAC)", sales)
	wide := p.width >= 120
	head := "  " + pad("", 16) + fmt.Sprintf("%9s", "spend")
	names := fmt.Sprintf("%9s%9s%9s%9s%9s", any5(short)...)
	if wide {
		head += names + "   CAC first" + names[9:]
	} else {
		head += names
	}
	p.line("%s", head)
	var credits, cacs []string
	spend := map[string]decimal.Decimal{}
	for _, s := range a.Spend {
		spend[s.Channel] = s.Spend
	}
	costs := make([]map[string]attribution.Cost, len(a.Models))
	for i, m := range a.Models {
		costs[i] = map[string]attribution.Cost{}
		for _, c := range m.Costs(spend) {
			costs[i][c.Key] = c
		}
	}
	for _, s := range a.Spend {
		credit, cac := "", ""
		for i, m := range a.Models {
			credit += fmt.Sprintf("%9.1f", m.Of(s.Channel).Conversions)
			cell := "-"
			if c := costs[i][s.Channel]; c.CAC.Defined() && c.Spend.Sign() > 0 {
				cell = fmt.Sprintf("%.2f", c.CAC)
			}
			cac += fmt.Sprintf("%9s", cell)
		}
		name := "  " + pad(s.Channel, 16)
		credits = append(credits, name+fmt.Sprintf("%9s", s.Spend.StringFixed(2))+credit)
		cacs = append(cacs, name+cac)
	}
	for i := range credits {
		if wide {
			p.line("%s   %s", credits[i], cacs[i][2+len(pad(a.Spend[i].Channel, 16)):])
		} else {
			p.line("%s", credits[i])
		}
	}
	if !wide {
		p.line("  %s%s", pad("CAC", 25), names)
		for i, s := range a.Spend {
			p.line("  %s%s", pad(s.Channel, 25), cacs[i][2+len(pad(s.Channel, 16)):])
		}
	}
}

func any5(list []string) []any {
	out := make([]any, len(list))
	for i, s := range list {
		out[i] = s
	}
	return out
}

func (p printer) converters(a *analysis) {
	p.title("WHO BUYS: of %d who came to %s, the %d who bought", a.Converts.Entered, a.Steps[min(1, len(a.Steps)-2)], a.Converts.Converted)
	p.line("  %s      odds    interval        p  with it   without", pad("", 26))
	show := func(list []funnel.Correlation) {
		shown := 0
		for _, c := range list {
			if shown == 5 {
				break
			}
			if c.Without+c.WithoutLost == 0 {
				continue // everybody did
			}
			shown++
			name := c.Event
			if c.Property != "event" {
				name = c.Property + " " + c.Event
			}
			p.line("  %s %9.2f  %10s  %7s  %7s  %8s", pad(name, 26), c.OddsRatio, fmt.Sprintf("%.2f–%.2f", c.Lo, c.Hi), chance(c.P),
				of(c.With, c.WithLost), of(c.Without, c.WithoutLost))
		}
	}
	show(a.Converts.For)
	show(a.Converts.Against)
	p.line("  The odds of buying of those with it, against those without; p is corrected for")
	p.line("  everything that was tried. What goes with buying need not cause it.")
}

// of is a share of both.
func of(won, lost int64) string {
	if won+lost == 0 {
		return "-"
	}
	return fmt.Sprintf("%.0f%%", 100*float64(won)/float64(won+lost))
}
