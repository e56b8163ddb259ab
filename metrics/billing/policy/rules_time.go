package policy

import (
	"fmt"

	"github.com/lifecycle-go/lifecycle/internal/enum"
)

// ChurnDate says when a subscription that ends stops counting. The zero
// ChurnDate is EndOfPaidService.
type ChurnDate uint8

const (
	// EndOfPaidService: at Span.End, or at Terms.PaidThrough where the
	// subscription's last spans were paid for longer; of invoices, with the
	// period last invoiced. Where another subscription of the customer begins by
	// then, it counts until that: with a finding (billing.CodeSuccessor), and
	// under this rule alone, as the others let nothing outlast Span.End.
	EndOfPaidService ChurnDate = iota
	// EndRecorded: at Span.End, when the billing system ends it.
	EndRecorded
	// EndRequested: when the customer asked (Terms.CancelAskedAt), or at
	// Span.End where nobody did.
	EndRequested
)

var churnDateNames = enum.New[ChurnDate]("policy", "ChurnDate", "end-of-paid-service", "end-recorded", "end-requested")

// String is the name that MarshalText writes; "ChurnDate(9)" for a value that
// is none.
func (c ChurnDate) String() string { return churnDateNames.String(c) }

// MarshalText writes "end-of-paid-service", "end-recorded" or "end-requested".
func (c ChurnDate) MarshalText() ([]byte, error) { return churnDateNames.Marshal(c) }

// UnmarshalText reads what MarshalText writes.
func (c *ChurnDate) UnmarshalText(name []byte) error { return churnDateNames.Unmarshal(c, name) }

// CommittedRule says what committed MRR, a series of its own, leaves out. The
// zero CommittedRule is CommittedUntilAsked.
type CommittedRule uint8

const (
	// CommittedUntilAsked: a subscription from the instant its end was asked
	// for (ChartMogul's CMRR "as soon as scheduled").
	CommittedUntilAsked CommittedRule = iota
	// CommittedNever: a subscription with a scheduled end, from its beginning
	// (Polar), so that the series does not depend on when one looks.
	CommittedNever
)

var committedNames = enum.New[CommittedRule]("policy", "CommittedRule", "until-asked", "never")

// String is the name that MarshalText writes; "CommittedRule(9)" for a value
// that is none.
func (c CommittedRule) String() string { return committedNames.String(c) }

// MarshalText writes "until-asked" or "never".
func (c CommittedRule) MarshalText() ([]byte, error) { return committedNames.Marshal(c) }

// UnmarshalText reads what MarshalText writes.
func (c *CommittedRule) UnmarshalText(name []byte) error { return committedNames.Unmarshal(c, name) }

// RateDate says which exchange rate an amount in another currency is converted
// at. The zero RateDate is RateAtChange.
type RateDate uint8

const (
	// RateAtChange: movements at the rate of their instant, month ends at that
	// of their last instant; what is left between is the FX line.
	RateAtChange RateDate = iota
	// RateAtMonthEnd: everything in a month at the rate of its last instant.
	RateAtMonthEnd
	// RateFrozen: each span at the rate of its beginning, for good; there is no
	// FX line (Kill Bill).
	RateFrozen
	// RateFixed: everything at the rate of Policy.RateAt: constant currency.
	RateFixed
)

var rateDateNames = enum.New[RateDate]("policy", "RateDate", "at-change", "at-month-end", "frozen", "fixed")

// String is the name that MarshalText writes; "RateDate(9)" for a value that is
// none.
func (r RateDate) String() string { return rateDateNames.String(r) }

// MarshalText writes "at-change", "at-month-end", "frozen" or "fixed".
func (r RateDate) MarshalText() ([]byte, error) { return rateDateNames.Marshal(r) }

// UnmarshalText reads what MarshalText writes.
func (r *RateDate) UnmarshalText(name []byte) error { return rateDateNames.Unmarshal(r, name) }

// LapseRule says what an invoice policy does when the last period that was
// invoiced is over and nothing says that the subscription is. The zero LapseRule
// is LapseAtOnce.
type LapseRule uint8

const (
	// LapseAtOnce: it counts nothing until it is invoiced again.
	LapseAtOnce LapseRule = iota
	// LapseUntilEnd: it carries on until the next invoice, or until it ends.
	LapseUntilEnd
	// LapseAfterDays: it carries on for Lapse.Days civil days.
	LapseAfterDays
)

var lapseNames = enum.New[LapseRule]("policy", "LapseRule", "at-once", "until-end", "after-days")

// String is the name that MarshalText writes; "LapseRule(9)" for a value that is
// none.
func (l LapseRule) String() string { return lapseNames.String(l) }

// MarshalText writes "at-once", "until-end" or "after-days".
func (l LapseRule) MarshalText() ([]byte, error) { return lapseNames.Marshal(l) }

// UnmarshalText reads what MarshalText writes.
func (l *LapseRule) UnmarshalText(name []byte) error { return lapseNames.Unmarshal(l, name) }

// Lapse is a LapseRule with its days. The zero Lapse ends with the period. A
// Lapse is a comparable value.
type Lapse struct {
	Rule LapseRule `json:"rule"`
	// Days of LapseAfterDays, 0 to 3650.
	Days int `json:"days,omitempty"`
}

// Validate reports an unknown rule, and days out of range.
func (l Lapse) Validate() error {
	if !lapseNames.Has(l.Rule) {
		return fmt.Errorf("policy: lapse: %s is not a rule", l.Rule)
	}
	if l.Days < 0 || l.Days > maxDays {
		return fmt.Errorf("policy: lapse: after %d days, want 0 to %d", l.Days, maxDays)
	}
	return nil
}

// canonical forgets days that do not matter.
func (l Lapse) canonical() Lapse {
	if l.Rule != LapseAfterDays {
		l.Days = 0
	}
	return l
}
