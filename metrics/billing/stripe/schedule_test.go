package stripe_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/lifecycle-go/lifecycle/metrics/billing/importer"
	"github.com/lifecycle-go/lifecycle/metrics/billing/internal/kittest"
	"github.com/lifecycle-go/lifecycle/metrics/billing/policy"
	"github.com/lifecycle-go/lifecycle/metrics/billing/stripe"
	"github.com/lifecycle-go/lifecycle/metrics/ledger"
)

func aPhase(from, to, cents string) object {
	p := object{
		"start_date": kittest.Epoch(from), "end_date": nil, "currency": "usd", "trial_end": nil, "coupon": nil, "discounts": []any{},
		"items": []any{object{"price": aPrice(cents), "quantity": 2, "discounts": []any{}}},
	}
	if to != "" {
		p["end_date"] = kittest.Epoch(to)
	}
	return p
}

// itsItems has one of each price.
func itsItems(p object, prices ...object) object {
	var items []any
	for _, price := range prices {
		items = append(items, object{"price": price, "quantity": 1})
	}
	return p.With("items", items)
}

func withDiscounts(p object, ds ...any) object { return p.With("discounts", ds) }

func aSchedule(status string, phases ...any) object {
	s := object{
		"id": "sched_1", "object": "subscription_schedule", "customer": "cus_1", "status": status, "livemode": true,
		"created": kittest.Epoch("2026-01-05"), "end_behavior": "release", "subscription": nil, "current_phase": nil, "phases": phases,
	}
	if status == "active" {
		s["subscription"] = "sub_1"
		s["current_phase"] = object{"start_date": kittest.Epoch("2026-01-10"), "end_date": kittest.Epoch("2026-04-10")}
	}
	return s
}

// phased is a subscription of 20 a month that rises to 60 in April, two at 30, and
// to 80 in July.
func phased() object {
	return aSchedule("active", aPhase("2026-01-10", "2026-04-10", "2000"), aPhase("2026-04-10", "2026-07-10", "3000"), aPhase("2026-07-10", "2027-07-10", "4000"))
}

func TestSchedules(t *testing.T) {
	t.Parallel()
	sub := aSub(anItem(aPrice("2000")))
	now := "cus_1/sub_1/si_1 0110-0410 20 USD/P1M price_1"
	plain := "cus_1/sub_1/si_1 0110-… 20 USD/P1M price_1"
	other, third := aPrice("500").With("id", "price_2").With("product", "prod_2"), aPrice("700").With("id", "price_3").With("product", "prod_3")
	for _, c := range []struct {
		name         string
		in           []object
		spans, found []string
	}{
		{"expanded", []object{sub.With("schedule", phased())}, []string{now, "cus_1/sub_1/si_1 0410-0710 60 USD/P1M price_1", "cus_1/sub_1/si_1 0710-… 80 USD/P1M price_1"}, nil},
		{
			"ends with its last phase",
			[]object{sub.With("schedule", phased().With("end_behavior", "cancel"))},
			[]string{now, "cus_1/sub_1/si_1 0410-0710 60 USD/P1M price_1", "cus_1/sub_1/si_1 0710-… 80 USD/P1M price_1 cancel=0710"},
			nil,
		},
		{
			"a phase without time, in the middle",
			[]object{sub.With("schedule", aSchedule("active", aPhase("2026-01-10", "2026-04-10", "2000"), aPhase("2026-04-10", "2026-04-10", "4000"), aPhase("2026-04-10", "2026-07-10", "3000")).
				With("current_phase", object{"start_date": kittest.Epoch("2026-01-10"), "end_date": kittest.Epoch("2026-04-10")}))},
			[]string{now, "cus_1/sub_1/si_1 0410-… 60 USD/P1M price_1"},
			[]string{"warning contradiction schedule.phases.end_date"},
		},
		{
			"two items of one product, one of them as today",
			[]object{sub.With("schedule", aSchedule("active", aPhase("2026-01-10", "2026-04-10", "2000"), itsItems(aPhase("2026-04-10", "", "3000"), aPrice("500").With("id", "price_2"), aPrice("3000"))))},
			[]string{now, "cus_1/sub_1/price_2 0410-… 5 USD/P1M price_2", "cus_1/sub_1/si_1 0410-… 30 USD/P1M price_1"},
			nil,
		},
		{
			"two prices of the product of today",
			[]object{sub.With("schedule", aSchedule("active", aPhase("2026-01-10", "2026-04-10", "2000"), itsItems(aPhase("2026-04-10", "", "3000"), aPrice("500").With("id", "price_2"), aPrice("700").With("id", "price_3"))))},
			[]string{now, "cus_1/sub_1/si_1 0410-… 5 USD/P1M price_2", "cus_1/sub_1/price_3 0410-… 7 USD/P1M price_3"},
			nil,
		},
		{
			"behind one that does not count",
			[]object{sub.With("schedule", aSchedule("active", aPhase("2026-01-10", "2026-04-10", "2000"), itsItems(aPhase("2026-04-10", "", "3000"),
				aPrice("1").With("recurring", object{"interval": "month", "interval_count": 1, "usage_type": "metered"}), aPrice("500").With("currency", "xx"), aPrice("3000"))))},
			[]string{now, "cus_1/sub_1/si_1 0410-… 30 USD/P1M price_1"},
			[]string{"fault unknown-currency price.currency"},
		},
		{
			"another product instead of the only one",
			[]object{sub.With("schedule", aSchedule("active", aPhase("2026-01-10", "2026-04-10", "2000"), itsItems(aPhase("2026-04-10", "", "3000"), other)))},
			[]string{now, "cus_1/sub_1/si_1 0410-… 5 USD/P1M price_2"},
			nil,
		},
		{
			"another product instead of two",
			[]object{aSub(anItem(aPrice("2000")), anItem(other).With("id", "si_2")).With("schedule", aSchedule("active", aPhase("2026-01-10", "2026-04-10", "2000"), itsItems(aPhase("2026-04-10", "", "3000"), third)))},
			[]string{now, "cus_1/sub_1/si_2 0110-0410 5 USD/P1M price_2", "cus_1/sub_1/price_3 0410-… 7 USD/P1M price_3"},
			nil,
		},
		{
			"a trial longer than the phase it begins in",
			[]object{aSub(anItem(aPrice("2000")), anItem(other).With("id", "si_2")).With("status", "trialing").With("trial_start", kittest.Epoch("2026-01-10")).With("trial_end", kittest.Epoch("2026-04-20")).
				With("schedule", aSchedule("active", aPhase("2026-01-10", "2026-04-10", "2000"), itsItems(aPhase("2026-04-10", "", "3000"), aPrice("3000"))))},
			[]string{now + " trial", "cus_1/sub_1/si_2 0110-0410 5 USD/P1M price_2 trial", "cus_1/sub_1/si_1 0410-… 30 USD/P1M price_1"},
			nil,
		},
		{
			"a trial that is over as the phase begins",
			[]object{aSchedule("not_started", aPhase("2026-04-10", "2026-07-10", "3000").With("trial_end", kittest.Epoch("2026-04-10")), aPhase("2026-07-10", "", "4000").With("trial_end", kittest.Epoch("2026-04-24")))},
			[]string{"cus_1/sched_1/price_1 0410-0710 60 USD/P1M price_1", "cus_1/sched_1/price_1 0710-… 80 USD/P1M price_1"},
			nil,
		},
		{
			"one price twice",
			[]object{aSchedule("not_started", itsItems(aPhase("2026-04-10", "", "3000"), aPrice("3000"), aPrice("3000")))},
			[]string{"cus_1/sched_1/price_1 0410-… 30 USD/P1M price_1", "cus_1/sched_1/price_1/2 0410-… 30 USD/P1M price_1"},
			nil,
		},
		{"an id that is not known", []object{sub.With("schedule", "sched_1")}, []string{plain}, []string{"notice not-expanded schedule"}},
		{"released", []object{sub.With("schedule", phased().With("status", "released"))}, []string{plain}, nil},
		{"no phase says that it is on", []object{sub.With("schedule", phased().With("current_phase", nil))}, []string{plain}, []string{"warning missing-time schedule.current_phase"}},
		{"in its last phase", []object{sub.With("schedule", aSchedule("active", aPhase("2026-01-10", "2026-04-10", "2000")))}, []string{plain}, nil},
		{
			"to be cancelled before",
			[]object{sub.With("cancel_at", kittest.Epoch("2026-04-01")).With("schedule", phased())},
			[]string{plain + " cancel=0401"},
			nil,
		},
		{
			"not begun",
			[]object{aSchedule("not_started", aPhase("2026-04-10", "2026-07-10", "3000").With("trial_end", kittest.Epoch("2026-04-24")))},
			[]string{"cus_1/sched_1/price_1 0410-0424 60 USD/P1M price_1 trial", "cus_1/sched_1/price_1 0424-… 60 USD/P1M price_1"},
			nil,
		},
		{"begun, by itself", []object{phased()}, nil, nil}, // learned
		{
			"a coupon to come, of a subscription and of an item",
			[]object{aSchedule(
				"not_started",
				withDiscounts(aPhase("2026-04-10", "2026-07-10", "3000"), object{"coupon": aCoupon(object{"percent_off": 50, "duration": "repeating", "duration_in_months": 2})}),
				aPhase("2026-07-10", "2026-10-10", "3000").With("items", []any{object{
					"price": aPrice("3000"), "quantity": 2, "discounts": []any{object{"coupon": aCoupon(object{"amount_off": 500, "currency": "usd", "duration": "once"}), "discount": nil}},
				}}),
				aPhase("2026-10-10", "", "3000").With("coupon", aCoupon(object{"percent_off": 10})),
			)},
			[]string{
				"cus_1/sched_1/price_1 0410-0710 60 USD/P1M price_1 subscription=co_1,50%,repeating,0410,0610",
				"cus_1/sched_1/price_1 0710-1010 60 USD/P1M price_1 item=co_1,5,once,0710,…",
				"cus_1/sched_1/price_1 1010-… 60 USD/P1M price_1 subscription=co_1,10%,forever,1010,…",
			},
			nil,
		},
		{
			"a discount there is, used on",
			[]object{sub.With("schedule", aSchedule(
				"active", aPhase("2026-01-10", "2026-04-10", "2000"),
				withDiscounts(aPhase("2026-04-10", "", "3000"), object{"coupon": "co_1", "discount": aDiscount(aCoupon(object{"percent_off": 50}))}),
			))},
			[]string{now, "cus_1/sub_1/si_1 0410-… 60 USD/P1M price_1 subscription=di_1,50%,forever,0110,…"},
			nil,
		},
		{
			"a code to come",
			[]object{aSchedule("not_started", withDiscounts(aPhase("2026-04-10", "", "3000"),
				object{"coupon": nil, "promotion_code": object{"id": "promo_1", "promotion": object{"coupon": aCoupon(object{"percent_off": 50})}}},
				object{"coupon": nil, "promotion_code": object{"id": "promo_0", "coupon": aCoupon(object{"percent_off": 20})}},
			))},
			[]string{"cus_1/sched_1/price_1 0410-… 60 USD/P1M price_1 subscription=co_1,50%,forever,0410,… subscription=co_1,20%,forever,0410,…"},
			nil,
		},
		{
			"discounts that are not there",
			[]object{aSchedule("not_started", withDiscounts(aPhase("2026-04-10", "", "3000"), object{"coupon": "c_1"}, object{"discount": "di_9"}, object{"promotion_code": "promo_1"}, object{}))},
			[]string{"cus_1/sched_1/price_1 0410-… 60 USD/P1M price_1"},
			[]string{"fault not-expanded discount.source.coupon", "fault not-expanded discounts", "fault not-expanded schedule.phases.discounts.promotion_code"},
		},
		{
			"a price that is not there",
			[]object{aSchedule("not_started", aPhase("2026-04-10", "", "3000").With("items", []any{object{"price": "price_9", "quantity": 1}}))},
			nil,
			[]string{"fault missing-price schedule.phases.items.price"},
		},
		{
			"a price that is not there, and one by use, beside one that is",
			[]object{aSchedule("not_started", aPhase("2026-04-10", "", "3000").With("items", []any{
				object{"price": "price_9", "quantity": 1},
				object{"price": aPrice("1").With("id", "price_8").With("recurring", object{"interval": "month", "interval_count": 1, "usage_type": "metered"})},
				object{"price": aPrice("3000"), "quantity": 2},
			}))},
			[]string{"cus_1/sched_1/price_1 0410-… 60 USD/P1M price_1"},
			[]string{"fault missing-price schedule.phases.items.price"},
		},
		{"a phase without time", []object{aSchedule("not_started", aPhase("2026-04-10", "2026-04-10", "3000"))}, nil, []string{"warning contradiction schedule.phases.end_date"}},
		{"of nobody", []object{aSchedule("not_started").With("customer", nil)}, nil, []string{"fault missing-customer customer"}},
	} {
		spans, err := spansOf(t, c.in...)
		assert.Equal(t, c.spans, spans, c.name)
		assert.Equal(t, c.found, err, c.name)
	}
}

// spansOf reads objects, and says what schedules are about.
func spansOf(t *testing.T, in ...object) (out, found []string) {
	t.Helper()
	got, findings, err := stripe.Read(strings.NewReader(kittest.Joined(in...)), stripe.Options{})
	require.NoError(t, err)
	for i := range got {
		s := &got[i]
		var text strings.Builder
		text.WriteString(s.Customer + "/" + s.Subscription + "/" + s.Item + " " + kittest.Date(s.From) + "-" + kittest.Date(s.To) + " " + s.Amount.String() + " " + string(s.Currency) + "/" + s.Cycle.String() + " " + s.Plan)
		if s.State != 0 {
			text.WriteString(" " + s.State.String())
		}
		if !s.CancelAt.IsZero() {
			text.WriteString(" cancel=" + kittest.Date(s.CancelAt))
		}
		for _, d := range s.Discounts {
			off := d.Off.String()
			if !d.Percent.IsZero() {
				off = d.Percent.String() + "%"
			}
			text.WriteString(" " + d.Level.String() + "=" + strings.Join([]string{d.ID, off, d.Duration.String(), kittest.Date(d.From), kittest.Date(d.To)}, ","))
		}
		out = append(out, text.String())
	}
	for _, f := range findings {
		found = append(found, strings.Join([]string{f.Severity.String(), string(f.Code), f.Field}, " "))
	}
	return out, found
}

// A schedule may come from the catalogue, and an item of another product beside the
// one there is.
func TestSchedules_Catalogue(t *testing.T) {
	t.Parallel()
	other := aPrice("500").With("id", "price_2").With("product", "prod_2")
	two := aPhase("2026-04-10", "", "3000").With("items", []any{
		object{"price": aPrice("3000"), "quantity": 1}, object{"price": other, "quantity": 1},
	})
	imp, err := stripe.New(stripe.Options{})
	require.NoError(t, err)
	require.NoError(t, imp.Catalogue(strings.NewReader(aSchedule("active", aPhase("2026-01-10", "2026-04-10", "2000"), two).String())))
	spans, err := importer.Collect(imp.Spans(strings.NewReader(aSub(anItem(aPrice("2000"))).With("schedule", "sched_1").String())))
	require.NoError(t, err)
	require.Len(t, spans, 3)
	assert.Equal(t, "si_1", spans[1].Item)
	assert.Equal(t, "price_2", spans[2].Item)
	r, err := policy.Read(spans, policy.Standard(), policy.Options{Currency: "USD"})
	require.NoError(t, err)
	l, err := r.Ledger()
	require.NoError(t, err)
	assert.Equal(t, "20", l.MRR(spans[1].From.Add(-1)).String())
	assert.Equal(t, "35", l.MRR(spans[1].From).String())
}

// Live, a schedule that begins gives way to its subscription.
func TestSchedules_Records(t *testing.T) {
	t.Parallel()
	p, o := policy.Standard(), policy.Options{Currency: "USD"}
	imp, err := stripe.New(stripe.Options{})
	require.NoError(t, err)
	books, err := ledger.New(p.LedgerOptions(o))
	require.NoError(t, err)
	feed, err := policy.NewFeed(books, p, o)
	require.NoError(t, err)
	day := func(s string) time.Time {
		at, err := time.Parse(time.DateOnly, s)
		require.NoError(t, err)
		return at
	}
	say := func(id, kind, on string, x object) {
		t.Helper()
		records, err := imp.Records([]byte(anEvent(id, kind, on, x).String()))
		require.NoError(t, err)
		_, _, err = feed.Apply(day(on), records...)
		require.NoError(t, err)
	}
	say("evt_1", "subscription_schedule.created", "2026-01-05", aSchedule("not_started", aPhase("2026-01-10", "2026-04-10", "2000"), aPhase("2026-04-10", "", "3000")))
	assert.Equal(t, "40", feed.Ledger().MRR(day("2026-02-01")).String())
	assert.Equal(t, "60", feed.Ledger().MRR(day("2026-05-01")).String())
	active := aSchedule("active", aPhase("2026-01-10", "2026-04-10", "2000"), aPhase("2026-04-10", "", "3000"))
	say("evt_2", "subscription_schedule.updated", "2026-01-10", active)
	assert.Equal(t, "0", feed.Ledger().MRR(day("2026-02-01")).String())
	item := anItem(aPrice("2000"))
	item["quantity"] = json.Number("2")
	say("evt_3", "customer.subscription.created", "2026-01-10", aSub(item).With("schedule", "sched_1"))
	assert.Equal(t, "40", feed.Ledger().MRR(day("2026-02-01")).String())
	assert.Equal(t, "60", feed.Ledger().MRR(day("2026-05-01")).String())
}

// Live, a coming phase may name a discount by an id that the importer learned, and
// until its phase begins nothing is taken off.
func TestSchedules_DiscountsCount(t *testing.T) {
	t.Parallel()
	sched := aSchedule("active", aPhase("2026-01-10", "2026-04-10", "2000"), withDiscounts(aPhase("2026-04-10", "", "3000"), object{"discount": "di_1"}))
	imp, err := stripe.New(stripe.Options{})
	require.NoError(t, err)
	in := kittest.Joined(
		anEvent("evt_1", "customer.subscription.created", "2026-01-10", aSub(anItem(aPrice("2000"))).With("schedule", sched)),
		anEvent("evt_2", "customer.discount.created", "2026-01-10", aDiscount(aCoupon(object{"percent_off": 50, "applies_to": object{"products": []any{"prod_1"}}}))),
	)
	spans, err := importer.Collect(imp.Spans(strings.NewReader(in)))
	require.NoError(t, err)
	require.Empty(t, imp.Findings())
	r, err := policy.Read(spans, policy.Stripe(), policy.Options{Currency: "USD"})
	require.NoError(t, err)
	l, err := r.Ledger()
	require.NoError(t, err)
	turn := time.Date(2026, 4, 10, 0, 0, 0, 0, time.UTC)
	assert.Equal(t, "20", l.MRR(turn.Add(-1)).String())
	assert.Equal(t, "30", l.MRR(turn).String())
}
