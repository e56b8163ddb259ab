package lago_test

import (
	"fmt"
	"strings"

	"github.com/lifecycle-go/lifecycle/metrics/billing/lago"
)

const (
	plans = `{"plans":[{"code":"basic","interval":"monthly","amount_cents":1000,"amount_currency":"EUR"},
	{"code":"pro","interval":"yearly","amount_cents":30000,"amount_currency":"EUR"}],"meta":{"next_page":null}}`
	subs = `{"subscriptions":[
	{"lago_id":"s_2","external_id":"acme-main","external_customer_id":"acme","status":"active","plan_code":"pro","previous_plan_code":"basic","started_at":"2026-03-15T00:00:00Z"},
	{"lago_id":"s_1","external_id":"acme-main","external_customer_id":"acme","status":"terminated","plan_code":"basic","next_plan_code":"pro","started_at":"2026-01-10T00:00:00Z","terminated_at":"2026-03-15T00:00:00Z"}
	],"meta":{"next_page":null}}`
)

// A change of plan is two subscriptions in Lago, and one customer's upgrade here.
func ExampleRead() {
	spans, findings, err := lago.Read(strings.NewReader(plans), strings.NewReader(subs), lago.Options{})
	for _, s := range spans {
		fmt.Printf("%s %s %s %s %s/%s reason %s, replaces %q\n", s.Subscription, s.Plan, s.From.Format("2006-01-02"), s.Amount, s.Currency, s.Cycle, s.Reason, s.Replaces)
	}
	fmt.Println(findings, err)
	// Output:
	// s_1 basic 2026-01-10 10 EUR/P1M reason replaced, replaces ""
	// s_2 pro 2026-03-15 300 EUR/P1Y reason unknown, replaces "s_1"
	// [] <nil>
}

func ExampleImporter_Spans() {
	imp, err := lago.New(lago.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	for s, err := range imp.Spans(strings.NewReader(subs)) { // without the plans
		fmt.Println(s.Subscription, err)
	}
	for _, f := range imp.Findings()[:1] {
		fmt.Println(f)
	}
	fmt.Println(imp.Tallies(), imp.Progress().Records)
	// Output:
	// fault not-expanded "s_2" ("acme", "s_2") plan_code "pro": the plan is not in the export, and so its cycle is not known: give it to Catalogue; the subscription is left out
	// [{fault not-expanded 2}] 2
}

func ExampleImporter_Catalogue() {
	imp, err := lago.New(lago.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(imp.Catalogue(strings.NewReader(plans)))
	// Output: <nil>
}

func ExampleImporter_Lines() {
	imp, err := lago.New(lago.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	invoice := `{"invoice":{"lago_id":"in_1","status":"finalized","payment_status":"succeeded","issuing_date":"2026-03-10","currency":"EUR","customer":{"external_id":"acme"},
	 "fees":[{"lago_id":"f_1","item":{"type":"subscription","code":"basic"},"amount_cents":1000,"taxes_amount_cents":200,"from_date":"2026-03-10T00:00:00Z","to_date":"2026-04-09T23:59:59Z"}]}}`
	for l, err := range imp.Lines(strings.NewReader(invoice)) {
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(l.Customer, l.Kind, l.Net(), l.Tax, l.To.Format("2006-01-02"))
	}
	// Output: acme recurring 10 2 2026-04-10
}
