package main

import (
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/shopspring/decimal"

	"github.com/lifecycle-go/lifecycle/touchpoint"
)

// plan is the journey that the invented company has in mind. Its goals are where
// a journey may end.
const plan = `journey "invented product"
initial visitor
stage visitor doc "Has come to the site."
stage lead doc "Can be reached."
stage trial doc "Tries it, for 14 days."
stage active doc "Has used it once for real."
stage customer goal doc "Pays."
stage gone goal terminal aside doc "Has left."
from visitor on lead_captured to lead
from visitor on trial_started to trial
from lead on trial_started to trial
from trial on activated to active
from trial on trial_expired to lead
from active on trial_expired to lead
from active on subscribed to customer
from customer on renewed to = internal
from customer on upgraded to = internal
from customer on cancelled to gone
`

// A source is a channel by which people come: how often, what a visit costs, and
// how much likelier or less likely it makes a trial.
type source struct {
	channel  touchpoint.Channel
	campaign string
	weight   int
	cost     int64 // cents a visit
	lift     float64
}

var sources = []source{
	{touchpoint.OrganicSearch, "", 28, 0, 1},
	{touchpoint.PaidSearch, "autumn", 20, 240, 1.1},
	{touchpoint.PaidSocial, "autumn", 16, 130, 0.6},
	{touchpoint.Email, "letter", 12, 4, 1.3},
	{touchpoint.Referral, "", 10, 0, 1.4},
	{touchpoint.Direct, "", 14, 0, 1},
}

// A persona is who comes: how likely to try, to get going and to buy.
type persona struct {
	name             string
	try, active, buy float64
	price            int64
}

var personas = []persona{
	{"owner", 0.55, 0.62, 0.55, 29},
	{"manager", 0.45, 0.50, 0.45, 79},
	{"analyst", 0.60, 0.45, 0.20, 29},
}

// story makes up the log: half a year of an invented product, with an experiment
// in its onboarding, where the guided variant gets more people going.
func story() []touchpoint.Event {
	const customers = 520
	s := &teller{r: rand.New(rand.NewPCG(2026, 11))}
	start := time.Date(2025, time.September, 1, 0, 0, 0, 0, time.UTC)
	s.end = time.Date(2026, time.March, 1, 0, 0, 0, 0, time.UTC)
	for i := range customers {
		s.customer(fmt.Sprintf("c%03d", i), start.Add(time.Duration(s.r.IntN(170*24*60))*time.Minute))
	}
	return s.events
}

type teller struct {
	r      *rand.Rand
	events []touchpoint.Event
	end    time.Time

	name string
	who  persona
	at   time.Time
	from source
}

func (s *teller) chance(p float64) bool { return s.r.Float64() < p }

// wait lets up to so many hours pass.
func (s *teller) wait(hours int) { s.at = s.at.Add(time.Duration(1+s.r.IntN(hours*60)) * time.Minute) }

func (s *teller) pick() source {
	n := s.r.IntN(100)
	for _, x := range sources {
		if n -= x.weight; n < 0 {
			return x
		}
	}
	return sources[0]
}

// tell adds an event, with pairs of attributes; nothing happens after the end.
func (s *teller) tell(event string, pairs ...string) {
	if !s.at.Before(s.end) {
		return
	}
	attrs := map[string]string{"persona": s.who.name}
	for i := 0; i+1 < len(pairs); i += 2 {
		attrs[pairs[i]] = pairs[i+1]
	}
	e := touchpoint.Event{Customer: s.name, Name: event, At: s.at, Attrs: attrs}
	if event == "visited" {
		e.Channel, e.Campaign, e.Cost = s.from.channel, s.from.campaign, decimal.New(s.from.cost, -2)
	}
	if event == "subscribed" {
		e.Value = decimal.New(s.who.price, 0)
	}
	s.events = append(s.events, e)
}

func (s *teller) customer(name string, at time.Time) {
	s.name, s.at, s.who = name, at, personas[s.r.IntN(len(personas))]
	lift := 0.0
	for range 1 + s.r.IntN(3) {
		s.from = s.pick()
		lift = max(lift, s.from.lift)
		s.tell("visited")
		if s.chance(0.4) {
			s.wait(1)
			s.tell("content_viewed")
		}
		s.wait(96)
	}
	if s.chance(0.6) {
		s.tell("lead_captured")
		s.wait(24)
		if s.chance(0.25) {
			s.tell("webinar_attended")
			lift *= 1.4
			s.wait(24)
		}
	}
	if s.chance(0.25) {
		s.tell("pricing_viewed")
		s.wait(8)
	}
	switch {
	case s.chance(0.02): // on the phone, without a trial
		s.tell("subscribed")
		s.stay()
		return
	case !s.chance(s.who.try * lift):
		return
	}
	s.tell("trial_started")
	s.trial()
}

func (s *teller) trial() {
	begun := s.at
	s.wait(2)
	variant, active := "plain", s.who.active
	if s.chance(0.5) {
		variant, active = "guided", active+0.25
	}
	s.tell("onboarding_shown", "variant", variant)
	invited := s.chance(0.35)
	for range 1 + s.r.IntN(4) {
		s.wait(36)
		s.tell("logged_in")
	}
	if invited {
		s.tell("teammate_invited")
		s.wait(4)
		active += 0.15
	}
	going := s.chance(active)
	if going {
		s.wait(24)
		s.tell("activated")
	}
	buy := s.who.buy
	if invited {
		buy += 0.3
	}
	switch {
	case going && s.chance(buy):
		s.wait(72)
		s.tell("subscribed")
		s.stay()
	case !going && s.chance(0.12): // buys without having tried it
		s.wait(72)
		s.tell("subscribed")
		s.stay()
	default:
		if s.chance(0.3) {
			s.wait(24)
			s.tell("support_asked")
		}
		s.at = begun.Add(14 * 24 * time.Hour)
		s.tell("trial_expired")
	}
}

// stay is a customer's weeks until they leave or the story ends.
func (s *teller) stay() {
	paid := s.at
	for month := 1; s.at.Before(s.end); month++ {
		for range 2 + s.r.IntN(5) {
			s.wait(130)
			s.tell("logged_in")
		}
		s.at = paid.Add(time.Duration(month) * 30 * 24 * time.Hour)
		if s.chance(0.13) {
			s.tell("cancelled")
			if s.chance(0.25) {
				s.wait(48)
				s.tell("renewed") // the billing system thought otherwise
			}
			return
		}
		s.tell("renewed")
		if s.chance(0.1) {
			s.wait(24)
			s.tell("upgraded")
		}
	}
}
