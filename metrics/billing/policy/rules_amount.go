package policy

import (
	"fmt"

	"github.com/lifecycle-go/lifecycle/internal/enum"
	"github.com/lifecycle-go/lifecycle/internal/num"
	"github.com/lifecycle-go/lifecycle/metrics/billing"
	"github.com/lifecycle-go/lifecycle/metrics/money"
)

// Source says where the amount of recurring revenue comes from. The zero Source
// is FromPrices.
type Source uint8

const (
	// FromPrices: what was agreed, the Amount of Spans.
	FromPrices Source = iota
	// FromInvoices: what was invoiced, the recurring InvoiceLines over their
	// service periods.
	FromInvoices
)

var sourceNames = enum.New[Source]("policy", "Source", "prices", "invoices")

// String is the name that MarshalText writes; "Source(9)" for a value that is
// none.
func (s Source) String() string { return sourceNames.String(s) }

// MarshalText writes "prices" or "invoices".
func (s Source) MarshalText() ([]byte, error) { return sourceNames.Marshal(s) }

// UnmarshalText reads what MarshalText writes.
func (s *Source) UnmarshalText(name []byte) error { return sourceNames.Unmarshal(s, name) }

// Scaling says what an invoice line is worth a month, under FromInvoices. The
// zero Scaling is ScaleAsBilled.
type Scaling uint8

const (
	// ScaleAsBilled: the net amount, divided by the months of its cycle. A
	// prorated line counts what it charges (Recurly: a $10 seat bought in
	// mid-month adds 5 that month).
	ScaleAsBilled Scaling = iota
	// ScaleToCycle: as ScaleAsBilled, but a prorated line is first scaled up
	// from the part of the cycle it covers to the whole (ChartMogul's
	// prorate_factor).
	ScaleToCycle
	// ScaleByDays: the net amount divided by the days of its service period,
	// times Policy.DayFactor (Lago's open-source SQL). Weekly charges go by
	// Policy.WeekFactor.
	ScaleByDays
)

var scalingNames = enum.New[Scaling]("policy", "Scaling", "as-billed", "to-cycle", "by-days")

// String is the name that MarshalText writes; "Scaling(9)" for a value that is
// none.
func (s Scaling) String() string { return scalingNames.String(s) }

// MarshalText writes "as-billed", "to-cycle" or "by-days".
func (s Scaling) MarshalText() ([]byte, error) { return scalingNames.Marshal(s) }

// UnmarshalText reads what MarshalText writes.
func (s *Scaling) UnmarshalText(name []byte) error { return scalingNames.Unmarshal(s, name) }

// MeteredRule says how usage counts. The zero MeteredRule is MeteredExcluded.
type MeteredRule uint8

const (
	// MeteredExcluded: not at all, nor does a guaranteed minimum.
	MeteredExcluded MeteredRule = iota
	// MeteredCommitted: only the guaranteed minimum (BasisCommitted).
	MeteredCommitted
	// MeteredIncluded: what was used, for the period it was used in.
	MeteredIncluded
	// MeteredTrailing: in each period the mean of the Policy.MeteredPeriods
	// before it, or of as many as there are; nothing in the first.
	MeteredTrailing
)

var meteredNames = enum.New[MeteredRule]("policy", "MeteredRule", "excluded", "committed", "included", "trailing")

// String is the name that MarshalText writes; "MeteredRule(9)" for a value that
// is none.
func (m MeteredRule) String() string { return meteredNames.String(m) }

// MarshalText writes "excluded", "committed", "included" or "trailing".
func (m MeteredRule) MarshalText() ([]byte, error) { return meteredNames.Marshal(m) }

// UnmarshalText reads what MarshalText writes.
func (m *MeteredRule) UnmarshalText(name []byte) error { return meteredNames.Unmarshal(m, name) }

// DiscountRule says which discounts lessen recurring revenue. Whichever do, those
// of items go before those of subscriptions, in the order of the record, and
// nothing falls below zero. The zero DiscountRule is DiscountsRecurring.
type DiscountRule uint8

const (
	// DiscountsRecurring: all but those that lessen one charge: a coupon for
	// three months on a charge by the year is one of them.
	DiscountsRecurring DiscountRule = iota
	// DiscountsNone: none; list price.
	DiscountsNone
	// DiscountsForever: those that last as long as the subscription.
	DiscountsForever
	// DiscountsAll: all, those for one charge too.
	DiscountsAll
	// DiscountsAsMarked: what the source says of each (Chargebee's
	// included_in_mrr); where it says nothing, as DiscountsRecurring.
	DiscountsAsMarked
)

var discountRuleNames = enum.New[DiscountRule]("policy", "DiscountRule", "recurring", "none", "forever", "all", "as-marked")

// String is the name that MarshalText writes; "DiscountRule(9)" for a value
// that is none.
func (d DiscountRule) String() string { return discountRuleNames.String(d) }

// MarshalText writes "recurring", "none", "forever", "all" or "as-marked".
func (d DiscountRule) MarshalText() ([]byte, error) { return discountRuleNames.Marshal(d) }

// UnmarshalText reads what MarshalText writes.
func (d *DiscountRule) UnmarshalText(name []byte) error { return discountRuleNames.Unmarshal(d, name) }

// counts reports whether a discount that lessens so many charges lessens
// anything under the rule.
func (d DiscountRule) counts(of *billing.Discount, charges int) bool {
	switch d {
	case DiscountsNone:
		return false
	case DiscountsForever:
		return of.Duration == billing.DurationForever && of.To.IsZero()
	case DiscountsAll:
		return true
	case DiscountsAsMarked:
		if of.InMRR != billing.Unsaid {
			return of.InMRR == billing.Yes
		}
	default:
	}
	return of.Duration != billing.DurationOnce && charges > 1
}

// RoundScope says what is rounded to a number of places before it is added up.
// The zero RoundScope is RoundNothing.
type RoundScope uint8

const (
	// RoundNothing: amounts stay exact; results are rounded once, at the edge.
	RoundNothing RoundScope = iota
	// RoundSubscriptions: the monthly amount of each subscription.
	RoundSubscriptions
	// RoundItems: the monthly amount of each item, or of each invoice line.
	RoundItems
)

var roundScopeNames = enum.New[RoundScope]("policy", "RoundScope", "nothing", "subscriptions", "items")

// String is the name that MarshalText writes; "RoundScope(9)" for a value that
// is none.
func (r RoundScope) String() string { return roundScopeNames.String(r) }

// MarshalText writes "nothing", "subscriptions" or "items".
func (r RoundScope) MarshalText() ([]byte, error) { return roundScopeNames.Marshal(r) }

// UnmarshalText reads what MarshalText writes.
func (r *RoundScope) UnmarshalText(name []byte) error { return roundScopeNames.Unmarshal(r, name) }

// Rounding says what is rounded, to how many places and how. The zero Rounding
// rounds nothing. A Rounding is a comparable value.
type Rounding struct {
	Scope RoundScope `json:"scope"`
	// Places behind the point, 0 to 12.
	Places int32          `json:"places"`
	Mode   money.Rounding `json:"mode"`
}

// Validate reports an unknown scope or mode, and places out of range.
func (r Rounding) Validate() error {
	if int(r.Scope) >= roundScopeNames.Len() {
		return fmt.Errorf("policy: rounding: %s is not a scope", r.Scope)
	}
	if r.Places < 0 || r.Places > num.MaxPlaces {
		return fmt.Errorf("policy: rounding: %d places, want 0 to %d", r.Places, num.MaxPlaces)
	}
	return r.Mode.Validate()
}

// canonical forgets what does not matter where nothing is rounded.
func (r Rounding) canonical() Rounding {
	if r.Scope == RoundNothing {
		return Rounding{}
	}
	return r
}
