package policy_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/lifecycle-go/lifecycle/metrics"
	"github.com/lifecycle-go/lifecycle/metrics/billing"
	"github.com/lifecycle-go/lifecycle/metrics/billing/policy"
	"github.com/lifecycle-go/lifecycle/metrics/calendar"
)

// ChartMogul, help article 203359321, older page: 100 customers at the start of
// the month; 11 cancel in it, one of whom joined in it: 10 %.
func TestChurn_ChartMogul(t *testing.T) {
	t.Parallel()
	spans := run(0, 100, func(i int) billing.Span {
		s := forever100(i)
		if i < 10 {
			s.To = date("2024-05-20")
		}
		return s
	})
	spans = append(spans, spanOf("late", "100", monthly, "2024-05-02", "2024-05-20"))
	s, err := books(t, spans, policy.ChartMogul(), dollars).Statement(may)
	require.NoError(t, err)
	assert.Equal(t, "10.00%", s.ChurnRate.Percent(2))
	assert.Equal(t, metrics.Customers{Opening: 100, New: 1, Churned: 11, NewAndChurned: 1}, s.Customers)
}

// 100 customers on 5 May; within 30 days 10 leave and 30 join (mainmetrics).
// Stripe's glossary divides by the 100 and the 30: 10/130 = 7.69 %.
func TestChurn_StripeRollingWindow(t *testing.T) {
	t.Parallel()
	spans := run(0, 100, func(i int) billing.Span {
		s := forever100(i)
		if i < 10 {
			s.To = date("2024-05-20")
		}
		return s
	})
	spans = append(spans, run(100, 130, func(i int) billing.Span {
		return spanOf(fmt.Sprint("c", i), "100", monthly, "2024-05-10", "")
	})...)
	window := calendar.Period{From: date("2024-05-05"), To: date("2024-06-04")}
	for p, want := range map[string]string{"Stripe": "7.69%", "Baremetrics": "10.00%", "Maxio": "10.00%", "Standard": "10.00%"} {
		policy, err := policy.Preset(p)
		require.NoError(t, err)
		c, err := books(t, spans, policy, dollars).Churn(window)
		require.NoError(t, err)
		assert.Equal(t, want, c.Rate.Percent(2), p)
	}
}

// Stripe: "a customer can churn twice"; new and churned is in both parts.
func TestChurn_StripeCountsTwice(t *testing.T) {
	t.Parallel()
	spans := []billing.Span{
		forever100(0),
		spanOf("b", "100", monthly, "2024-01-01", "2024-05-03"), spanOf("b", "100", monthly, "2024-05-10", "2024-05-20"),
		spanOf("n", "100", monthly, "2024-05-05", "2024-05-06"),
	}
	s, err := books(t, spans, policy.Stripe(), dollars).Statement(may)
	require.NoError(t, err)
	assert.Equal(t, "3/3", s.ChurnRate.Fraction(), "b twice and n, of two at the start and one new")
	s, err = books(t, spans, policy.Standard(), dollars).Statement(may)
	require.NoError(t, err)
	assert.Equal(t, "1/2", s.ChurnRate.Fraction(), "b is gone; n came and went")
}

// Butter of the month: 1,000 at the start of whom 50 leave; 500 join of whom 12
// leave: 5.0 %, 6.2 % and 4.13 % by three published rules.
func TestChurn_ButterOfTheMonth(t *testing.T) {
	t.Parallel()
	spans := run(0, 1000, func(i int) billing.Span {
		s := forever100(i)
		if i < 50 {
			s.To = date("2024-05-20")
		}
		return s
	})
	spans = append(spans, run(1000, 1500, func(i int) billing.Span {
		s := spanOf(fmt.Sprint("c", i), "100", monthly, "2024-05-10", "")
		if i < 1012 {
			s.To = date("2024-05-20")
		}
		return s
	})...)
	for p, want := range map[string]string{"ChartMogul": "5.00%", "Maxio": "6.20%", "Stripe": "4.13%"} {
		policy, err := policy.Preset(p)
		require.NoError(t, err)
		s, err := books(t, spans, policy, dollars).Statement(may)
		require.NoError(t, err)
		assert.Equal(t, want, s.ChurnRate.Percent(2), p)
	}
}
