package policy

import (
	"math/big"
	"math/bits"

	"github.com/shopspring/decimal"

	"github.com/lifecycle-go/lifecycle/internal/num"
	"github.com/lifecycle-go/lifecycle/metrics/calendar"
	"github.com/lifecycle-go/lifecycle/metrics/money"
)

// rate is an exact monthly amount: dec/den. Decimals alone cannot say 100/12. A
// den of 0 counts as 1, so the zero rate is nothing.
type rate struct {
	dec decimal.Decimal
	den int64
}

func (r rate) isZero() bool { return r.dec.IsZero() }

func (r rate) over() int64 { return max(r.den, 1) }

// big is the rate as a fraction of integers.
func (r rate) big() (n, d *big.Int) {
	n, d = r.dec.Coefficient(), big.NewInt(r.over())
	if e := r.dec.Exponent(); e > 0 {
		n.Mul(n, pow10(e))
	} else if e < 0 {
		d.Mul(d, pow10(-e))
	}
	return n, d
}

func (r rate) rat() *big.Rat {
	n, d := r.big()
	return new(big.Rat).SetFrac(n, d)
}

func pow10(n int32) *big.Int {
	return new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(n)), nil)
}

// add returns r+s. Where their common denominator is beyond 64 bits, which no
// mixture of real cycles reaches, both are rounded far below Places and exact
// is false.
func (r rate) add(s rate) (sum rate, exact bool) {
	switch {
	case s.isZero():
		return r, true
	case r.isZero():
		return s, true
	case r.over() == s.over():
		return rate{r.dec.Add(s.dec), r.over()}, true
	}
	a, b := r.strip(1000), s.strip(1000)
	g := gcd(a.den, b.den)
	den, ok := mul64(a.den, b.den/g)
	if !ok {
		return rate{a.round(30, money.HalfEven).dec.Add(b.round(30, money.HalfEven).dec), 1}, false
	}
	return rate{
		a.dec.Mul(decimal.NewFromInt(b.den / g)).Add(b.dec.Mul(decimal.NewFromInt(a.den / g))), den,
	}, true
}

// sub returns r-s, not below zero.
func (r rate) sub(s rate) (diff rate, exact bool) {
	s.dec = s.dec.Neg()
	diff, exact = r.add(s)
	if diff.dec.Sign() < 0 {
		return rate{}, exact
	}
	return diff, exact
}

// times returns r × n/d, n ≥ 0 and d > 0. exact is as in add.
func (r rate) times(n, d int64) (product rate, exact bool) {
	if g := gcd(n, d); g > 1 {
		n, d = n/g, d/g
	}
	product = rate{r.dec, r.over()}
	if n != 1 {
		product.dec = product.dec.Mul(decimal.NewFromInt(n))
	}
	if d == 1 {
		return product, true
	}
	den, ok := mul64(product.den, d)
	if !ok {
		s := product.strip(1000)
		if den, ok = mul64(s.den, d); !ok {
			num, all := s.big()
			all.Mul(all, big.NewInt(d))
			q := money.HalfEven.Quo(num.Mul(num, pow10(30)), all)
			return rate{decimal.NewFromBigInt(q, -30), 1}, false
		}
		product = s
	}
	product.den = den
	return product, true
}

func (r rate) equal(s rate) bool {
	// Both as whole numbers of the finer unit, crosswise: without a big integer
	// where they are small, which is nearly always.
	a, b := r.dec.CoefficientInt64(), s.dec.CoefficientInt64()
	e := r.dec.Exponent() - s.dec.Exponent()
	if fits(r.dec) && fits(s.dec) && e >= -maxShift && e <= maxShift {
		x, ok := num.Of(a).Mul(num.Of(s.over()))
		y, ok2 := num.Of(b).Mul(num.Of(r.over()))
		if e > 0 && ok {
			x, ok = x.Mul(num.Of(num.Pow10(e)))
		} else if e < 0 && ok2 {
			y, ok2 = y.Mul(num.Of(num.Pow10(-e)))
		}
		if ok && ok2 {
			return x == y
		}
	}
	return r.dec.Mul(decimal.NewFromInt(s.over())).Equal(s.dec.Mul(decimal.NewFromInt(r.over())))
}

// negated is -r; only credits are below zero.
func (r rate) negated() rate { return rate{r.dec.Neg(), r.den} }

// cmp orders two rates.
func (r rate) cmp(s rate) int {
	if r.over() == s.over() {
		return r.dec.Cmp(s.dec)
	}
	return r.dec.Mul(decimal.NewFromInt(s.over())).Cmp(s.dec.Mul(decimal.NewFromInt(r.over())))
}

const maxShift = 18

// fits reports whether a decimal's coefficient is what CoefficientInt64 says.
func fits(d decimal.Decimal) bool { return d.NumDigits() <= 18 }

// strip moves what it can of the denominator into the decimal, as long as that
// has at most so many places: 100/12 is 25/3.
func (r rate) strip(places int32) rate {
	r.den = r.over()
	if r.den == 1 {
		return r
	}
	if c, ok := smallCoefficient(r.dec); ok {
		if g := gcd(c, r.den); g > 1 {
			r = rate{decimal.New(c/g, r.dec.Exponent()), r.den / g}
		}
	} else {
		g := new(big.Int).GCD(nil, nil, new(big.Int).Abs(r.dec.Coefficient()), big.NewInt(r.den)).Int64()
		if g > 1 {
			q := new(big.Int).Quo(r.dec.Coefficient(), big.NewInt(g))
			r = rate{decimal.NewFromBigInt(q, r.dec.Exponent()), r.den / g}
		}
	}
	// A factor of 2 in the denominator is a 5 in the decimal and one place
	// more; of 10, only the place.
	for _, by := range [...]struct{ f, up int64 }{{10, 1}, {2, 5}, {5, 2}} {
		for r.den%by.f == 0 && -r.dec.Exponent() < places {
			d := r.dec
			if by.up != 1 {
				d = d.Mul(decimal.NewFromInt(by.up))
			}
			r = rate{d.Shift(-1), r.den / by.f}
		}
	}
	return r
}

// smallCoefficient is a coefficient of zero or more that an int64 holds.
func smallCoefficient(d decimal.Decimal) (int64, bool) {
	c := d.CoefficientInt64()
	return c, c >= 0 && fits(d)
}

// round returns the rate rounded once to a number of places.
func (r rate) round(places int32, mode money.Rounding) rate {
	if r.over() == 1 && -r.dec.Exponent() <= places {
		return r
	}
	n, d := r.big()
	n.Mul(n, pow10(places))
	return rate{decimal.NewFromBigInt(mode.Quo(n, d), -places), 1}
}

// charge returns the rate as an amount per cycle of whole months that a ledger
// can take, exactly unless it says otherwise: then it was rounded to
// ledger.Places.
func (r rate) charge() (c rate, exact bool) {
	r.den = r.over()
	if r.den <= calendar.MaxCycleMonths && num.Check(r.dec) == nil {
		return r, true
	}
	s := r.strip(num.MaxPlaces)
	if s.den <= calendar.MaxCycleMonths && num.Check(s.dec) == nil {
		return s, true
	}
	return r.round(num.MaxPlaces, money.HalfEven), false
}

// monthly is what an amount per cycle is worth a month under the policy.
func (p *Policy) monthly(amount decimal.Decimal, c calendar.Cycle) rate {
	n := int64(max(c.N, 1))
	var f Factor
	switch c.Unit {
	case calendar.UnitYear:
		return rate{amount, 12 * n}
	case calendar.UnitWeek:
		f = p.WeekFactor.or(standardWeek)
	case calendar.UnitDay:
		f = p.DayFactor.or(standardDay)
	default:
		return rate{amount, n}
	}
	if f.Times == 0 {
		return rate{}
	}
	return rate{amount.Mul(decimal.NewFromInt(f.Times)), f.Per * n}
}

// The factors of calendar.Cycle.PerYear and of the ledger.
var (
	standardWeek = Factor{52, 12}
	standardDay  = Factor{365, 12}
)

func gcd(a, b int64) int64 {
	for b != 0 {
		a, b = b, a%b
	}
	return max(a, 1)
}

// mul64 multiplies two positive numbers.
func mul64(a, b int64) (int64, bool) {
	hi, lo := bits.Mul64(uint64(a), uint64(b))
	return int64(lo), hi == 0 && lo < 1<<63
}
