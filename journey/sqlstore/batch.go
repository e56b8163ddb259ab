package sqlstore

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/lifecycle-go/lifecycle/internal/sqldb"
	"github.com/lifecycle-go/lifecycle/journey/tracker"
	"github.com/lifecycle-go/lifecycle/metrics/fault"
)

func itoa(n int) string { return strconv.Itoa(n) }

// Batch reads the customers together, gives work a store that remembers what
// is put, and writes all of it in one transaction when work has returned nil:
//
//	err := store.Batch(ctx, customers, func(s tracker.Store) error {
//		t, err := tracker.New(definition, s, options)
//		...
//		for _, e := range events {
//			if _, err := t.Fire(ctx, e); err != nil { ... } // judged as always
//		}
//		return nil
//	})
//
// It costs a handful of round trips and one fsync, however many events. Until
// Batch has returned nothing is stored, so Stored hooks run too early in it:
// what must follow a change goes through the outbox. When another writer
// changed one of the customers meanwhile (tracker.ErrConflict), or an event is
// known already (tracker.ErrDuplicate), nothing of the batch is stored: do it
// again, or fire its events one at a time.
//
// Customers that are not named are read when they are met. The store given to
// work keeps history as s does; it cannot Erase, say who is Due or Claim.
func (s *Store) Batch(ctx context.Context, customers []string, work func(tracker.Store) error) error {
	b := &batch{s: s, known: map[string]*batched{}}
	if err := b.read(ctx, customers); err != nil {
		return err
	}
	if err := work(b); err != nil {
		return err
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.over = true
	var list []*pending
	for _, c := range b.known {
		if c.changed {
			p := &c.pending
			snap := &p.state.Snapshot
			var err error
			if p.definition, err = s.definitionID(ctx, definition{snap.Definition, snap.Hash}); err != nil {
				return err
			}
			list = append(list, p)
		}
	}
	if len(list) == 0 {
		return nil
	}
	return s.writer.Write(ctx, func(c sqldb.Conn) error { return s.write(ctx, c, list) })
}

// errBatchOver: the store given to work was used after it.
var errBatchOver = errors.New("sqlstore: the batch is over")

// batch is the store that work is given.
type batch struct {
	s     *Store
	mu    sync.Mutex
	over  bool
	known map[string]*batched
}

var _ tracker.Historian = (*batch)(nil)

// batched is one customer as read, and what is to be written.
type batched struct {
	found   bool
	changed bool
	current tracker.State // as put, or as read
	pending pending
}

// read loads customers together.
func (b *batch) read(ctx context.Context, customers []string) error {
	names := slices.Compact(slices.Sorted(slices.Values(customers)))
	names = slices.DeleteFunc(names, func(c string) bool { return !sqldb.IsStorable(c) })
	list := make([]any, len(names))
	for i, c := range names {
		list[i] = c
		b.known[c] = &batched{pending: pending{customer: c, expected: tracker.NotStored}}
	}
	for part := range b.s.schema.Chunk(list, 1) {
		var q strings.Builder
		q.WriteString("SELECT column1, " + stateColumns + " FROM ")
		args := append([]any{b.s.journey}, b.s.schema.Rows(&q, 2, part, sqldb.Text)...)
		if b.s.schema.Dialect == sqldb.Postgres { // one by one, however small the table was when this was planned
			q.WriteString(" AS v CROSS JOIN LATERAL (SELECT " + stateColumns + " FROM lc_state WHERE journey = $1 AND customer = column1 OFFSET 0) AS s")
		} else {
			q.WriteString(" AS v JOIN lc_state ON journey = $1 AND customer = column1")
		}
		if err := b.rows(ctx, b.s.schema.Text(q.String()), args); err != nil {
			return err
		}
	}
	return nil
}

func (b *batch) rows(ctx context.Context, query string, args []any) error {
	type read struct {
		customer string
		row      row
	}
	var list []*read
	err := func() error {
		rows, err := b.s.read.QueryContext(ctx, query, args...)
		if err != nil {
			return err
		}
		defer func() { _ = rows.Close() }()
		for rows.Next() {
			r := &read{}
			if err := rows.Scan(append([]any{&r.customer}, r.row.into()...)...); err != nil {
				return err
			}
			list = append(list, r)
		}
		return rows.Err()
	}()
	if err != nil {
		return err
	}
	for _, r := range list { // the connection is free again: a definition may have to be read
		state, err := b.s.state(ctx, r.customer, &r.row)
		if err != nil {
			return err
		}
		c := b.known[r.customer]
		c.found, c.current, c.pending.expected = true, state, state.Version
	}
	return nil
}

// of is a customer of the batch. b.mu is held.
func (b *batch) of(ctx context.Context, customer string) (*batched, error) {
	if b.over {
		return nil, errBatchOver
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	c := b.known[customer]
	if c == nil {
		if err := b.s.schema.Storable("load", "customer", customer); err != nil {
			return nil, errors.Join(tracker.ErrNotFound, err)
		}
		if err := b.read(ctx, []string{customer}); err != nil {
			return nil, err
		}
		c = b.known[customer]
	}
	return c, nil
}

// Load implements [tracker.Store].
func (b *batch) Load(ctx context.Context, customer string) (tracker.State, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	c, err := b.of(ctx, customer)
	switch {
	case err != nil:
		return tracker.State{}, err
	case !c.found:
		return tracker.State{}, fmt.Errorf("sqlstore: batch: load: customer %s: %w", fault.Quote(customer), tracker.ErrNotFound)
	}
	return c.current.Clone(), nil
}

// Put implements [tracker.Store].
func (b *batch) Put(ctx context.Context, commit tracker.Commit) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	customer := commit.State.Snapshot.Customer
	c, err := b.of(ctx, customer)
	if err != nil {
		return err
	}
	stored := tracker.NotStored
	if c.found {
		stored = c.current.Version
	}
	if stored != commit.Expected {
		return &tracker.ConflictError{Customer: customer, Expected: commit.Expected, Stored: stored}
	}
	next := c.pending
	next.entries, next.messages = slices.Clone(next.entries), slices.Clone(next.messages)
	if err := next.add(b.s, commit); err != nil {
		return err
	}
	c.pending, c.current, c.found, c.changed = next, commit.State.Clone(), true, true
	return nil
}

// Due implements [tracker.Store]: a batch does not know.
func (b *batch) Due(context.Context, time.Time) iter.Seq2[string, error] {
	return func(yield func(string, error) bool) {
		yield("", fmt.Errorf("sqlstore: batch: due: %w", errors.ErrUnsupported))
	}
}

// Erase implements [tracker.Store]: a batch does not.
func (b *batch) Erase(context.Context, string) error {
	return fmt.Errorf("sqlstore: batch: erase: %w", errors.ErrUnsupported)
}

// KeepsHistory implements [tracker.Historian].
func (b *batch) KeepsHistory() bool { return b.s.KeepsHistory() }

// History implements [tracker.Historian]: the stored one as the batch leaves it.
func (b *batch) History(ctx context.Context, customer string, from time.Time) ([]tracker.Occurrence, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	c, err := b.of(ctx, customer)
	if err != nil {
		return nil, err
	}
	if !c.changed {
		return b.s.History(ctx, customer, from)
	}
	list, err := b.s.History(ctx, customer, time.Time{})
	if err != nil {
		return nil, err
	}
	if len(list) < c.pending.cut {
		return nil, fmt.Errorf("sqlstore: batch: customer %s: %w: the history was changed", fault.Quote(customer), tracker.ErrConflict)
	}
	list = list[:len(list)-c.pending.cut]
	for i := range c.pending.entries {
		list = append(list, c.pending.entries[i].Clone())
	}
	first := 0
	for i := range slices.Backward(list) {
		if !from.IsZero() && !list[i].At.After(from) {
			first = i
			break
		}
	}
	return list[first:], nil
}

// Known implements [tracker.Historian].
func (b *batch) Known(ctx context.Context, customer, id string) (bool, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	c, err := b.of(ctx, customer)
	if err != nil {
		return false, err
	}
	if slices.Contains(c.pending.ids(), id) {
		return true, nil
	}
	if c.pending.expected == tracker.NotStored {
		return false, nil // without a state there is no history: nobody need be asked
	}
	if c.pending.cut == 0 {
		return b.s.Known(ctx, customer, id)
	}
	list, err := b.s.History(ctx, customer, time.Time{})
	if err != nil || len(list) < c.pending.cut {
		return false, err
	}
	return slices.ContainsFunc(list[:len(list)-c.pending.cut], func(o tracker.Occurrence) bool { return eventID(&o) == any(id) }), nil
}
