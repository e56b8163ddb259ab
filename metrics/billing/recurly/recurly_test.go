package recurly_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/lifecycle-go/lifecycle/metrics/billing/importer"
	"github.com/lifecycle-go/lifecycle/metrics/billing/internal/kittest"
	"github.com/lifecycle-go/lifecycle/metrics/billing/recurly"
)

func TestSpans(t *testing.T) {
	t.Parallel()
	const plain = "0110-… 59.97 USD/P1M active"
	num := func(s string) json.Number { return json.Number(s) }
	for _, c := range []struct {
		name  string
		sub   object
		want  []string
		found []string
	}{
		{"plain", aSub(), []string{plain}, nil},
		{
			"amounts are floats on the wire, and never here",
			aSub().With("unit_amount", num("90071992547409.93")).With("quantity", 1),
			[]string{"0110-… 90071992547409.93 USD/P1M active"},
			nil,
		},
		{
			"canceled is paid for until it expires",
			aSub().With("state", "canceled").With("canceled_at", "2026-03-20T00:00:00Z").With("expires_at", "2026-04-10T00:00:00Z"),
			[]string{plain + " cancel=0410 voluntary"},
			nil,
		},
		{
			"canceled, and not said until when: the end of the period",
			aSub().With("state", "canceled").With("canceled_at", "2026-03-20T00:00:00Z"),
			[]string{plain + " cancel=0410 voluntary"},
			nil,
		},
		{
			"canceled, and nothing said at all",
			aSub().With("state", "canceled").With("current_period_ends_at", nil),
			[]string{plain + " voluntary"},
			[]string{"warning missing-time expires_at"},
		},
		{
			"expired is the end",
			aSub().With("state", "expired").With("expires_at", "2026-04-10T00:00:00Z").With("expiration_reason", "nonpayment"),
			[]string{"0110-0410 59.97 USD/P1M active involuntary"},
			nil,
		},
		{"expired, and it cannot be read when", aSub().With("state", "expired").With("expires_at", "soon"), nil, []string{"fault malformed expires_at"}},
		{"expired, nobody knows when", aSub().With("state", "expired"), nil, []string{"fault missing-time expires_at"}},
		{
			"expired as it began", aSub().With("state", "expired").With("expires_at", "2026-01-10T00:00:00Z"),
			nil,
			[]string{"notice zero-length expires_at"},
		},
		{
			"the zero time means unset",
			aSub().With("expires_at", "0001-01-01T00:00:00Z").With("paused_at", "0001-01-01T00:00:00Z").With("trial_ends_at", "0001-01-01T00:00:00Z"),
			[]string{plain},
			nil,
		},
		{
			"a trial is what its dates say, not the state",
			aSub().With("trial_started_at", "2026-01-10T00:00:00Z").With("trial_ends_at", "2026-01-24T00:00:00Z"),
			[]string{"0110-0124 59.97 USD/P1M trial", "0124-… 59.97 USD/P1M active"},
			nil,
		},
		{
			"a trial of no length", aSub().With("trial_started_at", "2026-01-10T00:00:00Z").With("trial_ends_at", "2026-01-10T00:00:00Z"),
			[]string{plain},
			[]string{"warning contradiction trial_ends_at"},
		},
		{
			"paused", aSub().With("state", "paused").With("paused_at", "2026-03-10T00:00:00Z").With("remaining_pause_cycles", 2),
			[]string{"0110-0310 59.97 USD/P1M active", "0310-… 59.97 USD/P1M paused"},
			nil,
		},
		{
			"to be paused at the end of the period, for two",
			aSub().With("paused_at", "2026-04-10T00:00:00Z").With("remaining_pause_cycles", 2),
			[]string{"0110-0410 59.97 USD/P1M active", "0410-0610 59.97 USD/P1M paused", "0610-… 59.97 USD/P1M active"},
			nil,
		},
		{"paused, nobody knows since when", aSub().With("state", "paused"), []string{"0110-… 59.97 USD/P1M paused"}, []string{"warning assumed paused_at"}},
		{"failed: never paid", aSub().With("state", "failed"), []string{"0110-… 59.97 USD/P1M incomplete"}, nil},
		{
			"future", aSub().With("state", "future").With("activated_at", nil).With("current_term_started_at", "2026-06-01T00:00:00Z"),
			[]string{"0601-… 59.97 USD/P1M active"},
			nil,
		},
		{
			"future, some day", aSub().With("state", "future").With("activated_at", nil).With("current_period_started_at", nil),
			nil,
			[]string{"notice pending state"},
		},
		{
			"an import, begun before it was made", aSub().With("activated_at", "2024-05-01T00:00:00Z"),
			[]string{"0501-… 59.97 USD/P1M active"},
			[]string{"notice start-not-created activated_at"},
		},
		{"a state nobody knows", aSub().With("state", "live"), nil, []string{"fault unknown-value state"}},
		{"a plan nobody knows", aSub().With("plan", object{"id": "pl_9"}), nil, []string{"fault not-expanded plan"}},
		{"a plan by its code", aSub().With("plan", object{"code": "gold"}), []string{plain}, nil},
		{"a plan inside", aSub().With("plan", object{"id": "pl_9", "interval_unit": "days", "interval_length": 30}), []string{"0110-… 59.97 USD/P30D active"}, nil},
		{"no account", aSub().With("account", nil), nil, []string{"fault missing-customer account"}},
		{"no start", aSub().Without("created_at", "activated_at"), nil, []string{"fault missing-time activated_at"}},
		{"no amount", aSub().With("unit_amount", nil), nil, []string{"fault missing-price unit_amount"}},
		{"no quantity", aSub().With("quantity", nil), nil, []string{"fault missing-price quantity"}},
		{"nothing of it", aSub().With("quantity", 0), []string{"0110-… 0 USD/P1M active"}, []string{"notice zero-quantity quantity"}},
		{"a negative amount", aSub().With("unit_amount", -5), nil, []string{"fault negative-amount unit_amount.Unit"}},
		{"no currency", aSub().With("currency", ""), nil, []string{"fault unknown-currency currency"}},
		{"a change to come", aSub().With("pending_change", object{"activate_at": "2026-04-10T00:00:00Z", "unit_amount": 25}), []string{plain}, []string{"notice pending pending_change.activate_at"}},
		{
			"tax inside", aSub().With("quantity", 1).With("unit_amount", 20).With("tax_inclusive", true).With("tax_info", object{"rate": num("0.15")}),
			[]string{"0110-… 17.39 USD/P1M active tax=2.61"},
			[]string{"notice tax-inside tax_info.rate"},
		},
		{
			"tax inside, how much unknown", aSub().With("tax_inclusive", true),
			[]string{plain},
			[]string{"warning tax-inside tax_inclusive"},
		},
		{
			"tax inside, at a rate that is not said", aSub().With("tax_inclusive", true).With("tax_info", object{"rate": nil}),
			[]string{plain},
			[]string{"warning tax-inside tax_inclusive"},
		},
		{
			"tax inside, of less than nothing", aSub().With("tax_inclusive", true).With("tax_info", object{"rate": num("-0.1")}),
			[]string{plain},
			[]string{"warning tax-inside tax_inclusive"},
		},
		{
			"tax inside, of nothing", aSub().With("tax_inclusive", true).With("tax_info", object{"rate": num("0")}),
			[]string{plain},
			[]string{"notice tax-inside tax_info.rate"},
		},
		{
			"tax on top", aSub().With("quantity", 1).With("unit_amount", 20).With("tax_info", object{"rate": num("0.0875")}),
			[]string{"0110-… 20 USD/P1M active tax=1.75"},
			nil,
		},

		{"an add-on", aSub().With("add_ons", []any{anAddOn()}), []string{plain, "ao_1 0110-… 10 USD/P1M active"}, nil},
		{
			"an add-on later, and no more", aSub().With("add_ons", []any{anAddOn().With("created_at", "2026-02-01T00:00:00Z").With("expired_at", "2026-03-01T00:00:00Z")}),
			[]string{plain, "ao_1 0201-0301 10 USD/P1M active"},
			nil,
		},
		{
			"an add-on that never was", aSub().With("add_ons", []any{anAddOn().With("expired_at", "2026-01-10T00:00:00Z")}),
			[]string{plain},
			[]string{"notice zero-length add_ons.expired_at"},
		},
		{
			"an add-on below a cent", aSub().With("add_ons", []any{anAddOn().With("unit_amount", nil).With("unit_amount_decimal", "0.000000001").With("quantity", 500)}),
			[]string{plain, "ao_1 0110-… 0.0000005 USD/P1M active"},
			nil,
		},
		{
			"an add-on by use", aSub().With("add_ons", []any{anAddOn().With("add_on", object{"code": "calls", "add_on_type": "usage"})}),
			[]string{plain},
			[]string{"notice metered add_ons.add_on.add_on_type"},
		},
		{
			"tiered: 10 at 5, 15 at 3.5", aSub().With("add_ons", []any{tiered("tiered")}),
			[]string{plain, "ao_1 0110-… 102.5 USD/P1M active"},
			nil,
		},
		{"volume: 25 at 3.5", aSub().With("add_ons", []any{tiered("volume")}), []string{plain, "ao_1 0110-… 87.5 USD/P1M active"}, nil},
		{"stairstep: the second step", aSub().With("add_ons", []any{tiered("stairstep")}), []string{plain, "ao_1 0110-… 3.5 USD/P1M active"}, nil},
		{"tiers missing", aSub().With("add_ons", []any{tiered("volume").With("tiers", nil)}), []string{plain}, []string{"fault missing-tiers add_ons.tiers"}},
		{"tiers of another kind", aSub().With("add_ons", []any{tiered("spiral")}), []string{plain}, []string{"fault unknown-value add_ons.tier_type"}},
		{
			"a tier without an amount", aSub().With("add_ons", []any{tiered("volume").With("tiers", []any{object{"ending_quantity": nil}})}),
			[]string{plain},
			[]string{"fault missing-price add_ons.tiers.unit_amount"},
		},
		{"add-ons that are not there", aSub().Without("add_ons").With("add_ons_total", 20), []string{plain}, []string{"fault truncated add_ons"}},

		{
			"a coupon in short form", aSub().With("coupon_redemptions", []any{redemption(percent(20))}),
			[]string{plain + " r_1:20%:0:forever:0110-…"},
			[]string{"warning assumed coupon.duration"},
		},
		{
			"once", aSub().With("coupon_redemptions", []any{redemption(percent(20).With("duration", "single_use"))}),
			[]string{plain + " r_1:20%:0:once:0110-…"},
			nil,
		},
		{
			"three months", aSub().With("coupon_redemptions", []any{redemption(percent(20).With("duration", "temporal").With("temporal_unit", "month").With("temporal_amount", 3))}),
			[]string{plain + " r_1:20%:0:repeating:0110-0410"},
			nil,
		},
		{
			"an amount", aSub().With("coupon_redemptions", []any{redemption(fixed("USD", "7.50").With("duration", "forever"))}),
			[]string{plain + " r_1:0%:7.5:forever:0110-…"},
			nil,
		},
		{
			"an amount in other currencies", aSub().With("coupon_redemptions", []any{redemption(fixed("EUR", "7.50"))}),
			[]string{plain},
			[]string{"warning bad-discount coupon.discount.currencies"},
		},
		{"nothing off", aSub().With("coupon_redemptions", []any{redemption(percent(0).With("duration", "forever"))}), []string{plain + " r_1:0%:0:forever:0110-…"}, nil},
		{"percent, nobody knows how much", aSub().With("coupon_redemptions", []any{redemption(percent(0).With("discount", object{"type": "percent"}))}), []string{plain}, []string{"fault bad-discount coupon.discount.percent"}},
		{"an amount of nothing", aSub().With("coupon_redemptions", []any{redemption(fixed("USD", "0").With("duration", "forever"))}), []string{plain + " r_1:0%:0:forever:0110-…"}, nil},
		{
			"an amount in several currencies", aSub().With("coupon_redemptions", []any{redemption(percent(0).With("duration", "forever").With("discount", object{"type": "fixed", "currencies": []any{
				object{"currency": "EUR", "amount": num("3")}, object{"currency": "USD", "amount": num("2")},
			}}))}),
			[]string{plain + " r_1:0%:2:forever:0110-…"},
			nil,
		},
		{"a surcharge", aSub().With("coupon_redemptions", []any{redemption(fixed("USD", "-1"))}), []string{plain}, []string{"fault bad-discount coupon.discount.currencies.amount"}},
		{"an amount that is none", aSub().With("coupon_redemptions", []any{redemption(percent(1).With("discount", object{"type": "fixed", "currencies": []any{object{"currency": "USD", "amount": "x"}}}))}), []string{plain}, []string{"fault malformed coupon.discount.currencies.amount"}},
		{"a free trial", aSub().With("coupon_redemptions", []any{redemption(percent(0).With("discount", object{"type": "free_trial"}))}), []string{plain}, nil},
		{"more than all", aSub().With("coupon_redemptions", []any{redemption(percent(120))}), []string{plain}, []string{"fault bad-discount coupon.discount.percent"}},
		{"of another kind", aSub().With("coupon_redemptions", []any{redemption(percent(1).With("discount", object{"type": "gift"}))}), []string{plain}, []string{"fault unknown-value coupon.discount.type"}},
		{"a coupon that is an id", aSub().With("coupon_redemptions", []any{redemption(nil).With("coupon", "c_9")}), []string{plain}, []string{"fault not-expanded coupon_redemptions.coupon"}},
		{"no longer redeemed", aSub().With("coupon_redemptions", []any{redemption(percent(20)).With("state", "inactive")}), []string{plain}, []string{"notice unsupported coupon_redemptions.state"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			spans, found := read(t, monthly(), c.sub)
			assert.Equal(t, c.want, spans)
			assert.Equal(t, c.found, found)
		})
	}
}

func tiered(kind string) object {
	return anAddOn().With("tier_type", kind).With("quantity", 25).With("tiers", []any{
		object{"ending_quantity": 10, "unit_amount": 5}, object{"ending_quantity": 999999999, "unit_amount_decimal": "3.5"},
	})
}

func redemption(c object) object {
	return object{"id": "r_1", "object": "coupon_redemption", "coupon": c, "state": "active", "created_at": "2026-01-10T00:00:00Z"}
}

func percent(n int) object {
	return object{"id": "c_1", "object": "coupon_mini", "code": "save", "discount": object{"type": "percent", "percent": n}}
}

func fixed(currency, amount string) object {
	return object{"id": "c_1", "code": "save", "discount": object{"type": "fixed", "currencies": []any{object{"currency": currency, "amount": json.Number(amount)}}}}
}

func TestCatalogue(t *testing.T) {
	t.Parallel()
	imp, err := recurly.New(recurly.Options{})
	require.NoError(t, err)
	plans := object{"object": "list", "has_more": false, "data": []any{monthly(), percent(20).With("object", "coupon").With("duration", "single_use"), anAddOn().With("subscription_id", "s_1"), object{"object": "item"}}}
	require.NoError(t, imp.Catalogue(strings.NewReader(plans.String())))
	sub := aSub().Without("add_ons").With("coupon_redemptions", []any{redemption(percent(20))})
	spans, err := importer.Collect(imp.Spans(strings.NewReader(sub.String())))
	require.NoError(t, err)
	assert.Equal(t, []string{
		"0110-… 59.97 USD/P1M active r_1:20%:0:once:0110-…",
		"ao_1 0110-… 10 USD/P1M active r_1:20%:0:once:0110-…",
	}, spanTexts(spans))
	assert.Equal(t, []string{"notice unsupported object"}, kittest.Words(imp.Findings()))
	assert.Equal(t, "acme", spans[0].Customer, "the merchant's own id")
	assert.Equal(t, "gold", spans[0].Plan)
	assert.Equal(t, "support", spans[1].Plan)
	assert.Equal(t, "s_1", spans[1].Subscription)

	// What the catalogue does not say of a coupon, its short form may; where both
	// do, the catalogue holds.
	for _, k := range []struct {
		full, short object
		want        string
	}{
		{percent(20).Without("discount"), percent(30), "r_1:30%:0:once:0110-…"},
		{percent(20), percent(30), "r_1:20%:0:once:0110-…"},
		{percent(20), percent(30).Without("discount"), "r_1:20%:0:once:0110-…"},
	} {
		imp, err := recurly.New(recurly.Options{})
		require.NoError(t, err)
		require.NoError(t, imp.Catalogue(strings.NewReader(kittest.Joined(monthly(), k.full.With("object", "coupon").With("duration", "single_use")))))
		spans, err := importer.Collect(imp.Spans(strings.NewReader(aSub().With("coupon_redemptions", []any{redemption(k.short)}).String())))
		require.NoError(t, err)
		assert.Equal(t, []string{"0110-… 59.97 USD/P1M active " + k.want}, spanTexts(spans))
	}
	bad, err := recurly.New(recurly.Options{})
	require.NoError(t, err)
	require.NoError(t, bad.Catalogue(strings.NewReader(monthly().With("interval_length", object{}).String())))
	assert.Equal(t, []string{"fault malformed interval_length"}, kittest.Words(bad.Findings()))
	assert.Zero(t, bad.Progress().Skipped, "known, and not readable")

	small, err := recurly.New(recurly.Options{Limits: importer.Limits{Catalogue: 1}})
	require.NoError(t, err)
	require.ErrorIs(t, small.Catalogue(strings.NewReader(kittest.Joined(monthly(), monthly().With("id", "pl_2")))), importer.ErrLimit)
	for _, in := range []string{`{"object":"plan","id":nope}`, `{"object":"coupon","id":nope}`, `{"object":"subscription_add_on","id":nope}`, `{"object":"item","id":nope}`, `{"data":[],"x":nope}`, `{`} {
		require.ErrorIs(t, small.Catalogue(strings.NewReader(in)), importer.ErrSyntax, in)
	}
	_, err = recurly.New(recurly.Options{Limits: importer.Limits{Depth: -1}})
	require.ErrorIs(t, err, importer.ErrOptions)
}

func TestRead(t *testing.T) {
	t.Parallel()
	page := object{"object": "list", "has_more": true, "data": []any{aSub()}}
	spans, findings, err := recurly.Read(strings.NewReader(monthly().String()), strings.NewReader(page.String()), recurly.Options{})
	require.NoError(t, err)
	assert.Len(t, spans, 1)
	assert.Equal(t, []string{"fault truncated has_more"}, kittest.Words(findings))
	_, _, err = recurly.Read(strings.NewReader(`{`), strings.NewReader(``), recurly.Options{})
	require.ErrorIs(t, err, importer.ErrSyntax)
	_, _, err = recurly.Read(strings.NewReader(``), strings.NewReader(`{"object":"subscription","id":"s_1","state":x}`), recurly.Options{})
	require.EqualError(t, err, `recurly: record 1 (line 1, byte 44) "s_1": state: invalid character 'x' at start of value`)
	_, _, err = recurly.Read(strings.NewReader(``), strings.NewReader(``), recurly.Options{Limits: importer.Limits{Depth: -1}})
	require.ErrorIs(t, err, importer.ErrOptions)
}

func TestHistory(t *testing.T) {
	t.Parallel()
	v := func(at string, quantity int) object { return aSub().With("updated_at", at).With("quantity", quantity) }
	first, second := v("2026-01-10T00:00:00Z", 3), v("2026-02-20T00:00:00Z", 5)
	last := v("2026-04-10T00:00:00Z", 5).With("state", "expired").With("expires_at", "2026-04-10T00:00:00Z")
	want := []string{"0110-0220 59.97 USD/P1M active", "0220-0410 99.95 USD/P1M active"}
	for _, in := range [][]object{{monthly(), first, second, last}, {monthly(), last, first, second, first}} {
		imp, err := recurly.New(recurly.Options{})
		require.NoError(t, err)
		spans, err := importer.Collect(imp.History(strings.NewReader(kittest.Joined(in...))))
		require.NoError(t, err)
		assert.Equal(t, want, spanTexts(spans))
	}
	imp, err := recurly.New(recurly.Options{Limits: importer.Limits{Versions: 1}})
	require.NoError(t, err)
	_, err = importer.Collect(imp.History(strings.NewReader(kittest.Joined(monthly(), first, second))))
	require.ErrorIs(t, err, importer.ErrLimit)
	_, err = importer.Collect(imp.History(strings.NewReader(`{"object":"subscription"`)))
	require.ErrorIs(t, err, importer.ErrSyntax)
	_, err = importer.Collect(imp.History(strings.NewReader(kittest.Joined(monthly(), first.Without("updated_at"), first.With("updated_at", "soon"), first.With("state", "x")))))
	require.NoError(t, err)
	assert.Equal(t, []string{"fault missing-time updated_at", "fault malformed updated_at", "fault unknown-value state"}, kittest.Words(imp.Findings()))
}

// Tables of dbt_recurly's seeds, as a warehouse exports them: five versions of
// four subscriptions. Amounts and dates are those of the rows.
func TestFixtures_Fivetran(t *testing.T) {
	t.Parallel()
	imp, err := recurly.New(recurly.Options{})
	require.NoError(t, err)
	require.NoError(t, imp.Catalogue(strings.NewReader(rows(t, "plan_history_data"))))
	spans, err := importer.Collect(imp.History(strings.NewReader(rows(t, "subscription_history_data"))))
	require.NoError(t, err)
	assert.Equal(t, []string{
		"150211T082038-… 99 USD/P1M active", // two versions, the same terms
		"190326T092817-190326T093726 99 USD/P1M active voluntary",
		"190326T092503-190326T092719 99 USD/P1M active voluntary",
		"150213T093152-150220T093152 2999 USD/P1M trial",
		"150220T093152-… 2999 USD/P1M active",
	}, spanTexts(spans))
	assert.Equal(t, []string{"fault truncated add_ons", "warning assumed", "warning assumed"}, kittest.Words(imp.Findings()),
		"the add-ons of 2597.00 are in a table whose subscription ids are of another kind")
	assert.Equal(t, "51bccf87e2571558b3da93688e17469f", spans[0].Customer)
	assert.Equal(t, "dd82c1882969461de74b46427961ea2c", spans[0].Plan)

	// Every table decodes or is refused with a diagnostic.
	for _, name := range []string{
		"account_history_data", "coupon_discount_data", "coupon_redemption_history_data", "invoice_history_data", "line_item_history_data",
		"plan_currency_history_data", "plan_history_data", "subscription_add_on_history_data", "subscription_change_history_data", "subscription_history_data",
	} {
		imp, err := recurly.New(recurly.Options{})
		require.NoError(t, err)
		spans, err := importer.Collect(imp.Spans(strings.NewReader(rows(t, name))))
		require.NoError(t, err, name)
		lines, err := importer.Collect(imp.Lines(strings.NewReader(rows(t, name))))
		require.NoError(t, err, name)
		assert.Empty(t, spans, name)
		if name == "line_item_history_data" {
			assert.Len(t, lines, 5)
			continue
		}
		assert.Empty(t, lines, name)
		reference := strings.HasPrefix(name, "plan_history") || strings.HasPrefix(name, "subscription_add_on")
		assert.Equal(t, reference, len(imp.Findings()) == 0, name)
	}
}

func TestSpoiled(t *testing.T) {
	t.Parallel()
	short := percent(20).With("duration", "temporal").With("temporal_unit", "month").With("temporal_amount", 3)
	sub := aSub().With("add_ons", []any{anAddOn()}).With("tax_info", object{"rate": json.Number("0.1")}).
		With("coupon_redemptions", []any{redemption(short), redemption(fixed("USD", "7.50").With("duration", "forever")).With("id", "r_2")})
	ended := aSub().With("id", "s_2").With("account", object{"id": "a_2", "code": "bolt"}).With("state", "expired").With("expires_at", "2026-04-10T00:00:00Z")
	records := []object{monthly(), sub, ended, anInvoice(aLine(), aLine().With("id", "li_2").With("proration_rate", 0.5))}
	kittest.Spoiled(t, fresh, []string{"add_ons_total", "currencies"}, records...)
	kittest.Bent(t, recurly.Records, fresh, nil, records...)
}
