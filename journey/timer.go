package journey

import (
	"cmp"
	"errors"
	"slices"
	"time"

	"github.com/lifecycle-go/lifecycle/journey/internal/id"
)

// timer is a compiled Timer of one stage.
type timer struct {
	after   int64
	trigger uint16
	clock   int // slot that holds when its visit began, or ownClock
}

// ownClock: the timer counts from the beginning of the stage's own visit.
const ownClock = -1

// tick sets or stops the clock in a slot.
type tick struct {
	slot  int
	start bool
}

// began is the beginning of the visit that the timer counts from.
func (t *timer) began(j *Journey) int64 {
	if t.clock == ownClock {
		return j.since
	}
	return unstampNanos(id.Word(j.progress[8*t.clock:])) // it runs as long as the stage's visit
}

// wind sets and stops clocks.
func (d *Definition) wind(progress string, ticks []tick, at int64) string {
	if len(ticks) == 0 {
		return progress
	}
	slots := d.unpack(progress)
	for _, t := range ticks {
		slots[t.slot] = 0
		if t.start {
			slots[t.slot] = stamp(at)
		}
	}
	return packSlots(slots)
}

// startClocks are the clocks that run from the beginning for who starts in a
// stage.
func (d *Definition) startClocks(stage uint16) []tick {
	var list []tick
	for _, n := range d.timed {
		if d.within(stage, n) {
			list = append(list, tick{d.clockAt[n], true})
		}
	}
	return list
}

func (d *Definition) within(stage uint16, n int) bool {
	for at := d.leafNode[stage]; at >= 0; at = d.nodes[at].parent {
		if at == n {
			return true
		}
	}
	return false
}

// inOrder are the timers of the stage by when they fall due.
func (d *Definition) inOrder(j *Journey) []timer {
	ts := d.timers[j.stage]
	if !d.outer[j.stage] {
		return ts // they count from the same instant, and are sorted
	}
	ts = slices.Clone(ts)
	slices.SortStableFunc(ts, func(a, b timer) int { return cmp.Compare(a.began(j)+a.after, b.began(j)+b.after) })
	return ts
}

// Due returns the earliest timer event that is due by now and would be
// accepted, and whether there is one. Its At is when it fell due, not now; it
// has no ID. Hand it to [Definition.Move] and ask again: the next stage may
// have timers that are due as well. [Definition.Advance] does both.
//
// A timer whose transition a guard or gate refuses when it falls due is passed
// over; it is asked again until a later event has been accepted. A timer whose
// guard panics is returned, so that Move reports the panic.
func (d *Definition) Due(j Journey, now time.Time) (Event, bool) {
	j, err := d.adopt(j)
	if err != nil {
		return Event{}, false
	}
	t, ok := nanos(now)
	if !ok {
		return Event{}, false
	}
	i, at, edge, err := d.due(&j, t, &occasion{})
	if err == nil && edge < 0 {
		return Event{}, false
	}
	return Event{Customer: j.customer, Trigger: d.triggers[i], At: instant(at)}, true
}

// NextTimer returns when the earliest timer of the current visit that has not
// yet had its turn falls due, whatever its guards will say then; false when
// there is none. It is what a scheduler sleeps until.
func (d *Definition) NextTimer(j Journey) (time.Time, bool) {
	j, err := d.adopt(j)
	if err != nil {
		return time.Time{}, false
	}
	for _, t := range d.inOrder(&j) {
		if at := t.began(&j) + t.after; at > j.last {
			return instant(at), true
		}
	}
	return time.Time{}, false
}

// Advance returns j with every timer fired that is due by now, in the order
// they fall due. It returns j itself when none is, and when now is out of range.
func (d *Definition) Advance(j Journey, now time.Time) (Journey, error) {
	j, err := d.adopt(j)
	if err != nil {
		return j, err
	}
	t, ok := nanos(now)
	if !ok {
		return j, rangeError("advance", now)
	}
	err = d.advance(&j, t)
	return j, err
}

// due finds the earliest timer in (j.last, until] whose transition is allowed,
// and the edge it takes; -1 when there is none.
func (d *Definition) due(j *Journey, until int64, o *occasion) (trigger uint16, at int64, edge int, err error) {
	for _, t := range d.inOrder(j) {
		at := t.began(j) + t.after
		if at > until {
			break
		}
		if at <= j.last {
			continue
		}
		o.event = nil
		edge, err := d.pick(j, t.trigger, at, o)
		if err == nil && edge != observation {
			return t.trigger, at, edge, nil
		}
		if err != nil && !errors.Is(err, ErrNotAllowed) {
			return t.trigger, at, -1, err
		}
	}
	return 0, 0, -1, nil
}

// advance fires due timers. It ends because a visit fires each of its timers at
// most once, and because going round by timers alone takes minTurn: 110,000
// turns in the years there are.
func (d *Definition) advance(j *Journey, until int64) error {
	var o occasion
	for {
		t, at, edge, err := d.due(j, until, &o)
		if err != nil || edge < 0 {
			return err
		}
		d.take(j, edge, t, at)
	}
}
