package stripe_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lifecycle-go/lifecycle/metrics/billing/stripe"
)

// A discount that is expanded is taken as it is, wherever it comes: in an event and
// in a body of its own too, where the export has it nowhere else, and if it takes
// nothing off.
func TestDiscounts_Expanded(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		coupon object
		off    string
	}{
		{"percent", aCoupon(object{"percent_off": 10}), "10%"},
		{"amount", aCoupon(object{"amount_off": 500, "currency": "usd"}), "5"},
		{"no percent", aCoupon(object{"percent_off": 0}), "0"},
		{"no amount", aCoupon(object{"amount_off": 0, "currency": "usd"}), "0"},
		{"no amount in this currency", aCoupon(object{"amount_off": 500, "currency": "eur", "currency_options": object{"usd": object{"amount_off": 0}}}), "0"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			sub := aSub(anItem(aPrice("2000"))).With("discounts", []any{aDiscount(c.coupon)})
			event := anEvent("evt_1", "customer.subscription.created", "2026-01-10", sub)
			want := []string{"sub_1/si_1 0110-… 20 USD/P1M active subscription=di_1," + c.off + ",forever,0110,…"}
			for _, in := range []object{sub, event} {
				spans, found := read(t, in)
				require.Equal(t, want, spans)
				require.Empty(t, found)
				records, err := stripe.Records([]byte(in.String()))
				require.NoError(t, err)
				require.Len(t, records, 1)
				require.Equal(t, want, spanTexts(records[0].Spans))
			}
		})
	}
}

// One of which only the id is known is looked up, also where what it stands for takes
// nothing off.
func TestDiscounts_NothingOffByID(t *testing.T) {
	t.Parallel()
	sub := aSub(anItem(aPrice("2000"))).With("discounts", []any{"di_1"})
	event := anEvent("evt_1", "customer.subscription.created", "2026-01-10", sub)
	none := anEvent("evt_2", "customer.discount.created", "2026-01-10", aDiscount(aCoupon(object{"percent_off": 0})))
	spans, found := read(t, event, none)
	require.Equal(t, []string{"sub_1/si_1 0110-… 20 USD/P1M active subscription=di_1,0,forever,0110,…"}, spans)
	require.Empty(t, found)
}
