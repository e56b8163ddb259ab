package calendar

import "strconv"

// Unit is the unit in which the length of a [Cycle] is counted. The zero Unit
// is UnitMonth.
type Unit uint8

// The units of billing cycles.
const (
	UnitMonth Unit = iota
	UnitDay
	UnitWeek
	UnitYear
)

var unitNames = [...]string{UnitMonth: "month", UnitDay: "day", UnitWeek: "week", UnitYear: "year"}

// String is "month", "day", "week" or "year"; "Unit(9)" for a value that is
// none of them.
func (u Unit) String() string {
	if int(u) < len(unitNames) {
		return unitNames[u]
	}
	return "Unit(" + strconv.Itoa(int(u)) + ")"
}

// Validate reports a value that is none of the four units, wrapping ErrCycle.
func (u Unit) Validate() error {
	if int(u) < len(unitNames) {
		return nil
	}
	return &Error{Op: "Unit.Validate", Value: u.String(), Reason: "want day, week, month or year", Err: ErrCycle}
}

// ParseUnit reads "day", "week", "month" or "year", in lower case. Anything
// else is an error: an unknown unit is never taken for a month.
func ParseUnit(s string) (Unit, error) {
	for u, name := range unitNames {
		if s == name {
			return Unit(u), nil
		}
	}
	return 0, &Error{Op: "ParseUnit", Value: quote(s), Reason: "want day, week, month or year", Err: ErrSyntax}
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
