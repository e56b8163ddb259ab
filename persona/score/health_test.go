package score_test

import (
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/lifecycle-go/lifecycle/internal/law"
	"github.com/lifecycle-go/lifecycle/metrics/fault"
	"github.com/lifecycle-go/lifecycle/persona/score"
)

func points(name string, weight float64) score.Measure {
	return score.Measure{Name: name, Weight: weight, Worst: 0, Best: 100}
}

// Natero's published example: (83·7 + 71·5 + 78·8 + 54·3) / 23 = 74.87.
var natero = score.Health{Cards: []score.Card{{Components: []score.Component{
	{Name: "churn model", Weight: 7, Measures: []score.Measure{points("churn model", 0)}},
	{Name: "engagement", Weight: 5, Measures: []score.Measure{points("engagement", 0)}},
	{Name: "usage", Weight: 8, Measures: []score.Measure{points("usage", 0)}},
	{Name: "csm", Weight: 3, Measures: []score.Measure{points("csm", 0)}},
}}}}

func TestHealth_PublishedExample(t *testing.T) {
	t.Parallel()
	s, err := natero.Score("acme", "retention", day(1), map[string]float64{"churn model": 83, "engagement": 71, "usage": 78, "csm": 54})
	require.NoError(t, err)
	assert.InDelta(t, 74.87, s.Value, 0.005)
	assert.True(t, s.Defined)
	assert.InDelta(t, 1, s.Coverage, 1e-12)
	assert.Equal(t, "usage", s.Contributions[0].Measure)
	assert.InDelta(t, 78*8/23.0, s.Contributions[0].Points, 1e-9)
	// Without the judgement of the customer success manager: /20.
	s, err = natero.Score("acme", "", day(1), map[string]float64{"churn model": 83, "engagement": 71, "usage": 78, "csm": math.NaN()})
	require.NoError(t, err)
	assert.InDelta(t, (83*7+71*5+78*8)/20.0, s.Value, 1e-9)
	assert.InDelta(t, 20/23.0, s.Coverage, 1e-12)
	assert.Equal(t, []string{"csm"}, s.Missing)
}

// A public card of Sourcegraph: monthly users of seats below 50 % poor, to 80 %
// concerning; versions behind and defects the less the better; by stage.
var card = score.Health{Cards: []score.Card{
	{Stage: "onboarding", Components: []score.Component{{Name: "set-up", Weight: 1, Measures: []score.Measure{points("set-up", 0)}}}},
	{MinCoverage: 0.5, Components: []score.Component{
		{Name: "pulse", Weight: 30, Measures: []score.Measure{points("pulse", 0)}},
		{Name: "technical", Weight: 15, Measures: []score.Measure{
			{Name: "versions behind", Worst: 4, Best: 2},
			{Name: "defects", Weight: 3, Bands: []score.Band{{From: 0, Score: 100}, {From: 2, Score: 50}, {From: 5, Score: 0}}},
		}},
		{Name: "utilisation", Weight: 55, Measures: []score.Measure{{Name: "users of seats", Bands: []score.Band{{From: 0, Score: 0}, {From: 0.5, Score: 50}, {From: 0.8, Score: 100}}}}},
	}},
}}

func TestHealth_CardsDirectionsAndGaps(t *testing.T) {
	t.Parallel()
	require.NoError(t, card.Validate())
	s, err := card.Score("a", "onboarding", day(1), map[string]float64{"set-up": 120, "pulse": 0})
	require.NoError(t, err)
	assert.InDelta(t, 100, s.Value, 0, "clipped; the other card's measures do not count")
	s, err = card.Score("a", "retention", day(1), map[string]float64{"pulse": 40, "versions behind": 3, "defects": 4.9, "users of seats": 0.8})
	require.NoError(t, err)
	assert.InDelta(t, 0.30*40+0.15*(50+3*50)/4+0.55*100, s.Value, 1e-9)
	// One measure of a component missing: the other stands for it.
	s, err = card.Score("a", "retention", day(1), map[string]float64{"versions behind": 2, "users of seats": 0.1, "pulse": 0})
	require.NoError(t, err)
	assert.InDelta(t, 15, s.Value, 1e-9)
	assert.InDelta(t, 0.30+0.15/4+0.55, s.Coverage, 1e-12)
	// Below the least coverage there is no score, which is not 0.
	s, err = card.Score("a", "retention", day(1), map[string]float64{"pulse": 90})
	require.NoError(t, err)
	assert.False(t, s.Defined)
	assert.Equal(t, "a: health is not known (30% of the measures)", s.String())
	s, err = score.Health{}.Score("a", "x", day(1), nil)
	require.NoError(t, err)
	assert.False(t, s.Defined)
}

func TestHealth_Validate(t *testing.T) {
	t.Parallel()
	bad := score.Health{
		Concerning: score.Threshold{At: 80}, Healthy: score.Threshold{At: 60},
		Cards: []score.Card{
			{Stage: "a", MinCoverage: 2, Components: []score.Component{
				{Name: "", Weight: 0, Measures: []score.Measure{{Name: ""}, points("x", -1), points("x", 0)}},
				{Name: "k", Weight: math.NaN()},
				{Name: "k", Weight: 1, Measures: []score.Measure{{Name: "b", Bands: []score.Band{{From: 2, Score: 1}, {From: 1, Score: 200}}}}},
			}},
			{Stage: "a"},
		},
	}
	err := bad.Validate()
	require.ErrorIs(t, err, score.ErrHealth)
	for _, part := range []string{
		"card 0: min coverage", "card 0, component 0: name", "component 0: weight", "measure 0: name", "measure 0: want bands", "measure 1: weight", "measure 2: name \"x\" is given twice",
		"component 1: weight", "component 1: no measure", "component 2: name \"k\" is given twice", "bands must ascend", `card 1: stage "a" has a card already`, "card 1: no component", "levels",
	} {
		assert.Contains(t, err.Error(), part)
	}
	for _, bands := range [][]score.Band{{{From: math.NaN(), Score: 1}}, {{From: 1, Score: 101}}, {{From: 1, Score: -1}}, {{From: 1, Score: 1}, {From: 1, Score: 2}}} {
		one := score.Health{Cards: []score.Card{{Stage: "a", Components: []score.Component{{Name: "k", Weight: 1, Measures: []score.Measure{{Name: "b", Weight: 1, Bands: bands}}}}}}}
		require.ErrorContains(t, one.Validate(), "bands must ascend with scores in 0 to 100", "%v", bands)
	}
	_, err = bad.Score("a", "a", day(1), nil)
	require.ErrorIs(t, err, score.ErrHealth)
	data, err := json.Marshal(card)
	require.NoError(t, err)
	var back score.Health
	require.NoError(t, json.Unmarshal(data, &back))
	assert.Equal(t, card, back)
}

// Points sum to the score to the last bit, shares to one, and the score lies
// between the lowest and the highest of the measures.
func TestLaw_HealthContributionsSum(t *testing.T) {
	t.Parallel()
	gaps, undefined := 0, 0
	law.Check(t, func(t *rapid.T) {
		values := map[string]float64{}
		for _, m := range []string{"pulse", "versions behind", "defects", "users of seats"} {
			if rapid.IntRange(0, 2).Draw(t, m+" known") > 0 {
				values[m] = rapid.Float64Range(-10, 110).Draw(t, m)
			} else {
				gaps++
			}
		}
		s, err := card.Score("a", "x", day(1), values)
		require.NoError(t, err)
		if !s.Defined {
			undefined++
			require.Less(t, s.Coverage, 0.5)
			return
		}
		sum, share, lo, hi := 0.0, 0.0, 100.0, 0.0
		for _, c := range s.Contributions {
			sum += c.Points
			share += c.Share
			lo, hi = min(lo, c.Score), max(hi, c.Score)
		}
		require.Equal(t, sum, s.Value)
		require.InDelta(t, 1, share, 1e-12)
		require.GreaterOrEqual(t, s.Value, lo-1e-9)
		require.LessOrEqual(t, s.Value, hi+1e-9)
		require.Equal(t, 4, len(s.Contributions)+len(s.Missing))
	}, law.Counters{"gaps": &gaps, "undefined": &undefined})
}

func TestHealth_LevelsHaveHysteresis(t *testing.T) {
	t.Parallel()
	at := func(v float64) score.HealthScore {
		return score.HealthScore{At: day(1), Defined: !math.IsNaN(v), Value: v}
	}
	for _, c := range []struct {
		from  score.Level
		value float64
		want  score.Level
	}{
		{score.LevelUnknown, 10, score.LevelPoor},
		{score.LevelUnknown, 50, score.LevelConcerning},
		{score.LevelPoor, 49.9, score.LevelPoor},
		{score.LevelConcerning, 47, score.LevelConcerning},
		{score.LevelConcerning, 46.9, score.LevelPoor},
		{score.LevelConcerning, 73, score.LevelConcerning}, // above where healthy is lost, below where it is reached
		{score.LevelConcerning, 75, score.LevelHealthy},
		{score.LevelHealthy, 72, score.LevelHealthy},
		{score.LevelHealthy, 71.9, score.LevelConcerning},
		{score.LevelHealthy, math.NaN(), score.LevelHealthy},
		{score.LevelUnknown, math.NaN(), score.LevelUnknown},
	} {
		assert.Equal(t, c.want, natero.Next(c.from, at(c.value)), "%s at %g", c.from, c.value)
	}
	var got []string
	for c := range natero.Changes(slices.Values([]score.HealthScore{at(80), at(73), at(76), at(60), at(48), at(20)})) {
		got = append(got, c.From.String()+" to "+c.To.String())
	}
	assert.Equal(t, []string{"unknown to healthy", "healthy to concerning", "concerning to poor"}, got)
	for l := range score.LevelHealthy + 1 {
		v, err := l.Value()
		require.NoError(t, err)
		var back score.Level
		require.NoError(t, back.Scan(v))
		assert.Equal(t, l, back)
	}
	var l score.Level
	require.ErrorIs(t, l.UnmarshalText([]byte("green")), fault.ErrUnknown)
}

// Health of one customer, with what it is made of.
func ExampleHealth_Score() {
	health := score.Health{Cards: []score.Card{{Components: []score.Component{
		{Name: "usage", Weight: 60, Measures: []score.Measure{{Name: "active of seats", Worst: 0.2, Best: 0.8}}},
		{Name: "support", Weight: 25, Measures: []score.Measure{{Name: "open defects", Worst: 5, Best: 0}}},
		{Name: "relationship", Weight: 15, Measures: []score.Measure{{Name: "nps", Worst: 0, Best: 10}}},
	}}}}
	s, err := health.Score("acme", "retention", day(1), map[string]float64{"active of seats": 0.65, "open defects": 2})
	fmt.Println(s, err)
	fmt.Printf("%s, %.0f%% known, without %v\n", health.Next(score.LevelUnknown, s), 100*s.Coverage, s.Missing)
	// Output:
	// acme: 70.6 (active of seats 52.9 of 70.6, open defects 17.6 of 29.4) <nil>
	// concerning, 85% known, without [nps]
}
