// Package forecast says what recurring revenue may be, and how sure that is:
// every figure has an interval.
//
// [Series] continues a series of monthly totals by a classical method, chosen
// by AICc if none is named:
//
//	f, err := forecast.Series(mrr, forecast.SeriesOptions{Season: 12, Horizon: 6})
//	...
//	next := f.At(1, 0.95) // value, lo, hi
//
// It is for those who have nothing but totals, and says so in the warnings of
// every estimate.
package forecast
