package paddle_test

import (
	"fmt"
	"strings"

	"github.com/lifecycle-go/lifecycle/metrics/billing/importer"
	"github.com/lifecycle-go/lifecycle/metrics/billing/paddle"
)

const notifications = `{"event_id":"evt_2","event_type":"subscription.updated","occurred_at":"2026-03-01T00:00:00Z","data":{"id":"sub_1","status":"active","customer_id":"ctm_1","currency_code":"USD",
 "created_at":"2026-01-10T00:00:00Z","started_at":"2026-01-10T00:00:00Z","scheduled_change":{"action":"cancel","effective_at":"2026-04-10T00:00:00Z"},
 "items":[{"quantity":8,"recurring":true,"price":{"id":"pri_seat","billing_cycle":{"interval":"month","frequency":1},"unit_price":{"amount":"1250","currency_code":"USD"}}}]}}
{"event_id":"evt_1","event_type":"subscription.created","occurred_at":"2026-01-10T00:00:00Z","data":{"id":"sub_1","status":"active","customer_id":"ctm_1","currency_code":"USD",
 "created_at":"2026-01-10T00:00:00Z","started_at":"2026-01-10T00:00:00Z",
 "items":[{"quantity":5,"recurring":true,"price":{"id":"pri_seat","billing_cycle":{"interval":"month","frequency":1},"unit_price":{"amount":"1250","currency_code":"USD"}}}]}}`

// Notifications may come in any order.
func ExampleImporter_Spans() {
	imp, err := paddle.New(paddle.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	for s, err := range imp.Spans(strings.NewReader(notifications)) {
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(s.From.Format("2006-01-02"), s.Amount, s.Currency, s.Cycle, !s.CancelAt.IsZero())
	}
	// Output:
	// 2026-01-10 62.5 USD P1M false
	// 2026-03-01 100 USD P1M true
}

func ExampleRead() {
	spans, findings, err := paddle.Read(strings.NewReader(notifications), paddle.Options{})
	fmt.Println(len(spans), len(findings), err)
	// Output: 2 0 <nil>
}

func ExampleImporter_Catalogue() {
	imp, err := paddle.New(paddle.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	discounts := `{"data":[{"id":"dsc_1","type":"percentage","amount":"10","recur":true,"maximum_recurring_intervals":3}]}`
	if err := imp.Catalogue(strings.NewReader(discounts)); err != nil {
		fmt.Println(err)
		return
	}
	sub := `{"id":"sub_1","status":"active","customer_id":"ctm_1","currency_code":"EUR","created_at":"2026-01-10T00:00:00Z","discount":{"id":"dsc_1","starts_at":"2026-01-10T00:00:00Z"},
	 "items":[{"quantity":1,"recurring":true,"price":{"id":"pri_1","billing_cycle":{"interval":"year","frequency":1},"unit_price":{"amount":"12000","currency_code":"EUR"}}}]}`
	spans, err := importer.Collect(imp.Spans(strings.NewReader(sub)))
	for _, s := range spans {
		fmt.Println(s.Amount, s.Cycle, s.Discounts[0].Percent, s.Discounts[0].Duration, s.Discounts[0].Cycles)
	}
	fmt.Println(err, imp.Progress().Records, imp.Findings(), imp.Tallies())
	// Output:
	// 120 P1Y 10 repeating 3
	// <nil> 2 [] []
}

// What was charged, without tax, in the currency it was charged in.
func ExampleImporter_Lines() {
	imp, err := paddle.New(paddle.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	txn := `{"data":{"id":"txn_1","status":"completed","customer_id":"ctm_1","currency_code":"GBP","subscription_id":"sub_1","billed_at":"2026-01-10T00:00:00Z",
	 "billing_period":{"starts_at":"2026-01-10T00:00:00Z","ends_at":"2026-02-10T00:00:00Z"},
	 "items":[{"quantity":1,"price":{"id":"pri_1","billing_cycle":{"interval":"month","frequency":1}}}],
	 "details":{"line_items":[{"id":"txnitm_1","price_id":"pri_1","quantity":1,"totals":{"subtotal":"792","discount":"0","tax":"158"}}]}},"meta":{}}`
	for l, err := range imp.Lines(strings.NewReader(txn)) {
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(l.Invoice, l.Net(), l.Currency, l.Tax, l.Cycle)
	}
	// Output: txn_1 7.92 GBP 1.58 P1M
}
