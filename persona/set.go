package persona

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"github.com/lifecycle-go/lifecycle/internal/jsonin"
	"github.com/lifecycle-go/lifecycle/metrics/fault"
)

// Set is the personas of a company with the questions asked about them. It is
// plain data with a JSON form. The zero Set is empty and sound.
type Set struct {
	Name     string    `json:"name"`
	Personas []Persona `json:"personas"`
	// Questions are what was asked; empty = StandardQuestions.
	Questions []Question `json:"questions,omitempty"`
}

// Persona returns a persona by its ID.
func (s Set) Persona(id string) (Persona, bool) {
	i := slices.IndexFunc(s.Personas, func(p Persona) bool { return p.ID == id })
	if i < 0 {
		return Persona{}, false
	}
	return s.Personas[i], true
}

// order returns the places of the personas in the order in which they are
// tried.
func (s *Set) order() []int {
	order := make([]int, len(s.Personas))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int {
		return cmp.Compare(s.Personas[a].Priority, s.Personas[b].Priority)
	})
	return order
}

// Validate reports every fault of the set in a *[fault.Design]: missing and repeated
// IDs, missing names, texts that are too long, impossible company sizes,
// faulty questions and answers, rules of the wrong form, conditions that can
// never hold, and rules that are never reached because personas before them
// take everybody they match.
//
// Contradictory and unreachable rules are found by exact reasoning over what
// each trait may be (ranges of numbers and dates, sets of texts and bools,
// presence and absence). A reported one is certain. With very large rules the
// reasoning stops at a fixed amount of work and then reports nothing more.
func (s Set) Validate() error {
	c := newChecker("set", s.Name)
	if len(s.Personas) > MaxPersonas {
		c.add(FaultTooMany, "Personas", "", "at most %d, got %d", MaxPersonas, len(s.Personas))
		return c.Fault()
	}
	c.text("Name", "", s.Name, MaxText)
	questions := c.questions(s.Questions)
	ids := map[string]int{}
	sound := make([]bool, len(s.Personas))
	for i := range s.Personas {
		p := &s.Personas[i]
		path := index("Personas", i)
		if first, ok := ids[p.ID]; ok && p.ID != "" {
			c.add(FaultDuplicate, path+".ID", p.ID, "is the ID of Personas[%d] too", first)
		} else {
			ids[p.ID] = i
		}
		c.persona(p, path, questions)
		sound[i] = c.rule(&p.Rule, path+".Rule", p.ID)
	}
	s.reach(&c, sound)
	return c.Fault()
}

// reach adds the contradictory and the unreachable rules.
func (s *Set) reach(c *checker, sound []bool) {
	q := reasoning{left: maxWork}
	var before []*Rule
	var names []int
	for _, i := range s.order() {
		if !sound[i] {
			continue
		}
		p := &s.Personas[i]
		path := index("Personas", i) + ".Rule"
		for _, at := range q.contradictions(&p.Rule, path) {
			c.add(FaultContradiction, at, p.ID, "can never hold")
		}
		if by, certain := q.covered(&p.Rule, before); certain {
			who := "the personas before it together"
			if by >= 0 {
				who = fault.Quote(s.Personas[names[by]].ID) + " before it"
			}
			c.add(FaultUnreachable, path, p.ID, "whoever it matches is taken by %s", who)
		}
		before = append(before, &p.Rule)
		names = append(names, i)
	}
}

func (c *checker) persona(p *Persona, path string, questions map[string]bool) {
	if p.ID == "" {
		c.add(FaultIDMissing, path+".ID", "", "is empty")
	}
	c.text(path+".ID", p.ID, p.ID, MaxText)
	if p.Name == "" {
		c.add(FaultNameMissing, path+".Name", p.ID, "is empty")
	}
	c.text(path+".Name", p.ID, p.Name, MaxText)
	if size := p.CompanySize; size.Min < 0 || size.Max < 0 || size.Max > 0 && size.Max < size.Min {
		c.add(FaultCompanySize, path+".CompanySize", p.ID, "want 0 or more and the upper end not below the lower, got %d to %d", size.Min, size.Max)
	}
	p.texts(path, func(at, text string) { c.prose(at, p.ID, text) })
	for i, a := range p.Answers {
		at := index(path+".Answers", i)
		if !questions[a.Question] {
			c.add(FaultUnknownQuestion, at+".Question", p.ID, "no question has the ID %s", fault.Quote(a.Question))
		}
		if a.Text == "" {
			c.add(FaultAnswer, at+".Text", p.ID, "is empty")
		}
		if y := a.At.Year(); y < 1900 || y > 2200 {
			c.add(FaultAnswer, at+".At", p.ID, "must lie in the years 1900 to 2200, got %s", a.At.Format(time.RFC3339))
		}
		c.prose(at+".Text", p.ID, a.Text)
		c.prose(at+".Respondent", p.ID, a.Respondent)
		c.prose(at+".Customer", p.ID, a.Customer)
	}
}

func (c *checker) prose(path, persona, text string) {
	c.text(path, persona, text, MaxProse)
}

// text checks a text of no more than most bytes.
func (c *checker) text(path, persona, s string, most int) {
	if limit, err := fault.CheckText(s, most); err != nil {
		c.add(FaultText, path, persona, "%s", limit)
	}
}

// maxSetBytes bounds the JSON of a set.
const maxSetBytes = 1 << 26

// ParseSet reads a set from the JSON that encoding/json writes for it. Unknown
// fields, fields given twice, trailing data and faults are errors.
func ParseSet(data []byte) (Set, error) {
	if len(data) > maxSetBytes {
		return Set{}, fmt.Errorf("persona: parse set: at most %d bytes, got %d", maxSetBytes, len(data))
	}
	var s Set
	if err := strictJSON(data, &s); err != nil {
		return Set{}, fmt.Errorf("persona: parse set: %w", err)
	}
	if err := s.Validate(); err != nil {
		return Set{}, err
	}
	return s, nil
}

// ParseRule reads a rule from its JSON form, as ParseSet reads a set.
func ParseRule(data []byte) (Rule, error) {
	if len(data) > maxSetBytes {
		return Rule{}, fmt.Errorf("persona: parse rule: at most %d bytes, got %d", maxSetBytes, len(data))
	}
	var r Rule
	if err := strictJSON(data, &r); err != nil {
		return Rule{}, fmt.Errorf("persona: parse rule: %w", err)
	}
	if err := r.Validate(); err != nil {
		return Rule{}, err
	}
	return r, nil
}

// strictJSON reads one JSON value and nothing else.
func strictJSON(data []byte, into any) error { return jsonin.DecodeStrict(data, into) }
