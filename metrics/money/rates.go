package money

import (
	"errors"
	"time"

	"github.com/shopspring/decimal"
)

// ErrNoRate is wrapped by the error for an exchange rate that a source does
// not have. A missing rate is never taken as 1.
var ErrNoRate = errors.New("no exchange rate")

// Rates is a source of exchange rates. Rate gives the number of units of to
// that one unit of from is worth at an instant: an amount in from times the
// rate is the amount in to. The rate from a currency to itself is 1.
//
// A source that has no rate returns an error wrapping ErrNoRate, best a
// *RateError. Rates must be greater than zero. Implementations must be safe
// for concurrent use and give the same answer to the same question.
type Rates interface {
	Rate(from, to Currency, at time.Time) (decimal.Decimal, error)
}

// RateError names the pair and the instant for which there is no rate. It
// wraps ErrNoRate, and ErrInexact where a rate exists in the other direction
// whose inverse is not a finite decimal.
type RateError struct {
	From, To Currency
	At       time.Time
	Reason   string // empty, or why what the source has does not answer
	Err      error
}

// Error is "money: rate EUR to USD at 2026-01-31T00:00:00Z: reason".
func (e *RateError) Error() string {
	s := "money: rate " + string(e.From) + " to " + string(e.To) + " at " + e.At.UTC().Format(time.RFC3339Nano) + ": "
	if e.Reason == "" {
		return s + ErrNoRate.Error()
	}
	return s + e.Reason
}

// Unwrap gives the sentinel.
func (e *RateError) Unwrap() error { return e.Err }
