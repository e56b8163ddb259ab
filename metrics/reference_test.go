package metrics_test

// Files of reference data, which are not part of the repository: the tests
// that read them are skipped where the environment variable LIFECYCLE_DATA
// does not name their folder. The small figures also stand in
// published_test.go.

import (
	"encoding/csv"
	"encoding/json"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/lifecycle-go/lifecycle/metrics"
	"github.com/lifecycle-go/lifecycle/metrics/calendar"
	"github.com/lifecycle-go/lifecycle/metrics/money"
)

func reference(t *testing.T, path string) []byte {
	t.Helper()
	dir := os.Getenv("LIFECYCLE_DATA")
	if dir == "" {
		t.Skip("LIFECYCLE_DATA is unset: it names the folder with the reference data")
	}
	data, err := os.ReadFile(filepath.Join(dir, "revenue", filepath.FromSlash(path)))
	require.NoError(t, err)
	return data
}

// table gives the rows of a CSV file by column name.
func table(t *testing.T, path string) []map[string]string {
	t.Helper()
	records, err := csv.NewReader(strings.NewReader(string(reference(t, path)))).ReadAll()
	require.NoError(t, err)
	var rows []map[string]string
	for _, record := range records[1:] {
		row := map[string]string{}
		for i, name := range records[0] {
			row[name] = record[i]
		}
		rows = append(rows, row)
	}
	return rows
}

// Kill Bill analytics plugin (Apache-2.0), TestBusinessSubscription: 58 prices
// and their MRR to four places, half up.
func TestReference_KillBill(t *testing.T) {
	t.Parallel()
	rows := table(t, "killbill/mrr_from_billing_period.csv")
	require.Len(t, rows, 58)
	for _, row := range rows {
		var cycle calendar.Cycle
		switch row["billing_period"] {
		case "MONTHLY":
		case "ANNUAL":
			cycle.Unit = calendar.UnitYear
		case "NO_BILLING_PERIOD":
			// No cycle is no recurring revenue: there is nothing to normalise.
			assert.Equal(t, "0.0000", row["expected_mrr_4dp_half_up"])
			continue
		default:
			require.Fail(t, "unknown period", row["billing_period"])
		}
		r, err := metrics.Monthly(dec(t, row["price"]), cycle)
		require.NoError(t, err)
		got, ok := r.Round(4, money.HalfUp)
		require.True(t, ok)
		assert.Equal(t, row["expected_mrr_4dp_half_up"], got.StringFixed(4), "%v", row)
	}
}

// A recorded answer of ChartMogul's API for April 2022 (chartmogul-go, MIT).
func TestReference_ChartMogul(t *testing.T) {
	t.Parallel()
	var answer struct {
		All struct {
			MRR, ARR, LTV, ARPA, Customers decimal.Decimal
			NetChurn                       decimal.Decimal `json:"mrr-churn-rate"`
			LogoChurn                      decimal.Decimal `json:"customer-churn-rate"`
		}
		MRR struct {
			New          decimal.Decimal `json:"mrr-new-business"`
			Expansion    decimal.Decimal `json:"mrr-expansion"`
			Contraction  decimal.Decimal `json:"mrr-contraction"`
			Churn        decimal.Decimal `json:"mrr-churn"`
			Reactivation decimal.Decimal `json:"mrr-reactivation"`
		}
		Derived struct {
			Opening decimal.Decimal `json:"starting_mrr"`
			Gross   decimal.Decimal `json:"gross_mrr_churn_rate_pct"`
		}
	}
	require.NoError(t, json.Unmarshal(reference(t, "chartmogul/retrieve_metrics_2022-04.json"), &answer))
	r := metrics.Revenue{
		Opening: answer.Derived.Opening, New: answer.MRR.New, Expansion: answer.MRR.Expansion, Reactivation: answer.MRR.Reactivation,
		Contraction: answer.MRR.Contraction.Neg(), Churn: answer.MRR.Churn.Neg(),
	}
	require.NoError(t, r.Validate())
	assert.True(t, answer.All.MRR.Equal(r.Closing()), "the bridge closes")
	assert.True(t, answer.All.ARR.Equal(metrics.ARR(r.Closing())))

	// The API's "MRR churn rate" is the net one, with reactivation.
	net, err := metrics.NetRevenueChurn(r.ReactivationAsExpansion())
	require.NoError(t, err)
	assert.Equal(t, answer.All.NetChurn.StringFixed(2)+"%", net.Percent(2))
	gross, err := metrics.GrossRevenueChurn(r)
	require.NoError(t, err)
	assert.Equal(t, answer.Derived.Gross.StringFixed(10)+"%", gross.Percent(10))

	arpa, err := metrics.ARPA(r.Closing(), answer.All.Customers.IntPart())
	require.NoError(t, err)
	floored, ok := arpa.Round(0, money.Floor)
	require.True(t, ok)
	assert.True(t, answer.All.ARPA.Equal(floored))
	ltv, err := metrics.LTV(metrics.LTVInput{
		ARPA: metrics.NewRatio(floored, whole), GrossMargin: whole, Churn: metrics.NewRatio(answer.All.LogoChurn, decimal.New(100, 0)),
	})
	require.NoError(t, err)
	floored, ok = ltv.Round(0, money.Floor)
	require.True(t, ok)
	assert.True(t, answer.All.LTV.Equal(floored))
}

// Lago's movement table, four months in cents: start + movements = end. The
// figures are facts of a fixture of lago-api.
func TestReference_Lago(t *testing.T) {
	t.Parallel()
	var months []struct {
		Start       decimal.Decimal `json:"starting_mrr"`
		End         decimal.Decimal `json:"ending_mrr"`
		New         decimal.Decimal `json:"mrr_new"`
		Expansion   decimal.Decimal `json:"mrr_expansion"`
		Contraction decimal.Decimal `json:"mrr_contraction"`
		Churn       decimal.Decimal `json:"mrr_churn"`
		Change      decimal.Decimal `json:"mrr_change"`
	}
	require.NoError(t, json.Unmarshal(reference(t, "lago/mrrs.json"), &months))
	require.Len(t, months, 4)
	var all metrics.Revenue
	for i, m := range months {
		r := metrics.Revenue{Opening: m.Start, New: m.New, Expansion: m.Expansion, Contraction: m.Contraction.Neg(), Churn: m.Churn.Neg()}
		require.NoError(t, r.Validate())
		assert.True(t, m.End.Equal(r.Closing()), "month %d", i)
		assert.True(t, m.Change.Equal(r.NetNew()), "month %d", i)
		var err error
		all, err = all.Then(r)
		require.NoError(t, err, "month %d begins where the one before ended", i)
	}
	assert.True(t, months[3].End.Equal(all.Closing()))
}

// PostHog's Stripe fixture in pounds to ten decimals (MIT): the identity is
// exact to the last of them.
func TestReference_PostHog(t *testing.T) {
	t.Parallel()
	var want struct {
		Total, New, Expansion, Contraction, Churn []string
	}
	require.NoError(t, json.Unmarshal(reference(t, "posthog/monthly_mrr_expected.json"), &want))
	require.Len(t, want.Total, 8)
	opening := decimal.Decimal{}
	for i := range want.Total {
		total := dec(t, strings.TrimSuffix(want.Total[i], " each"))
		r := metrics.Revenue{
			Opening: opening, New: dec(t, want.New[i]), Expansion: dec(t, want.Expansion[i]),
			Contraction: dec(t, want.Contraction[i]).Neg(), Churn: dec(t, want.Churn[i]).Neg(),
		}
		require.NoError(t, r.Validate())
		assert.True(t, total.Equal(r.Closing()), "month %d: want %s, got %s", i, total, r.Closing())
		opening = total
	}
}

// GP Bullhound, "The CFO Handbook", page 9: gross retention of 16 cohorts and
// a row of averages weighted by initial MRR over the cohorts that have reached
// the age. Pooling the cohorts gives it.
func TestReference_GPBullhound(t *testing.T) {
	t.Parallel()
	cohorts := table(t, "gpbullhound/grr_cohorts.csv")
	require.Len(t, cohorts, 16)
	ages := table(t, "gpbullhound/expected_weighted_average.csv")
	require.Len(t, ages, 14)
	off := []string{}
	for _, age := range ages {
		var pool metrics.Ratio
		for _, cohort := range cohorts {
			percent := cohort["m"+age["k"]+"_grr_pct"]
			if percent == "" {
				continue // has not reached the age
			}
			initial := dec(t, cohort["initial_mrr"])
			pool = pool.Pool(metrics.NewRatio(initial.Mul(dec(t, percent)).Shift(-2), initial))
		}
		// The recomputation beside the published row has up to three places.
		want := dec(t, age["weighted_avg_recomputed_pct"])
		assert.Equal(t, want.StringFixed(3)+"%", pool.Percent(3), "age %s", age["k"])
		if pool.Percent(0) != age["published_weighted_avg_pct"]+"%" {
			off = append(off, age["k"])
		}
	}
	// Two printed figures differ by one, inside the rounding of the printed
	// inputs to whole percents: 93.43 printed as 94, and 84.60 as 84.
	assert.Equal(t, []string{"6", "11"}, off)
}

// A public JavaScript test of two customers over two months.
func TestReference_TwoCustomers(t *testing.T) {
	t.Parallel()
	var c struct {
		Revenue  map[string]map[string]decimal.Decimal
		Expected struct {
			MRR, ARR map[string]decimal.Decimal
			Feb      map[string]decimal.Decimal `json:"2022-02"`
			ARPA     decimal.Decimal            `json:"arpa_2022-01"`
		}
	}
	require.NoError(t, json.Unmarshal(reference(t, "jsmetrics/two_customer_case_feb22.json"), &c))
	r := metrics.Revenue{}
	for _, months := range c.Revenue {
		r.Opening = r.Opening.Add(months["2022-01"])
		change := months["2022-02"].Sub(months["2022-01"])
		require.True(t, change.IsPositive())
		r.Expansion = r.Expansion.Add(change)
	}
	feb := c.Expected.Feb
	assert.True(t, c.Expected.MRR["2022-01"].Equal(r.Opening))
	assert.True(t, c.Expected.MRR["2022-02"].Equal(r.Closing()))
	assert.True(t, c.Expected.ARR["2022-02"].Equal(metrics.ARR(r.Closing())))
	assert.True(t, feb["expansion_mrr"].Equal(r.Expansion))
	for field, f := range map[string]func(metrics.Revenue) (metrics.Ratio, error){
		"net_dollar_retention": metrics.NRR, "net_mrr_churn": metrics.NetRevenueChurn, "gross_mrr_churn": metrics.GrossRevenueChurn,
	} {
		got, err := f(r)
		require.NoError(t, err)
		assert.Equal(t, feb[field].StringFixed(12), mustDecimal(t, got, 12).StringFixed(12), field)
	}
	quick, err := metrics.QuickRatio(r)
	require.NoError(t, err)
	assert.False(t, quick.Defined(), "the source prints 0")
}

// dbt Labs mrr-playbook: the movements of 29 months and the rates computed
// from them elsewhere, to six places; empty means undefined.
func TestReference_MRRPlaybook(t *testing.T) {
	t.Parallel()
	moves := table(t, "mrr-playbook/expected_movements_by_month.csv")
	rates := table(t, "mrr-playbook/expected_rates_by_month.csv")
	require.Len(t, rates, len(moves))
	for i, m := range moves {
		r := metrics.Revenue{
			Opening: dec(t, m["starting_mrr"]), New: dec(t, m["new_mrr"]), Expansion: dec(t, m["upgrade_mrr"]), Reactivation: dec(t, m["reactivation_mrr"]),
			Contraction: dec(t, m["downgrade_mrr"]).Neg(), Churn: dec(t, m["churn_mrr"]).Neg(),
		}
		require.NoError(t, r.Validate())
		assert.True(t, dec(t, m["mrr"]).Equal(r.Closing()), m["month"])
		count := func(column string) int64 {
			n, err := strconv.ParseInt(m[column], 10, 64)
			require.NoError(t, err)
			return n
		}
		heads := metrics.Customers{Opening: count("active_start"), New: count("new_n"), Reactivated: count("reactivation_n"), Churned: count("churn_n")}
		require.NoError(t, heads.Validate())
		assert.Equal(t, count("active_customers"), heads.Closing(), m["month"])

		with := r.ReactivationAsExpansion()
		for column, f := range map[string]func() (metrics.Ratio, error){
			"gross_mrr_churn_rate":                    func() (metrics.Ratio, error) { return metrics.GrossRevenueChurn(r) },
			"net_mrr_churn_rate_without_reactivation": func() (metrics.Ratio, error) { return metrics.NetRevenueChurn(r) },
			"net_mrr_churn_rate_with_reactivation":    func() (metrics.Ratio, error) { return metrics.NetRevenueChurn(with) },
			"grr_monthly":                             func() (metrics.Ratio, error) { return metrics.GRR(r) },
			"nrr_monthly_without_reactivation":        func() (metrics.Ratio, error) { return metrics.NRR(r) },
			"nrr_monthly_with_reactivation":           func() (metrics.Ratio, error) { return metrics.NRR(with) },
			"quick_ratio_without_reactivation":        func() (metrics.Ratio, error) { return metrics.QuickRatio(r) },
			"quick_ratio_with_reactivation":           func() (metrics.Ratio, error) { return metrics.QuickRatio(with) },
			"logo_churn_rate":                         func() (metrics.Ratio, error) { return metrics.ChurnRate(heads, metrics.ChurnStandard) },
			"arpa_end":                                func() (metrics.Ratio, error) { return metrics.ARPA(r.Closing(), heads.Closing()) },
		} {
			got, err := f()
			require.NoError(t, err)
			want := rates[i][column]
			if want == "" {
				assert.False(t, got.Defined(), "%s %s", m["month"], column)
				continue
			}
			assert.Equal(t, dec(t, want).StringFixed(6), mustDecimal(t, got, 6).StringFixed(6), "%s %s", m["month"], column)
		}
	}
}
