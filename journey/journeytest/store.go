package journeytest

import (
	"context"
	"fmt"
	"iter"
	"sync/atomic"
	"testing"
	"time"

	"github.com/lifecycle-go/lifecycle/journey/tracker"
)

// StoreError is one rule of [tracker.Store] that a store breaks. The zero value
// is not useful.
type StoreError struct {
	Rule        string // short name, stable
	Explanation string // what the rule is for
	Err         error  // what was seen
}

// Error names the rule, what was seen and why it matters.
func (e *StoreError) Error() string {
	return fmt.Sprintf("journeytest: store: rule %q is broken: %v\n\twhy it is a rule: %s", e.Rule, e.Err, e.Explanation)
}

// Unwrap returns what was seen.
func (e *StoreError) Unwrap() error { return e.Err }

// StoreCheck are the options of [TestStore] and [CheckStore]. The zero value
// waits ten seconds for each call, and writes as often as a store in memory
// bears easily.
type StoreCheck struct {
	// Patience is how long a store may be at work without one of its calls
	// returning before it is said to hang; zero means ten seconds. A store that
	// is slow but gets on is not cut off.
	Patience time.Duration
	// Writes is how often the rules that hammer a store write; zero means 300.
	// A store that waits for a disk at every write may want less.
	Writes int
	// Outbox says that the store keeps messages, so that the rules of
	// tracker.Outbox hold. Those of tracker.Historian are checked where
	// KeepsHistory says so, and those of tracker.Claimer where there is one.
	Outbox bool
}

func (o StoreCheck) validate() StoreCheck {
	if o.Patience <= 0 {
		o.Patience = 10 * time.Second
	}
	if o.Writes <= 0 {
		o.Writes = 300
	}
	return o
}

// TestStore checks that a store keeps the contract of [tracker.Store]: one
// subtest for each rule, each with a new, empty store. Run it with -race.
//
//	func TestMyStore(t *testing.T) {
//		journeytest.TestStore(t, func(t testing.TB) tracker.Store { return mystore.Open(t.TempDir()) }, journeytest.StoreCheck{})
//	}
func TestStore(t *testing.T, newStore func(t testing.TB) tracker.Store, o StoreCheck) {
	t.Helper()
	for _, rule := range storeRules() {
		t.Run(rule.name, func(t *testing.T) {
			t.Helper()
			s := newStore(t)
			if !rule.applies(s, o) {
				t.Skip("the store does not offer what this rule is about")
			}
			if err := rule.run(s, o); err != nil {
				t.Error(err)
			}
		})
	}
}

// CheckStore is [TestStore] without package testing: it returns every broken
// rule, as a [*StoreError], in the order of the rules; nil when the store keeps
// them all. newStore must return a new, empty store each time.
func CheckStore(newStore func() tracker.Store, o StoreCheck) []error {
	var errs []error
	for _, rule := range storeRules() {
		if s := newStore(); rule.applies(s, o) {
			if err := rule.run(s, o); err != nil {
				errs = append(errs, err)
			}
		}
	}
	return errs
}

// storeRule is one rule. Those of one kind of store apply where when says so.
type storeRule struct {
	name, why string
	check     func(ctx context.Context, s tracker.Store, o StoreCheck) error
	when      func(s tracker.Store, o StoreCheck) bool
}

func (r storeRule) applies(s tracker.Store, o StoreCheck) bool { return r.when == nil || r.when(s, o) }

// run checks one rule. A store that panics or hangs breaks it.
func (r storeRule) run(s tracker.Store, o StoreCheck) error {
	o = o.validate()
	w := &watched{Store: s}
	done := make(chan error, 1)
	go func() {
		defer func() {
			if p := recover(); p != nil {
				done <- fmt.Errorf("panic: %v", p)
			}
		}()
		done <- r.check(context.Background(), w, o)
	}()
	err := w.wait(done, o.Patience)
	if err == nil {
		return nil
	}
	return &StoreError{Rule: r.name, Explanation: r.why, Err: err}
}

// watched is a store whose calls are counted as they return.
type watched struct {
	tracker.Store
	calls atomic.Int64
}

// wait returns what comes of done, or that nothing moves any more.
func (w *watched) wait(done <-chan error, patience time.Duration) error {
	for {
		before := w.calls.Load()
		pause, stop := context.WithTimeout(context.Background(), patience)
		select {
		case err := <-done:
			stop()
			return err
		case <-pause.Done():
			stop()
		}
		if w.calls.Load() == before {
			return fmt.Errorf("it hangs: no call has returned for %s", patience)
		}
	}
}

func (w *watched) Load(ctx context.Context, customer string) (tracker.State, error) {
	defer w.calls.Add(1)
	return w.Store.Load(ctx, customer)
}

func (w *watched) Put(ctx context.Context, c tracker.Commit) error {
	defer w.calls.Add(1)
	return w.Store.Put(ctx, c)
}

func (w *watched) Due(ctx context.Context, now time.Time) iter.Seq2[string, error] {
	return func(yield func(string, error) bool) {
		defer w.calls.Add(1)
		w.Store.Due(ctx, now)(func(customer string, err error) bool {
			w.calls.Add(1)
			return yield(customer, err)
		})
	}
}

func (w *watched) Erase(ctx context.Context, customer string) error {
	defer w.calls.Add(1)
	return w.Store.Erase(ctx, customer)
}

// as returns the store itself as something more than a store.
func as[T any](s tracker.Store) T {
	if w, ok := s.(*watched); ok {
		s = w.Store
	}
	return s.(T)
}

func isHistorian(s tracker.Store, _ StoreCheck) bool {
	h, ok := s.(tracker.Historian)
	return ok && h.KeepsHistory()
}

func isClaimer(s tracker.Store, _ StoreCheck) bool {
	_, ok := s.(tracker.Claimer)
	return ok
}

func isOutbox(s tracker.Store, o StoreCheck) bool {
	_, ok := s.(tracker.Outbox)
	return ok && o.Outbox
}

// plain is a check without options.
func plain(check func(context.Context, tracker.Store) error) func(context.Context, tracker.Store, StoreCheck) error {
	return func(ctx context.Context, s tracker.Store, _ StoreCheck) error { return check(ctx, s) }
}

func storeRules() []storeRule {
	return []storeRule{
		{
			"unknown customer", "a Tracker tells a new customer from a broken store by ErrNotFound",
			plain(checkUnknown), nil,
		},
		{
			"what is put is loaded", "a snapshot that comes back different is a customer who is somewhere else",
			plain(checkRoundTrip), nil,
		},
		{
			"create once", "two processes that start the same customer must not erase each other's events",
			plain(checkCreateOnce), nil,
		},
		{
			"stale write", "a write based on an old snapshot would undo what happened since: a lost update",
			plain(checkStale), nil,
		},
		{
			"write to nobody", "an update of a customer who is not there (any more) is a conflict, not a way to create one",
			plain(checkNobody), nil,
		},
		{
			"customers apart", "a write to one customer changes no other",
			plain(checkApart), nil,
		},
		{
			"one winner", "of writers that expect the same version exactly one may win, and what it wrote must stay",
			checkOneWinner, nil,
		},
		{
			"concurrent writers", "read, change, write and try again on conflict must lose nothing, whoever else writes",
			checkWriters, nil,
		},
		{
			"no torn reads", "a reader sees a snapshot as somebody put it, never half of two",
			checkTorn, nil,
		},
		{
			"cancelled context", "a caller who has given up must not be kept waiting, and nothing may change afterwards",
			plain(checkCancelled), nil,
		},
		{
			"who is due", "a timer that is not found does not fire; one that is found too early is work for nothing",
			plain(checkDue), nil,
		},
		{
			"order of the due", "what a tick does must not depend on the store: by time, then by the bytes of the customer",
			plain(checkDueOrder), nil,
		},
		{
			"due follows writes", "a timer of a visit that has ended must not be found, that of a new visit must be",
			plain(checkDueFollows), nil,
		},
		{
			"writing while asking who is due", "a Tracker writes each customer inside the loop over Due: a lock held there is a deadlock",
			plain(checkDueWriting), nil,
		},
		{
			"leaving the loop", "a caller may stop asking who is due; nothing may stay locked or open behind it",
			plain(checkDueBreak), nil,
		},
		{
			"ownership", "what was put or loaded belongs to the caller, who may change it; the store's copy is its own",
			plain(checkOwnership), nil,
		},
		{
			"erasing", "a person who asks to be forgotten is, and whoever comes back under that id begins anew",
			plain(checkErase), nil,
		},
		{
			"history in order", "what a late event folds anew is read from it: an entry lost or altered is another customer",
			plain(checkHistory), isHistorian,
		},
		{
			"history undone", "what a late event takes back must be gone, and what it brings stand in its place, in one step with the state",
			plain(checkUndone), isHistorian,
		},
		{
			"known events", "an event delivered again, however many came between, must be known, and must not be written a second time",
			plain(checkKnown), isHistorian,
		},
		{
			"claims", "of two processes that ask who is due each gets others, and what one does not finish is given out again",
			plain(checkClaims), isClaimer,
		},
		{
			"claims at once", "of processes that ask at the same moment each gets others: whoever is handed out twice is worked on twice",
			plain(checkClaimers), isClaimer,
		},
		{
			"messages", "a message without its change tells others what never happened; a change without its message is never told",
			plain(checkMessages), isOutbox,
		},
	}
}
