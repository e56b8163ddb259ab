package journey_test

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/lifecycle-go/lifecycle/journey"
	"github.com/lifecycle-go/lifecycle/metrics/calendar"
)

// rich has every feature that a replay has to treat with care: timers, an
// internal timer, guards, a gate, internal and reflexive transitions,
// observations and milestones of every rule.
func rich(t testing.TB) *journey.Definition {
	t.Helper()
	even := func(_ journey.Journey, e journey.Event) bool { return e.At.Unix()/3600%2 == 0 }
	young := func(j journey.Journey, _ journey.Event) bool { return j.Seq()%3 == 0 }
	d, err := journey.Define(journey.Spec{
		Name:    "rich",
		Initial: "trial",
		Stages: []journey.StageSpec{
			{Name: "trial", Group: "new"},
			{Name: "setup", Group: "new"},
			{Name: "active", Group: "customer", Goal: true},
			{Name: "dormant", Group: "customer"},
			{Name: "lost"},
			{Name: "closed", Terminal: true},
		},
		Transitions: []journey.Transition{
			{From: "trial", On: "begin", To: "setup"},
			{From: "trial", On: "remind", Internal: true},
			{From: "trial", On: "expire", To: "lost"},
			{From: "setup", On: "pay", To: "active", Gate: "ready"},
			{From: "setup", On: "pay", To: "dormant", Guard: journey.Guard{Name: "even", Allow: even}},
			{From: "setup", On: "back", To: "trial"},
			{From: "active", On: "renew", To: journey.Same},
			{From: "active", On: "sleep", To: "dormant"},
			{From: "dormant", On: "wake", To: "active", Guard: journey.Guard{Name: "young", Allow: young}},
			{From: "dormant", On: "wake", To: "lost"},
			{From: "dormant", On: "give up", To: "lost", Guard: journey.Guard{Name: "young", Allow: young}},
			{From: "lost", On: "return", To: "trial"},
			{From: journey.Any, On: "close", To: "closed", Except: []journey.Stage{"trial"}},
			{From: journey.InGroup("new"), On: "touch", To: journey.Same, Internal: true},
		},
		After: []journey.Timer{
			{Stage: "trial", After: 5 * time.Hour, Trigger: "remind"},
			{Stage: "trial", After: 12 * time.Hour, Trigger: "expire"},
			{Stage: "active", After: 30 * time.Hour, Trigger: "sleep"},
			{Stage: "dormant", After: 8 * time.Hour, Trigger: "give up"},
		},
		Milestones: []journey.Milestone{
			{Name: "ready", Events: []journey.Trigger{"import", "invite"}, Rule: journey.AllOf},
			{Name: "first value", Events: []journey.Trigger{"import", "begin"}, Deadline: 9 * time.Hour},
			{Name: "habit", Events: []journey.Trigger{"login"}, Rule: journey.CountOf, N: 3, Within: 6 * time.Hour},
			{Name: "explorer", Events: []journey.Trigger{"import", "invite", "login"}, Rule: journey.DistinctOf, N: 2, Within: 2 * time.Hour},
			{Name: "paid twice", Events: []journey.Trigger{"pay", "renew"}, Rule: journey.CountOf, N: 2},
		},
	})
	require.NoError(t, err)
	return d
}

var richTriggers = []journey.Trigger{
	"begin", "remind", "expire", "pay", "back", "renew", "sleep", "wake", "return", "close", "touch",
	"import", "invite", "login", "import", "invite", "login", "begin", "pay", "no such trigger",
}

// events draws a log of a few customers with distinct times per customer.
func drawEvents(t *rapid.T, most int) []journey.Event {
	n := rapid.IntRange(0, most).Draw(t, "events")
	out := make([]journey.Event, 0, n)
	clock := map[string]int{}
	for range n {
		who := rapid.SampledFrom([]string{"ada", "bob", "cyd", "dee"}).Draw(t, "customer")
		// Whole hours often, so that events, timers and horizons meet.
		gap := rapid.IntRange(1, 11).Draw(t, "hours") * 3600
		if rapid.IntRange(0, 4).Draw(t, "odd") == 0 {
			gap = rapid.IntRange(1, 40_000).Draw(t, "gap")
		}
		clock[who] += gap
		e := journey.Event{
			Customer: who,
			Trigger:  rapid.SampledFrom(richTriggers).Draw(t, "trigger"),
			At:       day0.Add(time.Duration(clock[who]) * time.Second),
		}
		if rapid.Bool().Draw(t, "has id") {
			e.ID = rapid.StringMatching(`[ab]{1,3}[0-9]`).Draw(t, "id")
		}
		out = append(out, e)
	}
	return out
}

func shuffled(events []journey.Event, seed uint64) []journey.Event {
	out := slices.Clone(events)
	rand.New(rand.NewPCG(seed, 7)).Shuffle(len(out), func(i, k int) { out[i], out[k] = out[k], out[i] })
	return out
}

// fold is the slow obvious replay: sort, drop repeats, Step.
type fold struct {
	journeys map[string]journey.Journey
	refused  map[[2]string]int64
	accepted int64
	spent    map[journey.Stage]time.Duration
	observed time.Duration
}

func foldOf(d *journey.Definition, events []journey.Event, horizon time.Time) fold {
	f := fold{journeys: map[string]journey.Journey{}, refused: map[[2]string]int64{}, spent: map[journey.Stage]time.Duration{}}
	events = slices.Clone(events)
	slices.SortStableFunc(events, func(a, b journey.Event) int { return a.At.Compare(b.At) })
	seen := map[[2]string]bool{}
	last, first := map[string]time.Time{}, map[string]time.Time{}
	step := func(j journey.Journey, until time.Time) journey.Journey {
		for { // one timer at a time, to see every visit
			e, ok := d.Due(j, until)
			if !ok {
				return j
			}
			next, c, err := d.Move(j, e)
			if err != nil {
				panic(err)
			}
			if c.Kind == journey.Moved {
				f.spent[c.From] += e.At.Sub(j.Since())
			}
			j = next
		}
	}
	for _, e := range events {
		if !horizon.IsZero() && e.At.After(horizon) {
			continue
		}
		key := [2]string{e.Customer, e.ID}
		if e.ID != "" && seen[key] {
			continue
		}
		seen[key] = true
		j, ok := f.journeys[e.Customer]
		if !ok {
			j = d.Start(e.Customer, e.At)
			first[e.Customer] = e.At
		}
		last[e.Customer] = e.At
		timed := step(j, e.At)
		next, err := d.Step(j, e)
		if err != nil {
			f.refused[[2]string{string(timed.Stage()), string(e.Trigger)}]++
			next = timed
		} else {
			f.accepted++
			if next.Since().After(timed.Since()) || next.Stage() != timed.Stage() {
				f.spent[timed.Stage()] += e.At.Sub(timed.Since())
			}
		}
		f.journeys[e.Customer] = next
	}
	for who, j := range f.journeys {
		until := last[who]
		if !horizon.IsZero() {
			until = horizon
			j = step(j, until)
		}
		f.spent[j.Stage()] += until.Sub(j.Since())
		f.observed += until.Sub(first[who])
		f.journeys[who] = j
	}
	return f
}

func TestLaw_ReplayIsAFoldOfStep(t *testing.T) {
	t.Parallel()
	d := rich(t)
	rapid.Check(t, func(t *rapid.T) {
		events := drawEvents(t, 120)
		o := journey.ReplayOptions{
			Goroutines: rapid.IntRange(1, 5).Draw(t, "goroutines"),
			// Examples are taken off the fast path; without them it is on from
			// the first event.
			Examples: rapid.SampledFrom([]int{-1, 1, 0}).Draw(t, "examples"),
		}
		if rapid.Bool().Draw(t, "bounded") {
			o.Horizon = day0.Add(time.Duration(rapid.IntRange(0, 600).Draw(t, "horizon")) * time.Hour)
		}
		r, err := replayWith(d, slices.Values(shuffled(events, rapid.Uint64().Draw(t, "seed"))), o)
		require.NoError(t, err)
		want := foldOf(d, events, o.Horizon)

		require.EqualValues(t, len(want.journeys), r.Customers())
		for j := range r.Journeys() {
			require.Equal(t, want.journeys[j.Customer()], j)
		}
		for who, stage := range r.Stages() {
			require.Equal(t, want.journeys[who].Stage(), stage)
		}
		require.Equal(t, want.accepted, r.Counts().Accepted)
		refused := map[[2]string]int64{}
		for _, x := range r.Refusals(journey.ByStage) {
			refused[[2]string{x.Stage, string(x.Trigger)}] += x.Count
		}
		require.Equal(t, want.refused, refused)
		spent := map[journey.Stage]time.Duration{}
		total := calendar.Elapsed{}
		for _, s := range r.Sojourns(journey.ByStage) {
			v, _ := s.Total.Duration()
			if v > 0 || want.spent[journey.Stage(s.Name)] > 0 {
				require.Equal(t, want.spent[journey.Stage(s.Name)], v, s.Name)
			}
			spent[journey.Stage(s.Name)] = v
			total = total.Add(s.Total)
		}
		observed, _ := r.Observed().Duration()
		require.Equal(t, want.observed, observed)
		require.Equal(t, r.Observed(), total, "sojourn sums are the observed time")

		c := r.Counts()
		require.EqualValues(t, len(events), c.Accepted+c.Refused+c.Ignored+c.Duplicates+c.Beyond)
	})
}

// Events of one customer at one instant are taken in input order, whatever the
// order of the rest.
func TestLaw_TiesKeepInputOrder(t *testing.T) {
	t.Parallel()
	d := rich(t)
	rapid.Check(t, func(t *rapid.T) {
		var events []journey.Event
		for range rapid.IntRange(0, 60).Draw(t, "events") {
			events = append(events, journey.Event{
				Customer: rapid.SampledFrom([]string{"ada", "bob"}).Draw(t, "customer"),
				Trigger:  rapid.SampledFrom(richTriggers).Draw(t, "trigger"),
				At:       day0.Add(time.Duration(rapid.IntRange(0, 3).Draw(t, "hour")) * time.Hour),
			})
		}
		r, err := replayWith(d, slices.Values(events), journey.ReplayOptions{Examples: -1})
		require.NoError(t, err)
		want := foldOf(d, events, time.Time{})
		for j := range r.Journeys() {
			require.Equal(t, want.journeys[j.Customer()], j)
		}
	})
}

func TestLaw_SojournSumsAreTheObservedTime_OfEveryCustomer(t *testing.T) {
	t.Parallel()
	d := rich(t)
	rapid.Check(t, func(t *rapid.T) {
		events := drawEvents(t, 80)
		r, err := d.Replay(slices.Values(events))
		require.NoError(t, err)
		var all time.Duration
		n := int64(0)
		for who, visits := range r.AllVisits() {
			require.Equal(t, visits, r.Visits(who))
			for i, v := range visits {
				require.Equal(t, i == len(visits)-1, v.Open)
				if i > 0 {
					require.Equal(t, visits[i-1].Until, v.From)
				}
				all += v.Duration()
			}
			n += int64(len(visits))
			j, ok := r.Journey(who)
			require.True(t, ok)
			require.Equal(t, j.Stage(), visits[len(visits)-1].Stage)
		}
		observed, _ := r.Observed().Duration()
		require.Equal(t, observed, all)
		visits := int64(0)
		for _, s := range r.Sojourns(journey.ByStage) {
			visits += s.Visits
		}
		require.Equal(t, n, visits)
	})
}
