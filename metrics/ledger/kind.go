package ledger

import "fmt"

// Kind names what a movement did to a customer's MRR. The zero value is no
// kind at all.
type Kind uint8

// The kinds of movement, in the order a bridge prints them.
const (
	// NewBusiness, "new" in text, is the first time a customer's MRR is above
	// zero, or a return after more than Options.MaxGap.
	NewBusiness Kind = iota + 1
	// Expansion is a rise of an MRR that was above zero.
	Expansion
	// Reactivation is a return from zero of a customer who had left.
	Reactivation
	// Contraction is a fall that leaves the MRR above zero.
	Contraction
	// Churn is a fall to zero.
	Churn

	kinds
)

var kindNames = [...]string{"", "new", "expansion", "reactivation", "contraction", "churn"}

// String returns the lower-case name, "" for the zero Kind.
func (k Kind) String() string {
	if k < kinds {
		return kindNames[k]
	}
	return fmt.Sprintf("Kind(%d)", uint8(k))
}

// Sign is +1 for kinds that raise MRR, -1 for those that lower it and 0 for
// the zero Kind.
func (k Kind) Sign() int {
	switch k {
	case NewBusiness, Expansion, Reactivation:
		return 1
	case Contraction, Churn:
		return -1
	default:
		return 0
	}
}

// MarshalText returns the name.
func (k Kind) MarshalText() ([]byte, error) {
	if k >= kinds {
		return nil, fmt.Errorf("ledger: marshal kind: %d is not one of 0 to %d", uint8(k), kinds-1)
	}
	return []byte(k.String()), nil
}

// UnmarshalText reads a name as String writes it.
func (k *Kind) UnmarshalText(text []byte) error {
	i, ok := indexOf(kindNames[:], text)
	if !ok {
		return fmt.Errorf("ledger: unmarshal kind: %q is not one of %q", clip(string(text)), kindNames[1:])
	}
	*k = Kind(i)
	return nil
}

// indexOf returns where text stands in names.
func indexOf(names []string, text []byte) (int, bool) {
	for i, n := range names {
		if n == string(text) {
			return i, true
		}
	}
	return 0, false
}

// clip shortens a value that goes into an error message.
func clip(s string) string {
	const limit = 64
	if len(s) <= limit {
		return s
	}
	return s[:limit] + "…"
}
