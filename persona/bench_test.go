package persona_test

import (
	"fmt"
	"testing"

	"github.com/lifecycle-go/lifecycle/persona"
)

func tenPersonas(b *testing.B) (*persona.Classifier, persona.Profile) {
	b.Helper()
	var set persona.Set
	for i := range 10 {
		set.Personas = append(set.Personas, persona.Persona{ID: fmt.Sprint(i), Name: "n", Rule: persona.All(
			persona.AtLeast("employees", persona.Int(int64(100*i))), persona.Less("employees", persona.Int(int64(100*i+100))),
			persona.Is("country", persona.String("DE"), persona.String("FR")),
		)})
	}
	c, err := set.Compile()
	if err != nil {
		b.Fatal(err)
	}
	return c, profile("a", map[string]persona.Value{"employees": persona.Int(950), "country": persona.String("FR")})
}

func BenchmarkClassifier_ID(b *testing.B) {
	c, p := tenPersonas(b)
	b.ReportAllocs()
	for b.Loop() {
		if c.ID(p) != "9" {
			b.Fatal("wrong persona")
		}
	}
}

func BenchmarkClassifier_Classify(b *testing.B) {
	c, p := tenPersonas(b)
	b.ReportAllocs()
	for b.Loop() {
		if m, err := c.Classify(p); err != nil || m.Persona != "9" {
			b.Fatal("wrong persona")
		}
	}
}

func BenchmarkSet_Validate_100(b *testing.B) {
	var set persona.Set
	for i := range 100 {
		set.Personas = append(set.Personas, persona.Persona{ID: fmt.Sprint(i), Name: "n", Rule: persona.All(
			persona.AtLeast("employees", persona.Int(int64(1000-i))), persona.Is("country", persona.String(fmt.Sprint("C", i%7))),
		)})
	}
	for b.Loop() {
		if err := set.Validate(); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkClassifier_ClassifyInto(b *testing.B) {
	c, p := tenPersonas(b)
	var m persona.Match
	b.ReportAllocs()
	for b.Loop() {
		if err := c.ClassifyInto(p, &m); err != nil || m.Persona != "9" {
			b.Fatal("wrong persona")
		}
	}
}
