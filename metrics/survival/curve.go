package survival

import (
	"fmt"
	"iter"
	"math"
	"sort"
	"strings"

	"github.com/lifecycle-go/lifecycle/metrics"
)

// Curve is a Kaplan-Meier estimate of survival: the share that has not yet
// had the event. With several groups it is the pooled curve, and
// [Curve.Group] gives each. It is not written to and safe everywhere.
type Curve struct {
	line  *timeline
	surv  []float64 // after each time
	green []float64 // Greenwood's sum, the variance of ln S
	opt   Options
	names []string
	group []*Curve
}

// Point is a curve at one time.
type Point struct {
	Time   float64
	AtRisk float64 // weight of those at risk at this very time
	Events float64 // weight of those with the event at this very time
	S      float64 // share that has not had the event by the end of it
	// SE is Greenwood's standard error of S. Where S is 0 it is NaN and so are
	// the bounds: the formula divides by those who remain.
	SE     float64
	Lo, Hi float64
}

// KaplanMeier estimates survival from subjects, pooled and by Group. Cost is
// linear after a radix sort.
//
// Source: Kaplan and Meier, JASA 53 (1958) 457–481; Greenwood (1926) for the
// variance; left truncation as R's survfit: at risk is entry < t <= exit.
func KaplanMeier(subjects iter.Seq[Subject], o Options) (*Curve, error) {
	if err := o.validate("KaplanMeier"); err != nil {
		return nil, err
	}
	s, err := gather("KaplanMeier", subjects, want{groups: true})
	if err != nil {
		return nil, err
	}
	rows := byTime(s.exit)
	c := newCurve(s, rows, o)
	c.names = s.groups
	if len(s.groups) == 1 {
		alone := *c
		alone.names = nil
		c.group = []*Curve{&alone}
		return c, nil
	}
	for _, part := range split(rows, s.group, len(s.groups)) {
		c.group = append(c.group, newCurve(s, part, o))
	}
	return c, nil
}

func newCurve(s *sample, rows []uint32, o Options) *Curve {
	l := s.timeline(rows)
	c := &Curve{line: l, surv: make([]float64, len(l.time)), green: make([]float64, len(l.time)), opt: o}
	surv, green := 1.0, 0.0
	for i, d := range l.events {
		if d > 0 {
			n := l.risk[i]
			rest := n - d
			if rest <= 0 || l.deaths[i] == l.exits[i] && rest < n*1e-12 {
				surv, green = 0, math.Inf(1)
			} else {
				surv *= rest / n
				green += d / (n * rest)
			}
		}
		c.surv[i], c.green[i] = surv, green
	}
	return c
}

// Groups are the names of the groups, sorted.
func (c *Curve) Groups() []string { return append([]string{}, c.names...) }

// Group is the curve of one group; of a name that none had, an empty curve.
func (c *Curve) Group(name string) *Curve {
	if i := sort.SearchStrings(c.names, name); i < len(c.names) && c.names[i] == name {
		return c.group[i]
	}
	return &Curve{line: &timeline{}, opt: c.opt}
}

// Subjects is how many there were.
func (c *Curve) Subjects() int64 { return int64(c.line.subjects) }

// Level is the confidence level of bands and intervals.
func (c *Curve) Level() float64 { return c.opt.Level }

// At is the curve at any time. Before the first exit S is 1, after the last
// it stays where it was and nobody is at risk. An empty curve is NaN.
func (c *Curve) At(t float64) Point {
	i := c.line.step(t)
	p := Point{Time: t, AtRisk: c.line.atRisk(t), S: 1, Lo: 1, Hi: 1}
	if c.line.subjects == 0 || math.IsNaN(t) {
		nan := math.NaN()
		return Point{Time: t, S: nan, SE: nan, Lo: nan, Hi: nan}
	}
	if i < 0 {
		return p
	}
	c.fill(&p, i)
	if c.line.time[i] == t {
		p.Events = c.line.events[i]
	}
	return p
}

func (c *Curve) fill(p *Point, i int) {
	p.S = c.surv[i]
	p.Lo, p.Hi = c.opt.Interval.band(p.S, c.green[i], c.opt.z())
	p.SE = math.NaN()
	if p.S > 0 {
		p.SE = p.S * math.Sqrt(c.green[i])
	}
}

// Rows yields the curve at every time at which somebody left, ascending.
func (c *Curve) Rows() iter.Seq[Point] {
	return func(yield func(Point) bool) {
		for i, t := range c.line.time {
			p := Point{Time: t, AtRisk: c.line.risk[i], Events: c.line.events[i]}
			c.fill(&p, i)
			if !yield(p) {
				return
			}
		}
	}
}

// tolerance is how close to a share a survival must come to have reached it:
// more than the rounding of a million factors, less than one subject.
const tolerance = 1e-9

// Median is the time by which half have had the event.
func (c *Curve) Median() metrics.Estimate { return c.Quantile(0.5) }

// Quantile is the time by which a share p has had the event: the first with
// S <= 1-p, within 1e-9. Its interval inverts the band, as R does; a bound
// that the band does not reach is infinite. Where the curve itself does not
// come down to it, the estimate is not defined, its value is NaN, ErrNotReached
// stands in its warnings, and Lo is the earliest time the band allows.
//
// Source: Brookmeyer and Crowley, Biometrics 38 (1982) 29–41.
func (c *Curve) Quantile(p float64) metrics.Estimate {
	e := metrics.Estimate{Value: math.NaN(), Lo: math.NaN(), Hi: math.NaN(), Level: c.opt.Level}
	if !(p > 0 && p < 1) {
		e.Warnings = []error{fmt.Errorf("survival: Quantile: share %v: want more than 0 and less than 1: %w", p, ErrOptions)}
		return e
	}
	if c.line.subjects == 0 {
		e.Warnings = []error{ErrEmpty}
		return e
	}
	reach, z := 1-p+tolerance, c.opt.z()
	// The bounds of the band need not fall everywhere; the first time is asked.
	first := func(f func(i int) float64) float64 {
		for i := range c.surv {
			if c.line.events[i] > 0 && f(i) <= reach {
				return c.line.time[i]
			}
		}
		return math.Inf(1)
	}
	e.Lo = first(func(i int) float64 {
		if c.surv[i] == 0 {
			return 0
		}
		lo, _ := c.opt.Interval.band(c.surv[i], c.green[i], z)
		return lo
	})
	e.Hi = first(func(i int) float64 { _, hi := c.opt.Interval.band(c.surv[i], c.green[i], z); return hi })
	i := sort.Search(len(c.surv), func(i int) bool { return c.surv[i] <= reach })
	if i == len(c.surv) {
		e.Value = math.NaN()
		e.Warnings = []error{fmt.Errorf("survival: Quantile: %w: %.4g have had the event, %v asked", ErrNotReached, 1-c.last(), p)}
		return e
	}
	e.Value, e.N = c.line.time[i], int64(c.line.subjects)
	return e
}

func (c *Curve) last() float64 { return c.surv[len(c.surv)-1] }

// RestrictedMean is the mean time without the event up to a horizon: the area
// under the curve from 0 to it. Its interval is normal, with Greenwood's
// variance. A horizon beyond the last exit of a curve that has not come to 0
// is not defined: what happens there nobody saw.
//
// Source: Andersen, Hansen and Klein, Lifetime Data Analysis 10 (2004).
func (c *Curve) RestrictedMean(horizon float64) metrics.Estimate {
	e := metrics.Estimate{Value: math.NaN(), Lo: math.NaN(), Hi: math.NaN(), Level: c.opt.Level}
	n := len(c.surv)
	switch {
	case c.line.subjects == 0:
		e.Warnings = []error{ErrEmpty}
		return e
	case !(horizon >= 0) || math.IsInf(horizon, 1):
		e.Warnings = []error{fmt.Errorf("survival: RestrictedMean: horizon %v: want a time of 0 or more: %w", horizon, ErrOptions)}
		return e
	case horizon > c.line.time[n-1] && c.surv[n-1] > 0:
		e.Warnings = []error{fmt.Errorf("survival: RestrictedMean: horizon %v: %w: nobody is observed beyond %v", horizon, ErrNotReached, c.line.time[n-1])}
		return e
	}
	var area, variance float64
	upTo := horizon
	for i := n - 1; i >= 0; i-- {
		t := c.line.time[i]
		if t >= upTo {
			continue
		}
		area += float64(c.surv[i] * (upTo - t))
		upTo = t
		if d, risk := c.line.events[i], c.line.risk[i]; d > 0 && risk > d {
			variance += float64(area*area) * d / (risk * (risk - d))
		}
	}
	area += upTo // S is 1 before the first time
	half := c.opt.z() * math.Sqrt(variance)
	e.Value, e.Lo, e.Hi, e.N = area, max(0, area-half), min(horizon, area+half), int64(c.line.subjects)
	return e
}

// String is the curve at a glance: subjects, events, median.
func (c *Curve) String() string {
	var b strings.Builder
	c.describe(&b, "")
	for i, name := range c.names {
		if len(c.names) > 1 {
			b.WriteByte('\n')
			c.group[i].describe(&b, shown(name)+": ")
		}
	}
	return b.String()
}

func (c *Curve) describe(b *strings.Builder, name string) {
	var events float64
	for _, d := range c.line.events {
		events += d
	}
	fmt.Fprintf(b, "%s%d subjects, %v events, median %s", name, c.line.subjects, events, interval(c.Median()))
}

// interval is an estimate as "310 (285 to 363)".
func interval(e metrics.Estimate) string {
	if !e.Defined() {
		if math.IsNaN(e.Lo) || math.IsInf(e.Lo, 0) {
			return "not reached"
		}
		return fmt.Sprintf("not reached (%.6g or later)", e.Lo)
	}
	if math.IsInf(e.Hi, 1) {
		return fmt.Sprintf("%.6g (%.6g or later)", e.Value, e.Lo)
	}
	return fmt.Sprintf("%.6g (%.6g to %.6g)", e.Value, e.Lo, e.Hi)
}
