package journeymap

import (
	"math"
	"time"

	"github.com/lifecycle-go/lifecycle/internal/page"
	"github.com/lifecycle-go/lifecycle/journey/journeymap/words"
	"github.com/lifecycle-go/lifecycle/metrics"
)

// Figure is a figure of an actual map that can be compared.
type Figure string

// The figures.
const (
	FigureReached   Figure = "reached"     // share of all customers who came to the stage
	FigureOnward    Figure = "onward"      // share of those who went further
	FigureDropped   Figure = "dropped"     // share of those who dropped off
	FigureMedian    Figure = "median-days" // median time in the stage, in days
	FigureEmotion   Figure = "emotion"     // mean emotion
	FigureShare     Figure = "share"       // share of those in the stage who met a touchpoint
	FigureMilestone Figure = "milestone"   // share of customers who reached a milestone
)

// FigureChange is one figure of two actual maps: before and after, or of two
// personas.
type FigureChange struct {
	Stage  string  `json:"stage"`
	Figure Figure  `json:"figure"`
	Name   string  `json:"name,omitempty"` // of the touchpoint or milestone
	Before float64 `json:"before"`
	After  float64 `json:"after"`
	// Change is After less Before with its interval.
	Change Interval `json:"change"`
	// Sure reports that the interval does not hold zero.
	Sure bool `json:"sure"`
}

// Compare gives the change of every figure that two actual maps share, in the
// order of the second's stages, with an interval at a level (0 = 0.95): of
// shares Newcombe's (metrics.CompareShares), of medians and means by the same
// square-and-add from the two intervals (G. Y. Zou and A. Donner, Statistics in
// Medicine 27 (2008) 1693–1702). A figure that either map lacks, or whose
// interval neither has, is left out.
func Compare(before, after Map, level float64) ([]FigureChange, error) {
	if level == 0 {
		level = 0.95
	}
	c := comparer{level: level, out: []FigureChange{}}
	old := map[string]Stage{}
	for s := range before.Columns() {
		old[s.Name] = s
	}
	for s := range after.Columns() {
		o, ok := old[s.Name]
		if !ok {
			continue
		}
		c.stage = s.Name
		if a, b := o.Figures, s.Figures; a != nil && b != nil {
			c.share(FigureReached, "", metrics.NewCount(a.Entered, before.Customers), metrics.NewCount(b.Entered, after.Customers))
			c.share(FigureOnward, "", a.Onward, b.Onward)
			c.share(FigureDropped, "", a.Dropped, b.Dropped)
			c.mean(FigureMedian, days(a.Median, a.MedianLo, a.MedianHi), days(b.Median, b.MedianLo, b.MedianHi))
		}
		if a, b := o.Emotion, s.Emotion; a != nil && b != nil {
			c.mean(FigureEmotion, Interval{a.Value, a.Lo, a.Hi, a.N}, Interval{b.Value, b.Lo, b.Hi, b.N})
		}
		met := map[string]metrics.Ratio{}
		for _, t := range o.Touchpoints {
			met[t.Name] = t.Share
		}
		for _, t := range s.Touchpoints {
			c.share(FigureShare, t.Name, met[t.Name], t.Share)
		}
		reached := map[string]metrics.Ratio{}
		for _, m := range o.Milestones {
			reached[m.Name] = m.Reached
		}
		for _, m := range s.Milestones {
			c.share(FigureMilestone, m.Name, reached[m.Name], m.Reached)
		}
	}
	return c.out, c.err
}

type comparer struct {
	level float64
	stage string
	out   []FigureChange
	err   error
}

// counts are numerator and denominator of a share of customers.
func counts(r metrics.Ratio) (k, n int64, ok bool) {
	a, b := r.Num(), r.Den()
	if !r.Defined() || !a.IsInteger() || !b.IsInteger() || a.Sign() < 0 || a.GreaterThan(b) || b.GreaterThan(most) {
		return 0, 0, false
	}
	return a.IntPart(), b.IntPart(), true
}

func (c *comparer) share(f Figure, name string, a, b metrics.Ratio) {
	x, n, ok := counts(a)
	y, m, ok2 := counts(b)
	if !ok || !ok2 || n == 0 || m == 0 || c.err != nil {
		return
	}
	r, err := metrics.CompareShares(x, n, y, m, c.level)
	if err != nil {
		c.err = err
		return
	}
	p, _ := a.Float64()
	q, _ := b.Float64()
	c.add(f, name, p, q, intervalOf(r.Difference))
}

func (c *comparer) add(f Figure, name string, a, b float64, change Interval) {
	c.out = append(c.out, FigureChange{Stage: c.stage, Figure: f, Name: name, Before: a, After: b, Change: change, Sure: change.Lo > 0 || change.Hi < 0})
}

// mean compares two estimates by square-and-add.
func (c *comparer) mean(f Figure, a, b Interval) {
	if a.N == 0 || b.N == 0 || a.Lo == a.Hi && b.Lo == b.Hi {
		return
	}
	d := b.Value - a.Value
	c.add(f, "", a.Value, b.Value, Interval{
		Value: d, N: a.N + b.N,
		Lo: d - math.Hypot(b.Value-b.Lo, a.Hi-a.Value),
		Hi: d + math.Hypot(b.Hi-b.Value, a.Value-a.Lo),
	})
}

func days(value, lo, hi Duration) Interval {
	in := func(d Duration) float64 { return float64(d) / float64(24*time.Hour) }
	n := int64(1)
	if lo == 0 && hi == 0 {
		n = 0
	}
	return Interval{Value: in(value), Lo: in(lo), Hi: in(hi), N: n}
}

func (c FigureChange) name(w words.Set) string {
	label := map[Figure]string{
		FigureReached: w.Reached, FigureOnward: w.Onward, FigureDropped: w.Dropped, FigureMedian: w.Median,
		FigureEmotion: pick(w.Lanes, LaneEmotion), FigureShare: w.Share, FigureMilestone: w.Reached,
	}[c.Figure]
	if c.Name != "" {
		label += ": " + c.Name
	}
	return label
}

// isShare reports figures that are written in percent.
func (f Figure) isShare() bool { return f != FigureMedian && f != FigureEmotion }

func (c FigureChange) write(w words.Set, v float64, sign bool) string {
	text := page.Decimal
	if sign {
		text = page.Signed
	}
	switch {
	case c.Figure.isShare():
		return text(v*100, 1) + page.NBSP + "%"
	case c.Figure == FigureMedian:
		return text(v, 1) + page.NBSP + unit(w.Days, int64(math.Round(math.Abs(v))), v == math.Trunc(v))
	}
	return text(v, 2)
}

func (c FigureChange) before(w words.Set) string { return c.write(w, c.Before, false) }
func (c FigureChange) after(w words.Set) string  { return c.write(w, c.After, false) }

func (c FigureChange) change(w words.Set) string {
	return c.write(w, c.Change.Value, true) + " [" + c.write(w, c.Change.Lo, true) + "; " + c.write(w, c.Change.Hi, true) + "]"
}
