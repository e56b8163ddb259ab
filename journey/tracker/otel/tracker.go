package otel

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/lifecycle-go/lifecycle/journey"
	"github.com/lifecycle-go/lifecycle/journey/tracker"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"
	"go.opentelemetry.io/otel/trace"
)

// Tracker is a tracker whose calls are spans. It is safe for concurrent use.
type Tracker struct {
	*tracker.Tracker
	telemetry *Telemetry
	stats     metric.Registration
}

// Tracker is a tracker with spans around Fire, Start, StartAt and Tick, whose
// Stats are observed until Close. Its hooks are those it was made with: see
// Hooks.
func (t *Telemetry) Tracker(live *tracker.Tracker) (*Tracker, error) {
	if live == nil {
		return nil, fmt.Errorf("otel: tracker: %w: nil", ErrOptions)
	}
	counter, err := t.meter.Int64ObservableCounter(CounterStats, metric.WithUnit("{event}"), metric.WithDescription("what the tracker counted since it was made"))
	if err != nil {
		return nil, fmt.Errorf("otel: tracker: %w", err)
	}
	name := t.definition(live.Definition().Name())
	registration, err := t.meter.RegisterCallback(func(_ context.Context, o metric.Observer) error {
		s := live.Stats()
		for _, f := range []struct {
			name string
			n    int64
		}{
			{"events", s.Events},
			{"accepted", s.Accepted},
			{"repeats", s.Repeats},
			{"refused", s.Refused},
			{"late", s.Late},
			{"lost", s.Lost},
			{"skewed", s.Skewed},
			{"refolds", s.Refolds},
			{"timers", s.Timers},
			{"parked", s.Parked},
			{"conflicts", s.Conflicts},
			{"exhausted", s.Exhausted},
		} {
			o.ObserveInt64(counter, f.n, metric.WithAttributes(name, attribute.String(KeyStat, f.name)))
		}
		return nil
	}, counter)
	if err != nil {
		return nil, fmt.Errorf("otel: tracker: %w", err)
	}
	return &Tracker{Tracker: live, telemetry: t, stats: registration}, nil
}

// Close ends the observation of Stats. The tracker goes on.
func (t *Tracker) Close() error { return t.stats.Unregister() }

// call is a span around what a tracker does.
func (t *Tracker) call(ctx context.Context, name, customer string, run func(context.Context) (changes int, err error), attrs ...attribute.KeyValue) {
	ctx, span := t.telemetry.tracer.Start(ctx, name, trace.WithAttributes(append(attrs, t.telemetry.definition(t.Definition().Name()))...))
	defer span.End()
	if customer != "" {
		t.telemetry.customer(span, customer)
	}
	changes, err := run(ctx)
	result := resultOf(changes, err)
	span.SetAttributes(attribute.String(KeyResult, result), attribute.Int(KeyChanges, changes))
	switch result {
	case ResultHook, ResultCancelled, ResultFailed: // what is refused by the rules is an answer, not a failure
		t.telemetry.failed(span, result, err)
	}
}

// resultOf sorts an error into one of a few words.
func resultOf(changes int, err error) string {
	var hook *tracker.HookError
	switch {
	case err == nil && changes > 0:
		return ResultChanged
	case err == nil:
		return ResultUnchanged
	case errors.As(err, &hook):
		return ResultHook
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return ResultCancelled
	case errors.Is(err, tracker.ErrTooLate):
		return ResultLate
	case errors.Is(err, tracker.ErrSkew):
		return ResultSkewed
	}
	if refused := (*journey.TransitionError)(nil); errors.As(err, &refused) {
		return ResultRefused
	}
	return ResultFailed
}

// Fire is tracker.Tracker.Fire within a span.
func (t *Tracker) Fire(ctx context.Context, e journey.Event) (out tracker.Outcome, err error) {
	t.call(ctx, SpanFire, e.Customer, func(ctx context.Context) (int, error) {
		out, err = t.Tracker.Fire(ctx, e)
		return len(out.Changes), err
	}, t.telemetry.trigger(e.Trigger))
	return out, err
}

// Start is tracker.Tracker.Start within a span.
func (t *Tracker) Start(ctx context.Context, customer string, at time.Time) (out tracker.Outcome, err error) {
	t.call(ctx, SpanStart, customer, func(ctx context.Context) (int, error) {
		out, err = t.Tracker.Start(ctx, customer, at)
		return len(out.Changes), err
	})
	return out, err
}

// StartAt is tracker.Tracker.StartAt within a span.
func (t *Tracker) StartAt(ctx context.Context, stage journey.Stage, customer string, at time.Time) (out tracker.Outcome, err error) {
	t.call(ctx, SpanStart, customer, func(ctx context.Context) (int, error) {
		out, err = t.Tracker.StartAt(ctx, stage, customer, at)
		return len(out.Changes), err
	}, t.telemetry.stage(KeyTo, stage))
	return out, err
}

// Tick is tracker.Tracker.Tick within a span.
func (t *Tracker) Tick(ctx context.Context, now time.Time, o tracker.TickOptions) (done tracker.Ticked, err error) {
	t.call(ctx, SpanTick, "", func(ctx context.Context) (int, error) {
		done, err = t.Tracker.Tick(ctx, now, o)
		return done.Fired, err
	})
	return done, err
}
