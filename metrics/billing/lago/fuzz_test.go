package lago_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/lifecycle-go/lifecycle/internal/num"
	"github.com/lifecycle-go/lifecycle/metrics/billing"
	"github.com/lifecycle-go/lifecycle/metrics/billing/importer"
	"github.com/lifecycle-go/lifecycle/metrics/billing/lago"
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
	f.Add([]byte(joined(wrapped("plan", aPlan()), aSub(), wrapped("subscription", aSub()))))
	f.Add([]byte(joined(aPlan(), object{"webhook_type": "subscription.started", "subscription": aSub().with("previous_plan_code", "gold")})))
	f.Add([]byte(object{"invoices": []any{anInvoice(aFee("charge"), aFee("subscription"))}, "meta": object{}}.String()))
	f.Fuzz(func(t *testing.T, in []byte) {
		imp, err := lago.New(lago.Options{})
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
	"lago_id", "external_id", "external_customer_id", "status", "plan_code", "plan_amount_cents", "plan_amount_currency", "plan", "previous_plan_code", "next_plan_code",
	"downgrade_plan_date", "created_at", "subscription_at", "started_at", "trial_ended_at", "canceled_at", "ending_at", "terminated_at",
	"current_billing_period_started_at", "current_billing_period_ending_at",
	"plan.interval", "plan.amount_cents", "plan.amount_currency", "plan.trial_period", "plan.pay_in_advance", "plan.charges", "plan.minimum_commitment",
}

// FuzzSpans_AnyField puts any JSON into any one field of a subscription that is
// otherwise in order: something comes of it, or somebody says why not.
func FuzzSpans_AnyField(f *testing.F) {
	for i, v := range []string{`null`, `"x"`, `-1`, `1e9`, `[]`, `{}`, `[{}]`, `"2026-01-01"`, `99999999999`, `{"amount_cents":1e3}`, `"terminated"`, `"pending"`} {
		f.Add(uint8(i*2), v)
	}
	f.Fuzz(func(t *testing.T, at uint8, value string) {
		if !json.Valid([]byte(value)) {
			return
		}
		imp, err := lago.New(lago.Options{})
		if err != nil {
			t.Fatal(err)
		}
		raw := json.RawMessage(value)
		plan, sub := aPlan(), aSub()
		if key, ofPlan := strings.CutPrefix(fields[int(at)%len(fields)], "plan."); ofPlan {
			sub = sub.with("plan", plan.with(key, raw))
		} else {
			sub = sub.with("plan", plan).with(key, raw)
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
