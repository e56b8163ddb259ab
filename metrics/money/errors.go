package money

import (
	"errors"

	"github.com/lifecycle-go/lifecycle/metrics/fault"
)

var (
	// ErrCurrency is wrapped by the error for a code that is not in the ISO
	// 4217 table, or is missing.
	ErrCurrency = errors.New("unknown currency")
	// ErrNoMinorUnits is wrapped by the error for a currency that ISO 4217
	// gives no minor unit, such as gold or the SDR.
	ErrNoMinorUnits = errors.New("currency without minor units")
	// ErrInexact is wrapped by the error for an amount that has more decimal
	// places than the result can hold.
	ErrInexact = errors.New("amount is not a whole number of units")
	// ErrRange is wrapped by the error for a number beyond the bounds of this
	// package: 18 digits before and 12 behind the point.
	ErrRange = errors.New("number out of range")
	// ErrWeights is wrapped by the errors of Allocate for weights that nothing
	// can be spread over.
	ErrWeights = errors.New("impossible weights")
	// ErrRounding is wrapped by the error for an unknown rounding mode.
	ErrRounding = errors.New("unknown rounding mode")
)

// refuse says which operation refused which value and why; err is one of the
// sentinels of this package, so that errors.Is finds it.
func refuse(op, value, limit string, err error) error {
	return &fault.Error{Package: "money", Op: op, Value: value, Limit: limit, Err: err}
}

func quote(s string) string { return fault.Quote(s) }
