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
	// SaaS, eight stages: 10 stages, 90 transitions
	// SaaS, seven stages: 9 stages, 52 transitions
	// Lead funnel, six stages: 7 stages, 59 transitions
	// B2B, seven stages: 9 stages, 73 transitions
	// Consumer, five stages: 6 stages, 24 transitions
	// HubSpot lifecycle stages: 9 stages, 53 transitions
}
