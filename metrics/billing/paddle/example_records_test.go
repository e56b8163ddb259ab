package paddle_test

import (
	"fmt"
	"strings"

	"github.com/lifecycle-go/lifecycle/metrics/billing/importer"
	"github.com/lifecycle-go/lifecycle/metrics/billing/paddle"
)

const webhook = `{"event_id":"evt_1","event_type":"subscription.created","occurred_at":"2026-01-01T00:00:00Z","data":
{"id":"sub_1","customer_id":"ctm_1","currency_code":"USD","status":"active","created_at":"2026-01-01T00:00:00Z","started_at":"2026-01-01T00:00:00Z",
 "items":[{"status":"active","quantity":3,"recurring":true,"created_at":"2026-01-01T00:00:00Z",
  "price":{"id":"pri_1","product_id":"pro_1","billing_cycle":{"interval":"month","frequency":1},"unit_price":{"amount":"1000","currency_code":"USD"}}}]}}`

// The body of a webhook is a version of a subscription, for a policy.Feed.
func ExampleRecords() {
	records, err := paddle.Records([]byte(webhook))
	for _, r := range records {
		fmt.Println(r, r.Spans[0].Amount, r.Spans[0].Currency)
	}
	fmt.Println(err)
	// Output:
	// subscription sub_1 of 2026-01-01T00:00:00Z (evt_1) 30 USD
	// <nil>
}

// With an importer of one's own, findings are had one by one, and a catalogue
// stays known.
func ExampleImporter_Records() {
	imp, err := paddle.New(paddle.Options{})
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
	// fault unknown-value "sub_1" ("ctm_1", "sub_1") status "asleep": not a status; it is left out
}

// Options are checked once, and all that is wrong with them is said.
func ExampleNew() {
	_, err := paddle.New(paddle.Options{Limits: importer.Limits{Depth: -1, Findings: -5}})
	fmt.Println(err)
	// Output:
	// paddle: Options.Limits.Depth "-1": negative; the least is 0, the default
	// Options.Limits.Findings "-5": negative; the least is 0, the default
}
