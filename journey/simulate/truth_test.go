package simulate_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/lifecycle-go/lifecycle/journey"
	"github.com/lifecycle-go/lifecycle/journey/simulate"
	"github.com/lifecycle-go/lifecycle/metrics"
)

// settled is a world whose customers have all settled long before its end, so
// that nothing is censored and Truth, which knows no end, can be met.
func settled(tb testing.TB, seed uint64) simulate.World {
	tb.Helper()
	w := company(tb, seed)
	w.Damping, w.Billing.Payments, w.Acquisition = simulate.Damping{}, simulate.Payments{}, simulate.Acquisition{}
	w.Habits, w.Referrals, w.Surveys = w.Habits[:1], simulate.Referrals{}, nil
	w.Arrivals = simulate.Arrivals{Exactly: 1500, Event: "visited", Until: date(2024, 7, 1)}
	w.To = date(2064, 1, 1)
	w.Personas[0].Plans, w.Billing.Plans = nil, w.Billing.Plans[:1]
	return w
}

// The transition matrix, the lengths of visits, their numbers, milestones and
// the treatment's effect, from the log alone, lie where Truth says.
func TestLaw_TruthOfTheJourney(t *testing.T) {
	t.Parallel()
	c := newTally()
	for seed := range lawSeeds(t) {
		w := settled(t, seed)
		truth, err := w.Truth()
		require.NoError(t, err)
		co := run(t, w)
		r, err := co.Replay()
		require.NoError(t, err)
		require.Empty(t, r.Refusals(0))

		visits := map[string]int64{}
		dwell, moves := map[string][]float64{}, map[string][]float64{}
		perCustomer := map[string][]float64{}
		took := map[string][2]int64{}
		for customer, vs := range r.AllVisits() {
			n := map[journey.Stage]float64{}
			for i, v := range vs {
				visits[string(v.Stage)]++
				n[v.Stage]++
				if v.Open {
					continue
				}
				by := vs[i+1].By
				dwell[string(v.Stage)] = append(dwell[string(v.Stage)], v.Duration().Hours())
				moves[string(v.Stage+" ")+string(by)] = append(moves[string(v.Stage+" ")+string(by)], v.Duration().Hours())
				if v.Stage == "trial" {
					one, _ := co.Find(customer)
					x := took[one.Variant]
					x[1]++
					if by == "subscribed" {
						x[0]++
					}
					took[one.Variant] = x
				}
			}
			for _, s := range truth.Stages {
				perCustomer[string(s.Stage)] = append(perCustomer[string(s.Stage)], n[s.Stage])
			}
		}
		for _, s := range truth.Stages {
			if s.Dwell > 0 {
				c.mean("dwell "+string(s.Stage), seed, s.Dwell.Hours(), dwell[string(s.Stage)])
			}
			if s.Visits != 1 {
				c.mean("visits "+string(s.Stage), seed, s.Visits, perCustomer[string(s.Stage)])
			}
		}
		for _, m := range truth.Moves {
			name := string(m.From) + " " + string(m.On)
			if !m.Timer {
				c.mean("dwell "+name, seed, m.Dwell.Hours(), moves[name])
			} else {
				assert.Equal(t, 14*24*time.Hour, m.Dwell)
			}
			wilson(t, c, "move "+name, seed, int64(len(moves[name])), visits[string(m.From)], m.P)
		}
		require.Len(t, truth.Milestones, 2) // the third counts to three
		for _, m := range truth.Milestones {
			report, err := r.Milestone(m.Name, journey.MilestoneOptions{})
			require.NoError(t, err)
			wilson(t, c, "milestone "+m.Name, seed, report.Reached, report.Customers, m.P)
		}
		a, b := took[simulate.Control], took[simulate.Treated]
		diff, err := metrics.CompareShares(a[0], a[1], b[0], b[1], 0.95)
		require.NoError(t, err)
		c.see("effect", seed, diff.Difference.Lo, truth.Effect(), diff.Difference.Hi)
	}
	c.check(t)
}

func wilson(t *testing.T, c *tally, name string, seed uint64, k, n int64, truth float64) {
	t.Helper()
	e, err := metrics.Wilson(k, n, 0.95)
	require.NoError(t, err)
	c.see(name, seed, e.Lo, truth, e.Hi)
}

// A truth that has no formula says so.
func TestTruth_NoClosedForm(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(*simulate.World){
		"damping":  func(w *simulate.World) { w.Damping.Night = 0.5 },
		"payments": func(w *simulate.World) { w.Billing.Payments = company(t, 1).Billing.Payments },
		"gates":    func(w *simulate.World) { *w = saas(1) },
		"for ever": func(w *simulate.World) {
			w.Moves[len(w.Moves)-1].P = 1
			w.Moves[len(w.Moves)-2].P = 1
		},
	} {
		w := settled(t, 1)
		_, err := w.Truth()
		require.NoError(t, err)
		change(&w)
		_, err = w.Truth()
		assert.ErrorIs(t, err, simulate.ErrNoClosedForm, name)
	}
}
