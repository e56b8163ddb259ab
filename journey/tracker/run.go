package tracker

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"time"

	"github.com/lifecycle-go/lifecycle/internal/text"
	"github.com/lifecycle-go/lifecycle/journey"
	"github.com/lifecycle-go/lifecycle/journey/internal/id"
	"github.com/lifecycle-go/lifecycle/metrics/calendar"
	"github.com/lifecycle-go/lifecycle/metrics/fault"
)

// run is the work on one customer in one call of a Tracker.
type run struct {
	t        *Tracker
	plan     *plan           // of the definition the customer is under
	ctx      context.Context //nolint:containedctx // the caller's, for the time of the call
	marked   context.Context //nolint:containedctx // the same, for hooks; nil until one is called
	mark     *nesting
	customer string
	now      time.Time // of the event or the tick
	state    State     // as loaded
	expected int64     // version in the store of out.Journey
	out      Outcome
	late     []error // of Stored and Undone hooks

	parked []Parked // of the current visit
	held   []Parked // of visits that a refold has yet to come to again
	tried  []Parked // those a tick is trying again
	failed []Parked // not yet stored
	dirty  bool     // parked is not as stored
	done   bool     // nothing holds on to this any more

	// The commit being prepared.
	changes []Occurrence
	undone  []Occurrence
	queue   []wish
	told    map[string]bool // milestones whose hooks have run already
	hooks   *edgeHooks      // of the change being executed
}

// wish is an event to be handled and, when a hook asked for it, which.
type wish struct {
	event  journey.Event
	origin Origin
	by     *HookError // what to say if it is refused; nil for events and timers
}

// lostRaceError is a conflict reported by the store, or a state that only a
// conflict explains.
type lostRaceError struct{ error }

func (e *lostRaceError) Unwrap() error { return e.error }

// repeatedError says that the store had the event already.
type repeatedError struct{ error }

func (e *repeatedError) Unwrap() error { return e.error }

// leave ends the call: contexts that hooks were given no longer stand for it. A
// run that a hook has torn its goroutine out of is not used again.
func (r *run) leave() {
	if r.mark != nil {
		r.mark.over.Store(true)
	}
	if r.done {
		runs := &r.t.runs
		*r = run{}
		runs.Put(r)
	}
}

// load reads the customer from the store.
func (r *run) load() error {
	if err := r.read(&r.state); err != nil {
		return err
	}
	s := &r.state
	p, ours := r.t.plan, true
	if s.Snapshot.Hash != r.t.hash {
		if p, ours = r.t.plans[s.Snapshot.Hash]; !ours {
			p = r.t.plan
		}
	}
	j, err := p.d.Restore(s.Snapshot, r.t.o.Migrations...)
	if err != nil {
		// What is not whole in itself, or does not fit the definition it says it
		// is of, was read while it was written.
		if errors.Is(err, journey.ErrSnapshot) || ours {
			return &lostRaceError{fmt.Errorf("%w: the state read is not whole: %w", ErrConflict, err)}
		}
		return err
	}
	r.plan, r.expected = p, s.Version
	r.out.Journey, r.parked, r.held, r.tried, r.failed, r.dirty = j, s.Parked, nil, nil, nil, false
	return nil
}

// read loads the state as the store has it.
func (r *run) read(s *State) (err error) {
	*s, err = r.t.store.Load(r.ctx, r.customer)
	switch {
	case err == nil:
	case r.ctx.Err() != nil:
		return r.ctx.Err()
	default:
		return fmt.Errorf("tracker: customer %q: %w", text.Clip(r.customer), err)
	}
	if s.Snapshot.Customer != r.customer {
		return fmt.Errorf("tracker: the store returned customer %q for %q: %w", text.Clip(s.Snapshot.Customer), text.Clip(r.customer), journey.ErrCustomer)
	}
	if s.Version < 0 {
		return &lostRaceError{fmt.Errorf("%w: the state read has version %d", ErrConflict, s.Version)}
	}
	return nil
}

// skew refuses what lies too far ahead of the clock.
func (r *run) skew(e journey.Event) error {
	o := &r.t.o
	if o.MaxSkew == 0 {
		return nil
	}
	now := o.Now()
	if bound := now.Add(o.MaxSkew); e.At.After(bound) {
		r.t.count.skewed.Add(1)
		return &TimeError{
			Customer: r.customer, Trigger: e.Trigger, At: e.At, Bound: bound, Err: ErrSkew,
			Reason: fmt.Sprintf("it is %s, and events may lie %s ahead", now.UTC().Format(time.RFC3339), o.MaxSkew),
		}
	}
	return nil
}

// start begins the journey: a commit of its own. by is the event that brought it
// about; one without a trigger is a start for its own sake.
func (r *run) start(stage journey.Stage, by journey.Event) error {
	r.plan = r.t.plan
	r.begin()
	r.expected, r.state, r.parked = NotStored, State{}, nil
	j, err := r.open(stage, by)
	if err != nil {
		return err
	}
	if j, err = r.drain(j, 0); err != nil {
		return err
	}
	return r.put(j)
}

// open makes the first change of a journey.
func (r *run) open(stage journey.Stage, by journey.Event) (journey.Journey, error) {
	j, err := r.plan.d.StartAt(stage, r.customer, by.At)
	if err != nil {
		return j, err
	}
	r.changes = append(r.changes, Occurrence{
		Change: journey.Change{Customer: r.customer, To: j.Stage(), At: j.Since(), Kind: journey.Moved},
		Event:  by, Origin: OriginStart, Journey: j,
	})
	r.hooks = &edgeHooks{PhaseEnter - PhaseBefore: r.plan.enter[string(j.Stage())]}
	return j, r.phase(PhaseEnter)
}

// inRange is whether t can be the time of an event.
func inRange(t time.Time) bool { return calendar.CheckTime(t) == nil }

func rangeError(op string, t time.Time) error {
	return fmt.Errorf("tracker: %s: %w: %s", op, journey.ErrOutOfRange, t.UTC().Format(time.RFC3339))
}

// event handles an event from outside.
func (r *run) event(e journey.Event) error {
	if len(e.ID) > MaxID {
		return &fault.Error{Package: "tracker", Op: "fire", Field: "ID", Value: fault.Quote(e.ID), Limit: fmt.Sprintf("at most %d bytes", MaxID), Err: fault.ErrTooLong}
	}
	if err := r.skew(e); err != nil {
		return err
	}
	err := r.load()
	if errors.Is(err, ErrNotFound) && r.t.o.AutoStart {
		err = r.autoStart(e)
	}
	if err != nil {
		return err
	}
	r.now = e.At
	switch known, err := r.known(e, false); {
	case err != nil:
		return err
	case known:
		r.t.count.repeats.Add(1)
		return nil
	}
	if err := r.place(e); err != nil {
		if _, repeated := err.(*repeatedError); repeated { //nolint:errorlint // made by put, never wrapped
			r.t.count.repeats.Add(1)
			return r.load()
		}
		return err
	}
	r.t.count.accepted.Add(1)
	return nil
}

// place applies an event where it belongs: at the end, or before what is known
// already.
func (r *run) place(e journey.Event) error {
	j := r.out.Journey
	if !inRange(e.At) || r.t.o.Grace > 0 && !r.knows(e.Trigger) { // of which there is no place in a history
		_, err := r.plan.d.Step(j, e)
		r.t.count.refused.Add(1)
		return err
	}
	if e.At.Before(j.Last()) || r.t.o.Grace > 0 && e.At.Before(r.state.Noted) {
		r.t.count.late.Add(1)
		if r.t.o.Grace > 0 {
			return r.takeIn(e)
		}
		if e.At.Before(j.Since()) {
			r.t.count.lost.Add(1)
			r.t.log(r.ctx, slog.LevelWarn, "late event lost", r.customer,
				slog.String("trigger", string(e.Trigger)), slog.Time("at", e.At), slog.Time("since", j.Since()))
			_, err := r.plan.d.Step(j, e)
			return r.refused(e, err)
		}
	}
	if err := r.timers(e.At); err != nil {
		return err
	}
	if err := r.commit(wish{event: e, origin: OriginEvent}); err != nil {
		if _, ok := err.(*journey.TransitionError); ok { //nolint:errorlint // of the event itself, not of what a hook asked for
			return r.refused(e, err)
		}
		if errors.As(err, new(*HookError)) {
			if flushed := r.flush(); flushed != nil {
				return flushed
			}
		}
		return err
	}
	return nil
}

func (r *run) knows(t journey.Trigger) bool { return r.plan.observed[t] != nil }

// autoStart begins the journey of an unknown customer, unless the event is one
// the definition has never heard of.
func (r *run) autoStart(e journey.Event) error {
	d := r.t.plan.d
	if j := d.Start(r.customer, e.At); r.t.plan.observed[e.Trigger] == nil && j.Definition() != nil {
		_, err := d.Step(j, e)
		r.t.count.refused.Add(1)
		return err
	}
	return r.start(r.t.plan.initial, e)
}

// known reports whether the event has been applied before. A store with history
// is asked only about an event that can be one: of those after everything known
// it says so itself when it is written to.
func (r *run) known(e journey.Event, ask bool) (bool, error) {
	if e.ID == "" {
		return false, nil
	}
	h := id.Hash(e.ID)
	if h == r.out.Journey.LastEvent() {
		return true, nil
	}
	if r.t.history == nil {
		return slices.Contains(r.state.Recent, h), nil
	}
	if !ask && e.At.After(latest(r.out.Journey.Last(), r.state.Noted)) {
		return false, nil
	}
	known, err := r.t.history.Known(r.ctx, r.customer, e.ID)
	if err != nil {
		return false, r.storeError(err)
	}
	return known, nil
}

// refused settles the refusal of an event: it is kept where a late event may
// allow it yet, and believed only when nobody has changed the customer
// meanwhile.
func (r *run) refused(e journey.Event, err error) error {
	if r.t.o.Grace > 0 && errors.Is(err, journey.ErrNotAllowed) {
		switch known, ask := r.known(e, true); {
		case ask != nil:
			return ask
		case known:
			return &repeatedError{err}
		}
		j := r.out.Journey
		r.begin()
		r.refuse(j, e, false)
		if err := r.put(j); err != nil {
			return err
		}
		r.t.count.refused.Add(1)
		return err
	}
	if flushed := r.flush(); flushed != nil {
		return flushed
	}
	var s State
	again := r.read(&s)
	switch {
	case errors.Is(again, ErrNotFound):
		return &lostRaceError{fmt.Errorf("%w: the customer is gone", ErrConflict)}
	case again != nil:
		return again
	case s.Version != r.expected:
		return &lostRaceError{&ConflictError{Customer: r.customer, Expected: r.expected, Stored: s.Version}}
	}
	r.t.count.refused.Add(1)
	return err
}

// refuse notes an event that was refused.
func (r *run) refuse(j journey.Journey, e journey.Event, again bool) {
	r.changes = append(r.changes, Occurrence{
		Change: journey.Change{Customer: r.customer, From: j.Stage(), To: j.Stage(), Trigger: e.Trigger, At: e.At.UTC(), Seq: j.Seq()},
		Event:  e, Origin: OriginEvent, Since: j.Since(), Journey: j, Again: again,
	})
}
