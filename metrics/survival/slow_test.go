package survival_test

import (
	"fmt"
	"math"
	"slices"
	"sort"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/lifecycle-go/lifecycle/internal/law"
	"github.com/lifecycle-go/lifecycle/metrics/survival"
)

// kind says what a drawn sample may hold.
type kind struct {
	entry, weights, ties, strata, groups, causes, offset, whole bool
	covariates, least                                           int
}

func (k kind) sample(t *rapid.T, seen law.Drawn) []survival.Subject {
	n := rapid.IntRange(max(1, k.least), max(1, k.least)+25).Draw(t, "n")
	out := make([]survival.Subject, n)
	exits := map[float64]bool{}
	for i := range out {
		s := &out[i]
		if k.ties {
			s.Exit = float64(rapid.IntRange(0, 9).Draw(t, "exit"))
		} else {
			s.Exit = rapid.Float64Range(0.001, 9).Draw(t, "exit")
		}
		if exits[s.Exit] {
			seen["tie"]++
			if !k.ties {
				s.Exit = math.Nextafter(s.Exit, 10)
				for exits[s.Exit] {
					s.Exit = math.Nextafter(s.Exit, 10)
				}
			}
		}
		exits[s.Exit] = true
		s.Event = rapid.IntRange(0, 2).Draw(t, "event") > 0
		if s.Exit == 0 {
			seen["exit at 0"]++
		}
		if k.entry && s.Exit > 0 && rapid.Bool().Draw(t, "late") {
			if k.ties {
				s.Entry = float64(rapid.IntRange(0, int(s.Exit)-1).Draw(t, "entry"))
			} else {
				s.Entry = s.Exit * rapid.Float64Range(0, 0.99).Draw(t, "entry")
			}
			if s.Entry > 0 {
				seen["late"]++
			}
		}
		if k.weights && rapid.Bool().Draw(t, "weighted") {
			s.Weight = float64(rapid.IntRange(1, 4).Draw(t, "weight"))
			if !k.whole {
				s.Weight /= 3
			}
			seen["weight"]++
		}
		pick := func(name string, n int) string { return fmt.Sprint(rapid.IntRange(1, n).Draw(t, name)) }
		if k.groups {
			s.Group = pick("group", 3)
		}
		if k.strata {
			s.Stratum = pick("stratum", 2)
		}
		if k.causes && s.Event {
			s.Cause = pick("cause", 3)
		}
		if k.offset {
			s.Offset = rapid.Float64Range(-1, 1).Draw(t, "offset")
		}
		for range k.covariates {
			s.X = append(s.X, float64(rapid.IntRange(-3, 3).Draw(t, "x")))
		}
		if !s.Event {
			seen["censored"]++
		}
	}
	return out
}

func weight(s survival.Subject) float64 {
	if s.Weight == 0 {
		return 1
	}
	return s.Weight
}

func atRisk(s survival.Subject, t float64) bool { return (s.Entry == 0 || s.Entry < t) && t <= s.Exit }

// eventTimes are the distinct times with an event, ascending.
func eventTimes(ss []survival.Subject) []float64 {
	var out []float64
	for _, s := range ss {
		if s.Event {
			out = append(out, s.Exit)
		}
	}
	sort.Float64s(out)
	return slices.Compact(out)
}

// counts are the weight at risk and with the event at a time, by definition.
func counts(ss []survival.Subject, t float64) (n, d float64, deaths int) {
	for _, s := range ss {
		if atRisk(s, t) {
			n += weight(s)
			if s.Event && s.Exit == t {
				d += weight(s)
				deaths++
			}
		}
	}
	return n, d, deaths
}

func only(ss []survival.Subject, group string) []survival.Subject {
	return slices.DeleteFunc(slices.Clone(ss), func(s survival.Subject) bool { return s.Group != group })
}

// The fast curves are the definitions, for every group, at every time and
// between, with ties, late entry and weights.
func TestLaw_CurvesAreTheirDefinitions(t *testing.T) {
	t.Parallel()
	seen := law.Drawn{}
	law.Check(t, func(t *rapid.T) {
		k := kind{entry: rapid.Bool().Draw(t, "entries"), weights: rapid.Bool().Draw(t, "weights"), ties: true, groups: true}
		all := k.sample(t, seen)
		o := survival.Options{TieCorrected: rapid.Bool().Draw(t, "tied")}
		curve, err := survival.KaplanMeier(slices.Values(all), o)
		require.NoError(t, err)
		hazard, err := survival.NelsonAalen(slices.Values(all), o)
		require.NoError(t, err)
		for _, g := range append(curve.Groups(), "*", "none") {
			ss, c, h := all, curve, hazard
			if g != "*" {
				ss, c, h = only(all, g), curve.Group(g), hazard.Group(g)
			}
			if len(ss) == 0 {
				assert.True(t, math.IsNaN(c.At(3).S))
				assert.True(t, math.IsNaN(h.At(3).H))
				continue
			}
			previous := 1.0
			for q := 0.0; q <= 10; q += 0.5 {
				s, sum, cum, vari := 1.0, 0.0, 0.0, 0.0
				for _, at := range eventTimes(ss) {
					if at > q {
						break
					}
					n, d, deaths := counts(ss, at)
					s *= 1 - d/n
					if n-d > 1e-9 {
						sum += d / (n * (n - d))
					} else {
						s = 0
					}
					if !o.TieCorrected {
						cum += d / n
						vari += d / n / n
						continue
					}
					for i := range deaths {
						each := d / float64(deaths)
						cum += each / (n - float64(i)*each)
						vari += each / math.Pow(n-float64(i)*each, 2)
					}
				}
				n, d, _ := counts(ss, q)
				p, hp := c.At(q), h.At(q)
				assert.InDelta(t, n, p.AtRisk, 1e-9, "at risk at %v", q)
				assert.InDelta(t, n, hp.AtRisk, 1e-9)
				assert.InDelta(t, d, p.Events, 1e-9)
				assert.InDelta(t, s, p.S, 1e-12)
				assert.LessOrEqual(t, p.S, previous, "S rises at %v", q)
				previous = p.S
				if s > 0 {
					assert.InDelta(t, s*math.Sqrt(sum), p.SE, 1e-9)
					assert.LessOrEqual(t, p.Lo, p.S)
					assert.GreaterOrEqual(t, p.Hi, p.S)
				} else {
					seen["curve at 0"]++
				}
				assert.InDelta(t, cum, hp.H, 1e-9)
				assert.InDelta(t, math.Sqrt(vari), hp.SE, 1e-9)
			}
		}
	}, seen.Need("tie", "late", "weight", "censored", "exit at 0", "curve at 0"))
}

// Without censoring the curve is one less the empirical distribution.
func TestLaw_UncensoredCurveIsEmpirical(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		times := rapid.SliceOfN(rapid.Float64Range(0, 5), 1, 40).Draw(t, "times")
		events := make([]bool, len(times))
		for i := range events {
			events[i] = true
		}
		c, err := survival.KaplanMeier(survival.OfValues(times, events), survival.Options{})
		require.NoError(t, err)
		for _, at := range times {
			left := 0
			for _, x := range times {
				if x > at {
					left++
				}
			}
			share := float64(left) / float64(len(times))
			p := c.At(at)
			assert.InDelta(t, share, p.S, 1e-12)
			if share > 0 { // Greenwood's variance is the binomial's
				assert.InDelta(t, math.Sqrt(share*(1-share)/float64(len(times))), p.SE, 1e-12)
			}
			if left == len(times)/2 && len(times)%2 == 0 {
				sorted := slices.Sorted(slices.Values(times))
				assert.InDelta(t, sorted[len(times)/2-1], c.Median().Value, 0)
			}
		}
	})
}

// A subject of weight k is k subjects.
func TestLaw_WeightsAreCopies(t *testing.T) {
	t.Parallel()
	seen := law.Drawn{}
	law.Check(t, func(t *rapid.T) {
		weighted := kind{entry: true, weights: true, whole: true, ties: true, groups: true, causes: true, covariates: 1, least: 8}.sample(t, seen)
		var copies []survival.Subject
		for _, s := range weighted {
			w := weight(s)
			s.Weight = 0
			for range int(w) {
				copies = append(copies, s)
			}
		}
		a, err := survival.KaplanMeier(slices.Values(weighted), survival.Options{})
		require.NoError(t, err)
		b, err := survival.KaplanMeier(slices.Values(copies), survival.Options{})
		require.NoError(t, err)
		assert.Equal(t, fmt.Sprint(slices.Collect(b.Rows())), fmt.Sprint(slices.Collect(a.Rows()))) // as text: NaN is not itself
		la, err := survival.LogRank(slices.Values(weighted), survival.Options{Rho: 0.5})
		require.NoError(t, err)
		lb, err := survival.LogRank(slices.Values(copies), survival.Options{Rho: 0.5})
		require.NoError(t, err)
		assert.InDelta(t, lb.ChiSq, la.ChiSq, 1e-9*math.Max(1, lb.ChiSq))
		ca, err := survival.CumulativeIncidence(slices.Values(weighted), survival.Options{})
		require.NoError(t, err)
		cb, err := survival.CumulativeIncidence(slices.Values(copies), survival.Options{})
		require.NoError(t, err)
		for _, cause := range ca.Causes() {
			for p := range ca.Rows(cause) {
				q := cb.At(cause, p.Time)
				assert.InDelta(t, q.P, p.P, 1e-12)
				assert.InDelta(t, q.SE, p.SE, 1e-9)
			}
		}
		ma, errA := survival.Cox(slices.Values(weighted), survival.CoxOptions{Ties: survival.Breslow})
		mb, errB := survival.Cox(slices.Values(copies), survival.CoxOptions{Ties: survival.Breslow})
		assert.Equal(t, errA == nil, errB == nil, "%v %v", errA, errB)
		if errA == nil && errB == nil {
			assert.InDelta(t, mb.Coefficients()[0].Coef, ma.Coefficients()[0].Coef, 1e-7*math.Max(1, ma.Coefficients()[0].SE))
			assert.InDelta(t, mb.LogLikelihood(), ma.LogLikelihood(), 1e-8)
			seen["model"]++
		}
	}, seen.Need("weight", "model", "tie"))
}

// The incidences of all causes and the survival sum to 1; with one cause the
// incidence is one less the Kaplan-Meier curve, standard error included; and
// the standard error is that of the infinitesimal jackknife, taken here by
// moving one subject's weight at a time.
func TestLaw_IncidenceAndSurvivalSumToOne(t *testing.T) {
	t.Parallel()
	seen := law.Drawn{}
	law.Check(t, func(t *rapid.T) {
		ss := kind{ties: true, causes: true, weights: rapid.Bool().Draw(t, "weights")}.sample(t, seen)
		c, err := survival.CumulativeIncidence(slices.Values(ss), survival.Options{})
		require.NoError(t, err)
		km, err := survival.KaplanMeier(slices.Values(ss), survival.Options{})
		require.NoError(t, err)
		for p := range km.Rows() {
			sum := c.Survival(p.Time)
			assert.InDelta(t, p.S, sum, 1e-12)
			for _, cause := range c.Causes() {
				sum += c.At(cause, p.Time).P
			}
			assert.InDelta(t, 1, sum, 1e-12)
		}
		one := slices.Clone(ss)
		for i := range one {
			one[i].Cause = "any"
		}
		single, err := survival.CumulativeIncidence(slices.Values(one), survival.Options{})
		require.NoError(t, err)
		for p := range km.Rows() {
			q := single.At("any", p.Time)
			assert.InDelta(t, 1-p.S, q.P, 1e-12)
			if p.S > 0 && len(c.Causes()) > 0 {
				assert.InDelta(t, p.SE, q.SE, 1e-7)
				seen["one cause"]++
			}
		}
	}, seen.Need("tie", "one cause", "weight"))
}

func TestLaw_IncidenceErrorIsTheJackknife(t *testing.T) {
	t.Parallel()
	seen := law.Drawn{}
	law.Check(t, func(t *rapid.T) {
		ss := kind{ties: true, causes: true, least: 6}.sample(t, seen)
		c, err := survival.CumulativeIncidence(slices.Values(ss), survival.Options{})
		require.NoError(t, err)
		if len(c.Causes()) == 0 {
			return
		}
		cause := rapid.SampledFrom(c.Causes()).Draw(t, "which")
		const eps = 1e-5
		for q := 1.0; q < 10; q += 2 {
			var variance float64
			for i := range ss {
				moved := func(by float64) float64 {
					alt := slices.Clone(ss)
					alt[i].Weight = 1 + by
					m, err := survival.CumulativeIncidence(slices.Values(alt), survival.Options{})
					require.NoError(t, err)
					return m.At(cause, q).P
				}
				u := (moved(eps) - moved(-eps)) / (2 * eps)
				variance += u * u
			}
			assert.InDelta(t, math.Sqrt(variance), c.At(cause, q).SE, 1e-6)
			if variance > 0 {
				seen["variance"]++
			}
		}
	}, seen.Need("tie", "variance"))
}

// Two groups of the same subjects do not differ; and without ties the score
// test of a Cox model of the groups is the log-rank test.
func TestLaw_LogRank(t *testing.T) {
	t.Parallel()
	seen := law.Drawn{}
	law.Check(t, func(t *rapid.T) {
		ss := kind{ties: true, entry: rapid.Bool().Draw(t, "entries"), strata: rapid.Bool().Draw(t, "strata")}.sample(t, seen)
		twice := slices.Concat(ss, ss)
		for i := range twice {
			twice[i].Group = fmt.Sprint(i / len(ss))
		}
		rho := rapid.SampledFrom([]float64{0, 1, 0.5, -1}).Draw(t, "rho")
		test, err := survival.LogRank(slices.Values(twice), survival.Options{Rho: rho})
		require.NoError(t, err)
		assert.InDelta(t, 0, test.ChiSq, 1e-9)
		assert.InDelta(t, 1, test.P, 1e-4)

		ss = kind{groups: true, strata: true, entry: true, covariates: 2, least: 12}.sample(t, seen)
		for i := range ss {
			ss[i].X = []float64{0, 0}
			if ss[i].Group != "1" {
				ss[i].X[ss[i].Group[0]-'2'] = 1
			}
		}
		test, err = survival.LogRank(slices.Values(ss), survival.Options{})
		require.NoError(t, err)
		m, err := survival.Cox(slices.Values(ss), survival.CoxOptions{})
		if err == nil && test.DF == 2 {
			assert.InDelta(t, m.Score().ChiSq, test.ChiSq, 1e-8*math.Max(1, test.ChiSq))
			seen["score"]++
		}
	}, seen.Need("tie", "late", "score"))
}
