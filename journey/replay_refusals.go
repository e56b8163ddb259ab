package journey

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
)

// Refusal is a kind of event that was refused: a trigger in a stage that does
// not allow it. It is an immutable value.
type Refusal struct {
	Stage   string  `json:"stage"` // stage or group the customers were in
	Trigger Trigger `json:"trigger"`
	Count   int64   `json:"count"`
	// Err is ErrNotAllowed or ErrUnknownTrigger.
	Err error `json:"-"`
	// Guarded reports that there is a transition, which its guard or gate did
	// not allow.
	Guarded bool `json:"guarded,omitempty"`
	// Allowed lists what the stages would have allowed, sorted.
	Allowed []Trigger `json:"allowed"`
	// Examples are the first cases by customer id and time; how many is an
	// option of the replay. They have no ID.
	Examples []Event `json:"examples,omitempty"`
}

// MarshalJSON writes the refusal with its reason in words.
func (f Refusal) MarshalJSON() ([]byte, error) {
	type plain Refusal
	if f.Allowed == nil {
		f.Allowed = []Trigger{}
	}
	reason := ""
	if f.Err != nil {
		reason = f.Err.Error()
	}
	return json.Marshal(struct {
		plain
		Reason string `json:"reason"`
	}{plain(f), reason})
}

// String says it in a line.
func (f Refusal) String() string {
	return fmt.Sprintf("%d × %q in %q: %v", f.Count, f.Trigger, f.Stage, f.Err)
}

// Refusals returns every kind of refused event, ordered by stage as in the
// definition, then trigger.
func (s *Summary) Refusals(by By) []Refusal {
	if s.d == nil {
		return nil
	}
	u := s.d.units(by)
	t := &s.tally
	found := map[refusalKey]*Refusal{}
	add := func(stage int, on Trigger, n int64, err error, guarded bool, examples []Event) {
		if n == 0 {
			return
		}
		k := refusalKey{u.of[stage], on}
		f := found[k]
		if f == nil {
			f = &Refusal{Stage: u.names[k.unit], Trigger: on, Err: err}
			found[k] = f
		}
		f.Count += n
		f.Guarded = f.Guarded || guarded
		f.Allowed = append(f.Allowed, s.d.allowed[stage]...)
		f.Examples = firstEvents(f.Examples, examples, s.basis.keep)
	}
	for k, n := range t.met {
		guarded := s.d.cells[k] != 0
		if guarded {
			n = t.refused[k]
		}
		add(k/s.d.width, s.d.triggers[k%s.d.width], n, ErrNotAllowed, guarded, t.examples[k])
	}
	for _, x := range t.unknown {
		add(int(x.stage), x.name, x.count, ErrUnknownTrigger, false, x.examples)
	}
	keys := make([]refusalKey, 0, len(found))
	for k := range found { //nolint:maprange // sorted below
		keys = append(keys, k)
	}
	slices.SortFunc(keys, func(a, b refusalKey) int {
		return cmp.Or(cmp.Compare(a.unit, b.unit), cmp.Compare(a.trigger, b.trigger))
	})
	out := make([]Refusal, len(keys))
	for i, k := range keys {
		f := found[k]
		slices.Sort(f.Allowed)
		f.Allowed = slices.Compact(f.Allowed)
		if len(f.Examples) == 0 {
			f.Examples = nil
		}
		out[i] = *f
	}
	return out
}

type refusalKey struct {
	unit    uint16
	trigger Trigger
}
