package journey

import (
	"database/sql/driver"

	"github.com/lifecycle-go/lifecycle/internal/enum"
)

// Direction says where a move leads in the order in which the definition lists
// its stages.
type Direction uint8

// The directions of a move.
const (
	Sideways Direction = iota // to the same stage, or to or from one that stands aside
	Forward                   // to a later stage
	Back                      // to an earlier stage
)

var directions = enum.New[Direction]("journey", "Direction", "sideways", "forward", "back")

// String returns sideways, forward or back.
func (d Direction) String() string { return directions.String(d) }

// MarshalText returns the direction's name.
func (d Direction) MarshalText() ([]byte, error) { return directions.Marshal(d) }

// UnmarshalText reads a direction's name.
func (d *Direction) UnmarshalText(text []byte) error { return directions.Unmarshal(d, text) }

// Value returns the direction's name for SQL.
func (d Direction) Value() (driver.Value, error) { return directions.Value(d) }

// Scan reads a direction's name from SQL.
func (d *Direction) Scan(src any) error { return directions.Scan(d, src) }

func directionOf(from, to int, aside bool) Direction {
	switch {
	case aside || from == to:
		return Sideways
	case from < to:
		return Forward
	}
	return Back
}
