package calendar

import (
	"database/sql/driver"
	"fmt"
	"strconv"
)

const maxCycleText = 16

// ParseCycle reads an ISO 8601 duration of one unit: "P1M", "P3M", "P1Y",
// "P2W", "P30D". Years and months may be summed ("P1Y6M" is 18 months).
//
// Refused are a length of zero, signs, fractions, lower case, time parts
// (after "T"), sums of any other units, and cycles longer than 100 years.
func ParseCycle(s string) (Cycle, error) {
	fail := func(reason string, err error) (Cycle, error) {
		return Cycle{}, refuse("ParseCycle", quote(s), reason, err)
	}
	if len(s) > maxCycleText {
		return fail("longer than "+strconv.Itoa(maxCycleText)+" bytes", ErrSyntax)
	}
	if len(s) < 3 || s[0] != 'P' {
		return fail(`want "P", a number and one of D, W, M, Y`, ErrSyntax)
	}
	var years, months int
	var parts, only int
	var other Cycle
	last := byte(0)
	for rest := s[1:]; rest != ""; {
		digits := 0
		for digits < len(rest) && rest[digits] >= '0' && rest[digits] <= '9' {
			digits++
		}
		if digits == 0 || digits > 6 || digits == len(rest) {
			if rest[0] == 'T' {
				return fail("a cycle has no time part", ErrSyntax)
			}
			return fail("want a whole number of at most 6 digits before each unit", ErrSyntax)
		}
		n, _ := strconv.Atoi(rest[:digits])
		if n == 0 {
			return fail("a length of zero", ErrCycle)
		}
		unit := rest[digits]
		rest = rest[digits+1:]
		parts++
		switch unit {
		case 'Y':
			years = n
		case 'M':
			months = n
		case 'W':
			other, only = Cycle{Unit: UnitWeek, N: n}, only+1
		case 'D':
			other, only = Cycle{Unit: UnitDay, N: n}, only+1
		default:
			return fail("want one of D, W, M, Y after each number", ErrSyntax)
		}
		if parts > 1 && (last != 'Y' || unit != 'M') {
			return fail("only years and months can be summed, in this order", ErrSyntax)
		}
		last = unit
	}
	c := other
	switch {
	case only > 0:
	case months == 0:
		c = Cycle{Unit: UnitYear, N: years}
	case years == 0:
		c = Cycle{Unit: UnitMonth, N: months}
	default:
		c = Cycle{Unit: UnitMonth, N: years*12 + months}
	}
	if c.Validate() != nil {
		return fail("longer than 100 years", ErrCycle)
	}
	return c, nil
}

var unitLetters = [...]byte{UnitMonth: 'M', UnitDay: 'D', UnitWeek: 'W', UnitYear: 'Y'}

// String is the ISO 8601 duration, as in "P3M"; "P1M" for the zero Cycle. An
// invalid cycle is shown as its number and unit, which ParseCycle refuses.
func (c Cycle) String() string {
	if c.Validate() != nil {
		return "Cycle(" + strconv.Itoa(c.N) + " " + c.Unit.String() + ")"
	}
	return string(c.append(make([]byte, 0, 8)))
}

func (c Cycle) append(b []byte) []byte {
	b = append(b, 'P')
	b = strconv.AppendInt(b, int64(c.Canonical().N), 10)
	return append(b, unitLetters[c.Unit])
}

// AppendText appends what MarshalText writes.
func (c Cycle) AppendText(b []byte) ([]byte, error) {
	if err := c.Validate(); err != nil {
		return b, err
	}
	return c.append(b), nil
}

// MarshalText writes the ISO 8601 duration; an invalid cycle is an error. An
// N of 0 is written as 1.
func (c Cycle) MarshalText() ([]byte, error) { return c.AppendText(nil) }

// UnmarshalText reads what ParseCycle reads.
func (c *Cycle) UnmarshalText(text []byte) error {
	parsed, err := ParseCycle(string(text))
	if err != nil {
		return err
	}
	*c = parsed
	return nil
}

// Value stores the cycle as its ISO 8601 duration.
func (c Cycle) Value() (driver.Value, error) {
	text, err := c.MarshalText()
	if err != nil {
		return nil, err
	}
	return string(text), nil
}

// Scan reads the ISO 8601 duration from a text column. NULL is an error, as
// nothing says which cycle is meant.
func (c *Cycle) Scan(src any) error {
	switch v := src.(type) {
	case string:
		return c.UnmarshalText([]byte(v))
	case []byte:
		return c.UnmarshalText(v)
	default:
		return refuse("Cycle.Scan", fmt.Sprintf("%T", src), "want text", ErrSyntax)
	}
}
