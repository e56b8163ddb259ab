package survival_test

import (
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/lifecycle-go/lifecycle/internal/law"
	"github.com/lifecycle-go/lifecycle/metrics/survival"
)

// slowLikelihood is the partial log likelihood by its definition.
func slowLikelihood(ss []survival.Subject, beta []float64, ties survival.Ties) (ll float64) {
	eta := func(s survival.Subject) float64 {
		e := s.Offset
		for j, x := range s.X {
			e += beta[j] * x
		}
		return e
	}
	for _, stratum := range []string{"", "1", "2"} {
		var in []survival.Subject
		for _, s := range ss {
			if s.Stratum == stratum {
				in = append(in, s)
			}
		}
		for _, t := range eventTimes(in) {
			var all, dead, weights float64
			deaths := 0
			for _, s := range in {
				if !atRisk(s, t) {
					continue
				}
				r := weight(s) * math.Exp(eta(s))
				all += r
				if s.Event && s.Exit == t {
					dead += r
					deaths++
					weights += weight(s)
					ll += weight(s) * eta(s)
				}
			}
			for k := range deaths {
				f := 0.0
				if ties == survival.Efron {
					f = float64(k) / float64(deaths)
				}
				ll -= weights / float64(deaths) * math.Log(all-f*dead)
			}
		}
	}
	return ll
}

// The model maximises the likelihood of its definition; its covariance is the
// inverse of that likelihood's curvature; its residuals sum to zero.
func TestLaw_CoxMaximisesItsLikelihood(t *testing.T) {
	t.Parallel()
	seen := law.Drawn{}
	law.Check(t, func(t *rapid.T) {
		k := kind{
			ties: rapid.Bool().Draw(t, "ties"), entry: rapid.Bool().Draw(t, "entries"), weights: rapid.Bool().Draw(t, "weights"),
			strata: rapid.Bool().Draw(t, "strata"), offset: rapid.Bool().Draw(t, "offsets"), covariates: 2, least: 20,
		}
		ss := k.sample(t, seen)
		o := survival.CoxOptions{Ties: rapid.SampledFrom([]survival.Ties{survival.Efron, survival.Breslow}).Draw(t, "method")}
		m, err := survival.Cox(slices.Values(ss), o)
		if err != nil {
			seen["diagnosis"]++
			return
		}
		seen[o.Ties.String()]++
		c := m.Coefficients()
		beta := []float64{c[0].Coef, c[1].Coef}
		at := func(a, b float64) float64 {
			return slowLikelihood(ss, []float64{beta[0] + a, beta[1] + b}, o.Ties)
		}
		assert.InDelta(t, at(0, 0), m.LogLikelihood(), 1e-9*math.Max(1, math.Abs(m.LogLikelihood())))
		assert.InDelta(t, slowLikelihood(ss, []float64{0, 0}, o.Ties), m.NullLogLikelihood(), 1e-9*math.Max(1, math.Abs(m.NullLogLikelihood())))
		const h = 1e-3
		for _, d := range [][2]float64{{h, 0}, {0, h}} {
			assert.InDelta(t, 0, (at(d[0], d[1])-at(-d[0], -d[1]))/(2*h), 1e-4, "gradient")
			assert.GreaterOrEqual(t, m.LogLikelihood()+1e-9, at(d[0], d[1]))
		}
		i00 := -(at(h, 0) - 2*at(0, 0) + at(-h, 0)) / (h * h)
		i11 := -(at(0, h) - 2*at(0, 0) + at(0, -h)) / (h * h)
		i01 := -(at(h, h) - at(h, -h) - at(-h, h) + at(-h, -h)) / (4 * h * h)
		det := i00*i11 - i01*i01
		if det > 1e-2 {
			cov := m.NaiveCovariance()
			assert.InEpsilon(t, i11/det, cov[0], 2e-3)
			assert.InEpsilon(t, i00/det, cov[3], 2e-3)
			assert.InDelta(t, -i01/det, cov[1], 2e-3*math.Max(1, cov[0]+cov[3]))
			seen["curvature"]++
		}

		var martingale float64
		for i, r := range m.Martingale() {
			martingale += weight(ss[i]) * r
			assert.LessOrEqual(t, r, 1+1e-12)
		}
		assert.InDelta(t, 0, martingale, 1e-7)
		var dfbeta [2]float64
		for _, row := range m.DFBeta() {
			dfbeta[0] += row[0]
			dfbeta[1] += row[1]
		}
		assert.InDelta(t, 0, dfbeta[0], 1e-6*math.Max(1, c[0].SE))
		assert.InDelta(t, 0, dfbeta[1], 1e-6*math.Max(1, c[1].SE))
		var schoenfeld [2]float64
		for r := range m.Schoenfeld() {
			schoenfeld[0] += weight(ss[r.Row-1]) * r.Residual[0]
			schoenfeld[1] += weight(ss[r.Row-1]) * r.Residual[1]
		}
		if !k.weights || !k.ties { // the mean over tied deaths is not weighted
			assert.InDelta(t, 0, schoenfeld[0], 1e-6*math.Max(1, 1/c[0].SE))
			assert.InDelta(t, 0, schoenfeld[1], 1e-6*math.Max(1, 1/c[1].SE))
		}
	}, seen.Need("tie", "late", "weight", "efron", "breslow", "curvature"))
}

// Every subject's influence is the change of the coefficient as its weight
// moves; alone in a cluster each, their squares are the robust variance.
func TestLaw_DFBetaIsTheDerivativeByWeight(t *testing.T) {
	t.Parallel()
	seen := law.Drawn{}
	law.Check(t, func(t *rapid.T) {
		k := kind{ties: rapid.Bool().Draw(t, "ties"), entry: true, strata: true, offset: true, covariates: 1, least: 15}
		ss := k.sample(t, seen)
		for i := range ss {
			ss[i].Cluster = string(rune('a' + i))
		}
		// The derivative of Efron's approximation by the weight of one of tied
		// deaths is not its residual: the approximation mixes their weights.
		o := survival.CoxOptions{Ties: survival.Breslow}
		if !k.ties {
			o.Ties = survival.Efron
		}
		m, err := survival.Cox(slices.Values(ss), o)
		if err != nil || m.Coefficients()[0].SE > 3 {
			return
		}
		seen["model"]++
		var squares float64
		for i, row := range m.DFBeta() {
			const h = 1e-4
			moved := func(w float64) float64 {
				alt := slices.Clone(ss)
				alt[i].Weight = w
				m, err := survival.Cox(slices.Values(alt), o)
				require.NoError(t, err)
				return m.Coefficients()[0].Coef
			}
			assert.InDelta(t, (moved(1+h)-moved(1-h))/(2*h), row[0], 1e-5)
			squares += row[0] * row[0]
		}
		assert.InEpsilon(t, squares, m.Covariance()[0], 1e-6)
	}, seen.Need("tie", "late", "model"))
}

// Concordance counts pairs.
func TestLaw_ConcordanceCountsPairs(t *testing.T) {
	t.Parallel()
	seen := law.Drawn{}
	law.Check(t, func(t *rapid.T) {
		ss := kind{ties: true, entry: rapid.Bool().Draw(t, "entries"), weights: rapid.Bool().Draw(t, "weights"), strata: rapid.Bool().Draw(t, "strata"), covariates: 1, least: 10}.sample(t, seen)
		m, err := survival.Cox(slices.Values(ss), survival.CoxOptions{})
		if err != nil {
			return
		}
		var good, all float64
		for _, a := range ss {
			for _, b := range ss {
				later := b.Exit > a.Exit || b.Exit == a.Exit && !b.Event
				if !a.Event || a.Stratum != b.Stratum || !later || !atRisk(b, a.Exit) {
					continue
				}
				w := weight(a) * weight(b)
				all += w
				switch pa, pb := m.LinearPredictor(a.X), m.LinearPredictor(b.X); {
				case a.X[0] == b.X[0] || pa == pb: // a coefficient of zero predicts alike for all
					good += w / 2
					seen["tied prediction"]++
				case pa > pb:
					good += w
				}
			}
		}
		c := m.Concordance()
		if all == 0 {
			assert.False(t, c.Defined())
			return
		}
		assert.InDelta(t, good/all, c.Value, 1e-9)
		assert.LessOrEqual(t, c.Lo, c.Value)
		seen["concordance"]++
	}, seen.Need("tie", "late", "weight", "tied prediction", "concordance"))
}
