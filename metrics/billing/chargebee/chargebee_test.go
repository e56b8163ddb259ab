package chargebee_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/lifecycle-go/lifecycle/metrics/billing/chargebee"
	"github.com/lifecycle-go/lifecycle/metrics/billing/importer"
	"github.com/lifecycle-go/lifecycle/metrics/billing/internal/kittest"
)

// No export of Chargebee is public: these cases are written from its API
// reference, apidocs.chargebee.com/docs/api/subscriptions.
func TestSpans(t *testing.T) {
	t.Parallel()
	const plain = "basic-USD 0110-… 59.97 USD/P1M active"
	item := anItem()
	for _, c := range []struct {
		name  string
		sub   object
		want  []string
		found []string
	}{
		{"plain", aSub(item), []string{plain}, nil},
		{"text of major units goes first", aSub(item.With("amount_in_decimal", "59.9712").With("unit_price_in_decimal", "19.9904").With("quantity_in_decimal", "3.0")), []string{"basic-USD 0110-… 59.9712 USD/P1M active"}, nil},
		{"only in decimals", aSub(object{"item_price_id": "basic-USD", "item_type": "plan", "unit_price_in_decimal": "0.0005", "quantity_in_decimal": "1500.5"}), []string{"basic-USD 0110-… 0.75025 USD/P1M active"}, nil},
		{"dinars have two digits here", aSub(item.With("amount", 5120).With("unit_price", 1706.6666)).With("currency_code", "KWD"), []string{"basic-USD 0110-… 51.2 KWD/P1M active"}, []string{"warning contradiction subscription_items.amount"}},
		{"no minor units", aSub(item.With("amount", 1500).With("unit_price", 500)).With("currency_code", "JPY"), []string{"basic-USD 0110-… 1500 JPY/P1M active"}, nil},
		{"free quantity", aSub(item.With("quantity", 5).With("free_quantity", 2)), []string{plain}, nil},
		{"free quantity, computed", aSub(item.With("quantity", 5).With("free_quantity", 2).With("amount", nil)), []string{plain}, nil},
		{"a flat fee", aSub(item.With("amount", 1999)), []string{"basic-USD 0110-… 19.99 USD/P1M active"}, nil},
		{"an amount of two minds", aSub(item.With("amount", 5000)), []string{"basic-USD 0110-… 50 USD/P1M active"}, []string{"warning contradiction subscription_items.amount"}},
		{"no amount", aSub(item.With("amount", nil).With("unit_price", nil)), nil, []string{"fault missing-price subscription_items.amount"}},
		{"a negative amount", aSub(item.With("amount", -5).With("unit_price", nil)), nil, []string{"fault negative-amount subscription_items.amount"}},
		{"less than nothing", aSub(item.With("quantity", -1)), nil, []string{"fault negative-amount subscription_items.quantity"}},
		{"nothing of it", aSub(item.With("amount", 0).With("quantity", 0)), []string{"basic-USD 0110-… 0 USD/P1M active"}, []string{"notice zero-quantity subscription_items.quantity"}},
		{"yearly", aSub(item).With("billing_period_unit", "year"), []string{"basic-USD 0110-… 59.97 USD/P1Y active"}, nil},
		{
			"each item its own period", aSub(item, anItem().With("item_price_id", "addon-USD").With("item_type", "addon").With("billing_period", 1).With("billing_period_unit", "week")).With("billing_period_unit", "year"),
			[]string{"basic-USD 0110-… 59.97 USD/P1Y active", "addon-USD 0110-… 59.97 USD/P1W active"},
			nil,
		},
		{"a unit nobody knows", aSub(item).With("billing_period_unit", "moon"), nil, []string{"fault unknown-unit billing_period_unit"}},
		{"a charge", aSub(item, anItem().With("item_price_id", "setup-USD").With("item_type", "charge")), []string{plain, "setup-USD 0110-… 59.97 USD/P1M active one-off"}, nil},
		{"an item of another kind", aSub(item.With("item_type", "gift")), nil, []string{"fault unknown-value subscription_items.item_type"}},
		{"metered", aSub(item, anItem().With("item_price_id", "calls").With("item_type", "addon").With("metered_quantity", "12.5")), []string{plain}, []string{"notice metered subscription_items.metered_quantity"}},
		{
			"non_renewing is active until the end", aSub(item).With("status", "non_renewing").With("cancelled_at", kittest.Epoch("2026-05-10")).With("cancel_schedule_created_at", kittest.Epoch("2026-03-20")),
			[]string{plain + " cancel=0510"},
			nil,
		},
		{"non_renewing, until the end of the term", aSub(item).With("status", "non_renewing"), []string{plain + " cancel=0410"}, nil},
		{"non_renewing, nobody knows until when", aSub(item).With("status", "non_renewing").With("current_term_end", nil), []string{plain}, []string{"warning missing-time cancelled_at"}},
		{"non_renewing since before it began", aSub(item).With("status", "non_renewing").With("cancelled_at", kittest.Epoch("2025-05-10")), []string{plain}, []string{"warning contradiction cancelled_at"}},
		{
			"cancelled for not paying", aSub(item).With("status", "cancelled").With("cancelled_at", kittest.Epoch("2026-03-25")).With("cancel_reason", "not_paid"),
			[]string{"basic-USD 0110-0325 59.97 USD/P1M active involuntary"},
			nil,
		},
		{"cancelled, nobody knows when", aSub(item).With("status", "cancelled"), nil, []string{"fault missing-time cancelled_at"}},
		{"cancelled as it began", aSub(item).With("status", "cancelled").With("cancelled_at", kittest.Epoch("2026-01-10")), nil, []string{"notice zero-length cancelled_at"}},
		{"sold for two more cycles", aSub(item).With("remaining_billing_cycles", 2), []string{plain + " cancel=0610"}, nil},
		{"of a contract, which renews", aSub(item).With("remaining_billing_cycles", 2).With("contract_term", object{"id": "ct_1"}), []string{plain}, nil},
		{
			"in trial", aSub(item).With("status", "in_trial").With("trial_start", kittest.Epoch("2026-01-10")).With("trial_end", kittest.Epoch("2026-01-24")),
			[]string{"basic-USD 0110-0124 59.97 USD/P1M trial", "basic-USD 0124-… 59.97 USD/P1M active"},
			nil,
		},
		{"in trial for ever", aSub(item).With("status", "in_trial"), []string{"basic-USD 0110-… 59.97 USD/P1M trial"}, []string{"warning contradiction trial_end"}},
		{
			"a trial that begins later", aSub(item).With("trial_start", kittest.Epoch("2026-01-15")).With("trial_end", kittest.Epoch("2026-01-24")),
			[]string{"basic-USD 0110-0115 59.97 USD/P1M active", "basic-USD 0115-0124 59.97 USD/P1M trial", "basic-USD 0124-… 59.97 USD/P1M active"},
			nil,
		},
		{
			"a trial of the item that ends when that of the subscription begins", aSub(item.With("trial_end", kittest.Epoch("2026-01-20"))).With("trial_start", kittest.Epoch("2026-01-20")),
			[]string{"basic-USD 0110-0120 59.97 USD/P1M trial", "basic-USD 0120-… 59.97 USD/P1M active"},
			nil,
		},
		{
			"and before", aSub(item.With("trial_end", kittest.Epoch("2026-01-15"))).With("trial_start", kittest.Epoch("2026-01-20")),
			[]string{"basic-USD 0110-0115 59.97 USD/P1M trial", "basic-USD 0115-… 59.97 USD/P1M active"},
			nil,
		},
		{
			"a trial of the item", aSub(item.With("trial_end", kittest.Epoch("2026-02-10"))).With("trial_start", kittest.Epoch("2026-01-10")).With("trial_end", kittest.Epoch("2026-01-24")),
			[]string{"basic-USD 0110-0210 59.97 USD/P1M trial", "basic-USD 0210-… 59.97 USD/P1M active"},
			nil,
		},
		{
			"paused", aSub(item).With("status", "paused").With("pause_date", kittest.Epoch("2026-03-10")).With("resume_date", kittest.Epoch("2026-05-10")),
			[]string{"basic-USD 0110-0310 59.97 USD/P1M active", "basic-USD 0310-0510 59.97 USD/P1M paused", "basic-USD 0510-… 59.97 USD/P1M active"},
			nil,
		},
		{"paused, nobody knows since when", aSub(item).With("status", "paused"), []string{"basic-USD 0110-… 59.97 USD/P1M paused"}, []string{"warning assumed pause_date"}},
		{
			"to be paused", aSub(item).With("pause_date", kittest.Epoch("2026-04-10")),
			[]string{"basic-USD 0110-0410 59.97 USD/P1M active", "basic-USD 0410-… 59.97 USD/P1M paused"},
			nil,
		},
		{
			"past due", aSub(item).With("due_since", kittest.Epoch("2026-03-12")).With("due_invoices_count", 1),
			[]string{"basic-USD 0110-0312 59.97 USD/P1M active", "basic-USD 0312-… 59.97 USD/P1M past-due"},
			nil,
		},
		{"future", aSub(item).With("status", "future").With("started_at", nil).With("start_date", kittest.Epoch("2026-06-01")), []string{"basic-USD 0601-… 59.97 USD/P1M active"}, nil},
		{"backdated", aSub(item).With("created_at", kittest.Epoch("2026-02-01")), []string{plain}, []string{"notice start-not-created started_at"}},
		{"deleted", aSub(item).With("deleted", true), nil, []string{"warning deleted deleted"}},
		{"transferred", aSub(item).With("status", "transferred"), nil, []string{"fault unsupported status"}},
		{"a status nobody knows", aSub(item).With("status", "live"), nil, []string{"fault unknown-value status"}},
		{"no customer", aSub(item).With("customer_id", nil), nil, []string{"fault missing-customer customer_id"}},
		{"no currency", aSub(item).With("currency_code", nil), nil, []string{"fault unknown-currency currency_code"}},
		{"no start", aSub(item).With("started_at", nil).With("created_at", nil).With("activated_at", nil), nil, []string{"fault missing-time started_at"}},
		{"made when nobody can read", aSub(item).With("created_at", "soon"), nil, []string{"fault malformed created_at"}},
		{"a start nobody can read", aSub(item).With("started_at", "soon"), nil, []string{"fault malformed started_at"}},
		{"no items", aSub(), nil, []string{"fault missing-price subscription_items"}},
		{
			"product catalogue 1.0",
			object{
				"id": "s_1", "object": "subscription", "customer_id": "acme", "currency_code": "USD", "status": "active", "billing_period": 3, "billing_period_unit": "month", "started_at": kittest.Epoch("2026-01-10"),
				"plan_id": "basic", "plan_quantity": 5, "plan_unit_price": 1000, "plan_free_quantity": 2, "plan_amount": 3000,
				"addons": []any{object{"id": "support", "quantity": 1, "unit_price": 500}},
			},
			[]string{"basic 0110-… 30 USD/P3M active", "support 0110-… 5 USD/P3M active"},
			nil,
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			for _, form := range []object{c.sub, {"subscription": c.sub, "customer": object{"id": "acme"}}, {"list": []any{object{"subscription": c.sub}}}} {
				spans, found := read(t, form)
				assert.Equal(t, c.want, spans)
				assert.Equal(t, c.found, found)
			}
		})
	}
}

func TestTiers(t *testing.T) {
	t.Parallel()
	tiers := []any{
		object{"item_price_id": "basic-USD", "starting_unit": 1, "ending_unit": 10, "price": 500},
		object{"item_price_id": "basic-USD", "starting_unit": 11, "price": 350},
		object{"item_price_id": "other", "starting_unit": 1, "price": 1},
	}
	item := anItem().With("quantity", 25).With("unit_price", nil)
	price := func(model string) object {
		return object{"id": "basic-USD", "object": "item_price", "pricing_model": model, "period": 1, "period_unit": "year"}
	}
	sub := func(it object) object { return aSub(it).With("item_tiers", tiers) }

	spans, found := read(t, sub(item.With("amount", 10250)))
	assert.Equal(t, []string{"basic-USD 0110-… 102.5 USD/P1M active"}, spans, "Chargebee's own amount")
	assert.Empty(t, found)
	for model, want := range map[string]string{"tiered": "102.5", "volume": "87.5", "stairstep": "3.5"} {
		spans, found = read(t, price(model), sub(item.With("amount", nil)))
		assert.Equal(t, []string{"basic-USD 0110-… " + want + " USD/P1Y active"}, spans, model)
		assert.Empty(t, found)
	}
	spans, _ = read(t, price("tiered"), aSub(item.With("amount", nil)).With("item_tiers", []any{object{"item_price_id": "basic-USD", "price_in_decimal": "12.5", "pricing_type": "flat_fee"}}))
	assert.Equal(t, []string{"basic-USD 0110-… 12.5 USD/P1Y active"}, spans)
	spans, found = read(t, price("flat_fee"), aSub(anItem().With("amount", nil).With("quantity", nil)))
	assert.Equal(t, []string{"basic-USD 0110-… 19.99 USD/P1Y active"}, spans)
	assert.Empty(t, found)

	for name, c := range map[string]struct {
		in    []object
		found string
	}{
		"which model, nobody knows":  {[]object{sub(item.With("amount", nil))}, "fault missing-price subscription_items.amount"},
		"a model nobody knows":       {[]object{price("spiral"), sub(item.With("amount", nil))}, "fault missing-price subscription_items.amount"},
		"tiers are missing":          {[]object{price("volume"), aSub(item.With("amount", nil))}, "fault missing-price subscription_items.amount"},
		"a tier without a price":     {[]object{price("volume"), aSub(item.With("amount", nil)).With("item_tiers", []any{object{"item_price_id": "basic-USD"}})}, "fault missing-price item_tiers.price"},
		"tiers, one without a price": {[]object{price("volume"), aSub(item.With("amount", nil)).With("item_tiers", []any{object{"item_price_id": "basic-USD", "price": 5}, object{"item_price_id": "basic-USD"}})}, "fault missing-price item_tiers.price"},
		"packages":                   {[]object{price("volume"), aSub(item.With("amount", nil)).With("item_tiers", []any{object{"item_price_id": "basic-USD", "price": 5, "pricing_type": "package"}})}, "warning unsupported item_tiers.pricing_type"},
		"a gap":                      {[]object{price("volume"), aSub(item.With("amount", nil)).With("item_tiers", []any{object{"item_price_id": "basic-USD", "price": 5, "ending_unit": 3}})}, "fault bad-price subscription_items.unit_price.Tiers"},
	} {
		spans, found := read(t, c.in...)
		assert.Empty(t, spans, name)
		require.NotEmpty(t, found, name)
		assert.Contains(t, found[0], strings.Join(strings.Fields(c.found)[:2], " "), name)
	}
	spans, found = read(t, price("per_unit").With("metered", true), aSub(anItem()))
	assert.Empty(t, spans)
	assert.Equal(t, []string{"notice metered subscription_items.metered_quantity"}, found)
}

func TestDiscounts(t *testing.T) {
	t.Parallel()
	const plain = "basic-USD 0110-… 59.97 USD/P1M active"
	d := object{"id": "d_1", "type": "percentage", "percentage": 12.5, "duration_type": "forever", "included_in_mrr": true, "apply_on": "invoice_amount", "created_at": kittest.Epoch("2026-01-10")}
	flat := d.With("type", "fixed_amount").With("amount", 1000).With("currency_code", "USD")
	for _, c := range []struct {
		name  string
		d     object
		want  string
		found []string
	}{
		{"percent, part of MRR", d, plain + " d_1:12.5%:0:forever:0110-…:subscription:yes", nil},
		{"and not", d.With("included_in_mrr", false), plain + " d_1:12.5%:0:forever:0110-…:subscription:no", nil},
		{"not said", d.With("included_in_mrr", nil), plain + " d_1:12.5%:0:forever:0110-…:subscription:unsaid", nil},
		{"an amount", flat, plain + " d_1:0%:10:forever:0110-…:subscription:yes", nil},
		{"once", d.With("duration_type", "one_time"), plain + " d_1:12.5%:0:once:0110-…:subscription:yes", nil},
		{"until a day", d.With("duration_type", "limited_period").With("apply_till", kittest.Epoch("2026-04-10")), plain + " d_1:12.5%:0:repeating:0110-0410:subscription:yes", nil},
		{"three months", d.With("duration_type", "limited_period").With("period", 3).With("period_unit", "month"), plain + " d_1:12.5%:0:repeating:0110-0410:subscription:yes", nil},
		{"for a while", d.With("duration_type", "limited_period"), plain, []string{"fault bad-discount discounts.apply_till"}},
		{"for this item", d.With("apply_on", "specific_item_price").With("item_price_id", "basic-USD"), plain + " d_1:12.5%:0:forever:0110-…:item:yes", nil},
		{"for another", d.With("apply_on", "specific_item_price").With("item_price_id", "x"), plain, nil},
		{"for some", d.With("apply_on", "specified_items_total"), plain + " d_1:12.5%:0:forever:0110-…:subscription:yes", []string{"warning unsupported discounts.apply_on"}},
		{"in another currency", flat.With("currency_code", "EUR"), plain, []string{"warning bad-discount discounts.currency_code"}},
		{"nothing off", flat.With("amount", 0), plain + " d_1:0%:0:forever:0110-…:subscription:yes", nil},
		{"an amount nobody knows", flat.With("amount", nil), plain, []string{"fault bad-discount discounts.amount"}},
		{"since when, nobody can read", d.With("created_at", "soon"), plain, []string{"fault malformed discounts.created_at"}},
		{"until when, nobody can read", d.With("apply_till", "soon"), plain, []string{"fault malformed discounts.apply_till"}},
		{"for a time of no unit", d.With("duration_type", "limited_period").With("period", 3).With("period_unit", "age"), plain, []string{"fault unknown-unit discounts.period_unit"}},
		{"more than all", d.With("percentage", 101), plain, []string{"fault bad-discount discounts.percentage"}},
		{"a surcharge", flat.With("amount", -1), plain, []string{"fault bad-discount discounts.amount"}},
		{"of another kind", d.With("type", "gift"), plain, []string{"fault unknown-value discounts.type"}},
		{"how long, nobody knows", d.With("duration_type", "long"), plain, []string{"fault unknown-value discounts.duration_type"}},
		{"over when it starts", d.With("apply_till", kittest.Epoch("2026-01-10")), plain, []string{"warning bad-discount discounts.apply_till"}},
	} {
		spans, found := read(t, aSub(anItem()).With("discounts", []any{c.d}))
		assert.Equal(t, []string{c.want}, spans, c.name)
		assert.Equal(t, c.found, found, c.name)
	}

	coupon := object{"id": "SAVE", "object": "coupon", "discount_type": "percentage", "discount_percentage": 20, "duration_type": "limited_period", "duration_month": 6, "apply_on": "invoice_amount"}
	with := aSub(anItem()).With("coupons", []any{object{"coupon_id": "SAVE"}})
	spans, found := read(t, with)
	assert.Equal(t, []string{plain}, spans)
	assert.Equal(t, []string{"fault not-expanded coupons.coupon_id"}, found)
	spans, found = read(t, object{"list": []any{object{"coupon": coupon}}}, with)
	assert.Equal(t, []string{plain + " SAVE:20%:0:repeating:0110-0710:subscription:unsaid"}, spans)
	assert.Empty(t, found)
	spans, _ = read(t, coupon, with.With("discounts", []any{d.With("coupon_id", "SAVE")}))
	assert.Equal(t, []string{plain + " d_1:12.5%:0:forever:0110-…:subscription:yes"}, spans, "the coupon and its discount are one")
	spans, _ = read(t, coupon.With("id", "MORE").With("duration_type", "forever"), with.With("discounts", []any{d.With("coupon_id", "SAVE")}).
		With("coupons", []any{object{"coupon_id": "SAVE"}, object{"coupon_id": "MORE"}}))
	assert.Equal(t, []string{plain + " d_1:12.5%:0:forever:0110-…:subscription:yes MORE:20%:0:forever:0110-…:subscription:unsaid"}, spans, "and another coupon is one more")
}

func TestEvents(t *testing.T) {
	t.Parallel()
	three, five := aSub(anItem()), aSub(anItem().With("quantity", 5).With("amount", 9995))
	in := []object{
		anEvent("ev_1", "subscription_created", "2026-01-10", object{"subscription": three, "customer": object{"id": "acme"}}),
		anEvent("ev_2", "subscription_changed", "2026-02-10", object{"subscription": five}),
		anEvent("ev_3", "subscription_cancelled", "2026-03-20", object{"subscription": five.With("status", "cancelled").With("cancelled_at", kittest.Epoch("2026-03-20"))}),
	}
	want := []string{"basic-USD 0110-0210 59.97 USD/P1M active", "basic-USD 0210-0320 99.95 USD/P1M active"}
	for _, order := range [][]object{in, {in[2], in[1], in[0]}, {in[1], in[0], in[0], in[2]}, {{"list": []any{object{"event": in[2]}, object{"event": in[0]}, object{"event": in[1]}}}}} {
		spans, found := read(t, order...)
		assert.Equal(t, want, spans)
		assert.Empty(t, found)
	}
	spans, _ := read(t, in[0], anEvent("ev_9", "subscription_deleted", "2026-02-01", object{"subscription": three.With("deleted", true)}))
	assert.Equal(t, []string{"basic-USD 0110-0201 59.97 USD/P1M active"}, spans, "a deletion is an end")

	// Of one second, the higher resource_version is later.
	a := anEvent("ev_a", "subscription_changed", "2026-02-10", object{"subscription": three.With("resource_version", int64(1770681600100))})
	b := anEvent("ev_b", "subscription_changed", "2026-02-10", object{"subscription": five.With("resource_version", int64(1770681600900))})
	spans, found := read(t, b, a)
	assert.Equal(t, []string{"basic-USD 0110-0210 59.97 USD/P1M active", "basic-USD 0210-… 99.95 USD/P1M active"}, spans)
	assert.Equal(t, []string{"warning assumed"}, found, "it began before the first event")

	_, found = read(t, three, in[0])
	assert.Equal(t, []string{"warning mixed-input"}, found)
	_, found = read(t, object{"list": []any{object{"subscription": three}}, "next_offset": "[1,2]"})
	assert.Equal(t, []string{"fault truncated next_offset"}, found)
	for _, c := range []struct{ in, found string }{
		{in[0].With("occurred_at", nil).String(), "fault missing-time occurred_at"},
		{in[0].With("occurred_at", "soon").String(), "fault malformed occurred_at"},
		{in[0].With("id", object{}).String(), "fault malformed id"},
		{anEvent("ev_1", "payment_succeeded", "2026-01-10", object{"transaction": object{}}).String(), "notice unsupported object"},
		{object{"customer": object{"id": "c"}}.String(), "notice unsupported object"},
		{object{"invoice": object{"id": "c"}}.String(), "notice unsupported object"},
		{object{"subscription": object{"id": "c", "subscription_items": 1}}.String(), "fault malformed subscription_items"},
	} {
		_, findings, err := chargebee.Read(strings.NewReader(c.in), chargebee.Options{})
		require.NoError(t, err, c.in)
		assert.Equal(t, []string{c.found}, kittest.Words(findings), c.in)
	}
}

func TestErrors(t *testing.T) {
	t.Parallel()
	imp, err := chargebee.New(chargebee.Options{Limits: importer.Limits{Catalogue: 1}})
	require.NoError(t, err)
	price := object{"id": "p_1", "object": "item_price"}
	require.NoError(t, imp.Catalogue(strings.NewReader(kittest.Joined(object{"item_price": price}, price, aSub()))))
	require.ErrorIs(t, imp.Catalogue(strings.NewReader(price.With("id", "p_2").String())), importer.ErrLimit)
	require.ErrorIs(t, imp.Catalogue(strings.NewReader(object{"coupon": object{"id": "c"}}.String())), importer.ErrLimit)
	for _, in := range []string{`{"subscription":{"id":x}}`, `{"invoice":{"id":x}}`, `{"coupon":{"id":x}}`, `{"item_price":{"id":x}}`, `{"customer":{"id":x}}`, `{"event_type":"x","content":{"id":x}}`, `{"list":[],"x":y}`, `{"subscription":{},"x":y}`, `{`} {
		_, err := importer.Collect(imp.Spans(strings.NewReader(in)))
		require.ErrorIs(t, err, importer.ErrSyntax, in)
		_, err = importer.Collect(imp.Lines(strings.NewReader(in)))
		require.ErrorIs(t, err, importer.ErrSyntax, in)
		require.ErrorIs(t, imp.Catalogue(strings.NewReader(in)), importer.ErrSyntax, in)
	}
	_, _, err = chargebee.Read(nil, chargebee.Options{Limits: importer.Limits{Depth: -1}})
	require.ErrorIs(t, err, importer.ErrOptions)
	imp, err = chargebee.New(chargebee.Options{})
	require.NoError(t, err)
	for _, in := range []object{aSub(anItem()), anEvent("ev_1", "x", "2026-01-10", object{"subscription": aSub(anItem())})} {
		for range imp.Spans(strings.NewReader(kittest.Joined(in, in))) {
			break
		}
	}
	for _, in := range []object{anInvoice(aLine(), aLine()), anEvent("ev_1", "x", "2026-01-10", object{"invoice": anInvoice(aLine())})} {
		for range imp.Lines(strings.NewReader(kittest.Joined(in, in))) {
			break
		}
	}
	assert.Equal(t, int64(4), imp.Progress().Yielded)
}

func TestSpoiled(t *testing.T) {
	t.Parallel()
	coupon := object{"id": "SAVE", "object": "coupon", "discount_type": "percentage", "discount_percentage": 20, "duration_type": "limited_period", "duration_month": 6, "apply_on": "invoice_amount"}
	off := object{"id": "d_1", "object": "discount", "type": "fixed_amount", "amount": 1000, "currency_code": "USD", "duration_type": "limited_period", "period": 3, "period_unit": "month", "created_at": kittest.Epoch("2026-01-10"), "apply_on": "invoice_amount"}
	tiered := anItem().With("item_price_id", "tiers-USD").Without("unit_price", "amount")
	sub := aSub(anItem(), tiered).With("coupons", []any{object{"coupon_id": "SAVE"}}).With("discounts", []any{off}).
		With("item_tiers", []any{object{"item_price_id": "tiers-USD", "starting_unit": 1, "price": 500}})
	ended := aSub(anItem()).With("id", "s_2").With("customer_id", "bolt").With("status", "cancelled").With("cancelled_at", kittest.Epoch("2026-03-20"))
	records := []object{{"id": "tiers-USD", "object": "item_price", "pricing_model": "tiered", "period": 1, "period_unit": "month"}, coupon, sub, ended, anInvoice(aLine())}
	kittest.Spoiled(t, fresh, []string{"item_tiers"}, records...)
	kittest.Bent(t, chargebee.Records, fresh, nil, records...)
}
