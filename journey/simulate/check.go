package simulate

import (
	"fmt"
	"slices"
	"time"

	"github.com/lifecycle-go/lifecycle/journey"
	"github.com/lifecycle-go/lifecycle/metrics/calendar"
	"github.com/lifecycle-go/lifecycle/metrics/fault"
	"github.com/lifecycle-go/lifecycle/touchpoint"
	"github.com/lifecycle-go/lifecycle/touchpoint/survey"
)

// maxParts bounds every list of a World.
const maxParts = 1_000

// Validate reports everything wrong with the world as a [*fault.Design]; Run
// and Each do so by themselves.
func (w *World) Validate() error { return w.check() }

// checker collects the faults of a world.
type checker struct {
	fault.Design
	w *World
	d *journey.Definition
	t journey.Table
}

func (w *World) check() error {
	c := &checker{Design: fault.Design{Package: "simulate", Kind: "world", Name: w.Name, Err: ErrWorld}, w: w, d: w.Definition}
	if c.d == nil || len(c.d.Stages()) == 0 {
		c.Addf(FaultMissing, "Definition", "", "want a definition that Define made")
		return c.Fault()
	}
	c.t = c.d.Table()
	c.window()
	c.arrivals()
	for _, n := range []struct {
		path string
		n    int
	}{
		{"Moves", len(w.Moves)},
		{"Habits", len(w.Habits)},
		{"Personas", len(w.Personas)},
		{"Surveys", len(w.Surveys)},
		{"Acquisition.Channels", len(w.Acquisition.Channels)},
		{"Billing.Plans", len(w.Billing.Plans)},
		{"Billing.Stages", len(w.Billing.Stages)},
	} {
		if n.n > maxParts {
			c.Addf(FaultRange, n.path, "", "%s", fault.AtMost(maxParts, "parts", int64(n.n)))
			return c.Fault()
		}
	}
	c.moves("Moves", w.Moves)
	c.personas()
	c.sums()
	c.habits()
	c.acquisition()
	c.billing()
	c.surveys()
	c.treatment()
	c.probability("Damping.Night", w.Damping.Night)
	c.probability("Damping.Weekend", w.Damping.Weekend)
	c.probability("Referrals.Joins", w.Referrals.Joins)
	c.dwell("Referrals.Delay", w.Referrals.Delay)
	return c.Fault()
}

func (c *checker) window() {
	for _, b := range []struct {
		path string
		at   time.Time
	}{{"From", c.w.From}, {"To", c.w.To}} {
		switch {
		case b.at.IsZero():
			c.Addf(FaultMissing, b.path, "", "want a time")
		case calendar.CheckTime(b.at) != nil:
			c.Addf(FaultRange, b.path, "", "%s: %v", b.at.Format(time.RFC3339), calendar.CheckTime(b.at))
		case b.at.Nanosecond() != 0:
			c.Addf(FaultRange, b.path, "", "%s: want whole seconds", b.at.Format(time.RFC3339Nano))
		}
	}
	if !c.w.From.Before(c.w.To) {
		c.Addf(FaultRange, "To", "", "%s: want a time after From, %s", c.w.To.Format(time.RFC3339), c.w.From.Format(time.RFC3339))
	}
	if c.w.To.Sub(c.w.From) > maxDwell {
		c.Addf(FaultRange, "To", "", "want at most 100 years after From")
	}
}

func (c *checker) arrivals() {
	a := &c.w.Arrivals
	if !(a.PerMonth >= 0 && a.PerMonth <= maxCustomers) {
		c.Addf(FaultRange, "Arrivals.PerMonth", "", "%s: want 0 to %d", number(a.PerMonth), maxCustomers)
	}
	if !(a.Growth > -1 && a.Growth <= 10) {
		c.Addf(FaultRange, "Arrivals.Growth", "", "%s: want more than -1, at most 10", number(a.Growth))
	}
	for i, s := range a.Season {
		if !(s >= 0 && s <= 1000) {
			c.Addf(FaultRange, fmt.Sprintf("Arrivals.Season[%d]", i), "", "%s: want 0 to 1000", number(s))
		}
	}
	if a.Exactly < 0 || a.Exactly > maxCustomers {
		c.Addf(FaultRange, "Arrivals.Exactly", "", "%d: want 0 to %d", a.Exactly, maxCustomers)
	}
	if !a.Until.IsZero() && (!a.Until.After(c.w.From) || a.Until.After(c.w.To) || a.Until.Nanosecond() != 0) {
		c.Addf(FaultRange, "Arrivals.Until", "", "%s: want a whole second after From, up to To", a.Until.Format(time.RFC3339Nano))
	}
	c.taken("Arrivals.Event", c.d.Initial(), a.Event)
	if len(c.Faults) > 0 {
		return
	}
	sum := 0.0
	for _, r := range a.expected(c.w.From.Unix(), c.w.To.Unix()) {
		sum += r
	}
	if !(sum <= maxCustomers) {
		c.Addf(FaultRange, "Arrivals", "", "%s expected to arrive: want at most %d", number(sum), maxCustomers)
	}
}

// taken: the journey must take or observe the event in the stage.
func (c *checker) taken(path string, s journey.Stage, event string) {
	if event == "" {
		c.Addf(FaultMissing, path, "", "want the trigger that customers begin with; list it in Spec.Observe if nothing moves on it")
		return
	}
	if _, known := c.t.Trigger(journey.Trigger(event)); !known {
		c.Addf(FaultUnknown, path, event, "no trigger of the definition")
		return
	}
	if slices.Contains(c.d.Allowed(s), journey.Trigger(event)) {
		return
	}
	if !c.d.Observes(journey.Trigger(event)) {
		c.Addf(FaultRefused, path, event, "the journey refuses it in stage %s", fault.Quote(string(s)))
	}
}

// stage reports whether there is such a stage.
func (c *checker) stage(path string, s journey.Stage) bool {
	_, ok := c.t.Stage(s)
	if !ok {
		c.Addf(FaultUnknown, path, string(s), "no stage of the definition that customers can be in")
	}
	return ok
}

func (c *checker) probability(path string, p float64) {
	if !(p >= 0 && p <= 1) {
		c.Addf(FaultProbability, path, "", "%s: want 0 to 1", number(p))
	}
}

func (c *checker) dwell(path string, d Dwell) {
	n := len(c.Faults)
	d.faults(func(field, value, limit string) { c.Addf(FaultRange, path+"."+field, "", "%s: %s", value, limit) })
	if len(c.Faults) == n && d.Below > 0 && d.whole().below(d.Below) < minBelow {
		c.Addf(FaultRange, path+".Below", "", "%s: leaves less than %s of %s", d.Below, number(minBelow), d.whole())
	}
}

func (c *checker) moves(path string, list []Move) {
	for i := range list {
		m := &list[i]
		at := fmt.Sprintf("%s[%d]", path, i)
		c.probability(at+".P", m.P)
		c.dwell(at+".Dwell", m.Dwell)
		if m.Does != Nothing && m.Does != Upgrade && m.Does != Downgrade {
			c.Addf(FaultUnknown, at+".Does", "", "%s: a move is nothing, upgrade or downgrade", m.Does)
		}
		if !c.stage(at+".From", m.From) {
			continue
		}
		allowed := false
		for _, e := range c.d.Edges() {
			allowed = allowed || e.From == m.From && e.On == m.On && !e.Internal
		}
		if !allowed {
			c.Addf(FaultRefused, at+".On", string(m.On), "no transition leaves %s or begins it again on it", fault.Quote(string(m.From)))
		}
		for k := range i {
			if list[k].From == m.From && list[k].On == m.On {
				c.Addf(FaultDuplicate, at, string(m.On), "said in %s[%d] already", path, k)
			}
		}
	}
}

func (c *checker) personas() {
	for i := range c.w.Personas {
		p := &c.w.Personas[i]
		at := fmt.Sprintf("Personas[%d]", i)
		if !(p.Share >= 0 && p.Share <= 1e9) {
			c.Addf(FaultRange, at+".Share", p.ID, "%s: want 0 to 1e9", number(p.Share))
		}
		if limit, err := fault.CheckText(p.ID, touchpoint.MaxText); err != nil {
			c.Addf(FaultRange, at+".ID", p.ID, "%s", limit)
		}
		if p.Seats[0] < 0 || p.Seats[1] < p.Seats[0] || p.Seats[1] > 1_000_000 {
			c.Addf(FaultRange, at+".Seats", p.ID, "%d to %d: want 0 to 1,000,000, the smaller first", p.Seats[0], p.Seats[1])
		}
		for k := range i {
			if c.w.Personas[k].ID == p.ID {
				c.Addf(FaultDuplicate, at+".ID", p.ID, "also that of Personas[%d]", k)
			}
		}
		if len(p.Moves) > maxParts || len(p.Plans) > maxParts || len(p.Channels) > maxParts {
			c.Addf(FaultRange, at, p.ID, "want at most %d moves, plans and channels", maxParts)
			continue
		}
		c.moves(at+".Moves", p.Moves)
		sum := 0.0
		for k, choice := range p.Plans {
			known := false
			for _, plan := range c.w.Billing.Plans {
				known = known || plan.Name == choice.Plan
			}
			if !known {
				c.Addf(FaultUnknown, fmt.Sprintf("%s.Plans[%d]", at, k), choice.Plan, "no plan of Billing")
			}
			if !(choice.P >= 0) {
				c.Addf(FaultProbability, fmt.Sprintf("%s.Plans[%d].P", at, k), choice.Plan, "%s: want 0 or more", number(choice.P))
			}
			sum += choice.P
		}
		if len(p.Plans) > 0 && !(sum > 0) {
			c.Addf(FaultProbability, at+".Plans", p.ID, "no plan has a chance")
		}
	}
}

// sums: the moves of a stage are at most all there is, for every persona and
// with the treatment's effect.
func (c *checker) sums() {
	if len(c.Faults) > 0 {
		return
	}
	e := engine{w: c.w, d: c.d}
	personas := c.w.Personas
	if len(personas) == 0 {
		personas = []Persona{{}}
	}
	for i := range personas {
		sum := map[journey.Stage]float64{}
		for _, m := range e.movesOf(&personas[i]) {
			sum[m.From] += m.P
		}
		for _, s := range c.d.Stages() {
			if sum[s.Name] > 1+1e-9 {
				c.Addf(FaultProbability, "Moves", string(s.Name), "the moves from the stage add up to %s for persona %s: want at most 1", number(sum[s.Name]), fault.Quote(personas[i].ID))
			}
		}
	}
}

func (c *checker) surveys() {
	for i := range c.w.Surveys {
		s := &c.w.Surveys[i]
		at := fmt.Sprintf("Surveys[%d]", i)
		if s.Name == "" {
			c.Addf(FaultMissing, at+".Name", "", "want a name")
		}
		if c.stage(at+".Stage", s.Stage) {
			c.stays(at+".Stage", s.Stage, EventSent)
			c.stays(at+".Stage", s.Stage, EventAnswered)
		}
		c.dwell(at+".After", s.After)
		c.probability(at+".Answers", s.Answers)
		if s.Kind != survey.KindNPS && s.Kind != survey.KindCSAT && s.Kind != survey.KindCES {
			c.Addf(FaultUnknown, at+".Kind", s.Name, "%s: want nps, csat or ces", s.Kind)
		}
		if !(s.Mean >= -100 && s.Mean <= 100) || !(s.SD >= 0 && s.SD <= 100) || len(s.Moods) > maxParts {
			c.Addf(FaultRange, at, s.Name, "want a Mean of -100 to 100, an SD of 0 to 100 and at most %d moods", maxParts)
		}
		for k := range i {
			if c.w.Surveys[k].Name == s.Name {
				c.Addf(FaultDuplicate, at+".Name", s.Name, "also that of Surveys[%d]", k)
			}
		}
	}
}
