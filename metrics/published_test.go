package metrics_test

// Worked examples that vendors and authors publish, with the page they stand
// on. The numbers are theirs; where a number was derived from theirs, the case
// says so.

import (
	"testing"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/lifecycle-go/lifecycle/metrics"
	"github.com/lifecycle-go/lifecycle/metrics/calendar"
	"github.com/lifecycle-go/lifecycle/metrics/money"
)

func monthly(t testing.TB, amount, cycle string) metrics.Ratio {
	t.Helper()
	c, err := calendar.ParseCycle(cycle)
	require.NoError(t, err)
	r, err := metrics.Monthly(dec(t, amount), c)
	require.NoError(t, err)
	return r
}

func TestPublished_Normalisation(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ source, amount, cycle, want string }{
		{"Stripe support, billing analytics: $1,200 a year", "1200", "P1Y", "100.00"},
		{"the same with a 50 % coupon forever: the caller passes the net amount", "600", "P1Y", "50.00"},
		{"ChartMogul help, prorated invoices: $90 for three months", "90", "P3M", "30.00"},
		{"Polar tests: 300 every 3 months", "300", "P3M", "100.00"},
		{"Polar tests: 2,400 every 2 years", "2400", "P2Y", "100.00"},
		{"Polar tests: 50 every 2 weeks", "50", "P2W", "108.33"},
		{"Polar tests: 1,000 a year", "1000", "P1Y", "83.33"},
		{"ProfitWell, calculating metrics: $120 a year less 10 %", "108", "P1Y", "9.00"},
		{"Adapty: $240 a year", "240", "P1Y", "20.00"},
		{"Apphud: $120 a year", "120", "P1Y", "10.00"},
		{"OCA/contract #1443: 1,200 a year", "1200", "P1Y", "100.00"},
		{"OCA/contract #1443: 300 per 3 months", "300", "P3M", "100.00"},
		// Vendors differ on a week: 400.00 (×4), 433.00 (×4.33), 434.82
		// (OCA, 30.4375/7). Ours is that of Fivetran and Polar.
		{"100 a week, ×52/12", "100", "P1W", "433.33"},
		{"10 a day, ×365/12 (Polar)", "10", "P1D", "304.17"},
		// Kill Bill analytics plugin, TestBusinessSubscription: four places,
		// half up. All of its rows are in TestReference_KillBill.
		{"Kill Bill: 19.95 a year", "19.95", "P1Y", "1.6625"},
		{"Kill Bill: 29.95 a year", "29.95", "P1Y", "2.4958"},
		{"Kill Bill: 49 a year", "49", "P1Y", "4.0833"},
		{"Kill Bill: 59 a year", "59", "P1Y", "4.9167"},
		{"Kill Bill: 239.90 a year", "239.90", "P1Y", "19.9917"},
		{"Kill Bill: 599.95 a year", "599.95", "P1Y", "49.9958"},
		{"Kill Bill: 799 a year", "799", "P1Y", "66.5833"},
	} {
		at(t, c.want, monthly(t, c.amount, c.cycle), c.source)
	}

	// Stripe glossary, MRR: 100 subscribers at $100 a month and 50 at $600 a
	// year are $12,500.
	year, ok := monthly(t, "600", "P1Y").Decimal(2)
	require.True(t, ok)
	total := monthly(t, "100", "P1M").Num() // × 12/12
	assert.Equal(t, "1200", total.String())
	assert.True(t, dec(t, "12500").Equal(dec(t, "100").Mul(dec(t, "100")).Add(year.Mul(dec(t, "50")))))
}

func TestPublished_RevenueRates(t *testing.T) {
	t.Parallel()
	type rates struct{ gross, net, grr, nrr, nrrWith, quick, quickWith string }
	for _, c := range []struct {
		source string
		in     [7]string // opening, new, expansion, reactivation, contraction, churn, FX
		want   rates
		closes string
	}{
		{
			"ChartMogul help 203359341: start 100; churn, contraction, expansion 10 each; gross 20 %, net 10 %",
			[7]string{"100", "0", "10", "0", "10", "10", "0"},
			rates{gross: "0.20", net: "0.10"},
			"90",
		},
		{
			"ChartMogul help 203359341, B2C: start of day 100, end of day 95; gross 5 %",
			[7]string{"100", "0", "0", "0", "0", "5", "0"},
			rates{gross: "0.05"},
			"95",
		},
		{
			"ChartMogul API, recorded answer of April 2022 in cents: net −0.67 % (derived: the other rates)",
			[7]string{"67290903", "865500", "2386603", "230000", "508125", "1660000", "0"},
			rates{gross: "0.03222018", net: "-0.00324677", grr: "0.96777982", nrr: "1.00324677", nrrWith: "1.00666476", quick: "1.499961", quickWith: "1.606043"},
			"68604881",
		},
		{
			"Chargebee recurring-revenue.html: 5,000 to 6,000 without losses; GRR 100 %, never 120 %",
			[7]string{"5000", "0", "1000", "0", "0", "0", "0"},
			rates{grr: "1.00", nrr: "1.20", quick: "undefined"},
			"6000",
		},
		{
			"Chargebee 264186: 100 becomes 70; contraction 30 and no churn",
			[7]string{"100", "0", "0", "0", "30", "0", "0"},
			rates{gross: "0.30", grr: "0.70"},
			"70",
		},
		{
			"Recurly 360028027591: 100 last month, 80 this; contraction 20",
			[7]string{"100", "0", "0", "0", "20", "0", "0"},
			rates{gross: "0.20"},
			"80",
		},
		{
			"Skok: customers at $1k and $5k, the second leaves; dollar churn 83 %",
			[7]string{"6000", "0", "0", "0", "0", "5000", "0"},
			rates{gross: "0.83"},
			"1000",
		},
		{
			"PitchKit: new 20k, expansion 8k, churn 5k, contraction 3k; quick ratio 3.5",
			[7]string{"0", "20000", "8000", "0", "3000", "5000", "0"},
			rates{gross: "undefined", quick: "3.5"},
			"20000",
		},
		{
			"bigdelta: 7,000 gross adds, 2,000 losses; quick ratio 3.5",
			[7]string{"0", "7000", "0", "0", "0", "2000", "0"},
			rates{quick: "3.5"},
			"5000",
		},
		{
			"PostHog, Hogflix (posthog.com PR 8391): MRR 100,000, churned 17,000, expansion 3,000; gross 17 %, net 14 %",
			[7]string{"100000", "0", "3000", "0", "0", "17000", "0"},
			rates{gross: "0.17", net: "0.14"},
			"86000",
		},
		{
			"a public JavaScript test: 60 to 155 by expansion; NDR 2.583333, net churn −1.583333; its quick ratio of 0 is undefined here",
			[7]string{"60", "0", "95", "0", "0", "0", "0"},
			rates{gross: "0.00", net: "-1.583333", nrr: "2.583333", quick: "undefined"},
			"155",
		},
		{
			"Lago, fixture of its revenue API, December 2023 in cents: change −244,530",
			[7]string{"23701746", "6171791", "0", "0", "0", "6416321", "0"},
			rates{gross: "0.2707", quick: "0.9619"},
			"23457216",
		},
		{
			"PostHog, Stripe fixture, May 2025 in pounds: exact to ten decimals",
			[7]string{"2297.8366613331", "0", "898.5402750573", "0", "0", "1586.01406", "0"},
			rates{net: "0.2992"},
			"1610.3628763904",
		},
		{
			"dbt Labs mrr-playbook, September 2018: 260 + 30 new + 50 reactivation; NRR 100 % or 119.23 %",
			[7]string{"260", "30", "0", "50", "0", "0", "0"},
			rates{gross: "0.00", grr: "1.00", nrr: "1.00", nrrWith: "1.192308", quick: "undefined", quickWith: "undefined"},
			"340",
		},
	} {
		r := metrics.Revenue{
			Opening: dec(t, c.in[0]), New: dec(t, c.in[1]), Expansion: dec(t, c.in[2]), Reactivation: dec(t, c.in[3]),
			Contraction: dec(t, c.in[4]), Churn: dec(t, c.in[5]), FX: dec(t, c.in[6]),
		}
		require.NoError(t, r.Validate(), c.source)
		assert.Equal(t, c.closes, r.Closing().String(), c.source)
		for _, rate := range []struct {
			want string
			f    func(metrics.Revenue) (metrics.Ratio, error)
			in   metrics.Revenue
		}{
			{c.want.gross, metrics.GrossRevenueChurn, r},
			{c.want.net, metrics.NetRevenueChurn, r},
			{c.want.grr, metrics.GRR, r},
			{c.want.nrr, metrics.NRR, r},
			{c.want.nrrWith, metrics.NRR, r.ReactivationAsExpansion()},
			{c.want.quick, metrics.QuickRatio, r},
			{c.want.quickWith, metrics.QuickRatio, r.ReactivationAsExpansion()},
		} {
			if rate.want == "" {
				continue
			}
			got, err := rate.f(rate.in)
			require.NoError(t, err, c.source)
			at(t, rate.want, got, c.source)
		}
	}
}

func TestPublished_CustomerChurn(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		source string
		in     metrics.Customers
		rule   metrics.ChurnRule
		want   string
	}{
		{
			"ChartMogul help 203359321: 100 at the start, 11 cancel, 1 of them joined in the month; 10 %",
			metrics.Customers{Opening: 100, New: 1, Churned: 11, NewAndChurned: 1},
			metrics.ChurnStandard, "10%",
		},
		{"Skok: one of two customers leaves; 50 %", metrics.Customers{Opening: 2, Churned: 1}, metrics.ChurnStandard, "50%"},
		{"Chargebee 264186: a customer pays less; 0 %", metrics.Customers{Opening: 1}, metrics.ChurnStandard, "0%"},
		{"mainmetrics: 100 customers, 10 leave and 30 join; 10 %", metrics.Customers{Opening: 100, New: 30, Churned: 10}, metrics.ChurnStandard, "10%"},
		{"the same under Stripe's rule, 10/130 (derived)", metrics.Customers{Opening: 100, New: 30, Churned: 10}, metrics.ChurnOfStartAndNew, "7.69%"},
		// One data set, three published rules: 1,000 at the start of whom 5 %
		// leave, 500 join of whom 12 leave ("Butter of the month").
		{"start cohort", metrics.Customers{Opening: 1000, New: 500, Churned: 62, NewAndChurned: 12}, metrics.ChurnStandard, "5.0%"},
		{"all leavers of the start", metrics.Customers{Opening: 1000, New: 500, Churned: 62, NewAndChurned: 12}, metrics.ChurnRaw, "6.2%"},
		{"all leavers of all", metrics.Customers{Opening: 1000, New: 500, Churned: 62, NewAndChurned: 12}, metrics.ChurnOfStartAndNew, "4.13%"},
	} {
		require.NoError(t, c.in.Validate(), c.source)
		r, err := metrics.ChurnRate(c.in, c.rule)
		require.NoError(t, err, c.source)
		assert.Equal(t, c.want, r.Percent(places(c.want)), c.source)
	}
}

func places(percent string) int32 {
	for i := range len(percent) {
		if percent[i] == '.' {
			return int32(len(percent) - i - 2)
		}
	}
	return 0
}

// PostHog PR 39439: 10 11 11 11 10 10 active, one new on the second day, one
// churned on the fifth; active(t) = active(t−1) + new − churned.
func TestPublished_PostHogActive(t *testing.T) {
	t.Parallel()
	active := []int64{10, 11, 11, 11, 10, 10}
	added := []int64{0, 1, 0, 0, 0, 0}
	churned := []int64{0, 0, 0, 0, 1, 0}
	for i := 1; i < len(active); i++ {
		c := metrics.Customers{Opening: active[i-1], New: added[i], Churned: churned[i]}
		require.NoError(t, c.Validate())
		assert.Equal(t, active[i], c.Closing(), "day %d", i)
	}
}

// Rebilly API, ReportMonthlyRecurringRevenue: one customer signs up at 40,
// goes to 100, to 80, to 0, and returns at 25; the total change is 25.
func TestPublished_Rebilly(t *testing.T) {
	t.Parallel()
	months := []metrics.Revenue{
		{New: dec(t, "40")},
		{Opening: dec(t, "40"), Expansion: dec(t, "60")},
		{Opening: dec(t, "100"), Contraction: dec(t, "20")},
		{Opening: dec(t, "80"), Churn: dec(t, "80")},
		{Reactivation: dec(t, "25")},
	}
	all := months[0]
	for i, m := range months[1:] {
		var err error
		all, err = all.Then(m)
		require.NoError(t, err, i)
	}
	assert.Equal(t, "25", all.NetNew().String())
	assert.Equal(t, "25", all.Closing().String())
}

func TestPublished_UnitEconomics(t *testing.T) {
	t.Parallel()
	// ChartMogul help 203359061: ARPA 100 and churn 5 % are an LTV of 2,000.
	ltv, err := metrics.LTV(metrics.LTVInput{ARPA: metrics.NewCount(100, 1), GrossMargin: whole, Churn: metrics.NewCount(5, 100)})
	require.NoError(t, err)
	at(t, "2000", ltv)

	// ChartMogul help 203359321: 5 % a month is "nearly half (46 %)" a year.
	annual, err := metrics.Annualise(metrics.NewCount(5, 100))
	require.NoError(t, err)
	assert.Equal(t, "45.96%", annual.Percent(2))

	// ChartMogul API, recorded answer of April 2022, in cents: ARR 823,258,572,
	// ARPA 62,538 (floored), LTV 2,194,315: that ARPA over the displayed churn
	// rate of 2.85 %, floored.
	mrr := decimal.New(68_604_881, 0)
	assert.Equal(t, "823258572", metrics.ARR(mrr).String())
	arpa, err := metrics.ARPA(mrr, 1097)
	require.NoError(t, err)
	floored, ok := arpa.Round(0, money.Floor)
	require.True(t, ok)
	assert.Equal(t, "62538", floored.String())
	ltv, err = metrics.LTV(metrics.LTVInput{ARPA: metrics.NewRatio(floored, whole), GrossMargin: whole, Churn: ratio(t, "2.85", "100")})
	require.NoError(t, err)
	floored, ok = ltv.Round(0, money.Floor)
	require.True(t, ok)
	assert.Equal(t, "2194315", floored.String())

	// A public JavaScript test: MRR 60 and 155 of two customers; ARPA 30 and
	// 77.5. Spend without a new customer has no CAC (the source divides by
	// nothing and prints the spend).
	for mrr, want := range map[string]string{"60": "30.0", "155": "77.5"} {
		arpa, err := metrics.ARPA(dec(t, mrr), 2)
		require.NoError(t, err)
		at(t, want, arpa)
	}
	assert.Equal(t, "720 1860", metrics.ARR(dec(t, "60")).String()+" "+metrics.ARR(dec(t, "155")).String())
	cac, err := metrics.CAC(dec(t, "225"), 0)
	require.NoError(t, err)
	at(t, "undefined", cac)

	// Polar tests: one customer at 100 a month, one at 1,000 a year; MRR
	// 183.33, ARPU 91.67.
	total, ok := monthly(t, "1000", "P1Y").Decimal(2)
	require.True(t, ok)
	arpa, err = metrics.ARPA(total.Add(dec(t, "100")), 2)
	require.NoError(t, err)
	half, ok := arpa.Round(2, money.HalfUp) // 91.665; Polar rounds half up
	require.True(t, ok)
	assert.Equal(t, "91.67", half.String())
}

func TestPublished_Efficiency(t *testing.T) {
	t.Parallel()
	// xlslides: quarterly recurring revenue up 480,000, previous spend
	// 1,800,000; annualised 1,920,000, magic number 1.07, implied payback 11.3
	// months.
	r, err := metrics.RevenueMagicNumber(dec(t, "480000"), decimal.Decimal{}, dec(t, "1800000"))
	require.NoError(t, err)
	at(t, "1.07", r)
	same, err := metrics.MagicNumber(dec(t, "1920000"), dec(t, "1800000"))
	require.NoError(t, err)
	c, ok := r.Cmp(same)
	require.True(t, ok)
	assert.Zero(t, c)
	payback := metrics.NewRatio(r.Reciprocal().Num().Mul(dec(t, "12")), r.Reciprocal().Den())
	at(t, "11.25", payback)

	// Recaport: MRR up 5,000 in a month, spend of the month before 40,000;
	// 60,000/40,000 = 1.50.
	r, err = metrics.MagicNumber(metrics.ARR(dec(t, "5000")), dec(t, "40000"))
	require.NoError(t, err)
	at(t, "1.50", r)
}
