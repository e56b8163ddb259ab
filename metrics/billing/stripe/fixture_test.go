package stripe_test

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/lifecycle-go/lifecycle/metrics/billing"
	"github.com/lifecycle-go/lifecycle/metrics/billing/importer"
	"github.com/lifecycle-go/lifecycle/metrics/billing/internal/kittest"
	"github.com/lifecycle-go/lifecycle/metrics/billing/stripe"
)

// Every public fixture decodes or is refused with a diagnostic, as spans and
// as lines. All of them are of test mode.
func TestFixtures_All(t *testing.T) {
	t.Parallel()
	dir := dataFolder(t)
	var files []string
	for _, folder := range []string{"stripe", "dj-stripe", "stripe-ruby-mock"} {
		found, err := filepath.Glob(filepath.Join(dir, "eco", folder, "*.json"))
		require.NoError(t, err)
		files = append(files, found...)
	}
	require.Len(t, files, 17+10+30)
	reference := []string{"price", "plan", "coupon", "discount", "fixture_event"} // read, and nothing by themselves
	for _, file := range files {
		name := filepath.Base(file)
		imp, err := stripe.New(stripe.Options{})
		require.NoError(t, err)
		path := filepath.Join(filepath.Base(filepath.Dir(file)), name)
		spans, err := importer.Collect(imp.Spans(fixture(t, path)))
		require.NoError(t, err, name)
		lines, err := importer.Collect(imp.Lines(fixture(t, path)))
		require.NoError(t, err, name)
		isReference := false
		for _, r := range reference {
			isReference = isReference || strings.Contains(name, r)
		}
		if !isReference {
			assert.NotEmpty(t, imp.Findings(), name)
		}
		for i := range spans {
			assert.True(t, spans[i].Test, name)
		}
		for i := range lines {
			assert.True(t, lines[i].Test, name)
		}
	}
}

// The official subscription is schema-valid nonsense: active with an end that is
// its beginning, a trial of no length, a price that is not its plan, a period
// that ends before it starts. It gives findings and no revenue.
func TestFixtures_Official(t *testing.T) {
	t.Parallel()
	spans, findings, err := stripe.Read(fixture(t, "stripe/fixture_subscription.json"), stripe.Options{})
	require.NoError(t, err)
	assert.Empty(t, spans)
	assert.Equal(t, []string{
		"notice test-mode livemode",
		"warning contradiction trial_end",
		"warning contradiction ended_at",
		"notice zero-length ended_at",
	}, kittest.Words(findings))
	for _, f := range findings {
		assert.Equal(t, "sub_1Pgc6rB7WZ01zgkWNy0Cn5nw", f.Record)
	}
	imp, err := stripe.New(stripe.Options{})
	require.NoError(t, err)
	lines, err := importer.Collect(imp.Lines(fixture(t, "stripe/fixture_invoice.json")))
	require.NoError(t, err)
	for i := range lines {
		assert.Equal(t, billing.LineOneOff, lines[i].Kind)
		assert.Equal(t, billing.LineDraft, lines[i].Status)
	}
}

// Four subscriptions of before 2025-03-31, two with 15 % tax inside: 522 of
// 4,000 cents, as the invoice of the second one in the same folder says.
func TestFixtures_DjStripe(t *testing.T) {
	t.Parallel()
	want := map[string][]string{
		"1": {"sub_fakefakefakefakefake0001/si_F5ukmkS6Bxi90Y 190602T115820-… 17.39 USD/P1M active tax=2.61"},
		"2": {"sub_fakefakefakefakefake0002/si_F5ukq6eM2QV9g5 190602T115822-… 34.78 USD/P1M active tax=5.22"},
		"3": {"sub_fakefakefakefakefake0003/si_F5ukGdpR4EejF9 190602T115824-… 20 USD/P1M active"},
		"4": {
			"sub_fakefakefakefakefake0004/si_F5uk9HMrUwrmUJ 190602T115826-… 20 USD/P1M active",
			"sub_fakefakefakefakefake0004/si_F5uk81B1xGi3Vr 190602T115826-… 40 USD/P1M active",
		},
	}
	for n, spans := range want {
		got, findings, err := stripe.Read(fixture(t, "dj-stripe/subscription_sub_fakefakefakefakefake000"+n+".json"), stripe.Options{})
		require.NoError(t, err)
		assert.Equal(t, spans, spanTexts(got))
		assert.Equal(t, []string{"notice test-mode livemode", "notice start-not-created start_date"}, kittest.Words(findings)[:2], n)
	}
	imp, err := stripe.New(stripe.Options{})
	require.NoError(t, err)
	lines, err := importer.Collect(imp.Lines(fixture(t, "dj-stripe/invoice_in_fakefakefakefakefake0004.json")))
	require.NoError(t, err)
	require.Len(t, lines, 1)
	assert.Equal(t, "in_fakefakefakefakefake0004/il_1GyU3gCOCguPTL2B69cIweEY sub_fakefakefakefakefake0002/si_HXZCuxDh3W7EQm 200627T024624-200727T024624 34.78 USD/P1M recurring paid tax=5.22", lineText(&lines[0]))
}

// Webhooks of API version 2020-08-27, and one of 2013.
func TestFixtures_StripeRubyMock(t *testing.T) {
	t.Parallel()
	for name, want := range map[string][]string{
		"created": {"sub_000000000000000000000000/si_00000000000000 220326T184150-… 15 USD/P1M active"},
		"updated": {"sub_000000000000000000000000/si_00000000000000 220326T184145-… 15 USD/P1M active"},
		"deleted": {"sub_000000000000000000000000/si_00000000000000 220326T184136-220326T184137 15 USD/P1M active asked=220326T184137"},
		"trial_will_end": {
			"su_00000000000000/si_00000000000000 131006T173023-131009T010530 1 USD/P1M trial",
			"su_00000000000000/si_00000000000001 131006T173023-131009T010530 10 EUR/P1M trial",
			"su_00000000000000/si_00000000000000 131009T010530-… 1 USD/P1M active",
			"su_00000000000000/si_00000000000001 131009T010530-… 10 EUR/P1M active",
		},
	} {
		spans, _, err := stripe.Read(fixture(t, "stripe-ruby-mock/customer.subscription."+name+".json"), stripe.Options{})
		require.NoError(t, err)
		assert.Equal(t, want, spanTexts(spans), name)
	}
}
