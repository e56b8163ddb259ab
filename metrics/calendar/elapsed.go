package calendar

import (
	"database/sql/driver"
	"fmt"
	"math"
	"math/bits"
	"strconv"
	"strings"
	"time"

	"github.com/lifecycle-go/lifecycle/metrics/fault"
)

// Elapsed is an exact sum of times spent, which a time.Duration could not hold
// for more than a few hundred customer-years. It is comparable with ==; the
// zero value is no time.
type Elapsed struct {
	seconds int64
	nanos   int32
}

// ElapsedOf returns a sum of whole seconds and nanoseconds; what is below zero
// counts as zero.
func ElapsedOf(seconds int64, nanos int32) Elapsed {
	if seconds < 0 || nanos < 0 {
		return Elapsed{}
	}
	return Elapsed{seconds, 0}.Add(Elapsed{int64(nanos / 1e9), nanos % 1e9})
}

// Seconds returns the whole seconds, and the rest in nanoseconds.
func (e Elapsed) Seconds() (seconds int64, nanos int32) { return e.seconds, e.nanos }

// Days returns the sum in days of 24 hours, rounded to a float64.
func (e Elapsed) Days() float64 { return (float64(e.seconds) + float64(e.nanos)/1e9) / 3600 / 24 }

// Duration returns the sum as a Duration; false when it is over 292 years.
func (e Elapsed) Duration() (time.Duration, bool) {
	if e.seconds > math.MaxInt64/1_000_000_000-1 {
		return 0, false
	}
	return time.Duration(e.seconds)*time.Second + time.Duration(e.nanos), true
}

// Add returns e + f, and the longest Elapsed where that is longer.
func (e Elapsed) Add(f Elapsed) Elapsed {
	s, n := uint64(e.seconds)+uint64(f.seconds), e.nanos+f.nanos
	if n >= 1e9 {
		s, n = s+1, n-1e9
	}
	if s > math.MaxInt64 {
		return Elapsed{math.MaxInt64, 999_999_999}
	}
	return Elapsed{int64(s), n}
}

// Mean returns the sum divided by n, rounded down to a nanosecond; false for
// n < 1.
func (e Elapsed) Mean(n int64) (time.Duration, bool) {
	if n < 1 {
		return 0, false
	}
	high, low := bits.Mul64(uint64(e.seconds), 1e9)
	low, carry := bits.Add64(low, uint64(e.nanos), 0)
	high += carry
	hi, rest := high/uint64(n), high%uint64(n)
	lo, _ := bits.Div64(rest, low, uint64(n))
	if hi > 0 || lo > math.MaxInt64 {
		return math.MaxInt64, true
	}
	return time.Duration(lo), true
}

// String returns days and hours in the way of "3d 04:05:06".
func (e Elapsed) String() string {
	s := e.seconds
	return fmt.Sprintf("%dd %02d:%02d:%02d", s/86400, s/3600%24, s/60%60, s%60)
}

// MarshalText writes the sum as hours, minutes and seconds in the way of
// time.Duration: "61320h0m0.5s".
func (e Elapsed) MarshalText() ([]byte, error) {
	s := fmt.Sprintf("%dh%dm%d", e.seconds/3600, e.seconds/60%60, e.seconds%60)
	if e.nanos > 0 {
		s += strings.TrimRight(fmt.Sprintf(".%09d", e.nanos), "0")
	}
	return []byte(s + "s"), nil
}

// UnmarshalText reads what MarshalText writes.
func (e *Elapsed) UnmarshalText(text []byte) error {
	bad := func() error {
		return &fault.Error{Package: "calendar", Op: "unmarshal", Field: "Elapsed", Value: fault.Quote(string(text)), Limit: "want a time such as 61320h0m0.5s", Err: fault.ErrText}
	}
	hours, rest, ok := strings.Cut(string(text), "h")
	h, err := strconv.ParseUint(hours, 10, 64)
	if !ok || err != nil || h > math.MaxInt64/3600-1 {
		return bad()
	}
	d, err := time.ParseDuration(rest)
	if err != nil || d < 0 || d >= time.Hour {
		return bad()
	}
	v := Elapsed{int64(h)*3600 + int64(d/time.Second), int32(d % time.Second)}
	if again, _ := v.MarshalText(); string(again) != string(text) {
		return bad()
	}
	*e = v
	return nil
}

// Value returns the text for SQL.
func (e Elapsed) Value() (driver.Value, error) {
	text, err := e.MarshalText()
	return string(text), err
}

// Scan reads the text from SQL; NULL is no time.
func (e *Elapsed) Scan(src any) error {
	switch s := src.(type) {
	case nil:
		*e = Elapsed{}
		return nil
	case string:
		return e.UnmarshalText([]byte(s))
	case []byte:
		return e.UnmarshalText(s)
	}
	return &fault.Error{Package: "calendar", Op: "scan", Field: "Elapsed", Value: fmt.Sprintf("a %T", src), Limit: "want text", Err: fault.ErrUnknown}
}
