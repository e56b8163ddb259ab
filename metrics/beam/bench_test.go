package beam_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	apache "github.com/apache/beam/sdks/v2/go/pkg/beam"
	"github.com/lifecycle-go/lifecycle/metrics/ledger"
	"github.com/lifecycle-go/lifecycle/metrics/shard"
	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"

	"github.com/lifecycle-go/lifecycle/metrics/beam"
)

// benchRows is a hundred thousand rows, and what LIFECYCLE_BENCH_ROWS says.
func benchRows(b *testing.B) []int {
	b.Helper()
	list := []int{100_000}
	if s := os.Getenv("LIFECYCLE_BENCH_ROWS"); s != "" {
		n, err := strconv.Atoi(s)
		require.NoError(b, err)
		list = append(list, n)
	}
	return list
}

func benchChange(r *rand.Rand, n int) ledger.Change {
	return ledger.Change{
		Customer: "customer-" + strconv.Itoa(r.IntN(n/20)), At: origin.Add(time.Duration(r.IntN(720*24)) * time.Hour),
		Amount: decimal.New(int64(r.IntN(6))*1900, -2),
	}
}

// Statements of 27 months: by the runner of package shard, by Beam over the same
// files, and by Beam over rows that nobody partitioned.
func BenchmarkStatements(b *testing.B) {
	for _, n := range benchRows(b) {
		dir := filepath.Join(b.TempDir(), "set")
		w, err := shard.Create(dir, shard.Options{Shards: max(8, n/20_000)})
		require.NoError(b, err)
		r := rand.New(rand.NewPCG(1, 2))
		for range n {
			require.NoError(b, w.Change(benchChange(r, n)))
		}
		set, err := w.Close()
		require.NoError(b, err)
		out := filepath.Join(b.TempDir(), "sum")
		per := func(b *testing.B) {
			b.Helper()
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(n), "ns/row")
		}
		b.Run(fmt.Sprintf("shard.Run/rows=%d", n), func(b *testing.B) {
			for b.Loop() {
				_, err := kindOf(statements, years).runner(b.Context(), set)
				require.NoError(b, err)
			}
			per(b)
		})
		b.Run(fmt.Sprintf("Shards/rows=%d", n), func(b *testing.B) {
			for b.Loop() {
				p, s := apache.NewPipelineWithRoot()
				sum, err := statements.Shards(s, dir, years)
				require.NoError(b, err)
				require.NoError(b, beam.Write(s, sum, out))
				require.NoError(b, run(b, p))
			}
			per(b)
		})
		b.Run(fmt.Sprintf("Rows/rows=%d", n), func(b *testing.B) {
			for b.Loop() {
				p, s := apache.NewPipelineWithRoot()
				// Rows are made in the pipeline, a hundred from each number.
				seeds := make([]int64, n/100)
				for i := range seeds {
					seeds[i] = int64(i)
				}
				rows := apache.ParDo(s, &sourceFn{N: n}, apache.CreateList(s, seeds))
				sum, err := statements.Rows(s, rows, years, beam.RowsOptions{Groups: max(8, n/20_000)})
				require.NoError(b, err)
				require.NoError(b, beam.Write(s, sum, out))
				require.NoError(b, run(b, p))
			}
			per(b)
		})
	}
}

// sourceFn makes a hundred rows of a seed.
type sourceFn struct{ N int }

func (f *sourceFn) ProcessElement(seed int64, emit func([]byte)) error {
	r := rand.New(rand.NewPCG(uint64(seed), 2))
	for i := range int64(100) {
		row, err := beam.ChangeRow(benchChange(r, f.N), seed*100+i)
		if err != nil {
			return err
		}
		emit(row)
	}
	return nil
}
