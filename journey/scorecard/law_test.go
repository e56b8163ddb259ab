package scorecard_test

import (
	"encoding/json"
	"maps"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/lifecycle-go/lifecycle/journey"
	"github.com/lifecycle-go/lifecycle/journey/scorecard"
	"github.com/lifecycle-go/lifecycle/metrics"
	"github.com/lifecycle-go/lifecycle/touchpoint"
)

var dims = []scorecard.By{
	{Dimension: scorecard.ByStage},
	{Dimension: scorecard.ByChannel},
	{Dimension: scorecard.ByCampaign},
	{Dimension: scorecard.ByChannel, Touch: scorecard.FirstTouch},
	{Dimension: scorecard.BySegment},
	{Dimension: scorecard.ByAttr, Attr: "source", Touch: scorecard.FirstTouch},
}

// What events count sums over the keys of every dimension to the whole, and so
// do cohorts and customers by a key that belongs to the customer; a customer who
// has events of two channels in a month counts under both.
func TestEvaluate_KeysSumToTheWhole(t *testing.T) {
	t.Parallel()
	w := newWorld(3, 200)
	d := w.data(t)
	report, err := scorecard.Evaluate(d, scorecard.Standard(), scorecard.Options{By: dims})
	require.NoError(t, err)
	ofCustomer := func(b scorecard.By) bool {
		return b.Dimension == scorecard.BySegment || b.Touch == scorecard.FirstTouch
	}
	checked := map[scorecard.Rule]int{}
	for _, b := range scorecard.Standard() {
		if b.Rule == scorecard.RuleFunction || outside[b.Metric] {
			continue
		}
		whole, ok := report.Find(b.Metric, scorecard.By{}, "")
		require.True(t, ok)
		for _, by := range dims {
			exact := ofCustomer(by) || b.Rule == scorecard.RuleEvents || b.Rule == scorecard.RuleFirst || b.Rule == scorecard.RuleTime ||
				b.Rule == scorecard.RuleCohort || b.Rule == scorecard.RuleCohortEvents || b.Rule == scorecard.RuleCohortValues || b.Rule == scorecard.RuleNamed
			if books := b.Denominator.From == touchpoint.GroundBooks; books && b.Numerator.From == touchpoint.GroundEvents {
				exact = true
			}
			var parts []scorecard.Series
			for _, s := range report.Series {
				if s.Metric.ID == b.Metric && s.By == by {
					parts = append(parts, s)
				}
			}
			total := whole.Metric.Unit.Total()
			for i, p := range whole.Points {
				sum := metrics.NewCount(0, 0)
				var running int64
				for _, part := range parts {
					if v := part.Points[i].Value; v.Defined() {
						sum = sum.Pool(v)
					} else {
						sum = metrics.NewRatio(sum.Num().Add(v.Num()), sum.Den())
					}
					running += part.Points[i].Running
				}
				if exact {
					assert.True(t, sum.Num().Equal(p.Value.Num()), "%s %s %s: %s of %s", b.Metric, by, p.Month, sum.Num(), p.Value.Num())
					assert.True(t, total || sum.Den().Equal(p.Value.Den()), "%s %s %s: over %s of %s", b.Metric, by, p.Month, sum.Den(), p.Value.Den())
					assert.Equal(t, p.Running, running, "%s %s %s", b.Metric, by, p.Month)
					checked[b.Rule]++
				} else {
					assert.GreaterOrEqual(t, sum.Den().Cmp(p.Value.Den()), 0, "%s %s", b.Metric, by)
				}
			}
		}
	}
	assert.Len(t, checked, 9)
}

// The same data give the same bytes on any number of processors.
func TestEvaluate_ProcessorsDoNotShow(t *testing.T) {
	w := newWorld(5, 3000)
	d := w.data(t)
	run := func() []byte {
		report, err := scorecard.Evaluate(d, scorecard.Standard(), scorecard.Options{By: dims[:2]})
		require.NoError(t, err)
		b, err := json.Marshal(report)
		require.NoError(t, err)
		return b
	}
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	one := run()
	runtime.GOMAXPROCS(3)
	assert.Equal(t, string(one), string(run()))
}

// Shares stay between 0 and 1, and their interval holds them.
func TestEvaluate_SharesAreShares(t *testing.T) {
	t.Parallel()
	d := newWorld(9, 150).data(t)
	report, err := scorecard.Evaluate(d, scorecard.Standard(), scorecard.Options{By: dims})
	require.NoError(t, err)
	seen := 0
	for row := range report.Rows() {
		def, _ := metrics.Catalog().ByID(row.Metric)
		v, ok := row.Value.Float64()
		if !ok || def.Unit != metrics.UnitShare || outside[row.Metric] {
			continue
		}
		assert.True(t, v >= 0 && v <= 1, "%s %s %s: %s", row.Metric, row.By, row.Key, row.Value.Fraction())
		if row.Interval.Defined() {
			seen++
			assert.True(t, row.Interval.Lo <= v && v <= row.Interval.Hi)
		}
	}
	assert.Greater(t, seen, 1000)
}

// Of nothing there is nothing, and the reason says so.
func TestEvaluate_WhatIsMissingIsUndefined(t *testing.T) {
	t.Parallel()
	log, err := touchpoint.LogOf(touchpoint.Event{Customer: "acme", Name: "lead_captured", At: newWorld(1, 1).from.Start(nil)})
	require.NoError(t, err)
	report, err := scorecard.Evaluate(scorecard.Data{Log: log}, scorecard.Standard(), scorecard.Options{})
	require.NoError(t, err)
	missing := maps.Collect(report.Missing())
	assert.Equal(t, "no books", missing["nrr"])
	assert.Equal(t, "no number followers of 2025-01", missing["followers"])
	assert.Contains(t, missing["feature_adoption_rate"], "does not keep")
	assert.Equal(t, "no scores", missing["lead_score"])
	assert.Equal(t, "no answers to csat", missing["csat"])
	assert.Equal(t, "nothing to divide by", missing["win_rate"])
	s, ok := report.Find("leads", scorecard.By{}, "")
	require.True(t, ok)
	assert.Equal(t, "Leads: 1 in 2025-01", s.String())
	assert.Equal(t, []journey.Stage(nil), s.Stages)
}

func TestEvaluate_Refusals(t *testing.T) {
	t.Parallel()
	d := newWorld(1, 20).data(t)
	std := scorecard.Standard()
	change := func(f func(*scorecard.Binding)) []scorecard.Binding {
		i := slices.IndexFunc(std, func(b scorecard.Binding) bool { return b.Metric == "activation_rate" })
		list := slices.Clone(std)
		f(&list[i])
		return list
	}
	cases := []struct {
		name string
		b    []scorecard.Binding
		d    scorecard.Data
		o    scorecard.Options
		is   error
		says string
	}{
		{"none", nil, d, scorecard.Options{}, scorecard.ErrBinding, "bindings 0: want 1 to 1000"},
		{"unknown metric", change(func(b *scorecard.Binding) { b.Metric = "luck" }), d, scorecard.Options{}, scorecard.ErrBinding, `Metric "luck": not in the catalogue`},
		{"twice", append(slices.Clone(std), std[0]), d, scorecard.Options{}, scorecard.ErrBinding, "bound twice"},
		{"negative window", change(func(b *scorecard.Binding) { b.Within = -1 }), d, scorecard.Options{}, scorecard.ErrBinding, "no negative"},
		{"no events", change(func(b *scorecard.Binding) { b.Numerator.Events = nil }), d, scorecard.Options{}, scorecard.ErrBinding, "want a match"},
		{"no denominator", change(func(b *scorecard.Binding) {
			b.Rule, b.Within, b.Denominator = scorecard.RuleEvents, 0, scorecard.Half{}
		}), d, scorecard.Options{}, scorecard.ErrBinding, "share"},
		{"no such function", change(func(b *scorecard.Binding) { b.Rule, b.Function = scorecard.RuleFunction, "Luck" }), d, scorecard.Options{}, scorecard.ErrBinding, "Functions"},
		{"months", std, d, scorecard.Options{From: newWorld(1, 1).to, To: newWorld(1, 1).from}, scorecard.ErrOptions, "2026-03 to 2025-01"},
		{"level", std, d, scorecard.Options{Level: 1}, scorecard.ErrOptions, "Level"},
		{"no journeys", std, scorecard.Data{Log: d.Log}, scorecard.Options{By: dims[:1]}, scorecard.ErrData, "want a replay"},
		{"attribute", std, d, scorecard.Options{By: []scorecard.By{{Dimension: scorecard.ByAttr, Attr: "shoe"}}}, scorecard.ErrData, `"shoe"`},
		{"goal", std, d, scorecard.Options{Goals: []scorecard.Goal{{Metric: "frequency", Target: metrics.NewCount(1, 2)}}}, scorecard.ErrOptions, "more, or less, is better"},
		{"number twice", std, scorecard.Data{Log: d.Log, Numbers: append(slices.Clone(d.Numbers), d.Numbers[0])}, scorecard.Options{}, scorecard.ErrData, "given twice"},
		{"nothing", std, scorecard.Data{}, scorecard.Options{}, scorecard.ErrOptions, "want months"},
	}
	for _, c := range cases {
		_, err := scorecard.Evaluate(c.d, c.b, c.o)
		require.ErrorIs(t, err, c.is, c.name)
		assert.ErrorContains(t, err, c.says, c.name)
	}
	many := make([]touchpoint.Event, scorecard.MaxKeys+1)
	for i := range many {
		many[i] = touchpoint.Event{Customer: "a", Name: "visited", At: newWorld(1, 1).from.Start(nil), Attrs: map[string]string{"k": strings.Repeat("x", i%100) + string(rune('a'+i/100))}}
	}
	log, err := touchpoint.LogOptions{Attrs: []string{"k"}}.LogOf(many...)
	require.NoError(t, err)
	_, err = scorecard.Evaluate(scorecard.Data{Log: log}, std, scorecard.Options{By: []scorecard.By{{Dimension: scorecard.ByAttr, Attr: "k"}}})
	require.ErrorIs(t, err, scorecard.ErrOptions)
	assert.ErrorContains(t, err, "at most 10000 different values")
}

// Every band has an address, a metric of the catalogue and ends in order.
func TestPublishedBands(t *testing.T) {
	t.Parallel()
	for _, b := range scorecard.PublishedBands() {
		_, ok := metrics.Catalog().ByID(b.Metric)
		assert.True(t, ok, b.Metric)
		assert.True(t, strings.HasPrefix(b.Address, "https://"), b.Metric)
		assert.NotEmpty(t, b.Source)
		assert.NotEmpty(t, b.What)
		c, ok := b.Lo.Cmp(b.Hi)
		assert.True(t, !ok || c <= 0, b.Metric)
		assert.True(t, b.Holds(b.Lo))
	}
}
