package metrics

import "strconv"

// Unit says what the value of a metric is measured in. The zero Unit is
// UnitUnknown.
type Unit uint8

// The units of metrics.
const (
	UnitUnknown  Unit = iota
	UnitCount         // a number of things or people; no denominator
	UnitAmount        // money of one currency; no denominator
	UnitShare         // part of a whole, 0 to 1
	UnitFraction      // a rate that may go below 0 or above 1
	UnitMoney         // money for each of something
	UnitMean          // things for each of something
	UnitTime          // time for each of something, in the unit the caller measured
	UnitMonths        // months
	UnitScore         // points on a stated scale
	UnitMultiple      // how many times
)

var unitNames = [...]string{
	"unknown", "count", "amount", "share", "fraction", "money", "mean",
	"time", "months", "score", "multiple",
}

// String is the name that MarshalText writes; "Unit(99)" for a value that is
// no unit.
func (u Unit) String() string {
	if int(u) < len(unitNames) {
		return unitNames[u]
	}
	return "Unit(" + strconv.Itoa(int(u)) + ")"
}

// Total reports whether a metric of this unit has no denominator.
func (u Unit) Total() bool { return u == UnitCount || u == UnitAmount }

// Validate reports UnitUnknown and a value that is no unit.
func (u Unit) Validate() error {
	if u != UnitUnknown && int(u) < len(unitNames) {
		return nil
	}
	return unknown("Unit.Validate", "unit", u.String(), unitNames[1:])
}

// MarshalText writes the name of the unit.
func (u Unit) MarshalText() ([]byte, error) {
	if int(u) < len(unitNames) {
		return []byte(u.String()), nil
	}
	return nil, u.Validate()
}

// UnmarshalText reads what MarshalText writes.
func (u *Unit) UnmarshalText(text []byte) error {
	i, err := parseName("Unit.UnmarshalText", "unit", text, unitNames[:])
	if err == nil {
		*u = Unit(i)
	}
	return err
}

// Direction says which way a metric should move. The zero Direction is
// DirectionUnknown.
type Direction uint8

// The directions of metrics.
const (
	DirectionUnknown Direction = iota
	HigherIsBetter
	LowerIsBetter
	DirectionDepends // neither by itself: read it with another metric
)

var directionNames = [...]string{"unknown", "higher", "lower", "depends"}

// String is the name that MarshalText writes; "Direction(9)" for a value that
// is no direction.
func (d Direction) String() string {
	if int(d) < len(directionNames) {
		return directionNames[d]
	}
	return "Direction(" + strconv.Itoa(int(d)) + ")"
}

// Validate reports DirectionUnknown and a value that is no direction.
func (d Direction) Validate() error {
	if d != DirectionUnknown && int(d) < len(directionNames) {
		return nil
	}
	return unknown("Direction.Validate", "direction", d.String(), directionNames[1:])
}

// MarshalText writes "higher", "lower", "depends" or "unknown".
func (d Direction) MarshalText() ([]byte, error) {
	if int(d) < len(directionNames) {
		return []byte(d.String()), nil
	}
	return nil, d.Validate()
}

// UnmarshalText reads what MarshalText writes.
func (d *Direction) UnmarshalText(text []byte) error {
	i, err := parseName("Direction.UnmarshalText", "direction", text, directionNames[:])
	if err == nil {
		*d = Direction(i)
	}
	return err
}
