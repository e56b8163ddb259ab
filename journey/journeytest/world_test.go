package journeytest_test

import (
	"fmt"
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/lifecycle-go/lifecycle/journey"
	"github.com/lifecycle-go/lifecycle/journey/journeytest"
	"github.com/lifecycle-go/lifecycle/journey/simulate"
)

const aDay = 24 * time.Hour

func ways() []journeytest.Way {
	return []journeytest.Way{
		{From: "trial", On: "subscribed", To: "customer", P: 0.4, After: 7 * aDay},
		{From: "trial", On: "left", To: "gone", P: 0.6, After: 14 * aDay},
		{From: "customer", On: "cancelled", To: "gone", PerMonth: 0.05},
		{From: "customer", On: "lapsed", To: "gone", PerMonth: 0.15},
	}
}

// A test that needs customers says how they leave.
func ExampleWorld() {
	co, err := journeytest.World{Seed: 1, Customers: 500, Ways: ways(), Pays: []journey.Stage{"customer"}}.Run()
	if err != nil {
		fmt.Println(err)
		return
	}
	r, err := co.Replay()
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(co.Counts().Customers, "customers,", len(co.Spans()), "subscriptions,", len(r.Refusals(0)), "refused")
	// Output:
	// 500 customers, 203 subscriptions, 0 refused
}

// Hazards compete as the world says they do.
func TestWorld_Truth(t *testing.T) {
	t.Parallel()
	w, err := journeytest.World{Ways: ways()}.Build()
	require.NoError(t, err)
	truth, err := w.Truth()
	require.NoError(t, err)
	lapsed, ok := truth.Move("customer", "lapsed")
	require.True(t, ok)
	assert.InDelta(t, 0.75, lapsed.P, 1e-12)
	assert.InDelta(t, 5*30.4375*24, lapsed.Dwell.Hours(), 1e-6)
	subscribed, ok := truth.Move("trial", "subscribed")
	require.True(t, ok)
	assert.InDelta(t, 0.4, subscribed.P, 1e-12)
	assert.Equal(t, 7*aDay, subscribed.Dwell)

	co, err := journeytest.World{Seed: 3, Customers: 2000, Days: 3650, Ways: ways()}.Run()
	require.NoError(t, err)
	n := map[string]float64{}
	for e := range co.All() {
		n[e.Name]++
	}
	assert.InDelta(t, 2000, n[string(journeytest.Arrived)], 0)
	for name, p := range map[string]float64{"subscribed": 0.4, "left": 0.6, "lapsed": 0.3, "cancelled": 0.1} {
		assert.InDelta(t, 2000*p, n[name], 4*math.Sqrt(2000*p*(1-p)), name)
	}
}

func TestWorld_Refuses(t *testing.T) {
	t.Parallel()
	for name, list := range map[string][]journeytest.Way{
		"none":        nil,
		"neither":     {{From: "a", On: "x", To: "b"}},
		"both":        {{From: "a", On: "x", To: "b", PerMonth: 0.1, P: 0.5}},
		"negative":    {{From: "a", On: "x", To: "b", PerMonth: -0.1}},
		"mixed":       {{From: "a", On: "x", To: "b", PerMonth: 0.1}, {From: "a", On: "y", To: "b", P: 0.5, After: aDay}},
		"more than 1": {{From: "a", On: "x", To: "b", P: 0.6, After: aDay}, {From: "a", On: "y", To: "b", P: 0.6, After: aDay}},
	} {
		_, err := journeytest.World{Ways: list}.Run()
		require.ErrorIs(t, err, simulate.ErrWorld, name)
	}
	_, err := journeytest.World{Ways: []journeytest.Way{{From: "a", On: "", To: "b", PerMonth: 1}}}.Run()
	require.ErrorIs(t, err, journey.ErrDefinition)
}
