package csvspan_test

import (
	"io"
	"runtime"
	"strings"
	"testing"

	"github.com/lifecycle-go/lifecycle/metrics/billing/csvspan"
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

// BenchmarkSpans: rows of 112 bytes.
func BenchmarkSpans(b *testing.B) {
	const rows = 10_000
	b.SetBytes(int64(rows * len(benchRow)))
	b.ReportAllocs()
	for b.Loop() {
		imp, err := csvspan.New(csvspan.Options{})
		if err != nil {
			b.Fatal(err)
		}
		n := 0
		for _, err := range imp.Spans(file(rows)) {
			if err != nil {
				b.Fatal(err)
			}
			n++
		}
		if n != rows {
			b.Fatalf("%d spans", n)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/rows, "ns/row")
}
