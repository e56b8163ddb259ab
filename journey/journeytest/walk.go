package journeytest

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/lifecycle-go/lifecycle/journey"
)

// Walker leads one customer through a definition and reports to a test where
// the customer is not what was expected. [Walk] makes one. Every failure shows
// the way so far. It is for one goroutine; the zero Walker is not ready.
//
//	journeytest.Walk(t, product, start).
//		On("sign_up", "trial").
//		After(3*24*time.Hour, "trial").
//		Refuses("renew", journey.ErrNotAllowed).
//		After(11*24*time.Hour, "expired")
type Walker struct {
	t   testing.TB
	d   *journey.Definition
	j   journey.Journey
	now time.Time
	way []string
}

// Walk starts a customer in the initial stage at the given time. It ends the
// test when that is out of range.
func Walk(t testing.TB, d *journey.Definition, at time.Time) *Walker {
	t.Helper()
	j, err := d.StartAt(d.Initial(), "walker", at)
	if err != nil {
		t.Fatalf("journeytest: walk: %v", err)
	}
	return &Walker{t: t, d: d, j: j, now: at, way: []string{string(j.Stage())}}
}

// Journey returns where the customer is.
func (w *Walker) Journey() journey.Journey { return w.j }

// Now returns the time the walk has come to.
func (w *Walker) Now() time.Time { return w.now }

// On lets an event happen now and wants it to be accepted and to lead to the
// stage. An event that only counts towards milestones leads to where the
// customer is.
func (w *Walker) On(trigger journey.Trigger, want journey.Stage) *Walker {
	w.t.Helper()
	j, err := w.d.Step(w.j, journey.Event{Trigger: trigger, At: w.now})
	w.follow(fmt.Sprintf("-%s->", trigger), j)
	if err != nil {
		w.fail("%q was refused: %v", trigger, err)
		return w
	}
	return w.In(want)
}

// Refuses lets an event happen now and wants it to be refused for the given
// reason, such as journey.ErrNotAllowed; nil wants any reason.
func (w *Walker) Refuses(trigger journey.Trigger, reason error) *Walker {
	w.t.Helper()
	j, err := w.d.Step(w.j, journey.Event{Trigger: trigger, At: w.now})
	switch {
	case err == nil:
		w.follow(fmt.Sprintf("-%s->", trigger), j)
		w.fail("%q was accepted and led to %q", trigger, j.Stage())
	case reason != nil && !errors.Is(err, reason):
		w.fail("%q was refused because %v, want because %v", trigger, err, reason)
	default:
		w.j = j
	}
	return w
}

// After lets time pass, fires the timers that fall due, and wants the customer
// to be in the stage then.
func (w *Walker) After(d time.Duration, want journey.Stage) *Walker {
	w.t.Helper()
	if d < 0 {
		w.fail("time goes back by %s", -d)
		return w
	}
	w.now = w.now.Add(d)
	j, err := w.d.Advance(w.j, w.now)
	w.follow(fmt.Sprintf("-(%s)->", d), j)
	if err != nil {
		w.fail("timers: %v", err)
		return w
	}
	return w.In(want)
}

// In wants the customer to be in the stage.
func (w *Walker) In(want journey.Stage) *Walker {
	w.t.Helper()
	if w.j.Stage() != want {
		w.fail("in stage %q, want %q", w.j.Stage(), want)
	}
	return w
}

// Reached wants the milestone to have been reached.
func (w *Walker) Reached(milestone string) *Walker {
	w.t.Helper()
	if !w.j.Reached(milestone) {
		w.fail("milestone %q not reached; reached are %q", milestone, w.j.Milestones())
	}
	return w
}

// NotReached wants the milestone not to have been reached. A milestone that the
// definition does not have is a failure too.
func (w *Walker) NotReached(milestone string) *Walker {
	w.t.Helper()
	known := false
	for _, m := range w.d.Milestones() {
		known = known || m.Name == milestone
	}
	switch {
	case !known:
		w.fail("the definition has no milestone %q", milestone)
	case w.j.Reached(milestone):
		w.fail("milestone %q has been reached", milestone)
	}
	return w
}

func (w *Walker) follow(arrow string, j journey.Journey) {
	w.j = j
	w.way = append(w.way, arrow, string(j.Stage()))
}

func (w *Walker) fail(format string, args ...any) {
	w.t.Helper()
	w.t.Errorf("journeytest: walk: at %s: %s\n\tthe way: %s",
		w.now.UTC().Format(time.RFC3339), fmt.Sprintf(format, args...), strings.Join(w.way, " "))
}
