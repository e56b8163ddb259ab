package journeymap

import (
	"strconv"
	"strings"
	"time"

	"github.com/lifecycle-go/lifecycle/metrics/fault"
)

// Duration is a span of time whose text counts in days: "3d", "1d12h0m0s",
// "30m0s". It reads time.Duration's text too.
type Duration time.Duration

const day = 24 * time.Hour

// Days is a number of whole days.
func Days(n int) Duration { return Duration(time.Duration(n) * day) }

// String returns the text.
func (d Duration) String() string {
	span := time.Duration(d)
	days := span / day
	rest := span % day
	switch {
	case days == 0:
		return span.String()
	case rest == 0:
		return strconv.FormatInt(int64(days), 10) + "d"
	}
	if rest < 0 { // the sign stands once, before the days
		rest = -rest
	}
	return strconv.FormatInt(int64(days), 10) + "d" + rest.String()
}

// MarshalText returns the text.
func (d Duration) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText reads the text.
func (d *Duration) UnmarshalText(text []byte) error {
	v, ok := parseDuration(string(text))
	if !ok {
		return &fault.Error{Package: "journeymap", Op: "Duration", Value: fault.Quote(string(text)), Limit: `want a duration such as "3d" or "36h"`, Err: ErrDuration}
	}
	*d = v
	return nil
}

func parseDuration(s string) (Duration, bool) {
	whole, rest, ok := strings.Cut(s, "d")
	if !ok {
		v, err := time.ParseDuration(s)
		return Duration(v), err == nil
	}
	days, err := strconv.ParseInt(whole, 10, 32)
	if err != nil || days > 106_751 || days < -106_751 { // what an int64 of nanoseconds holds
		return 0, false
	}
	total := time.Duration(days) * day
	if rest == "" {
		return Duration(total), true
	}
	v, err := time.ParseDuration(rest)
	if err != nil || v < 0 || v >= day {
		return 0, false
	}
	sum := total + v
	if strings.HasPrefix(whole, "-") {
		sum = total - v
	}
	if (sum < 0) != strings.HasPrefix(whole, "-") && sum != 0 {
		return 0, false // ran over
	}
	return Duration(sum), true
}
