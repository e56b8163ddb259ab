package tracker

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"time"

	"github.com/lifecycle-go/lifecycle/internal/text"
)

var (
	// ErrNotFound: the store has no such customer.
	ErrNotFound = errors.New("customer not found")
	// ErrConflict: the stored state is not the one the write was based on.
	ErrConflict = errors.New("version conflict")
	// ErrDuplicate: a change of the commit carries the ID of an event that this
	// customer's history has already. A [Tracker] takes it as success.
	ErrDuplicate = errors.New("event applied before")
)

// NotStored, as [Commit.Expected], says that the store must not yet have the
// customer.
const NotStored int64 = -1

// Store keeps one [State] per customer. It is the only thing a [Tracker] needs
// from the outside; [MemStore] is one, and the function TestStore of the package
// journeytest checks that a type of your own is another. What else a store may
// offer is a [Historian], a [Claimer] and an [Outbox].
//
// A writer states which Version it read, and a write based on another one is
// refused. A store keeps nothing but what it is given: it knows no definition.
//
// All methods may be called at the same time from several goroutines, for the
// same customer too. A cancelled or expired context makes them return its error
// (wrapped or not) and change nothing. They must not keep a Commit or its
// slices after they return, and what they return belongs to the caller: a store
// that holds states in memory copies them with [State.Clone].
type Store interface {
	// Load returns the state of the customer, exactly as it was put (times
	// compared as instants, to the nanosecond). It returns ErrNotFound when
	// there is none.
	Load(ctx context.Context, customer string) (State, error)

	// Put replaces the state of c.State.Snapshot.Customer in one atomic step, if
	// the stored Version is c.Expected, or if there is none and c.Expected is
	// NotStored. In every other case it returns ErrConflict, also for a customer
	// that does not exist, and changes nothing. Of several Puts that expect the
	// same version exactly one succeeds. A Load that begins after Put has
	// returned sees its effect.
	//
	// A store may write c.Changes, in the same atomic step, to a history or an
	// outbox.
	Put(ctx context.Context, c Commit) error

	// Due yields every customer whose stored Due is set and not after now,
	// ordered by Due, then customer. It is a list to work through, not a
	// reservation: it shows each customer as it was at some time during the
	// iteration, and the body of the loop may call Load and Put. After an error
	// the iteration ends.
	Due(ctx context.Context, now time.Time) iter.Seq2[string, error]

	// Erase removes everything the store has of a customer: state, history,
	// messages not yet sent, claims. To erase somebody who is not there is no
	// error. A write under way then meets a conflict.
	Erase(ctx context.Context, customer string) error
}

// Commit is one write to a [Store]: the new state, what it replaces and what
// happened in between. The zero value is refused.
type Commit struct {
	// State is what to keep. Its Version is above Expected.
	State State
	// Expected is the Version of the state it replaces, or NotStored.
	Expected int64
	// Changes is what led from that one to this one, in order; with a Tracker
	// that has a Grace also the events that were refused (Kind NoChange). It may
	// be empty, when a state is brought in from elsewhere.
	Changes []Occurrence
	// Undone are the last entries of the history, which Changes replace: a late
	// event came before them. A store without history ignores it.
	Undone []Occurrence
}

// Historian is a [Store] that keeps, for every customer, the Changes of all
// commits in order, less what later commits have undone.
//
// With it a Tracker recognises an event that was delivered before however many
// came between, refolds a customer when an event comes late, and repairs one.
type Historian interface {
	Store

	// KeepsHistory reports whether this store does: it may be an option.
	KeepsHistory() bool

	// History returns the customer's entries from the last one whose At is not
	// after from on, or all of them when there is no such entry or from is the
	// zero time. A customer without history has none. Entries may have been
	// stored by another process and be plain data: Journey is then not started,
	// and Snapshot says where the customer was.
	History(ctx context.Context, customer string, from time.Time) ([]Occurrence, error)

	// Known reports whether an event with this ID is in the customer's history:
	// an entry of OriginEvent, accepted or refused. Put refuses with ErrDuplicate
	// a commit whose Changes bring one that is known and not undone by the same
	// commit.
	Known(ctx context.Context, customer, id string) (bool, error)
}

// Claimer is a [Store] that hands out who is due, so that several processes can
// share the work of [Tracker.Tick].
type Claimer interface {
	Store

	// Claim returns up to limit customers that are due by now, in the order of
	// Due, and keeps each from being claimed again until now+lease or until it
	// is written.
	Claim(ctx context.Context, now time.Time, limit int, lease time.Duration) ([]string, error)
}

// ConflictError says which version a write expected and which it met. errors.Is
// finds [ErrConflict]. The zero value is not useful.
type ConflictError struct {
	Customer string
	Expected int64 // NotStored = none
	Stored   int64 // NotStored = none
}

// Error names the customer and both versions.
func (e *ConflictError) Error() string {
	version := func(v int64) string {
		if v == NotStored {
			return "none"
		}
		return fmt.Sprint(v)
	}
	return fmt.Sprintf("tracker: store: customer %q: %v: expected %s, stored %s",
		text.Clip(e.Customer), ErrConflict, version(e.Expected), version(e.Stored))
}

// Unwrap returns [ErrConflict].
func (e *ConflictError) Unwrap() error { return ErrConflict }
