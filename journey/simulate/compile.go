package simulate

import (
	"time"

	"github.com/lifecycle-go/lifecycle/journey"
	"github.com/lifecycle-go/lifecycle/metrics/billing"
	"github.com/lifecycle-go/lifecycle/metrics/money"
)

// engine is a checked World by number.
type engine struct {
	w        *World
	d        *journey.Definition
	table    journey.Table
	stages   []stageRun
	classes  []class // by persona and variant: see classOf
	shares   []float64
	channels [][]float64 // by persona: cumulated shares
	plans    [][]float64 // by persona: cumulated weights of plans
	schedule schedule
	currency money.Currency
	loc      *time.Location
	from, to int64 // Unix seconds
	initial  int
	arrival  int // trigger of the arrival, -1 when only a touchpoint or absent
	lapse    bool
	exposed  int  // stage of the treatment, -1 without one
	slow     bool // guards, gates or clocks of outer stages decide: walk with the definition
}

// stageRun is what happens in a stage.
type stageRun struct {
	name    journey.Stage
	habits  []int // into World.Habits
	surveys []int // into World.Surveys
	after   int64 // the timer that fires first, in nanoseconds; 0 = none
	timerTo int
	billed  bool
	state   billing.State
	lapseTo int // where Payments.Lapsed leads, or -1
}

// class is how one kind of customer moves.
type class struct {
	branches [][]branch  // by stage
	cum      [][]float64 // by stage; what is missing to 1 stays
}

// branch is one compiled Move.
type branch struct {
	move *Move
	on   int
	to   int // -1 where the definition decides
	p    float64
}

// compile checks a world and numbers it.
func (w *World) compile() (*engine, error) {
	c := *w
	e := &engine{w: &c, d: w.Definition, exposed: -1, arrival: -1}
	if err := c.check(); err != nil {
		return nil, err
	}
	e.table = e.d.Table()
	e.from, e.to = w.From.Unix(), w.To.Unix()
	e.initial = e.table.Initial
	if e.currency = w.Billing.Currency; e.currency == "" {
		e.currency = "USD"
	}
	if e.loc = w.Damping.Location; e.loc == nil {
		e.loc = time.UTC
	}
	if t, ok := e.table.Trigger(journey.Trigger(w.Arrivals.Event)); ok {
		e.arrival = t
	}
	if len(c.Personas) == 0 {
		c.Personas = []Persona{{}}
	}
	e.numberStages()
	e.numberPersonas()
	until := e.to
	if !w.Arrivals.Until.IsZero() {
		until = w.Arrivals.Until.Unix()
	}
	e.schedule = c.Arrivals.schedule(c.Seed, e.from, until)
	return e, nil
}

func (e *engine) numberStages() {
	w := e.w
	for i, s := range e.d.Stages() {
		run := stageRun{name: s.Name, lapseTo: -1}
		for k := range w.Habits {
			if w.Habits[k].Stage == s.Name {
				run.habits = append(run.habits, k)
			}
		}
		for k := range w.Surveys {
			if w.Surveys[k].Stage == s.Name {
				run.surveys = append(run.surveys, k)
			}
		}
		for _, b := range w.Billing.Stages {
			if b.Stage == s.Name {
				run.billed, run.state = true, b.State
			}
		}
		if w.Treatment.From == s.Name && w.Treatment.Share > 0 {
			e.exposed = i
		}
		if p := w.Billing.Payments; p.Fails > 0 && p.Lapsed != "" {
			if to, ok := e.d.Next(s.Name, journey.Trigger(p.Lapsed)); ok {
				run.lapseTo, _ = e.table.Stage(to)
			}
		}
		e.stages = append(e.stages, run)
	}
	e.lapse = w.Billing.Payments.Fails > 0
	spec := e.d.Spec()
	for _, t := range spec.After {
		i, leaf := e.table.Stage(t.Stage)
		next, plain := e.single(t.Stage, t.Trigger)
		if !leaf || !plain {
			e.slow = true
			continue
		}
		if s := &e.stages[i]; s.after == 0 || int64(t.After) < s.after {
			s.after, s.timerTo = int64(t.After), next
		}
	}
	for _, t := range w.triggers() {
		for i := range e.stages {
			if e.conditional(e.stages[i].name, t) {
				e.slow = true
			}
		}
	}
}

// triggers are all that customers of the world may do to the journey.
func (w *World) triggers() []journey.Trigger {
	out := []journey.Trigger{journey.Trigger(w.Arrivals.Event), journey.Trigger(w.Billing.Payments.Lapsed)}
	for i := range w.Moves {
		out = append(out, w.Moves[i].On)
	}
	for i := range w.Personas {
		for k := range w.Personas[i].Moves {
			out = append(out, w.Personas[i].Moves[k].On)
		}
	}
	for i := range w.Habits {
		out = append(out, journey.Trigger(w.Habits[i].Event))
	}
	return out
}

// single is where a trigger leads from a stage when one unconditional edge that
// begins a visit decides it.
func (e *engine) single(s journey.Stage, t journey.Trigger) (int, bool) {
	if e.conditional(s, t) {
		return -1, false
	}
	for _, edge := range e.d.Edges() {
		if edge.From == s && edge.On == t {
			to, _ := e.table.Stage(edge.To)
			return to, !edge.Internal
		}
	}
	return -1, false
}

func (e *engine) conditional(s journey.Stage, t journey.Trigger) bool {
	for _, edge := range e.d.Edges() {
		if edge.From == s && edge.On == t && edge.Conditional() {
			return true
		}
	}
	return false
}

func (e *engine) numberPersonas() {
	for i := range e.w.Personas {
		p := &e.w.Personas[i]
		e.shares = append(e.shares, p.Share)
		for _, treated := range []bool{false, true} {
			e.classes = append(e.classes, e.class(p, treated))
		}
		weights := make([]float64, len(e.w.Acquisition.Channels))
		for k := range weights {
			c := &e.w.Acquisition.Channels[k]
			weights[k] = c.Share
			if v, ok := p.Channels[c.Channel]; ok {
				weights[k] = v
			}
		}
		e.channels = append(e.channels, cumulate(weights))
		e.plans = append(e.plans, cumulate(e.planWeights(p)))
	}
	if last := cumulate(e.shares); last[len(last)-1] == 0 {
		for i := range e.shares {
			e.shares[i] = 1
		}
	}
	e.shares = cumulate(e.shares)
}

func (e *engine) planWeights(p *Persona) []float64 {
	weights := make([]float64, len(e.w.Billing.Plans))
	for k := range weights {
		if len(p.Plans) == 0 {
			weights[k] = 1
		}
		for _, c := range p.Plans {
			if c.Plan == e.w.Billing.Plans[k].Name {
				weights[k] = c.P
			}
		}
	}
	return weights
}

func (e *engine) classOf(persona int, treated bool) *class {
	if treated {
		return &e.classes[2*persona+1]
	}
	return &e.classes[2*persona]
}

// class numbers the moves of a persona, those of the treated with its effect.
func (e *engine) class(p *Persona, treated bool) class {
	c := class{branches: make([][]branch, len(e.stages)), cum: make([][]float64, len(e.stages))}
	for _, m := range e.movesOf(p) {
		from, _ := e.table.Stage(m.From)
		on, _ := e.table.Trigger(m.On)
		to, plain := e.single(m.From, m.On)
		if !plain {
			to = -1
		}
		c.branches[from] = append(c.branches[from], branch{move: m, on: on, to: to, p: m.P})
	}
	for s, list := range c.branches {
		if treated && s == e.exposed {
			e.treat(list)
		}
		weights := make([]float64, len(list))
		for i := range list {
			weights[i] = list[i].p
		}
		c.cum[s] = cumulate(weights)
	}
	return c
}

// movesOf are the moves of a persona: its own where it has them.
func (e *engine) movesOf(p *Persona) []*Move {
	var out []*Move
	own := func(m *Move) *Move {
		for i := range p.Moves {
			if o := &p.Moves[i]; o.From == m.From && o.On == m.On {
				return o
			}
		}
		return nil
	}
	for i := range e.w.Moves {
		m := &e.w.Moves[i]
		if o := own(m); o != nil {
			m = o
		}
		out = append(out, m)
	}
	for i := range p.Moves {
		o := &p.Moves[i]
		known := false
		for k := range e.w.Moves {
			known = known || e.w.Moves[k].From == o.From && e.w.Moves[k].On == o.On
		}
		if !known {
			out = append(out, o)
		}
	}
	return out
}

// treat raises the treated move by the effect and shrinks the others, and what
// stays, in proportion.
func (e *engine) treat(list []branch) {
	p := 0.0
	for i := range list {
		if list[i].move.On == e.w.Treatment.On {
			p = list[i].p
		}
	}
	for i := range list {
		switch {
		case list[i].move.On == e.w.Treatment.On:
			list[i].p = p + e.w.Treatment.Effect
		case p < 1:
			list[i].p *= (1 - p - e.w.Treatment.Effect) / (1 - p)
		}
	}
}
