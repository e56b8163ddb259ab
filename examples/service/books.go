package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/lifecycle-go/lifecycle/metrics/billing/importer"
	"github.com/lifecycle-go/lifecycle/metrics/billing/policy"
	"github.com/lifecycle-go/lifecycle/metrics/billing/stripe"
	"github.com/lifecycle-go/lifecycle/metrics/ledger"
	"github.com/lifecycle-go/lifecycle/metrics/money"
)

// config is what the service is made of.
type config struct {
	DB       string
	Currency money.Currency
	Secret   string
	Now      func() time.Time
	Log      *slog.Logger
	// SnapshotEvery is after how many events the books are stored; 0 is 500.
	SnapshotEvery int
}

// service is the books of one account. Safe for concurrent use: one event is
// applied at a time, and nobody reads meanwhile.
type service struct {
	c     config
	log   *slog.Logger
	store *store

	mu    sync.RWMutex
	feed  *policy.Feed
	seq   int64 // the last event applied
	since int   // events since the snapshot
}

// open reads the snapshot, and the events after it: a restart is no restart.
func open(ctx context.Context, c config) (*service, error) {
	if c.Secret == "" {
		return nil, errors.New("no secret: set STRIPE_WEBHOOK_SECRET to the endpoint's signing secret")
	}
	if c.SnapshotEvery == 0 {
		c.SnapshotEvery = 500
	}
	p, o := policy.Stripe(), policy.Options{Currency: c.Currency}
	books, err := ledger.New(p.LedgerOptions(o))
	if err != nil {
		return nil, err
	}
	st, err := openStore(ctx, c.DB)
	if err != nil {
		return nil, err
	}
	s := &service{c: c, log: c.Log, store: st}
	if err := s.restore(ctx, books, p, o); err != nil {
		return nil, errors.Join(err, st.close())
	}
	return s, nil
}

func (s *service) restore(ctx context.Context, books *ledger.Ledger, p policy.Policy, o policy.Options) error {
	seq, kept, state, err := s.store.snapshot(ctx)
	if err != nil {
		return err
	}
	if seq > 0 {
		if err := books.UnmarshalBinary(kept); err != nil {
			return fmt.Errorf("snapshot: %w", err)
		}
	}
	if s.feed, err = policy.NewFeed(books, p, o); err != nil {
		return err
	}
	if seq > 0 {
		if err := s.feed.UnmarshalBinary(state); err != nil {
			return fmt.Errorf("snapshot: %w", err)
		}
	}
	s.seq = seq
	return s.store.after(ctx, seq, func(seq int64, body []byte) error {
		s.since++
		s.applied(seq, body)
		return nil
	})
}

// answer is what became of one event.
type answer struct {
	Repeated  bool              `json:"repeated,omitempty"`
	Movements []ledger.Movement `json:"movements"`
	Findings  []string          `json:"findings,omitempty"`
}

// take stores an event, and then applies it. Stored first, it is not lost when the
// program is killed in between: the next start applies it.
func (s *service) take(ctx context.Context, id string, body []byte) (answer, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	seq, fresh, err := s.store.add(ctx, id, body)
	if err != nil {
		return answer{}, err
	}
	if !fresh {
		return answer{Repeated: true, Movements: []ledger.Movement{}}, nil
	}
	a := s.applied(seq, body)
	if s.since++; s.since >= s.c.SnapshotEvery {
		return a, s.save(ctx)
	}
	return a, nil
}

// applied applies an event that is stored. What it cannot be honoured for is told
// and kept out of the books; it does not hold up what comes after it.
func (s *service) applied(seq int64, body []byte) answer {
	a := answer{Movements: []ledger.Movement{}}
	records, err := stripe.Records(body)
	switch {
	case errors.Is(err, importer.ErrFaults):
		a.Findings = append(a.Findings, err.Error())
	case err != nil:
		a.Findings = append(a.Findings, err.Error())
		records = nil
	}
	moved, findings, err := s.feed.Apply(s.c.Now(), records...)
	if err != nil { // in a currency without a rate, say: it would fail again
		a.Findings = append(a.Findings, "not taken: "+err.Error())
	}
	s.seq = seq
	a.Movements = append(a.Movements, moved...)
	for _, f := range findings {
		a.Findings = append(a.Findings, f.String())
	}
	for _, f := range a.Findings {
		s.log.Warn("finding", "event", seq, "finding", f)
	}
	return a
}

// observe tells the feed the time.
func (s *service) observe() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	_, _, err := s.feed.Observe(s.c.Now())
	return err
}

// save stores a snapshot; the caller holds the lock.
func (s *service) save(ctx context.Context) error {
	books, err := s.feed.Ledger().MarshalBinary()
	if err != nil {
		return err
	}
	state, err := s.feed.MarshalBinary()
	if err != nil {
		return err
	}
	if s.seq == 0 {
		return nil
	}
	if err := s.store.save(ctx, s.seq, books, state); err != nil {
		return err
	}
	s.since = 0
	return nil
}

// close stores a snapshot and lets the database go.
func (s *service) close(ctx context.Context) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return errors.Join(s.save(ctx), s.store.close())
}

// read lets f read the books.
func (s *service) read(f func(*ledger.Ledger) (any, error)) (any, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return f(s.feed.Ledger())
}
