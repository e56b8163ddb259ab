package policy_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/lifecycle-go/lifecycle/internal/golden"
	"github.com/lifecycle-go/lifecycle/metrics/billing"
	"github.com/lifecycle-go/lifecycle/metrics/billing/policy"
	"github.com/lifecycle-go/lifecycle/metrics/money"
)

// account is one month of a business in which most rules have something to say.
func account() []billing.Span {
	return []billing.Span{
		spanOf("sub_1", "100", monthly, "2024-01-01", "", by("acme"), less(percent("20", billing.DurationOnce), percent("10", billing.DurationForever))),
		spanOf("sub_2", "1200", year, "2024-03-10", "", by("acme")),
		spanOf("sub_3", "50", week, "2024-02-01", "", by("bolt")),
		spanOf("sub_4", "80", monthly, "2024-01-01", "2024-05-01", by("cone")), spanOf("sub_4", "80", monthly, "2024-05-01", "", by("cone"), in(billing.StatePastDue)),
		spanOf("sub_5", "60", monthly, "2024-01-01", "", by("dune"), func(s *billing.Span) {
			s.CancelAskedAt, s.CancelAt = date("2024-05-20"), date("2024-06-10")
		}),
		spanOf("sub_6", "40", monthly, "2024-05-04", "", by("\"eve\"\n")),
		spanOf("sub_7", "30", monthly, "2024-01-01", "2024-05-15", by("fern"), func(s *billing.Span) { s.PaidThrough = date("2024-06-01") }),
		spanOf("sub_8", "25", monthly, "2024-01-01", "", by("gale"), in(billing.StatePaused)),
		spanOf("sub_9", "70", monthly, "2024-01-01", "2024-05-11", by("hull")), spanOf("sub_9", "0", monthly, "2024-05-11", "", by("hull")),
	}
}

func TestReconcile_Golden(t *testing.T) {
	t.Parallel()
	r, err := policy.Reconcile(account(), policy.Stripe(), policy.Maxio(), may, dollars)
	require.NoError(t, err)
	golden.Equal(t, "reconcile.txt", []byte(r.String()))
	b, err := json.MarshalIndent(r, "", " ")
	require.NoError(t, err)
	golden.Equal(t, "reconcile.json", append(b, '\n'))

	r, err = policy.Reconcile(account(), policy.Standard(), policy.ChartMogul(), may, dollars)
	require.NoError(t, err)
	var text strings.Builder
	require.NoError(t, r.WriteText(&text, policy.TextOptions{Metrics: []policy.Metric{policy.MetricChurn}, MaxLines: 1, Policies: true}))
	golden.Equal(t, "reconcile-churn.txt", []byte(text.String()))
}

// What the golden shows, by hand: Stripe against Maxio in May.
func TestReconcile_ByHand(t *testing.T) {
	t.Parallel()
	r, err := policy.Reconcile(account(), policy.Stripe(), policy.Maxio(), may, dollars)
	require.NoError(t, err)
	assert.Equal(t, []policy.Rule{policy.RulePaused, policy.RuleDiscounts, policy.RuleReactivation, policy.RuleChurnRate}, r.Switched)
	// acme 90 + 100, bolt 50 × 52/12, cone 80, eve 40; dune asked to end.
	same(t, "526.666666666667", r.Total(policy.MetricMRR).A)
	// The once-discount of January is over: only the paused subscription is more.
	lines := r.Of(policy.MetricMRR)
	require.Len(t, lines, 1)
	assert.Equal(t, policy.Line{Metric: policy.MetricMRR, Rule: policy.RulePaused, Customer: "gale", Subscription: "sub_8", A: lines[0].A, B: lines[0].B}, lines[0])
	same(t, "0", lines[0].A)
	same(t, "25", lines[0].B)
	// Of acme, bolt, cone, dune, fern and hull at the start three are gone, and
	// eve is new: 3/7; with gale at the start 3/7 too.
	assert.Equal(t, "3/7", r.ChurnRateA.Fraction())
	assert.Equal(t, "3/7", r.ChurnRateB.Fraction())
	// Each rule by itself changed the base and back: + gale, - eve.
	var base []string
	for _, l := range r.Of(policy.MetricChurnBase) {
		base = append(base, l.Rule.String()+" "+l.Customer+" "+l.Difference().String())
	}
	assert.Equal(t, []string{"paused gale 1", "churn-rate \"eve\"\n -1"}, base)
}

// The order decides what is whose: two rules on one subscription.
func TestReconcile_OrderIsPartOfTheResult(t *testing.T) {
	t.Parallel()
	a := policy.Standard()
	b := policy.Policy{Discounts: policy.DiscountsAll, IncludeTax: true}
	s := spanOf("c", "100", monthly, "2024-05-01", "", less(percent("50", billing.DurationOnce)))
	s.Tax = dec("20")
	r, err := policy.Reconcile([]billing.Span{s}, a, b, may, dollars)
	require.NoError(t, err)
	lines := r.Of(policy.MetricMRR)
	require.Len(t, lines, 2)
	assert.Equal(t, policy.RuleDiscounts, lines[0].Rule)
	same(t, "-50", lines[0].Difference())
	assert.Equal(t, policy.RuleTax, lines[1].Rule)
	same(t, "10", lines[1].Difference(), "the tax on what is left")
	same(t, lines[0].B.String(), lines[1].A, "one line begins where the last ended")
	assert.Contains(t, r.String(), "1. discounts")
}

func TestReconcile_Errors(t *testing.T) {
	t.Parallel()
	s := spanOf("c", "100", monthly, "2024-05-01", "")
	s.Currency = "EUR"
	_, err := policy.Reconcile([]billing.Span{s}, policy.Standard(), policy.Stripe(), may, dollars)
	require.ErrorIs(t, err, money.ErrNoRate)
	r, err := policy.Reconcile(nil, policy.Standard(), policy.Stripe(), may, dollars)
	require.NoError(t, err)
	assert.Empty(t, r.Lines)
	assert.False(t, r.ChurnRateA.Defined())
	require.ErrorIs(t, r.WriteText(broken{}, policy.TextOptions{}), errBroken)
}

var errBroken = errors.New("broken")

type broken struct{}

func (broken) Write([]byte) (int, error) { return 0, errBroken }

func TestStream_Errors(t *testing.T) {
	t.Parallel()
	source := errors.New("source")
	spans := []billing.Span{
		spanOf("a", "1", monthly, "2024-01-01", ""), spanOf("b", "1", monthly, "2024-01-01", ""), spanOf("a", "1", monthly, "2024-01-01", "", item("x")),
	}
	changes, err := policy.Stream(func(yield func(billing.Span, error) bool) {
		for _, s := range spans {
			if !yield(s, nil) {
				return
			}
		}
		yield(billing.Span{}, source)
	}, policy.Standard(), dollars, nil)
	require.NoError(t, err)
	var errs []error
	n := 0
	for _, err := range changes {
		if err != nil {
			errs = append(errs, err)
			continue
		}
		n++
	}
	require.Len(t, errs, 2)
	require.ErrorIs(t, errs[0], policy.ErrScattered)
	require.ErrorIs(t, errs[1], source)
	assert.Equal(t, 2, n)
	for range changes { // breaking off is fine
		break
	}
	_, err = policy.Stream(nil, policy.Recurly(), dollars, nil)
	require.ErrorIs(t, err, policy.ErrPolicy)
	_, err = policy.Stream(nil, policy.Policy{Trials: 9}, dollars, nil)
	require.ErrorIs(t, err, policy.ErrPolicy)
}
