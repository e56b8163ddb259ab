package tracker

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"time"

	"github.com/lifecycle-go/lifecycle/internal/text"
	"github.com/lifecycle-go/lifecycle/journey"
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
func (r *run) start(by journey.Event) error {
	r.plan = r.t.plan
	r.begin()
	r.expected, r.state, r.parked = NotStored, State{}, nil
	j, err := r.open(by, by.At)
	if err != nil {
		return err
	}
	if j, err = r.drain(j, 0); err != nil {
		return err
	}
	return r.put(j)
}

// open makes the first change of a journey.
func (r *run) open(by journey.Event, at time.Time) (journey.Journey, error) {
	if !journey.InRange(at) {
		return journey.Journey{}, rangeError("start", at)
	}
	j := r.plan.d.Start(r.customer, at)
	r.changes = append(r.changes, Occurrence{
		Change: journey.Change{Customer: r.customer, To: j.Stage(), At: j.Since(), Kind: journey.Moved},
		Event:  by, Origin: OriginStart, Journey: j,
	})
	r.hooks = &r.plan.start
	return j, r.phase(PhaseEnter)
}

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
	if !journey.InRange(e.At) || r.t.o.Grace > 0 && !r.knows(e.Trigger) { // of which there is no place in a history
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
	return r.start(e)
}

// known reports whether the event has been applied before. A store with history
// is asked only about an event that can be one: of those after everything known
// it says so itself when it is written to.
func (r *run) known(e journey.Event, ask bool) (bool, error) {
	if e.ID == "" {
		return false, nil
	}
	h := journey.EventHash(e.ID)
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

// tooLong explains a chain that one more trigger would carry over the limit.
func (r *run) tooLong(changes []Occurrence, next journey.Trigger) error {
	var chain []journey.Trigger
	for _, o := range changes {
		if o.Origin != OriginStart {
			chain = append(chain, o.Trigger)
		}
	}
	return &ChainError{Customer: r.customer, Limit: r.t.o.MaxChain, Chain: append(chain, next), Cycle: repeating(changes)}
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
