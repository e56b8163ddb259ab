package survival_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/lifecycle-go/lifecycle/journey"
	"github.com/lifecycle-go/lifecycle/metrics/calendar"
	"github.com/lifecycle-go/lifecycle/metrics/cohort"
	"github.com/lifecycle-go/lifecycle/metrics/ledger"
	"github.com/lifecycle-go/lifecycle/metrics/survival"
)

// From a trial to paying or giving up.
func ExampleOfReplay() {
	d, err := journey.Define(journey.Spec{
		Name: "trials", Initial: "visitor",
		Transitions: []journey.Transition{
			{From: "visitor", On: "start", To: "trial"},
			{From: "trial", On: "pay", To: "paying"},
			{From: "trial", On: "leave", To: "lost"},
			{From: "paying", On: "leave", To: "lost"},
		},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	day := func(n int) time.Time { return time.Date(2026, time.May, n, 0, 0, 0, 0, time.UTC) }
	events := []journey.Event{
		{Customer: "acme", Trigger: "start", At: day(1)},
		{Customer: "acme", Trigger: "pay", At: day(8)},
		{Customer: "acme", Trigger: "leave", At: day(20)},
		{Customer: "bolt", Trigger: "start", At: day(2)},
		{Customer: "bolt", Trigger: "leave", At: day(5)},
		{Customer: "core", Trigger: "start", At: day(3)},
		{Customer: "zeta", Trigger: "start", At: day(28)},
		{Customer: "zeta", Trigger: "pay", At: day(31)},
	}
	log, err := journey.LogOf(slices.Values(events))
	if err != nil {
		fmt.Println(err)
		return
	}
	r, err := d.ReplayLog(log, nil, journey.ReplayOptions{Horizon: day(31)}) // observed until the 31st
	if err != nil {
		fmt.Println(err)
		return
	}
	for s := range survival.OfReplay(r, "trial", "paying", "lost") {
		fmt.Printf("%v %v %q\n", s.Exit, s.Event, s.Cause)
	}
	// Output:
	// 7 true "paying"
	// 3 true "lost"
	// 28 false ""
	// 3 true "paying"
}

// Counts by month of tenure give the curve that the cohort table has.
func TestOfCounts_IsTheCohortTable(t *testing.T) {
	t.Parallel()
	assert.Empty(t, slices.Collect(survival.OfCounts(nil, []int64{0})))
	_, err := survival.KaplanMeier(survival.OfCounts([]int64{-1}, nil), survival.Options{})
	require.ErrorIs(t, err, survival.ErrInput)

	books, err := ledger.New(ledger.Options{})
	require.NoError(t, err)
	for i := range 40 {
		id := fmt.Sprint(i)
		came := calendar.NewMonth(2025, 1).Add(i % 9)
		require.NoError(t, books.Append(ledger.Change{Customer: id, At: came.Start(time.UTC), Amount: decimal.NewFromInt(10)}))
		if i%3 > 0 {
			require.NoError(t, books.Append(ledger.Change{Customer: id, At: came.Add(1 + i*i%7).Start(time.UTC)}))
		}
	}
	table, err := cohort.New(books, cohort.Options{})
	require.NoError(t, err)
	var churned, censored []int64
	for _, m := range table.Tenure() {
		churned, censored = append(churned, m.Churned), append(censored, m.Censored)
	}
	c, err := survival.KaplanMeier(survival.OfCounts(churned, censored), survival.Options{})
	require.NoError(t, err)
	direct, err := survival.KaplanMeier(survival.OfLedger(books, table.Through()), survival.Options{})
	require.NoError(t, err)
	for _, m := range table.Tenure() {
		want, ok := m.Survival.Decimal(12)
		require.True(t, ok)
		k := float64(m.Month)
		assert.InDelta(t, want.InexactFloat64(), c.At(k).S, 1e-11)
		assert.InDelta(t, c.At(k).S, direct.At(k).S, 1e-12)
		assert.InDelta(t, float64(m.AtRisk), direct.At(k).AtRisk, 0)
	}
}
