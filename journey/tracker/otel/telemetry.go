package otel

import (
	"context"
	"errors"
	"fmt"

	"github.com/lifecycle-go/lifecycle/journey"
	"github.com/lifecycle-go/lifecycle/journey/tracker"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/metric"
	metricnoop "go.opentelemetry.io/otel/metric/noop"
	"go.opentelemetry.io/otel/trace"
	tracenoop "go.opentelemetry.io/otel/trace/noop"
)

// Options say who is told, and what. The zero value tells nobody.
type Options struct {
	Tracers trace.TracerProvider // nil = no spans
	Meters  metric.MeterProvider // nil = no counters
	// Customers puts the customer's id into spans, and the texts of errors, which
	// name customers. Metrics never have either.
	Customers bool
}

// Telemetry is the instruments of one or several trackers. It is safe for
// concurrent use.
type Telemetry struct {
	tracer    trace.Tracer
	meter     metric.Meter
	customers bool

	changes, undone, milestones, hookErrors metric.Int64Counter

	definitions, stages, triggers, reached map[string]bool // the names there are; read only
}

// ErrOptions: what no telemetry can be made of.
var ErrOptions = errors.New("bad options")

// New makes the instruments of trackers of these definitions: the one they
// start customers under, and those of tracker.Options.Also.
func New(o Options, definitions ...*journey.Definition) (*Telemetry, error) {
	if o.Tracers == nil {
		o.Tracers = tracenoop.NewTracerProvider()
	}
	if o.Meters == nil {
		o.Meters = metricnoop.NewMeterProvider()
	}
	t := &Telemetry{
		tracer: o.Tracers.Tracer(Scope), meter: o.Meters.Meter(Scope), customers: o.Customers,
		definitions: map[string]bool{}, stages: map[string]bool{"": true}, triggers: map[string]bool{"": true}, reached: map[string]bool{},
	}
	if len(definitions) == 0 {
		return nil, fmt.Errorf("otel: new: %w: no definition", ErrOptions)
	}
	for _, d := range definitions {
		if d == nil {
			return nil, fmt.Errorf("otel: new: %w: a definition is nil", ErrOptions)
		}
		t.definitions[d.Name()] = true
		for _, s := range d.Stages() {
			t.stages[string(s.Name)] = true
		}
		for _, v := range d.Triggers() {
			t.triggers[string(v)] = true
		}
		for _, m := range d.Milestones() {
			t.reached[m.Name] = true
		}
	}
	for _, c := range []struct {
		to                *metric.Int64Counter
		name, unit, about string
	}{
		{&t.changes, CounterChanges, "{change}", "changes of customers that were stored"},
		{&t.undone, CounterUndone, "{change}", "stored changes that a late event took back"},
		{&t.milestones, CounterMilestones, "{milestone}", "milestones reached"},
		{&t.hookErrors, CounterHookErrors, "{error}", "hooks that refused, failed or panicked"},
	} {
		var err error
		if *c.to, err = t.meter.Int64Counter(c.name, metric.WithUnit(c.unit), metric.WithDescription(c.about)); err != nil {
			return nil, fmt.Errorf("otel: new: %s: %w", c.name, err)
		}
	}
	return t, nil
}

// known is a name of the definitions, or Other.
func known(names map[string]bool, name string) string {
	if names[name] {
		return name
	}
	return Other
}

func (t *Telemetry) stage(key string, s journey.Stage) attribute.KeyValue {
	return attribute.String(key, known(t.stages, string(s)))
}

func (t *Telemetry) trigger(v journey.Trigger) attribute.KeyValue {
	return attribute.String(KeyTrigger, known(t.triggers, string(v)))
}

func (t *Telemetry) definition(name string) attribute.KeyValue {
	return attribute.String(KeyDefinition, known(t.definitions, name))
}

// of are the attributes of a change, in spans and metrics alike.
func (t *Telemetry) of(o *tracker.Occurrence) []attribute.KeyValue {
	return []attribute.KeyValue{
		t.definition(nameOf(o)), t.stage(KeyFrom, o.From), t.stage(KeyTo, o.To), t.trigger(o.Trigger),
		attribute.String(KeyOrigin, o.Origin.String()),
	}
}

// nameOf is the definition that moved the customer.
func nameOf(o *tracker.Occurrence) string {
	if d := o.Journey.Definition(); d != nil {
		return d.Name()
	}
	return ""
}

// customer is the attribute of a span that says whose it is, or none.
func (t *Telemetry) customer(span trace.Span, id string) {
	if t.customers {
		span.SetAttributes(attribute.String(KeyCustomer, id))
	}
}

// failed marks a span. Without Options.Customers the error's text stays out.
func (t *Telemetry) failed(span trace.Span, result string, err error) {
	if t.customers {
		span.RecordError(err)
	}
	span.SetStatus(codes.Error, result)
}

// stored counts what has been stored, and notes it in the span of the call.
func (t *Telemetry) stored(ctx context.Context, o *tracker.Occurrence) {
	attrs := t.of(o)
	t.changes.Add(ctx, 1, metric.WithAttributes(attrs...))
	for _, m := range o.Reached() {
		t.milestones.Add(ctx, 1, metric.WithAttributes(attrs[0], attribute.String(KeyMilestone, known(t.reached, m))))
	}
	trace.SpanFromContext(ctx).AddEvent(CounterChanges, trace.WithAttributes(attrs...))
}

func (t *Telemetry) takenBack(ctx context.Context, o *tracker.Occurrence) {
	attrs := t.of(o)
	t.undone.Add(ctx, 1, metric.WithAttributes(attrs...))
	trace.SpanFromContext(ctx).AddEvent(CounterUndone, trace.WithAttributes(attrs...))
}
