package simulate_test

import (
	"fmt"
	"math"
	"testing"
	"time"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"

	"github.com/lifecycle-go/lifecycle/journey"
	"github.com/lifecycle-go/lifecycle/journey/simulate"
	"github.com/lifecycle-go/lifecycle/metrics"
	"github.com/lifecycle-go/lifecycle/metrics/billing"
	"github.com/lifecycle-go/lifecycle/metrics/billing/policy"
	"github.com/lifecycle-go/lifecycle/metrics/calendar"
	"github.com/lifecycle-go/lifecycle/metrics/clv"
	"github.com/lifecycle-go/lifecycle/metrics/forecast"
	"github.com/lifecycle-go/lifecycle/metrics/ledger"
	"github.com/lifecycle-go/lifecycle/metrics/survival"
)

// paying is a world whose customers pay from their arrival on, at constant
// rates of leaving and of changing plans.
func paying(tb testing.TB, seed uint64) simulate.World {
	tb.Helper()
	return simulate.World{
		Name: "paying", Seed: seed, From: date(2024, 1, 1), To: date(2026, 1, 1),
		Definition: define(tb, journey.Spec{
			Initial: "lead", Observe: []journey.Trigger{"upgraded", "downgraded"},
			Transitions: []journey.Transition{{From: "lead", On: "subscribed", To: "customer"}, {From: "customer", On: "cancelled", To: "gone"}},
		}),
		Arrivals: simulate.Arrivals{Exactly: 800, Event: "subscribed", Until: date(2024, 7, 1)},
		Personas: []simulate.Persona{
			{ID: "team", Share: 2, Seats: [2]int{1, 6}, Plans: []simulate.Choice{{Plan: "basic", P: 0.7}, {Plan: "pro", P: 0.3}}},
			{ID: "solo", Share: 1, Moves: []simulate.Move{{From: "customer", On: "cancelled", P: 1, Dwell: simulate.Exponential(5 * month)}}},
		},
		Moves: []simulate.Move{{From: "customer", On: "cancelled", P: 1, Dwell: simulate.Exponential(14 * month)}},
		Habits: []simulate.Habit{
			{Stage: "customer", Event: "upgraded", Every: simulate.Exponential(12 * month), Does: simulate.Upgrade},
			{Stage: "customer", Event: "downgraded", Every: simulate.Exponential(20 * month), Does: simulate.Downgrade},
		},
		Billing: simulate.Billing{
			Currency: "EUR",
			Stages:   []simulate.StageBilling{{Stage: "customer", State: billing.StateActive}},
			Plans:    []simulate.Plan{{Name: "basic", Price: dec("20")}, {Name: "pro", Price: dec("50")}, {Name: "max", Price: dec("1440"), Cycle: calendar.Cycle{Unit: calendar.UnitYear}}},
		},
	}
}

func booksOf(tb testing.TB, co *simulate.Company) *ledger.Ledger {
	tb.Helper()
	reading, err := policy.Read(co.Spans(), policy.Standard(), policy.Options{Currency: "EUR", ObservedUntil: co.World().To})
	require.NoError(tb, err)
	require.Empty(tb, reading.Faults())
	l, err := reading.Ledger()
	require.NoError(tb, err)
	return l
}

// standing are the holdings of a company at an instant, from its spans, and the
// same customer by customer.
func standing(co *simulate.Company, at time.Time) (map[string]simulate.Holding, []simulate.Holding) {
	each := map[string]simulate.Holding{}
	var all []simulate.Holding
	for i := range co.Customers() {
		c := &co.Customers()[i]
		for k := range c.Spans {
			if s := &c.Spans[k]; !s.From.After(at) && (s.To.IsZero() || s.To.After(at)) {
				times, per, _ := s.Cycle.PerYear()
				h := simulate.Holding{Persona: c.Persona, Stage: "customer", Plan: s.Plan, Customers: 1, MRR: s.Amount.InexactFloat64() * float64(times) / float64(12*per)}
				each[c.ID] = h
				all = append(all, h)
			}
		}
	}
	return each, all
}

// The ledger's churned customers, NRR and GRR of eighteen months lie about what
// the rates say of those who were there at the beginning of each, as far as
// chance allows; and what customers pay in all is what they are worth.
func TestLaw_BooksRecoverTheRates(t *testing.T) {
	t.Parallel()
	c := newTally()
	for seed := range lawSeeds(t) {
		w := paying(t, seed)
		truth, err := w.Revenue()
		require.NoError(t, err)
		co := run(t, w)
		l := booksOf(t, co)
		var churned, churnTruth, churnVar, opening float64
		var net, netTruth, netVar, gross, grossTruth, grossVar float64
		for m := calendar.NewMonth(2024, 7); m.Before(calendar.NewMonth(2026, 1)); m = m.Add(1) {
			p := m.Period(time.UTC)
			each, all := standing(co, p.From)
			x := truth.Expect(all, p.Duration())
			s, err := l.Statement(m)
			require.NoError(t, err)
			require.InDelta(t, x.Opening, s.Revenue.Opening.InexactFloat64(), 1e-6*x.Opening)
			require.Zero(t, s.Customers.New)
			churned += float64(s.Customers.Churned)
			churnTruth += x.Churned
			opening += x.Opening
			nrr, err := metrics.NRR(s.Revenue)
			require.NoError(t, err)
			grr, err := metrics.GRR(s.Revenue)
			require.NoError(t, err)
			n, _ := nrr.Float64()
			g, _ := grr.Float64()
			net, netTruth = net+n*x.Opening, netTruth+x.NRR()*x.Opening
			gross, grossTruth = gross+g*x.Opening, grossTruth+x.GRR()*x.Opening
			// The variances, customer by customer.
			kept := map[string]float64{}
			lost := map[string]float64{}
			for mv := range l.Movements(p) {
				kept[mv.Customer] += float64(mv.Kind.Sign()) * mv.Amount.InexactFloat64()
				if mv.Kind.Sign() < 0 {
					lost[mv.Customer] += mv.Amount.InexactFloat64()
				}
			}
			cache := map[simulate.Holding]simulate.Expectation{}
			for id, h := range each {
				e, ok := cache[h]
				if !ok {
					e = truth.Expect([]simulate.Holding{h}, p.Duration())
					cache[h] = e
				}
				churnVar += e.Churned * (1 - e.Churned)
				d := kept[id] - (e.Expansion - e.Contraction - e.Churn)
				netVar += d * d
				d = lost[id] - (e.Contraction + e.Churn)
				grossVar += d * d
			}
		}
		band := func(name string, got, want, variance float64) {
			c.see(name, seed, got-1.96*math.Sqrt(variance), want, got+1.96*math.Sqrt(variance))
		}
		band("churned", churned, churnTruth, churnVar)
		band("NRR", net/opening, netTruth/opening, netVar/opening/opening)
		band("GRR", gross/opening, grossTruth/opening, grossVar/opening/opening)

		w.To = date(2044, 1, 1) // until everybody has left
		co = run(t, w)
		paid := map[string][]float64{}
		for i := range co.Customers() {
			one := &co.Customers()[i]
			sum := 0.0
			for k := range one.Spans {
				s := &one.Spans[k]
				times, per, _ := s.Cycle.PerYear()
				end := s.To
				if end.IsZero() {
					end = w.To
				}
				sum += s.Amount.InexactFloat64() * float64(times) / float64(12*per) * float64(end.Sub(s.From)) / float64(month)
			}
			paid[one.Persona] = append(paid[one.Persona], sum)
		}
		for _, life := range truth.Lives {
			c.mean("LTV "+life.Persona, seed, life.LTV, paid[life.Persona])
		}
	}
	c.check(t)
}

// differing is a world whose customers differ as the sBG model says: each leaves
// with a probability a month that is drawn from Beta(1, 8), here forty personas
// at its quantiles.
func differing(tb testing.TB, seed uint64) (simulate.World, func(months float64) float64) {
	tb.Helper()
	w := paying(tb, seed)
	w.Personas, w.Habits, w.Billing.Plans = nil, nil, w.Billing.Plans[:1]
	const n = 40
	var means []float64
	for k := range n {
		theta := 1 - math.Pow(1-(float64(k)+0.5)/n, 1.0/8)
		mean := -1 / math.Log(1-theta) // months
		means = append(means, mean)
		w.Personas = append(w.Personas, simulate.Persona{ID: string(rune('A' + k)), Moves: []simulate.Move{
			{From: "customer", On: "cancelled", P: 1, Dwell: simulate.Exponential(time.Duration(mean * float64(month)))},
		}})
	}
	return w, func(months float64) float64 {
		sum := 0.0
		for _, mean := range means {
			sum += math.Exp(-months/mean) / n
		}
		return sum
	}
}

// Survival and the sBG model recover the hazard, and with it lifetime value.
func TestLaw_SurvivalAndSBGRecoverTheHazard(t *testing.T) {
	t.Parallel()
	c := newTally()
	for seed := range lawSeeds(t) {
		w, alive := differing(t, seed)
		co := run(t, w)
		l := booksOf(t, co)
		last := calendar.NewMonth(2025, 12)
		cohorts, err := clv.OfLedger(l, last, calendar.Cycle{}, nil)
		require.NoError(t, err)
		require.Len(t, cohorts, 1)
		model, err := clv.FitSBG(cohorts[0].Renewals(), clv.FitOptions{})
		require.NoError(t, err)
		for _, months := range []float64{3, 12, 24} {
			e, err := clv.Interval(*model, func(m clv.SBG) float64 { return m.Survival(months) }, clv.IntervalOptions{Scale: clv.LogitScale})
			require.NoError(t, err)
			c.see(fmt.Sprint("sBG survival ", months), seed, e.Lo, alive(months), e.Hi)
		}
		ltv, err := clv.LTVOf(l, last, clv.LTVOptions{GrossMargin: decimal.NewFromInt(1), Months: 24})
		require.NoError(t, err)
		want := 0.0
		for k := range 24 {
			want += 20 * alive(float64(k))
		}
		v := ltv.Segments[0].Value
		c.see("LTV of 24 months", seed, v.Lo, want, v.Hi)

		r, err := co.Replay()
		require.NoError(t, err)
		km, err := survival.KaplanMeier(survival.OfReplay(r, "customer", "gone"), survival.Options{})
		require.NoError(t, err)
		for _, months := range []float64{1, 6, 15} {
			p := km.At(months * 30.4375)
			c.see(fmt.Sprint("Kaplan-Meier ", months), seed, p.Lo, alive(months), p.Hi)
		}

		w = paying(t, seed) // one hazard, and one that rises
		w.Personas = nil
		one := run(t, w)
		r, err = one.Replay()
		require.NoError(t, err)
		ex, err := survival.Exponential(survival.OfReplay(r, "customer", "gone"), survival.Options{})
		require.NoError(t, err)
		c.see("exponential mean", seed, ex.Scale.Lo, 14*30.4375, ex.Scale.Hi)
		w.Moves[0].Dwell = simulate.Weibull(12*month, 1.7)
		two := run(t, w)
		r, err = two.Replay()
		require.NoError(t, err)
		wb, err := survival.Weibull(survival.OfReplay(r, "customer", "gone"), survival.Options{})
		require.NoError(t, err)
		c.see("Weibull shape", seed, wb.Shape.Lo, 1.7, wb.Shape.Hi)
		c.see("Weibull scale", seed, wb.Scale.Lo, 12*30.4375, wb.Scale.Hi)
	}
	c.check(t)
}

// The forecast's intervals hold what comes.
func TestLaw_ForecastCovers(t *testing.T) {
	t.Parallel()
	c := newTally()
	for seed := range lawSeeds(t) {
		w := paying(t, seed)
		w.Arrivals = simulate.Arrivals{PerMonth: 12, Event: "subscribed"}
		w.To = date(2027, 1, 1)
		w.Personas[0].Seats = [2]int{}
		l := booksOf(t, run(t, w))
		origin := calendar.NewMonth(2026, 6)
		p, err := forecast.Books(l, forecast.Options{Origin: origin, Horizon: 6, Paths: 400, Seed: seed})
		require.NoError(t, err)
		for _, ahead := range []int{1, 3, 6} {
			e := p.At(forecast.MRR, ahead, 0.95)
			s, err := l.Statement(origin.Add(ahead))
			require.NoError(t, err)
			c.see(fmt.Sprint("MRR ahead ", ahead), seed, e.Lo, s.Revenue.Closing().InexactFloat64(), e.Hi)
			heads := p.At(forecast.Customers, ahead, 0.95)
			c.see(fmt.Sprint("customers ahead ", ahead), seed, heads.Lo, float64(s.ClosingCustomers), heads.Hi)
		}
	}
	c.check(t)
}

func lastMonth(w simulate.World) calendar.Month {
	return calendar.MonthOf(w.To.Add(-1), time.UTC)
}
