package tracker

import (
	"context"
	"fmt"
	"log/slog"
	"sync/atomic"

	"github.com/lifecycle-go/lifecycle/internal/text"
)

// Stats counts what a [Tracker] has done since it was made. It is a value.
type Stats struct {
	Events    int64 `json:"events"`    // handed to Fire
	Accepted  int64 `json:"accepted"`  // of them, stored
	Repeats   int64 `json:"repeats"`   // of them, delivered before
	Refused   int64 `json:"refused"`   // of them, refused by the definition
	Late      int64 `json:"late"`      // of them, before what was known of the customer
	Lost      int64 `json:"lost"`      // of the late, those that came too late to be taken in
	Skewed    int64 `json:"skewed"`    // of them, refused as too far ahead of the clock
	Refolds   int64 `json:"refolds"`   // customers folded anew from their history
	Timers    int64 `json:"timers"`    // fired
	Parked    int64 `json:"parked"`    // failures of timers
	Conflicts int64 `json:"conflicts"` // writes that another process or hook was faster than
	Exhausted int64 `json:"exhausted"` // calls given up after MaxAttempts conflicts
}

// String is one line of name=value pairs.
func (s Stats) String() string {
	return fmt.Sprintf("events=%d accepted=%d repeats=%d refused=%d late=%d lost=%d skewed=%d refolds=%d timers=%d parked=%d conflicts=%d exhausted=%d",
		s.Events, s.Accepted, s.Repeats, s.Refused, s.Late, s.Lost, s.Skewed, s.Refolds, s.Timers, s.Parked, s.Conflicts, s.Exhausted)
}

type counters struct {
	events, accepted, repeats, refused, late, lost, skewed, refolds, timers, parked, conflicts, exhausted atomic.Int64
}

// Stats returns the counts so far. It may be called at any time.
func (t *Tracker) Stats() Stats {
	c := &t.count
	return Stats{
		Events: c.events.Load(), Accepted: c.accepted.Load(), Repeats: c.repeats.Load(), Refused: c.refused.Load(),
		Late: c.late.Load(), Lost: c.lost.Load(), Skewed: c.skewed.Load(), Refolds: c.refolds.Load(), Timers: c.timers.Load(),
		Parked: c.parked.Load(), Conflicts: c.conflicts.Load(), Exhausted: c.exhausted.Load(),
	}
}

// log tells the caller's logger, if there is one, something about a customer.
func (t *Tracker) log(ctx context.Context, level slog.Level, what, customer string, attrs ...slog.Attr) {
	if t.o.Log == nil || !t.o.Log.Enabled(ctx, level) {
		return
	}
	t.o.Log.LogAttrs(ctx, level, "tracker: "+what, append([]slog.Attr{slog.String("customer", text.Clip(customer))}, attrs...)...)
}
