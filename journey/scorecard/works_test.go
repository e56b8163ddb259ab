package scorecard_test

import (
	"encoding/json"
	"math"
	"testing"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/lifecycle-go/lifecycle/journey/scorecard"
	"github.com/lifecycle-go/lifecycle/metrics/ledger"
	"github.com/lifecycle-go/lifecycle/touchpoint"
)

// The first purchase is that of the first time, whatever was bought afterwards:
// more, nothing, and again.
func TestFindWorks_FirstPurchase(t *testing.T) {
	t.Parallel()
	var events []ev
	for _, who := range []string{"grew", "returned", "steady", "free"} {
		events = append(events, ev{who: who, name: "webinar_attended", date: "2026-01-01"}, ev{who: who, name: "subscribed", date: "2026-01-02"})
	}
	books, err := ledger.New(ledger.Options{})
	require.NoError(t, err)
	pays := func(who, date string, amount int64) ledger.Change {
		return ledger.Change{Customer: who, At: on(date), Amount: decimal.NewFromInt(amount)}
	}
	require.NoError(t, books.Append(
		pays("grew", "2026-01-02", 40), pays("grew", "2026-02-02", 90),
		pays("returned", "2026-01-02", 20), pays("returned", "2026-02-02", 0), pays("returned", "2026-03-02", 500),
		pays("steady", "2026-01-02", 60),
		pays("free", "2026-01-02", 0),
	))
	works, err := scorecard.FindWorks(scorecard.Data{Log: logOf(t, events...), Books: books}, scorecard.WorksSpec{Exposures: []scorecard.Exposure{{Name: "webinar", Any: touchpoint.Named("webinar_attended")}}})
	require.NoError(t, err)
	l := works.Lines[0]
	assert.Equal(t, "4/4", l.Won.Fraction())
	assert.Equal(t, "120/3", l.FirstPurchase.Fraction(), "of the three who bought for something")
}

// How long a lifetime may be taken to last at most.
func TestOptions_CapMonths(t *testing.T) {
	t.Parallel()
	log := logOf(t, ev{who: "a", name: "subscribed", date: "2026-01-01"})
	for months, ok := range map[int]bool{-1: false, 0: true, 1: true, 1200: true, 1201: false} {
		_, err := scorecard.Evaluate(scorecard.Data{Log: log}, scorecard.Standard()[:1], scorecard.Options{CapMonths: months})
		assert.Equal(t, ok, err == nil, "%d: %v", months, err)
	}
}

// What is no number is null, and so is everything of one month alone.
func TestTrend_JSONOfNoNumber(t *testing.T) {
	t.Parallel()
	for want, trend := range map[string]scorecard.Trend{
		`"change":1.5,"slope":null`:  {Months: 2, Change: 1.5, Slope: math.NaN()},
		`"change":null,"slope":2.5`:  {Months: 2, Change: math.Inf(-1), Slope: 2.5},
		`"change":null,"slope":null`: {Months: 1, Change: 1, Slope: 1},
	} {
		b, err := json.Marshal(trend)
		require.NoError(t, err)
		assert.Contains(t, string(b), want)
	}
}
