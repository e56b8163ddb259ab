package tracker

import (
	"encoding"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/lifecycle-go/lifecycle/internal/pack"
	"github.com/lifecycle-go/lifecycle/internal/text"
	"github.com/lifecycle-go/lifecycle/journey"
)

// Limits of a [State].
const (
	MaxRecent    = 256 // event ids remembered
	MaxParked    = 64  // timers parked
	maxParkError = 256 // bytes kept of what a parked timer failed with
)

// State is what a [Store] keeps of one customer: where the journey stands, and
// what a [Tracker] has to know beside it. It is a value, but its slices are
// shared by copies: whoever keeps or changes a State of somebody else calls
// Clone. The zero State is refused.
type State struct {
	// Snapshot is the journey. Its Due is when the customer wants a Tick: the
	// earliest timer, or the time at which a parked one is tried again.
	Snapshot journey.Snapshot
	// Version is raised by every write; a write names the one it replaces.
	Version int64
	// Recent are the hashes, as in Snapshot.LastEvent, of the latest accepted events
	// that had an ID, oldest first, without the very last, which the snapshot
	// has. They are kept where the store keeps no history.
	Recent []uint64
	// Noted is the time of the latest event in the history that was refused, when
	// it lies after the snapshot's Last; zero otherwise. An event before it is a
	// late one.
	Noted time.Time
	// Parked are the timers of the current visit that failed, by when they fell
	// due.
	Parked []Parked
}

// Parked is a timer whose guard or hook failed when it fell due. It holds
// nobody up: other events and timers go on, and Tick tries it again at Retry for
// as long as the visit lasts.
type Parked struct {
	Trigger  journey.Trigger `json:"trigger"`
	At       time.Time       `json:"at"` // when it fell due
	Attempts int             `json:"attempts"`
	Retry    time.Time       `json:"retry"` // when Tick tries it again
	Error    string          `json:"error"` // what it failed with, shortened
}

// String is what a person wants to know about it.
func (p Parked) String() string {
	return fmt.Sprintf("timer %q due %s failed %d times, again at %s: %s",
		p.Trigger, p.At.UTC().Format(time.RFC3339), p.Attempts, p.Retry.UTC().Format(time.RFC3339), p.Error)
}

// StateOf returns the state of a customer who is brought in from elsewhere, a
// replay for one: to be put where there is none yet.
func StateOf(j journey.Journey) State { return State{Snapshot: j.Snapshot(), Version: j.Seq()} }

// Clone returns a copy that shares nothing with s.
func (s State) Clone() State {
	s.Snapshot = s.Snapshot.Clone()
	s.Recent = slices.Clone(s.Recent)
	s.Parked = slices.Clone(s.Parked)
	return s
}

// Equal reports whether two states say the same; times are compared as instants.
func (s State) Equal(o State) bool {
	return s.Version == o.Version && s.Noted.Equal(o.Noted) && s.Snapshot.Equal(o.Snapshot) && slices.Equal(s.Recent, o.Recent) &&
		slices.EqualFunc(s.Parked, o.Parked, func(a, b Parked) bool {
			return a.Trigger == b.Trigger && a.At.Equal(b.At) && a.Attempts == b.Attempts && a.Retry.Equal(b.Retry) && a.Error == b.Error
		})
}

// Validate reports every field that cannot be right, each as a
// journey.ErrSnapshot.
func (s State) Validate() error { return s.validate() }

func (s *State) validate() error {
	err := s.Snapshot.Validate()
	if s.Version >= 0 && len(s.Recent)+len(s.Parked) == 0 && s.Noted.IsZero() {
		return err
	}
	errs := []error{err}
	bad := func(format string, args ...any) {
		errs = append(errs, fmt.Errorf("tracker: state: %w: customer %q: %s", journey.ErrSnapshot, text.Clip(s.Snapshot.Customer), fmt.Sprintf(format, args...)))
	}
	if s.Version < 0 {
		bad("Version is %d, want 0 or more", s.Version)
	}
	if len(s.Recent) > MaxRecent || len(s.Parked) > MaxParked {
		bad("%d recent events and %d parked timers, at most %d and %d", len(s.Recent), len(s.Parked), MaxRecent, MaxParked)
		return errors.Join(errs...)
	}
	if !s.Noted.IsZero() && (!inRange(s.Noted) || !s.Noted.After(s.Snapshot.Last)) {
		bad("Noted is %s, not after Last %s", s.Noted.UTC().Format(time.RFC3339Nano), s.Snapshot.Last.UTC().Format(time.RFC3339Nano))
	}
	if slices.Contains(s.Recent, 0) {
		bad("Recent has a zero, which is the hash of no id")
	}
	for i, p := range s.Parked {
		switch {
		case p.Trigger == "" || len(p.Trigger) > journey.MaxName:
			bad("Parked[%d].Trigger has %d bytes, want 1 to %d", i, len(p.Trigger), journey.MaxName)
		case !within(p.At) || !within(p.Retry) || !p.At.After(s.Snapshot.Since) || !p.Retry.After(s.Snapshot.Since):
			bad("Parked[%d] is due %s and again %s, not after Since %s", i, p.At.UTC().Format(time.RFC3339), p.Retry.UTC().Format(time.RFC3339), s.Snapshot.Since.UTC().Format(time.RFC3339))
		case p.Attempts < 1 || p.Attempts > 1<<31-1:
			bad("Parked[%d].Attempts is %d, want 1 to %d", i, p.Attempts, 1<<31-1)
		case len(p.Error) > maxParkError:
			bad("Parked[%d].Error has %d bytes, at most %d", i, len(p.Error), maxParkError)
		case i > 0 && !s.Parked[i-1].At.Before(p.At):
			bad("Parked[%d] does not fall due after the one before it", i)
		}
	}
	return errors.Join(errs...)
}

// within is whether t can be kept as nanoseconds: a timer may fall due long
// after the last year of events.
func within(t time.Time) bool {
	return inRange(t) || inRange(t.Add(-maxBeyond))
}

// maxBeyond is how far past the range of events a timer may fall due: the
// longest span of one, 50 years, and the pause before it is tried again.
const maxBeyond = 51 * 365 * 24 * time.Hour

// The binary form of a State, version 1:
//
//	"LJT" 1               magic and version
//	snapshot              uvarint length, journey.Snapshot's binary form
//	version               uvarint
//	noted                 0, or 1 and int64 Unix nanoseconds
//	recent                uvarint count, then 8 bytes each, little endian
//	parked                uvarint count, then each: text trigger, int64 At,
//	                      uvarint attempts, int64 Retry, text error
//	checksum              CRC-32C of all before it, little endian
//
// There is one encoding of a state: varints are as short as they can be.
const (
	stateMagic   = "LJT"
	stateVersion = 1
)

var (
	_ encoding.BinaryMarshaler   = State{}
	_ encoding.BinaryAppender    = State{}
	_ encoding.BinaryUnmarshaler = (*State)(nil)
	_ json.Marshaler             = State{}
	_ json.Unmarshaler           = (*State)(nil)
)

// AppendBinary appends the binary form of s, which carries a version and a
// checksum. A state that Validate complains about is an error and appends
// nothing.
func (s State) AppendBinary(b []byte) ([]byte, error) {
	if err := s.Validate(); err != nil {
		return b, err
	}
	snap, err := s.Snapshot.AppendBinary(nil)
	if err != nil {
		return b, err
	}
	start := len(b)
	b = append(append(b, stateMagic...), stateVersion)
	b = pack.Text(b, string(snap))
	b = binary.AppendUvarint(b, uint64(s.Version))
	if s.Noted.IsZero() {
		b = append(b, 0)
	} else {
		b = binary.LittleEndian.AppendUint64(append(b, 1), uint64(s.Noted.UnixNano()))
	}
	b = binary.AppendUvarint(b, uint64(len(s.Recent)))
	for _, h := range s.Recent {
		b = binary.LittleEndian.AppendUint64(b, h)
	}
	b = binary.AppendUvarint(b, uint64(len(s.Parked)))
	for _, p := range s.Parked {
		b = pack.Text(b, string(p.Trigger))
		b = binary.LittleEndian.AppendUint64(b, uint64(p.At.UnixNano()))
		b = binary.AppendUvarint(b, uint64(p.Attempts))
		b = binary.LittleEndian.AppendUint64(b, uint64(p.Retry.UnixNano()))
		b = pack.Text(b, p.Error)
	}
	return pack.Frame(b, start), nil
}

// MarshalBinary is AppendBinary on a new slice.
func (s State) MarshalBinary() ([]byte, error) { return s.AppendBinary(nil) }

// UnmarshalBinary reads what AppendBinary wrote. Bytes that are cut short,
// changed, followed by others, or of another version are a journey.ErrSnapshot
// that says which; s is then as it was.
func (s *State) UnmarshalBinary(data []byte) error {
	bad := func(format string, args ...any) error {
		return fmt.Errorf("tracker: state: decode: %w: %s", journey.ErrSnapshot, fmt.Sprintf(format, args...))
	}
	r, err := pack.Unframe(data, stateMagic, stateVersion)
	if err != nil {
		return bad("%s", err)
	}
	var v State
	snap := r.Bytes(int(r.Uvarint(maxSnapshot)))
	v.Version = int64(r.Uvarint(1<<63 - 1))
	v.Noted = r.Maybe()
	for range r.Uvarint(MaxRecent) {
		v.Recent = append(v.Recent, r.Fixed())
	}
	for range r.Uvarint(MaxParked) {
		p := Parked{Trigger: journey.Trigger(r.Text(journey.MaxName))}
		p.At = r.Moment()
		p.Attempts = int(r.Uvarint(1<<31 - 1))
		p.Retry = r.Moment()
		p.Error = r.Text(maxParkError)
		v.Parked = append(v.Parked, p)
	}
	if err := r.Done(); err != nil {
		return bad("%s", err)
	}
	if err := v.Snapshot.UnmarshalBinary(snap); err != nil {
		return err
	}
	if err := v.Validate(); err != nil {
		return err
	}
	*s = v
	return nil
}

// maxSnapshot is more than the binary form of the largest valid snapshot.
const maxSnapshot = 1 << 20

type stateJSON struct {
	Snapshot journey.Snapshot `json:"snapshot"`
	Version  int64            `json:"version"`
	Recent   []string         `json:"recent,omitempty"`
	Noted    time.Time        `json:"noted,omitzero"`
	Parked   []Parked         `json:"parked,omitempty"`
}

// MarshalJSON writes snapshot, version, recent (hashes as hexadecimal text),
// noted and parked.
func (s State) MarshalJSON() ([]byte, error) {
	v := stateJSON{Snapshot: s.Snapshot, Version: s.Version, Noted: s.Noted, Parked: s.Parked}
	for _, h := range s.Recent {
		v.Recent = append(v.Recent, strconv.FormatUint(h, 16))
	}
	return json.Marshal(v)
}

// UnmarshalJSON reads what MarshalJSON wrote; s is as it was when that fails.
func (s *State) UnmarshalJSON(data []byte) error {
	var v stateJSON
	if err := json.Unmarshal(data, &v); err != nil {
		return err
	}
	out := State{Snapshot: v.Snapshot, Version: v.Version, Noted: v.Noted, Parked: v.Parked}
	for i, h := range v.Recent {
		n, err := strconv.ParseUint(h, 16, 64)
		if err != nil {
			return fmt.Errorf("tracker: state: %w: recent[%d] is %q, want a hexadecimal number", journey.ErrSnapshot, i, text.Clip(h))
		}
		out.Recent = append(out.Recent, n)
	}
	*s = out
	return nil
}
