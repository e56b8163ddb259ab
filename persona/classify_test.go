package persona_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/lifecycle-go/lifecycle/internal/law"
	"github.com/lifecycle-go/lifecycle/metrics/fault"
	"github.com/lifecycle-go/lifecycle/persona"
)

// buyers are the personas of an invented company that sells help-desk software.
func buyers() persona.Set {
	return persona.Set{Name: "buyers", Personas: []persona.Persona{
		{ID: "everybody", Name: "Everybody else", Priority: 9},
		{
			ID: "olga", Name: "Operations Olga", Role: "Head of operations", Priority: 2,
			CompanySize: persona.CompanySize{Min: 50, Max: 500},
			Goals:       []string{"One view of all open work"}, Channels: []string{"Phone"}, PriceTier: "standard",
			Rule: persona.All(
				persona.AtLeast("employees", persona.Int(50)),
				persona.Any(persona.Contains("role", "operations", "coo"), persona.Is("department", persona.String("operations"))),
			),
			Answers: []persona.Answer{
				{Question: "c-goal", Respondent: "acme", At: day, Text: "That nobody asks me where things are."},
				{Question: "c-goal", Respondent: "acme", At: day.AddDate(0, 0, 1), Text: "And a report by Monday."},
				{Question: "s-channel", Respondent: "Kim, support", At: day.AddDate(0, -1, 0), Text: "They call."},
			},
		},
		{
			ID: "finn", Name: "Founder Finn", Role: "Founder", Priority: 1,
			Rule: persona.All(persona.Less("employees", persona.Int(20)), persona.Contains("role", "founder", "owner"), persona.Not(persona.Is("plan", persona.String("free")))),
		},
	}}
}

func profile(customer string, traits map[string]persona.Value) persona.Profile {
	return persona.Profile{Customer: customer, Traits: traits}
}

func TestClassify_FirstByPriorityAndWhy(t *testing.T) {
	t.Parallel()
	c, err := buyers().Compile()
	require.NoError(t, err)
	assert.Equal(t, []string{"finn", "olga", "everybody"}, c.Personas())

	m, err := c.Classify(profile("acme", map[string]persona.Value{
		"employees": persona.Int(120), "role": persona.String("Director of Operations"), "plan": persona.String("pro"),
	}))
	require.NoError(t, err)
	assert.Equal(t, `acme: olga because employees = 120: at least 50; role = "Director of Operations": contains "operations" or "coo"`, m.String())
	require.Len(t, m.Not, 1)
	assert.Equal(t, "finn", m.Not[0].Persona)
	assert.Equal(t, `employees = 120: not below 20`, m.Not[0].Because[0].String())
	assert.Empty(t, m.Missing)

	m, err = c.Classify(profile("solo", map[string]persona.Value{"employees": persona.Int(1), "role": persona.String("Founder")}))
	require.NoError(t, err)
	assert.Equal(t, "finn", m.Persona)
	assert.Equal(t, `plan is not known: is not "free"`, m.Because[2].String(), "a plan that is not known is not the free one")
	assert.Equal(t, []string{"plan"}, m.Missing)

	m, err = c.Classify(profile("unknown", nil))
	require.NoError(t, err)
	assert.Equal(t, "unknown: everybody", m.String())
	assert.Equal(t, []string{"employees"}, m.Missing)
}

func TestClassify_NobodyIsNoPersona(t *testing.T) {
	t.Parallel()
	c, err := persona.Set{Personas: buyers().Personas[1:]}.Compile()
	require.NoError(t, err)
	m, err := c.Classify(profile("acme", map[string]persona.Value{"employees": persona.String("many")}))
	require.NoError(t, err)
	assert.Equal(t, "acme: no persona", m.String())
	assert.Len(t, m.Not, 2)
	assert.Empty(t, c.ID(profile("acme", nil)))
	var zero persona.Classifier
	assert.Empty(t, zero.ID(profile("acme", nil)))
}

// The tests given as reason decide alone: a profile with only those traits is
// classified the same, and each test came out as it says.
func TestLaw_ReasonsSuffice(t *testing.T) {
	t.Parallel()
	everybody := world(t)
	rapid.Check(t, func(t *rapid.T) {
		set := persona.Set{Personas: []persona.Persona{
			{ID: "1", Name: "n", Rule: rules(3).Draw(t, "first")},
			{ID: "2", Name: "n", Rule: rules(2).Draw(t, "second")},
		}}
		c, err := set.Compile()
		if err != nil {
			t.Skip("a set with faults")
		}
		p := rapid.SampledFrom(everybody).Draw(t, "profile")
		m, err := c.Classify(p)
		require.NoError(t, err)
		require.Equal(t, c.ID(p), m.Persona)
		reasons := m.Because
		for _, r := range m.Not {
			reasons = append(reasons, r.Because...)
		}
		known := map[string]persona.Value{}
		for _, r := range reasons {
			require.Equal(t, r.Holds, r.Test.Holds(p))
			v, ok := p.Traits[r.Test.Trait]
			require.Equal(t, v, r.Actual)
			if ok {
				known[r.Test.Trait] = v
			} else {
				require.Contains(t, m.Missing, r.Test.Trait)
			}
		}
		require.Equal(t, m.Persona, c.ID(profile("c", known)))
	})
}

// A Match that is used again says what a new one says, whatever it said before,
// and takes no memory once it has some.
func TestLaw_ClassifyIntoIsClassify(t *testing.T) {
	t.Parallel()
	everybody := world(t)
	fewer, refused := 0, 0
	law.Check(t, func(t *rapid.T) {
		set := persona.Set{Personas: []persona.Persona{
			{ID: "1", Name: "n", Rule: rules(3).Draw(t, "first")},
			{ID: "2", Name: "n", Rule: rules(2).Draw(t, "second")},
		}}
		c, err := set.Compile()
		if err != nil {
			t.Skip("a set with faults")
		}
		var m persona.Match
		before := 0
		for range 4 {
			p := rapid.SampledFrom(everybody).Draw(t, "profile")
			want, err := c.Classify(p)
			require.NoError(t, err)
			if rapid.IntRange(0, 3).Draw(t, "faulty") == 0 {
				was := m
				require.Error(t, c.ClassifyInto(persona.Profile{}, &m))
				require.Equal(t, was, m)
				refused++
			}
			require.NoError(t, c.ClassifyInto(p, &m))
			a, err := json.Marshal(want)
			require.NoError(t, err)
			b, err := json.Marshal(m)
			require.NoError(t, err)
			require.Equal(t, string(a), string(b))
			n := len(m.Not) + len(m.Because)
			if n < before {
				fewer++
			}
			before = n
		}
	}, law.Counters{"fewer reasons than before": &fewer, "refused between": &refused})
}

func TestClassifyInto_TakesNoMemory(t *testing.T) { //nolint:paralleltest // counts allocations
	c, err := buyers().Compile()
	require.NoError(t, err)
	p := profile("acme", map[string]persona.Value{"employees": persona.Int(120), "role": persona.String("operations")})
	var m persona.Match
	require.NoError(t, c.ClassifyInto(p, &m))
	assert.Zero(t, testing.AllocsPerRun(10, func() { _ = c.ClassifyInto(p, &m) }))
}

func TestAssign_GroupsAStream(t *testing.T) {
	t.Parallel()
	c, err := buyers().Compile()
	require.NoError(t, err)
	by, err := c.Assign(slices.Values([]persona.Profile{
		profile("a", map[string]persona.Value{"employees": persona.Int(60), "department": persona.String("operations")}),
		profile("b", nil),
	}))
	require.NoError(t, err)
	assert.Equal(t, map[string]string{"a": "olga", "b": "everybody"}, by)
	by, err = c.Assign(nil)
	require.NoError(t, err)
	assert.Empty(t, by)
}

func TestAssign_ReportsEveryBadProfile(t *testing.T) {
	t.Parallel()
	c, err := buyers().Compile()
	require.NoError(t, err)
	many := map[string]persona.Value{}
	for i := range persona.MaxTraits + 1 {
		many[fmt.Sprint(i)] = persona.Int(1)
	}
	in := []persona.Profile{
		profile("a", nil),
		profile("", nil),
		profile("a", nil),
		profile("b", map[string]persona.Value{"": persona.Int(1), "x": {}, "y": persona.String("\xff")}),
		profile("c", many),
		profile("\xff", nil),
	}
	_, err = c.Assign(slices.Values(in))
	var batch *fault.Batch
	require.ErrorAs(t, err, &batch)
	var got []string
	for _, r := range batch.Rows {
		got = append(got, fmt.Sprint(r.Row, " ", r.Field))
	}
	assert.Equal(t, []string{"2 Customer", "3 Customer", "4 Traits", "4 Traits[x]", "4 Traits[y]", "5 Traits", "6 Customer"}, got)
	require.ErrorIs(t, err, persona.ErrProfile)
	require.ErrorIs(t, err, persona.ErrValue)
	_, err = c.Classify(in[1])
	require.ErrorIs(t, err, persona.ErrProfile)
	require.ErrorIs(t, in[3].Validate(), persona.ErrValue)
	assert.NoError(t, in[0].Validate())
}

// What was compiled does not change with the set.
func TestCompile_Copies(t *testing.T) {
	t.Parallel()
	set := buyers()
	c, err := set.Compile()
	require.NoError(t, err)
	set.Personas[1].Rule.All[0].Values[0] = persona.Int(1_000_000)
	assert.Equal(t, "olga", c.ID(profile("a", map[string]persona.Value{"employees": persona.Int(60), "department": persona.String("operations")})))
}

func TestClassifier_IDDoesNotAllocate(t *testing.T) {
	c, err := persona.Set{Personas: []persona.Persona{
		{ID: "large", Name: "Large", Rule: persona.All(persona.AtLeast("employees", persona.Int(1000)), persona.Is("country", persona.String("DE")))},
		{ID: "rest", Name: "Rest"},
	}}.Compile()
	require.NoError(t, err)
	p := profile("a", map[string]persona.Value{"employees": number(t, "1000.5"), "country": persona.String("FR")})
	assert.Zero(t, testing.AllocsPerRun(100, func() { c.ID(p) }))
}

// The list of tests that ID runs comes to what the rules say.
func TestLaw_IDIsTheFirstRuleThatHolds(t *testing.T) {
	t.Parallel()
	everybody := world(t)
	found, nobody, many := 0, 0, 0
	law.Check(t, func(t *rapid.T) {
		var set persona.Set
		for i := range rapid.IntRange(1, 4).Draw(t, "personas") {
			rule := rules(3).Draw(t, "rule")
			if rule.Validate() != nil {
				continue
			}
			set.Personas = append(set.Personas, persona.Persona{ID: fmt.Sprint(i), Name: "n", Rule: rule})
		}
		if rapid.Bool().Draw(t, "more traits than are kept at hand") {
			many++
			all := persona.Rule{}
			for i := range 12 {
				all.All = append(all.All, persona.Has("t"+fmt.Sprint(i)))
			}
			set.Personas = append([]persona.Persona{{ID: "many", Name: "n", Rule: all}}, set.Personas...)
		}
		c, err := set.Compile()
		if err != nil {
			return
		}
		for _, p := range everybody {
			want := ""
			for _, one := range set.Personas {
				if one.Rule.Holds(p) {
					want = one.ID
					break
				}
			}
			require.Equal(t, want, c.ID(p), "%v", p.Traits)
			m, err := c.Classify(persona.Profile{Customer: "a", Traits: p.Traits})
			require.NoError(t, err)
			require.Equal(t, want, m.Persona)
			if want == "" {
				nobody++
			} else {
				found++
			}
		}
	}, law.Counters{"found": &found, "nobody": &nobody, "many": &many})
}
