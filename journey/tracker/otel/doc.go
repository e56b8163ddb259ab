// Package otel tells OpenTelemetry what a [tracker.Tracker] does: spans around
// its calls and hooks, counters of the changes it stored.
//
//	telemetry, err := otel.New(otel.Options{Tracers: tracerProvider, Meters: meterProvider}, definition)
//	...
//	live, err := tracker.New(definition, store, tracker.Options{Hooks: telemetry.Hooks(hooks)})
//	...
//	traced, err := telemetry.Tracker(live)
//	out, err := traced.Fire(ctx, event) // as ever, within a span
//
// It is a module of its own, over the API of OpenTelemetry alone: which SDK and
// exporter there are is the program's to say. Providers are arguments; without
// them nothing is told.
//
// # Names
//
// Names of spans, instruments and attributes are constants of this package and
// part of its contract. Values of attributes come from the definition: stages,
// triggers and milestones that it has, [Other] for all else. So a meter holds at
// most as many series as the definition has transitions, whatever is fired at
// the tracker. Customers are never in a metric, and in spans only with
// Options.Customers; texts of errors, which name customers, neither.
package otel
