package money

import (
	"errors"
	"maps"
	"slices"
	"strconv"

	"github.com/shopspring/decimal"

	"github.com/lifecycle-go/lifecycle/internal/num"
)

// FromMinor gives the amount in major units of a number of minor units, by
// the digits of ISO 4217: 1999 of USD is 19.99, 1999 of JPY is 1999. It fails
// for a currency that is unknown (ErrCurrency) or has no minor unit
// (ErrNoMinorUnits), and beyond 18 digits before the point (ErrRange).
func FromMinor(minor int64, c Currency) (decimal.Decimal, error) {
	return Exponents(nil).FromMinor(minor, c)
}

// Minor gives the number of minor units of an amount in major units, exactly
// or not at all: 19.99 of USD is 1999, 19.999 is an error wrapping
// ErrInexact. Use [Round] first where rounding is meant.
func Minor(d decimal.Decimal, c Currency) (int64, error) {
	return Exponents(nil).Minor(d, c)
}

// Exponents are the minor-unit digits of one source of amounts where they
// differ from ISO 4217; currencies it does not name are as in ISO. A nil
// Exponents is ISO. Do not write to a map that others read.
type Exponents map[Currency]int32

// StripeExponents is how Stripe's API counts minor units where it departs
// from ISO 4217: ISK and UGX with two digits (which ISO counts with none) and
// MGA with none (which ISO counts with two). HUF and TWD are zero-decimal
// only in payouts, not in charges, and so are left as in ISO. Each call gives
// a new map. Source: docs.stripe.com/currencies, "Minor units in API amounts"
// and its special cases.
func StripeExponents() Exponents {
	return Exponents{"ISK": 2, "UGX": 2, "MGA": 0}
}

const maxExponent = 6

// Validate reports every entry whose currency is not in ISO 4217 or whose
// digits are outside 0 to 6, in the order of the codes.
func (e Exponents) Validate() error {
	var errs []error
	known := 0
	for c := range Currencies() {
		digits, ok := e[c]
		if !ok {
			continue
		}
		known++
		if digits < 0 || digits > maxExponent {
			errs = append(errs, refuse("Exponents.Validate", string(c)+" "+itoa(digits), "want 0 to 6 digits", ErrRange))
		}
	}
	if known < len(e) {
		for _, c := range sortedKeys(e) {
			if _, ok := c.find(); !ok {
				errs = append(errs, unknown("Exponents.Validate", string(c)))
			}
		}
	}
	return errors.Join(errs...)
}

// MinorUnits is the number of minor-unit digits of c at this source; false
// for a currency that is neither named nor has minor units in ISO 4217.
func (e Exponents) MinorUnits(c Currency) (int32, bool) {
	if digits, ok := e[c]; ok {
		return digits, true
	}
	return c.MinorUnits()
}

func (e Exponents) digits(op string, c Currency) (int32, error) {
	digits, ok := e[c]
	if !ok {
		return c.digits(op)
	}
	if digits < 0 || digits > maxExponent {
		return 0, refuse(op, string(c)+" "+itoa(digits), "want 0 to 6 digits", ErrRange)
	}
	return digits, nil
}

// FromMinor is the function FromMinor with the digits of this source.
func (e Exponents) FromMinor(minor int64, c Currency) (decimal.Decimal, error) {
	digits, err := e.digits("FromMinor", c)
	if err != nil {
		return decimal.Decimal{}, err
	}
	d := decimal.New(minor, -digits)
	if num.Check(d) != nil {
		return decimal.Decimal{}, refuse("FromMinor", strconv.FormatInt(minor, 10)+" "+string(c),
			"more than 18 digits before the point", ErrRange)
	}
	return d, nil
}

// Minor is the function Minor with the digits of this source.
func (e Exponents) Minor(d decimal.Decimal, c Currency) (int64, error) {
	const op = "Minor"
	digits, err := e.digits(op, c)
	if err != nil {
		return 0, err
	}
	coef, exp, err := num.Parts(d)
	if err != nil {
		return 0, outOfRange(op, "amount", err)
	}
	up := digits + exp
	if up < 0 {
		return 0, refuse(op, d.StringFixed(-exp)+" "+string(c),
			itoa(-exp)+" decimal places, the currency has "+itoa(digits), ErrInexact)
	}
	scaled, ok := coef.Mul(num.Of(num.Pow10(up)))
	if minor, fits := scaled.Int64(); ok && fits {
		return minor, nil
	}
	return 0, refuse(op, d.StringFixed(-exp)+" "+string(c), "more minor units than an int64 holds", ErrRange)
}

func outOfRange(op, what string, err error) error {
	return refuse(op, what, err.Error(), ErrRange)
}

func sortedKeys(e Exponents) []Currency {
	return slices.Sorted(maps.Keys(e))
}
