package importer_test

import (
	"fmt"
	"strings"

	"github.com/lifecycle-go/lifecycle/metrics/billing"
	"github.com/lifecycle-go/lifecycle/metrics/billing/importer"
)

// An importer for a system of its own: a wire struct, and findings for what
// cannot be honoured.
func ExampleSession_Records() {
	s, err := importer.NewSession("mybilling", importer.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	type contract struct {
		ID       importer.Text `json:"id"`
		Customer importer.Text `json:"customer"`
		Fee      importer.Text `json:"fee"` // in cents
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
	s, err := importer.NewSession("mybilling", importer.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	at := func(day string, amount string) importer.Version {
		when, _ := importer.ParseTime(day, nil)
		fee, _ := importer.ParseDecimal(amount)
		return importer.Version{Subscription: "s1", At: when, ID: day, Spans: []billing.Span{
			{Customer: "acme", Subscription: "s1", From: when, Terms: billing.Terms{Amount: fee}},
		}}
	}
	line := s.Timeline()
	for _, v := range []importer.Version{at("2026-03-01", "30"), at("2026-01-01", "20"), at("2026-03-01", "30")} {
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
