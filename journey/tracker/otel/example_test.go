package otel_test

import (
	"context"
	"fmt"
	"time"

	"github.com/lifecycle-go/lifecycle/journey"
	"github.com/lifecycle-go/lifecycle/journey/preset"
	"github.com/lifecycle-go/lifecycle/journey/tracker"
	"go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"

	"github.com/lifecycle-go/lifecycle/journey/tracker/otel"
)

// A recorder stands where a program has its exporter.
func Example() {
	recorder := tracetest.NewSpanRecorder()
	definition := preset.LeadFunnel()
	telemetry, err := otel.New(otel.Options{
		Tracers: trace.NewTracerProvider(trace.WithSpanProcessor(recorder)),
	}, definition)
	if err != nil {
		fmt.Println(err)
		return
	}
	live, err := tracker.New(definition, tracker.NewMemStore(tracker.MemOptions{}), tracker.Options{Hooks: telemetry.Hooks(tracker.Hooks{})})
	if err != nil {
		fmt.Println(err)
		return
	}
	traced, err := telemetry.Tracker(live)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer func() { _ = traced.Close() }()
	at := time.Date(2026, 1, 5, 0, 0, 0, 0, time.UTC)
	if _, err := traced.Start(context.Background(), "acme", at); err != nil {
		fmt.Println(err)
	}
	_, _ = traced.Fire(context.Background(), journey.Event{Customer: "acme", Trigger: "no such thing", At: at})
	for _, s := range recorder.Ended() {
		fmt.Println(s.Name(), s.Attributes()[len(s.Attributes())-2].Value.AsString())
	}
	// Output:
	// lifecycle.tracker.start changed
	// lifecycle.tracker.fire refused
}
