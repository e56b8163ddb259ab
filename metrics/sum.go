package metrics

import (
	"strconv"

	"github.com/shopspring/decimal"

	"github.com/lifecycle-go/lifecycle/internal/num"
)

// Sum adds decimals exactly, and allocates nothing for amounts of up to 18 digits
// and num.MaxPlaces decimal places. The zero Sum is an empty one. It accumulates
// and is not safe for concurrent use.
type Sum struct{ sum num.Sum }

// Add adds all of ds or none: a number of more than num.MaxIntegerDigits digits
// before the point or num.MaxPlaces behind it is a *fault.Error that names its
// position.
func (s *Sum) Add(ds ...decimal.Decimal) error {
	at, err := s.sum.AddChecked(ds)
	if err != nil {
		return refuse("Sum.Add", "amount "+strconv.Itoa(at), "", err.Error(), CodeBounds)
	}
	return nil
}

// Decimal returns the sum. No digit of it is rounded.
func (s *Sum) Decimal() decimal.Decimal { return s.sum.Decimal() }

// String is the sum as a plain number.
func (s *Sum) String() string { return s.Decimal().String() }

// SumOf is the exact sum of ds, with Sum.Add's refusals.
func SumOf(ds ...decimal.Decimal) (decimal.Decimal, error) {
	var s Sum
	if err := s.Add(ds...); err != nil {
		return decimal.Decimal{}, err
	}
	return s.Decimal(), nil
}
