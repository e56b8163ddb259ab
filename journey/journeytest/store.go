package journeytest

import (
	"context"
	"fmt"
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

// StoreCheck are the options of [CheckStore]. The zero value waits ten seconds.
type StoreCheck struct {
	// Patience is how long one rule may take before the store is said to hang;
	// zero means ten seconds.
	Patience time.Duration
}

// TestStore checks that a store keeps the contract of [tracker.Store]: one
// subtest for each rule, each with a new, empty store. Run it with -race.
//
//	func TestMyStore(t *testing.T) {
//		journeytest.TestStore(t, func(t testing.TB) tracker.Store { return mystore.Open(t.TempDir()) })
//	}
func TestStore(t *testing.T, newStore func(t testing.TB) tracker.Store) {
	t.Helper()
	for _, rule := range storeRules() {
		t.Run(rule.name, func(t *testing.T) {
			t.Helper()
			if err := rule.run(newStore(t), StoreCheck{}); err != nil {
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
		if err := rule.run(newStore(), o); err != nil {
			errs = append(errs, err)
		}
	}
	return errs
}

type storeRule struct {
	name, why string
	check     func(ctx context.Context, s tracker.Store) error
}

// run checks one rule. A store that panics or hangs breaks it.
func (r storeRule) run(s tracker.Store, o StoreCheck) error {
	if o.Patience == 0 {
		o.Patience = 10 * time.Second
	}
	wait, stop := context.WithTimeout(context.Background(), o.Patience)
	defer stop()
	done := make(chan error, 1)
	go func() {
		defer func() {
			if p := recover(); p != nil {
				done <- fmt.Errorf("panic: %v", p)
			}
		}()
		done <- r.check(context.Background(), s)
	}()
	var err error
	select {
	case err = <-done:
	case <-wait.Done():
		err = fmt.Errorf("it hangs: nothing after %s", o.Patience)
	}
	if err == nil {
		return nil
	}
	return &StoreError{Rule: r.name, Explanation: r.why, Err: err}
}

func storeRules() []storeRule {
	return []storeRule{
		{
			"unknown customer", "a Tracker tells a new customer from a broken store by ErrNotFound",
			checkUnknown,
		},
		{
			"what is put is loaded", "a snapshot that comes back different is a customer who is somewhere else",
			checkRoundTrip,
		},
		{
			"create once", "two processes that start the same customer must not erase each other's events",
			checkCreateOnce,
		},
		{
			"stale write", "a write based on an old snapshot would undo what happened since: a lost update",
			checkStale,
		},
		{
			"write to nobody", "an update of a customer who is not there (any more) is a conflict, not a way to create one",
			checkNobody,
		},
		{
			"customers apart", "a write to one customer changes no other",
			checkApart,
		},
		{
			"one winner", "of writers that expect the same version exactly one may win, and what it wrote must stay",
			checkOneWinner,
		},
		{
			"concurrent writers", "read, change, write and try again on conflict must lose nothing, whoever else writes",
			checkWriters,
		},
		{
			"no torn reads", "a reader sees a snapshot as somebody put it, never half of two",
			checkTorn,
		},
		{
			"cancelled context", "a caller who has given up must not be kept waiting, and nothing may change afterwards",
			checkCancelled,
		},
		{
			"who is due", "a timer that is not found does not fire; one that is found too early is work for nothing",
			checkDue,
		},
		{
			"order of the due", "what a tick does must not depend on the store: by time, then by the bytes of the customer",
			checkDueOrder,
		},
		{
			"due follows writes", "a timer of a visit that has ended must not be found, that of a new visit must be",
			checkDueFollows,
		},
		{
			"writing while asking who is due", "a Tracker writes each customer inside the loop over Due: a lock held there is a deadlock",
			checkDueWriting,
		},
		{
			"leaving the loop", "a caller may stop asking who is due; nothing may stay locked or open behind it",
			checkDueBreak,
		},
		{
			"ownership", "what was put or loaded belongs to the caller, who may change it; the store's copy is its own",
			checkOwnership,
		},
		{
			"erasing", "a person who asks to be forgotten is, and whoever comes back under that id begins anew",
			checkErase,
		},
	}
}
