package billing

import (
	"time"

	"github.com/shopspring/decimal"
)

// Discount lessens the charge of a span by a percentage or by an amount. It is
// in force on [From, To), as far as the span is. The zero Discount lessens
// nothing.
//
// A discount of a whole subscription (LevelSubscription) stands on the span of
// every item it lessens and is taken once from their sum; spans that name the
// same ID mean the same discount. Without an ID, equal discounts at the same
// position are the same one.
//
// A Discount is a value and safe everywhere.
type Discount struct {
	// ID of the discount or coupon in the source.
	ID string
	// Percent off, 0 to 100. Off is an amount in the span's currency per charge.
	// Only one of them may be set.
	Percent, Off decimal.Decimal
	// From is when it begins; zero is with the span. To is when it ends; zero
	// is by Duration.
	From, To time.Time
	Duration Duration
	// Cycles is how many charges a DurationRepeating without To lessens.
	Cycles int
	Level  Level
	// InMRR is what the source itself says of the discount, where it does
	// (Chargebee's included_in_mrr).
	InMRR Verdict
}

// Duration is how long a discount was meant to last. The zero Duration is
// DurationForever.
type Duration uint8

const (
	// DurationForever: as long as the subscription.
	DurationForever Duration = iota
	// DurationRepeating: for several charges, or until To.
	DurationRepeating
	// DurationOnce: for one charge.
	DurationOnce
)

var durationNames = []string{"forever", "repeating", "once"}

// String is the name that MarshalText writes; "Duration(9)" for a value that is
// none.
func (d Duration) String() string { return nameOf("Duration", durationNames, uint8(d)) }

// MarshalText writes "forever", "repeating" or "once".
func (d Duration) MarshalText() ([]byte, error) {
	return marshalName("duration", durationNames, uint8(d))
}

// UnmarshalText reads what MarshalText writes.
func (d *Duration) UnmarshalText(text []byte) error {
	i, err := unmarshalName("duration", durationNames, text)
	if err == nil {
		*d = Duration(i)
	}
	return err
}

// Level says what a discount lessens. The zero Level is LevelItem. Items are
// lessened before subscriptions, as Stripe does.
type Level uint8

const (
	// LevelItem: the one charge.
	LevelItem Level = iota
	// LevelSubscription: the sum of the subscription's charges that carry it.
	LevelSubscription
)

var levelNames = []string{"item", "subscription"}

// String is the name that MarshalText writes; "Level(9)" for a value that is
// none.
func (l Level) String() string { return nameOf("Level", levelNames, uint8(l)) }

// MarshalText writes "item" or "subscription".
func (l Level) MarshalText() ([]byte, error) { return marshalName("level", levelNames, uint8(l)) }

// UnmarshalText reads what MarshalText writes.
func (l *Level) UnmarshalText(text []byte) error {
	i, err := unmarshalName("level", levelNames, text)
	if err == nil {
		*l = Level(i)
	}
	return err
}

// Verdict is a yes or no that the source may not have given. The zero Verdict
// is Unsaid.
type Verdict uint8

// The verdicts.
const (
	Unsaid Verdict = iota
	Yes
	No
)

var verdictNames = []string{"unsaid", "yes", "no"}

// String is the name that MarshalText writes; "Verdict(9)" for a value that is
// none.
func (v Verdict) String() string { return nameOf("Verdict", verdictNames, uint8(v)) }

// MarshalText writes "unsaid", "yes" or "no".
func (v Verdict) MarshalText() ([]byte, error) { return marshalName("verdict", verdictNames, uint8(v)) }

// UnmarshalText reads what MarshalText writes.
func (v *Verdict) UnmarshalText(text []byte) error {
	i, err := unmarshalName("verdict", verdictNames, text)
	if err == nil {
		*v = Verdict(i)
	}
	return err
}
