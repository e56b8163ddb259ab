package metrics

import (
	"database/sql/driver"

	"github.com/lifecycle-go/lifecycle/internal/enum"
)

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

var units = enum.New[Unit]("metrics", "Unit",
	"unknown", "count", "amount", "share", "fraction", "money", "mean", "time", "months", "score", "multiple",
)

// String is the name that MarshalText writes; "Unit(99)" for a value that is
// no unit.
func (u Unit) String() string { return units.String(u) }

// Total reports whether a metric of this unit has no denominator.
func (u Unit) Total() bool { return u == UnitCount || u == UnitAmount }

// Validate reports UnitUnknown and a value that is no unit.
func (u Unit) Validate() error {
	return known("Unit.Validate", "unit", u != UnitUnknown && units.Has(u), u.String())
}

// MarshalText writes the name of the unit.
func (u Unit) MarshalText() ([]byte, error) { return units.Marshal(u) }

// UnmarshalText reads what MarshalText writes.
func (u *Unit) UnmarshalText(text []byte) error { return units.Unmarshal(u, text) }

// Value stores the name of the unit.
func (u Unit) Value() (driver.Value, error) { return units.Value(u) }

// Scan reads the name of a unit; NULL is UnitUnknown.
func (u *Unit) Scan(src any) error { return units.Scan(u, src) }

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

var directions = enum.New[Direction]("metrics", "Direction", "unknown", "higher", "lower", "depends")

// String is the name that MarshalText writes; "Direction(9)" for a value that
// is no direction.
func (d Direction) String() string { return directions.String(d) }

// Validate reports DirectionUnknown and a value that is no direction.
func (d Direction) Validate() error {
	return known("Direction.Validate", "direction", d != DirectionUnknown && directions.Has(d), d.String())
}

// MarshalText writes "higher", "lower", "depends" or "unknown".
func (d Direction) MarshalText() ([]byte, error) { return directions.Marshal(d) }

// UnmarshalText reads what MarshalText writes.
func (d *Direction) UnmarshalText(text []byte) error { return directions.Unmarshal(d, text) }

// Value stores the name of the direction.
func (d Direction) Value() (driver.Value, error) { return directions.Value(d) }

// Scan reads the name of a direction; NULL is DirectionUnknown.
func (d *Direction) Scan(src any) error { return directions.Scan(d, src) }

// known reports a value that says nothing, or is none of its enumeration.
func known(op, field string, ok bool, value string) error {
	if ok {
		return nil
	}
	return refuse(op, field, value, "want a known "+field, CodeUnknown)
}
