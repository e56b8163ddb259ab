package money_test

import (
	"fmt"

	"github.com/shopspring/decimal"

	"github.com/lifecycle-go/lifecycle/metrics/money"
)

// Stripe counts the króna in hundredths, though ISO 4217 gives it none: the same
// number is another amount.
func ExampleExponents_FromMinor() {
	iso, stripe := money.Exponents(nil), money.StripeExponents()
	for _, c := range []money.Currency{"EUR", "JPY", "ISK"} {
		a, err1 := iso.FromMinor(250000, c)
		b, err2 := stripe.FromMinor(250000, c)
		fmt.Println(c, a, b, err1, err2)
	}
	// Output:
	// EUR 2500 2500 <nil> <nil>
	// JPY 250000 250000 <nil> <nil>
	// ISK 250000 2500 <nil> <nil>
}

// The way back is exact, or an error: half a cent is no amount.
func ExampleExponents_Minor() {
	e := money.StripeExponents()
	fmt.Println(e.Minor(decimal.RequireFromString("19.99"), "EUR"))
	_, err := e.Minor(decimal.RequireFromString("19.995"), "EUR")
	fmt.Println(err)
	// Output:
	// 1999 <nil>
	// money: Minor: 19.995 EUR: 3 decimal places, the currency has 2
}

func ExampleExponents_MinorUnits() {
	for _, c := range []money.Currency{"EUR", "JPY", "KWD", "XYZ"} {
		digits, known := money.Exponents(nil).MinorUnits(c)
		fmt.Println(c, digits, known)
	}
	// Output:
	// EUR 2 true
	// JPY 0 true
	// KWD 3 true
	// XYZ 0 false
}
