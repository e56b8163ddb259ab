package cohort_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"strconv"
	"testing"
	"time"

	"github.com/shopspring/decimal"

	"github.com/lifecycle-go/lifecycle/metrics/calendar"
	"github.com/lifecycle-go/lifecycle/metrics/cohort"
	"github.com/lifecycle-go/lifecycle/metrics/ledger"
)

// sizes are the numbers of changes benchmarks run at; the largest needs some
// gigabytes and half a minute, so it must be asked for.
func sizes() []int {
	if os.Getenv("LIFECYCLE_BENCH_FULL") != "" {
		return []int{10_000, 100_000, 1_000_000, 10_000_000}
	}
	return []int{10_000, 100_000, 1_000_000}
}

var (
	benchFirst = calendar.NewMonth(2022, 1)
	benchLast  = calendar.NewMonth(2025, 12)
)

// synthetic loads n changes of n/20 customers over four years, every third price
// annual, every twelfth change an end.
func synthetic(tb testing.TB, n int) *ledger.Ledger {
	tb.Helper()
	r := rand.New(rand.NewPCG(1, uint64(n)))
	start := benchFirst.Start(nil)
	prices := make([]decimal.Decimal, 200)
	for i := range prices {
		prices[i] = decimal.New(int64(900+i*50), -2)
	}
	l, err := ledger.New(ledger.Options{Currency: "EUR"})
	if err != nil {
		tb.Fatal(err)
	}
	err = l.Load(func(yield func(ledger.Change, error) bool) {
		for i := range n {
			c := ledger.Change{
				Customer: "cus_" + strconv.Itoa(1_000_000+i/20), Subscription: "main",
				At:     start.Add(time.Duration(r.Int64N(int64(4 * 365 * 24 * time.Hour)))),
				Amount: prices[r.IntN(len(prices))],
			}
			if r.IntN(3) == 0 {
				c.Cycle = calendar.Cycle{Unit: calendar.UnitYear}
			}
			if r.IntN(12) == 0 {
				c.Amount = decimal.Decimal{}
			}
			if !yield(c, nil) {
				return
			}
		}
	})
	if err != nil {
		tb.Fatal(err)
	}
	l.Len() // bring the changes in order
	return l
}

// BenchmarkTable makes cohorts from books that are in order and summed.
func BenchmarkTable(b *testing.B) {
	for _, n := range sizes() {
		b.Run(strconv.Itoa(n), func(b *testing.B) {
			l := synthetic(b, n)
			if _, err := l.Statements(benchFirst, benchLast); err != nil {
				b.Fatal(err)
			}
			b.ReportAllocs()
			for b.Loop() {
				if _, err := cohort.New(l, cohort.Options{Through: benchLast}); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(n), "ns/change")
		})
	}
}

// BenchmarkMovementsAndCohorts makes four years of statements and the cohorts
// from books that are in order but not summed. Books sum themselves once, so
// every round has books of its own; their decoding is not measured.
func BenchmarkMovementsAndCohorts(b *testing.B) {
	for _, n := range sizes() {
		b.Run(strconv.Itoa(n), func(b *testing.B) {
			data, err := synthetic(b, n).MarshalBinary()
			if err != nil {
				b.Fatal(err)
			}
			b.ReportAllocs()
			b.ResetTimer()
			for range b.N {
				b.StopTimer()
				l, err := ledger.New(ledger.Options{Currency: "EUR"})
				if err == nil {
					err = l.UnmarshalBinary(data)
				}
				if err != nil {
					b.Fatal(err)
				}
				l.Len()
				b.StartTimer()
				if _, err := l.Statements(benchFirst, benchLast); err != nil {
					b.Fatal(err)
				}
				if _, err := cohort.New(l, cohort.Options{Through: benchLast}); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(n), "ns/change")
		})
	}
}

// BenchmarkThroughDefault is what finding the last movement adds.
func BenchmarkThroughDefault(b *testing.B) {
	l := synthetic(b, 10_000)
	for b.Loop() {
		if _, err := cohort.New(l, cohort.Options{}); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkSnapshot compares two month ends.
func BenchmarkSnapshot(b *testing.B) {
	for _, n := range sizes() {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			l := synthetic(b, n)
			for b.Loop() {
				if _, err := cohort.Snapshot(l, benchLast.Add(-12), benchLast); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(n), "ns/change")
		})
	}
}
