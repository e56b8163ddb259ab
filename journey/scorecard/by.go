package scorecard

import (
	"database/sql/driver"

	"github.com/lifecycle-go/lifecycle/internal/enum"
)

// None is the key of what has no value of the property broken down by.
const None = "(none)"

// Dimension is a property by which a metric is broken down. The zero Dimension
// is Whole.
type Dimension uint8

// The dimensions.
const (
	Whole      Dimension = iota // not broken down
	ByStage                     // where the customer stood: the stages of the definition
	ByChannel                   // the channel of the event
	ByCampaign                  // its campaign
	BySegment                   // Data.Segment of the customer: a persona, a plan
	ByAttr                      // an attribute of the event
)

var dimensions = enum.New[Dimension]("scorecard", "Dimension", "whole", "stage", "channel", "campaign", "segment", "attr")

// String is the name that MarshalText writes.
func (d Dimension) String() string { return dimensions.String(d) }

// MarshalText writes the name of the dimension.
func (d Dimension) MarshalText() ([]byte, error) { return dimensions.Marshal(d) }

// UnmarshalText reads what MarshalText writes.
func (d *Dimension) UnmarshalText(text []byte) error { return dimensions.Unmarshal(d, text) }

// Value stores the name.
func (d Dimension) Value() (driver.Value, error) { return dimensions.Value(d) }

// Scan reads a name; NULL is Whole.
func (d *Dimension) Scan(src any) error { return dimensions.Scan(d, src) }

// Touch says which event gives a channel, campaign or attribute. The zero Touch
// is OwnTouch.
type Touch uint8

// The touches.
const (
	// OwnTouch: the event that is counted; of a rate, the denominator's.
	OwnTouch Touch = iota
	// FirstTouch: the customer's first event that has a value, as in "original
	// source".
	FirstTouch
	// PartTouch: the numerator's event, against the whole denominator: a share
	// of visits by source, the adoption of each feature.
	PartTouch
)

var touches = enum.New[Touch]("scorecard", "Touch", "own", "first", "part")

// String is the name that MarshalText writes.
func (t Touch) String() string { return touches.String(t) }

// MarshalText writes the name of the touch.
func (t Touch) MarshalText() ([]byte, error) { return touches.Marshal(t) }

// UnmarshalText reads what MarshalText writes.
func (t *Touch) UnmarshalText(text []byte) error { return touches.Unmarshal(t, text) }

// Value stores the name.
func (t Touch) Value() (driver.Value, error) { return touches.Value(t) }

// Scan reads a name; NULL is OwnTouch.
func (t *Touch) Scan(src any) error { return touches.Scan(t, src) }

// By is one way of breaking metrics down. The zero By is the whole.
//
// An event belongs to the stage its customer was in before it: what moves a
// customer belongs to the stage it moves out of. What is no event, such as a
// line of the books, belongs to the stage at the beginning of the period, and
// to the customer's first channel, campaign or attribute whatever Touch says.
type By struct {
	Dimension Dimension `json:"dimension"`
	Attr      string    `json:"attr,omitempty"` // of ByAttr
	Touch     Touch     `json:"touch,omitempty"`
}

// String is the dimension, with the attribute's name.
func (b By) String() string {
	s := b.Dimension.String()
	if b.Dimension == ByAttr {
		s = b.Attr
	}
	switch b.Touch {
	case FirstTouch:
		return "first " + s
	case PartTouch:
		return s + " of all"
	case OwnTouch:
	}
	return s
}
