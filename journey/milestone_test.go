package journey_test

import (
	"encoding/json"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/lifecycle-go/lifecycle/journey"
)

// withMilestone is one stage pair and one milestone.
func withMilestone(t require.TestingT, m journey.Milestone) *journey.Definition {
	m.Name = "m"
	d, err := journey.Define(journey.Spec{
		Initial:     "a",
		Transitions: []journey.Transition{{From: "a", On: "go", To: "b"}, {From: "b", On: "back", To: "a"}},
		Milestones:  []journey.Milestone{m},
	})
	require.NoError(t, err)
	return d
}

// reachedAt is the slow obvious reading of a milestone: the first event with
// which some run of the events up to it is enough.
func reachedAt(m journey.Milestone, events []journey.Event) int {
	counts := map[journey.Trigger]bool{}
	for _, e := range m.Events {
		counts[e] = true
	}
	for i := range events {
		for k := range i + 1 {
			if !counts[events[i].Trigger] || m.Within > 0 && events[i].At.Sub(events[k].At) > m.Within {
				continue
			}
			n, kinds := 0, map[journey.Trigger]bool{}
			for _, e := range events[k : i+1] {
				if counts[e.Trigger] {
					n++
					kinds[e.Trigger] = true
				}
			}
			enough := map[journey.MilestoneRule]bool{
				journey.AnyOf:      n >= 1,
				journey.AllOf:      len(kinds) == len(m.Events),
				journey.CountOf:    n >= m.N,
				journey.DistinctOf: len(kinds) >= m.N,
			}
			if enough[m.Rule] {
				return i
			}
		}
	}
	return -1
}

func TestLaw_MilestoneIsReachedAsTheSlowReadingSays(t *testing.T) {
	t.Parallel()
	pool := []journey.Trigger{"e", "f", "g", "h"}
	rapid.Check(t, func(t *rapid.T) {
		m := journey.Milestone{
			Events: pool[:rapid.IntRange(1, 4).Draw(t, "kinds")],
			Rule:   journey.MilestoneRule(rapid.IntRange(0, 3).Draw(t, "rule")),
		}
		switch m.Rule { //nolint:exhaustive // the others count nothing
		case journey.CountOf:
			m.N = rapid.IntRange(1, 6).Draw(t, "n")
		case journey.DistinctOf:
			m.N = rapid.IntRange(1, len(m.Events)).Draw(t, "n")
		}
		if m.Rule != journey.AnyOf {
			m.Within = time.Duration(rapid.IntRange(0, 9).Draw(t, "within")) * time.Hour
		}
		d := withMilestone(t, m)
		var events []journey.Event
		at := day0.AddDate(-60, 0, 0) // before 1970, where times are negative
		if rapid.Bool().Draw(t, "modern") {
			at = day0
		}
		for range rapid.IntRange(0, 25).Draw(t, "events") {
			at = at.Add(time.Duration(rapid.IntRange(0, 5).Draw(t, "gap")) * time.Hour)
			events = append(events, journey.Event{Customer: "c", Trigger: rapid.SampledFrom(append(pool, "go", "back")).Draw(t, "trigger"), At: at})
		}
		// Events that the definition does not know at all do not count and do
		// not disturb.
		want := reachedAt(m, events)
		start := at
		if len(events) > 0 {
			start = events[0].At
		}
		j := d.Start("c", start)
		for i, e := range events {
			j, _ = d.Step(j, e)
			require.Equal(t, want >= 0 && i >= want, j.Reached("m"), "event %d", i)
		}
	})
}

func TestMilestone_WindowsIncludeBothEnds(t *testing.T) {
	t.Parallel()
	for rule, events := range map[journey.MilestoneRule][]journey.Trigger{
		journey.CountOf: {"e", "e", "e"}, journey.DistinctOf: {"e", "f", "g"}, journey.AllOf: {"e", "f", "g"},
	} {
		m := journey.Milestone{Events: []journey.Trigger{"e", "f", "g"}, Rule: rule, N: 3, Within: 5 * time.Hour}
		if rule == journey.AllOf {
			m.N = 0
		}
		d := withMilestone(t, m)
		for _, c := range []struct {
			last time.Duration
			want bool
		}{{5 * time.Hour, true}, {5*time.Hour + 1, false}} {
			j := d.Start("c", day0)
			for i, at := range []time.Duration{0, time.Hour, c.last} {
				var err error
				j, err = d.Step(j, journey.Event{Trigger: events[i], At: day0.Add(at)})
				require.NoError(t, err)
			}
			assert.Equal(t, c.want, j.Reached("m"), "%s %s", rule, c.last)
		}
	}
}

// What is reached never depends on where the customer stood.
func TestMilestone_CountsWhatNoTransitionTakes(t *testing.T) {
	t.Parallel()
	d := withMilestone(t, journey.Milestone{Events: []journey.Trigger{"back"}, Rule: journey.CountOf, N: 2})
	j := d.Start("c", day0)
	j, c, err := d.Move(j, journey.Event{Trigger: "back", At: day(1)})
	require.NoError(t, err)
	assert.Equal(t, journey.Observed, c.Kind)
	assert.Equal(t, -1, c.Edge())
	assert.Equal(t, journey.Stage("a"), j.Stage())
	assert.Equal(t, day0, j.Since())
	j, err = d.Step(j, journey.Event{Trigger: "go", At: day(2)})
	require.NoError(t, err)
	assert.False(t, j.Reached("m"))
	j, c, err = d.Move(j, journey.Event{Trigger: "back", At: day(3)})
	require.NoError(t, err)
	assert.Equal(t, journey.Moved, c.Kind)
	assert.True(t, j.Reached("m"))
	assert.False(t, j.Reached("no such milestone"))
	assert.Equal(t, []string{"m"}, j.Milestones())
	assert.True(t, d.Observes("back"))
}

// A guard decides about the move, not about what happened.
func TestMilestone_CountsWhatGuardsRefuse(t *testing.T) {
	t.Parallel()
	d, err := journey.Define(journey.Spec{
		Initial:     "a",
		Transitions: []journey.Transition{{From: "a", On: "pay", To: "b", Guard: journey.Guard{Name: "no", Allow: no}}, {From: "a", On: "leave", To: "b"}},
		Milestones:  []journey.Milestone{{Name: "paid", Events: []journey.Trigger{"pay"}}},
	})
	require.NoError(t, err)
	e := journey.Event{Customer: "c", Trigger: "pay", At: day(1)}
	j, c, err := d.Move(d.Start("c", day0), e)
	require.NoError(t, err)
	assert.Equal(t, journey.Observed, c.Kind)
	assert.True(t, j.Reached("paid"))
	assert.Equal(t, journey.Stage("a"), j.Stage())
	r, err := d.Replay(slices.Values([]journey.Event{e}))
	require.NoError(t, err)
	assert.Equal(t, journey.Counts{Accepted: 1, Observed: 1}, r.Counts())
	assert.Empty(t, r.Refusals(journey.ByStage))
}

// Where no milestone counts it, what a guard refuses is a refusal, as one that the
// stage does not know.
func TestCounts_WhatGuardsRefuse(t *testing.T) {
	t.Parallel()
	d, err := journey.Define(journey.Spec{
		Initial:     "a",
		Transitions: []journey.Transition{{From: "a", On: "pay", To: "b", Guard: journey.Guard{Name: "no", Allow: no}}, {From: "a", On: "leave", To: "c"}, {From: "b", On: "stop", To: "c"}},
	})
	require.NoError(t, err)
	r, err := d.Replay(slices.Values([]journey.Event{
		{Customer: "c", Trigger: "pay", At: day(1)}, {Customer: "c", Trigger: "pay", At: day(2)}, {Customer: "c", Trigger: "stop", At: day(3)}, {Customer: "c", Trigger: "leave", At: day(4)},
	}))
	require.NoError(t, err)
	assert.Equal(t, journey.Counts{Accepted: 1, Refused: 3}, r.Counts())
}

func TestMilestone_ObservationsMoveNobody(t *testing.T) {
	t.Parallel()
	d := withMilestone(t, journey.Milestone{Events: []journey.Trigger{"login"}, Rule: journey.CountOf, N: 2})
	j := d.Start("c", day0)
	j, c, err := d.Move(j, journey.Event{Trigger: "login", At: day(1), ID: "x"})
	require.NoError(t, err)
	assert.Equal(t, journey.Observed, c.Kind)
	assert.Empty(t, c.Reached())
	assert.Equal(t, journey.Stage("a"), j.Stage())
	assert.Equal(t, day0, j.Since())
	assert.Equal(t, day(1), j.Last())
	j, c, err = d.Move(j, journey.Event{Trigger: "login", At: day(1), ID: "x"})
	require.NoError(t, err)
	assert.Equal(t, journey.Change{}, c, "a repeat")
	assert.False(t, j.Reached("m"))
	_, c, err = d.Move(j, journey.Event{Trigger: "login", At: day(2), ID: "y"})
	require.NoError(t, err)
	assert.Equal(t, []string{"m"}, c.Reached())
	assert.EqualValues(t, 2, c.Seq)
}

func TestMilestone_GateOpensOnlyForWhatComesAfter(t *testing.T) {
	t.Parallel()
	d, err := journey.Define(journey.Spec{
		Initial: "trial",
		Transitions: []journey.Transition{
			{From: "trial", On: "pay", To: "active", Gate: "paid"},
			{From: "trial", On: "upgrade", To: "active", Gate: "paid"},
			{From: "trial", On: "leave", To: "gone"},
			{From: "trial", On: "expire", To: "active", Gate: "setup"},
			{From: "trial", On: "expire", To: "gone"},
		},
		Milestones: []journey.Milestone{
			{Name: "paid", Events: []journey.Trigger{"pay"}},
			{Name: "setup", Events: []journey.Trigger{"import", "invite"}, Rule: journey.AllOf},
		},
		After: []journey.Timer{{Stage: "trial", After: 48 * time.Hour, Trigger: "expire"}},
	})
	require.NoError(t, err)
	j := d.Start("c", day(0))
	_, err = d.Step(j, journey.Event{Trigger: "upgrade", At: day(1)})
	var te *journey.TransitionError
	require.ErrorAs(t, err, &te)
	assert.Equal(t, []string{"paid"}, te.Gates)
	require.ErrorContains(t, err, `milestone not reached ["paid"]`)
	paid, err := d.Step(j, journey.Event{Trigger: "pay", At: day(1)})
	require.NoError(t, err)
	assert.Equal(t, journey.Stage("trial"), paid.Stage(), "the gate opens for what comes after")
	paid, err = d.Step(paid, journey.Event{Trigger: "pay", At: day(1)})
	require.NoError(t, err)
	assert.Equal(t, journey.Stage("active"), paid.Stage())

	gone, err := d.Advance(j, day(3))
	require.NoError(t, err)
	assert.Equal(t, journey.Stage("gone"), gone.Stage(), "the unconditional branch")
	for _, e := range []journey.Trigger{"import", "invite"} {
		j, err = d.Step(j, journey.Event{Trigger: e, At: day(1)})
		require.NoError(t, err)
	}
	active, err := d.Advance(j, day(3))
	require.NoError(t, err)
	assert.Equal(t, journey.Stage("active"), active.Stage(), "the gated branch")
}

// A milestone's rule is written as its name.
func TestMilestoneRule_Text(t *testing.T) {
	t.Parallel()
	for r, name := range []string{"any", "all", "count", "distinct"} {
		rule := journey.MilestoneRule(r)
		assert.Equal(t, name, rule.String())
		text, err := json.Marshal(rule)
		require.NoError(t, err)
		assert.Equal(t, `"`+name+`"`, string(text))
		var back journey.MilestoneRule
		require.NoError(t, json.Unmarshal(text, &back))
		assert.Equal(t, rule, back)
	}
	_, err := journey.MilestoneRule(4).MarshalText()
	require.Error(t, err)
	assert.Equal(t, "MilestoneRule(4)", journey.MilestoneRule(4).String())
	var r journey.MilestoneRule
	require.Error(t, r.UnmarshalText([]byte("some")))
}

func TestEnums_Text(t *testing.T) {
	t.Parallel()
	for i, name := range []string{"stage", "group"} {
		assert.Equal(t, name, journey.By(i).String())
	}
	for i, name := range []string{"none", "moved", "stayed", "observed"} {
		var k journey.ChangeKind
		require.NoError(t, k.UnmarshalText([]byte(name)))
		assert.Equal(t, journey.ChangeKind(i), k)
		text, err := k.MarshalText()
		require.NoError(t, err)
		assert.Equal(t, name, string(text))
		assert.Equal(t, name, k.String())
	}
	var k journey.ChangeKind
	require.Error(t, k.UnmarshalText([]byte("x")))
	assert.Equal(t, "level 17", journey.Level(99).String())
	_, err := journey.ChangeKind(7).MarshalText()
	require.Error(t, err)
	assert.Equal(t, journey.ByGroup, journey.Level(1))
	assert.Equal(t, journey.ByStage, journey.Level(-1))
	assert.Equal(t, "ChangeKind(7)", journey.ChangeKind(7).String())
}
