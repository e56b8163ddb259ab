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
	// Neighbours mostly share an exponent: their run is summed in registers.
	var run Int128
	at := int32(-1)
	for i := range ds {
		d := &ds[i]
		var c int64
		var ok bool
		if readable {
			// One word and a sign: the coefficient of nearly every amount.
			v := peek(d)
			if v == nil {
				continue
			}
			if w := v.Bits(); len(w) == 1 && int64(w[0]) >= 0 && bits.UintSize == 64 {
				c, ok = int64(w[0]), true
				if v.Sign() < 0 {
					c = -c
				}
			}
		}
		if !ok {
			c, ok = coefficient(d)
		}
		e := d.Exponent() + MaxPlaces
		if !ok || uint32(e) > MaxPlaces {
			s.rest = s.rest.Add(*d)
			continue
		}
		if e != at {
			s.flush(at, run)
			at, run = e, Int128{}
		}
		run = run.Add(Of(c))
	}
	s.flush(at, run)
}

func (s *Sum) flush(at int32, run Int128) {
	if at >= 0 {
		s.at[at] = s.at[at].Add(run)
	}
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
