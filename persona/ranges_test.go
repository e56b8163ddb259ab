package persona_test

import (
	"fmt"
	"testing"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/lifecycle-go/lifecycle/internal/law"
	"github.com/lifecycle-go/lifecycle/persona"
)

// Segments by the bounds of one trait, in any order, overlapping and with gaps:
// the persona found is the first whose rule holds, whatever the value is.
func TestLaw_SegmentsAreTriedInOrder(t *testing.T) {
	t.Parallel()
	found, none, long := 0, 0, 0
	law.Check(t, func(t *rapid.T) {
		bound := rapid.Int64Range(-4, 12)
		n := rapid.IntRange(1, 12).Draw(t, "personas")
		var set persona.Set
		for i := range n {
			from := bound.Draw(t, "lo")
			lo, hi := persona.Int(from), persona.Int(from+rapid.Int64Range(0, 4).Draw(t, "width"))
			own := persona.All(persona.AtLeast("size", lo), persona.AtMost("size", hi))
			if i%5 == 4 {
				own = persona.All(persona.Less("size", hi), persona.Is("country", persona.String("DE")))
			}
			set.Personas = append(set.Personas, persona.Persona{ID: fmt.Sprint(i), Name: "n", Rule: own})
		}
		if set.Validate() != nil {
			return // bounds that no number meets
		}
		c, err := set.Compile()
		require.NoError(t, err)
		half, err := persona.Number(decimal.New(5, -1))
		require.NoError(t, err)
		for _, v := range []persona.Value{
			{},
			half, persona.Bool(true), persona.String("4"),
			persona.Int(-5), persona.Int(-4), persona.Int(0), persona.Int(bound.Draw(t, "value")), persona.Int(12), persona.Int(13),
		} {
			for _, country := range []string{"DE", "FR"} {
				p := profile("a", map[string]persona.Value{"size": v, "country": persona.String(country)})
				if v.IsZero() {
					delete(p.Traits, "size")
				}
				want := ""
				for _, one := range set.Personas {
					if one.Rule.Holds(p) {
						want = one.ID
						break
					}
				}
				require.Equal(t, want, c.ID(p), "%v in %s", v, country)
				m, err := c.Classify(p)
				require.NoError(t, err)
				require.Equal(t, want, m.Persona)
				switch {
				case want == "":
					none++
				case want != "0":
					found++
				}
				if n := m.Not; len(n) >= 4 {
					long++
				}
			}
		}
	}, law.Counters{"found": &found, "none": &none, "long": &long})
}

// More segments than one search takes.
func TestClassifier_ManySegments(t *testing.T) {
	t.Parallel()
	const n = 600
	var set persona.Set
	for i := range n {
		from := int64(i*7%n) * 3 // each of its own, in no order
		set.Personas = append(set.Personas, persona.Persona{
			ID: fmt.Sprint(from), Name: "n",
			Rule: persona.All(persona.AtLeast("size", persona.Int(from)), persona.Less("size", persona.Int(from+2))),
		})
	}
	c, err := set.Compile()
	require.NoError(t, err)
	for size := range int64(3*n + 3) {
		want := ""
		if size%3 < 2 && size < 3*n {
			want = fmt.Sprint(size / 3 * 3)
		}
		require.Equal(t, want, c.ID(profile("a", map[string]persona.Value{"size": persona.Int(size)})), "%d", size)
	}
	require.Empty(t, c.ID(profile("a", map[string]persona.Value{"size": persona.Int(-1)})))
	require.Empty(t, c.ID(profile("a", nil)))
}
