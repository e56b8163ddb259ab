package csvspan_test

import (
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/lifecycle-go/lifecycle/metrics/billing/csvspan"
)

const table = `customer,subscription,plan,from,to,amount,currency,cycle
acme,s1,basic,2026-01-10,2026-03-01,20,EUR,P1M
acme,s1,pro,2026-03-01,,480,EUR,P1Y
bolt,s2,basic,2026-02-30,,"1,000",EUR,monthly
`

func ExampleImporter_Spans() {
	imp, err := csvspan.New(csvspan.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	for s, err := range imp.Spans(strings.NewReader(table)) {
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(s.Customer, s.Plan, s.From.Format("2006-01-02"), s.Amount, s.Currency, s.Cycle)
	}
	for _, f := range imp.Findings() {
		fmt.Println(f.Record, f.Field, f.Value, f.Code)
	}
	for _, t := range imp.Tallies() {
		fmt.Println(t.N, t.Severity, t.Code)
	}
	fmt.Println(imp.Progress().Records, "rows")
	// Output:
	// acme basic 2026-01-10 20 EUR P1M
	// acme pro 2026-03-01 480 EUR P1Y
	// line 4 from 2026-02-30 malformed
	// line 4 amount 1,000 malformed
	// line 4 cycle monthly unknown-unit
	// 2 fault malformed
	// 1 fault unknown-unit
	// 3 rows
}

func ExampleRead() {
	spans, findings, err := csvspan.Read(strings.NewReader(table), csvspan.Options{})
	fmt.Println(len(spans), len(findings), err)
	_, _, err = csvspan.Read(strings.NewReader("customer,from,amnt\n"), csvspan.Options{})
	fmt.Println(strings.Split(err.Error(), ";")[0])
	// Output:
	// 2 3 <nil>
	// csvspan: line 1, byte 0: column "amnt": unknown
}

func ExampleWrite() {
	spans, _, err := csvspan.Read(strings.NewReader("customer,from,amount\nacme,2026-01-10,20\n"), csvspan.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	var out strings.Builder
	if err := csvspan.Write(&out, slices.Values(spans)); err != nil {
		fmt.Println(err)
		return
	}
	for line := range strings.Lines(out.String()) {
		fmt.Fprintln(os.Stdout, strings.Join(strings.Split(strings.TrimSpace(line), ",")[:10], ","))
	}
	// Output:
	// customer,subscription,item,plan,from,to,amount,tax,currency,cycle
	// acme,,,,2026-01-10T00:00:00Z,,20,0,,P1M
}

func ExampleRecords() {
	records, err := csvspan.Records([]byte("id,customer,from,amount,recorded\nr1,acme,2026-01-10,20,2026-02-03\n"))
	for _, r := range records {
		fmt.Println(r, r.Spans[0].Amount)
	}
	fmt.Println(err)
	// Output:
	// span r1 of 2026-02-03T00:00:00Z 20
	// <nil>
}

// A file with local times, and one row that is bad.
func ExampleImporter_Records() {
	imp, err := csvspan.New(csvspan.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	records, err := imp.Records([]byte("id,customer,from,amount\nr1,acme,2026-01-10,20\nr2,,2026-01-10,20\n"))
	fmt.Println(len(records), "record,", len(imp.Findings()), "finding,", err)
	// Output:
	// 1 record, 1 finding, <nil>
}
