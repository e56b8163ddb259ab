package csvspan_test

import (
	"encoding/csv"
	"errors"
	"io"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/shopspring/decimal"

	"github.com/lifecycle-go/lifecycle/metrics/billing"
	"github.com/lifecycle-go/lifecycle/metrics/billing/csvspan"
	"github.com/lifecycle-go/lifecycle/metrics/calendar"
	"github.com/lifecycle-go/lifecycle/metrics/money"
)

const (
	benchHeader = "customer,subscription,item,plan,from,to,amount,currency,cycle,quantity,state\n"
	benchRow    = "cus_0123456789,sub_0123456789,si_0123456789,price_seat_monthly,2026-01-10T12:34:56Z,,1249.50,USD,P1M,10,active\n"
)

func file(rows int) io.Reader {
	return io.MultiReader(strings.NewReader(benchHeader), &repeated{n: rows})
}

// repeated reads as one row, many times.
type repeated struct {
	n    int
	rest string
}

func (r *repeated) Read(p []byte) (int, error) {
	if r.rest == "" {
		if r.n == 0 {
			return 0, io.EOF
		}
		r.n--
		r.rest = benchRow
	}
	n := copy(p, r.rest)
	r.rest = r.rest[n:]
	return n, nil
}

func TestSpans_ConstantMemory(t *testing.T) {
	const rows = 100_000
	imp, err := csvspan.New(csvspan.Options{})
	if err != nil {
		t.Fatal(err)
	}
	heap := func() int64 {
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return int64(m.HeapAlloc)
	}
	var early, most int64
	n := 0
	for _, err := range imp.Spans(file(rows)) {
		if err != nil {
			t.Fatal(err)
		}
		switch n++; {
		case n == rows/10:
			early = heap()
		case n%(rows/10) == 0:
			most = max(most, heap())
		}
	}
	const slack = 512 << 10
	if n != rows || most-early > slack {
		t.Fatalf("%d rows; the heap grew by %d bytes, the limit is %d", n, most-early, slack)
	}
}

// BenchmarkSpans: rows of 112 bytes ("narrow"), the same in all 106 columns as Write
// writes them ("written"), and what a program without this package would do with
// the former: encoding/csv and the parsers of each cell ("naive").
func BenchmarkSpans(b *testing.B) {
	const rows = 10_000
	narrow := benchHeader + strings.Repeat(benchRow, rows)
	spans, _, err := csvspan.Read(strings.NewReader(narrow), csvspan.Options{})
	if err != nil {
		b.Fatal(err)
	}
	var written strings.Builder
	if err := csvspan.Write(&written, slices.Values(spans)); err != nil {
		b.Fatal(err)
	}
	imported := func(in io.Reader) (n int, err error) {
		imp, err := csvspan.New(csvspan.Options{})
		if err != nil {
			return 0, err
		}
		for _, err := range imp.Spans(in) {
			if err != nil {
				return n, err
			}
			n++
		}
		return n, nil
	}
	for _, c := range []struct {
		name, in string
		read     func(io.Reader) (int, error)
	}{{"narrow", narrow, imported}, {"written", written.String(), imported}, {"naive", narrow, naive}} {
		b.Run(c.name, func(b *testing.B) {
			b.SetBytes(int64(len(c.in)))
			b.ReportAllocs()
			for b.Loop() {
				if n, err := c.read(strings.NewReader(c.in)); err != nil || n != rows {
					b.Fatal(n, err)
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/rows, "ns/row")
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(len(c.in)), "ns/byte")
		})
	}
}

// naive reads spans of the header at hand, trusting every cell.
func naive(in io.Reader) (n int, err error) {
	r := csv.NewReader(in)
	r.ReuseRecord = true
	if _, err := r.Read(); err != nil {
		return 0, err
	}
	var last billing.Span
	for {
		cells, err := r.Read()
		if err != nil {
			if errors.Is(err, io.EOF) {
				return n, nil
			}
			return n, err
		}
		s := billing.Span{Customer: cells[0], Subscription: cells[1], Item: cells[2]}
		s.Plan = cells[3]
		from, err1 := time.Parse(time.RFC3339, cells[4])
		amount, err2 := decimal.NewFromString(cells[6])
		cycle, err3 := calendar.ParseCycle(cells[8])
		quantity, err4 := decimal.NewFromString(cells[9])
		err5 := s.State.UnmarshalText([]byte(cells[10]))
		if err := errors.Join(err1, err2, err3, err4, err5); err != nil {
			return n, err
		}
		s.From, s.Amount, s.Currency, s.Cycle, s.Quantity = from, amount, money.Currency(cells[7]), cycle, quantity
		if cells[5] != "" {
			if s.To, err = time.Parse(time.RFC3339, cells[5]); err != nil {
				return n, err
			}
		}
		if !s.From.Before(last.From) {
			n++
		}
		last = s
	}
}
