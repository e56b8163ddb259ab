package preset_test

import (
	"fmt"

	"github.com/lifecycle-go/lifecycle/journey/preset"
)

func ExampleAll() {
	for _, d := range preset.All() {
		fmt.Printf("%s: %d stages, %d transitions\n", d.Name(), len(d.Stages()), len(d.Edges()))
	}
	// Output:
	// SaaS, eight stages: 10 stages, 37 transitions
	// SaaS, seven stages: 9 stages, 23 transitions
	// Lead funnel, six stages: 7 stages, 11 transitions
	// B2B, five stages: 7 stages, 13 transitions
	// Consumer, five stages: 6 stages, 14 transitions
	// HubSpot lifecycle stages: 9 stages, 52 transitions
}
