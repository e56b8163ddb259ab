package stripe_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/lifecycle-go/lifecycle/metrics/billing/importer"
	"github.com/lifecycle-go/lifecycle/metrics/billing/internal/kittest"
	"github.com/lifecycle-go/lifecycle/metrics/billing/stripe"
)

// What cannot be read is left out and named; what stands beside it stays.
func TestUnreadable(t *testing.T) {
	t.Parallel()
	good := anItem(aPrice("2000"))
	const plain = "sub_1/si_1 0110-… 20 USD/P1M active"
	tiered := aPrice("0").With("id", "price_2").With("unit_amount", nil).With("unit_amount_decimal", nil).With("billing_scheme", "tiered").With("tiers_mode", "volume").
		With("tiers", []any{object{"up_to": "inf", "unit_amount": 500, "flat_amount": "x"}})
	for _, c := range []struct {
		name        string
		sub         object
		want, found []string
	}{
		{"when it ended", aSub(good).With("ended_at", "soon"), nil, []string{"fault malformed ended_at"}},
		{"when it was made", aSub(good).With("created", "soon"), nil, []string{"fault malformed created"}},
		{
			"a surcharge by coupon, beside one that takes off",
			aSub(good).With("discounts", []any{aDiscount(aCoupon(object{"amount_off": -500, "currency": "usd"})), aDiscount(aCoupon(object{"amount_off": 500, "currency": "usd"})).With("id", "di_2")}),
			[]string{plain + " subscription=di_2,5,forever,0110,…"},
			[]string{"fault bad-discount coupon.amount_off"},
		},
		{"a tier", aSub(anItem(tiered).With("id", "si_2"), good), []string{plain}, []string{"fault malformed price.tiers.flat_amount"}},
		{
			"a tax rate that is an id, beside one that is not",
			aSub(good).With("default_tax_rates", []any{"txr_9", object{"id": "txr_1", "inclusive": false, "percentage": json.Number("20")}}),
			[]string{plain + " tax=4"},
			[]string{"warning not-expanded tax_rates"},
		},
		{
			"a tax rate that is none, beside one that is",
			aSub(good).With("default_tax_rates", []any{object{"id": "txr_9", "percentage": "x"}, object{"id": "txr_1", "inclusive": false, "percentage": json.Number("20")}}),
			[]string{plain + " tax=4"},
			[]string{"fault malformed tax_rates.percentage"},
		},
	} {
		spans, found := read(t, c.sub)
		assert.Equal(t, c.want, spans, c.name)
		assert.Equal(t, c.found, found, c.name)
	}
}

func TestUnreadable_Lines(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		in   object
		want string
	}{
		{"a refund of another shape", aRefund("500").With("amount", object{}), "fault malformed amount"},
		{"a payment intent of another shape", object{"id": "pi_1", "object": "payment_intent", "customer": 1.5e300, "invoice": []any{1}}, "fault malformed invoice"},
		{"a credit of no amount", aCreditNote("500").With("lines", list(object{"id": "cnli_1", "amount": "x"})), "fault malformed lines.amount"},
		{"a credit beyond all", aCreditNote("500").With("lines", list(object{"id": "cnli_1", "amount": json.Number("1e30")})), "fault amount-range lines.amount"},
	} {
		imp, err := stripe.New(stripe.Options{})
		require.NoError(t, err)
		lines, err := importer.Collect(imp.Lines(strings.NewReader(kittest.Joined(c.in))))
		require.NoError(t, err, c.name)
		assert.Empty(t, lines, c.name)
		assert.Equal(t, []string{c.want}, kittest.Words(imp.Findings()), c.name)
		assert.Zero(t, imp.Progress().Skipped, c.name)
	}
}

// A refund that an event tells twice is a repeat; two events, or the object twice,
// are not.
func TestRefunds_Repeats(t *testing.T) {
	t.Parallel()
	event := func(id string) object { return anEvent(id, "refund.updated", "2026-03-11", aRefund("500")) }
	for _, c := range []struct {
		in   []object
		want int64
	}{
		{[]object{aCharge(), event("evt_1"), event("evt_1")}, 1},
		{[]object{aCharge(), event("evt_1"), event("evt_2")}, 0},
		{[]object{aCharge(), aRefund("500"), aRefund("500")}, 0},
	} {
		imp, err := stripe.New(stripe.Options{})
		require.NoError(t, err)
		require.Equal(t, []string{givenBack}, refundsIn(t, imp, c.in...))
		require.Equal(t, c.want, imp.Progress().Repeats)
	}
}

func TestSpoiled(t *testing.T) {
	t.Parallel()
	tiered := aPrice("0").With("id", "price_2").With("unit_amount", nil).With("unit_amount_decimal", nil).With("billing_scheme", "tiered").With("tiers_mode", "graduated").
		With("tiers", []any{object{"up_to": 10, "unit_amount": 500, "flat_amount": 100}, object{"up_to": "inf", "unit_amount": 300}})
	sub := aSub(anItem(aPrice("2000")), anItem(tiered).With("id", "si_2")).
		With("discounts", []any{aDiscount(aCoupon(object{"amount_off": 500, "currency": "usd", "duration": "repeating", "duration_in_months": 3}))}).
		With("default_tax_rates", []any{object{"id": "txr_1", "inclusive": false, "percentage": json.Number("20")}})
	ended := aSub(anItem(aPrice("2000"))).With("id", "sub_2").With("customer", "cus_2").With("status", "canceled").With("ended_at", kittest.Epoch("2026-03-20"))
	coming := aSchedule("not_started", aPhase("2026-04-10", "2026-07-10", "3000"), aPhase("2026-07-10", "", "4000"))
	invoice := creditedInvoice().With("lines", list(oldLine("2000").With("discount_amounts", []any{object{"amount": 100, "discount": "di_1"}, object{"amount": 50, "discount": "di_2"}}).
		With("tax_amounts", []any{object{"amount": 200, "inclusive": true}, object{"amount": 30, "inclusive": false}}).With("taxes", []any{object{"amount": 10, "tax_behavior": "inclusive"}})))
	records := []object{sub, ended, coming, invoice, aCreditNote("500"), aRefund("300"), aCharge()}
	kittest.Spoiled(t, fresh, []string{"tiers", "phases", "discount_amounts", "tax_amounts", "taxes"}, records...)
	kittest.Bent(t, stripe.Records, fresh, nil, records...)
}
