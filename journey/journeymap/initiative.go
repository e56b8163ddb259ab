package journeymap

import (
	"database/sql/driver"
	"time"

	"github.com/lifecycle-go/lifecycle/internal/enum"
)

// Initiative is what is done about a gap.
type Initiative struct {
	Name string         `json:"name"`
	Kind InitiativeKind `json:"kind"`
	// Stage and Touchpoint say where.
	Stage      string          `json:"stage,omitempty"`
	Touchpoint string          `json:"touchpoint,omitempty"`
	Owner      string          `json:"owner,omitempty"`
	Due        time.Time       `json:"due,omitzero"`
	State      InitiativeState `json:"state"`
}

// InitiativeKind says what an initiative changes; "" is not stated.
type InitiativeKind string

// The kinds of initiatives.
const (
	Technology    InitiativeKind = "technology"
	ProcessChange InitiativeKind = "process"
	Feature       InitiativeKind = "feature"
	NewTouchpoint InitiativeKind = "touchpoint"
)

var initiativeKinds = enum.OfTexts("journeymap", "InitiativeKind", "", Technology, ProcessChange, Feature, NewTouchpoint)

// UnmarshalText reads a kind.
func (k *InitiativeKind) UnmarshalText(text []byte) error { return initiativeKinds.Unmarshal(k, text) }

// InitiativeState says how far an initiative is. The zero value is proposed.
type InitiativeState uint8

// The states of initiatives.
const (
	Proposed InitiativeState = iota
	Agreed
	Running
	Done
	Dropped
	initiativeStates
)

var stateNames = enum.New[InitiativeState]("journeymap", "InitiativeState", "proposed", "agreed", "running", "done", "dropped")

// String returns the name of the state.
func (s InitiativeState) String() string { return stateNames.String(s) }

// MarshalText returns the name of the state.
func (s InitiativeState) MarshalText() ([]byte, error) { return stateNames.Marshal(s) }

// UnmarshalText reads the name of a state.
func (s *InitiativeState) UnmarshalText(text []byte) error { return stateNames.Unmarshal(s, text) }

// Value returns the name of the state for an SQL column.
func (s InitiativeState) Value() (driver.Value, error) { return stateNames.Value(s) }

// Scan reads the name of a state from an SQL column.
func (s *InitiativeState) Scan(src any) error { return stateNames.Scan(s, src) }
