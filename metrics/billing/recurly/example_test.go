package recurly_test

import (
	"fmt"
	"strings"

	"github.com/lifecycle-go/lifecycle/metrics/billing/recurly"
)

const (
	plans = `{"object":"list","has_more":false,"data":[{"id":"pl_1","object":"plan","code":"team","interval_unit":"months","interval_length":3}]}`
	subs  = `{"object":"list","has_more":false,"data":[
	{"id":"s_1","object":"subscription","account":{"id":"a_1","code":"acme"},"plan":{"id":"pl_1","code":"team"},"state":"canceled",
	 "created_at":"2026-01-10T00:00:00Z","activated_at":"2026-01-10T00:00:00Z","canceled_at":"2026-02-01T00:00:00Z","expires_at":"2026-04-10T00:00:00Z",
	 "currency":"EUR","unit_amount":89.5,"quantity":2,"add_ons":[],"add_ons_total":0.0},
	{"id":"s_2","object":"subscription","account":{"id":"a_2","code":"bolt"},"plan":{"id":"pl_9","code":"gone"},"state":"active",
	 "created_at":"2026-01-10T00:00:00Z","currency":"EUR","unit_amount":10,"quantity":1}]}`
)

func ExampleRead() {
	spans, findings, err := recurly.Read(strings.NewReader(plans), strings.NewReader(subs), recurly.Options{})
	for _, s := range spans {
		fmt.Println(s.Customer, s.Amount, s.Currency, s.Cycle, s.State, "until", s.CancelAt.Format("2006-01-02"))
	}
	for _, f := range findings {
		fmt.Println(f)
	}
	fmt.Println(err)
	// Output:
	// acme 179 EUR P3M active until 2026-04-10
	// fault not-expanded "s_2" ("bolt", "s_2") plan "pl_9": the plan is not in the export, and so its cycle is not known: give it to Catalogue; the subscription is left out
	// <nil>
}

func ExampleImporter_Spans() {
	imp, err := recurly.New(recurly.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	if err := imp.Catalogue(strings.NewReader(plans)); err != nil {
		fmt.Println(err)
		return
	}
	for s, err := range imp.Spans(strings.NewReader(subs)) {
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(s.Customer, s.Plan, s.Amount)
	}
	fmt.Println(len(imp.Findings()), "finding,", imp.Progress().Records, "records")
	for _, t := range imp.Tallies() {
		fmt.Println(t.N, t.Severity, t.Code)
	}
	// Output:
	// acme team 179
	// 1 finding, 3 records
	// 1 fault not-expanded
}

// Rows of a table that keeps every version.
func ExampleImporter_History() {
	imp, err := recurly.New(recurly.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	rows := `{"interval_unit":"months","interval_length":"1","id":"pl_1"}
{"id":"s_1","object":"subscription","account_id":"a_1","plan_id":"pl_1","state":"active","activated_at":"2026-01-10 00:00:00","updated_at":"2026-01-10 00:00:00","currency":"USD","unit_amount":"99.0","quantity":"1"}
{"id":"s_1","object":"subscription","account_id":"a_1","plan_id":"pl_1","state":"active","activated_at":"2026-01-10 00:00:00","updated_at":"2026-03-05 00:00:00","currency":"USD","unit_amount":"99.0","quantity":"4"}`
	for s, err := range imp.History(strings.NewReader(rows)) {
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(s.From.Format("2006-01-02"), s.Amount)
	}
	// Output:
	// 2026-01-10 99
	// 2026-03-05 396
}

func ExampleImporter_Lines() {
	imp, err := recurly.New(recurly.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	invoice := `{"id":"in_1","object":"invoice","account":{"code":"acme"},"state":"paid","created_at":"2026-01-10T00:00:00Z","line_items":{"has_more":false,"data":[
	 {"id":"li_1","object":"line_item","type":"charge","origin":"plan","plan_code":"team","currency":"EUR","quantity":2,"subtotal":179.0,"discount":17.9,"tax":0.0,
	  "start_date":"2026-01-10T00:00:00Z","end_date":"2026-04-10T00:00:00Z"}]}}`
	for l, err := range imp.Lines(strings.NewReader(plans + invoice)) {
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(l.Customer, l.Kind, l.Net(), l.Currency, l.Cycle, l.Status)
	}
	// Output: acme recurring 161.1 EUR P3M paid
}
