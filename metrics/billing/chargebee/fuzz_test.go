package chargebee_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/lifecycle-go/lifecycle/internal/num"
	"github.com/lifecycle-go/lifecycle/metrics/billing"
	"github.com/lifecycle-go/lifecycle/metrics/billing/chargebee"
	"github.com/lifecycle-go/lifecycle/metrics/billing/importer"
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
	f.Add([]byte(joined(aSub(anItem()), object{"list": []any{object{"subscription": aSub(anItem())}}})))
	f.Add([]byte(joined(anEvent("ev_1", "subscription_created", "2026-01-10", object{"subscription": aSub(anItem())}))))
	f.Add([]byte(joined(anInvoice(aLine()))))
	f.Fuzz(func(t *testing.T, in []byte) {
		imp, err := chargebee.New(chargebee.Options{})
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
	"id", "customer_id", "currency_code", "status", "billing_period", "billing_period_unit", "remaining_billing_cycles", "created_at", "start_date", "started_at",
	"trial_start", "trial_end", "current_term_start", "current_term_end", "cancelled_at", "cancel_reason", "pause_date", "resume_date", "due_since", "deleted",
	"subscription_items", "item_tiers", "discounts", "coupons",
	"item.item_price_id", "item.item_type", "item.quantity", "item.quantity_in_decimal", "item.metered_quantity", "item.unit_price", "item.unit_price_in_decimal",
	"item.amount", "item.amount_in_decimal", "item.free_quantity", "item.free_quantity_in_decimal", "item.trial_end", "item.billing_period", "item.billing_period_unit",
}

// FuzzSpans_AnyField puts any JSON into any one field of a subscription that is
// otherwise in order: something comes of it, or somebody says why not.
func FuzzSpans_AnyField(f *testing.F) {
	for i, v := range []string{`null`, `"x"`, `-1`, `1e9`, `[]`, `{}`, `[{}]`, `"2026-01-01"`, `99999999999`, `[{"item_price_id":"basic-USD","price":1}]`, `"cancelled"`, `[{"type":"percentage","percentage":10}]`} {
		f.Add(uint8(i*2), v)
	}
	f.Fuzz(func(t *testing.T, at uint8, value string) {
		if !json.Valid([]byte(value)) {
			return
		}
		imp, err := chargebee.New(chargebee.Options{})
		if err != nil {
			t.Fatal(err)
		}
		raw := json.RawMessage(value)
		item, sub := anItem(), aSub()
		if key, ofItem := strings.CutPrefix(fields[int(at)%len(fields)], "item."); ofItem {
			sub = sub.with("subscription_items", []any{item.with(key, raw)})
		} else {
			sub = sub.with("subscription_items", []any{item}).with(key, raw)
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
