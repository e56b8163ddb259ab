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
)

// takeIn folds the customer anew, with a late event in its place.
func (r *run) takeIn(e journey.Event) error {
	lost := func(bound time.Time, reason string) error {
		r.t.count.lost.Add(1)
		err := &TimeError{Customer: r.customer, Trigger: e.Trigger, At: e.At, Bound: bound, Reason: reason, Err: ErrTooLate}
		r.t.log(r.ctx, slog.LevelWarn, "late event lost", r.customer, slog.Any("error", err))
		return err
	}
	last := r.out.Journey.Last()
	if bound := last.Add(-r.t.o.Grace); e.At.Before(bound) {
		return lost(bound, fmt.Sprintf("the grace is %s before %s, the latest known of the customer", r.t.o.Grace, last.UTC().Format(time.RFC3339Nano)))
	}
	list, err := r.entries(e.At)
	if err != nil {
		return err
	}
	switch {
	case len(list) == 0:
		return lost(last, "the customer has no history")
	case len(list) > r.t.o.MaxRefold:
		return lost(list[len(list)-r.t.o.MaxRefold].At, fmt.Sprintf("more than %d entries of the history would have to be folded anew", r.t.o.MaxRefold))
	case !list[0].At.After(e.At):
		return r.refold(list, true, &e)
	case list[0].Origin != OriginStart:
		return lost(list[0].At, "the history begins there")
	case list[0].Event.Trigger == "": // started for its own sake: nothing can be before
		begun, err := r.restore(list[0])
		if err == nil {
			_, err = r.plan.d.Step(begun, e)
		}
		return r.refused(e, err)
	}
	return r.refold(list, false, &e)
}

// refoldFrom folds the customer anew from an instant on.
func (r *run) refoldFrom(at time.Time) error {
	list, err := r.entries(at)
	if err != nil {
		return err
	}
	if len(list) == 0 || list[0].At.After(at) || len(list) > r.t.o.MaxRefold {
		return r.commit(wish{event: journey.Event{Customer: r.customer, Trigger: r.tried[len(r.tried)-1].Trigger, At: at}, origin: OriginTimer})
	}
	return r.refold(list, true, nil)
}

// entries reads the history from an instant on. One that does not end where the
// customer is was read while it was written.
func (r *run) entries(from time.Time) ([]Occurrence, error) {
	list, err := r.t.history.History(r.ctx, r.customer, from)
	if err != nil {
		return nil, r.storeError(err)
	}
	if n := len(list); n > 0 && list[n-1].Seq != r.out.Journey.Seq() {
		return nil, &lostRaceError{fmt.Errorf("%w: the history read ends at change %d, the customer stands at %d", ErrConflict, list[n-1].Seq, r.out.Journey.Seq())}
	}
	return list, nil
}

// group is one event of a history, or a timer that fired, with what hooks asked
// for in consequence.
type group struct {
	root   *Occurrence
	wishes []Occurrence
}

func groupsOf(tail []Occurrence) []group {
	var list []group
	for i := range tail {
		if n := len(list); tail[i].Origin == OriginHook && n > 0 {
			g := &list[n-1]
			g.wishes = tail[i-len(g.wishes) : i+1]
			continue
		}
		list = append(list, group{root: &tail[i]})
	}
	return list
}

// refold computes the entries of the history after list[0] anew, or all of them
// where the first is not based, with extra before those later than it. What
// comes out as it was is marked, and its hooks do not run again.
func (r *run) refold(list []Occurrence, based bool, extra *journey.Event) error {
	r.begin()
	r.told = map[string]bool{}
	tail := slices.Clone(list)
	if based {
		tail = tail[1:]
	}
	for i := range tail {
		tail[i].Again = false
		for _, name := range tail[i].Reached() {
			r.told[name] = true
		}
	}
	groups := groupsOf(tail)
	j, err := r.base(list, based, groups, extra)
	if err != nil {
		return err
	}
	r.hold(j)
	until := r.now
	if n := len(tail); n > 0 {
		until = tail[n-1].At
	}
	var refusal error
	if extra != nil {
		if j, refusal, err = r.refoldEvent(j, *extra, nil, groups); err != nil {
			return err
		}
	}
	for i := range groups {
		g := &groups[i]
		if g.root.Origin != OriginEvent {
			continue
		}
		if j, _, err = r.refoldEvent(j, g.root.Event, g, groups); err != nil {
			return err
		}
	}
	if j, err = r.refoldTimers(j, until, groups); err != nil {
		return err
	}
	r.undone = tail
	if err := r.put(j); err != nil {
		return err
	}
	r.t.count.refolds.Add(1)
	r.t.log(r.ctx, slog.LevelDebug, "folded anew", r.customer, slog.Int("entries", len(tail)), slog.Int("undone", len(r.out.Undone)))
	if refusal != nil {
		r.t.count.refused.Add(1)
	}
	return refusal
}

// base is the journey that the fold begins with.
func (r *run) base(list []Occurrence, based bool, groups []group, extra *journey.Event) (journey.Journey, error) {
	if based {
		return r.restore(list[0])
	}
	// From the start: at the first event, where an event brought the start
	// about, and else where it was.
	old := &groups[0]
	by, stage := old.root.Event, old.root.To
	if by.Trigger != "" {
		stage = r.plan.initial
		first := slices.IndexFunc(groups, func(g group) bool { return g.root.Origin == OriginEvent })
		switch {
		case extra != nil:
			by = *extra
		case first >= 0:
			by = groups[first].root.Event
		}
	}
	if old.root.To == stage { // the visit was entered before
		j, err := r.plan.d.StartAt(stage, r.customer, by.At)
		if err != nil {
			return j, err
		}
		r.changes = append(r.changes, Occurrence{
			Change: journey.Change{Customer: r.customer, To: j.Stage(), At: j.Since(), Kind: journey.Moved},
			Event:  by, Origin: OriginStart, Journey: j, Again: true,
		})
		old.root.Again = true
		return r.again(j, old)
	}
	j, err := r.open(stage, by)
	if err != nil {
		return j, err
	}
	return r.drain(j, 0)
}

// restore is the journey after an entry of the history.
func (r *run) restore(o Occurrence) (journey.Journey, error) {
	if o.read == nil && o.Journey.Definition() == r.plan.d {
		return o.Journey, nil
	}
	return r.plan.d.Restore(o.Snapshot(), r.t.o.Migrations...)
}

// hold decides which parked timers are those of the base, and which have yet to
// come.
func (r *run) hold(base journey.Journey) {
	all := r.parked
	r.parked, r.held = nil, nil
	for _, p := range all {
		if r.runs(p, base) && !p.At.After(base.Last()) {
			r.parked = append(r.parked, p)
		} else {
			r.held = append(r.held, p)
		}
	}
}

// refoldTimers fires what is due by then. What fails is parked.
func (r *run) refoldTimers(j journey.Journey, until time.Time, groups []group) (journey.Journey, error) {
	for {
		e, ok := r.due(j, until)
		if !ok {
			return j, nil
		}
		var before *group
		for i := range groups {
			if g := groups[i].root; g.Origin == OriginTimer && g.Trigger == e.Trigger && g.At.Equal(e.At) {
				before = &groups[i]
			}
		}
		next, err := r.renew(j, wish{event: e, origin: OriginTimer}, before)
		if err != nil {
			if err := r.park(e, err); err != nil {
				return j, err
			}
			continue
		}
		j = next
	}
}

// refoldEvent applies one event, after the timers due before it. A refusal is
// noted and returned.
func (r *run) refoldEvent(j journey.Journey, e journey.Event, before *group, groups []group) (_ journey.Journey, refusal, err error) {
	if j, err = r.refoldTimers(j, e.At, groups); err != nil {
		return j, nil, err
	}
	next, err := r.renew(j, wish{event: e, origin: OriginEvent}, before)
	if err == nil {
		return next, nil, nil
	}
	var te *journey.TransitionError
	if errors.As(err, new(*HookError)) || errors.As(err, new(*journey.GuardError)) || !errors.As(err, &te) {
		return j, nil, err
	}
	again := before != nil && before.root.Refused()
	if again {
		before.root.Again = true
	}
	r.refuse(j, e, again)
	return j, err, nil
}

// renew applies one event or timer: quietly where it does what it did before,
// and else as a new one.
func (r *run) renew(j journey.Journey, w wish, before *group) (journey.Journey, error) {
	if before == nil || before.root.Refused() {
		return r.settle(j, w)
	}
	next, c, err := r.plan.d.Move(j, w.event)
	if err != nil {
		return j, err
	}
	if !sameMove(c, before.root.Change) {
		return r.settle(j, w)
	}
	n := len(r.changes)
	r.queue = r.queue[:0]
	r.note(c, w, j.Since(), next).Again = true
	next, err = r.again(next, before)
	if err != nil {
		r.changes = r.changes[:n]
		return r.settle(j, w)
	}
	before.root.Again = true
	r.moveOn(next)
	return next, nil
}

// again repeats what hooks had asked for, and tells them of milestones that are
// reached here for the first time.
func (r *run) again(j journey.Journey, before *group) (journey.Journey, error) {
	n := len(r.changes)
	if err := r.reachedAnew(); err != nil {
		return j, err
	}
	for i := range before.wishes {
		w := &before.wishes[i]
		next, c, err := r.plan.d.Move(j, w.Event)
		if err != nil || !sameMove(c, w.Change) {
			r.queue = r.queue[:0]
			return j, errors.Join(errNotAgain, err)
		}
		r.note(c, wish{event: w.Event, origin: OriginHook}, j.Since(), next).Again = true
		if err := r.reachedAnew(); err != nil {
			return j, err
		}
		j = next
	}
	j, err := r.drain(j, n)
	if err == nil {
		for i := range before.wishes {
			before.wishes[i].Again = true
		}
	}
	return j, err
}

var errNotAgain = errors.New("not what it was")

// reachedAnew calls the hooks of milestones that the latest change reaches and
// nothing had reached before.
func (r *run) reachedAnew() error {
	if r.plan.reached == nil {
		return nil
	}
	return r.phase(PhaseReached)
}

// Repair folds a customer anew from the start of its history, without the events
// for which keep is false; nil keeps all of them. It is what takes out an event
// dated years ahead, or one that should never have been sent, and what judges
// everything again after a definition was mended. Timers fire up to now, or to
// the last event kept when that is later.
//
// As with a late event, hooks run for what is new, and Outcome.Undone says what
// no longer holds. It wants a [Historian] whose history reaches back to the
// start.
func (t *Tracker) Repair(ctx context.Context, customer string, now time.Time, keep func(journey.Event) bool) (Outcome, error) {
	if t.history == nil {
		return Outcome{}, fmt.Errorf("tracker: repair: customer %q: the store keeps no history: %w", text.Clip(customer), errors.ErrUnsupported)
	}
	if !inRange(now) {
		return Outcome{}, rangeError("repair", now)
	}
	return t.do(ctx, customer, func(r *run) error {
		if err := r.load(); err != nil {
			return err
		}
		r.now = now
		list, err := r.entries(time.Time{})
		if err != nil {
			return err
		}
		if len(list) == 0 || list[0].Origin != OriginStart {
			return fmt.Errorf("tracker: repair: customer %q: %w: it does not reach back to the start", text.Clip(customer), ErrTooLate)
		}
		return r.repair(list, now, keep)
	})
}

func (r *run) repair(list []Occurrence, now time.Time, keep func(journey.Event) bool) error {
	r.plan = r.t.plan
	r.begin()
	r.told = map[string]bool{}
	tail := slices.Clone(list)
	for i := range tail {
		tail[i].Again = false
		for _, name := range tail[i].Reached() {
			r.told[name] = true
		}
	}
	groups := groupsOf(tail)
	kept := slices.DeleteFunc(slices.Clone(groups), func(g group) bool {
		return g.root.Origin == OriginEvent && keep != nil && !keep(g.root.Event)
	})
	j, err := r.base(list, false, kept, nil)
	if err != nil {
		return err
	}
	r.parked = nil
	for i := range kept {
		if g := &kept[i]; g.root.Origin == OriginEvent {
			if j, _, err = r.refoldEvent(j, g.root.Event, g, kept); err != nil {
				return err
			}
		}
	}
	if last := tail[len(tail)-1].At; last.Before(now) {
		now = last // a tick goes on from here
	}
	if j, err = r.refoldTimers(j, now, kept); err != nil {
		return err
	}
	r.undone = tail
	if err := r.put(j); err != nil {
		return err
	}
	r.t.count.refolds.Add(1)
	return nil
}
