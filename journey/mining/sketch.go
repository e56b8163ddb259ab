package mining

import (
	"math"
	"math/bits"
	"slices"
	"time"

	"github.com/lifecycle-go/lifecycle/internal/pack"
	"github.com/lifecycle-go/lifecycle/internal/quantile"
)

// spent is a sum of durations in 128 bits: one of them may take half an int64.
type spent struct{ hi, lo uint64 }

func (s *spent) add(o spent) {
	var carry uint64
	s.lo, carry = bits.Add64(s.lo, o.lo, 0)
	s.hi += o.hi + carry
}

// over is the mean of n, which is more than hi.
func (s spent) over(n int64) time.Duration {
	mean, _ := bits.Div64(s.hi, s.lo, uint64(n))
	return time.Duration(mean)
}

func (s spent) append(b []byte) []byte {
	return pack.Count(pack.Count(pack.Count(b, int64(s.hi)), int64(s.lo>>1)), int64(s.lo&1))
}

// readSpent reads the sum of n durations.
func readSpent(d *pack.Reader, n int64) spent {
	s := spent{hi: uint64(d.Count(n))}
	s.lo = uint64(d.Count(1<<63-1))<<1 | uint64(d.Count(1))
	d.Bad = d.Bad || s.hi >= uint64(n)
	return s
}

// sketch counts durations in buckets 1/64 of their size wide, with the exact
// sum, least and greatest: what two sketches hold together is what one would.
type sketch struct {
	n     int64
	sum   spent
	min   int64
	max   int64
	pages [pages]*[64]int64 // by bucket, those of one size together
}

// pages is how many sizes there are: 63 bits of durations, the smallest 128 places
// on two pages.
const pages = 58

func newSketch() *sketch { return &sketch{min: math.MaxInt64} }

// put counts times more durations of a bucket.
func (s *sketch) put(bucket int, times int64) {
	p := &s.pages[bucket>>6]
	if *p == nil {
		*p = new([64]int64)
	}
	(*p)[bucket&63] += times
}

// each yields the buckets with something in them, ascending, while yield is true.
func (s *sketch) each(yield func(bucket int, n int64) bool) {
	for p, page := range s.pages {
		if page == nil {
			continue
		}
		for k, n := range page {
			if n > 0 && !yield(p<<6|k, n) {
				return
			}
		}
	}
}

// bucketOf is the place of a duration: itself below 128, then 64 places for each
// doubling.
func bucketOf(v int64) int {
	if v < 128 {
		return int(v)
	}
	shift := bits.Len64(uint64(v)) - 7
	return shift<<6 + int(v>>shift)
}

// middleOf is the middle of a bucket.
func middleOf(b int) int64 {
	if b < 128 {
		return int64(b)
	}
	shift := b>>6 - 1
	low := int64(b&63|64) << shift
	return low + (int64(1)<<shift)/2
}

func (s *sketch) add(v, times int64) {
	s.n += times
	hi, lo := bits.Mul64(uint64(v), uint64(times))
	s.sum.add(spent{hi, lo})
	s.min, s.max = min(s.min, v), max(s.max, v)
	s.put(bucketOf(v), times)
}

func (s *sketch) merge(o *sketch) {
	s.n += o.n
	s.sum.add(o.sum)
	s.min, s.max = min(s.min, o.min), max(s.max, o.max)
	o.each(func(bucket int, n int64) bool {
		s.put(bucket, n)
		return true
	})
}

func (s *sketch) quantile(p float64) int64 {
	want := max(1, int64(math.Ceil(p*float64(s.n))))
	seen, out := int64(0), s.max
	s.each(func(bucket int, n int64) bool {
		if seen += n; seen >= want {
			out = min(max(middleOf(bucket), s.min), s.max)
			return false
		}
		return true
	})
	return out
}

func (s *sketch) summarise(e *Edge) {
	if s.n == 0 {
		return
	}
	mean := s.sum.over(s.n)
	e.Mean, e.Median = mean, time.Duration(s.quantile(0.5))
	e.Min, e.Max = time.Duration(s.min), time.Duration(s.max)
	sum := 0.0
	s.each(func(bucket int, n int64) bool {
		d := float64(middleOf(bucket)) - float64(mean)
		sum += float64(float64(d*d) * float64(n))
		return true
	})
	if s.n > 1 {
		e.StdDev = time.Duration(math.Sqrt(sum / float64(s.n-1)))
	}
}

// deviation is the standard deviation of a sample, with n−1; 0 of one. Squares are
// summed up in whole numbers, so that their order changes nothing.
func deviation(values []int64) time.Duration {
	var s squares
	mean := int64(quantile.Mean(values))
	for _, v := range values {
		s.add(v, mean)
	}
	return s.deviation(int64(len(values)))
}

// sample is the durations of one edge: each, in no order until they are asked
// for it, or a sketch of them.
type sample struct {
	exact   []int64
	ordered bool
	sketch  *sketch
}

// newSample is an empty sample of that kind.
func newSample(sketched bool) *sample {
	if sketched {
		return &sample{sketch: newSketch()}
	}
	return &sample{}
}

func (s *sample) put(v int64) {
	if s.sketch != nil {
		s.sketch.add(v, 1)
		return
	}
	s.exact, s.ordered = append(s.exact, v), false
}

// mean is 0 of nothing, and so is a quantile.
func (s *sample) mean() time.Duration {
	if s.sketch == nil {
		return quantile.Mean(s.exact)
	}
	if s.sketch.n == 0 {
		return 0
	}
	return s.sketch.sum.over(s.sketch.n)
}

func (s *sample) quantile(p float64) time.Duration {
	switch {
	case s.sketch == nil:
		return quantile.Of(s.sorted(), p)
	case s.sketch.n == 0:
		return 0
	}
	return time.Duration(s.sketch.quantile(p))
}

func (s *sample) append(b []byte) []byte {
	switch {
	case s.sketch == nil:
		return pack.Sorted(b, s.sorted())
	case s.sketch.n == 0:
		return pack.Count(b, 0)
	}
	return s.sketch.append(b)
}

// readSample reads n durations.
func readSample(d *pack.Reader, sketched bool, n int64) *sample {
	s := newSample(sketched)
	if sketched {
		if found := readSketch(d); found != nil {
			s.sketch = found
		}
		d.Bad = d.Bad || s.sketch.n != n
		return s
	}
	s.exact, s.ordered = d.Sorted(), true
	d.Bad = d.Bad || int64(len(s.exact)) != n
	return s
}

// sorted are the durations in ascending order.
func (s *sample) sorted() []int64 {
	if !s.ordered {
		slices.Sort(s.exact)
		s.ordered = true
	}
	return s.exact
}

func (s *sample) summarise(e *Edge) {
	if s.sketch != nil {
		s.sketch.summarise(e)
		return
	}
	list := s.sorted()
	spread{quantile.Mean(list), quantile.Of(list, 0.5), time.Duration(list[0]), time.Duration(list[len(list)-1]), deviation(list)}.of(e)
}
