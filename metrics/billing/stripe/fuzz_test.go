package stripe_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/lifecycle-go/lifecycle/internal/num"
	"github.com/lifecycle-go/lifecycle/metrics/billing"
	"github.com/lifecycle-go/lifecycle/metrics/billing/importer"
	"github.com/lifecycle-go/lifecycle/metrics/billing/stripe"
	"github.com/lifecycle-go/lifecycle/metrics/calendar"
)

// FuzzSpans_SoundOrFound: whatever the input, there is no panic, the error is
// typed and placed, and every span that comes out is one that can be counted.
func FuzzSpans_SoundOrFound(f *testing.F) {
	sub := aSub(anItem(aPrice("2000")))
	f.Add([]byte(sub.String()))
	f.Add([]byte(list(sub, sub.with("status", "canceled").with("ended_at", epoch("2026-03-01"))).String()))
	f.Add([]byte(joined(story()...)))
	f.Add([]byte(aSub(anItem(aPrice("1").with("billing_scheme", "tiered").with("tiers_mode", "volume").with("tiers", []any{object{"up_to": nil, "unit_amount_decimal": "0.5"}}))).String()))
	f.Add([]byte(sub.with("discounts", []any{aDiscount(aCoupon(object{"percent_off": 10})), "di_2"}).String()))
	f.Add([]byte(sub.with("default_tax_rates", []any{object{"inclusive": true, "percentage": json.Number("15")}}).with("pause_collection", object{}).String()))
	f.Add([]byte(`{"object":"subscription","customer":"c","created":1e999,"items":{"data":[{"plan":{"amount":-1}}]}}`))
	f.Fuzz(func(t *testing.T, in []byte) {
		imp, err := stripe.New(stripe.Options{})
		if err != nil {
			t.Fatal(err)
		}
		spans, err := importer.Collect(imp.Spans(bytes.NewReader(in)))
		checkError(t, err)
		for i := range spans {
			checkSpan(t, &spans[i])
		}
		checkFindings(t, imp)
		again, _, _ := stripe.Read(bytes.NewReader(in), stripe.Options{})
		if fmt.Sprint(spans) != fmt.Sprint(again) {
			t.Fatal("two readings differ")
		}
	})
}

// FuzzLines_SoundOrFound is the same for invoice lines.
func FuzzLines_SoundOrFound(f *testing.F) {
	f.Add([]byte(anInvoice(oldLine("2000"), oldLine("-300").with("proration", true)).String()))
	f.Add([]byte(joined(aPrice("2000"), anInvoice(newLine("2000", "subscription_item_details", false)))))
	f.Add([]byte(anEvent("evt_1", "invoice.paid", "2026-03-11", anInvoice(oldLine("1"))).String()))
	f.Fuzz(func(t *testing.T, in []byte) {
		imp, err := stripe.New(stripe.Options{})
		if err != nil {
			t.Fatal(err)
		}
		lines, err := importer.Collect(imp.Lines(bytes.NewReader(in)))
		checkError(t, err)
		for i := range lines {
			l := &lines[i]
			for _, d := range []interface{ Sign() int }{l.Amount, l.Discount, l.Tax} {
				if d.Sign() < 0 && l.Kind != billing.LineCredit {
					t.Fatalf("negative: %+v", l)
				}
			}
			if l.Customer == "" || l.IssuedAt.IsZero() || l.Currency.Validate() != nil || l.Cycle.Validate() != nil || num.Check(l.Amount) != nil || l.To.Before(l.From) {
				t.Fatalf("unsound: %+v", l)
			}
		}
		checkFindings(t, imp)
	})
}

func checkError(t *testing.T, err error) {
	t.Helper()
	var typed *importer.Error
	if err != nil && !errors.As(err, &typed) {
		t.Fatalf("untyped error %#v", err)
	}
}

func checkSpan(t *testing.T, s *billing.Span) {
	t.Helper()
	switch {
	case s.Customer == "",
		calendar.CheckTime(s.From) != nil,
		!s.To.IsZero() && !s.From.Before(s.To),
		s.Amount.Sign() < 0 || s.Tax.Sign() < 0,
		num.Check(s.Amount) != nil || num.Check(s.Tax) != nil || num.Check(s.Quantity) != nil,
		s.Currency.Validate() != nil || s.Cycle.Validate() != nil:
		t.Fatalf("unsound span %+v", *s)
	}
	for _, d := range s.Discounts {
		if d.Percent.Sign() < 0 || d.Off.Sign() < 0 || num.Check(d.Off) != nil || d.Percent.IsZero() == d.Off.IsZero() && !d.Percent.IsZero() {
			t.Fatalf("unsound discount %+v", d)
		}
	}
}

func checkFindings(t *testing.T, imp *stripe.Importer) {
	t.Helper()
	for _, f := range imp.Findings() {
		if f.Code == "" || f.Message == "" {
			t.Fatalf("finding without words: %+v", f)
		}
	}
}

// fields are what FuzzSpans_AnyField replaces.
var fields = []string{
	"id", "customer", "status", "currency", "created", "start_date", "ended_at", "canceled_at", "cancel_at", "cancel_at_period_end",
	"trial_start", "trial_end", "pause_collection", "discounts", "default_tax_rates", "tax_percent", "items", "livemode", "test_clock",
	"items.id", "items.quantity", "items.quantity_decimal", "items.created", "items.current_period_start", "items.current_period_end", "items.discounts", "items.price",
	"price.currency", "price.unit_amount", "price.unit_amount_decimal", "price.billing_scheme", "price.tiers", "price.tiers_mode",
	"price.transform_quantity", "price.recurring", "price.tax_behavior", "price.currency_options",
	"discount.start", "discount.end", "discount.source", "coupon.percent_off", "coupon.amount_off", "coupon.currency", "coupon.duration", "coupon.duration_in_months",
}

// FuzzSpans_AnyField puts any JSON into any one field of a subscription that is
// otherwise in order.
func FuzzSpans_AnyField(f *testing.F) {
	for i, v := range []string{`null`, `"x"`, `-1`, `1e9`, `[]`, `{}`, `[{}]`, `"2026"`, `99999999999`, `0.000000000001`, `{"interval":"week","interval_count":7}`, `[{"up_to":null,"unit_amount":1}]`} {
		f.Add(uint8(i*5), v, false)
		f.Add(uint8(i*7), v, true)
	}
	f.Fuzz(func(t *testing.T, at uint8, value string, isEvent bool) {
		if !json.Valid([]byte(value)) {
			return
		}
		parts := map[string]object{
			"coupon": aCoupon(object{"amount_off": 100, "currency": "usd"}), "discount": aDiscount(nil),
			"price": aPrice("2000"), "items": anItem(nil), "": aSub(),
		}
		part, key, inside := strings.Cut(fields[int(at)%len(fields)], ".")
		if !inside {
			part, key = "", part
		}
		put := func(name, k string, v any) {
			if _, set := parts[name]["replaced"]; !set || parts[name]["replaced"] != k {
				parts[name] = parts[name].with(k, v)
			}
		}
		parts[part] = parts[part].with(key, json.RawMessage(value)).with("replaced", key)
		put("discount", "source", object{"coupon": parts["coupon"]})
		put("items", "price", parts["price"])
		put("", "items", list(parts["items"]))
		put("", "discounts", []any{parts["discount"]})
		sub := parts[""]
		if isEvent {
			sub = anEvent("evt_1", "customer.subscription.updated", "2026-03-15", sub)
		}
		imp, err := stripe.New(stripe.Options{})
		if err != nil {
			t.Fatal(err)
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
		checkFindings(t, imp)
		if len(spans) == 0 && len(imp.Findings()) == 0 {
			t.Fatalf("nothing came of it, and nobody says why: %s", sub)
		}
	})
}
