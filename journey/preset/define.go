package preset

import "github.com/lifecycle-go/lifecycle/journey"

// mustDefine compiles a preset. A preset with a fault would fail the tests long
// before it could panic in a program.
func mustDefine(text string) *journey.Definition {
	spec, err := journey.ParseSpec(text)
	if err != nil {
		panic(err) //nolint:forbidigo // only a fault in a constant of this package comes here
	}
	d, err := journey.Define(spec)
	if err != nil {
		panic(err) //nolint:forbidigo // only a fault in a constant of this package comes here
	}
	return d
}

// All returns the definitions that come with the package, in the order
// SaaS, SaaSSeven, LeadFunnel, B2B, Consumer, HubSpot.
func All() []*journey.Definition {
	return []*journey.Definition{SaaS(), SaaSSeven(), LeadFunnel(), B2B(), Consumer(), HubSpot()}
}
