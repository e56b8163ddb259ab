package kit

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/lifecycle-go/lifecycle/metrics/billing"
	"github.com/lifecycle-go/lifecycle/metrics/calendar"
)

// ErrTime is wrapped by the error for text that is no instant.
var ErrTime = errors.New("not a time: want RFC 3339, \"2006-01-02 15:04:05\", a date, or seconds since 1970")

var errYears = fmt.Errorf("not in the years %d to %d", calendar.MinYear, calendar.MaxYear)

// layouts beside RFC 3339: of warehouses and spreadsheets. Fractions of seconds
// are read by all that have seconds.
var layouts = [...]string{"2006-01-02 15:04:05", "2006-01-02T15:04:05", "2006-01-02", "2006-01-02 15:04:05Z07:00"}

// ParseTime reads an instant: whole seconds since 1970, RFC 3339, or a local
// time or date in loc (nil is UTC). The result is in UTC and within the years
// of package calendar. The zero time that some systems write for "unset"
// (year 1) is the zero Time without an error.
func ParseTime(s string, loc *time.Location) (time.Time, error) {
	if len(s) > 40 {
		return time.Time{}, ErrTime
	}
	if strings.HasPrefix(s, "0001-01-01") {
		return time.Time{}, nil
	}
	if t, ok := plainTime(s, loc); ok {
		return within(t)
	}
	if dated := len(s) > 4 && s[4] == '-'; dated { // no attempt whose error would have to be made
	} else if sec, err := strconv.ParseInt(s, 10, 64); err == nil {
		const bound = 1 << 40 // some 34,000 years: keeps time.Unix exact
		if sec > bound || sec < -bound {
			return time.Time{}, calendar.CheckTime(time.Time{})
		}
		return within(time.Unix(sec, 0).UTC())
	}
	if loc == nil {
		loc = time.UTC
	}
	if local, ok := strings.CutSuffix(s, " UTC"); ok { // as BigQuery prints
		s, loc = local, time.UTC
	}
	t, err := time.Parse(time.RFC3339Nano, s)
	for i := 0; err != nil && i < len(layouts); i++ {
		t, err = time.ParseInLocation(layouts[i], s, loc)
	}
	if err != nil {
		return time.Time{}, ErrTime
	}
	return within(t.UTC())
}

// plainTime reads what nearly all instants are written like: 2006-01-02T15:04:05Z,
// and where local time is UTC the same without the Z, with a space instead of the T,
// or the date alone. ParseTime reads all others, and says what is wrong with them.
func plainTime(s string, loc *time.Location) (time.Time, bool) {
	const date, seconds = len("2006-01-02"), len("2006-01-02T15:04:05")
	switch zoned := len(s) == seconds+1 && s[seconds] == 'Z' && s[date] == 'T'; {
	case zoned:
	case len(s) != date && (len(s) != seconds || s[date] != 'T' && s[date] != ' ') || loc != nil && loc != time.UTC:
		return time.Time{}, false
	}
	two := func(i int) int { // of digits; what are none give 100 or more
		a, b := s[i]-'0', s[i+1]-'0'
		if a > 9 || b > 9 {
			return 1 << 20
		}
		return int(a)*10 + int(b)
	}
	year, month, day := two(0)*100+two(2), two(5), two(8)
	if s[4] != '-' || s[7] != '-' || year < 1 || year > 9999 || month < 1 || month > 12 || day < 1 || day > daysOf(year, month) {
		return time.Time{}, false
	}
	clock := 0
	if len(s) > date {
		h, m, sec := two(11), two(14), two(17)
		if s[13] != ':' || s[16] != ':' || h > 23 || m > 59 || sec > 59 {
			return time.Time{}, false
		}
		clock = h*3600 + m*60 + sec
	}
	// Days since 1970, of years that begin in March.
	if month <= 2 {
		year, month = year-1, month+12
	}
	days := 365*year + year/4 - year/100 + year/400 + (153*month-457)/5 + day - 719469
	return time.Unix(int64(days)*86400+int64(clock), 0).UTC(), true
}

func daysOf(year, month int) int {
	switch month {
	case 4, 6, 9, 11:
		return 30
	case 2:
		if year%4 == 0 && (year%100 != 0 || year%400 == 0) {
			return 29
		}
		return 28
	}
	return 31
}

func within(t time.Time) (time.Time, error) {
	if err := calendar.CheckTime(t); err != nil {
		return time.Time{}, err
	}
	return t, nil
}

// Time reads a field that holds an instant; "" and the zero time of year 1 are
// the zero Time. What is no time, or outside the years of package calendar, is
// a Fault.
func (n *Note) Time(field string, t Text) (at time.Time, ok bool) {
	at, code, err := n.time(t)
	if err != nil {
		n.Fault(code, field, string(t), "%s", err)
	}
	return at, err == nil
}

// SideTime is Time for a field that the amount does not hang on: what cannot be
// read is a Warning and the zero Time.
func (n *Note) SideTime(field string, t Text) time.Time {
	at, code, err := n.time(t)
	if err != nil {
		n.Warn(code, field, string(t), "%s; left out", err)
	}
	return at
}

func (n *Note) time(t Text) (time.Time, billing.Code, error) {
	if t == "" {
		return time.Time{}, "", nil
	}
	var loc *time.Location
	if n.s != nil {
		loc = n.s.opts.Location
	}
	at, err := ParseTime(string(t), loc)
	switch {
	case err == nil:
		return at, "", nil
	case errors.Is(err, ErrTime):
		return time.Time{}, billing.CodeMalformed, err
	default:
		return time.Time{}, billing.CodeTimeRange, errYears
	}
}
