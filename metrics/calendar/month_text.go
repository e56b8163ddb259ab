package calendar

import (
	"database/sql/driver"
	"fmt"
	"time"
)

// ParseMonth reads "2026-01": four digits, a hyphen, two digits, nothing
// else. Years outside MinYear to MaxYear are refused with ErrYear, anything
// that is not a month with ErrSyntax.
func ParseMonth(s string) (Month, error) {
	fail := func(reason string, err error) (Month, error) {
		return Month{}, refuse("ParseMonth", quote(s), reason, err)
	}
	const form = `want the form "2026-01"`
	if len(s) != len("2026-01") || s[4] != '-' {
		return fail(form, ErrSyntax)
	}
	year, month := 0, 0
	for i := range len(s) {
		if i == 4 {
			continue
		}
		d := int(s[i]) - '0'
		if d < 0 || d > 9 {
			return fail(form, ErrSyntax)
		}
		if i < 4 {
			year = year*10 + d
		} else {
			month = month*10 + d
		}
	}
	if month < 1 || month > 12 {
		return fail("month outside 01 to 12", ErrSyntax)
	}
	if year < MinYear || year > MaxYear {
		return fail(ErrYear.Error(), ErrYear)
	}
	return NewMonth(year, time.Month(month)), nil
}

// Validate reports the zero Month and a year outside MinYear to MaxYear, as
// a *fault.Error wrapping ErrYear.
func (m Month) Validate() error {
	if y := m.Year(); y >= MinYear && y <= MaxYear {
		return nil
	}
	value := m.String()
	if m.IsZero() {
		value = "no month"
	}
	return refuse("Month.Validate", value, ErrYear.Error(), ErrYear)
}

// String is "2026-01"; empty for the zero Month.
func (m Month) String() string {
	if m.IsZero() {
		return ""
	}
	return string(m.append(make([]byte, 0, 7)))
}

func (m Month) append(b []byte) []byte {
	y, mo := m.Year(), int(m.Month())
	return append(b,
		byte('0'+y/1000%10), byte('0'+y/100%10), byte('0'+y/10%10), byte('0'+y%10),
		'-', byte('0'+mo/10), byte('0'+mo%10))
}

// AppendText appends what MarshalText writes.
func (m Month) AppendText(b []byte) ([]byte, error) {
	if m.IsZero() {
		return b, nil
	}
	if err := m.Validate(); err != nil {
		return b, err
	}
	return m.append(b), nil
}

// MarshalText writes "2026-01", and nothing for the zero Month. A year that
// ParseMonth refuses is an error here too.
func (m Month) MarshalText() ([]byte, error) { return m.AppendText([]byte{}) }

// UnmarshalText reads what MarshalText writes: empty text is the zero Month.
func (m *Month) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		*m = Month{}
		return nil
	}
	parsed, err := ParseMonth(string(text))
	if err != nil {
		return err
	}
	*m = parsed
	return nil
}

// Value stores the month as the text "2026-01", the zero Month as NULL.
func (m Month) Value() (driver.Value, error) {
	text, err := m.MarshalText()
	if err != nil || len(text) == 0 {
		return nil, err
	}
	return string(text), nil
}

// Scan reads the text "2026-01", the month of a date or timestamp column in
// the location that the driver gave it, or NULL as the zero Month.
func (m *Month) Scan(src any) error {
	switch v := src.(type) {
	case nil:
		*m = Month{}
		return nil
	case string:
		return m.UnmarshalText([]byte(v))
	case []byte:
		return m.UnmarshalText(v)
	case time.Time:
		if err := CheckTime(v); err != nil {
			return err
		}
		*m = MonthOf(v, v.Location())
		return nil
	default:
		return refuse("Month.Scan", fmt.Sprintf("%T", src), "want text, a time or NULL", ErrSyntax)
	}
}
