package forecast

import "math"

// sbg is the shifted-beta-geometric model of churn by month of tenure: every
// customer has a churn rate of their own, drawn from Beta(a, b), so that those
// who stay longer are those who leave less. The hazard in month k, from 1, is
// a/(a+b+k-1).
//
// Source: Fader and Hardie, "How to project customer retention" (2007).
// Package clv fits it to cohorts; here it is fitted to counts at risk by
// tenure, with a weak prior that keeps it finite where nobody has left or all
// leave alike.
type sbg struct{ a, b float64 }

func (m sbg) hazard(k int) float64 { return m.a / (m.a + m.b + float64(k-1)) }

// Prior of ln a and ln b: anything from a thousandth to a thousand is likely.
const (
	priorA, priorB = 0, 2
	priorSD        = 3
)

// fitSBG finds the mode by Newton's method on the logarithms, from counts at
// risk and churned by month, index 0 unused.
func fitSBG(atRisk, churned []int64) sbg {
	m := sbg{1, 8}
	value := func(m sbg) float64 {
		la, lb := math.Log(m.a)-priorA, math.Log(m.b)-priorB
		v := -(float64(la*la) + float64(lb*lb)) / (2 * priorSD * priorSD)
		for k := 1; k < len(atRisk); k++ {
			if n := float64(atRisk[k]); n > 0 {
				d := float64(churned[k])
				s := m.a + m.b + float64(k-1)
				v += float64(d*math.Log(m.a)) + float64((n-d)*math.Log(m.b+float64(k-1))) - float64(n*math.Log(s))
			}
		}
		return v
	}
	now := value(m)
	for range 60 {
		var ga, gb, haa, hab, hbb float64 // by a and b
		for k := 1; k < len(atRisk); k++ {
			n := float64(atRisk[k])
			if n == 0 {
				continue
			}
			d := float64(churned[k])
			s, t := m.a+m.b+float64(k-1), m.b+float64(k-1)
			ga += d/m.a - n/s
			gb -= n / s
			haa += n/float64(s*s) - d/float64(m.a*m.a)
			hab += n / float64(s*s)
			hbb += n / float64(s*s)
			if t > 0 {
				gb += (n - d) / t
				hbb -= (n - d) / float64(t*t)
			}
		}
		// By the logarithms, and with the prior.
		la, lb := math.Log(m.a)-priorA, math.Log(m.b)-priorB
		const w = 1.0 / (priorSD * priorSD)
		g1, g2 := float64(m.a*ga)-la*w, float64(m.b*gb)-lb*w
		h11 := float64(m.a*m.a*haa) + float64(m.a*ga) - w
		h22 := float64(m.b*m.b*hbb) + float64(m.b*gb) - w
		h12 := m.a * m.b * hab
		det := float64(h11*h22) - float64(h12*h12)
		s1, s2 := g1, g2 // uphill, where the surface is not a hilltop
		if h11 < 0 && det > 0 {
			s1, s2 = -(float64(h22*g1)-float64(h12*g2))/det, -(float64(h11*g2)-float64(h12*g1))/det
		}
		if long := max(math.Abs(s1), math.Abs(s2)); long > 2 {
			s1, s2 = s1*2/long, s2*2/long
		}
		better := false
		for range 30 {
			next := sbg{m.a * math.Exp(s1), m.b * math.Exp(s2)}
			if v := value(next); v >= now {
				m, now, better = next, v, true
				break
			}
			s1, s2 = s1/2, s2/2
		}
		if !better || math.Abs(s1)+math.Abs(s2) < 1e-10 {
			break
		}
	}
	return m
}

// priorWeight is how many months at risk the model counts for beside the raw
// hazard of one month of tenure: with many at risk the raw hazard rules, so
// that the spikes of annual contracts are not smoothed away.
const priorWeight = 20

// hazards are the churn rates of months 1 to n, index 0 unused.
func hazards(atRisk, churned []int64, m sbg, n int) []float64 {
	out := make([]float64, n+1)
	for k := 1; k <= n; k++ {
		p := m.hazard(k)
		out[k] = p
		if k < len(atRisk) && atRisk[k] > 0 {
			out[k] = (float64(churned[k]) + float64(priorWeight*p)) / (float64(atRisk[k]) + priorWeight)
		}
	}
	return out
}
