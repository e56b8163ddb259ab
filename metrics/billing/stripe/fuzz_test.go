package stripe_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/lifecycle-go/lifecycle/metrics/billing"
	"github.com/lifecycle-go/lifecycle/metrics/billing/internal/kittest"
	"github.com/lifecycle-go/lifecycle/metrics/billing/stripe"
)

func fresh() (kittest.Importer, error) { return stripe.New(stripe.Options{}) }

// FuzzSpans_SoundOrFound: see kittest.Sound.
func FuzzSpans_SoundOrFound(f *testing.F) {
	sub := aSub(anItem(aPrice("2000")))
	kittest.Sound(f, fresh, func(l *billing.InvoiceLine) bool { return l.Kind == billing.LineCredit },
		sub.String(),
		list(sub, sub.With("status", "canceled").With("ended_at", kittest.Epoch("2026-03-01"))).String(),
		kittest.Joined(story()...),
		aSub(anItem(aPrice("1").With("billing_scheme", "tiered").With("tiers_mode", "volume").With("tiers", []any{object{"up_to": nil, "unit_amount_decimal": "0.5"}}))).String(),
		sub.With("discounts", []any{aDiscount(aCoupon(object{"percent_off": 10})), "di_2"}).String(),
		sub.With("default_tax_rates", []any{object{"inclusive": true, "percentage": json.Number("15")}}).With("pause_collection", object{}).String(),
		`{"object":"subscription","customer":"c","created":1e999,"items":{"data":[{"plan":{"amount":-1}}]}}`,
		anInvoice(oldLine("2000"), oldLine("-300").With("proration", true)).String(),
		kittest.Joined(aPrice("2000"), anInvoice(newLine("2000", "subscription_item_details", false))),
		anEvent("evt_1", "invoice.paid", "2026-03-11", anInvoice(oldLine("1"))).String(),
		kittest.Joined(aCharge().With("refunds", list(aRefund("500"))), anInvoicePayment(), creditedInvoice()),
		kittest.Joined(
			creditedInvoice(), aCreditNote("500").With("refunds", []any{object{"amount_refunded": 500, "refund": "re_1"}}),
			anEvent("evt_1", "refund.created", "2026-03-11", aRefund("500").With("status", "pending")),
			anEvent("evt_2", "refund.updated", "2026-03-12", aRefund("500").With("payment_intent", object{"id": "pi_1", "customer": "cus_1", "invoice": "in_1"})),
		),
	)
}

var fields = []string{
	"id", "customer", "status", "currency", "created", "start_date", "ended_at", "canceled_at", "cancel_at", "cancel_at_period_end",
	"trial_start", "trial_end", "pause_collection", "discounts", "default_tax_rates", "tax_percent", "items", "livemode", "test_clock",
	"items.id", "items.quantity", "items.quantity_decimal", "items.created", "items.current_period_start", "items.current_period_end", "items.discounts", "items.price",
	"price.currency", "price.unit_amount", "price.unit_amount_decimal", "price.billing_scheme", "price.tiers", "price.tiers_mode",
	"price.transform_quantity", "price.recurring", "price.tax_behavior", "price.currency_options",
	"discount.start", "discount.end", "discount.source", "coupon.percent_off", "coupon.amount_off", "coupon.currency", "coupon.duration", "coupon.duration_in_months",
}

// FuzzSpans_AnyField: see kittest.AnyField.
func FuzzSpans_AnyField(f *testing.F) {
	values := []string{`null`, `"x"`, `-1`, `1e9`, `[]`, `{}`, `[{}]`, `"2026"`, `99999999999`, `0.000000000001`, `{"interval":"week","interval_count":7}`, `[{"up_to":null,"unit_amount":1}]`}
	kittest.AnyField(f, fresh, fields, values, func(field string, raw json.RawMessage, event bool) string {
		parts := map[string]object{
			"coupon": aCoupon(object{"amount_off": 100, "currency": "usd"}), "discount": aDiscount(nil),
			"price": aPrice("2000"), "items": anItem(nil), "": aSub(),
		}
		part, key, inside := strings.Cut(field, ".")
		if !inside {
			part, key = "", part
		}
		put := func(name, k string, v any) {
			if _, set := parts[name]["replaced"]; !set || parts[name]["replaced"] != k {
				parts[name] = parts[name].With(k, v)
			}
		}
		parts[part] = parts[part].With(key, raw).With("replaced", key)
		put("discount", "source", object{"coupon": parts["coupon"]})
		put("items", "price", parts["price"])
		put("", "items", list(parts["items"]))
		put("", "discounts", []any{parts["discount"]})
		if event {
			return anEvent("evt_1", "customer.subscription.updated", "2026-03-15", parts[""]).String()
		}
		return parts[""].String()
	})
}
