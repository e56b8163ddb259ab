package persona_test

import (
	"fmt"
	"strings"
	"testing"

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
