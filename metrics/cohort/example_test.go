package cohort_test

import (
	"fmt"
	"log"
	"strings"
	"time"

	"github.com/shopspring/decimal"

	"github.com/lifecycle-go/lifecycle/metrics/calendar"
	"github.com/lifecycle-go/lifecycle/metrics/cohort"
	"github.com/lifecycle-go/lifecycle/metrics/ledger"
)

// books are five customers won in January and February 2026. One leaves and
// returns, one leaves for good, two grow.
func books() *ledger.Ledger {
	l, err := ledger.New(ledger.Options{Currency: "EUR"})
	if err != nil {
		log.Fatal(err)
	}
	level := func(customer string, month time.Month, amount int64) ledger.Change {
		return ledger.Change{Customer: customer, At: time.Date(2026, month, 10, 0, 0, 0, 0, time.UTC), Amount: decimal.NewFromInt(amount)}
	}
	err = l.Append(
		level("acme", 1, 100), level("acme", 3, 150),
		level("bolt", 1, 60), level("bolt", 2, 0), level("bolt", 4, 60),
		level("cato", 1, 40), level("cato", 3, 0),
		level("dune", 2, 80), level("dune", 4, 120),
		level("echo", 2, 20),
	)
	if err != nil {
		log.Fatal(err)
	}
	return l
}

func ExampleNew() {
	april := calendar.NewMonth(2026, time.April)
	t, err := cohort.New(books(), cohort.Options{Through: april})
	if err != nil {
		log.Fatal(err)
	}
	for _, c := range t.Cohorts() {
		fmt.Print(c, ", ", t.Size(c), " customers:")
		for age := range t.Ages(c) {
			fmt.Print(" ", t.Logo(c, age).Percent(0))
		}
		fmt.Println()
	}
	january := t.Cohorts()[0]
	fmt.Println("once lost, always lost:", t.LogoAbsorbing(january, 3).Percent(0))
	fmt.Println("an age not reached:", t.Logo(january, 4).Percent(0))
	// Output:
	// 2026-01, 3 customers: 100% 67% 33% 67%
	// 2026-02, 2 customers: 100% 100% 100%
	// once lost, always lost: 33%
	// an age not reached: undefined
}

func ExampleTable_NRR() {
	t, err := cohort.New(books(), cohort.Options{})
	if err != nil {
		log.Fatal(err)
	}
	january := calendar.NewMonth(2026, time.January)
	for _, r := range []struct {
		name  string
		ratio fmt.Stringer
	}{
		{"net", t.NRR(january, 3)},
		{"gross", t.GRR(january, 3)},
		{"gross, absorbing", t.GRRAbsorbing(january, 3)},
	} {
		fmt.Println(r.name, r.ratio)
	}
	// Output:
	// net 1.05
	// gross 0.8
	// gross, absorbing 0.5
}

func ExampleTable_WeightedNRR() {
	t, err := cohort.New(books(), cohort.Options{})
	if err != nil {
		log.Fatal(err)
	}
	for age := range 5 {
		nrr, coverage := t.WeightedNRR(age)
		fmt.Println(age, nrr.Percent(1), "over", coverage)
	}
	// Output:
	// 0 100.0% over 2 of 2 cohorts, 5 of 5 customers
	// 1 80.0% over 2 of 2 cohorts, 5 of 5 customers
	// 2 96.7% over 2 of 2 cohorts, 5 of 5 customers
	// 3 105.0% over 1 of 2 cohorts, 3 of 5 customers
	// 4 undefined over 0 of 2 cohorts, 0 of 5 customers
}

func ExampleTable_Tenure() {
	t, err := cohort.New(books(), cohort.Options{})
	if err != nil {
		log.Fatal(err)
	}
	tenure := t.Tenure()
	for _, m := range tenure {
		fmt.Printf("month %d: %d of %d leave, %s survive\n", m.Month, m.Churned, m.AtRisk, m.Survival.Percent(0))
	}
	if worst, ok := tenure.Worst(3); ok {
		fmt.Println("most leave in month", worst.Month)
	}
	// Output:
	// month 0: 0 of 5 leave, 100% survive
	// month 1: 1 of 5 leave, 80% survive
	// month 2: 1 of 4 leave, 60% survive
	// month 3: 0 of 1 leave, 60% survive
	// most leave in month 2
}

func ExampleTable_LayerCake() {
	t, err := cohort.New(books(), cohort.Options{})
	if err != nil {
		log.Fatal(err)
	}
	cake := t.LayerCake()
	for _, layer := range cake.Layers {
		fmt.Println(layer.Cohort, layer.MRR, layer.Now.Percent(1))
	}
	fmt.Println("total  ", cake.Total)
	// Output:
	// 2026-01 [200 140 150 210] 60.0%
	// 2026-02 [0 100 100 140] 40.0%
	// total   [200 240 250 350]
}

func ExampleTable_Segment() {
	firstHalf := func(customer string) string {
		if strings.Compare(customer, "c") < 0 {
			return "a-b"
		}
		return "c-z"
	}
	t, err := cohort.New(books(), cohort.Options{Key: firstHalf})
	if err != nil {
		log.Fatal(err)
	}
	for _, key := range t.Segments() {
		segment, _ := t.Segment(key)
		logo, coverage := segment.MonthTwo()
		fmt.Println(key, logo, coverage)
	}
	logo, _ := t.MonthTwo()
	fmt.Println("all", logo)
	// Output:
	// a-b 0.5 1 of 1 cohorts, 2 of 2 customers
	// c-z 0.6667 2 of 2 cohorts, 3 of 3 customers
	// all 0.6
}

func ExampleSnapshot() {
	february, april := calendar.NewMonth(2026, time.February), calendar.NewMonth(2026, time.April)
	r, err := cohort.Snapshot(books(), february, april)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(r.Customers, "customers with", r.BaseMRR, "in", r.Base)
	fmt.Println("NRR ", r.NRR.Percent(1), r.NRR)
	fmt.Println("GRR ", r.GRR.Percent(1), r.GRR)
	fmt.Println("logo", r.Logo.Percent(1), r.Logo)
	// Output:
	// 4 customers with 240 in 2026-02
	// NRR  120.8% 1.2083
	// GRR  83.3% 0.8333
	// logo 75.0% 0.75
}
