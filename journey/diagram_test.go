package journey_test

import (
	"strings"
	"testing"
	"unicode"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/lifecycle-go/lifecycle/internal/golden"
	"github.com/lifecycle-go/lifecycle/journey"
	"github.com/lifecycle-go/lifecycle/journey/preset"
)

func TestDiagrams_Golden(t *testing.T) {
	t.Parallel()
	for name, d := range map[string]*journey.Definition{
		"saas": preset.SaaS(), "saas_seven": preset.SaaSSeven(), "lead_funnel": preset.LeadFunnel(), "b2b": preset.B2B(),
		"consumer": preset.Consumer(), "hubspot": preset.HubSpot(), "rich": rich(t),
	} {
		golden.Equal(t, name+".mmd", []byte(d.Mermaid(journey.ByStage)))
		golden.Equal(t, name+".dot", []byte(d.DOT(journey.ByStage)))
	}
	golden.Equal(t, "saas_groups.mmd", []byte(preset.SaaS().Mermaid(journey.ByGroup)))
	golden.Equal(t, "saas_groups.dot", []byte(preset.SaaS().DOT(journey.ByGroup)))

	r := productReplay(t)
	golden.Equal(t, "product_counts.mmd", []byte(r.Mermaid(journey.ByStage)))
	golden.Equal(t, "product_counts.dot", []byte(r.DOT(journey.ByStage)))
	golden.Equal(t, "product_counts_groups.mmd", []byte(r.Mermaid(journey.ByGroup)))
	golden.Equal(t, "product_counts_groups.dot", []byte(r.DOT(journey.ByGroup)))
}

// nasty is a definition whose names try to break out of a diagram. Names with
// line breaks and control characters never get this far.
func nasty(t require.TestingT, name string) (*journey.Definition, error) {
	s := journey.Stage(name)
	return journey.Define(journey.Spec{
		Name:    name,
		Initial: s,
		Stages:  []journey.StageSpec{{Name: s, Group: name + "0"}, {Name: s + "2", Group: name + "0"}, {Name: s + "3", Goal: true, Terminal: true}},
		Transitions: []journey.Transition{
			{From: s, On: journey.Trigger(name), To: s + "2", Guard: guard(name), Gate: name},
			{From: s + "2", On: journey.Trigger(name), To: s + "3"},
		},
		Milestones: []journey.Milestone{{Name: name, Events: []journey.Trigger{journey.Trigger(name)}}},
	})
}

func TestDiagrams_EscapeNames(t *testing.T) {
	t.Parallel()
	for i, name := range []string{
		`quo"te`, `back\slash\`, `won: back; [*] --> x`, `a --> b : c`, "}\u007b", `<script>alert(1)</script>`, `#35;`, "日本 naïve",
		`%% comment`, `";]}`, `\n`,
	} {
		d, err := nasty(t, name)
		require.NoError(t, err, name)
		golden.Equal(t, "nasty_"+string(rune('a'+i))+".mmd", []byte(d.Mermaid(journey.ByStage)))
		golden.Equal(t, "nasty_"+string(rune('a'+i))+".dot", []byte(d.DOT(journey.ByStage)))
	}
	for _, name := range []string{"a\nb", "a\rb", "a\x00b", "a\u2028b", "a\u0085b"} {
		_, err := nasty(t, name)
		require.ErrorIs(t, err, journey.ErrDefinition, "%q", name)
	}
}

// Whatever the names, a diagram has the lines and the syntax of the same
// diagram with plain names.
func TestLaw_NamesCannotChangeADiagram(t *testing.T) {
	t.Parallel()
	plain, err := nasty(t, "x")
	require.NoError(t, err)
	rapid.Check(t, func(t *rapid.T) {
		d, err := nasty(t, rapid.StringMatching(`[ -~é日]{1,20}`).Draw(t, "name"))
		if err != nil {
			return // a reserved name, or blanks at the ends
		}
		require.Equal(t, mermaidShape(plain.Mermaid(journey.ByStage)), mermaidShape(d.Mermaid(journey.ByStage)))
		require.Equal(t, dotShape(plain.DOT(journey.ByStage)), dotShape(d.DOT(journey.ByStage)))
	})
}

// mermaidShape drops the texts of a Mermaid diagram: what stands between quotes
// and what follows the colon of an arrow.
func mermaidShape(s string) string {
	lines := strings.Split(s, "\n")
	for i, l := range lines {
		if strings.HasPrefix(l, "title:") {
			lines[i] = "title:"
			continue
		}
		if before, text, ok := strings.Cut(l, " : "); ok {
			lines[i] = before
			l = before
			if strings.ContainsFunc(text, func(r rune) bool { return strings.ContainsRune(`"[]{}<>:`, r) || unicode.IsControl(r) }) {
				lines[i] += " syntax in a text: " + text
			}
		}
		if strings.Count(l, `"`) == 2 {
			a, b := strings.Index(l, `"`), strings.LastIndex(l, `"`)
			lines[i] = l[:a] + l[b+1:]
		}
	}
	return strings.Join(lines, "\n")
}

// dotShape drops the quoted strings of a DOT file, as its grammar reads them.
func dotShape(s string) string {
	var b strings.Builder
	quoted := false
	for i := 0; i < len(s); i++ {
		switch {
		case quoted && s[i] == '\\':
			i++
		case s[i] == '"':
			quoted = !quoted
		case !quoted:
			b.WriteByte(s[i])
		}
	}
	return b.String()
}

func TestDiagrams_AreDeterministic(t *testing.T) {
	t.Parallel()
	for _, d := range preset.All() {
		again, err := journey.Define(d.Spec())
		require.NoError(t, err)
		assert.Equal(t, d.Mermaid(journey.ByStage), again.Mermaid(journey.ByStage))
		assert.Equal(t, d.DOT(journey.ByGroup), again.DOT(journey.ByGroup))
	}
}
