package source

import (
	"math"
	"strconv"
	"strings"
	"time"
)

// layouts are the forms of times without a zone, after RFC 3339.
var layouts = [...]string{
	time.DateTime, time.DateOnly, "2006-01-02 15:04", "2006-01-02T15:04:05", "2006-01-02 15:04:05Z07:00",
	"2006-01-02 15:04:05 MST", "2006-01-02T15:04:05.999999999Z0700", "2006-01-02 15:04:05.999999999-07", "2006-01-02 3:04:05",
}

// time reads an instant; limit says what would be accepted, empty when it was.
func (r *Reader) time(s string) (at time.Time, limit string) {
	s = strings.TrimSpace(s)
	if s == "" {
		return at, "no time"
	}
	if len(s) > 64 {
		return at, "not a time"
	}
	if at, err := time.Parse(time.RFC3339Nano, s); err == nil {
		return at, ""
	}
	if n, frac, ok := digits(s); ok {
		return r.number(n, frac)
	}
	for _, layout := range layouts {
		if at, err := time.ParseInLocation(layout, s, r.o.Location); err == nil {
			return at, ""
		}
	}
	return at, "want RFC 3339, 2006-01-02 or 2006-01-02 15:04:05"
}

// digits reads a number with an optional fraction.
func digits(s string) (n int64, frac float64, ok bool) {
	whole, rest, has := strings.Cut(s, ".")
	n, err := strconv.ParseInt(whole, 10, 64)
	if err != nil {
		return 0, 0, false
	}
	if has {
		f, err := strconv.ParseUint(rest, 10, 63)
		if err != nil || len(rest) > 9 {
			return 0, 0, false
		}
		frac = float64(f) / math.Pow10(len(rest))
	}
	return n, frac, true
}

// number is a bare number of the stated epoch.
func (r *Reader) number(n int64, frac float64) (time.Time, string) {
	var unit int64
	switch r.o.Epoch {
	case EpochSeconds:
		unit = int64(time.Second)
	case EpochMillis:
		unit = int64(time.Millisecond)
	case EpochMicros:
		unit = int64(time.Microsecond)
	default:
		return time.Time{}, "a bare number needs Options.Epoch"
	}
	if most := math.MaxInt64 / unit; n > most-1 || n < -most+1 {
		return time.Time{}, "must lie in the years 1900 to 2200"
	}
	return time.Unix(0, n*unit+int64(math.Round(frac*float64(unit)))).UTC(), ""
}
