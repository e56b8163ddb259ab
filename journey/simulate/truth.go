package simulate

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/lifecycle-go/lifecycle/journey"
)

// Truth is what the parameters of a World say about its journey: what an
// estimate from its log has to come back to. Probabilities and means are those
// of all visits of a life without end, over all personas and variants, with the
// timers.
type Truth struct {
	Stages []StageTruth `json:"stages"`
	// Moves are the transition matrix: the moves of a stage, by trigger.
	Moves []MoveTruth `json:"moves"`
	// Milestones are those of rule AnyOf whose events have a closed form.
	Milestones []MilestoneTruth `json:"milestones"`
	// Control and Treated are the share of first and later visits of
	// Treatment.From that take On; equal, and zero, without a Treatment.
	Control float64 `json:"control"`
	Treated float64 `json:"treated"`
}

// StageTruth is what is true of a stage.
type StageTruth struct {
	Stage journey.Stage `json:"stage"`
	// Visits is how many a customer makes, on average.
	Visits float64 `json:"visits"`
	// Stays is the share of visits that never end.
	Stays float64 `json:"stays"`
	// Dwell is the mean length of the visits that end; zero when none does.
	Dwell time.Duration `json:"dwell"`
}

// MoveTruth is what is true of a way to leave a stage.
type MoveTruth struct {
	From journey.Stage   `json:"from"`
	On   journey.Trigger `json:"on"`
	To   journey.Stage   `json:"to"`
	// Timer says that a timer does it.
	Timer bool `json:"timer"`
	// P is the share of the visits of From that end so.
	P float64 `json:"p"`
	// Dwell is the mean length of these visits.
	Dwell time.Duration `json:"dwell"`
}

// MilestoneTruth is the share of customers who ever reach a milestone.
type MilestoneTruth struct {
	Name string  `json:"name"`
	P    float64 `json:"p"`
}

// Move is the truth of a way to leave a stage, and whether there is one.
func (t *Truth) Move(from journey.Stage, on journey.Trigger) (MoveTruth, bool) {
	for _, m := range t.Moves {
		if m.From == from && m.On == on {
			return m, true
		}
	}
	return MoveTruth{}, false
}

// Effect is the difference that the treatment makes, timers considered.
func (t *Truth) Effect() float64 { return t.Treated - t.Control }

// String is the transition matrix as a table.
func (t *Truth) String() string {
	var b strings.Builder
	for _, m := range t.Moves {
		fmt.Fprintf(&b, "%-14s %-18s %-14s %7.4f  %s\n", m.From, m.On, m.To, m.P, m.Dwell.Round(time.Minute))
	}
	return b.String()
}

// Rows are the Moves as text: from, on, to, timer, p, dwell.
func (t *Truth) Rows() [][]string {
	rows := make([][]string, 0, len(t.Moves))
	for _, m := range t.Moves {
		rows = append(rows, []string{string(m.From), string(m.On), string(m.To), fmt.Sprint(m.Timer), number(m.P), m.Dwell.String()})
	}
	return rows
}

// MarshalJSON writes durations as Go does.
func (s StageTruth) MarshalJSON() ([]byte, error) {
	type plain StageTruth
	return json.Marshal(struct {
		plain
		Dwell string `json:"dwell"`
	}{plain(s), s.Dwell.String()})
}

// MarshalJSON writes durations as Go does.
func (m MoveTruth) MarshalJSON() ([]byte, error) {
	type plain MoveTruth
	return json.Marshal(struct {
		plain
		Dwell string `json:"dwell"`
	}{plain(m), m.Dwell.String()})
}

// Truth works out what is true of the journey. It wraps ErrNoClosedForm where
// guards, gates, nested timers, damping, lapsed payments or customers who never
// settle leave no formula.
func (w *World) Truth() (*Truth, error) {
	e, err := w.compile()
	if err != nil {
		return nil, err
	}
	if err := e.closed(); err != nil {
		return nil, err
	}
	var m mixture
	for i := range e.classes {
		weight := e.weight(i)
		if weight == 0 {
			continue
		}
		chain := e.chain(&e.classes[i])
		visits, ok := chain.visits()
		if !ok {
			return nil, fmt.Errorf("simulate: truth: %w: customers move for ever", ErrNoClosedForm)
		}
		m.add(weight, chain, visits)
	}
	t := m.truth(e)
	for _, mile := range e.d.Milestones() {
		if p, ok := e.milestone(&mile, m.chains, m.weights); ok {
			t.Milestones = append(t.Milestones, MilestoneTruth{mile.Name, p})
		}
	}
	t.Control, t.Treated = m.treatment(e)
	return t, nil
}

// closed reports why there is no closed form.
func (e *engine) closed() error {
	no := func(why string) error { return fmt.Errorf("simulate: truth: %w: %s", ErrNoClosedForm, why) }
	switch p := e.w.Billing.Payments; {
	case e.slow:
		return no("guards, gates or timers of outer stages decide")
	case e.w.Damping.Night > 0 || e.w.Damping.Weekend > 0:
		return no("damping puts acts off")
	case p.Fails > 0 && p.Recovers < 1 && len(e.w.Billing.Stages) > 0:
		return no("payments lapse")
	}
	return nil
}

// weight is the share of customers in a class.
func (e *engine) weight(class int) float64 {
	p := class / 2
	w := e.shares[p]
	if p > 0 {
		w -= e.shares[p-1]
	}
	w /= e.shares[len(e.shares)-1]
	share := 0.0
	if e.exposed >= 0 {
		share = e.w.Treatment.Share
	}
	if class%2 == 0 {
		return w * (1 - share)
	}
	return w * share
}

// exit is a way to leave a stage as it comes out in the end.
type exit struct {
	on    journey.Trigger
	to    int
	timer bool
	p     float64
	dwell Dwell
}

// chain is how a class moves, timers considered.
type chain struct {
	start int
	exits [][]exit
}

func (e *engine) chain(c *class) *chain {
	out := &chain{start: e.initial, exits: make([][]exit, len(e.stages))}
	if to, ok := e.single(e.stages[e.initial].name, journey.Trigger(e.w.Arrivals.Event)); ok {
		out.start = to
	}
	for s := range e.stages {
		run := &e.stages[s]
		rest := 1.0
		for _, b := range c.branches[s] {
			x := exit{on: b.move.On, to: b.to, p: b.p, dwell: b.move.Dwell}
			if t := time.Duration(run.after); t > 0 {
				x.p *= x.dwell.below(t)
				if x.dwell.Below == 0 || x.dwell.Below > t {
					x.dwell.Below = t
				}
			}
			rest -= x.p
			if x.p > 0 {
				out.exits[s] = append(out.exits[s], x)
			}
		}
		if run.after > 0 && rest > 1e-12 {
			out.exits[s] = append(out.exits[s], exit{on: e.timerOf(s), to: run.timerTo, timer: true, p: rest, dwell: Fixed(time.Duration(run.after))})
		}
	}
	return out
}

// timerOf is the trigger of the timer that ends visits of a stage.
func (e *engine) timerOf(s int) journey.Trigger {
	for _, t := range e.d.Spec().After {
		if t.Stage == e.stages[s].name && int64(t.After) == e.stages[s].after {
			return t.Trigger
		}
	}
	return ""
}

// visits is how often a customer visits each stage: (I−Q)ᵀ v = start.
func (c *chain) visits() ([]float64, bool) {
	n := len(c.exits)
	a, b := square(n), make([]float64, n)
	b[c.start] = 1
	for s := range n {
		a[s][s]++
		for _, x := range c.exits[s] {
			a[x.to][s] -= x.p
		}
	}
	v, ok := solve(a, b)
	for _, x := range v {
		ok = ok && x > -1e-9 && x < 1e9
	}
	return v, ok
}

// mixture adds up classes.
type mixture struct {
	weights []float64
	chains  []*chain
	visits  [][]float64
}

func (m *mixture) add(weight float64, c *chain, visits []float64) {
	m.weights, m.chains, m.visits = append(m.weights, weight), append(m.chains, c), append(m.visits, visits)
}

func (m *mixture) truth(e *engine) *Truth {
	t := &Truth{Milestones: []MilestoneTruth{}, Moves: []MoveTruth{}}
	for s := range e.stages {
		var moves []MoveTruth
		var time0 []float64 // seconds, by move
		all, ended, spent := 0.0, 0.0, 0.0
		for i, c := range m.chains {
			v := m.weights[i] * m.visits[i][s]
			all += v
			for _, x := range c.exits[s] {
				k := slices.IndexFunc(moves, func(o MoveTruth) bool { return o.On == x.on && o.Timer == x.timer })
				if k < 0 {
					k = len(moves)
					moves, time0 = append(moves, MoveTruth{From: e.stages[s].name, On: x.on, To: e.stages[x.to].name, Timer: x.timer}), append(time0, 0)
				}
				dwell := v * x.p * x.dwell.meanSeconds()
				moves[k].P += v * x.p
				time0[k] += dwell
				ended, spent = ended+v*x.p, spent+dwell
			}
		}
		st := StageTruth{Stage: e.stages[s].name, Visits: max(all, 0)}
		if all > 1e-12 {
			st.Stays = max(1-ended/all, 0)
			if ended > 0 {
				st.Dwell = seconds(spent / ended)
			}
			for k := range moves {
				moves[k].Dwell = seconds(time0[k] / moves[k].P)
				moves[k].P /= all
			}
			slices.SortStableFunc(moves, func(a, b MoveTruth) int { return cmp.Compare(a.On, b.On) })
			t.Moves = append(t.Moves, moves...)
		}
		t.Stages = append(t.Stages, st)
	}
	return t
}

// treatment is the share of visits of Treatment.From that take On, by variant.
func (m *mixture) treatment(e *engine) (control, treated float64) {
	if e.exposed < 0 {
		return 0, 0
	}
	var took, all [2]float64
	for class, k := 0, 0; class < len(e.classes); class++ {
		if e.weight(class) == 0 {
			continue
		}
		v := m.weights[k] * m.visits[k][e.exposed]
		all[class%2] += v
		for _, x := range m.chains[k].exits[e.exposed] {
			if x.on == e.w.Treatment.On && !x.timer {
				took[class%2] += v * x.p
			}
		}
		k++
	}
	for i := range all {
		if all[i] > 0 {
			took[i] /= all[i]
		}
	}
	return took[0], took[1]
}
