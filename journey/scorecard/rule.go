package scorecard

import (
	"database/sql/driver"

	"github.com/lifecycle-go/lifecycle/internal/enum"
)

// Rule says how a metric counts. The zero Rule is RuleEvents.
type Rule uint8

// The rules. A "first" event is a customer's first of its kind in the log.
const (
	// RuleEvents: events of the numerator over events of the denominator, both
	// in the period.
	RuleEvents Rule = iota
	// RuleCustomers: of the customers with an event of the denominator in the
	// period, those who have one of the numerator in it too, or with Ever at
	// any time up to its end. Over a line of the books, it is of the customers
	// who are present.
	RuleCustomers
	// RuleFirst: customers whose first event falls in the period.
	RuleFirst
	// RuleCohort: of the customers whose first event of the denominator falls
	// in the period, those who have one of the numerator after it, or with Ever
	// before it too.
	RuleCohort
	// RuleCohortEvents: the events of the numerator that those customers have
	// after it.
	RuleCohortEvents
	// RuleCohortValues: the different values of Attr in those events.
	RuleCohortValues
	// RuleTime: seconds from an event of the denominator to the next one of the
	// numerator, in order of their coming, over how many such pairs end in the
	// period.
	RuleTime
	// RuleDays: days on which customers were active over days of the period ×
	// customers active in it.
	RuleDays
	// RuleNamed: of those whom Attr of the denominator's events names, each the
	// first time, who have an event of the numerator from then on.
	RuleNamed
	// RuleFunction: what Binding.Function says of the books, answers, scores and
	// numbers from outside.
	RuleFunction
)

var rules = enum.New[Rule]("scorecard", "Rule",
	"events", "customers", "first", "cohort", "cohort-events", "cohort-values", "time", "days", "named", "function")

// String is the name that MarshalText writes.
func (r Rule) String() string { return rules.String(r) }

// MarshalText writes the name of the rule.
func (r Rule) MarshalText() ([]byte, error) { return rules.Marshal(r) }

// UnmarshalText reads what MarshalText writes.
func (r *Rule) UnmarshalText(text []byte) error { return rules.Unmarshal(r, text) }

// Value stores the name.
func (r Rule) Value() (driver.Value, error) { return rules.Value(r) }

// Scan reads a name; NULL is RuleEvents.
func (r *Rule) Scan(src any) error { return rules.Scan(r, src) }

func (r Rule) cohort() bool { return r >= RuleCohort && r <= RuleCohortValues }
