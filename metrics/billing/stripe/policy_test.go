package stripe_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/lifecycle-go/lifecycle/metrics/billing"
	"github.com/lifecycle-go/lifecycle/metrics/billing/internal/kittest"
	"github.com/lifecycle-go/lifecycle/metrics/billing/policy"
	"github.com/lifecycle-go/lifecycle/metrics/billing/stripe"
)

// mrr is what objects are worth at a moment under a policy.
func mrr(t *testing.T, p policy.Policy, day string, objects ...object) string {
	t.Helper()
	spans, _, err := stripe.Read(strings.NewReader(kittest.Joined(objects...)), stripe.Options{})
	require.NoError(t, err)
	assert.Empty(t, billing.Lint(spans, billing.LintOptions{}))
	reading, err := policy.Read(spans, p, policy.Options{Currency: "USD"})
	require.NoError(t, err)
	books, err := reading.Ledger()
	require.NoError(t, err)
	at, err := time.Parse("2006-01-02", day)
	require.NoError(t, err)
	return books.MRR(at).String()
}

// From JSON to a dashboard's number: the example of Stripe's support page on
// billing analytics (1,200 a year is 100 a month; a coupon of 50 % for ever
// halves it), and the story of one subscription told by webhooks.
func TestMRR(t *testing.T) {
	t.Parallel()
	year := aSub(anItem(yearly(aPrice("120000"))))
	assert.Equal(t, "100", mrr(t, policy.Policy{}, "2026-03-01", year))
	half := year.With("discounts", []any{aDiscount(aCoupon(object{"percent_off": 50}))})
	assert.Equal(t, "50", mrr(t, policy.Policy{}, "2026-03-01", half))

	for day, want := range map[string]string{
		"2026-01-20": "0",  // trial
		"2026-01-31": "20", // one seat
		"2026-02-28": "60", // three
		"2026-05-10": "60", // past due
		"2026-06-01": "0",  // canceled
	} {
		assert.Equal(t, want, mrr(t, policy.Policy{}, day, story()...), day)
	}
}

// The official fixture gives no revenue, not even where sandbox records count.
func TestMRR_OfficialFixture(t *testing.T) {
	t.Parallel()
	spans, findings, err := stripe.Read(fixture(t, "stripe/fixture_subscription.json"), stripe.Options{})
	require.NoError(t, err)
	assert.NotEmpty(t, findings)
	reading, err := policy.Read(spans, policy.Policy{CountTest: true}, policy.Options{})
	require.NoError(t, err)
	for c := range reading.Changes() {
		t.Errorf("revenue of nonsense: %+v", c)
	}
}
