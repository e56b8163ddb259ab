package touchpoint_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/lifecycle-go/lifecycle/metrics/fault"
	"github.com/lifecycle-go/lifecycle/touchpoint"
)

func TestStandardSaaS_IsComplete(t *testing.T) {
	t.Parallel()
	c := touchpoint.StandardSaaS()
	assert.NoError(t, c.Validate())
	var names []string
	for _, tp := range c.Touchpoints {
		names = append(names, tp.Name)
		assert.NotEmpty(t, tp.Channel, tp.Name)
		assert.NotEmpty(t, tp.Stages, tp.Name)
		assert.NotEmpty(t, tp.Events, tp.Name)
		assert.GreaterOrEqual(t, len(tp.CustomerActions), 3, tp.Name)
		assert.GreaterOrEqual(t, len(tp.CompanyActions), 3, tp.Name)
		assert.NotEmpty(t, tp.LeadsTo, tp.Name)
	}
	assert.Equal(t, []string{
		"Website", "Trial or demo", "Onboarding", "Support", "Product mail", "Feedback", "Account manager",
		"Renewal and upgrade", "Community", "Cancellation and win-back",
	}, names)
	assert.Equal(t, []string{"Website", "Trial or demo", "Community"}, c.Entries())
	assert.Equal(t, []string{"Cancellation and win-back"}, c.Exits())
	for _, tp := range c.Touchpoints {
		assert.GreaterOrEqual(t, len(tp.PainPoints), 3, tp.Name)
		assert.NotEmpty(t, tp.Teams, tp.Name)
		assert.NotContains(t, tp.Teams, tp.Owner, tp.Name)
		assert.NotEmpty(t, tp.DecisionEffect, tp.Name)
		assert.NotEmpty(t, tp.EmotionEffect, tp.Name)
		assert.NotEmpty(t, tp.CompanyOutcome, tp.Name)
	}
}

func faultsOf(t *testing.T, err error) []fault.Fault {
	t.Helper()
	var design *fault.Design
	require.ErrorAs(t, err, &design)
	return design.Faults
}

func TestCatalogue_ReportsEveryFault(t *testing.T) {
	t.Parallel()
	sound := touchpoint.StandardSaaS().Touchpoints[0]
	change := func(f func(*touchpoint.Touchpoint)) touchpoint.Touchpoint {
		tp := sound
		tp.LeadsTo, tp.Begins = nil, false
		f(&tp)
		return tp
	}
	c := touchpoint.Catalogue{Touchpoints: []touchpoint.Touchpoint{
		change(func(tp *touchpoint.Touchpoint) { tp.Name, tp.LeadsTo = "a", []string{"b", "b", "nowhere", "a", ""} }),
		change(func(tp *touchpoint.Touchpoint) { tp.Name, tp.Feeling = "b", 3 }),
		change(func(tp *touchpoint.Touchpoint) { tp.Name, tp.LeadsTo = "b", []string{"a"} }),
		change(func(tp *touchpoint.Touchpoint) { tp.Name = "alone" }),
		change(func(tp *touchpoint.Touchpoint) { tp.Name, tp.LeadsTo = "loop", []string{"loop"} }),
		{LeadsTo: []string{"a"}},
		change(func(tp *touchpoint.Touchpoint) {
			tp.Name, tp.LeadsTo = "long", []string{"a"}
			tp.CustomerOutcome = strings.Repeat("x", touchpoint.MaxAttrText+1)
			tp.Owner, tp.Events, tp.Channel, tp.Feeling = "\xff", []string{""}, "\xff", -3
		}),
	}}
	var got []string
	for _, f := range faultsOf(t, c.Validate()) {
		got = append(got, f.Path+" "+string(f.Code))
		assert.NotEmpty(t, f.Detail)
	}
	assert.Equal(t, []string{
		"Touchpoints[0].LeadsTo[1] duplicate", "Touchpoints[0].LeadsTo[2] dangling-link",
		"Touchpoints[0].LeadsTo[3] self-link", "Touchpoints[0].LeadsTo[4] name-missing",
		"Touchpoints[1].Feeling feeling-range",
		"Touchpoints[2].Name duplicate",
		"Touchpoints[3] orphan",
		"Touchpoints[4].LeadsTo[0] self-link", "Touchpoints[4] orphan",
		"Touchpoints[5].Name name-missing", "Touchpoints[5].CustomerGoal goal-missing", "Touchpoints[5].CompanyGoal goal-missing",
		"Touchpoints[5].CustomerOutcome outcome-missing", "Touchpoints[5].CompanyOutcome outcome-missing", "Touchpoints[5].Owner owner-missing", "Touchpoints[5].Contact directness-missing",
		"Touchpoints[5] action-missing",
		"Touchpoints[6].CustomerOutcome bad-text", "Touchpoints[6].Owner bad-text", "Touchpoints[6].Channel bad-text",
		"Touchpoints[6].Feeling feeling-range", "Touchpoints[6].Events[0] name-missing",
	}, got)
	require.ErrorIs(t, c.Validate(), touchpoint.ErrDesign)
	assert.Equal(t, []string{"alone", "loop", "long"}, c.Entries(), "a link leads to the touchpoint without a name")
	assert.NoError(t, touchpoint.Catalogue{}.Validate(), "the zero catalogue is empty and sound")
	many := touchpoint.Catalogue{Touchpoints: make([]touchpoint.Touchpoint, 10_000+1)}
	var design *fault.Design
	require.ErrorAs(t, many.Validate(), &design)
	assert.True(t, design.Has(touchpoint.FaultTooMany))
	assert.False(t, design.Has(touchpoint.FaultOrphan))
}

func TestCatalogue_JSONRoundTrip(t *testing.T) {
	t.Parallel()
	data, err := json.Marshal(touchpoint.StandardSaaS())
	require.NoError(t, err)
	back, err := touchpoint.ParseCatalogue(data)
	require.NoError(t, err)
	assert.Equal(t, touchpoint.StandardSaaS(), back)
}

func TestParseCatalogue_Refuses(t *testing.T) {
	t.Parallel()
	for name, in := range map[string]string{
		"empty":   "",
		"cut off": `{"name":"x"`,
		"unknown": `{"name":"x","colour":"red"}`,
		"twice":   `{"name":"x","name":"y"}`,
		"more":    `{"name":"x"} {}`,
		"contact": `{"touchpoints":[{"contact":"sideways"}]}`,
		"feeling": `{"touchpoints":[{"feeling":300}]}`,
		"faults":  `{"touchpoints":[{"name":"x"}]}`,
	} {
		_, err := touchpoint.ParseCatalogue([]byte(in))
		require.Error(t, err, name)
		assert.Contains(t, err.Error(), "touchpoint: ", name)
	}
}

// FuzzParseCatalogue_RoundTrip: what is accepted is sound and survives writing
// and reading.
func FuzzParseCatalogue_RoundTrip(f *testing.F) {
	data, err := json.Marshal(touchpoint.StandardSaaS())
	require.NoError(f, err)
	f.Add(data)
	f.Add([]byte(`{"name":"x","touchpoints":[{"name":"a","contact":"direct","customer_goal":"g","company_goal":"h","company_actions":["c"],"feeling":-2,"customer_outcome":"o","company_outcome":"o","owner":"w"}]}`))
	f.Fuzz(func(t *testing.T, in []byte) {
		c, err := touchpoint.ParseCatalogue(in)
		if err != nil {
			return
		}
		out, err := json.Marshal(c)
		require.NoError(t, err)
		again, err := touchpoint.ParseCatalogue(out)
		require.NoError(t, err)
		out2, err := json.Marshal(again)
		require.NoError(t, err)
		require.Equal(t, out, out2)
	})
}

func TestFeeling_String(t *testing.T) {
	t.Parallel()
	assert.Equal(t, "very unhappy", touchpoint.VeryUnhappy.String())
	assert.Equal(t, "neutral", touchpoint.Feeling(0).String())
	assert.Equal(t, "feeling 3", touchpoint.Feeling(3).String())
}

func TestEnums_TextAndSQL(t *testing.T) {
	t.Parallel()
	for _, c := range []touchpoint.Contact{touchpoint.ContactUnknown, touchpoint.ContactDirect, touchpoint.ContactIndirect} {
		stored, err := c.Value()
		require.NoError(t, err)
		var back touchpoint.Contact
		require.NoError(t, back.Scan(stored))
		assert.Equal(t, c, back)
	}
	_, err := touchpoint.Contact(9).Value()
	require.ErrorIs(t, err, fault.ErrUnknown)
	var contact touchpoint.Contact
	require.ErrorIs(t, contact.Scan("sideways"), fault.ErrUnknown)
	require.ErrorIs(t, contact.UnmarshalText([]byte("sideways")), fault.ErrUnknown)
	assert.Equal(t, "Contact(9)", touchpoint.Contact(9).String())
}

func TestCatalogue_BeginsAndEndsSomewhere(t *testing.T) {
	t.Parallel()
	a, b := touchpoint.StandardSaaS().Touchpoints[1], touchpoint.StandardSaaS().Touchpoints[2]
	a.Begins, a.LeadsTo, b.LeadsTo = false, []string{b.Name}, []string{a.Name}
	ring := touchpoint.Catalogue{Touchpoints: []touchpoint.Touchpoint{a, b}}
	var codes []string
	for _, f := range faultsOf(t, ring.Validate()) {
		codes = append(codes, string(f.Code))
	}
	assert.Equal(t, []string{"no-entry", "no-exit"}, codes)
	ring.Touchpoints[0].Begins, ring.Touchpoints[1].Ends = true, true
	require.NoError(t, ring.Validate())
	assert.Equal(t, []string{a.Name}, ring.Entries())
	assert.Equal(t, []string{b.Name}, ring.Exits())
}
