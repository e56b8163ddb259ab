package persona

import (
	"fmt"
	"time"
)

// Evidence says what a persona rests on.
type Evidence struct {
	Persona string
	// Aspects has one entry for each aspect, in the order of their values.
	Aspects []AspectEvidence
	// Answers and Respondents count over all aspects.
	Answers, Respondents int
}

// AspectEvidence is what was heard about one aspect of a persona.
type AspectEvidence struct {
	Aspect Aspect
	// Stated says that the persona says something about the aspect.
	Stated bool
	// Answers are the places of the answers in Persona.Answers.
	Answers []int
	// FromCustomers and FromSupport count the answers by audience.
	FromCustomers, FromSupport int
	// Respondents counts the people who answered.
	Respondents int
	// First and Last are the times of the oldest and newest answer; zero
	// without answers.
	First, Last time.Time
}

// Assumed reports that the persona states something that nobody was heard to
// say.
func (a AspectEvidence) Assumed() bool { return a.Stated && len(a.Answers) == 0 }

// Assumed returns the aspects that are stated without an answer behind them.
func (e Evidence) Assumed() []Aspect {
	var out []Aspect
	for _, a := range e.Aspects {
		if a.Assumed() {
			out = append(out, a.Aspect)
		}
	}
	return out
}

// Evidence returns what a persona of the set rests on. Answers to questions
// that the set does not have count for nothing; Validate reports them. ok is
// false when there is no such persona.
func (s Set) Evidence(id string) (e Evidence, ok bool) {
	p, ok := s.Persona(id)
	if !ok {
		return Evidence{}, false
	}
	questions := s.Questions
	if len(questions) == 0 {
		questions = StandardQuestions()
	}
	byID := make(map[string]*Question, len(questions))
	for i := range questions {
		byID[questions[i].ID] = &questions[i]
	}
	e = Evidence{Persona: id, Aspects: make([]AspectEvidence, aspectCount-1)}
	people := make([]map[string]bool, aspectCount)
	for a := AspectRole; a < aspectCount; a++ {
		e.Aspects[a-1] = AspectEvidence{Aspect: a, Stated: p.states(a)}
		people[a] = map[string]bool{}
	}
	people[AspectNone] = map[string]bool{} // all of them
	for i, answer := range p.Answers {
		q := byID[answer.Question]
		if q == nil {
			continue
		}
		who := answer.Respondent
		if who == "" {
			who = fmt.Sprintf("\x00%d", i) // nobody's name
		}
		e.Answers++
		people[AspectNone][who] = true
		seen := [aspectCount]bool{}
		for _, a := range q.Aspects {
			if a == AspectNone || a >= aspectCount || seen[a] {
				continue
			}
			seen[a] = true
			e.Aspects[a-1].add(i, answer.At, q.Audience)
			people[a][who] = true
		}
	}
	for i := range e.Aspects {
		e.Aspects[i].Respondents = len(people[e.Aspects[i].Aspect])
	}
	e.Respondents = len(people[AspectNone])
	return e, true
}

func (a *AspectEvidence) add(answer int, at time.Time, audience Audience) {
	if len(a.Answers) == 0 || at.Before(a.First) {
		a.First = at
	}
	if len(a.Answers) == 0 || at.After(a.Last) {
		a.Last = at
	}
	a.Answers = append(a.Answers, answer)
	switch audience {
	case AudienceCustomers:
		a.FromCustomers++
	case AudienceSupport:
		a.FromSupport++
	case AudienceNone:
	}
}

// states reports whether the persona says something about an aspect.
func (p *Persona) states(a Aspect) bool {
	switch a {
	case AspectRole:
		return p.Role != ""
	case AspectIndustry:
		return p.Industry != ""
	case AspectCompanySize:
		return p.CompanySize != CompanySize{}
	case AspectDemographics:
		return len(p.Demographics) > 0
	case AspectGoals:
		return len(p.Goals) > 0
	case AspectChallenges:
		return len(p.Challenges) > 0
	case AspectDecision:
		d := &p.Decision
		return d.Part != "" || len(d.Steps)+len(d.Criteria)+len(d.Objections)+len(d.With) > 0
	case AspectInformation:
		return len(p.InformationNeeds) > 0
	case AspectChannels:
		return len(p.Channels) > 0
	case AspectPrice:
		return p.PriceTier != ""
	default:
		return false
	}
}
