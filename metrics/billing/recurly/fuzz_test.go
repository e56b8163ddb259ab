package recurly_test

import (
	"encoding/json"
	"testing"

	"github.com/lifecycle-go/lifecycle/metrics/billing"
	"github.com/lifecycle-go/lifecycle/metrics/billing/internal/kittest"
	"github.com/lifecycle-go/lifecycle/metrics/billing/recurly"
)

func fresh() (kittest.Importer, error) { return recurly.New(recurly.Options{}) }

// FuzzDecode_SoundOrFound: see kittest.Sound.
func FuzzDecode_SoundOrFound(f *testing.F) {
	kittest.Sound(f, fresh, func(l *billing.InvoiceLine) bool { return l.Kind != billing.LineRecurring },
		kittest.Joined(monthly(), aSub().With("add_ons", []any{anAddOn()})),
		kittest.Joined(monthly(), aSub(), aSub().With("state", "expired").With("expires_at", "2026-04-10T00:00:00Z")),
		kittest.Joined(monthly(), anInvoice(aLine()), aLine()),
	)
}

var fields = []string{
	"id", "account", "plan", "state", "created_at", "activated_at", "canceled_at", "expires_at", "expiration_reason", "paused_at", "remaining_pause_cycles",
	"current_period_started_at", "current_period_ends_at", "trial_started_at", "trial_ends_at", "currency", "unit_amount", "quantity", "tax_inclusive", "tax_info",
	"add_ons", "add_ons_total", "coupon_redemptions", "pending_change",
}

// FuzzSpans_AnyField: see kittest.AnyField.
func FuzzSpans_AnyField(f *testing.F) {
	values := []string{`null`, `"x"`, `-1`, `1e9`, `[]`, `{}`, `[{}]`, `"2026-01-01"`, `99999999999`, `0.000000000001`, `"expired"`, `{"rate":0.2}`}
	kittest.AnyField(f, fresh, fields, values, func(field string, raw json.RawMessage, _ bool) string {
		sub := aSub().With("add_ons", []any{anAddOn()}).With("tax_info", object{"rate": 0.1}).With(field, raw)
		return kittest.Joined(monthly(), sub)
	})
}
