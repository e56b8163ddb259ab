package clv_test

import (
	"math"
	"math/rand/v2"

	"github.com/lifecycle-go/lifecycle/metrics/clv"
)

// The processes themselves, customer by customer, as the papers tell them; no
// formula of the package is used.

func gammaDraw(r *rand.Rand, shape, rate float64) float64 {
	if shape < 1 { // Marsaglia and Tsang 2000, with the boost for small shapes
		return gammaDraw(r, shape+1, rate) * math.Exp(-r.ExpFloat64()/shape)
	}
	d := shape - 1.0/3
	c := 1 / math.Sqrt(9*d)
	for {
		x := r.NormFloat64()
		v := 1 + c*x
		if v <= 0 {
			continue
		}
		v = v * v * v
		if math.Log(1-r.Float64()) < x*x/2+d-d*v+d*math.Log(v) {
			return d * v / rate
		}
	}
}

func betaDraw(r *rand.Rand, a, b float64) float64 {
	x, y := gammaDraw(r, a, 1), gammaDraw(r, b, 1)
	if x+y == 0 { // both underflowed
		if r.Float64() < a/(a+b) {
			return 1
		}
		return 0
	}
	return x / (x + y)
}

// past is a simulated history with what came after it.
type past struct {
	clv.Cell
	future float64 // purchases in (T, T+ahead]
	alive  bool    // at T
}

// simulateBG draws a BG/NBD customer; or an MBG/NBD one, who may end at once.
func simulateBG(r *rand.Rand, rr, alpha, a, b, age, ahead float64, modified bool) past {
	lambda, p := gammaDraw(r, rr, alpha), betaDraw(r, a, b)
	out := past{Cell: clv.Cell{T: age, N: 1}, alive: true}
	t := 0.0
	dead := modified && r.Float64() < p
	for {
		if dead {
			out.alive = out.alive && t > age
			return out
		}
		t += r.ExpFloat64() / lambda
		if !(t <= age+ahead) {
			return out
		}
		if t <= age {
			out.X, out.TX = out.X+1, t
		} else {
			out.future++
		}
		dead = r.Float64() < p
		if dead && t <= age {
			out.alive = false
		}
	}
}

func simulatePareto(r *rand.Rand, rr, alpha, s, beta, age, ahead float64) past {
	lambda, mu := gammaDraw(r, rr, alpha), gammaDraw(r, s, beta)
	end := r.ExpFloat64() / mu
	out := past{Cell: clv.Cell{T: age, N: 1}, alive: end > age}
	for t := r.ExpFloat64() / lambda; t <= min(end, age+ahead); t += r.ExpFloat64() / lambda {
		if t <= age {
			out.X, out.TX = out.X+1, t
		} else {
			out.future++
		}
	}
	return out
}

// simulateBB draws a BG/BB customer; alive is at opportunity n+1.
func simulateBB(r *rand.Rand, alpha, beta, gamma, delta, n, ahead float64) past {
	p, theta := betaDraw(r, alpha, beta), betaDraw(r, gamma, delta)
	out := past{Cell: clv.Cell{T: n, N: 1}}
	for i := 1.0; i <= n+max(ahead, 1); i++ {
		if r.Float64() < theta {
			return out
		}
		if i == n+1 {
			out.alive = true
		}
		if r.Float64() >= p {
			continue
		}
		if i <= n {
			out.X, out.TX = out.X+1, i
		} else if i <= n+ahead {
			out.future++
		}
	}
	return out
}

// simulateContract draws a BdW cohort (c = 1: sBG) followed for periods.
func simulateContract(r *rand.Rand, customers, periods int, alpha, beta, c float64) clv.Renewals {
	out := clv.Renewals{Lost: make([]float64, periods)}
	for range customers {
		theta := betaDraw(r, alpha, beta)
		// S(t | θ) = (1−θ)^(t^c)
		u := 1 - r.Float64()
		t := math.Pow(math.Log(u)/math.Log1p(-theta), 1/c)
		if t >= float64(periods) {
			out.Active++
			continue
		}
		out.Lost[int(t)]++
	}
	return out
}

func simulateSpend(r *rand.Rand, p, q, v float64, x int) clv.Spend {
	nu := gammaDraw(r, q, v)
	var sum float64
	for range x {
		sum += gammaDraw(r, p, nu)
	}
	return clv.Spend{X: float64(x), Mean: sum / float64(x), N: 1}
}
