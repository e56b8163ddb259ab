package num

import (
	"errors"
	"fmt"
	"math/big"

	"github.com/shopspring/decimal"
)

// Limits on a decimal that comes from outside. They keep every later sum
// inside 128 bits and a hostile exponent from costing memory.
const (
	// MaxIntegerDigits is how many digits may stand before the point.
	MaxIntegerDigits = 18
	// MaxPlaces is how many digits may stand behind it.
	MaxPlaces = 12

	// maxCoefficientDigits bounds what is worth normalising at all: a value
	// written with more digits than this is refused before it is read.
	maxCoefficientDigits = 64

	// maxSmall is the first magnitude of more than 18 digits.
	maxSmall = 1_000_000_000_000_000_000
)

// ErrRange reports a number outside the limits of this package.
var ErrRange = errors.New("out of range")

// Check reports whether d is within the limits: at most MaxIntegerDigits
// digits before the point and MaxPlaces behind it, trailing zeros not counted.
// Its cost does not grow with d's exponent. The error wraps ErrRange and says
// the limit and the actual.
func Check(d decimal.Decimal) error {
	_, _, err := Parts(d)
	return err
}

// Parts returns coef and exp with d = coef * 10^exp, -MaxPlaces <= exp <= 0
// and no trailing zero behind the point, or an error as Check does.
func Parts(d decimal.Decimal) (coef Int128, exp int32, err error) {
	c, ok := coefficient(&d)
	if !ok || c >= maxSmall || c <= -maxSmall {
		return slowParts(d)
	}
	if c == 0 {
		return Int128{}, 0, nil
	}
	exp = d.Exponent()
	for exp < 0 && c%10 == 0 {
		c /= 10
		exp++
	}
	// Up to 18 digits and no positive exponent: within the limits.
	if exp >= -MaxPlaces && exp <= 0 {
		return Of(c), exp, nil
	}
	return slowParts(d)
}

func slowParts(d decimal.Decimal) (Int128, int32, error) {
	exp := int64(d.Exponent())
	digits := int64(d.NumDigits())
	if digits > maxCoefficientDigits {
		return Int128{}, 0, fmt.Errorf("%w: %d digits, limit %d", ErrRange, digits, maxCoefficientDigits)
	}
	c := d.Coefficient()
	if c.Sign() == 0 {
		return Int128{}, 0, nil
	}
	ten, rem := big.NewInt(10), new(big.Int)
	for exp < 0 {
		q, r := new(big.Int).QuoRem(c, ten, rem)
		if r.Sign() != 0 {
			break
		}
		c, exp, digits = q, exp+1, digits-1
	}
	if n := digits + exp; n > MaxIntegerDigits {
		return Int128{}, 0, fmt.Errorf("%w: %d digits before the point, limit %d", ErrRange, n, MaxIntegerDigits)
	}
	if -exp > MaxPlaces {
		return Int128{}, 0, fmt.Errorf("%w: %d decimal places, limit %d", ErrRange, -exp, MaxPlaces)
	}
	for ; exp > 0; exp-- {
		c.Mul(c, ten)
	}
	v, ok := FromBig(c)
	if !ok {
		return Int128{}, 0, fmt.Errorf("%w: coefficient %s", ErrRange, c)
	}
	return v, int32(exp), nil
}

// Pow10 returns 10^n for 0 <= n <= 18 and 0 beyond.
func Pow10(n int32) int64 {
	if n < 0 || n > 18 {
		return 0
	}
	p := int64(1)
	for ; n > 0; n-- {
		p *= 10
	}
	return p
}

// Round returns num/den as a decimal with the given places, ties away from
// minus infinity (floor(x + 1/2)): of all roundings the one that commutes with
// adding whole units, which is what lets rounded bridges close. den > 0.
// Trailing zeros behind the point are removed.
func Round(num, den *big.Int, places int32) decimal.Decimal {
	return Units(RoundUnits(num, den, places), places)
}

// RoundUnits returns floor(num/den * 10^places + 1/2).
func RoundUnits(num, den *big.Int, places int32) *big.Int {
	n := new(big.Int).Mul(num, new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(places)), nil))
	n.Lsh(n, 1).Add(n, den)
	return n.Div(n, new(big.Int).Lsh(den, 1)) // Euclidean: floor for den > 0.
}

// Units returns units * 10^-places without trailing zeros behind the point.
func Units(units *big.Int, places int32) decimal.Decimal {
	if units.Sign() == 0 {
		return decimal.Decimal{}
	}
	if units.IsInt64() {
		u := units.Int64()
		for places > 0 && u%10 == 0 {
			u /= 10
			places--
		}
		return decimal.New(u, -places)
	}
	u, ten, rem := new(big.Int).Set(units), big.NewInt(10), new(big.Int)
	for places > 0 {
		q, r := new(big.Int).QuoRem(u, ten, rem)
		if r.Sign() != 0 {
			break
		}
		u, places = q, places-1
	}
	return decimal.NewFromBigInt(u, -places)
}

// RoundInt returns a*mul/div as a decimal of units of 10^-places, as Round does
// with ties, and whether the words of the machine sufficed. 0 < div < 2^63.
func RoundInt(a Int128, mul, div uint64, places int32) (decimal.Decimal, bool) {
	q, rem, ok := a.MulDiv(mul, div)
	if !ok {
		return decimal.Decimal{}, false
	}
	if rem >= div-rem {
		q = q.Add(Of(1))
	}
	return UnitsInt(q, places), true
}

// UnitsInt is Units of an Int128.
func UnitsInt(units Int128, places int32) decimal.Decimal {
	u, ok := units.Int64()
	for !ok && places >= 6 { // what was scaled up mostly fits a word again
		q, rem, fits := units.MulDiv(1, 1_000_000)
		if !fits || rem != 0 {
			break
		}
		units, places = q, places-6
		u, ok = units.Int64()
	}
	if !ok {
		return Units(units.Big(), places)
	}
	if u == 0 {
		return decimal.Decimal{}
	}
	if places >= 6 && u%1_000_000 == 0 {
		u /= 1_000_000
		places -= 6
	}
	for places > 0 && u%10 == 0 {
		u /= 10
		places--
	}
	return decimal.New(u, -places)
}
