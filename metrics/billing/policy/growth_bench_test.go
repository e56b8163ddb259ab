package policy_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/lifecycle-go/lifecycle/metrics/billing"
	"github.com/lifecycle-go/lifecycle/metrics/billing/policy"
	"github.com/lifecycle-go/lifecycle/metrics/calendar"
)

// Inputs made to hurt: twice as many must not cost more than about twice.
func BenchmarkGrowth(b *testing.B) {
	at := func(i int) time.Time { return date("2020-01-01").Add(time.Duration(i) * time.Hour) }
	one := func(i int, f func(*billing.Span)) billing.Span {
		s := spanOf("c", "10", monthly, "2020-01-01", "", item(fmt.Sprint("i", i)))
		s.From = at(i)
		f(&s)
		return s
	}
	off := billing.Discount{ID: "d", Off: dec("5"), Level: billing.LevelSubscription}
	for name, input := range map[string]func(i int) billing.Span{
		"items that begin one by one": func(i int) billing.Span { return one(i, func(*billing.Span) {}) },
		"under a discount of all": func(i int) billing.Span {
			return one(i, func(s *billing.Span) { s.Discounts = []billing.Discount{off} })
		},
		"discounts that end one by one": func(i int) billing.Span {
			return one(i, func(s *billing.Span) {
				for j := range billing.MaxDiscounts {
					s.Discounts = append(s.Discounts, billing.Discount{ID: fmt.Sprint(j), Off: dec("0.01"), To: s.From.AddDate(0, j+1, 0)})
				}
			})
		},
		"overlapping spans of one item": func(i int) billing.Span { return one(i, func(s *billing.Span) { s.Item = "i" }) },
		"metered spans that end at random": func(i int) billing.Span {
			return one(i, func(s *billing.Span) { s.Item, s.Basis, s.To = "i", billing.BasisMetered, at(i+1+i*7919%1000) })
		},
		"trials": func(i int) billing.Span {
			return one(i, func(s *billing.Span) { s.State, s.To = billing.StateTrial, at(i+1) })
		},
		"subscriptions of one customer": func(i int) billing.Span {
			return one(i, func(s *billing.Span) {
				s.Subscription, s.To, s.PaidThrough = fmt.Sprint(i), at(i+2), at(i+1000)
			})
		},
	} {
		for _, n := range []int{1250, 2500, 5000} {
			spans := make([]billing.Span, n)
			for i := range spans {
				spans[i] = input(i)
			}
			p := policy.Policy{Metered: policy.MeteredTrailing, Trials: policy.TrialsFromMonthOfEnd}
			b.Run(fmt.Sprintf("Read/%s/%d", name, n), func(b *testing.B) {
				b.ReportAllocs()
				for range b.N {
					_, err := policy.Read(spans, p, dollars)
					require.NoError(b, err)
				}
			})
			b.Run(fmt.Sprintf("Lint/%s/%d", name, n), func(b *testing.B) {
				for range b.N {
					billing.Lint(spans, billing.LintOptions{})
				}
			})
			if name == "items that begin one by one" { // the sum of all is rounded
				b.Run(fmt.Sprintf("Polar/%s/%d", name, n), func(b *testing.B) {
					b.ReportAllocs()
					for range b.N {
						_, err := policy.Read(spans, policy.Polar(), dollars)
						require.NoError(b, err)
					}
				})
			}
			if name == "items that begin one by one" || name == "subscriptions of one customer" {
				b.Run(fmt.Sprintf("Reconcile/%s/%d", name, n), func(b *testing.B) {
					for range b.N {
						_, err := policy.Reconcile(spans, p, policy.Stripe(), calendar.NewMonth(2020, 2), dollars)
						require.NoError(b, err)
					}
				})
			}
		}
	}
}
