package tracker

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/lifecycle-go/lifecycle/internal/text"
	"github.com/lifecycle-go/lifecycle/journey"
)

// Limits and defaults of [Options].
const (
	DefaultMaxChain    = 16
	DefaultMaxAttempts = 8
	maxTrackerOption   = 10_000
)

// Options are the options of a [Tracker]. The zero value has no hooks,
// wants customers to be started, and uses the defaults named here.
type Options struct {
	// Hooks are called as customers move.
	Hooks Hooks
	// AutoStart lets the first event of an unknown customer start the journey,
	// at the time of that event. Otherwise such an event is ErrNotFound.
	AutoStart bool
	// Migrations carry stored snapshots of earlier definitions into this one,
	// when they are loaded.
	Migrations []journey.Migration
	// MaxChain is how many triggers hooks may ask for as the consequence of one
	// event; 0 = DefaultMaxChain.
	MaxChain int
	// MaxAttempts is how often an event is tried when other writers change the
	// customer in between; 0 = DefaultMaxAttempts.
	MaxAttempts int
}

func rangeError(op string, t time.Time) error {
	return fmt.Errorf("tracker: %s: %w: %s", op, journey.ErrOutOfRange, t.UTC().Format(time.RFC3339))
}

// ErrChain: hooks kept asking for triggers.
var ErrChain = errors.New("too many triggers from hooks")

// ErrStarted: the customer's journey has already been started.
var ErrStarted = errors.New("journey already started")

// Tracker moves customers as events arrive: it loads the customer from a
// [Store], lets the [journey.Definition] decide, executes the transition with its
// hooks, and stores the result. It is safe for concurrent use; events of one
// customer take turns, events of different customers do not wait for each
// other. Several processes may share a store: the later of two concurrent
// writes is computed anew, a bounded number of times. The zero Tracker is not
// ready; [New] makes one.
//
// What is stored after any sequence of events is what folding
// [journey.Definition.Step] over them gives, with the triggers that hooks asked for as
// events of their own.
//
// An event and what hooks ask for in consequence are one commit: all of it is
// stored or nothing. Timers due before the event are commits of their own, made
// before it, and stay when the event is refused.
type Tracker struct {
	d     *journey.Definition
	store Store
	o     Options
	hooks hookTable
	exec  *machines
	locks *customerLocks
}

// Outcome is what an event did. Its zero value is nothing.
type Outcome struct {
	// Journey is the journey as it is stored now.
	Journey journey.Journey
	// Changes are the changes that were stored, in order: of timers, of the
	// event, of triggers that hooks asked for. Empty when the event was refused
	// and no timer was due, and for a repeat.
	Changes []Occurrence
}

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
	var errs []error
	bound := func(name string, v *int, zero int) {
		if *v < 0 || *v > maxTrackerOption {
			errs = append(errs, fmt.Errorf("tracker: new: %s is %d, want 0 to %d", name, *v, maxTrackerOption))
		}
		if *v == 0 {
			*v = zero
		}
	}
	bound("MaxChain", &o.MaxChain, DefaultMaxChain)
	bound("MaxAttempts", &o.MaxAttempts, DefaultMaxAttempts)
	hooks, err := bindHooks(d, o.Hooks)
	errs = append(errs, err, d.CheckMigrations(o.Migrations))
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	return &Tracker{d: d, store: s, o: o, hooks: hooks, exec: newMachines(d), locks: newCustomerLocks()}, nil
}

// Definition returns the definition the tracker moves customers by.
func (t *Tracker) Definition() *journey.Definition { return t.d }

// Start begins the journey of a customer in the initial stage, running the
// Enter hooks of that stage. It returns ErrStarted, and the journey as it is,
// for a customer who is in the store.
func (t *Tracker) Start(ctx context.Context, customer string, at time.Time) (Outcome, error) {
	return t.do(ctx, customer, func(r *run) error {
		err := r.load()
		switch {
		case err == nil:
			return fmt.Errorf("tracker: start: customer %q: %w", text.Clip(customer), ErrStarted)
		case errors.Is(err, ErrNotFound):
			return r.start(at)
		}
		return err
	})
}

// Fire applies one event, after the timers that fall due by its time.
//
// An event that the definition refuses is its [*journey.TransitionError]; one that a
// hook refuses a [*HookError]; one of an unknown customer ErrNotFound unless
// AutoStart is set. A repeat of the last event by ID is no error and does
// nothing. The Outcome is valid beside an error: it tells what has been stored
// before the error.
//
// Give events an ID. Then whoever does not know whether an event has arrived,
// because a store or a network failed in between, can send it again.
func (t *Tracker) Fire(ctx context.Context, e journey.Event) (Outcome, error) {
	return t.do(ctx, e.Customer, func(r *run) error { return r.event(e) })
}

// Journey returns the journey of a customer as it is stored; timers that are
// due but have not fired are not taken into account ([journey.Definition.Advance] would
// do that). It may be called from a hook, where it shows the state before the
// event.
func (t *Tracker) Journey(ctx context.Context, customer string) (journey.Journey, error) {
	if err := ctx.Err(); err != nil {
		return journey.Journey{}, err
	}
	r := run{t: t, ctx: ctx, customer: customer}
	err := r.load()
	return r.out.Journey, err
}

// Migrate writes the customer's snapshot as the tracker's definition and its
// migrations see it, without an event, and reports whether that changed it.
//
// Customers are migrated when they are loaded and written with their next
// event, so this is needed in one case: a new definition has other timers, and
// Tick finds customers by when the old one had them due. Then call it once for
// every customer.
func (t *Tracker) Migrate(ctx context.Context, customer string) (bool, error) {
	changed := false
	_, err := t.do(ctx, customer, func(r *run) error {
		s, err := r.read()
		if err != nil || s.Equal(r.out.Journey.Snapshot()) {
			return err
		}
		r.begin()
		err = r.put(r.out.Journey)
		changed = err == nil
		return err
	})
	return changed, err
}

// Ticked is what [Tracker.Tick] did. Its zero value is nothing.
type Ticked struct {
	Customers int // customers for whom a timer fired
	Fired     int // timers that fired
}

// maxTickErrors bounds the list of customers a tick failed for.
const maxTickErrors = 1_000

// Tick fires every timer that is due by now, for every customer of the store,
// in the order in which they fall due: what a product calls once a minute, or a
// test after moving its clock. Timers are also fired by the next event of their
// customer, so a late Tick changes no result, only when it is known.
//
// A customer for whom it fails does not hold up the others; the errors are
// joined, one for each customer. A timer whose guard refuses is passed over and
// asked again next time.
func (t *Tracker) Tick(ctx context.Context, now time.Time) (Ticked, error) {
	var done Ticked
	if err := t.admit(ctx); err != nil {
		return done, err
	}
	if !journey.InRange(now) {
		return done, rangeError("tick", now)
	}
	var errs []error
	failed := 0
	for customer, err := range t.store.Due(ctx, now) {
		if err != nil {
			errs = append(errs, fmt.Errorf("tracker: tick: %w", err))
			break
		}
		out, err := t.do(ctx, customer, func(r *run) error {
			if err := r.load(); err != nil {
				return err
			}
			return r.timers(now)
		})
		fired := 0
		for _, o := range out.Changes {
			if o.Origin == OriginTimer {
				fired++
			}
		}
		if done.Fired += fired; fired > 0 {
			done.Customers++
		}
		if ctxErr := ctx.Err(); ctxErr != nil {
			errs = append(errs, ctxErr)
			break
		}
		if err == nil || errors.Is(err, ErrNotFound) { // gone since the store listed it
			continue
		}
		if failed++; failed <= maxTickErrors {
			errs = append(errs, err)
		}
	}
	if failed > maxTickErrors {
		errs = append(errs, fmt.Errorf("tracker: tick: %d customers more failed", failed-maxTickErrors))
	}
	return done, errors.Join(errs...)
}

// admit refuses a context that is done, and calls from a hook of this tracker.
func (t *Tracker) admit(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	for n := nestingOf(ctx); n != nil; n = n.outer {
		if n.tracker == t {
			return fmt.Errorf("tracker: %w", ErrNested)
		}
	}
	return nil
}

// do gives the customer to f, and again when another process was faster.
func (t *Tracker) do(ctx context.Context, customer string, f func(*run) error) (Outcome, error) {
	if err := t.admit(ctx); err != nil {
		return Outcome{}, err
	}
	if err := journey.CheckCustomer(customer); err != nil {
		return Outcome{}, err
	}
	lock, err := t.locks.acquire(ctx, customer)
	if err != nil {
		return Outcome{}, err
	}
	defer lock.release(customer)
	r := &run{t: t, ctx: ctx, customer: customer}
	for attempt := 1; ; attempt++ {
		err = f(r)
		lost, ok := err.(*lostRaceError) //nolint:errorlint // made by put, never wrapped
		if !ok {
			break
		}
		err = fmt.Errorf("tracker: attempt %d of %d: %w", attempt, t.o.MaxAttempts, lost.error)
		if attempt == t.o.MaxAttempts {
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
	return r.out, err
}
