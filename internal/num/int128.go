package num

import (
	"encoding/binary"
	"math"
	"math/big"
	"math/bits"
)

// Int128 is a signed 128-bit integer in two's complement. The zero value is 0.
// It is a comparable value, safe everywhere. Add, Sub and Neg wrap around like
// Go's integers do; callers that cannot bound their sums use AddOK or Mul.
type Int128 struct {
	Hi int64
	Lo uint64
}

// MaxInt128 returns the largest Int128, 2^127-1.
func MaxInt128() Int128 { return Int128{Hi: math.MaxInt64, Lo: math.MaxUint64} }

// Of returns v as an Int128.
func Of(v int64) Int128 { return Int128{Hi: v >> 63, Lo: uint64(v)} }

// Add returns a+b.
func (a Int128) Add(b Int128) Int128 {
	lo, carry := bits.Add64(a.Lo, b.Lo, 0)
	return Int128{Hi: a.Hi + b.Hi + int64(carry), Lo: lo}
}

// Sub returns a-b.
func (a Int128) Sub(b Int128) Int128 {
	lo, borrow := bits.Sub64(a.Lo, b.Lo, 0)
	return Int128{Hi: a.Hi - b.Hi - int64(borrow), Lo: lo}
}

// AddOK returns a+b and whether it is in range.
func (a Int128) AddOK(b Int128) (Int128, bool) {
	s := a.Add(b)
	// Overflow happened exactly where both operands differ in sign from the sum.
	return s, (a.Hi^s.Hi)&(b.Hi^s.Hi) >= 0
}

// Neg returns -a.
func (a Int128) Neg() Int128 { return Int128{}.Sub(a) }

// Abs returns |a|.
func (a Int128) Abs() Int128 {
	if a.Hi < 0 {
		return a.Neg()
	}
	return a
}

// Sign returns -1, 0 or +1.
func (a Int128) Sign() int {
	switch {
	case a.Hi < 0:
		return -1
	case a.Hi == 0 && a.Lo == 0:
		return 0
	default:
		return 1
	}
}

// IsZero reports whether a is 0.
func (a Int128) IsZero() bool { return a.Hi == 0 && a.Lo == 0 }

// Cmp returns -1, 0 or +1 as a is below, equal to or above b.
func (a Int128) Cmp(b Int128) int {
	switch {
	case a.Hi < b.Hi:
		return -1
	case a.Hi > b.Hi:
		return 1
	case a.Lo < b.Lo:
		return -1
	case a.Lo > b.Lo:
		return 1
	default:
		return 0
	}
}

// Min returns the smaller of a and b.
func (a Int128) Min(b Int128) Int128 {
	// Without branches: which is smaller is often as good as random.
	const flip = 1 << 63
	_, less := bits.Sub64(b.Lo, a.Lo, 0)
	_, less = bits.Sub64(uint64(b.Hi)^flip, uint64(a.Hi)^flip, less)
	mask := -less
	return Int128{Hi: a.Hi ^ (a.Hi^b.Hi)&int64(mask), Lo: a.Lo ^ (a.Lo^b.Lo)&mask}
}

// Int64 returns a as an int64 and whether it fits.
func (a Int128) Int64() (int64, bool) {
	v := int64(a.Lo)
	return v, a.Hi == v>>63
}

// Mul returns a*b and whether it is in range. The lowest value, -2^127, counts
// as out of range so that Abs and Neg of a product are always right.
func (a Int128) Mul(b Int128) (Int128, bool) {
	neg := (a.Hi < 0) != (b.Hi < 0)
	if a.IsZero() || b.IsZero() {
		return Int128{}, true // the lowest value has no Abs
	}
	x, y := a.Abs(), b.Abs()
	if x.Hi < 0 || y.Hi < 0 || (x.Hi != 0 && y.Hi != 0) {
		return Int128{}, false
	}
	hi, lo := bits.Mul64(x.Lo, y.Lo)
	c1, p1 := bits.Mul64(uint64(x.Hi), y.Lo)
	c2, p2 := bits.Mul64(x.Lo, uint64(y.Hi))
	hi, k1 := bits.Add64(hi, p1, 0)
	hi, k2 := bits.Add64(hi, p2, 0)
	if c1|c2|k1|k2 != 0 || hi>>63 != 0 {
		return Int128{}, false
	}
	p := Int128{Hi: int64(hi), Lo: lo}
	if neg {
		p = p.Neg()
	}
	return p, true
}

// MulDiv returns floor(a*mul/div) and what is left, 0 <= rem < div, and whether
// the quotient is in range. div > 0.
func (a Int128) MulDiv(mul, div uint64) (q Int128, rem uint64, ok bool) {
	m := a.Abs()
	h1, l0 := bits.Mul64(m.Lo, mul)
	h2, l1 := bits.Mul64(uint64(m.Hi), mul)
	l1, carry := bits.Add64(l1, h1, 0)
	h2 += carry
	if m.Hi < 0 || h2 >= div {
		return Int128{}, 0, false
	}
	hi, rem := bits.Div64(h2, l1, div)
	lo, rem := bits.Div64(rem, l0, div)
	if hi>>63 != 0 {
		return Int128{}, 0, false
	}
	q = Int128{Hi: int64(hi), Lo: lo}
	if a.Hi < 0 {
		q = q.Neg()
		if rem != 0 {
			q, rem = q.Sub(Of(1)), div-rem
		}
	}
	return q, rem, true
}

// Big returns a as a big.Int.
func (a Int128) Big() *big.Int {
	m := a.Abs()
	var buf [16]byte
	binary.BigEndian.PutUint64(buf[:], uint64(m.Hi))
	binary.BigEndian.PutUint64(buf[8:], m.Lo)
	b := new(big.Int).SetBytes(buf[:])
	if a.Hi < 0 {
		b.Neg(b)
	}
	return b
}

// FromBig returns b as an Int128 and whether it fits, leaving out -2^127.
func FromBig(b *big.Int) (Int128, bool) {
	if b.BitLen() > 127 {
		return Int128{}, false
	}
	var buf [16]byte
	b.FillBytes(buf[:])
	var a Int128
	for i := range 8 {
		a.Hi = a.Hi<<8 | int64(buf[i])
		a.Lo = a.Lo<<8 | uint64(buf[8+i])
	}
	if b.Sign() < 0 {
		a = a.Neg()
	}
	return a, true
}

// Float64 returns the nearest float64, for estimates and pictures only.
func (a Int128) Float64() float64 {
	m := a.Abs()
	f := float64(uint64(m.Hi))*(1<<64) + float64(m.Lo)
	if a.Hi < 0 {
		return -f
	}
	return f
}

// String returns a in base 10.
func (a Int128) String() string { return a.Big().String() }
