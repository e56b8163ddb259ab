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
