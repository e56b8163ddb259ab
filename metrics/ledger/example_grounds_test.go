package ledger_test

import (
	"fmt"
	"math/big"

	"github.com/lifecycle-go/lifecycle/metrics"
	"github.com/lifecycle-go/lifecycle/metrics/calendar"
	"github.com/lifecycle-go/lifecycle/metrics/ledger"
)

// A warehouse summed a month in cents a year: 1/1200 of a unit of MRR.
func ExampleUnit_Statements() {
	unit := ledger.UnitOf(big.NewInt(1200))
	months, err := unit.Statements("EUR", []ledger.Ground{{
		Month: calendar.NewMonth(2026, 1), New: ledger.UnitsOf(big.NewInt(10_000)),
		Customers: metrics.Customers{New: 1}, Paying: 1,
	}})
	fmt.Println(months[0], err)
	// Output:
	// 2026-01 EUR: 0 + 8.333333333333 new = 8.333333333333, 1 customers <nil>
}

func ExampleUnit_Segments() {
	unit := ledger.UnitOf(big.NewInt(3))
	ground := func(key string) ledger.Ground {
		return ledger.Ground{
			Key: key, Month: calendar.NewMonth(2026, 1), New: ledger.UnitsOf(big.NewInt(1)),
			Customers: metrics.Customers{New: 1}, Paying: 1,
		}
	}
	segments, err := unit.Segments("EUR", []ledger.Ground{ground("us"), ground("de"), ground("fr")})
	for _, s := range segments { // thirds that sum to 1
		fmt.Println(s.Key, s.Statements[0].Revenue.New)
	}
	fmt.Println(err)
	// Output:
	// de 0.333333333334
	// fr 0.333333333333
	// us 0.333333333333
	// <nil>
}
