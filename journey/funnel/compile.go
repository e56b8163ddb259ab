package funnel

import (
	"cmp"
	"fmt"
	"math"
	"math/bits"
	"slices"
	"time"

	"github.com/lifecycle-go/lifecycle/metrics/calendar"
	"github.com/lifecycle-go/lifecycle/touchpoint"
)

// plan is a Spec compiled against one log.
type plan struct {
	spec     Spec
	log      *touchpoint.Log
	cols     touchpoint.Columns
	steps    *touchpoint.Selector
	spoilers *touchpoint.Selector
	byName   []uint64 // step masks by name, where names alone decide
	exact    bool
	window   uint64
	from, to int64 // instants of events that are seen, to excluded
	// general is set where bounds between steps, optional steps or calendar days
	// need every way through the steps, not only the latest start.
	general bool
	// usual: Ordered by names alone, with no rule beside it.
	usual bool
	days  calendar.Grid
	// onlyOptions: decoded, and it had a filter.
	onlyOptions bool
	// origin names the definition of a stage funnel.
	origin string
}

func (s Spec) compile(log *touchpoint.Log) (*plan, error) {
	if err := s.Validate(); err != nil {
		return nil, err
	}
	if log == nil {
		log = new(touchpoint.Log)
	}
	p := &plan{spec: s, log: log, cols: log.Columns(), from: math.MinInt64, to: math.MaxInt64, window: uint64(s.Window)}
	if s.Window == 0 {
		p.window = uint64(DefaultWindow)
	}
	for _, bound := range []struct {
		at  time.Time
		set *int64
	}{{s.From, &p.from}, {s.To, &p.to}} {
		if bound.at.IsZero() {
			continue
		}
		if err := calendar.CheckTime(bound.at); err != nil {
			return nil, fmt.Errorf("funnel: %w: %w", ErrSpec, err)
		}
		*bound.set = nanos(bound.at)
	}
	sets := make([][]touchpoint.Match, len(s.Steps))
	for i, st := range s.Steps {
		sets[i] = st.Any
	}
	if p.general = s.bounded() || s.Days > 0; s.Days > 0 {
		p.days = calendar.Grid{Unit: calendar.UnitDay, Location: s.Location}
	}
	var err error
	if p.steps, err = log.Select(sets...); err != nil {
		return nil, fmt.Errorf("funnel: steps: %w", err)
	}
	p.byName, p.exact = p.steps.ByName()
	p.usual = p.exact && s.Order == Ordered && s.Anchor == BestAttempt && !s.StrictlyIncreasing && len(s.Exclude) == 0 && !p.general && s.Tolerance == 0
	if s.Tolerance > 0 {
		if err := p.separate(); err != nil {
			return nil, err
		}
	}
	if len(s.Exclude) > 0 {
		spoil := make([][]touchpoint.Match, len(s.Exclude))
		for i, x := range s.Exclude {
			spoil[i] = x.Any
		}
		if p.spoilers, err = log.Select(spoil...); err != nil {
			return nil, fmt.Errorf("funnel: exclusions: %w", err)
		}
	}
	return p, nil
}

// nanos saturates: a log's instants fit an int64, a bound of the year 2200 may
// not.
func nanos(t time.Time) int64 {
	switch {
	case t.Before(time.Unix(0, math.MinInt64)):
		return math.MinInt64
	case t.After(time.Unix(0, math.MaxInt64)):
		return math.MaxInt64
	}
	return t.UnixNano()
}

func (p *plan) mask(i int) uint64 {
	if p.exact {
		return p.byName[p.cols.Name[i]]
	}
	return p.steps.Mask(i)
}

// spoils are the exclusions that event i triggers.
func (p *plan) spoils(i int) uint64 {
	if p.spoilers == nil {
		return 0
	}
	return p.spoilers.Mask(i)
}

// event is an event that may be a step or spoil an attempt.
type event struct {
	i            int
	steps, spoil uint64
}

// rank orders events of one instant: the lower step first, then what only
// spoils or is nothing.
func (e event) rank() int {
	if e.steps == 0 {
		return MaxSteps
	}
	return bits.TrailingZeros64(e.steps)
}

// chain is the way of one attempt: the event taken at each place; -1 = none. A
// chain of Ordered has no gaps but optional steps.
type chain struct {
	level  int // 0 = none; otherwise one more than the last place
	spoilt bool
	taken  [MaxSteps]int32
}

func (c *chain) set(level int, taken []int32) {
	c.level, c.spoilt = level, false
	copy(c.taken[:level], taken[:level])
}

// walker finds the best chain of one customer after the other.
type walker struct {
	*plan
	best   chain
	state  []attempt // by level, from 0
	same   []event   // events of one instant
	opened bool      // FirstEntry: the one attempt was opened
	ways   ways
	any    anyOrder
	near   tolerance
	chain  []int32 // of chronological
}

// attempt is the latest-started chain that has reached a level.
type attempt struct {
	open  bool
	start int64
	last  int64
	taken []int32
}

func (p *plan) walker() *walker {
	w := &walker{plan: p}
	n := len(p.spec.Steps)
	w.state = make([]attempt, n)
	backing := make([]int32, n*n)
	for i := range w.state {
		w.state[i].taken = backing[i*n : (i+1)*n]
	}
	return w
}

// walk leaves the best chain of customer c in w.best.
func (w *walker) walk(c int) {
	from, to := w.cols.Range(c)
	at := w.cols.UnixNano
	for from < to && at[from] < w.from {
		from++
	}
	for from < to && at[to-1] >= w.to {
		to--
	}
	w.best.level, w.best.spoilt, w.opened = 0, false, false
	switch {
	case w.spec.Order == AnyOrder:
		w.anyOrder(from, to)
		return
	case w.spec.Tolerance > 0:
		w.tolerant(from, to)
		return
	case w.general:
		w.generalWalk(from, to)
	default:
		for i := range w.state {
			w.state[i].open = false
		}
		if w.usual {
			w.plain(from, to)
			return
		}
		w.each(from, to, w.spec.Order != Ordered, w.take)
	}
	if w.best.spoilt {
		w.best.level = 0
	}
}

// each feeds the events of a customer to take, those of one instant by rank,
// until take says that nothing can get better. all includes events that are
// neither step nor exclusion.
func (w *walker) each(from, to int, all bool, take func(e event) (done bool)) {
	at := w.cols.UnixNano
	for i := from; i < to; i++ {
		e := event{i, w.mask(i), w.spoils(i)}
		if e.steps|e.spoil == 0 && !all {
			continue
		}
		if i+1 == to || at[i+1] != at[i] {
			if take(e) {
				return
			}
			continue
		}
		w.same = append(w.same[:0], e)
		for ; i+1 < to && at[i+1] == at[i]; i++ {
			if e := (event{i + 1, w.mask(i + 1), w.spoils(i + 1)}); e.steps|e.spoil != 0 || all {
				w.same = append(w.same, e)
			}
		}
		slices.SortStableFunc(w.same, func(a, b event) int { return cmp.Compare(a.rank(), b.rank()) })
		if slices.ContainsFunc(w.same, take) {
			return
		}
	}
}
