package tracker

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"time"
)

// TickOptions are the options of [Tracker.Tick]. The zero value works through
// everybody who is due.
type TickOptions struct {
	// Limit is for how many customers at most something is done; 0 = no limit.
	Limit int
	// Lease, where the store is a [Claimer], reserves the customers for that
	// long, so that several processes share the work. It should be longer than
	// one customer takes. 0 = do not reserve: two processes then do the same
	// work, and the store decides whose counts.
	Lease time.Duration
	// Each, if set, is told what was done for each customer, or why it failed,
	// as it happens.
	Each func(customer string, out Outcome, err error)
}

// Ticked is what [Tracker.Tick] did. Its zero value is nothing.
type Ticked struct {
	Customers int `json:"customers"` // for whom a timer fired
	Fired     int `json:"fired"`     // timers that fired
	Parked    int `json:"parked"`    // timers that failed, and wait for another try
	Failed    int `json:"failed"`    // customers who could not be read or written
	// Changes are the first MaxTicked changes that were stored, those that hooks
	// asked for included. TickOptions.Each is told of all.
	Changes []Occurrence `json:"changes"`
	// More reports that the limit was met: others may be due.
	More bool `json:"more"`
}

// MaxTicked bounds the changes that [Ticked] lists.
const MaxTicked = 10_000

// String counts what was done.
func (t Ticked) String() string {
	return fmt.Sprintf("%d timers fired for %d customers, %d parked, %d customers failed", t.Fired, t.Customers, t.Parked, t.Failed)
}

// maxTickErrors bounds the list of customers a tick failed for, and claimBatch
// how many customers are reserved at once.
const (
	maxTickErrors = 1_000
	claimBatch    = 256
)

// Tick fires every timer that is due by now, for every customer of the store,
// in the order in which they fall due, and tries parked timers again whose pause
// is over: what a product calls once a minute, or a test after moving its clock.
// Timers are also fired by the next event of their customer, so a late Tick
// changes no result, only when it is known.
//
// A timer that fails is parked and no error: Ticked and the Outcome say so. A
// customer who cannot be read or written does not hold up the others; those
// errors are joined, one for each customer. A timer whose guard refuses is
// passed over and asked again next time.
func (t *Tracker) Tick(ctx context.Context, now time.Time, o TickOptions) (Ticked, error) {
	var done Ticked
	if _, err := t.admit(ctx, ""); err != nil {
		return done, err
	}
	if !inRange(now) {
		return done, rangeError("tick", now)
	}
	claimer, _ := t.store.(Claimer)
	switch {
	case o.Limit < 0:
		return done, fmt.Errorf("tracker: tick: Limit is %d, want 0 or more", o.Limit)
	case o.Lease < 0:
		return done, fmt.Errorf("tracker: tick: Lease is %s, want 0 or more", o.Lease)
	case o.Lease > 0 && claimer == nil:
		return done, fmt.Errorf("tracker: tick: Lease is %s, and the store cannot reserve customers: %w", o.Lease, errors.ErrUnsupported)
	}
	met := 0
	who := t.store.Due(ctx, now)
	if o.Lease > 0 {
		who = claims(ctx, claimer, now, o, &met)
	}
	var errs []error
	for customer, err := range who {
		if err != nil {
			errs = append(errs, fmt.Errorf("tracker: tick: %w", err))
			break
		}
		out, err := t.do(ctx, customer, func(r *run) error { return r.tick(now) })
		if errors.Is(err, ErrNotFound) { // gone since the store listed it
			continue
		}
		if done.add(out, err) {
			met++
			if o.Each != nil {
				o.Each(customer, out, err)
			}
		}
		if ctxErr := ctx.Err(); ctxErr != nil {
			errs = append(errs, ctxErr)
			break
		}
		if err != nil && done.Failed <= maxTickErrors {
			errs = append(errs, err)
		}
		if o.Limit > 0 && met == o.Limit {
			done.More = true
			break
		}
	}
	if done.Failed > maxTickErrors {
		errs = append(errs, fmt.Errorf("tracker: tick: %d customers more failed", done.Failed-maxTickErrors))
	}
	return done, errors.Join(errs...)
}

// add counts what was done for one customer, and reports whether anything was.
func (t *Ticked) add(out Outcome, err error) bool {
	fired := 0
	for _, o := range out.Changes {
		if o.Origin == OriginTimer {
			fired++
		}
	}
	if t.Fired += fired; fired > 0 {
		t.Customers++
	}
	if room := MaxTicked - len(t.Changes); room > 0 {
		t.Changes = append(t.Changes, out.Changes[:min(room, len(out.Changes))]...)
	}
	t.Parked += len(out.Parked)
	if err != nil {
		t.Failed++
	}
	return err != nil || len(out.Changes)+len(out.Parked) > 0
}

// claims reserves customers a batch at a time, until none is left: never more
// than the limit still allows. What it has reserved when the caller gives up is
// free again when the lease ends.
func claims(ctx context.Context, s Claimer, now time.Time, o TickOptions, met *int) iter.Seq2[string, error] {
	return func(yield func(string, error) bool) {
		for {
			batch := claimBatch
			if o.Limit > 0 {
				batch = min(batch, o.Limit-*met)
			}
			list, err := s.Claim(ctx, now, batch, o.Lease)
			if err != nil {
				yield("", err)
				return
			}
			for _, customer := range list {
				if !yield(customer, nil) {
					return
				}
			}
			if len(list) < batch {
				return
			}
		}
	}
}

// tick fires what is due for one customer.
func (r *run) tick(now time.Time) error {
	if err := r.load(); err != nil {
		return err
	}
	r.now = now
	if err := r.retry(); err != nil {
		return err
	}
	if err := r.timers(now); err != nil {
		return err
	}
	return r.flush()
}
