package journey

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

// Seconds returns the whole seconds, and the rest in nanoseconds.
func (e Elapsed) Seconds() (seconds int64, nanos int32) { return e.seconds, e.nanos }

// Hours returns the sum in hours, rounded to a float64.
func (e Elapsed) Hours() float64 { return (float64(e.seconds) + float64(e.nanos)/1e9) / 3600 }

// Days returns the sum in days of 24 hours, rounded to a float64.
func (e Elapsed) Days() float64 { return e.Hours() / 24 }

// Duration returns the sum as a Duration; false when it is over 292 years.
func (e Elapsed) Duration() (time.Duration, bool) {
	if e.seconds > math.MaxInt64/1_000_000_000-1 {
		return 0, false
	}
	return time.Duration(e.seconds)*time.Second + time.Duration(e.nanos), true
}

// Add returns e + f.
func (e Elapsed) Add(f Elapsed) Elapsed {
	s, n := e.seconds+f.seconds, e.nanos+f.nanos
	if n >= 1e9 {
		s, n = s+1, n-1e9
	}
	return Elapsed{s, n}
}

// Mean returns the sum divided by n, rounded down to a nanosecond; false for
// n < 1.
func (e Elapsed) Mean(n int64) (time.Duration, bool) {
	if n < 1 {
		return 0, false
	}
	w := e.wide()
	hi, rest := w.hi/uint64(n), w.hi%uint64(n)
	lo, _ := bits.Div64(rest, w.lo, uint64(n))
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
		return &fault.Error{Package: "journey", Op: "unmarshal", Field: "Elapsed", Value: fault.Quote(string(text)), Limit: "want a time such as 61320h0m0.5s", Err: fault.ErrText}
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
	*e = Elapsed{}
	return scanText(e, src)
}

// wide is a 128-bit sum of nanoseconds, for counting.
type wide struct{ hi, lo uint64 }

func (w *wide) add(d uint64) {
	lo, carry := bits.Add64(w.lo, d, 0)
	w.lo, w.hi = lo, w.hi+carry
}

func (w *wide) merge(v wide) {
	lo, carry := bits.Add64(w.lo, v.lo, 0)
	w.lo, w.hi = lo, w.hi+v.hi+carry
}

func (w wide) elapsed() Elapsed {
	s, n := bits.Div64(w.hi%1e9, w.lo, 1e9) // hi stays far below 1e9: see maxEvents
	return Elapsed{int64(min(s, math.MaxInt64)), int32(n)}
}

func (e Elapsed) wide() wide {
	hi, lo := bits.Mul64(uint64(e.seconds), 1e9)
	w := wide{hi, lo}
	w.add(uint64(e.nanos))
	return w
}
