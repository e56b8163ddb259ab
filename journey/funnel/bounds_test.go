package funnel_test

import (
	"bytes"
	"encoding/json"
	"runtime"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/lifecycle-go/lifecycle/internal/pack"
	"github.com/lifecycle-go/lifecycle/journey"
	"github.com/lifecycle-go/lifecycle/journey/funnel"
	"github.com/lifecycle-go/lifecycle/touchpoint"
)

// A calendar's location travels by its name; one that is not known here is
// refused.
func TestUnmarshalBinary_Location(t *testing.T) {
	t.Parallel()
	berlin, err := time.LoadLocation("Europe/Berlin")
	require.NoError(t, err)
	spec := funnel.Spec{Steps: steps("a b"), Days: 2, Location: berlin}
	b, err := mustRun(t, trace(t, "1a 2b"), spec).MarshalBinary()
	require.NoError(t, err)
	var back funnel.Report
	require.NoError(t, back.UnmarshalBinary(b))
	more, err := touchpoint.LogOf(ofCustomer("other", names2("a")...)...)
	require.NoError(t, err)
	require.NoError(t, back.Merge(mustRun(t, more, spec)))
	assert.Equal(t, []int64{2, 1}, counts(&back))
	spec.Location = time.UTC
	require.ErrorIs(t, back.Merge(mustRun(t, nil, spec)), funnel.ErrMerge)
	nowhere := bytes.Replace(b[:len(b)-4], []byte("Europe/Berlin"), []byte("Europe/Berlim"), 1)
	require.ErrorIs(t, back.UnmarshalBinary(pack.Frame(nowhere, 0)), funnel.ErrEncoding)
}

// Counts that cannot be are refused, each alone.
func TestExperiment_NegativeCounts(t *testing.T) {
	t.Parallel()
	good := funnel.Arm{Name: "A", Converted: 1, Exposed: 2}
	for _, bad := range []funnel.Arm{{Converted: -1, Exposed: 2}, {Exposed: -1}, {Converted: -2, Exposed: -1}, {Converted: 3, Exposed: 2}} {
		_, err := funnel.Experiment(funnel.ExperimentOptions{}, good, bad)
		require.ErrorContains(t, err, "want counts, the first no more than the second", "%v", bad)
	}
}

// Who came to none of the stages asked for began nothing: they are counted, and no
// step is theirs.
func TestOfReplay_NoneOfTheStages(t *testing.T) {
	t.Parallel()
	d, err := journey.Define(journey.Spec{Name: "n", Initial: "s", Stages: []journey.StageSpec{{Name: "s"}, {Name: "e", Terminal: true, Goal: true}}, Transitions: []journey.Transition{{From: "s", On: "go", To: "e"}}})
	require.NoError(t, err)
	replay, err := d.Replay(slices.Values([]journey.Event{{Customer: "a", Trigger: "look", At: time.Unix(4, 0)}, {Customer: "b", Trigger: "go", At: time.Unix(5, 0)}}))
	require.NoError(t, err)
	r, err := funnel.OfReplay(replay, "e")
	require.NoError(t, err)
	assert.Equal(t, int64(2), r.Customers())
	assert.Equal(t, []string{"b"}, all(r.Who(0, false)))
	b, err := r.MarshalBinary()
	require.NoError(t, err)
	var back funnel.Report
	require.NoError(t, back.UnmarshalBinary(b))
	assert.Equal(t, int64(2), back.Customers())
}

// A step may be asked for at one moment after the step before, and no other.
func TestRun_WithinIsAtLeast(t *testing.T) {
	t.Parallel()
	s := funnel.Spec{Steps: steps("a b")}
	s.Steps[1].AtLeast, s.Steps[1].Within = 2*time.Second, 2*time.Second
	for text, want := range map[string]int{"0a 1b": 1, "0a 2b": 2, "0a 3b": 1, "0a 1a 3b": 2} {
		assert.Equal(t, []int64{1, int64(want - 1)}, counts(mustRun(t, trace(t, text), s)), text)
	}
}

// The same log gives the same bytes on any number of processors, and as two halves
// of its customers merged.
func TestRun_ProcessorsDoNotShow(t *testing.T) {
	var halves [2][]touchpoint.Event
	for i := range 90_000 {
		c := 10_000 + i/9
		halves[c%2] = append(halves[c%2], touchpoint.Event{
			Customer: strconv.Itoa(c), Name: string('a' + rune((i*i+i/9)%5)), At: time.Unix(int64(i%9*(1+i%13)), 0), Channel: []touchpoint.Channel{"email", "web", ""}[i%3],
		})
	}
	log, err := touchpoint.LogOf(slices.Concat(halves[0], halves[1])...)
	require.NoError(t, err)
	bounded := steps("a b c")
	bounded[1].AtLeast, bounded[2].Optional = time.Second, true
	specs := []funnel.Spec{
		{Steps: steps("a b c"), Window: time.Minute},
		{Steps: steps("a b c"), Window: time.Minute, Order: funnel.AnyOrder},
		{Steps: bounded, Window: time.Minute},
		{Steps: steps("a b c"), Tolerance: time.Second},
		{Steps: steps("a b"), Order: funnel.Consecutive},
		{Steps: steps("a b c"), Exclude: []funnel.Exclusion{{Any: touchpoint.Named("d"), Before: 2}}},
	}
	bytesOf := func(r *funnel.Report) string {
		b, err := r.MarshalBinary()
		require.NoError(t, err)
		return string(b)
	}
	run := func() (out []string) {
		for _, s := range specs {
			whole := mustRun(t, log, s)
			out = append(out, bytesOf(whole))
			found, err := whole.Correlate(funnel.CorrelateOptions{Channel: true})
			require.NoError(t, err)
			b, err := json.Marshal(found)
			require.NoError(t, err)
			out = append(out, string(b))
			parts, err := funnel.RunBy(log, s, touchpoint.Breakdown{Channel: true, Label: touchpoint.LastTouch})
			require.NoError(t, err)
			for _, p := range parts {
				out = append(out, bytesOf(p))
			}
		}
		return out
	}
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	one := run()
	for _, procs := range []int{2, 3} {
		runtime.GOMAXPROCS(procs)
		for k, said := range run() {
			require.Equal(t, one[k], said, "result %d on %d processors", k, procs)
		}
	}
	for _, s := range specs {
		var sum *funnel.Report
		for _, half := range halves {
			part, err := touchpoint.LogOf(half...)
			require.NoError(t, err)
			r := mustRun(t, part, s)
			require.Greater(t, counts(r)[1], int64(100))
			if sum == nil {
				sum = r
			} else {
				require.NoError(t, sum.Merge(r))
			}
		}
		require.Equal(t, bytesOf(mustRun(t, log, s)), bytesOf(sum), "%+v", s)
	}
}

// Exposures as planned are no mismatch, in whatever unit the plan is.
func TestExperiment_Planned(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		planned  []float64
		a, b     int64
		mismatch bool
	}{{[]float64{1, 3}, 1000, 3000, false}, {[]float64{0.25, 0.75}, 1000, 3000, false}, {[]float64{3, 1}, 1000, 3000, true}, {nil, 1000, 3000, true}, {[]float64{2, 2}, 900, 900, false}} {
		v, err := funnel.Experiment(funnel.ExperimentOptions{Planned: c.planned}, funnel.Arm{Exposed: c.a}, funnel.Arm{Exposed: c.b})
		require.NoError(t, err)
		assert.Equal(t, c.mismatch, v.Mismatch, "%+v", c)
		if !c.mismatch {
			assert.InDelta(t, 1, v.SampleRatio, 1e-12, "%+v", c)
		}
	}
}

// Arms are those of the customers the funnel is about, wherever the others stand.
func TestArmsOf_SomeCustomers(t *testing.T) {
	t.Parallel()
	var events []touchpoint.Event
	for i, variant := range []string{"x", "y", "x", "y", "x"} {
		c := "c" + strconv.Itoa(i)
		events = append(events, touchpoint.Event{Customer: c, Name: "saw", At: time.Unix(0, 0), Campaign: variant}, touchpoint.Event{Customer: c, Name: "b", At: time.Unix(int64(i), 0)})
	}
	events = append(events, touchpoint.Event{Customer: "c0", Name: "saw", At: time.Unix(9, 0), Campaign: "y"})
	log, err := touchpoint.LogOptions{Campaign: true}.LogOf(events...)
	require.NoError(t, err)
	of := func(keep func(string) bool) *funnel.Exposures {
		e, err := funnel.ArmsOf(log, touchpoint.Named("saw"), touchpoint.Breakdown{Campaign: true}, funnel.Spec{Steps: steps("b"), Customers: keep})
		require.NoError(t, err)
		return e
	}
	all := of(nil)
	assert.Equal(t, int64(1), all.Several)
	assert.Equal(t, []funnel.Arm{{Name: "x", Converted: 2, Exposed: 2}, {Name: "y", Converted: 2, Exposed: 2}}, all.Arms)
	some := of(func(c string) bool { return c != "c0" && c != "c1" })
	assert.Zero(t, some.Several)
	assert.Equal(t, []funnel.Arm{{Name: "x", Converted: 2, Exposed: 2}, {Name: "y", Converted: 1, Exposed: 1}}, some.Arms)
}
