package score_test

import (
	"math"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/lifecycle-go/lifecycle/metrics/fault"
	"github.com/lifecycle-go/lifecycle/persona/score"
	"github.com/lifecycle-go/lifecycle/touchpoint"
)

const week = 7 * 24 * time.Hour

func TestEngagement_HalvesWithEveryHalfLife(t *testing.T) {
	t.Parallel()
	log, err := touchpoint.LogOf(
		touchpoint.Event{Customer: "acme", Name: "login", At: day(1)},
		touchpoint.Event{Customer: "acme", Name: "login", At: day(8)},
		touchpoint.Event{Customer: "acme", Name: "demo", At: day(15)},
		touchpoint.Event{Customer: "acme", Name: "noise", At: day(15)},
		touchpoint.Event{Customer: "acme", Name: "unsubscribed", At: day(15)},
		touchpoint.Event{Customer: "acme", Name: "login", At: day(20)},
	)
	require.NoError(t, err)
	s, err := score.Engagement{
		HalfLife: week,
		Weights:  []score.Weight{{Event: "login", Points: 8}, {Event: "demo", Points: 40}, {Event: "unsubscribed", Points: -5}, {Event: "never", Points: 1}},
	}.Scorer(log)
	require.NoError(t, err)
	got, err := s.Score("acme", day(15))
	require.NoError(t, err)
	assert.Equal(t, []score.Contribution{
		{Event: "demo", Events: 1, Points: 40},
		{Event: "login", Events: 2, Points: 8.0/4 + 8.0/2},
		{Event: "unsubscribed", Events: 1, Points: -5},
	}, got.Contributions)
	assert.InDelta(t, 41, got.Value, 1e-12)
	before, err := s.Score("acme", day(1).Add(-1))
	require.NoError(t, err)
	assert.Zero(t, before.Value)
	stranger, err := s.Score("nobody", day(1))
	require.NoError(t, err)
	assert.Zero(t, stranger.Value)
	_, err = s.Score("acme", time.Time{})
	require.ErrorIs(t, err, touchpoint.ErrTime)
	_, err = s.Scores(time.Time{})
	require.ErrorIs(t, err, touchpoint.ErrTime)
}

func TestEngagement_BoundsAndNoFading(t *testing.T) {
	t.Parallel()
	var in []touchpoint.Event
	for range 10 {
		in = append(in, touchpoint.Event{Customer: "a", Name: "up", At: day(1)}, touchpoint.Event{Customer: "a", Name: "down", At: day(1)})
	}
	log, err := touchpoint.LogOf(in...)
	require.NoError(t, err)
	s, err := score.Engagement{Weights: []score.Weight{{Event: "up", Points: 3, Most: 20}, {Event: "down", Points: -3, Most: 12}}}.Scorer(log)
	require.NoError(t, err)
	got, err := s.Score("a", time.Date(2200, 1, 1, 0, 0, 0, 0, time.UTC))
	require.NoError(t, err)
	assert.InDelta(t, 20-12, got.Value, 0)
}

// The longest span a log can have does not overflow, and a half-life of a
// nanosecond does not turn into infinities.
func TestEngagement_ExtremeSpans(t *testing.T) {
	t.Parallel()
	first := time.Date(1900, 1, 1, 0, 0, 0, 0, time.UTC)
	last := time.Date(2200, 12, 31, 0, 0, 0, 0, time.UTC)
	log, err := touchpoint.LogOf(touchpoint.Event{Customer: "a", Name: "n", At: first}, touchpoint.Event{Customer: "a", Name: "n", At: last})
	require.NoError(t, err)
	for _, halfLife := range []time.Duration{1, math.MaxInt64} {
		s, err := score.Engagement{HalfLife: halfLife, Weights: []score.Weight{{Event: "n", Points: 1}}}.Scorer(log)
		require.NoError(t, err)
		got, err := s.Score("a", last)
		require.NoError(t, err)
		assert.GreaterOrEqual(t, got.Value, 1.0)
		assert.Less(t, got.Value, 1.51)
		for _, v := range s.Timeline("a") {
			assert.GreaterOrEqual(t, v, 1.0)
			assert.Less(t, v, 1.51)
		}
	}
}

func TestEngagement_Validate(t *testing.T) {
	t.Parallel()
	bad := score.Engagement{HalfLife: -1, Weights: []score.Weight{
		{Event: "", Points: 1}, {Event: "a", Points: math.NaN()}, {Event: "a", Points: math.Inf(1)}, {Event: "b", Most: -1}, {Event: "c", Most: math.NaN()},
	}}
	err := bad.Validate()
	require.ErrorIs(t, err, score.ErrEngagement)
	for _, part := range []string{"half-life", "weight 0: event", "weight 1: points", `weight 2: event "a"`, "weight 2: points", "weight 3: most", "weight 4: most"} {
		assert.Contains(t, err.Error(), part)
	}
	_, err = bad.Scorer(nil)
	require.Error(t, err)
	require.NoError(t, score.Engagement{HalfLife: 1, Weights: []score.Weight{{Event: "a", Points: 1e9, Most: 1e9}, {Event: "b", Points: -1e9}}}.Validate(), "at the bounds")
	s, err := score.Engagement{}.Scorer(nil)
	require.NoError(t, err)
	for range s.Timeline("a") {
		t.Fatal("an empty log has no timeline")
	}
}

var engagement = score.Engagement{HalfLife: 3, Weights: []score.Weight{{Event: "x", Points: 2.5, Most: 4}, {Event: "y", Points: -1.25}}}

// slowScore is the definition in a few lines.
func slowScore(in []touchpoint.Event, customer string, at time.Time) float64 {
	total := 0.0
	for _, w := range engagement.Weights {
		points := 0.0
		for _, e := range in {
			if e.Customer == customer && e.Name == w.Event && !e.At.After(at) {
				points += w.Points * math.Pow(0.5, float64(at.Sub(e.At))/float64(engagement.HalfLife))
			}
		}
		if w.Most > 0 {
			points = math.Max(-w.Most, math.Min(w.Most, points))
		}
		total += points
	}
	return total
}

func TestLaw_ContributionsSumToTheScore(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		in := events(t, "events")
		log, err := touchpoint.LogOf(in...)
		require.NoError(t, err)
		s, err := engagement.Scorer(log)
		require.NoError(t, err)
		at := day(1).Add(time.Duration(rapid.IntRange(-5, 50).Draw(t, "at")))
		all, err := s.Scores(at)
		require.NoError(t, err)
		n := 0
		for got := range all {
			sum := 0.0
			for _, c := range got.Contributions {
				sum += c.Points
			}
			require.Equal(t, sum, got.Value, "to the last bit")
			require.InDelta(t, slowScore(in, got.Customer, at), got.Value, 1e-9)
			require.Equal(t, log.Customer(n), got.Customer)
			n++
			for when, value := range s.Timeline(got.Customer) {
				require.InDelta(t, slowScore(in, got.Customer, when), value, 1e-9)
			}
		}
		require.Equal(t, log.Customers(), n)
	})
}

var leadRules = score.LeadRules{MQL: score.Threshold{At: 50, Margin: 10}, SQL: score.Threshold{At: 80, Margin: 15}}

func TestLeadRules_Hysteresis(t *testing.T) {
	t.Parallel()
	const lead, mql, sql = score.GradeLead, score.GradeMQL, score.GradeSQL
	require.NoError(t, leadRules.Validate())
	for _, tc := range []struct {
		from  score.Grade
		score float64
		want  score.Grade
	}{
		{lead, 49.9, lead},
		{lead, 50, mql},
		{mql, 40, mql},
		{mql, 39.9, lead},
		{lead, 40, lead},
		{lead, 80, sql},
		{mql, 79.9, mql},
		{mql, 80, sql},
		{sql, 65, sql},
		{sql, 64.9, mql},
		{sql, 45, mql},
		{sql, 39, lead},
		{mql, math.NaN(), mql},
	} {
		assert.Equal(t, tc.want, leadRules.Next(tc.from, tc.score), "%s at %g", tc.from, tc.score)
	}
}

func TestLeadRules_ChangesAlongATimeline(t *testing.T) {
	t.Parallel()
	scores := []float64{10, 52, 44, 49, 39, 44, 85, 70, 66, 20}
	var got []string
	for c := range leadRules.Changes(func(yield func(time.Time, float64) bool) {
		for i, s := range scores {
			if !yield(day(1+i), s) {
				return
			}
		}
	}) {
		got = append(got, c.At.Format("02 ")+c.From.String()+" to "+c.To.String())
	}
	assert.Equal(t, []string{"02 lead to mql", "05 mql to lead", "07 lead to sql", "10 sql to lead"}, got)
	assert.Empty(t, slices.Collect(leadRules.Changes(nil)))
}

// A score that stays within a margin changes the grade at most once.
func TestLaw_HysteresisStopsFlapping(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		grade := score.Grade(rapid.IntRange(0, 2).Draw(t, "grade"))
		changes := 0
		for _, s := range rapid.SliceOf(rapid.Float64Range(40, 64.9)).Draw(t, "scores") {
			next := leadRules.Next(grade, s)
			if next != grade {
				changes++
			}
			grade = next
		}
		require.LessOrEqual(t, changes, 1)
	})
}

func TestLeadRules_Validate(t *testing.T) {
	t.Parallel()
	for _, r := range []score.LeadRules{
		{MQL: score.Threshold{At: 90}, SQL: score.Threshold{At: 80}},
		{MQL: score.Threshold{At: 50}, SQL: score.Threshold{At: 80, Margin: 40}},
		{SQL: score.Threshold{At: math.NaN()}},
		{MQL: score.Threshold{At: -10, Margin: -1}},
		{MQL: score.Threshold{At: math.Inf(-1)}},
	} {
		require.ErrorIs(t, r.Validate(), score.ErrEngagement, "%+v", r)
	}
	for _, r := range []score.LeadRules{ // at the bounds
		{MQL: score.Threshold{At: 80, Margin: 5}, SQL: score.Threshold{At: 80, Margin: 5}},
		{MQL: score.Threshold{At: -1e9}, SQL: score.Threshold{At: 1e9, Margin: 1e9}},
	} {
		require.NoError(t, r.Validate(), "%+v", r)
	}
	for _, g := range []score.Grade{0, 1, 2} {
		text, err := g.MarshalText()
		require.NoError(t, err)
		var back score.Grade
		require.NoError(t, back.UnmarshalText(text))
		assert.Equal(t, g, back)
		stored, err := g.Value()
		require.NoError(t, err)
		require.NoError(t, back.Scan(stored))
		assert.Equal(t, g, back)
	}
	var g score.Grade
	require.NoError(t, g.Scan(nil))
	require.NoError(t, g.Scan([]byte("sql")))
	assert.Equal(t, score.GradeSQL, g)
	require.ErrorIs(t, g.Scan(7), fault.ErrUnknown)
	assert.Equal(t, score.GradeSQL, g, "a failed scan changes nothing")
	require.Error(t, g.UnmarshalText([]byte("hot")))
	_, err := score.Grade(7).MarshalText()
	require.Error(t, err)
}

func day(d int) time.Time { return time.Date(2026, time.January, d, 0, 0, 0, 0, time.UTC) }

// events draws histories with few customers, names and instants, so that ties
// are common.
func events(t *rapid.T, label string) []touchpoint.Event {
	return rapid.SliceOfN(rapid.Custom(func(t *rapid.T) touchpoint.Event {
		return touchpoint.Event{
			Customer: rapid.SampledFrom([]string{"a", "b", "ä"}).Draw(t, "customer"),
			Name:     rapid.SampledFrom([]string{"x", "y", "z"}).Draw(t, "name"),
			At:       day(1).Add(time.Duration(rapid.IntRange(-3, 3).Draw(t, "at"))),
		}
	}), 0, 40).Draw(t, label)
}
