package journey

import (
	"cmp"
	"slices"
)

// EventCount says what became of the events of one trigger in one stage or
// group: what customers on trial use, what those who pay use. It is a value.
type EventCount struct {
	Stage    string  `json:"stage"`
	Trigger  Trigger `json:"trigger"`
	Count    int64   `json:"count"`    // how many there were
	Moved    int64   `json:"moved"`    // of those, taken by a transition, internal ones included
	Observed int64   `json:"observed"` // of those, only counted
	Refused  int64   `json:"refused"`
}

// Events returns how many events of each trigger there were in each stage or
// group, those of which there were none left out, ordered by stage as in the
// definition, then trigger. Events that timers fired are not among them.
func (s *Summary) Events(by By) []EventCount {
	if s.d == nil {
		return nil
	}
	u := s.d.units(by)
	out := make([]EventCount, len(u.names)*s.d.width)
	for k, n := range s.tally.met {
		stage, on := k/s.d.width, k%s.d.width
		e := &out[int(u.of[stage])*s.d.width+on]
		e.Stage, e.Trigger = u.names[u.of[stage]], s.d.triggers[on]
		e.Count += n
		switch cell := s.d.cells[k]; {
		case cell == 0:
			e.Refused += n
		case s.d.observes(cell):
			e.Observed += n
		default:
			e.Observed += s.tally.noted[k]
			e.Refused += s.tally.refused[k]
			e.Moved += n - s.tally.noted[k] - s.tally.refused[k]
		}
	}
	return slices.DeleteFunc(out, func(e EventCount) bool { return e.Count == 0 })
}

// DirectionCount says how many moves went in one direction, and on what.
type DirectionCount struct {
	Direction Direction      `json:"direction"`
	Count     int64          `json:"count"`
	Triggers  []TriggerCount `json:"triggers"` // the commonest first
}

// TriggerCount is how often a trigger moved somebody, timers included.
type TriggerCount struct {
	Trigger Trigger `json:"trigger"`
	Count   int64   `json:"count"`
}

// Directions returns how many moves went forward, back and sideways between the
// stages or groups, with the triggers that made them, the commonest first. What
// stays within one is left out.
func (s *Summary) Directions(by By) []DirectionCount {
	out := []DirectionCount{{Direction: Forward}, {Direction: Back}, {Direction: Sideways}}
	at := map[Direction]int{Forward: 0, Back: 1, Sideways: 2}
	counts := map[Direction]map[Trigger]int64{}
	for _, t := range s.Transitions(by) {
		if n := t.Count + t.Timers; n > 0 && t.From != t.To {
			if counts[t.Direction] == nil {
				counts[t.Direction] = map[Trigger]int64{}
			}
			counts[t.Direction][t.On] += n
			out[at[t.Direction]].Count += n
		}
	}
	for i := range out {
		out[i].Triggers = []TriggerCount{}
		for t, n := range counts[out[i].Direction] { //nolint:maprange // sorted below
			out[i].Triggers = append(out[i].Triggers, TriggerCount{t, n})
		}
		slices.SortFunc(out[i].Triggers, func(a, b TriggerCount) int {
			return cmp.Or(cmp.Compare(b.Count, a.Count), cmp.Compare(a.Trigger, b.Trigger))
		})
	}
	return out
}
