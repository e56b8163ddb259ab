package metrics_test

import (
	"fmt"

	"github.com/shopspring/decimal"

	"github.com/lifecycle-go/lifecycle/metrics"
	"github.com/lifecycle-go/lifecycle/metrics/calendar"
)

// One month, three published rules.
func ExampleChurnRate() {
	month := metrics.Customers{Opening: 1000, New: 500, Churned: 62, NewAndChurned: 12}
	for _, rule := range []metrics.ChurnRule{metrics.ChurnStandard, metrics.ChurnOfStartAndNew, metrics.ChurnRaw, metrics.ChurnNet} {
		r, err := metrics.ChurnRate(month, rule)
		fmt.Println(rule, r, r.Percent(2), err)
	}
	// Output:
	// standard 0.05 5.00% <nil>
	// start-and-new 0.0413 4.13% <nil>
	// raw 0.062 6.20% <nil>
	// net -0.438 -43.80% <nil>
}

func ExampleCustomers_Closing() {
	month := metrics.Customers{Opening: 100, New: 30, Reactivated: 4, Churned: 11}
	fmt.Println(month.Closing())
	// Output:
	// 123
}

func ExampleCustomers_Validate() {
	month := metrics.Customers{Opening: 10, New: 2, Churned: 13}
	fmt.Println(month.Validate())
	// Output:
	// metrics: Customers.Validate: Churned 13: more than the 12 customers there were
}

func ExampleGrossRevenueChurn() {
	r, err := metrics.GrossRevenueChurn(april())
	fmt.Println(r, r.Percent(2), err)
	// Output:
	// 0.0322 3.22% <nil>
}

func ExampleChurnedRevenueRate() {
	r, err := metrics.ChurnedRevenueRate(april())
	fmt.Println(r.Percent(2), err)
	// Output:
	// 2.47% <nil>
}

func ExampleNetRevenueChurn() {
	r, err := metrics.NetRevenueChurn(april())
	fmt.Println(r.Percent(2), err)
	// Output:
	// -0.32% <nil>
}

func ExampleGRR() {
	r, err := metrics.GRR(april())
	fmt.Println(r.Percent(2), err)
	// Output:
	// 96.78% <nil>
}

func ExampleNRR() {
	r, err := metrics.NRR(april())
	fmt.Println(r.Percent(2), err)
	r, err = metrics.NRR(metrics.Revenue{New: d("100")})
	fmt.Println(r.Percent(2), err)
	// Output:
	// 100.32% <nil>
	// undefined <nil>
}

func ExampleQuickRatio() {
	r, err := metrics.QuickRatio(metrics.Revenue{New: d("20000"), Expansion: d("8000"), Churn: d("5000"), Contraction: d("3000")})
	v, _ := r.Decimal(1)
	fmt.Println(v, err)
	// Output:
	// 3.5 <nil>
}

func ExampleMonthly() {
	r, err := metrics.Monthly(d("100"), calendar.Cycle{Unit: calendar.UnitYear})
	v, _ := r.Decimal(2)
	fmt.Println(r, v, err)
	// Output:
	// 8.3333 8.33 <nil>
}

func ExampleARR() {
	fmt.Println(metrics.ARR(d("12500")))
	// Output:
	// 150000
}

func ExampleARPA() {
	r, err := metrics.ARPA(d("12500"), 150)
	v, _ := r.Decimal(2)
	fmt.Println(v, err)
	// Output:
	// 83.33 <nil>
}

func ExampleASP() {
	r, err := metrics.ASP(d("900"), 12)
	fmt.Println(r.Num(), "of", r.Den(), "new customers", err)
	// Output:
	// 900 of 12 new customers <nil>
}

func ExampleCAC() {
	r, err := metrics.CAC(d("18000"), 12)
	v, _ := r.Decimal(2)
	fmt.Println(v, err)
	r, err = metrics.CAC(d("18000"), 0)
	fmt.Println(r.Defined(), err)
	// Output:
	// 1500 <nil>
	// false <nil>
}

func ExampleLTV() {
	in := metrics.LTVInput{ARPA: metrics.NewCount(100, 1), GrossMargin: d("0.8"), Churn: metrics.NewCount(5, 100)}
	ltv, err := metrics.LTV(in)
	fmt.Println(ltv.Decimal(0))
	fmt.Println(err)

	in.Churn = metrics.NewCount(0, 100)
	ltv, _ = metrics.LTV(in)
	fmt.Println("nobody leaves:", ltv.Defined())

	in.CapMonths = 60
	ltv, _ = metrics.LTV(in)
	v, _ := ltv.Decimal(0)
	fmt.Println("at most 60 months:", v)
	// Output:
	// 1600 true
	// <nil>
	// nobody leaves: false
	// at most 60 months: 4800
}

func ExamplePaybackMonths() {
	r, err := metrics.PaybackMonths(metrics.NewCount(1200, 1), metrics.NewCount(100, 1), d("0.8"))
	v, _ := r.Decimal(1)
	fmt.Println(v, err)
	// Output:
	// 15 <nil>
}

func ExampleLTVToCAC() {
	r, err := metrics.LTVToCAC(metrics.NewCount(1600, 1), metrics.NewCount(500, 1))
	v, _ := r.Decimal(1)
	fmt.Println(v, err)
	// Output:
	// 3.2 <nil>
}

func ExampleMagicNumber() {
	// MRR grew by 5,000 in a month, after spend of 40,000 in the month before.
	r, err := metrics.MagicNumber(metrics.ARR(d("5000")), d("40000"))
	v, _ := r.Decimal(2)
	fmt.Println(v, err)
	// Output:
	// 1.5 <nil>
}

func ExampleRevenueMagicNumber() {
	r, err := metrics.RevenueMagicNumber(d("2480000"), d("2000000"), d("1800000"))
	v, _ := r.Decimal(2)
	fmt.Println(v, err)
	// Output:
	// 1.07 <nil>
}

func ExampleBurnMultiple() {
	r, err := metrics.BurnMultiple(d("2000000"), d("1000000"))
	fmt.Println(r, err)
	// Output:
	// 2 <nil>
}

func ExampleRuleOf40() {
	r, err := metrics.RuleOf40(metrics.NewCount(30, 100), metrics.NewCount(12, 100))
	fmt.Println(r.Percent(0), err)
	// Output:
	// 42% <nil>
}

func ExampleAnnualise() {
	r, err := metrics.Annualise(metrics.NewCount(5, 100))
	fmt.Println(r.Percent(2), err)
	// Output:
	// 45.96% <nil>
}

func ExampleAnnualToMonthly() {
	year, _ := metrics.Annualise(metrics.NewCount(5, 100))
	back, err := metrics.AnnualToMonthly(year)
	fmt.Println(back.Percent(10), err)
	month, err := metrics.AnnualToMonthly(metrics.NewCount(20, 100))
	v, _ := month.Decimal(metrics.ScalePlaces)
	fmt.Println(v, err)
	// Output:
	// 5.0000000000% <nil>
	// 0.018423470126248326373669 <nil>
}

func ExampleScaleToMonth() {
	r, err := metrics.ScaleToMonth(metrics.NewCount(5, 100), 31)
	fmt.Println(r.Percent(4), err)
	// Output:
	// 4.9083% <nil>
}

func ExampleScaleToYear() {
	r, err := metrics.ScaleToYear(metrics.NewCount(5, 100), 31)
	fmt.Println(r.Percent(2), err)
	// Output:
	// 45.33% <nil>
}

func ExampleTrailing() {
	months := []metrics.Ratio{metrics.NewCount(2, 100), metrics.NewCount(3, 120), metrics.NewCount(1, 130)}
	means, err := metrics.Trailing(months, 3)
	fmt.Println(means[1].Defined(), means[2], means[2].Percent(2), err)
	// Output:
	// false 0.0171 1.71% <nil>
}

func ExampleNPS() {
	r, err := metrics.NPS(50, 30, 20)
	fmt.Println(r, r.Percent(0), err)
	// Output:
	// 0.3 30% <nil>
}

func ExampleCSAT() {
	r, err := metrics.CSAT(42, 50)
	fmt.Println(r.Percent(0), err)
	// Output:
	// 84% <nil>
}

func ExampleCES() {
	r, err := metrics.CES(d("57"), 10)
	v, _ := r.Decimal(1)
	fmt.Println(v, err)
	// Output:
	// 5.7 <nil>
}

func ExampleNetChurnOf() {
	r, err := metrics.NetChurnOf(200, 190)
	fmt.Println(r.Percent(0), err)
	r, err = metrics.NetChurnOf(200, 230) // more joined than left
	fmt.Println(r.Percent(0), err)
	// Output:
	// 5% <nil>
	// -15% <nil>
}

func ExampleCohortRetention() {
	kept, err := metrics.CohortRetention(120, 96, 88)
	if err != nil {
		fmt.Println(err)
		return
	}
	for month, r := range kept {
		fmt.Println(month, r.Percent(1))
	}
	_, err = metrics.CohortRetention(120, 130)
	fmt.Println(err)
	// Output:
	// 0 100.0%
	// 1 80.0%
	// 2 73.3%
	// metrics: CohortRetention: kept[1] 130: more than the 120 of the cohort
}

func ExampleRate() {
	churn := metrics.Rate(decimal.New(5, -2))   // 5 %, from a report
	arpa := metrics.Amount(decimal.New(942, 0)) // money per head has no percentage
	ltv, err := metrics.LTV(metrics.LTVInput{ARPA: arpa, GrossMargin: decimal.New(8, -1), Churn: churn})
	fmt.Println(churn.Percent(1), arpa.Percent(2), err)
	fmt.Printf("%v %.2f %+v\n", ltv, ltv, ltv)
	_, err = metrics.LTV(metrics.LTVInput{ARPA: arpa, GrossMargin: decimal.New(8, -1), Churn: metrics.Rate(decimal.New(5, 0))})
	fmt.Println(err)
	// Output:
	// 5.0% 942.00 <nil>
	// 15072 15072.00 753.6/0.05
	// metrics: LTV: Churn 5/1: want a fraction of at most 1: 5 % is 0.05, as in 5/100
}
