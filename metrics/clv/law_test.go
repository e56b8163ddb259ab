package clv_test

import (
	"encoding/json"
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/lifecycle-go/lifecycle/internal/law"
	"github.com/lifecycle-go/lifecycle/internal/special"
	"github.com/lifecycle-go/lifecycle/metrics/clv"
)

// shape draws a parameter over magnitudes, often exactly 1, where peers divide
// by zero, and often next to it.
func shape(t *rapid.T, name string, d law.Drawn) float64 {
	switch rapid.IntRange(0, 7).Draw(t, name+" kind") {
	case 0:
		d["one"]++
		return 1
	case 1:
		d["near one"]++
		return 1 + rapid.SampledFrom([]float64{1e-12, -1e-9, 1e-6, -1e-4}).Draw(t, name)
	case 2:
		d["whole"]++
		return rapid.SampledFrom([]float64{2, 3, 10}).Draw(t, name)
	case 3:
		d["large"]++
		return math.Exp(rapid.Float64Range(3, 9).Draw(t, name))
	case 4:
		d["small"]++
		return math.Exp(rapid.Float64Range(-5, -2).Draw(t, name))
	}
	return math.Exp(rapid.Float64Range(-2, 2.5).Draw(t, name))
}

// story draws a history, often an awkward one.
func story(t *rapid.T, whole bool, d law.Drawn) (x, tx, age float64) {
	if whole {
		age = float64(rapid.IntRange(0, 40).Draw(t, "n"))
		tx = float64(rapid.IntRange(0, int(age)).Draw(t, "tx"))
		if tx > 0 {
			x = float64(rapid.IntRange(1, int(tx)).Draw(t, "x"))
		}
	} else {
		age = rapid.Float64Range(0, 120).Draw(t, "T")
		if rapid.IntRange(0, 9).Draw(t, "just come") == 0 {
			age = 0
		}
		switch rapid.IntRange(0, 5).Draw(t, "story") {
		case 0: // never came back
		case 1:
			if age > 0 {
				tx, x = age, float64(rapid.IntRange(1, 50).Draw(t, "x"))
			}
		case 2:
			tx, x = age*rapid.Float64Range(0.001, 1).Draw(t, "share"), float64(rapid.SampledFrom([]int{500, 1000, 5000}).Draw(t, "x"))
		default:
			tx, x = age*rapid.Float64Range(0.001, 1).Draw(t, "share"), float64(rapid.IntRange(1, 30).Draw(t, "x"))
		}
		if !(tx > 0) || tx > age {
			x, tx = 0, 0
		}
	}
	switch {
	case age == 0:
		d["age zero"]++
	case x == 0:
		d["x = 0"]++
	case tx == age:
		d["t_x = T"]++
	case x >= 500:
		d["many"]++
	}
	return x, tx, age
}

// model draws one of the four.
func model(t *rapid.T, d law.Drawn) (m clv.Transactional, whole bool) {
	p := []float64{shape(t, "p0", d), shape(t, "p1", d), shape(t, "p2", d), shape(t, "p3", d)}
	switch rapid.IntRange(0, 3).Draw(t, "model") {
	case 0:
		return clv.BGNBD{R: p[0], Alpha: p[1], A: p[2], B: p[3]}, false
	case 1:
		return clv.MBGNBD{R: p[0], Alpha: p[1], A: p[2], B: p[3]}, false
	case 2:
		if rapid.IntRange(0, 3).Draw(t, "equal") == 0 {
			p[3] = p[1]
			d["alpha = beta"]++
		}
		return clv.ParetoNBD{R: p[0], Alpha: p[1], S: p[2], Beta: p[3]}, false
	}
	return clv.BGBB{Alpha: p[0], Beta: p[1], Gamma: p[2], Delta: p[3]}, true
}

func within(tol, a, b float64) bool { return math.Abs(a-b) <= tol*(1e-12+math.Abs(a)+math.Abs(b)) }

// TestLaw_Alive: P(alive) is a probability, falls with silence and falls on
// after T.
func TestLaw_Alive(t *testing.T) {
	d := law.Drawn{}
	law.Check(t, func(t *rapid.T) {
		m, whole := model(t, d)
		x, tx, age := story(t, whole, d)
		alive := m.PAlive(x, tx, age)
		if !(alive >= 0 && alive <= 1) {
			t.Fatalf("%v: P(alive) of %v, %v, %v is %v", m, x, tx, age, alive)
		}
		before := alive
		for _, more := range []float64{1, 3, 20} {
			p := m.PAlive(x, tx, age+more)
			if p > before*(1+1e-10) {
				t.Fatalf("%v: P(alive) rose from %v to %v after %v more of silence", m, before, p, more)
			}
			before = p
		}
		if whole { // PAlive is at n+1, PAliveAt(1) the same
			alive = m.PAliveAt(0, x, tx, age)
		}
		before = alive
		for _, ahead := range []float64{0, 1, 7, 100, 5000} {
			p := m.PAliveAt(ahead, x, tx, age)
			if p > before*(1+1e-10) || !(p >= 0) {
				t.Fatalf("%v: alive at T+%v %v, before %v", m, ahead, p, before)
			}
			before = p
		}
	}, d.Need("one", "near one", "large", "small", "age zero", "x = 0", "t_x = T", "many", "alpha = beta"))
}

// TestLaw_ConditionalIsTheMeanOfItsLaw: the probabilities of all counts sum to
// one and their mean is the expectation; where a tail is too heavy to walk to its
// end, neither is more.
func TestLaw_ConditionalIsTheMeanOfItsLaw(t *testing.T) {
	d := law.Drawn{}
	law.Check(t, func(t *rapid.T) {
		m, whole := model(t, d)
		x, tx, age := story(t, whole, d)
		ahead := rapid.Float64Range(0, 6).Draw(t, "ahead")
		if whole {
			ahead = math.Floor(ahead)
		}
		if want, alive := m.Conditional(ahead, x, tx, age), m.PAlive(x, tx, age); want > 60*alive || alive < 1e-200 {
			t.Skip("too long a law")
		}
		meanOfLaw(t, m, whole, ahead, x, tx, age, d)
	}, d.Need("one", "near one", "large", "small", "x = 0", "t_x = T", "alpha = beta", "heavy", "walked"))
}

// Found by the law: of the 600 counts walked the probabilities sum to one but for
// 7e-10, and their mean lacks a ten-thousandth.
func TestConditional_HeavyTail(t *testing.T) {
	d := law.Drawn{}
	m := clv.MBGNBD{R: math.E, Alpha: math.Exp(-5), A: 1, B: 1}
	meanOfLaw(t, m, false, 6, 0, 0, 0.109375, d)
	assert.Positive(t, d["heavy"])
}

func meanOfLaw(t interface{ Fatalf(string, ...any) }, m clv.Transactional, whole bool, ahead, x, tx, age float64, d law.Drawn) {
	want, alive := m.Conditional(ahead, x, tx, age), m.PAlive(x, tx, age)
	var sum, mean float64
	ended := false
	for n := 0.0; n < 600 && !ended; n++ {
		p := m.ConditionalPMF(ahead, n, x, tx, age)
		if p < -1e-15 || math.IsNaN(p) {
			t.Fatalf("%v: P(%v) = %v", m, n, p)
		}
		sum += p
		mean += n * p
		ended = whole && n >= ahead || n > 20+3*want/alive && n*p < 1e-11*(mean+1e-9) && sum > 0.999999
	}
	right := within(3e-8, sum, 1) && math.Abs(mean-want) <= 1e-6*want+1e-9
	if ended {
		d["walked"]++
	} else {
		d["heavy"]++
		right = sum <= 1+1e-9 && mean <= want*(1+1e-9)
	}
	if !right {
		t.Fatalf("%v: over %v after (%v, %v, %v): Σp %v, Σnp %v, expected %v", m, ahead, x, tx, age, sum, mean, want)
	}
}

// TestLaw_ConditionalAddsUp: the expectation grows with time, and ever more
// slowly, since both the chance to be alive and the rate of those who are alive
// fall: E(s+u) is at least E(s) and E(u), and at most their sum.
func TestLaw_ConditionalAddsUp(t *testing.T) {
	d := law.Drawn{}
	law.Check(t, func(t *rapid.T) {
		m, whole := model(t, d)
		x, tx, age := story(t, whole, d)
		s, u := rapid.Float64Range(0, 200).Draw(t, "s"), rapid.Float64Range(0, 200).Draw(t, "u")
		if whole {
			s, u = math.Floor(s), math.Floor(u)
		}
		e := func(t float64) float64 { return m.Conditional(t, x, tx, age) }
		a, b, c := e(s), e(u), e(s+u)
		slack := 1e-9 * (1e-12 + c)
		if c+slack < max(a, b) || a+b+slack < c || e(0) != 0 {
			t.Fatalf("%v: E(%v) = %v, E(%v) = %v, E of the sum %v", m, s, a, u, b, c)
		}
		// a new customer before T = 0 is the same as a history of nothing
		if age == 0 && !whole {
			alive := m.PAlive(0, 0, 0)
			if got, want := m.Conditional(u, 0, 0, 0), m.Expected(u); !within(1e-9, got, want) {
				t.Fatalf("%v: %v of a customer just come, %v of a new one (alive %v)", m, got, want, alive)
			}
		}
	}, d.Need("one", "near one", "large", "small", "age zero"))
}

// TestLaw_LikelihoodIsALaw: the probabilities of all discrete histories sum to
// one; in continuous time the chance of silence is that of the PMF.
func TestLaw_LikelihoodIsALaw(t *testing.T) {
	d := law.Drawn{}
	law.Check(t, func(t *rapid.T) {
		m, whole := model(t, d)
		if !whole {
			age := rapid.Float64Range(0, 100).Draw(t, "T")
			if got, want := math.Exp(m.LogLikelihood(0, 0, age)), m.PMF(age, 0); !within(1e-9, got, want) {
				t.Fatalf("%v: nothing in %v: %v, law %v", m, age, got, want)
			}
			// one purchase at any time
			if age > 1e-9 {
				got := special.Integrate(func(u float64) float64 {
					tx := min(math.Exp(u), age)
					return math.Exp(m.LogLikelihood(1, tx, age)) * tx
				}, math.Log(age)-40, math.Log(age), 1e-10)
				if want := m.PMF(age, 1); !within(1e-7, got, want) {
					t.Fatalf("%v: one in %v: %v, law %v", m, age, got, want)
				}
			}
			return
		}
		n := float64(rapid.IntRange(0, 9).Draw(t, "n"))
		byX := make([]float64, int(n)+1)
		var all float64
		for tx := 0.0; tx <= n; tx++ {
			for x := min(1, tx); x <= tx; x++ {
				// the x−1 before the last lie anywhere
				ways := math.Exp(special.LogGammaDiff(tx-x+1, x-1) - special.LogGammaDiff(1, x-1))
				if x == 0 {
					ways = 1
				}
				p := ways * math.Exp(m.LogLikelihood(x, tx, n))
				all += p
				byX[int(x)] += p
			}
		}
		if !within(1e-10, all, 1) {
			t.Fatalf("%v: n = %v: %v", m, n, all)
		}
		for x, p := range byX {
			if !within(1e-9, p, m.PMF(n, float64(x))) {
				t.Fatalf("%v: P(%d of %v) %v, histories %v", m, x, n, m.PMF(n, float64(x)), p)
			}
		}
	}, d.Need("one", "near one", "large", "small"))
}

// TestLaw_DERT: discounted residual transactions fall with the rate, lie below
// the undiscounted, tend to them as δ → 0 where they are finite, and are the
// integral of the rate: the finite horizon, long enough, is the infinite one.
func TestLaw_DERT(t *testing.T) {
	d := law.Drawn{}
	law.Check(t, func(t *rapid.T) {
		m, whole := model(t, d)
		x, tx, age := story(t, whole, d)
		rate := math.Exp(rapid.Float64Range(-8, 0).Draw(t, "log delta"))
		v, err := m.DERT(rate, x, tx, age)
		if err != nil || !(v >= 0) || math.IsInf(v, 1) {
			t.Fatalf("%v: DERT(%v) = %v, %v", m, rate, v, err)
		}
		less, err := m.DERT(2*rate, x, tx, age)
		if err != nil || less > v*(1+1e-9) {
			t.Fatalf("%v: DERT(2δ) = %v, DERT(δ) = %v, %v", m, less, v, err)
		}
		horizon := 45 / math.Log1p(rate)
		if !whole {
			horizon = 45 / rate
		}
		if horizon < 3000 {
			long, err := m.Discounted(rate, horizon, x, tx, age)
			if err != nil || !within(1e-8, long, v) {
				t.Fatalf("%v: up to %v %v, for ever %v, %v", m, horizon, long, v, err)
			}
		}
		ever := m.Conditional(math.Inf(1), x, tx, age)
		zero, err := m.DERT(0, x, tx, age)
		if math.IsInf(ever, 1) {
			d["infinite"]++
			if err == nil {
				t.Fatalf("%v: DERT(0) = %v, want infinite", m, zero)
			}
			require.ErrorIs(t, err, clv.ErrInfinite)
			return
		}
		d["finite"]++
		if err != nil || !within(1e-9, zero, ever) || v > zero*(1+1e-9) {
			t.Fatalf("%v: DERT(0) = %v, for ever %v, DERT(δ) %v, %v", m, zero, ever, v, err)
		}
	}, d.Need("one", "near one", "large", "small", "finite", "infinite", "t_x = T"))
}

// TestLaw_DERTContinuous: δ → 0 where the sum is finite.
func TestLaw_DERTContinuous(t *testing.T) {
	for _, m := range []clv.Transactional{
		clv.BGNBD{R: .5, Alpha: 4, A: 2.5, B: 3},
		clv.MBGNBD{R: .5, Alpha: 4, A: 2.5, B: 3},
		clv.ParetoNBD{R: .5, Alpha: 4, S: 2.5, Beta: 9},
		clv.BGBB{Alpha: 1, Beta: 2, Gamma: 2.5, Delta: 4},
	} {
		want, err := m.DERT(0, 2, 5, 9)
		require.NoError(t, err)
		last := math.Inf(1)
		for _, delta := range []float64{1e-3, 1e-5, 1e-7} {
			got, err := m.DERT(delta, 2, 5, 9)
			require.NoError(t, err)
			gap := want - got
			require.Positive(t, gap, "%v", m)
			require.Less(t, gap, last, "%v", m)
			last = gap
		}
		require.InEpsilon(t, want, want-last, 1e-4, "%v", m)
	}
}

// TestLaw_NextPurchase: within that time the probability of a purchase is p.
func TestLaw_NextPurchase(t *testing.T) {
	d := law.Drawn{}
	law.Check(t, func(t *rapid.T) {
		m, whole := model(t, d)
		x, tx, age := story(t, whole, d)
		p := rapid.Float64Range(0, 1).Draw(t, "p")
		at := m.NextPurchase(p, x, tx, age)
		if math.IsInf(at, 1) {
			d["never"]++
			if far := 1 - m.ConditionalPMF(1e5, 0, x, tx, age); far > p+1e-9 && !whole {
				t.Fatalf("%v: never, but %v by 1e5 for p = %v", m, far, p)
			}
			return
		}
		d["some time"]++
		if at > 1e9 || (whole && at > 5000) {
			t.Skip("too far")
		}
		got := 1 - m.ConditionalPMF(at, 0, x, tx, age)
		if whole {
			if got < p-1e-9 || (at > 0 && 1-m.ConditionalPMF(at-1, 0, x, tx, age) >= p+1e-9) {
				t.Fatalf("%v: within %v %v, want the first with %v", m, at, got, p)
			}
		} else if math.Abs(got-p) > 1e-8 {
			t.Fatalf("%v: within %v %v, want %v", m, at, got, p)
		}
	}, d.Need("never", "some time", "x = 0", "t_x = T"))
}

// TestLaw_Contracts: survival falls from 1 and is the product of retentions;
// the residual lifetime is the sum of what survives.
func TestLaw_Contracts(t *testing.T) {
	d := law.Drawn{}
	law.Check(t, func(t *rapid.T) {
		a, b := shape(t, "alpha", d), shape(t, "beta", d)
		c := rapid.SampledFrom([]float64{1, 1, 0.5, 0.9, 1.3, 2}).Draw(t, "c")
		sbg, bdw := clv.SBG{Alpha: a, Beta: b}, clv.BdW{Alpha: a, Beta: b, C: c}
		product := 1.0
		for k := 1.0; k <= 30; k++ {
			product *= bdw.Retention(k)
			if s := bdw.Survival(k); !within(1e-9, s, product) || s > 1 {
				t.Fatalf("S(%v) = %v, product %v", k, s, product)
			}
			if c == 1 && (!within(1e-11, sbg.Survival(k), bdw.Survival(k)) || !within(1e-11, sbg.Retention(k), bdw.Retention(k))) {
				t.Fatalf("c = 1 is not the sBG: %v %v", sbg.Survival(k), bdw.Survival(k))
			}
		}
		rate := rapid.SampledFrom([]float64{0.02, 0.1, 0.5, 3}).Draw(t, "d")
		n := float64(rapid.IntRange(0, 12).Draw(t, "renewals"))
		var want float64
		s := 1.0
		for k := 1.0; k < 40/math.Log1p(rate)+5; k++ {
			s *= bdw.Retention(n + k)
			want += s * math.Pow(1+rate, 1-k)
		}
		got, err := bdw.DERL(rate, n)
		if err != nil || !within(1e-9, got, want) {
			t.Fatalf("BdW DERL %v, sum %v, %v", got, want, err)
		}
		if c == 1 {
			got, err = sbg.DERL(rate, n)
			if err != nil || !within(1e-9, got, want) {
				t.Fatalf("sBG DERL %v, sum %v, %v", got, want, err)
			}
			// undiscounted, where finite, and near it
			zero, err := sbg.DERL(0, n)
			if a <= 1 {
				d["infinite"]++
				require.ErrorIs(t, err, clv.ErrInfinite)
				_, err = bdw.DERL(0, n)
				require.ErrorIs(t, err, clv.ErrInfinite)
				return
			}
			d["finite"]++
			if err != nil || !within(1e-12, zero, (b+n)/(a-1)) {
				t.Fatalf("%v, want %v, %v", zero, (b+n)/(a-1), err)
			}
			if a > 1.05 {
				d["finite sum"]++
				if other, err := bdw.DERL(0, n); err != nil || !within(1e-7, zero, other) {
					t.Fatalf("undiscounted: sBG %v, BdW %v, %v", zero, other, err)
				}
			}
		}
	}, d.Need("one", "near one", "large", "small", "finite", "infinite", "finite sum"))
}

// TestLaw_GammaGammaShrinks: between a customer's own mean and that of all.
func TestLaw_GammaGammaShrinks(t *testing.T) {
	d := law.Drawn{}
	law.Check(t, func(t *rapid.T) {
		m := clv.GammaGamma{P: shape(t, "p", d), Q: shape(t, "q", d), V: shape(t, "v", d)}
		mean := rapid.Float64Range(0.01, 1000).Draw(t, "mean")
		all, err := m.Mean()
		if m.Q <= 1 {
			d["no mean"]++
			require.ErrorIs(t, err, clv.ErrInfinite)
			require.True(t, math.IsInf(m.Expected(0, 0), 1))
			return
		}
		require.NoError(t, err)
		require.True(t, within(1e-12, all, m.Expected(0, 0)))
		far := math.Abs(all - mean)
		for _, x := range []float64{0, 1, 5, 100, 1e6} {
			e := m.Expected(x, mean)
			if e < min(all, mean)*(1-1e-9) || e > max(all, mean)*(1+1e-9) || math.Abs(e-mean) > far*(1+1e-9)+1e-9*mean {
				t.Fatalf("%v: x = %v: %v, own %v, all %v", m, x, e, mean, all)
			}
			far = math.Abs(e - mean)
		}
	}, d.Need("no mean", "one", "near one"))
}

// TestModelJSON: a fitted model reads back with all it can do.
func TestModelJSON(t *testing.T) {
	m, err := clv.FitBGBB(slices.Values(donors), clv.FitOptions{})
	require.NoError(t, err)
	data, err := json.Marshal(m)
	require.NoError(t, err)
	var back clv.BGBB
	require.NoError(t, json.Unmarshal(data, &back))
	require.Equal(t, m.Report(), back.Report())
	again, err := json.Marshal(back)
	require.NoError(t, err)
	require.JSONEq(t, string(data), string(again))
	q := func(m clv.BGBB) float64 { return m.Conditional(5, 2, 3, 6) }
	a, err := clv.Interval(*m, q, clv.IntervalOptions{})
	require.NoError(t, err)
	b, err := clv.Interval(back, q, clv.IntervalOptions{})
	require.NoError(t, err)
	require.Equal(t, a, b)

	literal := clv.SBG{Alpha: 1, Beta: 2}
	data, err = json.Marshal(literal)
	require.NoError(t, err)
	require.JSONEq(t, `{"model":"sBG","params":[{"name":"alpha","value":1},{"name":"beta","value":2}]}`, string(data))
	var read clv.SBG
	require.NoError(t, json.Unmarshal(data, &read))
	require.Equal(t, literal, read)
	for _, bad := range []string{
		`{`, `[]`, `{"model":"BdW","params":[]}`, `{"model":"sBG","params":[{"name":"alpha","value":1}]}`,
		`{"model":"sBG","params":[{"name":"beta","value":1},{"name":"alpha","value":2}]}`,
		`{"model":"sBG","params":[{"name":"alpha","value":null},{"name":"beta","value":2}]}`,
		`{"model":"sBG","params":[{"name":"alpha","value":1},{"name":"beta","value":2}],"report":{"params":[1,2],"names":["a","b"]}}`,
	} {
		require.Error(t, json.Unmarshal([]byte(bad), &read), bad)
		require.Equal(t, literal, read)
	}
}
