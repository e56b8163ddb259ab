package journeymap

import (
	"math"
	"strconv"
	"strings"
	"unicode"

	"github.com/lifecycle-go/lifecycle/internal/page"
	"github.com/lifecycle-go/lifecycle/internal/svg"
)

// Diagram is a kind of Mermaid diagram. The zero Diagram is journey.
type Diagram uint8

// The diagrams.
const (
	JourneyDiagram  Diagram = iota // stages as sections, touchpoints as tasks with scores
	TimelineDiagram                // stages with their touchpoints
	StateDiagram                   // stages and what leads from one to the next
)

// Mermaid writes the map in Mermaid's text. In a journey an emotion of -2 to
// +2, moved by the touchpoint's feeling, becomes a score of 1 to 5; a stage
// without touchpoints shows its actions, without any its own name. Names are
// escaped and, because Mermaid cuts them in the picture, clipped to 40
// characters.
func (m Map) Mermaid(kind Diagram, o Options) (string, error) {
	v, err := m.see(o)
	if err != nil {
		return "", err
	}
	var b strings.Builder
	switch kind {
	case TimelineDiagram:
		v.timeline(&b)
	case StateDiagram:
		v.states(&b)
	default:
		v.journey(&b)
	}
	return b.String(), nil
}

// mermaidName is a text that Mermaid reads as a name and nothing else: colon,
// hash, semicolon, comma and line ends would end it, keywords begin another
// line.
func mermaidName(s string) string {
	s = strings.Join(strings.Fields(clean(s)), " ")
	if lines := svg.Wrap(s, 1, 24, 1); lines.Cut {
		s = lines.Text[0]
	}
	var b strings.Builder
	keyword := isKeyword(s)
	for i, r := range s {
		switch {
		case r == ':':
			b.WriteString("#colon;")
		case strings.ContainsRune("#;,{}[]\"<>\\%&", r), i == 0 && keyword:
			b.WriteString("#" + strconv.Itoa(int(r)) + ";")
		default:
			b.WriteRune(r)
		}
	}
	if b.Len() == 0 {
		return "–"
	}
	return b.String()
}

// isKeyword reports names that Mermaid would take for the beginning of another
// kind of line.
func isKeyword(s string) bool {
	s = strings.ToLower(s)
	for _, k := range []string{"title", "acctitle", "accdescr", "section", "journey", "timeline", "state", "note", "direction", "end", "class", "style", "hide", "scale", "---", "click"} {
		if strings.HasPrefix(s, k) {
			return true
		}
	}
	return false
}

// clean replaces what moves the direction of text or controls a terminal.
func clean(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\t' || r == '\r':
			return ' '
		case unicode.IsControl(r), r == unicode.ReplacementChar, r >= 0x2028 && r <= 0x202e, r >= 0x2066 && r <= 0x2069:
			return -1
		}
		return r
	}, s)
}

func (v *view) journey(b *strings.Builder) {
	b.WriteString("journey\n    title " + mermaidName(v.m.Name) + "\n")
	actor := v.m.Persona
	if actor == "" {
		actor = v.w.Customer
	}
	for _, s := range v.columns {
		b.WriteString("    section " + mermaidName(s.Label()) + "\n")
		for _, t := range v.tasks(s) {
			b.WriteString("      " + mermaidName(t.name) + ": " + strconv.Itoa(t.score) + ": " + mermaidName(actor))
			if t.other != "" && t.other != actor {
				b.WriteString(", " + mermaidName(t.other))
			}
			b.WriteString("\n")
		}
	}
}

type task struct {
	name, other string
	score       int
}

// tasks are what a stage shows in a journey diagram.
func (v *view) tasks(s Stage) []task {
	emotion := 0.0
	if s.Emotion != nil {
		emotion = s.Emotion.Value
	}
	var out []task
	for _, t := range s.Touchpoints {
		out = append(out, task{name: t.Name, other: t.Receiver, score: score(emotion + float64(t.Feeling))})
	}
	if len(out) == 0 {
		for _, a := range s.Actions {
			out = append(out, task{name: a.Text, score: score(emotion)})
		}
	}
	if len(out) == 0 {
		out = append(out, task{name: s.Label(), score: score(emotion)})
	}
	return out
}

// score turns an emotion into Mermaid's 1 to 5.
func score(emotion float64) int {
	if !(emotion >= -2) { // NaN too
		emotion = -2
	}
	return int(math.Round(math.Min(emotion, 2))) + 3
}

func (v *view) timeline(b *strings.Builder) {
	b.WriteString("timeline\n    title " + mermaidName(v.m.Name) + "\n")
	for _, s := range v.columns {
		b.WriteString("    " + mermaidName(s.Label()))
		for _, t := range v.tasks(s) {
			b.WriteString(" : " + mermaidName(t.name))
		}
		b.WriteString("\n")
	}
}

func (v *view) states(b *strings.Builder) {
	b.WriteString("stateDiagram-v2\n    direction LR\n")
	id := map[string]string{}
	for i, s := range v.columns {
		id[s.Name] = "s" + strconv.Itoa(i+1)
		b.WriteString("    s" + strconv.Itoa(i+1) + " : " + mermaidName(s.Label()) + "\n")
	}
	for _, e := range v.moves() {
		b.WriteString("    " + id[e.from] + " --> " + id[e.to])
		if e.label != "" {
			b.WriteString(" : " + mermaidName(e.label))
		}
		b.WriteString("\n")
	}
}

type move struct{ from, to, label string }

// moves are the ways between stages: those counted where a log was read, else
// from each stage to the next.
func (v *view) moves() []move {
	known := map[string]bool{}
	for _, s := range v.columns {
		known[s.Name] = true
	}
	var out []move
	if v.figured() {
		for _, s := range v.columns {
			if s.Figures == nil {
				continue
			}
			for _, f := range s.Figures.To {
				if known[f.To] {
					out = append(out, move{s.Name, f.To, page.Count(f.N)})
				}
			}
		}
		return out
	}
	for i := 1; i < len(v.columns); i++ {
		out = append(out, move{v.columns[i-1].Name, v.columns[i].Name, ""})
	}
	return out
}
