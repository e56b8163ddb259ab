package calendar

import (
	"database/sql/driver"

	"github.com/lifecycle-go/lifecycle/internal/enum"
)

// Unit is the unit in which the length of a [Cycle], or of an analysis'
// period, is counted. The zero Unit is UnitMonth.
type Unit uint8

// The units. Nobody is charged by the hour: a [Cycle] refuses it.
const (
	UnitMonth Unit = iota
	UnitDay
	UnitWeek
	UnitYear
	UnitHour
)

var units = enum.New[Unit]("calendar", "Unit", "month", "day", "week", "year", "hour")

// String is "month", "day", "week", "year" or "hour"; "Unit(9)" for a value
// that is none of them.
func (u Unit) String() string { return units.String(u) }

// Validate reports a value that is none of the units, wrapping ErrCycle.
func (u Unit) Validate() error {
	if units.Has(u) {
		return nil
	}
	return refuse("Unit.Validate", u.String(), "want hour, day, week, month or year", ErrCycle)
}

// ParseUnit reads "hour", "day", "week", "month" or "year", in lower case.
// Anything else is an error: an unknown unit is never taken for a month.
func ParseUnit(s string) (Unit, error) {
	var u Unit
	if units.Unmarshal(&u, []byte(s)) != nil {
		return 0, refuse("ParseUnit", quote(s), "want hour, day, week, month or year", ErrSyntax)
	}
	return u, nil
}

// MarshalText writes what ParseUnit reads.
func (u Unit) MarshalText() ([]byte, error) {
	if err := u.Validate(); err != nil {
		return nil, err
	}
	return []byte(u.String()), nil
}

// UnmarshalText reads what MarshalText writes.
func (u *Unit) UnmarshalText(text []byte) error {
	parsed, err := ParseUnit(string(text))
	if err != nil {
		return err
	}
	*u = parsed
	return nil
}

// Value stores the name of the unit.
func (u Unit) Value() (driver.Value, error) { return units.Value(u) }

// Scan reads the name of a unit from a text column; NULL is UnitMonth.
func (u *Unit) Scan(src any) error { return units.Scan(u, src) }
