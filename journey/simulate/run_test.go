package simulate_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/lifecycle-go/lifecycle/journey/simulate"
	"github.com/lifecycle-go/lifecycle/metrics/billing"
)

func run(tb testing.TB, w simulate.World) *simulate.Company {
	tb.Helper()
	co, err := w.Run(simulate.Options{})
	require.NoError(tb, err)
	return co
}

// Whatever the number of goroutines, and whether kept or streamed.
func TestLaw_GoroutinesDoNotMatter(t *testing.T) {
	t.Parallel()
	w := company(t, 3)
	one, err := w.Run(simulate.Options{Goroutines: 1})
	require.NoError(t, err)
	want := fmt.Sprintf("%+v", one.Customers())
	for _, n := range []int{2, 3, 8} {
		co, err := w.Run(simulate.Options{Goroutines: n})
		require.NoError(t, err)
		require.Equal(t, want, fmt.Sprintf("%+v", co.Customers()), "%d goroutines", n)
	}
	seen := 0
	for c, err := range w.Each(simulate.Options{}) {
		require.NoError(t, err)
		kept, ok := one.Find(c.ID)
		require.True(t, ok)
		assert.Equal(t, kept, c)
		seen++
	}
	assert.Len(t, one.Customers(), seen)
	w.Seed++
	other := run(t, w)
	assert.NotEqual(t, want, fmt.Sprintf("%+v", other.Customers()))
}

// A consumer who stops early leaves nothing running and nothing waiting.
func TestEach_StopsEarly(t *testing.T) {
	t.Parallel()
	w := company(t, 4)
	for _, n := range []int{1, 4} {
		seen := 0
		for range w.Each(simulate.Options{Goroutines: n}) {
			if seen++; seen == 10 {
				break
			}
		}
		assert.Equal(t, 10, seen)
	}
}

// Everything the world of everything can do is done.
func TestCompany_EverythingHappens(t *testing.T) {
	t.Parallel()
	co := run(t, company(t, 5))
	n := map[string]int{}
	for e := range co.All() {
		n[e.Name]++
	}
	for _, name := range []string{
		"touch", "visited", "trial_started", "left", "subscribed", "declined", "praised", "cancelled", "lapsed", "returned", "activated", "upgraded", "downgraded",
		"paused", "resumed", "call", "referred", "payment_failed", "payment_recovered", "survey_sent", "survey_answered", "experiment_exposed",
	} {
		assert.Positive(t, n[name], name)
	}
	states := map[billing.State]int{}
	for _, s := range co.Spans() {
		states[s.State]++
	}
	for _, s := range []billing.State{billing.StateTrial, billing.StateActive, billing.StatePastDue, billing.StatePaused} {
		assert.Positive(t, states[s], s)
	}
	c := co.Counts()
	assert.Positive(t, c.Referred)
	assert.Less(t, c.Customers, c.Prospects)
	assert.Empty(t, billing.Lint(co.Spans(), billing.LintOptions{Currency: "EUR", Invoices: co.Invoices()}))
	t.Log(co, n)
}

// The journey refuses nothing, and the replay finds customers where they are
// paid for.
func TestLaw_ReplayRefusesNothing(t *testing.T) {
	t.Parallel()
	for seed := range lawSeeds(t) {
		for _, w := range []simulate.World{company(t, seed), saas(seed)} {
			co := run(t, w)
			r, err := co.Replay()
			require.NoError(t, err)
			require.Empty(t, r.Refusals(0), "%s, seed %d", w.Name, seed)
			require.Equal(t, co.Counts().Customers, r.Customers())
			if w.Name != "Northwind" {
				continue
			}
			for i := range co.Customers() {
				c := &co.Customers()[i]
				if c.Arrived.IsZero() {
					continue
				}
				checkSpans(t, c, r.Visits(c.ID))
			}
		}
	}
}
