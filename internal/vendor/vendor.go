// Package vendor makes up histories of subscriptions and tells them the way
// billing systems do: as the webhooks of Stripe, Paddle, Chargebee, Recurly and
// Lago, in order of their creation. It draws the awkward cases often and counts
// them.
package vendor

import (
	"math/rand/v2"
	"strconv"
	"time"
)

// Event is a subscription as it stood from an instant on. It costs Cents a seat
// and month.
type Event struct {
	ID       string // of the event
	Kind     Kind
	At       time.Time
	Sub      string
	Customer string
	Cents    int64
	Seats    int64
	Start    time.Time
	TrialEnd time.Time // zero: no trial
	// PeriodStart and PeriodEnd bound the period that is paid for.
	PeriodStart, PeriodEnd time.Time
	Status                 Status
	// AskedAt and CancelAt are of a scheduled end, EndedAt of one that came.
	AskedAt, CancelAt, EndedAt time.Time
	// Terms are what Stripe tells beside; the others tell none of it.
	Terms
}

// Terms are what is bought. The zero Terms are a month of product prod_1 in USD.
type Terms struct {
	Plan, Product string
	Currency      string // ISO 4217, as Stripe writes it: in small letters
	Interval      string // day, week, month or year
	Count         int    // of intervals
	// Minor is the price in minor units where it has parts of one; empty means
	// Cents.
	Minor string
	// Unpaid says that failed payments ended it.
	Unpaid bool
}

// Invoice is one invoice of one line, as it stood from At on.
type Invoice struct {
	ID, Event     string
	Status        string // open, paid, uncollectible
	At            time.Time
	Issued, Paid  time.Time
	Sub, Customer string
	LineID        string
	Cents         int64 // below zero for a credit
	Seats         int64
	From, To      time.Time
	Prorated      bool
	Terms
}

// Kind says what an event tells of.
type Kind string

// The kinds of events.
const (
	Created   Kind = "created"
	Seats     Kind = "seats"
	Repriced  Kind = "repriced"
	Renewed   Kind = "renewed"
	Scheduled Kind = "scheduled" // to end with its period
	Withdrawn Kind = "withdrawn" // a scheduled end taken back
	PastDue   Kind = "past due"
	Recovered Kind = "recovered"
	Paused    Kind = "paused"
	Resumed   Kind = "resumed"
	Ended     Kind = "ended"
	EndedLate Kind = "ended late" // told of days after it ended
)

// Status is how a subscription stands.
type Status string

// The states that every vendor has a word for.
const (
	Active Status = "active"
	Trial  Status = "trial"
	Due    Status = "due"
	Pause  Status = "pause"
	Over   Status = "over"
)

// Histories are a number of subscriptions over about a year from January 2026,
// every event once, in order of creation. seen counts what was drawn.
func Histories(rng *rand.Rand, subscriptions int, seen map[string]int) []Event {
	var out []Event
	for i := range subscriptions {
		out = append(out, history(rng, i, seen)...)
	}
	// Stable by time: of one instant, in the order they were told.
	for i := 1; i < len(out); i++ {
		for j := i; j > 0 && out[j].At.Before(out[j-1].At); j-- {
			out[j], out[j-1] = out[j-1], out[j]
		}
	}
	return out
}

// history draws one subscription.
func history(rng *rand.Rand, n int, seen map[string]int) []Event {
	day := 24 * time.Hour
	start := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC).Add(time.Duration(rng.IntN(120)) * day)
	e := Event{
		Kind: Created, At: start, Sub: "sub_" + strconv.Itoa(n), Customer: "cus_" + strconv.Itoa(rng.IntN(n/2+1)),
		Cents: 100 * int64(1+rng.IntN(50)), Seats: int64(1 + rng.IntN(5)), Start: start, Status: Active,
	}
	if rng.IntN(4) == 0 {
		seen["trial"]++
		e.Status, e.TrialEnd = Trial, start.Add(14*day)
	}
	if rng.IntN(6) == 0 {
		seen["backdated"]++
		e.At = start.Add(time.Duration(1+rng.IntN(5)) * day)
	}
	var out []Event
	tell := func() {
		e.ID = "evt_" + strconv.Itoa(n) + "_" + strconv.Itoa(len(out))
		e.PeriodStart, e.PeriodEnd = period(start, e.At)
		seen[string(e.Kind)]++
		out = append(out, e)
	}
	tell()
	for range rng.IntN(8) {
		gap := time.Duration(1+rng.IntN(40)) * day
		if rng.IntN(8) == 0 {
			seen["same day"]++
			gap = time.Hour
		}
		e.At = e.At.Add(gap)
		if e.Status == Trial && !e.At.Before(e.TrialEnd) {
			e.Status = Active
		}
		if !e.CancelAt.IsZero() && !e.At.Before(e.CancelAt) {
			e.Kind, e.Status, e.EndedAt = Ended, Over, e.CancelAt
			e.At = e.CancelAt
			tell()
			return out
		}
		draw(rng, &e)
		tell()
		if e.Status == Over {
			return out
		}
	}
	return out
}

// draw lets something happen to a subscription.
func draw(rng *rand.Rand, e *Event) {
	_, end := period(e.Start, e.At)
	switch k := rng.IntN(10); {
	case e.Status == Due && k < 6:
		e.Kind, e.Status = Recovered, Active
	case e.Status == Pause && k < 6:
		e.Kind, e.Status = Resumed, Active
	case !e.CancelAt.IsZero() && k < 5:
		e.Kind, e.CancelAt, e.AskedAt = Withdrawn, time.Time{}, time.Time{}
	case k == 0:
		e.Kind, e.Seats = Seats, e.Seats+1
	case k == 1:
		e.Kind, e.Cents = Repriced, e.Cents+100
	case k == 2 && e.CancelAt.IsZero() && e.Status == Active:
		e.Kind, e.AskedAt, e.CancelAt = Scheduled, e.At, end
	case k == 3 && e.Status == Active && e.CancelAt.IsZero():
		e.Kind, e.Status = PastDue, Due
	case k == 4 && e.Status == Active && e.CancelAt.IsZero():
		e.Kind, e.Status = Paused, Pause
	case k == 5:
		e.Kind, e.Status, e.EndedAt = Ended, Over, e.At
	case k == 6:
		e.Kind, e.Status, e.EndedAt = EndedLate, Over, e.At.Add(-time.Duration(1+rng.IntN(3))*24*time.Hour)
		if e.EndedAt.Before(e.Start) {
			e.EndedAt = e.At
		}
	default:
		e.Kind = Renewed
	}
	if e.Status == Over {
		e.CancelAt, e.AskedAt = time.Time{}, e.EndedAt
	}
}

// period is the month of a subscription that has an instant.
func period(start, at time.Time) (from, to time.Time) {
	for n := 1; ; n++ {
		to = time.Date(start.Year(), start.Month()+time.Month(n), min(start.Day(), 28), 0, 0, 0, 0, time.UTC)
		from = time.Date(start.Year(), start.Month()+time.Month(n-1), min(start.Day(), 28), 0, 0, 0, 0, time.UTC)
		if to.After(at) {
			return from, to
		}
	}
}
