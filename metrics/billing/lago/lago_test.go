package lago_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/lifecycle-go/lifecycle/metrics/billing/importer"
	"github.com/lifecycle-go/lifecycle/metrics/billing/internal/kittest"
	"github.com/lifecycle-go/lifecycle/metrics/billing/lago"
)

func TestSpans(t *testing.T) {
	t.Parallel()
	const plain = "ls_1 0110-… 19.99 EUR/P1M active"
	inside := func(key string, value any) object { return aSub().With("plan", aPlan().With(key, value)) }
	for _, c := range []struct {
		name  string
		sub   object
		want  []string
		found []string
	}{
		{"plain", aSub(), []string{plain}, nil},
		{"an amount of its own", aSub().With("plan_amount_cents", 1500).With("plan_amount_currency", "USD"), []string{"ls_1 0110-… 15 USD/P1M active"}, nil},
		{"weekly", inside("interval", "weekly"), []string{"ls_1 0110-… 19.99 EUR/P1W active"}, nil},
		{"quarterly", inside("interval", "quarterly"), []string{"ls_1 0110-… 19.99 EUR/P3M active"}, nil},
		{"semiannual", inside("interval", "semiannual"), []string{"ls_1 0110-… 19.99 EUR/P6M active"}, nil},
		{
			"yearly, its charges billed monthly", aSub().With("plan", aPlan().With("interval", "yearly").With("bill_charges_monthly", true).With("charges", []any{object{"lago_id": "ch_1"}})),
			[]string{"ls_1 0110-… 19.99 EUR/P1Y active"},
			[]string{"notice metered charges"},
		},
		{"an interval nobody knows", inside("interval", "daily"), nil, []string{"fault unknown-unit plan.interval"}},
		{"a plan nobody knows", aSub().With("plan_code", "silver"), nil, []string{"fault not-expanded plan_code"}},
		{
			"active with canceled_at: asked to end", aSub().With("canceled_at", "2026-03-01T00:00:00Z").With("ending_at", "2026-05-10T00:00:00Z"),
			[]string{plain + " cancel=0510"},
			[]string{"warning contradiction canceled_at"},
		},
		{"would end before it began", aSub().With("ending_at", "2026-01-01T00:00:00Z"), []string{plain}, []string{"warning contradiction ending_at"}},
		{"terminated", aSub().With("status", "terminated").With("terminated_at", "2026-03-20T00:00:00Z"), []string{"ls_1 0110-0320 19.99 EUR/P1M active"}, nil},
		{"terminated, nobody knows when", aSub().With("status", "terminated"), nil, []string{"fault missing-time terminated_at"}},
		{"terminated, and it cannot be read when", aSub().With("status", "terminated").With("terminated_at", "soon"), nil, []string{"fault malformed terminated_at"}},
		{"terminated as it began", aSub().With("status", "terminated").With("terminated_at", "2026-01-10T00:00:00Z"), nil, []string{"notice zero-length terminated_at"}},
		{"canceled before it began", aSub().With("status", "canceled"), nil, []string{"notice zero-length status"}},
		{"pending", aSub().With("status", "pending").With("started_at", nil).With("subscription_at", "2026-06-01T00:00:00Z"), []string{"ls_1 0601-… 19.99 EUR/P1M active"}, nil},
		{"pending, and it cannot be read for when", aSub().With("status", "pending").With("started_at", nil).With("subscription_at", "soon"), nil, []string{"fault malformed subscription_at"}},
		{"pending some day", aSub().With("status", "pending").With("started_at", nil).With("subscription_at", nil), nil, []string{"notice pending status"}},
		{"a status nobody knows", aSub().With("status", "live"), nil, []string{"fault unknown-value status"}},
		{"no start", aSub().With("started_at", nil), nil, []string{"fault missing-time started_at"}},
		{"backdated", aSub().With("created_at", "2026-02-01T00:00:00Z"), []string{plain}, []string{"notice start-not-created started_at"}},
		{"no customer", aSub().With("external_customer_id", nil).With("lago_customer_id", nil), nil, []string{"fault missing-customer external_customer_id"}},
		{"a trial of days", inside("trial_period", json.Number("14.0")), []string{"ls_1 0110-0124 19.99 EUR/P1M trial", "ls_1 0124-… 19.99 EUR/P1M active"}, nil},
		{"a trial that ended early", aSub().With("trial_ended_at", "2026-01-12T00:00:00Z"), []string{"ls_1 0110-0112 19.99 EUR/P1M trial", "ls_1 0112-… 19.99 EUR/P1M active"}, nil},
		{"a trial nobody can read", inside("trial_period", "x"), []string{plain}, []string{"warning malformed plan.trial_period"}},
		{"a trial for ever", inside("trial_period", 1000000), []string{plain}, []string{"warning amount-range plan.trial_period"}},
		{
			"what is guaranteed beyond the fee", inside("minimum_commitment", object{"amount_cents": 5000}),
			[]string{plain, "ls_1 0110-… 30.01 EUR/P1M active committed"},
			nil,
		},
		{"a guarantee the fee covers", inside("minimum_commitment", object{"amount_cents": 1000}), []string{plain}, nil},
		{"free", inside("amount_cents", 0), []string{"ls_1 0110-… 0 EUR/P1M active"}, nil},
		{"an amount that is none", inside("amount_cents", "x"), nil, []string{"fault malformed plan.amount_cents"}},
		{"an amount beyond all", inside("amount_cents", json.Number("1e30")), nil, []string{"fault amount-range plan.amount_cents"}},
		{"no amount", inside("amount_cents", nil), nil, []string{"fault missing-price plan.amount_cents"}},
		{"a negative amount", inside("amount_cents", -1), nil, []string{"fault negative-amount plan.amount_cents"}},
		{"no currency", inside("amount_currency", "EURO"), nil, []string{"fault unknown-currency plan_amount_currency"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			for _, form := range []object{c.sub, wrapped("subscription", c.sub), {"subscriptions": []any{c.sub}, "meta": object{"next_page": nil}}, {"webhook_type": "subscription.updated", "object_type": "subscription", "subscription": c.sub}} {
				spans, found := read(t, form)
				assert.Equal(t, c.want, spans)
				assert.Equal(t, c.found, found)
			}
		})
	}
}

// Webhooks are versions of one subscription: the one furthest on counts, whatever
// their order.
func TestSpans_Webhooks(t *testing.T) {
	t.Parallel()
	hook := func(kind string, sub object) object {
		return object{"webhook_type": "subscription." + kind, "object_type": "subscription", "subscription": sub}
	}
	started := hook("started", aSub())
	ended := hook("terminated", aSub().With("status", "terminated").With("terminated_at", "2026-03-20T00:00:00Z"))
	for _, in := range [][]object{{started, ended}, {ended, started}, {started, ended, started}} {
		spans, found := read(t, in...)
		assert.Equal(t, []string{"ls_1 0110-0320 19.99 EUR/P1M active"}, spans)
		assert.Empty(t, found)
	}
}

// A version of a subscription that ended says when; one that will end does not.
func TestRecords_Ended(t *testing.T) {
	t.Parallel()
	end := time.Date(2026, 3, 20, 0, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		sub  object
		want time.Time
	}{
		{aSub(), time.Time{}},
		{aSub().With("ending_at", "2026-03-20T00:00:00Z"), time.Time{}},
		{aSub().With("status", "terminated").With("terminated_at", "2026-03-20T00:00:00Z"), end},
	} {
		records, err := lago.Records([]byte(c.sub.With("plan", aPlan()).String()))
		require.NoError(t, err)
		require.Len(t, records, 1)
		assert.Equal(t, c.want, records[0].Ended)
	}
}

// A change of plan is the end of one subscription and the beginning of another:
// taken as they stand, churn and a new customer.
func TestChangeOfPlan(t *testing.T) {
	t.Parallel()
	basic := aSub().With("lago_id", "ls_old").With("plan_code", "gold").With("status", "terminated").With("terminated_at", "2026-03-15T10:00:00Z").With("next_plan_code", "silver")
	silver := aPlan().With("code", "silver").With("amount_cents", 4999)
	next := aSub().With("lago_id", "ls_new").With("plan_code", "silver").With("previous_plan_code", "gold").With("started_at", "2026-03-15T10:00:00Z").With("created_at", "2026-03-15T10:00:00Z").With("plan", silver)
	other := aSub().With("lago_id", "ls_x").With("external_id", "x_9")
	old := "ls_old 0110-260315T100000 19.99 EUR/P1M active replaced"
	for name, in := range map[string][]object{"in order": {basic, next}, "newest first, as lists go": {next, other, basic}, "as webhooks": {
		{"webhook_type": "subscription.started", "subscription": next},
		{"webhook_type": "subscription.started", "subscription": basic.With("status", "active").With("next_plan_code", nil)},
		{"webhook_type": "subscription.terminated", "subscription": basic},
		{"webhook_type": "subscription.terminated", "subscription": basic},
	}} {
		spans, found := read(t, in...)
		assert.Contains(t, spans, old, name)
		assert.Contains(t, spans, "ls_new 260315T100000-… 49.99 EUR/P1M active replaces=ls_old", name)
		assert.Empty(t, found, name)
	}

	spans, found := read(t, next)
	assert.Equal(t, []string{"ls_new 260315T100000-… 49.99 EUR/P1M active"}, spans)
	assert.Equal(t, []string{"warning replaces previous_plan_code"}, found, "the other half never came")

	// Back and forth: each finds the one that ended when it began.
	again := aSub().With("lago_id", "ls_3").With("plan_code", "gold").With("previous_plan_code", "silver").With("started_at", "2026-04-01T00:00:00Z").
		With("status", "terminated").With("terminated_at", "2026-05-01T00:00:00Z").With("next_plan_code", "silver")
	ended := next.With("status", "terminated").With("terminated_at", "2026-04-01T00:00:00Z").With("next_plan_code", "gold")
	last := next.With("lago_id", "ls_4").With("started_at", "2026-05-01T00:00:00Z")
	spans, found = read(t, last, again, ended, basic)
	assert.ElementsMatch(t, []string{
		old,
		"ls_new 260315T100000-0401 49.99 EUR/P1M active replaces=ls_old replaced",
		"ls_3 0401-0501 19.99 EUR/P1M active replaces=ls_new replaced",
		"ls_4 0501-… 49.99 EUR/P1M active replaces=ls_3",
	}, spans)
	assert.Empty(t, found)

	// A downgrade waits for the end of the period.
	down := aSub().With("next_plan_code", "silver").With("downgrade_plan_date", "2026-04-10")
	waits := next.With("status", "pending").With("started_at", nil)
	spans, found = read(t, waits, down)
	assert.Equal(t, []string{"ls_1 0110-… 19.99 EUR/P1M active cancel=0410 replaced"}, spans)
	assert.Equal(t, []string{"notice pending status"}, found)

	// One that ended for another, and one that carried on and ended: three halves.
	for limit, refused := range map[int]bool{1: true, 2: true, 3: false} {
		for name, as := range map[string]func(object) object{
			"objects":  func(sub object) object { return sub },
			"webhooks": func(sub object) object { return object{"webhook_type": "subscription.terminated", "subscription": sub} },
		} {
			imp, err := lago.New(lago.Options{Limits: importer.Limits{Versions: limit}})
			require.NoError(t, err)
			_, err = importer.Collect(imp.Spans(strings.NewReader(kittest.Joined(wrapped("plan", aPlan()), as(basic), as(again.With("plan", aPlan()))))))
			require.Equal(t, refused, errors.Is(err, importer.ErrLimit), "%s, up to %d: %v", name, limit, err)
		}
	}
}

func TestPaidThrough(t *testing.T) {
	t.Parallel()
	for want, advance := range map[string]bool{"0410": true, "0310": false} {
		imp, err := lago.New(lago.Options{})
		require.NoError(t, err)
		spans, err := importer.Collect(imp.Spans(strings.NewReader(aSub().With("plan", aPlan().With("pay_in_advance", advance)).String())))
		require.NoError(t, err)
		require.Len(t, spans, 1)
		assert.Equal(t, want, kittest.Date(spans[0].PaidThrough), "ends of periods are inclusive: 23:59:59")
		assert.Equal(t, "acme", spans[0].Customer)
		assert.Equal(t, "gold", spans[0].Plan)
	}
}

func TestCoupons(t *testing.T) {
	t.Parallel()
	const plain = "ls_1 0110-… 19.99 EUR/P1M active"
	c := object{
		"lago_id": "ac_1", "coupon_code": "beer", "external_customer_id": "acme", "status": "active", "amount_cents": 500, "amount_currency": "EUR",
		"percentage_rate": nil, "frequency": "forever", "frequency_duration": nil, "created_at": "2026-01-10T00:00:00Z", "terminated_at": nil,
	}
	for _, k := range []struct {
		name  string
		c     object
		want  string
		found []string
	}{
		{"an amount", c, plain + " ac_1:0%:5:forever:0:subscription", nil},
		{"percent", c.With("percentage_rate", "12.5").With("amount_cents", nil), plain + " ac_1:12.5%:0:forever:0:subscription", nil},
		{"once", c.With("frequency", "once"), plain + " ac_1:0%:5:once:0:subscription", nil},
		{"three times", c.With("frequency", "recurring").With("frequency_duration", 3), plain + " ac_1:0%:5:repeating:3:subscription", nil},
		{"of somebody else", c.With("external_customer_id", "bolt"), plain, nil},
		{"used up at once", c.With("terminated_at", "2026-01-10T00:00:00Z"), plain, nil},
		{"an amount that is none", c.With("amount_cents", "x"), plain, []string{"fault malformed applied_coupon.amount_cents"}},
		{"in another currency", c.With("amount_currency", "USD"), plain, []string{"warning bad-discount applied_coupon.amount_currency"}},
		{"nothing, in percent", c.With("percentage_rate", 0), plain + " ac_1:0%:0:forever:0:subscription", nil},
		{"more than all", c.With("percentage_rate", 101), plain, []string{"fault bad-discount applied_coupon.percentage_rate"}},
		{"an amount of nothing", c.With("amount_cents", 0), plain + " ac_1:0%:0:forever:0:subscription", nil},
		{"a surcharge", c.With("amount_cents", -1), plain, []string{"fault bad-discount applied_coupon.amount_cents"}},
		{"as often as nobody can say", c.With("frequency", "recurring").With("frequency_duration", 0), plain, []string{"fault amount-range applied_coupon.frequency_duration"}},
		{"how often, nobody knows", c.With("frequency", "often"), plain, []string{"fault unknown-value applied_coupon.frequency"}},
	} {
		spans, found := read(t, object{"applied_coupons": []any{k.c}}, aSub())
		assert.Equal(t, []string{k.want}, spans, k.name)
		assert.Equal(t, k.found, found, k.name)
	}
	for field, bad := range map[string]object{
		"percentage_rate": c.With("percentage_rate", "x"), "percentage_rate ": c.With("percentage_rate", 101), "created_at": c.With("created_at", "soon"),
		"terminated_at": c.With("terminated_at", "soon"), "frequency": c.With("frequency", "often"), "terminated_at ": c.With("terminated_at", "2026-01-10T00:00:00Z"),
		"frequency_duration": c.With("frequency", "recurring").With("frequency_duration", 0), "amount_cents": c.With("amount_cents", -1),
	} {
		spans, _ := read(t, object{"applied_coupons": []any{bad, c.With("lago_id", "ac_2")}}, aSub())
		assert.Equal(t, []string{plain + " ac_2:0%:5:forever:0:subscription"}, spans, "the one beside a coupon with a bad "+field)
	}
	_, found := read(t, wrapped("applied_coupon", c), aSub(), aSub().With("lago_id", "ls_2"))
	assert.Equal(t, []string{"warning unsupported applied_coupon.amount_cents"}, found, "an amount stands on two subscriptions")
}

func TestCatalogueAndErrors(t *testing.T) {
	t.Parallel()
	plans := object{"plans": []any{aPlan()}, "meta": object{"next_page": 2}}
	spans, findings, err := lago.Read(strings.NewReader(plans.String()), strings.NewReader(aSub().String()), lago.Options{})
	require.NoError(t, err)
	assert.Len(t, spans, 1)
	assert.Equal(t, []string{"fault truncated meta.next_page"}, kittest.Words(findings))

	_, found := read(t, aSub(), object{"webhook_type": "subscription.started", "subscription": aSub()})
	assert.Equal(t, []string{"warning mixed-input"}, found)
	_, found = read(t, object{"customers": []any{object{"lago_id": "c"}}}, object{"webhook_type": "event.error", "object_type": "event_error", "event_error": object{}}, aPlan())
	assert.Equal(t, []string{"notice unsupported object", "notice unsupported object"}, found)

	imp, err := lago.New(lago.Options{Limits: importer.Limits{Catalogue: 1}})
	require.NoError(t, err)
	require.NoError(t, imp.Catalogue(strings.NewReader(kittest.Joined(aPlan(), aPlan()))))
	require.ErrorIs(t, imp.Catalogue(strings.NewReader(aPlan().With("code", "x").String())), importer.ErrLimit)
	require.ErrorIs(t, imp.Catalogue(strings.NewReader(object{"coupon_code": "x", "frequency": "once"}.String())), importer.ErrLimit)
	require.NoError(t, imp.Catalogue(strings.NewReader(aSub().String())))
	for _, in := range []string{`{"subscription":{"lago_id":x}}`, `{"plan":{"code":x}}`, `{"applied_coupon":{"code":x}}`, `{"invoice":{"code":x}}`, `{"fee":{"code":x}}`, `{"customer":{"code":x}}`, `{"plans":[],"x":y}`, `{`} {
		_, err := importer.Collect(imp.Spans(strings.NewReader(in)))
		require.ErrorIs(t, err, importer.ErrSyntax, in)
		_, err = importer.Collect(imp.Lines(strings.NewReader(in)))
		require.ErrorIs(t, err, importer.ErrSyntax, in)
		require.ErrorIs(t, imp.Catalogue(strings.NewReader(in)), importer.ErrSyntax, in)
	}
	_, _, err = lago.Read(strings.NewReader("{"), nil, lago.Options{})
	require.ErrorIs(t, err, importer.ErrSyntax)
	_, _, err = lago.Read(nil, nil, lago.Options{Limits: importer.Limits{Depth: -1}})
	require.ErrorIs(t, err, importer.ErrOptions)
	imp, err = lago.New(lago.Options{})
	require.NoError(t, err)
	next := aSub().With("previous_plan_code", "tin")
	for _, in := range []string{kittest.Joined(wrapped("plan", aPlan()), aSub(), aSub()), kittest.Joined(next, next), kittest.Joined(object{"webhook_type": "x", "subscription": aSub()})} {
		for _, err := range imp.Spans(strings.NewReader(in)) {
			require.NoError(t, err)
			break
		}
	}
	assert.Equal(t, int64(3), imp.Progress().Yielded)
}

// The webhooks of lago-go-client are active with canceled_at set, all of one
// plan that is not among them.
func TestFixtures(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"started", "terminated", "trial_ended", "updated"} {
		imp, err := lago.New(lago.Options{})
		require.NoError(t, err)
		spans, err := importer.Collect(imp.Spans(fixture(t, "subscription_"+name+".json")))
		require.NoError(t, err)
		assert.Empty(t, spans)
		assert.Equal(t, []string{"warning contradiction canceled_at", "fault not-expanded plan_code"}, kittest.Words(imp.Findings()), name)

		// With a plan of that code, the subscription counts until it is to end.
		imp, err = lago.New(lago.Options{})
		require.NoError(t, err)
		require.NoError(t, imp.Catalogue(strings.NewReader(aPlan().With("code", "eartha lynch").String())))
		spans, err = importer.Collect(imp.Spans(fixture(t, "subscription_"+name+".json")))
		require.NoError(t, err)
		assert.Equal(t, []string{"b7ab2926-1de8-4428-9bcd-779314ac129b 220429T085951-… 19.99 EUR/P1M active cancel=220829T085951"}, spanTexts(spans), name)
	}
	imp, err := lago.New(lago.Options{})
	require.NoError(t, err)
	require.NoError(t, imp.Catalogue(fixture(t, "plan_created.json")))
	spans, err := importer.Collect(imp.Spans(strings.NewReader(aSub().With("plan_code", "plan_code").String())))
	require.NoError(t, err)
	assert.Equal(t, []string{ // 9.00 a week, three days of trial, and a commitment of 10.00
		"ls_1 0110-0113 9 EUR/P1W trial", "ls_1 0113-… 9 EUR/P1W active",
		"ls_1 0110-0113 1 EUR/P1W trial committed", "ls_1 0113-… 1 EUR/P1W active committed",
	}, spanTexts(spans))
	assert.Equal(t, []string{"notice metered charges"}, kittest.Words(imp.Findings()))

	for name, want := range map[string][]string{
		"invoice_created.json": {"5eb02857-a71e-4ea2-bcf9-57d3a41bc6ba 0101-0201 1-0+0.2 EUR/P1M usage open"},
		"fee_created.json":     nil, // of nobody
	} {
		imp, err := lago.New(lago.Options{})
		require.NoError(t, err)
		lines, err := importer.Collect(imp.Lines(fixture(t, name)))
		require.NoError(t, err)
		assert.Equal(t, want, lineTexts(lines), name)
		assert.NotEmpty(t, imp.Findings(), name)
	}
}

func TestSpoiled(t *testing.T) {
	t.Parallel()
	coupon := object{
		"lago_id": "ac_1", "external_customer_id": "acme", "status": "active", "percentage_rate": "10", "frequency": "recurring", "frequency_duration": 3, "created_at": "2026-01-10T00:00:00Z",
	}
	ended := aSub().With("lago_id", "ls_2").With("external_customer_id", "bolt").With("status", "terminated").With("terminated_at", "2026-03-20T00:00:00Z")
	records := []object{wrapped("plan", aPlan().With("minimum_commitment", object{"amount_cents": 5000})), {"applied_coupons": []any{coupon}}, aSub(), ended, wrapped("invoice", anInvoice(aFee("subscription")))}
	kittest.Spoiled(t, fresh, nil, records...)
	kittest.Bent(t, lago.Records, fresh, []string{"plan.amount_cents", "minimum_commitment", "minimum_commitment.amount_cents"}, records...)
}
