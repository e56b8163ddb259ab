package journey_test

import (
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/lifecycle-go/lifecycle/journey"
	"github.com/lifecycle-go/lifecycle/metrics"
	"github.com/lifecycle-go/lifecycle/metrics/calendar"
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
	r, err := replayWith(product(t), slices.Values(shuffled(productEvents(), 3)), journey.ReplayOptions{Horizon: day(12)})
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
	assert.EqualValues(t, 2, r.InStage("active"))
	assert.EqualValues(t, 3, r.InStage("new"))
	assert.Zero(t, r.InStage("nowhere"))

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
		total := calendar.Elapsed{}
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
			same, ok := sojournOf(r, by, w.name)
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
	s, _ := sojournOf(r, journey.ByStage, "setup")
	open, ok := s.OpenQuantile(1)
	assert.True(t, ok)
	assert.Equal(t, days(8), open)
	_, ok = s.Quantile(1.5)
	assert.False(t, ok)
	_, ok = sojournOf(r, journey.ByStage, "nowhere")
	assert.False(t, ok)
	_, ok = journey.Sojourn{}.Mean()
	assert.False(t, ok)
}

func TestReplay_TransitionsRefusalsReachesCountedByHand(t *testing.T) {
	t.Parallel()
	r := productReplay(t)
	assert.Equal(t, []journey.TransitionCount{
		{From: "trial", On: "begin", To: "setup", Direction: journey.Forward, Count: 3},
		{From: "trial", On: "expire", To: "gone", Direction: journey.Sideways, Timers: 1},
		{From: "trial", On: "open", To: "trial", Direction: journey.Sideways, Count: 6},
		{From: "trial", On: "pay", To: "active", Direction: journey.Forward, Count: 2},
		{From: "setup", On: "pay", To: "active", Direction: journey.Forward, Count: 1},
		{From: "active", On: "cancel", To: "gone", Direction: journey.Sideways, Count: 1},
		{From: "active", On: "renew", To: "active", Direction: journey.Sideways, Count: 1},
	}, r.Transitions(journey.ByStage))
	assert.Equal(t, []journey.TransitionCount{
		{From: "new", On: "begin", To: "new", Direction: journey.Sideways, Count: 3},
		{From: "new", On: "expire", To: "gone", Direction: journey.Sideways, Timers: 1},
		{From: "new", On: "open", To: "new", Direction: journey.Sideways, Count: 6},
		{From: "new", On: "pay", To: "customer", Direction: journey.Forward, Count: 3},
		{From: "customer", On: "cancel", To: "gone", Direction: journey.Sideways, Count: 1},
		{From: "customer", On: "renew", To: "customer", Direction: journey.Sideways, Count: 1},
	}, r.Transitions(journey.ByGroup))
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

	active, ok := arrivalOf(r, journey.ByStage, "active")
	require.True(t, ok)
	assert.Equal(t, "42.86%", active.Rate().Percent(2))
	first, ok := active.Quantile(0.25) // ada 5, bob 6, eve 1 days; four never
	assert.True(t, ok)
	assert.Equal(t, days(5), first)
	_, ok = active.Quantile(0.5)
	assert.False(t, ok, "four of seven have not come there")
	_, ok = arrivalOf(r, journey.ByStage, "nowhere")
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
	ttfv, ok := m.TimeToFirstValue()
	assert.True(t, ok)
	assert.Equal(t, days(5), ttfv, "the fourth of seven")
	_, ok = m.Quantile(0.6)
	assert.False(t, ok, "falls on one who has not reached it")
	mean, ok := m.MeanOfReached()
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
	_, err = r.Milestone("activated", journey.MilestoneOptions{Goals: []journey.Stage{"nowhere", "setup", "elsewhere"}})
	require.ErrorContains(t, err, "nowhere")
	require.ErrorContains(t, err, "elsewhere", "every unknown goal is named")

	for range (journey.MilestoneReport{}).Stuck() {
		t.Fatal("the zero report has nobody")
	}
	assert.False(t, (journey.MilestoneReport{}).ActivationRate().Defined())
}

// sojournOf finds the line of one stage or group.
func sojournOf(s interface {
	Sojourns(by journey.By) []journey.Sojourn
}, by journey.By, name string,
) (journey.Sojourn, bool) {
	for _, line := range s.Sojourns(by) {
		if line.Name == name {
			return line, true
		}
	}
	return journey.Sojourn{}, false
}

// arrivalOf finds the line of one stage or group.
func arrivalOf(s interface {
	Arrivals(by journey.By) []journey.Arrival
}, by journey.By, name string,
) (journey.Arrival, bool) {
	for _, line := range s.Arrivals(by) {
		if line.Name == name {
			return line, true
		}
	}
	return journey.Arrival{}, false
}
