package otel_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/lifecycle-go/lifecycle/journey"
	"github.com/lifecycle-go/lifecycle/journey/tracker"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
	"go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"

	"github.com/lifecycle-go/lifecycle/journey/tracker/otel"
)

func product(t testing.TB) *journey.Definition {
	t.Helper()
	d, err := journey.Define(journey.Spec{
		Name: "product", Initial: "trial",
		Stages: []journey.StageSpec{{Name: "trial"}, {Name: "paying"}, {Name: "left", Terminal: true}},
		Transitions: []journey.Transition{
			{From: "trial", On: "pay", To: "paying"},
			{From: "trial", On: "leave", To: "left"},
			{From: "paying", On: "leave", To: "left"},
			{From: "paying", On: "downgrade", To: "trial"},
		},
		After:      []journey.Timer{{Stage: "trial", After: 14 * 24 * time.Hour, Trigger: "leave"}},
		Milestones: []journey.Milestone{{Name: "paid", Events: []journey.Trigger{"pay"}}},
	})
	require.NoError(t, err)
	return d
}

var day0 = time.Date(2026, 1, 5, 9, 0, 0, 0, time.UTC)

// told is a tracker and what OpenTelemetry heard of it.
type told struct {
	*otel.Tracker
	spans  *tracetest.SpanRecorder
	reader *metric.ManualReader
}

func listen(t testing.TB, o otel.Options, hooks tracker.Hooks, to tracker.Options) *told {
	t.Helper()
	w := &told{spans: tracetest.NewSpanRecorder(), reader: metric.NewManualReader()}
	o.Tracers = trace.NewTracerProvider(trace.WithSpanProcessor(w.spans))
	o.Meters = metric.NewMeterProvider(metric.WithReader(w.reader))
	d := product(t)
	telemetry, err := otel.New(o, d)
	require.NoError(t, err)
	to.Hooks = telemetry.Hooks(hooks)
	live, err := tracker.New(d, tracker.NewMemStore(tracker.MemOptions{History: true}), to)
	require.NoError(t, err)
	w.Tracker, err = telemetry.Tracker(live)
	require.NoError(t, err)
	return w
}

// sums are all series of counters: "name{key=value …}" and their value.
func (w *told) sums(t testing.TB) map[string]int64 {
	t.Helper()
	var data metricdata.ResourceMetrics
	require.NoError(t, w.reader.Collect(t.Context(), &data))
	out := map[string]int64{}
	for _, s := range data.ScopeMetrics {
		assert.Equal(t, otel.Scope, s.Scope.Name)
		for _, m := range s.Metrics {
			sum, ok := m.Data.(metricdata.Sum[int64])
			require.True(t, ok, m.Name)
			assert.True(t, sum.IsMonotonic)
			for _, p := range sum.DataPoints {
				out[m.Name+"{"+attributes(p.Attributes.ToSlice())+"}"] = p.Value
			}
		}
	}
	return out
}

func attributes(list []attribute.KeyValue) string {
	var parts []string
	for _, kv := range list {
		parts = append(parts, strings.TrimPrefix(string(kv.Key), "lifecycle.")+"="+kv.Value.String())
	}
	slices.Sort(parts)
	return strings.Join(parts, " ")
}

// ended are the spans, each with its parent's name.
func (w *told) ended() []string {
	names := map[string]string{}
	for _, s := range w.spans.Ended() {
		names[s.SpanContext().SpanID().String()] = strings.TrimPrefix(s.Name(), "lifecycle.tracker.")
	}
	var out []string
	for _, s := range w.spans.Ended() {
		text := names[s.SpanContext().SpanID().String()] + " " + attributes(s.Attributes())
		if s.Parent().HasSpanID() {
			text = names[s.Parent().SpanID().String()] + " > " + text
		}
		if s.Status().Code == codes.Error {
			text += " ERROR " + s.Status().Description
		}
		out = append(out, text)
	}
	return out
}

func event(customer string, on journey.Trigger, day int, id string) journey.Event {
	return journey.Event{Customer: customer, Trigger: on, At: day0.Add(time.Duration(day) * 24 * time.Hour), ID: id}
}

func TestTracker_SpansAndCounters(t *testing.T) {
	t.Parallel()
	var entered []string
	w := listen(t, otel.Options{}, tracker.Hooks{
		Enter: map[journey.Stage]tracker.Hook{"paying": func(_ context.Context, o tracker.Occurrence) (journey.Trigger, error) {
			entered = append(entered, o.Customer)
			return "", nil
		}},
		Stored: func(context.Context, tracker.Occurrence) error { return nil },
	}, tracker.Options{})
	ctx := t.Context()
	_, err := w.Start(ctx, "acme@example.com", day0)
	require.NoError(t, err)
	_, err = w.StartAt(ctx, "trial", "globex", day0)
	require.NoError(t, err)
	out, err := w.Fire(ctx, event("acme@example.com", "pay", 1, "1"))
	require.NoError(t, err)
	assert.Equal(t, journey.Stage("paying"), out.Journey.Stage())
	_, err = w.Fire(ctx, event("acme@example.com", "pay", 1, "1"))
	require.NoError(t, err, "a repeat")
	_, err = w.Fire(ctx, event("globex", "downgrade", 2, "2"))
	require.Error(t, err, "refused")
	done, err := w.Tick(ctx, day0.Add(20*24*time.Hour), tracker.TickOptions{})
	require.NoError(t, err)
	assert.Equal(t, 1, done.Fired)
	assert.Equal(t, []string{"acme@example.com"}, entered)

	start := "definition=product origin=start stage.from= stage.to=trial trigger="
	pay := "definition=product origin=event stage.from=trial stage.to=paying trigger=pay"
	late := "definition=product origin=timer stage.from=trial stage.to=left trigger=leave"
	hook := func(of, rest string) string {
		parts := strings.Fields(of + " " + rest)
		slices.Sort(parts)
		return "hook " + strings.Join(parts, " ")
	}
	assert.Equal(t, []string{
		"start > " + hook(start, "hook=each phase=stored"),
		"start changes=1 definition=product result=changed",
		"start > " + hook(start, "hook=each phase=stored"),
		"start changes=1 definition=product result=changed stage.to=trial",
		"fire > " + hook(pay, "hook=paying phase=enter"),
		"fire > " + hook(pay, "hook=each phase=stored"),
		"fire changes=1 definition=product result=changed trigger=pay",
		"fire changes=0 definition=product result=unchanged trigger=pay",
		"fire changes=0 definition=product result=refused trigger=downgrade",
		"tick > " + hook(late, "hook=each phase=stored"),
		"tick changes=1 definition=product result=changed",
	}, w.ended())

	sums := w.sums(t)
	assert.Equal(t, int64(2), sums[otel.CounterChanges+"{"+start+"}"])
	assert.Equal(t, int64(1), sums[otel.CounterChanges+"{"+pay+"}"])
	assert.Equal(t, int64(1), sums[otel.CounterChanges+"{"+late+"}"])
	assert.Equal(t, int64(1), sums[otel.CounterMilestones+"{definition=product milestone=paid}"])
	assert.Equal(t, int64(3), sums[otel.CounterStats+"{definition=product stat=events}"])
	assert.Equal(t, int64(1), sums[otel.CounterStats+"{definition=product stat=refused}"])
	assert.Equal(t, int64(1), sums[otel.CounterStats+"{definition=product stat=timers}"])
	require.NoError(t, w.Close())
	assert.NotContains(t, w.sums(t), otel.CounterStats+"{definition=product stat=events}")
}

// Whatever is fired, series are those of the definition, and nobody's id is in
// them, nor in spans, unless asked for.
func TestTracker_Cardinality(t *testing.T) {
	t.Parallel()
	w := listen(t, otel.Options{}, tracker.Hooks{
		AfterEach: func(_ context.Context, o tracker.Occurrence) (journey.Trigger, error) {
			if strings.HasSuffix(o.Customer, "7") {
				return "", errors.New("no: " + o.Customer)
			}
			return "", nil
		},
	}, tracker.Options{AutoStart: true})
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			for j := range 100 {
				id := fmt.Sprintf("secret-%d-%d", i, j)
				_, _ = w.Fire(t.Context(), event(id, "pay", 1, ""))
				_, _ = w.Fire(t.Context(), event(id, journey.Trigger("junk "+id), 2, ""))
			}
		})
	}
	wg.Wait()
	sums := w.sums(t)
	assert.Len(t, sums, 2+1+1+12, "%v", sums)
	assert.Equal(t, int64(720), sums[otel.CounterMilestones+"{definition=product milestone=paid}"])
	assert.Equal(t, int64(80), sums[otel.CounterHookErrors+"{phase=after}"])
	for name := range sums {
		assert.NotContains(t, name, "secret")
	}
	others := 0
	for _, s := range w.spans.Ended() {
		assert.NotContains(t, fmt.Sprint(s.Attributes(), s.Events(), s.Status()), "secret")
		if strings.Contains(attributes(s.Attributes()), "trigger="+otel.Other) {
			others++
		}
	}
	assert.Equal(t, 800, others)
}

func TestTracker_CustomersWhenAskedFor(t *testing.T) {
	t.Parallel()
	w := listen(t, otel.Options{Customers: true}, tracker.Hooks{
		BeforeEach: func(context.Context, tracker.Occurrence) (journey.Trigger, error) {
			return "", errors.New("closed on Sundays")
		},
	}, tracker.Options{AutoStart: true})
	_, err := w.Fire(t.Context(), event("acme", "pay", 1, ""))
	require.ErrorContains(t, err, "closed on Sundays")
	var hook *tracker.HookError
	require.ErrorAs(t, err, &hook)
	spans := w.spans.Ended()
	require.Len(t, spans, 2)
	for _, s := range spans {
		assert.Contains(t, attributes(s.Attributes()), "customer=acme")
		assert.Equal(t, codes.Error, s.Status().Code)
		assert.Contains(t, fmt.Sprint(s.Events()), "closed on Sundays")
	}
	for name := range w.sums(t) {
		assert.NotContains(t, name, "acme")
	}
}

// A panic of a hook is the tracker's to handle; its span has ended.
func TestHooks_Panic(t *testing.T) {
	t.Parallel()
	w := listen(t, otel.Options{}, tracker.Hooks{
		ReachedEach: func(context.Context, tracker.Occurrence) (journey.Trigger, error) { panic("boom") },
	}, tracker.Options{AutoStart: true})
	_, err := w.Fire(t.Context(), event("acme", "pay", 1, ""))
	require.ErrorIs(t, err, tracker.ErrHookPanic)
	assert.Len(t, w.spans.Ended(), 2)
	assert.Equal(t, int64(1), w.sums(t)[otel.CounterHookErrors+"{phase=reached}"])
	assert.NotContains(t, w.sums(t), otel.CounterMilestones+"{definition=product milestone=paid}", "nothing was stored")
}

func TestTracker_Results(t *testing.T) {
	t.Parallel()
	w := listen(t, otel.Options{}, tracker.Hooks{}, tracker.Options{
		AutoStart: true, Grace: 24 * time.Hour, Now: func() time.Time { return day0 }, MaxSkew: 100 * 24 * time.Hour,
	})
	ctx := t.Context()
	gone, cancel := context.WithCancel(ctx)
	cancel()
	_, err := w.Fire(gone, event("a", "pay", 1, "0"))
	require.ErrorIs(t, err, context.Canceled)
	_, err = w.Fire(ctx, event("a", "pay", 400, "1"))
	require.ErrorIs(t, err, tracker.ErrSkew)
	_, err = w.Fire(ctx, event("a", "pay", 10, "2"))
	require.NoError(t, err)
	_, err = w.Fire(ctx, event("a", "leave", 1, "3"))
	require.ErrorIs(t, err, tracker.ErrTooLate)
	_, err = w.Fire(ctx, event("a", "leave", 9, "4")) // in time, and before: nothing of the payment holds
	_ = err
	var results []string
	for _, s := range w.spans.Ended() {
		for _, kv := range s.Attributes() {
			if kv.Key == otel.KeyResult {
				results = append(results, kv.Value.AsString())
			}
		}
	}
	assert.Equal(t, []string{otel.ResultCancelled, otel.ResultSkewed, otel.ResultChanged, otel.ResultLate}, results[:4])
	undone := int64(0)
	for name, n := range w.sums(t) {
		if strings.HasPrefix(name, otel.CounterUndone+"{") {
			undone += n
		}
	}
	assert.Positive(t, undone)
}

func TestNew_Refused(t *testing.T) {
	t.Parallel()
	_, err := otel.New(otel.Options{})
	require.ErrorIs(t, err, otel.ErrOptions)
	_, err = otel.New(otel.Options{}, nil)
	require.ErrorIs(t, err, otel.ErrOptions)
	silent, err := otel.New(otel.Options{}, product(t))
	require.NoError(t, err)
	_, err = silent.Tracker(nil)
	require.ErrorIs(t, err, otel.ErrOptions)
	live, err := tracker.New(product(t), tracker.NewMemStore(tracker.MemOptions{}), tracker.Options{Hooks: silent.Hooks(tracker.Hooks{}), AutoStart: true})
	require.NoError(t, err)
	quiet, err := silent.Tracker(live)
	require.NoError(t, err)
	_, err = quiet.Fire(t.Context(), event("a", "pay", 1, ""))
	require.NoError(t, err)
	require.NoError(t, quiet.Close())
}
