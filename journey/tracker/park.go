package tracker

import (
	"errors"
	"log/slog"
	"slices"
	"time"

	"github.com/lifecycle-go/lifecycle/internal/text"
	"github.com/lifecycle-go/lifecycle/journey"
)

// timers fires what is due, one commit each. One that fails is parked.
func (r *run) timers(until time.Time) error {
	for {
		e, ok := r.due(r.out.Journey, until)
		if !ok {
			return nil
		}
		if err := r.commit(wish{event: e, origin: OriginTimer}); err != nil {
			if err := r.park(e, err); err != nil {
				return err
			}
		}
	}
}

// due is the earliest timer due by then that is not parked and would be accepted,
// or whose guard panics.
func (r *run) due(j journey.Journey, until time.Time) (journey.Event, bool) {
	if len(r.parked)+len(r.held) == 0 {
		return r.plan.d.Due(j, until)
	}
	for e := range r.plan.d.Timers(j) {
		if e.At.After(until) {
			break
		}
		if !e.At.After(j.Last()) || r.isParked(e) {
			continue
		}
		if _, c, err := r.plan.d.Move(j, e); !errors.Is(err, journey.ErrNotAllowed) && c.Kind != journey.Observed {
			return e, true
		}
	}
	return journey.Event{}, false
}

func (r *run) isParked(e journey.Event) bool {
	if slices.ContainsFunc(r.parked, thatOf(e)) {
		return true
	}
	i := slices.IndexFunc(r.held, thatOf(e))
	if i >= 0 {
		r.parked = append(slices.Clip(r.parked), r.held[i])
	}
	return i >= 0
}

// thatOf recognises the timer that fires e.
func thatOf(e journey.Event) func(Parked) bool {
	return func(p Parked) bool { return p.Trigger == e.Trigger && p.At.Equal(e.At) }
}

// park puts a timer that failed aside, or returns why it must not be.
func (r *run) park(e journey.Event, err error) error {
	var hook *HookError
	var guard *journey.GuardError
	if r.ctx.Err() != nil {
		return r.ctx.Err()
	}
	if !errors.As(err, &hook) && !errors.As(err, &guard) && !errors.Is(err, ErrChain) || len(r.parked) >= MaxParked {
		return err
	}
	p := Parked{Trigger: e.Trigger, At: e.At, Attempts: 1, Error: text.ClipTo(err.Error(), maxParkError-len("…"))}
	if i := slices.IndexFunc(r.tried, thatOf(e)); i >= 0 {
		p.Attempts = r.tried[i].Attempts + 1
	}
	pause := r.t.o.RetryAfter
	for n := 1; n < p.Attempts && pause < maxRetryAfter; n++ {
		pause *= 2
	}
	p.Retry = latest(r.now, e.At).Add(min(pause, maxRetryAfter))
	i := slices.IndexFunc(r.parked, func(q Parked) bool { return q.At.After(p.At) })
	if i < 0 {
		i = len(r.parked)
	}
	r.parked = slices.Insert(slices.Clone(r.parked), i, p)
	r.dirty = true
	r.failed = append(r.failed, p)
	r.t.count.parked.Add(1)
	r.t.log(r.ctx, slog.LevelWarn, "timer parked", r.customer, slog.String("trigger", string(p.Trigger)),
		slog.Time("at", p.At), slog.Int("attempts", p.Attempts), slog.Time("retry", p.Retry), slog.Any("error", err))
	return nil
}

func latest(a, b time.Time) time.Time {
	if a.Before(b) {
		return b
	}
	return a
}

// retry tries again the parked timers whose pause is over.
func (r *run) retry() error {
	for {
		i := slices.IndexFunc(r.parked, func(p Parked) bool {
			return !p.Retry.After(r.now) && !slices.ContainsFunc(r.tried, thatOf(journey.Event{Trigger: p.Trigger, At: p.At}))
		})
		if i < 0 {
			return nil
		}
		p := r.parked[i]
		r.tried = append(r.tried, p)
		r.parked = slices.Delete(slices.Clone(r.parked), i, i+1)
		r.dirty = true
		e := journey.Event{Customer: r.customer, Trigger: p.Trigger, At: p.At}
		var err error
		if j := r.out.Journey; r.t.o.Grace > 0 && p.At.Before(j.Last()) && !p.At.Before(j.Last().Add(-r.t.o.Grace)) {
			err = r.refoldFrom(p.At)
		} else {
			err = r.commit(wish{event: e, origin: OriginTimer})
		}
		switch {
		case err == nil, errors.Is(err, journey.ErrNotAllowed): // fired, or passed over as any timer is
		default:
			if err := r.park(e, err); err != nil {
				return err
			}
		}
	}
}

// flush stores what has been parked when nothing else was.
func (r *run) flush() error {
	if !r.dirty {
		return nil
	}
	r.begin()
	return r.put(r.out.Journey)
}
