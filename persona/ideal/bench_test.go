package ideal_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/lifecycle-go/lifecycle/persona"
	"github.com/lifecycle-go/lifecycle/persona/ideal"
)

func BenchmarkFind_10k(b *testing.B) {
	var in []persona.Profile
	for i := range 10_000 {
		in = append(in, profile(fmt.Sprintf("c%05d", i), map[string]persona.Value{
			"employees": persona.Int(int64(i * 7919 % 5000)), "industry": persona.String(fmt.Sprint("i", i%11)), "vip": persona.Bool(i%3 == 0),
		}))
	}
	for b.Loop() {
		if _, err := ideal.Find(slices.Values(in), func(c string) bool { return c < "c01000" }, ideal.Options{}); err != nil {
			b.Fatal(err)
		}
	}
}
