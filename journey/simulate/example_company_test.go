package simulate_test

import (
	"fmt"
	"strings"
	"time"

	"github.com/lifecycle-go/lifecycle/journey/simulate"
	"github.com/lifecycle-go/lifecycle/metrics/billing"
	"github.com/lifecycle-go/lifecycle/metrics/billing/stripe"
)

// paidSmall is the small company with one plan.
func paidSmall() *simulate.Company {
	w := small()
	w.Billing = simulate.Billing{
		Currency: "EUR", Plans: []simulate.Plan{{Name: "basic", Product: "app", Price: dec("20")}},
		Stages: []simulate.StageBilling{{Stage: "customer", State: billing.StateActive}},
	}
	co, err := w.Run(simulate.Options{})
	if err != nil {
		fmt.Println(err)
	}
	return co
}

// Everything about one customer.
func ExampleCompany_Find() {
	c, ok := paidSmall().Find("c0000001")
	fmt.Println(ok, c.Arrived.Format(time.DateOnly))
	for _, e := range c.Events {
		fmt.Println(e.At.Format(time.DateTime), e.Name, e.Attrs["plan"], e.Value)
	}
	for _, s := range c.Spans {
		fmt.Println(s.Subscription, s.From.Format(time.DateOnly), s.To.Format(time.DateOnly), s.Amount, s.Reason)
	}
	for _, l := range c.Invoices {
		fmt.Println(l.ID, l.IssuedAt.Format(time.DateOnly), l.Amount, l.Status)
	}
	// Output:
	// true 2025-01-01
	// 2025-01-01 09:50:57 signed_up  0
	// 2025-01-02 22:27:09 subscribed basic 20
	// sub_c0000001_1 2025-01-02 0001-01-01 20 unknown
	// il_sub_c0000001_1_1 2025-01-02 20 paid
	// il_sub_c0000001_1_2 2025-02-02 20 paid
	// il_sub_c0000001_1_3 2025-03-02 20 paid
	// il_sub_c0000001_1_4 2025-04-02 20 paid
	// il_sub_c0000001_1_5 2025-05-02 20 paid
	// il_sub_c0000001_1_6 2025-06-02 20 paid
	// il_sub_c0000001_1_7 2025-07-02 20 paid
	// il_sub_c0000001_1_8 2025-08-02 20 paid
	// il_sub_c0000001_1_9 2025-09-02 20 paid
	// il_sub_c0000001_1_10 2025-10-02 20 paid
	// il_sub_c0000001_1_11 2025-11-02 20 paid
	// il_sub_c0000001_1_12 2025-12-02 20 paid
}

// Where everybody is at the end, by the definition.
func ExampleCompany_Replay() {
	co := paidSmall()
	r, err := co.Replay()
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(r.Customers(), r.InStage("trial"), r.InStage("customer"), r.InStage("gone"))
	// Output:
	// 2457 84 429 1944
}

// The log has what no journey knows as well; Rules tell them apart.
func ExampleCompany_Log() {
	co := paidSmall()
	log, err := co.Log()
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(log.Len(), log.Names(), len(co.Rules()), len(co.JourneyEvents()))
	// Output:
	// 3296 [cancelled signed_up subscribed] 5 3296
}

// Package stripe reads the webhooks as it reads those of Stripe.
func ExampleCompany_Stripe() {
	co := paidSmall()
	wire, err := co.Stripe()
	if err != nil {
		fmt.Println(err)
		return
	}
	spans, _, err := stripe.Read(strings.NewReader(wire), stripe.Options{})
	fmt.Println(strings.Count(wire, "\n"), "webhooks,", len(spans), "spans of", len(co.Spans()), err)
	hooks, err := co.Webhooks()
	fmt.Println(hooks[0].Customer, len(hooks[0].Body) > 100, err)
	// Output:
	// 3980 webhooks, 634 spans of 634 <nil>
	// c0000001 true <nil>
}
