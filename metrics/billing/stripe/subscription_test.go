package stripe_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/lifecycle-go/lifecycle/metrics/billing/internal/kittest"
	"github.com/lifecycle-go/lifecycle/metrics/billing/stripe"
)

// Each case is one way in which Stripe's objects mislead a naive mapping. The
// numbers in names are those of the list they were collected in; sources are
// docs.stripe.com/api and the bug reports named there.
func TestSubscription(t *testing.T) {
	t.Parallel()
	plain := anItem(aPrice("2000"))
	for _, c := range []struct {
		name  string
		sub   object
		want  []string
		found []string
	}{
		{"plain", aSub(plain), []string{"sub_1/si_1 0110-… 20 USD/P1M active"}, nil},

		{
			"1 unit_amount is null where there are fractions of cents",
			aSub(anItem(aPrice("0").With("unit_amount", nil).With("unit_amount_decimal", "0.05")).With("quantity", 1000)),
			[]string{"sub_1/si_1 0110-… 0.5 USD/P1M active"},
			nil,
		},
		{
			"1 no amount at all is never zero",
			aSub(anItem(aPrice("0").With("unit_amount", nil).With("unit_amount_decimal", nil))),
			nil,
			[]string{"fault missing-price price.unit_amount"},
		},
		{
			"2 a float64 would say 90071992547409.92",
			aSub(anItem(aPrice("9007199254740993"))),
			[]string{"sub_1/si_1 0110-… 90071992547409.93 USD/P1M active"},
			nil,
		},
		{
			"2 twelve places of a cent, whole",
			aSub(anItem(aPrice("0").With("unit_amount", nil).With("unit_amount_decimal", "123456.123456789012")).With("quantity", 100)),
			[]string{"sub_1/si_1 0110-… 123456.123456789012 USD/P1M active"},
			nil,
		},
		{
			"2 and where a result needs more places than money has, it is refused",
			aSub(anItem(aPrice("0").With("unit_amount", nil).With("unit_amount_decimal", "123456789.123456789012"))),
			nil,
			[]string{"fault amount-range price"},
		},
		{
			"2 both amounts, of two minds",
			aSub(anItem(aPrice("2000").With("unit_amount_decimal", "2001"))),
			nil,
			[]string{"fault contradiction price.unit_amount"},
		},

		{
			"3 before 2025-03-31 the period is the subscription's",
			aSub(plain.Without("current_period_start", "current_period_end")).
				With("current_period_start", kittest.Epoch("2026-03-10")).With("current_period_end", kittest.Epoch("2026-04-10")).With("cancel_at_period_end", true),
			[]string{"sub_1/si_1 0110-… 20 USD/P1M active cancel=0410"},
			nil,
		},
		{
			"3 since then items have their own, and their own cycles",
			aSub(plain, anItem(yearly(aPrice("24000"))).With("id", "si_2").With("current_period_end", kittest.Epoch("2027-01-10"))).With("cancel_at_period_end", true),
			[]string{"sub_1/si_1 0110-… 20 USD/P1M active cancel=0410", "sub_1/si_2 0110-… 240 USD/P1Y active cancel=0110"},
			nil,
		},

		{
			"4 ended_at is the end, canceled_at when it was asked for",
			aSub(plain).With("status", "canceled").With("canceled_at", kittest.Epoch("2026-03-20")).With("ended_at", kittest.Epoch("2026-04-10")).
				With("cancellation_details", object{"reason": "cancellation_requested"}),
			[]string{"sub_1/si_1 0110-0410 20 USD/P1M active asked=0320 reason=voluntary"},
			nil,
		},
		{
			"4 cancelled for not paying",
			aSub(plain).With("status", "canceled").With("ended_at", kittest.Epoch("2026-04-10")).With("cancellation_details", object{"reason": "payment_failed"}),
			[]string{"sub_1/si_1 0110-0410 20 USD/P1M active reason=involuntary"},
			nil,
		},
		{
			"4 to be canceled: still active",
			aSub(plain).With("cancel_at_period_end", true).With("cancel_at", kittest.Epoch("2026-04-10")).With("canceled_at", kittest.Epoch("2026-03-20")),
			[]string{"sub_1/si_1 0110-… 20 USD/P1M active cancel=0410 asked=0320"},
			nil,
		},
		{
			"4 canceled without an end",
			aSub(plain).With("status", "canceled").With("canceled_at", kittest.Epoch("2026-03-20")),
			[]string{"sub_1/si_1 0110-0320 20 USD/P1M active asked=0320"},
			[]string{"warning contradiction ended_at"},
		},
		{
			"4 canceled, nobody knows when",
			aSub(plain).With("status", "canceled"),
			nil,
			[]string{"fault missing-time ended_at"},
		},
		{
			"4 to be canceled at the end of no period",
			aSub(plain.Without("current_period_start", "current_period_end")).With("cancel_at_period_end", true),
			[]string{"sub_1/si_1 0110-… 20 USD/P1M active"},
			[]string{"warning missing-time current_period_end"},
		},

		{
			"5 pause_collection leaves the status active",
			aSub(plain).With("pause_collection", object{"behavior": "void", "resumes_at": kittest.Epoch("2026-06-01")}),
			[]string{
				"sub_1/si_1 0110-0310 20 USD/P1M active",
				"sub_1/si_1 0310-0601 20 USD/P1M collection-paused",
				"sub_1/si_1 0601-… 20 USD/P1M active",
			},
			[]string{"notice unsupported pause_collection.behavior", "notice assumed status"},
		},
		{
			"5 status paused is a trial that ended without a card",
			aSub(plain).With("status", "paused").With("trial_start", kittest.Epoch("2026-01-10")).With("trial_end", kittest.Epoch("2026-02-10")),
			[]string{"sub_1/si_1 0110-0210 20 USD/P1M trial", "sub_1/si_1 0210-… 20 USD/P1M paused"},
			nil,
		},

		{
			"8 a metered item has no quantity and no amount here",
			aSub(plain, anItem(aPrice("5").With("recurring", object{"interval": "month", "interval_count": 1, "usage_type": "metered"})).With("id", "si_2").Without("quantity")),
			[]string{"sub_1/si_1 0110-… 20 USD/P1M active"},
			[]string{"notice metered price.recurring.usage_type"},
		},
		{
			"8 a licensed item without one is refused",
			aSub(plain.Without("quantity")),
			nil,
			[]string{"fault missing-price quantity"},
		},

		{
			"9 a nested list that has more",
			aSub().With("items", object{"object": "list", "data": []any{plain}, "has_more": true}),
			[]string{"sub_1/si_1 0110-… 20 USD/P1M active"},
			[]string{"fault truncated items.has_more"},
		},
		{
			"9 or that says so by its count",
			aSub().With("items", object{"object": "list", "data": []any{plain}, "total_count": 12}),
			[]string{"sub_1/si_1 0110-… 20 USD/P1M active"},
			[]string{"fault truncated items.has_more"},
		},
		{"9 no items", aSub(), nil, []string{"fault missing-price items"}},

		{
			"11 backdated",
			aSub(plain).With("start_date", kittest.Epoch("2025-11-01")),
			[]string{"sub_1/si_1 1101-… 20 USD/P1M active"},
			[]string{"notice start-not-created start_date"},
		},
		{
			"11 an item added later begins later",
			aSub(plain, plain.With("id", "si_2").With("created", kittest.Epoch("2026-02-20"))),
			[]string{"sub_1/si_1 0110-… 20 USD/P1M active", "sub_1/si_2 0220-… 20 USD/P1M active"},
			nil,
		},
		{
			"11 the seconds a request takes are no later",
			aSub(plain.With("created", json.Number("1768003202"))), // 2026-01-10 00:00:02
			[]string{"sub_1/si_1 0110-… 20 USD/P1M active"},
			nil,
		},
		{
			"11 no item as old as the subscription",
			aSub(plain.With("created", kittest.Epoch("2026-02-20"))),
			[]string{"sub_1/si_1 0220-… 20 USD/P1M active"},
			[]string{"warning assumed items.created"},
		},

		{
			"12 test mode",
			aSub(plain).With("livemode", false),
			[]string{"sub_1/si_1 0110-… 20 USD/P1M active"},
			[]string{"notice test-mode livemode"},
		},
		{
			"12 test clock",
			aSub(plain).With("test_clock", "clock_1"),
			[]string{"sub_1/si_1 0110-… 20 USD/P1M active"},
			[]string{"notice test-mode test_clock"},
		},

		{
			"14 quantity is cut to a whole number, quantity_decimal is not",
			aSub(plain.With("quantity", 2).With("quantity_decimal", "2.5")),
			[]string{"sub_1/si_1 0110-… 50 USD/P1M active"},
			nil,
		},
		{
			"14 nothing of it",
			aSub(plain.With("quantity", 0)),
			[]string{"sub_1/si_1 0110-… 0 USD/P1M active"},
			[]string{"notice zero-quantity quantity"},
		},

		{"15 no minor unit", aSub(anItem(aPrice("500").With("currency", "jpy"))).With("currency", "jpy"), []string{"sub_1/si_1 0110-… 500 JPY/P1M active"}, nil},
		{"15 three digits", aSub(anItem(aPrice("5120").With("currency", "bhd"))).With("currency", "bhd"), []string{"sub_1/si_1 0110-… 5.12 BHD/P1M active"}, nil},
		{"15 UGX has none in ISO 4217 and two here", aSub(anItem(aPrice("50000").With("currency", "ugx"))).With("currency", "ugx"), []string{"sub_1/si_1 0110-… 500 UGX/P1M active"}, nil},
		{
			"15 and an amount that cannot be",
			aSub(anItem(aPrice("550").With("currency", "isk"))).With("currency", "isk"),
			[]string{"sub_1/si_1 0110-… 5.5 ISK/P1M active"},
			[]string{"warning contradiction price.unit_amount"},
		},
		{"15 MGA has two in ISO 4217 and none here", aSub(anItem(aPrice("500").With("currency", "mga"))).With("currency", "mga"), []string{"sub_1/si_1 0110-… 500 MGA/P1M active"}, nil},
		{"15 HUF and TWD are without only in payouts", aSub(anItem(aPrice("50000").With("currency", "huf"))).With("currency", "huf"), []string{"sub_1/si_1 0110-… 500 HUF/P1M active"}, nil},
		{"15 no currency", aSub(anItem(aPrice("500").With("currency", "currency"))), nil, []string{"fault unknown-currency price.currency"}},
		{
			"15 a price in another currency than the subscription, expanded",
			aSub(anItem(aPrice("2000").With("currency_options", object{"eur": object{"unit_amount": 1900, "unit_amount_decimal": "1900"}}))).With("currency", "eur"),
			[]string{"sub_1/si_1 0110-… 19 EUR/P1M active"},
			nil,
		},
		{
			"15 and not",
			aSub(plain).With("currency", "eur"),
			nil,
			[]string{"fault not-expanded price.currency_options"},
		},

		{
			"trialing: what it will charge, from the end of the trial",
			aSub(plain).With("status", "trialing").With("trial_start", kittest.Epoch("2026-01-10")).With("trial_end", kittest.Epoch("2026-02-10")),
			[]string{"sub_1/si_1 0110-0210 20 USD/P1M trial", "sub_1/si_1 0210-… 20 USD/P1M active"},
			nil,
		},
		{
			"trialing, to be canceled with the trial",
			aSub(plain).With("status", "trialing").With("trial_start", kittest.Epoch("2026-01-10")).With("trial_end", kittest.Epoch("2026-02-10")).With("cancel_at", kittest.Epoch("2026-02-10")),
			[]string{"sub_1/si_1 0110-… 20 USD/P1M trial cancel=0210"},
			nil,
		},
		{
			"trialing without a trial",
			aSub(plain).With("status", "trialing"),
			[]string{"sub_1/si_1 0110-… 20 USD/P1M trial"},
			[]string{"warning contradiction trial_end"},
		},
		{
			"past due since the period began",
			aSub(plain).With("status", "past_due"),
			[]string{"sub_1/si_1 0110-0310 20 USD/P1M active", "sub_1/si_1 0310-… 20 USD/P1M past-due"},
			[]string{"notice assumed status"},
		},
		{
			"unpaid since nobody knows when",
			aSub(plain.Without("current_period_start", "current_period_end")).With("status", "unpaid"),
			[]string{"sub_1/si_1 0110-… 20 USD/P1M unpaid"},
			[]string{"warning assumed status"},
		},
		{"never paid", aSub(plain).With("status", "incomplete"), []string{"sub_1/si_1 0110-… 20 USD/P1M incomplete"}, nil},
		{
			"never paid, expired",
			aSub(plain).With("status", "incomplete_expired").With("ended_at", kittest.Epoch("2026-01-11")),
			[]string{"sub_1/si_1 0110-0111 20 USD/P1M incomplete"},
			nil,
		},
		{"a status nobody knows", aSub(plain).With("status", "dormant"), nil, []string{"fault unknown-value status"}},
		{
			"active with an end",
			aSub(plain).With("ended_at", kittest.Epoch("2026-02-10")),
			[]string{"sub_1/si_1 0110-0210 20 USD/P1M active"},
			[]string{"warning contradiction ended_at"},
		},
		{"ended as it began", aSub(plain).With("status", "canceled").With("ended_at", kittest.Epoch("2026-01-10")), nil, []string{"notice zero-length ended_at"}},
		{
			"a period that ends before it starts",
			aSub(plain.With("current_period_end", kittest.Epoch("2026-02-10"))),
			[]string{"sub_1/si_1 0110-… 20 USD/P1M active"},
			[]string{"warning contradiction current_period_end"},
		},
		{
			"a period without an end",
			aSub(plain.Without("current_period_end")).With("status", "past_due"),
			[]string{"sub_1/si_1 0110-0310 20 USD/P1M active", "sub_1/si_1 0310-… 20 USD/P1M past-due"},
			[]string{"notice assumed status"},
		},
		{
			"a trial without an end",
			aSub(plain).With("trial_start", kittest.Epoch("2026-01-10")),
			[]string{"sub_1/si_1 0110-… 20 USD/P1M active"},
			[]string{"warning contradiction trial_end"},
		},
		{
			"past due in the trial's last days, and its end",
			aSub(plain).With("status", "past_due").With("trial_start", kittest.Epoch("2026-01-10")).With("trial_end", kittest.Epoch("2026-03-10")),
			[]string{"sub_1/si_1 0110-0310 20 USD/P1M trial", "sub_1/si_1 0310-… 20 USD/P1M past-due"},
			[]string{"notice assumed status"},
		},
		{"no customer", aSub(plain).With("customer", nil), nil, []string{"fault missing-customer customer"}},
		{"a customer account", aSub(plain).With("customer", nil).With("customer_account", "acct_1"), []string{"sub_1/si_1 0110-… 20 USD/P1M active"}, nil},
		{"a customer expanded", aSub(plain).With("customer", object{"id": "cus_1", "object": "customer"}), []string{"sub_1/si_1 0110-… 20 USD/P1M active"}, nil},
		{"no start", aSub(plain).Without("created", "start_date"), nil, []string{"fault missing-time start_date"}},
		{"a start of old that cannot be read", aSub(plain).Without("created", "start_date").With("start", "soon"), nil, []string{"fault malformed start"}},
		{"a start beyond all years", aSub(plain).With("start_date", json.Number("99999999999")), nil, []string{"fault time-range start_date"}},
		{"items of another shape", aSub().With("items", "si_1"), nil, []string{"fault malformed items"}},
		{"an id too long", aSub(plain).With("id", strings.Repeat("x", 1025)), nil, []string{"fault bad-name id"}},
		{
			"an interval nobody knows",
			aSub(anItem(aPrice("2000").With("recurring", object{"interval": "fortnight"}))),
			nil,
			[]string{"fault unknown-unit price.recurring.interval"},
		},
		{"a price that does not recur", aSub(anItem(aPrice("2000").With("recurring", nil))), nil, []string{"fault unknown-unit price.recurring"}},
		{"a price that is an id", aSub(anItem(nil).With("price", "price_9")), nil, []string{"fault missing-price items.price"}},
		{"a negative price", aSub(anItem(aPrice("-100"))), nil, []string{"fault negative-amount price.Unit"}},
		{"a price of other making", aSub(anItem(aPrice("100").With("billing_scheme", "barter"))), nil, []string{"fault unknown-value price.billing_scheme"}},
		{
			"packages of ten",
			aSub(anItem(aPrice("500").With("transform_quantity", object{"divide_by": 10, "round": "up"})).With("quantity", 11)),
			[]string{"sub_1/si_1 0110-… 10 USD/P1M active"},
			nil,
		},
		{
			"packages that are not full",
			aSub(anItem(aPrice("500").With("transform_quantity", object{"divide_by": 10, "round": "down"})).With("quantity", 9)),
			[]string{"sub_1/si_1 0110-… 0 USD/P1M active"},
			[]string{"notice zero-quantity quantity"},
		},
		{"free, with whatever tax inside", aSub(anItem(aPrice("0").With("tax_behavior", "inclusive"))), []string{"sub_1/si_1 0110-… 0 USD/P1M active"}, nil},
		{
			"packages of nothing",
			aSub(anItem(aPrice("500").With("transform_quantity", object{"divide_by": 0, "round": "up"}))),
			nil,
			[]string{"fault bad-price price.transform_quantity.divide_by"},
		},
		{
			"a plan that is not the price it copies",
			aSub(plain.With("plan", object{"id": "plan_9", "amount": 5, "currency": "usd", "interval": "month"})),
			nil,
			[]string{"fault contradiction items.plan.id"},
		},
		{
			"before 2020: plans only",
			aSub(object{"id": "si_1", "quantity": 3, "created": kittest.Epoch("2026-01-10"), "plan": object{"id": "gold", "amount": 1500, "currency": "usd", "interval": "month", "interval_count": 3}}),
			[]string{"sub_1/si_1 0110-… 45 USD/P3M active"},
			nil,
		},
		{
			"before items: one plan",
			aSub().Without("items").With("plan", object{"id": "gold", "amount": 1500, "currency": "usd", "interval": "year"}).With("quantity", 2),
			[]string{"sub_1/ 0110-… 30 USD/P1Y active"},
			nil,
		},
		{
			"before start_date: start was the last change, created is the beginning",
			aSub(plain).Without("start_date").With("start", kittest.Epoch("2026-02-10")),
			[]string{"sub_1/si_1 0110-… 20 USD/P1M active"},
			nil,
		},
		{
			"tax inside, taken out as invoices do",
			aSub(plain).With("default_tax_rates", []any{object{"id": "txr_1", "inclusive": true, "percentage": json.Number("15.0")}}),
			[]string{"sub_1/si_1 0110-… 17.39 USD/P1M active tax=2.61"},
			[]string{"notice tax-inside tax_rates"},
		},
		{
			"tax on top",
			aSub(plain).With("default_tax_rates", []any{object{"id": "txr_1", "inclusive": false, "percentage": json.Number("7.7")}}),
			[]string{"sub_1/si_1 0110-… 20 USD/P1M active tax=1.54"},
			nil,
		},
		{
			"a rate below nothing, and one above",
			aSub(plain).With("default_tax_rates", []any{object{"id": "txr_1", "percentage": json.Number("-5")}, object{"id": "txr_2", "percentage": json.Number("10")}}),
			[]string{"sub_1/si_1 0110-… 20 USD/P1M active tax=2"},
			[]string{"fault negative-amount tax_rates.percentage"},
		},
		{"tax below nothing, before there were rates", aSub(plain).With("tax_percent", json.Number("-5")), []string{"sub_1/si_1 0110-… 20 USD/P1M active"}, []string{"fault negative-amount tax_percent"}},
		{"tax on top, before there were rates", aSub(plain).With("tax_percent", json.Number("10")), []string{"sub_1/si_1 0110-… 20 USD/P1M active tax=2"}, nil},
		{
			"tax inside, how much unknown",
			aSub(anItem(aPrice("2000").With("tax_behavior", "inclusive"))),
			[]string{"sub_1/si_1 0110-… 20 USD/P1M active"},
			[]string{"warning tax-inside price.tax_behavior"},
		},
		{
			"a tax rate that is an id",
			aSub(plain).With("default_tax_rates", []any{"txr_1"}),
			[]string{"sub_1/si_1 0110-… 20 USD/P1M active"},
			[]string{"warning not-expanded tax_rates"},
		},
		{
			"two currencies",
			aSub(plain, anItem(aPrice("500").With("currency", "eur")).With("id", "si_2")).Without("currency"),
			[]string{"sub_1/si_1 0110-… 20 USD/P1M active", "sub_1/si_2 0110-… 5 EUR/P1M active"},
			[]string{"warning contradiction items.price.currency"},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			spans, found := read(t, c.sub)
			assert.Equal(t, c.want, spans)
			assert.Equal(t, c.found, found)
		})
	}
}

func yearly(p object) object {
	return p.With("recurring", object{"interval": "year", "interval_count": 1, "usage_type": "licensed"})
}

func TestSubscription_Fields(t *testing.T) {
	t.Parallel()
	sub := aSub(anItem(aPrice("2000")).With("quantity", 3)).With("start_date", kittest.Epoch("2025-11-01")).With("livemode", false)
	spans, findings, err := stripe.Read(strings.NewReader(sub.String()), stripe.Options{})
	require.NoError(t, err)
	require.Len(t, spans, 1)
	s := spans[0]
	assert.Equal(t, "cus_1", s.Customer)
	assert.Equal(t, "price_1", s.Plan)
	assert.Equal(t, "3", s.Quantity.String())
	assert.Equal(t, "0410", kittest.Date(s.PaidThrough))
	assert.Equal(t, "0110", kittest.Date(s.Recorded), "backdated on the day it was made")
	assert.Equal(t, "sub_1", s.ID)
	assert.Equal(t, int64(1), s.Seq)
	assert.True(t, s.Test)
	for _, f := range findings {
		assert.Equal(t, "sub_1", f.Record)
		assert.Equal(t, "cus_1", f.Customer)
		assert.Equal(t, "sub_1", f.Subscription)
	}
}

// What was paid for: the current period, unless its payment failed.
func TestSubscription_PaidThrough(t *testing.T) {
	t.Parallel()
	canceled := aSub(anItem(aPrice("2000"))).With("status", "canceled").With("ended_at", kittest.Epoch("2026-03-25"))
	for want, sub := range map[string]object{
		"0410": canceled.With("cancellation_details", object{"reason": "cancellation_requested"}),
		"0310": canceled.With("cancellation_details", object{"reason": "payment_failed"}),
	} {
		spans, _, err := stripe.Read(strings.NewReader(sub.String()), stripe.Options{})
		require.NoError(t, err)
		require.Len(t, spans, 1)
		assert.Equal(t, want, kittest.Date(spans[0].PaidThrough))
	}
	spans, _, err := stripe.Read(strings.NewReader(aSub(anItem(aPrice("2000"))).With("status", "past_due").String()), stripe.Options{})
	require.NoError(t, err)
	assert.Equal(t, "0310", kittest.Date(spans[1].PaidThrough))
}
