package forecast

import (
	"math"

	"gonum.org/v1/gonum/mathext"

	"github.com/lifecycle-go/lifecycle/internal/special"
)

// stream is one customer's own sequence of random numbers in one path. It is
// a function of seed, path and customer alone, so that results do not depend
// on goroutines, and a scenario meets every customer with the same numbers.
//
// Source: Steele, Lea and Flood, "Fast splittable pseudorandom number
// generators" (2014): SplitMix64.
type stream uint64

func mix(z uint64) uint64 {
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}

// newStream is a customer's stream in a path; base tells the path and the kind
// of customer, see base. Streams of two customers are far apart in the
// generator's cycle but by a chance of one in 2^64 per pair and draw.
func newStream(base uint64, customer int) stream {
	return stream(base + uint64(customer)*0xd1342543de82ef95)
}

// base is where the streams of one kind of customer begin in a path.
func base(path uint64, kind int) uint64 { return mix(path + uint64(kind)*0x9e3779b97f4a7c15) }

// pathKey tells the paths of a seed apart.
func pathKey(seed uint64, path int) uint64 {
	return mix(mix(seed+0x9e3779b97f4a7c15) + uint64(path+1)*0x9e3779b97f4a7c15)
}

// next is 64 random bits.
func (s *stream) next() uint64 {
	s.skip(1)
	return mix(uint64(*s))
}

// skip passes over n numbers.
func (s *stream) skip(n uint64) { *s += stream(n * 0x9e3779b97f4a7c15) }

// uniform is in (0, 1), never either.
func (s *stream) uniform() float64 { return (float64(s.next()>>11) + 0.5) * 0x1p-53 }

// next32 is two numbers of 32 bits each, and pair the same as uniforms.
func (s *stream) next32() (x, y uint32) {
	z := s.next()
	return uint32(z >> 32), uint32(z)
}

func (s *stream) pair() (u, v float64) {
	x, y := s.next32()
	return uniform32(x), uniform32(y)
}

// uniform32 is in (0, 1), never either.
func uniform32(n uint32) float64 { return (float64(n) + 0.5) * 0x1p-32 }

// below is the place of u among n equal parts.
func below(u float64, n int) int { return min(n-1, int(u*float64(n))) }

// count is the number with distribution function u: Poisson of the mean, or
// where phi is above 1 the negative binomial of that variance, phi × mean. A
// larger mean never gives a smaller count, which is what makes scenarios
// comparable path by path.
func count(mean, phi, u, v float64) int {
	if phi > 1+1e-9 && mean > 0 {
		shape := mean / (phi - 1)
		mean = mathext.GammaIncRegInv(shape, v) * (phi - 1)
	}
	switch {
	case mean <= 0:
		return 0
	case mean > 500: // by the normal distribution with the skewness of a Poisson
		z := special.NormalQuantile(u)
		return max(0, int(math.Round(mean+float64(z*math.Sqrt(mean))+float64(z*z-1)/6)))
	}
	p := math.Exp(-mean)
	k, sum := 0, p
	for sum < u && k < 5000 {
		k++
		p *= mean / float64(k)
		sum += p
	}
	return k
}
