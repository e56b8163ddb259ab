package otel_test

import (
	"context"
	"fmt"
	"time"

	"github.com/lifecycle-go/lifecycle/journey"
	"github.com/lifecycle-go/lifecycle/journey/tracker"
	"go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"

	"github.com/lifecycle-go/lifecycle/journey/tracker/otel"
)

// watched is a tracker of trials that end after a fortnight, with the spans that
// were told of it; a program gives its own providers.
func watched() (*otel.Telemetry, *otel.Tracker, *tracetest.SpanRecorder, error) {
	d, err := journey.Define(journey.Spec{
		Name: "product", Initial: "trial",
		Stages:      []journey.StageSpec{{Name: "trial"}, {Name: "paying", Terminal: true}, {Name: "left", Terminal: true}},
		Transitions: []journey.Transition{{From: "trial", On: "pay", To: "paying"}, {From: "trial", On: "leave", To: "left"}},
		After:       []journey.Timer{{Stage: "trial", After: 14 * 24 * time.Hour, Trigger: "leave"}},
	})
	if err != nil {
		return nil, nil, nil, err
	}
	spans := tracetest.NewSpanRecorder()
	telemetry, err := otel.New(otel.Options{Tracers: trace.NewTracerProvider(trace.WithSpanProcessor(spans))}, d)
	if err != nil {
		return nil, nil, nil, err
	}
	live, err := tracker.New(d, tracker.NewMemStore(tracker.MemOptions{}), tracker.Options{Hooks: telemetry.Hooks(tracker.Hooks{})})
	if err != nil {
		return nil, nil, nil, err
	}
	t, err := telemetry.Tracker(live)
	return telemetry, t, spans, err
}

func printed(spans *tracetest.SpanRecorder) {
	for _, s := range spans.Ended() {
		fmt.Println(s.Name())
	}
}

// A provider that is not given is one that does nothing: no global is asked.
func ExampleNew() {
	d, err := journey.Define(journey.Spec{Name: "product", Initial: "trial", Stages: []journey.StageSpec{{Name: "trial", Terminal: true}}})
	if err != nil {
		fmt.Println(err)
		return
	}
	_, err = otel.New(otel.Options{}, d)
	fmt.Println(err)
	// Output:
	// <nil>
}

// The hooks of a program stay its own; what OpenTelemetry hears is put around them.
func ExampleTelemetry_Hooks() {
	telemetry, _, _, err := watched()
	if err != nil {
		fmt.Println(err)
		return
	}
	hooks := telemetry.Hooks(tracker.Hooks{})
	fmt.Println(hooks.Stored != nil)
	// Output:
	// true
}

func ExampleTelemetry_Tracker() {
	_, t, spans, err := watched()
	if err != nil {
		fmt.Println(err)
		return
	}
	defer t.Close()
	_, err = t.Start(context.Background(), "acme", day0)
	fmt.Println(err)
	printed(spans)
	// Output:
	// <nil>
	// lifecycle.tracker.start
}

// The customer's id is in no name and no metric.
func ExampleTracker_Start() {
	_, t, spans, err := watched()
	if err != nil {
		fmt.Println(err)
		return
	}
	out, err := t.Start(context.Background(), "acme", day0)
	fmt.Println(out.Journey.Stage(), err)
	printed(spans)
	// Output:
	// trial <nil>
	// lifecycle.tracker.start
}

// Who comes from elsewhere begins where they stand.
func ExampleTracker_StartAt() {
	_, t, spans, err := watched()
	if err != nil {
		fmt.Println(err)
		return
	}
	out, err := t.StartAt(context.Background(), "paying", "acme", day0)
	fmt.Println(out.Journey.Stage(), err)
	printed(spans)
	// Output:
	// paying <nil>
	// lifecycle.tracker.start
}

func ExampleTracker_Fire() {
	_, t, spans, err := watched()
	if err != nil {
		fmt.Println(err)
		return
	}
	ctx := context.Background()
	if _, err := t.Start(ctx, "acme", day0); err != nil {
		fmt.Println(err)
		return
	}
	out, err := t.Fire(ctx, journey.Event{Customer: "acme", Trigger: "pay", At: day0.Add(time.Hour)})
	fmt.Println(out.Journey.Stage(), err)
	_, err = t.Fire(ctx, journey.Event{Customer: "acme", Trigger: "leave", At: day0.Add(2 * time.Hour)})
	fmt.Println(err)
	printed(spans)
	// Output:
	// paying <nil>
	// journey: step: customer "acme" in stage "paying" on "leave" at 2026-01-05T11:00:00Z: not allowed in this stage; allowed: []
	// lifecycle.tracker.start
	// lifecycle.tracker.fire
	// lifecycle.tracker.fire
}

func ExampleTracker_Tick() {
	_, t, spans, err := watched()
	if err != nil {
		fmt.Println(err)
		return
	}
	ctx := context.Background()
	if _, err := t.Start(ctx, "acme", day0); err != nil {
		fmt.Println(err)
		return
	}
	done, err := t.Tick(ctx, day0.AddDate(0, 1, 0), tracker.TickOptions{})
	fmt.Println(done.Customers, done.Fired, err)
	printed(spans)
	// Output:
	// 1 1 <nil>
	// lifecycle.tracker.start
	// lifecycle.tracker.tick
}
