package mining_test

import (
	"os"
	"runtime"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/lifecycle-go/lifecycle/journey/mining"
	"github.com/lifecycle-go/lifecycle/touchpoint"
)

func synthetic(tb testing.TB, n int) *touchpoint.Log {
	tb.Helper()
	return syntheticOf(tb, n, "a", "b", "c", "d", "e", "f", "g", "h", "i", "j")
}

func syntheticOf(tb testing.TB, n int, names ...string) *touchpoint.Log {
	tb.Helper()
	log, err := touchpoint.NewLog(func(yield func(touchpoint.Event) bool) {
		x := uint64(42)
		next := func() uint64 { x ^= x << 13; x ^= x >> 7; x ^= x << 17; return x }
		for i := range n {
			if !yield(touchpoint.Event{Customer: strconv.Itoa(1_000_000 + i/10), Name: names[next()%uint64(len(names))], At: time.Unix(int64(next()%(14*86400)), 0)}) {
				return
			}
		}
	})
	require.NoError(tb, err)
	return log
}

func BenchmarkMining(b *testing.B) {
	sizes := []int{10_000, 100_000, 1_000_000}
	if os.Getenv("LIFECYCLE_BENCH_FULL") != "" {
		sizes = append(sizes, 10_000_000)
	}
	for _, n := range sizes {
		log, one := synthetic(b, n), syntheticOf(b, n, "a")
		run := func(name string, f func() error) {
			b.Run(name+"/"+strconv.Itoa(n), func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					require.NoError(b, f())
				}
				b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(n), "ns/event")
				// All that a run takes, beside the log, as a multiple of it. Budget: 1.3.
				var before, after runtime.MemStats
				runtime.ReadMemStats(&before)
				require.NoError(b, f())
				runtime.ReadMemStats(&after)
				b.ReportMetric(1+float64(after.TotalAlloc-before.TotalAlloc)/size(log), "×log")
			})
		}
		run("counts", func() error { _, err := mining.DirectlyFollows(log, mining.Options{}); return err })
		run("naive counts", func() error { naive(log); return nil })
		run("with medians", func() error {
			g, err := mining.DirectlyFollows(log, mining.Options{})
			g.Edges()
			return err
		})
		run("with medians of one activity", func() error {
			g, err := mining.DirectlyFollows(one, mining.Options{})
			g.Edges()
			return err
		})
		run("cases of one activity", func() error { _, err := mining.CasesOf(one, mining.Options{}); return err })
		run("with medians sketched", func() error {
			g, err := mining.DirectlyFollows(log, mining.Options{Sketch: true})
			g.Edges()
			return err
		})
		run("cases", func() error { _, err := mining.CasesOf(log, mining.Options{}); return err })
		run("cases sketched", func() error { _, err := mining.CasesOf(log, mining.Options{Sketch: true}); return err })
		run("paths", func() error { _, err := mining.Paths(log, mining.PathOptions{Gap: -1}); return err })
		run("next", func() error { _, err := mining.Next(log, mining.NextOptions{}); return err })
		run("variants", func() error { _, err := mining.Variants(log, mining.Options{}); return err })
		run("variants listed", func() error {
			t, err := mining.Variants(log, mining.Options{})
			t.All()
			return err
		})
	}
}

// size is what a log holds: its columns, and eight bytes and the id of each
// customer.
func size(log *touchpoint.Log) float64 {
	n := 11 * float64(log.Len())
	for c := range log.Customers() {
		n += 8 + float64(len(log.Customer(c)))
	}
	return n
}

// naive is the pass one would write by hand on two goroutines.
func naive(log *touchpoint.Log) []int64 {
	cols, n := log.Columns(), len(log.Names())
	parts := make([][]int64, runtime.GOMAXPROCS(0))
	var wait sync.WaitGroup
	for p := range parts {
		wait.Go(func() {
			counts := make([]int64, n*n)
			all := cols.Customers()
			for c := p * all / len(parts); c < (p+1)*all/len(parts); c++ {
				from, to := cols.Range(c)
				for i := from + 1; i < to; i++ {
					counts[int(cols.Name[i-1])*n+int(cols.Name[i])]++
				}
			}
			parts[p] = counts
		})
	}
	wait.Wait()
	for _, p := range parts[1:] {
		for i, v := range p {
			parts[0][i] += v
		}
	}
	return parts[0]
}

// A trace of twelve events; nothing is taken but the moves that are returned.
func BenchmarkAligner(b *testing.B) {
	a, err := mining.NewAligner(machine(b))
	require.NoError(b, err)
	trace := triggers("sign_up start_trial convert upgrade downgrade pay_fail pay_ok upgrade pause resume cancel win_back")
	b.Run("moves", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			_, _ = a.Align(trace...)
		}
	})
	b.Run("cost", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			_, _ = a.Cost(trace...)
		}
	})
}
