package paddle_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/lifecycle-go/lifecycle/metrics/billing/internal/kittest"
	"github.com/lifecycle-go/lifecycle/metrics/billing/paddle"
)

func fresh() (kittest.Importer, error) { return paddle.New(paddle.Options{}) }

// FuzzDecode_SoundOrFound: see kittest.Sound.
func FuzzDecode_SoundOrFound(f *testing.F) {
	kittest.Sound(f, fresh, nil,
		kittest.Joined(aSub(anItem(aPrice("1999")))),
		kittest.Joined(anEvent("evt_1", "subscription.created", "2026-01-10T00:00:02Z", aSub(anItem(aPrice("1999"))))),
		object{"data": []any{aTransaction(aLine())}, "meta": object{}}.String(),
	)
}

var fields = []string{
	"status", "customer_id", "currency_code", "created_at", "started_at", "paused_at", "canceled_at", "current_billing_period", "discount", "scheduled_change", "items",
	"items.price", "items.quantity", "items.recurring", "items.created_at", "items.trial_dates",
	"price.id", "price.tax_mode", "price.billing_cycle", "price.unit_price", "price.unit_price_overrides",
}

// FuzzSpans_AnyField: see kittest.AnyField.
func FuzzSpans_AnyField(f *testing.F) {
	values := []string{`null`, `"x"`, `-1`, `1e9`, `[]`, `{}`, `[{}]`, `"2026-01-01"`, `99999999999`, `{"amount":"1e-9","currency_code":"USD"}`, `"canceled"`}
	kittest.AnyField(f, fresh, fields, values, func(field string, raw json.RawMessage, event bool) string {
		price, item, sub := aPrice("1999"), anItem(nil), aSub()
		part, key, _ := strings.Cut(field, ".")
		if part == "price" {
			price = price.With(key, raw)
		}
		item = item.With("price", price)
		if part == "items" && key != "" {
			item = item.With(key, raw)
		}
		sub = sub.With("items", []any{item})
		if key == "" {
			sub = sub.With(part, raw)
		}
		if event {
			return anEvent("evt_1", "subscription.updated", "2026-03-15T00:00:00Z", sub).String()
		}
		return sub.String()
	})
}
