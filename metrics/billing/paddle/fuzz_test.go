package paddle_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/lifecycle-go/lifecycle/internal/num"
	"github.com/lifecycle-go/lifecycle/metrics/billing"
	"github.com/lifecycle-go/lifecycle/metrics/billing/importer"
	"github.com/lifecycle-go/lifecycle/metrics/billing/paddle"
	"github.com/lifecycle-go/lifecycle/metrics/calendar"
)

func checkSpan(t *testing.T, s *billing.Span) {
	t.Helper()
	switch {
	case s.Customer == "",
		calendar.CheckTime(s.From) != nil,
		!s.To.IsZero() && !s.From.Before(s.To),
		s.Amount.Sign() < 0 || s.Tax.Sign() < 0,
		num.Check(s.Amount) != nil || num.Check(s.Quantity) != nil,
		s.Currency.Validate() != nil || s.Cycle.Validate() != nil:
		t.Fatalf("unsound span %+v", *s)
	}
}

// FuzzDecode_SoundOrFound: whatever the input, there is no panic, the error is
// typed, and what comes out can be counted.
func FuzzDecode_SoundOrFound(f *testing.F) {
	f.Add([]byte(joined(aSub(anItem(aPrice("1999"))))))
	f.Add([]byte(joined(anEvent("evt_1", "subscription.created", "2026-01-10T00:00:02Z", aSub(anItem(aPrice("1999")))))))
	f.Add([]byte(object{"data": []any{aTransaction(aLine())}, "meta": object{}}.String()))
	f.Fuzz(func(t *testing.T, in []byte) {
		imp, err := paddle.New(paddle.Options{})
		if err != nil {
			t.Fatal(err)
		}
		check := func(err error) {
			var typed *importer.Error
			if err != nil && !errors.As(err, &typed) {
				t.Fatalf("untyped error %#v", err)
			}
		}
		check(imp.Catalogue(bytes.NewReader(in)))
		spans, err := importer.Collect(imp.Spans(bytes.NewReader(in)))
		check(err)
		for i := range spans {
			checkSpan(t, &spans[i])
		}
		lines, err := importer.Collect(imp.Lines(bytes.NewReader(in)))
		check(err)
		for i := range lines {
			l := &lines[i]
			if l.Customer == "" || l.Amount.Sign() < 0 || l.Currency.Validate() != nil || l.Cycle.Validate() != nil {
				t.Fatalf("unsound line %+v", *l)
			}
		}
	})
}

var fields = []string{
	"status", "customer_id", "currency_code", "created_at", "started_at", "paused_at", "canceled_at", "current_billing_period", "discount", "scheduled_change", "items",
	"items.price", "items.quantity", "items.recurring", "items.created_at", "items.trial_dates",
	"price.id", "price.tax_mode", "price.billing_cycle", "price.unit_price", "price.unit_price_overrides",
}

// FuzzSpans_AnyField puts any JSON into any one field of a subscription that is
// otherwise in order: something comes of it, or somebody says why not.
func FuzzSpans_AnyField(f *testing.F) {
	for i, v := range []string{`null`, `"x"`, `-1`, `1e9`, `[]`, `{}`, `[{}]`, `"2026-01-01"`, `99999999999`, `{"amount":"1e-9","currency_code":"USD"}`, `"canceled"`} {
		f.Add(uint8(i*2), v)
	}
	f.Fuzz(func(t *testing.T, at uint8, value string) {
		if !json.Valid([]byte(value)) {
			return
		}
		imp, err := paddle.New(paddle.Options{})
		if err != nil {
			t.Fatal(err)
		}
		raw := json.RawMessage(value)
		price, item, sub := aPrice("1999"), anItem(nil), aSub()
		part, key, _ := strings.Cut(fields[int(at)%len(fields)], ".")
		if part == "price" {
			price = price.with(key, raw)
		}
		item = item.with("price", price)
		if part == "items" && key != "" {
			item = item.with(key, raw)
		}
		sub = sub.with("items", []any{item})
		if key == "" {
			sub = sub.with(part, raw)
		}
		spans, err := importer.Collect(imp.Spans(strings.NewReader(sub.String())))
		if err != nil {
			t.Fatalf("%s: %v", sub, err)
		}
		for i := range spans {
			checkSpan(t, &spans[i])
		}
		for _, f := range billing.Lint(spans, billing.LintOptions{}) {
			if f.Severity == billing.Fault {
				t.Fatalf("%s: the importer let through what package billing cannot read: %s", sub, f)
			}
		}
		if len(spans) == 0 && len(imp.Findings()) == 0 {
			t.Fatalf("nothing came of it, and nobody says why: %s", sub)
		}
	})
}
