package survey

import (
	"database/sql/driver"
	"errors"
	"fmt"
	"slices"

	"github.com/lifecycle-go/lifecycle/internal/enum"
	"github.com/lifecycle-go/lifecycle/metrics/fault"
	"github.com/lifecycle-go/lifecycle/touchpoint"
)

// ErrForm is what every fault of a form unwraps to.
var ErrForm = errors.New("the form has faults")

// Form says what is asked. The zero value is unknown.
type Form uint8

// The forms of questions.
const (
	FormUnknown Form = iota
	FormScale        // one whole number from Lo to Hi
	FormOne          // one of the options
	FormSeveral      // any of the options
	FormNumber       // a decimal
	FormText         // own words
)

var forms = enum.New[Form]("survey", "Form", "unknown", "scale", "one", "several", "number", "text")

// String returns the name of the form.
func (f Form) String() string { return forms.String(f) }

// MarshalText returns the name of the form.
func (f Form) MarshalText() ([]byte, error) { return forms.Marshal(f) }

// UnmarshalText reads the name of a form.
func (f *Form) UnmarshalText(text []byte) error { return forms.Unmarshal(f, text) }

// Scan reads the name of a form from an SQL column; NULL is the zero value.
func (f *Form) Scan(src any) error { return forms.Scan(f, src) }

// Value returns the name of the form for an SQL column.
func (f Form) Value() (driver.Value, error) { return forms.Value(f) }

// Question is one question of a questionnaire.
type Question struct {
	ID   string `json:"id"`
	Text string `json:"text"`
	Form Form   `json:"form"`
	// Lo and Hi are the ends of a scale, LoText and HiText what they mean.
	Lo     int    `json:"lo,omitempty"`
	Hi     int    `json:"hi,omitempty"`
	LoText string `json:"lo_text,omitempty"`
	HiText string `json:"hi_text,omitempty"`
	// Options of one or several.
	Options []string `json:"options,omitempty"`
	// Survey makes a scale one of the well-known surveys, with its result; the
	// scale must be that of the survey.
	Survey Kind `json:"survey,omitempty"`
	// Required says that a reply without it is not complete. Replies without it
	// are counted all the same.
	Required bool `json:"required,omitempty"`
}

// Questionnaire is questions that are asked together. It is plain data with a
// JSON form.
type Questionnaire struct {
	ID        string     `json:"id"`
	Name      string     `json:"name"`
	Questions []Question `json:"questions"`
}

// Limits of a questionnaire.
const (
	maxQuestions = 1000
	maxOptions   = 1000
	maxWords     = 16_384 // bytes of an answer in own words
)

// The faults of questionnaires.
const (
	FaultID       fault.Code = "bad-id"       // empty, too long or given twice
	FaultText     fault.Code = "bad-text"     // empty, too long or not UTF-8
	FaultForm     fault.Code = "bad-form"     // none of the forms
	FaultScale    fault.Code = "bad-scale"    // no scale, or one where none belongs
	FaultOptions  fault.Code = "bad-options"  // too few, too many, empty or twice, or where none belong
	FaultQuestion fault.Code = "bad-question" // none, or too many
)

// Validate reports every fault, as a *[fault.Design].
func (q Questionnaire) Validate() error {
	d := fault.Design{Package: "survey", Kind: "questionnaire", Name: q.Name, Err: ErrForm}
	if len(q.Questions) == 0 || len(q.Questions) > maxQuestions {
		d.Addf(FaultQuestion, "Questions", "", "want 1 to %d, got %d", maxQuestions, len(q.Questions))
		return d.Fault()
	}
	seen := map[string]bool{}
	for i, k := range q.Questions {
		path := fmt.Sprintf("Questions[%d]", i)
		add := func(code fault.Code, field, format string, args ...any) {
			d.Addf(code, path+"."+field, k.ID, format, args...)
		}
		switch limit, err := fault.CheckText(k.ID, touchpoint.MaxText); {
		case k.ID == "":
			add(FaultID, "ID", "is empty")
		case err != nil:
			add(FaultID, "ID", "%s", limit)
		case seen[k.ID]:
			add(FaultID, "ID", "is given twice")
		}
		seen[k.ID] = true
		if limit, err := fault.CheckText(k.Text, maxWords); err != nil {
			add(FaultText, "Text", "%s", limit)
		} else if k.Text == "" {
			add(FaultText, "Text", "is empty")
		}
		k.validate(add)
	}
	return d.Fault()
}

func (k *Question) validate(add func(code fault.Code, field, format string, args ...any)) {
	if k.Form == FormUnknown || !forms.Has(k.Form) {
		add(FaultForm, "Form", "want scale, one, several, number or text, got %s", k.Form)
		return
	}
	if k.Form == FormScale {
		if k.Lo >= k.Hi || k.Lo < -100 || k.Hi > 100 {
			add(FaultScale, "Lo", "want a scale within -100 to 100, got %d to %d", k.Lo, k.Hi)
		} else if k.Survey != KindUnknown {
			if _, err := (Survey{Kind: k.Survey, Lo: k.Lo, Hi: k.Hi}).scale(); err != nil {
				add(FaultScale, "Survey", "%s does not have the scale %d to %d", k.Survey, k.Lo, k.Hi)
			}
		}
	} else if k.Lo != 0 || k.Hi != 0 || k.Survey != KindUnknown {
		add(FaultScale, "Lo", "only a scale has ends and a survey")
	}
	choice := k.Form == FormOne || k.Form == FormSeveral
	switch n := len(k.Options); {
	case choice && (n < 2 || n > maxOptions):
		add(FaultOptions, "Options", "want 2 to %d, got %d", maxOptions, n)
	case !choice && n > 0:
		add(FaultOptions, "Options", "only one and several have options")
	}
	for i, o := range k.Options {
		limit, err := fault.CheckText(o, touchpoint.MaxText)
		switch {
		case err != nil:
			add(FaultOptions, fmt.Sprintf("Options[%d]", i), "%s", limit)
		case o == "" || slices.Index(k.Options, o) != i:
			add(FaultOptions, fmt.Sprintf("Options[%d]", i), "is empty or given twice")
		}
	}
}

// AfterMilestone is the standard survey for customers who have just passed a
// milestone, such as onboarding: satisfied so far, likely to go on, effort,
// what helped, what is missing.
func AfterMilestone(milestone string) Questionnaire {
	return Questionnaire{ID: "after " + milestone, Name: "After " + milestone, Questions: []Question{
		{ID: "satisfied", Text: "How satisfied are you with us so far?", Form: FormScale, Lo: 1, Hi: 5, LoText: "not at all", HiText: "very", Survey: KindCSAT, Required: true},
		{ID: "go-on", Text: "How likely are you to go on using the product?", Form: FormScale, Lo: 0, Hi: 10, LoText: "not at all likely", HiText: "certain", Required: true},
		{ID: "effort", Text: "The company made it easy for me to get this far.", Form: FormScale, Lo: 1, Hi: 7, LoText: "strongly disagree", HiText: "strongly agree", Survey: KindCES},
		{ID: "helped", Text: "What helped you most?", Form: FormSeveral, Options: []string{"the product itself", "guides and videos", "support", "a person of the company", "colleagues or the community", "nothing"}},
		{ID: "missing", Text: "What is missing, or what stood in your way?", Form: FormText},
	}}
}
