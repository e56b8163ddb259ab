package billing

import (
	"database/sql/driver"
	"time"

	"github.com/shopspring/decimal"

	"github.com/lifecycle-go/lifecycle/internal/enum"
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

var durationNames = enum.New[Duration]("billing", "Duration", "forever", "repeating", "once")

// String is the name that MarshalText writes; "Duration(9)" for a value that is
// none.
func (d Duration) String() string { return durationNames.String(d) }

// MarshalText writes "forever", "repeating" or "once".
func (d Duration) MarshalText() ([]byte, error) { return durationNames.Marshal(d) }

// UnmarshalText reads what MarshalText writes.
func (d *Duration) UnmarshalText(name []byte) error { return durationNames.Unmarshal(d, name) }

// Value is the name, for a column of text.
func (d Duration) Value() (driver.Value, error) { return durationNames.Value(d) }

// Scan reads a name from a column of text; NULL is the zero Duration.
func (d *Duration) Scan(src any) error { return durationNames.Scan(d, src) }

// Level says what a discount lessens. The zero Level is LevelItem. Items are
// lessened before subscriptions, as Stripe does.
type Level uint8

const (
	// LevelItem: the one charge.
	LevelItem Level = iota
	// LevelSubscription: the sum of the subscription's charges that carry it.
	LevelSubscription
)

var levelNames = enum.New[Level]("billing", "Level", "item", "subscription")

// String is the name that MarshalText writes; "Level(9)" for a value that is
// none.
func (l Level) String() string { return levelNames.String(l) }

// MarshalText writes "item" or "subscription".
func (l Level) MarshalText() ([]byte, error) { return levelNames.Marshal(l) }

// UnmarshalText reads what MarshalText writes.
func (l *Level) UnmarshalText(name []byte) error { return levelNames.Unmarshal(l, name) }

// Value is the name, for a column of text.
func (l Level) Value() (driver.Value, error) { return levelNames.Value(l) }

// Scan reads a name from a column of text; NULL is the zero Level.
func (l *Level) Scan(src any) error { return levelNames.Scan(l, src) }

// Verdict is a yes or no that the source may not have given. The zero Verdict
// is Unsaid.
type Verdict uint8

// The verdicts.
const (
	Unsaid Verdict = iota
	Yes
	No
)

var verdictNames = enum.New[Verdict]("billing", "Verdict", "unsaid", "yes", "no")

// String is the name that MarshalText writes; "Verdict(9)" for a value that is
// none.
func (v Verdict) String() string { return verdictNames.String(v) }

// MarshalText writes "unsaid", "yes" or "no".
func (v Verdict) MarshalText() ([]byte, error) { return verdictNames.Marshal(v) }

// UnmarshalText reads what MarshalText writes.
func (v *Verdict) UnmarshalText(name []byte) error { return verdictNames.Unmarshal(v, name) }

// Value is the name, for a column of text.
func (v Verdict) Value() (driver.Value, error) { return verdictNames.Value(v) }

// Scan reads a name from a column of text; NULL is the zero Verdict.
func (v *Verdict) Scan(src any) error { return verdictNames.Scan(v, src) }
