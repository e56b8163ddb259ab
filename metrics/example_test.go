package metrics_test

import (
	"encoding/json"
	"errors"
	"fmt"

	"github.com/shopspring/decimal"

	"github.com/lifecycle-go/lifecycle/metrics"
	"github.com/lifecycle-go/lifecycle/metrics/fault"
	"github.com/lifecycle-go/lifecycle/metrics/money"
)

func d(s string) decimal.Decimal { return decimal.RequireFromString(s) }

// April 2022 of an account, in cents, as ChartMogul's API answered it.
func april() metrics.Revenue {
	return metrics.Revenue{
		Opening: d("67290903"), New: d("865500"), Expansion: d("2386603"), Reactivation: d("230000"),
		Contraction: d("508125"), Churn: d("1660000"),
	}
}

func ExampleRatio() {
	churn := metrics.NewCount(3, 82)
	fmt.Println(churn.Percent(2), "of", churn.Den(), "customers")
	fmt.Println(churn.Complement().Percent(2), "stayed")
	fmt.Println(metrics.NewCount(0, 0).Percent(2))
	// Output:
	// 3.66% of 82 customers
	// 96.34% stayed
	// undefined
}

// Rates of segments are pooled, not averaged.
func ExampleRatio_Pool() {
	small, large := metrics.NewCount(5, 10), metrics.NewCount(10, 1000)
	fmt.Println(small.Percent(0), large.Percent(0), small.Pool(large), small.Pool(large).Percent(2))
	// Output:
	// 50% 1% 0.0149 1.49%
}

func ExamplePoolOf() {
	fmt.Println(metrics.PoolOf(metrics.NewCount(1, 10), metrics.NewCount(2, 20), metrics.NewCount(3, 30)))
	// Output:
	// 0.1
}

func ExampleRatio_Decimal() {
	v, ok := metrics.NewCount(2, 3).Decimal(4)
	fmt.Println(v, ok)
	_, ok = metrics.NewCount(2, 0).Decimal(4)
	fmt.Println(ok)
	// Output:
	// 0.6667 true
	// false
}

func ExampleRatio_Round() {
	arpa := metrics.NewCount(68604881, 1097)
	fmt.Println(arpa.Round(0, money.Floor))
	fmt.Println(arpa.Round(0, money.HalfEven))
	// Output:
	// 62538 true
	// 62539 true
}

func ExampleRatio_Cmp() {
	fmt.Println(metrics.NewCount(1, 2).Cmp(metrics.NewCount(2, 4)))
	fmt.Println(metrics.NewCount(1, 2).Cmp(metrics.Ratio{}))
	// Output:
	// 0 true
	// 0 false
}

func ExampleRatio_MarshalJSON() {
	data, err := json.Marshal(metrics.NewCount(3, 82))
	fmt.Println(string(data), err)
	// Output:
	// {"num":"3","den":"82","value":"0.036585365854"} <nil>
}

func ExampleRatio_Err() {
	fmt.Println(metrics.NewCount(3, 0).Err())
	fmt.Println(metrics.NewRatio(decimal.New(1, 1_000_000), d("1")).Err())
	// Output:
	// metrics: ratio: the denominator is zero
	// metrics: ratio: more than 1000 digits
}

// The mean lifetime, in months, of a monthly churn rate.
func ExampleRatio_Reciprocal() {
	fmt.Println(metrics.NewCount(5, 100).Reciprocal().Decimal(1))
	// Output:
	// 20 true
}

func ExampleWilson() {
	e, err := metrics.Wilson(1, 29, 0.95)
	fmt.Printf("%.4f, between %.4f and %.4f: %v\n", e.Value, e.Lo, e.Hi, err)
	// Output:
	// 0.0345, between 0.0061 and 0.1718: <nil>
}

func ExampleWilsonOf() {
	churn, _ := metrics.ChurnRate(metrics.Customers{Opening: 82, Churned: 3}, metrics.ChurnStandard)
	e, err := metrics.WilsonOf(churn, 0.95)
	fmt.Printf("%s, between %.2f%% and %.2f%%: %v\n", churn.Percent(2), 100*e.Lo, 100*e.Hi, err)
	// Output:
	// 3.66%, between 1.25% and 10.21%: <nil>
}

func ExampleRevenue_MarshalJSON() {
	data, err := json.Marshal(metrics.Revenue{Opening: d("260"), New: d("30"), Reactivation: d("50")})
	fmt.Println(string(data), err)
	// Output:
	// {"opening":"260","new":"30","expansion":"0","reactivation":"50","contraction":"0","churn":"0","fx":"0","closing":"340"} <nil>
}

func ExampleRevenue_Closing() {
	r := april()
	fmt.Println(r.Closing(), r.NetNew(), r.Validate())
	// Output:
	// 68604881 1313978 <nil>
}

func ExampleRevenue_Validate() {
	r := metrics.Revenue{Opening: d("100"), Contraction: d("-5"), Churn: d("-10")}
	err := r.Validate()
	fmt.Println(err)
	var first *fault.Error
	fmt.Println(errors.As(err, &first), first.Field, first.Code)
	// Output:
	// metrics: Revenue.Validate: Contraction -5: want a magnitude of zero or more
	// metrics: Revenue.Validate: Churn -10: want a magnitude of zero or more
	// true Contraction negative
}

// Two segments of one month are the month.
func ExampleRevenue_Add() {
	europe := metrics.Revenue{Opening: d("100"), Expansion: d("10")}
	america := metrics.Revenue{Opening: d("200"), Churn: d("30")}
	both := europe.Add(america)
	fmt.Println(both.Opening, both.Expansion, both.Churn, both.Closing())
	// Output:
	// 300 10 30 280
}

// Vendors differ on returning customers. The caller says which is meant.
func ExampleRevenue_ReactivationAsExpansion() {
	without, _ := metrics.NRR(april())
	with, _ := metrics.NRR(april().ReactivationAsExpansion())
	fmt.Println(without.Percent(2), with.Percent(2))
	// Output:
	// 100.32% 100.67%
}

// Months make a quarter.
func ExampleRevenue_Then() {
	january := metrics.Revenue{Opening: d("100"), New: d("50"), Churn: d("20")}
	february := metrics.Revenue{Opening: d("130"), Expansion: d("10")}
	both, err := january.Then(february)
	fmt.Println(both.Opening, both.NetNew(), both.Closing(), err)
	_, err = february.Then(january)
	fmt.Println(err)
	// Output:
	// 100 40 140 <nil>
	// metrics: Revenue.Then: Opening 100: the period before closed at 140
}

func ExampleCatalog() {
	for m := range metrics.Catalog().OfPhase(metrics.PhaseAdvocacy) {
		fmt.Println(m.ID, "=", m.Formula)
	}
	// Output:
	// referral_participation = customers who referred somebody / customers
	// referrals_per_customer = referrals / customers
	// referral_conversion_rate = referred people who became customers / referred people
	// case_study_consent = customers who agreed to a case study / customers asked
	// community_participation = customers who posted, answered or attended / customers
	// nps = (promoters − detractors) / answers
}

func ExampleDefinition_OfCounts() {
	activation, _ := metrics.Catalog().ByID("activation_rate")
	r, err := activation.OfCounts(30, 120)
	fmt.Println(activation.Name, r.Percent(0), err)
	_, err = activation.OfCounts(121, 120)
	fmt.Println(err)
	// Output:
	// Activation rate 25% <nil>
	// metrics: Definition.Of activation_rate: numerator 121: more than the whole, 120
}

func ExampleDefinitions_With() {
	catalog, err := metrics.Catalog().With(metrics.Definition{
		ID: "seats_used", Name: "Seats used", Stage: metrics.PhaseAdoption, Unit: metrics.UnitShare, Direction: metrics.HigherIsBetter,
		Formula: "seats used / seats paid", Numerator: "seats used", Denominator: "seats paid", Source: "our handbook",
	})
	_, found := catalog.ByID("seats_used")
	fmt.Println(found, err)
	// Output:
	// true <nil>
}

func ExampleDefinitions_ByID() {
	nrr, ok := metrics.Catalog().ByID("nrr")
	fmt.Println(nrr.Name, "in", nrr.Stage, ok)
	fmt.Println(nrr.Numerator, "/", nrr.Denominator)
	fmt.Println("computed by", nrr.Function)
	// Output:
	// Net revenue retention in retention true
	// MRR kept of the opening, with expansion / opening MRR
	// computed by NRR
}

func ExamplePhases() {
	fmt.Println(metrics.Phases())
	// Output:
	// [awareness consideration decision onboarding adoption retention expansion advocacy]
}

func ExampleParsePhase() {
	fmt.Println(metrics.ParsePhase("renewal"))
	_, err := metrics.ParsePhase("limbo")
	fmt.Println(err != nil)
	// Output:
	// retention <nil>
	// true
}
