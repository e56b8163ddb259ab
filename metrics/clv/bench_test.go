package clv_test

import (
	"math/rand/v2"
	"slices"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lifecycle-go/lifecycle/metrics/clv"
)

func million(n int) []clv.Cell {
	r := rand.New(rand.NewPCG(1, 2))
	out := make([]clv.Cell, n)
	for i := range out {
		// ages in days of a year and a half, as weeks
		age := float64(180+r.IntN(370)) / 7
		out[i] = simulateBG(r, .243, 4.414, .793, 2.426, age, 0, false).Cell
	}
	return out
}

func paretoCells(n int) []clv.Cell {
	r := rand.New(rand.NewPCG(3, 4))
	out := make([]clv.Cell, n)
	for i := range out {
		age := float64(180+r.IntN(370)) / 7
		out[i] = simulatePareto(r, .5534, 10.58, .6061, 11.656, age, 0).Cell
	}
	return out
}

func BenchmarkFitBGNBD_CDNOW(b *testing.B) {
	cells := cellsOf(b, "cdnow_cbs_full_precision.csv", "x", "t_x", "T_cal", "")
	b.ReportAllocs()
	for b.Loop() {
		_, err := clv.FitBGNBD(slices.Values(cells), clv.FitOptions{})
		require.NoError(b, err)
	}
}

func BenchmarkFitBGNBD(b *testing.B) {
	all := million(1_000_000)
	for _, n := range []int{10_000, 100_000, 1_000_000} {
		b.Run(strconv.Itoa(n), func(b *testing.B) {
			for b.Loop() {
				_, err := clv.FitBGNBD(slices.Values(all[:n]), clv.FitOptions{})
				require.NoError(b, err)
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(n), "ns/customer")
		})
	}
}

func BenchmarkFitParetoNBD(b *testing.B) {
	b.Run("master", func(b *testing.B) {
		cells := history(b, "cdnow_master_transactions.csv", "customer_id", "date", "1997-09-30")
		for b.Loop() {
			_, err := clv.FitParetoNBD(slices.Values(cells), clv.FitOptions{})
			require.NoError(b, err)
		}
	})
	all := paretoCells(100_000)
	for _, n := range []int{10_000, 100_000} {
		b.Run(strconv.Itoa(n), func(b *testing.B) {
			for b.Loop() {
				_, err := clv.FitParetoNBD(slices.Values(all[:n]), clv.FitOptions{})
				require.NoError(b, err)
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(n), "ns/customer")
		})
	}
}

func BenchmarkFitBGBB_Donations(b *testing.B) {
	for b.Loop() {
		_, err := clv.FitBGBB(slices.Values(donors), clv.FitOptions{})
		require.NoError(b, err)
	}
}

func BenchmarkConditional(b *testing.B) {
	cells := million(100_000)
	for _, m := range []interface {
		Conditional(t, x, tx, T float64) float64
		Report() clv.FitReport
	}{
		clv.BGNBD{R: .243, Alpha: 4.414, A: .793, B: 2.426}, clv.ParetoNBD{R: .5534, Alpha: 10.58, S: .6061, Beta: 11.656},
	} {
		b.Run(m.Report().Model, func(b *testing.B) {
			var sum float64
			for b.Loop() {
				for _, c := range cells {
					sum += m.Conditional(39, c.X, c.TX, c.T)
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(len(cells)), "ns/customer")
		})
	}
}

func BenchmarkSummarise(b *testing.B) {
	all := cdnow(b)
	for _, n := range []int{700, len(all)} {
		b.Run(strconv.Itoa(n), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				_, err := clv.Summarise(slices.Values(all[:n]), cdnowOptions)
				require.NoError(b, err)
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(n), "ns/transaction")
		})
	}
}

func BenchmarkCells(b *testing.B) {
	for _, n := range []int{10_000, 100_000} {
		half := func(from, to int) *clv.Cells {
			r := rand.New(rand.NewPCG(9, 9))
			c := clv.NewCells(clv.SummaryOptions{})
			var all []clv.Customer
			for i := from; i < to; i++ {
				p := simulatePareto(r, .5534, 10.58, .6061, 11.656, float64(30+r.IntN(50)), 0)
				all = append(all, clv.Customer{ID: strconv.Itoa(i), X: p.X, TX: p.TX, T: p.T})
			}
			require.NoError(b, c.Add(all...))
			return c
		}
		x, y := half(0, n/2), half(n/2, n)
		b.Run("merge/"+strconv.Itoa(n), func(b *testing.B) {
			for b.Loop() {
				c := clv.NewCells(clv.SummaryOptions{})
				require.NoError(b, c.Merge(x))
				require.NoError(b, c.Merge(y))
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(n), "ns/customer")
		})
		b.Run("binary/"+strconv.Itoa(n), func(b *testing.B) {
			for b.Loop() {
				data, err := x.MarshalBinary()
				require.NoError(b, err)
				var c clv.Cells
				require.NoError(b, c.UnmarshalBinary(data))
				b.ReportMetric(float64(len(data))/float64(n/2), "B/customer")
			}
		})
	}
}

func BenchmarkDERT(b *testing.B) {
	for _, m := range []clv.Transactional{
		clv.BGNBD{R: .243, Alpha: 4.414, A: .793, B: 2.426}, clv.ParetoNBD{R: .5534, Alpha: 10.58, S: .6061, Beta: 11.656}, clv.BGBB{Alpha: 1.204, Beta: .75, Gamma: .657, Delta: 2.783},
	} {
		b.Run(m.Report().Model, func(b *testing.B) {
			for b.Loop() {
				_, err := m.DERT(0.0027, 2, 30, 39)
				require.NoError(b, err)
			}
		})
	}
}
