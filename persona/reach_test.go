package persona_test

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/lifecycle-go/lifecycle/metrics/fault"
	"github.com/lifecycle-go/lifecycle/persona"
)

// world is every profile over two traits with values on, between and beyond
// those that rules() mentions, and texts with every mix of the parts it looks
// for. Over it, what rules can do is decided by trying.
func world(t require.TestingT) []persona.Profile {
	values := []persona.Value{
		{},
		persona.Bool(false), persona.Bool(true),
		number(t, "0.5"), number(t, "1"), number(t, "1.5"), number(t, "2"), number(t, "2.5"), number(t, "3"), number(t, "3.5"),
	}
	for _, d := range []string{"2026-01-30", "2026-01-31", "2026-02-01", "2026-02-02", "2026-02-03"} {
		values = append(values, date(t, d))
	}
	for _, s := range []string{"", "q", "x", "y", "X", "xy", "yx", "x-y", "qxq", "xy-yx", "Xy", "qy", "qyx", "qxy"} {
		values = append(values, persona.String(s))
	}
	var out []persona.Profile
	for _, a := range values {
		for _, b := range values {
			p := persona.Profile{Customer: "c", Traits: map[string]persona.Value{}}
			if !a.IsZero() {
				p.Traits["a"] = a
			}
			if !b.IsZero() {
				p.Traits["b"] = b
			}
			out = append(out, p)
		}
	}
	return out
}

// rules draws sound rules over the traits a and b.
func rules(depth int) *rapid.Generator[persona.Rule] {
	return rapid.Custom(func(t *rapid.T) persona.Rule {
		form := rapid.IntRange(0, 9).Draw(t, "form")
		if depth == 0 {
			form = 0
		}
		sub := rapid.SliceOfN(rapid.Deferred(func() *rapid.Generator[persona.Rule] { return rules(depth - 1) }), 1, 3)
		switch form {
		case 7:
			return persona.All(sub.Draw(t, "all")...)
		case 8:
			return persona.Any(sub.Draw(t, "any")...)
		case 9:
			return persona.Not(rules(depth-1).Draw(t, "not"))
		case 6:
			return persona.Rule{}
		}
		trait := rapid.SampledFrom([]string{"a", "b"}).Draw(t, "trait")
		ordered := []persona.Value{persona.Int(1), persona.Int(2), persona.Int(3), date(t, "2026-01-31"), date(t, "2026-02-01"), date(t, "2026-02-02")}
		switch v := rapid.SampledFrom(ordered).Draw(t, "value"); rapid.IntRange(0, 6).Draw(t, "test") {
		case 0:
			return persona.Has(trait)
		case 1:
			return persona.Less(trait, v)
		case 2:
			return persona.AtMost(trait, v)
		case 3:
			return persona.More(trait, v)
		case 4:
			return persona.AtLeast(trait, v)
		case 5:
			return persona.Contains(trait, rapid.SliceOfN(rapid.SampledFrom([]string{"x", "y", "XY", "q"}), 1, 2).Draw(t, "texts")...)
		default:
			ordered = append(ordered, persona.String("x"), persona.String("xy"), persona.String(""), persona.Bool(true), persona.Bool(false))
			return persona.Is(trait, rapid.SliceOfN(rapid.SampledFrom(ordered), 1, 4).Draw(t, "values")...)
		}
	})
}

var step = regexp.MustCompile(`\.(All|Any)\[(\d+)\]|\.(Not)`)

// part finds the rule at a path such as "Rule.All[1].Not".
func part(r persona.Rule, path string) persona.Rule {
	for _, m := range step.FindAllStringSubmatch(path, -1) {
		i, _ := strconv.Atoi(m[2])
		switch {
		case m[1] == "All":
			r = r.All[i]
		case m[1] == "Any":
			r = r.Any[i]
		default:
			r = *r.Not
		}
	}
	return r
}

func faultsOf(err error) []fault.Fault {
	var set *fault.Design
	if errors.As(err, &set) {
		return set.Faults
	}
	return nil
}

func TestLaw_ContradictionsAreFoundAndTrue(t *testing.T) {
	t.Parallel()
	everybody := world(t)
	rapid.Check(t, func(t *rapid.T) {
		r := rules(3).Draw(t, "rule")
		faults := faultsOf(r.Validate())
		for _, f := range faults {
			require.Equal(t, persona.FaultContradiction, f.Code)
			bad := part(r, f.Path)
			for _, p := range everybody {
				require.False(t, bad.Holds(p), "%s at %s holds for %v", bad, f.Path, p.Traits)
			}
		}
		if len(faults) == 0 {
			if slices.ContainsFunc(everybody, r.Holds) {
				return
			}
			t.Fatalf("no profile meets %s, and that was not reported", r)
		}
	})
}

func TestLaw_UnreachableRulesAreFoundAndTrue(t *testing.T) {
	t.Parallel()
	everybody := world(t)
	rapid.Check(t, func(t *rapid.T) {
		var set persona.Set
		for i, r := range rapid.SliceOfN(rules(2), 1, 4).Draw(t, "rules") {
			set.Personas = append(set.Personas, persona.Persona{
				ID: fmt.Sprint(i), Name: "n", Rule: r, Priority: rapid.IntRange(0, 1).Draw(t, "priority"),
			})
		}
		unreachable, contradictory := map[string]bool{}, map[string]bool{}
		for _, f := range faultsOf(set.Validate()) {
			unreachable[f.About] = unreachable[f.About] || f.Code == persona.FaultUnreachable
			contradictory[f.About] = contradictory[f.About] || f.Code == persona.FaultContradiction
		}
		// First match by trying, in ascending priority and order of listing.
		taken := map[string]int{}
		for _, p := range everybody {
			for _, priority := range []int{0, 1} {
				for _, candidate := range set.Personas {
					if candidate.Priority == priority && candidate.Rule.Holds(p) {
						taken[candidate.ID]++
						goto next
					}
				}
			}
		next:
		}
		for _, p := range set.Personas {
			switch {
			case unreachable[p.ID]:
				require.Zero(t, taken[p.ID], "persona %s takes somebody", p.ID)
			case taken[p.ID] == 0:
				require.True(t, contradictory[p.ID], "persona %s takes nobody, and that was not reported", p.ID)
			}
		}
	})
}

func TestValidate_NamesWhatTakesThemBefore(t *testing.T) {
	t.Parallel()
	set := persona.Set{Name: "tiers", Personas: []persona.Persona{
		{ID: "small", Name: "Small", Rule: persona.Less("employees", persona.Int(50))},
		{ID: "large", Name: "Large", Rule: persona.AtLeast("employees", persona.Int(50))},
		{ID: "tiny", Name: "Tiny", Rule: persona.Is("employees", persona.Int(5), persona.Int(7))},
		{ID: "any size", Name: "Any", Rule: persona.More("employees", persona.Int(0))},
		{ID: "never", Name: "Never", Rule: persona.All(persona.More("employees", persona.Int(9)), persona.Less("employees", persona.Int(9)))},
		{ID: "rest", Name: "Rest"},
		{ID: "late", Name: "Late", Rule: persona.Has("plan")},
	}}
	var got []string
	for _, f := range faultsOf(set.Validate()) {
		got = append(got, f.Error())
	}
	assert.Equal(t, []string{
		`Personas[2].Rule ("tiny"): whoever it matches is taken by "small" before it [unreachable-rule]`,
		`Personas[3].Rule ("any size"): whoever it matches is taken by the personas before it together [unreachable-rule]`,
		`Personas[4].Rule ("never"): can never hold [contradictory-rule]`,
		`Personas[6].Rule ("late"): whoever it matches is taken by "rest" before it [unreachable-rule]`,
	}, got)
}

// Cases at the edge of what reasoning over ranges can get wrong.
func TestValidate_Edges(t *testing.T) {
	t.Parallel()
	a := func(s string) persona.Value { return number(t, s) }
	d := func(s string) persona.Value { return date(t, s) }
	not := persona.Not
	for _, tc := range []struct {
		name       string
		rule       persona.Rule
		impossible bool
	}{
		{"open interval of numbers", persona.All(persona.More("n", a("1")), persona.Less("n", a("1.000000000001"))), false},
		{"one point", persona.All(persona.AtLeast("n", a("1")), persona.AtMost("n", a("1.0"))), false},
		{"one point taken out", persona.All(persona.AtLeast("n", a("1")), persona.AtMost("n", a("1.0")), not(persona.Is("n", a("1")))), true},
		{"no day between two", persona.All(persona.More("n", d("2026-01-31")), persona.Less("n", d("2026-02-01"))), true},
		{"all days taken out", persona.All(persona.AtLeast("n", d("2026-01-31")), persona.AtMost("n", d("2026-02-01")), not(persona.Is("n", d("2026-01-31"), d("2026-02-01")))), true},
		{"a number that is a date", persona.All(persona.More("n", a("1")), persona.More("n", d("2026-01-31"))), true},
		{"not below is not at least: it may be missing", persona.All(not(persona.Less("n", a("1"))), persona.Less("m", a("1"))), false},
		{"not below and not above and known: another kind", persona.All(persona.Has("n"), not(persona.Less("n", a("1"))), not(persona.AtLeast("n", a("1")))), false},
		{"the same as a number", persona.All(persona.More("n", a("0")), not(persona.Less("n", a("1"))), not(persona.AtLeast("n", a("1")))), true},
		{"known and not known", persona.All(persona.Has("n"), not(persona.Has("n"))), true},
		{"two values at once", persona.All(persona.Is("n", persona.String("a")), persona.Is("n", persona.String("b"))), true},
		{"neither truth", persona.All(persona.Has("n"), not(persona.Is("n", persona.Bool(true), persona.Bool(false)))), false},
		{"contains what it must not", persona.All(persona.Contains("n", "Manager"), not(persona.Contains("n", "MAN"))), true},
		{"contains one of which one is barred", persona.All(persona.Contains("n", "manager", "head"), not(persona.Contains("n", "man"))), false},
		{"contains two parts, though no sample has both", persona.All(persona.Contains("n", "y"), persona.Contains("n", "q")), false},
		{"value without the part", persona.All(persona.Is("n", persona.String("CTO")), persona.Contains("n", "head")), true},
		{"value with the part", persona.All(persona.Is("n", persona.String("CTO")), persona.Contains("n", "to")), false},
		{"text that is a number", persona.All(persona.Contains("n", "1"), persona.AtLeast("n", a("1"))), true},
		{"not always", not(persona.All()), true},
	} {
		err := tc.rule.Validate()
		if tc.impossible {
			assert.True(t, hasFault(err, persona.FaultContradiction), tc.name)
			require.ErrorIs(t, err, persona.ErrSet)
		} else {
			assert.NoError(t, err, tc.name)
		}
	}
}

// A branch that can never hold is named even where others can.
func TestValidate_DeadBranch(t *testing.T) {
	t.Parallel()
	dead := persona.All(persona.Is("plan", persona.String("a")), persona.Is("plan", persona.String("b")))
	r := persona.All(persona.Has("x"), persona.Any(persona.Has("y"), dead))
	faults := faultsOf(r.Validate())
	require.Len(t, faults, 1)
	assert.Equal(t, "Rule.All[1].Any[1]", faults[0].Path)
}

// Rules whose alternatives multiply beyond any bound end soon and claim
// nothing.
func TestValidate_HugeRulesEnd(t *testing.T) {
	t.Parallel()
	var clauses []persona.Rule
	for i := range 400 {
		var either []persona.Rule
		for j := range 8 {
			either = append(either, persona.Has(fmt.Sprintf("t%d-%d", i, j)))
		}
		clauses = append(clauses, persona.Any(either...))
	}
	r := persona.All(clauses...)
	require.NoError(t, r.Validate())
	set := persona.Set{Personas: []persona.Persona{{ID: "a", Name: "a", Rule: r}, {ID: "b", Name: "b", Rule: persona.Not(r)}, {ID: "c", Name: "c", Rule: r}}}
	require.NoError(t, set.Validate())

	var days []persona.Value
	for i := range 4000 {
		days = append(days, persona.Int(int64(i)))
	}
	wide := persona.All(persona.Not(persona.Is("n", days...)), persona.Is("n", days...))
	assert.Error(t, wide.Validate(), "all values are taken out again")
}

// Every three tests on one trait, each as it is or negated: reported as a
// contradiction exactly where no value passes.
func TestLaw_ThreeTestsOnOneTrait(t *testing.T) {
	t.Parallel()
	var tests []persona.Rule
	for _, v := range []persona.Value{number(t, "1"), number(t, "2"), date(t, "2026-01-31"), date(t, "2026-02-01")} {
		tests = append(tests, persona.Less("a", v), persona.AtMost("a", v), persona.More("a", v), persona.AtLeast("a", v), persona.Is("a", v))
	}
	tests = append(tests, persona.Has("a"), persona.Contains("a", "x"), persona.Contains("a", "xy"), persona.Contains("a", "x", "y"),
		persona.Is("a", persona.String("xy"), persona.Bool(true)), persona.Is("a", persona.Bool(true), persona.Bool(false)))
	for i := range len(tests) {
		tests = append(tests, persona.Not(tests[i]))
	}
	var everybody []persona.Profile
	for _, p := range world(t) {
		if _, ok := p.Traits["b"]; !ok {
			everybody = append(everybody, p)
		}
	}
	impossible := 0
	for i := range tests {
		for j := range i {
			for k := range j {
				r := persona.All(tests[i], tests[j], tests[k])
				possible := false
				for _, p := range everybody {
					possible = possible || r.Holds(p)
				}
				if !possible {
					impossible++
				}
				err := r.Validate()
				require.Equal(t, possible, err == nil, "%s: %v", r, err)
			}
		}
	}
	assert.Greater(t, impossible, 5000)
}
