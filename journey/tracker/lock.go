package tracker

import (
	"context"
	"errors"
	"fmt"
	"hash/maphash"
	"runtime"
	"strings"
	"sync"

	"github.com/lifecycle-go/lifecycle/internal/text"
)

// ErrNested: a hook called the tracker that was calling it, or called some
// tracker without passing on the context it was given and so could wait for
// itself.
var ErrNested = errors.New("a hook must not fire events; it returns the trigger it wants")

// nesting marks the contexts that a tracker hands to hooks.
type nesting struct {
	tracker *Tracker
	outer   *nesting
}

type nestingKey struct{}

func nestingOf(ctx context.Context) *nesting {
	n, _ := ctx.Value(nestingKey{}).(*nesting)
	return n
}

// customerLocks makes the goroutines of one process take turns per customer. A
// customer costs something only while somebody is at it, and one customer's
// slow hook holds up nobody else.
type customerLocks struct {
	seed   maphash.Seed
	shards [64]lockShard
}

type lockShard struct {
	mu   sync.Mutex
	held map[string]*customerLock
	free *customerLock
}

type customerLock struct {
	shard *lockShard
	turn  chan struct{} // full while somebody has the customer
	users int           // holder and waiting
	next  *customerLock // in the free list
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

// acquire waits for the customer, or until ctx is done. Without an error the
// caller must release what it returns.
func (l *customerLocks) acquire(ctx context.Context, customer string) (*customerLock, error) {
	s := l.shard(customer)
	s.mu.Lock()
	c := s.held[customer]
	if c == nil {
		if c = s.free; c != nil {
			s.free, c.next = c.next, nil
		} else {
			c = &customerLock{shard: s, turn: make(chan struct{}, 1)}
		}
		s.held[customer] = c
	}
	c.users++
	s.mu.Unlock()
	select {
	case c.turn <- struct{}{}:
		return c, nil
	default:
	}
	var err error
	if nestingOf(ctx) == nil && insideHook() {
		err = fmt.Errorf("tracker: customer %q: %w; and it must pass on its context", text.Clip(customer), ErrNested)
	} else {
		select {
		case c.turn <- struct{}{}:
			return c, nil
		case <-ctx.Done():
			err = ctx.Err()
		}
	}
	c.leave(customer)
	return nil, err
}

func (c *customerLock) release(customer string) {
	<-c.turn
	c.leave(customer)
}

func (c *customerLock) leave(customer string) {
	s := c.shard
	s.mu.Lock()
	defer s.mu.Unlock()
	if c.users--; c.users == 0 {
		delete(s.held, customer)
		c.next, s.free = s.free, c
	}
}

// insideHook reports whether this goroutine is inside a hook, from its call
// stack: what is left to tell when a hook has dropped the context it was given.
// It is asked only when the customer is taken, where the alternative is to wait
// for ever.
func insideHook() bool {
	pcs := make([]uintptr, 64)
	for skip := 2; ; skip += len(pcs) {
		n := runtime.Callers(skip, pcs)
		frames := runtime.CallersFrames(pcs[:n])
		for {
			f, more := frames.Next()
			if strings.HasSuffix(f.Function, "/tracker.boundHook.run") {
				return true
			}
			if !more {
				break
			}
		}
		if n < len(pcs) {
			return false
		}
	}
}
