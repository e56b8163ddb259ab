package persona_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/lifecycle-go/lifecycle/metrics/fault"
	"github.com/lifecycle-go/lifecycle/persona"
)

var day = time.Date(2026, time.March, 2, 0, 0, 0, 0, time.UTC)

func TestSet_ReportsEveryFault(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("x", persona.MaxProse+1)
	set := persona.Set{
		Name: "\xff",
		Questions: []persona.Question{
			{ID: "q", Text: "Why?", Audience: persona.AudienceCustomers, Aspects: []persona.Aspect{persona.AspectGoals}},
			{ID: "q", Audience: 9, Aspects: []persona.Aspect{99, persona.AspectNone}},
			{},
		},
		Personas: []persona.Persona{
			{},
			{ID: "a", Name: "A", CompanySize: persona.CompanySize{Min: 5, Max: 2}, Goals: []string{"", long}, Role: "\xff"},
			{ID: "a", Name: "A", CompanySize: persona.CompanySize{Min: -1}, Answers: []persona.Answer{
				{Question: "q", Text: "Because.", At: day}, {Question: "z"}, {Question: "q", Text: long, At: day},
			}},
			{ID: "b", Name: "B", Rule: persona.Rule{
				All: []persona.Rule{
					{Op: opOf("has")},
					{Trait: "t"},
					{Trait: "t", Op: 99},
					{Trait: "t", Op: opOf("has"), Values: []persona.Value{persona.Int(1)}},
					persona.Is("t"),
					persona.Less("t", persona.String("x")),
					{Trait: "t", Op: opOf("more")},
					persona.Contains("t", ""),
					persona.Contains("t"),
					persona.Is("t", persona.Value{}),
					persona.Any(),
				},
				Trait: "t", Op: opOf("has"),
			}},
			{ID: strings.Repeat("i", persona.MaxText+1), Name: strings.Repeat("n", persona.MaxText+1), Rule: persona.Has(strings.Repeat("t", persona.MaxText+1))},
		},
	}
	var got []string
	for _, f := range faultsOf(set.Validate()) {
		got = append(got, f.Path+" "+string(f.Code))
		assert.NotEmpty(t, f.Detail)
	}
	assert.Equal(t, []string{
		"Name bad-text",
		"Questions[1].ID duplicate-id", "Questions[1].Text name-missing", "Questions[1].Audience question-audience",
		"Questions[1].Aspects[0] question-aspect", "Questions[1].Aspects[1] question-aspect",
		"Questions[2].ID id-missing", "Questions[2].Text name-missing", "Questions[2].Audience question-audience", "Questions[2].Aspects question-aspect",
		"Personas[0].ID id-missing", "Personas[0].Name name-missing",
		"Personas[1].CompanySize company-size", "Personas[1].Role bad-text", "Personas[1].Goals[1] bad-text",
		"Personas[2].ID duplicate-id", "Personas[2].CompanySize company-size",
		"Personas[2].Answers[1].Question unknown-question", "Personas[2].Answers[1].Text bad-answer", "Personas[2].Answers[1].At bad-answer",
		"Personas[2].Answers[2].Text bad-text",
		"Personas[3].Rule rule-form", "Personas[3].Rule.All[0] rule-trait", "Personas[3].Rule.All[1] rule-test", "Personas[3].Rule.All[2] rule-test",
		"Personas[3].Rule.All[3] rule-values", "Personas[3].Rule.All[4] rule-values", "Personas[3].Rule.All[5].Values[0] rule-values",
		"Personas[3].Rule.All[6] rule-values", "Personas[3].Rule.All[7].Values[0] rule-values", "Personas[3].Rule.All[8] rule-values",
		"Personas[3].Rule.All[9].Values[0] rule-values", "Personas[3].Rule.All[10] rule-form",
		"Personas[4].ID bad-text", "Personas[4].Name bad-text", "Personas[4].Rule.Trait bad-text",
		// The first three sound rules take everybody.
		"Personas[1].Rule unreachable-rule", "Personas[2].Rule unreachable-rule",
	}, got)
	_, err := set.Compile()
	require.ErrorIs(t, err, persona.ErrSet)
	var one fault.Fault
	require.ErrorAs(t, err, &one)
	assert.Contains(t, err.Error(), "faults\n\t")
}

func TestSet_Limits(t *testing.T) {
	t.Parallel()
	many := persona.Set{Personas: make([]persona.Persona, persona.MaxPersonas+1)}
	assert.True(t, hasFault(many.Validate(), persona.FaultTooMany))
	deep := persona.Has("t")
	for range persona.MaxRuleDepth {
		deep = persona.Not(deep)
	}
	assert.True(t, hasFault(deep.Validate(), persona.FaultRuleSize))
	assert.True(t, hasFault(persona.Any(make([]persona.Rule, persona.MaxRuleNodes+1)...).Validate(), persona.FaultRuleSize))
	assert.True(t, hasFault(persona.Is("t", make([]persona.Value, persona.MaxRuleNodes+1)...).Validate(), persona.FaultRuleSize))
	assert.NoError(t, persona.Set{}.Validate())
}

func hasFault(err error, code fault.Code) bool {
	var set *fault.Design
	return errors.As(err, &set) && set.Has(code)
}

func TestSet_JSONRoundTrip(t *testing.T) {
	t.Parallel()
	data, err := json.Marshal(buyers())
	require.NoError(t, err)
	back, err := persona.ParseSet(data)
	require.NoError(t, err)
	assert.Equal(t, buyers(), back)
	again, err := json.Marshal(back)
	require.NoError(t, err)
	assert.Equal(t, string(data), string(again))
}

func TestLaw_RuleJSONRoundTrips(t *testing.T) {
	t.Parallel()
	everybody := world(t)
	rapid.Check(t, func(t *rapid.T) {
		r := rules(3).Draw(t, "rule")
		data, err := json.Marshal(r)
		require.NoError(t, err)
		var back persona.Rule
		require.NoError(t, json.Unmarshal(data, &back))
		require.Equal(t, r, back)
		p := rapid.SampledFrom(everybody).Draw(t, "profile")
		require.Equal(t, r.Holds(p), back.Holds(p))
	})
}

func TestParse_Refuses(t *testing.T) {
	t.Parallel()
	for _, in := range []string{
		``, `{`, `{"name":1}`, `{"colour":1}`, `{} {}`, `{"personas":[{"id":"a"}]}`, `{"personas":[{"id":"a","name":"n","rule":{"trait":"t","op":"about"}}]}`,
		`{"personas":[{"id":"a","name":"n","rule":{"any":[]}}]}`, `{"personas":[{"id":"a","name":"n","rule":{"trait":"t","op":"in","values":[null]}}]}`,
	} {
		_, err := persona.ParseSet([]byte(in))
		require.Error(t, err, in)
		assert.Contains(t, err.Error(), "persona: ", in)
	}
	_, err := persona.ParseRule([]byte(`{"trait":"t","op":"in","values":[1],"extra":1}`))
	require.Error(t, err)
	_, err = persona.ParseRule([]byte(`{"all":[{"trait":"t","op":"has"},{"not":{"trait":"t","op":"has"}}]}`))
	assert.True(t, hasFault(err, persona.FaultContradiction))
	r, err := persona.ParseRule([]byte(`{"trait":"t","op":"at-least","values":[{"date":"2026-01-31"}]}`))
	require.NoError(t, err)
	assert.Equal(t, "t at least 2026-01-31", r.String())
}

// FuzzParseRule_RoundTrip: what is accepted is sound, and writing and reading
// it gives the same rule.
func FuzzParseRule_RoundTrip(f *testing.F) {
	for _, s := range []string{
		`{}`, `{"trait":"t","op":"has"}`, `{"not":{"trait":"t","op":"less","values":[1.5]}}`,
		`{"all":[{"trait":"a","op":"in","values":["x",true,{"date":"2026-01-31"}]},{"any":[{"trait":"b","op":"contains","values":["x"]},{}]}]}`,
		`{"any":[]}`,
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		r, err := persona.ParseRule(data)
		if err != nil {
			return
		}
		require.NoError(t, r.Validate())
		out, err := json.Marshal(r)
		require.NoError(t, err)
		back, err := persona.ParseRule(out)
		require.NoError(t, err)
		again, err := json.Marshal(back)
		require.NoError(t, err)
		require.Equal(t, string(out), string(again))
	})
}

// FuzzParseSet_RoundTrip: as for rules.
func FuzzParseSet_RoundTrip(f *testing.F) {
	data, err := json.Marshal(buyers())
	require.NoError(f, err)
	f.Add(data)
	f.Add([]byte(`{"name":"x","personas":[{"id":"a","name":"b","company_size":{"min":1},"answers":[{"question":"c-goal","at":"2026-01-01T00:00:00Z","text":"t"}]}]}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		set, err := persona.ParseSet(data)
		if err != nil {
			return
		}
		out, err := json.Marshal(set)
		require.NoError(t, err)
		back, err := persona.ParseSet(out)
		require.NoError(t, err)
		again, err := json.Marshal(back)
		require.NoError(t, err)
		require.Equal(t, string(out), string(again))
		for _, p := range back.Personas {
			_, ok := back.Evidence(p.ID)
			require.True(t, ok)
		}
	})
}

func TestEvidence_SaysWhatAPersonaRestsOn(t *testing.T) {
	t.Parallel()
	e, ok := buyers().Evidence("olga")
	require.True(t, ok)
	assert.Equal(t, 3, e.Answers)
	assert.Equal(t, 2, e.Respondents)
	assert.Equal(t, []persona.Aspect{persona.AspectRole, persona.AspectCompanySize, persona.AspectPrice}, e.Assumed())
	goals := e.Aspects[persona.AspectGoals-1]
	assert.Equal(t, persona.AspectEvidence{
		Aspect: persona.AspectGoals, Stated: true, Answers: []int{0, 1}, FromCustomers: 2, Respondents: 1, First: day, Last: day.AddDate(0, 0, 1),
	}, goals)
	channels := e.Aspects[persona.AspectChannels-1]
	assert.Equal(t, 1, channels.FromSupport)
	assert.False(t, channels.Assumed())
	challenges := e.Aspects[persona.AspectChallenges-1]
	assert.False(t, challenges.Stated)
	assert.False(t, challenges.Assumed(), "what is not stated is not assumed")
	_, ok = buyers().Evidence("nobody")
	assert.False(t, ok)
}

func TestEvidence_CountsNamelessAnswersApart(t *testing.T) {
	t.Parallel()
	set := persona.Set{Personas: []persona.Persona{{ID: "a", Name: "A", Answers: []persona.Answer{
		{Question: "c-goal", At: day, Text: "x"}, {Question: "c-goal", At: day, Text: "y"}, {Question: "unknown", At: day, Text: "z"},
	}}}}
	e, _ := set.Evidence("a")
	assert.Equal(t, 2, e.Answers)
	assert.Equal(t, 2, e.Respondents)
}

func TestStandardQuestions_AskAboutEverything(t *testing.T) {
	t.Parallel()
	require.NoError(t, persona.Set{Questions: persona.StandardQuestions()}.Validate())
	asked := map[persona.Audience]map[persona.Aspect]bool{persona.AudienceCustomers: {}, persona.AudienceSupport: {}}
	for _, q := range persona.StandardQuestions() {
		for _, a := range q.Aspects {
			asked[q.Audience][a] = true
		}
	}
	for a := persona.AspectRole; a < persona.AspectSupport; a++ {
		assert.True(t, asked[persona.AudienceCustomers][a], a)
	}
	for _, a := range []persona.Aspect{
		persona.AspectSupport, persona.AspectRole, persona.AspectIndustry, persona.AspectDecision, persona.AspectFeatures, persona.AspectChannels,
		persona.AspectChallenges, persona.AspectImprovements,
	} {
		assert.True(t, asked[persona.AudienceSupport][a], a)
	}
}

func TestEnums_Text(t *testing.T) {
	t.Parallel()
	for a := range persona.AspectSupport + 1 {
		text, err := a.MarshalText()
		require.NoError(t, err)
		var back persona.Aspect
		require.NoError(t, back.UnmarshalText(text))
		assert.Equal(t, a, back)
	}
	for o := range opOf("contains") + 1 {
		text, err := o.MarshalText()
		require.NoError(t, err)
		var back persona.Op
		require.NoError(t, back.UnmarshalText(text))
		assert.Equal(t, o, back)
	}
	for k := range persona.KindDate + 1 {
		text, err := k.MarshalText()
		require.NoError(t, err)
		var back persona.Kind
		require.NoError(t, back.UnmarshalText(text))
		assert.Equal(t, k, back)
	}
	var a persona.Aspect
	require.Error(t, a.UnmarshalText([]byte("mood")))
	var who persona.Audience
	require.Error(t, who.UnmarshalText([]byte("mood")))
	_, err := persona.Aspect(200).MarshalText()
	require.Error(t, err)
	_, err = persona.Op(200).MarshalText()
	require.Error(t, err)
	assert.Equal(t, "Aspect(200) Audience(200) Op(200) Kind(200)", fmt.Sprint(persona.Aspect(200), persona.Audience(200), persona.Op(200), persona.Kind(200)))
}

func opOf(name string) (o persona.Op) {
	if err := o.UnmarshalText([]byte(name)); err != nil {
		panic(err)
	}
	return o
}

// Answers go to the personas of those they are about; those of nobody are
// counted, and none is added twice.
func TestSet_WithAnswers(t *testing.T) {
	t.Parallel()
	set := persona.Set{Personas: []persona.Persona{{ID: "small", Name: "Small", Motives: []string{"No more spreadsheets"}, Rule: persona.Has("small")}, {ID: "large", Name: "Large"}}}
	of := map[string]string{"acme": "small", "beta": "large", "zeta": "gone"}
	in := []persona.Answer{
		{Question: "c-why", Respondent: "acme", At: day, Text: "The spreadsheet broke."},
		{Question: "c-why", Respondent: "acme", At: day.In(time.FixedZone("x", 3600)), Text: "The spreadsheet broke."},
		{Question: "s-problems", Respondent: "Kim", Customer: "beta", At: day, Text: "Imports."},
		{Question: "c-why", Respondent: "zeta", At: day, Text: "?"},
		{Question: "c-why", Respondent: "nobody", At: day, Text: "?"},
	}
	out, left := set.WithAnswers(func(c string) string { return of[c] }, slices.Values(in))
	assert.EqualValues(t, 2, left)
	require.NoError(t, out.Validate())
	assert.Empty(t, set.Personas[0].Answers, "the set itself stays as it was")
	again, _ := out.WithAnswers(func(c string) string { return of[c] }, slices.Values(in))
	assert.Equal(t, out, again)
	e, _ := out.Evidence("small")
	motives := e.Aspects[persona.AspectMotives-1]
	assert.True(t, motives.Stated)
	assert.Equal(t, 1, motives.FromCustomers)
	e, _ = out.Evidence("large")
	assert.Equal(t, 1, e.Aspects[persona.AspectSupport-1].FromSupport)
}

// Every aspect is stated by a field of a persona.
func TestEvidence_EveryAspectHasAField(t *testing.T) {
	t.Parallel()
	few := []string{"x"}
	set := persona.Set{Personas: []persona.Persona{{
		ID: "a", Name: "A", Role: "x", Industry: "x", CompanySize: persona.CompanySize{Min: 1}, Demographics: []persona.Fact{{Name: "x", Value: "y"}},
		Goals: few, Challenges: few, Decision: persona.Decision{Part: "x"}, InformationNeeds: few, Channels: few, PriceTier: "x",
		Experience: "x", Education: "x", Duties: few, Success: few, CompanyGoals: few, MissingTools: few, DailyWork: few, Usage: few,
		ValuedFeatures: few, Improvements: few, Discovery: few, Motives: few, SupportNeeds: few,
	}}}
	e, _ := set.Evidence("a")
	assert.Len(t, e.Assumed(), int(persona.AspectSupport))
	e, _ = persona.Set{Personas: []persona.Persona{{ID: "a", Name: "A"}}}.Evidence("a")
	assert.Empty(t, e.Assumed())
}
