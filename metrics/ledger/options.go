package ledger

import (
	"database/sql/driver"
	"encoding/binary"
	"fmt"
	"time"

	"github.com/lifecycle-go/lifecycle/internal/enum"
	"github.com/lifecycle-go/lifecycle/metrics/money"
)

// Net says which differences count as movements.
type Net uint8

const (
	// PerInstant makes one movement of all changes of a customer at one
	// instant. Nothing that happened inside a month is hidden.
	PerInstant Net = iota
	// PerMonth makes one movement per customer and calendar month, from month
	// end to month end, as systems that compare month-end snapshots report.
	PerMonth
)

var netNames = enum.New[Net]("ledger", "Net", "per-instant", "per-month")

// String returns the name, "per-instant" or "per-month".
func (n Net) String() string { return netNames.String(n) }

// MarshalText returns the name.
func (n Net) MarshalText() ([]byte, error) { return netNames.Marshal(n) }

// UnmarshalText reads a name as String writes it.
func (n *Net) UnmarshalText(text []byte) error { return netNames.Unmarshal(n, text) }

// Value is the name, for a column of text.
func (n Net) Value() (driver.Value, error) { return netNames.Value(n) }

// Scan reads a name from a column of text.
func (n *Net) Scan(src any) error { return netNames.Scan(n, src) }

// Options state the rules of a ledger. The zero value is a ledger without a
// currency, in UTC, that reports every movement and takes any return as a
// reactivation.
type Options struct {
	// Currency of the statements. Changes in it, or naming none, need no rate.
	Currency money.Currency
	// Rates bring other currencies to Currency. Nil means none are accepted.
	// It must not change its answers while the ledger lives.
	Rates money.Rates
	// Location is where months begin and end; nil is UTC.
	Location *time.Location
	// Net is the grain of movements.
	Net Net
	// MinGap is how long a customer must have been at zero for the return to
	// count as a reactivation. A shorter gap is a contraction and an
	// expansion, and the customer never counts as gone. Zero: any gap counts.
	MinGap time.Duration
	// MaxGap is the longest gap after which a return is a reactivation; after
	// a longer one the customer is new again. Zero: no limit.
	MaxGap time.Duration
	// Coalesce nets the movements of a customer that follow a first one within
	// this time, inside one month, into one at the instant of the first. MRR at
	// month ends is not touched. Zero: off. Not together with PerMonth, which
	// nets more.
	Coalesce time.Duration
}

func (o Options) validate() error {
	bad := func(field string, value any, reason string) error {
		return fmt.Errorf("ledger: new: %w: %s %v: %s", ErrOptions, field, value, reason)
	}
	if o.Currency != "" {
		if err := o.Currency.Validate(); err != nil {
			return fmt.Errorf("ledger: new: %w: Currency: %w", ErrOptions, err)
		}
	}
	switch {
	case o.Currency == "" && o.Rates != nil:
		return bad("Rates", "given", "without a Currency to convert to")
	case !netNames.Has(o.Net):
		return bad("Net", uint8(o.Net), "not a netting rule")
	case o.MinGap < 0:
		return bad("MinGap", o.MinGap, "negative; the limit is 0")
	case o.MaxGap < 0:
		return bad("MaxGap", o.MaxGap, "negative; the limit is 0")
	case o.Coalesce < 0:
		return bad("Coalesce", o.Coalesce, "negative; the limit is 0")
	case o.MaxGap > 0 && o.MaxGap < o.MinGap:
		return bad("MaxGap", o.MaxGap, "shorter than MinGap "+o.MinGap.String())
	case o.Coalesce > 0 && o.Net == PerMonth:
		return bad("Coalesce", o.Coalesce, "PerMonth nets whole months already")
	}
	return nil
}

func (o Options) location() *time.Location {
	if o.Location == nil {
		return time.UTC
	}
	return o.Location
}

// Hash is of everything that amounts and heads depend on but the rates: sums of
// ledgers whose options differ in it must not be added up.
func (o Options) Hash() uint64 {
	b := appendString(nil, string(o.Currency))
	b = appendString(b, o.location().String())
	b = binary.AppendUvarint(b, uint64(o.Net))
	b = binary.AppendVarint(b, int64(o.MinGap))
	b = binary.AppendVarint(b, int64(o.MaxGap))
	return fingerprint(binary.AppendVarint(b, int64(o.Coalesce)))
}
