package funnel_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/lifecycle-go/lifecycle/journey/funnel"
	"github.com/lifecycle-go/lifecycle/touchpoint"
)

func TestRun_Refuses(t *testing.T) {
	t.Parallel()
	log := trace(t, "1a 2b")
	two := steps("a b")
	for _, c := range []struct {
		spec funnel.Spec
		says string
	}{
		{funnel.Spec{}, "funnel: spec: Steps 0: want 1 to 64"},
		{funnel.Spec{Steps: make([]funnel.Step, 65)}, "funnel: spec: Steps 65: want 1 to 64"},
		{funnel.Spec{Steps: []funnel.Step{{}}}, "funnel: spec: Steps[0].Any: want a match"},
		{funnel.Spec{Steps: two, Window: -time.Second}, "funnel: spec: Window -1s: want zero or more"},
		{funnel.Spec{Steps: two, Window: 1, Days: 1}, "funnel: spec: Days 1: want 0 to 36500, and no Window beside it"},
		{funnel.Spec{Steps: two, Days: -1}, "funnel: spec: Days -1: want 0 to 36500, and no Window beside it"},
		{funnel.Spec{Steps: two, Tolerance: -1}, "funnel: spec: Tolerance -1ns: want zero up to the window"},
		{funnel.Spec{Steps: two, Window: 5, Tolerance: 6}, "funnel: spec: Tolerance 6ns: want zero up to the window"},
		{funnel.Spec{Steps: two, Tolerance: 1, Order: funnel.AnyOrder}, "funnel: spec: Tolerance 1ns: is of Ordered alone, with no StrictlyIncreasing, Days, Exclude, optional step or bound between steps"},
		{funnel.Spec{Steps: steps("a b a"), Tolerance: 1}, `funnel: spec: Tolerance 1ns: want steps that share no event: event "a" is Steps[0] and Steps[2]`},
		{funnel.Spec{Steps: []funnel.Step{{Any: []touchpoint.Match{{}}}, {Any: []touchpoint.Match{{Channel: "x"}, {Name: "b"}}}}, Tolerance: 1}, `funnel: spec: Tolerance 1ns: want steps that share no event: event "b" is Steps[0] and Steps[1]`},
		{funnel.Spec{Steps: two, Order: 4}, "funnel: spec: Order Order(4), best-attempt: want a known order and anchor"},
		{funnel.Spec{Steps: two, RequireFirst: true}, "funnel: spec: RequireFirst true: the other orders always begin with the first step"},
		{funnel.Spec{Steps: two, Anchor: funnel.FirstEntry, Order: funnel.AnyOrder}, "funnel: spec: Anchor first-entry: want Ordered, not any-order"},
		{funnel.Spec{Steps: two, Exclude: []funnel.Exclusion{{Any: touchpoint.Named("x"), After: 0, Before: 2}}}, "funnel: spec: Exclude[0] after 0, before 2: want 0 <= After < Before < 2 steps, a match, and an order"},
		{funnel.Spec{Steps: two, Exclude: []funnel.Exclusion{{Any: touchpoint.Named("x"), After: -1, Before: 1}}}, "funnel: spec: Exclude[0] after -1, before 1: want 0 <= After < Before < 2 steps, a match, and an order"},
		{funnel.Spec{Steps: steps("a b c"), Exclude: []funnel.Exclusion{{Any: touchpoint.Named("x"), After: 1, Before: 1}}}, "funnel: spec: Exclude[0] after 1, before 1: want 0 <= After < Before < 3 steps, a match, and an order"},
		{funnel.Spec{Steps: []funnel.Step{{Any: touchpoint.Named("a")}, {Any: touchpoint.Named("b"), Optional: true}}, Order: funnel.AnyOrder}, "funnel: spec: Steps[1].Optional: optional steps and bounds between steps are of Ordered alone, not any-order"},
		{funnel.Spec{Steps: []funnel.Step{{Any: touchpoint.Named("a")}, {Any: touchpoint.Named("b"), Within: 1}}, Order: funnel.AnyOrder}, "funnel: spec: Steps[1].Optional: optional steps and bounds between steps are of Ordered alone, not any-order"},
		{funnel.Spec{Steps: two, From: time.Unix(10, 0), To: time.Unix(9, 0)}, "funnel: spec: To " + time.Unix(9, 0).Format(time.RFC3339) + ": before From " + time.Unix(10, 0).Format(time.RFC3339)},
		{funnel.Spec{Steps: []funnel.Step{{Any: touchpoint.Named("a")}, {Any: touchpoint.Named("b"), Within: 1, AtLeast: 2}}}, "funnel: spec: Steps[1].Within 1ns: want zero or more, and no less than AtLeast 2ns"},
	} {
		_, err := funnel.Run(log, c.spec)
		require.ErrorIs(t, err, funnel.ErrSpec)
		assert.EqualError(t, err, c.says)
	}
	_, err := funnel.Run(log, funnel.Spec{Steps: []funnel.Step{{Any: []touchpoint.Match{{Where: []touchpoint.Condition{{Attr: "plan"}}}}}}})
	require.ErrorIs(t, err, touchpoint.ErrNotKept)
	_, err = funnel.RunBy(log, funnel.Spec{Steps: two}, touchpoint.Breakdown{})
	require.ErrorIs(t, err, funnel.ErrSpec)
	_, err = funnel.RunBy(log, funnel.Spec{Steps: two}, touchpoint.Breakdown{Channel: true, Label: touchpoint.LabelStep, Step: 3})
	require.ErrorIs(t, err, funnel.ErrSpec)
	_, err = funnel.RunBy(log, funnel.Spec{Steps: two}, touchpoint.Breakdown{Attr: "plan"})
	require.ErrorIs(t, err, touchpoint.ErrNotKept)
}

func TestRun_NobodyAndNothing(t *testing.T) {
	t.Parallel()
	r := mustRun(t, nil, funnel.Spec{Steps: steps("a b")})
	assert.Equal(t, []int64{0, 0}, counts(r))
	assert.False(t, r.Conversion().Defined())
	n, times := r.Level("nobody")
	assert.Zero(t, n)
	assert.Empty(t, times)
	none := mustRun(t, trace(t, "1a 2b"), funnel.Spec{Steps: steps("a b"), Customers: func(string) bool { return false }})
	assert.Zero(t, none.Customers())
	assert.Equal(t, []int64{0, 0}, counts(none))
	late := mustRun(t, trace(t, "1a 2b 3a 4b"), funnel.Spec{Steps: steps("a b"), From: time.Unix(2, 0), To: time.Unix(4, 0)})
	assert.Equal(t, []int64{1, 0}, counts(late), "the end does not belong to the period")
}

// A filter that panics does so in the caller's goroutine.
func TestRun_FilterPanics(t *testing.T) {
	t.Parallel()
	assert.PanicsWithValue(t, "mine", func() {
		_, _ = funnel.Run(trace(t, "1a"), funnel.Spec{Steps: steps("a"), Customers: func(string) bool { panic("mine") }})
	})
}

// Days of a location: a step on the last day still counts, whatever the clock.
func TestRun_CalendarDays(t *testing.T) {
	t.Parallel()
	berlin, err := time.LoadLocation("Europe/Berlin")
	require.NoError(t, err)
	at := func(day, hour, minute int) time.Time {
		return time.Date(2026, time.March, day, hour, minute, 0, 0, berlin)
	}
	log, err := touchpoint.LogOf(
		touchpoint.Event{Customer: "in", Name: "a", At: at(28, 23, 50)}, touchpoint.Event{Customer: "in", Name: "b", At: at(29, 23, 59)},
		touchpoint.Event{Customer: "out", Name: "a", At: at(28, 0, 1)}, touchpoint.Event{Customer: "out", Name: "b", At: at(30, 0, 0)},
	)
	require.NoError(t, err)
	r := mustRun(t, log, funnel.Spec{Steps: steps("a b"), Days: 1, Location: berlin})
	in, _ := r.Level("in")
	out, _ := r.Level("out")
	assert.Equal(t, []int{2, 1}, []int{in, out})
}

func TestReport_Histogram(t *testing.T) {
	t.Parallel()
	var events []touchpoint.Event
	for i, gap := range []int64{1, 2, 2, 5, 9} {
		c := string(rune('a' + i))
		events = append(events, touchpoint.Event{Customer: c, Name: "a", At: time.Unix(0, 0)}, touchpoint.Event{Customer: c, Name: "b", At: time.Unix(gap, 0)})
	}
	log, err := touchpoint.LogOf(events...)
	require.NoError(t, err)
	r := mustRun(t, log, funnel.Spec{Steps: steps("a b")})
	assert.Equal(t, []int64{1, 2, 1, 1}, r.Histogram(time.Second, 2*time.Second, 5*time.Second))
	assert.Equal(t, []int64{5}, r.Histogram())
}
