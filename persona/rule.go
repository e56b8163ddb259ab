package persona

import (
	"database/sql/driver"
	"slices"
	"strings"

	"github.com/lifecycle-go/lifecycle/internal/enum"
)

// Rule is a condition on the traits of a profile. It has one of these forms:
//
//	All    every one of its rules holds
//	Any    at least one of its rules holds
//	Not    its rule does not hold
//	Trait  the trait passes the test Op with Values
//
// A test on a trait that the profile does not have, or has with a value of
// another kind, does not hold; so its Not does. The zero Rule has no form and
// always holds: it is the rule of a persona for everybody else.
//
// A Rule is plain data with a JSON form. It may be read by several goroutines
// as long as nobody changes it. Build one with All, Any, Not, Is, Has, AtLeast
// and the others.
type Rule struct {
	All []Rule `json:"all,omitempty"`
	Any []Rule `json:"any,omitempty"`
	Not *Rule  `json:"not,omitempty"`

	Trait  string  `json:"trait,omitempty"`
	Op     Op      `json:"op,omitempty"`
	Values []Value `json:"values,omitempty"`
}

// Op names a test on the value of a trait: "has", "in", "less", "at-most",
// "more", "at-least" or "contains". The functions named after them build the
// rules.
type Op uint8

// The tests.
const (
	opNone     Op = iota
	opHas         // the trait is known, whatever its value
	opIn          // equal to one of the values
	opLess        // below the value: numbers and dates
	opAtMost      // below or equal
	opMore        // above
	opAtLeast     // above or equal
	opContains    // the text contains one of the values, upper and lower case being equal
)

var ops = enum.New[Op]("persona", "Op", "", "has", "in", "less", "at-most", "more", "at-least", "contains")

// String returns the name of the test.
func (o Op) String() string {
	if o == opNone {
		return "none"
	}
	return ops.String(o)
}

// MarshalText returns the name of the test, empty for none.
func (o Op) MarshalText() ([]byte, error) { return ops.Marshal(o) }

// UnmarshalText reads the name of a test; empty text is none.
func (o *Op) UnmarshalText(text []byte) error { return ops.Unmarshal(o, text) }

// Scan reads the name from an SQL column; NULL is the zero value.
func (o *Op) Scan(src any) error { return ops.Scan(o, src) }

// Value returns the name for an SQL column.
func (o Op) Value() (driver.Value, error) { return ops.Value(o) }

// All holds where every rule holds; without rules it always holds.
func All(rules ...Rule) Rule { return Rule{All: rules} }

// Any holds where at least one rule holds; without rules it never holds, which
// Validate reports.
func Any(rules ...Rule) Rule { return Rule{Any: append([]Rule{}, rules...)} }

// Not holds where the rule does not.
func Not(rule Rule) Rule { return Rule{Not: &rule} }

// Has holds where the trait is known.
func Has(trait string) Rule { return Rule{Trait: trait, Op: opHas} }

// Is holds where the trait equals one of the values.
func Is(trait string, values ...Value) Rule { return Rule{Trait: trait, Op: opIn, Values: values} }

// Less holds where the trait is a number or date below the value.
func Less(trait string, v Value) Rule { return Rule{Trait: trait, Op: opLess, Values: []Value{v}} }

// AtMost holds where the trait is a number or date not above the value.
func AtMost(trait string, v Value) Rule { return Rule{Trait: trait, Op: opAtMost, Values: []Value{v}} }

// More holds where the trait is a number or date above the value.
func More(trait string, v Value) Rule { return Rule{Trait: trait, Op: opMore, Values: []Value{v}} }

// AtLeast holds where the trait is a number or date not below the value.
func AtLeast(trait string, v Value) Rule {
	return Rule{Trait: trait, Op: opAtLeast, Values: []Value{v}}
}

// Contains holds where the trait is a text in which one of the texts occurs,
// upper and lower case being equal.
func Contains(trait string, texts ...string) Rule {
	r := Rule{Trait: trait, Op: opContains}
	for _, s := range texts {
		r.Values = append(r.Values, String(s))
	}
	return r
}

// isTest reports whether the rule has the form of a test.
func (r *Rule) isTest() bool { return r.Trait != "" || r.Op != opNone || len(r.Values) > 0 }

// Holds reports whether the rule holds for a profile. A test that Validate
// refuses does not hold.
func (r Rule) Holds(p Profile) bool { return r.holds(p.Traits) }

func (r *Rule) holds(traits map[string]Value) bool {
	switch {
	case len(r.All) > 0:
		for i := range r.All {
			if !r.All[i].holds(traits) {
				return false
			}
		}
		return true
	case r.Any != nil:
		for i := range r.Any {
			if r.Any[i].holds(traits) {
				return true
			}
		}
		return false
	case r.Not != nil:
		return !r.Not.holds(traits)
	case r.isTest():
		v, ok := traits[r.Trait]
		return ok && r.passes(v)
	default:
		return true
	}
}

// passes reports whether a value passes the test.
func (r *Rule) passes(v Value) bool {
	switch r.Op {
	case opHas:
		return true
	case opIn:
		return slices.Contains(r.Values, v)
	case opContains:
		if v.kind != KindString {
			return false
		}
		text := strings.ToLower(v.s)
		for _, w := range r.Values {
			if strings.Contains(text, strings.ToLower(w.s)) {
				return true
			}
		}
		return false
	case opLess, opAtMost, opMore, opAtLeast:
		if len(r.Values) == 0 {
			return false
		}
		c, ok := v.Compare(r.Values[0])
		if !ok {
			return false
		}
		switch r.Op {
		case opLess:
			return c < 0
		case opAtMost:
			return c <= 0
		case opMore:
			return c > 0
		default:
			return c >= 0
		}
	default:
		return false
	}
}

// String returns the rule in words.
func (r Rule) String() string {
	join := func(rules []Rule, word string) string {
		parts := make([]string, len(rules))
		for i := range rules {
			parts[i] = rules[i].String()
		}
		if len(parts) == 1 {
			return parts[0]
		}
		return "(" + strings.Join(parts, word) + ")"
	}
	switch {
	case len(r.All) > 0:
		return join(r.All, " and ")
	case r.Any != nil && len(r.Any) == 0:
		return "never"
	case len(r.Any) > 0:
		return join(r.Any, " or ")
	case r.Not != nil:
		return "not " + r.Not.String()
	case r.isTest():
		return r.Trait + " " + r.condition()
	default:
		return "always"
	}
}

// condition is the test in words, without the trait.
func (r *Rule) condition() string {
	return r.verdict(true)
}

// verdict says in words that the test holds or that it does not.
func (r *Rule) verdict(holds bool) string {
	values := make([]string, len(r.Values))
	for i, v := range r.Values {
		values[i] = v.String()
	}
	words := func(yes, no string) string {
		if holds {
			return yes
		}
		return no
	}
	list := strings.Join(values, ", ")
	switch r.Op {
	case opHas:
		return words("is known", "is not known")
	case opIn:
		if len(values) == 1 {
			return words("is ", "is not ") + list
		}
		return words("is one of ", "is none of ") + list
	case opLess:
		return words("below ", "not below ") + list
	case opAtMost:
		return words("at most ", "not at most ") + list
	case opMore:
		return words("above ", "not above ") + list
	case opAtLeast:
		return words("at least ", "not at least ") + list
	case opContains:
		return words("contains ", "does not contain ") + strings.Join(values, " or ")
	default:
		return "has no test"
	}
}
