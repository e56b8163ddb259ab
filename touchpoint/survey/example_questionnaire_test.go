package survey_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/lifecycle-go/lifecycle/metrics/fault"
	"github.com/lifecycle-go/lifecycle/touchpoint/survey"
)

// exit asks those who leave why, and whether they would recommend all the same.
var exit = survey.Questionnaire{ID: "exit", Name: "Exit survey", Questions: []survey.Question{
	{ID: "why", Text: "Why do you leave?", Form: survey.FormOne, Options: []string{"price", "missing feature", "closed down"}, Required: true},
	{ID: "recommend", Text: "Would you recommend us?", Form: survey.FormScale, Lo: 0, Hi: 10, Survey: survey.KindNPS},
	{ID: "else", Text: "Anything else?", Form: survey.FormText},
}}

// left are what three who left answered.
func left() []survey.Reply {
	at := time.Date(2026, time.March, 31, 12, 0, 0, 0, time.UTC)
	return []survey.Reply{
		{Customer: "smb/acme", At: at, Answers: map[string][]string{"why": {"price"}, "recommend": {"9"}, "else": {"See you!"}}},
		{Customer: "smb/bolt", At: at, Answers: map[string][]string{"why": {"closed down"}}},
		{Customer: "ent/core", At: at, Answers: map[string][]string{"why": {"missing feature"}, "recommend": {"4"}, "else": {"No SSO."}}},
	}
}

// What people said in own words, with who they are: evidence for a persona.
func ExampleOf() {
	for a := range survey.Of(slices.Values(left()), "else") {
		fmt.Printf("%s: %q\n", a.Customer, a.Text)
	}
	// Output:
	// smb/acme: "See you!"
	// ent/core: "No SSO."
}

// The standard questions to those who have just got through onboarding.
func ExampleAfterMilestone() {
	for _, q := range survey.AfterMilestone("onboarding").Questions {
		fmt.Printf("%-8s %s\n", q.Form, q.Text)
	}
	// Output:
	// scale    How satisfied are you with us so far?
	// scale    How likely are you to go on using the product?
	// scale    The company made it easy for me to get this far.
	// several  What helped you most?
	// text     What is missing, or what stood in your way?
}

// Questions live in a file; every fault of one is named.
func ExampleParseQuestionnaire() {
	q, err := survey.ParseQuestionnaire([]byte(`{"id":"exit","name":"Exit","questions":[
		{"id":"why","text":"Why do you leave?","form":"one","options":["price","other"]}]}`))
	fmt.Println(q.Questions[0].Options, err)
	_, err = survey.ParseQuestionnaire([]byte(`{"id":"exit","name":"Exit","questions":[
		{"id":"why","text":"Why do you leave?","form":"one"}]}`))
	fmt.Println(err)
	// Output:
	// [price other] <nil>
	// survey: questionnaire "Exit": 1 fault
	// 	Questions[0].Options ("why"): want 2 to 1000, got 0 [bad-options]
}

// Why small and large customers leave is not the same.
func ExampleQuestionnaire_SummarizeBy() {
	parts, err := exit.SummarizeBy(slices.Values(left()), func(customer string) string {
		segment, _, _ := strings.Cut(customer, "/")
		return segment
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, p := range parts {
		for r := range p.Summary.Rows() {
			if r.Question == "why" && r.N > 0 {
				fmt.Println(p.Key, r.Option, r.Share.Percent(0))
			}
		}
	}
	// Output:
	// ent missing feature 100%
	// smb price 50%
	// smb closed down 50%
}

// An answer that is no option is named with its row; then there is no summary.
func ExampleQuestionnaire_Summarize_refused() {
	replies := append(left(), survey.Reply{Customer: "smb/dune", Answers: map[string][]string{"why": {"aliens"}}})
	_, err := exit.Summarize(slices.Values(replies))
	var batch *fault.Batch
	fmt.Println(errors.As(err, &batch), err)
	// Output:
	// true survey: summarize: 1 bad row, nothing was taken; row 4: customer "smb/dune": Answers[why] "aliens": is none of the options
}

// One question of a summary: here two of three answered, and their score.
func ExampleSummary_Question() {
	s, err := exit.Summarize(slices.Values(left()))
	if err != nil {
		fmt.Println(err)
		return
	}
	c, ok := s.Question("recommend")
	fmt.Println(c.Answers, "answered,", c.Skipped, "did not;", c.Result, ok)
	// Output:
	// 2 answered, 1 did not; nps 0% of 2 answers true
}
