package diagram_test

import (
	"strings"
	"testing"
	"unicode"

	"github.com/stretchr/testify/assert"
	"pgregory.net/rapid"

	"github.com/lifecycle-go/lifecycle/internal/diagram"
)

// Two boxes in a box, a node in none, an arrow nobody went, and what is said
// after a count. Node 0 lies in box 0, so that numbers begin where they begin.
var nested = diagram.Diagram{
	Title: `say "hi"`,
	Nodes: []diagram.Node{{Label: "a", Here: 3}, {Label: "b & c", Box: 1, Goal: true}, {Label: "d", Box: 2, Terminal: true}, {Label: "e", Box: -1}},
	Boxes: []diagram.Box{{Label: "outer", Parent: -1}, {Label: "in 1", Parent: 0}, {Label: "in 2"}, {Label: "last", Parent: -1}},
	Arrows: []diagram.Arrow{
		{From: 0, To: 1, Label: "go", Count: 8, After: "median 2 d"},
		{From: 1, To: 2, Count: 4},
		{From: 2, To: 0, Label: "back"},
	},
	Begins: []diagram.Link{{Node: 0, Count: 9}},
	Ends:   []diagram.Link{{Node: 2, Count: 1}},
	Counts: true,
}

func TestMermaid(t *testing.T) {
	t.Parallel()
	g := nested
	g.Title, g.Start = "", -1
	assert.Equal(t, `stateDiagram-v2
    state "outer" as g0 {
        state "a × 3" as s0
        state "in 1" as g1 {
            state "b #38; c × 0" as s1
        }
        state "in 2" as g2 {
            state "d × 0" as s2
        }
    }
    state "last" as g3 {
    }
    state "e × 0" as s3
    [*] --> s0 : × 9
    s0 --> s1 : go × 8, median 2 d
    s1 --> s2 : × 4
    s2 --> s0 : back × 0
    s2 --> [*] : × 1
    s2 --> [*]
    classDef goal stroke-width:3px
    class s1 goal
`, g.Mermaid())
	assert.Equal(t, "---\ntitle: \"say \\\"hi\\\"\"\n---\nstateDiagram-v2\n    state \"x\" as s0\n    [*] --> s0\n",
		diagram.Diagram{Title: nested.Title, Nodes: []diagram.Node{{Label: "x", Box: -1}}}.Mermaid())
}

func TestDOT(t *testing.T) {
	t.Parallel()
	g := nested
	g.Start = -1
	const head = "    rankdir=LR;\n    node [shape=box, style=rounded];\n    start [shape=point, label=\"\"];\n"
	assert.Equal(t, `digraph "say \"hi\"" {
`+head+`    subgraph cluster_0 {
        label="outer";
        s0 [label="a\n3"];
        subgraph cluster_1 {
            label="in 1";
            s1 [label="b &amp; c\n0", peripheries=2];
        }
        subgraph cluster_2 {
            label="in 2";
            s2 [label="d\n0", style="rounded,bold"];
        }
    }
    subgraph cluster_3 {
        label="last";
    }
    s3 [label="e\n0"];
    start -> s0 [label="9"];
    s0 -> s1 [label="go\n8\nmedian 2 d", penwidth=5.00];
    s1 -> s2 [label="4", penwidth=3.00];
    s2 -> s0 [label="back\n0", penwidth=1.00, style=dashed];
    stop [shape=doublecircle, label=""];
    s2 -> stop [label="1"];
}
`, g.DOT())
	plain := diagram.Diagram{Nodes: []diagram.Node{{Label: "x", Box: -1}}, Arrows: []diagram.Arrow{{Label: "l", Count: 5}, {Label: "m"}}}
	assert.Equal(t, "digraph \"\" {\n"+head+"    s0 [label=\"x\"];\n    start -> s0;\n    s0 -> s0 [label=\"l\"];\n    s0 -> s0 [label=\"m\"];\n}\n", plain.DOT())
	plain.Counts, plain.Arrows[0].Count = true, 0
	assert.Contains(t, plain.DOT(), "[label=\"l\\n0\", penwidth=1.00, style=dashed]", "of no counts at all, none is the largest")
}

// No name breaks a line, hides itself, or ends the text it stands in.
func TestLaw_NamesStayWithinTheirTexts(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		name := rapid.StringOf(rapid.OneOf(rapid.Rune(), rapid.RuneFrom([]rune("\"\\\n\r;:{}[]<>&#%ภ\u202e\u2066\u2028\x00\x7f\u00ad ")))).Draw(t, "name")
		g := diagram.Diagram{Title: name, Nodes: []diagram.Node{{Label: name}}, Boxes: []diagram.Box{{Label: name, Parent: -1}}, Arrows: []diagram.Arrow{{Label: name, After: name}}}
		plain := g
		plain.Title, plain.Nodes, plain.Boxes, plain.Arrows = "t", []diagram.Node{{Label: "n"}}, []diagram.Box{{Label: "b", Parent: -1}}, []diagram.Arrow{{Label: "l", After: "a"}}
		lines := 0
		if name == "" {
			lines = 3 // the title
		}
		assert.Equal(t, strings.Count(plain.Mermaid(), "\n"), strings.Count(g.Mermaid(), "\n")+lines)
		assert.Equal(t, strings.Count(plain.DOT(), "\n"), strings.Count(g.DOT(), "\n"))
		for _, s := range []string{g.Mermaid(), g.DOT()} {
			for _, r := range strings.ReplaceAll(s, "\n", "") {
				assert.True(t, unicode.IsGraphic(r) && !unicode.Is(unicode.Bidi_Control, r), "%q", r)
			}
		}
		// A text of DOT ends where it began: outside of escapes, quotes are even.
		for line := range strings.Lines(g.DOT()) {
			line = strings.ReplaceAll(strings.ReplaceAll(line, `\\`, ""), `\"`, "")
			assert.Zero(t, strings.Count(line, `"`)%2, "%s", line)
		}
	})
}

func TestVisible(t *testing.T) {
	t.Parallel()
	assert.Equal(t, "ภ €", diagram.Visible("ภ €"))
	assert.Equal(t, `\na\u202eb\x7f`, diagram.Visible("\na\u202eb\x7f"))
	assert.Equal(t, `\u2028`, diagram.Visible("\u2028"))
	assert.Equal(t, `\ue000`, diagram.Visible("\ue000"), "of a private use nobody knows the look")
}
