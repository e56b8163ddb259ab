package policy

import (
	"fmt"

	"github.com/lifecycle-go/lifecycle/internal/enum"
)

// TrialRule says whether trials are recurring revenue. The zero TrialRule is
// TrialsExcluded. Whatever it says, trials are a series of their own: see
// Reading.Trial.
type TrialRule uint8

const (
	// TrialsExcluded: a trial is worth nothing until it converts.
	TrialsExcluded TrialRule = iota
	// TrialsCounted: a trial counts what it would charge.
	TrialsCounted
	// TrialsFromMonthOfEnd: a trial that converts counts from the first instant
	// of the calendar month it ends in (Polar's monthly buckets).
	TrialsFromMonthOfEnd
)

var trialNames = enum.New[TrialRule]("policy", "TrialRule", "excluded", "counted", "from-month-of-end")

// String is the name that MarshalText writes; "TrialRule(9)" for a value that
// is none.
func (t TrialRule) String() string { return trialNames.String(t) }

// MarshalText writes "excluded", "counted" or "from-month-of-end".
func (t TrialRule) MarshalText() ([]byte, error) { return trialNames.Marshal(t) }

// UnmarshalText reads what MarshalText writes.
func (t *TrialRule) UnmarshalText(name []byte) error { return trialNames.Unmarshal(t, name) }

// maxDays is the longest a past-due subscription may be kept before it
// is dropped; longer is kept for good.
const maxDays = 3650

// PastDue says how long a subscription whose payment failed goes on counting.
// The zero PastDue keeps it as long as its source does. A PastDue is a
// comparable value.
type PastDue struct {
	// Drop says that it stops counting AfterDays civil days after it fell due.
	Drop bool `json:"drop"`
	// AfterDays is 0, at once, to 3650.
	AfterDays int `json:"after_days"`
}

// Validate reports days out of range.
func (p PastDue) Validate() error {
	if p.AfterDays < 0 || p.AfterDays > maxDays {
		return fmt.Errorf("policy: past due: dropped after %d days, want 0 to %d", p.AfterDays, maxDays)
	}
	return nil
}

func (p PastDue) canonical() PastDue {
	if !p.Drop {
		return PastDue{}
	}
	return p
}

// FreeRule says what becomes of a customer whose subscriptions go on at no
// charge: downgraded to a free plan, or discounted by all of it. The zero
// FreeRule is FreeChurns. Under no rule is somebody a customer who never paid.
type FreeRule uint8

const (
	// FreeChurns: a customer is who pays; going to zero is churn (Stripe,
	// ProfitWell).
	FreeChurns FreeRule = iota
	// FreeStays: going to zero with a subscription alive is contraction, paying
	// again is expansion, and the customer is counted until the subscription
	// ends (ChartMogul's default).
	FreeStays
)

var freeNames = enum.New[FreeRule]("policy", "FreeRule", "churns", "stays")

// String is the name that MarshalText writes; "FreeRule(9)" for a value that is
// none.
func (f FreeRule) String() string { return freeNames.String(f) }

// MarshalText writes "churns" or "stays".
func (f FreeRule) MarshalText() ([]byte, error) { return freeNames.Marshal(f) }

// UnmarshalText reads what MarshalText writes.
func (f *FreeRule) UnmarshalText(name []byte) error { return freeNames.Unmarshal(f, name) }
