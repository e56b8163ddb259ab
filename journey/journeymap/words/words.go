package words

import (
	"reflect"
	"strings"

	"github.com/lifecycle-go/lifecycle/persona"
)

// Set is all fixed words of pictures and pages in one language: a value to use,
// change or translate. What a Set leaves empty is English in a picture.
type Set struct {
	// Language is the code, as in BCP 47; RTL says that it is written from right
	// to left.
	Language string
	RTL      bool

	// One word per value of the enumeration, in its order.
	Kinds, Lanes, Evidence, Bases, Deviations, InitiativeKinds, States, Changes []string

	// Units: one form, or six where number decides (zero, one, two, few, many,
	// other, as Unicode's plural rules for Arabic name them).
	Days, Hours, Minutes []string

	Stage, Touchpoint, Channel, Persona, Segment, Period, Customers, Purpose, Agreed                            string
	Accountable, Contributing, Customer, LeadsTo, With, Without, Nobody, Several, Wait, Approval, Target, Value string
	LineOfVisibility, MomentOfTruth, Legend, Delight, Frustration                                               string
	Entered, Onward, Median, P90, Dropped, Reached, Blocked, Peak                                               string
	Goals, Metric, From, To, By, Owner, How, Progress, Expected, OnTrack, Behind, Unsure                        string
	Handoffs, ServiceLevel, Late, Overdue, Responsibilities                                                     string
	Audit, Question, Answered, Missing, Content                                                                 string
	Comments, Open, Resolved, Initiatives, Kind, State, Due                                                     string
	Gap, Rank, Gain, Safe, Rate, Paths, Pruned, Share, Count, Planned, Actual                                   string
	AsTable, Skip, Difference, Variants, Figures, Steps, After                                                  string
	// Summary says in a sentence what a map shows: {kind}, {n}, {first} and
	// {last} stand for the kind, the number of stages and two of them.
	Summary string
	// Questions are the interview to begin with: persona.StandardQuestions in
	// this language, with the same ids.
	Questions []persona.Question
}

// In returns the words of a language, by its code up to the first hyphen;
// ok is false, and the words are English, where there are none.
func In(language string) (words Set, ok bool) {
	base, _, _ := strings.Cut(strings.ToLower(language), "-")
	switch base {
	case "ar":
		return Arabic(), true
	case "th":
		return Thai(), true
	case "en":
		return English(), true
	}
	return English(), false
}

// English returns the English words.
func English() Set {
	return Set{
		Language: "en",
		Kinds: []string{
			"Current state", "Future state", "Day in the life", "Service blueprint", "Onboarding", "Opportunity map",
			"Persona-based map", "Micro-journey",
		},
		Lanes: []string{
			"", "Time", "Context", "Goal", "Customer actions", "Decisions", "Information needs", "Touchpoints", "Thoughts",
			"Emotion", "Dramatic arc", "Pain points", "Back stage", "Support processes", "Opportunities", "Milestones", "KPIs", "Owner", "Gap",
		},
		Evidence:        []string{"assumed", "reported", "observed"},
		Bases:           []string{"drawn", "planned", "actual", "planned against actual"},
		Deviations:      []string{"as planned", "skipped", "not planned", "out of order"},
		InitiativeKinds: []string{"not stated", "technology", "process", "feature", "touchpoint"},
		States:          []string{"proposed", "agreed", "running", "done", "dropped"},
		Changes:         []string{"", "introduce", "stop", "change", "reorder"},
		Days:            []string{"d"}, Hours: []string{"h"}, Minutes: []string{"min"},
		Stage: "Stage", Touchpoint: "Touchpoint", Channel: "Channel", Persona: "Persona", Segment: "Segment", Period: "Period",
		Customers: "customers", Purpose: "Purpose", Agreed: "Agreed by", Accountable: "accountable", Contributing: "contributing",
		Customer: "Customer", LeadsTo: "Leads to", With: "with it", Without: "without it", Nobody: "nobody", Several: "several", Wait: "wait", Approval: "approval", Target: "target", Value: "value",
		LineOfVisibility: "Line of visibility", MomentOfTruth: "moment of truth", Legend: "Legend", Delight: "delight", Frustration: "frustration",
		Entered: "entered", Onward: "moved on", Median: "median", P90: "90th percentile", Dropped: "dropped off", Reached: "reached",
		Blocked: "refused", Peak: "busiest",
		Goals: "Goals", Metric: "Metric", From: "From", To: "To", By: "By", Owner: "Owner", How: "How", Progress: "Progress",
		Expected: "Expected", OnTrack: "on track", Behind: "behind", Unsure: "within the error",
		Handoffs: "Hand-offs", ServiceLevel: "Service level", Late: "Late", Overdue: "Overdue", Responsibilities: "Responsibilities",
		Audit: "Content audit", Question: "Question", Answered: "answered", Missing: "missing", Content: "Content",
		Comments: "Comments", Open: "open", Resolved: "resolved", Initiatives: "Initiatives", Kind: "Kind", State: "State", Due: "Due",
		Gap: "Gap", Rank: "Rank", Gain: "Gain", Safe: "Safe gain", Rate: "Rate", Paths: "Common paths", Pruned: "Left out as rare",
		Share: "Share", Count: "Count", Planned: "Planned", Actual: "Actual", AsTable: "The map as a table", Skip: "Skip to the content",
		Difference: "Difference", Variants: "Variants", Figures: "Figures", Steps: "Steps", After: "After",
		Summary:   "{kind}: {n} stages from {first} to {last}.",
		Questions: persona.StandardQuestions(),
	}
}

// Or fills what is empty from other words.
func (s Set) Or(o Set) Set {
	if s.Language == "" {
		s.Language, s.RTL = o.Language, o.RTL
	}
	to, from := reflect.ValueOf(&s).Elem(), reflect.ValueOf(o)
	for i := range to.NumField() {
		if to.Field(i).IsZero() {
			to.Field(i).Set(from.Field(i))
		}
	}
	return s
}
