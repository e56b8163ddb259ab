package shard_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"runtime"
	"strconv"
	"testing"
	"time"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"

	"github.com/lifecycle-go/lifecycle/metrics/calendar"
	"github.com/lifecycle-go/lifecycle/metrics/ledger"
	"github.com/lifecycle-go/lifecycle/metrics/shard"
	"github.com/lifecycle-go/lifecycle/touchpoint"
)

// sizes is a million rows, and with LIFECYCLE_BENCH_FULL what it says, 10^8 for
// one.
func sizes(b *testing.B) []int {
	b.Helper()
	list := []int{100_000, 1_000_000}
	if s := os.Getenv("LIFECYCLE_BENCH_FULL"); s != "" {
		n, err := strconv.Atoi(s)
		require.NoError(b, err)
		if n < 10_000_000 {
			n = 100_000_000
		}
		list = append(list, n)
	}
	return list
}

// peak is the most memory the heap had while f ran, as sampled: what was garbage
// before is not f's.
func peak(f func()) uint64 {
	runtime.GC()
	done, out := make(chan struct{}), make(chan uint64)
	go func() {
		most := uint64(0)
		for {
			var m runtime.MemStats
			runtime.ReadMemStats(&m)
			most = max(most, m.HeapAlloc)
			select {
			case <-done:
				out <- most
				return
			case <-time.After(50 * time.Millisecond):
			}
		}
	}()
	f()
	close(done)
	return <-out
}

// Changes of books in random order: dealt out, then statements of 24 months.
func BenchmarkChanges(b *testing.B) {
	for _, n := range sizes(b) {
		dir := b.TempDir()
		var set *shard.Set
		b.Run(fmt.Sprintf("write/rows=%d", n), func(b *testing.B) {
			for i := 0; b.Loop(); i++ {
				r := rand.New(rand.NewPCG(1, 2))
				w, err := shard.Create(fmt.Sprint(dir, i), shard.Options{Shards: max(8, n/100_000)})
				require.NoError(b, err)
				for range n {
					c := ledger.Change{Customer: "customer-" + strconv.Itoa(r.IntN(n/20)), At: origin.Add(time.Duration(r.IntN(720*24)) * time.Hour), Amount: decimal.New(int64(r.IntN(6))*1900, -2)}
					if err := w.Change(c); err != nil {
						b.Fatal(err)
					}
				}
				set, err = w.Close()
				require.NoError(b, err)
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(n), "ns/row")
		})
		if set == nil {
			continue
		}
		b.Run(fmt.Sprintf("statements/rows=%d", n), func(b *testing.B) {
			most := uint64(0)
			for b.Loop() {
				most = peak(func() {
					c, err := shard.Run(b.Context(), set, func(s shard.Shard) (*ledger.Cube, error) {
						l, err := booksOf(s)
						if err != nil {
							return nil, err
						}
						return l.Cube(calendar.NewMonth(2024, 1), calendar.NewMonth(2025, 12), nil)
					}, shard.RunOptions{})
					require.NoError(b, err)
					require.Len(b, c.Statements(), 24)
				})
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(n), "ns/row")
			b.ReportMetric(float64(most)/1e6, "MB-peak")
		})
	}
}

// Events in random order: dealt out, then the graph of what follows what.
func BenchmarkEvents(b *testing.B) {
	names := []string{"visited", "signed_up", "trial_started", "activated", "paid", "renewed", "cancelled", "ticket"}
	for _, n := range sizes(b) {
		dir := b.TempDir()
		var set *shard.Set
		b.Run(fmt.Sprintf("write/rows=%d", n), func(b *testing.B) {
			for i := 0; b.Loop(); i++ {
				r := rand.New(rand.NewPCG(1, 2))
				w, err := shard.Create(fmt.Sprint(dir, i), shard.Options{Shards: max(8, n/100_000)})
				require.NoError(b, err)
				for range n {
					e := touchpoint.Event{Customer: "customer-" + strconv.Itoa(r.IntN(n/10)), Name: names[r.IntN(len(names))], At: origin.Add(time.Duration(r.IntN(720*24*3600)) * time.Second)}
					if err := w.Event(e); err != nil {
						b.Fatal(err)
					}
				}
				set, err = w.Close()
				require.NoError(b, err)
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(n), "ns/row")
		})
		if set == nil {
			continue
		}
		b.Run(fmt.Sprintf("graph/rows=%d", n), func(b *testing.B) {
			most := uint64(0)
			for b.Loop() {
				most = peak(func() {
					g, err := shard.Run(b.Context(), set, graph, shard.RunOptions{})
					require.NoError(b, err)
					require.NotEmpty(b, g.Edges())
				})
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(n), "ns/row")
			b.ReportMetric(float64(most)/1e6, "MB-peak")
		})
	}
}
