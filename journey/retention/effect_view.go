package retention

import (
	"encoding/json"
	"fmt"
	"math"
	"strconv"
	"strings"

	"gonum.org/v1/gonum/stat/distuv"

	"github.com/lifecycle-go/lifecycle/metrics"
)

// welch is half the width of the interval of a difference of means; NaN where a
// group has fewer than two.
func welch(m [2]moments, level float64) float64 {
	if m[0].n < 2 || m[1].n < 2 {
		return math.NaN()
	}
	var v, df float64
	for _, g := range m {
		n := float64(g.n)
		part := g.square / (n - 1) / n
		v += part
		df += float64(part*part) / (n - 1)
	}
	if v == 0 {
		return 0
	}
	t := distuv.StudentsT{Sigma: 1, Nu: float64(v*v) / df}
	return t.Quantile(1-(1-level)/2) * math.Sqrt(v)
}

// String is the groups, a line for each period, and the warnings.
func (e *Effect) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%d with, %d without\n", e.With, e.Without)
	for _, p := range e.Periods {
		fmt.Fprintf(&b, "period %d: came back %s with, %s without", p.Period, p.Returned.B.Percent(1), p.Returned.A.Percent(1))
		if d := p.Returned.Difference; d.Defined() {
			fmt.Fprintf(&b, ", difference %+.1f points (%+.1f to %+.1f)", 100*d.Value, 100*d.Lo, 100*d.Hi)
		}
		for _, x := range []struct {
			name string
			a    *Amounts
		}{{"MRR", p.MRR}, {"value", p.Value}} {
			if x.a != nil && x.a.Difference.Defined() {
				fmt.Fprintf(&b, "; %s %+.2f (%+.2f to %+.2f)", x.name, x.a.Difference.Value, x.a.Difference.Lo, x.a.Difference.Hi)
			}
		}
		b.WriteByte('\n')
	}
	for _, w := range e.Warnings {
		fmt.Fprintf(&b, "%v\n", w)
	}
	return b.String()
}

// Rows are the periods as cells of a table, titles first; empty where nothing is
// known.
func (e *Effect) Rows() [][]string {
	out := [][]string{{
		"period", "with", "without", "returned_with", "returned_without", "difference", "lo", "hi", "p",
		"mrr_with", "mrr_without", "mrr_difference", "value_with", "value_without", "value_difference",
	}}
	number := func(v float64) string {
		if math.IsNaN(v) {
			return ""
		}
		return strconv.FormatFloat(v, 'g', 6, 64)
	}
	for _, p := range e.Periods {
		line := []string{
			strconv.Itoa(p.Period), p.Returned.B.Den().String(), p.Returned.A.Den().String(), p.Returned.B.Percent(2), p.Returned.A.Percent(2),
			"", "", "", number(p.Returned.P),
		}
		if d := p.Returned.Difference; d.Defined() {
			line[5], line[6], line[7] = number(d.Value), number(d.Lo), number(d.Hi)
		}
		for _, a := range []*Amounts{p.MRR, p.Value} {
			if a == nil {
				line = append(line, "", "", "")
				continue
			}
			line = append(line, mean(a.With), mean(a.Without), "")
			if a.Difference.Defined() {
				line[len(line)-1] = number(a.Difference.Value)
			}
		}
		out = append(out, line)
	}
	return out
}

func mean(r metrics.Ratio) string {
	if d, ok := r.Decimal(2); ok {
		return d.StringFixed(2)
	}
	return ""
}

// MarshalJSON writes the groups, the periods and the warnings as text.
func (e *Effect) MarshalJSON() ([]byte, error) {
	type plain Effect
	texts := []string{}
	for _, w := range e.Warnings {
		texts = append(texts, w.Error())
	}
	out := plain(*e)
	out.Periods = append([]EffectPeriod{}, e.Periods...)
	return json.Marshal(struct {
		plain
		Warnings []string `json:"warnings"`
	}{out, texts})
}
