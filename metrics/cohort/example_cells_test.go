package cohort_test

import (
	"fmt"
	"math/big"

	"github.com/lifecycle-go/lifecycle/metrics/calendar"
	"github.com/lifecycle-go/lifecycle/metrics/cohort"
	"github.com/lifecycle-go/lifecycle/metrics/ledger"
)

// Two customers of January in cents, one of whom left in February.
func ExampleOfCells() {
	january := calendar.NewMonth(2026, 1)
	cents := func(n int64) ledger.Units { return ledger.UnitsOf(big.NewInt(n)) }
	cell := cohort.Cell{
		Cohort: january, Size: 2, Base: cents(9800), Initial: cents(9800),
		Active: 2, MRR: cents(9800), Kept: cents(9800), Lowest: cents(9800),
	}
	later := cell
	later.Age, later.Active, later.Lost = 1, 1, cents(4900)
	later.MRR, later.Kept, later.Lowest = cents(5500), cents(4900), cents(4900)
	table, err := cohort.OfCells(ledger.UnitOf(big.NewInt(100)), "EUR", cohort.Options{Through: january.Add(1)}, []cohort.Cell{cell, later})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(table.Logo(january, 1).Percent(1), table.NRR(january, 1).Percent(1), table.GRR(january, 1).Percent(1))
	// Output:
	// 50.0% 56.1% 50.0%
}
