package cohort_test

import (
	"fmt"
	"time"

	"github.com/shopspring/decimal"

	"github.com/lifecycle-go/lifecycle/metrics/calendar"
	"github.com/lifecycle-go/lifecycle/metrics/cohort"
	"github.com/lifecycle-go/lifecycle/metrics/ledger"
)

// shard is the table of a few customers who all came in January 2026 and of whom
// the first left in February.
func shard(customers ...string) *cohort.Table {
	l, err := ledger.New(ledger.Options{})
	if err != nil {
		panic(err)
	}
	for i, c := range customers {
		start := ledger.Change{Customer: c, At: time.Date(2026, 1, 5, 0, 0, 0, 0, time.UTC), Amount: decimal.NewFromInt(10)}
		if err := l.Append(start); err != nil {
			panic(err)
		}
		if i == 0 {
			start.At, start.Amount = time.Date(2026, 2, 5, 0, 0, 0, 0, time.UTC), decimal.Decimal{}
			if err := l.Append(start); err != nil {
				panic(err)
			}
		}
	}
	t, err := cohort.New(l, cohort.Options{Through: calendar.NewMonth(2026, 3)})
	if err != nil {
		panic(err)
	}
	return t
}

// Shards by customer add up to the table of all of them.
func ExampleTable_Merge() {
	t := shard("acme", "bolt")
	if err := t.Merge(shard("crux", "dyno", "echo")); err != nil {
		fmt.Println(err)
	}
	fmt.Println(t)
	fmt.Println(t.Merge(shard("acme")))
	// Output:
	// 1 cohorts, 5 customers, logo retention through 2026-03
	// cohort     size     0     1     2
	// 2026-01       5  100%   60%   60%
	// cohort: merge: customers in both tables: 1
}

func ExampleTable_Retention() {
	t := shard("acme", "bolt")
	for _, c := range cohort.Curves() {
		fmt.Println(c, t.Retention(c, calendar.NewMonth(2026, 1), 1).Percent(0))
	}
	// Output:
	// logo 50%
	// logo-absorbing 50%
	// nrr 50%
	// grr 50%
	// grr-absorbing 50%
}

func ExampleTable_Weighted() {
	r, cover := shard("acme", "bolt").Weighted(cohort.NRR, 2)
	fmt.Println(r.Percent(0), "of", cover)
	// Output: 50% of 1 of 1 cohorts, 2 of 2 customers
}

func ExampleTable_Rows() {
	for _, r := range shard("acme", "bolt").Rows() {
		fmt.Println(r.Cohort, r.Age, r.Size, r.MRR, r.Logo.Percent(0))
	}
	// Output:
	// 2026-01 0 2 20 100%
	// 2026-01 1 2 10 50%
	// 2026-01 2 2 10 50%
}
