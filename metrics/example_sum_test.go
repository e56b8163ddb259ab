package metrics_test

import (
	"fmt"

	"github.com/shopspring/decimal"

	"github.com/lifecycle-go/lifecycle/metrics"
)

// Cents add up to cents, whatever their number.
func ExampleSum_Add() {
	var s metrics.Sum
	for range 1000 {
		if err := s.Add(decimal.RequireFromString("0.01")); err != nil {
			fmt.Println(err)
			return
		}
	}
	fmt.Println(s.Decimal())
	// Output: 10
}

// A number that would cost more than it is worth is refused with its place.
func ExampleSumOf() {
	_, err := metrics.SumOf(decimal.NewFromInt(1), decimal.New(1, 1_000_000))
	fmt.Println(err)
	// Output: metrics: Sum.Add: amount 1: out of range: 1000001 digits before the point, limit 18
}

// Two segments are one company.
func ExampleCustomers_Add() {
	solo := metrics.Customers{Opening: 120, New: 9, Churned: 7}
	teams := metrics.Customers{Opening: 80, New: 4, Churned: 1}
	all := solo.Add(teams)
	churn, err := metrics.ChurnRate(all, metrics.ChurnStandard)
	fmt.Println(all.Opening, all.Closing(), churn.Percent(1), err)
	// Output: 200 205 4.0% <nil>
}

// A ratio remembers what it was made of: 3 of 82 is not 37 of 1,000.
func ExampleNewCount() {
	paid := metrics.NewCount(3, 82)
	fmt.Println(paid.Percent(1), "of", paid.Den())
	fmt.Println(metrics.NewCount(0, 0).Percent(1))
	// Output:
	// 3.7% of 82
	// undefined
}

func ExampleNewRatio() {
	spend, won := decimal.RequireFromString("9600"), decimal.NewFromInt(12)
	r := metrics.NewRatio(spend, won)
	fmt.Println(r)
	// Output: 800
}

// An amount that somebody else worked out takes part in the formulas.
func ExampleAmount() {
	ltv, err := metrics.LTV(metrics.LTVInput{
		ARPA: metrics.Amount(decimal.RequireFromString("49")), GrossMargin: decimal.RequireFromString("0.8"), Churn: metrics.NewCount(5, 100),
	})
	fmt.Println(ltv, err)
	// Output: 784 <nil>
}

func ExampleRatio_Percent() {
	r := metrics.NewCount(1, 3)
	fmt.Println(r.Percent(0), r.Percent(2), metrics.Amount(decimal.NewFromInt(942)).Percent(2))
	// Output: 33% 33.33% 942.00
}

// The catalogue's own words for what was counted.
func ExampleDefinition_Of() {
	d, ok := metrics.Catalog().ByID("trial_to_paid_rate")
	if !ok {
		fmt.Println("not in the catalogue")
		return
	}
	r, err := d.Of(decimal.NewFromInt(18), decimal.NewFromInt(120))
	fmt.Println(d.Numerator, "/", d.Denominator, "=", r.Percent(0), err)
	// Output: converted trials / ended trials = 15% <nil>
}

func ExampleDefinitions_OfPhase() {
	n := 0
	for d := range metrics.Catalog().OfPhase(metrics.PhaseAdvocacy) {
		if n++; n <= 3 {
			fmt.Println(d.Name)
		}
	}
	fmt.Println("and", n-3, "more")
	// Output:
	// Referral participation
	// Referrals per customer
	// Referral conversion
	// and 3 more
}

// Of five comparisons one stands out by chance more often than at 5 %.
func ExampleBenjaminiHochberg() {
	p := []float64{0.001, 0.012, 0.040, 0.30, 0.85}
	for i, q := range metrics.BenjaminiHochberg(p) {
		fmt.Printf("%.3f -> %.3f believed: %t\n", p[i], q, q <= 0.05)
	}
	// Output:
	// 0.001 -> 0.005 believed: true
	// 0.012 -> 0.030 believed: true
	// 0.040 -> 0.067 believed: false
	// 0.300 -> 0.375 believed: false
	// 0.850 -> 0.850 believed: false
}
