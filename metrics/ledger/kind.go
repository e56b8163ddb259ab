package ledger

import (
	"database/sql/driver"

	"github.com/lifecycle-go/lifecycle/internal/enum"
)

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

var kindNames = enum.New[Kind]("ledger", "Kind",
	"", "new", "expansion", "reactivation", "contraction", "churn")

// String returns the lower-case name, "" for the zero Kind.
func (k Kind) String() string { return kindNames.String(k) }

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
func (k Kind) MarshalText() ([]byte, error) { return kindNames.Marshal(k) }

// UnmarshalText reads a name as String writes it.
func (k *Kind) UnmarshalText(text []byte) error { return kindNames.Unmarshal(k, text) }

// Value is the name, for a column of text.
func (k Kind) Value() (driver.Value, error) { return kindNames.Value(k) }

// Scan reads a name from a column of text.
func (k *Kind) Scan(src any) error { return kindNames.Scan(k, src) }
