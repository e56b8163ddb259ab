package lago_test

import (
	"fmt"
	"strings"

	"github.com/lifecycle-go/lifecycle/metrics/billing/importer"
	"github.com/lifecycle-go/lifecycle/metrics/billing/lago"
)

const catalogue = `{"plan":{"lago_id":"pl_1","code":"gold","interval":"monthly","amount_cents":3000,"amount_currency":"EUR","pay_in_advance":true,"charges":[]}}`

const webhook = `{"webhook_type":"subscription.started","object_type":"subscription","subscription":
{"lago_id":"ls_1","external_id":"x_1","external_customer_id":"acme","status":"active","plan_code":"gold","subscription_at":"2026-01-01T00:00:00Z","started_at":"2026-01-01T00:00:00Z"}}`

// Lago's webhooks only name the plan: without it nothing can be said of the price.
func ExampleRecords() {
	records, err := lago.Records([]byte(webhook))
	fmt.Println(len(records), err)
	// Output: 0 lago: records that could not be honoured: fault not-expanded "ls_1" ("acme", "ls_1") plan_code "gold": the plan is not in the export, and so its cycle is not known: give it to Catalogue; the subscription is left out
}

// An importer that has read the plans knows it.
func ExampleImporter_Records() {
	imp, err := lago.New(lago.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	if err := imp.Catalogue(strings.NewReader(catalogue)); err != nil {
		fmt.Println(err)
		return
	}
	records, err := imp.Records([]byte(webhook))
	for _, r := range records {
		fmt.Println(r, r.Spans[0].Amount, r.Spans[0].Currency)
	}
	fmt.Println(err)
	// Output:
	// subscription ls_1 30 EUR
	// <nil>
}

// Options are checked once, and all that is wrong with them is said.
func ExampleNew() {
	_, err := lago.New(lago.Options{Limits: importer.Limits{Depth: -1, Findings: -5}})
	fmt.Println(err)
	// Output:
	// lago: Options.Limits.Depth "-1": negative; the least is 0, the default
	// Options.Limits.Findings "-5": negative; the least is 0, the default
}
