package forecast

import (
	"database/sql/driver"

	"github.com/lifecycle-go/lifecycle/internal/enum"
)

// Quantity is something a projection says of a month ahead.
type Quantity uint8

const (
	// MRR is monthly recurring revenue at the end of the month.
	MRR Quantity = iota
	// NewMRR, the first of the lines of the month's bridge, comes from customers
	// who never paid before.
	NewMRR
	// ExpansionMRR comes from customers who pay more.
	ExpansionMRR
	// ReactivationMRR comes from those who return.
	ReactivationMRR
	// ContractionMRR goes with those who pay less.
	ContractionMRR
	// ChurnedMRR goes with those who leave.
	ChurnedMRR
	// Customers are heads at the end of the month.
	Customers
	// NewCustomers pay for the first time.
	NewCustomers
	// ReactivatedCustomers return.
	ReactivatedCustomers
	// ChurnedCustomers leave.
	ChurnedCustomers
	// CustomerChurn is churned heads over those at the month's beginning, a
	// share; not defined in paths that begin it with none.
	CustomerChurn
	// NRR is what customers of the origin pay over what they paid then, a
	// share: until they first leave.
	NRR
	// GRR is the same, counting no customer with more than at the origin.
	GRR
)

var quantities = enum.New[Quantity]("forecast", "Quantity", "mrr", "new-mrr", "expansion-mrr", "reactivation-mrr", "contraction-mrr", "churned-mrr",
	"customers", "new-customers", "reactivated-customers", "churned-customers", "customer-churn", "nrr", "grr")

// String is the name, such as "churned-mrr".
func (q Quantity) String() string { return quantities.String(q) }

// MarshalText writes the name.
func (q Quantity) MarshalText() ([]byte, error) { return quantities.Marshal(q) }

// UnmarshalText reads a name as String writes it.
func (q *Quantity) UnmarshalText(text []byte) error { return quantities.Unmarshal(q, text) }

// Value stores the name.
func (q Quantity) Value() (driver.Value, error) { return quantities.Value(q) }

// Scan reads a name; NULL is MRR.
func (q *Quantity) Scan(src any) error { return quantities.Scan(q, src) }

// Quantities are all of them, in order.
func Quantities() []Quantity {
	out := make([]Quantity, quantities.Len())
	for i := range out {
		out[i] = Quantity(i)
	}
	return out
}
