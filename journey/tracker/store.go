package tracker

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"time"

	"github.com/lifecycle-go/lifecycle/internal/text"
	"github.com/lifecycle-go/lifecycle/journey"
)

var (
	// ErrNotFound: the store has no such customer.
	ErrNotFound = errors.New("customer not found")
	// ErrConflict: the stored snapshot is not the one the write was based on.
	ErrConflict = errors.New("version conflict")
)

// NotStored, as [Commit.Expected], says that the store must not yet have the
// customer.
const NotStored int64 = -1

// Store keeps one [journey.Snapshot] per customer. It is the only thing a [Tracker]
// needs from the outside; [MemStore] is one, and the function TestStore of the
// package journeytest checks that a type of your own is another.
//
// The version of a customer is the Seq of the stored snapshot: every change
// raises it, so a writer states which one it read and a write based on an older
// one is refused. A store keeps nothing but what it is given: it knows no
// definition.
//
// All methods may be called at the same time from several goroutines, for the
// same customer too. A cancelled or expired context makes them return its error
// (wrapped or not) and change nothing. They must not keep a Commit or its
// slices after they return, and what they return belongs to the caller: a store
// that holds snapshots in memory copies them with [journey.Snapshot.Clone].
type Store interface {
	// Load returns the snapshot of the customer, exactly as it was put (times
	// compared as instants, to the nanosecond). It returns ErrNotFound when
	// there is none.
	Load(ctx context.Context, customer string) (journey.Snapshot, error)

	// Put replaces the snapshot of c.Snapshot.Customer in one atomic step, if
	// the stored Seq is c.Expected, or if there is none and c.Expected is
	// NotStored. In every other case it returns ErrConflict, also for a customer
	// that does not exist, and changes nothing. Of several Puts that expect the
	// same version exactly one succeeds. A Load that begins after Put has
	// returned sees its effect. A Put may leave Seq as it is: when nothing
	// happened and the snapshot is only written in another form.
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
}

// Commit is one write to a [Store]: the new snapshot, what it replaces and what
// happened in between. The zero value is refused.
type Commit struct {
	// Snapshot is the state to keep.
	Snapshot journey.Snapshot
	// Expected is the Seq of the snapshot it replaces, or NotStored.
	Expected int64
	// Changes is what led from that one to this one, in order. It may be empty,
	// when a snapshot is brought in from elsewhere.
	Changes []Occurrence
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
