package touchpoint_test

import (
	"fmt"
	"time"

	"github.com/shopspring/decimal"

	"github.com/lifecycle-go/lifecycle/touchpoint"
)

// week is a small log: two customers, one of whom asked support twice.
func week() *touchpoint.Log {
	log, err := touchpoint.LogOptions{Value: true, Attrs: []string{"type"}}.LogOf(
		touchpoint.Event{Customer: "globex", Name: "trial_started", Channel: touchpoint.PaidSearch, At: at("2026-01-06")},
		touchpoint.Event{Customer: "acme", Name: "ticket_opened", At: at("2026-01-08"), Attrs: map[string]string{"type": "basic"}},
		touchpoint.Event{Customer: "acme", Name: "subscribed", At: at("2026-01-05"), Value: decimal.New(4990, -2)},
		touchpoint.Event{Customer: "acme", Name: "ticket_opened", At: at("2026-01-09"), Attrs: map[string]string{"type": "advanced"}},
	)
	if err != nil {
		panic(err)
	}
	return log
}

// Events of one customer, in order of time whatever the order they came in.
func ExampleLog_Of() {
	for e := range week().Of("acme") {
		fmt.Println(e.At.Format(time.DateOnly), e.Name)
	}
	// Output:
	// 2026-01-05 subscribed
	// 2026-01-08 ticket_opened
	// 2026-01-09 ticket_opened
}

func ExampleLog_Find() {
	c, ok := week().Find("globex")
	fmt.Println(c, ok, week().Customer(c))
	_, ok = week().Find("initech")
	fmt.Println(ok)
	// Output:
	// 1 true globex
	// false
}

// An attribute is a column of numbers beside the other columns.
func ExampleLog_Attr() {
	column, _ := week().Attr("type")
	fmt.Println(column.Values)
	for i := range week().Len() {
		if value, ok := column.Value(i); ok {
			fmt.Println(i, value)
		}
	}
	_, ok := week().Attr("plan")
	fmt.Println(ok)
	// Output:
	// [advanced basic]
	// 1 basic
	// 2 advanced
	// false
}

// Amounts are exact.
func ExampleAmounts_Decimal() {
	values, _ := week().Values()
	sum := decimal.Zero
	for i := range week().Len() {
		sum = sum.Add(values.Decimal(i))
	}
	fmt.Println(sum)
	// Output:
	// 49.9
}

// Customers under other ids: here the accounts they belong to. Two who become
// one have their events put together.
func ExampleLog_Rename() {
	log, err := week().Rename(func(string) string { return "group:holding" })
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(log.Customers(), log.Len())
	// Output:
	// 1 4
}

// A currency is stated once; another one afterwards is refused.
func ExampleLog_WithCurrency() {
	log, err := week().WithCurrency("EUR")
	fmt.Println(log.Currency(), err)
	_, err = log.WithCurrency("USD")
	fmt.Println(err)
	// Output:
	// EUR <nil>
	// touchpoint: log options: Currency "USD": the log is in EUR
}

// The binary form is for shards and caches; equal logs have equal bytes.
func ExampleLog_AppendBinary() {
	b, err := week().AppendBinary(nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	var back touchpoint.Log
	fmt.Println(back.UnmarshalBinary(b), back.Len())
	fmt.Println(back.UnmarshalBinary(b[:len(b)-1]) != nil)
	// Output:
	// <nil> 4
	// true
}

// A match is asked of one event, as live code has it. All of its conditions hold.
func ExampleMatch_Matches() {
	m := touchpoint.Match{Name: "ticket_opened", Where: []touchpoint.Condition{{Attr: "type", Values: []string{"basic", "billing"}}}}
	for e := range week().Of("acme") {
		fmt.Println(e.Name, e.Attrs["type"], m.Matches(e))
	}
	// Output:
	// subscribed  false
	// ticket_opened basic true
	// ticket_opened advanced false
}

// One pass over a log for several sets of matches at once.
func ExampleSelector_Has() {
	log := week()
	s, err := log.Select(touchpoint.Named("ticket_opened"), touchpoint.Named("subscribed", "trial_started"))
	if err != nil {
		fmt.Println(err)
		return
	}
	var tickets, begun int
	for i := range log.Len() {
		if s.Has(i, 0) {
			tickets++
		}
		if s.Has(i, 1) {
			begun++
		}
	}
	fmt.Println(tickets, begun)
	// Output:
	// 2 2
}

// Which customer an event belongs to, and which events a customer has.
func ExampleColumns_Range() {
	cols := week().Columns()
	for c := range cols.Customers() {
		from, to := cols.Range(c)
		fmt.Println(week().Customer(c), to-from, "events, of", cols.CustomerOf(from))
	}
	// Output:
	// acme 3 events, of 0
	// globex 1 events, of 1
}

func ExampleCatalogue_Find() {
	t, ok := touchpoint.StandardSaaS().Find("Onboarding")
	fmt.Println(t.Owner, t.LeadsTo, ok)
	_, ok = touchpoint.StandardSaaS().Find("Fax")
	fmt.Println(ok)
	// Output:
	// Customer success [Support Product mail Feedback Account manager] true
	// false
}

// A catalogue of one's own, as JSON; what is not right with it is listed.
func ExampleParseCatalogue() {
	_, err := touchpoint.ParseCatalogue([]byte(`{"name":"shop","touchpoints":[{"name":"Newsletter","leads_to":["Checkout"]}]}`))
	fmt.Println(err)
	_, err = touchpoint.ParseCatalogue([]byte(`{"name":"shop","name":"store"}`))
	fmt.Println(err)
	// Output:
	// touchpoint: catalogue "shop": 8 faults
	// 	Touchpoints[0].CustomerGoal ("Newsletter"): is empty [goal-missing]
	// 	Touchpoints[0].CompanyGoal ("Newsletter"): is empty [goal-missing]
	// 	Touchpoints[0].CustomerOutcome ("Newsletter"): is empty [outcome-missing]
	// 	Touchpoints[0].CompanyOutcome ("Newsletter"): is empty [outcome-missing]
	// 	Touchpoints[0].Owner ("Newsletter"): is empty [owner-missing]
	// 	Touchpoints[0].Contact ("Newsletter"): neither direct nor indirect [directness-missing]
	// 	Touchpoints[0] ("Newsletter"): neither side does anything [action-missing]
	// 	Touchpoints[0].LeadsTo[0] ("Newsletter"): no touchpoint is named "Checkout" [dangling-link]
	// touchpoint: parse catalogue: name: given twice
}

// The vocabulary that catalogue, presets and metrics share.
func ExampleStandardEvents() {
	for _, e := range touchpoint.StandardEvents() {
		if e.Phase == "advocacy" {
			fmt.Println(e.Name, "-", e.Doc)
		}
	}
	// Output:
	// community_joined - Joined the community.
	// answer_posted - Helped another customer.
	// referred - Recommended the product to somebody, whom the attribute names where known.
	// review_published - Reviewed the product in public.
	// case_study_asked - Was asked for a case study.
	// case_study_agreed - Agreed to one.
}
