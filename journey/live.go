package journey

import "iter"

// What an executor of live transitions needs beside Start, Due and Move: see
// package tracker.

// CheckCustomer refuses, with [ErrCustomer], an id that is empty or longer than
// 1,024 bytes.
func CheckCustomer(id string) error { return checkCustomer(id) }

// EventHash is the form in which a [Journey] and a [Snapshot] keep the ID of an
// event: 64 bits, zero only for the empty ID. It never changes.
func EventHash(id string) uint64 { return idHash(id) }

// LastEvent returns the [EventHash] of the last accepted event that had an ID;
// zero when none had.
func (j Journey) LastEvent() uint64 { return j.lastID }

// Edge returns the position in [Definition.Edges] of the transition that was
// taken; -1 for an observation and for no change.
func (c Change) Edge() int { return int(c.edge) - 1 }

// CheckMigrations reports every name in the migrations that d does not have.
func (d *Definition) CheckMigrations(list []Migration) error { return d.checkMigrations(list) }

// Timers yields the timers of the current visit and of the visits around it, in
// the order they fall due, as the events they fire, whatever their guards will
// say: what [Definition.Due] chooses from. Those not after Last have had their
// turn. The events have no ID.
func (d *Definition) Timers(j Journey) iter.Seq[Event] {
	return func(yield func(Event) bool) {
		j, err := d.adopt(j)
		if err != nil {
			return
		}
		for _, t := range d.inOrder(&j) {
			at := t.began(&j) + t.after
			if !yield(Event{Customer: j.customer, Trigger: d.triggers[t.trigger], At: instant(at)}) {
				return
			}
		}
	}
}
