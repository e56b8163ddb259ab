package special

import (
	"math"
)

// kronrod holds the 15-point Kronrod rule over the 7-point Gauss rule:
// abscissa, Kronrod weight, Gauss weight. Source: QUADPACK, qk15.
var kronrod = [8][3]float64{
	{0.991455371120812639206854697526329, 0.022935322010529224963732008058970, 0},
	{0.949107912342758524526189684047851, 0.063092092629978553290700663189204, 0.129484966168869693270611432679082},
	{0.864864423359769072789712788640926, 0.104790010322250183839876322541518, 0},
	{0.741531185599394439863864773280788, 0.140653259715525918745189590510238, 0.279705391489276667901467771423780},
	{0.586087235467691130294144691693368, 0.169004726639267902826583426598550, 0},
	{0.405845151377397166906606412076961, 0.190350578064785409913256402421014, 0.381830050505118944950369775488975},
	{0.207784955007898467600689403773245, 0.204432940075298892414161999234649, 0},
	{0, 0.209482141084727828012999174891714, 0.417959183673469387755102040816327},
}

// Integrate is ∫ f over [lo, hi] for a smooth f that is of one sign, by
// bisection until each piece's error is below rel times the whole. It stops at
// the resolution of float64 and after 4,000 pieces, whatever f does.
func Integrate(f func(float64) float64, lo, hi, rel float64) float64 {
	if !(hi > lo) {
		return 0
	}
	type piece struct {
		lo, hi, value, err float64
	}
	at := func(lo, hi float64) piece {
		v, e := panel(f, lo, hi)
		return piece{lo, hi, v, e}
	}
	// Eight pieces to begin with, so that a peak is not missed by 15 points; their
	// sum is what the errors are measured against.
	const parts, most = 8, 4000
	stack := make([]piece, 0, 64)
	var whole, sum float64
	for i := parts - 1; i >= 0; i-- {
		from, to := lo+(hi-lo)*float64(i)/parts, lo+(hi-lo)*float64(i+1)/parts
		if i == parts-1 {
			to = hi
		}
		stack = append(stack, at(from, to))
		whole += stack[len(stack)-1].value
	}
	for made := parts; len(stack) > 0; {
		p := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		mid := p.lo + (p.hi-p.lo)/2
		if p.err <= rel*math.Max(math.Abs(whole), math.Abs(sum+p.value)) || made > most || !(mid > p.lo && mid < p.hi) {
			sum += p.value
			continue
		}
		stack = append(stack, at(mid, p.hi), at(p.lo, mid))
		made += 2
	}
	return sum
}

// panel is the Kronrod value over one piece and QUADPACK's estimate of its
// error.
func panel(f func(float64) float64, lo, hi float64) (value, err float64) {
	c, h := (lo+hi)/2, (hi-lo)/2
	var k, g, abs float64
	for i, r := range kronrod {
		v := f(c - h*r[0])
		a := math.Abs(v)
		if i < 7 {
			u := f(c + h*r[0])
			v += u
			a += math.Abs(u)
		}
		k += r[1] * v
		g += r[2] * v
		abs += r[1] * a
	}
	k, g, abs = k*h, g*h, abs*h
	err = math.Abs(k - g)
	if err != 0 && abs != 0 {
		err = abs * math.Min(1, math.Pow(200*err/abs, 1.5))
	}
	return k, err
}

// BetaMean is E[f(p, 1−p)] for p ~ Beta(a, b) and a smooth positive f, by
// quadrature over ln(p/(1−p)), where the density has no singularity and both
// tails fall exponentially. 1−p is handed over because it cannot be computed
// from p near 1. Either may be 0, where f has its limit.
func BetaMean(a, b float64, f func(p, q float64) float64) float64 {
	if !(a > 0) || !(b > 0) {
		return math.NaN()
	}
	norm := LogBeta(a, b)
	share := func(log float64) float64 {
		if log < -690 { // a number with few digits left would only be noise
			return 0
		}
		return math.Exp(log)
	}
	value := func(t float64) float64 {
		// p = e^t/(1+e^t); log p and log(1−p) without loss on either side
		var logp, logq float64
		if t > 0 {
			l := log1p(math.Exp(-t))
			logp, logq = -l, -t-l
		} else {
			l := log1p(math.Exp(t))
			logp, logq = t-l, -l
		}
		return math.Exp(a*logp+b*logq-norm) * f(share(logp), share(logq))
	}
	// Where the integrand is negligible beside its value around the mode. f may
	// move the mass, so the search looks at the product.
	mode := math.Log(a / b)
	width := math.Sqrt(1/a + 1/b)
	peak := value(mode)
	lo, hi := mode, mode
	for step, i := math.Min(width, 1), 0; i < 200; i++ {
		lo -= step
		v := value(lo)
		if v > peak {
			peak = v
		}
		if v < 1e-17*peak*math.Min(1, a) {
			break
		}
		step *= 1.3
	}
	for step, i := math.Min(width, 1), 0; i < 200; i++ {
		hi += step
		v := value(hi)
		if v > peak {
			peak = v
		}
		if v < 1e-17*peak*math.Min(1, b) {
			break
		}
		step *= 1.3
	}
	return Integrate(value, lo, hi, 1e-13)
}
