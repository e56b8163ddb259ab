package journey

import (
	"encoding"
	"fmt"
	"strconv"
	"strings"
	"time"
)

var (
	_ encoding.TextMarshaler   = Spec{}
	_ encoding.TextUnmarshaler = (*Spec)(nil)
)

// MarshalText writes the Spec in the form that [ParseSpec] reads. Guards are
// written by name; a guard function without a name and a milestone rule outside
// its enumeration are errors.
func (s Spec) MarshalText() ([]byte, error) { return s.appendText(nil) }

func (s Spec) appendText(b []byte) ([]byte, error) {
	w := textWriter{b: b}
	if s.Name != "" {
		w.line("journey", s.Name)
	}
	w.docLine(s.Doc)
	if s.Initial != "" {
		w.line("initial", string(s.Initial))
	}
	for _, t := range s.Triggers {
		w.line("trigger", string(t))
	}
	for _, t := range s.Observe {
		w.line("observe", string(t))
	}
	for _, st := range s.Stages {
		w.stage(st)
	}
	for i, t := range s.Transitions {
		if t.Guard.Name == "" && t.Guard.Allow != nil {
			return b, fmt.Errorf("journey: spec text: Transitions[%d]: a guard function without a name cannot be written", i)
		}
		w.transition(t)
	}
	for _, t := range s.After {
		w.word("after")
		w.name(string(t.Stage))
		w.span(t.After)
		w.word("fires")
		w.name(string(t.Trigger))
		w.end()
	}
	for i, m := range s.Milestones {
		if _, err := m.Rule.MarshalText(); err != nil {
			return b, fmt.Errorf("journey: spec text: Milestones[%d]: %w", i, err)
		}
		w.milestone(m)
	}
	return w.b, nil
}

// textWriter writes lines of blank-separated words.
type textWriter struct {
	b    []byte
	some bool // the line has a word already
}

func (w *textWriter) word(s string) {
	if w.some {
		w.b = append(w.b, ' ')
	}
	w.some = true
	w.b = append(w.b, s...)
}

// name writes a word that is data: quoted unless it is bare and no keyword.
func (w *textWriter) name(s string) {
	if isBare(s) && !keywords[s] {
		w.word(s)
		return
	}
	w.word(strconv.Quote(s))
}

func (w *textWriter) end() {
	w.b = append(w.b, '\n')
	w.some = false
}

func (w *textWriter) line(keyword, name string) {
	w.word(keyword)
	w.name(name)
	w.end()
}

func (w *textWriter) option(keyword, name string) {
	if name != "" {
		w.word(keyword)
		w.name(name)
	}
}

func (w *textWriter) flag(keyword string, set bool) {
	if set {
		w.word(keyword)
	}
}

func (w *textWriter) duration(keyword string, d time.Duration) {
	if d != 0 {
		w.word(keyword)
		w.span(d)
	}
}

// span writes a duration; "us" instead of "µs" keeps the word bare.
func (w *textWriter) span(d time.Duration) {
	w.word(strings.Replace(d.String(), "µ", "u", 1))
}

func (w *textWriter) doc(s string) {
	if s != "" {
		w.word("doc")
		w.word(strconv.Quote(s))
	}
}

func (w *textWriter) docLine(s string) {
	if s != "" {
		w.doc(s)
		w.end()
	}
}

func (w *textWriter) stage(s StageSpec) {
	w.word("stage")
	w.name(string(s.Name))
	w.option("group", s.Group)
	w.flag("goal", s.Goal)
	w.flag("terminal", s.Terminal)
	w.flag("aside", s.Aside)
	w.option("entry", s.Entry)
	w.option("exit", s.Exit)
	w.doc(s.Doc)
	w.end()
}

func (w *textWriter) transition(t Transition) {
	w.word("from")
	w.name(string(t.From))
	w.word("on")
	w.name(string(t.On))
	w.word("to")
	w.name(string(t.To))
	w.option("if", t.Guard.Name)
	w.option("gate", t.Gate)
	w.flag("internal", t.Internal)
	if len(t.Except) > 0 {
		w.word("except")
		for _, s := range t.Except {
			w.name(string(s))
		}
	}
	w.end()
}

func (w *textWriter) milestone(m Milestone) {
	w.word("milestone")
	w.name(m.Name)
	w.word(m.Rule.String())
	if m.N != 0 {
		w.word(strconv.Itoa(m.N))
	}
	w.word("of")
	for _, t := range m.Events {
		w.name(string(t))
	}
	w.duration("within", m.Within)
	w.duration("deadline", m.Deadline)
	w.doc(m.Doc)
	w.end()
}

// keywords are the words a bare name must not be.
var keywords = map[string]bool{
	"journey": true, "doc": true, "initial": true, "trigger": true, "observe": true, "stage": true, "group": true,
	"goal": true, "terminal": true, "aside": true, "entry": true, "exit": true, "from": true, "on": true, "to": true,
	"if": true, "gate": true, "internal": true, "except": true, "after": true, "fires": true,
	"milestone": true, "any": true, "all": true, "count": true, "distinct": true, "of": true,
	"within": true, "deadline": true,
}

// isBare reports whether s can stand without quotes.
func isBare(s string) bool {
	return s != "" && strings.IndexFunc(s, func(r rune) bool { return !isBareRune(r) }) < 0
}

func isBareRune(r rune) bool {
	switch {
	case 'a' <= r && r <= 'z', 'A' <= r && r <= 'Z', '0' <= r && r <= '9':
		return true
	}
	return strings.ContainsRune("_-.:/@*=+", r)
}
