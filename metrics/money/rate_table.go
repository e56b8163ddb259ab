package money

import (
	"database/sql/driver"
	"encoding"
	"time"

	"github.com/shopspring/decimal"

	"github.com/lifecycle-go/lifecycle/internal/enum"
	"github.com/lifecycle-go/lifecycle/internal/num"
)

var (
	_ Rates                    = (*RateTable)(nil)
	_ encoding.TextUnmarshaler = (*Inverse)(nil)
)

// Quote says that from Since on, one unit of From is worth Rate units of To,
// until Until or, when Until is the zero time, until the next quote of the
// pair.
type Quote struct {
	From, To Currency
	Rate     decimal.Decimal // > 0, at most 18 digits before and 12 behind the point
	Since    time.Time       // first instant at which the rate holds
	Until    time.Time       // first instant at which it no longer holds; zero = the next quote
}

// Inverse says whether a RateTable may answer from a quote of the opposite
// direction. The zero Inverse is InverseNone.
//
// An inverse is not a quote: 1/1.1 has no finite decimal, and a bank that
// buys at one rate does not sell at its inverse. So nothing is derived unless
// the options ask for it, and never is a derived rate rounded in silence.
type Inverse uint8

const (
	// InverseNone answers only from quotes of the direction asked for.
	InverseNone Inverse = iota
	// InverseExact also answers 1/r where that is a decimal of at most 12
	// places (r = 0.8 gives 1.25), and refuses otherwise with an error that
	// wraps ErrInexact. RateTable.Fraction gives the inverse as a fraction in
	// every case.
	InverseExact
	// InverseRounded also answers 1/r rounded half even to 12 places.
	InverseRounded
)

var inverses = enum.New[Inverse]("money", "Inverse", "none", "exact", "rounded")

// String is the name that MarshalText writes; "Inverse(9)" for a value that
// is none.
func (v Inverse) String() string { return inverses.String(v) }

// MarshalText writes "none", "exact" or "rounded".
func (v Inverse) MarshalText() ([]byte, error) { return inverses.Marshal(v) }

// UnmarshalText reads what MarshalText writes.
func (v *Inverse) UnmarshalText(text []byte) error { return inverses.Unmarshal(v, text) }

// Value stores the name.
func (v Inverse) Value() (driver.Value, error) { return inverses.Value(v) }

// Scan reads a name; NULL is InverseNone.
func (v *Inverse) Scan(src any) error { return inverses.Scan(v, src) }

// RateOptions of a RateTable. The zero value answers from quotes of any age
// and derives nothing.
type RateOptions struct {
	// MaxAge is how long after its Since a quote may be used; zero is no
	// limit. With daily quotes, 96 hours bridge a long weekend and still
	// notice that a feed has stopped.
	MaxAge time.Duration
	// Inverse says whether a quote may answer for the opposite direction.
	Inverse Inverse
}

// RateTable answers from a list of quotes. It is immutable and safe for
// concurrent use. The zero RateTable has no quotes and knows only that a
// currency is worth 1 of itself.
type RateTable struct {
	options RateOptions
	byPair  map[pair][]quoted // each sorted by since
}

type pair struct{ from, to Currency }

type quoted struct {
	since, until time.Time // until is never zero but for the last of a pair
	rate         decimal.Decimal
}

// Rate is the rate of the quote that holds at the instant, in O(log n). A
// currency is worth 1 of itself, without a quote. Where no quote holds, or
// the one that does is older than MaxAge, the error is a *RateError wrapping
// ErrNoRate; unknown currencies wrap ErrCurrency.
//
// A quote of the direction asked for always goes before an inverse.
func (t *RateTable) Rate(from, to Currency, at time.Time) (decimal.Decimal, error) {
	rate, inverse, err := t.find(from, to, at)
	if err != nil || !inverse {
		return rate, err
	}
	return t.invert(rate, from, to, at)
}

// Fraction is the rate as an exact fraction: rate/1 from a quote of the
// direction asked for, and 1/rate from one of the opposite direction
// where the options allow an inverse, exact or rounded. Errors are as in
// Rate, but an inverse is never inexact.
func (t *RateTable) Fraction(from, to Currency, at time.Time) (numerator, denominator decimal.Decimal, err error) {
	one := decimal.New(1, 0)
	rate, inverse, err := t.find(from, to, at)
	switch {
	case err != nil:
		return decimal.Decimal{}, decimal.Decimal{}, err
	case inverse:
		return one, rate, nil
	default:
		return rate, one, nil
	}
}

// find gives the quoted rate, and whether it is one of the opposite
// direction.
func (t *RateTable) find(from, to Currency, at time.Time) (rate decimal.Decimal, inverse bool, err error) {
	var reason string
	if from != to {
		if rate, reason = t.lookup(pair{from, to}, at); reason == "" {
			return rate, false, nil
		}
		if t.options.Inverse != InverseNone {
			if rate, why := t.lookup(pair{to, from}, at); why == "" {
				return rate, true, nil
			}
		}
	}
	// A pair with quotes has valid codes; any other is looked at only now.
	for _, c := range [...]Currency{from, to} {
		if _, ok := c.find(); !ok {
			return decimal.Decimal{}, false, unknown("RateTable.Rate", string(c))
		}
	}
	if from == to {
		return decimal.New(1, 0), false, nil
	}
	return decimal.Decimal{}, false, &RateError{From: from, To: to, At: at, Reason: reason, Err: ErrNoRate}
}

func (t *RateTable) lookup(p pair, at time.Time) (rate decimal.Decimal, reason string) {
	quotes := t.byPair[p]
	if len(quotes) == 0 {
		return decimal.Decimal{}, "no exchange rate: no quotes of the pair"
	}
	// lo is the number of quotes that have begun.
	lo, hi := 0, len(quotes)
	for lo < hi {
		mid := (lo + hi) / 2
		if quotes[mid].since.After(at) {
			hi = mid
		} else {
			lo = mid + 1
		}
	}
	if lo == 0 {
		return decimal.Decimal{}, "no exchange rate: before the first quote, " + stamp(quotes[0].since)
	}
	q := &quotes[lo-1]
	if !q.until.IsZero() && !at.Before(q.until) {
		return decimal.Decimal{}, "no exchange rate: the last quote ended " + stamp(q.until)
	}
	if age := at.Sub(q.since); t.options.MaxAge > 0 && age > t.options.MaxAge {
		return decimal.Decimal{}, "no exchange rate: the last quote is " + age.String() + " old, limit " + t.options.MaxAge.String()
	}
	return q.rate, ""
}

func (t *RateTable) invert(rate decimal.Decimal, from, to Currency, at time.Time) (decimal.Decimal, error) {
	one := decimal.New(1, 0)
	q, rest := one.QuoRem(rate, num.MaxPlaces)
	if rest.IsZero() {
		return q, nil
	}
	if t.options.Inverse == InverseRounded {
		if rounded := halfEven(q, rest, rate); rounded.IsPositive() {
			return rounded, nil
		}
	}
	return decimal.Decimal{}, &RateError{
		From: from, To: to, At: at, Err: ErrInexact,
		Reason: "1/" + rate.StringFixed(max(0, -rate.Exponent())) + " is not a decimal of at most 12 places; see Fraction",
	}
}

// halfEven rounds the truncated quotient q of 1/rate, whose remainder is
// rest, to the nearest at num.MaxPlaces.
func halfEven(q, rest, rate decimal.Decimal) decimal.Decimal {
	unit := decimal.New(1, -num.MaxPlaces)
	odd := !q.Shift(num.MaxPlaces).Mod(decimal.New(2, 0)).IsZero()
	half := rest.Mul(decimal.New(2, 0)).Cmp(rate.Mul(unit))
	if half > 0 || half == 0 && odd {
		return q.Add(unit)
	}
	return q
}

func stamp(t time.Time) string { return t.UTC().Format(time.RFC3339Nano) }
