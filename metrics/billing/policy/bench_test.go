package policy_test

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

	"github.com/lifecycle-go/lifecycle/metrics/billing"
	"github.com/lifecycle-go/lifecycle/metrics/billing/policy"
	"github.com/lifecycle-go/lifecycle/metrics/calendar"
	"github.com/lifecycle-go/lifecycle/metrics/ledger"
)

// sizes are the numbers of spans benchmarks run at; the largest needs some
// gigabytes and half a minute, so it must be asked for.
func sizes() []int {
	if os.Getenv("LIFECYCLE_BENCH_FULL") != "" {
		return []int{10_000, 100_000, 1_000_000, 10_000_000}
	}
	return []int{10_000, 100_000}
}

// synthetic yields n spans of n/20 subscriptions over four years, each changing
// its terms twenty times; every third price is annual.
func synthetic(n int) func(yield func(billing.Span, error) bool) {
	r := rand.New(rand.NewPCG(1, uint64(n)))
	start := time.Date(2022, 1, 1, 0, 0, 0, 0, time.UTC)
	prices := make([]decimal.Decimal, 200)
	for i := range prices {
		prices[i] = decimal.New(int64(900+i*50), -2)
	}
	const each = 20
	return func(yield func(billing.Span, error) bool) {
		var s billing.Span
		for i := range n {
			if i%each == 0 {
				s = billing.Span{Customer: "cus_" + strconv.Itoa(1_000_000+i/each), Subscription: "main", From: start}
				s.Currency = "EUR"
			} else {
				s.From = s.To
			}
			s.To = s.From.Add(time.Duration(1+r.IntN(140)) * 24 * time.Hour)
			s.Amount = prices[r.IntN(len(prices))]
			s.Cycle = calendar.Cycle{}
			if r.IntN(3) == 0 {
				s.Cycle = calendar.Cycle{Unit: calendar.UnitYear}
			}
			if !yield(s, nil) {
				return
			}
		}
	}
}

func spansOf(n int) []billing.Span {
	out := make([]billing.Span, 0, n)
	for s := range synthetic(n) {
		out = append(out, s)
	}
	return out
}

var euros = policy.Options{Currency: "EUR"}

func newLedger(tb testing.TB) *ledger.Ledger {
	tb.Helper()
	l, err := ledger.New(policy.Policy{}.LedgerOptions(euros))
	if err != nil {
		tb.Fatal(err)
	}
	return l
}

func statements(tb testing.TB, l *ledger.Ledger) {
	tb.Helper()
	if _, err := l.Statements(calendar.NewMonth(2022, 1), calendar.NewMonth(2025, 12)); err != nil {
		tb.Fatal(err)
	}
}

func perSpan(b *testing.B, n int) {
	b.Helper()
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(n), "ns/span")
}

// BenchmarkLedger is the ledger's own budget fed from spans: the whole way from
// spans to four years of statements.
func BenchmarkLedger(b *testing.B) {
	for _, n := range sizes() {
		b.Run(fmt.Sprintf("stream/%d", n), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				changes, err := policy.Stream(synthetic(n), policy.Standard(), euros, nil)
				if err != nil {
					b.Fatal(err)
				}
				l := newLedger(b)
				if err := l.Load(changes); err != nil {
					b.Fatal(err)
				}
				statements(b, l)
			}
			perSpan(b, n)
		})
		if n > 1_000_000 {
			continue
		}
		b.Run(fmt.Sprintf("read/%d", n), func(b *testing.B) {
			spans := spansOf(n)
			b.ReportAllocs()
			b.ResetTimer()
			for b.Loop() {
				r, err := policy.Read(spans, policy.Standard(), euros)
				if err != nil {
					b.Fatal(err)
				}
				l, err := r.Ledger()
				if err != nil {
					b.Fatal(err)
				}
				statements(b, l)
			}
			perSpan(b, n)
		})
	}
}

// BenchmarkRead reads spans alone: in order, shuffled, and under a preset whose
// rules touch every one.
func BenchmarkRead(b *testing.B) {
	shuffled := func(n int) []billing.Span {
		spans := spansOf(n)
		r := rand.New(rand.NewPCG(2, 3))
		r.Shuffle(n, func(i, j int) { spans[i], spans[j] = spans[j], spans[i] })
		return spans
	}
	for _, n := range sizes() {
		if n > 1_000_000 {
			continue
		}
		for _, c := range []struct {
			name   string
			spans  func(int) []billing.Span
			policy policy.Policy
		}{{"grouped", spansOf, policy.Standard()}, {"shuffled", shuffled, policy.Standard()}, {"polar", spansOf, policy.Polar()}} {
			b.Run(fmt.Sprintf("%s/%d", c.name, n), func(b *testing.B) {
				spans := c.spans(n)
				before := heap()
				var r *policy.Reading
				b.ResetTimer()
				for b.Loop() {
					var err error
					if r, err = policy.Read(spans, c.policy, euros); err != nil {
						b.Fatal(err)
					}
				}
				b.StopTimer()
				perSpan(b, n)
				b.ReportMetric(float64(heap()-before)/float64(n), "B/span")
				runtime.KeepAlive(r)
				runtime.KeepAlive(spans)
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

// BenchmarkReconcile explains two presets that differ in a dozen rules.
func BenchmarkReconcile(b *testing.B) {
	for _, n := range sizes() {
		if n > 100_000 {
			continue
		}
		b.Run(strconv.Itoa(n), func(b *testing.B) {
			spans := spansOf(n)
			month := calendar.NewMonth(2024, 5)
			b.ResetTimer()
			for b.Loop() {
				if _, err := policy.Reconcile(spans, policy.Stripe(), policy.ChartMogul(), month, euros); err != nil {
					b.Fatal(err)
				}
			}
			perSpan(b, n)
		})
	}
}

// BenchmarkPrice computes a graduated price.
func BenchmarkPrice(b *testing.B) {
	p := billing.Price{Model: billing.ModelGraduated, Tiers: []billing.Tier{
		{UpTo: dec("10"), Unit: dec("9")}, {UpTo: dec("100"), Unit: dec("7.5")}, {Unit: dec("5")},
	}}
	q := dec("250")
	b.ReportAllocs()
	for b.Loop() {
		if _, err := p.Amount(q); err != nil {
			b.Fatal(err)
		}
	}
}

// Budgets of memory: a plain span costs what its step holds, and streaming
// holds no more than a subscription and the names.
func TestBudget_Allocations(t *testing.T) {
	spans := spansOf(10_000)
	read := testing.AllocsPerRun(3, func() {
		if _, err := policy.Read(spans, policy.Standard(), euros); err != nil {
			t.Fatal(err)
		}
	})
	if per := read / 10_000; per > 0.2 {
		t.Errorf("Read allocates %.2f times a span, the budget is 0.2", per)
	}
	stream := testing.AllocsPerRun(3, func() {
		changes, err := policy.Stream(func(yield func(billing.Span, error) bool) {
			for i := range spans {
				if !yield(spans[i], nil) {
					return
				}
			}
		}, policy.Standard(), euros, nil)
		if err != nil {
			t.Fatal(err)
		}
		for range changes {
		}
	})
	if per := stream / 10_000; per > 0.2 {
		t.Errorf("Stream allocates %.2f times a span, the budget is 0.2", per)
	}
	before := heap()
	r, err := policy.Read(spans, policy.Standard(), euros)
	if err != nil {
		t.Fatal(err)
	}
	if per := float64(heap()-before) / 10_000; per > 100 {
		t.Errorf("a Reading holds %.0f bytes a span, the budget is 100", per)
	}
	runtime.KeepAlive(r)
}

// Discounts that end one by one, and items that begin one by one where the sum of all
// is rounded, cost what changes, not what holds.
func TestBudget_ManyThatHold(t *testing.T) {
	at := func(i int) time.Time { return date("2020-01-01").AddDate(0, i, 0) }
	rounded := policy.Policy{Rounding: policy.Rounding{Scope: policy.RoundSubscriptions, Places: 2}}
	for name, c := range map[string]struct {
		p        policy.Policy
		few, all int
		spans    func(n int) []billing.Span
	}{
		"discounts": {policy.Standard(), 25, billing.MaxDiscounts, func(n int) []billing.Span {
			s := spanOf("c", "10", monthly, "2020-01-01", "")
			for i := range n {
				s.Discounts = append(s.Discounts, billing.Discount{ID: fmt.Sprint(i), Off: dec("0.05"), To: at(i + 1)})
			}
			return []billing.Span{s}
		}},
		"rounded": {rounded, 200, 800, func(n int) []billing.Span {
			out := make([]billing.Span, n)
			for i := range out {
				out[i] = spanOf("c", "10", calendar.Cycle{N: 1 + i%7}, "2020-01-01", "", item(fmt.Sprint(i)))
				out[i].From = date("2020-01-01").Add(time.Duration(i) * time.Hour)
			}
			return out
		}},
	} {
		t.Run(name, func(t *testing.T) {
			allocs := func(n int) float64 {
				spans := c.spans(n)
				return testing.AllocsPerRun(2, func() {
					r, err := policy.Read(spans, c.p, dollars)
					require.NoError(t, err)
					require.Empty(t, r.Findings())
				})
			}
			require.Less(t, allocs(c.all), 7*allocs(c.few), "four times as many")
		})
	}
}
