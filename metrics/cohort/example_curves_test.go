package cohort_test

import (
	"fmt"
	"log"
	"time"

	"github.com/lifecycle-go/lifecycle/metrics/calendar"
	"github.com/lifecycle-go/lifecycle/metrics/cohort"
)

func threeCohorts() *cohort.Table {
	t, err := cohort.New(books(), cohort.Options{Through: calendar.NewMonth(2026, time.April)})
	if err != nil {
		log.Fatal(err)
	}
	return t
}

var january = calendar.NewMonth(2026, time.January)

// Bolt left and came back, cato left for good: heads rise again, unless who left
// once counts as lost.
func ExampleTable_Logo() {
	t := threeCohorts()
	for age := range t.Ages(january) {
		fmt.Println(age, t.Logo(january, age).Percent(0), t.LogoAbsorbing(january, age).Percent(0))
	}
	// Output:
	// 0 100% 100%
	// 1 67% 67%
	// 2 33% 33%
	// 3 67% 33%
}

func ExampleTable_LogoAbsorbing() {
	fmt.Println(threeCohorts().LogoAbsorbing(january, 3))
	// Output:
	// 0.3333
}

// What January's customers still pay of what they began with, without what acme
// pays more.
func ExampleTable_GRR() {
	t := threeCohorts()
	fmt.Println(t.GRR(january, 3).Percent(0), "of", t.Base(january), "gross,", t.NRR(january, 3).Percent(0), "net")
	// Output:
	// 80% of 200 gross, 105% net
}

func ExampleTable_GRRAbsorbing() {
	fmt.Println(threeCohorts().GRRAbsorbing(january, 3).Percent(0))
	// Output:
	// 50%
}

func ExampleTable_Base() {
	fmt.Println(threeCohorts().Base(january))
	// Output:
	// 200
}

func ExampleTable_Size() {
	fmt.Println(threeCohorts().Size(january))
	// Output:
	// 3
}

// A cohort of January seen through April has four ages.
func ExampleTable_Ages() {
	fmt.Println(threeCohorts().Ages(january))
	// Output:
	// 4
}

func ExampleTable_MRR() {
	t := threeCohorts()
	for m := range calendar.Months(january, t.Through()) {
		fmt.Println(m, t.MRR(january, m), "of January's")
	}
	// Output:
	// 2026-01 200 of January's
	// 2026-02 140 of January's
	// 2026-03 150 of January's
	// 2026-04 210 of January's
}

// An average over cohorts says how many have reached the age.
func ExampleTable_WeightedLogo() {
	t := threeCohorts()
	for age := range 4 {
		kept, cover := t.WeightedLogo(age)
		fmt.Println(age, kept.Percent(0), cover)
	}
	// Output:
	// 0 100% 2 of 2 cohorts, 5 of 5 customers
	// 1 80% 2 of 2 cohorts, 5 of 5 customers
	// 2 60% 2 of 2 cohorts, 5 of 5 customers
	// 3 67% 1 of 2 cohorts, 3 of 5 customers
}

func ExampleTable_WeightedLogoAbsorbing() {
	kept, cover := threeCohorts().WeightedLogoAbsorbing(2)
	fmt.Println(kept.Percent(0), cover)
	// Output:
	// 60% 2 of 2 cohorts, 5 of 5 customers
}

func ExampleTable_WeightedGRR() {
	kept, cover := threeCohorts().WeightedGRR(2)
	fmt.Println(kept.Percent(0), cover)
	// Output:
	// 67% 2 of 2 cohorts, 5 of 5 customers
}

func ExampleTable_WeightedGRRAbsorbing() {
	kept, cover := threeCohorts().WeightedGRRAbsorbing(2)
	fmt.Println(kept.Percent(0), cover)
	// Output:
	// 67% 2 of 2 cohorts, 5 of 5 customers
}

// One loop for all curves.
func ExampleCurves() {
	t := threeCohorts()
	for _, c := range cohort.Curves() {
		kept, _ := t.Weighted(c, 2)
		fmt.Println(c, kept.Percent(0))
	}
	// Output:
	// logo 60%
	// logo-absorbing 60%
	// nrr 97%
	// grr 67%
	// grr-absorbing 67%
}

// In which month of their stay customers leave most, of months with at least two
// at risk.
func ExampleTenure_Worst() {
	m, ok := threeCohorts().Tenure().Worst(2)
	fmt.Println(m.Month, m.Hazard.Percent(0), ok)
	// Output:
	// 2 25% true
}

func ExampleTenure_WorstMRR() {
	m, ok := threeCohorts().Tenure().WorstMRR(2)
	fmt.Println(m.Month, m.MRRHazard.Percent(0), ok)
	// Output:
	// 1 20% true
}

// A shard sends its table to who adds them up.
func ExampleTable_AppendBinary() {
	sent, err := threeCohorts().AppendBinary(nil)
	if err != nil {
		log.Fatal(err)
	}
	var got cohort.Table
	err = got.UnmarshalBinary(sent)
	fmt.Println(got.Size(january), got.NRR(january, 3).Percent(0), err)
	// Output:
	// 3 105% <nil>
}
