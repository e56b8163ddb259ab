package journey

import (
	"math"
	"slices"
	"time"
)

// quantile returns the smallest of the sorted values that at least the share q
// of all n cases do not exceed: the inverse of the empirical distribution,
// without interpolation (Hyndman and Fan 1996, definition 1). Cases beyond the
// values count as larger than all of them; a quantile that falls on one of them
// is not defined, nor is one of no cases or of a q outside 0 to 1.
func quantile(sorted []int64, n int64, q float64) (time.Duration, bool) {
	if n == 0 || !(q >= 0 && q <= 1) {
		return 0, false
	}
	x := q * float64(n)
	rank := int64(math.Ceil(x - 1e-12*x)) // 0.07 × 100 is 7, not 7.000000000000001
	rank = min(max(rank, 1), n)
	if rank > int64(len(sorted)) {
		return 0, false
	}
	return time.Duration(sorted[rank-1]), true
}

// sum of non-negative durations.
func sumOf(values []int64) wide {
	var w wide
	for _, v := range values {
		w.add(uint64(v))
	}
	return w
}

// joinSorted joins what the shards found and sorts it.
func joinSorted(lists [][]int64) []int64 {
	all := slices.Concat(lists...)
	slices.Sort(all)
	return all
}
