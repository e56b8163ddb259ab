package forecast

import (
	"math"
	"slices"
)

// conform collects how far the method, refitted at every point of the second
// half of the series, was from what came, by step ahead.
//
// Source: Stankevičiūtė et al., "Conformal time-series forecasting" (2021);
// the quantile is that of split conformal prediction.
func (f *SeriesForecast) conform(y []float64, season int) {
	f.errors = make([][]float64, f.Horizon())
	least := leastPoints
	if f.Method.seasonal() {
		least = 2*season + 1
	}
	for origin := max(least, len(y)/2, len(y)-maxOrigins); origin < len(y); origin++ {
		c, err := continued(y[:origin], f.Method, f.Logs, season, min(f.Horizon(), len(y)-origin))
		if err != nil {
			continue // its first seasons had no multiplicative figure
		}
		for j, m := range c.mean {
			if f.Logs {
				m = math.Exp(m)
			}
			f.errors[j] = append(f.errors[j], math.Abs(y[origin+j]-m))
		}
	}
	for j := range f.errors {
		slices.Sort(f.errors[j])
		if len(f.errors[j]) == 0 && j > 0 { // beyond any past forecast
			f.errors[j] = f.errors[j-1]
		}
	}
}

// maxOrigins bounds the refits.
const maxOrigins = 120

// quantile is the ⌈(n+1)·level⌉-th smallest error, and whether there are that
// many; else the largest.
func quantile(errors []float64, level float64) (float64, bool) {
	n := len(errors)
	if n == 0 {
		return math.NaN(), false
	}
	k := int(math.Ceil(float64(n+1)*level - 1e-9))
	if k > n {
		return errors[n-1], false
	}
	return errors[k-1], true
}
