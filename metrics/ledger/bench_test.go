package ledger_test

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"os"
	"runtime"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/shopspring/decimal"

	"github.com/lifecycle-go/lifecycle/metrics/calendar"
	"github.com/lifecycle-go/lifecycle/metrics/ledger"
)

// sizes are the numbers of changes benchmarks run at; the largest needs some
// gigabytes and half a minute, so it must be asked for.
func sizes() []int {
	if os.Getenv("LIFECYCLE_BENCH_FULL") != "" {
		return []int{10_000, 100_000, 1_000_000, 10_000_000}
	}
	return []int{10_000, 100_000}
}

// synthetic makes n changes of n/20 customers over four years; every third
// price is annual. grouped orders them by customer, else they are shuffled.
func synthetic(n int, grouped, ids bool) []ledger.Change {
	r := rand.New(rand.NewPCG(1, uint64(n)))
	customers := max(n/20, 1)
	start := time.Date(2022, 1, 1, 0, 0, 0, 0, time.UTC)
	prices := make([]decimal.Decimal, 200)
	for i := range prices {
		prices[i] = decimal.New(int64(900+i*50), -2)
	}
	names := make([]string, customers)
	for i := range names {
		names[i] = "cus_" + strconv.Itoa(1_000_000+i)
	}
	out := make([]ledger.Change, n)
	for i := range out {
		c := ledger.Change{
			Customer: names[i%customers], Subscription: "main",
			At:     start.Add(time.Duration(r.Int64N(int64(4 * 365 * 24 * time.Hour)))),
			Amount: prices[r.IntN(len(prices))],
		}
		if grouped {
			c.Customer = names[i*customers/n]
		}
		if r.IntN(3) == 0 {
			c.Cycle = calendar.Cycle{Unit: calendar.UnitYear}
		}
		if r.IntN(12) == 0 {
			c.Amount = decimal.Decimal{}
		}
		if ids {
			c.ID = "evt_" + strconv.Itoa(10_000_000+i)
		}
		out[i] = c
	}
	if !grouped {
		r.Shuffle(n, func(i, j int) { out[i], out[j] = out[j], out[i] })
	}
	return out
}

func load(tb testing.TB, changes []ledger.Change) *ledger.Ledger {
	tb.Helper()
	l, err := ledger.New(ledger.Options{Currency: "EUR"})
	if err != nil {
		tb.Fatal(err)
	}
	if err := l.Append(changes...); err != nil {
		tb.Fatal(err)
	}
	return l
}

var (
	firstMonth = calendar.NewMonth(2022, 1)
	lastMonth  = calendar.NewMonth(2025, 12)
)

// BenchmarkAppend takes changes in and makes the statements: the whole way.
func BenchmarkAppend(b *testing.B) {
	for _, n := range sizes() {
		for _, how := range []struct {
			name         string
			grouped, ids bool
		}{{"shuffled", false, false}, {"shuffled-with-ids", false, true}, {"grouped", true, false}} {
			b.Run(fmt.Sprintf("%s/%d", how.name, n), func(b *testing.B) {
				changes := synthetic(n, how.grouped, how.ids)
				before := heap()
				b.ResetTimer()
				var l *ledger.Ledger
				worked := userTime()
				for b.Loop() {
					l = load(b, changes)
					if _, err := l.Statements(firstMonth, lastMonth); err != nil {
						b.Fatal(err)
					}
				}
				b.StopTimer()
				b.ReportMetric(float64(userTime()-worked)/float64(b.N)/float64(n), "user-ns/change")
				b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(n), "ns/change")
				b.ReportMetric(float64(heap()-before)/float64(n), "B/change")
				runtime.KeepAlive(l)
				runtime.KeepAlive(changes)
			})
		}
	}
}

func heap() int64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

// BenchmarkStatements makes four years of statements from loaded books whose
// sums are not yet made.
func BenchmarkStatements(b *testing.B) {
	for _, n := range sizes() {
		b.Run(strconv.Itoa(n), func(b *testing.B) {
			l := load(b, synthetic(n, false, false))
			l.Len() // bring the changes in order
			b.ResetTimer()
			for b.Loop() {
				l.Forget()
				if _, err := l.Statements(firstMonth, lastMonth); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(n), "ns/change")
		})
	}
}

// BenchmarkLateChange appends one change to full books and asks for a
// statement. The time must not grow with the books.
func BenchmarkLateChange(b *testing.B) {
	for _, n := range sizes() {
		b.Run(strconv.Itoa(n), func(b *testing.B) {
			changes := synthetic(n, false, false)
			l := load(b, changes)
			if _, err := l.Statement(lastMonth); err != nil {
				b.Fatal(err)
			}
			r := rand.New(rand.NewPCG(2, 3))
			b.ReportAllocs()
			b.ResetTimer()
			worked := userTime()
			for b.Loop() {
				c := changes[r.IntN(n)]
				c.At = c.At.Add(time.Duration(r.Int64N(1e9)))
				if err := l.Append(c); err != nil {
					b.Fatal(err)
				}
				if _, err := l.Statement(lastMonth); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(userTime()-worked)/float64(b.N)/1000, "user-µs/op")
		})
	}
}

// BenchmarkNaive is the pass anybody would write first: a map from customer to
// a slice, sorted at the end, one subscription each, cents as int64, no
// corrections, no event ids, no currencies, nothing checked. The budgets of the
// ledger are multiples of it.
func BenchmarkNaive(b *testing.B) {
	for _, n := range sizes() {
		for _, grouped := range []bool{false, true} {
			name := map[bool]string{false: "shuffled", true: "grouped"}[grouped]
			b.Run(fmt.Sprintf("%s/%d", name, n), func(b *testing.B) {
				changes := synthetic(n, grouped, false)
				var books [][]level
				runtime.GC()
				b.ResetTimer()
				worked := userTime()
				for b.Loop() {
					books = naiveLoad(changes)
					naiveStatements(books)
				}
				b.ReportMetric(float64(userTime()-worked)/float64(b.N)/float64(n), "user-ns/change")
				b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(n), "ns/change")
			})
			if grouped {
				b.Run(fmt.Sprintf("statements/%d", n), func(b *testing.B) {
					books := naiveLoad(synthetic(n, true, false))
					for b.Loop() {
						naiveStatements(books)
					}
					b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(n), "ns/change")
				})
			}
		}
	}
}

type level struct{ at, amount int64 }

func naiveLoad(changes []ledger.Change) [][]level {
	index := map[string]int{}
	var books [][]level
	for i := range changes {
		c := &changes[i]
		k, ok := index[c.Customer]
		if !ok {
			k = len(books)
			index[c.Customer] = k
			books = append(books, nil)
		}
		amount := c.Amount.CoefficientInt64()
		if c.Cycle.Unit == calendar.UnitMonth {
			amount *= 12
		}
		books[k] = append(books[k], level{c.At.UnixNano(), amount})
	}
	for _, book := range books {
		slices.SortStableFunc(book, func(a, b level) int { return cmp.Compare(a.at, b.at) })
	}
	return books
}

func naiveStatements(books [][]level) [48][5]int64 {
	var starts []int64
	for m := firstMonth; m.Compare(lastMonth.Add(1)) <= 0; m = m.Add(1) {
		starts = append(starts, m.Start(time.UTC).UnixNano())
	}
	var out [48][5]int64
	for _, book := range books {
		now, paid := int64(0), false
		for _, c := range book {
			m := min(int((c.at-starts[0])/(2629746*1e9)), 47)
			for c.at < starts[m] {
				m--
			}
			for c.at >= starts[m+1] {
				m++
			}
			switch d := c.amount - now; {
			case now == 0 && d > 0 && !paid:
				out[m][0] += d
				paid = true
			case now == 0 && d > 0:
				out[m][2] += d
			case c.amount == 0 && d < 0:
				out[m][4] -= d
			case d > 0:
				out[m][1] += d
			default:
				out[m][3] -= d
			}
			now = c.amount
		}
	}
	return out
}
