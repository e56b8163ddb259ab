package touchpoint_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/shopspring/decimal"

	"github.com/lifecycle-go/lifecycle/metrics/fault"
	"github.com/lifecycle-go/lifecycle/touchpoint"
)

func at(s string) time.Time {
	t, err := time.Parse("2006-01-02", s)
	if err != nil {
		panic(err)
	}
	return t
}

func ExampleLogOf() {
	log, err := touchpoint.LogOf(
		touchpoint.Event{Customer: "beta", Name: "sign_up", At: at("2026-01-09")},
		touchpoint.Event{Customer: "acme", Name: "trial_started", At: at("2026-01-05"), Channel: touchpoint.Website},
		touchpoint.Event{Customer: "acme", Name: "sign_up", At: at("2026-01-02"), Channel: touchpoint.OrganicSearch},
	)
	if err != nil {
		fmt.Println(err)
		return
	}
	for e := range log.Events() {
		fmt.Println(e.Customer, e.Name, e.At.Format(time.DateOnly))
	}
	// Output:
	// acme sign_up 2026-01-02
	// acme trial_started 2026-01-05
	// beta sign_up 2026-01-09
}

func ExampleNewLog() {
	events := []touchpoint.Event{
		{Customer: "acme", Name: "sign_up", At: at("2026-01-02")},
		{Customer: "", Name: "sign_up", At: at("2026-01-03")},
		{Customer: "beta", Name: "sign_up", At: at("0026-01-04")},
	}
	_, err := touchpoint.NewLog(slices.Values(events))
	var batch *fault.Batch
	if errors.As(err, &batch) {
		for _, row := range batch.Rows {
			fmt.Println(row)
		}
	}
	// Output:
	// row 2: Customer: must not be empty
	// row 3: At "0026-01-04T00:00:00Z": must lie in the years 1900 to 2200
}

func ExampleLogOptions_NewLog() {
	options := touchpoint.LogOptions{Campaign: true, Cost: true, Attrs: []string{"plan"}}
	log, err := options.NewLog(slices.Values([]touchpoint.Event{{
		Customer: "acme", Name: "clicked", At: at("2026-01-02"), Channel: touchpoint.PaidSearch,
		Campaign: "spring", Cost: decimal.RequireFromString("0.45"),
		Attrs: map[string]string{"plan": "pro", "browser": "x"},
	}}))
	if err != nil {
		fmt.Println(err)
		return
	}
	for e := range log.Of("acme") {
		fmt.Println(e.Campaign, e.Cost, e.Attrs)
	}
	// Output: spring 0.45 map[plan:pro]
}

func ExampleLogOptions_Read() {
	lines := strings.Split("acme,sign_up,2026-01-02\nacme,paid,soon", "\n")
	source := func(yield func(touchpoint.Event, error) bool) {
		for _, line := range lines {
			f := strings.Split(line, ",")
			when, err := time.Parse(time.DateOnly, f[2])
			if err != nil {
				err = fmt.Errorf("at %q is no date", f[2])
			}
			if !yield(touchpoint.Event{Customer: f[0], Name: f[1], At: when}, err) {
				return
			}
		}
	}
	_, err := touchpoint.LogOptions{}.Read(source)
	fmt.Println(err)
	// Output: touchpoint: read: 1 bad row, nothing was taken; row 2: at "soon" is no date
}

// Counting how long customers take from one event to another, without a string
// per event.
func ExampleLog_Columns() {
	log, err := touchpoint.LogOf(
		touchpoint.Event{Customer: "acme", Name: "sign_up", At: at("2026-01-02")},
		touchpoint.Event{Customer: "acme", Name: "paid", At: at("2026-01-16")},
		touchpoint.Event{Customer: "beta", Name: "sign_up", At: at("2026-01-03")},
	)
	if err != nil {
		fmt.Println(err)
		return
	}
	cols := log.Columns()
	signUp, paid := uint16(slices.Index(log.Names(), "sign_up")), uint16(slices.Index(log.Names(), "paid"))
	for c := range cols.Customers() {
		var signed int64
		from, to := cols.Range(c)
		for i := from; i < to; i++ {
			switch cols.Name[i] {
			case signUp:
				signed = cols.UnixNano[i]
			case paid:
				fmt.Println(log.Customer(c), "paid after", time.Duration(cols.UnixNano[i]-signed))
			}
		}
	}
	// Output: acme paid after 336h0m0s
}

func ExampleLog_ByCustomer() {
	log, err := touchpoint.LogOf(
		touchpoint.Event{Customer: "beta", Name: "sign_up", At: at("2026-01-03")},
		touchpoint.Event{Customer: "acme", Name: "sign_up", At: at("2026-01-02")},
		touchpoint.Event{Customer: "acme", Name: "paid", At: at("2026-01-16")},
	)
	if err != nil {
		fmt.Println(err)
		return
	}
	for customer, events := range log.ByCustomer() {
		var names []string
		for e := range events {
			names = append(names, e.Name)
		}
		fmt.Println(customer, names)
	}
	// Output:
	// acme [sign_up paid]
	// beta [sign_up]
}

// Two exports overlap by one event; its ID tells.
func ExampleMerge() {
	keep := touchpoint.LogOptions{IDs: true}
	january, err := keep.LogOf(
		touchpoint.Event{Customer: "acme", Name: "sign_up", At: at("2026-01-02"), Source: "crm", ID: "1"},
		touchpoint.Event{Customer: "acme", Name: "paid", At: at("2026-01-31"), Source: "crm", ID: "2"},
	)
	if err != nil {
		fmt.Println(err)
		return
	}
	february, err := keep.LogOf(
		touchpoint.Event{Customer: "acme", Name: "paid", At: at("2026-01-31"), Source: "crm", ID: "2"},
		touchpoint.Event{Customer: "acme", Name: "upgraded", At: at("2026-02-10"), Source: "crm", ID: "3"},
	)
	if err != nil {
		fmt.Println(err)
		return
	}
	both, err := touchpoint.Merge(january, february)
	fmt.Println(both.Len(), "events,", both.Duplicates(), "duplicate", err)
	// Output: 3 events, 1 duplicate <nil>
}

func ExampleLog_UnmarshalBinary() {
	log, err := touchpoint.LogOf(touchpoint.Event{Customer: "acme", Name: "sign_up", At: at("2026-01-02")})
	if err != nil {
		fmt.Println(err)
		return
	}
	data, err := log.MarshalBinary()
	if err != nil {
		fmt.Println(err)
		return
	}
	var back touchpoint.Log
	fmt.Println(back.UnmarshalBinary(data), back.Len())
	data[20] ^= 1
	err = back.UnmarshalBinary(data)
	fmt.Println(errors.Is(err, touchpoint.ErrEncoding), back.Len())
	// Output:
	// <nil> 1
	// true 1
}

func ExampleCatalogue_Validate() {
	c := touchpoint.StandardSaaS()
	c.Touchpoints[0].LeadsTo = append(c.Touchpoints[0].LeadsTo, "Webinar")
	c.Touchpoints[3].Feeling = 5
	fmt.Println(c.Validate())
	// Output:
	// touchpoint: catalogue "Standard SaaS": 2 faults
	// 	Touchpoints[0].LeadsTo[3] ("Website"): no touchpoint is named "Webinar" [dangling-link]
	// 	Touchpoints[3].Feeling ("Support"): must lie in -2 to +2, got 5 [feeling-range]
}

func ExampleStandardSaaS() {
	t, _ := touchpoint.StandardSaaS().Find("Onboarding")
	fmt.Println(t.Owner, "|", t.Contact, "|", t.Feeling)
	fmt.Println(t.CompanyGoal)
	fmt.Println(t.LeadsTo)
	// Output:
	// Customer success | direct | happy
	// Reach activation within the first weeks, because customers who are not active by then leave
	// [Support Product mail Feedback Account manager]
}
