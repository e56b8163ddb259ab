package journey

import (
	"iter"
	"time"
)

// Visit is one stay of a customer in a stage. It is an immutable value.
type Visit struct {
	Stage Stage `json:"stage"`
	// By is the trigger that began it; empty for the first visit.
	By Trigger `json:"by,omitempty"`
	// From is when it began. Until is when it ended or, while it is open, until
	// when it was observed.
	From  time.Time `json:"from"`
	Until time.Time `json:"until"`
	// Open reports that the customer is still there.
	Open bool `json:"open,omitempty"`
}

// Duration returns how long the visit lasted, so far if it is open.
func (v Visit) Duration() time.Duration { return v.Until.Sub(v.From) }

// visitList collects the visits of one customer.
type visitList struct {
	d      *Definition
	visits []Visit
}

func (l *visitList) begin(_ int, stage uint16, at int64) {
	l.visits = append(l.visits[:0], Visit{Stage: l.d.stages[stage].Name, From: instant(at), Open: true})
}

func (l *visitList) move(edge int, at int64) {
	to, on := l.d.dest[edge], l.d.on[edge]
	last := &l.visits[len(l.visits)-1]
	last.Until, last.Open = instant(at), false
	l.visits = append(l.visits, Visit{Stage: l.d.stages[to].Name, By: l.d.triggers[on], From: instant(at), Open: true})
}

func (l *visitList) reach(uint64, int64) {}

func (l *visitList) end(_ uint16, _ uint64, _, until int64) {
	l.visits[len(l.visits)-1].Until = instant(until)
}

// Visits returns the visits of a customer in order; nil for a customer without
// an event that counts. The durations add up to the time the customer was
// observed.
func (r *Replay) Visits(customer string) []Visit {
	c, ok := r.cols.find(customer)
	if !ok || r.final[c] == absent {
		return nil
	}
	l := &visitList{d: r.d}
	w := r.walker()
	w.watch(l)
	if err := w.show(c); err != nil {
		return nil // a guard that panics only now is not pure
	}
	return l.visits
}

// AllVisits yields every customer in order of id with the customer's visits.
// The slice is reused: copy what is to be kept.
func (r *Replay) AllVisits() iter.Seq2[string, []Visit] {
	return func(yield func(string, []Visit) bool) {
		l := &visitList{d: r.d}
		w := r.walker()
		w.watch(l)
		for c := range r.final {
			if r.final[c] == absent {
				continue
			}
			if err := w.show(c); err != nil {
				return
			}
			if !yield(r.cols.customer(c), l.visits) {
				return
			}
		}
	}
}
