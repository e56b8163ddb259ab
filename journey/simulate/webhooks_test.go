package simulate_test

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/lifecycle-go/lifecycle/journey/simulate"
	"github.com/lifecycle-go/lifecycle/metrics/billing"
	"github.com/lifecycle-go/lifecycle/metrics/billing/importer"
	"github.com/lifecycle-go/lifecycle/metrics/billing/policy"
	"github.com/lifecycle-go/lifecycle/metrics/billing/stripe"
	"github.com/lifecycle-go/lifecycle/metrics/ledger"
)

// What package stripe reads from the webhooks are the spans and invoices that
// the world has.
func TestLaw_StripeReadsTheSpans(t *testing.T) {
	t.Parallel()
	for seed := range lawSeeds(t) {
		if seed == 5 {
			break
		}
		co := run(t, company(t, seed))
		wire, err := co.Stripe()
		require.NoError(t, err)
		spans, found, err := stripe.Read(strings.NewReader(wire), stripe.Options{})
		require.NoError(t, err)
		require.NoError(t, importer.FaultsOf("stripe", found))
		say := func(spans []billing.Span) []string {
			var out []string
			for _, s := range spans {
				if !s.From.Before(co.World().To) { // what follows a trial that is still open
					continue
				}
				if s.To.After(co.World().To) {
					s.To = time.Time{}
				}
				if s.State == billing.StatePaused {
					s.State = billing.StateCollectionPaused
				}
				out = append(out, fmt.Sprint(s.Customer, s.Subscription, s.From.UTC(), s.To.UTC(), s.Plan, s.Product, s.Amount, s.Currency, s.Cycle, s.Quantity, s.State))
			}
			slices.Sort(out)
			return out
		}
		require.Equal(t, say(co.Spans()), say(spans))

		imp, err := stripe.New(stripe.Options{})
		require.NoError(t, err)
		lines, err := importer.Collect(imp.Lines(strings.NewReader(wire)))
		require.NoError(t, err)
		tell := func(lines []billing.InvoiceLine) []string {
			var out []string
			for i := range lines {
				l := &lines[i]
				out = append(out, fmt.Sprint(l.Customer, l.Subscription, l.Invoice, l.IssuedAt.UTC(), l.From.UTC(), l.To.UTC(), l.Plan, l.Net(), l.Currency, l.Cycle, l.Status, l.Proration == billing.ProrationNone))
			}
			slices.Sort(out)
			return out
		}
		require.Equal(t, tell(co.Invoices()), tell(lines))
	}
}

// Live books end where a rebuild does, and where the spans lead, however late,
// repeated and out of order the webhooks come.
func TestLaw_FeedEndsWhereBulkDoes(t *testing.T) {
	t.Parallel()
	o := policy.Options{Currency: "EUR"}
	late, again, swapped := 0, 0, 0
	for seed := range lawSeeds(t) {
		w := company(t, seed)
		w.Arrivals.PerMonth = 10
		co := run(t, w)
		hooks, err := co.Webhooks()
		require.NoError(t, err)
		came, err := simulate.Deliver(simulate.Delivery{Seed: seed, Late: 0.3, Twice: 0.2, Swap: 0.1, Delay: simulate.Exponential(3 * day)}, hooks,
			func(h *simulate.Webhook) time.Time { return h.At }, func(h *simulate.Webhook) string { return h.Customer })
		require.NoError(t, err)
		feed := func(list []simulate.Delivered[simulate.Webhook]) []byte {
			p := policy.Standard()
			l, err := ledger.New(p.LedgerOptions(o))
			require.NoError(t, err)
			f, err := policy.NewFeed(l, p, o)
			require.NoError(t, err)
			for i := range list {
				records, err := stripe.Records([]byte(list[i].Record.Body))
				require.NoError(t, err)
				_, _, err = f.Apply(w.To, records...)
				require.NoError(t, err)
			}
			b, err := l.MarshalBinary()
			require.NoError(t, err)
			return b
		}
		var straight []simulate.Delivered[simulate.Webhook]
		for _, h := range hooks {
			straight = append(straight, simulate.Delivered[simulate.Webhook]{Record: h})
		}
		require.True(t, bytes.Equal(feed(straight), feed(came)), "seed %d", seed)
		for _, d := range came {
			switch {
			case d.Again:
				again++
			case d.Late:
				late++
			case d.Swapped:
				swapped++
			}
		}
		wire, err := co.Stripe()
		require.NoError(t, err)
		spans, _, err := stripe.Read(strings.NewReader(wire), stripe.Options{})
		require.NoError(t, err)
		assert.Equal(t, mrr(t, co.Spans(), w.To), mrr(t, spans, w.To))
	}
	assert.Positive(t, late*again*swapped)
}

// mrr is what spans are worth at an instant under the standard policy, pauses
// aside.
func mrr(t *testing.T, spans []billing.Span, at time.Time) string {
	t.Helper()
	spans = slices.Clone(spans)
	for i := range spans {
		if spans[i].State == billing.StatePaused || spans[i].State == billing.StateCollectionPaused {
			spans[i].State = billing.StateActive
		}
	}
	p := policy.Standard()
	p.ChurnDate = policy.EndRecorded
	reading, err := policy.Read(spans, p, policy.Options{Currency: "EUR", ObservedUntil: at})
	require.NoError(t, err)
	require.Empty(t, reading.Faults())
	l, err := reading.Ledger()
	require.NoError(t, err)
	return l.MRR(at.Add(-1)).String()
}
