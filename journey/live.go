package journey

import "iter"

// What an executor of live transitions needs beside Start, Due and Move: see
// package tracker.

// LastEvent returns the hash that a [Snapshot] keeps of the ID of the last
// accepted event that had one; zero when none had.
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
