package scorecard_test

import (
	"fmt"
	"testing"

	"github.com/lifecycle-go/lifecycle/journey/scorecard"
)

// All standard metrics; the time an event grows no faster than n log n.
func BenchmarkEvaluate(b *testing.B) {
	for _, customers := range []int{250, 2_500, 25_000} {
		d := newWorld(1, customers).data(b)
		std := scorecard.Standard()
		b.Run(fmt.Sprintf("events=%d", d.Log.Len()), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := scorecard.Evaluate(d, std, scorecard.Options{By: dims[4:5]}); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(d.Log.Len()), "ns/event")
		})
	}
}
