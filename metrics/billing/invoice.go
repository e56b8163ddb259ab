package billing

import (
	"database/sql/driver"
	"time"

	"github.com/shopspring/decimal"

	"github.com/lifecycle-go/lifecycle/internal/enum"
	"github.com/lifecycle-go/lifecycle/metrics/calendar"
	"github.com/lifecycle-go/lifecycle/metrics/money"
)

// InvoiceLine is one line of an invoice: the source of the amount under
// policies that read MRR from what was invoiced instead of what was agreed.
//
// Amount, Discount and Tax of a charge are zero or more; those of a credit
// (LineCredit, LineRefund, and the ProrationCredit of a recurring line) are
// zero or more as well, and count downwards.
//
// An InvoiceLine is a value and safe everywhere.
type InvoiceLine struct {
	// Customer as in Span; required. Subscription, Item, Plan and Product
	// likewise, where the line has them.
	Customer, Subscription, Item, Plan, Product string
	// Invoice and ID name the source's records.
	Invoice, ID string
	IssuedAt    time.Time
	// PaidAt is when the invoice was paid; zero where it was not, or where the
	// source does not say.
	PaidAt time.Time
	// From and To bound the service period, half-open.
	From, To time.Time
	// Amount is the charge before discount and without tax, in major units;
	// Discount what was taken off it; Tax what came on top.
	Amount, Discount, Tax decimal.Decimal
	Currency              money.Currency
	// Cycle is how often the full charge recurs; the zero value is monthly.
	Cycle    calendar.Cycle
	Quantity decimal.Decimal
	Kind     LineKind
	// Proration says whether the line covers part of a cycle.
	Proration Proration
	Status    LineStatus
	// Refund names, on a LineRefund, the refund by which the money went back. A line
	// whose ID is that name is the refund itself; others, of credit notes, say what
	// of it they are about. The same money may stand in both: what adds it up counts
	// it once, as package revops does.
	Refund string
	// Seq is the order of the source between lines of one instant.
	Seq int64
	// Test marks records of a sandbox.
	Test bool
}

// Net is what the line charges without tax: Amount − Discount, below zero for
// credits.
func (l *InvoiceLine) Net() decimal.Decimal {
	net := l.Amount.Sub(l.Discount)
	if l.Credits() {
		return net.Neg()
	}
	return net
}

// Credits reports whether the line gives back rather than charges.
func (l *InvoiceLine) Credits() bool {
	return l.Kind == LineCredit || l.Kind == LineRefund || l.Proration == ProrationCredit
}

// LineKind says what a line is for. The zero LineKind is LineRecurring.
type LineKind uint8

const (
	// LineRecurring: a charge of a subscription for a service period.
	LineRecurring LineKind = iota
	// LineUsage: metered use in a service period.
	LineUsage
	// LineOneOff: anything that does not recur.
	LineOneOff
	// LineCredit: a credit note or account credit.
	LineCredit
	// LineRefund: money given back.
	LineRefund
)

var lineKindNames = enum.New[LineKind]("billing", "LineKind", "recurring", "usage", "one-off", "credit", "refund")

// String is the name that MarshalText writes; "LineKind(9)" for a value that is
// none.
func (k LineKind) String() string { return lineKindNames.String(k) }

// MarshalText writes "recurring", "usage", "one-off", "credit" or "refund".
func (k LineKind) MarshalText() ([]byte, error) { return lineKindNames.Marshal(k) }

// UnmarshalText reads what MarshalText writes.
func (k *LineKind) UnmarshalText(name []byte) error { return lineKindNames.Unmarshal(k, name) }

// Value is the name, for a column of text.
func (k LineKind) Value() (driver.Value, error) { return lineKindNames.Value(k) }

// Scan reads a name from a column of text; NULL is the zero LineKind.
func (k *LineKind) Scan(src any) error { return lineKindNames.Scan(k, src) }

// Proration says how a line relates to a full cycle. The zero Proration is
// ProrationNone.
type Proration uint8

const (
	// ProrationNone: the line charges its period in full.
	ProrationNone Proration = iota
	// ProrationCharge: the difference that new terms make for the rest of a
	// period (ChartMogul's "differential").
	ProrationCharge
	// ProrationCredit: what old terms had charged for the rest of a period,
	// given back.
	ProrationCredit
	// ProrationFull: the full charge of the new terms for the rest of a period
	// (ChartMogul's "full").
	ProrationFull
)

var prorationNames = enum.New[Proration]("billing", "Proration", "none", "charge", "credit", "full")

// String is the name that MarshalText writes; "Proration(9)" for a value that
// is none.
func (p Proration) String() string { return prorationNames.String(p) }

// MarshalText writes "none", "charge", "credit" or "full".
func (p Proration) MarshalText() ([]byte, error) { return prorationNames.Marshal(p) }

// UnmarshalText reads what MarshalText writes.
func (p *Proration) UnmarshalText(name []byte) error { return prorationNames.Unmarshal(p, name) }

// Value is the name, for a column of text.
func (p Proration) Value() (driver.Value, error) { return prorationNames.Value(p) }

// Scan reads a name from a column of text; NULL is the zero Proration.
func (p *Proration) Scan(src any) error { return prorationNames.Scan(p, src) }

// LineStatus is where the invoice of a line stands. The zero LineStatus is
// LinePaid.
type LineStatus uint8

const (
	// LinePaid: settled.
	LinePaid LineStatus = iota
	// LineOpen: finalised and awaiting payment.
	LineOpen
	// LineDraft: not finalised; nothing was charged yet.
	LineDraft
	// LineVoid: withdrawn.
	LineVoid
	// LineUncollectible: written off.
	LineUncollectible
)

var lineStatusNames = enum.New[LineStatus]("billing", "LineStatus", "paid", "open", "draft", "void", "uncollectible")

// String is the name that MarshalText writes; "LineStatus(9)" for a value that
// is none.
func (s LineStatus) String() string { return lineStatusNames.String(s) }

// MarshalText writes "paid", "open", "draft", "void" or "uncollectible".
func (s LineStatus) MarshalText() ([]byte, error) { return lineStatusNames.Marshal(s) }

// UnmarshalText reads what MarshalText writes.
func (s *LineStatus) UnmarshalText(name []byte) error { return lineStatusNames.Unmarshal(s, name) }

// Value is the name, for a column of text.
func (s LineStatus) Value() (driver.Value, error) { return lineStatusNames.Value(s) }

// Scan reads a name from a column of text; NULL is the zero LineStatus.
func (s *LineStatus) Scan(src any) error { return lineStatusNames.Scan(s, src) }
