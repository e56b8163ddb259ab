package chargebee_test

import (
	"fmt"
	"strings"

	"github.com/lifecycle-go/lifecycle/metrics/billing/chargebee"
	"github.com/lifecycle-go/lifecycle/metrics/billing/importer"
)

const export = `{"list":[
 {"subscription":{"id":"s_1","object":"subscription","customer_id":"acme","currency_code":"USD","status":"non_renewing","billing_period":1,"billing_period_unit":"year",
  "created_at":1767225600,"started_at":1767225600,"current_term_end":1798761600,"cancelled_at":1798761600,"cancel_schedule_created_at":1772323200,
  "subscription_items":[{"item_price_id":"pro-USD-yearly","item_type":"plan","quantity":10,"free_quantity":2,"unit_price":9900,"amount":79200}],
  "discounts":[{"id":"d_1","type":"percentage","percentage":10,"duration_type":"forever","included_in_mrr":false,"created_at":1767225600}]},
  "customer":{"id":"acme"}},
 {"subscription":{"id":"s_2","object":"subscription","customer_id":"bolt","currency_code":"USD","status":"active","billing_period":1,"billing_period_unit":"month",
  "started_at":1767225600,"subscription_items":[{"item_price_id":"calls","item_type":"plan","unit_price_in_decimal":"0.00125","quantity_in_decimal":"100000"}]}}
]}`

func ExampleImporter_Spans() {
	imp, err := chargebee.New(chargebee.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	for s, err := range imp.Spans(strings.NewReader(export)) {
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(s.Customer, s.Amount, s.Currency, s.Cycle, "will end:", !s.CancelAt.IsZero())
		for _, d := range s.Discounts {
			fmt.Println("  ", d.Percent, "% off, in Chargebee's MRR:", d.InMRR)
		}
	}
	fmt.Println(imp.Findings(), imp.Tallies(), imp.Progress().Records)
	// Output:
	// acme 792 USD P1Y will end: true
	//    10 % off, in Chargebee's MRR: no
	// bolt 125 USD P1M will end: false
	// [] [] 2
}

func ExampleRead() {
	spans, findings, err := chargebee.Read(strings.NewReader(export), chargebee.Options{})
	fmt.Println(len(spans), len(findings), err)
	// Output: 2 0 <nil>
}

// Dinars have three digits in ISO 4217, and two in Chargebee's API.
func ExampleExponents() {
	e := chargebee.Exponents()
	amount, err := e.FromMinor(5120, "KWD")
	fmt.Println(amount, err)
	// Output: 51.2 <nil>
}

func ExampleImporter_Catalogue() {
	imp, err := chargebee.New(chargebee.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	prices := `{"list":[{"item_price":{"id":"seats","object":"item_price","pricing_model":"volume","period":1,"period_unit":"month"}}]}`
	if err := imp.Catalogue(strings.NewReader(prices)); err != nil {
		fmt.Println(err)
		return
	}
	sub := `{"subscription":{"id":"s_1","customer_id":"acme","currency_code":"EUR","status":"active","billing_period":1,"billing_period_unit":"month","started_at":1767225600,
	 "subscription_items":[{"item_price_id":"seats","item_type":"plan","quantity":25}],
	 "item_tiers":[{"item_price_id":"seats","ending_unit":10,"price":500},{"item_price_id":"seats","starting_unit":11,"price":350}]}}`
	spans, err := importer.Collect(imp.Spans(strings.NewReader(sub)))
	for _, s := range spans {
		fmt.Println(s.Amount, s.Currency)
	}
	fmt.Println(err)
	// Output:
	// 87.5 EUR
	// <nil>
}

func ExampleImporter_Lines() {
	imp, err := chargebee.New(chargebee.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	invoice := `{"invoice":{"id":"inv_1","customer_id":"acme","subscription_id":"s_1","status":"paid","date":1767225600,"currency_code":"USD","price_type":"tax_inclusive",
	 "line_items":[{"id":"li_1","entity_type":"adhoc","amount":12000,"tax_amount":2000,"discount_amount":500}]}}`
	for l, err := range imp.Lines(strings.NewReader(invoice)) {
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(l.Customer, l.Kind, l.Amount, l.Discount, l.Tax, l.Net())
	}
	// Output: acme one-off 100 5 20 95
}
