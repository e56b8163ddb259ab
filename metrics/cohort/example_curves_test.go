package cohort_test

import (
	"fmt"
	"log"
	"time"

	"github.com/lifecycle-go/lifecycle/metrics/calendar"
	"github.com/lifecycle-go/lifecycle/metrics/cohort"
)

func table() *cohort.Table {
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
	t := table()
	for age := range t.Ages(january) {
		fmt.Println(age, t.Logo(january, age).Percent(0), t.LogoAbsorbing(january, age).Percent(0))
	}
	// Output: ?
}

func ExampleTable_LogoAbsorbing() {
	fmt.Println(table().LogoAbsorbing(january, 3))
	// Output: ?
}

// What January's customers still pay of what they began with, without what acme
// pays more.
func ExampleTable_GRR() {
	t := table()
	fmt.Println(t.GRR(january, 3).Percent(0), "of", t.Base(january), "gross,", t.NRR(january, 3).Percent(0), "net")
	// Output: ?
}

func ExampleTable_GRRAbsorbing() {
	fmt.Println(table().GRRAbsorbing(january, 3).Percent(0))
	// Output: ?
}

func ExampleTable_Base() {
	fmt.Println(table().Base(january))
	// Output: ?
}

func ExampleTable_Size() {
	fmt.Println(table().Size(january))
	// Output: ?
}

// A cohort of January seen through April has four ages.
func ExampleTable_Ages() {
	fmt.Println(table().Ages(january))
	// Output: ?
}

func ExampleTable_MRR() {
	t := table()
	for m := range calendar.Months(january, t.Through()) {
		fmt.Println(m, t.MRR(january, m), "of January's")
	}
	// Output: ?
}

// An average over cohorts says how many have reached the age.
func ExampleTable_WeightedLogo() {
	t := table()
	for age := range 4 {
		kept, cover := t.WeightedLogo(age)
		fmt.Println(age, kept.Percent(0), cover)
	}
	// Output: ?
}

func ExampleTable_WeightedLogoAbsorbing() {
	kept, cover := table().WeightedLogoAbsorbing(2)
	fmt.Println(kept.Percent(0), cover)
	// Output: ?
}

func ExampleTable_WeightedGRR() {
	kept, cover := table().WeightedGRR(2)
	fmt.Println(kept.Percent(0), cover)
	// Output: ?
}

func ExampleTable_WeightedGRRAbsorbing() {
	kept, cover := table().WeightedGRRAbsorbing(2)
	fmt.Println(kept.Percent(0), cover)
	// Output: ?
}

// One loop for all curves.
func ExampleCurves() {
	t := table()
	for _, c := range cohort.Curves() {
		kept, _ := t.Weighted(c, 2)
		fmt.Println(c, kept.Percent(0))
	}
	// Output: ?
}

// In which month of their stay customers leave most, of months with at least two
// at risk.
func ExampleTenure_Worst() {
	m, ok := table().Tenure().Worst(2)
	fmt.Println(m.Month, m.Churn.Percent(0), ok)
	// Output: ?
}

func ExampleTenure_WorstMRR() {
	m, ok := table().Tenure().WorstMRR(2)
	fmt.Println(m.Month, m.MRRChurn.Percent(0), ok)
	// Output: ?
}

// A shard sends its table to who adds them up.
func ExampleTable_AppendBinary() {
	sent, err := table().AppendBinary(nil)
	if err != nil {
		log.Fatal(err)
	}
	var got cohort.Table
	err = got.UnmarshalBinary(sent)
	fmt.Println(got.Size(january), got.NRR(january, 3).Percent(0), err)
	// Output: ?
}
