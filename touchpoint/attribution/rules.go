package attribution

import (
	"math"
	"math/big"
	"slices"
	"time"

	"github.com/lifecycle-go/lifecycle/internal/num"
	"github.com/lifecycle-go/lifecycle/touchpoint"
)

// First credits the first touch.
func First() Model { return Model{kind: first} }

// Last credits the last touch.
func Last() Model { return Model{kind: last} }

// LastNonDirect credits the last touch that is not touchpoint.Direct; where all
// are, the last. It is last click as Google Analytics means it.
func LastNonDirect() Model { return Model{kind: lastNonDirect} }

// Linear credits every touch alike.
func Linear() Model { return Model{kind: linear} }

// UShaped credits the first and the last touch with 0.4 each and those between
// with the rest; two touches share alike.
func UShaped() Model { return Model{kind: uShaped} }

// WShaped credits the first touch, the last and the first inner one called key
// (what made a lead, say) with 0.3 each and the others with the rest; of three
// touches each has a third. Where no inner touch has the key it is UShaped.
func WShaped(key string) Model { return Model{kind: wShaped, key: key} }

// TimeDecay credits each touch with 2^(−age/half), its age at the conversion,
// in proportion. It needs paths of a log.
func TimeDecay(half time.Duration) Model { return Model{kind: timeDecay, half: half} }

// decayed is the denominator of shares by time decay: weights of a path are
// rounded to whole parts of it, by largest remainder, so that they sum to 1.
const decayed = 1 << 40

// byRule credits every path by its own touches. Shares are exact fractions, and
// what is added up is whole numbers by denominator, so that the order of paths
// changes nothing.
func (p *Paths) byRule(c *Credits) {
	type sums struct {
		conv  big.Int
		value num.Sum
	}
	tally := make([]map[int64]*sums, len(p.keys))
	for i := range tally {
		tally[i] = map[int64]*sums{}
	}
	key, hasKey := slices.BinarySearch(p.keys, c.Model.key)
	direct, hasDirect := slices.BinarySearch(p.keys, string(touchpoint.Direct))
	w := rule{model: c.Model, key: -1, direct: -1}
	if hasKey {
		w.key = int64(key)
	}
	if hasDirect {
		w.direct = int64(direct)
	}
	for i := range p.rows {
		r := &p.rows[i]
		if r.conv == 0 {
			continue
		}
		var ages []int64
		if p.fromLog {
			ages = p.ages[r.age : r.age+len(r.touches)]
		}
		shares, den := w.shares(r.touches, ages)
		for j, share := range shares {
			if share == 0 {
				continue
			}
			s, ok := tally[r.touches[j]][den]
			if !ok {
				s = &sums{}
				tally[r.touches[j]][den] = s
			}
			n := new(big.Int).Mul(big.NewInt(r.conv), big.NewInt(share))
			s.conv.Add(&s.conv, n)
			if !r.value.IsZero() {
				s.value.Add(r.value.Mul(decimalOf(share)))
			}
		}
	}
	weights := make([]*big.Rat, len(p.keys))
	for k := range tally {
		conv, value := new(big.Rat), new(big.Rat)
		for _, den := range sortedInts(tally[k]) {
			s := tally[k][den]
			conv.Add(conv, new(big.Rat).SetFrac(&s.conv, big.NewInt(den)))
			value.Add(value, new(big.Rat).Quo(s.value.Decimal().Rat(), new(big.Rat).SetInt64(den)))
		}
		c.list[k].Conversions, _ = conv.Float64()
		weights[k] = value
	}
	c.exact(weights)
}

// rule gives the shares of one path as whole numbers over den.
type rule struct {
	model       Model
	key, direct int64 // places of the keys; −1 = not in any path
	buf         []int64
	weight      []float64
}

func (w *rule) shares(touches []uint32, ages []int64) (shares []int64, den int64) {
	n := len(touches)
	w.buf = slices.Grow(w.buf[:0], n)[:n]
	shares = w.buf
	clear(shares)
	switch w.model.kind {
	case first:
		shares[0] = 1
		return shares, 1
	case last:
		shares[n-1] = 1
		return shares, 1
	case lastNonDirect:
		at := n - 1
		for at > 0 && int64(touches[at]) == w.direct {
			at--
		}
		if int64(touches[at]) == w.direct {
			at = n - 1
		}
		shares[at] = 1
		return shares, 1
	case uShaped:
		return w.uShaped(n)
	case wShaped:
		for j := 1; j < n-1; j++ {
			if int64(touches[j]) == w.key {
				return w.wShaped(n, j)
			}
		}
		return w.uShaped(n)
	case timeDecay:
		return w.decay(ages), decayed
	default:
		for j := range shares {
			shares[j] = 1
		}
		return shares, int64(n)
	}
}

func (w *rule) uShaped(n int) ([]int64, int64) {
	switch n {
	case 1:
		w.buf[0] = 1
		return w.buf, 1
	case 2:
		w.buf[0], w.buf[1] = 1, 1
		return w.buf, 2
	}
	inner := int64(n - 2) // 0.4 is 2(n−2) of 5(n−2), 0.2/(n−2) is 1
	for j := range w.buf {
		w.buf[j] = 1
	}
	w.buf[0], w.buf[n-1] = 2*inner, 2*inner
	return w.buf, 5 * inner
}

func (w *rule) wShaped(n, key int) ([]int64, int64) {
	if n == 3 {
		w.buf[0], w.buf[1], w.buf[2] = 1, 1, 1
		return w.buf, 3
	}
	inner := int64(n - 3) // 0.3 is 3(n−3) of 10(n−3), 0.1/(n−3) is 1
	for j := range w.buf {
		w.buf[j] = 1
	}
	w.buf[0], w.buf[key], w.buf[n-1] = 3*inner, 3*inner, 3*inner
	return w.buf, 10 * inner
}

func (w *rule) decay(ages []int64) []int64 {
	n := len(ages)
	w.weight = slices.Grow(w.weight[:0], n)[:n]
	sum := 0.0
	youngest := slices.Min(ages)
	for j, age := range ages {
		w.weight[j] = math.Exp2(-float64(age-youngest) / float64(w.model.half))
		sum += w.weight[j]
	}
	left := int64(decayed)
	for j := range ages {
		exact := w.weight[j] / sum * decayed
		w.buf[j] = int64(exact)
		w.weight[j] = exact - float64(w.buf[j])
		left -= w.buf[j]
	}
	// The rest, less than a part a touch, goes to the largest remainders; of
	// equal ones to the later touch.
	for ; left > 0; left-- {
		at := n - 1
		for j := range w.weight {
			if w.weight[j] > w.weight[at] {
				at = j
			}
		}
		w.buf[at]++
		w.weight[at]--
	}
	return w.buf
}
