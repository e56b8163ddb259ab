package num

import (
	"math/big"
	"math/bits"

	"github.com/shopspring/decimal"
)

// Sum adds decimals exactly. The zero value is an empty sum. Adding numbers
// whose coefficient is an int64 within the limits of Check allocates nothing; others fall
// back to decimal's own addition. Not safe for concurrent use.
type Sum struct {
	// at[i] counts units of 10^(i-MaxPlaces).
	at   [MaxPlaces + 1]Int128
	rest decimal.Decimal
}

// Add adds d.
func (s *Sum) Add(d decimal.Decimal) { s.AddAll([]decimal.Decimal{d}) }

// AddAll adds every one of ds.
func (s *Sum) AddAll(ds []decimal.Decimal) {
	for len(ds) > 0 {
		n := s.addRun(ds)
		if n == 0 {
			s.addOne(&ds[0])
			n = 1
		}
		ds = ds[n:]
	}
}

// AddChecked is AddAll for decimals from outside: the first beyond the limits of
// Check is refused with its position, and then none is added. Amounts of one
// word and up to MaxPlaces decimal places need no check and cost nothing more.
func (s *Sum) AddChecked(ds []decimal.Decimal) (at int, err error) {
	before := *s
	for all := ds; len(ds) > 0; {
		n := s.addRun(ds)
		if n == 0 {
			if err := Check(ds[0]); err != nil {
				*s = before
				return len(all) - len(ds), err
			}
			s.addOne(&ds[0])
			n = 1
		}
		ds = ds[n:]
	}
	return 0, nil
}

// addRun adds the leading amounts that share an exponent and have coefficients
// of one word, in registers, and returns how many they were. Neighbours mostly
// are like that.
func (s *Sum) addRun(ds []decimal.Decimal) int {
	at := ds[0].Exponent() + MaxPlaces
	if !readable || uint32(at) > MaxPlaces {
		return 0
	}
	run, n := s.at[at], 0
	for ; n < len(ds); n++ {
		v := peek(&ds[n])
		if v == nil || ds[n].Exponent()+MaxPlaces != at {
			break
		}
		w := v.Bits()
		if len(w) != 1 || w[0]>>(bits.UintSize-1) != 0 {
			if len(w) == 0 {
				continue
			}
			break
		}
		c := int64(w[0])
		if v.Sign() < 0 {
			c = -c
		}
		run = run.Add(Of(c))
	}
	s.at[at] = run
	return n
}

func (s *Sum) addOne(d *decimal.Decimal) {
	if c, ok := coefficient(d); ok {
		if c == 0 { // whatever its exponent
			return
		}
		if at := d.Exponent() + MaxPlaces; uint32(at) <= MaxPlaces {
			s.at[at] = s.at[at].Add(Of(c))
			return
		}
	}
	s.rest = s.rest.Add(*d)
}

// Decimal returns the sum. It is exact: no digit is rounded.
func (s *Sum) Decimal() decimal.Decimal {
	total, ten := new(big.Int), big.NewInt(10)
	scale := big.NewInt(1)
	for i := range s.at {
		if !s.at[i].IsZero() {
			total.Add(total, new(big.Int).Mul(s.at[i].Big(), scale))
		}
		scale.Mul(scale, ten)
	}
	return Units(total, MaxPlaces).Add(s.rest)
}

// SumDecimals returns the exact sum of ds.
func SumDecimals(ds []decimal.Decimal) decimal.Decimal {
	var s Sum
	s.AddAll(ds)
	return s.Decimal()
}
