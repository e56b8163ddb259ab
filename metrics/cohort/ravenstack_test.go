package cohort_test

import (
	"testing"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/lifecycle-go/lifecycle/metrics"
	"github.com/lifecycle-go/lifecycle/metrics/calendar"
	"github.com/lifecycle-go/lifecycle/metrics/cohort"
	"github.com/lifecycle-go/lifecycle/metrics/ledger"
)

// RavenStack: 5,000 subscriptions of 500 accounts of an invented company, with
// the movements between month ends by an independent program, where a
// subscription counts at a month end from its start date on and until the day
// before its end date.

var ravenstackFirst, ravenstackLast = calendar.NewMonth(2022, 12), calendar.NewMonth(2024, 12)

func ravenstack(t *testing.T, net ledger.Net, customer string) *ledger.Ledger {
	t.Helper()
	var changes []ledger.Change
	for _, row := range table(t, "revenue/ravenstack", "ravenstack_subscriptions.csv") {
		start := ledger.Change{
			Customer: row[customer], Subscription: row["subscription_id"],
			At: day(t, row["start_date"]), Amount: decimal.RequireFromString(row["mrr_amount"]),
		}
		changes = append(changes, start)
		if row["end_date"] != "" { // 13 end on the day they start: never charged
			end := start
			end.At, end.Amount = day(t, row["end_date"]), decimal.Decimal{}
			changes = append(changes, end)
		}
	}
	return newLedger(t, ledger.Options{Net: net}, changes...)
}

func TestRavenStack_MonthEndMovements(t *testing.T) {
	t.Parallel()
	for grain, column := range map[string]string{"account": "account_id", "subscription": "subscription_id"} {
		l := ravenstack(t, ledger.PerMonth, column)
		statements, err := l.Statements(ravenstackFirst, ravenstackLast)
		require.NoError(t, err)
		count := map[calendar.Month]map[ledger.Kind]int64{}
		for m := range l.Movements(calendar.Period{From: ravenstackFirst.Start(nil), To: ravenstackLast.Add(1).Start(nil)}) {
			month := calendar.MonthOf(m.At, nil)
			if count[month] == nil {
				count[month] = map[ledger.Kind]int64{}
			}
			count[month][m.Kind]++
		}
		i := 0
		for _, row := range table(t, "revenue/ravenstack", "expected_month_end_movements.csv") {
			if row["grain"] != grain {
				continue
			}
			st := statements[i]
			i++
			require.Equal(t, month(t, row["month_end"]), st.Month)
			lost := func(s string) string { return decimal.RequireFromString(s).Neg().String() }
			r := st.Revenue
			assert.Equal(t, []string{
				row["starting_mrr"], row["new_mrr"], row["expansion_mrr"], row["reactivation_mrr"],
				lost(row["contraction_mrr"]), lost(row["churn_mrr"]), row["ending_mrr"],
			}, []string{
				r.Opening.String(), r.New.String(), r.Expansion.String(), r.Reactivation.String(),
				r.Contraction.String(), r.Churn.String(), r.Closing().String(),
			}, "%s %s", grain, st.Month)
			assert.Equal(t, whole(t, row["active_n"]), st.ClosingCustomers)
			assert.Equal(t, whole(t, row["new_n"]), st.Customers.New)
			assert.Equal(t, whole(t, row["churn_n"]), st.Customers.Churned)
			assert.Equal(t, whole(t, row["reactivation_n"]), st.Customers.Reactivated)
			assert.Equal(t, whole(t, row["expansion_n"]), count[st.Month][ledger.Expansion])
			assert.Equal(t, whole(t, row["contraction_n"]), count[st.Month][ledger.Contraction])
		}
		assert.Len(t, statements, i, grain)
	}
}

// What month ends hide: the same books, movement by movement.
func TestRavenStack_PerInstantShowsMore(t *testing.T) {
	t.Parallel()
	sum := func(net ledger.Net) (metrics.Revenue, metrics.Customers) {
		l := ravenstack(t, net, "account_id")
		statements, err := l.Statements(ravenstackFirst, ravenstackLast)
		require.NoError(t, err)
		r, c := statements[0].Revenue, statements[0].Customers
		for _, st := range statements[1:] {
			assert.True(t, r.Closing().Equal(st.Revenue.Opening), "%s opens with the last closing", st.Month)
			r, err = r.Then(st.Revenue)
			require.NoError(t, err)
			c.New += st.Customers.New
			c.Reactivated += st.Customers.Reactivated
			c.Churned += st.Customers.Churned
			assert.True(t, st.Revenue.FX.IsZero())
			assert.NoError(t, st.Revenue.Validate())
			assert.NoError(t, st.Customers.Validate())
		}
		return r, c
	}
	ends, endHeads := sum(ledger.PerMonth)
	instants, heads := sum(ledger.PerInstant)

	// The published totals of the account grain, from the reference study.
	assert.Equal(t, "2520665", ends.New.String())
	assert.Equal(t, "8171641", ends.Expansion.String())
	assert.Equal(t, "524123", ends.Contraction.String())
	assert.Equal(t, "18507", ends.Churn.String())
	assert.Equal(t, "9932", ends.Reactivation.String())
	for _, r := range []metrics.Revenue{ends, instants} {
		assert.Equal(t, "10159608", r.Closing().String())
	}

	// 132 paid subscriptions begin and end between two month ends, and several
	// changes of one account in a month net out.
	won := func(r metrics.Revenue) decimal.Decimal { return r.New.Add(r.Expansion).Add(r.Reactivation) }
	lost := func(r metrics.Revenue) decimal.Decimal { return r.Contraction.Add(r.Churn) }
	assert.True(t, won(instants).GreaterThan(won(ends)), "%s is not more than %s", won(instants), won(ends))
	assert.True(t, lost(instants).GreaterThan(lost(ends)), "%s is not more than %s", lost(instants), lost(ends))
	assert.Equal(t, endHeads.New, heads.New, "everybody is new once")
	assert.GreaterOrEqual(t, heads.Churned, endHeads.Churned)
}

// The cohorts of a history whose accounts almost never leave: both nettings have
// the same levels at month ends, but an account that is above zero only between
// two of them exists in one.
func TestRavenStack_LayersSumToTheStatement(t *testing.T) {
	t.Parallel()
	for _, net := range []ledger.Net{ledger.PerInstant, ledger.PerMonth} {
		l := ravenstack(t, net, "account_id")
		table, err := cohort.New(l, cohort.Options{Through: ravenstackLast})
		require.NoError(t, err)
		var customers int64
		for _, c := range table.Cohorts() {
			customers += table.Size(c)
		}
		assert.Equal(t, int64(500), customers)
		cake := table.LayerCake()
		for i, m := range cake.Months {
			st, err := l.Statement(m)
			require.NoError(t, err)
			assert.Equal(t, st.Revenue.Closing().String(), cake.Total[i].String())
		}
	}
}
