package metrics

import (
	"math/big"

	"github.com/shopspring/decimal"

	"github.com/lifecycle-go/lifecycle/metrics/money"
)

var one = big.NewInt(1) // never written to

func integer(n *big.Int) decimal.Decimal { return decimal.NewFromBigInt(n, 0) }

// roundedPower is 1 − x^(p/q) rounded half even to ScalePlaces, for a positive
// x whose power is not a fraction within bounds. It is false where the result
// has more than maxDigits digits.
//
// The power is computed in binary fixed point as exp(p/q · ln x) with a bound
// on its error, and again with more bits until the whole interval rounds to
// the same decimal (Ziv's method). That ends, because the exact value is
// never half way between two decimals of ScalePlaces places: such a value is
// a fraction of few digits, which exactPower has answered.
func roundedPower(x *big.Rat, p, q int64) (Ratio, bool) {
	for bits := uint(192); bits <= 1<<16; bits *= 2 {
		y, slack, ok := fixedPower(x, p, q, bits)
		if !ok {
			return Ratio{}, false
		}
		v := y.Sub(new(big.Int).Lsh(one, bits), y)
		lo := nearest(new(big.Int).Sub(v, slack), bits)
		if hi := nearest(v.Add(v, slack), bits); lo.Cmp(hi) == 0 {
			return NewRatio(decimal.NewFromBigInt(lo, -ScalePlaces), decimal.New(1, 0)), true
		}
	}
	return Ratio{}, false
}

// nearest is v/2^bits in units of 10^-ScalePlaces.
func nearest(v *big.Int, bits uint) *big.Int {
	return money.HalfEven.Quo(v.Mul(v, pow10(ScalePlaces)), new(big.Int).Lsh(one, bits))
}

// fixedPower is x^(p/q) in units of 2^-bits, and how far it can be off in the
// same units.
func fixedPower(x *big.Rat, p, q int64, bits uint) (y, slack *big.Int, ok bool) {
	// Work with guard bits: series of a few hundred terms lose less than 16,
	// and the exponent p/q multiplies the error of the logarithm.
	work := bits + 64
	ln2 := atanhOf(one, big.NewInt(3), work) // ln 2 = 2 atanh(1/3)
	ln2.Lsh(ln2, 1)

	// x = m·2^k with 3/4 <= m <= 3/2.
	n, d := new(big.Int).Set(x.Num()), new(big.Int).Set(x.Denom())
	k := n.BitLen() - d.BitLen()
	if k >= 0 {
		d.Lsh(d, uint(k))
	} else {
		n.Lsh(n, uint(-k))
	}
	three, four := big.NewInt(3), big.NewInt(4)
	if new(big.Int).Mul(n, big.NewInt(2)).Cmp(new(big.Int).Mul(d, three)) > 0 {
		d.Lsh(d, 1)
		k++
	} else if new(big.Int).Mul(n, four).Cmp(new(big.Int).Mul(d, three)) < 0 {
		n.Lsh(n, 1)
		k--
	}
	// ln m = 2 atanh((m-1)/(m+1)).
	ln := atanhOf(new(big.Int).Sub(n, d), new(big.Int).Add(n, d), work)
	ln.Lsh(ln, 1)
	ln.Add(ln, new(big.Int).Mul(ln2, big.NewInt(int64(k))))

	// exp(t) = 2^e · exp(r) with |r| <= ln 2 / 2.
	t := ln.Mul(ln, big.NewInt(p))
	t.Quo(t, big.NewInt(q))
	whole := money.HalfEven.Quo(t, ln2)
	if !whole.IsInt64() || whole.Int64() > maxDigits*3 {
		return nil, nil, false
	}
	e := whole.Int64()
	r := t.Sub(t, new(big.Int).Mul(ln2, whole))
	y = expOf(r, work)
	// In units of 2^-work the logarithm is off by less than 2^16·(|k|+1), t by
	// p/q of that and e·2^16 more; a generous power of two covers them all.
	off := 18 + lengthOf(p/q+1) + lengthOf(int64(k)) + lengthOf(e)
	slack = new(big.Int).Lsh(one, uint(off))
	if e >= 0 {
		y.Lsh(y, uint(e))
		slack.Lsh(slack, uint(e))
	} else {
		y.Rsh(y, uint(min(-e, int64(work)+1)))
	}
	y.Rsh(y, work-bits)
	slack.Rsh(slack, work-bits).Add(slack, big.NewInt(2))
	return y, slack, true
}

func lengthOf(n int64) int { return new(big.Int).SetInt64(n).BitLen() }

// atanhOf is atanh(n/d) in units of 2^-bits, for |n/d| <= 1/3.
func atanhOf(n, d *big.Int, bits uint) *big.Int {
	z := new(big.Int).Lsh(n, bits)
	z.Quo(z, d)
	square := new(big.Int).Mul(z, z)
	square.Rsh(square, bits)
	sum, power, term := new(big.Int).Set(z), z, new(big.Int)
	for i := int64(3); ; i += 2 {
		power.Mul(power, square).Quo(power, new(big.Int).Lsh(one, bits))
		if term.Quo(power, big.NewInt(i)); term.Sign() == 0 {
			return sum
		}
		sum.Add(sum, term)
	}
}

// expOf is exp(r) in units of 2^-bits, for |r| < 1.
func expOf(r *big.Int, bits uint) *big.Int {
	unit := new(big.Int).Lsh(one, bits)
	sum, term := new(big.Int).Set(unit), new(big.Int).Set(unit)
	for i := int64(1); ; i++ {
		term.Mul(term, r).Quo(term, unit)
		term.Quo(term, big.NewInt(i))
		if term.Sign() == 0 {
			return sum
		}
		sum.Add(sum, term)
	}
}
