package journeymap

import (
	"cmp"
	"math"
	"slices"
	"strings"

	"github.com/shopspring/decimal"

	"github.com/lifecycle-go/lifecycle/internal/special"
	"github.com/lifecycle-go/lifecycle/journey"
	"github.com/lifecycle-go/lifecycle/metrics"
	"github.com/lifecycle-go/lifecycle/touchpoint"
)

// build makes the map out of what was counted.
func (n *counter) build() (Map, error) {
	m := n.o.start(n.d)
	m.Basis = Actuals
	m.Customers = n.r.Customers()
	if first, last, ok := n.log.Span(); ok {
		m.From, m.Until = first, last
		if h := n.r.Horizon(); !h.IsZero() {
			m.Until = h
		}
	}
	moves := n.moves()
	for s, spec := range n.stages {
		name := string(spec.Name)
		t := &n.tally[s]
		stage := Stage{Name: name, Aside: spec.Aside, Figures: n.figures(s, moves[name]), Owner: n.owner(name)}
		if t.entered > 0 && spec.Doc != "" {
			stage.Goal = Notes(spec.Doc)
		}
		var err error
		if stage.Milestones, err = n.reached(name); err != nil {
			return Map{}, err
		}
		if e, ok := t.answers.mean(n.z()); ok {
			stage.Emotion = &Emotion{Value: e.Value, Evidence: Reported, N: e.N, Lo: e.Lo, Hi: e.Hi}
		}
		if err := n.touchpoints(s, &stage, &m); err != nil {
			return Map{}, err
		}
		stage.KPIs = n.o.kpis(name, true)
		n.place(&m, stage)
	}
	var err error
	m.Paths, err = n.paths()
	return m, err
}

// z is the normal quantile of the level.
func (n *counter) z() float64 { return special.NormalTwoSided(n.o.Level) }

// stageMoves are the triggers that moved customers out of a stage, and what was
// refused there.
type stageMoves struct{ on, back, blocked []Flow }

func (n *counter) moves() map[string]*stageMoves {
	out := map[string]*stageMoves{}
	for _, s := range n.stages {
		out[string(s.Name)] = &stageMoves{}
	}
	for _, t := range n.r.Transitions(journey.ByStage) {
		from, to := n.index[journey.Stage(t.From)], n.index[journey.Stage(t.To)]
		f := Flow{Trigger: string(t.On), To: t.To, N: t.Count + t.Timers}
		if f.N == 0 || from == to {
			continue
		}
		m := out[t.From]
		if !n.stages[to].Aside && (n.stages[from].Aside || to > from) {
			m.on = append(m.on, f)
		} else {
			m.back = append(m.back, f)
		}
	}
	for _, r := range n.r.Refusals(journey.ByStage) {
		if m := out[r.Stage]; m != nil {
			m.blocked = append(m.blocked, Flow{Trigger: string(r.Trigger), N: r.Count})
		}
	}
	for _, m := range out {
		for _, list := range [][]Flow{m.on, m.back, m.blocked} {
			sortFlows(list)
		}
	}
	return out
}

func sortFlows(list []Flow) {
	slices.SortFunc(list, func(a, b Flow) int {
		return cmp.Or(cmp.Compare(b.N, a.N), cmp.Compare(a.Trigger, b.Trigger), cmp.Compare(a.To, b.To))
	})
}

func (n *counter) figures(s int, moves *stageMoves) *Figures {
	t := &n.tally[s]
	f := &Figures{Entered: t.entered, Visits: t.visits, Here: t.here, On: moves.on, Back: moves.back, Blocked: moves.blocked}
	if n.laterStages(s) {
		f.Onward = metrics.NewCount(t.onward, t.entered)
	}
	f.Dropped = metrics.NewCount(t.dropped, t.entered)
	f.Median, f.P90 = quantile(t.ended, 0.5), quantile(t.ended, 0.9)
	f.MedianLo, f.MedianHi = medianInterval(t.ended, n.z())
	for to, times := range t.to {
		f.To = append(f.To, Flow{To: string(n.stages[to].Name), N: int64(len(times)), Median: quantile(times, 0.5)})
	}
	sortFlows(f.To)
	if t.use != (Use{}) {
		use := t.use
		f.Use = &use
	}
	return f
}

// laterStages reports whether there is anything to move on to.
func (n *counter) laterStages(s int) bool {
	for k, spec := range n.stages {
		if !spec.Aside && (k > s || n.stages[s].Aside) {
			return true
		}
	}
	return false
}

// medianInterval is the interval of the median from the sorted times
// themselves, with the normal approximation of the ranks (W. J. Conover,
// Practical Nonparametric Statistics, 3rd ed., section 3.2); none below six.
func medianInterval(times []int64, z float64) (lo, hi Duration) {
	n := float64(len(times))
	if n < 6 {
		return 0, 0
	}
	half := z * math.Sqrt(n) / 2
	a := int(math.Max(1, math.Floor(n/2-half)))
	b := int(math.Min(n, math.Ceil(n/2+half)+1))
	return Duration(times[a-1]), Duration(times[b-1])
}

// touchpoints puts what was met into a stage, in order of first use.
func (n *counter) touchpoints(s int, stage *Stage, m *Map) error {
	t := &n.tally[s]
	for k, name := range n.names {
		c := &n.cells[s*len(n.names)+k]
		if c.events == 0 {
			continue
		}
		share := metrics.NewCount(c.customers, t.entered)
		if float64(c.customers) < n.o.Prune*float64(t.entered) {
			c.pruned = true
			m.Pruned = append(m.Pruned, Pruned{Stage: stage.Name, Name: name, Events: c.events, Customers: c.customers})
			continue
		}
		p := Touchpoint{Name: name}
		if k < len(n.c.Touchpoints) {
			p = plannedPoint(n.c.Touchpoints[k])
			p.Decision, p.Pains = "", nil
		}
		p.Channel, p.Evidence, p.Events, p.Customers, p.Share = n.via[k], Observed, c.events, c.customers, share
		p.Place = 1 + float64(c.rank)/float64(c.customers)
		stage.Touchpoints = append(stage.Touchpoints, p)
		if err := n.moment(s, k, stage); err != nil {
			return err
		}
	}
	slices.SortStableFunc(stage.Touchpoints, func(a, b Touchpoint) int {
		return cmp.Or(cmp.Compare(a.Place, b.Place), cmp.Compare(b.Events, a.Events), cmp.Compare(a.Name, b.Name))
	})
	return nil
}

// moment notes a touchpoint whose customers moved on more or less often than
// the others of the stage, or felt better or worse, by more than chance.
func (n *counter) moment(s, k int, stage *Stage) error {
	t, c := &n.tally[s], &n.cells[s*len(n.names)+k]
	if n.laterStages(s) && c.customers < t.entered {
		moved, err := metrics.CompareShares(t.onward-c.onward, t.entered-c.customers, c.onward, c.customers, n.o.Level)
		if err != nil {
			return err
		}
		if d := moved.Difference; d.Lo > 0 || d.Hi < 0 {
			mo := Moment{Touchpoint: n.names[k], Delight: d.Lo > 0, Met: moved.B, Others: moved.A, Difference: intervalOf(d)}
			if h := c.half; h[0].met > 0 && h[1].met > 0 {
				trend, err := metrics.CompareShares(h[0].onward, h[0].met, h[1].onward, h[1].met, n.o.Level)
				if err != nil {
					return err
				}
				i := intervalOf(trend.Difference)
				mo.Trend = &i
			}
			stage.Figures.Moments = append(stage.Figures.Moments, mo)
		}
	}
	others := moments{n: t.answers.n - c.answers.n, sum: t.answers.sum - c.answers.sum, sq: t.answers.sq - c.answers.sq}
	if c.answers.n < 2 || others.n < 2 {
		return nil
	}
	d := c.answers.sum/float64(c.answers.n) - others.sum/float64(others.n)
	half := n.z() * math.Sqrt(c.answers.variance()/float64(c.answers.n)+others.variance()/float64(others.n))
	if math.Abs(d) > half {
		stage.Figures.Moments = append(stage.Figures.Moments, Moment{
			Touchpoint: n.names[k], Delight: d > 0, Felt: true,
			Difference: Interval{Value: d, Lo: d - half, Hi: d + half, N: t.answers.n},
		})
	}
	return nil
}

// reached are the milestones of a stage with who reached them and what became
// of them.
func (n *counter) reached(stage string) ([]Milestone, error) {
	list := slices.Clone(n.milestones[stage])
	for i := range list {
		ms := &list[i]
		r, err := n.r.Milestone(ms.Name, journey.MilestoneOptions{Level: n.o.Level})
		if err != nil {
			return nil, err
		}
		ms.Evidence, ms.Reached = Observed, r.ReachedRate()
		if d, ok := r.Quantile(0.5); ok {
			ms.Median = Duration(d)
		}
		ms.With, ms.Without = r.With.Ratio(), r.Without.Ratio()
		if n.o.Worth == nil {
			continue
		}
		var sum [2]decimal.Decimal
		var count [2]int64
		for j := range n.r.Journeys() {
			k := 0
			if j.Reached(ms.Name) {
				k = 1
			}
			sum[k] = sum[k].Add(n.o.Worth(j.Customer()))
			count[k]++
		}
		ms.ValueWithout = metrics.NewRatio(sum[0], decimal.NewFromInt(count[0]))
		ms.ValueWith = metrics.NewRatio(sum[1], decimal.NewFromInt(count[1]))
	}
	return list, nil
}

// ActualBy is Actual for each part of the customers, by persona or segment: a
// map per key in order of the keys, whose counts sum to those of the whole. The
// empty key is a part too. key must be a pure function.
func ActualBy(d *journey.Definition, c touchpoint.Catalogue, log *touchpoint.Log, key func(customer string) string, o ActualOptions) ([]Map, error) {
	if o.Replay.Horizon.IsZero() && o.Replay.AtLastEvent { // of the whole log, not of each part
		if _, last, ok := log.Span(); ok {
			o.Replay.Horizon = last
		}
	}
	of := map[string]string{}
	var keys []string
	for i := range log.Customers() {
		customer := log.Customer(i)
		of[customer] = key(customer)
		keys = append(keys, of[customer])
	}
	out := []Map{}
	for _, k := range names(keys) {
		part, err := log.Options().NewLog(func(yield func(touchpoint.Event) bool) {
			for customer, events := range log.ByCustomer() {
				if of[customer] != k {
					continue
				}
				for e := range events {
					if !yield(e) {
						return
					}
				}
			}
		})
		if err != nil {
			return nil, err
		}
		one := o
		one.Persona = k
		if one.Name != "" && k != "" {
			one.Name = strings.TrimSpace(o.Name + ": " + k)
		}
		m, err := Actual(d, c, part, one)
		if err != nil {
			return nil, err
		}
		out = append(out, m)
	}
	return out, nil
}
