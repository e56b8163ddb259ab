package forecast_test

import (
	"fmt"

	"github.com/lifecycle-go/lifecycle/metrics/forecast"
)

// Monthly recurring revenue in thousands, three months ahead.
func ExampleSeries() {
	mrr := []float64{41, 42.5, 44, 44.8, 46.1, 48, 49.2, 50.9, 51.7, 53, 55.1, 56, 57.6, 58.9, 60.2, 62}
	f, err := forecast.Series(mrr, forecast.SeriesOptions{Horizon: 3})
	if err != nil {
		fmt.Println(err)
		return
	}
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
