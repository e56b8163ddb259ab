package chargebee_test

import (
	"fmt"
	"strings"

	"github.com/lifecycle-go/lifecycle/metrics/billing/chargebee"
	"github.com/lifecycle-go/lifecycle/metrics/billing/importer"
)

const webhook = `{"id":"ev_1","object":"event","event_type":"subscription_created","occurred_at":1767225600,"content":{"subscription":
{"id":"s_1","customer_id":"acme","currency_code":"USD","status":"active","billing_period":1,"billing_period_unit":"month","started_at":1767225600,
 "subscription_items":[{"item_price_id":"pro","item_type":"plan","quantity":3,"unit_price":1000,"amount":3000}]}}}`

// The body of a webhook is a version of a subscription, for a policy.Feed.
func ExampleRecords() {
	records, err := chargebee.Records([]byte(webhook))
	for _, r := range records {
		fmt.Println(r, r.Spans[0].Amount, r.Spans[0].Currency)
	}
	fmt.Println(err)
	// Output:
	// subscription s_1 of 2026-01-01T00:00:00Z (ev_1) 30 USD
	// <nil>
}

// With an importer of one's own, findings are had one by one, and a catalogue
// stays known.
func ExampleImporter_Records() {
	imp, err := chargebee.New(chargebee.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, body := range []string{webhook, strings.Replace(webhook, "active", "asleep", 1)} {
		records, err := imp.Records([]byte(body))
		fmt.Println(len(records), err)
	}
	for _, f := range imp.Findings() {
		fmt.Println(f)
	}
	// Output:
	// 1 <nil>
	// 0 <nil>
	// fault unknown-value "s_1" ("acme", "s_1") status "asleep": not a status; it is left out
}

// Options are checked once, and all that is wrong with them is said.
func ExampleNew() {
	_, err := chargebee.New(chargebee.Options{Limits: importer.Limits{Depth: -1, Findings: -5}})
	fmt.Println(err)
	// Output:
	// chargebee: Options.Limits.Depth "-1": negative; the least is 0, the default
	// Options.Limits.Findings "-5": negative; the least is 0, the default
}
