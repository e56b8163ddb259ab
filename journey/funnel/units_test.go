package funnel_test

import (
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/lifecycle-go/lifecycle/internal/law"
	"github.com/lifecycle-go/lifecycle/journey"
	"github.com/lifecycle-go/lifecycle/journey/funnel"
	"github.com/lifecycle-go/lifecycle/journey/preset"
	"github.com/lifecycle-go/lifecycle/touchpoint"
)

func actors(r *funnel.Report) (out []int64) {
	for _, s := range r.Steps() {
		out = append(out, s.Actors)
	}
	return out
}

// Steps a, b with the cart held constant, and attempts: the worked examples of
// the reference (analytics2 §1, items 2 and 3).
func TestPublished_Units(t *testing.T) {
	t.Parallel()
	event := func(at int64, name, cart string) touchpoint.Event {
		return touchpoint.Event{Customer: "c", Name: name, At: time.Unix(at, 0), Attrs: map[string]string{"cart": cart}}
	}
	log, err := touchpoint.LogOptions{Attrs: []string{"cart"}}.LogOf(event(1, "a", "1"), event(2, "a", "2"), event(3, "b", "1"))
	require.NoError(t, err)
	spec := funnel.Spec{Steps: steps("a b"), Window: 10 * time.Second}
	n, seconds := level(t, log, spec)
	assert.Equal(t, 2, n)
	assert.Equal(t, []int{1}, seconds, "from the wrong cart")
	carts, err := log.Per(touchpoint.Units{Hold: "cart"})
	require.NoError(t, err)
	r := mustRun(t, carts, spec)
	assert.Equal(t, []int64{2, 1}, counts(r), "carts")
	assert.Equal(t, []int64{1, 1}, actors(r), "actors")
	assert.Equal(t, 2*time.Second, r.Steps()[1].Time.Mean)
	for text, want := range map[string][]int64{"1a 2b 3a 4b 5a": {3, 2}, "1a 2a 3b 20a 40b": {3, 1}} {
		attempts, err := trace(t, text).Per(touchpoint.Units{Attempt: touchpoint.Named("a")})
		require.NoError(t, err)
		assert.Equal(t, want, counts(mustRun(t, attempts, spec)), text)
	}
	b, err := r.MarshalBinary()
	require.NoError(t, err)
	var back funnel.Report
	require.NoError(t, back.UnmarshalBinary(b))
	assert.Equal(t, []int64{1, 1}, actors(&back), "a decoded report still knows the actors")
}

// slowTolerant tries every chain in which no step is earlier than the one before
// by more than the tolerance.
func slowTolerant(events []touchpoint.Event, s funnel.Spec) int {
	best := 0
	var follow func(k, last, first int)
	follow = func(k, last, first int) {
		best = max(best, k)
		if k == len(s.Steps) {
			return
		}
		for j, e := range events {
			if e.Name == s.Steps[k].Any[0].Name && events[last].At.Sub(e.At) <= s.Tolerance && e.At.Sub(events[first].At) <= s.Window {
				follow(k+1, j, first)
			}
		}
	}
	for i, e := range events {
		if e.Name == s.Steps[0].Any[0].Name {
			follow(1, i, i)
			if s.Anchor == funnel.FirstEntry {
				break
			}
		}
	}
	return best
}

// With a tolerance, levels equal a search through all chains; where no two
// events are as close as it, they and their times are those of the plain funnel.
func TestLaw_Tolerance(t *testing.T) {
	saved, plain, ties := 0, 0, 0
	property := func(t *rapid.T) {
		events := drawEvents(t, "c", rapid.Bool().Draw(t, "ties"))
		for k := 1; k < len(events); k++ {
			if events[k].At.Equal(events[k-1].At) {
				ties++
			}
		}
		log, err := touchpoint.LogOf(events...)
		require.NoError(t, err)
		s := funnel.Spec{Steps: steps("a b c")[:rapid.IntRange(1, 3).Draw(t, "steps")], Window: time.Duration(rapid.IntRange(4, 12).Draw(t, "window")) * time.Second}
		if rapid.IntRange(0, 3).Draw(t, "anchor") == 0 {
			s.Anchor = funnel.FirstEntry
		}
		without, times := mustRun(t, log, s).Level("c")
		s.Tolerance = time.Nanosecond
		fine, fineTimes := mustRun(t, log, s).Level("c")
		require.Equal(t, without, fine)
		require.Equal(t, times, fineTimes)
		plain++
		s.Tolerance = time.Duration(rapid.IntRange(1, 4).Draw(t, "tolerance")) * time.Second
		r := mustRun(t, log, s)
		got, _ := r.Level("c")
		require.Equal(t, slowTolerant(events, s), got, "%+v %v", s, events)
		require.GreaterOrEqual(t, got, without)
		for _, st := range r.Steps() {
			require.GreaterOrEqual(t, st.Time.Mean, time.Duration(0), "an earlier event took no time")
		}
		if got > without {
			saved++
		}
	}
	law.Often(t, 20, property, law.Counters{"saved": &saved, "plain": &plain, "ties": &ties}) // cheap, and few events are out of order
}

// The counts of a funnel of stages are what the replay says was reached, in the
// definition's order or any other, and shards add up.
func TestLaw_StagesEqualTheReplaysReach(t *testing.T) {
	t.Parallel()
	d := preset.SaaS()
	triggers := d.Triggers()
	passedOver, several := 0, 0
	law.Check(t, func(t *rapid.T) {
		var parts [2][]journey.Event
		for c := range rapid.IntRange(0, 5).Draw(t, "customers") {
			for k := range rapid.IntRange(1, 8).Draw(t, "events") {
				parts[c%2] = append(parts[c%2], journey.Event{Customer: "c" + strconv.Itoa(c), Trigger: rapid.SampledFrom(triggers).Draw(t, "trigger"), At: time.Unix(int64(k*3600), 0)})
			}
		}
		replay := func(events ...journey.Event) *journey.Replay {
			r, err := d.Replay(slices.Values(events))
			require.NoError(t, err)
			return r
		}
		whole := replay(append(slices.Clone(parts[0]), parts[1]...)...)
		report, err := funnel.OfReplay(whole)
		require.NoError(t, err)
		require.Equal(t, whole.Customers(), report.Customers())
		arrivals := whole.Arrivals(journey.ByStage)
		for k, s := range report.Steps() {
			require.Equal(t, arrivals[k].Name, s.Name)
			require.Equal(t, arrivals[k].Reached, s.Customers, s.Name)
			for c := range report.Who(k+1, true) {
				visits := whole.Visits(c)
				require.True(t, slices.ContainsFunc(visits, func(v journey.Visit) bool { return string(v.Stage) == s.Name }), "the furthest stage")
				if len(visits) <= k {
					passedOver++
				}
			}
			if s.Customers > 1 {
				several++
			}
		}
		sum, err := funnel.OfReplay(replay(parts[0]...))
		require.NoError(t, err)
		other, err := funnel.OfReplay(replay(parts[1]...))
		require.NoError(t, err)
		require.NoError(t, sum.Merge(other))
		want, err := report.MarshalBinary()
		require.NoError(t, err)
		got, err := sum.MarshalBinary()
		require.NoError(t, err)
		require.Equal(t, want, got)
	}, law.Counters{"passedOver": &passedOver, "several": &several})
}

func TestOfReplay_Refuses(t *testing.T) {
	t.Parallel()
	_, err := funnel.OfReplay(nil)
	require.ErrorIs(t, err, journey.ErrUndefined)
	r, err := preset.SaaS().Replay(nil)
	require.NoError(t, err)
	first := preset.SaaS().Initial()
	_, err = funnel.OfReplay(r, first, "nowhere")
	require.ErrorIs(t, err, funnel.ErrSpec)
	require.EqualError(t, err, `funnel: stages: stages[1] "nowhere": want a stage of the definition`)
	_, err = funnel.OfReplay(r, first, first)
	require.ErrorContains(t, err, "stands twice")
	_, err = funnel.OfReplay(r, make([]journey.Stage, 65)...)
	require.ErrorContains(t, err, "stages 65: at most 64")
	empty, err := funnel.OfReplay(r, first)
	require.NoError(t, err)
	assert.Equal(t, []int64{0}, counts(empty))
	_, err = empty.Correlate(funnel.CorrelateOptions{})
	require.ErrorIs(t, err, funnel.ErrSpec, "no log")
	ordinary := mustRun(t, nil, funnel.Spec{Steps: []funnel.Step{{Name: string(first), Any: touchpoint.Named(string(first))}}})
	require.ErrorIs(t, empty.Merge(ordinary), funnel.ErrMerge, "a funnel of stages is no funnel of events")
}

// A stage with parts is reached by any of them, and a group by any in it.
func TestOfReplay_Groups(t *testing.T) {
	t.Parallel()
	d, err := journey.Define(journey.Spec{
		Name: "n", Initial: "visitor",
		Stages: []journey.StageSpec{{Name: "visitor"}, {Name: "trial", Group: "customer"}, {Name: "active", Group: "customer", Terminal: true, Goal: true}},
		Transitions: []journey.Transition{
			{From: "visitor", On: "try", To: "trial"}, {From: "visitor", On: "buy", To: "active"}, {From: "trial", On: "buy", To: "active"},
		},
	})
	require.NoError(t, err)
	event := func(c string, on journey.Trigger, hour int64) journey.Event {
		return journey.Event{Customer: c, Trigger: on, At: time.Unix(hour*3600, 0)}
	}
	r, err := d.Replay(slices.Values([]journey.Event{event("a", "try", 1), event("a", "buy", 5), event("b", "buy", 2), event("c", "look", 1)}))
	require.NoError(t, err)
	report, err := funnel.OfReplay(r, "visitor", "customer", "active")
	require.NoError(t, err)
	assert.Equal(t, []int64{r.Customers(), 2, 2}, counts(report))
	report, err = funnel.OfReplay(r, "visitor", "trial", "active")
	require.NoError(t, err)
	assert.Equal(t, []int64{r.Customers(), 1, 2}, counts(report), "b passed trial over")
	assert.Equal(t, 4*time.Hour, report.Steps()[2].Time.Mean, "from trial, for who was there")
}

// Properties are tried beside events, the sample is named, and what follows the
// conversion counts for neither.
// The first event there is by name counts as every other.
func TestCorrelate_FirstName(t *testing.T) {
	t.Parallel()
	var events []touchpoint.Event
	for i := range 10 {
		c := "c" + strconv.Itoa(i)
		events = append(events, touchpoint.Event{Customer: c, Name: "b", At: time.Unix(1, 0)}, touchpoint.Event{Customer: c, Name: "a", At: time.Unix(2, 0)})
		if i < 6 {
			events = append(events, touchpoint.Event{Customer: c, Name: "c", At: time.Unix(3, 0)})
		}
	}
	log, err := touchpoint.LogOf(events...)
	require.NoError(t, err)
	found, err := mustRun(t, log, funnel.Spec{Steps: steps("b c")}).Correlate(funnel.CorrelateOptions{})
	require.NoError(t, err)
	require.Len(t, found.All(), 1)
	a := found.All()[0]
	assert.Equal(t, []int64{6, 4, 0, 0}, []int64{a.With, a.WithLost, a.Without, a.WithoutLost})
}

func TestCorrelate_Properties(t *testing.T) {
	t.Parallel()
	var events []touchpoint.Event
	for i := range 40 {
		c := "c" + strconv.Itoa(100+i)
		channel, plan := touchpoint.Channel("email"), "basic"
		if i%2 == 0 {
			channel, plan = "search", "pro"
		}
		events = append(events, touchpoint.Event{Customer: c, Name: "a", At: time.Unix(1, 0), Channel: channel, Campaign: "k", Attrs: map[string]string{"plan": plan}})
		if i%4 != 3 {
			events = append(events, touchpoint.Event{Customer: c, Name: "help", At: time.Unix(2, 0)})
		}
		if i%2 == 0 || i == 1 {
			events = append(events, touchpoint.Event{Customer: c, Name: "b", At: time.Unix(3, 0)}, touchpoint.Event{Customer: c, Name: "thanks", At: time.Unix(4, 0)})
		}
	}
	log, err := touchpoint.LogOptions{Attrs: []string{"plan"}, Campaign: true}.LogOf(events...)
	require.NoError(t, err)
	r := mustRun(t, log, funnel.Spec{Steps: steps("a b")})
	found, err := r.Correlate(funnel.CorrelateOptions{Channel: true, Campaign: true, Attrs: []string{"plan"}, Customer: func(c string) string { return c[:2] }})
	require.NoError(t, err)
	assert.Equal(t, []int64{40, 21}, []int64{found.Entered, found.Converted})
	at := map[string]funnel.Correlation{}
	for _, c := range found.All() {
		at[c.Property+" "+c.Event] = c
	}
	assert.NotContains(t, at, "event thanks", "it came after the conversion")
	assert.NotContains(t, at, "event a")
	assert.NotContains(t, at, "event b")
	search := at["channel search"]
	assert.Equal(t, []int64{20, 0, 1, 19}, []int64{search.With, search.WithLost, search.Without, search.WithoutLost})
	assert.InDelta(t, 21*20/(1.0*2), search.OddsRatio, 1e-9)
	assert.Less(t, search.P, 1e-6)
	assert.InDelta(t, search.OddsRatio, at["plan pro"].OddsRatio, 1e-9)
	assert.InDelta(t, 1.0, at["campaign k"].P, 0, "everybody has it")
	assert.Equal(t, int64(21), at["customer c1"].With)
	help := at["event help"]
	assert.Equal(t, []int64{21, 9, 0, 10}, []int64{help.With, help.WithLost, help.Without, help.WithoutLost})
	same, err := funnel.CorrelateOutcome(log, funnel.CorrelateOptions{Channel: true}, func(c int) funnel.Outcome {
		from, to := log.Columns().Range(c)
		return funnel.Outcome{In: true, Won: c%2 == 0, From: from, To: min(to, from+2)}
	})
	require.NoError(t, err)
	assert.Equal(t, []int64{40, 20}, []int64{same.Entered, same.Converted})
	for _, bad := range []funnel.CorrelateOptions{{Level: 1}, {Attrs: []string{"none"}}, {Without: []touchpoint.Match{{Campaign: "x", Where: []touchpoint.Condition{{}}}}}} {
		_, err := r.Correlate(bad)
		require.Error(t, err)
	}
}
