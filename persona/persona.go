package persona

import "time"

// Persona describes a kind of customer: who they are, what they want, how they
// decide, and by which rule a customer is one of them. It is plain data with a
// JSON form; the zero Persona has no ID and does not validate.
//
// What is written here is an assumption until answers stand behind it: see
// Answers and Set.Evidence.
type Persona struct {
	// ID is the key by which journeys, ledgers and reports are grouped.
	ID   string `json:"id"`
	Name string `json:"name"`

	Role         string      `json:"role,omitempty"` // "Head of support"
	Industry     string      `json:"industry,omitempty"`
	CompanySize  CompanySize `json:"company_size,omitzero"`
	Demographics []Fact      `json:"demographics,omitempty"`

	Goals            []string `json:"goals,omitempty"`
	Challenges       []string `json:"challenges,omitempty"`
	Decision         Decision `json:"decision,omitzero"`
	InformationNeeds []string `json:"information_needs,omitempty"`
	Channels         []string `json:"channels,omitempty"` // preferred, best first
	PriceTier        string   `json:"price_tier,omitempty"`

	Experience     string   `json:"experience,omitempty"` // "Eight years in the field, two in the position"
	Education      string   `json:"education,omitempty"`
	Duties         []string `json:"duties,omitempty"`
	Success        []string `json:"success,omitempty"`       // what success is for them, and how it is measured
	CompanyGoals   []string `json:"company_goals,omitempty"` // of the company, this year
	MissingTools   []string `json:"missing_tools,omitempty"`
	DailyWork      []string `json:"daily_work,omitempty"` // how the challenges show in it
	Usage          []string `json:"usage,omitempty"`      // what they use our product for
	ValuedFeatures []string `json:"valued_features,omitempty"`
	Improvements   []string `json:"improvements,omitempty"` // what they miss or would have better
	Discovery      []string `json:"discovery,omitempty"`    // how they hear of us
	Motives        []string `json:"motives,omitempty"`      // why they bought, and which pain we solve
	SupportNeeds   []string `json:"support_needs,omitempty"`

	// Priority orders the personas: a customer belongs to the first whose rule
	// holds, in ascending priority, then in the order of the set.
	Priority int `json:"priority,omitempty"`
	// Rule says who is one of them. The zero Rule takes everybody.
	Rule Rule `json:"rule,omitzero"`

	// Answers are what customers and support said about this persona.
	Answers []Answer `json:"answers,omitempty"`
}

// CompanySize is a range of employees, both ends included; Max 0 = no upper
// end. The zero value says nothing.
type CompanySize struct {
	Min int64 `json:"min,omitempty"`
	Max int64 `json:"max,omitempty"`
}

// Fact is a named fact of the demographics: "Age", "30 to 45".
type Fact struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// Decision is how the persona comes to buy.
type Decision struct {
	// Part is the part they play: decides, pays, recommends, uses, blocks.
	Part string `json:"part,omitempty"`
	// Steps are the steps of the decision, in order.
	Steps []string `json:"steps,omitempty"`
	// Criteria are what the decision hangs on, most important first.
	Criteria []string `json:"criteria,omitempty"`
	// Objections are what usually speaks against.
	Objections []string `json:"objections,omitempty"`
	// With names the others who take part.
	With []string `json:"with,omitempty"`
}

// Answer is what one person said to a question.
type Answer struct {
	// Question is the ID of a question of the set.
	Question string `json:"question"`
	// Respondent is who said it: a customer id or a member of support. It may
	// be empty; then every answer counts as another person's.
	Respondent string `json:"respondent,omitempty"`
	// Customer is whom a member of support spoke about; may be empty.
	Customer string    `json:"customer,omitempty"`
	At       time.Time `json:"at"`
	Text     string    `json:"text"`
}

// texts lists the prose of the persona with its paths below path.
func (p *Persona) texts(path string, each func(path, text string)) {
	each(path+".Role", p.Role)
	each(path+".Industry", p.Industry)
	for i, f := range p.Demographics {
		each(index(path+".Demographics", i)+".Name", f.Name)
		each(index(path+".Demographics", i)+".Value", f.Value)
	}
	for _, list := range []struct {
		name  string
		texts []string
	}{
		{"Goals", p.Goals},
		{"Challenges", p.Challenges},
		{"Decision.Steps", p.Decision.Steps},
		{"Decision.Criteria", p.Decision.Criteria},
		{"Decision.Objections", p.Decision.Objections},
		{"Decision.With", p.Decision.With},
		{"InformationNeeds", p.InformationNeeds},
		{"Channels", p.Channels},
		{"Duties", p.Duties},
		{"Success", p.Success},
		{"CompanyGoals", p.CompanyGoals},
		{"MissingTools", p.MissingTools},
		{"DailyWork", p.DailyWork},
		{"Usage", p.Usage},
		{"ValuedFeatures", p.ValuedFeatures},
		{"Improvements", p.Improvements},
		{"Discovery", p.Discovery},
		{"Motives", p.Motives},
		{"SupportNeeds", p.SupportNeeds},
	} {
		for i, text := range list.texts {
			each(index(path+"."+list.name, i), text)
		}
	}
	each(path+".Decision.Part", p.Decision.Part)
	each(path+".PriceTier", p.PriceTier)
	each(path+".Experience", p.Experience)
	each(path+".Education", p.Education)
}
