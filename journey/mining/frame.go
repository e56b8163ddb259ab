package mining

import (
	"database/sql/driver"

	"github.com/lifecycle-go/lifecycle/internal/enum"
)

// Frame says how a journey lies to a stretch of time. The zero Frame is
// Contained.
type Frame uint8

// How a journey may lie to a stretch of time.
const (
	Contained    Frame = iota // it begins and ends inside
	Intersecting              // it began before the end, and ended no earlier than the start
	Starting                  // it begins inside
	Ending                    // it ends inside
)

var frames = enum.New[Frame]("mining", "Frame", "contained", "intersecting", "starting", "ending")

// String is the name that MarshalText writes.
func (f Frame) String() string { return frames.String(f) }

// MarshalText writes the name of the frame.
func (f Frame) MarshalText() ([]byte, error) { return frames.Marshal(f) }

// UnmarshalText reads what MarshalText writes.
func (f *Frame) UnmarshalText(text []byte) error { return frames.Unmarshal(f, text) }

// Value stores the name.
func (f Frame) Value() (driver.Value, error) { return frames.Value(f) }

// Scan reads a name; NULL is Contained.
func (f *Frame) Scan(src any) error { return frames.Scan(f, src) }
