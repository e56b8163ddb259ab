package policy

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/shopspring/decimal"

	"github.com/lifecycle-go/lifecycle/internal/num"
	"github.com/lifecycle-go/lifecycle/internal/text"
)

// maxFactor bounds numerator and denominator of a Factor.
const maxFactor = 1_000_000_000

// Factor is how many days or weeks a month has, as the exact fraction
// Times/Per. The zero Factor is the default of its unit: 365/12 days, 52/12
// weeks, the one under which twelve months are exactly 365 daily or 52 weekly
// charges. NoFactor is the factor zero: such charges count nothing.
//
// A Factor is a comparable value; equal fractions may differ as values.
type Factor struct{ Times, Per int64 }

// NoFactor makes charges of a unit count nothing, as Kill Bill does with those
// by day and by week.
func NoFactor() Factor { return Factor{0, 1} }

// ParseFactor reads a decimal or a fraction of two: "4.33", "52/12",
// "30.4375/7", "0".
func ParseFactor(s string) (Factor, error) {
	bad := func(reason string) (Factor, error) {
		return Factor{}, fmt.Errorf("policy: parse factor: %q: %s", text.Clip(s), reason)
	}
	if len(s) > 64 {
		return bad("longer than 64 bytes")
	}
	top, bottom, fraction := strings.Cut(s, "/")
	if !fraction {
		bottom = "1"
	}
	times, ok1 := plainDecimal(top)
	per, ok2 := plainDecimal(bottom)
	if !ok1 || !ok2 {
		return bad(`want a decimal or a fraction, such as "4.33" or "52/12"`)
	}
	places := max(-times.Exponent(), -per.Exponent(), 0)
	a, b := times.Shift(places), per.Shift(places)
	limit := decimal.NewFromInt(maxFactor)
	if b.Sign() == 0 || a.Cmp(limit) > 0 || b.Cmp(limit) > 0 {
		return bad("numerator and denominator must be at most 1000000000 when whole, the latter above 0")
	}
	return Factor{a.IntPart(), b.IntPart()}, nil
}

// plainDecimal reads digits with at most one point among them.
func plainDecimal(s string) (decimal.Decimal, bool) {
	if s == "" || strings.Trim(s, "0123456789.") != "" {
		return decimal.Decimal{}, false
	}
	d, err := decimal.NewFromString(s)
	if err != nil || num.Check(d) != nil {
		return decimal.Decimal{}, false
	}
	return d, true
}

// Validate reports a negative factor, a denominator of zero and numbers beyond
// 1,000,000,000. The zero Factor is valid.
func (f Factor) Validate() error {
	if f == (Factor{}) || f.Times >= 0 && f.Per > 0 && f.Times <= maxFactor && f.Per <= maxFactor {
		return nil
	}
	return fmt.Errorf("policy: factor: %d/%d: want 0 to %d over 1 to %d", f.Times, f.Per, maxFactor, maxFactor)
}

// String is the factor as a decimal where it ends and ParseFactor reads it, else as
// a fraction: "4.33", "30.4375/7", "30.223375/8"; "default" for the zero Factor.
func (f Factor) String() string {
	if f == (Factor{}) {
		return "default"
	}
	if f.Validate() != nil {
		return fmt.Sprintf("%d/%d", f.Times, f.Per)
	}
	if r := (rate{decimal.NewFromInt(f.Times), f.Per}).strip(num.MaxPlaces); r.den == 1 {
		s := r.dec.String()
		if _, err := ParseFactor(s); err == nil {
			return s
		}
	}
	top, bottom := decimal.NewFromInt(f.Times), f.Per
	for bottom%10 == 0 {
		top, bottom = top.Shift(-1), bottom/10
	}
	return top.String() + "/" + strconv.FormatInt(bottom, 10)
}

// MarshalText writes what ParseFactor reads, and "default" for the zero Factor.
func (f Factor) MarshalText() ([]byte, error) {
	if err := f.Validate(); err != nil {
		return nil, err
	}
	return []byte(f.String()), nil
}

// UnmarshalText reads what MarshalText writes.
func (f *Factor) UnmarshalText(text []byte) error {
	if string(text) == "default" {
		*f = Factor{}
		return nil
	}
	v, err := ParseFactor(string(text))
	if err == nil {
		*f = v
	}
	return err
}

// or returns the factor, or the default of its unit.
func (f Factor) or(def Factor) Factor {
	if f == (Factor{}) {
		return def
	}
	return f
}

// canonical is the same fraction in lowest terms.
func (f Factor) canonical(def Factor) Factor {
	f = f.or(def)
	if g := gcd(f.Times, f.Per); g > 1 {
		f.Times, f.Per = f.Times/g, f.Per/g
	}
	return f
}
