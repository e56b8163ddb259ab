package journey

import "time"

// Change is what one accepted event did. It is an immutable value; the zero
// Change is no change.
type Change struct {
	Customer string     `json:"customer"`
	From     Stage      `json:"from"`
	To       Stage      `json:"to"`
	Trigger  Trigger    `json:"trigger"`
	At       time.Time  `json:"at"`  // time of the event, UTC
	Seq      int64      `json:"seq"` // Seq of the journey after it
	Kind     ChangeKind `json:"kind"`
	Choice   int        `json:"choice,omitempty"` // which branch of a guarded choice was taken, from zero
	def      *Definition
	reached  uint64
	edge     int32 // position in Edges, from one; 0 = none
}

// Reached returns the names of the milestones this very event reached.
func (c Change) Reached() []string {
	if c.def == nil {
		return nil
	}
	return c.def.milestoneNames(c.reached)
}

// ChangeKind says what an accepted event did.
type ChangeKind uint8

// The kinds of change.
const (
	NoChange ChangeKind = iota // a repeat of the last event
	Moved                      // a new visit began, to another or the same stage
	Stayed                     // an internal transition: same visit
	Observed                   // no transition took it: only counted
)
