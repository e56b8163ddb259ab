package journeymap

import (
	"iter"
	"strconv"
	"time"

	"github.com/lifecycle-go/lifecycle/metrics"
)

// Map is a customer-journey map: stages in columns, lanes in rows, and what
// the company does about them. It is a plain value with a JSON form that comes
// back as it went; the zero Map is empty and does not validate. Whoever changes
// its slices must not share them.
//
// No text is longer than 4,096 bytes, no map has more than 1,000 stages, 16
// inside each other, or 100,000 entries in all its lists: whatever reads, draws
// or compares a map refuses one beyond.
type Map struct {
	Name  string `json:"name"`
	Kind  Kind   `json:"kind"`
	Basis Basis  `json:"basis"`
	// Language is that of the texts, as in BCP 47: "en", "ar", "th". It decides
	// the direction of the picture and, unless told otherwise, its words.
	Language string `json:"language,omitempty"`
	// Purpose says what the map is to decide.
	Purpose string `json:"purpose,omitempty"`
	// Persona and Segment say whose journey it is.
	Persona string `json:"persona,omitempty"`
	Segment string `json:"segment,omitempty"`
	// From and Until are the time observed, Customers how many were; zero for a
	// map that rests on no log.
	From      time.Time `json:"from,omitzero"`
	Until     time.Time `json:"until,omitzero"`
	Customers int64     `json:"customers,omitempty"`

	// Agreements say which departments agreed to the map, and when.
	Agreements []Agreement `json:"agreements,omitempty"`
	Stages     []Stage     `json:"stages"`
	// Variants are the ways compared in a micro-journey, the control first.
	Variants    []Variant    `json:"variants,omitempty"`
	Goals       []Goal       `json:"goals,omitempty"`
	Handoffs    []Handoff    `json:"handoffs,omitempty"`
	Initiatives []Initiative `json:"initiatives,omitempty"`
	Content     []Content    `json:"content,omitempty"`
	Comments    []Comment    `json:"comments,omitempty"`
	// Paths are the common ways of customers through touchpoints, most frequent
	// first; Pruned what was left out as too rare.
	Paths  []Pathway `json:"paths,omitempty"`
	Pruned []Pruned  `json:"pruned,omitempty"`
}

// String says in a line what the map is of; SVG and the others show it.
func (m Map) String() string {
	n := 0
	for range m.Columns() {
		n++
	}
	s := m.Kind.String() + " map " + strconv.Quote(m.Name) + ", " + m.Basis.String() + ": " + strconv.Itoa(n) + " stages"
	if m.Customers > 0 {
		s += ", " + strconv.FormatInt(m.Customers, 10) + " customers"
	}
	return s
}

// Stage is a column: what the customer wants, does, meets, thinks and feels
// there, and what the company does. Everything but the name may stay empty.
// Stages nest: a stage with parts has nothing in its own lanes.
type Stage struct {
	// Name identifies the stage among all of the map, as in the definition.
	Name string `json:"name"`
	// Title is shown instead of the name.
	Title string  `json:"title,omitempty"`
	Parts []Stage `json:"parts,omitempty"`
	// Aside marks a stage that is no step of the way, such as churned: nobody is
	// meant to come there.
	Aside bool `json:"aside,omitempty"`

	// Time and Context are of a day in the life: "07:30", "on the train".
	Time    string `json:"time,omitempty"`
	Context string `json:"context,omitempty"`

	Goal      []Note `json:"goal,omitempty"`
	Actions   []Note `json:"actions,omitempty"`
	Decisions []Note `json:"decisions,omitempty"`
	// Needs are the questions the customer wants answered. Content answers
	// them; see Audit.
	Needs       []Note       `json:"needs,omitempty"`
	Touchpoints []Touchpoint `json:"touchpoints,omitempty"`
	Thoughts    []Note       `json:"thoughts,omitempty"`
	Emotion     *Emotion     `json:"emotion,omitempty"`
	// Arc is how gripping the stage is, from 1 to 5; 0 = not stated.
	Arc   int    `json:"arc,omitempty"`
	Pains []Note `json:"pains,omitempty"`

	BackStage     []Process     `json:"back_stage,omitempty"`
	Support       []Process     `json:"support,omitempty"`
	Opportunities []Opportunity `json:"opportunities,omitempty"`
	Milestones    []Milestone   `json:"milestones,omitempty"`
	KPIs          []KPI         `json:"kpis,omitempty"`
	Owner         Ownership     `json:"owner,omitzero"`
	// Gap says in words how the stage differs from the plan.
	Gap []Note `json:"gap,omitempty"`
	// Figures are what a log says of the stage.
	Figures *Figures `json:"figures,omitempty"`
}

// Label is the title, or the name where there is none.
func (s Stage) Label() string {
	if s.Title != "" {
		return s.Title
	}
	return s.Name
}

// Note is a statement in a cell with what stands behind it.
type Note struct {
	Text     string   `json:"text"`
	Evidence Evidence `json:"evidence"`
	// N is how many answers or observations it rests on.
	N int64 `json:"n,omitempty"`
}

// Notes makes assumptions out of texts.
func Notes(texts ...string) []Note {
	notes := make([]Note, len(texts))
	for i, t := range texts {
		notes[i].Text = t
	}
	return notes
}

// Emotion is how the customer feels in a stage, from -2 to +2.
type Emotion struct {
	Value    float64  `json:"value"`
	Evidence Evidence `json:"evidence"`
	N        int64    `json:"n,omitempty"`
	// Lo and Hi are the interval of a mean of answers; both 0 = none.
	Lo float64 `json:"lo,omitempty"`
	Hi float64 `json:"hi,omitempty"`
}

// Process is work behind the line of visibility.
type Process struct {
	Text     string   `json:"text"`
	Evidence Evidence `json:"evidence"`
	Owner    string   `json:"owner,omitempty"`
	// Wait is how long the customer waits for it, Approval who must agree.
	Wait     Duration `json:"wait,omitempty"`
	Approval string   `json:"approval,omitempty"`
}

// Milestone is what the customer achieves in a stage.
type Milestone struct {
	Name     string   `json:"name"`
	Evidence Evidence `json:"evidence"`
	// Reached is the share of customers who reached it, Median after what time.
	Reached metrics.Ratio `json:"reached,omitzero"`
	Median  Duration      `json:"median,omitempty"`
	// With and Without are the conversion of those who reached it and of those
	// who did not: what goes together, not what causes what.
	With    metrics.Ratio `json:"with,omitzero"`
	Without metrics.Ratio `json:"without,omitzero"`
	// ValueWith and ValueWithout are what a customer was worth on average, in
	// the unit of the log's values.
	ValueWith    metrics.Ratio `json:"value_with,omitzero"`
	ValueWithout metrics.Ratio `json:"value_without,omitzero"`
}

// Agreement is a department's consent to the map.
type Agreement struct {
	Department string    `json:"department"`
	By         string    `json:"by,omitempty"`
	On         time.Time `json:"on,omitzero"`
}

// Comment is what a stakeholder says about a cell, or about the whole map.
type Comment struct {
	ID     string    `json:"id"`
	Author string    `json:"author"`
	On     time.Time `json:"on,omitzero"`
	// Stage and Lane say which cell; empty = the whole map, row or column.
	Stage    string `json:"stage,omitempty"`
	Lane     Lane   `json:"lane,omitempty"`
	Text     string `json:"text"`
	Resolved bool   `json:"resolved,omitempty"`
	// Answer says how it was resolved.
	Answer string `json:"answer,omitempty"`
}

// Columns yields the stages that are columns, those without parts, from first
// to last, each with the stages it is part of, the outermost first.
func (m Map) Columns() iter.Seq2[Stage, []Stage] {
	return func(yield func(Stage, []Stage) bool) { columns(m.Stages, nil, yield) }
}

// maxDepth bounds how deep stages nest.
const maxDepth = 16

func columns(stages, within []Stage, yield func(Stage, []Stage) bool) bool {
	for _, s := range stages {
		if len(s.Parts) == 0 {
			if !yield(s, within) {
				return false
			}
			continue
		}
		if len(within) >= maxDepth { // validation refuses it; do not follow it without end
			continue
		}
		if !columns(s.Parts, append(within[:len(within):len(within)], s), yield) {
			return false
		}
	}
	return true
}

// Find returns a stage by name, at any depth.
func (m Map) Find(name string) (Stage, bool) { return find(m.Stages, name) }

func find(stages []Stage, name string) (Stage, bool) {
	for _, s := range stages {
		if s.Name == name {
			return s, true
		}
		if part, ok := find(s.Parts, name); ok {
			return part, true
		}
	}
	return Stage{}, false
}
