package survey_test

import (
	"fmt"
	"slices"
	"strings"

	"github.com/lifecycle-go/lifecycle/touchpoint/survey"
)

func ExampleSurvey_Result() {
	answers := []survey.Answer{
		{Customer: "a", Score: 10}, {Customer: "b", Score: 9}, {Customer: "c", Score: 7}, {Customer: "d", Score: 3},
	}
	r, err := survey.Survey{Kind: survey.KindNPS}.Result(slices.Values(answers), 20)
	fmt.Println(r.Score.Percent(0), r.Score.Num(), "of", r.Score.Den(), err)
	fmt.Println(r.Promoters, r.Passives, r.Detractors, "response", r.Response.Percent(0))
	// Output:
	// 25% 1 of 4 <nil>
	// 2 1 1 response 20%
}

func ExampleSurvey_ResultBy() {
	answers := []survey.Answer{{Customer: "smb/1", Score: 5}, {Customer: "ent/1", Score: 2}, {Customer: "smb/2", Score: 4}}
	parts, err := survey.Survey{Kind: survey.KindCSAT}.ResultBy(slices.Values(answers), func(a survey.Answer) string {
		segment, _, _ := strings.Cut(a.Customer, "/")
		return segment
	})
	for _, p := range parts {
		fmt.Println(p.Key, p.Result.Score.Percent(0))
	}
	fmt.Println(err)
	// Output:
	// ent 0%
	// smb 100%
	// <nil>
}
