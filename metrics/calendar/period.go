package calendar

import "time"

// Period is the half-open stretch of instants [From, To): From belongs to it,
// To does not. The zero Period contains nothing.
type Period struct {
	From time.Time // first instant
	To   time.Time // first instant after
}

// Contains reports whether t lies in the period.
func (p Period) Contains(t time.Time) bool { return !t.Before(p.From) && t.Before(p.To) }

// Duration is To - From, saturated at the largest time.Duration (292 years).
func (p Period) Duration() time.Duration { return p.To.Sub(p.From) }

// IsEmpty reports whether the period contains no instant.
func (p Period) IsEmpty() bool { return !p.From.Before(p.To) }

// Overlaps reports whether the two periods share an instant. Periods that
// only touch do not.
func (p Period) Overlaps(other Period) bool { return !p.Intersect(other).IsEmpty() }

// Intersect is the period that both contain; the zero Period when they share
// no instant.
func (p Period) Intersect(other Period) Period {
	if other.From.After(p.From) {
		p.From = other.From
	}
	if other.To.Before(p.To) {
		p.To = other.To
	}
	if p.IsEmpty() {
		return Period{}
	}
	return p
}

// Validate reports a bound outside the years MinYear to MaxYear (ErrYear) and
// a period that ends before it begins (ErrPeriod). An empty period, From
// equal to To, is valid.
func (p Period) Validate() error {
	if err := CheckTime(p.From); err != nil {
		return &Error{Op: "Period.Validate", Value: "From " + p.From.UTC().Format(time.RFC3339Nano), Reason: ErrYear.Error(), Err: ErrYear}
	}
	if err := CheckTime(p.To); err != nil {
		return &Error{Op: "Period.Validate", Value: "To " + p.To.UTC().Format(time.RFC3339Nano), Reason: ErrYear.Error(), Err: ErrYear}
	}
	if p.To.Before(p.From) {
		return &Error{Op: "Period.Validate", Value: p.String(), Reason: ErrPeriod.Error(), Err: ErrPeriod}
	}
	return nil
}

// String is the ISO 8601 interval "from/to" with nanoseconds where they are
// not zero.
func (p Period) String() string {
	return p.From.Format(time.RFC3339Nano) + "/" + p.To.Format(time.RFC3339Nano)
}
