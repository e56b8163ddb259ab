package otel

// Scope names the tracer and the meter.
const Scope = "github.com/lifecycle-go/lifecycle/journey/tracker/otel"

// Names of spans.
const (
	SpanFire  = "lifecycle.tracker.fire"
	SpanStart = "lifecycle.tracker.start"
	SpanTick  = "lifecycle.tracker.tick"
	SpanHook  = "lifecycle.tracker.hook" // one for each hook of the program that ran
)

// Names of counters. Those of CounterStats count since the tracker was made and
// have an attribute, [KeyStat], for each field of tracker.Stats by its JSON name.
const (
	CounterChanges    = "lifecycle.tracker.changes"     // stored: by definition, from, to, trigger and origin
	CounterUndone     = "lifecycle.tracker.undone"      // taken back by a late event: by the same
	CounterMilestones = "lifecycle.tracker.milestones"  // reached: by definition and milestone
	CounterHookErrors = "lifecycle.tracker.hook.errors" // refusals, failures and panics of hooks: by phase
	CounterStats      = "lifecycle.tracker.stats"
)

// Keys of attributes.
const (
	KeyDefinition = "lifecycle.definition"
	KeyFrom       = "lifecycle.stage.from"
	KeyTo         = "lifecycle.stage.to"
	KeyTrigger    = "lifecycle.trigger"
	KeyOrigin     = "lifecycle.origin"
	KeyMilestone  = "lifecycle.milestone"
	KeyPhase      = "lifecycle.phase"
	KeyHook       = "lifecycle.hook" // of a hook's span: each, or the stage, trigger, milestone or name it is for
	KeyStat       = "lifecycle.stat"
	KeyResult     = "lifecycle.result" // of a call's span: see the results
	KeyChanges    = "lifecycle.changes"
	KeyCustomer   = "lifecycle.customer" // of spans, with Options.Customers
)

// Results of calls.
const (
	ResultChanged   = "changed"   // something was stored
	ResultUnchanged = "unchanged" // a repeat, or nothing was due
	ResultRefused   = "refused"   // by the definition
	ResultLate      = "late"      // too late to be taken in
	ResultSkewed    = "skewed"    // too far ahead of the clock
	ResultHook      = "hook"      // a hook refused, failed or panicked
	ResultCancelled = "cancelled" // by the context
	ResultFailed    = "failed"
)

// Other stands for a name that the definitions do not have.
const Other = "_OTHER"
