package forecast

import (
	"math"
	"math/rand/v2"
)

// trend is a log-linear Poisson trend of monthly counts: ln λ = level +
// slope·t, with t 0 at the last month, the slope drawn towards 0; λ times the
// season's factor is what a month expects.
type trend struct {
	season       season
	months       int // of the history
	level, slope float64
	cov          [3]float64 // of level and slope: level², level·slope, slope²
	phi          float64    // variance of a count in units of its mean, 1 or more
}

const (
	trendWindow = 18   // months
	trendSD     = 0.05 // of the slope's prior, a month
	trendDamp   = 0.98 // of the slope, a month ahead
)

// fitTrend fits the last months of the counts. Half a count is spread over
// them, so that months without any give a rate and not none.
//
// Source: McCullagh and Nelder, Generalized Linear Models (1989), for the
// dispersion by Pearson's statistic.
func fitTrend(counts []int64) trend {
	tr := trend{season: fitSeason(counts), months: len(counts)}
	before := max(0, len(counts)-trendWindow)
	counts = counts[before:]
	m := len(counts)
	y, f := make([]float64, m), make([]float64, m)
	sum := 0.0
	for i, c := range counts {
		y[i], f[i] = float64(c)+0.5/float64(m), tr.season.factor(before+i)
		sum += y[i]
	}
	tr.level = math.Log(sum / float64(m))
	const prior = 1 / (trendSD * trendSD)
	var h00, h01, h11 float64
	for range 100 {
		g0, g1 := 0.0, -prior*tr.slope
		h00, h01, h11 = 0, 0, prior
		for i, v := range y {
			t := float64(i - m + 1)
			l := f[i] * math.Exp(tr.level+float64(tr.slope*t))
			g0 += v - l
			g1 += float64((v - l) * t)
			h00 += l
			h01 += float64(l * t)
			h11 += float64(l * t * t)
		}
		det := float64(h00*h11) - float64(h01*h01)
		d0, d1 := (float64(h11*g0)-float64(h01*g1))/det, (float64(h00*g1)-float64(h01*g0))/det
		if long := max(math.Abs(d0), 20*math.Abs(d1)); long > 1 {
			d0, d1 = d0/long, d1/long
		}
		tr.level += d0
		tr.slope += d1
		if math.Abs(d0)+math.Abs(d1) < 1e-12 {
			break
		}
	}
	pearson := 0.0
	for i, v := range y {
		l := f[i] * math.Exp(tr.level+float64(tr.slope*float64(i-m+1)))
		pearson += float64((v-l)*(v-l)) / l
	}
	tr.phi = 1
	if m > 2 {
		tr.phi = max(1, pearson/float64(m-2))
	}
	det := float64(h00*h11) - float64(h01*h01)
	tr.cov = [3]float64{tr.phi * h11 / det, -tr.phi * h01 / det, tr.phi * h00 / det}
	return tr
}

// draw gives the expected counts of the months ahead, from 1, for one path:
// level and slope are uncertain together.
func (tr *trend) draw(r *rand.Rand, horizon int) []float64 {
	z0, z1 := r.NormFloat64(), r.NormFloat64()
	c := math.Sqrt(tr.cov[0])
	level := tr.level + float64(c*z0)
	slope := tr.slope + float64(tr.cov[1]/c*z0) + float64(math.Sqrt(max(0, tr.cov[2]-float64(tr.cov[1]*tr.cov[1])/tr.cov[0]))*z1)
	out := make([]float64, horizon+1)
	damp, sum := 1.0, 0.0
	for h := 1; h <= horizon; h++ {
		damp *= trendDamp
		sum += damp
		out[h] = math.Exp(min(20, level+float64(slope*sum)))
	}
	if !tr.season.none() {
		factors := tr.season.draw(r)
		for h := 1; h <= horizon; h++ {
			out[h] *= factors[(tr.months-1+h)%yearMonths]
		}
	}
	return out
}
