package persona

import (
	"fmt"
	"iter"
	"slices"
	"time"
)

// Evidence says what a persona rests on.
type Evidence struct {
	Persona string `json:"persona"`
	// Aspects has one entry for each aspect, in the order of their values.
	Aspects []AspectEvidence `json:"aspects"`
	// Answers and Respondents count over all aspects.
	Answers     int `json:"answers"`
	Respondents int `json:"respondents"`
}

// AspectEvidence is what was heard about one aspect of a persona.
type AspectEvidence struct {
	Aspect Aspect `json:"aspect"`
	// Stated says that the persona says something about the aspect.
	Stated bool `json:"stated"`
	// Answers are the places of the answers in Persona.Answers.
	Answers []int `json:"answers"`
	// FromCustomers and FromSupport count the answers by audience.
	FromCustomers int `json:"from_customers"`
	FromSupport   int `json:"from_support"`
	// Respondents counts the people who answered.
	Respondents int `json:"respondents"`
	// First and Last are the times of the oldest and newest answer; zero
	// without answers.
	First time.Time `json:"first,omitzero"`
	Last  time.Time `json:"last,omitzero"`
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

// WithAnswers returns the set with answers added to the personas of those they
// are about: of gives the persona of a customer, as Classifier.Assign does. An
// answer is about its Customer, else its Respondent. left counts answers of
// customers without a persona in the set, which are not added. Answers that a
// persona has already are not added again. The set itself stays as it was.
func (s Set) WithAnswers(of func(customer string) string, answers iter.Seq[Answer]) (out Set, left int64) {
	out = s
	out.Personas = slices.Clone(s.Personas)
	at := map[string]int{}
	seen := map[string]map[Answer]bool{}
	for i := range out.Personas {
		p := &out.Personas[i]
		p.Answers = slices.Clone(p.Answers)
		at[p.ID] = i
		seen[p.ID] = map[Answer]bool{}
		for _, a := range p.Answers {
			a.At = a.At.UTC()
			seen[p.ID][a] = true
		}
	}
	for a := range answers {
		who := a.Customer
		if who == "" {
			who = a.Respondent
		}
		a.At = a.At.UTC()
		id := of(who)
		i, ok := at[id]
		switch {
		case !ok:
			left++
		case !seen[id][a]:
			seen[id][a] = true
			out.Personas[i].Answers = append(out.Personas[i].Answers, a)
		}
	}
	return out, left
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
		e.Aspects[a-1] = AspectEvidence{Aspect: a, Stated: p.states(a), Answers: []int{}}
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
	case AspectExperience:
		return p.Experience != ""
	case AspectEducation:
		return p.Education != ""
	case AspectDuties:
		return len(p.Duties) > 0
	case AspectSuccess:
		return len(p.Success) > 0
	case AspectCompanyGoals:
		return len(p.CompanyGoals) > 0
	case AspectTools:
		return len(p.MissingTools) > 0
	case AspectDailyWork:
		return len(p.DailyWork) > 0
	case AspectUsage:
		return len(p.Usage) > 0
	case AspectFeatures:
		return len(p.ValuedFeatures) > 0
	case AspectImprovements:
		return len(p.Improvements) > 0
	case AspectDiscovery:
		return len(p.Discovery) > 0
	case AspectMotives:
		return len(p.Motives) > 0
	case AspectSupport:
		return len(p.SupportNeeds) > 0
	default:
		return false
	}
}
