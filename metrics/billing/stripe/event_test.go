package stripe_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/lifecycle-go/lifecycle/metrics/billing"
	"github.com/lifecycle-go/lifecycle/metrics/billing/importer"
	"github.com/lifecycle-go/lifecycle/metrics/billing/internal/kittest"
	"github.com/lifecycle-go/lifecycle/metrics/billing/stripe"
)

// story is one subscription as webhooks tell it: a trial, seats, a pause, a
// failed payment, the end; old and new shapes side by side, as endpoints of
// two API versions send them.
func story() []object {
	trial := aSub(anItem(aPrice("2000"))).With("status", "trialing").With("trial_start", kittest.Epoch("2026-01-10")).With("trial_end", kittest.Epoch("2026-01-24"))
	active := aSub(anItem(aPrice("2000"))).With("trial_start", kittest.Epoch("2026-01-10")).With("trial_end", kittest.Epoch("2026-01-24"))
	old := active.With("items", list(anItem(aPrice("2000")).Without("current_period_start", "current_period_end").With("quantity", 3))).Without("discounts").
		With("current_period_start", kittest.Epoch("2026-02-24")).With("current_period_end", kittest.Epoch("2026-03-24")).With("discount", nil)
	seats := active.With("items", list(anItem(aPrice("2000")).With("quantity", 3)))
	return []object{
		anEvent("evt_1", "customer.subscription.created", "2026-01-10", trial),
		anEvent("evt_2", "customer.subscription.trial_will_end", "2026-01-21", trial),
		anEvent("evt_3", "customer.subscription.updated", "2026-01-24", active),
		anEvent("evt_4", "customer.subscription.updated", "2026-02-12", old).With("api_version", "2020-08-27"),
		anEvent("evt_5", "customer.subscription.updated", "2026-03-01", seats.With("pause_collection", object{"behavior": "void"})),
		anEvent("evt_6", "customer.subscription.updated", "2026-04-01", seats),
		anEvent("evt_7", "customer.subscription.updated", "2026-05-01", seats.With("status", "past_due")),
		anEvent("evt_8", "customer.subscription.deleted", "2026-05-20", seats.With("status", "canceled").With("ended_at", kittest.Epoch("2026-05-20")).
			With("canceled_at", kittest.Epoch("2026-05-20")).With("cancellation_details", object{"reason": "payment_failed"})),
	}
}

var storySpans = []string{
	"sub_1/si_1 0110-0124 20 USD/P1M trial",
	"sub_1/si_1 0124-0212 20 USD/P1M active",
	"sub_1/si_1 0212-0301 60 USD/P1M active",
	"sub_1/si_1 0301-0401 60 USD/P1M collection-paused",
	"sub_1/si_1 0401-0501 60 USD/P1M active",
	"sub_1/si_1 0501-0520 60 USD/P1M past-due asked=0520 reason=involuntary",
}

// 10: events come in any order, and more than once.
func TestEvents(t *testing.T) {
	t.Parallel()
	in := story()
	backwards := slices.Clone(in)
	slices.Reverse(backwards)
	shuffled := []object{in[4], in[0], in[7], in[2], in[2], in[6], in[1], in[5], in[3], in[0]}
	for name, events := range map[string][]object{"in order": in, "as lists of events go": backwards, "shuffled and repeated": shuffled} {
		spans, _ := read(t, events...)
		assert.Equal(t, storySpans, spans, name)
	}

	var all []any
	for _, e := range in {
		all = append(all, e)
	}
	spans, _ := read(t, list(all...))
	assert.Equal(t, storySpans, spans, "as a page of a list")

	imp, err := stripe.New(stripe.Options{})
	require.NoError(t, err)
	_, err = importer.Collect(imp.Spans(strings.NewReader(kittest.Joined(shuffled...))))
	require.NoError(t, err)
	assert.Equal(t, int64(2), imp.Progress().Repeats)
	assert.Equal(t, int64(10), imp.Progress().Records)
	assert.Equal(t, int64(6), imp.Progress().Yielded)
}

func TestEvents_Items(t *testing.T) {
	t.Parallel()
	one, two := anItem(aPrice("2000")), anItem(aPrice("500")).With("id", "si_2")
	spans, found := read(
		t,
		anEvent("evt_1", "customer.subscription.created", "2026-01-10", aSub(one)),
		anEvent("evt_2", "customer.subscription.updated", "2026-02-10", aSub(one, two)),
		anEvent("evt_3", "customer.subscription.updated", "2026-03-10", aSub(two.With("price", aPrice("700").With("id", "price_2")))),
	)
	assert.Equal(t, []string{
		"sub_1/si_1 0110-0310 20 USD/P1M active",
		"sub_1/si_2 0210-0310 5 USD/P1M active",
		"sub_1/si_2 0310-… 7 USD/P1M active",
	}, spans)
	assert.Empty(t, found)
}

func TestEvents_SameSecond(t *testing.T) {
	t.Parallel()
	a := anEvent("evt_1", "customer.subscription.created", "2026-01-10", aSub(anItem(aPrice("2000"))))
	b := anEvent("evt_2", "customer.subscription.updated", "2026-01-10", aSub(anItem(aPrice("2100"))))
	c := anEvent("evt_3", "customer.subscription.updated", "2026-01-10", aSub(anItem(aPrice("2200"))))
	spans, found := read(t, b, a)
	assert.Equal(t, []string{"sub_1/si_1 0110-… 21 USD/P1M active"}, spans, "created comes before updated")
	assert.Empty(t, found)
	spans, found = read(t, a, b, c)
	assert.Equal(t, []string{"sub_1/si_1 0110-… 22 USD/P1M active"}, spans)
	assert.Equal(t, []string{"warning assumed"}, found, "of two updates nobody knows")
	last := anEvent("evt_4", "customer.subscription.updated", "2026-01-11", aSub(anItem(aPrice("2300"))))
	spans, _ = read(t, last, c, b, a)
	assert.Equal(t, []string{"sub_1/si_1 0110-0111 22 USD/P1M active", "sub_1/si_1 0111-… 23 USD/P1M active"}, spans, "a list that goes backwards: c was the later one")
}

func TestEvents_Refused(t *testing.T) {
	t.Parallel()
	sub := aSub(anItem(aPrice("2000")))
	for _, c := range []struct {
		name  string
		in    []object
		found []string
	}{
		{"no time", []object{anEvent("evt_1", "customer.subscription.created", "2026-01-10", sub).Without("created")}, []string{"fault missing-time created"}},
		{"no object", []object{{"object": "event", "id": "evt_1", "type": "v1.billing.meter.error_report_triggered", "created": kittest.Epoch("2026-01-10"), "data": object{}}}, []string{"notice unsupported object"}},
		{"data of another shape", []object{{"object": "event", "id": "evt_1", "data": "x"}}, []string{"fault malformed data"}},
		{"another id, the same content", []object{
			anEvent("evt_1", "customer.subscription.created", "2026-01-10", sub),
			anEvent("evt_1", "customer.subscription.created", "2026-01-10", aSub(anItem(aPrice("2100")))),
		}, []string{"warning contradiction id"}},
		{"events and objects", []object{anEvent("evt_1", "customer.subscription.created", "2026-01-10", sub), sub}, []string{"warning mixed-input"}},
		{"other events", []object{
			anEvent("evt_1", "charge.refunded", "2026-01-10", object{"id": "ch_1", "object": "charge"}),
			anEvent("evt_2", "charge.refunded", "2026-01-10", object{"id": "ch_2", "object": "charge"}),
			anEvent("evt_3", "subscription_schedule.created", "2026-01-10", object{"id": "sched_1", "object": "subscription_schedule"}),
		}, []string{"notice unsupported object", "fault missing-customer customer"}},
	} {
		_, found := read(t, c.in...)
		assert.Equal(t, c.found, found, c.name)
	}
	// Test mode is said by the event where the object does not.
	spans, findings, err := stripe.Read(strings.NewReader(anEvent("evt_1", "customer.subscription.created", "2026-01-10", sub.Without("livemode")).With("livemode", false).String()), stripe.Options{})
	require.NoError(t, err)
	require.Len(t, spans, 1)
	assert.True(t, spans[0].Test)
	assert.Equal(t, billing.CodeTestMode, findings[0].Code)
}

// 9: what lists leave out.
func TestLists(t *testing.T) {
	t.Parallel()
	var subs []any
	for range 10 {
		subs = append(subs, aSub(anItem(aPrice("2000"))))
	}
	_, found := read(t, list(subs...).With("url", "/v1/subscriptions"))
	assert.Equal(t, []string{"warning truncated status"}, found, "none is canceled: status=all was not asked for")
	subs[3] = aSub(anItem(aPrice("2000"))).With("status", "canceled").With("ended_at", kittest.Epoch("2026-03-01"))
	spans, found := read(t, list(subs...))
	assert.Len(t, spans, 10)
	assert.Empty(t, found)

	_, found = read(t, list(subs[0]).With("has_more", true), list(subs[1]))
	assert.Empty(t, found, "the next page came")
	_, findings, err := stripe.Read(strings.NewReader(list(subs[0]).With("has_more", true).With("url", "/v1/subscriptions").String()), stripe.Options{})
	require.NoError(t, err)
	require.Len(t, findings, 1)
	assert.Equal(t, billing.CodeTruncated, findings[0].Code)
	assert.Equal(t, billing.Fault, findings[0].Severity)
	assert.Equal(t, "list /v1/subscriptions", findings[0].Record)
}

func TestSpans_Broken(t *testing.T) {
	t.Parallel()
	sub := aSub(anItem(aPrice("2000"))).String()
	spans, _, err := stripe.Read(strings.NewReader(sub+"\n"+sub[:100]), stripe.Options{})
	require.ErrorIs(t, err, importer.ErrSyntax)
	require.ErrorContains(t, err, "stripe: record 2 (line 2, byte ")
	assert.Len(t, spans, 1, "what came before is there")

	_, _, err = stripe.Read(strings.NewReader(strings.Replace(sub, `"status":"active"`, `"status":active`, 1)), stripe.Options{})
	require.ErrorIs(t, err, importer.ErrSyntax)
	var at *importer.Error
	require.ErrorAs(t, err, &at)
	assert.Equal(t, "sub_1", at.ID)

	for _, in := range []string{`{"object":"charge","x":nope}`, `{"object":"event","data":nope}`, `{"data":[],"x":nope}`} {
		imp, err := stripe.New(stripe.Options{})
		require.NoError(t, err)
		_, err = importer.Collect(imp.Spans(strings.NewReader(in)))
		require.ErrorIs(t, err, importer.ErrSyntax, in)
		_, err = importer.Collect(imp.Lines(strings.NewReader(in)))
		require.ErrorIs(t, err, importer.ErrSyntax, in)
		require.ErrorIs(t, imp.Catalogue(strings.NewReader(in)), importer.ErrSyntax, in)
	}
	_, err = stripe.New(stripe.Options{Limits: importer.Limits{Depth: -1}})
	require.ErrorIs(t, err, importer.ErrOptions)
	_, _, err = stripe.Read(strings.NewReader(""), stripe.Options{Limits: importer.Limits{Depth: -1}})
	require.ErrorIs(t, err, importer.ErrOptions)

	limited, err := stripe.New(stripe.Options{Limits: importer.Limits{Catalogue: 1}})
	require.NoError(t, err)
	p := aPrice("1")
	require.NoError(t, limited.Catalogue(strings.NewReader(kittest.Joined(p, p))), "the same one twice is one")
	require.ErrorIs(t, limited.Catalogue(strings.NewReader(kittest.Joined(p.With("id", "price_2")))), importer.ErrLimit)
}

func TestSpans_StopsWhenToldTo(t *testing.T) {
	t.Parallel()
	sub := aSub(anItem(aPrice("2000")))
	for _, in := range []string{kittest.Joined(sub, sub), kittest.Joined(story()...)} {
		imp, err := stripe.New(stripe.Options{})
		require.NoError(t, err)
		for _, err := range imp.Spans(strings.NewReader(in)) {
			require.NoError(t, err)
			break
		}
		assert.Equal(t, int64(1), imp.Progress().Yielded)
	}
}
