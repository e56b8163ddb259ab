package ledger

import (
	"math"
	"math/big"
	"math/bits"

	"github.com/lifecycle-go/lifecycle/internal/num"
)

// value is an exact amount: v units of the books, and in x what no whole number
// of units says, as a rational number of units. x is nil nearly always: it
// holds charges that do not fit the common unit (an amount of twelve places
// every thirteen days) and sums beyond 127 bits. So what is accepted never
// depends on what else is in the books. A value is immutable.
type value struct {
	v num.Int128
	x *big.Rat
}

func (a value) add(b value) value {
	s, ok := a.v.AddOK(b.v)
	if !ok || a.x != nil || b.x != nil {
		return a.addSlow(b)
	}
	return value{v: s}
}

func (a value) sub(b value) value { return a.add(b.neg()) }

// inc adds b to a in place.
func (a *value) inc(b *value) {
	s, ok := a.v.AddOK(b.v)
	if !ok || a.x != nil || b.x != nil {
		*a = a.addSlow(*b)
		return
	}
	a.v = s
}

// incInt adds a small number of units in place.
func (a *value) incInt(n int64) {
	if a.v.Hi>>61 != a.v.Hi>>63 { // near the bounds
		*a = a.add(value{v: num.Of(n)})
		return
	}
	lo, carry := bits.Add64(a.v.Lo, uint64(n), 0)
	a.v = num.Int128{Hi: a.v.Hi + n>>63 + int64(carry), Lo: lo}
}

func (a value) addSlow(b value) value {
	s, ok := a.v.AddOK(b.v)
	x := new(big.Rat)
	if a.x != nil {
		x.Set(a.x)
	}
	if b.x != nil {
		x.Add(x, b.x)
	}
	if !ok { // the whole of it moves to the rational side
		s = num.Int128{}
		x.Add(x, whole(a.v)).Add(x, whole(b.v))
	}
	return value{v: s, x: x}.trim()
}

// trim gives an amount without a rational part its plain form.
func (a value) trim() value {
	if a.x != nil && a.x.Sign() == 0 {
		a.x = nil
	}
	return a
}

func (a value) neg() value {
	if a.x != nil || a.v.Hi == math.MinInt64 {
		return a.negSlow()
	}
	return value{v: a.v.Neg()}
}

func (a value) negSlow() value {
	if a.v.Hi == math.MinInt64 && a.v.Lo == 0 { // has no negative
		return rational(new(big.Rat).Neg(a.rat()))
	}
	a.v = a.v.Neg()
	if a.x != nil {
		a.x = new(big.Rat).Neg(a.x)
	}
	return a
}

func (a value) abs() value {
	if a.sign() < 0 {
		return a.neg()
	}
	return a
}

func (a value) sign() int {
	if a.x != nil {
		return a.rat().Sign()
	}
	return a.v.Sign()
}

func (a value) isZero() bool {
	return a.v.Lo|uint64(a.v.Hi) == 0 && a.x == nil || a.x != nil && a.sign() == 0
}

func (a value) cmp(b value) int {
	if a.x == nil && b.x == nil {
		return a.v.Cmp(b.v)
	}
	return a.rat().Cmp(b.rat())
}

func (a value) min(b value) value {
	if a.x == nil && b.x == nil {
		return value{v: a.v.Min(b.v)}
	}
	return a.minSlow(b)
}

func (a value) minSlow(b value) value {
	if a.cmp(b) <= 0 {
		return a
	}
	return b
}

// times is a multiplied by a whole number.
func (a value) times(n num.Int128) value {
	v, ok := a.v.Mul(n)
	if ok && a.x == nil {
		return value{v: v}
	}
	out, x := value{v: v}, new(big.Rat)
	if !ok {
		out.v = num.Int128{}
		x.Mul(whole(a.v), whole(n))
	}
	if a.x != nil {
		x.Add(x, new(big.Rat).Mul(a.x, whole(n)))
	}
	out.x = x
	return out.trim()
}

// rat is the amount as a rational number of units.
func (a value) rat() *big.Rat {
	r := whole(a.v)
	if a.x != nil {
		r.Add(r, a.x)
	}
	return r
}

func whole(v num.Int128) *big.Rat {
	if n, ok := v.Int64(); ok {
		return new(big.Rat).SetInt64(n)
	}
	return new(big.Rat).SetInt(v.Big())
}

// rational is a rational number of units.
func rational(r *big.Rat) value {
	if r.IsInt() {
		if v, ok := num.FromBig(r.Num()); ok {
			return value{v: v}
		}
	}
	return value{x: r}.trim()
}
