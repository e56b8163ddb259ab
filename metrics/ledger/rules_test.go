package ledger_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/lifecycle-go/lifecycle/metrics"
	"github.com/lifecycle-go/lifecycle/metrics/calendar"
	"github.com/lifecycle-go/lifecycle/metrics/ledger"
)

func at(text string) time.Time {
	v, err := time.Parse("2006-01-02 15:04", text)
	if err != nil {
		panic(err)
	}
	return v
}

func kinds(l *ledger.Ledger) []string {
	var out []string
	for m := range l.Movements(calendar.Period{From: on("2000-01-01"), To: on("2100-01-01")}) {
		out = append(out, fmt.Sprintf("%s %s %s", m.At.Format("01-02"), m.Kind, m.Amount))
	}
	return out
}

// ChartMogul's activity classification: a sign-up and an upgrade 55 minutes
// later are one new business within its default of 60 minutes.
func TestCoalesce_SignUpAndUpgrade(t *testing.T) {
	t.Parallel()
	changes := []ledger.Change{
		{Customer: "c", At: at("2026-01-05 10:00"), Amount: dec("40"), ID: "signup"},
		{Customer: "c", At: at("2026-01-05 10:55"), Amount: dec("100"), ID: "upgrade"},
		{Customer: "c", At: at("2026-01-05 11:01"), Amount: dec("90"), ID: "coupon"},
	}
	require.Equal(t, []string{"01-05 new 40", "01-05 expansion 60", "01-05 contraction 10"}, kinds(books(t, ledger.Options{}, changes)))
	l := books(t, ledger.Options{Coalesce: time.Hour}, changes)
	require.Equal(t, []string{"01-05 new 100", "01-05 contraction 10"}, kinds(l))
	first := slices.Collect(l.Movements(month("2026-01").Period(time.UTC)))[0]
	require.Equal(t, []string{"signup", "upgrade"}, first.IDs)
	require.Equal(t, at("2026-01-05 10:00"), first.At)
	// MRR itself is not coalesced.
	require.Equal(t, "40", l.MRR(at("2026-01-05 10:30")).String())
}

// A window never reaches over a month's end: statements stay what they are.
func TestCoalesce_StopsAtMonthEnd(t *testing.T) {
	t.Parallel()
	l := books(t, ledger.Options{Coalesce: 1<<63 - 1}, []ledger.Change{
		{Customer: "c", At: at("2026-01-31 23:50"), Amount: dec("40")},
		{Customer: "c", At: at("2026-02-01 00:10"), Amount: dec("100")},
		{Customer: "c", At: at("2026-02-20 00:10"), Amount: dec("90")},
	})
	require.Equal(t, []string{"01-31 new 40", "02-01 expansion 50"}, kinds(l))
}

// Cancelling and returning inside a month: Recurly asks for at least a month
// away, Maxio takes a return after 90 days as new, ChartMogul any return.
func TestGaps(t *testing.T) {
	t.Parallel()
	changes := []ledger.Change{
		{Customer: "c", At: on("2026-01-05"), Amount: dec("40")},
		{Customer: "c", At: on("2026-01-20")},
		{Customer: "c", At: on("2026-01-25"), Amount: dec("50")}, // 5 days
		{Customer: "c", At: on("2026-03-01")},
		{Customer: "c", At: on("2026-04-15"), Amount: dec("60")}, // 45 days
		{Customer: "c", At: on("2026-05-01")},
		{Customer: "c", At: on("2026-09-01"), Amount: dec("70")}, // 123 days
	}
	require.Equal(t, []string{
		"01-05 new 40", "01-20 churn 40", "01-25 reactivation 50", "03-01 churn 50", "04-15 reactivation 60", "05-01 churn 60", "09-01 reactivation 70",
	}, kinds(books(t, ledger.Options{}, changes)))

	const days = 24 * time.Hour
	l := books(t, ledger.Options{MinGap: 30 * days, MaxGap: 90 * days}, changes)
	require.Equal(t, []string{
		"01-05 new 40", "01-20 contraction 40", "01-25 expansion 50", "03-01 churn 50", "04-15 reactivation 60", "05-01 churn 60", "09-01 new 70",
	}, kinds(l))
	require.Equal(t, metrics.Customers{New: 1}, statement(t, l, "2026-01").Customers)
	require.Equal(t, int64(1), statement(t, l, "2026-09").Customers.New)
}

// One history, three grains of what a month shows. Month-end snapshots, as
// Recurly, PostHog and Fivetran report, see neither the excursion of one
// customer nor the other's coming and going.
func TestNet_PerMonthHidesWhatHappenedInside(t *testing.T) {
	t.Parallel()
	changes := []ledger.Change{
		{Customer: "up-and-down", At: on("2026-01-01"), Amount: dec("100")},
		{Customer: "up-and-down", At: on("2026-02-05"), Amount: dec("150")},
		{Customer: "up-and-down", At: on("2026-02-25"), Amount: dec("90")},
		{Customer: "here-and-gone", At: on("2026-02-03"), Amount: dec("30")},
		{Customer: "here-and-gone", At: on("2026-02-27")},
	}
	s := statement(t, books(t, ledger.Options{}, changes), "2026-02")
	requireRevenue(t, "100 +30 +50 +0 -60 -30 fx0 =90", s.Revenue)
	require.Equal(t, metrics.Customers{Opening: 1, New: 1, Churned: 1, NewAndChurned: 1}, s.Customers)

	s = statement(t, books(t, ledger.Options{Net: ledger.PerMonth}, changes), "2026-02")
	requireRevenue(t, "100 +0 +0 +0 -10 -0 fx0 =90", s.Revenue)
	require.Equal(t, metrics.Customers{Opening: 1}, s.Customers)
}

// A switch from one subscription to another at one instant is one movement.
func TestMovements_SameInstantNets(t *testing.T) {
	t.Parallel()
	l := books(t, ledger.Options{}, []ledger.Change{
		{Customer: "c", Subscription: "old", At: on("2026-01-01"), Amount: dec("50"), ID: "1"},
		{Customer: "c", Subscription: "old", At: on("2026-02-01"), ID: "2", Cause: ledger.CauseCancel},
		{Customer: "c", Subscription: "new", At: on("2026-02-01"), Amount: dec("75"), ID: "3", Cause: ledger.CausePlan},
	})
	require.Equal(t, []string{"01-01 new 50", "02-01 expansion 25"}, kinds(l))
	m := slices.Collect(l.MovementsOf("c", month("2026-02").Period(time.UTC)))[0]
	require.ElementsMatch(t, []string{"2", "3"}, m.IDs)
	require.ElementsMatch(t, []string{"old", "new"}, m.Subscriptions)
	require.Equal(t, ledger.CauseMixed, m.Cause)
}

// A customer of many subscriptions, more than are looked through one by one.
func TestStatement_ManySubscriptions(t *testing.T) {
	t.Parallel()
	var changes []ledger.Change
	for i := range 40 {
		sub := fmt.Sprint("s", i)
		changes = append(changes,
			ledger.Change{Customer: "c", Subscription: sub, At: on("2026-01-01").AddDate(0, 0, i%20), Amount: dec("1")},
			ledger.Change{Customer: "c", Subscription: sub, At: on("2026-02-01").AddDate(0, 0, i%20), Amount: dec("3")},
			ledger.Change{Customer: "c", Subscription: sub, At: on("2026-03-01").AddDate(0, 0, i%20)})
	}
	changes = append(changes, ledger.Change{Customer: "d", Subscription: "s1", At: on("2026-03-05"), Amount: dec("5")})
	l := books(t, ledger.Options{}, changes)
	requireRevenue(t, "0 +2 +38 +0 -0 -0 fx0 =40", statement(t, l, "2026-01").Revenue)
	requireRevenue(t, "40 +0 +80 +0 -0 -0 fx0 =120", statement(t, l, "2026-02").Revenue)
	requireRevenue(t, "120 +5 +0 +0 -114 -6 fx0 =5", statement(t, l, "2026-03").Revenue)
}

// The whole range of years in one ledger: three hundred years of nanoseconds
// are more than an int64 holds.
func TestStatement_WholeRangeOfYears(t *testing.T) {
	t.Parallel()
	l := books(t, ledger.Options{MinGap: time.Hour, MaxGap: 1<<63 - 1}, []ledger.Change{
		{Customer: "c", At: on("1900-01-01"), Amount: dec("1"), Recorded: on("2200-12-31")},
		{Customer: "c", At: on("1900-01-02")},
		{Customer: "c", At: on("2200-12-31"), Amount: dec("2"), Recorded: on("1900-01-01")},
	})
	require.Equal(t, "new 1", kindsAmounts(l, "1900-01")[0])
	require.Equal(t, "churn 1", kindsAmounts(l, "1900-01")[1])
	require.Equal(t, []string{"reactivation 2"}, kindsAmounts(l, "2200-12"))
	requireRevenue(t, "0 +0 +0 +2 -0 -0 fx0 =2", statement(t, l, "2200-12").Revenue)
	back := books(t, l.Options(), nil)
	require.NoError(t, back.UnmarshalBinary(encoded(t, l)))
	require.Equal(t, encoded(t, l), encoded(t, back))
	require.True(t, l.AsOf(on("2000-01-01")).MRR(on("2200-12-31")).Equal(dec("2")))
	require.Equal(t, "0", l.MRR(time.Date(1, 1, 1, 0, 0, 0, 0, time.UTC)).String())
	require.Equal(t, "2", l.MRR(time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC)).String())
}

func kindsAmounts(l *ledger.Ledger, m string) []string {
	var out []string
	for v := range l.Movements(month(m).Period(time.UTC)) {
		out = append(out, fmt.Sprintf("%s %s", v.Kind, v.Amount))
	}
	return out
}
