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
	"github.com/lifecycle-go/lifecycle/journey/internal/cases"
	"github.com/lifecycle-go/lifecycle/metrics/calendar"
	"github.com/lifecycle-go/lifecycle/metrics/fault"
	"github.com/lifecycle-go/lifecycle/touchpoint"
)

func TestReplay_NothingAtAll(t *testing.T) {
	t.Parallel()
	d := product(t)
	r, err := d.Replay(nil)
	require.NoError(t, err)
	assert.Zero(t, r.Customers())
	assert.True(t, r.Horizon().IsZero())
	assert.Equal(t, journey.Counts{}, r.Counts())
	assert.Empty(t, r.Refusals(journey.ByStage))
	assert.Equal(t, calendar.Elapsed{}, r.Observed())
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
	_, err := d.Replay(slices.Values([]journey.Event{
		{Customer: "ada", Trigger: "open", At: day(1)},
		{Trigger: "open", At: day(1)},
		{Customer: "ada", At: day(1)},
		{Customer: "ada", Trigger: "open"},
		{Customer: "ada", Trigger: "open", At: day(1), ID: string(make([]byte, 1024+1))},
		{},
	}))
	var be *fault.Batch
	require.ErrorAs(t, err, &be)
	var got []string
	for _, r := range be.Rows {
		got = append(got, strconv.FormatInt(r.Row, 10)+" "+r.Field)
	}
	assert.Equal(t, []string{"2 Customer", "3 Trigger", "4 At", "5 ID", "6 Customer", "6 Trigger", "6 At"}, got)
	require.ErrorIs(t, err, fault.ErrEmpty)
	require.ErrorIs(t, err, journey.ErrOutOfRange)
	require.ErrorIs(t, err, fault.ErrTooLong)
	require.ErrorContains(t, err, `journey: log: 7 bad rows, nothing was taken; row 2: Customer: must not be empty; `)
}

func TestReplayOptions_AreChecked(t *testing.T) {
	t.Parallel()
	d := product(t)
	_, err := replayWith(d, nil, journey.ReplayOptions{Goroutines: -1, Examples: 10_000, Horizon: time.Date(3000, 1, 1, 0, 0, 0, 0, time.UTC)})
	require.ErrorIs(t, err, journey.ErrOutOfRange)
	require.ErrorContains(t, err, "Goroutines: -1, want 0 to 256")
	require.ErrorContains(t, err, "Examples: 10000, at most 1000")
	for examples, good := range map[int]bool{1_000: true, 1_001: false} {
		_, err = replayWith(d, nil, journey.ReplayOptions{Examples: examples})
		require.Equal(t, good, err == nil, "%d examples: %v", examples, err)
	}
	r, err := replayWith(d, slices.Values(productEvents()), journey.ReplayOptions{Examples: -1})
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
		out = append(out, r.Transitions(by), r.Refusals(by), r.Arrivals(by), r.Mermaid(by), r.DOT(by))
	}
	out = append(out, r.Counts(), r.Observed(), r.Customers(), r.Horizon())
	for _, m := range r.Definition().Milestones() {
		rep, err := r.Milestone(m.Name, journey.MilestoneOptions{})
		require.NoError(t, err)
		median, ok := rep.TimeToFirstValue()
		mean, _ := rep.MeanOfReached()
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
		a, err := replayWith(d, slices.Values(events), o)
		require.NoError(t, err)
		o.Goroutines = rapid.IntRange(2, 9).Draw(t, "goroutines")
		b, err := replayWith(d, slices.Values(shuffled(events, rapid.Uint64().Draw(t, "seed"))), o)
		require.NoError(t, err)
		require.Equal(t, report(t, a), report(t, b))
	})
}

// What happens to a customer at one instant keeps its order in the input.
func TestReplay_TiesKeepInputOrder(t *testing.T) {
	t.Parallel()
	d := cases.Lifecycle(t)
	forth, err := d.Replay(slices.Values([]journey.Event{
		{Customer: "c", Trigger: "sign_up", At: day0}, {Customer: "c", Trigger: "convert", At: day0},
	}))
	require.NoError(t, err)
	assert.Zero(t, forth.Counts().Refused)
	back, err := d.Replay(slices.Values([]journey.Event{
		{Customer: "c", Trigger: "convert", At: day0}, {Customer: "c", Trigger: "sign_up", At: day0},
	}))
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
	r, err := d.Replay(slices.Values([]journey.Event{
		{Customer: "x", Trigger: "look", At: day(0)},
		{Customer: "x", Trigger: "pay", At: day(1)},
		{Customer: "y", Trigger: "look", At: day(0)},
	}))
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
	_, err := d.StartAt(d.Initial(), "acme", day0)
	require.ErrorIs(t, err, journey.ErrUndefined)
	_, err = d.Step(d.Start("acme", day0), journey.Event{Trigger: "b", At: day0})
	require.ErrorIs(t, err, journey.ErrNotStarted)
	_, err = d.Replay(slices.Values(productEvents()))
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
	r, err := cases.Lifecycle(t).Replay(slices.Values(events))
	require.NoError(t, err)
	s, _ := sojournOf(r, journey.ByStage, "lead")
	assert.InDelta(t, 5*109_937., s.Total.Days(), 1e-6) // days between the two dates
	_, ok := s.Total.Duration()
	assert.False(t, ok)
	q, ok := s.Quantile(1)
	assert.True(t, ok)
	assert.Equal(t, time.Duration(1<<63-1), q)
	assert.Equal(t, "549685d 00:00:00", s.Total.String())
}

// A timer on the very first transition fires like any other.
func TestReplay_TimerOnTheFirstEdge(t *testing.T) {
	t.Parallel()
	d, err := journey.Define(journey.Spec{
		Initial:     "a",
		Transitions: []journey.Transition{{From: "a", On: "expire", To: "b"}},
		After:       []journey.Timer{{Stage: "a", After: time.Hour, Trigger: "expire"}},
		Observe:     []journey.Trigger{"seen"},
	})
	require.NoError(t, err)
	r, err := d.Replay(slices.Values([]journey.Event{{Customer: "c", Trigger: "seen", At: day(0)}, {Customer: "c", Trigger: "seen", At: day(1)}}))
	require.NoError(t, err)
	assert.Equal(t, journey.Counts{Accepted: 2, Observed: 2, Timers: 1}, r.Counts())
	assert.EqualValues(t, 1, r.InStage("b"))
	assert.Len(t, r.Visits("c"), 2)
}

// A timer fires before an event of the same instant, also where that event would
// have meant nothing in the stage before: the visits are those of the replay.
func TestReplay_VisitsWhenATimerMeetsAnEvent(t *testing.T) {
	t.Parallel()
	d, err := journey.Define(journey.Spec{
		Initial:     "a",
		Transitions: []journey.Transition{{From: "a", On: "expire", To: "b"}, {From: "b", On: "go", To: "c"}},
		After:       []journey.Timer{{Stage: "a", After: 24 * time.Hour, Trigger: "expire"}},
	})
	require.NoError(t, err)
	for late, want := range map[time.Duration]journey.Stage{-1: "b", 0: "c", 1: "c"} {
		r, err := d.Replay(slices.Values([]journey.Event{{Customer: "c", Trigger: "go", At: day(0)}, {Customer: "c", Trigger: "go", At: day(1).Add(late)}, {Customer: "c", Trigger: "expire", At: day(2)}}))
		require.NoError(t, err)
		assert.EqualValues(t, 1, r.InStage(want), late)
		visits := r.Visits("c")
		require.NotEmpty(t, visits)
		assert.Equal(t, want, visits[len(visits)-1].Stage, late)
	}
}
