package tracker

import (
	"database/sql/driver"
	"encoding"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/lifecycle-go/lifecycle/internal/enum"
	"github.com/lifecycle-go/lifecycle/internal/text"
	"github.com/lifecycle-go/lifecycle/journey"
)

// Origin says what set off a change.
type Origin uint8

// The origins of a change.
const (
	OriginEvent Origin = iota // an event from outside
	OriginTimer               // a timer that fell due
	OriginHook                // a hook asked for the trigger
	OriginStart               // the journey began
)

var origins = enum.New[Origin]("tracker", "Origin", "event", "timer", "hook", "start")

// String returns event, timer, hook or start.
func (o Origin) String() string { return origins.String(o) }

// MarshalText returns the origin's name.
func (o Origin) MarshalText() ([]byte, error) { return origins.Marshal(o) }

// UnmarshalText reads an origin's name.
func (o *Origin) UnmarshalText(text []byte) error { return origins.Unmarshal(o, text) }

// Value returns the origin's name for an SQL column.
func (o Origin) Value() (driver.Value, error) { return origins.Value(o) }

// Scan reads an origin's name from an SQL column.
func (o *Origin) Scan(src any) error { return origins.Scan(o, src) }

// Occurrence is one change of one customer as hooks, stores and callers of a
// [Tracker] see it: or, in a history, one event that was refused and might have
// been allowed had another come in time. It is a value; the zero Occurrence is
// none.
//
// It travels whole: its JSON has the milestones reached and the journey after
// the change as a snapshot, from which a consumer that has the definition makes
// the journey again with journey.Definition.Restore.
type Occurrence struct {
	// Change says who moved from where to where, on what, when, as what number.
	// Its Kind is NoChange for an event that was refused.
	journey.Change
	// Event is the event behind it: the caller's, or for a timer or a hook one
	// without an ID. Of a start that an event brought about, it is that event.
	Event journey.Event
	// Origin says whose event it was.
	Origin Origin
	// Since is when the visit to From began; zero for a start.
	Since time.Time
	// Journey is the journey after the change. It has not started in an
	// Occurrence read from JSON: see Snapshot.
	Journey journey.Journey
	// Again marks, when a late event made a Tracker fold a customer anew, what
	// came out as it was: the same change, perhaps under another Seq. Nobody is
	// told of it a second time.
	Again bool

	read *readOccurrence // what JSON said that Change and Journey cannot hold
}

type readOccurrence struct {
	reached  []string
	snapshot journey.Snapshot
}

// Reached returns the names of the milestones this very change reached.
func (o Occurrence) Reached() []string {
	if o.read != nil {
		return slices.Clone(o.read.reached)
	}
	return o.Change.Reached()
}

// Snapshot returns the journey after the change as plain data.
func (o Occurrence) Snapshot() journey.Snapshot {
	if o.read != nil {
		return o.read.snapshot.Clone()
	}
	return o.Journey.Snapshot()
}

// Refused reports whether this is an event that was refused.
func (o Occurrence) Refused() bool { return o.Kind == journey.NoChange && o.Origin == OriginEvent }

// String tells the change in one line.
func (o Occurrence) String() string {
	what := fmt.Sprintf("%s → %s", text.Clip(string(o.From)), text.Clip(string(o.To)))
	switch {
	case o.Refused():
		what = "refused in " + text.Clip(string(o.From))
	case o.Origin == OriginStart:
		what = "starts in " + text.Clip(string(o.To))
	case o.Kind != journey.Moved:
		what = o.Kind.String() + " in " + text.Clip(string(o.To))
	}
	return fmt.Sprintf("%s %s #%d %s %s: %s", o.At.UTC().Format(time.RFC3339), text.Clip(o.Customer), o.Seq, o.Origin, text.Clip(string(o.Trigger)), what)
}

type occurrenceJSON struct {
	Customer string             `json:"customer"`
	From     journey.Stage      `json:"from,omitempty"`
	To       journey.Stage      `json:"to,omitempty"`
	Trigger  journey.Trigger    `json:"trigger,omitempty"`
	At       time.Time          `json:"at"`
	Seq      int64              `json:"seq"`
	Kind     journey.ChangeKind `json:"kind"`
	Choice   int                `json:"choice,omitempty"`
	Reached  []string           `json:"reached"`
	Origin   Origin             `json:"origin"`
	Since    time.Time          `json:"since,omitzero"`
	Again    bool               `json:"again,omitempty"`
	Event    eventJSON          `json:"event"`
	Journey  journey.Snapshot   `json:"journey"`
}

type eventJSON struct {
	Customer string            `json:"customer,omitempty"`
	Trigger  journey.Trigger   `json:"trigger,omitempty"`
	At       time.Time         `json:"at,omitzero"`
	ID       string            `json:"id,omitempty"`
	Attrs    map[string]string `json:"attrs,omitempty"`
}

var (
	_ json.Marshaler           = Occurrence{}
	_ json.Unmarshaler         = (*Occurrence)(nil)
	_ encoding.TextMarshaler   = Origin(0)
	_ encoding.TextUnmarshaler = (*Origin)(nil)
)

// MarshalJSON writes the change, the milestones it reached, the event behind it
// and the journey after it as a snapshot.
func (o Occurrence) MarshalJSON() ([]byte, error) {
	v := occurrenceJSON{
		Customer: o.Customer, From: o.From, To: o.To, Trigger: o.Trigger, At: o.At, Seq: o.Seq, Kind: o.Kind, Choice: o.Choice,
		Reached: o.Reached(), Origin: o.Origin, Since: o.Since, Again: o.Again, Event: eventJSON(o.Event), Journey: o.Snapshot(),
	}
	if v.Reached == nil {
		v.Reached = []string{}
	}
	return json.Marshal(v)
}

// UnmarshalJSON reads what MarshalJSON wrote; o is as it was when that fails.
// The journey stays data: see Snapshot.
func (o *Occurrence) UnmarshalJSON(data []byte) error {
	var v occurrenceJSON
	if err := json.Unmarshal(data, &v); err != nil {
		return err
	}
	if err := v.Journey.Validate(); err != nil {
		return err
	}
	*o = Occurrence{
		Change: journey.Change{
			Customer: v.Customer, From: v.From, To: v.To, Trigger: v.Trigger, At: v.At, Seq: v.Seq, Kind: v.Kind, Choice: v.Choice,
		},
		Event: journey.Event(v.Event), Origin: v.Origin, Since: v.Since, Again: v.Again,
		read: &readOccurrence{reached: v.Reached, snapshot: v.Journey},
	}
	return nil
}

// Clone returns a copy that shares nothing with o which anybody may change.
func (o Occurrence) Clone() Occurrence {
	o.Event.Attrs = maps.Clone(o.Event.Attrs)
	return o
}

// sameMove is whether two changes are the same move; their Seq may differ, and
// what they reached.
func sameMove(a, b journey.Change) bool {
	return a.From == b.From && a.To == b.To && a.Trigger == b.Trigger && a.Kind == b.Kind && a.Choice == b.Choice && a.At.Equal(b.At)
}
