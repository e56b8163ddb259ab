package forecast_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"testing"
	"time"

	"github.com/shopspring/decimal"

	"github.com/lifecycle-go/lifecycle/metrics/forecast"
	"github.com/lifecycle-go/lifecycle/metrics/ledger"
)

// many makes books of 24 months with so many customers there at the end.
func many(tb testing.TB, live int) *ledger.Ledger {
	tb.Helper()
	r := rand.New(rand.NewPCG(1, 2))
	books, err := ledger.New(ledger.Options{Currency: "EUR"})
	if err != nil {
		tb.Fatal(err)
	}
	var batch []ledger.Change
	for i := range live * 5 / 4 {
		id := fmt.Sprintf("c%07d", i)
		start := r.IntN(24)
		price := int64(1000 + r.IntN(20_000))
		batch = append(batch, ledger.Change{Customer: id, At: monthOf(start).Start(time.UTC).Add(time.Duration(r.IntN(600)) * time.Hour), Amount: decimal.New(price, -2)})
		for m := start + 1; m < 24; m++ {
			switch u := r.Float64(); {
			case u < 0.025:
				batch = append(batch, ledger.Change{Customer: id, At: monthOf(m).Start(time.UTC)})
				m = 24
			case u < 0.05:
				price = price * 5 / 4
				batch = append(batch, ledger.Change{Customer: id, At: monthOf(m).Start(time.UTC), Amount: decimal.New(price, -2)})
			}
		}
	}
	if err := books.Append(batch...); err != nil {
		tb.Fatal(err)
	}
	return books
}

// A thousand customers, twelve months, a thousand paths; growth beside it. The
// half million of the budget takes some seconds a run: set
// LIFECYCLE_LARGE to see it.
func BenchmarkBooks(b *testing.B) {
	for _, c := range []struct{ live, horizon int }{{1000, 12}, {10_000, 12}, {10_000, 24}, {500_000, 24}} {
		b.Run(fmt.Sprintf("customers=%d/months=%d", c.live, c.horizon), func(b *testing.B) {
			if c.live > 100_000 && os.Getenv("LIFECYCLE_LARGE") == "" {
				b.Skip("LIFECYCLE_LARGE is not set")
			}
			books := many(b, c.live)
			b.ReportAllocs()
			for b.Loop() {
				p, err := forecast.Books(books, forecast.Options{Origin: monthOf(23), Horizon: c.horizon})
				if err != nil {
					b.Fatal(err)
				}
				if p.Mean(1).Closing().IsZero() {
					b.Fatal("nothing came")
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(c.live)/1000, "ns/customer-path")
		})
	}
}
