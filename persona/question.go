package persona

import (
	"database/sql/driver"

	"github.com/lifecycle-go/lifecycle/internal/enum"
	"github.com/lifecycle-go/lifecycle/metrics/fault"
)

// Aspect is a part of a persona that answers can speak to. The zero value is
// none.
type Aspect uint8

// The aspects, in the order of Persona's fields.
const (
	AspectNone Aspect = iota
	AspectRole
	AspectIndustry
	AspectCompanySize
	AspectDemographics
	AspectGoals
	AspectChallenges
	AspectDecision
	AspectInformation
	AspectChannels
	AspectPrice
	AspectExperience
	AspectEducation
	AspectDuties
	AspectSuccess
	AspectCompanyGoals
	AspectTools
	AspectDailyWork
	AspectUsage
	AspectFeatures
	AspectImprovements
	AspectDiscovery
	AspectMotives
	AspectSupport
	aspectCount
)

var aspects = enum.New[Aspect]("persona", "Aspect",
	"none", "role", "industry", "company-size", "demographics", "goals", "challenges", "decision", "information", "channels", "price",
	"experience", "education", "duties", "success", "company-goals", "tools", "daily-work", "usage", "features", "improvements", "discovery", "motives", "support",
)

// String returns the name.
func (a Aspect) String() string { return aspects.String(a) }

// MarshalText returns the name.
func (a Aspect) MarshalText() ([]byte, error) { return aspects.Marshal(a) }

// UnmarshalText reads the name.
func (a *Aspect) UnmarshalText(text []byte) error { return aspects.Unmarshal(a, text) }

// Scan reads the name from an SQL column; NULL is the zero value.
func (a *Aspect) Scan(src any) error { return aspects.Scan(a, src) }

// Value returns the name for an SQL column.
func (a Aspect) Value() (driver.Value, error) { return aspects.Value(a) }

// Audience is who is asked. The zero value is nobody.
type Audience uint8

// The audiences: customers speak of themselves, support of the customers it
// knows.
const (
	AudienceNone Audience = iota
	AudienceCustomers
	AudienceSupport
)

var audiences = enum.New[Audience]("persona", "Audience", "none", "customers", "support")

// String returns the name.
func (a Audience) String() string { return audiences.String(a) }

// MarshalText returns the name.
func (a Audience) MarshalText() ([]byte, error) { return audiences.Marshal(a) }

// UnmarshalText reads the name.
func (a *Audience) UnmarshalText(text []byte) error { return audiences.Unmarshal(a, text) }

// Scan reads the name from an SQL column; NULL is the zero value.
func (a *Audience) Scan(src any) error { return audiences.Scan(a, src) }

// Value returns the name for an SQL column.
func (a Audience) Value() (driver.Value, error) { return audiences.Value(a) }

// Question is one question of an interview. It is plain data.
type Question struct {
	ID       string   `json:"id"`
	Audience Audience `json:"audience"`
	Text     string   `json:"text"`
	// Aspects are what an answer tells about.
	Aspects []Aspect `json:"aspects"`
}

// questions checks the questions and returns the IDs that answers may name.
func (c *checker) questions(questions []Question) map[string]bool {
	if len(questions) == 0 {
		questions = StandardQuestions()
	}
	ids := map[string]bool{}
	for i, q := range questions {
		path := index("Questions", i)
		switch {
		case q.ID == "":
			c.add(FaultIDMissing, path+".ID", "", "is empty")
		case ids[q.ID]:
			c.add(FaultDuplicate, path+".ID", "", "%s is given twice", fault.Quote(q.ID))
		}
		c.text(path+".ID", "", q.ID, MaxText)
		ids[q.ID] = true
		if q.Text == "" {
			c.add(FaultNameMissing, path+".Text", "", "is empty")
		}
		c.prose(path+".Text", "", q.Text)
		if q.Audience != AudienceCustomers && q.Audience != AudienceSupport {
			c.add(FaultQuestionAudience, path+".Audience", "", "want customers or support, got %s", q.Audience)
		}
		if len(q.Aspects) == 0 {
			c.add(FaultQuestionAspect, path+".Aspects", "", "an answer would tell nothing")
		}
		for j, a := range q.Aspects {
			if a == AspectNone || a >= aspectCount {
				c.add(FaultQuestionAspect, index(path+".Aspects", j), "", "unknown aspect %s", a)
			}
		}
	}
	return ids
}

// StandardQuestions returns the interview to begin with: what to ask customers
// about themselves, and what to ask support about the customers it hears every
// day. Every aspect of a persona is asked about.
func StandardQuestions() []Question {
	ask := func(id string, to Audience, text string, about ...Aspect) Question {
		return Question{ID: id, Audience: to, Text: text, Aspects: about}
	}
	return []Question{
		ask("c-role", AudienceCustomers, "What is your job, what are you answerable for, and whom do you report to?", AspectRole, AspectDuties),
		ask("c-company", AudienceCustomers, "What does your company do, how many people work there, and how many of them would touch this?", AspectIndustry, AspectCompanySize),
		ask("c-path", AudienceCustomers, "How long have you been in this position and in this field, and what did you do before?", AspectExperience, AspectDemographics),
		ask("c-education", AudienceCustomers, "What did you study or learn, and where do you go on learning?", AspectEducation, AspectInformation),
		ask("c-goal", AudienceCustomers, "What are the goals of your position, and how are they measured?", AspectGoals),
		ask("c-success", AudienceCustomers, "What would have to be true in a year for you to call this a success?", AspectSuccess, AspectGoals),
		ask("c-company-goals", AudienceCustomers, "What does your company want to reach this year before all else?", AspectCompanyGoals),
		ask("c-obstacle", AudienceCustomers, "What are your greatest challenges, and what have you tried against them?", AspectChallenges),
		ask("c-tools", AudienceCustomers, "Which tool do you lack, and what do you use in its place?", AspectTools),
		ask("c-day", AudienceCustomers, "Tell me about the last time this got in the way of a day's work. What did you do first, and then?", AspectDailyWork, AspectChallenges),
		ask("c-trigger", AudienceCustomers, "What happened on the day you began to look for a solution?", AspectDecision, AspectMotives),
		ask("c-evaluate", AudienceCustomers, "How do you try out and judge a new tool, step by step?", AspectDecision, AspectInformation),
		ask("c-decide", AudienceCustomers, "Who else had a say, in which order, and who could have stopped it?", AspectDecision),
		ask("c-criteria", AudienceCustomers, "What did you compare, and what settled it in the end?", AspectDecision),
		ask("c-doubt", AudienceCustomers, "What nearly kept you from buying?", AspectDecision),
		ask("c-heard", AudienceCustomers, "How did you first hear of us?", AspectDiscovery, AspectChannels),
		ask("c-why", AudienceCustomers, "Why did you buy, and which pain has gone since?", AspectMotives),
		ask("c-use", AudienceCustomers, "What do you use our product for, how often, and who with you?", AspectUsage),
		ask("c-features", AudienceCustomers, "Which part of it would you miss most, and what do you like about it?", AspectFeatures),
		ask("c-improve", AudienceCustomers, "What is missing, and what would you have better?", AspectImprovements),
		ask("c-learn", AudienceCustomers, "Where do you look when you need to know something for your work, and whom do you believe?", AspectInformation, AspectChannels),
		ask("c-reach", AudienceCustomers, "How do you like to hear from a company like ours, and how not?", AspectChannels),
		ask("c-price", AudienceCustomers, "From which budget is this paid, and at what price would you have asked somebody first?", AspectPrice, AspectDecision),
		ask("s-ask", AudienceSupport, "What do these customers ask in their first weeks, in their own words?", AspectChallenges, AspectInformation),
		ask("s-problems", AudienceSupport, "Which problems come up most often, and what do they struggle with?", AspectSupport, AspectChallenges),
		ask("s-basic", AudienceSupport, "Which questions are basic and keep coming, and which are advanced?", AspectSupport, AspectInformation),
		ask("s-anger", AudienceSupport, "What makes them angry, and what do they thank you for?", AspectChallenges, AspectGoals),
		ask("s-who", AudienceSupport, "Who typically writes or calls, in which roles and from which industries?", AspectRole, AspectIndustry, AspectCompanySize),
		ask("s-deciders", AudienceSupport, "Do those who write decide about the product, or use it, or both?", AspectDecision, AspectUsage),
		ask("s-features", AudienceSupport, "Which features do they value, from what you hear?", AspectFeatures),
		ask("s-wishes", AudienceSupport, "What do they ask for that we do not have?", AspectImprovements),
		ask("s-channel", AudienceSupport, "Through which channel do they come, on which do they expect the answer, and does that differ from other kinds of customers?", AspectChannels, AspectSupport),
		ask("s-leave", AudienceSupport, "What do they say when they leave or ask for a smaller plan?", AspectPrice, AspectDecision),
	}
}
