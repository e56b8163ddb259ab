// Package words is how findings write numbers and currencies.
package words

import (
	"fmt"

	"github.com/shopspring/decimal"

	"github.com/lifecycle-go/lifecycle/metrics/money"
)

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
