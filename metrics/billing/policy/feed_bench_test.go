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
