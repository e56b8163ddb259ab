package tracker

import (
	"context"
	"errors"
	"fmt"
	"hash/maphash"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/lifecycle-go/lifecycle/internal/text"
)

// ErrNested: a hook called, for its own customer, the tracker that was calling
// it, and would have waited for itself.
var ErrNested = errors.New("a hook must not fire events for its own customer; it returns the trigger it wants")

// nesting marks the contexts that a tracker hands to hooks.
type nesting struct {
	tracker  *Tracker
	customer string
	outer    *nesting
	over     atomic.Bool // the call is done: work it left behind is its own
}

type nestingKey struct{}

func nestingOf(ctx context.Context) *nesting {
	n, _ := ctx.Value(nestingKey{}).(*nesting)
	return n
}

// Detach returns the context for work that a hook hands to a goroutine, in place
// of the hook's own: it has the same values, is not cancelled with it, and a
// call of the tracker with it waits until the customer is free.
func Detach(ctx context.Context) context.Context {
	return context.WithValue(context.WithoutCancel(ctx), nestingKey{}, (*nesting)(nil))
}

// admit refuses a context that is done, and a call from a hook for its own
// customer. It reports whether the call comes from some hook. The empty customer
// stands for all.
func (t *Tracker) admit(ctx context.Context, customer string) (nested bool, err error) {
	if err := ctx.Err(); err != nil {
		return false, err
	}
	depth := 0
	for n := nestingOf(ctx); n != nil; n = n.outer {
		if n.over.Load() {
			continue
		}
		depth++
		if n.tracker == t && (customer == "" || customer == n.customer) {
			return true, fmt.Errorf("tracker: customer %q: %w", text.Clip(n.customer), ErrNested)
		}
	}
	if depth > t.o.MaxChain {
		return true, fmt.Errorf("tracker: customer %q: %w: hooks fire for one customer from the hooks of another, %d deep, at most %d",
			text.Clip(customer), ErrChain, depth, t.o.MaxChain)
	}
	return depth > 0, nil
}

// customerLocks makes the goroutines of one process take turns per customer. A
// customer costs something only while somebody is at it, and one customer's
// slow hook holds up nobody else.
type customerLocks struct {
	seed   maphash.Seed
	shards [64]lockShard
}

// lockShard has room for one customer without further ado, which is who comes
// most of the time, and a table for more.
type lockShard struct {
	mu    sync.Mutex
	first customerLock
	held  map[string]*customerLock
	free  *customerLock
}

type customerLock struct {
	shard    *lockShard
	customer string
	users    int             // holder and waiting
	queue    []chan struct{} // of those who wait: closed when it is their turn
	next     *customerLock   // in the free list
}

func newCustomerLocks() *customerLocks {
	l := &customerLocks{seed: maphash.MakeSeed()} // which seed shows in no result
	for i := range l.shards {
		l.shards[i].held = map[string]*customerLock{}
	}
	return l
}

func (l *customerLocks) shard(customer string) *lockShard {
	return &l.shards[maphash.String(l.seed, customer)%uint64(len(l.shards))]
}

// acquire waits for the customer, or until ctx is done. What it returns without
// an error must be released.
//
// Who comes from a hook holds another customer already. If it waited, two hooks
// that fire for each other's customer would wait for ever; so it does not, and
// goes on without the turn: the store decides who was faster, as it does between
// processes.
func (l *customerLocks) acquire(ctx context.Context, customer string, nested bool) (*customerLock, error) {
	s := l.shard(customer)
	s.mu.Lock()
	c := s.lockOf(customer)
	if c.users == 0 {
		c.users = 1
		s.mu.Unlock()
		return c, nil
	}
	if nested {
		s.mu.Unlock()
		return nil, nil //nolint:nilnil // no turn and no error: see above
	}
	turn := make(chan struct{})
	c.users++
	c.queue = append(c.queue, turn)
	s.mu.Unlock()
	select {
	case <-turn:
		return c, nil
	case <-ctx.Done():
	}
	s.mu.Lock()
	i := slices.Index(c.queue, turn)
	if i >= 0 {
		c.queue = slices.Delete(c.queue, i, i+1)
		c.users--
	}
	s.mu.Unlock()
	if i < 0 { // the turn came meanwhile
		c.release()
	}
	return nil, ctx.Err()
}

// lockOf is the lock of a customer: one with users, or a free one.
func (s *lockShard) lockOf(customer string) *customerLock {
	if s.first.users > 0 && s.first.customer == customer {
		return &s.first
	}
	if len(s.held) > 0 {
		if c := s.held[customer]; c != nil {
			return c
		}
	}
	if s.first.users == 0 {
		s.first.shard, s.first.customer = s, customer
		return &s.first
	}
	c := s.free
	if c != nil {
		s.free, c.next = c.next, nil
	} else {
		c = &customerLock{shard: s}
	}
	c.customer = customer
	s.held[customer] = c
	return c
}

// release lets the next one have the customer.
func (c *customerLock) release() {
	if c == nil {
		return
	}
	s := c.shard
	s.mu.Lock()
	defer s.mu.Unlock()
	c.users--
	switch {
	case len(c.queue) > 0:
		close(c.queue[0])
		c.queue = slices.Delete(c.queue, 0, 1)
	case c != &s.first:
		delete(s.held, c.customer)
		c.customer, c.next, s.free = "", s.free, c
	default:
		c.customer = ""
	}
}
