package ideal_test

import (
	"fmt"
	"slices"

	"github.com/lifecycle-go/lifecycle/persona"
	"github.com/lifecycle-go/lifecycle/persona/ideal"
)

func ExampleFind() {
	d, err := ideal.Find(slices.Values(forty()), firstTen, ideal.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, f := range d.Features {
		if f.Verdict != ideal.None {
			fmt.Println(f)
		}
	}
	rule, _ := d.Rule()
	fmt.Println("persona to begin with:", rule)
	// Output:
	// employees at least 991: 100.0% of the best, 25.0% of all, lift 4, more
	// plan is "free": 10.0% of the best, 50.0% of all, lift 0.2, less
	// industry is "other": 20.0% of the best, 60.0% of all, lift 0.33, less
	// industry is "saas": 80.0% of the best, 40.0% of all, lift 2, more
	// plan is "paid": 90.0% of the best, 50.0% of all, lift 1.8, more
	// persona to begin with: (employees at least 991 and industry is "saas" and plan is "paid")
}

func ExampleProfile_Fit() {
	d, err := ideal.Find(slices.Values(forty()), firstTen, ideal.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	fit, err := d.Fit(persona.Profile{Customer: "new", Traits: map[string]persona.Value{
		"industry": persona.String("saas"), "plan": persona.String("free"),
	}})
	fmt.Printf("%.1f of %.1f %v\n", fit.Score, fit.Reachable, err)
	for _, c := range fit.Contributions {
		fmt.Println(c)
	}
	fmt.Println("not known:", fit.Unknown)
	// Output:
	// 33.9 of 72.5 <nil>
	// -27.2 plan = "free" (plan is "free", lift 0.2)
	// +13.6 industry = "saas" (industry is "saas", lift 2)
	// not known: [employees]
}
