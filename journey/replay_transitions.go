package journey

import (
	"cmp"
	"slices"
)

// TransitionCount says how often a transition was taken. It is an immutable
// value; the zero value is no transition.
type TransitionCount struct {
	From string  `json:"from"` // stage or group
	On   Trigger `json:"on"`
	To   string  `json:"to"`
	// Direction is where it leads in the order of the stages or groups.
	Direction Direction `json:"direction"`
	// Count is how often events took it, Timers how often timers did.
	Count  int64 `json:"count"`
	Timers int64 `json:"timers"`
}

// Transitions returns every transition of the definition with how often it was
// taken, those never taken included, ordered by source, trigger and
// destination. By group, transitions inside a group are one line from the group
// to itself per trigger.
func (s *Summary) Transitions(by By) []TransitionCount {
	if s.d == nil {
		return nil
	}
	u := s.d.units(by)
	type key struct {
		from, to uint16
		on       Trigger
	}
	at := map[key]int{}
	var out []TransitionCount
	var keys []key
	for i, e := range s.d.edges {
		k := key{u.of[s.d.from[i]], u.of[s.d.dest[i]], e.On}
		at[k] = 0
		keys = append(keys, k)
	}
	slices.SortFunc(keys, func(a, b key) int {
		return cmp.Or(cmp.Compare(a.from, b.from), cmp.Compare(a.on, b.on), cmp.Compare(a.to, b.to))
	})
	for _, k := range slices.Compact(keys) {
		at[k] = len(out)
		out = append(out, TransitionCount{
			From: u.names[k.from], On: k.on, To: u.names[k.to],
			Direction: directionOf(int(k.from), int(k.to), s.d.aside(u.node[k.from]) || s.d.aside(u.node[k.to])),
		})
	}
	for i, e := range s.d.edges {
		t := &out[at[key{u.of[s.d.from[i]], u.of[s.d.dest[i]], e.On}]]
		n, timers := s.edgeCount(i)
		t.Count += n
		t.Timers += timers
	}
	return out
}
