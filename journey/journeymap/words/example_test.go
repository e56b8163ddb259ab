package words_test

import (
	"fmt"

	"github.com/lifecycle-go/lifecycle/journey/journeymap"
	"github.com/lifecycle-go/lifecycle/journey/journeymap/words"
)

func ExampleIn() {
	w, ok := words.In("ar")
	fmt.Println(w.Lanes[journeymap.LaneTouchpoints], ok)
	w, ok = words.In("th-TH")
	fmt.Println(w.Lanes[journeymap.LaneTouchpoints], ok)
	// Output:
	// نقاط التواصل true
	// จุดสัมผัส true
}

func ExampleEnglish() {
	w := words.English()
	w.Lanes[journeymap.LaneGoal] = "What they want"
	table, err := journeymap.Map{Stages: []journeymap.Stage{{Name: "trial", Goal: journeymap.Notes("See whether it fits")}}}.CSV(journeymap.Options{Words: w})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("%s", table)
	// Output:
	// ,trial
	// What they want,See whether it fits
}

func ExampleArabic() {
	w := words.Arabic()
	fmt.Println(w.Persona, w.RTL)
	// Output: الشخصية true
}

func ExampleThai() {
	fmt.Println(words.Thai().Persona)
	// Output: เพอร์โซนา
}

func ExampleSet_Or() {
	german := words.Set{Language: "de", Stage: "Phase"}.Or(words.English())
	fmt.Println(german.Language, german.Stage, german.Touchpoint)
	// Output: de Phase Touchpoint
}
