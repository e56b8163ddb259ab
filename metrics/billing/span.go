package billing

import (
	"time"

	"github.com/shopspring/decimal"

	"github.com/lifecycle-go/lifecycle/internal/text"
	"github.com/lifecycle-go/lifecycle/metrics/calendar"
	"github.com/lifecycle-go/lifecycle/metrics/money"
)

// Span is one recurring charge at constant terms, in force on [From, To). It is
// the neutral record every importer produces and every rule reads: a fact about
// what was agreed, with no opinion on what of it counts.
//
// A subscription with several charges (a plan and an add-on) has one span for
// each, told apart by Item. A change of terms ends one span and begins the
// next, both with the same Customer, Subscription and Item.
//
// A Span is a value and safe everywhere; its Discounts must not be changed
// while others read them.
type Span struct {
	// Customer is whose revenue this is: the account that counts as one
	// customer. Required.
	Customer string
	// Subscription is the contract, Item the charge within it. Either may be
	// empty where a customer has only one.
	Subscription, Item string
	// From is the first instant in force, To the first no longer. A zero To
	// says that the span is still in force.
	From, To time.Time
	Terms
	// ID names the source's record that told of the span, in findings and as the
	// evidence of movements; EndID the one that told of To. It need not be
	// unique to the span: a record that gives several spans is named by all of
	// them. An empty EndID is ID.
	ID, EndID string
	// Seq is the order of the source between records of one instant.
	Seq int64
	// Recorded is when the terms became known and EndRecorded when To did. Zero
	// is unstated: taken to be at From and at To, and beaten by whatever is
	// stated. A correction of the past has a later one.
	Recorded, EndRecorded time.Time
}

// Terms are what one span charges and how it stands. The zero Terms is an
// active charge of nothing per month.
type Terms struct {
	// Plan is what was bought, the key of segments and of plan changes; Product
	// what it is a plan of: another product is cross-selling, another plan of
	// one is not.
	Plan, Product string
	// Amount is charged once per Cycle, in major units: quantity and tiers
	// applied, before discounts, without tax. See Price.Amount.
	Amount decimal.Decimal
	// Tax comes on top of Amount per Cycle, where the source says how much. Of
	// a price with tax inside, Amount is the part without.
	Tax decimal.Decimal
	// Currency of Amount, Tax and the Off of Discounts.
	Currency money.Currency
	// Cycle is how often it is charged; the zero value is monthly.
	Cycle calendar.Cycle
	// Quantity is what Amount was computed from. It informs: a change of it
	// alone makes an expansion one of seats and not of price.
	Quantity decimal.Decimal
	// Discounts that may lessen Amount, in the order they apply. Those of the
	// subscription stand on the span of every item they lessen.
	Discounts []Discount
	State     State
	Basis     Basis
	// CancelAt is the scheduled end, CancelAskedAt when the customer asked to
	// cancel: a request is not yet churn. Zero where unknown.
	CancelAt, CancelAskedAt time.Time
	// Reason the subscription ended or will.
	Reason Reason
	// PaidThrough is the end of the service period last paid or invoiced. A
	// subscription ended before it has been paid for until then.
	PaidThrough time.Time
	// Replaces is the customer's earlier subscription that this one carries
	// on, in systems where a change of plan ends one and begins another.
	Replaces string
	// Test marks records of a sandbox.
	Test bool
}

// End is when the span ends: To, else the scheduled CancelAt, else zero.
func (s *Span) End() time.Time {
	if s.To.IsZero() {
		return s.CancelAt
	}
	return s.To
}

// Describe names the span in a message: by its ID, else by its beginning.
func (s *Span) Describe() string {
	if s.ID != "" {
		return "record " + text.Clip(s.ID)
	}
	return "the span from " + s.From.Format(time.RFC3339)
}
