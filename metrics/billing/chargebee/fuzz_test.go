package chargebee_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/lifecycle-go/lifecycle/metrics/billing/chargebee"
	"github.com/lifecycle-go/lifecycle/metrics/billing/internal/kittest"
)

func fresh() (kittest.Importer, error) { return chargebee.New(chargebee.Options{}) }

// FuzzDecode_SoundOrFound: see kittest.Sound.
func FuzzDecode_SoundOrFound(f *testing.F) {
	kittest.Sound(f, fresh, nil,
		kittest.Joined(aSub(anItem()), object{"list": []any{object{"subscription": aSub(anItem())}}}),
		kittest.Joined(anEvent("ev_1", "subscription_created", "2026-01-10", object{"subscription": aSub(anItem())})),
		kittest.Joined(anInvoice(aLine())),
	)
}

var fields = []string{
	"id", "customer_id", "currency_code", "status", "billing_period", "billing_period_unit", "remaining_billing_cycles", "created_at", "start_date", "started_at",
	"trial_start", "trial_end", "current_term_start", "current_term_end", "cancelled_at", "cancel_reason", "pause_date", "resume_date", "due_since", "deleted",
	"subscription_items", "item_tiers", "discounts", "coupons",
	"item.item_price_id", "item.item_type", "item.quantity", "item.quantity_in_decimal", "item.metered_quantity", "item.unit_price", "item.unit_price_in_decimal",
	"item.amount", "item.amount_in_decimal", "item.free_quantity", "item.free_quantity_in_decimal", "item.trial_end", "item.billing_period", "item.billing_period_unit",
}

// FuzzSpans_AnyField: see kittest.AnyField.
func FuzzSpans_AnyField(f *testing.F) {
	values := []string{`null`, `"x"`, `-1`, `1e9`, `[]`, `{}`, `[{}]`, `"2026-01-01"`, `99999999999`, `[{"item_price_id":"basic-USD","price":1}]`, `"cancelled"`, `[{"type":"percentage","percentage":10}]`}
	kittest.AnyField(f, fresh, fields, values, func(field string, raw json.RawMessage, event bool) string {
		item, sub := anItem(), aSub()
		if key, ofItem := strings.CutPrefix(field, "item."); ofItem {
			sub = sub.With("subscription_items", []any{item.With(key, raw)})
		} else {
			sub = sub.With("subscription_items", []any{item}).With(key, raw)
		}
		if event {
			return anEvent("ev_1", "subscription_changed", "2026-03-15", object{"subscription": sub}).String()
		}
		return sub.String()
	})
}
