package money

import (
	"errors"
	"math/big"
	"math/bits"
	"slices"
	"strconv"

	"github.com/shopspring/decimal"

	"github.com/lifecycle-go/lifecycle/internal/num"
)

// Allocate spreads a total over weights so that the parts, each with places
// digits behind the point, sum to the total exactly.
//
// Each part first gets its exact share rounded towards zero; the units left
// over go one each to the parts with the largest remainder (the Hamilton
// method), earlier positions first among equals. A negative total is spread
// as its magnitude with the sign put back. A weight of zero gets zero.
//
// Errors: no weights, a negative weight, or weights that sum to zero
// (ErrWeights, every bad weight with its position); a total with more than
// places digits (ErrInexact); numbers beyond the bounds of the package
// (ErrRange). The result is as long as weights and nil on error.
func Allocate(total decimal.Decimal, weights []decimal.Decimal, places int32) ([]decimal.Decimal, error) {
	const op = "Allocate"
	if places < -num.MaxIntegerDigits || places > num.MaxPlaces {
		return nil, refuse(op, itoa(places)+" places", "want -18 to 12", ErrRange)
	}
	units, err := unitsOf(total, places)
	if err != nil {
		return nil, err
	}
	shares, sum, err := scaleWeights(weights)
	if err != nil {
		return nil, err
	}
	negative := units.Sign() < 0
	units = units.Abs()
	var parts []num.Int128
	u, small := units.Int64()
	if s, ok := sum.Int64(); ok && small {
		parts = allocate64(uint64(u), shares, uint64(s))
	} else {
		parts = allocateBig(units.Big(), shares, sum.Big())
	}
	out := make([]decimal.Decimal, len(parts))
	for i, p := range parts {
		if negative {
			p = p.Neg()
		}
		if v, ok := p.Int64(); ok {
			out[i] = decimal.New(v, -places)
		} else {
			out[i] = decimal.NewFromBigInt(p.Big(), -places)
		}
	}
	return out, nil
}

// unitsOf is total in units of 10^-places.
func unitsOf(total decimal.Decimal, places int32) (num.Int128, error) {
	const op = "Allocate"
	coef, exp, err := num.Parts(total)
	if err != nil {
		return num.Int128{}, outOfRange(op, "total", err)
	}
	up := exp + places
	if up >= 0 {
		// At most 18 digits before and 12 behind the point: 30 digits fit.
		units, _ := coef.Mul(num.Of(num.Pow10(up)))
		return units, nil
	}
	unit := new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(-up)), nil)
	q, r := new(big.Int).QuoRem(coef.Big(), unit, new(big.Int))
	if r.Sign() != 0 {
		return num.Int128{}, refuse(op, "total "+total.StringFixed(-exp), "not a whole number of units at "+itoa(places)+" places", ErrInexact)
	}
	units, _ := num.FromBig(q)
	return units, nil
}

// scaleWeights gives the weights as integers of one common unit, and their
// sum.
func scaleWeights(weights []decimal.Decimal) (shares []num.Int128, sum num.Int128, err error) {
	const op = "Allocate"
	if len(weights) == 0 {
		return nil, sum, refuse(op, "weights", "none given", ErrWeights)
	}
	var errs []error
	shares = make([]num.Int128, len(weights))
	exps := make([]int32, len(weights))
	finest := int32(0)
	for i, w := range weights {
		coef, exp, err := num.Parts(w)
		switch {
		case err != nil:
			errs = append(errs, outOfRange(op, "weight "+strconv.Itoa(i), err))
		case coef.Sign() < 0:
			errs = append(errs, refuse(op, "weight "+strconv.Itoa(i)+" "+w.StringFixed(-exp), "negative", ErrWeights))
		}
		shares[i], exps[i] = coef, exp
		finest = min(finest, exp)
	}
	if len(errs) > 0 {
		return nil, sum, errors.Join(errs...)
	}
	for i := range shares {
		// At most 30 digits each: a hundred million of them fit 128 bits.
		shares[i], _ = shares[i].Mul(num.Of(num.Pow10(exps[i] - finest)))
		var ok bool
		if sum, ok = sum.AddOK(shares[i]); !ok {
			return nil, sum, refuse(op, "weights", "their sum has more than 128 bits", ErrRange)
		}
	}
	if sum.IsZero() {
		return nil, sum, refuse(op, "weights", "sum to zero", ErrWeights)
	}
	return shares, sum, nil
}

// allocate64 is the common case: everything fits 64 bits.
func allocate64(units uint64, shares []num.Int128, sum uint64) []num.Int128 {
	parts := make([]num.Int128, len(shares))
	rests := make([]uint64, len(shares))
	left := units
	for i, s := range shares {
		hi, lo := bits.Mul64(units, s.Lo)
		q, r := bits.Div64(hi, lo, sum) // s <= sum, so the quotient is at most units
		parts[i], rests[i] = num.Int128{Lo: q}, r
		left -= q
	}
	handOut(parts, int(left), func(a, b int) int {
		switch {
		case rests[a] > rests[b]:
			return -1
		case rests[a] < rests[b]:
			return 1
		}
		return a - b
	})
	return parts
}

func allocateBig(units *big.Int, shares []num.Int128, sum *big.Int) []num.Int128 {
	parts := make([]num.Int128, len(shares))
	rests := make([]*big.Int, len(shares))
	left := new(big.Int).Set(units)
	for i, s := range shares {
		q, r := new(big.Int).QuoRem(new(big.Int).Mul(units, s.Big()), sum, new(big.Int))
		parts[i], _ = num.FromBig(q)
		rests[i] = r
		left.Sub(left, q)
	}
	handOut(parts, int(left.Int64()), func(a, b int) int {
		if c := rests[b].Cmp(rests[a]); c != 0 {
			return c
		}
		return a - b
	})
	return parts
}

// handOut gives one unit more to the first left parts in the given order.
// There are fewer units left than parts with a remainder.
func handOut(parts []num.Int128, left int, order func(a, b int) int) {
	if left == 0 {
		return
	}
	by := make([]int, len(parts))
	for i := range by {
		by[i] = i
	}
	slices.SortFunc(by, order)
	for _, i := range by[:left] {
		parts[i] = parts[i].Add(num.Of(1))
	}
}
