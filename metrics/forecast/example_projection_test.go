package forecast_test

import (
	"fmt"

	"github.com/shopspring/decimal"

	"github.com/lifecycle-go/lifecycle/metrics"
	"github.com/lifecycle-go/lifecycle/metrics/forecast"
)

// The farther ahead, the wider.
func ExampleProjection_At() {
	p := outlook()
	for _, ahead := range []int{1, 3, 6} {
		e := p.At(forecast.Customers, ahead, 0.8)
		fmt.Printf("%v: %.1f customers (%.0f to %.0f)\n", p.Month(ahead), e.Value, e.Lo, e.Hi)
	}
	fmt.Println(p.At(forecast.Customers, 7, 0.8).Defined())
	// Output:
	// 2026-01: 62.4 customers (60 to 65)
	// 2026-03: 66.9 customers (62 to 72)
	// 2026-06: 73.9 customers (65 to 84)
	// false
}

// What a price rise is worth is surer than what revenue will be: both meet the
// same futures.
func ExampleProjection_Difference() {
	p := outlook()
	dearer, _ := p.Scenario("a tenth dearer")
	alone, d := dearer.At(forecast.MRR, 6, 0.8), p.Difference("a tenth dearer", forecast.MRR, 6, 0.8)
	fmt.Printf("%.0f, give or take %.0f\n", alone.Value, (alone.Hi-alone.Lo)/2)
	fmt.Printf("%.0f more, give or take %.0f\n", d.Value, (d.Hi-d.Lo)/2)
	// Output:
	// 11467, give or take 1381
	// 1042 more, give or take 126
}

// Each month opens with what the one before closed with, to the cent.
func ExampleProjection_Mean() {
	p := outlook()
	for ahead := 1; ahead <= 3; ahead++ {
		r := p.Mean(ahead)
		fmt.Println(p.Month(ahead), r.Opening, "->", r.Closing())
	}
	// Output:
	// 2026-01 8300 -> 8648.97
	// 2026-02 8648.97 -> 9012.91
	// 2026-03 9012.91 -> 9345.75
}

func ExampleProjection_Median() {
	p := outlook()
	fmt.Printf("half the futures end above %.0f, their mean is %.0f\n", p.Median(forecast.MRR, 6), p.At(forecast.MRR, 6, 0.8).Value)
	// Output:
	// half the futures end above 10323, their mean is 10425
}

// More paths make the mean surer, by the square root; the futures themselves
// stay as uncertain as they are.
func ExampleProjection_MonteCarloError() {
	for _, paths := range []int{125, 500} {
		p := must(forecast.Books(company(), forecast.Options{Horizon: 6, Paths: paths, Seed: 1}))
		e := p.At(forecast.MRR, 6, 0.8)
		fmt.Printf("%d paths: %.0f ± %.0f, 80 %% within %.0f\n", p.Paths(), e.Value, p.MonteCarloError(forecast.MRR, 6), e.Hi-e.Lo)
	}
	// Output:
	// 125 paths: 10427 ± 98, 80 % within 2676
	// 500 paths: 10425 ± 46, 80 % within 2512
}

func ExampleProjection_Month() {
	p := outlook()
	fmt.Println("known until", p.Origin, "forecast until", p.Month(p.Horizon()))
	// Output:
	// known until 2025-12 forecast until 2026-06
}

// One of the futures: a chance of what may come, not the forecast.
func ExampleProjection_Path() {
	for month, r := range outlook().Path(0) {
		fmt.Printf("%v new %5v, churned %4v, closing %v\n", month, r.New, r.Churn, r.Closing())
	}
	// Output:
	// 2026-01 new   970, churned  150, closing 9188.18
	// 2026-02 new  1080, churned  330, closing 10027.76
	// 2026-03 new  1090, churned  130, closing 11042.31
	// 2026-04 new   610, churned    0, closing 11822.76
	// 2026-05 new  1040, churned  150, closing 12804.81
	// 2026-06 new   470, churned  240, closing 13034.81
}

// The chance to stand at 10,000 a month by the end of the half year.
func ExampleProjection_Reach() {
	e := outlook().Reach(decimal.NewFromInt(10_000), 6, 0.95)
	fmt.Printf("%.0f %% (%.0f to %.0f by the number of paths)\n", 100*e.Value, 100*e.Lo, 100*e.Hi)
	// Output:
	// 64 % (60 to 68 by the number of paths)
}

// Without new customers, by the same fates of those who are there.
func ExampleProjection_Scenario() {
	p := outlook()
	without, found := p.Scenario("no marketing")
	fmt.Printf("%v: %.0f instead of %.0f\n", found, without.At(forecast.MRR, 6, 0.8).Value, p.At(forecast.MRR, 6, 0.8).Value)
	_, found = p.Scenario("free beer")
	fmt.Println(found)
	// Output:
	// true: 8063 instead of 10425
	// false
}

// Every quantity of the next month: the bridge in money, heads, and shares.
func ExampleQuantities() {
	p := outlook()
	for _, q := range forecast.Quantities() {
		fmt.Printf("%-22v %.3f\n", q, p.At(q, 1, 0.8).Value)
	}
	// Output:
	// mrr                    8648.973
	// new-mrr                410.760
	// expansion-mrr          53.253
	// reactivation-mrr       0.000
	// contraction-mrr        0.000
	// churned-mrr            115.040
	// customers              62.356
	// new-customers          3.168
	// reactivated-customers  0.000
	// churned-customers      0.812
	// customer-churn         0.014
	// nrr                    0.993
	// grr                    0.986
}

// Median errors three months ahead. Revenue that grows as evenly as here is a
// line, which a series alone continues best; its last value lags behind.
func ExampleRivals() {
	r := must(forecast.Backtest(company(), forecast.BacktestOptions{Horizon: 3, Paths: 200, Seed: 1}))
	for _, way := range forecast.Rivals() {
		fmt.Printf("%-12s %.1f %%\n", way, 100*r.Score(way, 3).Error)
	}
	// Output:
	// books        1.4 %
	// series-auto  0.4 %
	// series-theta 8.0 %
	// series-naive 15.8 %
	// three-months 1.2 %
}

// A way that gives no interval has only an error.
func ExampleBacktestReport_Score() {
	r := must(forecast.Backtest(company(), forecast.BacktestOptions{Horizon: 3, Paths: 200, Seed: 1}))
	for _, way := range []forecast.Rival{forecast.RivalBooks, forecast.RivalThreeMonths} {
		s := r.Score(way, 1)
		fmt.Printf("%s, a month ahead: %d forecasts, error %.1f %%, %d levels\n", s.Rival, s.N, 100*s.Error, len(s.Covered))
	}
	// Output:
	// books, a month ahead: 12 forecasts, error 1.2 %, 2 levels
	// three-months, a month ahead: 12 forecasts, error 1.4 %, 0 levels
}

// Whether the intervals of 80 % held as they say: six of ten may be chance, two
// of ten are not.
func ExampleScore_Missed() {
	for _, held := range []int64{6, 2} {
		share := must(metrics.Wilson(held, 10, 0.95))
		share.Level = 0.8 // that of the intervals
		s := forecast.Score{Rival: forecast.RivalBooks, Ahead: 1, N: 10, Covered: []metrics.Estimate{share}}
		fmt.Println(held, s.Missed(0))
	}
	// Output:
	// 6 false
	// 2 true
}

// The same months ahead at two levels.
func ExampleSeriesForecast_At() {
	f := must(forecast.Series([]float64{30, 31, 33, 34, 36, 37, 39, 40, 42, 43, 45, 46}, forecast.SeriesOptions{Method: forecast.Drift, Horizon: 2}))
	for _, level := range []float64{0.8, 0.95} {
		e := f.At(2, level)
		fmt.Printf("%.0f %%: %.2f (%.2f to %.2f)\n", 100*level, e.Value, e.Lo, e.Hi)
	}
	// Output:
	// 80 %: 48.91 (47.88 to 49.94)
	// 95 %: 48.91 (47.34 to 50.48)
}
