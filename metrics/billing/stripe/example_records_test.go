package stripe_test

import (
	"fmt"
	"strings"

	"github.com/lifecycle-go/lifecycle/metrics/billing/importer"
	"github.com/lifecycle-go/lifecycle/metrics/billing/stripe"
)

// An importer that keeps a catalogue knows the prices that webhooks only name.
func ExampleImporter_Records() {
	imp, err := stripe.New(stripe.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	prices := `{"object":"list","data":[{"id":"price_seat","object":"price","currency":"usd","unit_amount":1250,"product":"prod_1","recurring":{"interval":"month"}}],"has_more":false}`
	if err := imp.Catalogue(strings.NewReader(prices)); err != nil {
		fmt.Println(err)
		return
	}
	records, err := imp.Records([]byte(`{"id":"evt_1","object":"event","type":"customer.subscription.created","created":1767225600,"data":{"object":
{"id":"sub_A","object":"subscription","customer":"cus_1","status":"active","start_date":1767225600,"items":{"data":[{"id":"si_1","quantity":2,"price":"price_seat"}]}}}}`))
	for _, r := range records {
		fmt.Println(r, r.Spans[0].Amount, r.Spans[0].Currency)
	}
	fmt.Println(err)
	// Output:
	// subscription sub_A of 2026-01-01T00:00:00Z (evt_1) 25 USD
	// <nil>
}

// Options are checked once, and all that is wrong with them is said.
func ExampleNew() {
	_, err := stripe.New(stripe.Options{Limits: importer.Limits{Depth: -1, Findings: -5}})
	fmt.Println(err)
	// Output:
	// stripe: Options.Limits.Depth "-1": negative; the least is 0, the default
	// Options.Limits.Findings "-5": negative; the least is 0, the default
}
