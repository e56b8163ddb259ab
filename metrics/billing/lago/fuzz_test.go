package lago_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/lifecycle-go/lifecycle/metrics/billing/internal/kittest"
	"github.com/lifecycle-go/lifecycle/metrics/billing/lago"
)

func fresh() (kittest.Importer, error) { return lago.New(lago.Options{}) }

// FuzzDecode_SoundOrFound: see kittest.Sound.
func FuzzDecode_SoundOrFound(f *testing.F) {
	kittest.Sound(f, fresh, nil,
		kittest.Joined(wrapped("plan", aPlan()), aSub(), wrapped("subscription", aSub())),
		kittest.Joined(aPlan(), object{"webhook_type": "subscription.started", "subscription": aSub().With("previous_plan_code", "gold")}),
		object{"invoices": []any{anInvoice(aFee("charge"), aFee("subscription"))}, "meta": object{}}.String(),
	)
}

var fields = []string{
	"lago_id", "external_id", "external_customer_id", "status", "plan_code", "plan_amount_cents", "plan_amount_currency", "plan", "previous_plan_code", "next_plan_code",
	"downgrade_plan_date", "created_at", "subscription_at", "started_at", "trial_ended_at", "canceled_at", "ending_at", "terminated_at",
	"current_billing_period_started_at", "current_billing_period_ending_at",
	"plan.interval", "plan.amount_cents", "plan.amount_currency", "plan.trial_period", "plan.pay_in_advance", "plan.charges", "plan.minimum_commitment",
}

// FuzzSpans_AnyField: see kittest.AnyField.
func FuzzSpans_AnyField(f *testing.F) {
	values := []string{`null`, `"x"`, `-1`, `1e9`, `[]`, `{}`, `[{}]`, `"2026-01-01"`, `99999999999`, `{"amount_cents":1e3}`, `"terminated"`, `"pending"`}
	kittest.AnyField(f, fresh, fields, values, func(field string, raw json.RawMessage, event bool) string {
		plan, sub := aPlan(), aSub()
		if key, ofPlan := strings.CutPrefix(field, "plan."); ofPlan {
			sub = sub.With("plan", plan.With(key, raw))
		} else {
			sub = sub.With("plan", plan).With(key, raw)
		}
		if event {
			return object{"webhook_type": "subscription.started", "object_type": "subscription", "subscription": sub}.String()
		}
		return sub.String()
	})
}
