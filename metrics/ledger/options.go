package ledger

import (
	"fmt"
	"time"

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

var netNames = [...]string{"per-instant", "per-month"}

// String returns the name.
func (n Net) String() string {
	if int(n) < len(netNames) {
		return netNames[n]
	}
	return fmt.Sprintf("Net(%d)", uint8(n))
}

// MarshalText returns the name.
func (n Net) MarshalText() ([]byte, error) {
	if int(n) >= len(netNames) {
		return nil, fmt.Errorf("ledger: marshal net: %d is not one of 0 to %d", uint8(n), len(netNames)-1)
	}
	return []byte(n.String()), nil
}

// UnmarshalText reads a name as String writes it.
func (n *Net) UnmarshalText(text []byte) error {
	i, ok := indexOf(netNames[:], text)
	if !ok {
		return fmt.Errorf("ledger: unmarshal net: %q is not one of %q", clip(string(text)), netNames)
	}
	*n = Net(i)
	return nil
}

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
	case int(o.Net) >= len(netNames):
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
