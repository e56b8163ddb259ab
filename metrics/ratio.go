package metrics

import (
	"errors"
	"math/big"

	"github.com/shopspring/decimal"

	"github.com/lifecycle-go/lifecycle/metrics/money"
)

var (
	// ErrNoBase is why a ratio with a denominator of zero is undefined.
	ErrNoBase = errors.New("metrics: ratio: the denominator is zero")
	// ErrBounds is why a ratio of numbers beyond the bounds is undefined:
	// more than 1000 digits, or an exponent beyond ±1000.
	ErrBounds = errors.New("metrics: ratio: more than 1000 digits")
)

// Ratio is an exact fraction that keeps its numerator and denominator as they
// were given: 3 churned of 82 customers stays 3/82, so that segments can be
// pooled and a reader can see what the percentage is made of.
//
// The zero Ratio is undefined, and so is every ratio with a denominator of
// zero. Ratios do not compare with == (1/2 and 2/4 are equal, and decimals
// hide pointers); the compiler refuses it. Use [Ratio.Cmp].
//
// A Ratio is an immutable value, safe for concurrent use.
type Ratio struct {
	_        [0]func() // not comparable
	num, den decimal.Decimal
	broken   bool // built from numbers beyond the bounds
	money    bool // an amount, not a share: it has no percentage
}

// The bounds of a ratio's numbers. They are far wider than those of amounts,
// because products of ratios are exact, and still keep a hostile exponent
// from costing memory.
const (
	maxDigits   = 1000
	maxExponent = 1000
)

func inBounds(d decimal.Decimal) bool {
	e := d.Exponent()
	return e >= -maxExponent && e <= maxExponent && d.NumDigits() <= maxDigits
}

// NewRatio is num/den. It is undefined where den is zero, and where one of
// the numbers has more than 1000 digits or an exponent beyond ±1000;
// [Ratio.Err] tells the two apart.
func NewRatio(num, den decimal.Decimal) Ratio {
	if !inBounds(num) || !inBounds(den) {
		return Ratio{broken: true}
	}
	return Ratio{num: num, den: den}
}

// NewCount is the ratio of two counts: NewCount(3, 82) is 3 of 82.
func NewCount(num, den int64) Ratio {
	return Ratio{num: decimal.New(num, 0), den: decimal.New(den, 0)}
}

// Rate is a rate in hand as a Ratio: Rate of 0.05 is 5 %, as 0.05/1. Where the
// two counts behind it are known, [NewCount] keeps them.
func Rate(value decimal.Decimal) Ratio { return NewRatio(value, decimal.New(1, 0)) }

// Amount is an amount of money in hand as a Ratio, for [LTVInput.ARPA] and the
// other places that take money per head.
func Amount(value decimal.Decimal) Ratio { return asMoney(Rate(value)) }

// asMoney says that the ratio is money per head.
func asMoney(r Ratio) Ratio {
	r.money = true
	return r
}

// Num is the numerator as it was given.
func (r Ratio) Num() decimal.Decimal { return r.num }

// Den is the denominator as it was given.
func (r Ratio) Den() decimal.Decimal { return r.den }

// Defined reports whether the ratio has a value: whether its denominator is
// not zero.
func (r Ratio) Defined() bool { return !r.den.IsZero() }

// Err says why the ratio is undefined: ErrNoBase, ErrBounds, or nil for a
// defined one.
func (r Ratio) Err() error {
	switch {
	case r.broken:
		return ErrBounds
	case !r.Defined():
		return ErrNoBase
	default:
		return nil
	}
}

// Decimal is the value rounded half even to places digits behind the point,
// once and from the exact fraction. It is false for an undefined ratio.
// places beyond ±1000 count as ±1000.
func (r Ratio) Decimal(places int32) (decimal.Decimal, bool) {
	return r.Round(places, money.HalfEven)
}

// Round is Decimal in another rounding mode. ChartMogul, for one, floors its
// ARPA and LTV.
func (r Ratio) Round(places int32, mode money.Rounding) (decimal.Decimal, bool) {
	if !r.Defined() {
		return decimal.Decimal{}, false
	}
	places = min(max(places, -maxExponent), maxExponent)
	return decimal.NewFromBigInt(r.units(places, mode), -places), true
}

// units is the value in units of 10^-places. The ratio is defined.
func (r Ratio) units(places int32, mode money.Rounding) *big.Int {
	n, d := r.num.Coefficient(), r.den.Coefficient()
	if up := r.num.Exponent() - r.den.Exponent() + places; up >= 0 {
		n.Mul(n, pow10(up))
	} else {
		d.Mul(d, pow10(-up))
	}
	return mode.Quo(n, d)
}

func pow10(n int32) *big.Int {
	return new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(n)), nil)
}

// Percent is the value in percent with places digits behind the point,
// rounded half even once, as in "3.65%"; "undefined" for an undefined ratio.
// places below 0 count as 0, beyond 998 as 998. Money per head, the result of
// [ARPA], [CAC], [LTV] and [Amount], has no percentage: it is written as the
// amount, "942.00".
func (r Ratio) Percent(places int32) string {
	if !r.Defined() {
		return "undefined"
	}
	places = min(max(places, 0), maxExponent-2)
	if r.money {
		return r.fixed(places)
	}
	return decimal.NewFromBigInt(r.units(places+2, money.HalfEven), -places).StringFixed(places) + "%"
}

// Float64 is the float64 nearest to the value, for plots and estimators. It
// is false for an undefined ratio.
func (r Ratio) Float64() (float64, bool) {
	if !r.Defined() {
		return 0, false
	}
	f, _ := r.rat().Float64()
	return f, true
}

// rat is the exact value. The ratio is defined.
func (r Ratio) rat() *big.Rat {
	n, d := r.num.Coefficient(), r.den.Coefficient()
	if up := r.num.Exponent() - r.den.Exponent(); up >= 0 {
		n.Mul(n, pow10(up))
	} else {
		d.Mul(d, pow10(-up))
	}
	return new(big.Rat).SetFrac(n, d)
}

// Complement is 1 - r, as (den-num)/den: retention from churn and back. The
// complement of an undefined ratio is undefined.
func (r Ratio) Complement() Ratio {
	if r.broken {
		return r
	}
	return NewRatio(r.den.Sub(r.num), r.den)
}

// Reciprocal is 1/r, as den/num: the mean lifetime in months from a monthly
// churn rate. It is undefined for a ratio of value zero, and so is the
// reciprocal of an undefined one.
func (r Ratio) Reciprocal() Ratio {
	if !r.Defined() {
		return Ratio{broken: r.broken}
	}
	return Ratio{num: r.den, den: r.num}
}

// Pool is (a+c)/(b+d): how the ratios of segments, shards or months add up to
// the ratio of the whole. It is not the mean of the two values: each weighs
// as much as its denominator. The zero Ratio changes nothing, and a ratio
// with a denominator of zero still brings its numerator.
//
// Pool only ratios that count the same thing in the same unit.
func (r Ratio) Pool(other Ratio) Ratio {
	if r.broken || other.broken {
		return Ratio{broken: true}
	}
	return r.like(NewRatio(r.num.Add(other.num), r.den.Add(other.den)), r.money || other.money)
}

// PoolOf is all ratios pooled, in one call; undefined for none.
func PoolOf(ratios ...Ratio) Ratio {
	var sum Ratio
	for _, r := range ratios {
		sum = sum.Pool(r)
	}
	return sum
}

// Cmp compares the values exactly: -1, 0 or +1 as r is less than, equal to or
// greater than other. It is false where either is undefined.
func (r Ratio) Cmp(other Ratio) (int, bool) {
	if !r.Defined() || !other.Defined() {
		return 0, false
	}
	// a/b ? c/d is ad ? cb, turned round for each negative denominator.
	c := r.num.Mul(other.den).Cmp(other.num.Mul(r.den))
	return c * r.den.Sign() * other.den.Sign(), true
}

// sign of the value; 0 for an undefined ratio.
func (r Ratio) sign() int { return r.num.Sign() * r.den.Sign() }

// times is the product of two ratios.
func (r Ratio) times(other Ratio) Ratio {
	if r.broken || other.broken {
		return Ratio{broken: true}
	}
	return r.like(NewRatio(r.num.Mul(other.num), r.den.Mul(other.den)), r.money || other.money)
}

// like is the result of an operation on r, money or not.
func (Ratio) like(result Ratio, money bool) Ratio {
	result.money = money
	return result
}

// over is the quotient of two ratios. Unlike arithmetic on plain fractions it
// stays undefined where the divisor is, or is zero.
func (r Ratio) over(other Ratio) Ratio {
	return r.like(r.times(other.Reciprocal()), r.money && !other.money)
}

// scaled is the ratio with its numerator multiplied.
func (r Ratio) scaled(by decimal.Decimal) Ratio {
	if r.broken {
		return r
	}
	return r.like(NewRatio(r.num.Mul(by), r.den), r.money)
}
