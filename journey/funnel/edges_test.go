package funnel_test

import (
	"encoding/json"
	"math"
	"math/rand/v2"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/lifecycle-go/lifecycle/internal/law"
	"github.com/lifecycle-go/lifecycle/internal/pack"
	"github.com/lifecycle-go/lifecycle/journey"
	"github.com/lifecycle-go/lifecycle/journey/funnel"
	"github.com/lifecycle-go/lifecycle/touchpoint"
)

// slowest is the level by every pair of events: the latest start by which each
// event can be reached as each step. It takes hundreds of events, at distinct
// instants.
func slowest(events []touchpoint.Event, s funnel.Spec) int {
	best := 0
	reached := make([]map[int]time.Time, len(s.Steps)) // by place and event: the start
	for k, st := range s.Steps {
		reached[k] = map[int]time.Time{}
		for j, e := range events {
			if !st.Any[0].Matches(e) {
				continue
			}
			if k == 0 {
				reached[k][j] = e.At
			}
			for before := k - 1; before >= 0; before-- {
				for i, start := range reached[before] {
					gap := e.At.Sub(events[i].At)
					if i < j && gap >= st.AtLeast && (st.Within == 0 || gap <= st.Within) && e.At.Sub(start) <= s.Window && start.After(reached[k][j]) {
						reached[k][j] = start
					}
				}
				if !s.Steps[before].Optional {
					break
				}
			}
			if _, ok := reached[k][j]; ok {
				best = max(best, k+1)
			}
		}
	}
	return best
}

// Journeys far longer than a window: what is forgotten on the way does not
// matter.
func TestRun_LongJourneys(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(3, 4))
	levels := map[int]int{}
	for range 120 {
		var events []touchpoint.Event
		at := int64(0)
		for range 150 {
			at += 1 + random.Int64N(3)
			events = append(events, touchpoint.Event{Customer: "c", Name: []string{"a", "a", "b", "c", "d", "x"}[random.IntN(6)], At: time.Unix(at, 0)})
		}
		s := funnel.Spec{Window: time.Duration(6+random.IntN(10)) * time.Second, Steps: []funnel.Step{
			{Any: touchpoint.Named("a")},
			{Any: touchpoint.Named("b"), AtLeast: time.Duration(random.IntN(4)) * time.Second},
			{Any: touchpoint.Named("c"), AtLeast: time.Second, Within: time.Duration(2+random.IntN(3)) * time.Second, Optional: random.IntN(2) == 0},
			{Any: touchpoint.Named("d"), AtLeast: time.Duration(3+random.IntN(6)) * time.Second, Within: 9 * time.Second},
		}}
		log, err := touchpoint.LogOf(events...)
		require.NoError(t, err)
		got, times := mustRun(t, log, s).Level("c")
		require.Equal(t, slowest(events, s), got, "%+v", s)
		for i := 1; i < len(times); i++ {
			require.True(t, times[i].After(times[i-1]))
		}
		levels[got]++
	}
	assert.Greater(t, len(levels), 1, "%v", levels)
}

func ofCustomer(c string, list ...touchpoint.Event) []touchpoint.Event {
	for i := range list {
		list[i].Customer = c
	}
	return list
}

func names2(text ...string) (out []touchpoint.Event) {
	for i, name := range text {
		out = append(out, touchpoint.Event{Name: name, At: time.Unix(int64(i), 0)})
	}
	return out
}

// What customers did instead is looked for among their own events.
func TestReport_InsteadIsTheirOwn(t *testing.T) {
	t.Parallel()
	log, err := touchpoint.LogOf(slices.Concat(ofCustomer("c1", names2("a")...), ofCustomer("c2", names2("x", "a", "y")...), ofCustomer("c3", names2("y", "a")...))...)
	require.NoError(t, err)
	assert.Equal(t, []funnel.Instead{{Name: "", Customers: 2}, {Name: "y", Customers: 1}}, mustRun(t, log, funnel.Spec{Steps: steps("a b")}).Instead(1))
	before := mustRun(t, log, funnel.Spec{Steps: steps("a b"), To: time.Unix(2, 0)})
	assert.Equal(t, []funnel.Instead{{Name: "", Customers: 3}}, before.Instead(1), "what follows the period is not seen")
	none := mustRun(t, log, funnel.Spec{Steps: steps("a b"), From: time.Unix(9, 0)})
	assert.Equal(t, []int64{0, 0}, counts(none), "a period after the log")
}

// Actors of whom a unit began are counted, whatever the units before them did.
func TestSteps_ActorsBehindIdleOnes(t *testing.T) {
	t.Parallel()
	var events []touchpoint.Event
	for _, e := range []struct{ who, name, cart string }{{"a", "x", "1"}, {"b", "a", "1"}, {"b", "x", "2"}, {"b", "a", "3"}, {"c", "a", "1"}} {
		events = append(events, touchpoint.Event{Customer: e.who, Name: e.name, At: time.Unix(int64(len(events)), 0), Attrs: map[string]string{"cart": e.cart}})
	}
	log, err := touchpoint.LogOptions{Attrs: []string{"cart"}}.LogOf(events...)
	require.NoError(t, err)
	carts, err := log.Per(touchpoint.Units{Hold: "cart"})
	require.NoError(t, err)
	r := mustRun(t, carts, funnel.Spec{Steps: steps("a b")})
	assert.Equal(t, []int64{3, 0}, counts(r))
	assert.Equal(t, []int64{2, 0}, actors(r))
}

// Steps at one instant took no time, and count for the mean as every other.
func TestTimes_OfOneInstant(t *testing.T) {
	t.Parallel()
	at := func(c, name string, s int64) touchpoint.Event {
		return touchpoint.Event{Customer: c, Name: name, At: time.Unix(s, 0)}
	}
	log, err := touchpoint.LogOf(at("c1", "a", 0), at("c1", "b", 0), at("c2", "a", 0), at("c2", "b", 4))
	require.NoError(t, err)
	bounded := steps("a b")
	bounded[1].Within = time.Minute
	for name, s := range map[string]funnel.Spec{"ordered": {Steps: steps("a b")}, "any": {Steps: steps("a b"), Order: funnel.AnyOrder}, "bounded": {Steps: bounded}, "tolerant": {Steps: steps("a b"), Tolerance: time.Second}} {
		r := mustRun(t, log, s)
		assert.Equal(t, funnel.Durations{Mean: 2 * time.Second, Median: 2 * time.Second, P90: 3600 * time.Millisecond}, r.Steps()[1].Time, name)
		assert.Equal(t, []int64{1, 1}, r.HistogramOf(2, 0), name)
		assert.Equal(t, []int64{2, 0}, r.HistogramOf(2, math.MaxInt64), name)
		assert.Equal(t, []int64{0, 0}, r.HistogramOf(1, 0), "the first step took no time since another: %s", name)
		assert.Equal(t, []int64{0}, r.HistogramOf(3), name)
	}
	// A single stage takes no time, and everybody who came there took it.
	d, err := journey.Define(journey.Spec{Name: "n", Initial: "s", Stages: []journey.StageSpec{{Name: "s"}, {Name: "e", Terminal: true, Goal: true}}, Transitions: []journey.Transition{{From: "s", On: "go", To: "e"}}})
	require.NoError(t, err)
	replay, err := d.Replay(slices.Values([]journey.Event{{Customer: "c", Trigger: "go", At: time.Unix(5, 0)}}))
	require.NoError(t, err)
	r, err := funnel.OfReplay(replay, "s")
	require.NoError(t, err)
	assert.Equal(t, []int64{1}, r.Histogram())
	r, err = funnel.OfReplay(replay, "s", "e")
	require.NoError(t, err)
	assert.Equal(t, []int64{1}, r.Histogram(), "also when all of it is one instant")
}

// A tolerance stands beside none of the rules that it gives no meaning, each of
// them alone; an event that is two steps is found wherever it stands.
func TestTolerance_StandsAlone(t *testing.T) {
	t.Parallel()
	optional, bounded := steps("a b"), steps("a b")
	optional[1].Optional, bounded[1].AtLeast = true, time.Nanosecond
	for name, s := range map[string]funnel.Spec{
		"strict": {Steps: steps("a b"), StrictlyIncreasing: true}, "days": {Steps: steps("a b"), Days: 2}, "order": {Steps: steps("a b"), Order: funnel.Consecutive},
		"exclude":  {Steps: steps("a b"), Exclude: []funnel.Exclusion{{Any: touchpoint.Named("x"), Before: 1}}},
		"optional": {Steps: optional}, "bounded": {Steps: bounded},
	} {
		require.NoError(t, s.Validate(), name)
		s.Tolerance = 1
		require.ErrorIs(t, s.Validate(), funnel.ErrSpec, name)
	}
	email := []touchpoint.Match{{Channel: touchpoint.Email}}
	s := funnel.Spec{Steps: []funnel.Step{{Any: touchpoint.Named("a")}, {Any: email}}, Tolerance: 1}
	log, err := touchpoint.LogOf(ofCustomer("c", touchpoint.Event{Name: "a", At: time.Unix(1, 0)}, touchpoint.Event{Name: "b", At: time.Unix(2, 0), Channel: touchpoint.Email})...)
	require.NoError(t, err)
	assert.Equal(t, []int64{1, 1}, counts(mustRun(t, log, s)))
	log, err = touchpoint.LogOf(ofCustomer("c", touchpoint.Event{Name: "a", At: time.Unix(1, 0)}, touchpoint.Event{Name: "a", At: time.Unix(2, 0), Channel: touchpoint.Email})...)
	require.NoError(t, err)
	_, err = funnel.Run(log, s)
	require.ErrorContains(t, err, `event "a" is Steps[0] and Steps[1]`)
}

// Of an encoded report with any one byte changed and a checksum that fits, what
// is read has levels of the funnel and nothing else.
func TestUnmarshalBinary_OneByteOff(t *testing.T) {
	t.Parallel()
	b, err := mustRun(t, trace(t, "1a 2b 3c"), funnel.Spec{Steps: steps("a b c")}).MarshalBinary()
	require.NoError(t, err)
	read := 0
	for off, bad := range law.OneByteOff(b[:len(b)-4]) {
		var r funnel.Report
		if r.UnmarshalBinary(pack.Frame(bad, 0)) != nil {
			continue
		}
		read++
		for c := range r.Who(0, false) {
			level, _ := r.Level(c)
			require.True(t, level >= 1 && level <= len(r.Steps()), "%+v: level %d", off, level)
		}
	}
	assert.Positive(t, read)
}

// What too few did is counted, and not shown.
func TestCorrelate_CountsTheRare(t *testing.T) {
	t.Parallel()
	var events []touchpoint.Event
	for i := range 200 {
		list := []string{"a"}
		switch { // of 200, four are enough
		case i < 4:
			list = append(list, "enough")
		case i < 7:
			list = append(list, "rare")
		case i < 8:
			list = append(list, "once")
		}
		if i%3 == 0 {
			list = append(list, "b")
		}
		events = append(events, ofCustomer("c"+strconv.Itoa(1000+i), names2(list...)...)...)
	}
	log, err := touchpoint.LogOf(events...)
	require.NoError(t, err)
	found, err := mustRun(t, log, funnel.Spec{Steps: steps("a b")}).Correlate(funnel.CorrelateOptions{})
	require.NoError(t, err)
	assert.Equal(t, 2, found.Rare)
	require.Len(t, found.All(), 1)
	assert.Equal(t, "enough", found.All()[0].Event)
}

// Ten to one is not yet uneven, either way round.
func TestCorrelate_Skewed(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		won, lost int
		skewed    bool
	}{{10, 1, false}, {11, 1, true}, {1, 10, false}, {1, 11, true}, {1, 1, false}} {
		var events []touchpoint.Event
		for i := range c.won + c.lost {
			list := names2("a")
			if i < c.won {
				list = names2("a", "b")
			}
			events = append(events, ofCustomer("c"+strconv.Itoa(i), list...)...)
		}
		log, err := touchpoint.LogOf(events...)
		require.NoError(t, err)
		found, err := mustRun(t, log, funnel.Spec{Steps: steps("a b")}).Correlate(funnel.CorrelateOptions{})
		require.NoError(t, err)
		assert.Equal(t, c.skewed, found.Skewed, "%+v", c)
	}
}

// Arms of very different size, without an effect and looked at a hundred times:
// a small arm's own spread would cry wolf in 88 of 100 streams. Twenty converters
// in each arm, and the figure is that of the formula alone.
func TestExperiment_SmallArms(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(5, 6))
	rejected := 0
	for range 300 {
		a, b := funnel.Arm{Name: "small"}, funnel.Arm{Name: "large"}
		for range 100 {
			for i := range 505 {
				arm := &b
				if i < 5 {
					arm = &a
				}
				arm.Exposed++
				if random.Float64() < 0.03 {
					arm.Converted++
				}
			}
			v, err := funnel.Experiment(funnel.ExperimentOptions{}, a, b)
			require.NoError(t, err)
			if v.Variants[0].AlwaysP < 0.05 {
				rejected++
				break
			}
		}
	}
	assert.LessOrEqual(t, rejected, 15)
	width := func(converted int64) float64 {
		v, err := funnel.Experiment(funnel.ExperimentOptions{}, funnel.Arm{Converted: converted, Exposed: 1000}, funnel.Arm{Converted: 500, Exposed: 5000})
		require.NoError(t, err)
		return v.Variants[0].Always.Hi - v.Variants[0].Always.Value
	}
	plain := func(converted float64) float64 {
		p, tau2 := converted/1000, 0.0001
		v := p*(1-p)/1000 + 0.1*0.9/5000
		return math.Sqrt(v * (v + tau2) / tau2 * (math.Log((v+tau2)/v) - 2*math.Log(0.05)))
	}
	assert.InDelta(t, plain(20), width(20), 1e-12)
	assert.Greater(t, width(19), plain(19)*1.2)
	assert.Greater(t, width(981), width(20), "few others are as bad as few converters")
}

// The spread expected decides how soon an effect is seen, as the doc comment says.
func TestExperiment_Tau(t *testing.T) {
	t.Parallel()
	for tau, want := range map[float64]float64{0: 0.8445822765, 0.01: 0.8445822765, 0.05: 0.1284732539, 0.1: 0.0507599425} {
		v, err := funnel.Experiment(funnel.ExperimentOptions{Tau: tau}, funnel.Arm{Converted: 100, Exposed: 200}, funnel.Arm{Converted: 130, Exposed: 200})
		require.NoError(t, err)
		assert.InDelta(t, want, v.Variants[0].AlwaysP, 1e-9, tau)
		d, u := 0.15, 0.5*0.5/200+0.65*0.35/200
		tau2 := map[bool]float64{true: 1e-4, false: tau * tau}[tau == 0]
		assert.InDelta(t, math.Sqrt((u+tau2)/u)*math.Exp(-tau2*d*d/(2*u*(u+tau2))), v.Variants[0].AlwaysP, 1e-12, "1/Λ by its formula")
	}
}

// Results alone have the keys that they have in a report.
func TestResults_Keys(t *testing.T) {
	t.Parallel()
	r := mustRun(t, trace(t, "1a 2x"), funnel.Spec{Steps: steps("a b")})
	for want, v := range map[string]any{
		`{"name":"b","customers":0,"actors":0,"from_previous"`: r.Steps()[1],
		`[{"name":"x","customers":1}]`:                         r.Instead(1),
		`{"start":"0001-01-01T00:00:00Z","report":`:            funnel.TrendPeriod{Report: r},
		`{"name":"v","comparison":`:                            funnel.Variant{Name: "v", P: math.NaN()},
		`{"arms":[],"variants":[],"sample_ratio":0`:            funnel.Verdict{},
	} {
		b, err := json.Marshal(v)
		require.NoError(t, err)
		assert.Contains(t, string(b), want)
	}
	v, err := funnel.Experiment(funnel.ExperimentOptions{}, funnel.Arm{Name: "A", Converted: 120, Exposed: 1000}, funnel.Arm{Name: "B", Converted: 150, Exposed: 1000})
	require.NoError(t, err)
	assert.Equal(t, []string{"B", "150", "1000", "120", "1000", "0.03", "1.37824e-05", "0.0600083", "0.0496404", "0.669604", "-0.0402089", "0.100209"}, v.Rows()[1])
}
