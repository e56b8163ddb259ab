package survival

import (
	"fmt"
	"iter"
	"math"
	"sort"
	"strings"
)

// Hazard is a Nelson-Aalen estimate of the cumulative hazard: the sum of the
// rates at which the event came. With several groups it is the pooled one, and
// [Hazard.Group] gives each. It is not written to and safe everywhere.
type Hazard struct {
	line  *timeline
	cum   []float64
	vari  []float64
	names []string
	group []*Hazard
}

// HazardPoint is a cumulative hazard at one time.
type HazardPoint struct {
	Time   float64
	AtRisk float64 // weight of those at risk at this very time
	Events float64 // weight of those with the event at this very time
	H      float64 // hazard accumulated by the end of it
	SE     float64
}

// NelsonAalen estimates the cumulative hazard, pooled and by Group: the sum of
// d/n with the variance d/n², or with Options.TieCorrected of 1/n + 1/(n-1) + …
// over d events at one time, and the squares of these.
//
// With weights, the events of a time that are counted one after another share
// their mean weight, as in R's survfit.
//
// Source: Aalen, Ann. Statist. 6 (1978); Fleming and Harrington, Comm. Statist.
// 13 (1984) for the tie correction.
func NelsonAalen(subjects iter.Seq[Subject], o Options) (*Hazard, error) {
	if err := o.validate("NelsonAalen"); err != nil {
		return nil, err
	}
	s, err := gather("NelsonAalen", subjects, want{groups: true})
	if err != nil {
		return nil, err
	}
	rows := byTime(s.exit)
	h := newHazard(s, rows, o.TieCorrected)
	h.names = s.groups
	if len(s.groups) == 1 {
		alone := *h
		alone.names = nil
		h.group = []*Hazard{&alone}
		return h, nil
	}
	for _, part := range split(rows, s.group, len(s.groups)) {
		h.group = append(h.group, newHazard(s, part, o.TieCorrected))
	}
	return h, nil
}

func newHazard(s *sample, rows []uint32, tied bool) *Hazard {
	l := s.timeline(rows)
	h := &Hazard{line: l, cum: make([]float64, len(l.time)), vari: make([]float64, len(l.time))}
	var cum, vari float64
	for i, d := range l.events {
		if n := l.risk[i]; d > 0 {
			times, each := 1, d
			if tied {
				times = int(l.deaths[i])
				each = d / float64(times)
			}
			for k := range times {
				left := n - float64(float64(k)*each)
				cum += each / left
				vari += each / float64(left*left)
			}
		}
		h.cum[i], h.vari[i] = cum, vari
	}
	return h
}

// Groups are the names of the groups, sorted.
func (h *Hazard) Groups() []string { return append([]string{}, h.names...) }

// Group is the hazard of one group; of a name that none had, an empty one.
func (h *Hazard) Group(name string) *Hazard {
	if i := sort.SearchStrings(h.names, name); i < len(h.names) && h.names[i] == name {
		return h.group[i]
	}
	return &Hazard{line: &timeline{}}
}

// At is the cumulative hazard at any time: 0 before the first exit, constant
// after the last. An empty one is NaN.
func (h *Hazard) At(t float64) HazardPoint {
	p := HazardPoint{Time: t, AtRisk: h.line.atRisk(t)}
	if h.line.subjects == 0 || math.IsNaN(t) {
		return HazardPoint{Time: t, H: math.NaN(), SE: math.NaN()}
	}
	i := h.line.step(t)
	if i < 0 {
		return p
	}
	p.H, p.SE = h.cum[i], math.Sqrt(h.vari[i])
	if h.line.time[i] == t {
		p.Events = h.line.events[i]
	}
	return p
}

// Rows yields the hazard at every time at which somebody left, ascending.
func (h *Hazard) Rows() iter.Seq[HazardPoint] {
	return func(yield func(HazardPoint) bool) {
		for i, t := range h.line.time {
			if !yield(HazardPoint{Time: t, AtRisk: h.line.risk[i], Events: h.line.events[i], H: h.cum[i], SE: math.Sqrt(h.vari[i])}) {
				return
			}
		}
	}
}

// String is the hazard at the last time, pooled and by group.
func (h *Hazard) String() string {
	var b strings.Builder
	h.describe(&b, "")
	for i, name := range h.names {
		if len(h.names) > 1 {
			b.WriteByte('\n')
			h.group[i].describe(&b, shown(name)+": ")
		}
	}
	return b.String()
}

func (h *Hazard) describe(b *strings.Builder, name string) {
	if len(h.cum) == 0 {
		fmt.Fprintf(b, "%s0 subjects", name)
		return
	}
	i := len(h.cum) - 1
	fmt.Fprintf(b, "%s%d subjects, cumulative hazard %.6g (SE %.6g) at %v", name, h.line.subjects, h.cum[i], math.Sqrt(h.vari[i]), h.line.time[i])
}

// RateRow is the hazard within one period of tenure.
type RateRow struct {
	From, To float64 // [From, To)
	AtRisk   float64 // time at risk spent in it, in periods
	Events   float64 // weight of the events in it
	Rate     float64 // Events / AtRisk per period; NaN where nobody was at risk
	SE       float64 // √Events / AtRisk
	Smooth   float64 // Rate smoothed by a triangle of half-width Rates' argument
}

// Rates is the raw hazard per period of the given length, such as a month, and
// beside it a smoothed one: a mean of the periods less than width away,
// weighted by (1 - distance/width) and by the time at risk in each, so that a
// period with few at risk says little. A width of 1 or less smooths nothing.
// An event at the very end of a period, at time k·length, belongs to the
// period before, (k-1, k], as those at risk at k are those who entered it; one
// at time 0 to the first.
//
// The last row is that of the last exit. At most 10,000 periods.
func (h *Hazard) Rates(length float64, width int) ([]RateRow, error) {
	l := h.line
	switch {
	case !(length > 0) || math.IsInf(length, 1):
		return nil, badOption("Rates", "length", length, "want a length above 0")
	case l.subjects == 0:
		return nil, ErrEmpty
	case l.time[len(l.time)-1]/length > maxPeriods:
		return nil, badOption("Rates", "length", length, fmt.Sprintf("want at most %d periods up to the last exit at %v", maxPeriods, l.time[len(l.time)-1]))
	}
	n := max(1, int(math.Ceil(l.time[len(l.time)-1]/length)))
	rows := make([]RateRow, n)
	place := func(t float64) int { return min(n-1, max(0, int(math.Ceil(t/length))-1)) }
	for i := range rows {
		rows[i].From, rows[i].To = float64(i)*length, float64(i+1)*length
	}
	// Time at risk: the risk set is constant between the points where somebody
	// enters or leaves.
	cuts := make([]float64, 0, len(l.time)+len(l.entries)+n)
	cuts = append(append(cuts, l.time...), l.entries...)
	for i := range rows {
		cuts = append(cuts, rows[i].To)
	}
	sort.Float64s(cuts)
	from := 0.0
	for _, to := range cuts {
		if to > from {
			rows[place(to)].AtRisk += l.atRisk(to) * (to - from) / length
			from = to
		}
	}
	for i, d := range l.events {
		rows[place(l.time[i])].Events += d
	}
	for i := range rows {
		r := &rows[i]
		r.Rate, r.SE = math.NaN(), math.NaN()
		if r.AtRisk > 0 {
			r.Rate, r.SE = r.Events/r.AtRisk, math.Sqrt(r.Events)/r.AtRisk
		}
		var events, risk float64
		for j := max(0, i-max(1, width)+1); j < min(n, i+max(1, width)); j++ {
			w := 1 - math.Abs(float64(i-j))/float64(max(1, width))
			events += float64(w * rows[j].Events)
			risk += float64(w * rows[j].AtRisk)
		}
		r.Smooth = math.NaN()
		if risk > 0 {
			r.Smooth = events / risk
		}
	}
	return rows, nil
}

const maxPeriods = 10_000
