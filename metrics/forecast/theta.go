package forecast

import (
	"math"

	"github.com/lifecycle-go/lifecycle/internal/special"
)

// theta continues a series by simple smoothing and half its linear trend,
// after taking out a multiplicative season where the autocorrelation at its
// lag is significant at 90 %.
//
// Source: Assimakopoulos and Nikolopoulos, Int. J. Forecasting 16 (2000);
// Hyndman and Billah (2003) for this form, that of R's thetaf.
func theta(y []float64, season, h int) continuation {
	n := len(y)
	var figure []float64
	x := y
	if season > 1 && n > 2*season && seasonalAt(y, season) {
		if figure = decompose(y, season, true); figure != nil {
			x = make([]float64, n)
			for i, v := range y {
				x[i] = v / figure[i%season]
			}
		}
	}
	m := fitETS(x, false, false, 0)
	// The slope of the least squares line over 0, 1, …, n-1.
	var sum, cross float64
	mid := float64(n-1) / 2
	for i, v := range x {
		d := float64(i) - mid
		cross += float64(d * (v - x[0]))
		sum += float64(d * d)
	}
	half := cross / sum / 2
	c := continuation{mean: make([]float64, h), sd: make([]float64, h), params: []Parameter{{"alpha", m.alpha}, {"drift", half}}, points: n}
	for j := range h {
		c.mean[j] = m.last.level + float64(half*(float64(j)+(1-math.Pow(1-m.alpha, float64(n)))/m.alpha))
		c.sd[j] = math.Sqrt(m.sigma2() * (1 + float64(float64(j)*float64(m.alpha*m.alpha))))
		if figure != nil {
			f := figure[(n+j)%season]
			c.mean[j] *= f
			c.sd[j] *= math.Abs(f)
		}
	}
	c.exact = m.sse == 0
	return c
}

// seasonalAt is the test of R's thetaf on the autocorrelation at the season.
func seasonalAt(y []float64, season int) bool {
	n := len(y)
	mean, whole := 0.0, 0.0
	for i, v := range y {
		mean += (v - mean) / float64(i+1)
	}
	for _, v := range y {
		whole += float64((v - mean) * (v - mean))
	}
	if whole == 0 {
		return false
	}
	squares, last := 0.0, 0.0
	for lag := 1; lag <= season; lag++ {
		r := 0.0
		for i := lag; i < n; i++ {
			r += float64((y[i] - mean) * (y[i-lag] - mean))
		}
		r /= whole
		if lag < season {
			squares += float64(r * r)
		}
		last = r
	}
	return math.Abs(last)/math.Sqrt((1+2*squares)/float64(n)) > special.NormalQuantile(0.95)
}

// decompose is the classical season of a series, by place in it counted from
// the first point: means over the centred moving average, which sum to 0, or
// with multiplicative average to 1. It is nil where a factor could not divide.
func decompose(y []float64, season int, multiplicative bool) []float64 {
	n := len(y)
	sums, counts := make([]float64, season), make([]float64, season)
	half := season / 2
	for i := half; i+half < n; i++ {
		avg := 0.0
		if season%2 == 1 {
			for j := i - half; j <= i+half; j++ {
				avg += y[j] / float64(season)
			}
		} else {
			avg = (y[i-half] + y[i+half]) / float64(2*season)
			for j := i - half + 1; j < i+half; j++ {
				avg += y[j] / float64(season)
			}
		}
		d := y[i] - avg
		if multiplicative {
			if avg == 0 {
				return nil
			}
			d = y[i] / avg
		}
		sums[i%season] += d
		counts[i%season]++
	}
	mean := 0.0
	for i := range sums {
		if counts[i] == 0 {
			return nil
		}
		sums[i] /= counts[i]
		mean += sums[i] / float64(season)
	}
	for i := range sums {
		if !multiplicative {
			sums[i] -= mean
			continue
		}
		if sums[i] /= mean; !(math.Abs(sums[i]) > 1e-4) {
			return nil
		}
	}
	return sums
}
