package billing

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

var stateNames = []string{"active", "trial", "past-due", "unpaid", "paused", "collection-paused", "incomplete"}

// String is the name that MarshalText writes; "State(9)" for a value that is
// none.
func (s State) String() string { return nameOf("State", stateNames, uint8(s)) }

// MarshalText writes the name: "active", "trial", "past-due", "unpaid",
// "paused", "collection-paused" or "incomplete".
func (s State) MarshalText() ([]byte, error) { return marshalName("state", stateNames, uint8(s)) }

// UnmarshalText reads what MarshalText writes.
func (s *State) UnmarshalText(text []byte) error {
	i, err := unmarshalName("state", stateNames, text)
	if err == nil {
		*s = State(i)
	}
	return err
}

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

var basisNames = []string{"licensed", "metered", "committed", "one-off"}

// String is the name that MarshalText writes; "Basis(9)" for a value that is
// none.
func (b Basis) String() string { return nameOf("Basis", basisNames, uint8(b)) }

// MarshalText writes "licensed", "metered", "committed" or "one-off".
func (b Basis) MarshalText() ([]byte, error) { return marshalName("basis", basisNames, uint8(b)) }

// UnmarshalText reads what MarshalText writes.
func (b *Basis) UnmarshalText(text []byte) error {
	i, err := unmarshalName("basis", basisNames, text)
	if err == nil {
		*b = Basis(i)
	}
	return err
}

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

var reasonNames = []string{"unknown", "voluntary", "involuntary", "replaced"}

// String is the name that MarshalText writes; "Reason(9)" for a value that is
// none.
func (r Reason) String() string { return nameOf("Reason", reasonNames, uint8(r)) }

// MarshalText writes "unknown", "voluntary", "involuntary" or "replaced".
func (r Reason) MarshalText() ([]byte, error) { return marshalName("reason", reasonNames, uint8(r)) }

// UnmarshalText reads what MarshalText writes.
func (r *Reason) UnmarshalText(text []byte) error {
	i, err := unmarshalName("reason", reasonNames, text)
	if err == nil {
		*r = Reason(i)
	}
	return err
}
