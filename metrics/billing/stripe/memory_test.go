package stripe_test

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"runtime"
	"strings"
	"testing"

	"github.com/lifecycle-go/lifecycle/metrics/billing/importer"
	"github.com/lifecycle-go/lifecycle/metrics/billing/internal/kit"
	"github.com/lifecycle-go/lifecycle/metrics/billing/internal/kittest"
	"github.com/lifecycle-go/lifecycle/metrics/billing/stripe"
)

// fullSub is a subscription with all the fields that the API writes today, most
// of which an importer has no use for: 2.9 kB.
func fullSub() object {
	sub := aSub(anItem(aPrice("2000").With("active", true).With("created", kittest.Epoch("2025-01-01")).With("custom_unit_amount", nil).
		With("livemode", true).With("lookup_key", nil).With("metadata", object{}).With("nickname", "Monthly (per seat)").
		With("tax_behavior", "unspecified").With("tiers_mode", nil).With("transform_quantity", nil)).
		With("metadata", object{}).With("billing_thresholds", nil).With("discounts", []any{}).With("tax_rates", []any{}).With("subscription", "sub_1").
		With("plan", object{
			"id": "price_1", "object": "plan", "active": true, "amount": 2000, "amount_decimal": "2000", "billing_scheme": "per_unit",
			"created": kittest.Epoch("2025-01-01"), "currency": "usd", "interval": "month", "interval_count": 1, "livemode": true, "metadata": object{},
			"meter": nil, "nickname": "Monthly (per seat)", "product": "prod_1", "tiers_mode": nil, "transform_usage": nil, "trial_period_days": nil, "usage_type": "licensed",
		}))
	for _, k := range []string{
		"application", "application_fee_percent", "billing_thresholds", "days_until_due", "default_source", "description", "latest_invoice",
		"next_pending_invoice_item_invoice", "on_behalf_of", "pending_invoice_item_interval", "pending_setup_intent", "pending_update", "schedule",
		"test_clock", "transfer_data", "customer_account",
	} {
		sub = sub.With(k, nil)
	}
	return sub.With("automatic_tax", object{"enabled": true, "liability": object{"type": "self"}, "disabled_reason": nil}).
		With("billing_cycle_anchor", kittest.Epoch("2026-01-10")).With("billing_cycle_anchor_config", nil).
		With("billing_mode", object{"type": "flexible", "updated_at": kittest.Epoch("2026-01-10"), "flexible": object{"proration_discounts": "included"}}).
		With("cancellation_details", object{"comment": nil, "feedback": nil, "reason": nil}).With("collection_method", "charge_automatically").
		With("default_payment_method", "pm_1SxYzkB7WZ01zgkW0aBcDeFg").With("default_tax_rates", []any{}).
		With("invoice_settings", object{"account_tax_ids": nil, "issuer": object{"type": "self"}}).
		With("metadata", object{"workspace": "ws_0123456789", "plan_source": "self-serve checkout", "sales_owner": "nobody@example.com", "note": "Imported from the old system on 2024-11-05"}).
		With("payment_settings", object{
			"payment_method_options":      object{"card": object{"network": nil, "request_three_d_secure": "automatic"}, "bancontact": object{"preferred_language": "fr"}, "us_bank_account": object{"verification_method": "instant"}},
			"payment_method_types":        []any{"card", "bancontact", "us_bank_account"},
			"save_default_payment_method": "on_subscription",
		}).
		With("trial_settings", object{"end_behavior": object{"missing_payment_method": "cancel"}})
}

// repeat reads as n records, one after the other, each of its own id.
type repeat struct {
	before, after []byte
	n, i          int
	buf, rest     []byte
}

func newRepeat(n int) *repeat {
	before, after, _ := strings.Cut(fullSub().With("id", "ID").String(), `"ID"`)
	return &repeat{before: []byte(before), after: []byte(after + "\n"), n: n}
}

func (r *repeat) size() int { return len(r.before) + len(`"sub_00000000"`) + len(r.after) }

func (r *repeat) Read(p []byte) (int, error) {
	if len(r.rest) == 0 {
		if r.i == r.n {
			return 0, io.EOF
		}
		r.buf = append(r.buf[:0], r.before...)
		r.buf = fmt.Appendf(r.buf, `"sub_%08d"`, r.i)
		r.buf = append(r.buf, r.after...)
		r.rest = r.buf
		r.i++
	}
	n := copy(p, r.rest)
	r.rest = r.rest[n:]
	return n, nil
}

// Memory does not grow with the number of records: after 40 MB it is what it
// was after 4.
func TestSpans_ConstantMemory(t *testing.T) {
	r := newRepeat(0)
	r.n = 40_000_000 / r.size()
	imp, err := stripe.New(stripe.Options{})
	if err != nil {
		t.Fatal(err)
	}
	heap := func() int64 {
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return int64(m.HeapAlloc)
	}
	var early, most int64
	n := 0
	for _, err := range imp.Spans(r) {
		if err != nil {
			t.Fatal(err)
		}
		switch n++; {
		case n == r.n/10:
			early = heap()
		case n%(r.n/10) == 0:
			most = max(most, heap())
		}
	}
	if n != r.n {
		t.Fatalf("%d spans of %d records: %v", n, r.n, imp.Findings())
	}
	const slack = 512 << 10
	if most-early > slack {
		t.Fatalf("the heap grew by %d bytes over %d records, the limit is %d", most-early, n*9/10, slack)
	}
}

func importAll(b *testing.B, n int) {
	b.Helper()
	imp, err := stripe.New(stripe.Options{})
	if err != nil {
		b.Fatal(err)
	}
	got := 0
	for _, err := range imp.Spans(newRepeat(n)) {
		if err != nil {
			b.Fatal(err)
		}
		got++
	}
	if got != n {
		b.Fatalf("%d spans of %d records", got, n)
	}
}

func mapAll(b *testing.B, n int) {
	b.Helper()
	d := json.NewDecoder(newRepeat(n))
	for range n {
		var v map[string]any
		if err := d.Decode(&v); err != nil {
			b.Fatal(err)
		}
	}
}

// bare is a subscription as a program without an importer would write it down.
type bare struct {
	ID, Customer, Currency, Status string
	Created                        int64
	StartDate                      int64 `json:"start_date"`
	EndedAt                        int64 `json:"ended_at"`
	CancelAt                       int64 `json:"cancel_at"`
	TrialEnd                       int64 `json:"trial_end"`
	Items                          struct {
		Data []struct {
			ID       string
			Quantity int64
			Price    struct {
				ID, Currency      string
				UnitAmountDecimal string `json:"unit_amount_decimal"`
				Recurring         struct {
					Interval      string
					IntervalCount int64 `json:"interval_count"`
				}
			}
		}
	}
}

func bareAll(b *testing.B, n int) {
	b.Helper()
	d := json.NewDecoder(newRepeat(n))
	for range n {
		var v bare
		if err := d.Decode(&v); err != nil {
			b.Fatal(err)
		}
	}
}

func recordsAll(b *testing.B, n int) {
	b.Helper()
	s, err := kit.NewSession("bench", importer.Options{})
	if err != nil {
		b.Fatal(err)
	}
	for _, err := range s.Records(newRepeat(n), "data") {
		if err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkJSONLines: subscriptions of 2.9 kB, one a line. "spans" is the
// import, "records" its splitting alone. Programs without an importer begin with
// encoding/json: "bare" into a struct of the fifteen fields that matter most,
// "map" into map[string]any.
func BenchmarkJSONLines(b *testing.B) {
	const n = 2000
	for _, c := range []struct {
		name string
		run  func(*testing.B, int)
	}{{"spans", importAll}, {"records", recordsAll}, {"bare", bareAll}, {"map", mapAll}} {
		b.Run(c.name, func(b *testing.B) { measure(b, n, c.run) })
	}
}

// BenchmarkJSONLines_1GB is opt-in, with LIFECYCLE_BENCH_1GB=1.
func BenchmarkJSONLines_1GB(b *testing.B) {
	if os.Getenv("LIFECYCLE_BENCH_1GB") == "" {
		b.Skip("LIFECYCLE_BENCH_1GB is unset: a gigabyte takes its time")
	}
	measure(b, 1_000_000_000/newRepeat(0).size(), importAll)
}

func measure(b *testing.B, n int, run func(*testing.B, int)) {
	b.Helper()
	size := newRepeat(0).size()
	b.SetBytes(int64(n * size))
	b.ReportAllocs()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	for b.Loop() {
		run(b, n)
	}
	runtime.ReadMemStats(&after)
	records := float64(b.N) * float64(n)
	b.ReportMetric(float64(size), "bytes/record")
	b.ReportMetric(float64(after.TotalAlloc-before.TotalAlloc)/records, "alloc-bytes/record")
	b.ReportMetric(float64(after.Mallocs-before.Mallocs)/records, "allocs/record")
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/records, "ns/record")
	b.ReportMetric(float64(after.HeapSys)/(1<<20), "heap-MiB")
}
