package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/lifecycle-go/lifecycle/journey"
	"github.com/lifecycle-go/lifecycle/journey/tracker"
)

// first is the Monday on which the story begins.
func first() time.Time { return time.Date(2026, time.March, 2, 0, 0, 0, 0, time.UTC) }

// story is who does what, on which day after the first and at what hour.
func story() []journey.Event {
	type line struct {
		day, hour int
		who       string
		on        journey.Trigger
	}
	lines := []line{
		{0, 9, "amy", signUp},
		{0, 9, "amy", createProject},
		{1, 14, "ben", signUp},
		{2, 10, "amy", inviteMate}, // activates her
		{2, 16, "cleo", signUp},
		{4, 11, "ben", createProject},
		{5, 8, "amy", subscribe},
		{6, 12, "dan", signUp},
		{9, 10, "cleo", subscribe}, // too early: she is not activated
		{12, 17, "ben", inviteMate},
		{20, 9, "eve", signUp},
		{20, 10, "eve", createProject},
		{20, 11, "eve", inviteMate},
		{25, 15, "cleo", signUp}, // comes back
		{26, 9, "cleo", createProject},
		{27, 9, "cleo", inviteMate},
		{30, 18, "ben", subscribe}, // activated in time, pays late
		{33, 10, "cleo", subscribe},
		{60, 12, "amy", cancel},
		{70, 9, "fay", signUp},
	}
	events := make([]journey.Event, len(lines))
	for i, l := range lines {
		events[i] = journey.Event{
			Customer: l.who, Trigger: l.on, ID: fmt.Sprintf("evt-%02d", i+1),
			At: first().Add(time.Duration(l.day)*day + time.Duration(l.hour)*time.Hour),
		}
	}
	return events
}

// play lets the days pass: each morning at six the product ticks, which fires
// the timers that have fallen due, then the events of the day happen. It
// returns the time at which it stops.
func play(ctx context.Context, p *product) (time.Time, error) {
	const length = 77
	events := story()
	now := first()
	for n := range length {
		now = first().Add(time.Duration(n)*day + 6*time.Hour)
		if _, err := p.tracker.Tick(ctx, now, tracker.TickOptions{}); err != nil {
			return now, err
		}
		for len(events) > 0 && events[0].At.Before(first().Add(time.Duration(n+1)*day)) {
			if err := p.happen(ctx, events[0]); err != nil {
				return now, err
			}
			events = events[1:]
		}
	}
	return now, nil
}

// refusal returns what the definition has against an event.
func refusal(err error) (*journey.TransitionError, bool) {
	var te *journey.TransitionError
	ok := errors.As(err, &te)
	return te, ok
}
