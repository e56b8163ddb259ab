package forecast

import (
	"fmt"
	"math"
	"runtime"
	"slices"
	"strconv"
	"sync"

	"github.com/shopspring/decimal"

	"github.com/lifecycle-go/lifecycle/metrics/calendar"
	"github.com/lifecycle-go/lifecycle/metrics/ledger"
)

// Options of [Books]. The zero value is twelve months beyond the last change,
// by 1,000 paths of seed 0, with intervals of 80 and 95 %.
type Options struct {
	// Origin is the last month known; zero is the month of the last movement.
	// What the books say of later months is not looked at, but what they say
	// of earlier ones is as known today: see Backtest for the difference.
	Origin calendar.Month
	// Horizon is how many months ahead; zero is 12, at most 120.
	Horizon int
	// Paths is how many futures are drawn; zero is 1000. Paths × Horizon is at
	// most 2,000,000.
	Paths int
	// Seed of the random numbers. Equal seeds, equal bytes.
	Seed uint64
	// Levels of the intervals shown; nil is 0.8 and 0.95.
	Levels []float64
	// Target is the revenue whose probability is shown; see Projection.Reach.
	Target decimal.Decimal
	// Scenarios to project beside.
	Scenarios []Scenario
	// Commitments are what contracts say of customers who are there; see
	// CommitmentsOf.
	Commitments []Commitment
}

const (
	maxHorizon = 120
	maxCells   = 2_000_000
)

// Projection is what the books may look like in the months ahead: every path a
// bridge in money and heads that closes to the minor unit. It is not written
// to and safe everywhere.
type Projection struct {
	// Origin is the last month known.
	Origin calendar.Month
	// Warnings a reader must know; every estimate carries them too.
	Warnings []error

	name      string // of the scenario
	opt       Options
	h         *history
	e         *estimated
	cells     [lines][][]int64 // by month ahead from 1, then path
	closing   [][]int64        // by month ahead from 0, then path
	heads     [][]int64
	live      [][]int64
	kept      [][]int64
	ours      [][]int64 // what customers of the origin pay, returns included
	today     [][]int64 // by cohort and month ahead, up to a quarter: sum over paths of what customers of the origin pay
	scenarios []*Projection
}

// Books rolls the books forward: who is there today leaves by the hazard of
// their tenure, who stays moves as customers did, new ones come by a damped
// trend, and some who left return. Everything is estimated from the books
// alone, at the grain of month ends, and its uncertainty is drawn anew in
// every path. Money is whole minor units of the ledger's currency and opens
// with what the ledger closes the origin with.
//
// Fewer than six months fail with ErrTooShort, fewer than twelve warn.
//
// Cost: the movements are read twice; then each path costs one random number
// per customer and one more per thing that happens to one.
func Books(l *ledger.Ledger, o Options) (*Projection, error) {
	if err := o.validate(); err != nil {
		return nil, err
	}
	h, err := read(l, o.Origin, len(o.Commitments) > 0)
	if err != nil {
		return nil, err
	}
	if h.months < leastPoints {
		return nil, tooShort("Books", h.months, leastPoints)
	}
	terms, err := o.terms(h)
	if err != nil {
		return nil, err
	}
	h.ids = nil
	e := h.estimate(o.Horizon)
	p := newProjection("", o, h, e)
	for _, s := range o.Scenarios {
		p.scenarios = append(p.scenarios, newProjection(s.Name, o, h, e))
	}
	p.simulate(h.roster(terms, crowdSize))
	return p, nil
}

func (o *Options) validate() error {
	if o.Horizon == 0 {
		o.Horizon = 12
	}
	if o.Paths == 0 {
		o.Paths = 1000
	}
	if o.Levels == nil {
		o.Levels = []float64{0.8, 0.95}
	}
	o.Levels, o.Scenarios = slices.Clone(o.Levels), slices.Clone(o.Scenarios)
	o.Commitments = slices.Clone(o.Commitments)
	switch {
	case !o.Origin.IsZero() && o.Origin.Validate() != nil:
		return badOption("Books", "Origin", o.Origin.String(), "want a month of the years 1900 to 2200")
	case o.Horizon < 1 || o.Horizon > maxHorizon:
		return badOption("Books", "Horizon", strconv.Itoa(o.Horizon), "want 1 to "+strconv.Itoa(maxHorizon))
	case o.Paths < 1 || o.Paths > maxCells/o.Horizon:
		return badOption("Books", "Paths", strconv.Itoa(o.Paths), fmt.Sprintf("want 1 to %d at a horizon of %d", maxCells/o.Horizon, o.Horizon))
	case len(o.Levels) > 20:
		return badOption("Books", "Levels", strconv.Itoa(len(o.Levels)), "want at most 20")
	case o.Target.IsNegative():
		return badOption("Books", "Target", o.Target.String(), "want an amount of zero or more")
	}
	for _, l := range o.Levels {
		if !(l > 0 && l < 1) {
			return badOption("Books", "Levels", strconv.FormatFloat(l, 'g', -1, 64), "want more than 0 and less than 1, for example 0.95")
		}
	}
	return o.checkScenarios()
}

func newProjection(name string, o Options, h *history, e *estimated) *Projection {
	p := &Projection{Origin: h.origin, name: name, opt: o, h: h, e: e}
	if h.months < fewPoints {
		p.Warnings = append(p.Warnings, ErrFewPoints)
	}
	table := func() [][]int64 {
		out := make([][]int64, o.Horizon+1)
		for i := range out {
			out[i] = make([]int64, o.Paths)
		}
		return out
	}
	for i := range p.cells {
		if line(i) < lineLive {
			p.cells[i] = table()
		}
	}
	p.closing, p.heads, p.live, p.kept, p.ours = table(), table(), table(), table(), table()
	p.today = make([][]int64, h.months)
	for i := range p.today {
		p.today[i] = make([]int64, quarter+1)
	}
	return p
}

// simulate walks all paths, of all scenarios, on all processors. Each path
// writes its own column; what is summed over paths is whole numbers.
func (p *Projection) simulate(who *roster) {
	o := &p.opt
	all := append([]*Projection{p}, p.scenarios...)
	var mu sync.Mutex
	var group sync.WaitGroup
	workers := min(runtime.GOMAXPROCS(0), o.Paths)
	for w := range workers {
		group.Go(func() {
			today := make([][][]int64, len(all))
			for i := range today {
				today[i] = make([][]int64, p.h.months)
				for c := range today[i] {
					today[i][c] = make([]int64, quarter+1)
				}
			}
			walk := &walker{horizon: o.Horizon}
			for path := w; path < o.Paths; path += workers {
				in := p.h.draw(p.e, o.Seed, path, o.Horizon)
				for i, q := range all {
					mine := in
					if i > 0 {
						mine = in.under(o.Scenarios[i-1])
					}
					walk.today = today[i]
					q.take(path, walk.run(mine, who))
				}
			}
			mu.Lock()
			defer mu.Unlock()
			for i, q := range all {
				for c := range q.today {
					for m := range q.today[c] {
						q.today[c][m] += today[i][c][m]
					}
				}
			}
		})
	}
	group.Wait()
	for _, q := range all {
		q.cumulate()
	}
}

// take writes one path's record into its column.
func (p *Projection) take(path int, r record) {
	for i, cells := range p.cells {
		for m := range cells { // none of those that are cumulated below
			cells[m][path] = r[m][i]
		}
	}
	money, heads := p.h.opening, int64(len(p.h.live))
	live, kept, ours := money, money, money
	for m := range p.opt.Horizon + 1 {
		money += r[m][lineNew] + r[m][lineExpansion] + r[m][lineReactivation] - r[m][lineContraction] - r[m][lineChurn]
		heads += r[m][lineNewHeads] + r[m][lineReactivatedHeads] - r[m][lineChurnedHeads]
		live += r[m][lineLive]
		kept += r[m][lineLiveKept]
		p.closing[m][path], p.heads[m][path] = money, heads
		ours += r[m][lineOurs]
		p.ours[m][path] = ours
		p.live[m][path], p.kept[m][path] = live, kept
	}
}

// cumulate turns the changes of what today's customers pay into levels.
func (p *Projection) cumulate() {
	for i := range p.h.live {
		s := &p.h.live[i]
		p.today[s.cohort][0] += s.level * int64(p.opt.Paths)
	}
	for _, c := range p.today {
		for m := 1; m < len(c); m++ {
			c[m] += c[m-1]
		}
	}
}

// mean of a column.
func mean(xs []int64) float64 {
	var hi, lo float64 // exact: sums of fewer than 2^21 numbers below 2^52
	for _, x := range xs {
		hi += float64(x >> 26)
		lo += float64(x & (1<<26 - 1))
	}
	n := float64(len(xs))
	return hi/n*(1<<26) + lo/n
}

// deviation of a column.
func deviation(xs []float64) float64 {
	if len(xs) < 2 {
		return math.NaN()
	}
	m, s := 0.0, 0.0
	for i, x := range xs {
		d := x - m
		m += d / float64(i+1)
		s += float64(d * (x - m))
	}
	return math.Sqrt(s / float64(len(xs)-1))
}
