package funnel

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"
	"sync"

	"github.com/lifecycle-go/lifecycle/metrics"
	"github.com/lifecycle-go/lifecycle/touchpoint"
)

// Correlation is how much more often those who did something converted.
type Correlation struct {
	Event string `json:"event"`
	// The table: who did it and converted, did it and did not, and so on.
	With, WithLost, Without, WithoutLost int64
	// OddsRatio has one added to each of the four counts; Lo and Hi are Woolf's
	// 95 % interval of it.
	OddsRatio, Lo, Hi float64
	// P is corrected by Benjamini and Hochberg for all events that were tried.
	P float64
}

// Correlations are events by what they go with.
type Correlations struct {
	Entered, Converted int64
	For, Against       []Correlation // odds ratio above 1, and below; furthest from 1 first
	// Rare is how many events were left out because fewer than 25 customers, or
	// fewer than one in fifty of those who entered where that is less, did them.
	Rare int
	// Skewed warns that converters outnumber the others, or the others them, by
	// more than ten to one.
	Skewed bool
}

// Correlate says which events go with converting, among those who took the first
// step: events between it and the conversion, or where there was none the end of
// the window. What happens after the conversion does not count: it could not
// have led there. It is association, not cause.
//
// Figures are those of PostHog's correlation analysis, with an interval and the
// correction for many tries beside them. It needs the log: a report that was
// merged or decoded is an error.
func (r *Report) Correlate() (*Correlations, error) {
	if r.names != nil || r.log == nil {
		return nil, fmt.Errorf("funnel: correlate: %w: the report has no log", ErrSpec)
	}
	n := len(r.log.Names())
	parts := r.cols.Parts()
	type counts struct {
		with, lost         []int64
		entered, converted int64
	}
	sums := make([]counts, len(parts))
	isStep := make([]bool, n)
	var wait sync.WaitGroup
	for i, part := range parts {
		wait.Go(func() {
			c := counts{with: make([]int64, n), lost: make([]int64, n)}
			w := r.walker()
			mark, round := make([]int, n), 0
			for p := part.From; p < part.To; p++ {
				if !r.has(p) || r.levels[p] == 0 {
					continue
				}
				w.walk(p)
				chain := w.chronological()
				won := int(r.levels[p]) == len(r.steps)
				c.entered++
				into := c.lost
				if won {
					c.converted++
					into = c.with
				}
				round++
				_, to := r.cols.Range(p)
				start := r.cols.UnixNano[chain[0]]
				for i := int(chain[0]) + 1; i < to; i++ {
					t := r.cols.UnixNano[i]
					if won && i >= int(chain[len(chain)-1]) || t >= w.to || uint64(t)-uint64(start) > w.window {
						break
					}
					if name := r.cols.Name[i]; mark[name] != round {
						mark[name] = round
						into[name]++
					}
				}
			}
			sums[i] = c
		})
	}
	wait.Wait()
	all := counts{with: make([]int64, n), lost: make([]int64, n)}
	for _, s := range sums {
		all.entered, all.converted = all.entered+s.entered, all.converted+s.converted
		for k := range n {
			all.with[k], all.lost[k] = all.with[k]+s.with[k], all.lost[k]+s.lost[k]
		}
	}
	r.markSteps(isStep)
	out := &Correlations{Entered: all.entered, Converted: all.converted}
	lost := all.entered - all.converted
	out.Skewed = all.converted > 10*lost || lost > 10*all.converted
	enough := min(25, max(1, all.entered/50))
	var list []Correlation
	var ps []float64
	for k, name := range r.log.Names() {
		did := all.with[k] + all.lost[k]
		if did == 0 || isStep[k] {
			continue
		}
		if did < enough {
			out.Rare++
			continue
		}
		c := odds(all.with[k], all.lost[k], all.converted-all.with[k], lost-all.lost[k])
		c.Event = name
		test, err := metrics.CompareShares(c.Without, c.Without+c.WithoutLost, c.With, c.With+c.WithLost, 0.95)
		if err != nil {
			return nil, fmt.Errorf("funnel: correlate: %w", err)
		}
		list, ps = append(list, c), append(ps, test.P)
	}
	for i, p := range metrics.BenjaminiHochberg(ps) {
		if list[i].P = p; list[i].OddsRatio >= 1 {
			out.For = append(out.For, list[i])
		} else {
			out.Against = append(out.Against, list[i])
		}
	}
	far := func(a, b Correlation) int {
		return cmp.Or(cmp.Compare(math.Abs(math.Log(b.OddsRatio)), math.Abs(math.Log(a.OddsRatio))), strings.Compare(a.Event, b.Event))
	}
	slices.SortFunc(out.For, far)
	slices.SortFunc(out.Against, far)
	return out, nil
}

// markSteps marks the names that are themselves a step: who converted did them.
func (r *Report) markSteps(is []bool) {
	for k, name := range r.log.Names() {
		for _, s := range r.spec.Steps {
			is[k] = is[k] || slices.ContainsFunc(s.Any, func(m touchpoint.Match) bool { return m.Name == name })
		}
	}
}

func odds(with, withLost, without, withoutLost int64) Correlation {
	a, b, c, d := float64(with+1), float64(withLost+1), float64(without+1), float64(withoutLost+1)
	ratio := a * d / (b * c)
	half := 1.959963984540054 * math.Sqrt(1/a+1/b+1/c+1/d)
	return Correlation{
		With: with, WithLost: withLost, Without: without, WithoutLost: withoutLost,
		OddsRatio: ratio, Lo: ratio * math.Exp(-half), Hi: ratio * math.Exp(half),
	}
}

// String is a line for each event, those that go with converting first.
func (c *Correlations) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%d of %d who began converted\n", c.Converted, c.Entered)
	for _, x := range slices.Concat(c.For, c.Against) {
		fmt.Fprintf(&b, "%s: odds × %.2f (%.2f to %.2f), %d of %d who did it\n", x.Event, x.OddsRatio, x.Lo, x.Hi, x.With, x.With+x.WithLost)
	}
	return b.String()
}
