package journey_test

import (
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/lifecycle-go/lifecycle/journey"
	"github.com/lifecycle-go/lifecycle/metrics"
	"github.com/lifecycle-go/lifecycle/touchpoint"
)

// product is a trial with an activation milestone: small enough to count by
// hand.
func product(t testing.TB) *journey.Definition {
	t.Helper()
	d, err := journey.Define(journey.Spec{
		Name:    "product",
		Initial: "trial",
		Stages: []journey.StageSpec{
			{Name: "trial", Group: "new"},
			{Name: "setup", Group: "new"},
			{Name: "active", Group: "customer", Goal: true},
			{Name: "gone", Terminal: true},
		},
		Transitions: []journey.Transition{
			{From: "trial", On: "begin", To: "setup"},
			{From: "setup", On: "pay", To: "active"},
			{From: "trial", On: "pay", To: "active"},
			{From: "active", On: "renew", To: journey.Same},
			{From: "trial", On: "expire", To: "gone"},
			{From: "active", On: "cancel", To: "gone"},
			{From: "trial", On: "open", Internal: true},
		},
		After:      []journey.Timer{{Stage: "trial", After: 10 * 24 * time.Hour, Trigger: "expire"}},
		Milestones: []journey.Milestone{{Name: "activated", Events: []journey.Trigger{"import"}, Deadline: 3 * 24 * time.Hour}},
	})
	require.NoError(t, err)
	return d
}

// Seven customers of the product, counted by hand below:
//
//	ada   trial 0, import 1, begin 2, pay 5, renew 9
//	bob   trial 0, import 4, pay 6, cancel 8
//	cyd   trial 1, then silence: the timer ends the trial on day 11
//	dee   trial 8, import 9
//	eve   trial 2, pay 3, import 7
//	fay   trial 2, begin 4
//	gus   trial 9, "begin" again in setup (refused), a name nobody knows
func productEvents() []journey.Event {
	at := func(who string, n int, t journey.Trigger) journey.Event {
		return journey.Event{Customer: who, Trigger: t, At: day(n), ID: who + strconv.Itoa(n) + string(t)}
	}
	return []journey.Event{
		at("ada", 0, "open"), at("ada", 1, "import"), at("ada", 2, "begin"), at("ada", 5, "pay"), at("ada", 9, "renew"),
		at("bob", 0, "open"), at("bob", 4, "import"), at("bob", 6, "pay"), at("bob", 8, "cancel"), at("bob", 8, "cancel"),
		at("cyd", 1, "open"),
		at("dee", 8, "open"), at("dee", 9, "import"),
		at("eve", 2, "open"), at("eve", 3, "pay"), at("eve", 7, "import"),
		at("fay", 2, "open"), at("fay", 4, "begin"),
		at("gus", 9, "begin"), at("gus", 10, "begin"), at("gus", 11, "dance"), at("gus", 20, "pay"),
	}
}

func productReplay(t testing.TB) *journey.Replay {
	t.Helper()
	r, err := product(t).ReplayWith(slices.Values(shuffled(productEvents(), 3)), journey.ReplayOptions{Horizon: day(12)})
	require.NoError(t, err)
	return r
}

func days(n float64) time.Duration { return time.Duration(n * 24 * float64(time.Hour)) }

func TestReplay_CountedByHand(t *testing.T) {
	t.Parallel()
	r := productReplay(t)
	assert.EqualValues(t, 7, r.Customers())
	assert.Equal(t, day(12), r.Horizon())
	assert.Equal(t, journey.Counts{
		Accepted: 18, Observed: 4, Refused: 2, Duplicates: 1, Beyond: 1, Timers: 1,
	}, r.Counts())

	var where []string
	for who, s := range r.Stages() {
		where = append(where, who+" "+string(s))
	}
	assert.Equal(t, []string{"ada active", "bob gone", "cyd gone", "dee trial", "eve active", "fay setup", "gus setup"}, where)
	assert.EqualValues(t, 2, r.InStage(journey.ByStage, "active"))
	assert.EqualValues(t, 3, r.InStage(journey.ByGroup, "new"))
	assert.Zero(t, r.InStage(journey.ByStage, "nowhere"))

	assert.Equal(t, []journey.Visit{
		{Stage: "trial", From: day(1), Until: day(11)},
		{Stage: "gone", By: "expire", From: day(11), Until: day(12), Open: true},
	}, r.Visits("cyd"))
	assert.Nil(t, r.Visits("nobody"))
	j, ok := r.Journey("ada")
	require.True(t, ok)
	assert.Equal(t, day(9), j.Since())
	assert.True(t, j.Reached("activated"))
	_, ok = r.Journey("nobody")
	assert.False(t, ok)
}

func TestReplay_SojournsCountedByHand(t *testing.T) {
	t.Parallel()
	r := productReplay(t)
	type line struct {
		name         string
		visits, open int64
		total        float64 // days
		mean, median float64 // of the visits that ended; -1 = not defined
	}
	check := func(by journey.By, want []line) {
		got := r.Sojourns(by)
		require.Len(t, got, len(want))
		total := journey.Elapsed{}
		for i, w := range want {
			s := got[i]
			assert.Equal(t, w.name, s.Name)
			assert.Equal(t, w.visits, s.Visits, w.name)
			assert.Equal(t, w.open, s.Open, w.name)
			assert.InDelta(t, w.total, s.Total.Days(), 1e-9, w.name)
			mean, ok := s.Mean()
			assert.Equal(t, w.mean >= 0, ok, w.name)
			median, ok := s.Quantile(0.5)
			assert.Equal(t, w.median >= 0, ok, w.name)
			if ok {
				assert.Equal(t, days(w.mean), mean, w.name)
				assert.Equal(t, days(w.median), median, w.name)
			}
			total = total.Add(s.Total)
			same, ok := r.Sojourn(by, w.name)
			assert.True(t, ok)
			assert.Equal(t, s, same)
		}
		assert.Equal(t, r.Observed(), total)
	}
	// trial: ada 2, bob 6, cyd 10, dee 4 open, eve 1, fay 2, gus 0.
	// setup: ada 3, fay 8 open, gus 3 open. active: ada 4 and 3 open, bob 2,
	// eve 9 open. gone: bob 4 open, cyd 1 open.
	check(journey.ByStage, []line{
		{"trial", 7, 1, 25, 21. / 6, 2},
		{"setup", 3, 2, 14, 3, 3},
		{"active", 4, 2, 18, 3, 2},
		{"gone", 2, 2, 5, -1, -1},
	})
	// new: ada 5, bob 6, cyd 10, eve 1 ended; dee 4, fay 10, gus 3 open.
	// customer: bob 2 ended; ada 7, eve 9 open.
	check(journey.ByGroup, []line{
		{"new", 7, 3, 39, 5.5, 5},
		{"customer", 3, 2, 18, 2, 2},
		{"gone", 2, 2, 5, -1, -1},
	})
	s, _ := r.Sojourn(journey.ByStage, "setup")
	open, ok := s.OpenQuantile(1)
	assert.True(t, ok)
	assert.Equal(t, days(8), open)
	_, ok = s.Quantile(1.5)
	assert.False(t, ok)
	_, ok = r.Sojourn(journey.ByStage, "nowhere")
	assert.False(t, ok)
	_, ok = journey.Sojourn{}.Mean()
	assert.False(t, ok)
}

func TestReplay_TransitionsRefusalsReachesCountedByHand(t *testing.T) {
	t.Parallel()
	r := productReplay(t)
	assert.Equal(t, []journey.TransitionCount{
		{From: "trial", On: "begin", To: "setup", Count: 3},
		{From: "trial", On: "expire", To: "gone", Timers: 1},
		{From: "trial", On: "open", To: "trial", Count: 6},
		{From: "trial", On: "pay", To: "active", Count: 2},
		{From: "setup", On: "pay", To: "active", Count: 1},
		{From: "active", On: "cancel", To: "gone", Count: 1},
		{From: "active", On: "renew", To: "active", Count: 1},
	}, r.Transitions(journey.ByStage))
	assert.Equal(t, []journey.TransitionCount{
		{From: "new", On: "begin", To: "new", Count: 3},
		{From: "new", On: "expire", To: "gone", Timers: 1},
		{From: "new", On: "open", To: "new", Count: 6},
		{From: "new", On: "pay", To: "customer", Count: 3},
		{From: "customer", On: "cancel", To: "gone", Count: 1},
		{From: "customer", On: "renew", To: "customer", Count: 1},
	}, r.Transitions(journey.ByGroup))
	for i, e := range r.Definition().Edges() {
		if e.On == "expire" {
			events, timers := r.EdgeCount(i)
			assert.Zero(t, events)
			assert.EqualValues(t, 1, timers)
		}
	}
	events, timers := r.EdgeCount(-1)
	assert.Zero(t, events+timers)

	assert.Equal(t, []journey.Refusal{
		{
			Stage: "setup", Trigger: "begin", Count: 1, Err: journey.ErrNotAllowed, Allowed: []journey.Trigger{"pay"},
			Examples: []journey.Event{{Customer: "gus", Trigger: "begin", At: day(10)}},
		},
		{
			Stage: "setup", Trigger: "dance", Count: 1, Err: journey.ErrUnknownTrigger, Allowed: []journey.Trigger{"pay"},
			Examples: []journey.Event{{Customer: "gus", Trigger: "dance", At: day(11)}},
		},
	}, r.Refusals(journey.ByStage))
	byGroup := r.Refusals(journey.ByGroup)
	require.Len(t, byGroup, 2)
	assert.Equal(t, "new", byGroup[0].Stage)

	active, ok := r.Reach(journey.ByStage, "active")
	require.True(t, ok)
	assert.Equal(t, "42.86%", active.Rate().Percent(2))
	first, ok := active.Quantile(0.25) // ada 5, bob 6, eve 1 days; four never
	assert.True(t, ok)
	assert.Equal(t, days(5), first)
	_, ok = active.Quantile(0.5)
	assert.False(t, ok, "four of seven have not come there")
	_, ok = r.Reach(journey.ByStage, "nowhere")
	assert.False(t, ok)
}

func TestReplay_MilestoneCountedByHand(t *testing.T) {
	t.Parallel()
	r := productReplay(t)
	m, err := r.Milestone("activated", journey.MilestoneOptions{})
	require.NoError(t, err)
	assert.Equal(t, days(3), m.Within, "the milestone's own deadline")
	assert.EqualValues(t, 7, m.Customers)
	assert.EqualValues(t, 4, m.Reached)
	// ada after 1 day, bob 4, dee 1, eve 5. Everybody started at least 3 days
	// before day 12.
	assert.EqualValues(t, 7, m.Mature)
	assert.EqualValues(t, 2, m.ReachedWithin)
	assert.Equal(t, "28.57%", m.ActivationRate().Percent(2))
	assert.Equal(t, "57.14%", m.ReachedRate().Percent(2))
	assert.Equal(t, "42.86%", m.RateWithin(days(4)).Percent(2))
	ttfv, ok := m.TimeToFirstValue()
	assert.True(t, ok)
	assert.Equal(t, days(5), ttfv, "the fourth of seven")
	_, ok = m.Quantile(0.6)
	assert.False(t, ok, "falls on one who has not reached it")
	mean, ok := m.Mean()
	assert.True(t, ok)
	assert.Equal(t, days(2.75), mean)

	// With: ada and bob (converted later), dee (not converted). Without: cyd,
	// fay and gus, and eve, who paid before she imported.
	assert.Equal(t, [2]int64{3, 2}, [2]int64{m.With.Customers, m.With.Converted})
	assert.Equal(t, [2]int64{4, 1}, [2]int64{m.Without.Customers, m.Without.Converted})
	want, err := metrics.Wilson(2, 3, 0.95)
	require.NoError(t, err)
	assert.Equal(t, want, m.With.Rate)
	assert.Equal(t, "25%", m.Without.Ratio().Percent(0))

	var stuck []journey.Stuck
	for s := range m.Stuck() {
		stuck = append(stuck, s)
	}
	assert.Equal(t, []journey.Stuck{ // cyd is gone for good
		{Customer: "fay", Stage: "setup", Since: day(4), Started: day(2), Seen: day(4)},
		{Customer: "gus", Stage: "setup", Since: day(9), Started: day(9), Seen: day(11)},
	}, stuck)

	five, err := r.Milestone("activated", journey.MilestoneOptions{Within: days(5), Goals: []journey.Stage{"setup"}, Level: 0.5})
	require.NoError(t, err)
	assert.EqualValues(t, 5, five.Mature, "dee and gus started less than five days before day 12")
	assert.EqualValues(t, 3, five.ReachedWithin)
	assert.Equal(t, [2]int64{4, 1}, [2]int64{five.With.Customers, five.With.Converted}, "ada set up after her import")
	assert.Equal(t, 0.5, five.With.Rate.Level)

	_, err = r.Milestone("nothing", journey.MilestoneOptions{})
	require.ErrorIs(t, err, journey.ErrUnknownMilestone)
	_, err = r.Milestone("activated", journey.MilestoneOptions{Within: -1, Level: 2, Goals: []journey.Stage{"nowhere"}})
	require.ErrorIs(t, err, journey.ErrUnknownStage)
	require.ErrorContains(t, err, "Within: -1ns is negative")
	require.ErrorContains(t, err, "Level: 2")

	for range (journey.MilestoneReport{}).Stuck() {
		t.Fatal("the zero report has nobody")
	}
	assert.False(t, (journey.MilestoneReport{}).ActivationRate().Defined())
}

func TestReplay_NothingAtAll(t *testing.T) {
	t.Parallel()
	d := product(t)
	r, err := d.ReplayOf()
	require.NoError(t, err)
	assert.Zero(t, r.Customers())
	assert.True(t, r.Horizon().IsZero())
	assert.Equal(t, journey.Counts{}, r.Counts())
	assert.Empty(t, r.Refusals(journey.ByStage))
	assert.Equal(t, journey.Elapsed{}, r.Observed())
	m, err := r.Milestone("activated", journey.MilestoneOptions{})
	require.NoError(t, err)
	assert.False(t, m.ActivationRate().Defined())
	assert.False(t, m.With.Rate.Defined())
	_, ok := m.TimeToFirstValue()
	assert.False(t, ok)
	log, err := touchpoint.LogOf()
	require.NoError(t, err)
	r, err = d.ReplayLog(log, nil, journey.ReplayOptions{})
	require.NoError(t, err)
	assert.Zero(t, r.Customers())
	for range r.Journeys() {
		t.Fatal("nobody is there")
	}
}

func TestReplay_ReportsEveryBadRow(t *testing.T) {
	t.Parallel()
	d := product(t)
	_, err := d.ReplayOf(
		journey.Event{Customer: "ada", Trigger: "open", At: day(1)},
		journey.Event{Trigger: "open", At: day(1)},
		journey.Event{Customer: "ada", At: day(1)},
		journey.Event{Customer: "ada", Trigger: "open"},
		journey.Event{Customer: "ada", Trigger: "open", At: day(1), ID: string(make([]byte, journey.MaxID+1))},
		journey.Event{},
	)
	var be *journey.BatchError
	require.ErrorAs(t, err, &be)
	var got []string
	for _, r := range be.Rows {
		got = append(got, strconv.FormatInt(r.Row, 10)+" "+r.Field)
	}
	assert.Equal(t, []string{"2 Customer", "3 Trigger", "4 At", "5 ID", "6 Customer", "6 Trigger", "6 At"}, got)
	require.ErrorIs(t, err, journey.ErrEmpty)
	require.ErrorIs(t, err, journey.ErrOutOfRange)
	require.ErrorIs(t, err, journey.ErrTooLong)
	require.ErrorContains(t, err, `journey: replay: 7 bad row(s); row 2: Customer "": must not be empty; `)
}

func TestReplayOptions_AreChecked(t *testing.T) {
	t.Parallel()
	d := product(t)
	_, err := d.ReplayWith(nil, journey.ReplayOptions{Goroutines: -1, Examples: 10_000, Horizon: time.Date(3000, 1, 1, 0, 0, 0, 0, time.UTC)})
	require.ErrorIs(t, err, journey.ErrOutOfRange)
	require.ErrorContains(t, err, "Goroutines: -1, want 0 to 256")
	require.ErrorContains(t, err, "Examples: 10000, at most 1000")
	r, err := d.ReplayWith(slices.Values(productEvents()), journey.ReplayOptions{Examples: -1})
	require.NoError(t, err)
	for _, x := range r.Refusals(journey.ByStage) {
		assert.Empty(t, x.Examples)
	}
}

// report is everything a replay says, as plain values.
func report(t require.TestingT, r *journey.Replay) []any {
	var out []any
	for j := range r.Journeys() {
		out = append(out, j)
	}
	for who, v := range r.AllVisits() {
		out = append(out, who, slices.Clone(v))
	}
	for _, by := range []journey.By{journey.ByStage, journey.ByGroup} {
		for _, s := range r.Sojourns(by) {
			mean, _ := s.Mean()
			q, _ := s.Quantile(0.9)
			o, _ := s.OpenQuantile(0.3)
			out = append(out, s.Name, s.Visits, s.Open, s.Total, mean, q, o)
		}
		out = append(out, r.Transitions(by), r.Refusals(by), r.Reaches(by), r.Mermaid(by), r.DOT(by))
	}
	out = append(out, r.Counts(), r.Observed(), r.Customers(), r.Horizon())
	for _, m := range r.Definition().Milestones() {
		rep, err := r.Milestone(m.Name, journey.MilestoneOptions{})
		require.NoError(t, err)
		median, ok := rep.TimeToFirstValue()
		mean, _ := rep.Mean()
		out = append(out, rep.Reached, rep.Mature, rep.ReachedWithin, rep.With, rep.Without, median, ok, mean)
		for s := range rep.Stuck() {
			out = append(out, s)
		}
	}
	return out
}

func TestLaw_OrderOfInputAndGoroutinesDoNotMatter(t *testing.T) {
	t.Parallel()
	d := rich(t)
	rapid.Check(t, func(t *rapid.T) {
		events := drawEvents(t, 100)
		o := journey.ReplayOptions{Goroutines: 1}
		if rapid.Bool().Draw(t, "bounded") {
			o.Horizon = day0.Add(time.Duration(rapid.IntRange(0, 600).Draw(t, "horizon")) * time.Hour)
		}
		a, err := d.ReplayWith(slices.Values(events), o)
		require.NoError(t, err)
		o.Goroutines = rapid.IntRange(2, 9).Draw(t, "goroutines")
		b, err := d.ReplayWith(slices.Values(shuffled(events, rapid.Uint64().Draw(t, "seed"))), o)
		require.NoError(t, err)
		require.Equal(t, report(t, a), report(t, b))
	})
}

// What happens to a customer at one instant keeps its order in the input.
func TestReplay_TiesKeepInputOrder(t *testing.T) {
	t.Parallel()
	d := lifecycle(t)
	forth, err := d.ReplayOf(
		journey.Event{Customer: "c", Trigger: "sign_up", At: day0}, journey.Event{Customer: "c", Trigger: "convert", At: day0},
	)
	require.NoError(t, err)
	assert.Zero(t, forth.Counts().Refused)
	back, err := d.ReplayOf(
		journey.Event{Customer: "c", Trigger: "convert", At: day0}, journey.Event{Customer: "c", Trigger: "sign_up", At: day0},
	)
	require.NoError(t, err)
	assert.EqualValues(t, 1, back.Counts().Refused)

	var events []journey.Event
	for i := range 50 { // many, and one earlier, so that a sort has to happen
		events = append(events, journey.Event{Customer: "c", Trigger: []journey.Trigger{"upgrade", "downgrade"}[i%2], At: day(2)})
	}
	events = append(events, journey.Event{Customer: "c", Trigger: "sign_up", At: day0}, journey.Event{Customer: "c", Trigger: "convert", At: day(1)})
	many, err := d.Replay(slices.Values(events))
	require.NoError(t, err)
	assert.Equal(t, journey.Counts{Accepted: 52}, many.Counts())
}

// A milestone and a conversion by one and the same event: reached by then.
func TestReplay_MilestoneByTheConvertingEvent(t *testing.T) {
	t.Parallel()
	d, err := journey.Define(journey.Spec{
		Initial:     "a",
		Stages:      []journey.StageSpec{{Name: "a"}, {Name: "b", Goal: true, Terminal: true}},
		Transitions: []journey.Transition{{From: "a", On: "pay", To: "b"}, {From: "a", On: "look", Internal: true}},
		Milestones:  []journey.Milestone{{Name: "paid", Events: []journey.Trigger{"pay"}}},
	})
	require.NoError(t, err)
	r, err := d.ReplayOf(
		journey.Event{Customer: "x", Trigger: "look", At: day(0)}, journey.Event{Customer: "x", Trigger: "pay", At: day(1)},
		journey.Event{Customer: "y", Trigger: "look", At: day(0)},
	)
	require.NoError(t, err)
	m, err := r.Milestone("paid", journey.MilestoneOptions{})
	require.NoError(t, err)
	assert.Equal(t, [2]int64{1, 1}, [2]int64{m.With.Customers, m.With.Converted})
	assert.Equal(t, [2]int64{1, 0}, [2]int64{m.Without.Customers, m.Without.Converted})
}

func TestLaw_WhatIsReachedInAPrefixIsReachedInTheWhole(t *testing.T) {
	t.Parallel()
	d := rich(t)
	rapid.Check(t, func(t *rapid.T) {
		events := drawEvents(t, 100)
		slices.SortStableFunc(events, func(a, b journey.Event) int { return a.At.Compare(b.At) })
		cut := rapid.IntRange(0, len(events)).Draw(t, "cut")
		part, err := d.Replay(slices.Values(events[:cut]))
		require.NoError(t, err)
		whole, err := d.Replay(slices.Values(events))
		require.NoError(t, err)
		for j := range part.Journeys() {
			k, ok := whole.Journey(j.Customer())
			require.True(t, ok)
			for _, m := range j.Milestones() {
				require.True(t, k.Reached(m), m)
			}
		}
	})
}

// A log and a stream of the same events give the same report.
func TestLaw_LogAndStreamAgree(t *testing.T) {
	t.Parallel()
	d := rich(t)
	rapid.Check(t, func(t *rapid.T) {
		events := drawEvents(t, 80)
		for i := range events {
			events[i].ID = ""
		}
		touches := make([]touchpoint.Event, len(events))
		for i, e := range events {
			touches[i] = touchpoint.Event{Customer: e.Customer, Name: string(e.Trigger), At: e.At}
		}
		log, err := touchpoint.LogOf(touches...)
		require.NoError(t, err)
		a, err := d.Replay(slices.Values(events))
		require.NoError(t, err)
		b, err := d.ReplayLog(log, nil, journey.ReplayOptions{})
		require.NoError(t, err)
		require.Equal(t, report(t, a), report(t, b))
	})
}

func TestZeroDefinition_DoesNothing(t *testing.T) {
	t.Parallel()
	var d journey.Definition
	assert.Empty(t, d.Initial())
	assert.Empty(t, d.Stages())
	assert.Nil(t, d.Allowed("a"))
	_, ok := d.Next("a", "b")
	assert.False(t, ok)
	assert.False(t, d.Observes("b"))
	_, err := d.StartChecked("acme", day0)
	require.ErrorIs(t, err, journey.ErrUndefined)
	_, err = d.Step(d.Start("acme", day0), journey.Event{Trigger: "b", At: day0})
	require.ErrorIs(t, err, journey.ErrNotStarted)
	_, err = d.ReplayOf(productEvents()...)
	require.ErrorIs(t, err, journey.ErrUndefined)
	_, err = d.ReplayLog(nil, nil, journey.ReplayOptions{})
	require.ErrorIs(t, err, journey.ErrUndefined)
	assert.Equal(t, "stateDiagram-v2\n", d.Mermaid(journey.ByStage))
	assert.Contains(t, d.DOT(journey.ByStage), "digraph")

	r, err := product(t).Replay(nil)
	require.NoError(t, err)
	assert.Zero(t, r.Customers())
	r, err = product(t).ReplayLog(nil, nil, journey.ReplayOptions{})
	require.NoError(t, err)
	assert.Zero(t, r.Customers())
}

// Three hundred years do not fit a time.Duration. Sums are exact all the same;
// the length of one visit is cut at the largest Duration.
func TestReplay_TheLongestVisit(t *testing.T) {
	t.Parallel()
	from, to := time.Date(1900, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(2200, 12, 31, 0, 0, 0, 0, time.UTC)
	var events []journey.Event
	for i := range 5 {
		who := strconv.Itoa(i)
		events = append(events,
			journey.Event{Customer: who, Trigger: "sign_up", At: from}, journey.Event{Customer: who, Trigger: "convert", At: to})
	}
	r, err := lifecycle(t).Replay(slices.Values(events))
	require.NoError(t, err)
	s, _ := r.Sojourn(journey.ByStage, "lead")
	assert.InDelta(t, 5*109_937., s.Total.Days(), 1e-6) // days between the two dates
	_, ok := s.Total.Duration()
	assert.False(t, ok)
	q, ok := s.Quantile(1)
	assert.True(t, ok)
	assert.Equal(t, time.Duration(1<<63-1), q)
	assert.Equal(t, "549685d 00:00:00", s.Total.String())
}

func TestElapsed_Arithmetic(t *testing.T) {
	t.Parallel()
	assert.Equal(t, "0d 00:00:00", journey.Elapsed{}.String())
	_, ok := journey.Elapsed{}.Mean(0)
	assert.False(t, ok)
	r, err := lifecycle(t).ReplayOf(
		journey.Event{Customer: "a", Trigger: "sign_up", At: day0},
		journey.Event{Customer: "a", Trigger: "convert", At: day0.Add(1500 * time.Millisecond)},
	)
	require.NoError(t, err)
	e := r.Observed()
	e = e.Add(e)
	s, n := e.Seconds()
	assert.Equal(t, [2]int64{3, 0}, [2]int64{s, int64(n)})
	mean, ok := e.Mean(4)
	assert.True(t, ok)
	assert.Equal(t, 750*time.Millisecond, mean)
}
