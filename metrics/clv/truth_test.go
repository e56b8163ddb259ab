package clv_test

import (
	"flag"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/lifecycle-go/lifecycle/metrics/clv"
)

// study is one process with its parameters, and how a data set of it is drawn
// and fitted.
type study struct {
	model string
	truth []float64
	size  int
	fit   func(r *rand.Rand, n int, p []float64, o clv.FitOptions) (anyModel, error)
}

func studies() []study {
	cells := func(name string, draw func(r *rand.Rand, p []float64) clv.Cell) func(*rand.Rand, int, []float64, clv.FitOptions) (anyModel, error) {
		return func(r *rand.Rand, n int, p []float64, o clv.FitOptions) (anyModel, error) {
			all := make([]clv.Cell, n)
			for i := range all {
				all[i] = draw(r, p)
			}
			return fits[name](slices.Values(all), o)
		}
	}
	age := func(r *rand.Rand) float64 { return 30 + 60*r.Float64() }
	bg := cells("BG/NBD", func(r *rand.Rand, p []float64) clv.Cell {
		return simulateBG(r, p[0], p[1], p[2], p[3], age(r), 0, false).Cell
	})
	mbg := cells("MBG/NBD", func(r *rand.Rand, p []float64) clv.Cell {
		return simulateBG(r, p[0], p[1], p[2], p[3], age(r), 0, true).Cell
	})
	pareto := cells("Pareto/NBD", func(r *rand.Rand, p []float64) clv.Cell {
		return simulatePareto(r, p[0], p[1], p[2], p[3], age(r), 0).Cell
	})
	bb := cells("BG/BB", func(r *rand.Rand, p []float64) clv.Cell {
		return simulateBB(r, p[0], p[1], p[2], p[3], float64(8+r.IntN(8)), 0).Cell
	})
	sbg := func(r *rand.Rand, n int, p []float64, o clv.FitOptions) (anyModel, error) {
		return clv.FitSBG(slices.Values([]clv.Renewals{simulateContract(r, n/2, 12, p[0], p[1], 1), simulateContract(r, n/2, 6, p[0], p[1], 1)}), o)
	}
	bdw := func(r *rand.Rand, n int, p []float64, o clv.FitOptions) (anyModel, error) {
		return clv.FitBdW(slices.Values([]clv.Renewals{simulateContract(r, n/2, 14, p[0], p[1], p[2]), simulateContract(r, n/2, 7, p[0], p[1], p[2])}), o)
	}
	gg := func(r *rand.Rand, n int, p []float64, o clv.FitOptions) (anyModel, error) {
		all := make([]clv.Spend, n)
		for i := range all {
			all[i] = simulateSpend(r, p[0], p[1], p[2], 1+r.IntN(6))
		}
		return clv.FitGammaGamma(slices.Values(all), o)
	}
	return []study{
		{"BG/NBD", []float64{.243, 4.414, .793, 2.426}, 4000, bg},
		{"BG/NBD", []float64{1.2, 9, 1, 4}, 2000, bg},
		{"MBG/NBD", []float64{.525, 6.183, .891, 1.614}, 4000, mbg},
		{"MBG/NBD", []float64{1.5, 8, .5, 2}, 2000, mbg},
		{"Pareto/NBD", []float64{.5534, 10.5802, .6061, 11.6562}, 4000, pareto},
		{"Pareto/NBD", []float64{1.3, 6, 1, 30}, 2000, pareto},
		{"BG/BB", []float64{1.204, .75, .657, 2.783}, 4000, bb},
		{"BG/BB", []float64{2, 3, 1, 8}, 4000, bb},
		{"sBG", []float64{.668, 3.806}, 3000, sbg},
		{"sBG", []float64{1, 2}, 2000, sbg},
		{"BdW", []float64{.5, 1.7, 1.4}, 4000, bdw},
		{"BdW", []float64{.8, 4, .8}, 6000, bdw},
		{"Gamma-Gamma", []float64{6.25, 3.74, 15.44}, 1500, gg},
		{"Gamma-Gamma", []float64{2, 5, 40}, 2000, gg},
	}
}

// TestSimulatedTruth: over all models, parameters and seeds the errors in units
// of the standard errors, on the log scale, are those of a standard normal.
func TestSimulatedTruth(t *testing.T) {
	seeds := uint64(20)
	if testing.Short() {
		seeds = 2
	}
	var squares, n, worst float64
	for i, s := range studies() {
		var own, count float64
		for seed := range seeds {
			m, err := s.fit(rand.New(rand.NewPCG(seed, uint64(i))), s.size, s.truth, clv.FitOptions{})
			require.NoError(t, err)
			r := m.Report()
			require.True(t, r.Converged, "%v", r)
			for j, want := range s.truth {
				z := math.Log(r.Params[j]/want) / (r.SE[j] / r.Params[j])
				require.LessOrEqual(t, math.Abs(z), 4.0, "%s %v, seed %d, %s: %v ± %v", s.model, s.truth, seed, r.Names[j], r.Params[j], r.SE[j])
				worst = max(worst, math.Abs(z))
				own += z * z
				count++
			}
		}
		squares += own
		n += count
		t.Logf("%s %v: mean z² %.2f", s.model, s.truth, own/count)
	}
	t.Logf("all: mean z² %.3f over %v, largest |z| %.2f", squares/n, n, worst)
	if !testing.Short() {
		require.Greater(t, squares/n, 0.8)
		require.Less(t, squares/n, 1.25)
	}
}

var (
	coverageSets    = flag.Int("clv.coverage", 0, "data sets per study of TestCoverage; 0 skips it, 5000 is the run of the notes")
	coverageProfile = flag.Bool("clv.profile", false, "TestCoverage also counts profile-likelihood intervals, which takes some fifty times as long")
	coverageModel   = flag.String("clv.model", "", "studies of TestCoverage whose model begins so")
)

// TestCoverage lists how often 95 % intervals hold the truth, on the log scale
// and, if asked, by profile likelihood.
func TestCoverage(t *testing.T) {
	if *coverageSets == 0 {
		t.Skip("-clv.coverage is 0: this is a long run")
	}
	for i, s := range studies() {
		if !strings.HasPrefix(s.model, *coverageModel) {
			continue
		}
		k := len(s.truth)
		wald, prof := make([]float64, k), make([]float64, k)
		bad := 0.0
		for seed := range *coverageSets {
			m, err := s.fit(rand.New(rand.NewPCG(uint64(seed), uint64(100+i))), s.size/4, s.truth, clv.FitOptions{Profile: *coverageProfile})
			require.NoError(t, err)
			r := m.Report()
			if len(r.Diagnoses) > 0 {
				bad++
			}
			for j, want := range s.truth {
				if math.Abs(math.Log(r.Params[j]/want)) <= 1.959964*r.SE[j]/r.Params[j] {
					wald[j]++
				}
				if r.Intervals[j].Lo <= want && want <= r.Intervals[j].Hi {
					prof[j]++
				}
			}
		}
		n := float64(*coverageSets)
		var line strings.Builder
		fmt.Fprintf(&line, "%s %v, %d customers, diagnosed %.1f %%:", s.model, s.truth, s.size/4, 100*bad/n)
		for j := range s.truth {
			fmt.Fprintf(&line, " %.1f", 100*wald[j]/n)
			if *coverageProfile {
				fmt.Fprintf(&line, " (profile %.1f)", 100*prof[j]/n)
			}
		}
		t.Log(line.String() + " %")
	}
}

// TestPredictionsHold: what the models expect of simulated customers is what
// these do, on average: P(alive), purchases to come and the chance of none.
func TestPredictionsHold(t *testing.T) {
	const n = 40_000
	r := rand.New(rand.NewPCG(21, 22))
	for _, c := range []struct {
		m     clv.Transactional
		ahead float64
		draw  func() past
	}{
		{clv.BGNBD{R: 1.2, Alpha: 9, A: 1, B: 4}, 30, func() past { return simulateBG(r, 1.2, 9, 1, 4, 50, 30, false) }},
		{clv.MBGNBD{R: .525, Alpha: 6.183, A: .891, B: 1.614}, 30, func() past { return simulateBG(r, .525, 6.183, .891, 1.614, 40, 30, true) }},
		{clv.ParetoNBD{R: 1.3, Alpha: 6, S: 1, Beta: 30}, 30, func() past { return simulatePareto(r, 1.3, 6, 1, 30, 40, 30) }},
		{clv.BGBB{Alpha: 1.2, Beta: .75, Gamma: 1, Delta: 2.8}, 5, func() past { return simulateBB(r, 1.2, .75, 1, 2.8, 6, 5) }},
	} {
		var alive, bought, none, vAlive, vBought, vNone float64
		seen := map[[3]float64][4]float64{}
		for range n {
			p := c.draw()
			key := [3]float64{p.X, p.TX, p.T}
			e, ok := seen[key]
			if !ok {
				e = [4]float64{c.m.PAlive(p.X, p.TX, p.T), c.m.Conditional(c.ahead, p.X, p.TX, p.T), c.m.ConditionalPMF(c.ahead, 0, p.X, p.TX, p.T)}
				seen[key] = e
			}
			add := func(sum, square *float64, actual, expected float64) {
				*sum += actual - expected
				*square += (actual - expected) * (actual - expected)
			}
			zero, live := 0.0, 0.0
			if p.future == 0 {
				zero = 1
			}
			if p.alive {
				live = 1
			}
			add(&alive, &vAlive, live, e[0])
			add(&bought, &vBought, p.future, e[1])
			add(&none, &vNone, zero, e[2])
		}
		for name, z := range map[string]float64{"alive": alive / math.Sqrt(vAlive), "bought": bought / math.Sqrt(vBought), "none": none / math.Sqrt(vNone)} {
			require.Less(t, math.Abs(z), 4.0, "%v %s", c.m, name)
		}
	}
}
