package survival_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/lifecycle-go/lifecycle/metrics/survival"
)

// synthetic draws n subjects: exponential times, half of them censored,
// continuous or in whole months, in four groups of different hazard.
func synthetic(n int, months bool, covariates int) []survival.Subject {
	r := rand.New(rand.NewPCG(20240601, 1))
	out := make([]survival.Subject, n)
	for i := range out {
		s := &out[i]
		g := r.IntN(4)
		s.Group = [...]string{"a", "b", "c", "d"}[g]
		eta := 0.2 * float64(g)
		for range covariates {
			x := r.NormFloat64()
			s.X = append(s.X, x)
			eta += 0.2 * x
		}
		life, stop := r.ExpFloat64()*30*math.Exp(-eta), r.Float64()*60
		s.Exit, s.Event = min(life, stop), life <= stop
		if months {
			s.Exit = math.Ceil(s.Exit)
		}
	}
	return out
}

func benchmark(b *testing.B, n int, months bool, covariates int, f func([]survival.Subject) error) {
	b.Helper()
	ss := synthetic(n, months, covariates)
	b.ReportAllocs()
	for b.Loop() {
		if err := f(ss); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(n), "ns/subject")
}

// Growth: the cost per subject at a tenth of the size stands beside it.
func BenchmarkKaplanMeier(b *testing.B) {
	for _, n := range []int{100_000, 1_000_000} {
		for _, months := range []bool{false, true} {
			b.Run(fmt.Sprintf("n=%d/months=%v", n, months), func(b *testing.B) {
				ss := synthetic(n, months, 0)
				for i := range ss {
					ss[i].Group = ""
				}
				b.ReportAllocs()
				for b.Loop() {
					if _, err := survival.KaplanMeier(slices.Values(ss), survival.Options{}); err != nil {
						b.Fatal(err)
					}
				}
				b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(n), "ns/subject")
			})
		}
	}
}

func BenchmarkKaplanMeier_FourGroups(b *testing.B) {
	benchmark(b, 1_000_000, false, 0, func(ss []survival.Subject) error {
		_, err := survival.KaplanMeier(slices.Values(ss), survival.Options{})
		return err
	})
}

func BenchmarkLogRank_FourGroups(b *testing.B) {
	for _, n := range []int{100_000, 1_000_000} {
		for _, months := range []bool{false, true} {
			b.Run(fmt.Sprintf("n=%d/months=%v", n, months), func(b *testing.B) {
				benchmark(b, n, months, 0, func(ss []survival.Subject) error {
					_, err := survival.LogRank(slices.Values(ss), survival.Options{})
					return err
				})
			})
		}
	}
}

func BenchmarkCumulativeIncidence(b *testing.B) {
	benchmark(b, 1_000_000, true, 0, func(ss []survival.Subject) error {
		_, err := survival.CumulativeIncidence(slices.Values(ss), survival.Options{})
		return err
	})
}

func BenchmarkCox_EightCovariates(b *testing.B) {
	for _, n := range []int{10_000, 100_000} {
		for _, months := range []bool{false, true} {
			b.Run(fmt.Sprintf("n=%d/months=%v", n, months), func(b *testing.B) {
				benchmark(b, n, months, 8, func(ss []survival.Subject) error {
					_, err := survival.Cox(slices.Values(ss), survival.CoxOptions{})
					return err
				})
			})
		}
	}
}

func BenchmarkConcordance(b *testing.B) {
	ss := synthetic(100_000, false, 8)
	m, err := survival.Cox(slices.Values(ss), survival.CoxOptions{})
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		m.Concordance()
	}
}
