package billing

import (
	"database/sql/driver"

	"github.com/lifecycle-go/lifecycle/internal/enum"
)

// State is how a subscription stands with its billing system during a span.
// The zero State is StateActive.
//
// A subscription that has not begun has a span that begins later, and one that
// has ended a span that ends: neither is a state.
type State uint8

const (
	// StateActive: paid, or invoiced and not yet due.
	StateActive State = iota
	// StateTrial: free for a while; Amount is what it would charge.
	StateTrial
	// StatePastDue: a payment has failed and is being retried.
	StatePastDue
	// StateUnpaid: retries have ended without payment, the subscription lives.
	StateUnpaid
	// StatePaused: service and charges are suspended.
	StatePaused
	// StateCollectionPaused: service goes on, charges are suspended (Stripe's
	// pause_collection, which leaves the status active).
	StateCollectionPaused
	// StateIncomplete: the first payment has not been made; nothing was sold
	// yet, under every policy.
	StateIncomplete
)

var stateNames = enum.New[State]("billing", "State", "active", "trial", "past-due", "unpaid", "paused", "collection-paused", "incomplete")

// String is the name that MarshalText writes; "State(9)" for a value that is
// none.
func (s State) String() string { return stateNames.String(s) }

// MarshalText writes the name: "active", "trial", "past-due", "unpaid",
// "paused", "collection-paused" or "incomplete".
func (s State) MarshalText() ([]byte, error) { return stateNames.Marshal(s) }

// UnmarshalText reads what MarshalText writes.
func (s *State) UnmarshalText(name []byte) error { return stateNames.Unmarshal(s, name) }

// Value is the name, for a column of text.
func (s State) Value() (driver.Value, error) { return stateNames.Value(s) }

// Scan reads a name from a column of text; NULL is the zero State.
func (s *State) Scan(src any) error { return stateNames.Scan(s, src) }

// Basis says what kind of charge a span is. The zero Basis is BasisLicensed.
type Basis uint8

const (
	// BasisLicensed: agreed in advance, whatever is used.
	BasisLicensed Basis = iota
	// BasisMetered: billed by use. The span is one service period and Amount
	// what was used in it, charged once per Cycle.
	BasisMetered
	// BasisCommitted: the minimum that a metered contract guarantees.
	BasisCommitted
	// BasisOneOff: a set-up fee or the like; recurring under no policy.
	BasisOneOff
)

var basisNames = enum.New[Basis]("billing", "Basis", "licensed", "metered", "committed", "one-off")

// String is the name that MarshalText writes; "Basis(9)" for a value that is
// none.
func (b Basis) String() string { return basisNames.String(b) }

// MarshalText writes "licensed", "metered", "committed" or "one-off".
func (b Basis) MarshalText() ([]byte, error) { return basisNames.Marshal(b) }

// UnmarshalText reads what MarshalText writes.
func (b *Basis) UnmarshalText(name []byte) error { return basisNames.Unmarshal(b, name) }

// Value is the name, for a column of text.
func (b Basis) Value() (driver.Value, error) { return basisNames.Value(b) }

// Scan reads a name from a column of text; NULL is the zero Basis.
func (b *Basis) Scan(src any) error { return basisNames.Scan(b, src) }

// Reason says why a subscription ended. The zero Reason is ReasonUnknown.
type Reason uint8

const (
	// ReasonUnknown: the source does not say.
	ReasonUnknown Reason = iota
	// ReasonVoluntary: the customer asked.
	ReasonVoluntary
	// ReasonInvoluntary: payments failed, or the merchant ended it.
	ReasonInvoluntary
	// ReasonReplaced: another subscription carries it on; see Terms.Replaces.
	ReasonReplaced
)

var reasonNames = enum.New[Reason]("billing", "Reason", "unknown", "voluntary", "involuntary", "replaced")

// String is the name that MarshalText writes; "Reason(9)" for a value that is
// none.
func (r Reason) String() string { return reasonNames.String(r) }

// MarshalText writes "unknown", "voluntary", "involuntary" or "replaced".
func (r Reason) MarshalText() ([]byte, error) { return reasonNames.Marshal(r) }

// UnmarshalText reads what MarshalText writes.
func (r *Reason) UnmarshalText(name []byte) error { return reasonNames.Unmarshal(r, name) }

// Value is the name, for a column of text.
func (r Reason) Value() (driver.Value, error) { return reasonNames.Value(r) }

// Scan reads a name from a column of text; NULL is the zero Reason.
func (r *Reason) Scan(src any) error { return reasonNames.Scan(r, src) }
