package tracker

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/lifecycle-go/lifecycle/internal/text"
	"github.com/lifecycle-go/lifecycle/journey"
)

func (r *run) begin() {
	r.changes, r.undone, r.told, r.held = nil, nil, nil, nil
	r.queue = r.queue[:0]
}

// commit handles one event and everything hooks ask for, and stores the result.
func (r *run) commit(first wish) error {
	r.begin()
	j, err := r.settle(r.out.Journey, first)
	if err != nil {
		return err
	}
	if len(r.changes) == 0 {
		return nil // a repeat
	}
	return r.put(j)
}

// settle handles one event and everything hooks ask for. When it fails, the
// commit being prepared is as it was.
func (r *run) settle(j journey.Journey, first wish) (journey.Journey, error) {
	before := len(r.changes)
	r.queue = r.queue[:0]
	next, err := r.handle(j, first)
	if err == nil {
		next, err = r.drain(next, before)
	}
	if err != nil {
		r.changes = r.changes[:before]
		return j, err
	}
	r.moveOn(next)
	return next, nil
}

// moveOn forgets the parked timers of visits that have ended.
func (r *run) moveOn(j journey.Journey) {
	if len(r.parked) > 0 {
		r.parked = slices.DeleteFunc(slices.Clone(r.parked), func(p Parked) bool { return !r.runs(p, j) })
	}
}

// runs reports whether the timer is one of the visit in which j is.
func (r *run) runs(p Parked, j journey.Journey) bool {
	for e := range r.plan.d.Timers(j) {
		if thatOf(e)(p) {
			return true
		}
	}
	return false
}

// drain works off what hooks have asked for since the commit had that many
// changes.
func (r *run) drain(j journey.Journey, before int) (journey.Journey, error) {
	for n := 0; n < len(r.queue); n++ {
		w := r.queue[n]
		if n == r.t.o.MaxChain {
			return j, r.tooLong(r.changes[before:], w.event.Trigger)
		}
		var err error
		if j, err = r.handle(j, w); err != nil {
			w.by.Wanted, w.by.Err = w.event.Trigger, err
			return j, w.by
		}
	}
	return j, nil
}

// handle lets the definition decide and the machine execute one event.
func (r *run) handle(j journey.Journey, w wish) (journey.Journey, error) {
	next, c, err := r.plan.d.Move(j, w.event)
	if err != nil || c.Kind == journey.NoChange {
		return j, err
	}
	r.note(c, w, j.Since(), next)
	if c.Kind == journey.Observed {
		r.hooks = r.plan.observed[c.Trigger]
		err = r.phase(PhaseBefore)
		if err == nil {
			err = r.phase(PhaseAfter)
		}
	} else if r.hooks = &r.plan.edges[c.Edge()]; r.hooks.any() {
		err = r.plan.exec.execute(r.ctx, c.Edge(), c.From, c.To, c.Kind, r)
	}
	if err == nil && r.plan.reached != nil {
		err = r.phase(PhaseReached)
	}
	return next, err
}

// note adds a change to the commit being prepared.
func (r *run) note(c journey.Change, w wish, since time.Time, next journey.Journey) *Occurrence {
	r.changes = append(r.changes, Occurrence{})
	o := &r.changes[len(r.changes)-1]
	o.Change, o.Event, o.Origin, o.Since, o.Journey = c, w.event, w.origin, since, next
	return o
}

// phase calls the hooks of one phase of the latest change, and queues what they
// ask for.
func (r *run) phase(p Phase) error {
	o := &r.changes[len(r.changes)-1]
	if p != PhaseReached {
		return r.call(p, o, r.hooks.of(p))
	}
	for _, name := range o.Reached() {
		if r.told[name] {
			continue
		}
		if err := r.call(p, o, r.plan.reached[name]); err != nil {
			return err
		}
	}
	return nil
}

func (r *run) call(p Phase, o *Occurrence, hooks []boundHook) error {
	for _, h := range hooks {
		wanted, err := h.run(r.hookContext(), p, o)
		if err != nil {
			return err
		}
		if wanted != "" {
			r.queue = append(r.queue, wish{
				event:  journey.Event{Customer: r.customer, Trigger: wanted, At: o.At},
				origin: OriginHook,
				by:     &HookError{Phase: p, Hook: h.name, Customer: r.customer, From: o.From, To: o.To, Trigger: o.Trigger},
			})
		}
	}
	return nil
}

// hookContext is the caller's context, marked so that a nested call is noticed.
func (r *run) hookContext() context.Context {
	if r.marked == nil {
		r.mark = &nesting{tracker: r.t, customer: r.customer, outer: nestingOf(r.ctx)}
		r.marked = context.WithValue(r.ctx, nestingKey{}, r.mark)
	}
	return r.marked
}

// next makes s the state that keeps j.
func (r *run) next(s *State, j journey.Journey) {
	last, recent, noted := r.state.Snapshot.LastEvent, r.state.Recent, r.noted(j)
	s.Snapshot, s.Version = j.Snapshot(), max(r.expected+1, j.Seq())
	s.Recent, s.Noted, s.Parked = nil, noted, nil
	if r.t.history == nil {
		s.Recent = recent
		if last != 0 && last != s.Snapshot.LastEvent && r.t.o.Recent > 1 {
			if n := len(s.Recent) - (r.t.o.Recent - 2); n > 0 {
				s.Recent = s.Recent[:copy(s.Recent, s.Recent[n:])]
			}
			s.Recent = append(s.Recent, last)
		}
	}
	if len(r.parked) > 0 {
		s.Parked = r.parked
		s.Snapshot.Due = time.Time{}
		for e := range r.plan.d.Timers(j) {
			if e.At.After(j.Last()) && !r.isParked(e) {
				s.Snapshot.Due = e.At
				break
			}
		}
		for _, p := range r.parked {
			if s.Snapshot.Due.IsZero() || p.Retry.Before(s.Snapshot.Due) {
				s.Snapshot.Due = p.Retry
			}
		}
	}
}

// noted is the time of the latest refused event that lies after all others. What
// a refold computes anew has them all.
func (r *run) noted(j journey.Journey) time.Time {
	at := r.state.Noted
	if r.undone != nil {
		at = time.Time{}
	}
	for i := range r.changes {
		if r.changes[i].Refused() {
			at = latest(at, r.changes[i].At)
		}
	}
	if !at.After(j.Last()) {
		return time.Time{}
	}
	return at
}

// put stores the prepared commit and then calls the Stored hooks.
func (r *run) put(j journey.Journey) error {
	// A state that is not stored after all is read again before it is used.
	r.next(&r.state, j)
	if err := r.t.store.Put(r.ctx, Commit{State: r.state, Expected: r.expected, Changes: r.changes, Undone: r.undone}); err != nil {
		switch {
		case errors.Is(err, ErrConflict):
			return &lostRaceError{err}
		case errors.Is(err, ErrDuplicate):
			return &repeatedError{err}
		}
		return r.storeError(err)
	}
	r.out.Journey, r.expected, r.dirty = j, r.state.Version, false
	r.out.Parked, r.failed = append(r.out.Parked, r.failed...), nil
	r.tell()
	return nil
}

func (r *run) storeError(err error) error {
	if r.ctx.Err() != nil {
		return r.ctx.Err()
	}
	return fmt.Errorf("tracker: customer %q: %w", text.Clip(r.customer), err)
}

// tell reports what has been stored.
func (r *run) tell() {
	all := r.changes
	news := all
	if i := slices.IndexFunc(all, old); i >= 0 {
		news = slices.DeleteFunc(slices.Clone(all), old)
	}
	for i := range news {
		if news[i].Origin == OriginTimer {
			r.t.count.timers.Add(1)
		}
	}
	if len(r.out.Changes) == 0 {
		r.out.Changes = news
	} else {
		r.out.Changes = append(r.out.Changes, news...)
	}
	report := func(h boundHook, p Phase, list []Occurrence) {
		for i := range list {
			if h.call == nil || old(list[i]) {
				continue
			}
			if _, err := h.run(r.hookContext(), p, &list[i]); err != nil {
				r.late = append(r.late, err)
			}
		}
	}
	if len(r.undone) > 0 {
		r.out.Undone = append(r.out.Undone, slices.DeleteFunc(slices.Clone(r.undone), old)...)
		report(r.t.undone, PhaseUndone, r.undone)
	}
	report(r.t.stored, PhaseStored, news)
}

// old is what nobody is told of: what came out as it was, and what was refused.
func old(o Occurrence) bool { return o.Again || o.Refused() }
