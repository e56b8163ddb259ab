package kittest_test

import (
	"bytes"
	"fmt"
	"io"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/lifecycle-go/lifecycle/internal/vendor"
	"github.com/lifecycle-go/lifecycle/metrics/billing"
	"github.com/lifecycle-go/lifecycle/metrics/billing/chargebee"
	"github.com/lifecycle-go/lifecycle/metrics/billing/importer"
	"github.com/lifecycle-go/lifecycle/metrics/billing/internal/kittest"
	"github.com/lifecycle-go/lifecycle/metrics/billing/lago"
	"github.com/lifecycle-go/lifecycle/metrics/billing/paddle"
	"github.com/lifecycle-go/lifecycle/metrics/billing/policy"
	"github.com/lifecycle-go/lifecycle/metrics/billing/recurly"
	"github.com/lifecycle-go/lifecycle/metrics/billing/stripe"
)

// Generated histories, as every vendor tells them: live books in any order, with
// repeats, are those of a rebuild, and what Records says one by one is what Spans
// says of all.
func TestLaw_LiveEqualsBulkForEveryVendor(t *testing.T) {
	t.Parallel()
	seen := map[string]int{}
	events := vendor.Histories(rand.New(rand.NewPCG(7, 11)), 40, seen)
	for _, c := range []string{
		"trial", "backdated", "same day", "created", "seats", "repriced", "renewed", "scheduled", "withdrawn", "past due", "recovered", "paused", "resumed", "ended", "ended late",
	} {
		assert.GreaterOrEqual(t, seen[c], 2, c)
	}
	standard := func(spans func(io.Reader) ([]billing.Span, []billing.Finding, error)) func(io.Reader) ([]billing.Span, error) {
		return func(r io.Reader) ([]billing.Span, error) {
			out, found, err := spans(r)
			if err == nil {
				err = importer.FaultsOf("all", found)
			}
			return out, err
		}
	}
	plans := vendor.RecurlyPlan()
	var lagoPlans strings.Builder
	for cents := int64(100); cents <= 6500; cents += 100 {
		lagoPlans.WriteString(vendor.LagoPlan(cents) + "\n")
	}
	withPlans := func(body []byte) ([]billing.Record, error) {
		imp, err := recurly.New(recurly.Options{})
		require.NoError(t, err)
		require.NoError(t, imp.Catalogue(strings.NewReader(plans)))
		out, err := imp.Records(body)
		if err == nil {
			err = importer.FaultsOf("recurly", imp.Findings())
		}
		return out, err
	}
	known, err := lago.New(lago.Options{})
	require.NoError(t, err)
	require.NoError(t, known.Catalogue(strings.NewReader(lagoPlans.String())))
	for name, c := range map[string]struct {
		tell func(vendor.Event) string
		src  kittest.Source
	}{
		"stripe": {vendor.Stripe, kittest.Source{Records: stripe.Records, Spans: standard(func(r io.Reader) ([]billing.Span, []billing.Finding, error) { return stripe.Read(r, stripe.Options{}) })}},
		"paddle": {vendor.Paddle, kittest.Source{Records: paddle.Records, Spans: standard(func(r io.Reader) ([]billing.Span, []billing.Finding, error) { return paddle.Read(r, paddle.Options{}) })}},
		"chargebee": {vendor.Chargebee, kittest.Source{Records: chargebee.Records, Spans: standard(func(r io.Reader) ([]billing.Span, []billing.Finding, error) {
			return chargebee.Read(r, chargebee.Options{})
		})}},
		"recurly": {vendor.Recurly, kittest.Source{Records: withPlans, Spans: func(r io.Reader) ([]billing.Span, error) {
			imp, err := recurly.New(recurly.Options{})
			require.NoError(t, err)
			require.NoError(t, imp.Catalogue(strings.NewReader(plans)))
			return importer.Collect(imp.History(r))
		}}},
		"lago": {vendor.Lago, kittest.Source{Records: func(b []byte) ([]billing.Record, error) { return known.Records(bytes.Clone(b)) }}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			bodies := make([]string, len(events))
			for i, e := range events {
				bodies[i] = c.tell(e)
			}
			kittest.Bodies(t, policy.Standard(), policy.Options{Currency: "USD"}, c.src, bodies...)
		})
	}
}

// What cannot be honoured is an error, what is beside the books is nothing.
func TestRecords_Refuse(t *testing.T) {
	t.Parallel()
	kittest.Refuses(t, stripe.Records, `{"id":"sub_1","object":"subscription","status":"active"}`, `{"id":"evt_1","object":"event","created":1767225600,"type":"charge.succeeded","data":{"object":{"id":"ch_1","object":"charge"}}}`)
	kittest.Refuses(t, paddle.Records, `{"data":{"id":"sub_1","items":3}}`, `{"data":{"id":"adj_1"}}`)
	kittest.Refuses(t, chargebee.Records, `{"subscription":{"id":"s_1","object":"subscription","status":"active"}}`, `{"card":{"object":"card"}}`)
	kittest.Refuses(t, recurly.Records, `{"object":"subscription","id":"s_1","state":"active"}`, `{"object":"account","id":"a"}`)
	kittest.Refuses(t, lago.Records, `{"subscription":{"lago_id":"s"}}`, `{"webhook_type":"event.error","object_type":"event_error","event_error":{}}`)
}

// The same seed tells the same.
func TestHistories_AreDeterministic(t *testing.T) {
	t.Parallel()
	tell := func() string { return fmt.Sprint(vendor.Histories(rand.New(rand.NewPCG(1, 2)), 20, map[string]int{})) }
	once, again := tell(), tell()
	assert.Equal(t, once, again)
}
