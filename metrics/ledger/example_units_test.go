package ledger_test

import (
	"fmt"
	"math/big"
	"strings"
	"time"

	"github.com/shopspring/decimal"

	"github.com/lifecycle-go/lifecycle/metrics/calendar"
	"github.com/lifecycle-go/lifecycle/metrics/ledger"
)

// thirds are books with a charge of 100 every three months and one of 10 a
// month.
func thirds() *ledger.Ledger {
	l := newBooks()
	err := l.Append(
		ledger.Change{Customer: "acme", At: date(1, 5), Amount: decimal.NewFromInt(100), Cycle: calendar.Cycle{Unit: calendar.UnitMonth, N: 3}},
		ledger.Change{Customer: "bolt", At: date(2, 9), Amount: decimal.NewFromInt(10)},
	)
	if err != nil {
		panic(err)
	}
	return l
}

// curves prints a line about every customer, as of the end of March.
func curves(l *ledger.Ledger, line func(c *ledger.Curve) string) {
	parts, err := ledger.Fold(l, calendar.NewMonth(2026, time.March), func() *[]string { return new([]string) }, func(lines *[]string, c *ledger.Curve) {
		*lines = append(*lines, line(c))
	})
	if err != nil {
		panic(err)
	}
	for _, lines := range parts {
		for _, s := range *lines {
			fmt.Println(s)
		}
	}
}

// worth is what a customer was worth at the end of an age, in the units of the
// books.
func worth(l *ledger.Ledger, customer string, age int) (u ledger.Units) {
	_, err := ledger.Fold(l, calendar.NewMonth(2026, time.March), func() *ledger.Units { return &u }, func(u *ledger.Units, c *ledger.Curve) {
		if c.Customer() == customer {
			*u = c.Level(age)
		}
	})
	if err != nil {
		panic(err)
	}
	return u
}

// A third of 100 is no decimal; units are so fine that three of them are 100
// again, and one rounding is at the end.
func ExampleLedger_Amount() {
	l := thirds()
	month := worth(l, "acme", 0)
	fmt.Println(l.Amount(month), l.Amount(month.Add(month).Add(month)))
	// Output:
	// 33.333333333333 100
}

// What every customer was worth at the end of each month since the first.
func ExampleCurve_Level() {
	l := shop()
	curves(l, func(c *ledger.Curve) string {
		var line strings.Builder
		line.WriteString(fmt.Sprint(c.Customer(), " since ", c.First, ":"))
		for age := range c.Ages {
			line.WriteString(fmt.Sprint(" ", l.Amount(c.Level(age))))
		}
		return line.String()
	})
	// Output:
	// acme since 2026-01: 49 89 89
	// bolt since 2026-01: 100 0 0
}

// A charge of 100 every three months is a hundred thirds a month.
func ExampleUnitOf() {
	third := ledger.UnitOf(big.NewInt(3))
	month := third.Of(big.NewRat(100, 3))
	fmt.Println(month, "units, rounded", third.Amount(month))
	// Output:
	// 100 units, rounded 33.333333333333
}

func ExampleUnit_Amount() {
	twelfth := ledger.UnitOf(big.NewInt(12))
	fmt.Println(twelfth.Amount(twelfth.Of(big.NewRat(100, 12))))
	// Output:
	// 8.333333333333
}

// In twelfths both a third and a quarter are whole.
func ExampleUnit_Common() {
	third, quarter := ledger.UnitOf(big.NewInt(3)), ledger.UnitOf(big.NewInt(4))
	common := third.Common(quarter)
	fmt.Println(common.Of(big.NewRat(1, 3)), common.Of(big.NewRat(1, 4)))
	// Output:
	// 4 3
}

// Exact sums of two ledgers, whose units are not the same, added up.
func ExampleUnit_Convert() {
	third, quarter := ledger.UnitOf(big.NewInt(3)), ledger.UnitOf(big.NewInt(4))
	common := third.Common(quarter)
	sum := common.Convert(third.Of(big.NewRat(1, 3)), third).Add(common.Convert(quarter.Of(big.NewRat(1, 4)), quarter))
	fmt.Println(common.Rat(sum).RatString())
	// Output:
	// 7/12
}

func ExampleUnit_Of() {
	cents := ledger.UnitOf(big.NewInt(100))
	fmt.Println(cents.Of(big.NewRat(4990, 100)))
	// Output:
	// 4990
}

// Without any rounding: as a fraction.
func ExampleUnit_Rat() {
	l := thirds()
	fmt.Println(l.Unit().Rat(worth(l, "acme", 0)).RatString())
	// Output:
	// 100/3
}

func ExampleUnits_Add() {
	l := thirds()
	fmt.Println(l.Amount(worth(l, "acme", 1).Add(worth(l, "bolt", 0))))
	// Output:
	// 43.333333333333
}

// A sum in place, for those who walk over millions.
func ExampleUnits_AddInt() {
	cents := ledger.UnitOf(big.NewInt(100))
	var sum ledger.Units
	for _, charge := range []int64{4990, 990, 10} {
		sum.AddInt(charge)
	}
	fmt.Println(cents.Amount(sum))
	// Output:
	// 59.9
}

func ExampleUnits_Cmp() {
	l := thirds()
	acme, bolt := worth(l, "acme", 0), worth(l, "bolt", 0)
	fmt.Println(acme.Cmp(bolt), bolt.Cmp(acme), acme.Cmp(acme))
	// Output:
	// 1 -1 0
}

// What gross retention counts of a customer: what is left of the first MRR,
// and nothing of what was added.
func ExampleUnits_Min() {
	l := shop()
	curves(l, func(c *ledger.Curve) string {
		return fmt.Sprint(c.Customer(), " kept ", l.Amount(c.Level(2).Min(c.Initial)), " of ", l.Amount(c.Initial))
	})
	// Output:
	// acme kept 49 of 49
	// bolt kept 0 of 100
}

func ExampleUnits_Sub() {
	l := shop()
	curves(l, func(c *ledger.Curve) string {
		return fmt.Sprint(c.Customer(), " ", l.Amount(c.Level(2).Sub(c.Initial)))
	})
	// Output:
	// acme 40
	// bolt -100
}

// Units of any size, such as those read from a file, with no limit of 64 bits.
func ExampleUnitsOf() {
	n, _ := new(big.Int).SetString("123456789012345678901234567890", 10)
	cents := ledger.UnitOf(big.NewInt(100))
	fmt.Println(cents.Amount(ledger.UnitsOf(n)))
	// Output:
	// 1234567890123456789012345678.9
}
