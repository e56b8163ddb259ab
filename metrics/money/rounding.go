package money

import (
	"database/sql/driver"
	"math/big"

	"github.com/shopspring/decimal"

	"github.com/lifecycle-go/lifecycle/internal/enum"
	"github.com/lifecycle-go/lifecycle/internal/num"
)

// Rounding says what happens to digits that do not fit. The zero Rounding is
// HalfEven.
type Rounding uint8

// The rounding modes. The half modes round to the nearest and differ in ties.
const (
	HalfEven Rounding = iota // ties to the even neighbour ("banker's rounding")
	HalfUp                   // ties away from zero
	HalfDown                 // ties towards zero
	Up                       // away from zero
	Down                     // towards zero, that is, truncate
	Floor                    // towards minus infinity
	Ceiling                  // towards plus infinity
)

var roundings = enum.New[Rounding]("money", "Rounding", "half-even", "half-up", "half-down", "up", "down", "floor", "ceiling")

// String is the name that MarshalText writes; "Rounding(9)" for a value that
// is no mode.
func (r Rounding) String() string { return roundings.String(r) }

// Validate reports a value that is no mode, wrapping ErrRounding.
func (r Rounding) Validate() error {
	if roundings.Has(r) {
		return nil
	}
	return refuse("Rounding.Validate", r.String(), ErrRounding.Error(), ErrRounding)
}

// MarshalText writes "half-even", "half-up", "half-down", "up", "down",
// "floor" or "ceiling".
func (r Rounding) MarshalText() ([]byte, error) { return roundings.Marshal(r) }

// UnmarshalText reads what MarshalText writes.
func (r *Rounding) UnmarshalText(text []byte) error { return roundings.Unmarshal(r, text) }

// Value stores the name.
func (r Rounding) Value() (driver.Value, error) { return roundings.Value(r) }

// Scan reads a name; NULL is HalfEven.
func (r *Rounding) Scan(src any) error { return roundings.Scan(r, src) }

// away says whether a magnitude with a dropped part moves one unit away from
// zero. half compares the dropped part with a half: -1, 0 or +1.
func (r Rounding) away(negative, odd bool, half int) bool {
	switch r {
	case HalfUp:
		return half >= 0
	case HalfDown:
		return half > 0
	case Up:
		return true
	case Down:
		return false
	case Floor:
		return negative
	case Ceiling:
		return !negative
	default:
		return half > 0 || half == 0 && odd
	}
}

// Quo is the integer nearest to n/d in this mode, rounded once from the exact
// fraction; d must not be zero. An unknown mode rounds as HalfEven.
func (r Rounding) Quo(n, d *big.Int) *big.Int {
	if d.Sign() == 0 {
		return new(big.Int)
	}
	negative := n.Sign()*d.Sign() < 0
	q, rem := new(big.Int).QuoRem(new(big.Int).Abs(n), new(big.Int).Abs(d), new(big.Int))
	if rem.Sign() != 0 {
		half := rem.Lsh(rem, 1).CmpAbs(d)
		if r.away(negative, q.Bit(0) == 1, half) {
			q.Add(q, big.NewInt(1))
		}
	}
	if negative {
		q.Neg(q)
	}
	return q
}

// Round rounds an amount to places digits behind the point, or before it
// where places is negative, in the given mode. places must be -18 to 12
// (ErrRange), and the amount within the bounds of the package.
func Round(d decimal.Decimal, places int32, mode Rounding) (decimal.Decimal, error) {
	const op = "Round"
	if err := mode.Validate(); err != nil {
		return decimal.Decimal{}, err
	}
	if places < -num.MaxIntegerDigits || places > num.MaxPlaces {
		return decimal.Decimal{}, refuse(op, itoa(places)+" places", "want -18 to 12", ErrRange)
	}
	coef, exp, err := num.Parts(d)
	if err != nil {
		return decimal.Decimal{}, outOfRange(op, "amount", err)
	}
	drop := -exp - places
	if drop <= 0 {
		return d, nil
	}
	unit := new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(drop)), nil)
	rounded := decimal.NewFromBigInt(mode.Quo(coef.Big(), unit), -places)
	if err := num.Check(rounded); err != nil {
		return decimal.Decimal{}, outOfRange(op, "result", err)
	}
	return rounded, nil
}

// RoundTo rounds an amount to the minor unit of its currency in the given
// mode: 1.005 of USD half even is 1.00.
func RoundTo(d decimal.Decimal, c Currency, mode Rounding) (decimal.Decimal, error) {
	digits, err := c.digits("RoundTo")
	if err != nil {
		return decimal.Decimal{}, err
	}
	return Round(d, digits, mode)
}
