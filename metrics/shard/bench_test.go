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

	"github.com/lifecycle-go/lifecycle/journey/funnel"
	"github.com/lifecycle-go/lifecycle/journey/mining"
	"github.com/lifecycle-go/lifecycle/journey/retention"
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
		for _, o := range []mining.Options{{Sketch: true}, {}} {
			name := "graph"
			if !o.Sketch {
				name = "graph exact"
			}
			if !o.Sketch && n > 10_000_000 {
				continue // every duration is kept, eight bytes each: not of so many
			}
			measure(b, fmt.Sprintf("%s/rows=%d", name, n), n, func() {
				g, err := shard.Run(b.Context(), set, graphOf(o), shard.RunOptions{})
				require.NoError(b, err)
				require.NotEmpty(b, g.Edges())
			})
		}
		measure(b, fmt.Sprintf("retention/rows=%d", n), n, func() {
			t, err := shard.Run(b.Context(), set, kept, shard.RunOptions{})
			require.NoError(b, err)
			require.NotEmpty(b, t.Rows())
		})
		measure(b, fmt.Sprintf("funnel/rows=%d", n), n, func() {
			r, err := shard.Run(b.Context(), set, steps, shard.RunOptions{})
			require.NoError(b, err)
			require.NotEmpty(b, r.Steps())
		})
	}
}

// kept is monthly retention, whoever comes back.
func kept(s shard.Shard) (*retention.Table, error) {
	log, err := touchpoint.LogOptions{}.Read(s.Events())
	if err != nil {
		return nil, err
	}
	return retention.Run(log, retention.Spec{Start: []touchpoint.Match{{}}, Unit: calendar.UnitMonth, From: origin, Periods: 24})
}

// steps is a funnel of three steps within 30 days.
func steps(s shard.Shard) (*funnel.Report, error) {
	log, err := touchpoint.LogOptions{}.Read(s.Events())
	if err != nil {
		return nil, err
	}
	var list []funnel.Step
	for _, name := range []string{"visited", "signed_up", "paid"} {
		list = append(list, funnel.Step{Any: touchpoint.Named(name)})
	}
	return funnel.Run(log, funnel.Spec{Steps: list, Window: 30 * 24 * time.Hour})
}

// measure runs f as a benchmark of n rows, with the most memory it had.
func measure(b *testing.B, name string, n int, f func()) {
	b.Helper()
	b.Run(name, func(b *testing.B) {
		most := uint64(0)
		for b.Loop() {
			most = peak(f)
		}
		b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(n), "ns/row")
		b.ReportMetric(float64(most)/1e6, "MB-peak")
	})
}
