package simulate_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/lifecycle-go/lifecycle/journey"
	"github.com/lifecycle-go/lifecycle/journey/funnel"
	"github.com/lifecycle-go/lifecycle/journey/mining"
	"github.com/lifecycle-go/lifecycle/journey/simulate"
	"github.com/lifecycle-go/lifecycle/journey/tracker"
	"github.com/lifecycle-go/lifecycle/metrics"
	"github.com/lifecycle-go/lifecycle/touchpoint"
	"github.com/lifecycle-go/lifecycle/touchpoint/attribution"
	"github.com/lifecycle-go/lifecycle/touchpoint/survey"
)

// The funnel's conversion, and the experiment's effect with its interval.
func TestLaw_FunnelAndExperiment(t *testing.T) {
	t.Parallel()
	c := newTally()
	for seed := range lawSeeds(t) {
		w := settled(t, seed)
		truth, err := w.Truth()
		require.NoError(t, err)
		log, err := run(t, w).Log()
		require.NoError(t, err)
		step := func(name string) funnel.Step { return funnel.Step{Any: touchpoint.Named(name)} }
		spec := funnel.Spec{Steps: []funnel.Step{step("visited"), step("trial_started"), step("subscribed")}, Window: 400 * day}
		report, err := funnel.Run(log, spec)
		require.NoError(t, err)
		steps := report.Steps()
		started, _ := truth.Move("visitor", "trial_started")
		bought, _ := truth.Move("trial", "subscribed")
		wilson(t, c, "started", seed, steps[1].Customers, steps[0].Customers, started.P)
		wilson(t, c, "subscribed", seed, steps[2].Customers, steps[1].Customers, bought.P)
		c.see("subscribed, as reported", seed, steps[2].Interval.Lo, started.P*bought.P, steps[2].Interval.Hi)

		spec.Steps = []funnel.Step{step(simulate.EventExposed), step("subscribed")}
		parts, err := funnel.RunBy(log, spec, touchpoint.Breakdown{Attr: "variant", Label: touchpoint.EntryStep})
		require.NoError(t, err)
		require.Len(t, parts, 2)
		require.Equal(t, simulate.Control, parts[0].Key())
		verdict, err := funnel.Experiment(funnel.ExperimentOptions{}, funnel.ArmOf(parts[0]), funnel.ArmOf(parts[1]))
		require.NoError(t, err)
		d := verdict.Variants[0].Comparison.Difference
		c.see("effect", seed, d.Lo, truth.Effect(), d.Hi)
		always := verdict.Variants[0].Always
		c.see("effect, always valid", seed, always.Lo, truth.Effect(), always.Hi)
		wilson(t, c, "share treated", seed, parts[1].Customers(), parts[0].Customers()+parts[1].Customers(), w.Treatment.Share)
	}
	c.check(t)
}

// Markov attribution of order 1 ranks the channels as the world does, and its
// removal effects are near.
func TestLaw_AttributionRanksTheChannels(t *testing.T) {
	t.Parallel()
	wrong := 0
	n := 0
	for seed := range lawSeeds(t) {
		w := company(t, seed)
		w.Arrivals = simulate.Arrivals{Exactly: 6000, Event: "visited", Until: date(2025, 10, 1)}
		w.Personas = nil
		w.Moves, w.Habits, w.Billing, w.Surveys, w.Treatment, w.Damping = nil, nil, simulate.Billing{}, nil, simulate.Treatment{}, simulate.Damping{}
		credit, err := w.Credit()
		require.NoError(t, err)
		co := run(t, w)
		log, err := co.Log()
		require.NoError(t, err)
		paths, err := attribution.PathsOf(log, attribution.Options{
			Conversion: touchpoint.Named("visited"), Touches: touchpoint.Named("touch"), Key: attribution.ByChannel, Lookback: 365 * day,
		})
		require.NoError(t, err)
		got, err := paths.Credit(attribution.Markov(1))
		require.NoError(t, err)
		var ranked []string
		for _, ch := range credit.Ranked() {
			ranked = append(ranked, string(ch))
		}
		n++
		if !assert.ObjectsAreEqual(ranked, got.Ranked()) {
			wrong++
		}
		assert.InDelta(t, credit.Rate, got.Rate, 0.03)
		for _, ch := range credit.Channels {
			assert.InDelta(t, ch.RemovalEffect, got.Of(string(ch.Channel)).RemovalEffect, 0.04, "%s, seed %d", ch.Channel, seed)
			touches := 0
			for e := range co.All() {
				if e.Name == "touch" && e.Channel == ch.Channel {
					touches++
				}
			}
			assert.InDelta(t, ch.Touches, float64(touches)/6000, 0.06)
		}
	}
	assert.LessOrEqual(t, wrong, binomialLimit(n, 0.05, 0.003))
}

// Conformance is 1 without noise and falls with it. An alignment knows no time:
// it is shown the timers as the events that a product logs when they fire.
func TestLaw_ConformanceFallsWithNoise(t *testing.T) {
	t.Parallel()
	for seed := range lawSeeds(t) {
		w := company(t, seed)
		w.Arrivals.PerMonth = 15
		spec := w.Definition.Spec()
		for i := range spec.Stages {
			spec.Stages[i].Goal = true
		}
		w.Definition = define(t, spec)
		co := run(t, w)
		all := co.Events()
		r, err := co.Replay()
		require.NoError(t, err)
		fired := 0
		for customer, visits := range r.AllVisits() {
			for _, v := range visits {
				if v.By == "expired" {
					all = append(all, touchpoint.Event{Customer: customer, Name: "expired", At: v.From})
					fired++
				}
			}
		}
		require.Positive(t, fired)
		slices.SortStableFunc(all, func(a, b touchpoint.Event) int { return a.At.Compare(b.At) })
		was := 2.0
		for _, lost := range []float64{0, 0.05, 0.15, 0.4} {
			came, err := simulate.Deliver(simulate.Delivery{Seed: seed, Lost: lost}, all,
				func(e *touchpoint.Event) time.Time { return e.At }, func(e *touchpoint.Event) string { return e.Customer })
			require.NoError(t, err)
			events := make([]touchpoint.Event, len(came))
			for i := range came {
				events[i] = came[i].Record
			}
			log, err := touchpoint.LogOf(events...)
			require.NoError(t, err)
			report, err := mining.Conformance(w.Definition, log, w.Rules())
			require.NoError(t, err)
			fit, ok := report.LogFitness.Float64()
			require.True(t, ok)
			if lost == 0 {
				require.InDelta(t, 1, fit, 0)
				require.Equal(t, report.Fitting.Num(), report.Fitting.Den())
			}
			require.Less(t, fit, was, "%v lost, seed %d", lost, seed)
			was = fit
		}
	}
}

// The live tracker ends where the replay does under lateness, repeats and
// disorder.
func TestLaw_TrackerEndsWhereReplayDoes(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	refolds := 0
	for seed := range lawSeeds(t) {
		for _, w := range []simulate.World{company(t, seed), saas(seed)} {
			w.Arrivals.PerMonth = 5
			co := run(t, w)
			came, err := simulate.Deliver(simulate.Delivery{Seed: seed, Late: 0.2, Twice: 0.2, Swap: 0.1, Delay: simulate.Exponential(5 * day)}, co.JourneyEvents(),
				func(e *journey.Event) time.Time { return e.At }, func(e *journey.Event) string { return e.Customer })
			require.NoError(t, err)
			live, err := tracker.New(w.Definition, tracker.NewMemStore(tracker.MemOptions{History: true}), tracker.Options{AutoStart: true, Grace: 5000 * day})
			require.NoError(t, err)
			for _, d := range came {
				_, err := live.Fire(ctx, d.Record) // refused for now, perhaps: what came late may allow it
				_ = err
				if d.Late || d.Swapped {
					refolds++
				}
			}
			_, err = live.Tick(ctx, co.Horizon(), tracker.TickOptions{})
			require.NoError(t, err)
			r, err := co.Replay()
			require.NoError(t, err)
			require.Empty(t, r.Refusals(0))
			for want := range r.Journeys() {
				got, err := live.Journey(ctx, want.Customer())
				require.NoError(t, err)
				require.Equal(t, want.Stage(), got.Stage(), "%s, seed %d, %s", w.Name, seed, want.Customer())
				require.True(t, want.Since().Equal(got.Since()))
				require.Equal(t, want.Milestones(), got.Milestones())
			}
		}
	}
	assert.Positive(t, refolds)
}

// Answers depend on what happened: who had a payment fail says less.
func TestLaw_AnswersDependOnWhatHappened(t *testing.T) {
	t.Parallel()
	w := company(t, 1)
	w.Arrivals.PerMonth = 150
	w.Billing.Payments.Fails, w.Billing.Payments.Recovers = 0.3, 1
	co := run(t, w)
	var sum, n [2]float64
	for i := range co.Customers() {
		c := &co.Customers()[i]
		for _, a := range c.Replies {
			failed := 0
			for _, e := range c.Events {
				if e.Name == "payment_failed" && e.At.Before(a.At) {
					failed = 1
				}
			}
			sum[failed] += float64(a.Score)
			n[failed]++
		}
	}
	require.Greater(t, n[0], 50.0)
	require.Greater(t, n[1], 50.0)
	assert.InDelta(t, 7.9, sum[0]/n[0], 0.4)
	assert.Greater(t, sum[0]/n[0]-sum[1]/n[1], 2.0)
	r, err := survey.Survey{Kind: survey.KindNPS}.Result(slices.Values(co.Answers("nps")), int64(n[0]+n[1]))
	require.NoError(t, err)
	assert.Equal(t, int64(n[0]+n[1]), r.Answers)
	asked := int64(0)
	for e := range co.All() {
		if e.Name == simulate.EventSent {
			asked++
		}
	}
	e, err := metrics.Wilson(int64(n[0]+n[1]), asked, 0.999)
	require.NoError(t, err)
	assert.True(t, e.Lo <= 0.5 && 0.5 <= e.Hi, "%v", e)
}
