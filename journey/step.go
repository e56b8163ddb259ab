package journey

import (
	"encoding/binary"
	"fmt"
	"slices"
	"time"

	"github.com/lifecycle-go/lifecycle/journey/internal/id"
)

// Step returns the journey after e. It is pure: equal arguments give equal
// results, and j is not changed.
//
// Timers due by e.At fire first, in the order they fall due. An event with the
// ID of the last accepted one is a repeat and changes nothing. A refusal is a
// [*TransitionError] that wraps ErrNotAllowed, ErrUnknownTrigger, ErrOutOfOrder
// (e.At before Since), ErrOutOfRange or a *GuardError; the journey returned
// beside it is j with the due timers fired, which without timers is j itself.
// ErrCustomer, ErrNotStarted and ErrForeign return j as it was.
//
// An accepted event that no guard, counter or refusal concerns allocates
// nothing.
func (d *Definition) Step(j Journey, e Event) (Journey, error) {
	if j.def != d {
		var err error
		if j, err = d.adopt(j); err != nil {
			return j, err
		}
	}
	if e.Customer != "" && e.Customer != j.customer {
		return j, d.refuse(&j, e, ErrCustomer)
	}
	eventID := id.Hash(e.ID)
	if eventID != 0 && eventID == j.lastID {
		return j, nil
	}
	at, ok := nanos(e.At)
	if !ok {
		return j, d.refuse(&j, e, ErrOutOfRange)
	}
	if at < j.since {
		return j, d.refuse(&j, e, ErrOutOfOrder)
	}
	if len(d.timers[j.stage]) > 0 {
		if err := d.advance(&j, at); err != nil {
			return j, d.refuse(&j, e, err)
		}
	}
	t, ok := d.trigIx.find(string(e.Trigger))
	if !ok {
		return j, d.refuse(&j, e, ErrUnknownTrigger)
	}
	c := d.cells[int(j.stage)*d.width+int(t)]
	if c != 0 && c&choiceBit == 0 && d.watches[t] == nil {
		j.stage = c - 1
		j.since, j.last = at, max(j.last, at) // an event of the visit that ends may lie after it
		j.seq++
		if eventID != 0 {
			j.lastID = eventID
		}
		return j, nil
	}
	if _, err := d.apply(&j, t, at, e); err != nil {
		return j, d.refuse(&j, e, err)
	}
	return j, nil
}

// Move applies exactly one event and says what it did: Step without the timers.
// Whoever has to act on every change, a Tracker for one, calls Due and Move in
// turn where Step would do both. A repeat gives the zero Change.
func (d *Definition) Move(j Journey, e Event) (Journey, Change, error) {
	j, err := d.adopt(j)
	if err != nil {
		return j, Change{}, err
	}
	if e.Customer != "" && e.Customer != j.customer {
		return j, Change{}, d.refuse(&j, e, ErrCustomer)
	}
	if e.ID != "" && id.Hash(e.ID) == j.lastID {
		return j, Change{}, nil
	}
	at, ok := nanos(e.At)
	if !ok {
		return j, Change{}, d.refuse(&j, e, ErrOutOfRange)
	}
	if at < j.since {
		return j, Change{}, d.refuse(&j, e, ErrOutOfOrder)
	}
	t, ok := d.trigIx.find(string(e.Trigger))
	if !ok {
		return j, Change{}, d.refuse(&j, e, ErrUnknownTrigger)
	}
	c, err := d.apply(&j, t, at, e)
	if err != nil {
		return j, Change{}, d.refuse(&j, e, err)
	}
	return j, c, nil
}

// observation is what pick returns for a trigger that moves nobody.
const observation = -1

// pick chooses the edge that trigger t takes from j at a time, or observation.
// It returns ErrNotAllowed, bare, when there is none, or a *GuardError. o holds
// what guards are shown; no event in it means one of j's customer without ID.
func (d *Definition) pick(j *Journey, t uint16, at int64, o *occasion) (int, error) {
	c := d.cells[int(j.stage)*d.width+int(t)]
	if c == 0 {
		return 0, ErrNotAllowed
	}
	if c&choiceBit == 0 {
		return int(d.edgeAt[int(j.stage)*d.width+int(t)]), nil
	}
	ch := d.choices[c&^choiceBit]
	if ch.lo == ch.hi {
		return observation, nil
	}
	for i := ch.lo; i < ch.hi; i++ {
		if g := d.gates[i]; g != 0 && j.reached&g == 0 {
			continue
		}
		if allow := d.edges[i].Guard.Allow; allow != nil {
			if o.event == nil {
				o.event = &Event{Customer: j.customer, Trigger: d.triggers[t], At: instant(at)}
			}
			o.guard = d.edges[i].Guard.Name
			ok, err := ask(d.edges[i].Guard, *j, *o.event)
			if err != nil {
				return 0, err
			}
			if !ok {
				continue
			}
		}
		return int(i), nil
	}
	if d.observed[t] {
		return observation, nil // it happened, whatever the guards say of the move
	}
	return 0, ErrNotAllowed
}

// occasion is what guards are asked about, and the one asked last.
type occasion struct {
	event *Event
	guard string
}

// ask calls a guard and turns its panic into an error.
func ask(g Guard, j Journey, e Event) (ok bool, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = &GuardError{Guard: g.Name, Panic: p}
		}
	}()
	return g.Allow(j, e), nil
}

// take moves j along edge i, or only counts when i is observation.
func (d *Definition) take(j *Journey, i int, t uint16, at int64) {
	if i != observation && !d.edges[i].Internal {
		j.stage = d.dest[i]
		j.since = at
		if d.clocks[i] != nil {
			j.progress = d.wind(j.progress, d.clocks[i], at)
		}
	}
	j.last = max(j.last, at)
	j.seq++
	if d.watches[t] != nil {
		j.reached, j.progress = d.count(j.reached, j.progress, t, at)
	}
}

// apply takes trigger t at time at, or leaves j alone and returns why not.
func (d *Definition) apply(j *Journey, t uint16, at int64, e Event) (Change, error) {
	i, err := d.pick(j, t, at, &occasion{event: &e})
	if err != nil {
		return Change{}, err
	}
	c := Change{Customer: j.customer, From: d.stages[j.stage].Name, Trigger: d.triggers[t], At: instant(at), Kind: Observed, def: d}
	if i != observation {
		c.Kind, c.Choice, c.edge = Moved, d.edges[i].Choice, int32(i+1)
		if d.edges[i].Internal {
			c.Kind = Stayed
		}
	}
	before := j.reached
	d.take(j, i, t, at)
	if e.ID != "" {
		j.lastID = id.Hash(e.ID)
	}
	c.To, c.Seq, c.reached = d.stages[j.stage].Name, j.seq, j.reached&^before
	return c, nil
}

// count books an accepted event with the milestones that wait for it.
func (d *Definition) count(reached uint64, progress string, t uint16, at int64) (uint64, string) {
	var small [16]uint64
	var slots []uint64
	dirty := false
	for _, w := range d.watches[t] {
		if reached>>w.m&1 != 0 {
			continue
		}
		m := &d.spec.Milestones[w.m]
		n := m.progressSlots()
		if n > 0 && slots == nil {
			slots = small[:min(d.slots, len(small))]
			if d.slots > len(small) {
				slots = make([]uint64, d.slots)
			}
			for k := range len(progress) / 8 {
				slots[k] = id.Word(progress[8*k:])
			}
		}
		lo := d.offsets[w.m]
		var own []uint64
		if n > 0 {
			own, dirty = slots[lo:lo+n], true
		}
		if m.observe(own, w.pos, at) {
			reached |= 1 << w.m
			clear(own) // what led there no longer matters
		}
	}
	if dirty {
		progress = packSlots(slots)
	}
	return reached, progress
}

// packSlots is the canonical string of the counters: empty when all are zero.
func packSlots(slots []uint64) string {
	for len(slots) > 0 && slots[len(slots)-1] == 0 {
		slots = slots[:len(slots)-1]
	}
	if len(slots) == 0 {
		return ""
	}
	b := make([]byte, 0, 8*len(slots))
	for _, s := range slots {
		b = binary.LittleEndian.AppendUint64(b, s)
	}
	return string(b)
}

// refuse dresses err with everything known about the refusal.
func (d *Definition) refuse(j *Journey, e Event, err error) error {
	te := &TransitionError{
		Customer: j.customer, Stage: d.stages[j.stage].Name, Trigger: e.Trigger, At: e.At, Err: err,
	}
	switch err {
	case ErrCustomer: //nolint:errorlint // the bare sentinels of this package
		te.Customer = e.Customer
		return te
	case ErrOutOfRange:
		return te
	case ErrOutOfOrder:
		te.Since = instant(j.since)
		return te
	case ErrNotAllowed:
		d.explain(te, j, e)
	}
	te.Allowed = slices.Clone(d.allowed[j.stage])
	if te.Allowed == nil {
		te.Allowed = []Trigger{}
	}
	return te
}

// explain fills in which guards and gates refused.
func (d *Definition) explain(te *TransitionError, j *Journey, e Event) {
	t, ok := d.trigIx.find(string(e.Trigger))
	if !ok {
		return
	}
	c := d.cells[int(j.stage)*d.width+int(t)]
	if c&choiceBit == 0 {
		return
	}
	ch := d.choices[c&^choiceBit]
	for i := ch.lo; i < ch.hi; i++ {
		if g := d.gates[i]; g != 0 && j.reached&g == 0 {
			te.Gates = append(te.Gates, d.edges[i].Gate)
			continue
		}
		te.Guards = append(te.Guards, d.edges[i].Guard.Name)
	}
}

func checkCustomer(customer string) error {
	if err := id.CheckCustomer(customer); err != nil {
		return fmt.Errorf("journey: %w: %w", ErrCustomer, err)
	}
	return nil
}

func rangeError(op string, t time.Time) error {
	return fmt.Errorf("journey: %s: %w: %s", op, ErrOutOfRange, t.UTC().Format(time.RFC3339))
}
