package cohort

import (
	"fmt"
	"sync"

	"github.com/lifecycle-go/lifecycle/metrics/ledger"
)

// tableSums is the cohorts by how many months before the last one observed they
// began, which needs no knowledge of the first.
type tableSums []*cohortSums

func (t *tableSums) cohort(monthsBefore int) *cohortSums {
	for len(*t) <= monthsBefore {
		*t = append(*t, nil)
	}
	c := (*t)[monthsBefore]
	if c == nil {
		c = newCohortSums(monthsBefore + 1)
		(*t)[monthsBefore] = c
	}
	return c
}

func (t *tableSums) merge(o tableSums) {
	for before, c := range o {
		if c != nil {
			t.cohort(before).merge(c)
		}
	}
}

func (t tableSums) settle() {
	for _, c := range t {
		if c != nil {
			c.settle()
		}
	}
}

// gathered is the sums of one goroutine, or of all. With Options.Key the whole
// is left to the sum of the segments.
type gathered struct {
	whole     tableSums
	segments  map[string]*tableSums
	customers []uint64      // fingerprints of those in it
	periods   int           // from the first cohort through the last one observed
	steps     []ledger.Step // of the customer at hand, by period
	err       error
}

// gather sums the whole ledger.
func gather(l *ledger.Ledger, o Options, p period) (*gathered, error) {
	key := o.Key
	if key != nil {
		key = serial(key)
	}
	through := p.through()
	parts, err := ledger.Fold(l, through, newGathered, func(g *gathered, c *ledger.Curve) {
		before := p.before(c.First)
		g.periods = max(g.periods, before+1)
		if g.periods*p.every > MaxMonths || g.err != nil {
			return
		}
		g.customers = append(g.customers, c.Fingerprint())
		to := &g.whole
		if key != nil {
			if to, g.err = g.segment(key(c.Customer())); g.err != nil {
				return
			}
		}
		to.cohort(before).add(c, g.byPeriod(c, p), o.Base)
	})
	if err != nil {
		return nil, err
	}
	all, rest := newGathered(), parts
	if key == nil && len(parts) > 0 {
		all, rest = parts[0], parts[1:] // its whole is there already
	}
	for _, g := range rest {
		all.periods = max(all.periods, g.periods)
	}
	if all.periods*p.every > MaxMonths {
		return nil, fmt.Errorf("%w: %s through %s is %d months; the limit is %d",
			ErrRange, p.last.Add((1-all.periods)*p.every), through, all.periods*p.every, MaxMonths)
	}
	for _, g := range rest {
		all.merge(g)
	}
	if all.err != nil {
		return nil, all.err
	}
	all.whole.settle()
	for _, s := range all.segments { // each by itself, in any order
		s.settle()
	}
	return all, nil
}

// byPeriod are a customer's steps by age in periods: of several in one the last.
func (g *gathered) byPeriod(c *ledger.Curve, p period) []ledger.Step {
	if p.every == 1 {
		return c.Steps
	}
	into := c.First.Sub(p.floor(c.First))
	g.steps = g.steps[:0]
	for _, s := range c.Steps {
		s.Age = (into + s.Age) / p.every
		if n := len(g.steps); n > 0 && g.steps[n-1].Age == s.Age {
			g.steps[n-1].Level = s.Level
			continue
		}
		g.steps = append(g.steps, s)
	}
	return g.steps
}

func newGathered() *gathered { return &gathered{segments: map[string]*tableSums{}} }

// serial keeps a caller's function from being called twice at once.
func serial(key func(string) string) func(string) string {
	var mu sync.Mutex
	return func(customer string) string {
		mu.Lock()
		defer mu.Unlock()
		return key(customer)
	}
}

func (g *gathered) segment(key string) (*tableSums, error) {
	s := g.segments[key]
	if s == nil {
		if len(g.segments) == MaxSegments {
			return nil, fmt.Errorf("%w: more than %d segments", ErrRange, MaxSegments)
		}
		s = new(tableSums)
		g.segments[key] = s
	}
	return s, nil
}

// merge adds another goroutine's sums. Addition is exact, so neither the order
// nor how the customers were divided shows.
func (g *gathered) merge(o *gathered) {
	if g.err == nil {
		g.err = o.err
	}
	if g.err != nil {
		return
	}
	g.whole.merge(o.whole)
	g.customers = append(g.customers, o.customers...)
	for key, from := range o.segments {
		to, err := g.segment(key)
		if err != nil {
			g.err = err
			return
		}
		to.merge(*from)
		g.whole.merge(*from)
	}
}
