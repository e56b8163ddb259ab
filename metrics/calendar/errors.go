package calendar

import (
	"errors"
	"time"

	"github.com/lifecycle-go/lifecycle/metrics/fault"
)

// MinYear and MaxYear bound, inclusively, the years of months and instants
// that come in from outside.
const (
	MinYear = 1900
	MaxYear = 2200
)

var (
	// ErrSyntax is wrapped by the error for text that is not of the form a
	// parser reads.
	ErrSyntax = errors.New("malformed text")
	// ErrYear is wrapped by the error for a month or an instant outside the
	// years MinYear to MaxYear.
	ErrYear = errors.New("year outside 1900 to 2200")
	// ErrCycle is wrapped by the error for a cycle that nobody can be charged
	// by: unknown unit, negative or absurd length.
	ErrCycle = errors.New("impossible cycle")
	// ErrPeriod is wrapped by the error for a period that ends before it
	// begins.
	ErrPeriod = errors.New("period ends before it begins")
)

// refuse says which operation refused which value and why; err is one of the
// sentinels of this package, so that errors.Is finds it.
func refuse(op, value, limit string, err error) error {
	return &fault.Error{Package: "calendar", Op: op, Value: value, Limit: limit, Err: err}
}

func quote(s string) string { return fault.Quote(s) }

// The first second of MinYear and the first second after MaxYear, UTC.
const (
	minUnix = -2208988800 // 1900-01-01T00:00:00Z
	endUnix = 7289654400  // 2201-01-01T00:00:00Z
)

// CheckTime reports an instant outside the years MinYear to MaxYear in UTC as
// a *fault.Error wrapping ErrYear. The zero time.Time is outside.
func CheckTime(t time.Time) error {
	if s := t.Unix(); s >= minUnix && s < endUnix {
		return nil
	}
	value := t.UTC().Format(time.RFC3339)
	if t.IsZero() {
		value = "the zero time"
	}
	return refuse("CheckTime", value, ErrYear.Error(), ErrYear)
}
