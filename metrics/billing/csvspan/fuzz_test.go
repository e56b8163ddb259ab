package csvspan_test

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/lifecycle-go/lifecycle/metrics/billing"
	"github.com/lifecycle-go/lifecycle/metrics/billing/csvspan"
	"github.com/lifecycle-go/lifecycle/metrics/billing/importer"
)

// FuzzSpans_RoundTrip: whatever the file, there is no panic and the error is
// typed; what is read can be written, and read back as the same spans.
func FuzzSpans_RoundTrip(f *testing.F) {
	f.Add("customer,from,amount\nacme,2026-01-10,19.99\n")
	f.Add("customer;from;to;amount;currency;cycle;state;test;seq\na;2026-01-10;2026-02-10;1e3;usd;P1Y;trial;true;-4\nb;1;;0;;;;;\n")
	f.Add("customer_id,start_date,monthly_amount,discount_percent,discount3_off,discount_cycles,discount_in_mrr\n\"x\ny\",2026-01-10,1,5,,7,no\nz,2026-01-10,1,,5,,\n")
	f.Add("\xef\xbb\xbfcustomer,from,amount,_x\n\"\",soon,-1,\"")
	f.Fuzz(func(t *testing.T, in string) {
		spans, findings, err := csvspan.Read(strings.NewReader(in), csvspan.Options{})
		var typed *importer.Error
		if err != nil && !errors.As(err, &typed) {
			t.Fatalf("untyped error %#v", err)
		}
		for _, f := range findings {
			if f.Severity != billing.Fault || f.Record == "" || f.Message == "" {
				t.Fatalf("finding without a place: %+v", f)
			}
		}
		for _, f := range billing.Lint(spans, billing.LintOptions{}) {
			if f.Severity == billing.Fault {
				t.Fatalf("the importer let through what package billing cannot read: %s", f)
			}
		}
		rs, err := csvspan.Records([]byte(in))
		if err != nil && !errors.As(err, &typed) && !errors.Is(err, importer.ErrFaults) {
			t.Fatalf("untyped error %#v", err)
		}
		for i := range rs {
			rs[i].Check(func(f billing.Finding) { t.Errorf("a record that package billing cannot read: %s", f) })
		}
		var b bytes.Buffer
		if err := csvspan.Write(&b, slices.Values(spans)); err != nil {
			if errors.Is(err, csvspan.ErrText) {
				return
			}
			t.Fatal(err)
		}
		again, findings, err := csvspan.Read(&b, csvspan.Options{})
		if err != nil || len(findings) > 0 {
			t.Fatalf("read back: %v, %v", err, findings)
		}
		if fmt.Sprintf("%+v", spans) != fmt.Sprintf("%+v", again) {
			t.Fatalf("\n%+v\nread back\n%+v", spans, again)
		}
	})
}
