package scorecard_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"sort"
	"testing"
	"time"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"

	"github.com/lifecycle-go/lifecycle/journey"
	"github.com/lifecycle-go/lifecycle/journey/preset"
	"github.com/lifecycle-go/lifecycle/journey/scorecard"
	"github.com/lifecycle-go/lifecycle/metrics/calendar"
	"github.com/lifecycle-go/lifecycle/metrics/ledger"
	"github.com/lifecycle-go/lifecycle/persona/score"
	"github.com/lifecycle-go/lifecycle/touchpoint"
	"github.com/lifecycle-go/lifecycle/touchpoint/survey"
)

const day = 24 * time.Hour

var attrs = []string{"source", "content", "reason", "mail", "feature", "tier", "type", "referred", "plan"}

// world is invented customers with everything that the catalogue counts.
type world struct {
	events  []touchpoint.Event
	changes []ledger.Change
	answers map[string][]survey.Answer
	numbers []scorecard.Number
	from    calendar.Month
	to      calendar.Month
	end     time.Time
}

func personaOf(customer string) string { return []string{"olga", "ben", "mai"}[len(customer)%3] }

// newWorld draws customers who come over fifteen months. Events often share
// an instant, come twice, or come before what they should follow.
func newWorld(seed uint64, customers int) *world {
	r := rand.New(rand.NewPCG(seed, 7))
	w := &world{answers: map[string][]survey.Answer{}, from: calendar.NewMonth(2025, 1), to: calendar.NewMonth(2026, 3)}
	start := w.from.Start(nil)
	w.end = w.to.Add(1).Start(nil)
	chance := func(p float64) bool { return r.Float64() < p }
	pick := func(list ...string) string { return list[r.IntN(len(list))] }
	for i := range customers {
		name := fmt.Sprintf("%s%03d", []string{"a", "bb", "ccc"}[i%3], i)
		at := start.Add(time.Duration(r.IntN(400*24)) * time.Hour)
		channel := touchpoint.Channel(pick("Organic Search", "Paid Search", "Email", "", "Referral", "Direct"))
		campaign := pick("", "spring", "autumn")
		add := func(name2 string, pairs ...string) {
			e := touchpoint.Event{Customer: name, Name: name2, At: at, Channel: channel, Campaign: campaign}
			for k := 0; k+1 < len(pairs); k += 2 {
				if e.Attrs == nil {
					e.Attrs = map[string]string{}
				}
				e.Attrs[pairs[k]] = pairs[k+1]
			}
			if at.Before(w.end) {
				w.events = append(w.events, e)
			}
			if chance(0.2) { // some share an instant
				return
			}
			at = at.Add(time.Duration(1+r.IntN(72)) * time.Hour)
			if chance(0.1) {
				at = at.Add(20 * day)
			}
		}
		for range 1 + r.IntN(3) {
			if chance(0.8) {
				add("visited", "source", pick("google", "news", "friend"))
			} else {
				add("visited")
			}
			channel = touchpoint.Channel(pick("Organic Search", "Paid Search", "Email", "", "Direct"))
		}
		for _, e := range []string{"content_viewed", "content_shared", "content_downloaded", "pricing_viewed", "newsletter_joined", "webinar_attended", "engaged"} {
			if chance(0.3) {
				add(e)
			}
		}
		if chance(0.05) {
			add("marketing_qualified")
		}
		if chance(0.8) {
			add("lead_captured")
			if chance(0.1) {
				add("lead_captured")
			}
		}
		if chance(0.6) {
			add("marketing_qualified")
			if chance(0.6) {
				add("sales_qualified")
			}
		}
		if chance(0.3) {
			add("declined", "reason", pick("no decision", "price"))
		}
		for chance(0.5) {
			add("trial_started")
			for range r.IntN(4) {
				add("logged_in")
				add("feature_used", "feature", pick("board", "chart", "export"), "tier", pick("basic", "premium"))
			}
			if chance(0.6) {
				add("trial_expired")
			}
		}
		if chance(0.7) {
			w.customer(r, name, add, &at)
		}
	}
	w.outside(r)
	return w
}

func (w *world) customer(r *rand.Rand, name string, add func(string, ...string), at *time.Time) {
	chance := func(p float64) bool { return r.Float64() < p }
	pick := func(list ...string) string { return list[r.IntN(len(list))] }
	if chance(0.1) {
		add("activated")
	}
	add("subscribed", "plan", "small")
	mrr := int64(20 + 10*r.IntN(10))
	charge := func(n int64, plan string) {
		if at.Before(w.end) {
			w.changes = append(w.changes, ledger.Change{Customer: name, At: *at, Amount: decimal.New(n, 0), Plan: plan})
		}
	}
	charge(mrr, "small")
	add("account_created")
	add("mail_sent", "mail", "welcome")
	if chance(0.5) {
		add("mail_opened", "mail", "welcome")
	}
	if chance(0.5) {
		add("content_viewed", "content", "onboarding")
	}
	if chance(0.7) {
		add(pick("activated", "value_received"))
	}
	for at.Before(w.end) {
		for range 1 + r.IntN(4) {
			add("active_day")
			add("logged_in")
			if chance(0.5) {
				add("feature_used", "feature", pick("board", "chart", "export"), "tier", pick("basic", "premium"))
			}
		}
		if chance(0.4) {
			add("ticket_opened", "type", pick("basic", "advanced"))
			if chance(0.2) {
				add("ticket_opened", "type", "basic")
			}
			if chance(0.8) {
				add("ticket_solved", "type", "basic")
			}
		}
		for _, s := range []struct {
			name string
			hi   int
		}{{"onboarding_nps", 11}, {"nps", 11}, {"csat", 5}, {"ces", 7}} {
			if chance(0.3) && at.Before(w.end) {
				lo := 1
				if s.hi == 11 {
					lo = 0
				}
				w.answers[s.name] = append(w.answers[s.name], survey.Answer{Customer: name, At: *at, Score: lo + r.IntN(s.hi)})
			}
		}
		switch {
		case chance(0.1):
			add(pick("cancelled", "payment_lapsed"))
			charge(0, "")
			if chance(0.6) {
				return
			}
			*at = at.Add(25 * day)
			add("won_back")
			charge(mrr, "small")
		case chance(0.2):
			mrr += 15
			add(pick("upgraded", "addon_bought"), "plan", "large")
			charge(mrr, "large")
		case chance(0.1) && mrr > 20:
			mrr -= 5
			add("downgraded")
			charge(mrr, "small")
		case chance(0.3):
			add("renewed")
		}
		for _, e := range []string{"community_joined", "answer_posted", "case_study_asked", "case_study_agreed"} {
			if chance(0.1) {
				add(e)
			}
		}
		if chance(0.15) {
			add("referred", "referred", fmt.Sprintf("%s%03d", pick("a", "bb", "ccc"), r.IntN(200)))
		}
		*at = at.Add(time.Duration(r.IntN(20)) * day)
	}
}

func (w *world) outside(r *rand.Rand) {
	for m := w.from.Add(-6); !m.After(w.to); m = m.Add(1) {
		for _, k := range scorecard.Numbers() {
			w.numbers = append(w.numbers, scorecard.Number{Name: k.Name, Month: m, Value: decimal.New(int64(1000+r.IntN(9000)), 0)})
		}
	}
}

var engagement = score.Engagement{HalfLife: 30 * day, Weights: []score.Weight{
	{Event: "visited", Points: 5},
	{Event: "lead_captured", Points: 20},
	{Event: "engaged", Points: 15},
	{Event: "trial_started", Points: 30},
	{Event: "active_day", Points: 3},
}}

func (w *world) data(t testing.TB) scorecard.Data {
	t.Helper()
	log, err := touchpoint.LogOptions{Campaign: true, Attrs: attrs}.LogOf(w.events...)
	require.NoError(t, err)
	books, err := ledger.New(ledger.Options{Currency: "EUR"})
	require.NoError(t, err)
	require.NoError(t, books.Append(w.changes...))
	replay, err := preset.SaaS().ReplayLog(log, nil, journey.ReplayOptions{Horizon: w.end.Add(-time.Nanosecond)})
	require.NoError(t, err)
	scorer, err := engagement.Scorer(log)
	require.NoError(t, err)
	d := scorecard.Data{Log: log, Journeys: replay, Books: books, Numbers: w.numbers, Scores: scorer, Segment: personaOf}
	for _, name := range []string{"onboarding_nps", "nps", "csat", "ces"} {
		kind := survey.KindNPS
		switch name {
		case "csat":
			kind = survey.KindCSAT
		case "ces":
			kind = survey.KindCES
		}
		d.Answers = append(d.Answers, scorecard.Answers{Name: name, Survey: survey.Survey{Kind: kind}, Given: w.answers[name]})
	}
	return d
}

// sorted is the events of each customer, in order of time, ties as they came.
func (w *world) sorted() map[string][]touchpoint.Event {
	of := map[string][]touchpoint.Event{}
	for _, e := range w.events {
		of[e.Customer] = append(of[e.Customer], e)
	}
	for _, list := range of {
		sort.SliceStable(list, func(i, j int) bool { return list[i].At.Before(list[j].At) })
	}
	return of
}

func (w *world) months() []calendar.Month { return slices.Collect(calendar.Months(w.from, w.to)) }
