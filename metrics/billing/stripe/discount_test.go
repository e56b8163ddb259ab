package stripe_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/lifecycle-go/lifecycle/metrics/billing/internal/kittest"
)

func aCoupon(fields object) object {
	o := object{"id": "co_1", "object": "coupon", "percent_off": nil, "amount_off": nil, "currency": nil, "duration": "forever", "duration_in_months": nil}
	for k, v := range fields {
		o = o.With(k, v)
	}
	return o
}

func aDiscount(coupon any) object {
	return object{"id": "di_1", "object": "discount", "source": object{"type": "coupon", "coupon": coupon}, "start": kittest.Epoch("2026-01-10"), "end": nil}
}

func TestDiscounts(t *testing.T) {
	t.Parallel()
	quarter := aCoupon(object{"percent_off": json.Number("25.5")})
	ten := aCoupon(object{"amount_off": 1000, "currency": "usd"})
	const plain = "sub_1/si_1 0110-… 20 USD/P1M active"
	sub := func(discounts ...any) object { return aSub(anItem(aPrice("2000"))).With("discounts", discounts) }
	for _, c := range []struct {
		name  string
		in    []object
		want  []string
		found []string
	}{
		{"percent, exactly", []object{sub(aDiscount(quarter))}, []string{plain + " subscription=di_1,25.5%,forever,0110,…"}, nil},
		{
			"the coupon in its old place",
			[]object{sub(aDiscount(nil).Without("source").With("coupon", quarter))},
			[]string{plain + " subscription=di_1,25.5%,forever,0110,…"},
			nil,
		},
		{
			"the one discount of before there were several",
			[]object{sub().Without("discounts").With("discount", aDiscount(nil).Without("source").With("coupon", quarter))},
			[]string{plain + " subscription=di_1,25.5%,forever,0110,…"},
			nil,
		},
		{
			"more off than there is: no policy lets a charge fall below zero",
			[]object{sub(aDiscount(aCoupon(object{"amount_off": 5000, "currency": "usd"})))},
			[]string{plain + " subscription=di_1,50,forever,0110,…"},
			nil,
		},
		{"once", []object{sub(aDiscount(ten.With("duration", "once")))}, []string{plain + " subscription=di_1,10,once,0110,…"}, nil},
		{
			"repeating, with its end",
			[]object{sub(aDiscount(ten.With("duration", "repeating").With("duration_in_months", 3)).With("end", kittest.Epoch("2026-04-10")))},
			[]string{plain + " subscription=di_1,10,repeating,0110,0410"},
			nil,
		},
		{
			"repeating, its end counted in months",
			[]object{sub(aDiscount(ten.With("duration", "repeating").With("duration_in_months", 3)))},
			[]string{plain + " subscription=di_1,10,repeating,0110,0410"},
			nil,
		},
		{
			"items before the subscription",
			[]object{aSub(anItem(aPrice("2000")).With("discounts", []any{aDiscount(quarter).With("id", "di_2")})).With("discounts", []any{aDiscount(ten)})},
			[]string{plain + " item=di_2,25.5%,forever,0110,… subscription=di_1,10,forever,0110,…"},
			nil,
		},
		{
			"the customer's, where the subscription has none",
			[]object{sub().With("customer", object{"id": "cus_1", "discount": aDiscount(quarter)})},
			[]string{plain + " subscription=di_1,25.5%,forever,0110,…"},
			nil,
		},
		{
			"the customer's gives way",
			[]object{sub(aDiscount(ten)).With("customer", object{"id": "cus_1", "discount": aDiscount(quarter).With("id", "di_9")})},
			[]string{plain + " subscription=di_1,10,forever,0110,…"},
			nil,
		},
		{"an id", []object{sub("di_1")}, []string{plain}, []string{"fault not-expanded discounts"}},
		{"an id of a discount that came before", []object{aDiscount(quarter), sub("di_1")}, []string{plain + " subscription=di_1,25.5%,forever,0110,…"}, nil},
		{"a coupon that is an id", []object{sub(aDiscount("co_1"))}, []string{plain}, []string{"fault not-expanded discount.source.coupon"}},
		{"a coupon that came before", []object{quarter, sub(aDiscount("co_1"))}, []string{plain + " subscription=di_1,25.5%,forever,0110,…"}, nil},
		{"off in another currency", []object{sub(aDiscount(ten.With("currency", "eur")))}, []string{plain}, []string{"warning bad-discount coupon.currency"}},
		{
			"off in several",
			[]object{sub(aDiscount(ten.With("currency", "eur").With("currency_options", object{"usd": object{"amount_off": 1100}})))},
			[]string{plain + " subscription=di_1,11,forever,0110,…"},
			nil,
		},
		{
			"off in several, and in this one how much is not said",
			[]object{sub(aDiscount(ten.With("currency", "eur").With("currency_options", object{"usd": object{"amount_off": nil}})))},
			[]string{plain},
			[]string{"warning bad-discount coupon.currency"},
		},
		{
			"one that takes nothing off, and one that does",
			[]object{sub(aDiscount(ten.With("amount_off", -5)), aDiscount(ten.With("currency", "eur")), aDiscount(ten.With("amount_off", json.Number("1e30"))), aDiscount(ten.With("applies_to", object{"products": []any{"prod_9"}})), aDiscount(quarter).With("id", "di_2"))},
			[]string{plain + " subscription=di_2,25.5%,forever,0110,…"},
			[]string{"fault bad-discount coupon.amount_off", "warning bad-discount coupon.currency", "fault amount-range coupon.amount_off"},
		},
		{
			"for other products",
			[]object{sub(aDiscount(ten.With("applies_to", object{"products": []any{"prod_9"}})))},
			[]string{plain},
			nil,
		},
		{
			"for this product",
			[]object{sub(aDiscount(ten.With("applies_to", object{"products": []any{"prod_1"}})))},
			[]string{plain + " subscription=di_1,10,forever,0110,…"},
			nil,
		},
		{"neither", []object{sub(aDiscount(aCoupon(nil)))}, []string{plain}, []string{"fault bad-discount coupon"}},
		{"both", []object{sub(aDiscount(ten.With("percent_off", 5)))}, []string{plain}, []string{"fault bad-discount coupon"}},
		{"more than all", []object{sub(aDiscount(quarter.With("percent_off", json.Number("100.01"))))}, []string{plain}, []string{"fault bad-discount coupon.percent_off"}},
		{"a surcharge", []object{sub(aDiscount(ten.With("amount_off", -5)))}, []string{plain}, []string{"fault bad-discount coupon.amount_off"}},
		{"how long, nobody knows", []object{sub(aDiscount(ten.With("duration", "long")))}, []string{plain}, []string{"fault unknown-value coupon.duration"}},
		{"repeating, how often not said", []object{sub(aDiscount(ten.With("duration", "repeating")))}, []string{plain}, []string{"fault bad-discount coupon.duration_in_months"}},
		{"over when it starts", []object{sub(aDiscount(ten).With("end", kittest.Epoch("2026-01-10")))}, []string{plain}, []string{"warning bad-discount discount.end"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			spans, found := read(t, c.in...)
			assert.Equal(t, c.want, spans)
			assert.Equal(t, c.found, found)
		})
	}
}

// Webhooks carry ids of discounts; the discount itself is in an event of its
// own, which may come later.
func TestDiscounts_Events(t *testing.T) {
	t.Parallel()
	sub := aSub(anItem(aPrice("2000")).With("discounts", []any{"di_2"})).With("discounts", []any{"di_1", "di_3"})
	half := aDiscount(aCoupon(object{"percent_off": 50, "applies_to": object{"products": []any{"prod_1"}}}))
	spans, found := read(t,
		anEvent("evt_1", "customer.subscription.created", "2026-01-10", sub),
		anEvent("evt_2", "customer.discount.created", "2026-01-10", half),
		anEvent("evt_3", "customer.discount.created", "2026-01-10", half.With("id", "di_2")),
	)
	assert.Equal(t, []string{"sub_1/si_1 0110-… 20 USD/P1M active item=di_2,50%,forever,0110,… subscription=di_1,50%,forever,0110,…"}, spans)
	assert.Equal(t, []string{"fault not-expanded discounts"}, found, "di_3 never came")

	// One that is expanded does not stand in the way of one that is not.
	spans, found = read(t,
		anEvent("evt_1", "customer.subscription.created", "2026-01-10", aSub(anItem(aPrice("2000"))).With("discounts", []any{half.With("id", "di_4"), "di_1"})),
		anEvent("evt_2", "customer.discount.created", "2026-01-10", half),
	)
	assert.Equal(t, []string{"sub_1/si_1 0110-… 20 USD/P1M active subscription=di_4,50%,forever,0110,… subscription=di_1,50%,forever,0110,…"}, spans)
	assert.Empty(t, found)
}
