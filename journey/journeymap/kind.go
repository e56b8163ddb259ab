package journeymap

import (
	"database/sql/driver"

	"github.com/lifecycle-go/lifecycle/internal/enum"
)

// Kind says what a map is for. It decides which lanes are expected, which are
// refused, and what validation asks. The zero Kind is the current state.
type Kind uint8

// The kinds.
const (
	CurrentState  Kind = iota // what customers meet today
	FutureState               // what they shall meet
	DayInTheLife              // what their day is like, with and without the product
	Blueprint                 // a service blueprint: what stands behind each step, and what waits
	Onboarding                // from the purchase to the first value, for one segment
	Opportunities             // where the largest gain is, ranked
	PersonaBased              // one persona's way
	MicroJourney              // a few steps, two variants compared
	kinds
)

var kindNames = enum.New[Kind]("journeymap", "Kind",
	"current-state", "future-state", "day-in-the-life", "service-blueprint", "onboarding", "opportunity", "persona-based", "micro-journey")

// String returns the name of the kind.
func (k Kind) String() string { return kindNames.String(k) }

// MarshalText returns the name of the kind.
func (k Kind) MarshalText() ([]byte, error) { return kindNames.Marshal(k) }

// UnmarshalText reads the name of a kind.
func (k *Kind) UnmarshalText(text []byte) error { return kindNames.Unmarshal(k, text) }

// Value returns the name of the kind for an SQL column.
func (k Kind) Value() (driver.Value, error) { return kindNames.Value(k) }

// Scan reads the name of a kind from an SQL column.
func (k *Kind) Scan(src any) error { return kindNames.Scan(k, src) }

// Lanes returns the lanes a map of this kind must have something in, and those
// that have no place in it.
func (k Kind) Lanes() (expected, refused []Lane) {
	switch k {
	case CurrentState, PersonaBased:
		return []Lane{LaneActions, LaneTouchpoints, LaneEmotion, LanePains}, []Lane{LaneTime}
	case FutureState:
		return []Lane{LaneGoal, LaneActions, LaneTouchpoints, LaneEmotion}, []Lane{LaneTime}
	case DayInTheLife:
		return []Lane{LaneTime, LaneContext, LaneActions, LaneEmotion}, []Lane{LaneBackStage, LaneSupport}
	case Blueprint:
		return []Lane{LaneActions, LaneTouchpoints, LaneBackStage, LaneSupport}, []Lane{LaneTime, LaneArc}
	case Onboarding:
		return []Lane{LaneGoal, LaneActions, LaneTouchpoints, LaneMilestones, LaneOwner}, []Lane{LaneTime}
	case Opportunities:
		return []Lane{LanePains, LaneOpportunities}, []Lane{LaneTime, LaneArc}
	case MicroJourney:
		return []Lane{LaneActions}, []Lane{LaneTime, LaneArc, LaneSupport}
	}
	return nil, nil
}

// Lane is a row of a map. The zero Lane is none.
type Lane uint8

// The lanes, in the order in which they are drawn. The line of visibility runs
// above LaneBackStage: the customer sees nothing from there on.
const (
	NoLane Lane = iota
	LaneTime
	LaneContext
	LaneGoal
	LaneActions
	LaneDecisions
	LaneNeeds
	LaneTouchpoints
	LaneThoughts
	LaneEmotion
	LaneArc
	LanePains
	LaneBackStage
	LaneSupport
	LaneOpportunities
	LaneMilestones
	LaneKPIs
	LaneOwner
	LaneGap
	lanes
)

var laneNames = enum.New[Lane]("journeymap", "Lane",
	"", "time", "context", "goal", "actions", "decisions", "needs", "touchpoints", "thoughts", "emotion", "arc", "pains",
	"back-stage", "support", "opportunities", "milestones", "kpis", "owner", "gap")

// String returns the name of the lane.
func (l Lane) String() string { return laneNames.String(l) }

// MarshalText returns the name of the lane.
func (l Lane) MarshalText() ([]byte, error) { return laneNames.Marshal(l) }

// UnmarshalText reads the name of a lane.
func (l *Lane) UnmarshalText(text []byte) error { return laneNames.Unmarshal(l, text) }

// Value returns the name of the lane for an SQL column.
func (l Lane) Value() (driver.Value, error) { return laneNames.Value(l) }

// Scan reads the name of a lane from an SQL column.
func (l *Lane) Scan(src any) error { return laneNames.Scan(l, src) }
