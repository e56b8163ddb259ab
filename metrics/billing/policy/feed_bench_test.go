package policy_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/lifecycle-go/lifecycle/metrics/billing"
	"github.com/lifecycle-go/lifecycle/metrics/billing/policy"
)

// One webhook into books of so many customers: it must not cost more where they
// are more.
func BenchmarkFeed_Apply(b *testing.B) {
	for _, n := range []int{1_000, 10_000, 100_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			p, o := policy.Standard(), policy.Options{Currency: "USD"}
			f := newFeed(b, p, o)
			at := date("2024-01-01")
			record := func(i int, amount string, created time.Time) billing.Record {
				name := fmt.Sprint("c", i)
				s := spanOf(name, amount, monthly, "2024-01-01", "")
				s.PaidThrough = created.AddDate(0, 1, 0)
				return billing.Record{Key: "sub " + name, ID: fmt.Sprint(name, created.Unix()), Created: created, Spans: []billing.Span{s}}
			}
			var all []billing.Record
			for i := range n {
				all = append(all, record(i, "10", at))
			}
			_, _, err := f.Apply(time.Time{}, all...)
			require.NoError(b, err)
			b.ResetTimer()
			for i := range b.N {
				at = at.Add(time.Second)
				if _, _, err := f.Apply(time.Time{}, record(i*7919%n, fmt.Sprint(10+i%5), at)); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// Many subscriptions of one customer at once: the cost of one must not grow with
// their number.
func BenchmarkFeed_Growth(b *testing.B) {
	for _, n := range []int{1_000, 4_000, 16_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			all := make([]billing.Record, n)
			for i := range all {
				at := date("2024-01-01").Add(time.Duration(i) * time.Second)
				s := spanOf("acme", "10", monthly, "2024-01-01", "")
				s.Subscription, s.From = fmt.Sprint("s", i), at
				all[i] = billing.Record{Key: "sub " + s.Subscription, ID: fmt.Sprint("evt_", i), Created: at, Spans: []billing.Span{s}}
			}
			for b.Loop() {
				_, _, err := newFeed(b, policy.Standard(), policy.Options{Currency: "USD"}).Apply(time.Time{}, all...)
				require.NoError(b, err)
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(n), "ns/record")
		})
	}
}

// Subscriptions of one customer told one by one, of which every other one is paid for
// beyond its end and waits for the next to begin: what one costs may grow with the
// customer's block of changes, and with nothing else.
func BenchmarkFeed_OneByOne(b *testing.B) {
	for _, n := range []int{250, 500, 1_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			var all []billing.Record
			for i := range n {
				at := date("2024-01-01").Add(time.Duration(i) * time.Hour)
				s := spanOf("acme", "10", monthly, "2024-01-01", "")
				s.Subscription, s.From = fmt.Sprint("s", i), at
				r := billing.Record{Key: "sub " + s.Subscription, ID: fmt.Sprint("evt_", i), Created: at, Spans: []billing.Span{s}}
				if all = append(all, r); i%2 == 0 {
					s.To = at.Add(30 * time.Minute)
					s.PaidThrough = at.AddDate(0, 1, 0)
					all = append(all, billing.Record{Key: r.Key, ID: fmt.Sprint("end_", i), Created: s.To, Ended: s.To, Spans: []billing.Span{s}})
				}
			}
			for b.Loop() {
				f := newFeed(b, policy.Standard(), policy.Options{Currency: "USD"})
				for _, r := range all {
					_, _, err := f.Apply(time.Time{}, r)
					require.NoError(b, err)
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(len(all)), "ns/record")
		})
	}
}
