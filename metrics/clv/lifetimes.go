package clv

import "math"

// lifetimes integrates over the moment y at which a Pareto/NBD customer ended,
// t_x < y < T,
//
//	((α+y)/(α+t_x))^−(r+x) ((β+y)/(β+t_x))^−(s+1) dy,
//
// and, where asked, the moments of what the derivatives of the likelihood are
// made of. The variable is ln(m+y), m the smaller of α and β: there the
// nearest singularity is π away from the path whatever the parameters, and
// Gauss–Legendre panels in which the integrand falls by at most e^−16 are
// exact to the last digits.
type lifetimes struct {
	weight float64
	// Means over y of the features, measured from their value at t_x:
	// ln(α+y), 1/(α+y), ln(β+y), 1/(β+y); and of their products.
	mean [4]float64
	prod [10]float64
}

// Gauss–Legendre rules of 8 and 16 points, the positive abscissae.
var (
	legendre8 = [4][2]float64{
		{0.18343464249564980494, 0.36268378337836198297},
		{0.52553240991632898582, 0.31370664587788728734},
		{0.79666647741362673959, 0.22238103445337447054},
		{0.96028985649753623168, 0.10122853629037625915},
	}
	legendre16 = [8][2]float64{
		{0.095012509837637440185, 0.18945061045506849629},
		{0.28160355077925891323, 0.18260341504492358887},
		{0.45801677765722738634, 0.16915651939500253819},
		{0.61787624440264374845, 0.14959598881657673208},
		{0.7554044083550030339, 0.12462897125553387205},
		{0.86563120238783174388, 0.09515851168249278481},
		{0.94457502307323257608, 0.062253523938647892863},
		{0.9894009349916499326, 0.027152459411754094852},
	}
)

func (l *lifetimes) integrate(n, alpha, s, beta, tx, T float64, moments bool) {
	*l = lifetimes{}
	if !(T > tx) {
		return
	}
	unit := min(alpha, beta) + tx
	a, b := alpha+tx, beta+tx
	end := math.Log1p((T - tx) / unit)
	// rate at which the integrand falls at v
	rate := func(v float64) float64 {
		d := unit * math.Expm1(v)
		w := unit + d
		return n*w/(a+d) + (s+1)*w/(b+d) - 1
	}
	var fallen float64
	for v := 0.0; v < end && fallen < 50; {
		h := min(end-v, 2.5)
		if r := rate(v); r*h > 16 {
			h = 16 / r
		}
		last := rate(v + h)
		if last*h > 24 {
			h = 16 / last
		}
		if nodes := legendre8[:]; h <= 1 && last*h <= 3 {
			l.panel(nodes, v, h, n, s, unit, a, b, alpha <= beta, moments)
		} else {
			l.panel(legendre16[:], v, h, n, s, unit, a, b, alpha <= beta, moments)
		}
		fallen += min(rate(v), last) * h
		if end-(v+h) <= 1e-15*end {
			break
		}
		v += h
	}
	if !moments || l.weight == 0 {
		return
	}
	w := 1 / l.weight
	for i := range l.mean {
		l.mean[i] *= w
	}
	for i := range l.prod {
		l.prod[i] *= w
	}
}

func (l *lifetimes) panel(rule [][2]float64, v, h, n, s, unit, a, b float64, alphaLess, moments bool) {
	half := h / 2
	for _, r := range rule {
		for side := -1.0; side <= 1; side += 2 {
			u := v + half*(1+side*r[0])
			d := unit * math.Expm1(u)
			var la, lb float64
			if alphaLess { // then a is the unit and ln((α+y)/(α+t_x)) is u itself
				la, lb = u, math.Log1p(d/b)
			} else {
				la, lb = math.Log1p(d/a), u
			}
			g := half * r[1] * math.Exp(u-n*la-(s+1)*lb) * unit
			l.weight += g
			if !moments {
				continue
			}
			ia, ib := -d/(a*(a+d)), -d/(b*(b+d))
			gla, gia, glb, gib := g*la, g*ia, g*lb, g*ib
			l.mean[0] += gla
			l.mean[1] += gia
			l.mean[2] += glb
			l.mean[3] += gib
			p := &l.prod
			p[0] += gla * la
			p[1] += gla * ia
			p[2] += gla * lb
			p[3] += gla * ib
			p[4] += gia * ia
			p[5] += gia * lb
			p[6] += gia * ib
			p[7] += glb * lb
			p[8] += glb * ib
			p[9] += gib * ib
		}
	}
}
