package survival

import (
	"fmt"
	"iter"
	"math"
	"sort"
	"strconv"
	"strings"

	"github.com/lifecycle-go/lifecycle/metrics/fault"
)

// Incidence is what became of subjects who can leave in more than one way:
// the share that had each cause by each time. The shares and the survival sum
// to 1. With several groups it is the pooled one, and [Incidence.Group] gives
// each. It is not written to and safe everywhere.
type Incidence struct {
	line   *timeline
	causes []string
	cum    [][]float64 // by cause and time
	vari   [][]float64
	surv   []float64
	opt    Options
	names  []string
	group  []*Incidence
}

// IncidencePoint is the share with one cause at one time.
type IncidencePoint struct {
	Time   float64
	AtRisk float64 // weight of those at risk at this very time
	P      float64 // share that had the event with this cause by the end of it
	SE     float64
	Lo, Hi float64 // on the scale of Options.Interval
}

// maxCauses bounds the causes: each has a curve of its own.
const maxCauses = 100

// CumulativeIncidence is Aalen and Johansen's estimate for competing risks:
// converted, expired, cancelled. One minus a Kaplan-Meier curve that censors
// the other causes would be larger and is not what happens to people. Its
// standard error is that of the infinitesimal jackknife, which for one row a
// subject equals the multinomial delta method.
//
// Source: Aalen and Johansen, Scand. J. Statist. 5 (1978); for the variance
// Gaynor et al., JASA 88 (1993) 400–409, and R's survfit.
func CumulativeIncidence(subjects iter.Seq[Subject], o Options) (*Incidence, error) {
	if err := o.validate("CumulativeIncidence"); err != nil {
		return nil, err
	}
	s, err := gather("CumulativeIncidence", subjects, want{groups: true, causes: true})
	if err != nil {
		return nil, err
	}
	if len(s.causes) > maxCauses {
		return nil, &fault.Error{Package: "survival", Op: "CumulativeIncidence", Field: "causes", Value: strconv.Itoa(len(s.causes)), Limit: "want at most " + strconv.Itoa(maxCauses), Err: ErrTooMany}
	}
	rows := byTime(s.exit)
	c := newIncidence(s, rows, o)
	c.names = s.groups
	if len(s.groups) == 1 {
		alone := *c
		alone.names = nil
		c.group = []*Incidence{&alone}
		return c, nil
	}
	for _, part := range split(rows, s.group, len(s.groups)) {
		c.group = append(c.group, newIncidence(s, part, o))
	}
	return c, nil
}

func newIncidence(s *sample, rows []uint32, o Options) *Incidence {
	l := s.timeline(rows)
	m, k := len(l.time), len(s.causes)
	c := &Incidence{line: l, causes: s.causes, opt: o, surv: make([]float64, m), cum: make([][]float64, k), vari: make([][]float64, k)}
	for j := range k {
		c.cum[j], c.vari[j] = make([]float64, m), make([]float64, m)
	}
	surv := 1.0
	d, p := make([]float64, k), make([]float64, k)
	// The variance of p at t is Σ over times s <= t of the multinomial variance
	// of Σ_j c_j·d_j/n, where c_j = S(s-)·[j is the cause] - (p(t)-p(s))/(1-h(s)).
	// Written as c_j = a_j - p(t)·b it needs three sums, whatever t is.
	q := make([][3]float64, k)
	at := 0
	for i := range m {
		n := l.risk[i]
		clear(d)
		for range l.exits[i] {
			if r := rows[at]; s.event[r] {
				d[s.cause[r]] += s.weightOf(r)
			}
			at++
		}
		if l.events[i] > 0 {
			h := min(1, l.events[i]/n)
			for j := range k {
				p[j] += float64(surv*d[j]) / n
			}
			for j := range k {
				var b float64
				if h < 1 {
					b = 1 / (1 - h)
				}
				// a_j is back for every cause, and fwd more for this one.
				back, fwd, hj := float64(p[j]*b), surv, d[j]/n
				q[j][0] += (float64(back*back)*h + float64((2*back+fwd)*fwd)*hj - square(float64(back*h)+float64(fwd*hj))) / n
				q[j][1] += float64(b*(float64(back*h)+float64(fwd*hj))) * (1 - h) / n
				q[j][2] += float64(b*b) * h * (1 - h) / n
			}
			surv *= 1 - h
		}
		c.surv[i] = surv
		for j := range k {
			c.cum[j][i] = p[j]
			c.vari[j][i] = max(0, q[j][0]-float64(2*p[j]*q[j][1])+float64(p[j]*p[j])*q[j][2])
		}
	}
	return c
}

func square(x float64) float64 { return x * x }

// Causes are the causes that anybody had, sorted.
func (c *Incidence) Causes() []string { return append([]string{}, c.causes...) }

// Groups are the names of the groups, sorted.
func (c *Incidence) Groups() []string { return append([]string{}, c.names...) }

// Group is the incidence of one group; of a name that none had, an empty one.
func (c *Incidence) Group(name string) *Incidence {
	if i := sort.SearchStrings(c.names, name); i < len(c.names) && c.names[i] == name {
		return c.group[i]
	}
	return &Incidence{line: &timeline{}, opt: c.opt}
}

// At is the share with a cause by time t. A cause that nobody had is 0, and
// an empty incidence is NaN.
func (c *Incidence) At(cause string, t float64) IncidencePoint {
	if c.line.subjects == 0 || math.IsNaN(t) {
		nan := math.NaN()
		return IncidencePoint{Time: t, P: nan, SE: nan, Lo: nan, Hi: nan}
	}
	p := IncidencePoint{Time: t, AtRisk: c.line.atRisk(t)}
	j := sort.SearchStrings(c.causes, cause)
	i := c.line.step(t)
	if j == len(c.causes) || c.causes[j] != cause || i < 0 {
		return p
	}
	c.fill(&p, j, i)
	return p
}

func (c *Incidence) fill(p *IncidencePoint, j, i int) {
	p.P = c.cum[j][i]
	p.SE = math.Sqrt(c.vari[j][i])
	if p.P > 0 {
		p.Lo, p.Hi = c.opt.Interval.band(p.P, c.vari[j][i]/float64(p.P*p.P), c.opt.z())
	}
}

// Survival is the share without any event by time t: 1 less all causes.
func (c *Incidence) Survival(t float64) float64 {
	if c.line.subjects == 0 || math.IsNaN(t) {
		return math.NaN()
	}
	if i := c.line.step(t); i >= 0 {
		return c.surv[i]
	}
	return 1
}

// Rows yields the incidence of a cause at every time at which somebody left.
func (c *Incidence) Rows(cause string) iter.Seq[IncidencePoint] {
	return func(yield func(IncidencePoint) bool) {
		j := sort.SearchStrings(c.causes, cause)
		if j == len(c.causes) || c.causes[j] != cause {
			return
		}
		for i, t := range c.line.time {
			p := IncidencePoint{Time: t, AtRisk: c.line.risk[i]}
			c.fill(&p, j, i)
			if !yield(p) {
				return
			}
		}
	}
}

// String is the share of each cause at the last time, pooled and by group.
func (c *Incidence) String() string {
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

func (c *Incidence) describe(b *strings.Builder, name string) {
	fmt.Fprintf(b, "%s%d subjects", name, c.line.subjects)
	m := len(c.line.time)
	if m == 0 {
		return
	}
	fmt.Fprintf(b, " at %v:", c.line.time[m-1])
	for j, cause := range c.causes {
		fmt.Fprintf(b, " %s %.4g,", shown(cause), c.cum[j][m-1])
	}
	fmt.Fprintf(b, " none %.4g", c.surv[m-1])
}
