package otel

import (
	"context"

	"github.com/lifecycle-go/lifecycle/journey"
	"github.com/lifecycle-go/lifecycle/journey/tracker"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"
	"go.opentelemetry.io/otel/trace"
)

// Hooks are hooks in spans of their own, and with Stored and Undone that count.
// What the hooks do, return and panic with is as it was; the maps given are not
// written to.
func (t *Telemetry) Hooks(h tracker.Hooks) tracker.Hooks {
	return tracker.Hooks{
		Before:  each(t, h.Before, tracker.PhaseBefore),
		Leave:   each(t, h.Leave, tracker.PhaseLeave),
		Enter:   each(t, h.Enter, tracker.PhaseEnter),
		After:   each(t, h.After, tracker.PhaseAfter),
		Reached: each(t, h.Reached, tracker.PhaseReached),
		Named:   each(t, h.Named, tracker.PhaseNone),

		BeforeEach:  t.hook(h.BeforeEach, tracker.PhaseBefore, "each"),
		LeaveEach:   t.hook(h.LeaveEach, tracker.PhaseLeave, "each"),
		EnterEach:   t.hook(h.EnterEach, tracker.PhaseEnter, "each"),
		AfterEach:   t.hook(h.AfterEach, tracker.PhaseAfter, "each"),
		ReachedEach: t.hook(h.ReachedEach, tracker.PhaseReached, "each"),

		Stored: t.told(h.Stored, tracker.PhaseStored, t.stored),
		Undone: t.told(h.Undone, tracker.PhaseUndone, t.takenBack),
	}
}

func each[K ~string](t *Telemetry, hooks map[K]tracker.Hook, p tracker.Phase) map[K]tracker.Hook {
	if hooks == nil {
		return nil
	}
	out := make(map[K]tracker.Hook, len(hooks))
	for k, h := range hooks {
		out[k] = t.hook(h, p, string(k))
	}
	return out
}

func (t *Telemetry) hook(h tracker.Hook, p tracker.Phase, name string) tracker.Hook {
	if h == nil {
		return nil
	}
	return func(ctx context.Context, o tracker.Occurrence) (wanted journey.Trigger, err error) {
		t.within(ctx, p, name, &o, func(ctx context.Context) error {
			wanted, err = h(ctx, o)
			return err
		})
		return wanted, err
	}
}

// told counts, and then calls what the program has for it.
func (t *Telemetry) told(h func(context.Context, tracker.Occurrence) error, p tracker.Phase, count func(context.Context, *tracker.Occurrence)) func(context.Context, tracker.Occurrence) error {
	return func(ctx context.Context, o tracker.Occurrence) (err error) {
		count(ctx, &o)
		if h == nil {
			return nil
		}
		t.within(ctx, p, "each", &o, func(ctx context.Context) error {
			err = h(ctx, o)
			return err
		})
		return err
	}
}

// within runs a hook in a span. A panic ends the span and goes on.
func (t *Telemetry) within(ctx context.Context, p tracker.Phase, name string, o *tracker.Occurrence, run func(context.Context) error) {
	phase := attribute.String(KeyPhase, p.String())
	ctx, span := t.tracer.Start(ctx, SpanHook, trace.WithAttributes(append(t.of(o), phase, attribute.String(KeyHook, name))...))
	t.customer(span, o.Customer)
	defer span.End()
	returned := false
	defer func() {
		if !returned {
			t.hookErrors.Add(ctx, 1, metric.WithAttributes(phase))
			t.failed(span, "panic", tracker.ErrHookPanic)
		}
	}()
	err := run(ctx)
	returned = true
	if err != nil {
		t.hookErrors.Add(ctx, 1, metric.WithAttributes(phase))
		t.failed(span, ResultHook, err)
	}
}
