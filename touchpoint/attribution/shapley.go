package attribution

import (
	"encoding/binary"
	"fmt"
	"math"
	"math/big"
	"math/rand/v2"
	"slices"
	"strconv"

	"github.com/lifecycle-go/lifecycle/internal/num"
	"github.com/lifecycle-go/lifecycle/metrics/fault"
)

// Shapley credits the different touches of each converting path alike. That is
// the Shapley value of the game in which a set of touches is worth the
// conversions of all paths inside it, so no subset has to be looked at.
func Shapley() Model { return Model{kind: shapley} }

// exactTouches is up to how many touches the game of rates is solved exactly.
const exactTouches = 12

// defaultSamples is how many orders of touches are drawn where none is said.
const defaultSamples = 2000

// ShapleyRate credits by the Shapley value of the game in which a set of touches
// is worth the conversion rate of all paths inside it, those without a
// conversion included: a touch that only adds visitors who do not buy earns
// less than nothing. Up to twelve touches it is exact; beyond, orders of touches
// are drawn from the seed, samples of them (zero = 2000), and Credit.Error says
// how far that may be off.
func ShapleyRate(seed uint64, samples int) Model {
	return Model{kind: shapleyRate, seed: seed, samples: samples}
}

// equalSplit adds up whole numbers by the size of the set.
func (p *Paths) equalSplit(c *Credits) {
	most := 0
	sets := p.sets()
	for i := range sets {
		most = max(most, len(sets[i].touches))
	}
	conv := make([][]int64, len(p.keys))
	value := make([][]num.Sum, len(p.keys))
	for k := range conv {
		conv[k], value[k] = make([]int64, most+1), make([]num.Sum, most+1)
	}
	for i := range sets {
		s := &sets[i]
		for _, t := range s.touches {
			conv[t][len(s.touches)] += s.conv
			value[t][len(s.touches)].Add(s.value)
		}
	}
	weights := make([]*big.Rat, len(p.keys))
	for k := range conv {
		heads, worth := new(big.Rat), new(big.Rat)
		for size := 1; size <= most; size++ {
			heads.Add(heads, big.NewRat(conv[k][size], int64(size)))
			worth.Add(worth, new(big.Rat).Quo(value[k][size].Decimal().Rat(), new(big.Rat).SetInt64(int64(size))))
		}
		c.list[k].Conversions, _ = heads.Float64()
		weights[k] = worth
	}
	c.exact(weights)
}

// sets are the distinct sets of touches, ascending, with their counts.
func (p *Paths) sets() []row {
	type sums struct {
		touches     []uint32
		conv, nulls int64
		value       num.Sum
	}
	found := map[string]*sums{}
	var buf []byte
	for i := range p.rows {
		r := &p.rows[i]
		touches := slices.Clone(r.touches)
		slices.Sort(touches)
		touches = slices.Compact(touches)
		buf = buf[:0]
		for _, t := range touches {
			buf = binary.BigEndian.AppendUint32(buf, t)
		}
		s, ok := found[string(buf)]
		if !ok {
			s = &sums{touches: touches}
			found[string(buf)] = s
		}
		s.conv, s.nulls = s.conv+r.conv, s.nulls+r.nulls
		s.value.Add(r.value)
	}
	out := make([]row, 0, len(found))
	for _, key := range sortedKeys(found) {
		s := found[key]
		out = append(out, row{touches: s.touches, conv: s.conv, nulls: s.nulls, value: s.value.Decimal()})
	}
	return out
}

func (p *Paths) rateGame(c *Credits) error {
	sets := p.sets()
	var phi, spread []float64
	if n := len(p.keys); n <= exactTouches {
		phi = exactGame(sets, n)
	} else {
		samples := c.Model.samples
		if samples == 0 {
			samples = defaultSamples
		}
		const most = 2_000_000_000
		size := 0
		for i := range sets {
			size += len(sets[i].touches)
		}
		if work := float64(samples) * float64(size+n); work > most {
			return &fault.Error{Package: "attribution", Op: "ShapleyRate", Field: "samples × touches of all sets", Value: strconv.FormatFloat(work, 'f', 0, 64), Limit: fmt.Sprintf("at most %d", most), Err: ErrOptions}
		}
		phi, spread = sampledGame(sets, n, c.Model.seed, samples)
	}
	sum := 0.0
	for _, v := range phi {
		sum += v
	}
	if sum == 0 {
		return nil
	}
	for k, v := range phi {
		c.list[k].Conversions = v / sum * float64(c.Conversions)
		if spread != nil {
			c.list[k].Error = spread[k] / math.Abs(sum) * float64(c.Conversions)
		}
	}
	c.allocate(rats(phi))
	return nil
}

// exactGame sums conversions and paths over all subsets of every set.
func exactGame(sets []row, n int) []float64 {
	conv, all := make([]float64, 1<<n), make([]float64, 1<<n)
	for i := range sets {
		mask := 0
		for _, t := range sets[i].touches {
			mask |= 1 << t
		}
		conv[mask] += float64(sets[i].conv)
		all[mask] += float64(sets[i].conv + sets[i].nulls)
	}
	for k := range n {
		for s := range conv {
			if s>>k&1 != 0 {
				conv[s] += conv[s&^(1<<k)]
				all[s] += all[s&^(1<<k)]
			}
		}
	}
	worth := make([]float64, 1<<n)
	for s := range worth {
		if all[s] > 0 {
			worth[s] = conv[s] / all[s]
		}
	}
	weight := make([]float64, n) // of a coalition of that size: 1 / (n × binomial(n−1, size))
	for size := range weight {
		weight[size] = 1 / (float64(n) * binomial(n-1, size))
	}
	phi := make([]float64, n)
	for s := range worth {
		size := 0
		for k := range n {
			size += s >> k & 1
		}
		for k := range n {
			if s>>k&1 == 0 {
				phi[k] += float64(weight[size] * (worth[s|1<<k] - worth[s]))
			}
		}
	}
	return phi
}

func binomial(n, k int) float64 {
	out := 1.0
	for i := range k {
		out = out * float64(n-i) / float64(i+1)
	}
	return out
}

// sampledGame draws orders of touches; a set counts from its last touch on.
func sampledGame(sets []row, n int, seed uint64, samples int) (mean, spread []float64) {
	random := rand.New(rand.NewPCG(seed, 0x5ca1ab1e))
	mean, spread = make([]float64, n), make([]float64, n)
	square := make([]float64, n)
	order, place := make([]int, n), make([]int, n)
	conv, all := make([]float64, n), make([]float64, n)
	for i := range order {
		order[i] = i
	}
	for range samples {
		random.Shuffle(n, func(i, j int) { order[i], order[j] = order[j], order[i] })
		for i, k := range order {
			place[k] = i
		}
		clear(conv)
		clear(all)
		for i := range sets {
			enters := 0
			for _, t := range sets[i].touches {
				enters = max(enters, place[t])
			}
			conv[enters] += float64(sets[i].conv)
			all[enters] += float64(sets[i].conv + sets[i].nulls)
		}
		before, c, a := 0.0, 0.0, 0.0
		for i, k := range order {
			c, a = c+conv[i], a+all[i]
			now := 0.0
			if a > 0 {
				now = c / a
			}
			d := now - before
			mean[k] += d
			square[k] += float64(d * d)
			before = now
		}
	}
	for k := range mean {
		mean[k] /= float64(samples)
		variance := square[k]/float64(samples) - float64(mean[k]*mean[k])
		spread[k] = math.Sqrt(max(0, variance) / float64(samples))
	}
	return mean, spread
}
