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
	Customer string
	// Trigger is what happened.
	Trigger Trigger
	// At is when, in the years 1900 to 2200.
	At time.Time
	// ID identifies the occurrence, so that a second delivery changes nothing;
	// empty means no protection.
	ID string
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

// idHash folds an event id into 64 bits; never zero for a non-empty id.
// It is FNV-1a over 8-byte words with a final mix, and part of what snapshots
// keep, so it must not change.
func idHash(s string) uint64 {
	if s == "" {
		return 0
	}
	const prime = 0x9E3779B97F4A7C15
	h := uint64(len(s))*prime ^ 0xCBF29CE484222325
	for len(s) >= 8 {
		w := uint64(s[0]) | uint64(s[1])<<8 | uint64(s[2])<<16 | uint64(s[3])<<24 |
			uint64(s[4])<<32 | uint64(s[5])<<40 | uint64(s[6])<<48 | uint64(s[7])<<56
		h = mix(h ^ w)
		s = s[8:]
	}
	var w uint64
	for i := len(s) - 1; i >= 0; i-- {
		w = w<<8 | uint64(s[i])
	}
	h = mix(h ^ w ^ prime)
	if h == 0 {
		return 1
	}
	return h
}

// mix is the finaliser of SplitMix64 (Steele, Lea, Flood 2014).
func mix(z uint64) uint64 {
	z = (z ^ z>>30) * 0xBF58476D1CE4E5B9
	z = (z ^ z>>27) * 0x94D049BB133111EB
	return z ^ z>>31
}
