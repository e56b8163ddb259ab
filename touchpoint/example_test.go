package touchpoint_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/shopspring/decimal"

	"github.com/lifecycle-go/lifecycle/touchpoint"
)

func at(s string) time.Time {
	t, err := time.Parse("2006-01-02", s)
	if err != nil {
		panic(err)
	}
	return t
}

func ExampleLogOf() {
	log, err := touchpoint.LogOf(
		touchpoint.Event{Customer: "beta", Name: "sign_up", At: at("2026-01-09")},
		touchpoint.Event{Customer: "acme", Name: "trial_started", At: at("2026-01-05"), Channel: touchpoint.Website},
		touchpoint.Event{Customer: "acme", Name: "sign_up", At: at("2026-01-02"), Channel: touchpoint.OrganicSearch},
	)
	if err != nil {
		fmt.Println(err)
		return
	}
	for e := range log.Events() {
		fmt.Println(e.Customer, e.Name, e.At.Format(time.DateOnly))
	}
	// Output:
	// acme sign_up 2026-01-02
	// acme trial_started 2026-01-05
	// beta sign_up 2026-01-09
}

func ExampleNewLog() {
	events := []touchpoint.Event{
		{Customer: "acme", Name: "sign_up", At: at("2026-01-02")},
		{Customer: "", Name: "sign_up", At: at("2026-01-03")},
		{Customer: "beta", Name: "sign_up", At: at("0026-01-04")},
	}
	_, err := touchpoint.NewLog(slices.Values(events))
	var batch *touchpoint.BatchError
	if errors.As(err, &batch) {
		for _, row := range batch.Rows {
			fmt.Println(row)
		}
	}
	// Output:
	// row 2: Customer "": must not be empty
	// row 3: At "0026-01-04T00:00:00Z": must lie in the years 1900 to 2200
}

func ExampleLogOptions_NewLog() {
	options := touchpoint.LogOptions{Campaign: true, Cost: true, Attrs: []string{"plan"}}
	log, err := options.NewLog(slices.Values([]touchpoint.Event{{
		Customer: "acme", Name: "clicked", At: at("2026-01-02"), Channel: touchpoint.PaidSearch,
		Campaign: "spring", Cost: decimal.RequireFromString("0.45"),
		Attrs: map[string]string{"plan": "pro", "browser": "x"},
	}}))
	if err != nil {
		fmt.Println(err)
		return
	}
	for e := range log.Of("acme") {
		fmt.Println(e.Campaign, e.Cost, e.Attrs)
	}
	// Output: spring 0.45 map[plan:pro]
}

func ExampleLogOptions_Read() {
	lines := strings.Split("acme,sign_up,2026-01-02\nacme,paid,soon", "\n")
	source := func(yield func(touchpoint.Event, error) bool) {
		for _, line := range lines {
			f := strings.Split(line, ",")
			when, err := time.Parse(time.DateOnly, f[2])
			if err != nil {
				err = fmt.Errorf("at %q is no date", f[2])
			}
			if !yield(touchpoint.Event{Customer: f[0], Name: f[1], At: when}, err) {
				return
			}
		}
	}
	_, err := touchpoint.LogOptions{}.Read(source)
	fmt.Println(err)
	// Output: touchpoint: read: 1 faults; row 2: at "soon" is no date
}

// Counting how long customers take from one event to another, without a string
// per event.
func ExampleLog_Columns() {
	log, err := touchpoint.LogOf(
		touchpoint.Event{Customer: "acme", Name: "sign_up", At: at("2026-01-02")},
		touchpoint.Event{Customer: "acme", Name: "paid", At: at("2026-01-16")},
		touchpoint.Event{Customer: "beta", Name: "sign_up", At: at("2026-01-03")},
	)
	if err != nil {
		fmt.Println(err)
		return
	}
	cols := log.Columns()
	signUp, paid := uint32(slices.Index(log.Names(), "sign_up")), uint32(slices.Index(log.Names(), "paid"))
	for c := range cols.Customers() {
		var signed int64
		from, to := cols.Range(c)
		for i := from; i < to; i++ {
			switch cols.Name[i] {
			case signUp:
				signed = cols.UnixNano[i]
			case paid:
				fmt.Println(log.Customer(c), "paid after", time.Duration(cols.UnixNano[i]-signed))
			}
		}
	}
	// Output: acme paid after 336h0m0s
}

func ExampleLog_ByCustomer() {
	log, err := touchpoint.LogOf(
		touchpoint.Event{Customer: "beta", Name: "sign_up", At: at("2026-01-03")},
		touchpoint.Event{Customer: "acme", Name: "sign_up", At: at("2026-01-02")},
		touchpoint.Event{Customer: "acme", Name: "paid", At: at("2026-01-16")},
	)
	if err != nil {
		fmt.Println(err)
		return
	}
	for customer, events := range log.ByCustomer() {
		var names []string
		for e := range events {
			names = append(names, e.Name)
		}
		fmt.Println(customer, names)
	}
	// Output:
	// acme [sign_up paid]
	// beta [sign_up]
}

// Two exports overlap by one event; its ID tells.
func ExampleMerge() {
	keep := touchpoint.LogOptions{IDs: true}
	january, err := keep.LogOf(
		touchpoint.Event{Customer: "acme", Name: "sign_up", At: at("2026-01-02"), Source: "crm", ID: "1"},
		touchpoint.Event{Customer: "acme", Name: "paid", At: at("2026-01-31"), Source: "crm", ID: "2"},
	)
	if err != nil {
		fmt.Println(err)
		return
	}
	february, err := keep.LogOf(
		touchpoint.Event{Customer: "acme", Name: "paid", At: at("2026-01-31"), Source: "crm", ID: "2"},
		touchpoint.Event{Customer: "acme", Name: "upgraded", At: at("2026-02-10"), Source: "crm", ID: "3"},
	)
	if err != nil {
		fmt.Println(err)
		return
	}
	both, err := touchpoint.Merge(january, february)
	fmt.Println(both.Len(), "events,", both.Duplicates(), "duplicate", err)
	// Output: 3 events, 1 duplicate <nil>
}

func ExampleLog_UnmarshalBinary() {
	log, err := touchpoint.LogOf(touchpoint.Event{Customer: "acme", Name: "sign_up", At: at("2026-01-02")})
	if err != nil {
		fmt.Println(err)
		return
	}
	data, err := log.MarshalBinary()
	if err != nil {
		fmt.Println(err)
		return
	}
	var back touchpoint.Log
	fmt.Println(back.UnmarshalBinary(data), back.Len())
	data[20] ^= 1
	err = back.UnmarshalBinary(data)
	fmt.Println(errors.Is(err, touchpoint.ErrEncoding), back.Len())
	// Output:
	// <nil> 1
	// true 1
}

func ExampleGA4() {
	grouping := touchpoint.GA4()
	c, err := grouping.Compile()
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(grouping.Version)
	for _, v := range []touchpoint.Visit{
		{Source: "google", Medium: "cpc"},
		{Referrer: "https://www.google.de/"},
		{Referrer: "https://m.facebook.com/story"},
		{Source: "newsletter", Medium: "email"},
		{},
	} {
		fmt.Println(c.Channel(v))
	}
	// Output:
	// 2026-05-13
	// Paid Search
	// Organic Search
	// Organic Social
	// Email
	// Direct
}

// A company's own channel goes before those of Google.
func ExampleGrouping_Compile() {
	g := touchpoint.GA4()
	g.Name, g.Version = "ours", "1"
	g.Rules = slices.Insert(g.Rules, 0, touchpoint.ChannelRule{
		Channel: "Partner portal",
		Any:     [][]touchpoint.VisitCondition{{{Field: touchpoint.FieldSource, Pattern: `(^|\.)partners\.example$`}}},
	})
	c, err := g.Compile()
	if err != nil {
		fmt.Println(err)
		return
	}
	a := c.Classify(touchpoint.Visit{Referrer: "https://eu.partners.example/deals"})
	fmt.Println(a.Channel, a.Rule, a.Source, a.Medium)
	// Output: Partner portal 0 eu.partners.example referral
}

func ExampleVisitOf() {
	v, err := touchpoint.VisitOf("https://app.example/start?utm_source=linkedin&utm_medium=paid_social&utm_campaign=q1", "")
	fmt.Printf("%+v %v\n", v, err)
	// Output: {Source:linkedin Medium:paid_social Campaign:q1 Referrer:} <nil>
}

func ExampleCatalogue_Validate() {
	c := touchpoint.StandardSaaS()
	c.Touchpoints[0].LeadsTo = append(c.Touchpoints[0].LeadsTo, "Webinar")
	c.Touchpoints[3].Feeling = 5
	fmt.Println(c.Validate())
	// Output:
	// touchpoint: catalogue "Standard SaaS": 2 fault(s)
	// 	Touchpoints[0].LeadsTo[3]: no touchpoint is named "Webinar" [dangling-link]
	// 	Touchpoints[3].Feeling: must lie in -2 to +2, got 5 [feeling-range]
}

func ExampleStandardSaaS() {
	t, _ := touchpoint.StandardSaaS().Find("Onboarding")
	fmt.Println(t.Owner, "|", t.Contact, "|", t.Feeling)
	fmt.Println(t.CompanyGoal)
	fmt.Println(t.LeadsTo)
	// Output:
	// Customer success | direct | happy
	// Reach activation within the first weeks, because customers who are not active by then leave
	// [Support Product mail Feedback Account manager]
}

func ExampleSurvey_Result() {
	answers := []touchpoint.Answer{
		{Customer: "a", Score: 10}, {Customer: "b", Score: 9}, {Customer: "c", Score: 7}, {Customer: "d", Score: 3},
	}
	r, err := touchpoint.Survey{Kind: touchpoint.SurveyNPS}.Result(slices.Values(answers), 20)
	fmt.Println(r.Score.Percent(0), r.Score.Num(), "of", r.Score.Den(), err)
	fmt.Println(r.Promoters, r.Passives, r.Detractors, "response", r.Response.Percent(0))
	// Output:
	// 25% 1 of 4 <nil>
	// 2 1 1 response 20%
}

func ExampleSurvey_ResultBy() {
	answers := []touchpoint.Answer{{Customer: "smb/1", Score: 5}, {Customer: "ent/1", Score: 2}, {Customer: "smb/2", Score: 4}}
	parts, err := touchpoint.Survey{Kind: touchpoint.SurveyCSAT}.ResultBy(slices.Values(answers), func(a touchpoint.Answer) string {
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

func ExampleNPS() {
	r, err := touchpoint.NPS(10, 9, 8, 6, 0)
	fmt.Println(r.Percent(0), err)
	_, err = touchpoint.NPS(10, 12)
	fmt.Println(err)
	// Output:
	// 0% <nil>
	// touchpoint: nps: 1 faults; row 2: Score "12": answer out of scale: want 0 to 10
}

func ExampleCSAT() {
	r, err := touchpoint.CSAT(5, 4, 3)
	fmt.Println(r.Percent(1), err)
	// Output: 66.7% <nil>
}

func ExampleCES() {
	r, err := touchpoint.CES(7, 6, 4)
	mean, _ := r.Decimal(2)
	fmt.Println(mean, err)
	// Output: 5.67 <nil>
}

func ExampleEngagement_Scorer() {
	log, err := touchpoint.LogOf(
		touchpoint.Event{Customer: "acme", Name: "login", At: at("2026-01-01")},
		touchpoint.Event{Customer: "acme", Name: "login", At: at("2026-01-08")},
		touchpoint.Event{Customer: "acme", Name: "report_shared", At: at("2026-01-15")},
	)
	if err != nil {
		fmt.Println(err)
		return
	}
	scorer, err := touchpoint.Engagement{
		HalfLife: 7 * 24 * time.Hour,
		Weights:  []touchpoint.Weight{{Event: "login", Points: 4}, {Event: "report_shared", Points: 10}},
	}.Scorer(log)
	if err != nil {
		fmt.Println(err)
		return
	}
	score, err := scorer.Score("acme", at("2026-01-15"))
	fmt.Println(score.Value, err)
	for _, c := range score.Contributions {
		fmt.Println(c.Event, c.Events, c.Points)
	}
	// Output:
	// 13 <nil>
	// report_shared 1 10
	// login 2 3
}

func ExampleLeadRules_Changes() {
	log, err := touchpoint.LogOf(
		touchpoint.Event{Customer: "acme", Name: "pricing_viewed", At: at("2026-01-01")},
		touchpoint.Event{Customer: "acme", Name: "demo_requested", At: at("2026-01-02")},
		touchpoint.Event{Customer: "acme", Name: "mail_opened", At: at("2026-03-15")},
	)
	if err != nil {
		fmt.Println(err)
		return
	}
	scorer, err := touchpoint.Engagement{
		HalfLife: 14 * 24 * time.Hour,
		Weights:  []touchpoint.Weight{{Event: "pricing_viewed", Points: 30}, {Event: "demo_requested", Points: 60}, {Event: "mail_opened", Points: 2}},
	}.Scorer(log)
	if err != nil {
		fmt.Println(err)
		return
	}
	rules := touchpoint.LeadRules{
		MQL: touchpoint.Threshold{At: 25, Margin: 10},
		SQL: touchpoint.Threshold{At: 80, Margin: 20},
	}
	for c := range rules.Changes(scorer.Timeline("acme")) {
		fmt.Printf("%s %s to %s at %.1f\n", c.At.Format(time.DateOnly), c.From, c.To, c.Score)
	}
	// Output:
	// 2026-01-01 lead to mql at 30.0
	// 2026-01-02 mql to sql at 88.6
	// 2026-03-15 sql to lead at 4.5
}
