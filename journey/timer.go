package journey

import (
	"errors"
	"time"
)

// timer is a compiled Timer of one stage.
type timer struct {
	after   int64
	trigger uint16
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
	i, at, edge, err := d.due(&j, t)
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
	for _, t := range d.timers[j.stage] {
		if at := j.since + t.after; at > j.last {
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
// and the edge it takes; -1 when there is none. Timers of a stage are sorted by
// duration and distinct, so the first is it.
func (d *Definition) due(j *Journey, until int64) (trigger uint16, at int64, edge int, err error) {
	for _, t := range d.timers[j.stage] {
		at := j.since + t.after
		if at > until {
			break
		}
		if at <= j.last {
			continue
		}
		edge, err := d.pick(j, t.trigger, at, nil)
		if err == nil {
			return t.trigger, at, edge, nil
		}
		if !errors.Is(err, ErrNotAllowed) {
			return t.trigger, at, -1, err
		}
	}
	return 0, 0, -1, nil
}

// advance fires due timers. It ends because Define refuses stages that timers
// alone go round in, and a visit fires each of its timers at most once.
func (d *Definition) advance(j *Journey, until int64) error {
	for {
		t, at, edge, err := d.due(j, until)
		if err != nil || edge < 0 {
			return err
		}
		d.take(j, edge, t, at)
	}
}
