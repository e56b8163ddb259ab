package persona_test

import (
	"fmt"
	"slices"
	"time"

	"github.com/lifecycle-go/lifecycle/metrics/fault"
	"github.com/lifecycle-go/lifecycle/persona"
)

// One batch for all profiles of a file: each fault with its row, and none
// stops the others.
func ExampleProfile_Check() {
	var faults fault.Batch
	for i, p := range []persona.Profile{
		acme,
		{Traits: map[string]persona.Value{"country": persona.String("FR")}},
		{Customer: "bolt", Traits: map[string]persona.Value{"plan": {}}},
	} {
		fmt.Println("row", i+1, "sound:", p.Check(int64(i+1), &faults))
	}
	for _, f := range faults.Rows {
		fmt.Println(f)
	}
	// Output:
	// row 1 sound: true
	// row 2 sound: false
	// row 3 sound: false
	// row 2: Customer: must not be empty
	// row 3: customer "bolt": Traits[plan] "none": value out of range: no value
}

// Up to and with the bound; a text is not compared.
func ExampleAtMost() {
	fmt.Println(persona.AtMost("employees", persona.Int(80)).Holds(acme))
	fmt.Println(persona.AtMost("role", persona.Int(80)).Holds(acme))
	// Output:
	// true
	// false
}

// Dates are compared as numbers are.
func ExampleLess() {
	since := persona.Profile{Customer: "acme", Traits: map[string]persona.Value{"signed": persona.DateOf(time.Date(2024, time.May, 2, 0, 0, 0, 0, time.UTC))}}
	r := persona.Less("signed", persona.DateOf(time.Date(2025, time.January, 1, 0, 0, 0, 0, time.UTC)))
	fmt.Println(r, r.Holds(since))
	// Output:
	// signed below 2025-01-01 true
}

// Two personas that share a bound meet nobody twice: one takes it with, the
// other without.
func ExampleMore() {
	small, large := persona.AtMost("employees", persona.Int(80)), persona.More("employees", persona.Int(80))
	fmt.Println(small.Holds(acme), large.Holds(acme))
	// Output:
	// true false
}

// What is not known passes no test, whichever way it is asked.
func ExampleRule_Holds() {
	for _, r := range []persona.Rule{persona.AtLeast("budget", persona.Int(1000)), persona.Less("budget", persona.Int(1000)), {}} {
		fmt.Printf("%q %v\n", r, r.Holds(acme))
	}
	// Output:
	// "budget at least 1000" false
	// "budget below 1000" false
	// "always" true
}

func ExampleSet_Persona() {
	set := persona.Set{Personas: []persona.Persona{{ID: "finn", Name: "Founder Finn", Motives: []string{"does the books alone"}}}}
	p, ok := set.Persona("finn")
	fmt.Println(p.Name, p.Motives, ok)
	_, ok = set.Persona("olga")
	fmt.Println(ok)
	// Output:
	// Founder Finn [does the books alone] true
	// false
}

// A truth is no text: "true" from a form does not pass a test on true.
func ExampleBool() {
	r := persona.Is("annual", persona.Bool(true))
	asText := persona.Profile{Customer: "bolt", Traits: map[string]persona.Value{"annual": persona.String("true")}}
	fmt.Println(r.Holds(acme), r.Holds(asText))
	// Output:
	// true false
}

// The day at the customer's place, not that of the server.
func ExampleDateOf() {
	evening := time.Date(2026, time.March, 31, 20, 0, 0, 0, time.UTC)
	fmt.Println(persona.DateOf(evening), persona.DateOf(evening.In(time.FixedZone("Bangkok", 7*60*60))))
	// Output:
	// 2026-03-31 2026-04-01
}

// The same number is the same value, wherever it comes from.
func ExampleInt() {
	read, err := persona.ParseNumber("80.0")
	fmt.Println(persona.Int(80) == read, err)
	// Output:
	// true <nil>
}

// Exact, and no float between; what is no number of JSON is refused.
func ExampleParseNumber() {
	v, err := persona.ParseNumber("0.10")
	fmt.Println(v, err)
	_, err = persona.ParseNumber("1,5")
	fmt.Println(err)
	// Output:
	// 0.1 <nil>
	// persona: number: value out of range: "1,5" is no number
}

func ExampleString() {
	v := persona.String("Head of Operations")
	fmt.Println(v.Kind(), v, v.Text())
	// Output:
	// string "Head of Operations" Head of Operations
}

// Values of any kind in one order, for output that never changes.
func ExampleValue_Order() {
	values := []persona.Value{persona.String("b"), persona.Int(10), persona.Bool(true), persona.String("a"), persona.Int(9)}
	slices.SortFunc(values, persona.Value.Order)
	fmt.Println(values)
	// Output:
	// ["a" "b" 9 10 true]
}
