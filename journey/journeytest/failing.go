package journeytest

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"math/rand/v2"
	"sync"
	"time"

	"github.com/lifecycle-go/lifecycle/journey/tracker"
)

// ErrInjected is what a [FailingStore] fails with.
var ErrInjected = errors.New("injected failure")

// Faults are what goes wrong in a [FailingStore], each as a share of calls from
// 0 to 1. The zero value is a store in which nothing does.
type Faults struct {
	// Refuse is the share of calls that fail and do nothing.
	Refuse float64
	// LoseAnswer is the share of writes that are done and reported as failed: the
	// caller does not know.
	LoseAnswer float64
	// Stale is the share of reads that show a customer one write behind, as a
	// replica does. The next read of that customer is up to date.
	Stale float64
	// Half is the share of reads that meet a state half written: some of it is
	// not there yet. The next read of that customer finds it whole.
	Half float64
}

// FailingStore is a store in which things go wrong, to see what your program
// makes of it. It offers what the store behind it offers. It is safe for
// concurrent use; which calls fail follows from the generator, and so is the same
// in every run where the calls are.
type FailingStore struct {
	store  tracker.Store
	faults Faults

	mu     sync.Mutex
	random *rand.Rand
	before map[string]tracker.State // one write behind
	spared map[string]bool          // whose next read is whole
	counts FaultCounts
}

// FaultCounts is how often each fault has come up.
type FaultCounts struct {
	Refused     int `json:"refused"`
	LostAnswers int `json:"lost_answers"`
	Stale       int `json:"stale"`
	Half        int `json:"half"`
}

// NewFailingStore returns a store that keeps its customers in s.
func NewFailingStore(s tracker.Store, r *rand.Rand, f Faults) (*FailingStore, error) {
	if s == nil || r == nil {
		return nil, errors.New("journeytest: failing store: it wants a store and a generator")
	}
	for _, share := range []struct {
		name string
		v    float64
	}{{"Refuse", f.Refuse}, {"LoseAnswer", f.LoseAnswer}, {"Stale", f.Stale}, {"Half", f.Half}} {
		if !(share.v >= 0 && share.v <= 1) { // NaN too
			return nil, fmt.Errorf("journeytest: failing store: %s is %v, want 0 to 1", share.name, share.v)
		}
	}
	return &FailingStore{store: s, faults: f, random: r, before: map[string]tracker.State{}, spared: map[string]bool{}}, nil
}

// Counts returns how often each fault has come up.
func (s *FailingStore) Counts() FaultCounts {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.counts
}

func (s *FailingStore) draw(share float64, count *int) bool {
	if share == 0 || s.random.Float64() >= share {
		return false
	}
	*count++
	return true
}

func (s *FailingStore) refuse(what string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.draw(s.faults.Refuse, &s.counts.Refused) {
		return fmt.Errorf("journeytest: failing store: %s: %w", what, ErrInjected)
	}
	return nil
}

// Load implements tracker.Store.
func (s *FailingStore) Load(ctx context.Context, customer string) (tracker.State, error) {
	if err := s.refuse("load"); err != nil {
		return tracker.State{}, err
	}
	got, err := s.store.Load(ctx, customer)
	if err != nil {
		return got, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.spared[customer] {
		delete(s.spared, customer)
		return got, nil
	}
	if old, ok := s.before[customer]; ok && s.draw(s.faults.Stale, &s.counts.Stale) {
		s.spared[customer] = true
		return old.Clone(), nil
	}
	if s.draw(s.faults.Half, &s.counts.Half) {
		s.spared[customer] = true
		got.Snapshot.Last, got.Snapshot.Due = time.Time{}, time.Time{}
	}
	return got, nil
}

// Put implements tracker.Store.
func (s *FailingStore) Put(ctx context.Context, c tracker.Commit) error {
	if err := s.refuse("put"); err != nil {
		return err
	}
	customer := c.State.Snapshot.Customer
	old, none := s.store.Load(ctx, customer)
	if err := s.store.Put(ctx, c); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if none == nil {
		s.before[customer] = old
	}
	if s.draw(s.faults.LoseAnswer, &s.counts.LostAnswers) {
		return fmt.Errorf("journeytest: failing store: put: no answer: %w", ErrInjected)
	}
	return nil
}

// Due implements tracker.Store.
func (s *FailingStore) Due(ctx context.Context, now time.Time) iter.Seq2[string, error] {
	return func(yield func(string, error) bool) {
		if err := s.refuse("due"); err != nil {
			yield("", err)
			return
		}
		s.store.Due(ctx, now)(yield)
	}
}

// Erase implements tracker.Store.
func (s *FailingStore) Erase(ctx context.Context, customer string) error {
	if err := s.refuse("erase"); err != nil {
		return err
	}
	if err := s.store.Erase(ctx, customer); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.before, customer)
	return nil
}

// KeepsHistory implements tracker.Historian.
func (s *FailingStore) KeepsHistory() bool {
	h, ok := s.store.(tracker.Historian)
	return ok && h.KeepsHistory()
}

// History implements tracker.Historian.
func (s *FailingStore) History(ctx context.Context, customer string, from time.Time) ([]tracker.Occurrence, error) {
	h, ok := s.store.(tracker.Historian)
	if !ok {
		return nil, errors.ErrUnsupported
	}
	if err := s.refuse("history"); err != nil {
		return nil, err
	}
	return h.History(ctx, customer, from)
}

// Known implements tracker.Historian.
func (s *FailingStore) Known(ctx context.Context, customer, id string) (bool, error) {
	h, ok := s.store.(tracker.Historian)
	if !ok {
		return false, errors.ErrUnsupported
	}
	if err := s.refuse("known"); err != nil {
		return false, err
	}
	return h.Known(ctx, customer, id)
}

// Claim implements tracker.Claimer.
func (s *FailingStore) Claim(ctx context.Context, now time.Time, limit int, lease time.Duration) ([]string, error) {
	c, ok := s.store.(tracker.Claimer)
	if !ok {
		return nil, errors.ErrUnsupported
	}
	if err := s.refuse("claim"); err != nil {
		return nil, err
	}
	return c.Claim(ctx, now, limit, lease)
}

// Unsent implements tracker.Outbox.
func (s *FailingStore) Unsent(ctx context.Context, after int64, limit int) ([]tracker.Message, error) {
	o, ok := s.store.(tracker.Outbox)
	if !ok {
		return nil, errors.ErrUnsupported
	}
	if err := s.refuse("unsent"); err != nil {
		return nil, err
	}
	return o.Unsent(ctx, after, limit)
}

// Sent implements tracker.Outbox.
func (s *FailingStore) Sent(ctx context.Context, numbers ...int64) error {
	o, ok := s.store.(tracker.Outbox)
	if !ok {
		return errors.ErrUnsupported
	}
	if err := s.refuse("sent"); err != nil {
		return err
	}
	return o.Sent(ctx, numbers...)
}
