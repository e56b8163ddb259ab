package mining

import (
	"math"
	"math/bits"
	"slices"
	"sync"
	"time"

	"github.com/lifecycle-go/lifecycle/internal/quantile"
	"github.com/lifecycle-go/lifecycle/touchpoint"
)

// spread is what durations come to.
type spread struct{ mean, median, min, max, deviation time.Duration }

// spreadOf is the spread of a list that is not empty, which it rearranges.
func spreadOf(list []int64) spread {
	return spread{
		mean: quantile.Mean(list), deviation: deviation(list), min: time.Duration(slices.Min(list)), max: time.Duration(slices.Max(list)),
		median: quantile.Median(list),
	}
}

func (s spread) of(e *Edge) {
	e.Mean, e.Median, e.Min, e.Max, e.StdDev = s.mean, s.median, s.min, s.max, s.deviation
}

// spreads calls f with the spread of the gaps of every key that has some, in any
// order. No more than limit of them are held at once: of a key that has more, none
// but those near its median are.
func (g *gaps) spreads(limit int64, f func(key int, s spread)) {
	g.each(limit, func(key int, list []int64) { f(key, spreadOf(list)) }, func(key int, n int64) { f(key, g.narrow(key, n, min(limit, leastBatch))) })
}

// buckets is into how many a stretch of durations is parted to find the median.
const buckets = 1 << 12

// narrow is the spread of the n gaps of one key, by some passes over the log: each
// counts the gaps by size and keeps on where the middle ones are, until no more than
// limit are left to be listed.
func (g *gaps) narrow(key int, n, limit int64) spread {
	var total spent
	lo, hi := int64(math.MaxInt64), int64(0)
	for _, p := range onEach(g, key, func(at func(yield func(gap int64))) (s struct {
		sum    spent
		lo, hi int64
	},
	) {
		s.lo = math.MaxInt64
		at(func(gap int64) {
			s.sum.add(spent{lo: uint64(gap)})
			s.lo, s.hi = min(s.lo, gap), max(s.hi, gap)
		})
		return s
	}) {
		total.add(p.sum)
		lo, hi = min(lo, p.lo), max(hi, p.hi)
	}
	out := spread{mean: total.over(n), min: time.Duration(lo), max: time.Duration(hi)}
	var off squares
	for _, p := range onEach(g, key, func(at func(yield func(gap int64))) (s squares) {
		at(func(gap int64) { s.add(gap, int64(out.mean)) })
		return s
	}) {
		off.merge(p)
	}
	out.deviation = off.deviation(n)
	out.median = g.middle(key, n, lo, hi, limit)
	return out
}

// middle is the median of the n gaps of a key, all of which lie from lo to hi.
func (g *gaps) middle(key int, n, lo, hi, limit int64) time.Duration {
	below, inside := int64(0), n // gaps smaller than lo, and those from lo to hi
	first, second := (n-1)/2, n/2
	for lo < hi && inside > limit {
		shift := max(0, bits.Len64(uint64(hi-lo))-bits.Len(buckets-1))
		var counts [buckets]int64
		for _, p := range onEach(g, key, func(at func(yield func(gap int64))) *[buckets]int64 {
			c := new([buckets]int64)
			at(func(gap int64) {
				if gap >= lo && gap <= hi {
					c[(gap-lo)>>shift]++
				}
			})
			return c
		}) {
			for b, c := range p {
				counts[b] += c
			}
		}
		one, before := 0, below
		for before+counts[one] <= first {
			before += counts[one]
			one++
		}
		two, until := one, before+counts[one]
		for until <= second {
			two++
			until += counts[two]
		}
		from, end := lo+int64(one)<<shift, int64(min(uint64(hi), uint64(lo)+uint64(one+1)<<shift-1))
		if one != two { // the largest of one bucket, and the smallest of the other
			return g.apart(key, end, lo+int64(two)<<shift)
		}
		lo, hi, below, inside = from, end, before, until-before
	}
	if lo == hi {
		return time.Duration(lo)
	}
	list := make([]int64, 0, inside)
	for _, p := range onEach(g, key, func(at func(yield func(gap int64))) (part []int64) {
		at(func(gap int64) {
			if gap >= lo && gap <= hi {
				part = append(part, gap)
			}
		})
		return part
	}) {
		list = append(list, p...)
	}
	slices.Sort(list)
	return quantile.Of([]int64{list[first-below], list[second-below]}, 0.5)
}

// apart is the median where one of the middle gaps is the largest up to lo, and the
// other the smallest from hi on.
func (g *gaps) apart(key int, lo, hi int64) time.Duration {
	middle := []int64{0, math.MaxInt64}
	for _, p := range onEach(g, key, func(at func(yield func(gap int64))) [2]int64 {
		s := [2]int64{0, math.MaxInt64}
		at(func(gap int64) {
			if gap <= lo {
				s[0] = max(s[0], gap)
			}
			if gap >= hi {
				s[1] = min(s[1], gap)
			}
		})
		return s
	}) {
		middle[0], middle[1] = max(middle[0], p[0]), min(middle[1], p[1])
	}
	return quantile.Of(middle, 0.5)
}

// onEach sums up the gaps of a key in every part of the log.
func onEach[T any](g *gaps, key int, sum func(at func(yield func(gap int64))) T) []T {
	out := make([]T, len(g.parts))
	var wait sync.WaitGroup
	for i, part := range g.parts {
		wait.Go(func() { out[i] = sum(func(yield func(gap int64)) { g.of(part, key, yield) }) })
	}
	wait.Wait()
	return out
}

// of yields the gaps of one key in a part.
func (g *gaps) of(part touchpoint.Part, key int, yield func(gap int64)) {
	g.view.pairs(part, g.width, func(k int, gap int64) {
		if k == key {
			yield(gap)
		}
	})
}

// squares is an exact sum of squares of differences.
type squares struct{ top, high, low uint64 } // no sum of 2^31 squares below 2^126 is longer

// add adds the square of the difference of two values, neither of them negative.
func (s *squares) add(v, mean int64) {
	d := uint64(max(v-mean, mean-v))
	hi, lo := bits.Mul64(d, d)
	s.merge(squares{high: hi, low: lo})
}

func (s *squares) merge(o squares) {
	var carry uint64
	s.low, carry = bits.Add64(s.low, o.low, 0)
	s.high, carry = bits.Add64(s.high, o.high, carry)
	s.top += o.top + carry
}

// deviation is the standard deviation of n values whose differences from their mean
// these are; 0 of fewer than two.
func (s *squares) deviation(n int64) time.Duration {
	if n < 2 {
		return 0
	}
	sum := float64(float64(float64(s.top)*(1<<64)+float64(s.high))*(1<<64)) + float64(s.low)
	return time.Duration(math.Sqrt(sum / float64(n-1)))
}
