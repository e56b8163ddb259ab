package lago_test

import (
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lifecycle-go/lifecycle/metrics/billing/importer"
	"github.com/lifecycle-go/lifecycle/metrics/billing/lago"
)

// BenchmarkGrowth reads changes of plan that all could belong together. The time
// of one must not grow with how many there are.
func BenchmarkGrowth(b *testing.B) {
	for _, n := range []int{5_000, 20_000, 80_000} {
		b.Run(strconv.Itoa(n), func(b *testing.B) {
			var in strings.Builder
			for i := range n {
				in.WriteString(left("e"+strconv.Itoa(i), "2026-03-15T00:00:00Z").With("plan", aPlan()).String() + "\n")
				in.WriteString(taken("n"+strconv.Itoa(i), "2026-03-15T00:00:00Z").String() + "\n")
			}
			for b.Loop() {
				imp, err := lago.New(importer.Options{})
				require.NoError(b, err)
				spans := 0
				for _, err := range imp.Spans(strings.NewReader(in.String())) {
					require.NoError(b, err)
					spans++
				}
				require.Equal(b, 2*n, spans)
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(n), "ns/change")
		})
	}
}
