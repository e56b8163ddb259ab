package kit_test

import (
	"fmt"
	"strings"
	"time"

	"github.com/lifecycle-go/lifecycle/metrics/billing"
	"github.com/lifecycle-go/lifecycle/metrics/billing/importer"
	"github.com/lifecycle-go/lifecycle/metrics/billing/internal/kit"
	"github.com/lifecycle-go/lifecycle/metrics/calendar"
)

// An importer for a system of its own: a wire struct, and findings for what
// cannot be honoured.
func ExampleSession_Records() {
	s, err := kit.NewSession("mybilling", importer.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	type contract struct {
		ID       kit.Text `json:"id"`
		Customer kit.Text `json:"customer"`
		Fee      kit.Text `json:"fee"` // in cents
	}
	in := `{"contracts":[
	  {"id":"c1","customer":"acme","fee":1999},
	  {"id":"c2","customer":"bolt","fee":"19,99"}
	]}`
	for rec, err := range s.Records(strings.NewReader(in), "contracts") {
		if err != nil {
			fmt.Println(err) // the input is broken: nothing follows
			return
		}
		var c contract
		if ok, err := s.Decode(rec, &c); err != nil || !ok || rec.Envelope {
			continue
		}
		n := s.Note(string(c.ID))
		fee, _, ok := n.Minor("fee", c.Fee, "EUR", nil)
		if !ok {
			continue // found already
		}
		fmt.Println(billing.Span{Customer: string(c.Customer), Terms: billing.Terms{Amount: fee}}.Amount)
	}
	for _, f := range s.Findings() {
		fmt.Println(f)
	}
	// Output:
	// 19.99
	// fault malformed "c2" fee "19,99": not a number
}

func ExampleTimeline() {
	s, err := kit.NewSession("mybilling", importer.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	at := func(day string, amount string) kit.Version {
		when, _ := kit.ParseTime(day, nil)
		fee, _ := kit.ParseDecimal(amount)
		return kit.Version{Subscription: "s1", At: when, ID: day, Spans: []billing.Span{
			{Customer: "acme", Subscription: "s1", From: when, Terms: billing.Terms{Amount: fee}},
		}}
	}
	line := s.Timeline()
	for _, v := range []kit.Version{at("2026-03-01", "30"), at("2026-01-01", "20"), at("2026-03-01", "30")} {
		if err := line.Add(v); err != nil {
			fmt.Println(err)
		}
	}
	for span := range line.Spans() {
		to := "now"
		if !span.To.IsZero() {
			to = span.To.Format("2006-01-02")
		}
		fmt.Println(span.From.Format("2006-01-02"), to, span.Amount)
	}
	// Output:
	// 2026-01-01 2026-03-01 20
	// 2026-03-01 now 30
}

func ExampleParseTime() {
	for _, text := range []string{"1767225600", "2026-01-01T05:30:00+05:30", "2026-01-01", "9999-12-31"} {
		at, err := kit.ParseTime(text, nil)
		fmt.Println(at.Format("2006-01-02 15:04"), err != nil)
	}
	// Output:
	// 2026-01-01 00:00 false
	// 2026-01-01 00:00 false
	// 2026-01-01 00:00 false
	// 0001-01-01 00:00 true
}

func ExampleParseDecimal() {
	d, err := kit.ParseDecimal("123456.123456789012")
	fmt.Println(d, err)
	_, err = kit.ParseDecimal("1,000.00")
	fmt.Println(err)
	// Output:
	// 123456.123456789012 <nil>
	// not a number
}

func ExampleCycleOf() {
	from, _ := kit.ParseTime("2026-01-31", nil)
	to, _ := kit.ParseTime("2026-02-28", nil)
	fmt.Println(kit.CycleOf(from, to))
	// Output: P1M true
}

func ExamplePartOf() {
	from, _ := kit.ParseTime("2026-03-09T23:00:00Z", nil) // the 10th in Berlin
	to, _ := kit.ParseTime("2026-04-09T22:00:00Z", nil)   // the 10th, in summer time
	fmt.Println(kit.PartOf(calendar.Cycle{}, from, to), kit.PartOf(calendar.Cycle{}, from.AddDate(0, 0, 15), to))
	// Output: false true
}

func ExampleTakeTaxOut() {
	price, _ := kit.ParseDecimal("119")
	rate, _ := kit.ParseDecimal("19")
	net, tax := kit.TakeTaxOut(price, rate, 2)
	fmt.Println(net, tax)
	// Output: 100 19
}

// A subscription that was on trial, and is past due since March.
func ExampleCourse_Spans() {
	day := func(s string) time.Time { t, _ := kit.ParseTime(s, nil); return t }
	course := kit.Course{
		From: day("2026-01-10"), TrialFrom: day("2026-01-10"), TrialTo: day("2026-01-24"),
		State: billing.StatePastDue, StateFrom: day("2026-03-24"),
	}
	for _, s := range course.Spans(billing.Span{Customer: "acme"}) {
		fmt.Println(s.From.Format("01-02"), s.State)
	}
	// Output:
	// 01-10 trial
	// 01-24 active
	// 03-24 past-due
}

func ExampleSession_Rows() {
	s, err := kit.NewSession("mytable", importer.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	lower := func(names []string) ([]string, error) {
		for i := range names {
			names[i] = strings.ToLower(names[i])
		}
		return names, nil
	}
	for row, err := range s.Rows(strings.NewReader("Name;Fee\nacme;19.99\nbolt;free\n"), lower) {
		if err != nil {
			fmt.Println(err)
			return
		}
		if fee, _, ok := s.Note(row.Name()).Decimal("fee", row.Text("fee")); ok {
			fmt.Println(row.Text("name"), fee)
		}
	}
	fmt.Println(s.Findings()[0])
	// Output:
	// acme 19.99
	// fault malformed "line 3" fee "free": not a number
}
