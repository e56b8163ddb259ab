package report

import (
	"errors"
	"fmt"

	"github.com/shopspring/decimal"

	"github.com/lifecycle-go/lifecycle/metrics/fault"
)

// ErrInput is wrapped by the errors of input that no figure can be made of.
var ErrInput = errors.New("cannot be shown")

func refuse(op, field, limit string) error {
	return &fault.Error{Package: "report", Op: op, Field: field, Limit: limit, Err: ErrInput}
}

func tooMany(op, field string, limit, got int) error {
	return &fault.Error{Package: "report", Op: op, Field: field, Limit: fmt.Sprintf("want at most %d, got %d", limit, got), Err: fault.ErrTooMany}
}

// Limits of what is drawn.
const (
	maxMonths  = 1200
	maxSeries  = 10_000
	maxBars    = 1000
	maxDigits  = 1000
	maxStages  = 200
	maxCohorts = 1200
)

// checkAmounts refuses decimals too long to write.
func checkAmounts(op, field string, amounts ...decimal.Decimal) error {
	for _, d := range amounts {
		if e := d.Exponent(); e > maxDigits || e < -maxDigits || d.NumDigits() > maxDigits {
			return refuse(op, field, fmt.Sprintf("want at most %d digits and exponents within ±%d", maxDigits, maxDigits))
		}
	}
	return nil
}
