package simulate

import "math/rand/v2"

// stream is the chance of one customer: a generator whose beginning is a
// function of the world's seed and the customer's key alone.
type stream struct {
	pcg rand.PCG
	*rand.Rand
}

func newStream() *stream {
	s := &stream{}
	s.Rand = rand.New(&s.pcg)
	return s
}

func (s *stream) begin(seed, key uint64) { s.pcg.Seed(mix(seed^0x6c69666563796c65), mix(key)) }

// mix is the finaliser of splitmix64 (S. Vigna, prng.di.unimi.it/splitmix64.c,
// public domain): neighbouring keys begin far apart.
func mix(x uint64) uint64 {
	x += 0x9e3779b97f4a7c15
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}

// childKey is the key of the n-th customer that a customer brought.
func childKey(parent uint64, n int) uint64 { return mix(parent ^ mix(uint64(n)|1<<63)) }

// Kinds of keys beside those of customers who arrived by themselves.
const keyOfDay = 1 << 62

// pick is the index of a weight chosen by cumulative weights, whose last is the
// total.
func pick(r *rand.Rand, cum []float64) int {
	x := r.Float64() * cum[len(cum)-1]
	for i, c := range cum {
		if x < c {
			return i
		}
	}
	return len(cum) - 1
}

func cumulate(weights []float64) []float64 {
	out, sum := make([]float64, len(weights)), 0.0
	for i, w := range weights {
		sum += w
		out[i] = sum
	}
	return out
}
