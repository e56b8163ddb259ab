package ledger_test

import (
	"fmt"
	"runtime"
	"strconv"
	"testing"
	"time"

	"github.com/shopspring/decimal"

	"github.com/lifecycle-go/lifecycle/metrics/calendar"
	"github.com/lifecycle-go/lifecycle/metrics/ledger"
)

// growing are inputs made to hurt: whatever is many of them is all in one place.
// The time for one change must not grow with their number by more than a
// logarithm.
var growing = map[string]func(n int) []ledger.Change{
	// many subscriptions of one customer, each at an instant of its own
	"one-customer": func(n int) []ledger.Change {
		return numbered(n, func(i int, c *ledger.Change) {
			c.Subscription, c.At = "s"+strconv.Itoa(i), base.Add(time.Duration(i)*time.Minute)
		})
	},
	// … and all at one instant
	"one-instant": func(n int) []ledger.Change {
		return numbered(n, func(i int, c *ledger.Change) { c.Subscription = "s" + strconv.Itoa(i) })
	},
	// … each of them an event
	"one-instant-ids": func(n int) []ledger.Change {
		return numbered(n, func(i int, c *ledger.Change) { c.ID = "evt_" + strconv.Itoa(i/2) })
	},
	// one subscription of many items that begin and end
	"items": func(n int) []ledger.Change {
		return numbered(n, func(i int, c *ledger.Change) {
			c.Item, c.Plan = "i"+strconv.Itoa(i/2), "p"+strconv.Itoa(i%7)
			c.At = base.AddDate(0, i%2, 0)
			if i%2 == 1 {
				c.Amount = decimal.Decimal{}
			}
		})
	},
	// … each of a product of its own
	"products": func(n int) []ledger.Change {
		return numbered(n, func(i int, c *ledger.Change) {
			c.Item, c.Plan, c.Product = "i"+strconv.Itoa(i), "p"+strconv.Itoa(i), "q"+strconv.Itoa(i)
			c.At = base.Add(time.Duration(i) * time.Minute)
		})
	},
	// one level, corrected over and over
	"corrections": func(n int) []ledger.Change {
		return numbered(n, func(i int, c *ledger.Change) { c.Recorded = base.Add(time.Duration(i) * time.Second) })
	},
}

func numbered(n int, f func(int, *ledger.Change)) []ledger.Change {
	out := make([]ledger.Change, n)
	for i := range out {
		out[i] = ledger.Change{Customer: "one", At: base, Amount: decimal.New(10, 0)}
		f(i, &out[i])
	}
	return out
}

// BenchmarkGrowth loads each and asks everything that is asked of books.
func BenchmarkGrowth(b *testing.B) {
	for _, name := range []string{"one-customer", "one-instant", "one-instant-ids", "items", "products", "corrections"} {
		for _, n := range []int{10_000, 40_000, 160_000} {
			b.Run(fmt.Sprintf("%s/%d", name, n), func(b *testing.B) {
				changes := growing[name](n)
				for b.Loop() {
					l := load(b, changes)
					askAll(b, l)
				}
				b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(n), "ns/change")
			})
		}
	}
}

func askAll(tb testing.TB, l *ledger.Ledger) {
	tb.Helper()
	from, to := calendar.NewMonth(2024, 1), calendar.NewMonth(2024, 6)
	check := func(_ any, err error) {
		if err != nil {
			tb.Fatal(err)
		}
	}
	check(l.Statements(from, to))
	check(l.StatementsByPlan(from, to))
	check(l.Growth(from, to))
	check(l.Seats(from, to))
	check(l.SumBy(calendar.Period{From: base, To: base.AddDate(1, 0, 0)}, ledger.ByCause))
	check(l.Heads(from.Period(time.UTC)))
	check(l.MarshalBinary())
	for m := range l.Movements(calendar.Period{From: base, To: base.AddDate(1, 0, 0)}) {
		runtime.KeepAlive(m)
	}
	l.AsOf(base.Add(time.Hour))
}

// BenchmarkGrowthLate appends many late changes to one customer of many
// subscriptions, then reads: the customer is followed once.
func BenchmarkGrowthLate(b *testing.B) {
	for _, n := range []int{10_000, 40_000, 160_000} {
		b.Run(strconv.Itoa(n), func(b *testing.B) {
			changes := growing["one-customer"](n)
			late := growing["one-customer"](n / 16)
			for i := range late {
				late[i].At = late[i].At.Add(time.Second)
				late[i].Amount = decimal.New(11, 0)
			}
			for b.Loop() {
				l := load(b, changes)
				askAll(b, l)
				if err := l.Append(late...); err != nil {
					b.Fatal(err)
				}
				if _, err := l.Statement(firstMonth); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(n), "ns/change")
		})
	}
}

// BenchmarkNewMonth appends a change in a month never seen to full books, of
// another customer each time or always of the same, and asks for its statement.
func BenchmarkNewMonth(b *testing.B) {
	for _, n := range sizes() {
		changes := synthetic(n, false, false)
		for _, of := range []string{"many", "one"} {
			b.Run(fmt.Sprintf("%d/%s", n, of), func(b *testing.B) {
				l := load(b, changes)
				m := lastMonth
				if _, err := l.Statement(m); err != nil {
					b.Fatal(err)
				}
				i := 0
				b.ReportAllocs()
				worked := userTime()
				for b.Loop() {
					if m = m.Add(1); m.Year() > 2190 {
						m = lastMonth
					}
					if of == "many" {
						i++
					}
					c := ledger.Change{Customer: changes[i%n].Customer, Subscription: "main", At: m.Start(time.UTC), Amount: decimal.New(5, 0)}
					if err := l.Append(c); err != nil {
						b.Fatal(err)
					}
					if _, err := l.Statement(m); err != nil {
						b.Fatal(err)
					}
				}
				b.ReportMetric(float64(userTime()-worked)/float64(b.N)/1000, "user-µs/op")
			})
		}
	}
}

// BenchmarkReplace says one subscription anew in books of any size and asks for
// the statement.
func BenchmarkReplace(b *testing.B) {
	for _, n := range sizes() {
		b.Run(strconv.Itoa(n), func(b *testing.B) {
			l := load(b, synthetic(n, false, false))
			for i := range 100 {
				at := base.AddDate(0, i%20, 0)
				if err := l.Replace("rep"+strconv.Itoa(i), "s", at, ledger.Change{At: at, Amount: decimal.New(9, 0)}); err != nil {
					b.Fatal(err)
				}
			}
			if _, err := l.Statement(lastMonth); err != nil {
				b.Fatal(err)
			}
			i := 0
			b.ReportAllocs()
			worked := userTime()
			for b.Loop() {
				i++
				at := base.AddDate(0, i%20, 0)
				if err := l.Rewrite(ledger.History{Customer: "rep" + strconv.Itoa(i%100), Subscription: "s", Versions: []ledger.Version{
					{Recorded: at, Changes: []ledger.Change{{At: at, Amount: decimal.New(int64(9+i%5), 0)}}},
				}}); err != nil {
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

// BenchmarkMovements reads every movement.
func BenchmarkMovements(b *testing.B) {
	for _, n := range sizes() {
		for _, ids := range []bool{false, true} {
			b.Run(fmt.Sprintf("%d/ids-%t", n, ids), func(b *testing.B) {
				l := load(b, synthetic(n, false, ids))
				all := calendar.Period{From: firstMonth.Start(time.UTC), To: lastMonth.Add(1).Start(time.UTC)}
				if _, err := l.Statement(lastMonth); err != nil {
					b.Fatal(err)
				}
				for range l.Movements(all) { // the order of the names is found once
					break
				}
				count := 0
				b.ReportAllocs()
				worked := userTime()
				for b.Loop() {
					count = 0
					for range l.Movements(all) {
						count++
					}
				}
				b.ReportMetric(float64(userTime()-worked)/float64(b.N)/float64(count), "user-ns/movement")
				b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(count), "ns/movement")
			})
		}
	}
}

// BenchmarkEncode, BenchmarkDecode and BenchmarkMerge move whole books.
func BenchmarkEncode(b *testing.B) {
	for _, n := range sizes() {
		b.Run(strconv.Itoa(n), func(b *testing.B) {
			l := load(b, synthetic(n, false, true))
			buf := encoded(b, l)
			b.ReportAllocs()
			worked := userTime()
			for b.Loop() {
				var err error
				if buf, err = l.AppendBinary(buf[:0]); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(userTime()-worked)/float64(b.N)/float64(n), "user-ns/change")
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(n), "ns/change")
		})
	}
}

// BenchmarkDecode is the way back.
func BenchmarkDecode(b *testing.B) {
	for _, n := range sizes() {
		b.Run(strconv.Itoa(n), func(b *testing.B) {
			data := encoded(b, load(b, synthetic(n, false, true)))
			for b.Loop() {
				l, err := ledger.New(ledger.Options{Currency: "EUR"})
				if err != nil {
					b.Fatal(err)
				}
				if err := l.UnmarshalBinary(data); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(n), "ns/change")
		})
	}
}

// BenchmarkMerge merges eight shards by customer.
func BenchmarkMerge(b *testing.B) {
	for _, n := range sizes() {
		b.Run(strconv.Itoa(n), func(b *testing.B) {
			shards := make([][]ledger.Change, 8)
			for _, c := range synthetic(n, false, false) {
				i := int(c.Customer[len(c.Customer)-1]) % 8
				shards[i] = append(shards[i], c)
			}
			ledgers := make([]*ledger.Ledger, len(shards))
			for i := range shards {
				ledgers[i] = load(b, shards[i])
				ledgers[i].Len()
			}
			worked := userTime()
			for b.Loop() {
				l, err := ledger.New(ledger.Options{Currency: "EUR"})
				if err != nil {
					b.Fatal(err)
				}
				for _, s := range ledgers {
					if err := l.Merge(s); err != nil {
						b.Fatal(err)
					}
				}
				l.Len()
			}
			b.ReportMetric(float64(userTime()-worked)/float64(b.N)/float64(n), "user-ns/change")
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(n), "ns/change")
		})
	}
}

// BenchmarkGrowthRestatements asks what each of many late changes to one customer
// of many subscriptions did to a month, under rules that net and that do not.
func BenchmarkGrowthRestatements(b *testing.B) {
	for _, n := range []int{10_000, 40_000, 160_000} {
		b.Run(strconv.Itoa(n), func(b *testing.B) {
			l := load(b, growing["one-customer"](n))
			late := growing["one-customer"](n / 16)
			for i := range late {
				late[i].At, late[i].Amount = late[i].At.Add(time.Second), decimal.New(11, 0)
				late[i].Recorded = base.AddDate(2, 0, 0)
			}
			if err := l.Append(late...); err != nil {
				b.Fatal(err)
			}
			for b.Loop() {
				rs, err := l.Restatements(calendar.NewMonth(2024, 1), base.AddDate(1, 0, 0))
				if err != nil || len(rs) == 0 {
					b.Fatal(len(rs), err)
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(n), "ns/change")
		})
	}
}
