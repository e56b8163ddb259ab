// Package quantile is the quantiles of durations that analyses report: one rule
// for all of them, that of R's default and of pm4py and PostHog.
package quantile

import (
	"math/bits"
	"time"
)

// Of is the quantile p, from 0 to 1, of values in ascending order: at place
// p·(n−1), linear between neighbours (Hyndman and Fan 1996, definition 7), so
// that the median of an even number is the mean of the middle two. Of nothing it
// is 0.
func Of(sorted []int64, p float64) time.Duration {
	n := len(sorted)
	if n == 0 {
		return 0
	}
	at := p * float64(n-1)
	lo := min(max(int(at), 0), n-1)
	hi := min(lo+1, n-1)
	gap := uint64(sorted[hi]) - uint64(sorted[lo])
	return time.Duration(sorted[lo] + int64(float64(gap)*(at-float64(lo))))
}

// Mean is the sum of values over their number, rounded towards zero; 0 of
// nothing. Values are not negative; the sum may exceed an int64.
func Mean(values []int64) time.Duration {
	if len(values) == 0 {
		return 0
	}
	var hi, lo uint64
	for _, v := range values {
		var carry uint64
		lo, carry = bits.Add64(lo, uint64(v), 0)
		hi += carry
	}
	q, _ := bits.Div64(hi, lo, uint64(len(values))) // hi < n: no value exceeds 2^63
	return time.Duration(q)
}
