package sample_test

import (
	"fmt"

	"github.com/lifecycle-go/lifecycle/journey/journeymap"
	"github.com/lifecycle-go/lifecycle/journey/journeymap/sample"
)

func ExampleSaaS() {
	m := sample.SaaS()
	fmt.Println(m)
	fmt.Println(m.Validate())
	// Output:
	// current-state map "Tidewise: from first hearing to recommending", drawn: 8 stages
	// <nil>
}

func ExampleOf() {
	m := sample.Of(journeymap.DayInTheLife)
	for s := range m.Columns() {
		fmt.Println(s.Time, s.Label())
	}
	// Output:
	// 06:40 Train
	// 09:00 Planning
	// 12:15 Lunch
	// 15:30 Board
	// 20:10 Home
}

func ExampleBlueprint() {
	for _, language := range []string{"en", "ar", "th"} {
		fmt.Println(sample.Blueprint(language).Name)
	}
	// Output:
	// A support case at Tidewise
	// حالة دعم في منصة «تايدوايز»
	// หนึ่งกรณีแจ้งปัญหาของไทด์ไวส์
}
