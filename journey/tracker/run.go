package tracker

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/lifecycle-go/lifecycle/internal/text"
	"github.com/lifecycle-go/lifecycle/journey"
)

// run is the work on one customer in one call of a Tracker.
type run struct {
	t        *Tracker
	ctx      context.Context //nolint:containedctx // the caller's, for the time of the call
	marked   context.Context //nolint:containedctx // the same, for hooks; nil until one is called
	customer string
	expected int64 // version of out.Journey in the store
	out      Outcome
	late     []error // of Stored hooks

	// The commit being prepared.
	changes []Occurrence
	queue   []wish
}

// wish is an event to be handled and, when a hook asked for it, which.
type wish struct {
	event  journey.Event
	origin Origin
	by     *HookError // what to say if it is refused; nil for events and timers
}

// lostRaceError is a conflict reported by the store.
type lostRaceError struct{ error }

// ChainError says which triggers hooks asked for, one in consequence of the
// other, until the limit was met. errors.Is finds [ErrChain]. The zero value is
// not useful.
type ChainError struct {
	Customer string
	Limit    int
	Chain    []journey.Trigger // the event's trigger first
	// Cycle is the part of Chain that repeats itself at its end; empty when
	// nothing does.
	Cycle []journey.Trigger
}

// Error shows the chain, or the cycle in it.
func (e *ChainError) Error() string {
	chain, word := e.Chain, "chain"
	if len(e.Cycle) > 0 {
		chain, word = append(slices.Clone(e.Cycle), e.Cycle[0]), "cycle"
	}
	if len(chain) > 10 {
		chain = append(slices.Clone(chain[:10]), "…")
	}
	names := make([]string, len(chain))
	for i, t := range chain {
		names[i] = string(t)
	}
	return fmt.Sprintf("tracker: customer %q: %v: limit %d, %s %s",
		text.Clip(e.Customer), ErrChain, e.Limit, word, strings.Join(names, " → "))
}

// Unwrap returns [ErrChain].
func (e *ChainError) Unwrap() error { return ErrChain }

// load reads the customer from the store.
func (r *run) load() error {
	_, err := r.read()
	return err
}

// read is load, and returns what the store has.
func (r *run) read() (journey.Snapshot, error) {
	s, err := r.t.store.Load(r.ctx, r.customer)
	if err != nil {
		if r.ctx.Err() != nil {
			return s, r.ctx.Err()
		}
		return s, fmt.Errorf("tracker: customer %q: %w", text.Clip(r.customer), err)
	}
	if s.Customer != r.customer {
		return s, fmt.Errorf("tracker: the store returned customer %q for %q: %w", text.Clip(s.Customer), text.Clip(r.customer), journey.ErrCustomer)
	}
	j, err := r.t.d.Restore(s, r.t.o.Migrations...)
	if err != nil {
		return s, err
	}
	r.out.Journey, r.expected = j, s.Seq
	return s, nil
}

// start begins the journey: a commit of its own.
func (r *run) start(at time.Time) error {
	d := r.t.d
	j, err := d.StartAt(d.Initial(), r.customer, at)
	if err != nil {
		return err
	}
	r.begin()
	r.expected = NotStored
	r.changes = append(r.changes, Occurrence{
		Change:  journey.Change{Customer: r.customer, To: d.Initial(), At: j.Since(), Kind: journey.Moved},
		Event:   journey.Event{Customer: r.customer, At: at},
		Origin:  OriginStart,
		Journey: j,
	})
	if err := r.phase(PhaseEnter); err != nil {
		return err
	}
	return r.finish(j)
}

// event handles an event from outside, as Step would.
func (r *run) event(e journey.Event) error {
	err := r.load()
	if errors.Is(err, ErrNotFound) && r.t.o.AutoStart {
		err = r.start(e.At)
	}
	if err != nil {
		return err
	}
	j := r.out.Journey
	if !journey.InRange(e.At) || e.At.Before(j.Since()) || e.ID != "" && journey.EventHash(e.ID) == j.LastEvent() {
		_, err := r.t.d.Step(j, e) // refused, or a repeat, before any timer
		return err
	}
	if err := r.timers(e.At); err != nil {
		return err
	}
	return r.commit(wish{event: e, origin: OriginEvent})
}

// timers fires what is due, one commit each.
func (r *run) timers(until time.Time) error {
	for {
		e, ok := r.t.d.Due(r.out.Journey, until)
		if !ok {
			return nil
		}
		if err := r.commit(wish{event: e, origin: OriginTimer}); err != nil {
			return err
		}
	}
}

func (r *run) begin() {
	r.changes = nil
	r.queue = r.queue[:0]
}

// commit handles one event and everything hooks ask for, and stores the result.
func (r *run) commit(first wish) error {
	r.begin()
	j, err := r.handle(r.out.Journey, first)
	if err != nil {
		return err
	}
	return r.finish(j)
}

// finish works off the queue and stores what came of it.
func (r *run) finish(j journey.Journey) error {
	for n := 0; n < len(r.queue); n++ {
		w := r.queue[n]
		if n == r.t.o.MaxChain {
			return r.tooLong(w.event.Trigger)
		}
		var err error
		if j, err = r.handle(j, w); err != nil {
			w.by.Wanted, w.by.Err = w.event.Trigger, err
			return w.by
		}
	}
	if len(r.changes) == 0 {
		return nil // a repeat
	}
	return r.put(j)
}

// handle lets the definition decide and the machine execute one event.
func (r *run) handle(j journey.Journey, w wish) (journey.Journey, error) {
	d := r.t.d
	next, c, err := d.Move(j, w.event)
	if err != nil || c.Kind == journey.NoChange {
		return j, err
	}
	r.changes = append(r.changes, Occurrence{Change: c, Event: w.event, Origin: w.origin, Since: j.Since(), Journey: next})
	if c.Kind == journey.Observed {
		err = r.phase(PhaseBefore)
		if err == nil {
			err = r.phase(PhaseAfter)
		}
	} else {
		err = r.t.exec.execute(r.ctx, c.Edge(), c.From, c.To, c.Kind, r)
	}
	if err == nil && r.t.hooks.reached != nil {
		err = r.phase(PhaseReached)
	}
	return next, err
}

// phase calls the hooks of one phase of the latest change, and queues what they
// ask for.
func (r *run) phase(p Phase) error {
	if !r.t.hooks.any {
		return nil
	}
	h, o := &r.t.hooks, &r.changes[len(r.changes)-1]
	switch p {
	case PhaseBefore:
		return r.call(p, o, h.before[string(o.Trigger)])
	case PhaseLeave:
		return r.call(p, o, h.leave[string(o.From)])
	case PhaseEnter:
		return r.call(p, o, h.enter[string(o.To)])
	case PhaseAfter:
		return r.call(p, o, h.after[string(o.Trigger)])
	case PhaseReached:
		for _, name := range o.Reached() {
			if err := r.call(p, o, h.reached[name]); err != nil {
				return err
			}
		}
	case PhaseStored:
		if h.stored.call != nil {
			_, err := h.stored.run(r.hookContext(), p, o)
			return err
		}
	default: // no phase
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
		r.marked = context.WithValue(r.ctx, nestingKey{}, &nesting{r.t, nestingOf(r.ctx)})
	}
	return r.marked
}

// put stores the prepared commit and then calls the Stored hooks.
func (r *run) put(j journey.Journey) error {
	err := r.t.store.Put(r.ctx, Commit{Snapshot: j.Snapshot(), Expected: r.expected, Changes: r.changes})
	switch {
	case err == nil:
	case errors.Is(err, ErrConflict):
		return &lostRaceError{err}
	case r.ctx.Err() != nil:
		return r.ctx.Err()
	default:
		return fmt.Errorf("tracker: customer %q: %w", text.Clip(r.customer), err)
	}
	r.out.Journey, r.expected = j, j.Seq()
	if len(r.out.Changes) == 0 {
		r.out.Changes = r.changes
	} else {
		r.out.Changes = append(r.out.Changes, r.changes...)
	}
	all := r.changes
	for i := range all {
		r.changes = all[:i+1]
		if err := r.phase(PhaseStored); err != nil {
			r.late = append(r.late, err)
		}
	}
	return nil
}

// tooLong explains a chain that one more trigger would carry over the limit.
func (r *run) tooLong(next journey.Trigger) error {
	var chain []journey.Trigger
	for _, o := range r.changes {
		if o.Origin != OriginStart {
			chain = append(chain, o.Trigger)
		}
	}
	return &ChainError{Customer: r.customer, Limit: r.t.o.MaxChain, Chain: append(chain, next), Cycle: repeating(r.changes)}
}

// repeating returns the triggers of the cycle in which the changes end: from
// one move to the last earlier one with the same source and trigger.
func repeating(changes []Occurrence) []journey.Trigger {
	last := len(changes) - 1
	for i := last - 1; i >= 0; i-- {
		if changes[i].From == changes[last].From && changes[i].Trigger == changes[last].Trigger {
			var cycle []journey.Trigger
			for _, o := range changes[i:last] {
				cycle = append(cycle, o.Trigger)
			}
			return cycle
		}
	}
	return nil
}
