package tracker

import (
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/lifecycle-go/lifecycle/journey"
)

// Limits and defaults of [Options].
const (
	DefaultMaxChain    = 16
	DefaultMaxAttempts = 8
	DefaultMaxRefold   = 10_000
	DefaultRecent      = 8
	DefaultRetryAfter  = time.Minute
	// MaxID is the longest id of an event in bytes.
	MaxID            = 1_024
	maxTrackerOption = 10_000
	maxRefoldOption  = 1_000_000
	maxRetryAfter    = 24 * time.Hour
)

// Options are the options of a [Tracker]. The zero value has no hooks, wants
// customers to be started, takes events in the order in which they come, and
// uses the defaults named here.
type Options struct {
	// Hooks are called as customers move.
	Hooks Hooks
	// AutoStart lets the first event of an unknown customer start the journey,
	// at the time of that event. Otherwise such an event is ErrNotFound. An
	// event whose trigger the definition does not know starts nobody.
	AutoStart bool

	// Grace is how late an event may come, measured against the latest thing
	// known of its customer, and still be taken in where it belongs: the
	// customer is folded anew from the history, so that what is stored is what
	// a replay of the same events gives. It wants a [Historian]. Events refused
	// are kept in the history too, for a late one may allow them. A later event
	// is ErrTooLate. Zero: events count in the order in which they come, and one
	// that lies before the current visit is refused.
	Grace time.Duration
	// MaxRefold is how many entries of the history one late event may fold anew;
	// 0 = DefaultMaxRefold. Beyond that it is ErrTooLate.
	MaxRefold int
	// Now, if set, tells the time, and MaxSkew how far beyond it an event may
	// lie; beyond that it is ErrSkew. One event dated years ahead would
	// otherwise make every later one a late one. MaxSkew wants Now.
	Now     func() time.Time
	MaxSkew time.Duration
	// Recent is how many IDs of accepted events are remembered for each
	// customer, 8 bytes each, so that a batch delivered twice counts once, where
	// the store keeps no history to ask; 0 = DefaultRecent, at most MaxRecent,
	// negative = the last one only.
	Recent int

	// Migrations carry stored snapshots of earlier definitions into this one,
	// when they are loaded.
	Migrations []journey.Migration
	// Also are definitions of other releases. Customers stored under one of them
	// stay under it, and are moved by it, until Migrate moves them: so two
	// releases of a program serve the same store while one replaces the other.
	// First roll out a release that knows both and still starts customers under
	// the old one; then the release that starts them under the new one; then
	// migrate. Hooks are bound wherever a definition has a use for them.
	Also []*journey.Definition

	// MaxChain is how many triggers hooks may ask for as the consequence of one
	// event, and how deep hooks may fire events for other customers;
	// 0 = DefaultMaxChain.
	MaxChain int
	// MaxAttempts is how often an event is tried when other writers change the
	// customer in between; 0 = DefaultMaxAttempts.
	MaxAttempts int
	// RetryAfter is when a timer that failed is tried again by Tick; each further
	// failure doubles it, up to a day. 0 = DefaultRetryAfter.
	RetryAfter time.Duration
	// Log, if set, is told of retries (debug), late and lost events and parked
	// timers (warn).
	Log *slog.Logger
}

// validate fills in the defaults.
func (o Options) validate(history bool) (Options, error) {
	var errs []error
	bad := func(format string, args ...any) { errs = append(errs, fmt.Errorf("tracker: new: "+format, args...)) }
	number := func(name string, v *int, zero, most int) {
		if *v < 0 || *v > most {
			bad("%s is %d, want 0 to %d", name, *v, most)
		}
		if *v == 0 {
			*v = zero
		}
	}
	number("MaxChain", &o.MaxChain, DefaultMaxChain, maxTrackerOption)
	number("MaxAttempts", &o.MaxAttempts, DefaultMaxAttempts, maxTrackerOption)
	number("MaxRefold", &o.MaxRefold, DefaultMaxRefold, maxRefoldOption)
	span := func(name string, v time.Duration, most time.Duration) {
		if v < 0 || v > most {
			bad("%s is %s, want 0 to %s", name, v, most)
		}
	}
	const century = 100 * 365 * 24 * time.Hour
	span("Grace", o.Grace, century)
	span("MaxSkew", o.MaxSkew, century)
	span("RetryAfter", o.RetryAfter, maxRetryAfter)
	if o.RetryAfter == 0 {
		o.RetryAfter = DefaultRetryAfter
	}
	if o.Grace > 0 && !history {
		bad("Grace is %s, and the store keeps no history to fold a customer from", o.Grace)
	}
	if o.MaxSkew > 0 && o.Now == nil {
		bad("MaxSkew is %s, and there is no Now to measure it against", o.MaxSkew)
	}
	switch {
	case o.Recent > MaxRecent:
		bad("Recent is %d, at most %d", o.Recent, MaxRecent)
	case o.Recent < 0:
		o.Recent = 1
	case o.Recent == 0:
		o.Recent = DefaultRecent
	}
	return o, errors.Join(errs...)
}
