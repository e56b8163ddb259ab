package journey

import (
	"math"
	"time"
)

// Event is one thing that happened to one customer. It is an immutable value;
// the zero Event is refused everywhere.
type Event struct {
	// Customer is the customer's id. In Step an empty Customer means the
	// journey's own; in a batch it is an error.
	Customer string `json:"customer"`
	// Trigger is what happened.
	Trigger Trigger `json:"trigger"`
	// At is when, in the years 1900 to 2200.
	At time.Time `json:"at"`
	// ID identifies the occurrence, so that a second delivery changes nothing;
	// empty means no protection.
	ID string `json:"id,omitempty"`
	// Attrs are further properties, for guards and hooks to see. Nothing here
	// changes or keeps them.
	Attrs map[string]string `json:"attrs,omitempty"`
}

// The accepted range of times: 1900-01-01 up to, not including, 2201-01-01 UTC,
// in Unix seconds.
const (
	minUnix = -2208988800
	maxUnix = 7289654400
)

// nanos returns t in Unix nanoseconds, and whether t is in range.
func nanos(t time.Time) (int64, bool) {
	s := t.Unix()
	if s < minUnix || s >= maxUnix {
		return 0, false
	}
	return s*1e9 + int64(t.Nanosecond()), true
}

func instant(n int64) time.Time { return time.Unix(0, n).UTC() }

// elapsed is b-a for a <= b, as a Duration. 301 years do not fit; such a span is
// cut at the largest Duration (292 years).
func elapsed(a, b int64) time.Duration {
	return time.Duration(min(uint64(b)-uint64(a), math.MaxInt64))
}
