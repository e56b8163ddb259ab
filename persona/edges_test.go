package persona_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/lifecycle-go/lifecycle/persona"
)

// What is just within the limits is taken, what is one beyond is not.
func TestLimits_AtTheBounds(t *testing.T) {
	t.Parallel()
	traits := map[string]persona.Value{}
	for i := range persona.MaxTraits {
		traits[fmt.Sprint("t", i)] = persona.Int(1)
	}
	p := profile("acme", traits)
	require.NoError(t, p.Validate())
	c, err := persona.Set{Personas: []persona.Persona{{ID: "any", Name: "Any", Rule: persona.Has("t0")}}}.Compile()
	require.NoError(t, err)
	m, err := c.Classify(p)
	require.NoError(t, err)
	assert.Equal(t, "any", m.Persona)
	p.Traits["one more"] = persona.Int(1)
	require.ErrorIs(t, p.Validate(), persona.ErrProfile)
	_, err = c.Classify(p)
	require.ErrorIs(t, err, persona.ErrProfile)
	assert.Equal(t, p.Validate().(interface{ Unwrap() []error }).Unwrap(), err.(interface{ Unwrap() []error }).Unwrap(), "the same fault") //nolint:forcetypeassert // both are batches

	most := decimal.New(999_999_999_999_999_999, 0)
	for _, d := range []decimal.Decimal{most, most.Neg()} {
		_, err := persona.Number(d)
		require.NoError(t, err)
	}
	for _, d := range []decimal.Decimal{decimal.New(1_234_567_890_123_456_789, 0), decimal.New(-1_234_567_890_123_456_789, 0)} {
		_, err := persona.Number(d)
		require.ErrorIs(t, err, persona.ErrValue, d)
	}
	_, err = persona.ParseNumber("1." + strings.Repeat("0", 62))
	require.NoError(t, err, "64 characters")
	_, err = persona.ParseNumber("1." + strings.Repeat("0", 63))
	require.ErrorIs(t, err, persona.ErrValue)
}

// Customers at the longest id and one byte beyond, empty ones and bad text are
// refused by Classify as by Validate.
func TestClassify_RefusesAsValidateDoes(t *testing.T) {
	t.Parallel()
	c, err := persona.Set{Personas: []persona.Persona{{ID: "any", Name: "Any"}}}.Compile()
	require.NoError(t, err)
	for _, p := range []persona.Profile{
		{Customer: strings.Repeat("x", persona.MaxText)},
		{Customer: strings.Repeat("x", persona.MaxText+1)},
		{},
		{Customer: "\xff"},
		{Customer: "a", Traits: map[string]persona.Value{"": persona.Int(1)}},
		{Customer: "a", Traits: map[string]persona.Value{"t": persona.Int(1 << 62)}},
	} {
		_, err := c.Classify(p)
		want := p.Validate()
		require.Equal(t, want == nil, err == nil)
		if want != nil {
			assert.Equal(t, strings.TrimPrefix(want.Error(), "persona: validate profile: "), strings.TrimPrefix(err.Error(), "persona: classify: "))
		}
	}
}

// An answer to a question that is not asked any more does not hide those after it.
func TestEvidence_GoesOnAfterAnUnknownQuestion(t *testing.T) {
	t.Parallel()
	set := persona.Set{Personas: []persona.Persona{{ID: "mia", Name: "Mia", Answers: []persona.Answer{
		{Question: "no longer asked", Respondent: "Kim", Text: "?"}, {Question: "c-goal", Respondent: "Lee", Text: "Fewer tools."},
	}}}}
	e, ok := set.Evidence("mia")
	require.True(t, ok)
	assert.Equal(t, 1, e.Answers)
}

// An aspect that a question names twice, that is none, or that nobody knows,
// counts an answer once or not at all.
func TestEvidence_CountsAnAspectOnce(t *testing.T) {
	t.Parallel()
	set := persona.Set{
		Questions: []persona.Question{{ID: "q", Text: "?", Aspects: []persona.Aspect{persona.AspectGoals, persona.AspectGoals, persona.AspectNone, 99}}},
		Personas:  []persona.Persona{{ID: "mia", Name: "Mia", Answers: []persona.Answer{{Question: "q", Respondent: "Kim", Text: "!"}}}},
	}
	e, ok := set.Evidence("mia")
	require.True(t, ok)
	assert.Len(t, e.Aspects[persona.AspectGoals-1].Answers, 1)
}

// Behind a rule that is wrong in itself, the next is still asked whether it can
// hold, and answers may be of the whole of the year 2200.
func TestValidate_GoesOnAfterAnUnsoundRule(t *testing.T) {
	t.Parallel()
	never := persona.All(persona.Has("n"), persona.Not(persona.Has("n")))
	set := persona.Set{Personas: []persona.Persona{
		{ID: "a", Name: "A", Priority: 1, Rule: persona.Rule{Trait: "t", Op: 99}},
		{ID: "b", Name: "B", Priority: 2, Rule: never},
		{ID: "c", Name: "C", Priority: 0, Rule: never},
	}}
	err := set.Validate()
	require.ErrorContains(t, err, "Personas[1].Rule")
	require.ErrorContains(t, err, "Personas[2].Rule")
	assert.False(t, set.Personas[0].Rule.Holds(persona.Profile{Traits: map[string]persona.Value{"t": persona.Int(1)}}), "what is no test holds for nobody")
	for year, ok := range map[int]bool{1899: false, 1900: true, 2200: true, 2201: false} {
		set := persona.Set{
			Questions: []persona.Question{{ID: "q", Text: "?", Aspects: []persona.Aspect{persona.AspectGoals}}},
			Personas: []persona.Persona{{ID: "a", Name: "A", Rule: persona.Has("n"), Answers: []persona.Answer{
				{Question: "q", Text: "!", At: time.Date(year, 12, 31, 0, 0, 0, 0, time.UTC)},
			}}},
		}
		err := set.Validate()
		assert.Equal(t, !ok, err != nil && strings.Contains(err.Error(), "must lie in the years"), "%d: %v", year, err)
	}
}

// Nineteen digits of which some lie behind the point are too many.
func TestNumber_EighteenDigits(t *testing.T) {
	t.Parallel()
	for text, ok := range map[string]bool{
		"999999.999999999999": true, "-999999.999999999999": true, "1000000.000000000001": false, "-1000000.000000000001": false, "9999999.999999999999": false,
	} {
		_, err := persona.ParseNumber(text)
		assert.Equal(t, ok, err == nil, "%s: %v", text, err)
		_, err = persona.Number(decimal.RequireFromString(text))
		assert.Equal(t, ok, err == nil, "%s: %v", text, err)
	}
}

// Bounds of two traits are two tests, of one trait a range.
func TestClassifier_BoundsOfTwoTraits(t *testing.T) {
	t.Parallel()
	set := persona.Set{Personas: []persona.Persona{
		{ID: "two", Name: "Two", Rule: persona.All(persona.AtLeast("a", persona.Int(1)), persona.AtMost("b", persona.Int(5)))},
		{ID: "one", Name: "One", Rule: persona.All(persona.AtLeast("c", persona.Int(1)), persona.AtMost("c", persona.Int(5)))},
	}}
	c, err := set.Compile()
	require.NoError(t, err)
	for _, x := range []struct {
		a, b, c int64
		want    string
	}{{3, 3, 0, "two"}, {3, 9, 0, ""}, {0, 3, 0, ""}, {9, 3, 0, "two"}, {0, 9, 3, "one"}, {0, 9, 6, ""}, {0, 9, 5, "one"}, {0, 9, 1, "one"}} {
		p := persona.Profile{Customer: "x", Traits: map[string]persona.Value{"a": persona.Int(x.a), "b": persona.Int(x.b), "c": persona.Int(x.c)}}
		id := c.ID(p)
		assert.Equal(t, x.want, id, "%+v", x)
	}
}
