package touchpoint_test

import (
	"cmp"
	"iter"
	"math/rand/v2"
	"os"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/lifecycle-go/lifecycle/touchpoint"
)

// stream yields n events of about n/10 customers. Grouped, the events of a
// customer come together in order of time; otherwise customers are mixed and
// times are not in order.
func stream(n int, grouped bool) iter.Seq[touchpoint.Event] {
	customers := n / 10
	ids := make([]string, customers)
	for i := range ids {
		ids[i] = "customer-" + strconv.Itoa(1_000_000+i)
	}
	names := []string{"visit", "sign_up", "trial_started", "activated", "invoice_paid", "ticket_opened", "upgraded", "cancelled"}
	channels := []touchpoint.Channel{touchpoint.Direct, touchpoint.Email, touchpoint.OrganicSearch, touchpoint.PaidSearch}
	start := time.Date(2025, 1, 1, 0, 0, 0, 0, time.UTC)
	return func(yield func(touchpoint.Event) bool) {
		r := rand.New(rand.NewPCG(1, 2))
		for i := range n {
			c, at := i/10, i%10
			if !grouped {
				c, at = r.IntN(customers), r.IntN(1<<20)
			}
			e := touchpoint.Event{
				Customer: ids[c], Name: names[r.IntN(len(names))], Channel: channels[r.IntN(len(channels))],
				At: start.Add(time.Duration(at) * time.Minute),
			}
			if !yield(e) {
				return
			}
		}
	}
}

func benchmarkLoad(b *testing.B, n int, grouped bool) {
	b.Helper()
	events := stream(n, grouped)
	b.ReportAllocs()
	b.ResetTimer()
	var log *touchpoint.Log
	for b.Loop() {
		var err error
		if log, err = touchpoint.NewLog(events); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(n), "ns/event")
	b.StopTimer()
	held := heap()
	runtime.KeepAlive(log)
	b.ReportMetric((held-heap())/float64(n), "bytes/event")
}

func heap() float64 {
	var m runtime.MemStats
	runtime.GC()
	runtime.GC()
	runtime.ReadMemStats(&m)
	return float64(m.HeapAlloc)
}

func BenchmarkLoad_10M_Shuffled(b *testing.B)  { benchmarkLoad(b, 10_000_000, false) }
func BenchmarkLoad_10M_Grouped(b *testing.B)   { benchmarkLoad(b, 10_000_000, true) }
func BenchmarkLoad_100k_Shuffled(b *testing.B) { benchmarkLoad(b, 100_000, false) }

func BenchmarkStream_10M(b *testing.B) {
	events := stream(10_000_000, false)
	for b.Loop() {
		for range events {
		}
	}
}

// Sessions, attempts and accounts as logs of their own; an event costs the same at
// every size. All that a run takes is at most the log that it gives, thrice.
func BenchmarkPer(b *testing.B) {
	sizes := []int{10_000, 100_000, 1_000_000}
	if os.Getenv("LIFECYCLE_BENCH_FULL") != "" {
		sizes = append(sizes, 10_000_000)
	}
	for _, n := range sizes {
		log, err := touchpoint.NewLog(stream(n, false))
		if err != nil {
			b.Fatal(err)
		}
		for _, c := range []struct {
			name string
			u    touchpoint.Units
		}{
			{"session", touchpoint.Units{Session: 7 * 24 * time.Hour}},
			{"attempt", touchpoint.Units{Attempt: touchpoint.Named("sign_up")}},
			{"account", touchpoint.Units{Account: func(c string) string { return c[:len(c)-1] }}},
		} {
			b.Run(c.name+"/"+strconv.Itoa(n), func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					if _, err := log.Per(c.u); err != nil {
						b.Fatal(err)
					}
				}
				b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(n), "ns/event")
			})
		}
	}
}

// Counting events by name through the columns: what replay, funnels and
// process mining stand on.
func BenchmarkScan_10M_Columns(b *testing.B) {
	const n = 10_000_000
	log, err := touchpoint.NewLog(stream(n, true))
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		counts := make([]int, len(log.Names()))
		cols := log.Columns()
		for c := range cols.Customers() {
			from, to := cols.Range(c)
			last := int64(0)
			for i := from; i < to; i++ {
				if cols.UnixNano[i] >= last {
					counts[cols.Name[i]]++
				}
				last = cols.UnixNano[i]
			}
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/n, "ns/event")
}

func BenchmarkScan_10M_Events(b *testing.B) {
	const n = 10_000_000
	log, err := touchpoint.NewLog(stream(n, true))
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		bytes := 0
		for e := range log.Events() {
			bytes += len(e.Name)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/n, "ns/event")
}

func BenchmarkBinary_1M(b *testing.B) {
	const n = 1_000_000
	log, err := touchpoint.NewLog(stream(n, true))
	if err != nil {
		b.Fatal(err)
	}
	data, err := log.MarshalBinary()
	if err != nil {
		b.Fatal(err)
	}
	b.Run("encode", func(b *testing.B) {
		for b.Loop() {
			if data, err = log.AppendBinary(data[:0]); err != nil {
				b.Fatal(err)
			}
		}
		b.ReportMetric(float64(len(data))/n, "bytes/event")
	})
	b.Run("decode", func(b *testing.B) {
		for b.Loop() {
			var back touchpoint.Log
			if err := back.UnmarshalBinary(data); err != nil {
				b.Fatal(err)
			}
		}
	})
}

// readings are events at hand, and the plain way to put them in order: a slice
// of structs, sorted.
func readings(n int, grouped bool) []touchpoint.Event { return slices.Collect(stream(n, grouped)) }

type plain struct {
	customer, name, channel string
	at                      int64
}

func benchmarkAtHand(b *testing.B, grouped bool) {
	b.Helper()
	const n = 1_000_000
	events := readings(n, grouped)
	per := func(b *testing.B) {
		b.Helper()
		b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/n, "ns/event")
	}
	b.Run("log", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := touchpoint.NewLog(slices.Values(events)); err != nil {
				b.Fatal(err)
			}
		}
		per(b)
	})
	b.Run("slice", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := touchpoint.LogOf(events...); err != nil {
				b.Fatal(err)
			}
		}
		per(b)
	})
	b.Run("columns", func(b *testing.B) {
		numbered := numbered(events)
		b.ReportAllocs()
		for b.Loop() {
			if _, err := touchpoint.NewLogOf(numbered); err != nil {
				b.Fatal(err)
			}
		}
		per(b)
	})
	b.Run("structs", func(b *testing.B) {
		for b.Loop() {
			rows := make([]plain, 0, n)
			for _, e := range events {
				rows = append(rows, plain{e.Customer, e.Name, string(e.Channel), e.At.UnixNano()})
			}
			slices.SortStableFunc(rows, func(a, b plain) int {
				return cmp.Or(strings.Compare(a.customer, b.customer), cmp.Compare(a.at, b.at))
			})
		}
		per(b)
	})
}

func BenchmarkAtHand_Grouped(b *testing.B)  { benchmarkAtHand(b, true) }
func BenchmarkAtHand_Shuffled(b *testing.B) { benchmarkAtHand(b, false) }
