package money_test

import (
	"errors"
	"fmt"
	"math/big"
	"time"

	"github.com/shopspring/decimal"

	"github.com/lifecycle-go/lifecycle/metrics/money"
)

func ExampleFromMinor() {
	for _, c := range []money.Currency{"USD", "JPY", "BHD"} {
		d, err := money.FromMinor(1999, c)
		fmt.Println(d, c, err)
	}
	// Output:
	// 19.99 USD <nil>
	// 1999 JPY <nil>
	// 1.999 BHD <nil>
}

func ExampleMinor() {
	fmt.Println(money.Minor(decimal.RequireFromString("19.99"), "USD"))
	_, err := money.Minor(decimal.RequireFromString("19.999"), "USD")
	fmt.Println(err)
	// Output:
	// 1999 <nil>
	// money: Minor: 19.999 USD: 3 decimal places, the currency has 2
}

// Stripe counts Icelandic krónur with two decimals, ISO 4217 with none.
func ExampleStripeExponents() {
	atStripe, err := money.StripeExponents().FromMinor(150_000, "ISK")
	fmt.Println(atStripe, err)
	inISO, err := money.FromMinor(150_000, "ISK")
	fmt.Println(inISO, err)
	// Output:
	// 1500 <nil>
	// 150000 <nil>
}

func ExampleExponents() {
	// A provider of one's own that bills forints without fillér.
	ours := money.Exponents{"HUF": 0}
	fmt.Println(ours.Validate())
	fmt.Println(ours.MinorUnits("HUF"))
	fmt.Println(ours.MinorUnits("EUR"))
	// Output:
	// <nil>
	// 0 true
	// 2 true
}

func ExampleParseCurrency() {
	c, err := money.ParseCurrency("usd")
	fmt.Println(c, err)
	_, err = money.ParseCurrency("doge")
	fmt.Println(err)
	// Output:
	// USD <nil>
	// money: ParseCurrency: "doge": not an ISO 4217 code
}

func ExampleCurrency_MinorUnits() {
	for _, c := range []money.Currency{"EUR", "JPY", "CLF", "XAU"} {
		digits, ok := c.MinorUnits()
		fmt.Println(c, digits, ok)
	}
	// Output:
	// EUR 2 true
	// JPY 0 true
	// CLF 4 true
	// XAU 0 false
}

func ExampleCurrency_Validate() {
	fmt.Println(money.Currency("EUR").Validate())
	fmt.Println(money.Currency("eur").Validate())
	// Output:
	// <nil>
	// money: Currency.Validate: "eur": not an ISO 4217 code
}

// Croatia took the euro in 2023; its older invoices are still in kuna.
func ExampleCurrency_Withdrawn() {
	kuna := money.Currency("HRK")
	fmt.Println(kuna.Validate(), kuna.Withdrawn())
	// Output:
	// <nil> true
}

func ExampleCurrencies() {
	for c := range money.Currencies() {
		if digits, ok := c.MinorUnits(); ok && digits > 3 {
			fmt.Println(c, digits)
		}
	}
	// Output:
	// CLF 4
	// UYW 4
}

// 7/2 rounded once, from the exact fraction.
func ExampleRounding_Quo() {
	n, d := big.NewInt(7), big.NewInt(2)
	fmt.Println(money.HalfEven.Quo(n, d), money.Down.Quo(n, d))
	// Output:
	// 4 3
}

func ExampleRound() {
	d := decimal.RequireFromString("-2.5")
	for _, mode := range []money.Rounding{money.HalfEven, money.HalfUp, money.Floor} {
		r, err := money.Round(d, 0, mode)
		fmt.Println(mode, r, err)
	}
	// Output:
	// half-even -2 <nil>
	// half-up -3 <nil>
	// floor -3 <nil>
}

func ExampleRoundTo() {
	fmt.Println(money.RoundTo(decimal.RequireFromString("8.333333"), "EUR", money.HalfUp))
	// Output:
	// 8.33 <nil>
}

// An invoice of 100 over three equal parts: no cent is lost.
func ExampleAllocate() {
	equal := []decimal.Decimal{decimal.New(1, 0), decimal.New(1, 0), decimal.New(1, 0)}
	parts, err := money.Allocate(decimal.New(100, 0), equal, 2)
	fmt.Println(parts, err)
	// Output:
	// [33.34 33.33 33.33] <nil>
}

func ExampleRateTable_Rate() {
	day := func(d int) time.Time { return time.Date(2026, time.January, d, 0, 0, 0, 0, time.UTC) }
	rates, err := money.NewRateTable([]money.Quote{
		{From: "EUR", To: "USD", Rate: decimal.RequireFromString("1.10"), Since: day(1)},
		{From: "EUR", To: "USD", Rate: decimal.RequireFromString("1.15"), Since: day(10), Until: day(20)},
	}, money.RateOptions{})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(rates.Rate("EUR", "USD", day(9)))
	fmt.Println(rates.Rate("EUR", "USD", day(10)))
	fmt.Println(rates.Rate("USD", "USD", day(30)))
	_, err = rates.Rate("EUR", "USD", day(30))
	fmt.Println(err)
	var missing *money.RateError
	fmt.Println(errors.As(err, &missing), errors.Is(err, money.ErrNoRate))
	// Output:
	// 1.1 <nil>
	// 1.15 <nil>
	// 1 <nil>
	// money: rate EUR to USD at 2026-01-30T00:00:00Z: no exchange rate: the last quote ended 2026-01-20T00:00:00Z
	// true true
}

// Every bad quote is reported, with its row.
func ExampleNewRateTable() {
	_, err := money.NewRateTable([]money.Quote{
		{From: "EUR", To: "USD", Rate: decimal.New(11, -1), Since: time.Unix(0, 0)},
		{From: "EUR", To: "USD", Rate: decimal.New(12, -1), Since: time.Unix(0, 0)},
		{From: "EUR", To: "GBP", Rate: decimal.New(-1, 0), Since: time.Unix(0, 0)},
	}, money.RateOptions{})
	fmt.Println(err)
	// Output:
	// money: NewRateTable: 2 bad rows, nothing was taken; row 2: Since "1970-01-01T00:00:00Z": contradicts row 1; row 3: Rate "-1": want more than zero
}

// 1/1.1 has no finite decimal. As a fraction it is exact.
func ExampleRateTable_Fraction() {
	at := time.Date(2026, time.January, 1, 0, 0, 0, 0, time.UTC)
	quotes := []money.Quote{{From: "EUR", To: "USD", Rate: decimal.New(11, -1), Since: at}}
	rates, err := money.NewRateTable(quotes, money.RateOptions{Inverse: money.InverseExact})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(rates.Fraction("USD", "EUR", at))
	_, err = rates.Rate("USD", "EUR", at)
	fmt.Println(err)
	// Output:
	// 1 1.1 <nil>
	// money: rate USD to EUR at 2026-01-01T00:00:00Z: 1/1.1 is not a decimal of at most 12 places; see Fraction
}
