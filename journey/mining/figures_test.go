package mining_test

import (
	"encoding/json"
	"math"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/lifecycle-go/lifecycle/internal/law"
	"github.com/lifecycle-go/lifecycle/internal/pack"
	"github.com/lifecycle-go/lifecycle/journey/mining"
	"github.com/lifecycle-go/lifecycle/metrics"
	"github.com/lifecycle-go/lifecycle/touchpoint"
)

// The mean fitness of journeys and its interval, from each journey's own.
func TestConformance_MeanFitness(t *testing.T) {
	t.Parallel()
	d := machine(t)
	texts := []string{"sign_up start_trial convert", "sign_up start_trial convert", "convert", "sign_up sign_up sign_up", "start_trial", "sign_up upgrade", "sign_up start_trial convert cancel"}
	var all []touchpoint.Event
	n, mean, square := float64(len(texts)), 0.0, 0.0
	var fits []float64
	for i, text := range texts {
		all = append(all, seconds("c"+strconv.Itoa(i), text)...)
		a, err := mining.Align(d, triggers(text)...)
		require.NoError(t, err)
		fit, _ := a.Fitness.Float64()
		fits, mean = append(fits, fit), mean+fit/n
	}
	for _, fit := range fits {
		square += (fit - mean) * (fit - mean)
	}
	half := 1.959963984540054 * math.Sqrt(square/(n-1)/n)
	log, err := touchpoint.LogOf(all...)
	require.NoError(t, err)
	r, err := mining.Conformance(d, log, nil)
	require.NoError(t, err)
	assert.InDelta(t, mean, r.MeanFitness.Value, 1e-12)
	assert.InDelta(t, mean-half, r.MeanFitness.Lo, 1e-12)
	assert.InDelta(t, min(1, mean+half), r.MeanFitness.Hi, 1e-12)
	assert.Less(t, half, 1-mean, "the upper bound is not the end of the scale")
	// A cost beyond what there is to lose, and none of nobody, are no counts.
	whole, err := r.MarshalBinary()
	require.NoError(t, err)
	whole = whole[:len(whole)-4]
	read := 0
	for off, bad := range law.OneByteOff(whole) {
		var back mining.ConformanceReport
		if back.UnmarshalBinary(pack.Frame(bad, 0)) != nil {
			continue
		}
		read++
		share, ok := back.LogFitness.Float64()
		require.True(t, ok && share >= 0 && share <= 1 && back.MeanFitness.Value >= 0 && back.MeanFitness.Value <= 1, "%+v: %v", off, back.LogFitness)
	}
	assert.Positive(t, read)
}

// What a sketch says of durations is that of the durations, to within its buckets.
func TestSketch_FiguresAreNear(t *testing.T) {
	t.Parallel()
	var all []touchpoint.Event
	for i := range 400 {
		c := "c" + strconv.Itoa(1000+i)
		all = append(all, touchpoint.Event{Customer: c, Name: "a", At: time.Unix(0, 0)}, touchpoint.Event{Customer: c, Name: "b", At: time.Unix(0, 1e9+int64(i)*int64(i)*1e7)})
	}
	log, err := touchpoint.LogOf(all...)
	require.NoError(t, err)
	edges := [2]mining.Edge{}
	for i, sketch := range []bool{false, true} {
		g, err := mining.DirectlyFollows(log, mining.Options{Sketch: sketch})
		require.NoError(t, err)
		require.Len(t, g.Edges(), 1)
		edges[i] = g.Edges()[0]
	}
	exact, near := edges[0], edges[1]
	assert.Equal(t, []any{exact.N, exact.Mean, exact.Min, exact.Max}, []any{near.N, near.Mean, near.Min, near.Max}, "these are exact")
	assert.InEpsilon(t, float64(exact.Median), float64(near.Median), 1.0/64)
	assert.InEpsilon(t, float64(exact.StdDev), float64(near.StdDev), 1.0/64)
}

// A journey of 20,000 events is aligned in memory in proportion to it.
func TestAlign_LongJourney(t *testing.T) {
	a, err := mining.NewAligner(machine(t))
	require.NoError(t, err)
	taken := func(n int) (uint64, mining.Alignment) {
		trace := append(triggers("sign_up convert"), triggers(strings.Repeat("upgrade downgrade ", n/2-2)+"win_back pay_fail")...)
		fresh, err := mining.NewAligner(machine(t))
		require.NoError(t, err)
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		out, err := fresh.Align(trace...)
		runtime.ReadMemStats(&after)
		require.NoError(t, err)
		require.Len(t, trace, n)
		cost, err := a.Cost(trace...)
		require.NoError(t, err)
		require.Equal(t, cost, out.Cost)
		return after.TotalAlloc - before.TotalAlloc, out
	}
	little, short := taken(2_000)
	much, long := taken(20_000)
	assert.Equal(t, short.Cost, long.Cost, "win_back has no place, and after pay_fail something is missing")
	assert.Equal(t, 2, long.Cost)
	assert.Equal(t, "20000/20002", long.Fitness.Fraction())
	assert.Less(t, much, 13*little, "ten times the events")
	assert.Less(t, much, uint64(20_000*400), "bytes for an event: eight stages of four, and a move")
}

// The same log gives the same bytes on any number of processors, and as journeys
// of the whole merged from two halves.
func TestProcessorsDoNotShow(t *testing.T) {
	var all []touchpoint.Event
	known := machine(t).Triggers()
	for i := range 90_000 {
		all = append(all, touchpoint.Event{Customer: strconv.Itoa(10_000 + i/9), Name: string(known[(i%1000*(i%1000)+i/9)%len(known)]), At: time.Unix(int64(i%9*(1+i%13)), 0), Channel: []touchpoint.Channel{"email", "web"}[i%2]})
	}
	log, err := touchpoint.LogOf(all...)
	require.NoError(t, err)
	run := func() (out []string) {
		keep := func(v any, err error) {
			require.NoError(t, err)
			b, err := json.Marshal(v)
			require.NoError(t, err)
			out = append(out, string(b))
		}
		for _, o := range []mining.Options{{}, {Sketch: true}, {Match: []touchpoint.Match{{Channel: "email"}}}, {Customers: func(c string) bool { return c[len(c)-1] != '3' }}} {
			graph, err := mining.DirectlyFollows(log, o)
			keep(graph, err)
			variants, err := mining.Variants(log, o)
			keep(variants, err)
			cases, err := mining.CasesOf(log, o)
			keep(cases, err)
			paths, err := mining.Paths(log, mining.PathOptions{Options: o, Gap: 20 * time.Second})
			keep(paths, err)
			conform, err := mining.ConformanceOf(machine(t), log, nil, o)
			keep(conform, err)
			next, err := mining.Next(log, mining.NextOptions{Options: o})
			keep(next, err)
			slow, err := mining.Slow(log, mining.CauseOptions{Options: o})
			keep(slow, err)
			spec, _, err := mining.Discover(log, mining.DiscoverOptions{Options: o, Name: "n"})
			keep(spec, err)
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
	for k, said := range one {
		assert.Greater(t, len(said), 100, "result %d says something", k)
	}
}

// Variants cover a share as soon as they are as much.
func TestVariants_CoveringIsInclusive(t *testing.T) {
	t.Parallel()
	log, err := touchpoint.LogOf(append(append(seconds("a", "v w"), seconds("b", "v w")...), append(seconds("c", "v"), seconds("d", "w")...)...)...)
	require.NoError(t, err)
	table, err := mining.Variants(log, mining.Options{})
	require.NoError(t, err)
	for num, want := range map[int64]int{0: 1, 49: 1, 50: 1, 51: 2, 75: 2, 76: 3, 100: 3, 101: 3} {
		assert.Len(t, table.Covering(metrics.NewCount(num, 100)), want, "%d %%", num)
	}
}
