package ledger_test

import (
	"strconv"
	"testing"
	"time"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/lifecycle-go/lifecycle/internal/law"
	"github.com/lifecycle-go/lifecycle/metrics/calendar"
	"github.com/lifecycle-go/lifecycle/metrics/ledger"
)

// TestLaw_RestatementsFastIsSlow: laid out or followed, every late thing does to
// every month what following its customer anew says it did.
func TestLaw_RestatementsFastIsSlow(t *testing.T) {
	t.Parallel()
	met := law.Drawn{}
	law.Check(t, func(t *rapid.T) {
		o := anyOptions(t)
		step := rapid.SampledFrom([]time.Duration{time.Hour, 13 * time.Hour, 5 * 24 * time.Hour}).Draw(t, "step")
		if rapid.Bool().Draw(t, "gaps") { // of a few steps, so that they are met exactly
			o.MinGap = time.Duration(rapid.IntRange(0, 3).Draw(t, "least")) * step
			o.MaxGap = o.MinGap + time.Duration(rapid.IntRange(1, 4).Draw(t, "most"))*step
		}
		l := books(t, o, anyChanges(t, o, true))
		if rapid.Bool().Draw(t, "histories") {
			require.NoError(t, l.Rewrite(anyHistories(t, o)...))
		}
		require.NoError(t, l.Append(manyLate(t, o, step)...))
		l.LayOut(rapid.SampledFrom([]int{1, 1, 4}).Draw(t, "lay out"))
		then := base.Add(time.Duration(rapid.IntRange(-100, 6000).Draw(t, "then")) * time.Hour)
		m := lawFrom.Add(rapid.IntRange(0, lawTo.Sub(lawFrom)).Draw(t, "month"))
		got, err := l.Restatements(m, then)
		require.NoError(t, err)
		want, err := l.RestatementsSlow(m, then)
		require.NoError(t, err)
		require.Equal(t, show(want), show(got))
		for _, r := range got {
			for name, is := range map[string]bool{
				"returned": r.Customers.Reactivated > 0, "joined again": r.Customers.New*r.Customers.Reactivated < 0,
				"left at once": r.Customers.NewAndChurned != 0, "left and returned": r.Customers.ChurnedAndReturned != 0,
				"said anew": r.Change.Cause == ledger.CauseCorrection, "rates": !r.Revenue.FX.IsZero(),
				"opening": !r.Revenue.Opening.IsZero() && !r.Revenue.Churn.IsZero(),
			} {
				if is {
					met[name]++
				}
			}
		}
	}, met.Need("returned", "joined again", "left at once", "left and returned", "said anew", "rates", "opening"))
}

// manyLate draws one customer of several levels who comes and goes within hours
// and days, so that gaps are about as long as the rules' and many stretches lie
// side by side. What is said of an instant twice is there, with and without ids.
func manyLate(t *rapid.T, o ledger.Options, step time.Duration) []ledger.Change {
	n := rapid.IntRange(0, 120).Draw(t, "many")
	levels, free := rapid.IntRange(0, 3).Draw(t, "levels"), rapid.IntRange(0, 5).Draw(t, "free")
	out := make([]ledger.Change, n)
	for i := range out {
		c := ledger.Change{
			Customer: "many", Subscription: "s" + strconv.Itoa(rapid.IntRange(0, levels).Draw(t, "level")),
			At:     base.AddDate(0, 1, 0).Add(time.Duration(rapid.IntRange(0, 80).Draw(t, "at")) * step),
			Amount: decimal.New(int64(max(0, rapid.IntRange(-4-3*free, 5).Draw(t, "amount"))), 0),
			Alive:  rapid.IntRange(0, 5).Draw(t, "alive") < free,
		}
		if rapid.IntRange(0, 3).Draw(t, "stated") > 0 {
			c.Recorded = base.Add(time.Duration(rapid.IntRange(0, 300).Draw(t, "recorded")) * 20 * time.Hour)
		}
		if rapid.Bool().Draw(t, "id") {
			c.ID = "many_" + strconv.Itoa(i)
		}
		if o.Rates != nil && rapid.Bool().Draw(t, "foreign") {
			c.Currency = "USD"
		}
		out[i] = c
	}
	return out
}

// Late changes of one customer with very many are read together, and each by
// itself says what it did.
func TestRestatements_ManyOfOneCustomer(t *testing.T) {
	t.Parallel()
	l := books(t, ledger.Options{}, growing["one-customer"](2000))
	late := growing["one-customer"](300)
	for i := range late {
		late[i].At = late[i].At.Add(time.Second)
		late[i].Recorded = base.AddDate(1, 0, i)
		late[i].Amount = decimal.New(11, 0)
	}
	require.NoError(t, l.Append(late...))
	rs, err := l.Restatements(calendar.NewMonth(2024, 1), base.AddDate(1, 0, -1))
	require.NoError(t, err)
	require.Len(t, rs, 300)
	for i, r := range rs {
		require.Equal(t, "1", r.Revenue.Expansion.String())
		require.Equal(t, "s"+strconv.Itoa(i), r.Change.Subscription)
	}
	slow, err := l.RestatementsSlow(calendar.NewMonth(2024, 1), base.AddDate(1, 0, -1))
	require.NoError(t, err)
	require.Equal(t, show(slow), show(rs))
}
