package recurly_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/lifecycle-go/lifecycle/internal/num"
	"github.com/lifecycle-go/lifecycle/metrics/billing"
	"github.com/lifecycle-go/lifecycle/metrics/billing/importer"
	"github.com/lifecycle-go/lifecycle/metrics/billing/recurly"
	"github.com/lifecycle-go/lifecycle/metrics/calendar"
)

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
}

// FuzzDecode_SoundOrFound: whatever the input, there is no panic, the error is
// typed, and what comes out can be counted.
func FuzzDecode_SoundOrFound(f *testing.F) {
	f.Add([]byte(joined(monthly(), aSub().with("add_ons", []any{anAddOn()}))))
	f.Add([]byte(joined(monthly(), aSub(), aSub().with("state", "expired").with("expires_at", "2026-04-10T00:00:00Z"))))
	f.Add([]byte(joined(monthly(), anInvoice(aLine()), aLine())))
	f.Fuzz(func(t *testing.T, in []byte) {
		imp, err := recurly.New(recurly.Options{})
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
		history, err := importer.Collect(imp.History(bytes.NewReader(in)))
		check(err)
		spans = append(spans, history...)
		for i := range spans {
			checkSpan(t, &spans[i])
		}
		lines, err := importer.Collect(imp.Lines(bytes.NewReader(in)))
		check(err)
		for i := range lines {
			l := &lines[i]
			if l.Customer == "" || l.Amount.Sign() < 0 && l.Kind == billing.LineRecurring || l.Currency.Validate() != nil || l.Cycle.Validate() != nil {
				t.Fatalf("unsound line %+v", *l)
			}
		}
	})
}

var fields = []string{
	"id", "account", "plan", "state", "created_at", "activated_at", "canceled_at", "expires_at", "expiration_reason", "paused_at", "remaining_pause_cycles",
	"current_period_started_at", "current_period_ends_at", "trial_started_at", "trial_ends_at", "currency", "unit_amount", "quantity", "tax_inclusive", "tax_info",
	"add_ons", "add_ons_total", "coupon_redemptions", "pending_change",
}

// FuzzSpans_AnyField puts any JSON into any one field of a subscription that is
// otherwise in order: something comes of it, or somebody says why not.
func FuzzSpans_AnyField(f *testing.F) {
	for i, v := range []string{`null`, `"x"`, `-1`, `1e9`, `[]`, `{}`, `[{}]`, `"2026-01-01"`, `99999999999`, `0.000000000001`, `"expired"`, `{"rate":0.2}`} {
		f.Add(uint8(i*2), v)
	}
	f.Fuzz(func(t *testing.T, at uint8, value string) {
		if !json.Valid([]byte(value)) {
			return
		}
		imp, err := recurly.New(recurly.Options{})
		if err != nil {
			t.Fatal(err)
		}
		sub := aSub().with("add_ons", []any{anAddOn()}).with("tax_info", object{"rate": 0.1}).with(fields[int(at)%len(fields)], json.RawMessage(value))
		spans, err := importer.Collect(imp.Spans(strings.NewReader(joined(monthly(), sub))))
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
