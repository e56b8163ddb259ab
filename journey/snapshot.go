package journey

import (
	"cmp"
	"errors"
	"fmt"
	"math/bits"
	"slices"
	"strings"
	"time"

	"github.com/lifecycle-go/lifecycle/journey/internal/id"
)

// ErrSnapshot is what every complaint about the content or the bytes of a
// [Snapshot] is.
var ErrSnapshot = errors.New("bad snapshot")

// Snapshot is a [Journey] as plain data: what a store of package tracker keeps.
// It names stages, milestones and events, so that it can be read without the
// definition and be carried into a later one; see [Definition.Restore].
//
// It is a value, but its slices are shared by copies: whoever keeps or changes
// a Snapshot of somebody else calls Clone. The zero Snapshot is refused.
type Snapshot struct {
	// Definition and Hash are name and hash of the definition the journey was
	// under.
	Definition string `json:"definition"`
	Hash       string `json:"hash"`
	// Customer is the customer's id.
	Customer string `json:"customer"`
	// Stage is where the customer is, since Since. Last is the time of the
	// latest accepted event, not before Since.
	Stage Stage     `json:"stage"`
	Since time.Time `json:"since"`
	Last  time.Time `json:"last"`
	// Seq counts the accepted events. Every change raises it, so it is the
	// version of the snapshot.
	Seq int64 `json:"seq"`
	// LastEvent is a hash of the ID of the last accepted event that had one;
	// zero when none had.
	LastEvent uint64 `json:"last_event,omitempty,string"`
	// Reached names the milestones reached, sorted.
	Reached []string `json:"reached,omitempty"`
	// Progress holds what counts towards milestones not yet reached, sorted by
	// milestone.
	Progress []Progress `json:"progress,omitempty"`
	// Due is when the earliest pending timer falls due; zero when none is
	// pending. It follows from the rest and the definition, and is here so that
	// a store can find who is due. Restore does not read it.
	Due time.Time `json:"due,omitzero"`
}

// Progress is how far one milestone has come. Which fields are set depends on
// its rule.
type Progress struct {
	// Milestone is its name; or "@" and the name of a stage with parts that has
	// timers, whose one mark is when the visit to it began.
	Milestone string `json:"milestone"`
	// Count is the number of events so far, for CountOf without a window.
	Count int64 `json:"count,omitempty"`
	// Marks are the events seen, sorted by event, then time.
	Marks []Mark `json:"marks,omitempty"`
}

// Mark is one event that counts towards a milestone. Event is empty for
// CountOf, where any of the milestone's events counts; At is zero for a
// milestone without a window, where the time does not matter.
type Mark struct {
	Event Trigger   `json:"event,omitempty"`
	At    time.Time `json:"at,omitzero"`
}

// Clone returns a copy that shares nothing with s.
func (s Snapshot) Clone() Snapshot {
	s.Reached = slices.Clone(s.Reached)
	s.Progress = slices.Clone(s.Progress)
	for i := range s.Progress {
		s.Progress[i].Marks = slices.Clone(s.Progress[i].Marks)
	}
	return s
}

// Equal reports whether two snapshots say the same; times are compared as
// instants.
func (s Snapshot) Equal(o Snapshot) bool {
	return s.Definition == o.Definition && s.Hash == o.Hash && s.Customer == o.Customer &&
		s.Stage == o.Stage && s.Since.Equal(o.Since) && s.Last.Equal(o.Last) &&
		s.Seq == o.Seq && s.LastEvent == o.LastEvent && s.Due.Equal(o.Due) &&
		slices.Equal(s.Reached, o.Reached) &&
		slices.EqualFunc(s.Progress, o.Progress, func(a, b Progress) bool {
			return a.Milestone == b.Milestone && a.Count == b.Count &&
				slices.EqualFunc(a.Marks, b.Marks, func(a, b Mark) bool { return a.Event == b.Event && a.At.Equal(b.At) })
		})
}

// Validate reports every field that cannot be right whatever the definition:
// text empty or too long, a time out of range or before the one it follows, a
// negative count, a list unsorted or with repeats. Each complaint is an
// [ErrSnapshot].
func (s Snapshot) Validate() error {
	if s.plain() {
		return nil
	}
	var errs []error
	bad := func(format string, args ...any) {
		errs = append(errs, fmt.Errorf("journey: snapshot: %w: customer %q: %s", ErrSnapshot, clip(s.Customer), fmt.Sprintf(format, args...)))
	}
	if s.Customer == "" || len(s.Customer) > id.MaxCustomer {
		bad("Customer has %d bytes, want 1 to %d", len(s.Customer), id.MaxCustomer)
	}
	name := func(field, v string, least int) {
		if len(v) < least || len(v) > MaxName {
			bad("%s has %d bytes, want %d to %d", field, len(v), least, MaxName)
		}
	}
	name("Definition", s.Definition, 0)
	name("Hash", s.Hash, 0)
	name("Stage", string(s.Stage), 1)
	instantOf := func(field string, t time.Time) int64 {
		n, ok := nanos(t)
		if !ok {
			bad("%s is %s, outside the years 1900 to 2200", field, t.UTC().Format(time.RFC3339))
		}
		return n
	}
	since, last := instantOf("Since", s.Since), instantOf("Last", s.Last)
	if last < since {
		bad("Last %s lies before Since %s", s.Last.UTC().Format(time.RFC3339Nano), s.Since.UTC().Format(time.RFC3339Nano))
	}
	if s.Seq < 0 {
		bad("Seq is %d, want 0 or more", s.Seq)
	}
	if !s.Due.IsZero() {
		if due, ok := dueNanos(s.Due); !ok || due <= since {
			bad("Due %s does not lie after Since %s", s.Due.UTC().Format(time.RFC3339Nano), s.Since.UTC().Format(time.RFC3339Nano))
		}
	}
	if len(s.Reached) > MaxMilestones || len(s.Progress) > MaxMilestones {
		bad("%d milestones reached and %d on the way, at most %d each", len(s.Reached), len(s.Progress), MaxMilestones)
		return errors.Join(errs...)
	}
	for i, m := range s.Reached {
		name(fmt.Sprintf("Reached[%d]", i), m, 1)
		if i > 0 && m <= s.Reached[i-1] {
			bad("Reached[%d] %q does not sort after the one before it", i, m)
		}
	}
	for i, p := range s.Progress {
		field := fmt.Sprintf("Progress[%d]", i)
		name(field+".Milestone", p.Milestone, 1)
		if i > 0 && p.Milestone <= s.Progress[i-1].Milestone {
			bad("%s.Milestone %q does not sort after the one before it", field, p.Milestone)
		}
		if p.Count < 0 || p.Count > maxCount {
			bad("%s.Count is %d, want 0 to %d", field, p.Count, maxCount)
		}
		if len(p.Marks) > maxWindowCount {
			bad("%s has %d marks, at most %d", field, len(p.Marks), maxWindowCount)
			continue
		}
		for k, m := range p.Marks {
			name(fmt.Sprintf("%s.Marks[%d].Event", field, k), string(m.Event), 0)
			if !m.At.IsZero() {
				instantOf(fmt.Sprintf("%s.Marks[%d].At", field, k), m.At)
			}
			if k > 0 && compareMarks(p.Marks[k-1], m) > 0 {
				bad("%s.Marks[%d] does not sort after the one before it", field, k)
			}
		}
	}
	return errors.Join(errs...)
}

// plain is Validate for the usual snapshot, without words.
func (s *Snapshot) plain() bool {
	since, ok1 := nanos(s.Since)
	last, ok2 := nanos(s.Last)
	if !ok1 || !ok2 || last < since || s.Seq < 0 || len(s.Reached)+len(s.Progress) > 0 {
		return false
	}
	if !s.Due.IsZero() {
		if due, ok := dueNanos(s.Due); !ok || due <= since {
			return false
		}
	}
	size := func(v string, least int) bool { return len(v) >= least && len(v) <= MaxName }
	return len(s.Customer) > 0 && len(s.Customer) <= id.MaxCustomer &&
		size(s.Definition, 0) && size(s.Hash, 0) && size(string(s.Stage), 1)
}

// dueNanos is nanos for an instant that may lie one maxTimer beyond the range.
func dueNanos(t time.Time) (int64, bool) {
	n, ok := nanos(t)
	if ok {
		return n, true
	}
	if n, ok = nanos(t.Add(-maxTimer)); !ok {
		return 0, false
	}
	return n + int64(maxTimer), true
}

func compareMarks(a, b Mark) int {
	return cmp.Or(cmp.Compare(a.Event, b.Event), a.At.Compare(b.At))
}

// Snapshot returns the journey as plain data; the zero Snapshot for a journey
// that has not started.
func (j Journey) Snapshot() Snapshot {
	d := j.def
	if d == nil {
		return Snapshot{}
	}
	s := Snapshot{
		Definition: d.spec.Name, Hash: d.hash, Customer: j.customer,
		Stage: d.stages[j.stage].Name, Since: instant(j.since), Last: instant(j.last),
		Seq: j.seq, LastEvent: j.lastID,
	}
	if len(d.timers[j.stage]) > 0 {
		s.Due, _ = d.NextTimer(j)
	}
	if j.reached != 0 {
		s.Reached = d.milestoneNames(j.reached)
		slices.Sort(s.Reached)
	}
	if j.progress != "" {
		s.Progress = d.progressOf(j.progress)
	}
	return s
}

// progressOf turns counters into names.
func (d *Definition) progressOf(packed string) []Progress {
	var list []Progress
	slot := func(i int) uint64 {
		if 8*i >= len(packed) {
			return 0
		}
		return id.Word(packed[8*i:])
	}
	for i := range d.spec.Milestones {
		m := &d.spec.Milestones[i]
		p := Progress{Milestone: m.Name}
		lo, n := d.offsets[i], m.progressSlots()
		for k := range n {
			v := slot(lo + k)
			switch {
			case v == 0:
			case m.Within > 0 && m.Rule == CountOf:
				p.Marks = append(p.Marks, Mark{At: unstamp(v)})
			case m.Within > 0:
				p.Marks = append(p.Marks, Mark{Event: m.Events[k], At: unstamp(v)})
			case m.Rule == CountOf:
				p.Count = int64(v)
			default:
				for ; v != 0; v &= v - 1 {
					p.Marks = append(p.Marks, Mark{Event: m.Events[bits.TrailingZeros64(v)]})
				}
			}
		}
		if p.Count != 0 || len(p.Marks) > 0 {
			slices.SortFunc(p.Marks, compareMarks)
			list = append(list, p)
		}
	}
	for _, n := range d.timed {
		if v := slot(d.clockAt[n]); v != 0 {
			list = append(list, Progress{Milestone: "@" + d.nodes[n].name, Marks: []Mark{{At: unstamp(v)}}})
		}
	}
	slices.SortFunc(list, func(a, b Progress) int { return strings.Compare(a.Milestone, b.Milestone) })
	return list
}

func unstamp(v uint64) time.Time { return instant(unstampNanos(v)) }

func unstampNanos(v uint64) int64 { return int64(v ^ 1<<63) }
