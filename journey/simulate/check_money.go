package simulate

import (
	"fmt"

	"github.com/shopspring/decimal"

	"github.com/lifecycle-go/lifecycle/journey"
	"github.com/lifecycle-go/lifecycle/metrics/billing"
	"github.com/lifecycle-go/lifecycle/metrics/fault"
	"github.com/lifecycle-go/lifecycle/touchpoint"
)

func (c *checker) habits() {
	for i := range c.w.Habits {
		h := &c.w.Habits[i]
		at := fmt.Sprintf("Habits[%d]", i)
		c.dwell(at+".Every", h.Every)
		if h.Every.meanSeconds() < 1 {
			c.Addf(FaultRange, at+".Every", h.Event, "want a mean of at least a second")
		}
		c.name(at+".Event", h.Event)
		c.amount(at+".Cost", h.Cost)
		if !effects.Has(h.Does) {
			c.Addf(FaultUnknown, at+".Does", h.Event, "%s: want one of the effects", h.Does)
		}
		if h.Does == Pause {
			c.dwell(at+".Lasts", h.Lasts)
			c.name(at+".Resume", h.Resume)
			if c.stage(at+".Stage", h.Stage) {
				c.stays(at+".Resume", h.Stage, h.Resume)
			}
		}
		if c.stage(at+".Stage", h.Stage) {
			c.stays(at+".Event", h.Stage, h.Event)
		}
	}
}

// stays: the event must leave customers in the stage.
func (c *checker) stays(path string, s journey.Stage, event string) {
	if _, known := c.t.Trigger(journey.Trigger(event)); !known {
		return // a touchpoint, and no more
	}
	taken := c.d.Observes(journey.Trigger(event))
	for _, e := range c.d.Edges() {
		if e.From != s || e.On != journey.Trigger(event) {
			continue
		}
		taken = true
		if !e.Internal {
			c.Addf(FaultMoves, path, event, "it leaves stage %s or begins it again: say it as a Move", fault.Quote(string(s)))
			return
		}
	}
	if !taken {
		c.Addf(FaultRefused, path, event, "the journey refuses it in stage %s", fault.Quote(string(s)))
	}
}

func (c *checker) name(path, name string) {
	if name == "" {
		c.Addf(FaultMissing, path, "", "want the name of an event")
	} else if limit, err := fault.CheckText(name, touchpoint.MaxText); err != nil {
		c.Addf(FaultRange, path, name, "%s", limit)
	}
}

// maxAmount bounds prices and costs, and keeps their texts short.
var maxAmount = decimal.New(1, 12)

func (c *checker) amount(path string, d decimal.Decimal) {
	if d.IsNegative() || d.GreaterThan(maxAmount) || d.Exponent() < -6 {
		c.Addf(FaultRange, path, "", "want 0 to %s with at most 6 places", maxAmount)
	}
}

func (c *checker) acquisition() {
	a := &c.w.Acquisition
	if len(a.Channels) == 0 {
		return
	}
	c.name("Acquisition.Event", a.Event)
	if _, known := c.t.Trigger(journey.Trigger(a.Event)); known {
		c.Addf(FaultMoves, "Acquisition.Event", a.Event, "a trigger of the definition would begin the journey with the first touch")
	}
	c.dwell("Acquisition.Gap", a.Gap)
	total, ends := 0.0, 0.0
	for i := range a.Channels {
		ch := &a.Channels[i]
		at := fmt.Sprintf("Acquisition.Channels[%d]", i)
		c.name(at+".Channel", string(ch.Channel))
		c.probability(at+".Converts", ch.Converts)
		c.probability(at+".Leaves", ch.Leaves)
		c.probability(at, ch.Converts+ch.Leaves)
		c.amount(at+".Cost", ch.Cost)
		if !(ch.Share >= 0 && ch.Share <= 1e9) {
			c.Addf(FaultRange, at+".Share", string(ch.Channel), "%s: want 0 to 1e9", number(ch.Share))
		}
		total += ch.Share
		ends += ch.Share * (ch.Converts + ch.Leaves)
	}
	if !(total > 0) || !(ends > total*0.001) {
		c.Addf(FaultProbability, "Acquisition.Channels", "", "want channels with a Share of which at least 0.001 convert or leave at a touch")
	}
}

func (c *checker) billing() {
	b := &c.w.Billing
	if b.Currency != "" {
		if err := b.Currency.Validate(); err != nil {
			c.Addf(FaultUnknown, "Billing.Currency", string(b.Currency), "%v", err)
		}
	}
	if len(b.Stages) > 0 && len(b.Plans) == 0 {
		c.Addf(FaultMissing, "Billing.Plans", "", "want a plan to bill")
	}
	for i, s := range b.Stages {
		at := fmt.Sprintf("Billing.Stages[%d]", i)
		c.stage(at+".Stage", s.Stage)
		if s.State != billing.StateActive && s.State != billing.StateTrial && s.State != billing.StatePastDue && s.State != billing.StatePaused {
			c.Addf(FaultUnknown, at+".State", string(s.Stage), "%s: want active, trial, past-due or paused", s.State)
		}
		for k := range i {
			if b.Stages[k].Stage == s.Stage {
				c.Addf(FaultDuplicate, at, string(s.Stage), "said in Billing.Stages[%d] already", k)
			}
		}
	}
	for i := range b.Plans {
		p := &b.Plans[i]
		at := fmt.Sprintf("Billing.Plans[%d]", i)
		c.name(at+".Name", p.Name)
		c.amount(at+".Price", p.Price)
		if err := p.Cycle.Validate(); err != nil {
			c.Addf(FaultRange, at+".Cycle", p.Name, "%v", err)
		}
		for k := range i {
			if b.Plans[k].Name == p.Name {
				c.Addf(FaultDuplicate, at+".Name", p.Name, "also that of Billing.Plans[%d]", k)
			}
		}
	}
	c.payments()
}

func (c *checker) payments() {
	p := &c.w.Billing.Payments
	c.probability("Billing.Payments.Fails", p.Fails)
	c.probability("Billing.Payments.Recovers", p.Recovers)
	if !(p.Fails > 0) {
		return
	}
	c.dwell("Billing.Payments.Retry", p.Retry)
	c.dwell("Billing.Payments.Grace", p.Grace)
	c.name("Billing.Payments.Failed", p.Failed)
	c.name("Billing.Payments.Recovered", p.Recovered)
	for i, s := range c.w.Billing.Stages {
		if s.State != billing.StateActive {
			continue
		}
		if _, ok := c.t.Stage(s.Stage); !ok {
			continue
		}
		c.stays("Billing.Payments.Failed", s.Stage, p.Failed)
		c.stays("Billing.Payments.Recovered", s.Stage, p.Recovered)
		if p.Recovers < 1 {
			if to, ok := c.d.Next(s.Stage, journey.Trigger(p.Lapsed)); !ok || to == s.Stage {
				c.Addf(FaultRefused, "Billing.Payments.Lapsed", p.Lapsed, "want a trigger that leaves stage %s of Billing.Stages[%d]", fault.Quote(string(s.Stage)), i)
			}
		}
	}
}

func (c *checker) treatment() {
	t := &c.w.Treatment
	c.probability("Treatment.Share", t.Share)
	if !(t.Share > 0) {
		return
	}
	if t.Name == "" {
		c.Addf(FaultMissing, "Treatment.Name", "", "want a name")
	}
	if !c.stage("Treatment.From", t.From) || len(c.Faults) > 0 {
		return
	}
	c.stays("Treatment.From", t.From, EventExposed)
	e := engine{w: c.w, d: c.d}
	personas := c.w.Personas
	if len(personas) == 0 {
		personas = []Persona{{}}
	}
	for i := range personas {
		found := false
		for _, m := range e.movesOf(&personas[i]) {
			if m.From != t.From || m.On != t.On {
				continue
			}
			found = true
			if p := m.P + t.Effect; !(p >= 0 && p <= 1) {
				c.Addf(FaultProbability, "Treatment.Effect", t.Name, "%s: %s of persona %s with it: want 0 to 1", number(t.Effect), number(p), fault.Quote(personas[i].ID))
			}
		}
		if !found {
			c.Addf(FaultUnknown, "Treatment.On", string(t.On), "no move of persona %s from %s", fault.Quote(personas[i].ID), fault.Quote(string(t.From)))
		}
	}
}
