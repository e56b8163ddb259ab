package persona

import (
	"fmt"
	"iter"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/lifecycle-go/lifecycle/metrics/fault"
)

// Classifier says which persona a customer is. It never changes, so it is safe
// for any number of goroutines. Build it with Set.Compile; the zero Classifier
// knows no persona.
type Classifier struct {
	personas []tried
	program  *program
}

type tried struct {
	id   string
	rule Rule
	why  *node
}

// Compile checks the set and makes it ready for classifying. The error is the
// *[fault.Design] of Validate.
func (s Set) Compile() (*Classifier, error) {
	if err := s.Validate(); err != nil {
		return nil, err
	}
	c := &Classifier{}
	for _, i := range s.order() {
		c.personas = append(c.personas, tried{id: s.Personas[i].ID, rule: s.Personas[i].Rule.Clone()})
	}
	c.program = newProgram(c.personas)
	for i := range c.personas {
		c.personas[i].why = c.program.node(&c.personas[i].rule)
	}
	return c, nil
}

// Clone copies a rule, so that later changes of one change nothing in the other.
func (r *Rule) Clone() Rule {
	out := Rule{Trait: r.Trait, Op: r.Op, Values: append([]Value(nil), r.Values...)}
	for i := range r.All {
		out.All = append(out.All, r.All[i].Clone())
	}
	for i := range r.Any {
		out.Any = append(out.Any, r.Any[i].Clone())
	}
	if r.Not != nil {
		not := r.Not.Clone()
		out.Not = &not
	}
	return out
}

// Personas returns the IDs in the order in which they are tried.
func (c *Classifier) Personas() []string {
	out := make([]string, len(c.personas))
	for i, p := range c.personas {
		out[i] = p.id
	}
	return out
}

// ID returns the ID of the first persona whose rule holds, "" if none does. It
// does not check the profile and allocates nothing, but for texts with capitals
// in which others are searched.
func (c *Classifier) ID(p Profile) string {
	if c.program == nil {
		return ""
	}
	if i := c.program.run(p.Traits); i >= 0 {
		return c.personas[i].id
	}
	return ""
}

// Match is the persona of a customer and why.
type Match struct {
	Customer string `json:"customer"`
	// Persona is the ID, "" when no rule holds.
	Persona string `json:"persona"`
	// Because are the tests that decided: those that together make the rule of
	// the persona hold. Empty for a rule that always holds, and without
	// persona.
	Because []Reason `json:"because"`
	// Not are the personas that were tried before, each with the tests that
	// kept the customer out.
	Not []Rejection `json:"not"`
	// Missing are the traits that were asked for and are not known, in the
	// order in which they were asked for.
	Missing []string `json:"missing"`

	reasons []Reason // of all, one after another: what Because and Not are parts of
}

// Rejection is a persona that the customer is not.
type Rejection struct {
	Persona string   `json:"persona"`
	Because []Reason `json:"because"`
}

// Reason is one test and how it came out.
type Reason struct {
	Test   *Rule `json:"test"`            // of the form of a test, and the classifier's own: not to be changed
	Actual Value `json:"actual,omitzero"` // no value if the trait is not known
	Holds  bool  `json:"holds"`
}

// String returns the reason in words.
func (r Reason) String() string {
	verdict := r.Test.verdict(r.Holds)
	switch {
	case r.Test.Op == opHas:
		return r.Test.Trait + " " + verdict
	case r.Actual.IsZero():
		return fmt.Sprintf("%s is not known: %s", r.Test.Trait, verdict)
	default:
		return fmt.Sprintf("%s = %s: %s", r.Test.Trait, r.Actual, verdict)
	}
}

// String returns the match in words.
func (m Match) String() string {
	id := m.Persona
	if id == "" {
		id = "no persona"
	}
	if len(m.Because) == 0 {
		return fmt.Sprintf("%s: %s", m.Customer, id)
	}
	parts := make([]string, len(m.Because))
	for i, r := range m.Because {
		parts[i] = r.String()
	}
	return fmt.Sprintf("%s: %s because %s", m.Customer, id, strings.Join(parts, "; "))
}

// Classify returns the persona of a customer with the reasons. A faulty profile
// is an error, as Profile.Validate reports it. Most of its cost is the memory of
// the reasons; [Classifier.ClassifyInto] takes none for one customer after the
// other.
func (c *Classifier) Classify(p Profile) (Match, error) {
	m := Match{
		Because: []Reason{}, Not: make([]Rejection, 0, len(c.personas)), Missing: []string{},
		reasons: make([]Reason, 0, len(c.personas)+4),
	}
	if err := c.ClassifyInto(p, &m); err != nil {
		return Match{}, err
	}
	return m, nil
}

// ClassifyInto is [Classifier.Classify] into a Match that is used again and again:
// what it said before is overwritten, its slices and the memory behind them
// included, so keep a copy of what is to stay. Where the profile is faulty the
// Match is as it was.
func (c *Classifier) ClassifyInto(p Profile, m *Match) error {
	if p.Customer == "" || len(p.Customer) > MaxText || len(p.Traits) > MaxTraits || !utf8.ValidString(p.Customer) || !p.sound() {
		bad := fault.Batch{Package: "persona", Op: "classify"}
		p.Check(1, &bad)
		return bad.Err()
	}
	m.Customer, m.Persona = p.Customer, ""
	m.Because, m.Not, m.Missing = []Reason{}, m.Not[:0], m.Missing[:0]
	reasons := m.reasons[:0]
	known := lookUp{traits: p.Traits}
	for i := range c.personas {
		t := &c.personas[i]
		from := len(reasons)
		var holds bool
		holds, reasons = t.why.explain(&known, reasons)
		because := reasons[from:len(reasons):len(reasons)]
		for k := range because {
			if r := &because[k]; r.Actual.kind == KindNone && !slices.Contains(m.Missing, r.Test.Trait) {
				m.Missing = append(m.Missing, r.Test.Trait)
			}
		}
		if holds {
			m.Persona, m.Because = t.id, because
			break
		}
		m.Not = append(m.Not, Rejection{t.id, because})
	}
	m.reasons = reasons
	if m.Not == nil || m.Missing == nil { // of the zero Match: lists, if empty ones
		m.Not, m.Missing = append([]Rejection{}, m.Not...), append([]string{}, m.Missing...)
	}
	return nil
}

// Assign classifies customers in bulk and returns the persona ID of each, ""
// for those that are none: look it up in the key function by which a ledger or
// a log is grouped. Every faulty profile and every customer given twice is
// reported, in a *[fault.Batch]; then there is no result.
func (c *Classifier) Assign(profiles iter.Seq[Profile]) (map[string]string, error) {
	out := map[string]string{}
	bad := fault.Batch{Package: "persona", Op: "assign"}
	row := int64(0)
	if profiles == nil {
		return out, nil
	}
	for p := range profiles {
		row++
		if !p.Check(row, &bad) {
			continue
		}
		if _, ok := out[p.Customer]; ok {
			bad.Add(fault.Row{
				Row: row, Customer: p.Customer, Field: "Customer", Value: p.Customer,
				Limit: "the customer has a profile already", Err: ErrProfile,
			})
			continue
		}
		out[p.Customer] = c.ID(p)
	}
	if err := bad.Err(); err != nil {
		return nil, err
	}
	return out, nil
}
