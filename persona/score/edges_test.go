package score_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/lifecycle-go/lifecycle/persona/score"
	"github.com/lifecycle-go/lifecycle/touchpoint"
)

// Contributions of as many points stand in the order of the card.
func TestHealth_EqualContributionsKeepTheCardsOrder(t *testing.T) {
	t.Parallel()
	var card score.Card
	values := map[string]float64{}
	want := []string{"d", "b", "a", "c", "f", "e"}
	for _, name := range want {
		card.Components = append(card.Components, score.Component{Name: name, Weight: 1, Measures: []score.Measure{{Name: name, Best: 10}}})
		values[name] = 5
	}
	s, err := score.Health{Cards: []score.Card{card}}.Score("acme", "", day(0), values)
	require.NoError(t, err)
	var got []string
	for _, c := range s.Contributions {
		got = append(got, c.Measure)
	}
	assert.Equal(t, want, got)
}

// Coverage that is just enough is enough, and no more is asked of a weight than
// that it is not above the largest.
func TestHealth_AtTheBounds(t *testing.T) {
	t.Parallel()
	card := score.Card{MinCoverage: 0.5, Components: []score.Component{
		{Name: "use", Weight: 1e9, Measures: []score.Measure{{Name: "a", Best: 10}}},
		{Name: "support", Weight: 1e9, Measures: []score.Measure{{Name: "b", Best: 10}}},
	}}
	h := score.Health{Cards: []score.Card{card}}
	require.NoError(t, h.Validate())
	s, err := h.Score("acme", "", day(0), map[string]float64{"a": 5})
	require.NoError(t, err)
	assert.True(t, s.Defined)
	assert.InDelta(t, 0.5, s.Coverage, 0)
	card.MinCoverage = 0.51
	s, err = score.Health{Cards: []score.Card{card}}.Score("acme", "", day(0), map[string]float64{"a": 5})
	require.NoError(t, err)
	assert.False(t, s.Defined)
}

// One threshold that is stated is not replaced by the defaults.
func TestHealth_OneThresholdStated(t *testing.T) {
	t.Parallel()
	h := score.Health{Healthy: score.Threshold{At: 90}}
	assert.Equal(t, score.LevelConcerning, h.Next(score.LevelUnknown, score.HealthScore{Defined: true, Value: 80}))
	h = score.Health{Concerning: score.Threshold{At: 10}, Healthy: score.Threshold{}}
	assert.Equal(t, score.LevelHealthy, h.Next(score.LevelUnknown, score.HealthScore{Defined: true, Value: 40}))
	h = score.Health{}
	assert.Equal(t, score.LevelPoor, h.Next(score.LevelPoor, score.HealthScore{Defined: true, Value: 49}))
	assert.Equal(t, score.LevelConcerning, h.Next(score.LevelPoor, score.HealthScore{Defined: true, Value: 50}))
}

// Events without points between those that have some do not end a timeline, and
// scores may be asked from the first year to the last.
func TestScorer_TimelineGoesOn(t *testing.T) {
	t.Parallel()
	log, err := touchpoint.LogOf(
		touchpoint.Event{Customer: "acme", Name: "visited", At: day(0)},
		touchpoint.Event{Customer: "acme", Name: "login", At: day(1)},
		touchpoint.Event{Customer: "acme", Name: "visited", At: day(2)},
		touchpoint.Event{Customer: "acme", Name: "login", At: day(3)},
	)
	require.NoError(t, err)
	s, err := score.Engagement{Weights: []score.Weight{{Event: "login", Points: 4}}}.Scorer(log)
	require.NoError(t, err)
	var values []float64
	for _, v := range s.Timeline("acme") {
		values = append(values, v)
	}
	assert.Equal(t, []float64{4, 8}, values)
	for _, year := range []int{1900, 2200} {
		_, err := s.Score("acme", time.Date(year, 6, 1, 0, 0, 0, 0, time.UTC))
		require.NoError(t, err)
	}
	for _, year := range []int{1899, 2201} {
		_, err := s.Score("acme", time.Date(year, 6, 1, 0, 0, 0, 0, time.UTC))
		require.Error(t, err)
	}
}
