package billing

// ChurnDate says when a subscription that ends stops counting. The zero
// ChurnDate is EndOfPaidService.
type ChurnDate uint8

const (
	// EndOfPaidService: at Span.End, or at Terms.PaidThrough where the
	// subscription's last spans were paid for longer.
	EndOfPaidService ChurnDate = iota
	// EndRecorded: at Span.End, when the billing system ends it.
	EndRecorded
	// EndRequested: when the customer asked (Terms.CancelAskedAt), or at
	// Span.End where nobody did.
	EndRequested
)

var churnDateNames = []string{"end-of-paid-service", "end-recorded", "end-requested"}

// String is the name that MarshalText writes; "ChurnDate(9)" for a value that
// is none.
func (c ChurnDate) String() string { return nameOf("ChurnDate", churnDateNames, uint8(c)) }

// MarshalText writes "end-of-paid-service", "end-recorded" or "end-requested".
func (c ChurnDate) MarshalText() ([]byte, error) {
	return marshalName("churn date", churnDateNames, uint8(c))
}

// UnmarshalText reads what MarshalText writes.
func (c *ChurnDate) UnmarshalText(text []byte) error {
	i, err := unmarshalName("churn date", churnDateNames, text)
	if err == nil {
		*c = ChurnDate(i)
	}
	return err
}

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

var committedNames = []string{"until-asked", "never"}

// String is the name that MarshalText writes; "CommittedRule(9)" for a value
// that is none.
func (c CommittedRule) String() string { return nameOf("CommittedRule", committedNames, uint8(c)) }

// MarshalText writes "until-asked" or "never".
func (c CommittedRule) MarshalText() ([]byte, error) {
	return marshalName("committed rule", committedNames, uint8(c))
}

// UnmarshalText reads what MarshalText writes.
func (c *CommittedRule) UnmarshalText(text []byte) error {
	i, err := unmarshalName("committed rule", committedNames, text)
	if err == nil {
		*c = CommittedRule(i)
	}
	return err
}

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

var rateDateNames = []string{"at-change", "at-month-end", "frozen", "fixed"}

// String is the name that MarshalText writes; "RateDate(9)" for a value that is
// none.
func (r RateDate) String() string { return nameOf("RateDate", rateDateNames, uint8(r)) }

// MarshalText writes "at-change", "at-month-end", "frozen" or "fixed".
func (r RateDate) MarshalText() ([]byte, error) {
	return marshalName("rate date", rateDateNames, uint8(r))
}

// UnmarshalText reads what MarshalText writes.
func (r *RateDate) UnmarshalText(text []byte) error {
	i, err := unmarshalName("rate date", rateDateNames, text)
	if err == nil {
		*r = RateDate(i)
	}
	return err
}

// SameMonthRule says what is shown of a customer who joins and is gone again
// at the end of the same month. The zero SameMonthRule is SameMonthShown.
type SameMonthRule uint8

const (
	// SameMonthShown: both movements, and both counts.
	SameMonthShown SameMonthRule = iota
	// SameMonthIgnored: nothing; the customer is left out of that month
	// (ProfitWell).
	SameMonthIgnored
)

var sameMonthNames = []string{"shown", "ignored"}

// String is the name that MarshalText writes; "SameMonthRule(9)" for a value
// that is none.
func (s SameMonthRule) String() string { return nameOf("SameMonthRule", sameMonthNames, uint8(s)) }

// MarshalText writes "shown" or "ignored".
func (s SameMonthRule) MarshalText() ([]byte, error) {
	return marshalName("same-month rule", sameMonthNames, uint8(s))
}

// UnmarshalText reads what MarshalText writes.
func (s *SameMonthRule) UnmarshalText(text []byte) error {
	i, err := unmarshalName("same-month rule", sameMonthNames, text)
	if err == nil {
		*s = SameMonthRule(i)
	}
	return err
}

// ChurnCount says which event the numerator of a churn rate counts. The zero
// ChurnCount is CountEnds.
type ChurnCount uint8

const (
	// CountEnds: customers whose revenue went to zero.
	CountEnds ChurnCount = iota
	// CountRequests: customers whose last subscription was asked to end, at the
	// instant they asked, whatever ChurnDate says of their revenue (Polar).
	CountRequests
)

var churnCountNames = []string{"ends", "requests"}

// String is the name that MarshalText writes; "ChurnCount(9)" for a value that
// is none.
func (c ChurnCount) String() string { return nameOf("ChurnCount", churnCountNames, uint8(c)) }

// MarshalText writes "ends" or "requests".
func (c ChurnCount) MarshalText() ([]byte, error) {
	return marshalName("churn count", churnCountNames, uint8(c))
}

// UnmarshalText reads what MarshalText writes.
func (c *ChurnCount) UnmarshalText(text []byte) error {
	i, err := unmarshalName("churn count", churnCountNames, text)
	if err == nil {
		*c = ChurnCount(i)
	}
	return err
}
