package journey_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/lifecycle-go/lifecycle/internal/golden"
	"github.com/lifecycle-go/lifecycle/internal/law"
	"github.com/lifecycle-go/lifecycle/journey"
	"github.com/lifecycle-go/lifecycle/journey/internal/cases"
	"github.com/lifecycle-go/lifecycle/journey/preset"
	"github.com/lifecycle-go/lifecycle/metrics/fault"
)

// drawSpec draws any Spec at all, sensible or not, with names from the nasty
// end of what strings can be.
func drawSpec(t *rapid.T) journey.Spec {
	names := rapid.OneOf(
		rapid.SampledFrom([]string{
			"a", "trial", "goal", "on", "of", "*", "=", "@x", "two words", `qu"ote`, `back\slash`, "#hash", "tab\tbed",
			"line\nbreak", "naïve", "日本", "", "\x00", "\u2028", "-", "336h", "1",
		}),
		rapid.String(),
	)
	name := func(what string) string { return names.Draw(t, what) }
	list := func(what string, most int, add func()) {
		for range rapid.IntRange(0, most).Draw(t, what) {
			add()
		}
	}
	span := func(what string) time.Duration { return time.Duration(rapid.Int64().Draw(t, what)) }
	s := journey.Spec{Name: name("name"), Doc: name("doc"), Initial: journey.Stage(name("initial"))}
	list("stages", 4, func() {
		s.Stages = append(s.Stages, journey.StageSpec{
			Name: journey.Stage(name("stage")), Group: name("group"), Doc: name("doc"), Goal: rapid.Bool().Draw(t, "goal"),
			Terminal: rapid.Bool().Draw(t, "terminal"), Entry: name("entry"), Exit: name("exit"),
		})
	})
	list("triggers", 3, func() { s.Triggers = append(s.Triggers, journey.Trigger(name("trigger"))) })
	list("transitions", 4, func() {
		tr := journey.Transition{
			From: journey.Stage(name("from")), On: journey.Trigger(name("on")), To: journey.Stage(name("to")),
			Guard: journey.Guard{Name: name("guard")}, Gate: name("gate"), Internal: rapid.Bool().Draw(t, "internal"),
		}
		list("except", 2, func() { tr.Except = append(tr.Except, journey.Stage(name("except"))) })
		s.Transitions = append(s.Transitions, tr)
	})
	list("timers", 2, func() {
		s.After = append(s.After, journey.Timer{Stage: journey.Stage(name("stage")), After: span("after"), Trigger: journey.Trigger(name("trigger"))})
	})
	list("milestones", 3, func() {
		m := journey.Milestone{
			Name: name("milestone"), Doc: name("doc"), Rule: journey.MilestoneRule(rapid.IntRange(0, 3).Draw(t, "rule")),
			N: rapid.Int().Draw(t, "n"), Within: span("within"), Deadline: span("deadline"),
		}
		list("events", 3, func() { m.Events = append(m.Events, journey.Trigger(name("event"))) })
		s.Milestones = append(s.Milestones, m)
	})
	return s
}

func TestLaw_SpecTextRoundTrips(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		want := drawSpec(t)
		text, err := want.MarshalText()
		require.NoError(t, err)
		got, err := journey.ParseSpec(string(text))
		require.NoError(t, err, "%s", text)
		require.Equal(t, want, got, "%s", text)
	})
}

func TestLaw_SpecJSONRoundTrips(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		want := drawSpec(t)
		data, err := json.Marshal(want)
		require.NoError(t, err)
		var got journey.Spec
		require.NoError(t, json.Unmarshal(data, &got))
		for i := range want.Milestones {
			if want.Milestones[i].Events == nil {
				want.Milestones[i].Events = []journey.Trigger{}
			}
		}
		if utf8.ValidString(strings.Join(strings.Split(string(data), `\ufffd`), "")) && !strings.Contains(string(data), `\ufffd`) {
			require.Equal(t, want, got)
		}
	})
}

func TestLaw_DefinitionTextAndJSONKeepTheHash(t *testing.T) {
	t.Parallel()
	guards := map[string]func(journey.Journey, journey.Event) bool{"even": yes, "young": no, "unused": yes}
	for _, d := range append(preset.All(), rich(t), cases.Lifecycle(t)) {
		text, err := d.Spec().MarshalText()
		require.NoError(t, err)
		s, err := journey.ParseSpec(string(text))
		require.NoError(t, err, "%s", text)
		again, err := journey.Define(s.Bind(guards))
		require.NoError(t, err, d.Name())
		assert.Equal(t, d.Hash(), again.Hash(), d.Name())

		data, err := json.Marshal(d.Spec())
		require.NoError(t, err)
		var fromJSON journey.Spec
		require.NoError(t, json.Unmarshal(data, &fromJSON))
		again, err = journey.Define(fromJSON.Bind(guards))
		require.NoError(t, err, d.Name())
		assert.Equal(t, d.Hash(), again.Hash(), d.Name())
	}
}

// Any definition at all, most of them made of inferred stages and wildcards,
// is the same definition after its Spec has been written and read.
func TestLaw_EveryDefinitionRoundTrips(t *testing.T) {
	t.Parallel()
	defined := 0
	law.Check(t, func(t *rapid.T) {
		stage := rapid.SampledFrom([]journey.Stage{"a", "b", "c", "d", "e f"})
		trigger := rapid.SampledFrom([]journey.Trigger{"t", "u", "v", "w", "goal"})
		s := journey.Spec{Initial: "a"}
		for range rapid.IntRange(1, 7).Draw(t, "transitions") {
			tr := journey.Transition{From: stage.Draw(t, "from"), On: trigger.Draw(t, "on"), To: stage.Draw(t, "to")}
			switch rapid.IntRange(0, 6).Draw(t, "kind") {
			case 0:
				tr.From = journey.Any
			case 1:
				tr.To = journey.Same
			case 2:
				tr.To, tr.Internal = tr.From, true
			case 3:
				tr.Guard = guard("g")
			case 4:
				tr.From, tr.Except = journey.Any, []journey.Stage{stage.Draw(t, "except")}
			}
			s.Transitions = append(s.Transitions, tr)
		}
		if rapid.Bool().Draw(t, "timer") {
			s.After = append(s.After, journey.Timer{Stage: stage.Draw(t, "timed"), After: time.Hour, Trigger: trigger.Draw(t, "fires")})
		}
		d, err := journey.Define(s)
		if err != nil {
			return
		}
		defined++
		text, err := d.Spec().MarshalText()
		require.NoError(t, err)
		read, err := journey.ParseSpec(string(text))
		require.NoError(t, err)
		again, err := journey.Define(read.Bind(map[string]func(journey.Journey, journey.Event) bool{"g": yes}))
		require.NoError(t, err, "%s", text)
		require.Equal(t, d.Hash(), again.Hash(), "%s", text)
		require.Equal(t, d.Stages(), again.Stages())
		require.Equal(t, d.Mermaid(journey.ByStage), again.Mermaid(journey.ByStage))
		for _, st := range d.Stages() {
			require.Equal(t, d.Allowed(st.Name), again.Allowed(st.Name))
		}
	}, law.Counters{"defined": &defined})
}

func TestSpec_Text(t *testing.T) {
	t.Parallel()
	text, err := rich(t).Spec().MarshalText()
	require.NoError(t, err)
	golden.Equal(t, "rich.txt", text)
	data, err := json.MarshalIndent(rich(t).Spec(), "", "  ")
	require.NoError(t, err)
	golden.Equal(t, "rich.json", append(data, '\n'))
}

func TestParseSpec_Errors(t *testing.T) {
	t.Parallel()
	cases := map[string]string{
		"stage":                             `line 1: stage: a name is missing`,
		"stage goal":                        `line 1: stage: a name is missing before "goal"; a name that is a keyword needs quotes`,
		"stage a goal goal":                 `line 1: a second "goal"`,
		"stage a b":                         `line 1: unexpected "b"`,
		"fly me":                            `line 1: unknown keyword "fly"`,
		`"stage" a`:                         `line 1: a line begins with a keyword, not "stage"`,
		"\n\nfrom a to b":                   `line 3: "on" is missing`,
		"from a on b to c except":           `line 1: except: a name is missing`,
		"after a soon fires b":              `line 1: after: "soon" is not a duration such as 336h or 90m`,
		"after a 1h b":                      `line 1: "fires" is missing`,
		"milestone m of a":                  `line 1: milestone: one of ["any" "all" "count" "distinct"] is missing`,
		"milestone m count x of a":          `line 1: milestone: "x" is not a count`,
		"milestone m count 3":               `line 1: "of" is missing`,
		"milestone m any of a within 1 day": `line 1: within: "1" is not a duration such as 336h or 90m`,
		`stage "a`:                          `line 1: a quoted name does not end`,
		"stage a$b":                         `line 1: "$b" needs quotes`,
		"initial a\ninitial b":              `line 2: a second "initial"`,
		"stage\nstage":                      "line 1: stage: a name is missing [syntax]\n\tline 2: stage: a name is missing",
	}
	for text, want := range cases {
		s, err := journey.ParseSpec(text)
		require.EqualError(t, err, fmt.Sprintf("journey: spec text \"\": %d fault%s\n\t%s [syntax]", 1+strings.Count(want, "\n"), strings.Repeat("s", strings.Count(want, "\n")), want), text)
		assert.Equal(t, journey.Spec{}, s)
		var list *fault.Design
		require.ErrorAs(t, err, &list)
		assert.True(t, list.Has("syntax"))
		require.ErrorIs(t, err, journey.ErrDefinition)
	}
	_, err := journey.ParseSpec(strings.Repeat("#", 17<<20))
	require.ErrorContains(t, err, "at most 16777216")
	s := journey.Spec{Name: "kept"}
	require.Error(t, s.UnmarshalText([]byte("fly")))
	assert.Equal(t, "kept", s.Name)
	require.NoError(t, s.UnmarshalText([]byte("  # a comment\n\tjourney x # another\r\n")))
	assert.Equal(t, journey.Spec{Name: "x"}, s)
}

func TestSpec_WhatCannotBeWritten(t *testing.T) {
	t.Parallel()
	nameless := journey.Spec{Transitions: []journey.Transition{{From: "a", On: "b", To: "c", Guard: journey.Guard{Allow: yes}}}}
	_, err := nameless.MarshalText()
	require.ErrorContains(t, err, "Transitions[0]: a guard function without a name")
	_, err = json.Marshal(nameless)
	require.ErrorContains(t, err, "transitions[0]: a guard function without a name")
	odd := journey.Spec{Milestones: []journey.Milestone{{Name: "m", Rule: 9}}}
	_, err = odd.MarshalText()
	require.ErrorContains(t, err, "Milestones[0]")
	_, err = json.Marshal(odd)
	require.Error(t, err)
}

func TestSpec_JSONErrors(t *testing.T) {
	t.Parallel()
	for _, c := range [][2]string{
		{`{"initial":"a","colour":"red"}`, "journey: spec JSON: colour: unknown field"},
		{`{"initial":1}`, "initial: a JSON number where a string should be"},
		{`{"stages":[{"name":"a"},{"name":"b","goal":"yes"}]}`, "stages[1].goal: a JSON string where true or false should be"},
		{`{"after":[{"stage":"a","after":"soon","trigger":"b"}]}`, `"soon" is not a duration`},
		{`{"milestones":[{"name":"m","events":["e"],"rule":"often"}]}`, `MilestoneRule "often": want one of any`},
		{`{"initial":"a","stages":[],"stages":[{"name":"b"}]}`, "stages: given twice"},
		{`{"initial":"a","Stages":[]}`, "Stages: unknown field"},
		{`{"initial":"a","stages":[{"name":"a"},{"name":"b","name":"c"}]}`, "stages[1].name: given twice"},
		{`{"initial":"a","\u017ftages":[]}`, "ſtages: unknown field"},
		{`{"initial":"a","initial":2}`, "initial: given twice"},
	} {
		data, want := c[0], c[1]
		s := journey.Spec{Name: "kept"}
		require.ErrorContains(t, json.Unmarshal([]byte(data), &s), want)
		assert.Equal(t, "kept", s.Name)
	}
	var s journey.Spec
	require.ErrorContains(t, s.UnmarshalJSON([]byte(`{} {}`)), "after top-level value")
}

func FuzzParseSpec_RoundTrip(f *testing.F) {
	for _, d := range preset.All() {
		text, _ := d.Spec().MarshalText()
		f.Add(string(text))
	}
	f.Add("milestone m count 3 of \"a b\" within -1ns deadline 2562047h47m16.854775807s doc \"\\xff\"")
	f.Fuzz(func(t *testing.T, text string) {
		s, err := journey.ParseSpec(text)
		if err != nil {
			return
		}
		out, err := s.MarshalText()
		require.NoError(t, err)
		again, err := journey.ParseSpec(string(out))
		require.NoError(t, err)
		require.Equal(t, s, again)
		if d, err := journey.Define(s); err == nil {
			e, err := journey.Define(again)
			require.NoError(t, err)
			require.Equal(t, d.Hash(), e.Hash())
		}
	})
}

func FuzzSpecJSON_RoundTrip(f *testing.F) {
	for _, d := range preset.All() {
		data, _ := json.Marshal(d.Spec())
		f.Add(data)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		var s journey.Spec
		if json.Unmarshal(data, &s) != nil {
			return
		}
		out, err := json.Marshal(s)
		require.NoError(t, err)
		var again journey.Spec
		require.NoError(t, json.Unmarshal(out, &again))
		out2, err := json.Marshal(again)
		require.NoError(t, err)
		require.Equal(t, string(out), string(out2))
		if d, err := journey.Define(s); err == nil {
			e, err := journey.Define(again)
			require.NoError(t, err)
			require.Equal(t, d.Hash(), e.Hash())
		}
	})
}

func TestParseSpec_TakesTheLongestText(t *testing.T) {
	t.Parallel()
	const most = 16 << 20
	_, err := journey.ParseSpec("#" + strings.Repeat("x", most-1))
	require.NoError(t, err)
	_, err = journey.ParseSpec("#" + strings.Repeat("x", most))
	require.ErrorContains(t, err, "at most 16777216")
}

// The milestones of a journey are a list in JSON, also where there are none.
func TestJourney_JSONOfMilestones(t *testing.T) {
	t.Parallel()
	d := withMilestone(t, journey.Milestone{Events: []journey.Trigger{"login"}})
	j := d.Start("c", day0)
	text, err := json.Marshal(j)
	require.NoError(t, err)
	assert.Contains(t, string(text), `"milestones":[]`)
	j, err = d.Step(j, journey.Event{Trigger: "login", At: day(1)})
	require.NoError(t, err)
	text, err = json.Marshal(j)
	require.NoError(t, err)
	assert.Contains(t, string(text), `"milestones":["m"]`)
}
