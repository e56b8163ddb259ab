package journey

// mustDefine compiles a preset. A preset with a fault would fail the tests long
// before it could panic in a program.
func mustDefine(text string) *Definition {
	spec, err := ParseSpec(text)
	if err != nil {
		panic(err) //nolint:forbidigo // only a fault in a constant of this package comes here
	}
	d, err := Define(spec)
	if err != nil {
		panic(err) //nolint:forbidigo // only a fault in a constant of this package comes here
	}
	return d
}

// Presets returns the definitions that come with the package, in the order
// SaaS, SaaSSeven, LeadFunnel, B2B, Consumer, HubSpot.
func Presets() []*Definition {
	return []*Definition{SaaS(), SaaSSeven(), LeadFunnel(), B2B(), Consumer(), HubSpot()}
}
