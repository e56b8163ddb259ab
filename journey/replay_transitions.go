package journey

import (
	"cmp"
	"slices"
)

// TransitionCount says how often a transition was taken. It is an immutable
// value; the zero value is no transition.
type TransitionCount struct {
	From string // stage or group
	On   Trigger
	To   string
	// Count is how often events took it, Timers how often timers did.
	Count, Timers int64
}

// Transitions returns every transition of the definition with how often it was
// taken, those never taken included, ordered by source, trigger and
// destination. By group, transitions inside a group are one line from the group
// to itself per trigger.
func (r *Replay) Transitions(by By) []TransitionCount {
	u := r.d.units(by)
	type key struct {
		from, to uint16
		on       Trigger
	}
	at := map[key]int{}
	var out []TransitionCount
	var keys []key
	for i, e := range r.d.edges {
		k := key{u.of[r.d.from[i]], u.of[r.d.dest[i]], e.On}
		at[k] = 0
		keys = append(keys, k)
	}
	slices.SortFunc(keys, func(a, b key) int {
		return cmp.Or(cmp.Compare(a.from, b.from), cmp.Compare(a.on, b.on), cmp.Compare(a.to, b.to))
	})
	for _, k := range slices.Compact(keys) {
		at[k] = len(out)
		out = append(out, TransitionCount{From: u.names[k.from], On: k.on, To: u.names[k.to]})
	}
	for i, e := range r.d.edges {
		t := &out[at[key{u.of[r.d.from[i]], u.of[r.d.dest[i]], e.On}]]
		n, timers := r.edgeCount(i)
		t.Count += n
		t.Timers += timers
	}
	return out
}

// EdgeCount returns how often edge i of [Definition.Edges] was taken, by events
// and by timers; zero for an i that is no edge.
func (r *Replay) EdgeCount(i int) (events, timers int64) {
	if i < 0 || i >= len(r.d.edges) {
		return 0, 0
	}
	return r.edgeCount(i)
}

func (r *Replay) edgeCount(i int) (events, timers int64) {
	s, on := int(r.d.from[i]), int(r.d.on[i])
	events = r.sum.branches[i]
	if r.d.cells[s*r.d.width+on]&choiceBit == 0 {
		events = r.sum.cells[s*r.table.width+on].events
	}
	return events, r.sum.fired[i]
}

// InStage returns how many customers are in a stage or group at the end.
func (r *Replay) InStage(by By, name string) int64 {
	u := r.d.units(by)
	n := int64(0)
	for _, s := range r.final {
		if s != absent && u.names[u.of[s]] == name {
			n++
		}
	}
	return n
}
