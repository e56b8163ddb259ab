package scorecard

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/lifecycle-go/lifecycle/metrics"
	"github.com/lifecycle-go/lifecycle/metrics/fault"
	"github.com/lifecycle-go/lifecycle/persona/score"
	"github.com/lifecycle-go/lifecycle/touchpoint"
)

// Half is the numerator or the denominator of a metric.
type Half struct {
	// Counted says from where: events of the log with their matches, the books,
	// or numbers from outside.
	touchpoint.Counted
	// Name is a line of the books, see BookLines, or the name of a number from
	// outside, see Numbers.
	Name string `json:"name,omitempty"`
	// Grade counts the moment a lead first reached a grade instead of the
	// events, where Data has the rules of grades.
	Grade score.Grade `json:"grade,omitempty"`
}

// Binding binds one metric of a catalogue to data.
type Binding struct {
	Metric      string `json:"metric"` // metrics.Definition.ID
	Rule        Rule   `json:"rule"`
	Numerator   Half   `json:"numerator"`
	Denominator Half   `json:"denominator,omitzero"`
	// Within bounds the time from the event of the denominator, inclusive, of a
	// cohort. Customers whose time was not over when the log ended are in
	// neither number; see Point.Running. Zero is no bound.
	Within time.Duration `json:"within,omitempty"`
	// Ever also counts what happened earlier; see RuleCustomers and RuleCohort.
	Ever bool `json:"ever,omitempty"`
	// Once lets each customer's first pair count alone, under RuleTime.
	Once bool `json:"once,omitempty"`
	// Since lets an event of the denominator count only after one of these, and
	// no longer than SinceWithin after the latest of them, if that is positive.
	Since       []touchpoint.Match `json:"since,omitempty"`
	SinceWithin time.Duration      `json:"since_within,omitempty"`
	// Until ends, under the rules of cohorts, what is counted of a customer with
	// the first of these after the event of the denominator.
	Until []touchpoint.Match `json:"until,omitempty"`
	// Attr is the attribute of RuleCohortValues and RuleNamed. Under RuleTime
	// only events with the same value of it pair: the number of a ticket.
	Attr string `json:"attr,omitempty"`
	// Function is what RuleFunction computes, see Functions.
	Function string `json:"function,omitempty"`
	// Split breaks the metric down whatever Options.By says.
	Split By `json:"split,omitzero"`
}

// Validate reports, joined, what makes the binding impossible.
func (b Binding) Validate() error {
	var errs []error
	bad := func(field, value, limit string) {
		errs = append(errs, refuse("binding "+fault.Quote(b.Metric), field, value, limit, ErrBinding))
	}
	if !rules.Has(b.Rule) {
		bad("Rule", b.Rule.String(), "want a known rule")
		return errors.Join(errs...)
	}
	if b.Metric == "" {
		bad("Metric", "", "want the ID of a metric")
	}
	if b.Within < 0 || b.SinceWithin < 0 {
		bad("Within", "", "want no negative duration")
	}
	if b.Within > 0 && !b.Rule.cohort() {
		bad("Within", b.Within.String(), "only a cohort has a window")
	}
	if b.SinceWithin > 0 && len(b.Since) == 0 {
		bad("SinceWithin", b.SinceWithin.String(), "want Since")
	}
	if len(b.Until) > 0 && !b.Rule.cohort() {
		bad("Until", strconv.Itoa(len(b.Until)), "only a cohort has an end")
	}
	if (b.Rule == RuleCohortValues || b.Rule == RuleNamed) && b.Attr == "" {
		bad("Attr", "", "want an attribute")
	}
	if b.Rule == RuleFunction {
		if !slices.Contains(Functions(), b.Function) {
			bad("Function", fault.Quote(b.Function), "want one of Functions")
		}
		return errors.Join(errs...)
	}
	errs = append(errs, b.half("Numerator", b.Numerator), b.half("Denominator", b.Denominator))
	events := func(h Half) bool { return h.From == touchpoint.GroundEvents }
	switch {
	case b.Numerator.From == touchpoint.GroundNone:
		bad("Numerator", "none", "want something to count")
	case b.Rule == RuleFirst && !events(b.Numerator) && !events(b.Denominator):
		bad("Rule", b.Rule.String(), "want events to count")
	case (b.Rule.cohort() || b.Rule == RuleTime || b.Rule == RuleNamed || b.Rule == RuleDays) && !(events(b.Numerator) && events(b.Denominator)):
		bad("Rule", b.Rule.String(), "want events in both halves")
	case b.Rule == RuleCustomers && !events(b.Numerator):
		bad("Numerator", b.Numerator.From.String(), "want events")
	}
	return errors.Join(errs...)
}

func (b Binding) half(field string, h Half) error {
	bad := func(value, limit string) error {
		return refuse("binding "+fault.Quote(b.Metric), field, value, limit, ErrBinding)
	}
	switch h.From {
	case touchpoint.GroundNone:
	case touchpoint.GroundEvents:
		if len(h.Events) == 0 {
			return bad("", "want a match")
		}
	case touchpoint.GroundBooks:
		if !slices.Contains(BookLines(), h.Name) {
			return bad(fault.Quote(h.Name), "want one of BookLines")
		}
	case touchpoint.GroundOutside:
		if h.Name == "" {
			return bad("", "want the name of a number")
		}
	default:
		return bad(h.From.String(), "want a function for this ground")
	}
	return nil
}

// check validates all bindings against a catalogue.
func check(bindings []Binding, catalog metrics.Definitions) ([]metrics.Definition, error) {
	if len(bindings) == 0 || len(bindings) > MaxBindings {
		return nil, refuse("evaluate", "bindings", strconv.Itoa(len(bindings)), fmt.Sprintf("want 1 to %d", MaxBindings), ErrBinding)
	}
	var errs []error
	seen := map[string]bool{}
	out := make([]metrics.Definition, len(bindings))
	for i, b := range bindings {
		d, ok := catalog.ByID(b.Metric)
		out[i] = d
		switch {
		case !ok:
			errs = append(errs, refuse("evaluate", "Metric", fault.Quote(b.Metric), "not in the catalogue", ErrBinding))
		case seen[b.Metric]:
			errs = append(errs, refuse("evaluate", "Metric", fault.Quote(b.Metric), "bound twice", ErrBinding))
		}
		seen[b.Metric] = true
		if err := b.Validate(); err != nil {
			errs = append(errs, err)
			continue
		}
		if ok && b.Rule != RuleFunction && d.Unit.Total() != (b.Denominator.From == touchpoint.GroundNone) {
			errs = append(errs, refuse("evaluate", "Denominator", fault.Quote(b.Metric), "a "+d.Unit.String()+" has a denominator, or has none, otherwise", ErrBinding))
		}
	}
	return out, errors.Join(errs...)
}
