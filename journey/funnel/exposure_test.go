package funnel_test

import (
	"encoding/json"
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/lifecycle-go/lifecycle/journey/funnel"
	"github.com/lifecycle-go/lifecycle/touchpoint"
)

// What came before the exposure does not count, nor who saw two variants.
func TestArmsOf(t *testing.T) {
	t.Parallel()
	event := func(c, name string, at int64, variant string) touchpoint.Event {
		e := touchpoint.Event{Customer: c, Name: name, At: time.Unix(at, 0), Attrs: map[string]string{}}
		if variant != "" {
			e.Attrs["v"] = variant
		}
		return e
	}
	log, err := touchpoint.LogOptions{Attrs: []string{"v"}}.LogOf(
		event("before", "paid", 1, ""), event("before", "seen", 2, "a"),
		event("after", "seen", 2, "a"), event("after", "paid", 3, ""),
		event("late", "seen", 2, "b"), event("late", "seen", 50, "b"), event("late", "paid", 60, ""),
		event("both", "seen", 2, "a"), event("both", "seen", 3, "b"), event("both", "paid", 4, ""),
		event("none", "seen", 2, ""), event("none", "paid", 4, ""),
		event("out", "seen", 2, "b"), event("out", "paid", 3, ""),
		event("never", "paid", 3, ""),
		event("in", "seen", 2, "b"), event("in", "paid", 12, ""),
	)
	require.NoError(t, err)
	spec := funnel.Spec{Steps: steps("paid"), Window: 10 * time.Second, Customers: func(c string) bool { return c != "out" }}
	e, err := funnel.ArmsOf(log, touchpoint.Named("seen"), touchpoint.Breakdown{Attr: "v"}, spec)
	require.NoError(t, err)
	assert.Equal(t, []funnel.Arm{{Name: "a", Converted: 1, Exposed: 2}, {Name: "b", Converted: 1, Exposed: 2}}, e.Arms)
	assert.Equal(t, []int64{1, 1}, []int64{e.Several, e.Unnamed})
	assert.Equal(t, "a: 1 of 2\nb: 1 of 2\n1 saw several variants, 1 none that has a name\n", e.String())
	assert.Equal(t, "exposed", e.Reports[0].Steps()[0].Name)
	b, err := json.Marshal(e)
	require.NoError(t, err)
	assert.JSONEq(t, `{"arms":[{"name":"a","converted":1,"exposed":2},{"name":"b","converted":1,"exposed":2}],"several":1,"unnamed":1}`, string(b))
	// With an exclusion between the exposure's first step and the next one.
	spec.Steps, spec.Exclude = steps("paid paid"), []funnel.Exclusion{{Any: touchpoint.Named("seen"), After: 0, Before: 1}}
	_, err = funnel.ArmsOf(log, touchpoint.Named("seen"), touchpoint.Breakdown{Attr: "v"}, spec)
	require.NoError(t, err)
	assert.Equal(t, 0, spec.Exclude[0].After, "the caller's spec stays as it is")
	for says, run := range map[string]func() error{
		"funnel: arms: exposure: want a match": func() error { _, err := funnel.ArmsOf(log, nil, touchpoint.Breakdown{Attr: "v"}, spec); return err },
		"funnel: arms: variant last-touch: want a property of the exposing event": func() error {
			_, err := funnel.ArmsOf(log, touchpoint.Named("seen"), touchpoint.Breakdown{Attr: "v", Label: touchpoint.LastTouch}, spec)
			return err
		},
		"funnel: arms: Order any-order: want ordered: the exposure comes first": func() error {
			_, err := funnel.ArmsOf(log, touchpoint.Named("seen"), touchpoint.Breakdown{Attr: "v"}, funnel.Spec{Steps: steps("paid"), Order: funnel.AnyOrder})
			return err
		},
	} {
		require.EqualError(t, run(), says)
	}
	_, err = funnel.ArmsOf(log, touchpoint.Named("seen"), touchpoint.Breakdown{Attr: "w"}, funnel.Spec{Steps: steps("paid")})
	require.ErrorIs(t, err, touchpoint.ErrNotKept)
	none, err := funnel.ArmsOf(nil, touchpoint.Named("seen"), touchpoint.Breakdown{Channel: true}, funnel.Spec{Steps: steps("paid")})
	require.NoError(t, err)
	assert.Empty(t, none.Arms)
}

// The three steps of the reference (analytics2 §3).
func TestPublished_Opportunities(t *testing.T) {
	t.Parallel()
	list, err := funnel.Rank(
		funnel.Opportunity{Name: "expand", Converted: 9, Entered: 60, Target: .30, Worth: 1500},
		funnel.Opportunity{Name: "trial to active", Converted: 120, Entered: 1000, Target: .18, Worth: 600},
		funnel.Opportunity{Name: "onboard to adopt", Converted: 260, Entered: 400, Target: .80, Worth: 900},
		funnel.Opportunity{Name: "better", Converted: 9, Entered: 10, Target: .5, Worth: 1}, funnel.Opportunity{Name: "a nobody", Target: .5, Worth: 1},
	)
	require.NoError(t, err)
	for i, want := range []struct {
		name       string
		gain, safe float64
	}{{"onboard to adopt", 54000, 37758.83}, {"trial to active", 36000, 23034.55}, {"expand", 13500, 3496.87}, {"a nobody", 0, 0}, {"better", 0, 0}} {
		assert.Equal(t, want.name, list[i].Name)
		assert.InDelta(t, want.gain, list[i].Gain, 1e-6)
		assert.InDelta(t, want.safe, list[i].Safe, 5e-3)
	}
	for _, bad := range []funnel.Opportunity{{Converted: 2, Entered: 1}, {Converted: -1}, {Target: 2}, {Target: math.NaN()}, {Worth: -1}, {Worth: math.Inf(1)}} {
		_, err := funnel.Rank(bad)
		require.ErrorIs(t, err, funnel.ErrSpec)
	}
	free, err := funnel.Rank(funnel.Opportunity{Entered: 1, Target: 1}) // worth nothing: allowed, and last
	require.NoError(t, err)
	assert.Zero(t, free[0].Gain)
}
