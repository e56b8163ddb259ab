package journeytest

import (
	"fmt"
	"sync"
	"time"
)

// Origin is when the clocks and scripts of this package begin unless told
// otherwise: a Thursday, the first of January 2026, midnight UTC.
func Origin() time.Time { return time.Date(2026, time.January, 1, 0, 0, 0, 0, time.UTC) }

// Clock is a clock that stands still until it is moved. It is safe for
// concurrent use; its zero value stands at the zero time.
//
//	clock := journeytest.NewClock(journeytest.Origin())
//	product := New(Options{Now: clock.Now})
//	clock.Advance(14 * 24 * time.Hour)
//	tracker.Tick(ctx, clock.Now())
type Clock struct {
	mu  sync.Mutex
	now time.Time
}

// NewClock returns a clock that stands at the given time.
func NewClock(at time.Time) *Clock { return &Clock{now: at} }

// Now returns the time it stands at.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

// Advance moves it forward and returns the new time. A negative duration is an
// error and moves nothing: time runs one way.
func (c *Clock) Advance(d time.Duration) (time.Time, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if d < 0 {
		return c.now, fmt.Errorf("journeytest: clock: advance by %s, want 0 or more", d)
	}
	c.now = c.now.Add(d)
	return c.now, nil
}

// Set moves it to a time that is not before the one it stands at; an earlier
// one is an error and moves nothing.
func (c *Clock) Set(at time.Time) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if at.Before(c.now) {
		return fmt.Errorf("journeytest: clock: set to %s, which lies before %s",
			at.Format(time.RFC3339Nano), c.now.Format(time.RFC3339Nano))
	}
	c.now = at
	return nil
}
