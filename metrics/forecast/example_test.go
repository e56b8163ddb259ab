package forecast_test

import (
	"fmt"

	"github.com/lifecycle-go/lifecycle/metrics/forecast"
)

// Monthly recurring revenue in thousands, three months ahead.
func ExampleSeries() {
	mrr := []float64{41, 42.5, 44, 44.8, 46.1, 48, 49.2, 50.9, 51.7, 53, 55.1, 56, 57.6, 58.9, 60.2, 62}
	f := must(forecast.Series(mrr, forecast.SeriesOptions{Horizon: 3}))
	fmt.Println(f.Method)
	for h := 1; h <= f.Horizon(); h++ {
		e := f.At(h, 0.95)
		fmt.Printf("%d: %.1f (%.1f to %.1f)\n", h, e.Value, e.Lo, e.Hi)
	}
	fmt.Println(f.Warnings[0])
	// Output:
	// ets-aan
	// 1: 63.1 (62.5 to 63.6)
	// 2: 64.5 (63.9 to 65.0)
	// 3: 65.8 (65.3 to 66.4)
	// series only: intervals rest on monthly totals, not on customers
}

func ExampleBooks() {
	p := must(forecast.Books(company(), forecast.Options{Horizon: 6, Paths: 500, Seed: 1, Scenarios: []forecast.Scenario{{Name: "a tenth dearer", PriceRise: 0.1}}}))
	r := p.Mean(1)
	fmt.Println(r.Opening, "+", r.New, "+", r.Expansion, "+", r.Reactivation, "-", r.Contraction, "-", r.Churn, "=", r.Closing())
	for _, level := range []float64{0.8, 0.95} {
		e := p.At(forecast.MRR, 6, level)
		fmt.Printf("%v: %.0f, %.0f %% between %.0f and %.0f\n", p.Month(6), e.Value, 100*level, e.Lo, e.Hi)
	}
	d := p.Difference("a tenth dearer", forecast.MRR, 6, 0.8)
	fmt.Printf("a tenth dearer: %+.0f (%+.0f to %+.0f)\n", d.Value, d.Lo, d.Hi)
	fmt.Println(p.FromToday())
	// Output:
	// 8300 + 410.76 + 53.25 + 0 - 0 - 115.04 = 8648.97
	// 2026-06: 10425, 80 % between 9189 and 11700
	// 2026-06: 10425, 95 % between 8810 and 12985
	// a tenth dearer: +1042 (+919 to +1170)
	// 91.0 % (86.1 to 95.5) of the next 3 months' revenue from customers of today; a year ago 84.0 %
}

func ExampleBacktest() {
	r := must(forecast.Backtest(company(), forecast.BacktestOptions{Horizon: 3, Paths: 200, Seed: 1}))
	s := r.Score(forecast.RivalBooks, 3)
	fmt.Printf("%d forecasts, median error %.1f %%, 80 %% held %.0f %%, missed %v\n", s.N, 100*s.Error, 100*s.Covered[0].Value, s.Missed(0))
	// Output:
	// 10 forecasts, median error 1.4 %, 80 % held 100 %, missed false
}
