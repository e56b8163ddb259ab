package recurly_test

import (
	"fmt"
	"strings"

	"github.com/lifecycle-go/lifecycle/metrics/billing/importer"
	"github.com/lifecycle-go/lifecycle/metrics/billing/recurly"
)

const catalogue = `{"id":"pl_1","object":"plan","code":"gold","interval_unit":"months","interval_length":1}`

const fetched = `{"id":"s_1","object":"subscription","account":{"id":"a_1","code":"acme"},"plan":{"id":"pl_1","code":"gold"},"state":"active",
 "created_at":"2026-01-01T00:00:00Z","updated_at":"2026-03-01T00:00:00Z","activated_at":"2026-01-01T00:00:00Z","currency":"USD","unit_amount":20.0,"quantity":3}`

// Recurly's webhooks name the subscription, which is fetched; its plan is not in
// it.
func ExampleRecords() {
	records, err := recurly.Records([]byte(fetched))
	fmt.Println(len(records), err)
	// Output: 0 recurly: records that could not be honoured: fault not-expanded "s_1" ("acme", "s_1") plan "pl_1": the plan is not in the export, and so its cycle is not known: give it to Catalogue; the subscription is left out
}

// An importer that has read the plans knows how often a price is charged.
func ExampleImporter_Records() {
	imp, err := recurly.New(recurly.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	if err := imp.Catalogue(strings.NewReader(catalogue)); err != nil {
		fmt.Println(err)
		return
	}
	records, err := imp.Records([]byte(fetched))
	for _, r := range records {
		fmt.Println(r, r.Spans[0].Amount, r.Spans[0].Currency, r.Spans[0].Cycle)
	}
	fmt.Println(err)
	// Output:
	// subscription s_1 of 2026-03-01T00:00:00Z (s_1 2026-03-01T00:00:00Z) 60 USD P1M
	// <nil>
}

// Rows of a warehouse are a catalogue too; what is no plan, coupon or add-on is
// skipped, which is said once for each kind.
func ExampleImporter_Catalogue() {
	imp, err := recurly.New(recurly.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	rows := `{"id":"pl_2","code":"silver","interval_unit":"months","interval_length":12}
{"id":"a_1","object":"account"}
{"id":"a_2","object":"account"}`
	fmt.Println(imp.Catalogue(strings.NewReader(rows)))
	for _, f := range imp.Findings() {
		fmt.Println(f)
	}
	// Output:
	// <nil>
	// notice unsupported "a_1" object "account": not part of a catalogue; skipped, which is said once for each kind
}

// Options are checked once, and all that is wrong with them is said.
func ExampleNew() {
	_, err := recurly.New(recurly.Options{Limits: importer.Limits{Depth: -1, Findings: -5}})
	fmt.Println(err)
	// Output:
	// recurly: Options.Limits.Depth "-1": negative; the least is 0, the default
	// Options.Limits.Findings "-5": negative; the least is 0, the default
}
