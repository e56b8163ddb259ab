package paddle_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/lifecycle-go/lifecycle/metrics/billing/importer"
	"github.com/lifecycle-go/lifecycle/metrics/billing/internal/kittest"
	"github.com/lifecycle-go/lifecycle/metrics/billing/paddle"
)

func TestSpans(t *testing.T) {
	t.Parallel()
	const plain = "pri_1 0110-… 59.97 USD/P1M active"
	item := anItem(aPrice("1999"))
	in := func(key string, value any) object { return anItem(aPrice("1999").With(key, value)) }
	for _, c := range []struct {
		name  string
		sub   object
		want  []string
		found []string
	}{
		{"minor units in text, times the quantity", aSub(item), []string{plain}, nil},
		{"no minor units", aSub(in("unit_price", object{"amount": "500", "currency_code": "JPY"})).With("currency_code", "JPY"), []string{"pri_1 0110-… 1500 JPY/P1M active"}, nil},
		{
			"an item that does not recur", aSub(item, anItem(aPrice("19900").With("id", "pri_2").With("billing_cycle", nil)).With("recurring", false).With("quantity", 1)),
			[]string{plain, "pri_2 0110-… 199 USD/P1M active one-off"},
			nil,
		},
		{"nobody says whether it recurs, and it has a cycle", aSub(item.With("recurring", nil)), []string{plain}, nil},
		{"nobody says whether it recurs, and it has none", aSub(anItem(aPrice("1999").With("billing_cycle", nil)).With("recurring", nil)), []string{"pri_1 0110-… 59.97 USD/P1M active one-off"}, nil},
		{"recurs, and nobody knows how often", aSub(in("billing_cycle", nil)), nil, []string{"fault contradiction items.price.billing_cycle"}},
		{"tax inside", aSub(in("tax_mode", "internal")), []string{plain}, []string{"warning tax-inside items.price.tax_mode"}},
		{
			"a price in another currency", aSub(item).With("currency_code", "GBP"),
			[]string{plain},
			[]string{"warning contradiction items.price.unit_price.currency_code"},
		},
		{
			"with an override for it", aSub(in("unit_price_overrides", []any{object{"country_codes": []any{"GB"}, "unit_price": object{"amount": "1500", "currency_code": "GBP"}}})).With("currency_code", "GBP"),
			[]string{"pri_1 0110-… 45 GBP/P1M active"},
			[]string{"notice assumed items.price.unit_price_overrides"},
		},
		{
			"with two that differ", aSub(in("unit_price_overrides", []any{
				object{"unit_price": object{"amount": "1500", "currency_code": "GBP"}}, object{"unit_price": object{"amount": "1600", "currency_code": "GBP"}},
			})).With("currency_code", "GBP"),
			[]string{plain},
			[]string{"warning contradiction items.price.unit_price.currency_code"},
		},
		{
			"with one for another currency before it", aSub(in("unit_price_overrides", []any{
				object{"unit_price": object{"amount": "1700", "currency_code": "EUR"}}, object{"unit_price": object{"amount": "1500", "currency_code": "GBP"}},
			})).With("currency_code", "GBP"),
			[]string{"pri_1 0110-… 45 GBP/P1M active"},
			[]string{"notice assumed items.price.unit_price_overrides"},
		},
		{
			"with two that agree", aSub(in("unit_price_overrides", []any{
				object{"unit_price": object{"amount": "1500", "currency_code": "GBP"}}, object{"unit_price": object{"amount": "1500", "currency_code": "GBP"}},
			})).With("currency_code", "GBP"),
			[]string{"pri_1 0110-… 45 GBP/P1M active"},
			[]string{"notice assumed items.price.unit_price_overrides"},
		},
		{"an amount that is none, beside one that is", aSub(anItem(aPrice("x").With("id", "pri_2")), item), []string{plain}, []string{"fault malformed items.price.unit_price.amount"}},
		{"canceled, and it cannot be read when", aSub(item).With("status", "canceled").With("canceled_at", "soon"), nil, []string{"fault malformed canceled_at"}},
		{
			"overrides by country in the same currency", aSub(in("unit_price_overrides", []any{object{"country_codes": []any{"IN"}, "unit_price": object{"amount": "500", "currency_code": "USD"}}})),
			[]string{plain},
			[]string{"notice assumed items.price.unit_price_overrides"},
		},
		{
			"to be canceled", aSub(item).With("scheduled_change", object{"action": "cancel", "effective_at": "2026-04-10T00:00:00Z"}),
			[]string{plain + " cancel=0410"},
			nil,
		},
		{
			"to be paused, and resumed", aSub(item).With("scheduled_change", object{"action": "pause", "effective_at": "2026-04-10T00:00:00Z", "resume_at": "2026-06-10T00:00:00Z"}),
			[]string{"pri_1 0110-0410 59.97 USD/P1M active", "pri_1 0410-0610 59.97 USD/P1M paused", "pri_1 0610-… 59.97 USD/P1M active"},
			nil,
		},
		{
			"paused, to be resumed", aSub(item).With("status", "paused").With("paused_at", "2026-03-10T00:00:00Z").With("scheduled_change", object{"action": "resume", "effective_at": "2026-05-10T00:00:00Z"}),
			[]string{"pri_1 0110-0310 59.97 USD/P1M active", "pri_1 0310-0510 59.97 USD/P1M paused", "pri_1 0510-… 59.97 USD/P1M active"},
			nil,
		},
		{"paused, nobody knows since when", aSub(item).With("status", "paused"), []string{"pri_1 0110-… 59.97 USD/P1M paused"}, []string{"warning assumed paused_at"}},
		{"a change nobody knows", aSub(item).With("scheduled_change", object{"action": "merge", "effective_at": "2026-05-10T00:00:00Z"}), []string{plain}, []string{"warning unknown-value scheduled_change.action"}},
		{"a change some day", aSub(item).With("scheduled_change", object{"action": "cancel"}), []string{plain}, []string{"warning pending scheduled_change.effective_at"}},
		{"canceled", aSub(item).With("status", "canceled").With("canceled_at", "2026-03-20T00:00:00Z"), []string{"pri_1 0110-0320 59.97 USD/P1M active"}, nil},
		{"canceled, nobody knows when", aSub(item).With("status", "canceled"), nil, []string{"fault missing-time canceled_at"}},
		{"canceled as it began", aSub(item).With("status", "canceled").With("canceled_at", "2026-01-10T00:00:00Z"), nil, []string{"notice zero-length canceled_at"}},
		{
			"past due", aSub(item).With("status", "past_due"),
			[]string{"pri_1 0110-0310 59.97 USD/P1M active", "pri_1 0310-… 59.97 USD/P1M past-due"},
			[]string{"notice assumed status"},
		},
		{"a start that cannot be read", aSub(item).With("started_at", "soon"), nil, []string{"fault malformed started_at"}},
		{
			"past due, in an event before the period that it is of", anEvent("evt_1", "subscription.past_due", "2026-03-09T00:00:00Z", aSub(item).With("status", "past_due")),
			[]string{"pri_1 0110-0309 59.97 USD/P1M active", "pri_1 0309-… 59.97 USD/P1M past-due"},
			[]string{"warning assumed"},
		},
		{
			"past due, in an event of no period", anEvent("evt_1", "subscription.past_due", "2026-03-09T00:00:00Z", aSub(item).With("status", "past_due").With("current_billing_period", nil)),
			[]string{"pri_1 0110-0309 59.97 USD/P1M active", "pri_1 0309-… 59.97 USD/P1M past-due"},
			[]string{"warning assumed"},
		},
		{
			"past due, nobody knows since when", aSub(item).With("status", "past_due").With("current_billing_period", nil),
			[]string{"pri_1 0110-… 59.97 USD/P1M past-due"},
			[]string{"warning assumed status"},
		},
		{
			"trialing", aSub(item.With("trial_dates", object{"starts_at": "2026-01-10T00:00:00Z", "ends_at": "2026-01-24T00:00:00Z"})).With("status", "trialing"),
			[]string{"pri_1 0110-0124 59.97 USD/P1M trial", "pri_1 0124-… 59.97 USD/P1M active"},
			nil,
		},
		{"trialing, nobody knows how long", aSub(item).With("status", "trialing"), []string{"pri_1 0110-… 59.97 USD/P1M trial"}, []string{"warning contradiction items.trial_dates"}},
		{"a status nobody knows", aSub(item).With("status", "live"), nil, []string{"fault unknown-value status"}},
		{
			"imported, begun long before", aSub(item).With("started_at", "2024-01-10T00:00:00Z"),
			[]string{"pri_1 0110-… 59.97 USD/P1M active"},
			[]string{"notice start-not-created started_at"},
		},
		{
			"an item added later", aSub(item, anItem(aPrice("100").With("id", "pri_2")).With("created_at", "2026-02-20T00:00:00Z")),
			[]string{plain, "pri_2 0220-… 3 USD/P1M active"},
			nil,
		},
		{
			"an item added too late", aSub(item.With("created_at", "2026-04-20T00:00:00Z")).With("status", "canceled").With("canceled_at", "2026-03-20T00:00:00Z"),
			nil,
			[]string{"notice zero-length items.created_at"},
		},
		{"no customer", aSub(item).With("customer_id", nil), nil, []string{"fault missing-customer customer_id"}},
		{"no start", aSub(item).With("created_at", nil).With("started_at", nil), nil, []string{"fault missing-time started_at"}},
		{"no currency", aSub(item).With("currency_code", nil), nil, []string{"fault unknown-currency currency_code"}},
		{"no items", aSub().With("items", nil), nil, []string{"fault missing-price items"}},
		{"no price", aSub(item.With("price", nil)), nil, []string{"fault missing-price items.price"}},
		{"no amount", aSub(in("unit_price", object{"currency_code": "USD"})), nil, []string{"fault missing-price items.price.unit_price.amount"}},
		{"no quantity", aSub(item.With("quantity", nil)), nil, []string{"fault missing-price items.quantity"}},
		{"nothing of it", aSub(item.With("quantity", 0)), []string{"pri_1 0110-… 0 USD/P1M active"}, []string{"notice zero-quantity items.quantity"}},
		{"a negative amount", aSub(in("unit_price", object{"amount": "-5", "currency_code": "USD"})), nil, []string{"fault negative-amount items.price.unit_price.Unit"}},
		{"an interval nobody knows", aSub(in("billing_cycle", object{"interval": "moon", "frequency": 1})), nil, []string{"fault unknown-unit items.price.billing_cycle.interval"}},
		{"a discount that is not there", aSub(item).With("discount", object{"id": "dsc_9"}), []string{plain}, []string{"fault not-expanded discount.id"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			spans, found := read(t, c.sub)
			assert.Equal(t, c.want, spans)
			assert.Equal(t, c.found, found)
		})
	}
}

func TestDiscounts(t *testing.T) {
	t.Parallel()
	const plain = "pri_1 0110-… 59.97 USD/P1M active"
	d := object{"id": "dsc_1", "type": "percentage", "amount": "12.5", "currency_code": nil, "recur": true, "maximum_recurring_intervals": nil, "restrict_to": nil}
	sub := aSub(anItem(aPrice("1999"))).With("discount", object{"id": "dsc_1", "starts_at": "2026-01-10T00:00:00Z", "ends_at": nil})
	flat := d.With("type", "flat").With("amount", "1000").With("currency_code", "USD")
	for _, c := range []struct {
		name  string
		d     object
		want  string
		found []string
	}{
		{"percent", d, plain + " dsc_1:12.5%:0:forever:0:subscription", nil},
		{"once", d.With("recur", false), plain + " dsc_1:12.5%:0:once:0:subscription", nil},
		{"three times", d.With("maximum_recurring_intervals", 3), plain + " dsc_1:12.5%:0:repeating:3:subscription", nil},
		{"an amount", flat, plain + " dsc_1:0%:10:forever:0:subscription", nil},
		{"an amount for each seat", flat.With("type", "flat_per_seat"), plain + " dsc_1:0%:30:forever:0:item", nil},
		{"for this product", flat.With("restrict_to", []any{"pro_1"}), plain + " dsc_1:0%:10:forever:0:subscription", nil},
		{"for others", flat.With("restrict_to", []any{"pro_2"}), plain, nil},
		{"in another currency", flat.With("currency_code", "EUR"), plain, []string{"warning bad-discount discount.currency_code"}},
		{"nothing off", d.With("amount", "0"), plain + " dsc_1:0%:0:forever:0:subscription", nil},
		{"all off", d.With("amount", "100"), plain + " dsc_1:100%:0:forever:0:subscription", nil},
		{"a little more than all", d.With("amount", "100.000001"), plain, []string{"fault bad-discount discount.amount"}},
		{"less than nothing", d.With("amount", "-1"), plain, []string{"fault bad-discount discount.amount"}},
		{"nobody knows how much", d.With("amount", nil), plain, []string{"fault bad-discount discount.amount"}},
		{"an amount of nothing", flat.With("amount", "0"), plain + " dsc_1:0%:0:forever:0:subscription", nil},
		{"an amount nobody knows", flat.With("amount", nil), plain, []string{"fault bad-discount discount.amount"}},
		{"more than all", d.With("amount", "101"), plain, []string{"fault bad-discount discount.amount"}},
		{"a surcharge", flat.With("amount", "-5"), plain, []string{"fault bad-discount discount.amount"}},
		{"of another kind", d.With("type", "gift"), plain, []string{"fault unknown-value discount.type"}},
		{"as often as nobody can say", d.With("maximum_recurring_intervals", 0), plain, []string{"fault amount-range discount.maximum_recurring_intervals"}},
	} {
		spans, found := read(t, c.d, sub)
		assert.Equal(t, []string{c.want}, spans, c.name)
		assert.Equal(t, c.found, found, c.name)
	}
	spans, found := read(t, d, sub.With("discount", object{"id": "dsc_1", "starts_at": "2026-01-10T00:00:00Z", "ends_at": "2026-01-10T00:00:00Z"}))
	assert.Equal(t, []string{plain}, spans)
	assert.Equal(t, []string{"warning bad-discount discount.ends_at"}, found)
	spans, _ = read(t, d, sub.With("discount", object{"id": "dsc_1", "starts_at": "2026-01-10T00:00:00Z", "ends_at": "2026-04-10T00:00:00Z"}))
	assert.Equal(t, []string{plain + " dsc_1:12.5%:0:repeating:0:subscription"}, spans)

	imp, err := paddle.New(paddle.Options{Limits: importer.Limits{Catalogue: 1}})
	require.NoError(t, err)
	require.NoError(t, imp.Catalogue(strings.NewReader(kittest.Joined(object{"data": []any{d, aPrice("1"), object{"id": "ctm_1"}}}))))
	got, err := importer.Collect(imp.Spans(strings.NewReader(object{"data": []any{sub}}.String())))
	require.NoError(t, err)
	assert.Len(t, got[0].Discounts, 1)
	assert.Equal(t, []string{"notice unsupported object"}, kittest.Words(imp.Findings()))
	require.ErrorIs(t, imp.Catalogue(strings.NewReader(d.With("id", "dsc_2").String())), importer.ErrLimit)
	require.ErrorIs(t, imp.Catalogue(strings.NewReader(`{"id":"dsc_1","x":nope}`)), importer.ErrSyntax)
}

func TestEvents(t *testing.T) {
	t.Parallel()
	three, five := aSub(anItem(aPrice("1999"))), aSub(anItem(aPrice("1999")).With("quantity", 5))
	in := []object{
		anEvent("evt_1", "subscription.created", "2026-01-10T00:00:02Z", three),
		anEvent("evt_2", "subscription.updated", "2026-02-10T00:00:00Z", five),
		anEvent("evt_3", "subscription.past_due", "2026-03-11T00:00:00Z", five.With("status", "past_due")),
		anEvent("evt_4", "subscription.canceled", "2026-03-20T00:00:00Z", five.With("status", "canceled").With("canceled_at", "2026-03-20T00:00:00Z")),
	}
	want := []string{
		"pri_1 0110-0210 59.97 USD/P1M active",
		"pri_1 0210-0311 99.95 USD/P1M active",
		"pri_1 0311-0320 99.95 USD/P1M past-due",
	}
	for _, order := range [][]object{in, {in[3], in[2], in[1], in[0]}, {in[2], in[0], in[0], in[3], in[1]}} {
		spans, found := read(t, order...)
		assert.Equal(t, want, spans)
		assert.Empty(t, found)
	}
	page := object{"data": []any{in[1], in[0]}, "meta": object{"pagination": object{"has_more": true}}}
	spans, found := read(t, page)
	assert.Len(t, spans, 2)
	assert.Equal(t, []string{"fault truncated meta.pagination.has_more"}, found)

	_, found = read(t, three, in[0])
	assert.Equal(t, []string{"warning mixed-input"}, found)
	spans, found = read(t, object{"data": three, "meta": object{}})
	assert.Len(t, spans, 1, "one entity as the API wraps it")
	assert.Empty(t, found)
	for _, c := range []struct{ in, found string }{
		{anEvent("evt_1", "subscription.created", "", three).String(), "fault missing-time occurred_at"},
		{anEvent("evt_1", "subscription.created", "soon", three).String(), "fault malformed occurred_at"},
		{anEvent("evt_1", "adjustment.created", "2026-01-10T00:00:02Z", object{"id": "adj_1"}).String(), "notice unsupported object"},
		{`{"data":{"id":"sub_1","items":3}}`, "fault malformed items"},
		{`{"data":{},"event_type":[]}`, "fault malformed event_type"},
	} {
		_, findings, err := paddle.Read(strings.NewReader(c.in), paddle.Options{})
		require.NoError(t, err, c.in)
		assert.Equal(t, []string{c.found}, kittest.Words(findings), c.in)
	}
	for _, in := range []string{`{"id":"sub_1","x":nope}`, `{"id":"ctm_1","x":nope}`, `{"data":{"id":"sub_1"},"x":nope}`, `{"data":[],"x":nope}`, `{`} {
		imp, err := paddle.New(paddle.Options{})
		require.NoError(t, err)
		_, err = importer.Collect(imp.Spans(strings.NewReader(in)))
		require.ErrorIs(t, err, importer.ErrSyntax, in)
		_, err = importer.Collect(imp.Lines(strings.NewReader(in)))
		require.ErrorIs(t, err, importer.ErrSyntax, in)
	}
	_, _, err := paddle.Read(strings.NewReader(""), paddle.Options{Limits: importer.Limits{Depth: -1}})
	require.ErrorIs(t, err, importer.ErrOptions)
}

// The fixtures of paddle-go-sdk: amounts and dates are those of the files.
func TestFixtures(t *testing.T) {
	t.Parallel()
	spans, findings, err := paddle.Read(fixture(t, "events.json"), paddle.Options{})
	require.NoError(t, err)
	assert.Equal(t, []string{ // 10 seats at 3000 cents, one add-on at 10000
		"pri_01gsz8x8sawmvhz1pv30nge1ke 240412T131608-… 300 USD/P1M active",
		"pri_01h1vjfevh5etwq3rb416a23h2 240412T131608-… 100 USD/P1M active",
	}, spanTexts(spans))
	assert.Equal(t, []string{"notice unsupported object"}, kittest.Words(findings))

	for _, c := range []struct {
		file  string
		lines []string
		found []string
	}{
		{"events.json", []string{
			"ctm_01hszn72m8kqyqm8g1jxwxc3t3 7.92-0+1.58 GBP/P1M recurring paid none",
			"ctm_01hszn65emk81yejv674418f5t 7.92-7.92+0 GBP/P1M recurring paid none",
		}, []string{"warning contradiction details.line_items.price_id", "notice unsupported object"}},
		{"transaction.json", []string{
			"ctm_01hv6y1jedq4p1n0yqn5ba3ky4 10000-0+887.5 USD/P1Y recurring draft none",
			"ctm_01hv6y1jedq4p1n0yqn5ba3ky4 3000-0+266.25 USD/P1Y recurring draft none",
			"ctm_01hv6y1jedq4p1n0yqn5ba3ky4 199-0+17.66 USD/P1M one-off draft none",
		}, nil},
		{"transactions.json", []string{
			"ctm_01hv8wt8nffez4p2t6typn4a5j 300-0+26.62 USD/P1M recurring open none",
			"ctm_01hv8wt8nffez4p2t6typn4a5j 100-0+8.87 USD/P1M recurring open none",
			"ctm_01hv8wt8nffez4p2t6typn4a5j 300-0+26.62 USD/P1M recurring paid none",
			"ctm_01hv8wt8nffez4p2t6typn4a5j 100-0+8.87 USD/P1M recurring paid none",
			"ctm_01hv8wt8nffez4p2t6typn4a5j 199-0+17.66 USD/P1M one-off paid none",
		}, []string{"notice pending customer_id"}},
		{"metrics_monthly_recurring_revenue.json", nil, []string{"notice unsupported object"}},
		{"price_created.json", nil, nil},
	} {
		imp, err := paddle.New(paddle.Options{})
		require.NoError(t, err)
		lines, err := importer.Collect(imp.Lines(fixture(t, c.file)))
		require.NoError(t, err, c.file)
		assert.Equal(t, c.lines, lineTexts(lines), c.file)
		assert.Equal(t, c.found, kittest.Words(imp.Findings()), c.file)
		_, _, err = paddle.Read(fixture(t, c.file), paddle.Options{})
		require.NoError(t, err, c.file)
	}
}

func TestSpoiled(t *testing.T) {
	t.Parallel()
	d := object{"id": "dsc_1", "type": "flat", "amount": "1000", "currency_code": "USD", "recur": true, "maximum_recurring_intervals": 3, "restrict_to": []any{"pro_1"}}
	second := anItem(aPrice("500").With("id", "pri_2"))
	sub := aSub(anItem(aPrice("1999")), second).With("discount", object{"id": "dsc_1", "starts_at": "2026-01-10T00:00:00Z", "ends_at": "2026-05-10T00:00:00Z"})
	ended := aSub(anItem(aPrice("1999"))).With("id", "sub_2").With("customer_id", "ctm_2").With("status", "canceled").With("canceled_at", "2026-03-20T00:00:00Z")
	prorated := aLine().With("proration", object{"rate": "0.5", "billing_period": object{"starts_at": "2026-03-20T00:00:00Z", "ends_at": "2026-04-10T00:00:00Z"}})
	records := []object{d, sub, ended, aTransaction(aLine(), prorated)}
	kittest.Spoiled(t, fresh, nil, records...)
	kittest.Bent(t, paddle.Records, fresh, nil, records...)
}
