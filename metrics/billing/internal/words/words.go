// Package words is how findings write numbers and currencies, and the limits that
// importers share with package billing.
package words

import (
	"fmt"

	"github.com/shopspring/decimal"

	"github.com/lifecycle-go/lifecycle/internal/num"
	"github.com/lifecycle-go/lifecycle/metrics/money"
)

// MaxName is the longest name of a span or a line: one that the ledger takes, less
// room for the currency that is added where a subscription charges in several.
const MaxName = 1000

// MaxCycles is the most cycles a discount may last.
const MaxCycles = 1200

// Number is a decimal for a message, without writing out huge exponents.
func Number(d decimal.Decimal) string {
	if e := d.Exponent(); e > 64 || e < -64 || d.NumDigits() > 64 {
		return fmt.Sprintf("(%d digits, exponent %d)", d.NumDigits(), e)
	}
	return d.String()
}

// Currency is a currency, or that it has no name.
func Currency(c money.Currency) string {
	if c == "" {
		return "an unnamed currency"
	}
	return string(c)
}

// Check is num.Check that refuses a zero of a huge exponent too: adding to it
// costs what its exponent says.
func Check(d decimal.Decimal) error {
	if e := d.Exponent(); d.IsZero() && (e > num.MaxIntegerDigits || e < -2*num.MaxPlaces) {
		return fmt.Errorf("%w: a zero with exponent %d", num.ErrRange, e)
	}
	return num.Check(d)
}
