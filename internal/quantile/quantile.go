// Package quantile is the quantiles of durations that analyses report: one rule
// for all of them, that of R's default and of pm4py and PostHog.
package quantile

import (
	"math/bits"
	"slices"
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

// Median is Of(sorted, 0.5) of values in any order, which it rearranges: in time
// proportional to their number.
func Median(values []int64) time.Duration {
	n := len(values)
	if n == 0 {
		return 0
	}
	upper := place(values, n/2)
	if n%2 == 1 {
		return time.Duration(upper)
	}
	lower := slices.Max(values[:n/2]) // place left the smaller ones before it
	return time.Duration(lower + int64(float64(uint64(upper)-uint64(lower))*0.5))
}

// place gives the value that would stand at place k in order, and leaves no
// larger one before it and no smaller one behind: Hoare's quickselect with the
// middle of three, and of nine where many are left.
func place(v []int64, k int) int64 {
	lo, hi := 0, len(v)-1
	for hi-lo > 16 {
		mid := lo + (hi-lo)/2
		pivot := middle(v[lo], v[mid], v[hi])
		if hi-lo > 500 {
			step := (hi - lo) / 8
			pivot = middle(
				middle(v[lo], v[lo+step], v[lo+2*step]), middle(v[mid-step], v[mid], v[mid+step]), middle(v[hi-2*step], v[hi-step], v[hi]),
			)
		}
		i, j := lo, hi
		for i <= j {
			for v[i] < pivot {
				i++
			}
			for v[j] > pivot {
				j--
			}
			if i <= j {
				v[i], v[j] = v[j], v[i]
				i, j = i+1, j-1
			}
		}
		switch {
		case k <= j:
			hi = j
		case k >= i:
			lo = i
		default:
			return v[k]
		}
	}
	slices.Sort(v[lo : hi+1])
	return v[k]
}

func middle(a, b, c int64) int64 { return max(min(a, b), min(max(a, b), c)) }
