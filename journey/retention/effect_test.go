package retention_test

import (
	"encoding/json"
	"math"
	"strconv"
	"testing"
	"time"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/lifecycle-go/lifecycle/internal/law"
	"github.com/lifecycle-go/lifecycle/journey/retention"
	"github.com/lifecycle-go/lifecycle/metrics/calendar"
	"github.com/lifecycle-go/lifecycle/metrics/cohort"
	"github.com/lifecycle-go/lifecycle/metrics/ledger"
	"github.com/lifecycle-go/lifecycle/touchpoint"
)

func books(t require.TestingT, changes ...ledger.Change) *ledger.Ledger {
	l, err := ledger.New(ledger.Options{Currency: "EUR"})
	require.NoError(t, err)
	require.NoError(t, l.Append(changes...))
	return l
}

// Welch's interval of R for two samples of eight (analytics2 §2).
func TestPublished_WelchOfMRR(t *testing.T) {
	t.Parallel()
	var all []touchpoint.Event
	var changes []ledger.Change
	for g, list := range [][]int64{{10, 12, 9, 15, 11, 30, 8, 14}, {13, 18, 12, 20, 14, 25, 16, 19}} {
		for i, amount := range list {
			c := strconv.Itoa(g) + strconv.Itoa(i)
			all = append(all, events(c, "start", 0)...)
			changes = append(changes, ledger.Change{Customer: c, At: on(2), Amount: decimal.NewFromInt(amount)})
		}
	}
	all = append(all, events("end", "x", 100)...)
	log, err := touchpoint.LogOf(all...)
	require.NoError(t, err)
	e, err := retention.EffectOf(log, retention.EffectSpec{
		Start: touchpoint.Named("start"), Group: func(c string) (bool, bool) { return c[0] == '1', true }, Ledger: books(t, changes...), Periods: 2,
	})
	require.NoError(t, err)
	require.Len(t, e.Periods, 2)
	d := e.Periods[0].MRR.Difference
	assert.InDelta(t, 137.0/8-109.0/8, d.Value, 1e-12)
	assert.InDelta(t, -2.86950933, d.Lo, 1e-8)
	assert.InDelta(t, 9.86950933, d.Hi, 1e-8)
	assert.InDelta(t, 2*d.Value, e.Periods[1].Value.Difference.Value, 1e-12)
	assert.Equal(t, "137/8", e.Periods[0].MRR.With.Fraction())
	assert.ErrorIs(t, e.Warnings[0], retention.ErrAssociation)
	assert.ErrorIs(t, e.Warnings[1], retention.ErrFew)
	assert.Contains(t, e.String(), "MRR +3.50 (-2.87 to +9.87)")
	b, err := json.Marshal(e)
	require.NoError(t, err)
	assert.Contains(t, string(b), `"warnings":["association, not cause`)
	assert.Equal(t, []string{"17.12", "13.62", "3.5"}, e.Rows()[1][9:12])
}

// Who is where, who came back and what they pay, customer by customer from the
// words of the Spec.
func TestLaw_EffectEqualsASlowCount(t *testing.T) {
	seen := law.Drawn{}
	property := func(t *rapid.T) {
		var all []touchpoint.Event
		var changes []ledger.Change
		byCustomer := map[string][]touchpoint.Event{}
		for c := range rapid.IntRange(0, 6).Draw(t, "customers") {
			name := "ค" + strconv.Itoa(c)
			for range rapid.IntRange(1, 7).Draw(t, "events") {
				e := touchpoint.Event{Customer: name, Name: rapid.SampledFrom([]string{"start", "goal", "use"}).Draw(t, "name"), At: zero.Add(time.Duration(rapid.IntRange(0, 24*20).Draw(t, "hour")) * time.Hour)}
				byCustomer[name] = append(byCustomer[name], e)
				all = append(all, e)
			}
			for k := range rapid.IntRange(0, 2).Draw(t, "changes") {
				changes = append(changes, ledger.Change{Customer: name, At: zero.Add(time.Duration(10*k+rapid.IntRange(0, 9).Draw(t, "day")) * 24 * time.Hour), Amount: decimal.NewFromInt(rapid.Int64Range(0, 30).Draw(t, "amount"))})
			}
		}
		log, err := touchpoint.LogOf(all...)
		require.NoError(t, err)
		l := books(t, changes...)
		spec := retention.EffectSpec{
			Start: touchpoint.Named("start"), Milestone: touchpoint.Named("goal"), Within: time.Duration(rapid.IntRange(1, 4).Draw(t, "within")) * 24 * time.Hour,
			Return: touchpoint.Named("use", "goal"), Cycle: calendar.Cycle{Unit: calendar.UnitDay, N: 3}, Periods: 3, Ledger: l, AsOf: zero.Add(20 * 24 * time.Hour),
		}
		if rapid.IntRange(0, 2).Draw(t, "range") == 0 {
			spec.From, spec.To = zero.Add(48*time.Hour), zero.Add(240*time.Hour)
		}
		e, err := retention.EffectOf(log, spec)
		require.NoError(t, err)
		var with, without, early int64
		var n, back [3][2]int64
		var mrr, value [3][2]decimal.Decimal
		for name, list := range byCustomer {
			var start time.Time
			for _, x := range list {
				if x.Name == "start" && (start.IsZero() || x.At.Before(start)) && (spec.From.IsZero() || !x.At.Before(spec.From)) && (spec.To.IsZero() || x.At.Before(spec.To)) {
					start = x.At
				}
			}
			if start.IsZero() {
				continue
			}
			landmark := start.Add(spec.Within)
			if landmark.After(spec.AsOf) {
				early++
				continue
			}
			group := 0
			for _, x := range list {
				if x.Name == "goal" && !x.At.Before(start) && !x.At.After(landmark) {
					group = 1
					if x.At.Equal(start) {
						seen["at the start"]++
					}
				}
			}
			if group == 1 {
				with++
			} else {
				without++
			}
			sum := decimal.Decimal{}
			for k := range 3 {
				from, to := landmark.Add(time.Duration(72*k)*time.Hour), landmark.Add(time.Duration(72*(k+1))*time.Hour)
				if to.After(spec.AsOf) {
					seen["cut short"]++
					break
				}
				n[k][group]++
				came := false
				for _, x := range list {
					// An event at the landmark itself is before it.
					came = came || x.Name != "start" && x.At.After(landmark) && !x.At.Before(from) && x.At.Before(to)
				}
				if came {
					back[k][group]++
				}
				own := decimal.Decimal{}
				for _, c := range changes {
					if c.Customer == name && !c.At.After(to) {
						own = c.Amount
					}
				}
				sum = sum.Add(own)
				mrr[k][group], value[k][group] = mrr[k][group].Add(own), value[k][group].Add(sum)
			}
		}
		require.Equal(t, []int64{with, without, early}, []int64{e.With, e.Without, e.Early}, "%+v", all)
		for k, p := range e.Periods {
			require.Equal(t, []string{frac(back[k][0], n[k][0]), frac(back[k][1], n[k][1])}, []string{p.Returned.A.Fraction(), p.Returned.B.Fraction()})
			require.True(t, mrr[k][0].Equal(p.MRR.Without.Num()))
			require.True(t, mrr[k][1].Equal(p.MRR.With.Num()))
			require.True(t, value[k][1].Equal(p.Value.With.Num()))
			seen["periods"]++
		}
		seen["with"] += int(with)
	}
	law.Often(t, 10, property, seen.Need("periods", "with", "cut short", "at the start"))
}

func frac(a, b int64) string { return strconv.FormatInt(a, 10) + "/" + strconv.FormatInt(b, 10) }

func TestEffectOf_Refuses(t *testing.T) {
	t.Parallel()
	start, goal := touchpoint.Named("a"), touchpoint.Named("b")
	for says, spec := range map[string]retention.EffectSpec{
		"retention: effect: Start: want a match":                                                    {Milestone: goal, Within: 1},
		"retention: effect: Milestone 0 matches: want one of Milestone and Group":                   {Start: start},
		"retention: effect: Within 0s: want more than zero with Milestone, zero or more with Group": {Start: start, Milestone: goal},
		"retention: effect: Periods 2001: want 0 to 2000":                                           {Start: start, Milestone: goal, Within: 1, Periods: 2001},
		"retention: effect: Level 1: want more than 0 and less than 1":                              {Start: start, Milestone: goal, Within: 1, Level: 1},
		"retention: effect: To 1970-01-01T00:00:01Z: before From 1970-01-01T00:00:02Z":              {Start: start, Milestone: goal, Within: 1, From: time.Unix(2, 0).UTC(), To: time.Unix(1, 0).UTC()},
		"retention: effect: Level NaN: want more than 0 and less than 1":                            {Start: start, Milestone: goal, Within: 1, Level: math.NaN()},
	} {
		_, err := retention.EffectOf(nil, spec)
		require.ErrorIs(t, err, retention.ErrSpec)
		require.EqualError(t, err, says)
	}
	log := logOf(t, events("c", "a", 1))
	_, err := retention.EffectOf(log, retention.EffectSpec{Start: []touchpoint.Match{{Campaign: "x"}}, Milestone: goal, Within: 1})
	require.ErrorIs(t, err, touchpoint.ErrNotKept)
	e, err := retention.EffectOf(log, retention.EffectSpec{Start: start, Group: func(string) (bool, bool) { return false, false }})
	require.NoError(t, err)
	assert.Equal(t, int64(1), e.Unknown)
	assert.Empty(t, e.Periods)
}

// Retention of the MRR at the end of every month is the cohort table's net
// revenue retention times what the cohort began with.
func TestLaw_RetainedMRREqualsTheCohortTable(t *testing.T) {
	cells := 0
	law.Check(t, func(t *rapid.T) {
		first := calendar.NewMonth(2026, time.January)
		var changes []ledger.Change
		for c := range rapid.IntRange(1, 5).Draw(t, "customers") {
			for m := range 5 {
				if rapid.IntRange(0, 1).Draw(t, "change") == 1 {
					changes = append(changes, ledger.Change{Customer: "c" + strconv.Itoa(c), At: first.Add(m).Start(time.UTC).Add(36 * time.Hour), Amount: decimal.NewFromInt(rapid.Int64Range(0, 90).Draw(t, "amount"))})
				}
			}
		}
		l := books(t, changes...)
		table, err := cohort.New(l, cohort.Options{Through: first.Add(5)})
		require.NoError(t, err)
		// What each customer is worth at the end of each month, as an event of it.
		var all []touchpoint.Event
		for c := range l.Customers() {
			level := decimal.Decimal{}
			started := false
			for m := range 5 {
				for x := range l.MovementsOf(c, first.Add(m).Period(time.UTC)) {
					level = x.After
				}
				if !started && level.Sign() > 0 {
					started = true
					all = append(all, touchpoint.Event{Customer: c, Name: "won", At: first.Add(m).Start(time.UTC).Add(37 * time.Hour)})
				}
				if started {
					all = append(all, touchpoint.Event{Customer: c, Name: "mrr", At: first.Add(m + 1).Start(time.UTC).Add(-time.Second), Value: level})
				}
			}
		}
		log, err := touchpoint.LogOptions{Value: true}.LogOf(all...)
		require.NoError(t, err)
		kept, err := retention.Run(log, retention.Spec{Start: touchpoint.Named("won"), Return: touchpoint.Named("mrr"), Kind: retention.FirstEver, Periods: 5, From: first.Start(time.UTC), Amount: true})
		require.NoError(t, err)
		for r, row := range kept.Rows() {
			for age, amount := range row.Amount {
				if row.Size == 0 {
					continue
				}
				nrr := table.NRR(first.Add(r), age)
				require.True(t, amount.Equal(nrr.Num()), "%s at %d: %s, %s", row.Start, age, amount, nrr)
				require.True(t, row.Amount[0].Equal(nrr.Den()))
				cells++
			}
		}
	}, law.Counters{"cells": &cells})
}
