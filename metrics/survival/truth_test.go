package survival_test

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/lifecycle-go/lifecycle/metrics/survival"
)

// truth collects how far estimates are from what they estimate, in standard
// errors.
type truth struct {
	n       int
	squares float64
}

func (z *truth) add(t *testing.T, what string, estimate, truly, se float64) {
	t.Helper()
	d := (estimate - truly) / se
	assert.Less(t, math.Abs(d), 4.0, "%s: %v, truly %v, standard error %v", what, estimate, truly, se)
	z.n++
	z.squares += d * d
}

func (z *truth) check(t *testing.T, what string) {
	t.Helper()
	mean := z.squares / float64(z.n)
	t.Logf("%s: mean z² %.3f of %d", what, mean, z.n)
	assert.Greater(t, mean, 0.8, what)
	assert.Less(t, mean, 1.25, what)
}

// Estimates of simulated samples are as far from the truth as their standard
// errors say: Cox coefficients with late entry, strata and censoring; curves,
// hazards and incidences at a time.
func TestSimulatedTruth(t *testing.T) {
	t.Parallel()
	seeds := 80
	if testing.Short() {
		t.Skip("80 samples of a thousand")
	}
	beta := []float64{0.5, -0.3, 0}
	var cox, curves, hazards, incidences, weibulls truth
	for seed := range seeds {
		r := rand.New(rand.NewPCG(uint64(seed), 99))
		var ss, plain, causes []survival.Subject
		for len(ss) < 1000 {
			s := survival.Subject{Stratum: string(rune('a' + r.IntN(2))), X: []float64{r.NormFloat64(), float64(r.IntN(2)), r.NormFloat64()}}
			rate := 0.05
			if s.Stratum == "b" {
				rate = 0.2
			}
			for j, x := range s.X {
				rate *= math.Exp(beta[j] * x)
			}
			life, stop := r.ExpFloat64()/rate, r.Float64()*20
			s.Exit, s.Event = min(life, stop), life <= stop
			if r.IntN(3) == 0 {
				s.Entry = r.Float64() * 5
			}
			if s.Entry == 0 || s.Entry < s.Exit { // who left before the observation began was never seen
				ss = append(ss, s)
			}

			// Two causes of constant rates 0.1 and 0.05, censored evenly.
			life, stop = r.ExpFloat64()/0.15, r.Float64()*20
			c := survival.Subject{Exit: min(life, stop), Event: life <= stop, Cause: "a"}
			if r.IntN(3) == 0 {
				c.Cause = "b"
			}
			causes = append(causes, c)
			c.Exit = min(7*math.Pow(life*0.15, 1/1.4), stop)
			c.Event = c.Exit < stop
			plain = append(plain, c)
		}
		m, err := survival.Cox(slices.Values(ss), survival.CoxOptions{})
		require.NoError(t, err)
		for j, c := range m.Coefficients() {
			cox.add(t, c.Name, c.Coef, beta[j], c.SE)
		}
		curve, err := survival.KaplanMeier(slices.Values(causes), survival.Options{})
		require.NoError(t, err)
		hazard, err := survival.NelsonAalen(slices.Values(causes), survival.Options{})
		require.NoError(t, err)
		in, err := survival.CumulativeIncidence(slices.Values(causes), survival.Options{})
		require.NoError(t, err)
		p := curve.At(6)
		curves.add(t, "S(6)", p.S, math.Exp(-0.9), p.SE)
		h := hazard.At(6)
		hazards.add(t, "H(6)", h.H, 0.9, h.SE)
		for cause, share := range map[string]float64{"a": 2.0 / 3, "b": 1.0 / 3} {
			q := in.At(cause, 6)
			incidences.add(t, "P(6) of "+cause, q.P, share*(1-math.Exp(-0.9)), q.SE)
		}
		w, err := survival.Weibull(slices.Values(plain), survival.Options{})
		require.NoError(t, err)
		weibulls.add(t, "ln shape", math.Log(w.Shape.Value), math.Log(1.4), math.Log(w.Shape.Hi/w.Shape.Value)/1.959963984540054)
		weibulls.add(t, "ln scale", math.Log(w.Scale.Value), math.Log(7), math.Log(w.Scale.Hi/w.Scale.Value)/1.959963984540054)
	}
	cox.check(t, "Cox")
	curves.check(t, "Kaplan-Meier")
	hazards.check(t, "Nelson-Aalen")
	incidences.check(t, "incidence")
	weibulls.check(t, "Weibull")
}
