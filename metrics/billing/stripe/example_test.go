package stripe_test

import (
	"fmt"
	"strings"

	"github.com/lifecycle-go/lifecycle/metrics/billing"
	"github.com/lifecycle-go/lifecycle/metrics/billing/importer"
	"github.com/lifecycle-go/lifecycle/metrics/billing/stripe"
)

// A page of GET /v1/subscriptions?status=all: one subscription that will end with
// its period, and one with a nested list that was cut off.
const export = `{"object":"list","has_more":false,"data":[
{"id":"sub_A","object":"subscription","customer":"cus_1","status":"active","currency":"usd","created":1767225600,"start_date":1767225600,
 "cancel_at_period_end":true,"canceled_at":1772323200,"discounts":[],
 "items":{"object":"list","has_more":false,"data":[{"id":"si_1","quantity":5,"created":1767225600,"current_period_start":1769904000,"current_period_end":1772323200,
  "price":{"id":"price_seat","currency":"usd","billing_scheme":"per_unit","unit_amount":1250,"recurring":{"interval":"month","interval_count":1,"usage_type":"licensed"}}}]}},
{"id":"sub_B","object":"subscription","customer":"cus_2","status":"canceled","currency":"usd","created":1767225600,"start_date":1767225600,"ended_at":1772323200,"discounts":["di_9"],
 "items":{"object":"list","has_more":true,"data":[{"id":"si_2","quantity":1,"created":1767225600,
  "price":{"id":"price_year","currency":"usd","billing_scheme":"per_unit","unit_amount":null,"unit_amount_decimal":"99999.5","recurring":{"interval":"year","interval_count":1,"usage_type":"licensed"}}}]}}
]}`

func show(spans ...billing.Span) {
	for _, s := range spans {
		to := "open"
		if !s.To.IsZero() {
			to = s.To.Format("2006-01-02")
		}
		fmt.Println(s.Customer, s.Item, s.From.Format("2006-01-02"), to, s.Amount, s.Currency, s.Cycle, s.State)
		if !s.CancelAt.IsZero() {
			fmt.Println("  will end", s.CancelAt.Format("2006-01-02"))
		}
	}
}

func ExampleImporter_Spans() {
	imp, err := stripe.New(stripe.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	for span, err := range imp.Spans(strings.NewReader(export)) {
		if err != nil {
			fmt.Println(err)
			return
		}
		show(span)
	}
	for _, f := range imp.Findings() {
		fmt.Println(f)
	}
	// Output:
	// cus_1 si_1 2026-01-01 open 62.5 USD P1M active
	//   will end 2026-03-01
	// cus_2 si_2 2026-01-01 2026-03-01 999.995 USD P1Y active
	// fault truncated "sub_B" ("cus_2", "sub_B") items.has_more "true": only 1 of its items are in the export: the others are missing
	// fault not-expanded "sub_B" ("cus_2", "sub_B") discounts "di_9": the discount is not in the export: expand it, or give it to Catalogue; nothing is taken off
}

func ExampleRead() {
	spans, findings, err := stripe.Read(strings.NewReader(export), stripe.Options{})
	fmt.Println(len(spans), len(findings), err)
	// Output: 2 2 <nil>
}

// What subscriptions only refer to is read first.
func ExampleImporter_Catalogue() {
	imp, err := stripe.New(stripe.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	coupons := `{"id":"di_9","object":"discount","start":1767225600,"source":{"coupon":{"id":"HALF","object":"coupon","percent_off":50,"duration":"forever"}}}`
	if err := imp.Catalogue(strings.NewReader(coupons)); err != nil {
		fmt.Println(err)
		return
	}
	spans, err := importer.Collect(imp.Spans(strings.NewReader(export)))
	for _, s := range spans {
		for _, d := range s.Discounts {
			fmt.Println(s.Subscription, d.ID, d.Percent, d.Duration, d.Level)
		}
	}
	fmt.Println(err)
	// Output:
	// sub_B di_9 50 forever subscription
	// <nil>
}

func ExampleImporter_Lines() {
	imp, err := stripe.New(stripe.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	invoice := `{"id":"in_1","object":"invoice","customer":"cus_1","status":"paid","currency":"usd","created":1769904000,"lines":{"has_more":false,"data":[
	 {"id":"il_1","amount":-833,"currency":"usd","period":{"start":1771200000,"end":1772323200},"proration":true,"type":"invoiceitem","subscription":"sub_A",
	  "price":{"id":"price_seat","recurring":{"interval":"month"}}}]}}`
	for l, err := range imp.Lines(strings.NewReader(invoice)) {
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(l.Invoice, l.Subscription, l.Kind, l.Proration, l.Amount, l.Net(), l.Currency)
	}
	// Output: in_1 sub_A recurring credit 8.33 -8.33 USD
}

// A long export reports how far it is.
func ExampleImporter_Progress() {
	imp, err := stripe.New(stripe.Options{Progress: func(p importer.Progress) {
		fmt.Println(p.Records, "records,", p.Findings, "findings")
	}})
	if err != nil {
		fmt.Println(err)
		return
	}
	for range imp.Spans(strings.NewReader(export)) {
	}
	fmt.Println(imp.Progress().Yielded, "spans")
	for _, t := range imp.Tallies() {
		fmt.Println(t.N, t.Severity, t.Code)
	}
	// Output:
	// 2 records, 2 findings
	// 2 spans
	// 1 fault not-expanded
	// 1 fault truncated
}

func ExampleImporter_Findings() {
	_, findings, _ := stripe.Read(strings.NewReader(`{"id":"sub_C","object":"subscription","status":"active"}`), stripe.Options{})
	for _, f := range findings {
		fmt.Println(f)
	}
	// Output: fault missing-customer "sub_C" ("sub_C") customer "": it is left out
}
