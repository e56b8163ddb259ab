package billing_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/lifecycle-go/lifecycle/metrics/billing"
)

// Versions that all say that it had ended before they were made, further and further
// back: n log n, not each against all before it.
func BenchmarkFold_Growth(b *testing.B) {
	for _, n := range []int{2000, 4000, 8000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			begin := date("2024-01-01")
			versions := make([]billing.Record, n)
			for i := range versions {
				at := begin.Add(time.Duration(10*i) * time.Minute)
				ended := at.Add(-time.Minute)
				if i%2 == 0 {
					ended = begin.Add(time.Duration(5*n-i) * time.Minute)
				}
				versions[i] = billing.Record{Key: "s", ID: fmt.Sprint(i), Created: at, Ended: ended, Spans: []billing.Span{spanOf("c", fmt.Sprint(i), monthly, "2024-01-01", "")}}
			}
			b.ReportAllocs()
			for b.Loop() {
				billing.Fold(nil, versions...)
			}
		})
	}
}
