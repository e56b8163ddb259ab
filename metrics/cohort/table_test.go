package cohort_test

import (
	"fmt"
	"runtime"
	"strconv"
	"testing"
	"time"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/lifecycle-go/lifecycle/metrics"
	"github.com/lifecycle-go/lifecycle/metrics/calendar"
	"github.com/lifecycle-go/lifecycle/metrics/cohort"
	"github.com/lifecycle-go/lifecycle/metrics/ledger"
	"github.com/lifecycle-go/lifecycle/metrics/money"
)

var jan = calendar.NewMonth(2025, 1)

// pays is a monthly level from a day on, "2025-01-10".
func pays(customer, on string, amount int64) ledger.Change {
	at, err := time.Parse(time.DateOnly, on)
	if err != nil {
		at = time.Time{} // refused by the ledger
	}
	return ledger.Change{Customer: customer, At: at, Amount: decimal.NewFromInt(amount)}
}

// Three customers of one cohort: one stays and doubles, one comes and goes
// within the month and returns in March, one leaves in February.
func shortStay() []ledger.Change {
	return []ledger.Change{
		pays("stays", "2025-01-05", 100), pays("stays", "2025-02-05", 200),
		pays("flickers", "2025-01-10", 40), pays("flickers", "2025-01-20", 0), pays("flickers", "2025-03-01", 60),
		pays("leaves", "2025-01-31", 60), pays("leaves", "2025-02-28", 0),
	}
}

func TestOptions_BaseAndMonth0(t *testing.T) {
	t.Parallel()
	type curves struct{ logo, absorbing, nrr, grr, floor string }
	for _, tt := range []struct {
		base   cohort.Base
		month0 cohort.Month0
		want   []curves // by age
	}{
		{cohort.BaseInitial, cohort.Month0Activation, []curves{
			{"3/3", "3/3", "200/200", "200/200", "200/200"},
			{"1/3", "1/3", "200/200", "100/200", "100/200"},
			{"2/3", "1/3", "260/200", "140/200", "100/200"},
		}},
		{cohort.BaseInitial, cohort.Month0End, []curves{
			{"2/3", "2/3", "160/200", "160/200", "160/200"},
			{"1/3", "1/3", "200/200", "100/200", "100/200"},
			{"2/3", "1/3", "260/200", "140/200", "100/200"},
		}},
		{cohort.BaseMonthEnd, cohort.Month0Activation, []curves{
			{"3/3", "3/3", "160/160", "160/160", "160/160"},
			{"1/3", "1/3", "200/160", "100/160", "100/160"},
			{"2/3", "1/3", "200/160", "100/160", "100/160"}, // the 60 of March have no base
		}},
	} {
		got, err := cohort.New(newLedger(t, ledger.Options{}, shortStay()...), cohort.Options{Base: tt.base, Month0: tt.month0})
		require.NoError(t, err)
		require.Equal(t, len(tt.want), got.Ages(jan))
		for k, w := range tt.want {
			is := curves{
				got.Logo(jan, k).Fraction(), got.LogoAbsorbing(jan, k).Fraction(),
				got.NRR(jan, k).Fraction(), got.GRR(jan, k).Fraction(), got.GRRAbsorbing(jan, k).Fraction(),
			}
			assert.Equal(t, w, is, "%s, %s, age %d", tt.base, tt.month0, k)
			logo, _ := got.WeightedLogo(k)
			nrr, coverage := got.WeightedNRR(k)
			assert.Equal(t, w.logo, logo.Fraction())
			assert.Equal(t, w.nrr, nrr.Fraction(), "one cohort is its own average")
			assert.True(t, coverage.Complete())
		}
		assert.Equal(t, "260", got.MRR(jan, jan.Add(2)).String(), "the layer counts everybody")
	}
}

func TestTenure_LeavesWithinTheFirstMonth(t *testing.T) {
	t.Parallel()
	got, err := cohort.New(newLedger(t, ledger.Options{}, shortStay()...), cohort.Options{Through: jan.Add(2)})
	require.NoError(t, err)
	tenure := got.Tenure()
	require.Len(t, tenure, 3)
	assert.Equal(t, "1/3", tenure[0].Hazard.Fraction())
	assert.Equal(t, "40/200", tenure[0].MRRHazard.Fraction(), "of what they paid first")
	assert.Equal(t, "1/2", tenure[1].Hazard.Fraction())
	assert.Equal(t, "60/160", tenure[1].MRRHazard.Fraction())
	assert.Equal(t, "0/1", tenure[2].Hazard.Fraction(), "who returned is not at risk again")
	assert.Equal(t, int64(1), tenure[2].Censored)
	assert.Equal(t, "1/3", tenure[2].Survival.Fraction())
	worst, ok := tenure.WorstMRR(1)
	assert.True(t, ok)
	assert.Equal(t, tenure[1], worst)

	// Half leave in month 0, and nobody later: the first month is the worst.
	got, err = cohort.New(newLedger(t, ledger.Options{}, pays("stays", "2025-01-10", 50), pays("left", "2025-01-10", 50), pays("left", "2025-01-20", 0)),
		cohort.Options{Through: jan.Add(2)})
	require.NoError(t, err)
	worst, ok = got.Tenure().Worst(1)
	assert.True(t, ok)
	assert.Zero(t, worst.Month)
	assert.Equal(t, "1/2", worst.Hazard.Fraction())
}

// Without Through a table ends with the period of the last movement, whichever
// of its months that fell in.
func TestNew_ThroughThePeriodOfTheLastMovement(t *testing.T) {
	t.Parallel()
	for _, every := range []int{1, 2, 3, 4, 6, 12} {
		for m := range 24 {
			last := jan.Add(m)
			l := newLedger(t, ledger.Options{}, pays("c", "2025-01-01", 1), pays("c", last.Start(nil).Format(time.DateOnly), 2))
			want := jan.Add((m/every+1)*every - 1)
			assert.Equal(t, want, tableMust(t, l, cohort.Options{Every: every}).Through(), "periods of %d months, a movement in %s", every, last)
		}
	}
}

// One goroutine alone meets the limit of segments.
func TestNew_TooManySegmentsOnOneProcessor(t *testing.T) { //nolint:paralleltest // sets the number of processors
	many := make([]ledger.Change, cohort.MaxSegments+1)
	for i := range many {
		many[i] = pays(strconv.Itoa(i), "2025-01-01", 1)
	}
	l := newLedger(t, ledger.Options{}, many...)
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	_, err := cohort.New(l, cohort.Options{Key: func(customer string) string { return customer }})
	require.ErrorIs(t, err, cohort.ErrRange)
}

func TestTable_BeyondWhatWasObserved(t *testing.T) {
	t.Parallel()
	got, err := cohort.New(newLedger(t, ledger.Options{}, shortStay()...), cohort.Options{})
	require.NoError(t, err)
	assert.Equal(t, jan.Add(2), got.Through(), "the month of the last movement")
	for _, of := range []func(calendar.Month, int) metrics.Ratio{got.Logo, got.LogoAbsorbing, got.NRR, got.GRR, got.GRRAbsorbing} {
		assert.True(t, of(jan, 2).Defined())
		assert.False(t, of(jan, 3).Defined(), "an age not reached")
		assert.False(t, of(jan, -1).Defined())
		assert.False(t, of(jan.Add(1), 0).Defined(), "a month without a cohort")
		assert.False(t, of(calendar.Month{}, 0).Defined())
	}
	for _, of := range []func(int) (metrics.Ratio, cohort.Coverage){
		got.WeightedLogo, got.WeightedLogoAbsorbing, got.WeightedNRR, got.WeightedGRR, got.WeightedGRRAbsorbing,
	} {
		r, c := of(3)
		assert.False(t, r.Defined())
		assert.Equal(t, "0 of 1 cohorts, 0 of 3 customers", c.String())
	}
	month2, c := got.MonthTwo()
	assert.Equal(t, "2/3", month2.Fraction())
	assert.Equal(t, "1 of 1 cohorts, 3 of 3 customers", c.String())
	annual, _ := got.Annual()
	assert.False(t, annual.Defined())
	for _, m := range []calendar.Month{{}, jan.Add(-1), jan.Add(3)} {
		assert.True(t, got.MRR(jan, m).IsZero())
		assert.Zero(t, got.Size(m))
		assert.Zero(t, got.Ages(m))
		assert.True(t, got.Base(m).IsZero())
	}
}

func TestTable_Empty(t *testing.T) {
	t.Parallel()
	empty := newLedger(t, ledger.Options{})
	before := newLedger(t, ledger.Options{}, shortStay()...)
	for name, table := range map[string]*cohort.Table{
		"zero":            {},
		"no changes":      tableMust(t, empty, cohort.Options{}),
		"through a month": tableMust(t, empty, cohort.Options{Through: jan}),
		"before anything": tableMust(t, before, cohort.Options{Through: jan.Add(-1)}),
	} {
		assert.Empty(t, table.Cohorts(), name)
		assert.Empty(t, table.Tenure(), name)
		assert.Empty(t, table.Segments(), name)
		assert.Empty(t, table.LayerCake().Layers, name)
		assert.False(t, table.Logo(jan, 0).Defined(), name)
		r, c := table.WeightedNRR(0)
		assert.False(t, r.Defined(), name)
		assert.Equal(t, cohort.Coverage{}, c, name)
		_, ok := table.Tenure().Worst(1)
		assert.False(t, ok, name)
	}
	r, err := cohort.Snapshot(empty, jan, jan)
	require.NoError(t, err)
	assert.False(t, r.NRR.Defined() || r.GRR.Defined() || r.Logo.Defined())
}

func tableMust(t *testing.T, l *ledger.Ledger, o cohort.Options) *cohort.Table {
	t.Helper()
	table, err := cohort.New(l, o)
	require.NoError(t, err)
	return table
}

func TestTable_KeepsNothingOfTheLedger(t *testing.T) {
	t.Parallel()
	l := newLedger(t, ledger.Options{}, shortStay()...)
	table := tableMust(t, l, cohort.Options{})
	// A charge that makes the ledger's unit finer.
	require.NoError(t, l.Append(ledger.Change{
		Customer: "later", At: jan.Start(nil), Amount: decimal.New(1, -9), Cycle: calendar.Cycle{Unit: calendar.UnitWeek, N: 7},
	}))
	assert.Equal(t, "260/200", table.NRR(jan, 2).Fraction())
	assert.Equal(t, "260", table.LayerCake().Total[2].String())
}

func TestNew_Errors(t *testing.T) {
	t.Parallel()
	l := newLedger(t, ledger.Options{}, shortStay()...)
	old := newLedger(t, ledger.Options{}, pays("old", "1950-01-01", 1), pays("new", "2200-12-31", 1))
	many := make([]ledger.Change, cohort.MaxSegments+1)
	for i := range many {
		many[i] = pays(strconv.Itoa(i), "2025-01-01", 1)
	}
	self := func(customer string) string { return customer }

	for name, tt := range map[string]struct {
		l    *ledger.Ledger
		o    cohort.Options
		want error
		says string
	}{
		"no ledger":       {nil, cohort.Options{}, cohort.ErrOptions, "no ledger"},
		"year 2201":       {l, cohort.Options{Through: calendar.NewMonth(2201, 1)}, cohort.ErrOptions, "2201-01 is outside 1900 to 2200"},
		"year 1899":       {l, cohort.Options{Through: calendar.NewMonth(1899, 12)}, cohort.ErrOptions, "1899-12"},
		"unknown base":    {l, cohort.Options{Base: 7}, cohort.ErrOptions, "Base 7"},
		"unknown month 0": {l, cohort.Options{Month0: 7}, cohort.ErrOptions, "Month0 7"},
		"two centuries":   {old, cohort.Options{}, cohort.ErrRange, "1950-01 through 2200-12 is 3012 months; the limit is 1200"},
		"too many keys":   {newLedger(t, ledger.Options{}, many...), cohort.Options{Key: self}, cohort.ErrRange, "more than 10000 segments"},
	} {
		table, err := cohort.New(tt.l, tt.o)
		require.ErrorIs(t, err, tt.want, name)
		assert.ErrorContains(t, err, "cohort: new: ", name)
		assert.ErrorContains(t, err, tt.says, name)
		assert.Nil(t, table, name)
	}
	table, err := cohort.New(old, cohort.Options{Through: calendar.NewMonth(2049, 12)})
	require.NoError(t, err)
	assert.Equal(t, cohort.MaxMonths, table.Ages(calendar.NewMonth(1950, 1)), "a hundred years fit")

	for name, tt := range map[string]struct {
		l         *ledger.Ledger
		base, now calendar.Month
		want      error
	}{
		"no ledger":    {nil, jan, jan, cohort.ErrOptions},
		"no base":      {l, calendar.Month{}, jan, cohort.ErrRange},
		"no now":       {l, jan, calendar.Month{}, cohort.ErrRange},
		"wrong order":  {l, jan.Add(1), jan, cohort.ErrRange},
		"far too late": {l, jan, calendar.NewMonth(2201, 1), cohort.ErrRange},
	} {
		_, err := cohort.Snapshot(tt.l, tt.base, tt.now)
		require.ErrorIs(t, err, tt.want, name)
		assert.ErrorContains(t, err, "cohort: snapshot: ", name)
	}
}

func TestTable_Currencies(t *testing.T) {
	t.Parallel()
	quote := func(month time.Month, rate string) money.Quote {
		return money.Quote{From: "USD", To: "EUR", Rate: decimal.RequireFromString(rate), Since: calendar.NewMonth(2025, month).Start(nil)}
	}
	rates, err := money.NewRateTable([]money.Quote{quote(1, "0.5"), quote(2, "0.8")}, money.RateOptions{MaxAge: 40 * 24 * time.Hour})
	require.NoError(t, err)
	inDollars := pays("us", "2025-01-05", 100)
	inDollars.Currency = "USD"
	l := newLedger(t, ledger.Options{Currency: "EUR", Rates: rates},
		inDollars, pays("de", "2025-01-05", 50), pays("de", "2025-02-10", 0))

	table := tableMust(t, l, cohort.Options{})
	assert.Equal(t, jan.Add(1), table.Through(), "though there are no rates for other years")
	assert.Equal(t, money.Currency("EUR"), table.Currency())
	assert.Equal(t, "100", table.Base(jan).String())
	assert.Equal(t, "80/100", table.NRR(jan, 1).Fraction(), "100 dollars at the rate of February's end")
	assert.Equal(t, "50/100", table.GRR(jan, 1).Fraction(), "no more than they paid first")

	_, err = cohort.New(l, cohort.Options{Through: jan.Add(6)})
	require.ErrorIs(t, err, ledger.ErrNoRate)
	_, err = cohort.Snapshot(l, jan, jan.Add(6))
	require.ErrorIs(t, err, ledger.ErrNoRate)
}

func TestTable_KeyIsCalledOncePerCustomerAndNeverTwiceAtOnce(t *testing.T) {
	t.Parallel()
	const customers = 5000
	var changes []ledger.Change
	for i := range customers {
		changes = append(changes, pays(fmt.Sprint(i), "2025-01-01", 1), pays(fmt.Sprint(i), "2025-02-01", 2))
	}
	calls := map[string]int{} // written without a lock
	table := tableMust(t, newLedger(t, ledger.Options{}, changes...), cohort.Options{Key: func(customer string) string {
		calls[customer]++
		return customer[len(customer)-1:]
	}})
	assert.Len(t, calls, customers)
	for c, n := range calls {
		assert.Equal(t, 1, n, c)
	}
	assert.Equal(t, []string{"0", "1", "2", "3", "4", "5", "6", "7", "8", "9"}, table.Segments())
	seven, ok := table.Segment("7")
	require.True(t, ok)
	assert.Equal(t, int64(customers/10), seven.Size(jan))
}

// One accumulator per cohort and age, however many customers there are.
func TestTable_MemoryDoesNotGrowWithCustomers(t *testing.T) {
	allocs := func(perCohort int) float64 {
		var changes []ledger.Change
		for i := range 24 * perCohort {
			first := jan.Add(i % 24)
			changes = append(changes,
				ledger.Change{Customer: fmt.Sprint(i), At: first.Start(nil), Amount: decimal.NewFromInt(10)},
				ledger.Change{Customer: fmt.Sprint(i), At: first.Add(3).Start(nil), Amount: decimal.NewFromInt(int64(i % 7))})
		}
		l := newLedger(t, ledger.Options{}, changes...)
		tableMust(t, l, cohort.Options{Through: jan.Add(23)}) // the ledger sums itself
		return testing.AllocsPerRun(3, func() {
			_, err := cohort.New(l, cohort.Options{Through: jan.Add(23)})
			assert.NoError(t, err)
		})
	}
	few, many := allocs(7), allocs(700)
	assert.Less(t, many, few*1.5, "a hundred times the customers")
}
