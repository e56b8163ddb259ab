package journeymap_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/lifecycle-go/lifecycle/journey"
	"github.com/lifecycle-go/lifecycle/journey/journeymap"
	"github.com/lifecycle-go/lifecycle/journey/preset"
	"github.com/lifecycle-go/lifecycle/journey/scorecard"
	"github.com/lifecycle-go/lifecycle/metrics"
	"github.com/lifecycle-go/lifecycle/touchpoint"
)

// leads is who left an address in January, and who bought: of c00 to c19 every
// second, of d00 to d19 every fifth.
func leads(t testing.TB) *touchpoint.Log {
	t.Helper()
	var events []touchpoint.Event
	for i := range 40 {
		every := 2 + i/20*3
		e := touchpoint.Event{Customer: fmt.Sprintf("%c%02d", 'c'+i/20, i%20), Name: "lead_captured", At: time.Date(2026, time.January, 1+i%20, 9, 0, 0, 0, time.UTC)}
		events = append(events, e)
		if i%20%every == 0 {
			e.Name, e.At = "subscribed", e.At.Add(48*time.Hour)
			events = append(events, e)
		}
	}
	log, err := touchpoint.LogOf(events...)
	require.NoError(t, err)
	return log
}

// A stage has the KPIs of the scorecard that are read in it: the plan those with
// a goal, what happened their values, and the gap those that are short.
func TestScorecard_GivesTheKPIs(t *testing.T) {
	t.Parallel()
	log := leads(t)
	d := preset.SaaS()
	replay, err := d.ReplayLog(log, nil, journey.ReplayOptions{AtLastEvent: true})
	require.NoError(t, err)
	segment := func(c string) string { return map[byte]string{'c': "cleo", 'd': "dan"}[c[0]] }
	report, err := scorecard.Evaluate(scorecard.Data{Log: log, Journeys: replay, Segment: segment}, scorecard.Standard(), scorecard.Options{
		By:    []scorecard.By{{Dimension: scorecard.BySegment}},
		Goals: []scorecard.Goal{{Metric: "lead_to_customer_rate", Target: metrics.NewCount(1, 2)}},
	})
	require.NoError(t, err)
	find := func(m journeymap.Map, stage, metric string) (journeymap.KPI, bool) {
		s, ok := m.Find(stage)
		require.True(t, ok)
		for _, k := range s.KPIs {
			if k.Metric == metric {
				return k, true
			}
		}
		return journeymap.KPI{}, false
	}
	o := journeymap.PlanOptions{Scorecard: report}
	plan := journeymap.Planned(d, touchpoint.StandardSaaS(), o)
	k, ok := find(plan, "decision", "lead_to_customer_rate")
	require.True(t, ok)
	assert.Equal(t, "1/2", k.Target.Fraction())
	assert.False(t, k.Value.Defined())
	_, ok = find(plan, "decision", "win_rate")
	assert.False(t, ok, "no goal")

	actual, err := journeymap.Actual(d, touchpoint.StandardSaaS(), log, journeymap.ActualOptions{PlanOptions: o})
	require.NoError(t, err)
	k, ok = find(actual, "decision", "lead_to_customer_rate")
	require.True(t, ok)
	assert.Equal(t, "14/40", k.Value.Fraction())
	assert.Len(t, k.Trend, 1)
	assert.Equal(t, metrics.UnitShare, k.Unit)
	_, ok = find(actual, "retention", "nrr")
	assert.False(t, ok, "no books, no KPI")
	_, ok = find(actual, "trial", "lead_to_customer_rate")
	assert.True(t, ok, "a trial is of the same phase")

	gap, err := journeymap.GapOf(plan, actual, journeymap.GapOptions{})
	require.NoError(t, err)
	var short []string
	for _, f := range gap.Findings {
		if f.Lane == journeymap.LaneKPIs {
			short = append(short, f.Stage+" "+f.Name)
		}
	}
	assert.Equal(t, []string{"decision lead_to_customer_rate", "trial lead_to_customer_rate"}, short)

	parts, err := journeymap.ActualBy(d, touchpoint.StandardSaaS(), log, segment, journeymap.ActualOptions{PlanOptions: o})
	require.NoError(t, err)
	for i, want := range []string{"10/20", "4/20"} {
		k, ok := find(parts[i], "decision", "lead_to_customer_rate")
		require.True(t, ok)
		assert.Equal(t, want, k.Value.Fraction(), parts[i].Persona)
		assert.Equal(t, "1/2", k.Target.Fraction(), "the goal of the whole")
	}
	o.KPIs = func(string) []journeymap.KPI { return nil }
	assert.Empty(t, journeymap.Planned(d, touchpoint.StandardSaaS(), o).Stages[0].KPIs, "the caller's own come instead")
}
