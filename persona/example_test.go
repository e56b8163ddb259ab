package persona_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/lifecycle-go/lifecycle/metrics/fault"
	"github.com/lifecycle-go/lifecycle/persona"
)

func ExampleClassifier_Classify() {
	set := persona.Set{Name: "buyers", Personas: []persona.Persona{
		{ID: "finn", Name: "Founder Finn", Priority: 1, Rule: persona.All(
			persona.Less("employees", persona.Int(20)),
			persona.Contains("role", "founder", "owner"),
		)},
		{ID: "olga", Name: "Operations Olga", Priority: 2, Rule: persona.Any(
			persona.Contains("role", "operations"),
			persona.Is("department", persona.String("operations"), persona.String("logistics")),
		)},
	}}
	c, err := set.Compile()
	if err != nil {
		fmt.Println(err)
		return
	}
	m, err := c.Classify(persona.Profile{Customer: "acme", Traits: map[string]persona.Value{
		"employees":  persona.Int(80),
		"department": persona.String("logistics"),
	}})
	fmt.Println(m, err)
	fmt.Println("not", m.Not[0].Persona, "because", m.Not[0].Because[0])
	fmt.Println("not known:", m.Missing)
	// Output:
	// acme: olga because department = "logistics": is one of "operations", "logistics" <nil>
	// not finn because employees = 80: not below 20
	// not known: []
}

// The assignment is the key by which a stream of customers is grouped.
func ExampleClassifier_Assign() {
	c, err := persona.Set{Personas: []persona.Persona{
		{ID: "large", Name: "Large", Rule: persona.AtLeast("employees", persona.Int(250))},
		{ID: "small", Name: "Small", Priority: 1},
	}}.Compile()
	if err != nil {
		fmt.Println(err)
		return
	}
	by, err := c.Assign(slices.Values([]persona.Profile{
		{Customer: "acme", Traits: map[string]persona.Value{"employees": persona.Int(900)}},
		{Customer: "beta"},
	}))
	key := func(customer string) string { return by[customer] }
	fmt.Println(key("acme"), key("beta"), err)
	// Output: large small <nil>
}

// Faults of a set are found before any customer is classified.
func ExampleSet_Validate() {
	set := persona.Set{Name: "tiers", Personas: []persona.Persona{
		{ID: "paying", Name: "Paying", Rule: persona.Not(persona.Is("plan", persona.String("free")))},
		{ID: "pro", Name: "Pro", Rule: persona.Is("plan", persona.String("pro"))},
		{ID: "trial", Name: "Trial", Rule: persona.All(
			persona.Is("plan", persona.String("free")), persona.Is("plan", persona.String("trial")),
		)},
	}}
	var faults *fault.Design
	if errors.As(set.Validate(), &faults) {
		for _, f := range faults.Faults {
			fmt.Println(f)
		}
	}
	// Output:
	// Personas[1].Rule ("pro"): whoever it matches is taken by "paying" before it [unreachable-rule]
	// Personas[2].Rule ("trial"): can never hold [contradictory-rule]
}

func ExampleRule() {
	joined, err := persona.ParseDate("2025-01-01")
	if err != nil {
		fmt.Println(err)
		return
	}
	r := persona.All(persona.AtLeast("joined", joined), persona.Not(persona.Has("churned")))
	data, err := json.Marshal(r)
	fmt.Println(r)
	fmt.Println(string(data), err)
	fmt.Println(r.Holds(persona.Profile{Traits: map[string]persona.Value{
		"joined": persona.DateOf(time.Date(2025, 6, 1, 0, 0, 0, 0, time.UTC)),
	}}))
	// Output:
	// (joined at least 2025-01-01 and not churned is known)
	// {"all":[{"trait":"joined","op":"at-least","values":[{"date":"2025-01-01"}]},{"not":{"trait":"churned","op":"has"}}]} <nil>
	// true
}

func ExampleRule_Validate() {
	r := persona.All(persona.More("seats", persona.Int(10)), persona.Less("seats", persona.Int(5)))
	fmt.Println(r.Validate())
	// Output:
	// persona: rule "": 1 fault
	// 	Rule: can never hold: (seats above 10 and seats below 5) [contradictory-rule]
}

func ExampleParseRule() {
	r, err := persona.ParseRule([]byte(`{"any":[{"trait":"seats","op":"more","values":[10]},{"trait":"vip","op":"in","values":[true]}]}`))
	fmt.Println(r, err)
	// Output: (seats above 10 or vip is true) <nil>
}

func ExampleParseSet() {
	set, err := persona.ParseSet([]byte(`{"name":"buyers","personas":[{"id":"finn","name":"Founder Finn","rule":{"trait":"employees","op":"less","values":[20]}}]}`))
	if err != nil {
		fmt.Println(err)
		return
	}
	p, ok := set.Persona("finn")
	fmt.Println(p.Name, ok, p.Rule)
	// Output: Founder Finn true employees below 20
}

func ExampleNumber() {
	v, err := persona.ParseNumber("12.50")
	fmt.Println(v, err)
	_, err = persona.ParseNumber("1e400")
	fmt.Println(err)
	// Output:
	// 12.5 <nil>
	// persona: number: value out of range: at most 18 digits, 12 of them behind the point
}

// Goals are stated by two answers of one customer; the price tier by nobody.
func ExampleSet_Evidence() {
	set := persona.Set{Personas: []persona.Persona{{
		ID: "olga", Name: "Operations Olga", Goals: []string{"One view of all open work"}, PriceTier: "standard",
		Answers: []persona.Answer{
			{Question: "c-goal", Respondent: "acme", At: time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC), Text: "That nobody asks me where things are."},
			{Question: "s-anger", Respondent: "Kim", At: time.Date(2026, 3, 9, 0, 0, 0, 0, time.UTC), Text: "They thank us for the Monday report."},
		},
	}}}
	e, _ := set.Evidence("olga")
	for _, a := range e.Aspects {
		if a.Stated {
			fmt.Println(a.Aspect, a.FromCustomers, a.FromSupport, a.Respondents)
		}
	}
	fmt.Println("assumed:", e.Assumed())
	// Output:
	// goals 1 1 2
	// price 0 0 0
	// assumed: [price]
}

func ExampleStandardQuestions() {
	for _, q := range persona.StandardQuestions()[23:25] {
		fmt.Println(q.ID, q.Audience, q.Aspects)
		fmt.Println(q.Text)
	}
	// Output:
	// s-ask support [challenges information]
	// What do these customers ask in their first weeks, in their own words?
	// s-problems support [support challenges]
	// Which problems come up most often, and what do they struggle with?
}

// One Match for a whole file of customers: nothing is taken for each of them.
func ExampleClassifier_ClassifyInto() {
	set := persona.Set{Personas: []persona.Persona{
		{ID: "small", Name: "Small shops", Rule: persona.Less("employees", persona.Int(20))},
		{ID: "large", Name: "Chains", Rule: persona.AtLeast("employees", persona.Int(20))},
	}}
	classifier, err := set.Compile()
	if err != nil {
		fmt.Println(err)
		return
	}
	var match persona.Match
	for customer, n := range []int64{7, 300} {
		err := classifier.ClassifyInto(persona.Profile{Customer: fmt.Sprint(customer), Traits: map[string]persona.Value{"employees": persona.Int(n)}}, &match)
		fmt.Println(match, err)
	}
	// Output:
	// 0: small because employees = 7: below 20 <nil>
	// 1: large because employees = 300: at least 20 <nil>
}
