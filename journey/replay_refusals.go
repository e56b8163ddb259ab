package journey

import (
	"cmp"
	"slices"
)

// Refusal is a kind of event that was refused: a trigger in a stage that does
// not allow it. It is an immutable value.
type Refusal struct {
	Stage   string // stage or group the customers were in
	Trigger Trigger
	Count   int64
	// Err is ErrNotAllowed or ErrUnknownTrigger.
	Err error
	// Guarded reports that there is a transition, which its guard or gate did
	// not allow.
	Guarded bool
	// Allowed lists what the stages would have allowed, sorted.
	Allowed []Trigger
	// Examples are the first cases by customer id and time; how many is an
	// option of the replay. They have no ID.
	Examples []Event
}

// Refusals returns every kind of refused event, ordered by stage as in the
// definition, then trigger.
func (r *Replay) Refusals(by By) []Refusal {
	u := r.d.units(by)
	found := map[refusalKey]*refusalSum{}
	add := func(stage uint16, t Trigger, n int64, err error, guarded bool, ex []example) {
		if n == 0 {
			return
		}
		k := refusalKey{u.of[stage], t}
		s := found[k]
		if s == nil {
			s = &refusalSum{Refusal: Refusal{Stage: u.names[k.unit], Trigger: t, Err: err}}
			found[k] = s
		}
		s.Count += n
		s.Guarded = s.Guarded || guarded
		s.Allowed = append(s.Allowed, r.d.allowed[stage]...)
		s.examples = append(s.examples, ex...)
	}
	for s := range r.d.stages {
		for on := range r.d.width {
			k := s*r.table.width + on
			n, guarded := r.sum.refused[k], true
			if r.d.cells[s*r.d.width+on] == 0 {
				n, guarded = r.sum.cells[k].events, false
			}
			add(uint16(s), r.d.triggers[on], n, ErrNotAllowed, guarded, r.sum.examples[k])
		}
	}
	for k, n := range r.sum.strange { //nolint:maprange // sums and sorted below
		add(k.stage, Trigger(r.cols.names[k.code]), n, ErrUnknownTrigger, false, r.sum.odd[k])
	}
	keys := make([]refusalKey, 0, len(found))
	for k := range found {
		keys = append(keys, k)
	}
	slices.SortFunc(keys, func(a, b refusalKey) int {
		return cmp.Or(cmp.Compare(a.unit, b.unit), cmp.Compare(a.trigger, b.trigger))
	})
	out := make([]Refusal, len(keys))
	for i, k := range keys {
		out[i] = r.finish(found[k])
	}
	return out
}

type refusalKey struct {
	unit    uint16
	trigger Trigger
}

type refusalSum struct {
	Refusal
	examples []example
}

func (r *Replay) finish(s *refusalSum) Refusal {
	slices.Sort(s.Allowed)
	s.Allowed = slices.Compact(s.Allowed)
	slices.SortFunc(s.examples, func(a, b example) int { return cmp.Compare(a.event, b.event) })
	for _, e := range s.examples[:min(len(s.examples), int(r.sum.keep))] {
		s.Examples = append(s.Examples, Event{
			Customer: r.cols.customer(e.customer), Trigger: s.Trigger, At: instant(r.cols.at[e.event]),
		})
	}
	return s.Refusal
}
