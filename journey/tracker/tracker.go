package tracker

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/lifecycle-go/lifecycle/internal/text"
	"github.com/lifecycle-go/lifecycle/journey"
	"github.com/lifecycle-go/lifecycle/journey/internal/id"
)

var (
	// ErrChain: hooks kept asking for triggers, or fired for one customer from
	// the hooks of another too deep.
	ErrChain = errors.New("too many triggers from hooks")
	// ErrStarted: the customer's journey has already been started.
	ErrStarted = errors.New("journey already started")
	// ErrTooLate: the event lies further back than Options.Grace, or than the
	// history, and was not taken in.
	ErrTooLate = errors.New("event too late")
	// ErrSkew: the event lies further ahead of the clock than Options.MaxSkew.
	ErrSkew = errors.New("event ahead of the clock")
)

// Tracker moves customers as events arrive: it loads the customer from a
// [Store], lets the journey.Definition decide, executes the transition with its
// hooks, and stores the result. It is safe for concurrent use; events of one
// customer take turns, events of different customers do not wait for each
// other. Several processes may share a store: the later of two concurrent
// writes is computed anew, a bounded number of times. The zero Tracker is not
// ready; [New] makes one.
//
// What is stored after any sequence of events is what folding
// journey.Definition.Step over them gives, with the triggers that hooks asked for
// as events of their own. With Options.Grace it is what a journey.Replay of the
// same events gives, in whatever order they came, as long as none was later than
// that.
//
// An event and what hooks ask for in consequence are one commit: all of it is
// stored or nothing. Timers due before the event are commits of their own, made
// before it, and stay when the event is refused. A timer that fails is parked.
type Tracker struct {
	plan    *plan
	hash    string           // of its definition
	plans   map[string]*plan // by hash of the definition
	store   Store
	history Historian // nil where the store keeps none
	o       Options
	stored  boundHook
	undone  boundHook
	locks   *customerLocks
	runs    sync.Pool // of *run
	count   counters
}

// Outcome is what an event did. Its zero value is nothing.
type Outcome struct {
	// Journey is the journey as it is stored now.
	Journey journey.Journey
	// Changes are the changes that were stored, in order: of timers, of the
	// event, of triggers that hooks asked for. Empty when the event was refused
	// and no timer was due, and for a repeat.
	Changes []Occurrence
	// Undone are the changes that a late event took back, without another like
	// it in its place.
	Undone []Occurrence
	// Parked are the timers that failed just now. Nothing waits for them.
	Parked []Parked
}

// TimeError says that an event was not taken in because of when it happened: it
// is lost unless it is sent again under other options. errors.Is finds
// [ErrTooLate] or [ErrSkew]. The zero value is not useful.
type TimeError struct {
	Customer string
	Trigger  journey.Trigger
	At       time.Time
	// Bound is the earliest or latest time that would have been taken.
	Bound time.Time
	// Reason says where the bound comes from.
	Reason string
	Err    error
}

// Error names event, bound and reason.
func (e *TimeError) Error() string {
	word := "from"
	if errors.Is(e.Err, ErrSkew) {
		word = "up to"
	}
	return fmt.Sprintf("tracker: customer %q: %q at %s: %v, taken in %s %s: %s", text.Clip(e.Customer), text.Clip(string(e.Trigger)),
		e.At.UTC().Format(time.RFC3339Nano), e.Err, word, e.Bound.UTC().Format(time.RFC3339Nano), e.Reason)
}

// Unwrap returns ErrTooLate or ErrSkew.
func (e *TimeError) Unwrap() error { return e.Err }

// New returns a tracker of customers under d. It reports every hook and
// migration that names what the definition does not have, every named hook
// without a function, and options out of bounds.
func New(d *journey.Definition, s Store, o Options) (*Tracker, error) {
	if d == nil || d.Hash() == "" {
		return nil, errors.New("tracker: new: no definition")
	}
	if s == nil {
		return nil, errors.New("tracker: new: no store")
	}
	history, _ := s.(Historian)
	if history != nil && !history.KeepsHistory() {
		history = nil
	}
	o, err := o.validate(history != nil)
	errs := []error{err, d.CheckMigrations(o.Migrations)}
	t := &Tracker{
		store: s, history: history, o: o, hash: d.Hash(), plans: map[string]*plan{}, locks: newCustomerLocks(),
		stored: told(o.Hooks.Stored), undone: told(o.Hooks.Undone),
	}
	t.runs.New = func() any { return new(run) }
	defs := []*journey.Definition{d}
	for i, also := range o.Also {
		if also == nil || also.Hash() == "" {
			errs = append(errs, fmt.Errorf("tracker: new: Also[%d]: no definition", i))
			continue
		}
		defs = append(defs, also)
	}
	errs = append(errs, checkHooks(defs, o.Hooks))
	for i, def := range defs {
		p, err := newPlan(def, o.Hooks)
		errs = append(errs, err)
		if i == 0 {
			t.plan = p
		}
		if t.plans[def.Hash()] == nil {
			t.plans[def.Hash()] = p
		}
	}
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	return t, nil
}

// Definition returns the definition under which the tracker starts customers.
func (t *Tracker) Definition() *journey.Definition { return t.plan.d }

// Start begins the journey of a customer in the initial stage, running the
// Enter hooks of that stage. It returns ErrStarted, and the journey as it is,
// for a customer who is in the store.
func (t *Tracker) Start(ctx context.Context, customer string, at time.Time) (Outcome, error) {
	return t.StartAt(ctx, t.plan.initial, customer, at)
}

// StartAt is Start in any stage, for customers who were there before the program
// knew them: the import of a billing system starts its payers in a paying stage.
// Timers of the stage count from at, and those due already fire at the next Tick.
func (t *Tracker) StartAt(ctx context.Context, stage journey.Stage, customer string, at time.Time) (Outcome, error) {
	return t.do(ctx, customer, func(r *run) error {
		if err := r.skew(journey.Event{Customer: customer, At: at}); err != nil {
			return err
		}
		err := r.load()
		switch {
		case err == nil:
			return fmt.Errorf("tracker: start: customer %q: %w", text.Clip(customer), ErrStarted)
		case errors.Is(err, ErrNotFound):
			return r.start(stage, journey.Event{Customer: customer, At: at})
		}
		return err
	})
}

// Fire applies one event, after the timers that fall due by its time.
//
// An event that the definition refuses is its [*journey.TransitionError]; one
// that a hook refuses a [*HookError]; one of an unknown customer ErrNotFound
// unless AutoStart is set; one too late or too far ahead a [*TimeError]. A
// repeat is no error and does nothing: of any earlier event by its ID where the
// store keeps history, else of the latest Options.Recent. One that was refused
// is kept, and known, with Options.Grace only; without, it is judged again when
// it is sent again. The Outcome is valid beside an error: it tells what has been
// stored before the error.
//
// Give events an ID. Then whoever does not know whether an event has arrived,
// because a store or a network failed in between, can send it again.
func (t *Tracker) Fire(ctx context.Context, e journey.Event) (Outcome, error) {
	t.count.events.Add(1)
	return t.do(ctx, e.Customer, func(r *run) error { return r.event(e) })
}

// Journey returns the journey of a customer as it is stored; timers that are
// due but have not fired are not taken into account
// (journey.Definition.Advance would do that). It may be called from a hook,
// where it shows the state before the event.
func (t *Tracker) Journey(ctx context.Context, customer string) (journey.Journey, error) {
	if err := ctx.Err(); err != nil {
		return journey.Journey{}, err
	}
	r := run{t: t, ctx: ctx, customer: customer}
	err := r.load()
	return r.out.Journey, err
}

// State returns what the store has of a customer, parked timers included.
func (t *Tracker) State(ctx context.Context, customer string) (State, error) {
	if err := ctx.Err(); err != nil {
		return State{}, err
	}
	r := run{t: t, ctx: ctx, customer: customer}
	err := r.load()
	return r.state, err
}

// Migrate writes the customer's snapshot as the tracker's definition and its
// migrations see it, without an event, and reports whether that changed it.
//
// Customers of earlier definitions are migrated when they are loaded and written
// with their next event, so this is needed in two cases: a new definition has
// other timers, and Tick finds customers by when the old one had them due; or
// the old definition is among Options.Also, and the last program that knows no
// other is gone. Then call it once for every customer.
func (t *Tracker) Migrate(ctx context.Context, customer string) (bool, error) {
	changed := false
	_, err := t.do(ctx, customer, func(r *run) error {
		if err := r.load(); err != nil {
			return err
		}
		old := r.state.Snapshot
		if r.plan != t.plan {
			j, err := t.plan.d.Restore(old, t.o.Migrations...)
			if err != nil {
				return err
			}
			r.plan, r.out.Journey = t.plan, j
		}
		r.begin()
		var s State
		if r.next(&s, r.out.Journey); s.Snapshot.Equal(old) {
			return nil
		}
		err := r.put(r.out.Journey)
		changed = err == nil
		return err
	})
	return changed, err
}

// Erase removes everything the store has of a customer.
func (t *Tracker) Erase(ctx context.Context, customer string) error {
	_, err := t.do(ctx, customer, func(r *run) error {
		if err := t.store.Erase(ctx, customer); err != nil {
			return fmt.Errorf("tracker: erase: customer %q: %w", text.Clip(customer), err)
		}
		return nil
	})
	return err
}

// do gives the customer to f, and again when another process was faster.
func (t *Tracker) do(ctx context.Context, customer string, f func(*run) error) (Outcome, error) {
	nested, err := t.admit(ctx, customer)
	if err != nil {
		return Outcome{}, err
	}
	if err := id.CheckCustomer(customer); err != nil {
		return Outcome{}, fmt.Errorf("tracker: %w: %w", journey.ErrCustomer, err)
	}
	lock, err := t.locks.acquire(ctx, customer, nested)
	if err != nil {
		return Outcome{}, err
	}
	defer lock.release()
	r := t.runs.Get().(*run)
	r.t, r.ctx, r.customer = t, ctx, customer
	defer r.leave()
	for attempt := 1; ; attempt++ {
		err = f(r)
		lost, ok := err.(*lostRaceError) //nolint:errorlint // made by put and load, never wrapped
		if !ok {
			break
		}
		t.count.conflicts.Add(1)
		t.log(ctx, slog.LevelDebug, "tried again", customer, slog.Int("attempt", attempt), slog.Any("error", lost.error))
		err = fmt.Errorf("tracker: attempt %d of %d: %w", attempt, t.o.MaxAttempts, lost.error)
		if attempt == t.o.MaxAttempts {
			t.count.exhausted.Add(1)
			break
		}
		if ctx.Err() != nil {
			err = ctx.Err()
			break
		}
	}
	if len(r.late) > 0 {
		err = errors.Join(append(r.late, err)...)
	}
	out := r.out
	r.done = true
	return out, err
}
