package money

import (
	"errors"
	"strconv"
	"unicode/utf8"
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

// Error says which operation refused which value and why. Err is one of the
// sentinels of this package, so that errors.Is finds it.
type Error struct {
	Op     string // operation, for example "Minor"
	Value  string // what was refused, shortened when long
	Reason string // the limit that it broke, in words
	Err    error  // sentinel
}

// Error is "money: operation: value: reason".
func (e *Error) Error() string {
	return "money: " + e.Op + ": " + e.Value + ": " + e.Reason
}

// Unwrap gives the sentinel.
func (e *Error) Unwrap() error { return e.Err }

// quote shortens hostile text before it reaches a log line.
func quote(s string) string {
	const limit = 40
	if len(s) > limit {
		cut := limit
		for cut > 0 && !utf8.RuneStart(s[cut]) {
			cut--
		}
		return strconv.Quote(s[:cut]) + "…"
	}
	return strconv.Quote(s)
}
