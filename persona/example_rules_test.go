package persona_test

import (
	"fmt"
	"time"

	"github.com/lifecycle-go/lifecycle/persona"
)

// acme is a customer of whom four things are known.
var acme = persona.Profile{Customer: "acme", Traits: map[string]persona.Value{
	"country": persona.String("DE"), "role": persona.String("Head of Operations"),
	"employees": persona.Int(80), "annual": persona.Bool(true),
}}

func ExampleIs() {
	r := persona.Is("country", persona.String("DE"), persona.String("AT"))
	fmt.Println(r, r.Holds(acme))
	// Output:
	// country is one of "DE", "AT" true
}

func ExampleAll() {
	r := persona.All(persona.AtLeast("employees", persona.Int(50)), persona.Less("employees", persona.Int(250)))
	fmt.Println(r, r.Holds(acme))
	// Output:
	// (employees at least 50 and employees below 250) true
}

func ExampleAny() {
	r := persona.Any(persona.Contains("role", "founder", "owner"), persona.Is("annual", persona.Bool(true)))
	fmt.Println(r, r.Holds(acme))
	// Output:
	// (role contains "founder" or "owner" or annual is true) true
}

// A trait that is not known passes no test, so that Not holds; ask Has too where
// that is not meant.
func ExampleNot() {
	r := persona.Not(persona.Is("plan", persona.String("free")))
	fmt.Println(r, r.Holds(acme))
	fmt.Println(persona.All(persona.Has("plan"), r).Holds(acme))
	// Output:
	// not plan is "free" true
	// false
}

func ExampleAtLeast() {
	for _, r := range []persona.Rule{
		persona.AtLeast("employees", persona.Int(80)), persona.More("employees", persona.Int(80)),
		persona.AtMost("employees", persona.Int(80)), persona.Less("employees", persona.Int(80)),
	} {
		fmt.Println(r, r.Holds(acme))
	}
	// Output:
	// employees at least 80 true
	// employees above 80 false
	// employees at most 80 true
	// employees below 80 false
}

// Texts are searched without regard to capitals.
func ExampleContains() {
	r := persona.Contains("role", "operations")
	fmt.Println(r, r.Holds(acme))
	// Output:
	// role contains "operations" true
}

func ExampleHas() {
	fmt.Println(persona.Has("country").Holds(acme), persona.Has("plan").Holds(acme))
	// Output:
	// true false
}

// Numbers, dates and texts have an order, each within its kind.
func ExampleValue_Compare() {
	c, ok := persona.Int(12).Compare(persona.Int(7))
	fmt.Println(c, ok)
	_, ok = persona.Int(12).Compare(persona.String("12"))
	fmt.Println(ok)
	// Output:
	// 1 true
	// false
}

func ExampleParseDate() {
	day, err := persona.ParseDate("2026-01-31")
	fmt.Println(day, day == persona.DateOf(time.Date(2026, time.January, 31, 23, 0, 0, 0, time.UTC)), err)
	_, err = persona.ParseDate("31.1.2026")
	fmt.Println(err)
	// Output:
	// 2026-01-31 true <nil>
	// persona: date: value out of range: want YYYY-MM-DD, got "31.1.2026"
}

// The id alone is a look-up of some forty nanoseconds, for every row of a stream.
func ExampleClassifier_ID() {
	c, err := persona.Set{Personas: []persona.Persona{
		{ID: "mid", Name: "Mid-market Mia", Rule: persona.AtLeast("employees", persona.Int(50))},
		{ID: "small", Name: "Small-shop Sam", Priority: 1, Rule: persona.Less("employees", persona.Int(50))},
	}}.Compile()
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("%q %q\n", c.ID(acme), c.ID(persona.Profile{Customer: "beta"}))
	// Output:
	// "mid" ""
}

func ExampleProfile_Validate() {
	fmt.Println(acme.Validate())
	fmt.Println(persona.Profile{Traits: map[string]persona.Value{"": persona.Int(1)}}.Validate())
	// Output:
	// <nil>
	// persona: validate profile: 2 bad rows, nothing was taken; row 1: Customer: must not be empty; row 1: Traits: a trait must have a name
}

// Answers of an interview become evidence of the persona that the customer is.
func ExampleSet_WithAnswers() {
	set := persona.Set{Personas: []persona.Persona{{ID: "mid", Name: "Mid-market Mia", Goals: []string{"One view of all open work"}}}}
	of := map[string]string{"acme": "mid"}
	set, left := set.WithAnswers(func(customer string) string { return of[customer] }, func(yield func(persona.Answer) bool) {
		_ = yield(persona.Answer{Question: "c-goal", Respondent: "Kim", Customer: "acme", Text: "Nobody asks me where things are."}) &&
			yield(persona.Answer{Question: "c-goal", Respondent: "Lee", Customer: "beta", Text: "Fewer tools."})
	})
	e, _ := set.Evidence("mid")
	for _, a := range e.Aspects {
		if a.FromCustomers > 0 {
			fmt.Println(a.Aspect, a.FromCustomers)
		}
	}
	fmt.Println(left, "left over")
	// Output:
	// goals 1
	// 1 left over
}
