package simulate_test

import (
	"fmt"
	"math"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/lifecycle-go/lifecycle/journey"
	"github.com/lifecycle-go/lifecycle/journey/simulate"
)

// A fit of a simulated world recovers it, visits cut off by the world's end
// included: shares, means, families by AIC, habits, arrivals, prices.
func TestLaw_FitRecoversTheWorld(t *testing.T) {
	t.Parallel()
	c := newTally()
	right, families := 0, 0
	for seed := range lawSeeds(t) {
		w := settled(t, seed)
		w.Personas, w.Treatment = nil, simulate.Treatment{}
		w.Arrivals = simulate.Arrivals{PerMonth: 80, Growth: 0.02, Event: "visited"}
		w.To = date(2026, 1, 1)
		truth, err := w.Truth()
		require.NoError(t, err)
		co := run(t, w)
		r, err := co.Replay()
		require.NoError(t, err)
		f, err := simulate.Fit(r, booksOf(t, co), simulate.FitOptions{})
		require.NoError(t, err)
		want := map[string]simulate.Move{}
		for _, m := range w.Moves {
			want[string(m.From)+" "+string(m.On)] = m
		}
		for _, m := range f.Moves {
			name := string(m.From) + " " + string(m.On)
			is, ok := truth.Move(m.From, m.On)
			require.True(t, ok, name)
			if name == "gone returned" { // three values, which no family has
				continue
			}
			c.see("P "+name, seed, m.P.Lo, is.P, m.P.Hi)
			c.see("mean "+name, seed, m.Mean.Lo, is.Dwell.Hours()/24, m.Mean.Hi)
			if m.N > 300 && want[name].Dwell.Family != simulate.FamilyGamma { // gamma and Weibull are near each other
				families++
				if m.Dwell.Family == want[name].Dwell.Family {
					right++
				}
			}
		}
		for _, s := range f.Stages {
			if s.Stage == "trial" {
				timer, _ := truth.Move("trial", "expired")
				c.see("timer", seed, s.Timer.Lo, timer.P, s.Timer.Hi)
			}
		}
		for _, h := range f.Habits {
			require.Equal(t, "trial activated", string(h.Stage)+" "+string(h.Event))
			c.see("habit", seed, h.PerMonth.Lo, 30.4375/6, h.PerMonth.Hi)
		}
		c.see("growth", seed, f.Growth.Lo, 0.02, f.Growth.Hi)
		assert.Equal(t, []journey.Stage{"customer", "advocate"}, f.Books.Stages)
		assert.Equal(t, "EUR", string(f.Books.Currency))

		again := f.World(seed + 100) // and the company simulates itself
		require.NoError(t, again.Validate())
		assert.Equal(t, w.Definition.Hash(), again.Definition.Hash())
	}
	assert.GreaterOrEqual(t, right, families*3/4, "families of %d", families)
	c.check(t)
}

// The rates of changing plans, and the plans that customers begin with.
func TestLaw_FitRecoversTheBooks(t *testing.T) {
	t.Parallel()
	c := newTally()
	for seed := range lawSeeds(t) {
		w := paying(t, seed)
		w.Personas = w.Personas[:1]
		w.Personas[0].Seats = [2]int{}
		w.Personas[0].Plans = []simulate.Choice{{Plan: "basic", P: 0.6}, {Plan: "pro", P: 0.3}, {Plan: "max", P: 0.1}}
		w.Arrivals.Until = time.Time{}
		co := run(t, w)
		r, err := co.Replay()
		require.NoError(t, err)
		f, err := simulate.Fit(r, booksOf(t, co), simulate.FitOptions{})
		require.NoError(t, err)
		require.Len(t, f.Books.Plans, 3)
		for i, p := range w.Billing.Plans {
			got := f.Books.Plans[i]
			require.Equal(t, p.Name, got.Plan)
			c.see("share "+p.Name, seed, got.Share.Lo, w.Personas[0].Plans[i].P, got.Share.Hi)
		}
		assert.Equal(t, "120", f.Books.Plans[2].Price.String()) // 1440 a year
		c.see("upgrades", seed, f.Books.Upgrades.Lo, 1.0/12, f.Books.Upgrades.Hi)
		c.see("downgrades", seed, f.Books.Downgrades.Lo, 1.0/20, f.Books.Downgrades.Hi)
		leave, ok := f.Move("customer", "cancelled")
		require.True(t, ok)
		c.see("cancelled", seed, leave.Mean.Lo, 14*30.4375, leave.Mean.Hi)
		world := f.World(seed)
		require.NoError(t, world.Validate())
		if seed == 0 {
			again := run(t, world)
			s, err := booksOf(t, again).Statement(lastMonth(world))
			require.NoError(t, err)
			was, err := booksOf(t, co).Statement(lastMonth(w))
			require.NoError(t, err)
			assert.InEpsilon(t, was.Revenue.Closing().InexactFloat64(), s.Revenue.Closing().InexactFloat64(), 0.25)
		}
	}
	c.check(t)
}

func TestFit_Refuses(t *testing.T) {
	t.Parallel()
	_, err := simulate.Fit(nil, nil, simulate.FitOptions{})
	require.ErrorIs(t, err, simulate.ErrFit)
	co := run(t, company(t, 1))
	r, err := co.Replay()
	require.NoError(t, err)
	for _, o := range []simulate.FitOptions{{Level: 1}, {Level: -0.5}, {Families: []simulate.Family{simulate.FamilyEmpirical}}} {
		_, err = simulate.Fit(r, nil, o)
		assert.ErrorIs(t, err, simulate.ErrFit, fmt.Sprint(o))
	}
	f, err := simulate.Fit(r, nil, simulate.FitOptions{})
	require.NoError(t, err)
	assert.Nil(t, f.Books)
	assert.NotEmpty(t, f.String())
	assert.Len(t, f.Rows(), len(f.Moves))
}

// Lengths of 1, 2 … n days: their mean is (n+1)/2 and their variance n(n+1)/12,
// and of few visits only the simplest law is tried.
func TestFit_OfKnownLengths(t *testing.T) {
	t.Parallel()
	d, err := journey.Define(journey.Spec{
		Name: "two", Initial: "new", Stages: []journey.StageSpec{{Name: "new"}, {Name: "waits"}, {Name: "done", Goal: true, Terminal: true}},
		Transitions: []journey.Transition{{From: "new", On: "begin", To: "waits"}, {From: "waits", On: "go", To: "done"}},
	})
	require.NoError(t, err)
	for n, tried := range map[int]int{20: 4, 15: 4, 14: 1} {
		start := date(2026, 1, 1)
		var events []journey.Event
		for i := range n {
			name := fmt.Sprintf("c%02d", i)
			events = append(events,
				journey.Event{Customer: name, Trigger: "begin", At: start},
				journey.Event{Customer: name, Trigger: "go", At: start.Add(time.Duration(i+1) * 24 * time.Hour)})
		}
		slices.SortStableFunc(events, func(a, b journey.Event) int { return a.At.Compare(b.At) })
		r, err := d.Replay(slices.Values(events))
		require.NoError(t, err)
		f, err := simulate.Fit(r, nil, simulate.FitOptions{Empirical: true})
		require.NoError(t, err)
		m, ok := f.Move("waits", "go")
		require.True(t, ok)
		assert.Len(t, m.Tried, tried)
		assert.InDelta(t, float64(n+1)/2, m.Mean.Value, 1e-9)
		if n < 15 {
			assert.Equal(t, simulate.FamilyExponential, m.Dwell.Family)
			continue
		}
		assert.Equal(t, simulate.FamilyEmpirical, m.Dwell.Family)
		assert.Len(t, m.Dwell.Values, n)
		half := 1.959963984540054 * math.Sqrt(float64(n+1)/12)
		assert.InDelta(t, half, m.Mean.Value-m.Mean.Lo, 1e-9)
		assert.InDelta(t, half, m.Mean.Hi-m.Mean.Value, 1e-9)
	}
}
