package journey_test

import (
	"runtime"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/lifecycle-go/lifecycle/journey"
)

// The budget: 1,000,000 customers at rest in at most 32 MB.
func TestPopulation_AMillionCustomersTakeAtMost32MB(t *testing.T) {
	d := journey.SaaS()
	const n = 1_000_000
	heap := func() uint64 {
		var m runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&m)
		return m.HeapAlloc
	}
	before := heap()
	p := journey.NewPopulation(d, n)
	j, err := d.Step(d.Start("acme", day(0)), journey.Event{Trigger: "trial_started", At: day(1), ID: "evt_1"})
	require.NoError(t, err)
	for range n {
		_, err := p.Append(j)
		require.NoError(t, err)
	}
	after := heap()
	assert.LessOrEqual(t, p.Bytes(), int64(32*n))
	assert.LessOrEqual(t, after-before, uint64(32*n))
	assert.Equal(t, j, p.Journey(n-1, "acme"))
	runtime.KeepAlive(p)
}

func TestLaw_PopulationGivesBackWhatWasPut(t *testing.T) {
	t.Parallel()
	d := rich(t)
	wide := ring(t, 700)
	s := lifecycle(t).Spec()
	for i := range journey.MaxMilestones {
		s.Milestones = append(s.Milestones, journey.Milestone{
			Name: strconv.Itoa(i), Events: []journey.Trigger{journey.Trigger("e" + strconv.Itoa(i))},
		})
	}
	full, err := journey.Define(s)
	require.NoError(t, err)
	rapid.Check(t, func(t *rapid.T) {
		p := journey.NewPopulation(d, rapid.IntRange(0, 3).Draw(t, "room"))
		q := journey.NewPopulation(wide, 0)
		var want, far []journey.Journey
		for range rapid.IntRange(1, 6).Draw(t, "customers") {
			j := d.Start("c", day0)
			for _, e := range drawEvents(t, 12) {
				e.Customer = ""
				j, _ = d.Step(j, e)
			}
			i, err := p.Append(j)
			require.NoError(t, err)
			require.Equal(t, len(want), i)
			want = append(want, j)

			k := wide.Start("c", day0)
			for n := range rapid.IntRange(0, 690).Draw(t, "steps") {
				k, err = wide.Step(k, journey.Event{Trigger: "next", At: day0.Add(time.Duration(n) * time.Minute)})
				require.NoError(t, err)
			}
			_, err = q.Append(k)
			require.NoError(t, err)
			far = append(far, k)
		}
		k := full.Start("c", day0)
		for _, m := range rapid.SliceOf(rapid.IntRange(0, journey.MaxMilestones-1)).Draw(t, "milestones") {
			k, _ = full.Step(k, journey.Event{Trigger: journey.Trigger("e" + strconv.Itoa(m)), At: day0})
		}
		f := journey.NewPopulation(full, 1)
		_, err := f.Append(k)
		require.NoError(t, err)
		require.Equal(t, k, f.Journey(0, "c"))

		swap := rapid.IntRange(0, len(want)-1).Draw(t, "swap")
		require.NoError(t, p.Set(swap, want[0]))
		want[swap] = want[0]
		for i := range want {
			require.Equal(t, want[i], p.Journey(i, "c"))
			require.Equal(t, far[i], q.Journey(i, "c"))
		}
	})
}

func TestPopulation_Refuses(t *testing.T) {
	t.Parallel()
	p := journey.NewPopulation(journey.SaaS(), 0)
	_, err := p.Append(journey.Journey{})
	require.ErrorIs(t, err, journey.ErrNotStarted)
	_, err = p.Append(journey.B2B().Start("acme", day0))
	require.ErrorIs(t, err, journey.ErrForeign)
	require.ErrorIs(t, p.Set(0, journey.SaaS().Start("acme", day0)), journey.ErrTooMany)
	assert.Zero(t, p.Len())
	assert.Equal(t, journey.Journey{}, p.Journey(3, "acme"))
	_, err = new(journey.Population).Append(journey.SaaS().Start("acme", day0))
	require.ErrorIs(t, err, journey.ErrUndefined)
}

// ring is n stages, each leading to the next on the trigger next.
func ring(t testing.TB, n int) *journey.Definition {
	t.Helper()
	s := journey.Spec{Name: "ring", Initial: "0"}
	for i := range n {
		s.Transitions = append(s.Transitions, journey.Transition{
			From: journey.Stage(strconv.Itoa(i)), On: "next", To: journey.Stage(strconv.Itoa((i + 1) % n)),
		})
	}
	d, err := journey.Define(s)
	require.NoError(t, err)
	return d
}
