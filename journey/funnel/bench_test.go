package funnel_test

import (
	"os"
	"runtime"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/lifecycle-go/lifecycle/journey/funnel"
	"github.com/lifecycle-go/lifecycle/touchpoint"
)

var names = [...]string{"a", "b", "c", "d", "e", "f", "g", "h", "i", "j"}

// synthetic is n events of n/10 customers in the reference's shape: names drawn
// evenly, a fortnight, ten of each customer.
func synthetic(tb testing.TB, n int) *touchpoint.Log {
	tb.Helper()
	log, err := touchpoint.NewLog(func(yield func(touchpoint.Event) bool) {
		x := uint64(42)
		next := func() uint64 { x ^= x << 13; x ^= x >> 7; x ^= x << 17; return x }
		channels := [...]touchpoint.Channel{touchpoint.Email, touchpoint.OrganicSearch, touchpoint.Direct, touchpoint.Referral}
		for i := range n {
			e := touchpoint.Event{
				Customer: strconv.Itoa(1_000_000 + i/10), Name: names[next()%10], Channel: channels[next()%4],
				At: time.Unix(int64(next()%(14*86400)), 0),
			}
			if !yield(e) {
				return
			}
		}
	})
	require.NoError(tb, err)
	return log
}

// fifty is the synthetic log with fifty names, as correlation is wanted over.
func fifty(tb testing.TB, n int) *touchpoint.Log {
	tb.Helper()
	list := make([]string, 50)
	for i := range list {
		list[i] = "e" + strconv.Itoa(i)
	}
	x := uint64(7)
	next := func() uint64 { x ^= x << 13; x ^= x >> 7; x ^= x << 17; return x }
	log, err := touchpoint.NewLog(func(yield func(touchpoint.Event) bool) {
		for i := range n {
			if !yield(touchpoint.Event{Customer: strconv.Itoa(1_000_000 + i/10), Name: list[next()%50], At: time.Unix(int64(next()%(14*86400)), 0)}) {
				return
			}
		}
	})
	require.NoError(tb, err)
	return log
}

// twenty is the synthetic log with a property of twenty values.
func twenty(tb testing.TB, n int) *touchpoint.Log {
	tb.Helper()
	list := make([]map[string]string, 20)
	for i := range list {
		list[i] = map[string]string{"plan": "p" + strconv.Itoa(i)}
	}
	x := uint64(42)
	next := func() uint64 { x ^= x << 13; x ^= x >> 7; x ^= x << 17; return x }
	log, err := touchpoint.LogOptions{Attrs: []string{"plan"}}.NewLog(func(yield func(touchpoint.Event) bool) {
		for i := range n {
			if !yield(touchpoint.Event{Customer: strconv.Itoa(1_000_000 + i/10), Name: names[next()%10], At: time.Unix(int64(next()%(14*86400)), 0), Attrs: list[next()%20]}) {
				return
			}
		}
	})
	require.NoError(tb, err)
	return log
}

// peak reports how much memory a run may need beside the log, as a multiple of
// the log: all that it allocates, the log included. Budget: 1.3.
func peak(b *testing.B, log *touchpoint.Log, run func()) {
	b.Helper()
	b.ReportMetric(1+allocated(run)/size(b, log), "×log")
}

// allocated are the bytes that a run takes, whether or not it keeps them.
func allocated(run func()) float64 {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	run()
	runtime.ReadMemStats(&after)
	return float64(after.TotalAlloc - before.TotalAlloc)
}

// size is what a log holds: its columns, and eight bytes and the id of each
// customer.
func size(tb testing.TB, log *touchpoint.Log) float64 {
	tb.Helper()
	n := 11 * float64(log.Len())
	for c := range log.Customers() {
		n += 8 + float64(len(log.Customer(c)))
	}
	return n
}

func sizes() []int {
	if os.Getenv("LIFECYCLE_BENCH_FULL") != "" {
		return []int{10_000, 100_000, 1_000_000, 10_000_000}
	}
	return []int{10_000, 100_000, 1_000_000}
}

// Growth, beside the naive pass of the same run. Budget: at most 1.5 times the
// naive pass at 10 M events.
func BenchmarkRun(b *testing.B) {
	for _, n := range sizes() {
		log := synthetic(b, n)
		for _, c := range []struct {
			name  string
			steps string
		}{{"3 steps", "a b c"}, {"5 steps", "a b c d e"}} {
			spec := funnel.Spec{Steps: steps(c.steps), Window: 7 * 24 * time.Hour}
			b.Run(c.name+"/"+strconv.Itoa(n), func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					_, err := funnel.Run(log, spec)
					require.NoError(b, err)
				}
				perEvent(b, n)
				peak(b, log, func() { _, _ = funnel.Run(log, spec) })
			})
		}
		spec := funnel.Spec{Steps: steps("a b c"), Window: 7 * 24 * time.Hour}
		b.Run("3 steps by channel/"+strconv.Itoa(n), func(b *testing.B) {
			for b.Loop() {
				_, err := funnel.RunBy(log, spec, touchpoint.Breakdown{Channel: true})
				require.NoError(b, err)
			}
			perEvent(b, n)
		})
		b.Run("correlation/"+strconv.Itoa(n), func(b *testing.B) {
			r, err := funnel.Run(log, spec)
			require.NoError(b, err)
			for b.Loop() {
				_, err := r.Correlate(funnel.CorrelateOptions{})
				require.NoError(b, err)
			}
			perEvent(b, n)
		})
		many := fifty(b, n)
		two := funnel.Spec{Steps: steps("e0 e1"), Window: 7 * 24 * time.Hour}
		entered, err := funnel.Run(many, two)
		require.NoError(b, err)
		b.Run("correlation over 50/"+strconv.Itoa(n), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				found, err := entered.Correlate(funnel.CorrelateOptions{})
				require.NoError(b, err)
				require.Len(b, found.All(), 48-found.Rare)
			}
			perEvent(b, n)
			peak(b, many, func() { _, _ = entered.Correlate(funnel.CorrelateOptions{}) })
		})
		b.Run("correlation of all over 50/"+strconv.Itoa(n), func(b *testing.B) {
			cols := many.Columns()
			for b.Loop() {
				_, err := funnel.CorrelateOutcome(many, funnel.CorrelateOptions{}, func(c int) funnel.Outcome {
					from, to := cols.Range(c)
					return funnel.Outcome{In: true, Won: c&1 == 0, From: from, To: to}
				})
				require.NoError(b, err)
			}
			perEvent(b, n)
		})
		b.Run("naive 3 steps/"+strconv.Itoa(n), func(b *testing.B) {
			for b.Loop() {
				naive(log, 7*24*time.Hour)
			}
			perEvent(b, n)
		})
	}
}

// A funnel parted by twenty values, of an event and of the customer, beside the
// plain funnel of the same log and run, whose time is taken anew between them.
// Budget: at most 1.3 times the plain one.
func BenchmarkRunBy(b *testing.B) {
	for _, n := range sizes() {
		log := twenty(b, n)
		keys := make([]string, 20)
		for i := range keys {
			keys[i] = "k" + strconv.Itoa(i)
		}
		spec := funnel.Spec{Steps: steps("a b c"), Window: 7 * 24 * time.Hour}
		for _, c := range []struct {
			name string
			by   touchpoint.Breakdown
		}{
			{"property", touchpoint.Breakdown{Attr: "plan"}},
			{"last touch", touchpoint.Breakdown{Attr: "plan", Label: touchpoint.LastTouch}},
			{"customer", touchpoint.Breakdown{Customer: func(c string) string { return keys[(int(c[len(c)-1])+3*int(c[len(c)-2]))%20] }}},
		} {
			b.Run(c.name+"/"+strconv.Itoa(n), func(b *testing.B) {
				b.ReportAllocs()
				var plain, parted time.Duration
				for b.Loop() {
					start := time.Now()
					_, err := funnel.Run(log, spec)
					require.NoError(b, err)
					middle := time.Now()
					parts, err := funnel.RunBy(log, spec, c.by)
					require.NoError(b, err)
					require.Len(b, parts, 20)
					plain, parted = plain+middle.Sub(start), parted+time.Since(middle)
				}
				b.ReportMetric(float64(parted)/float64(plain), "×plain")
				b.ReportMetric(float64(parted.Nanoseconds())/float64(b.N)/float64(n), "ns/event")
			})
		}
	}
}

func perEvent(b *testing.B, n int) {
	b.Helper()
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(n), "ns/event")
}

// naive is what one would write by hand for three steps: two goroutines, a
// switch, the latest start of each level, counts and nothing else.
func naive(log *touchpoint.Log, window time.Duration) (out [4]int64) {
	cols := log.Columns()
	step := make([]int, len(log.Names()))
	for i, name := range log.Names() {
		switch name {
		case "a":
			step[i] = 1
		case "b":
			step[i] = 2
		case "c":
			step[i] = 3
		}
	}
	parts := make([][4]int64, runtime.GOMAXPROCS(0))
	var wait sync.WaitGroup
	for p := range parts {
		wait.Go(func() {
			all := cols.Customers()
			for c := p * all / len(parts); c < (p+1)*all/len(parts); c++ {
				from, to := cols.Range(c)
				start1, start2, best := int64(-1), int64(-1), 0
				for i := from; i < to; i++ {
					t := cols.UnixNano[i]
					switch step[cols.Name[i]] {
					case 1:
						start1, best = t, max(best, 1)
					case 2:
						if start1 >= 0 && t-start1 <= int64(window) {
							start2, best = start1, max(best, 2)
						}
					case 3:
						if start2 >= 0 && t-start2 <= int64(window) {
							best = 3
						}
					}
					if best == 3 {
						break
					}
				}
				parts[p][best]++
			}
		})
	}
	wait.Wait()
	for _, p := range parts {
		for i := range out {
			out[i] += p[i]
		}
	}
	return out
}
