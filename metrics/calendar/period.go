package calendar

import (
	"strings"
	"time"
)

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
		return refuse("Period.Validate", "From "+p.From.UTC().Format(time.RFC3339Nano), ErrYear.Error(), ErrYear)
	}
	if err := CheckTime(p.To); err != nil {
		return refuse("Period.Validate", "To "+p.To.UTC().Format(time.RFC3339Nano), ErrYear.Error(), ErrYear)
	}
	if p.To.Before(p.From) {
		return refuse("Period.Validate", p.String(), ErrPeriod.Error(), ErrPeriod)
	}
	return nil
}

// ParsePeriod reads an ISO 8601 interval of two instants in RFC 3339,
// "2026-01-01T00:00:00Z/2026-02-01T00:00:00Z". What Validate refuses is
// refused here too. Instants keep their offset, not the name of their zone.
func ParsePeriod(s string) (Period, error) {
	fail := func(reason string, err error) (Period, error) {
		return Period{}, refuse("ParsePeriod", quote(s), reason, err)
	}
	const form = `want the form "2026-01-01T00:00:00Z/2026-02-01T00:00:00Z"`
	const longest = 2*len("2026-01-01T00:00:00.000000000+00:00") + 1
	before, after, ok := strings.Cut(s, "/")
	if !ok || len(s) > longest {
		return fail(form, ErrSyntax)
	}
	from, err := time.Parse(time.RFC3339Nano, before)
	if err != nil {
		return fail(form, ErrSyntax)
	}
	to, err := time.Parse(time.RFC3339Nano, after)
	if err != nil {
		return fail(form, ErrSyntax)
	}
	p := Period{From: from, To: to}
	if err := p.Validate(); err != nil {
		return Period{}, err
	}
	return p, nil
}

// MarshalText writes what ParsePeriod reads, and nothing for the zero Period.
// A period that Validate refuses is an error.
func (p Period) MarshalText() ([]byte, error) {
	if p.From.IsZero() && p.To.IsZero() {
		return []byte{}, nil
	}
	if err := p.Validate(); err != nil {
		return nil, err
	}
	return []byte(p.String()), nil
}

// UnmarshalText reads what MarshalText writes: empty text is the zero Period.
func (p *Period) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		*p = Period{}
		return nil
	}
	parsed, err := ParsePeriod(string(text))
	if err != nil {
		return err
	}
	*p = parsed
	return nil
}

// String is the ISO 8601 interval "from/to" with nanoseconds where they are
// not zero.
func (p Period) String() string { return stamp(p.From) + "/" + stamp(p.To) }

// stamp is RFC 3339, in UTC where the offset has seconds, as that of Liberia
// had until 1972: the format would drop them and name another instant.
func stamp(t time.Time) string {
	if _, offset := t.Zone(); offset%60 != 0 {
		t = t.UTC()
	}
	return t.Format(time.RFC3339Nano)
}
