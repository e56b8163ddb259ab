package stripe_test

import (
	"fmt"

	"github.com/lifecycle-go/lifecycle/metrics/billing/stripe"
)

// The body of a webhook becomes a version of the subscription, for a
// policy.Feed.
func ExampleRecords() {
	body := []byte(`{"id":"evt_1","object":"event","type":"customer.subscription.created","created":1767225600,"livemode":true,"data":{"object":
{"id":"sub_A","object":"subscription","customer":"cus_1","status":"active","livemode":true,"currency":"usd","created":1767225600,"start_date":1767225600,"discounts":[],
 "items":{"object":"list","has_more":false,"data":[{"id":"si_1","quantity":5,"created":1767225600,"current_period_start":1767225600,"current_period_end":1769904000,
  "price":{"id":"price_seat","product":"prod_1","currency":"usd","billing_scheme":"per_unit","unit_amount":1250,"recurring":{"interval":"month","interval_count":1,"usage_type":"licensed"}}}]}}}}`)
	records, err := stripe.Records(body)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, r := range records {
		fmt.Println(r)
		for _, s := range r.Spans {
			fmt.Println(s.Customer, s.Item, s.Amount, s.Currency, s.Plan, s.Product)
		}
	}
	// Output:
	// subscription sub_A of 2026-01-01T00:00:00Z (evt_1)
	// cus_1 si_1 62.5 USD price_seat prod_1
}
