package forecast

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"gonum.org/v1/gonum/stat/distuv"
)

// drawCounts of so many months: a trend, a season of so much up and down, and
// counts that vary phi times as much as a Poisson's do.
func drawCounts(r *rand.Rand, months int, level, growth, swing, phi float64) (counts []int64) {
	for m := range months {
		mean := level * math.Pow(1+growth, float64(m)) * (1 + swing*math.Sin(float64(m)*math.Pi/6))
		if phi > 1 {
			mean = distuv.Gamma{Alpha: mean / (phi - 1), Beta: 1 / (phi - 1), Src: r}.Rand()
		}
		counts = append(counts, int64(distuv.Poisson{Lambda: max(mean, 1e-9), Src: r}.Rand()))
	}
	counts[0] += 500 // who was there when the books began
	return counts
}

// A season is found where there is one, is drawn towards 1 by as much as
// chance explains, and its draws vary as the factors err; where there is none
// it is seen about as often as the test says, and then small.
func TestLaw_SeasonIsFoundWhereThereIsOne(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(21, 22))
	const runs = 300
	for _, c := range []struct {
		months                    int
		level, growth, swing, phi float64
		found                     [2]float64 // share of runs
		off                       float64    // root mean square error of a factor, at most
	}{
		{37, 20, 0, 0, 1, [2]float64{0, 0.09}, 0.05},
		{61, 20, 0.02, 0, 2, [2]float64{0, 0.09}, 0.05},
		{61, 20, 0, 0.5, 1, [2]float64{0.99, 1}, 0.12},
		{61, 100, 0.02, 0.3, 2, [2]float64{0.99, 1}, 0.08},
		{37, 200, -0.01, 0.3, 1, [2]float64{0.99, 1}, 0.07},
		{36, 200, 0, 0.5, 1, [2]float64{0, 0}, 1}, // a month short
		{80, 0.2, 0, 0, 1, [2]float64{0, 0.09}, 0.3},
	} {
		found, squares, z := 0, 0.0, 0.0
		for range runs {
			s := fitSeason(drawCounts(r, c.months, c.level, c.growth, c.swing, c.phi))
			if !s.none() {
				found++
			}
			for m := range yearMonths {
				truth := 1 + c.swing*math.Sin(float64(m)*math.Pi/6)
				off := s.factor(m) - truth
				squares += off * off
				if !s.none() {
					z += off * off / (s.shape[m] / (s.rate[m] * s.rate[m])) / yearMonths
				}
			}
		}
		share := float64(found) / runs
		assert.True(t, share >= c.found[0] && share <= c.found[1], "%+v: found in %v of the runs", c, share)
		assert.LessOrEqual(t, math.Sqrt(squares/runs/yearMonths), c.off, "%+v", c)
		if c.swing > 0 && found > 0 {
			assert.InDelta(t, 1, z/float64(found), 0.5, "%+v: squared error of a factor in units of its variance", c)
		}
	}
	// Nobody came for a year: no season, and no division by what is not there.
	assert.True(t, func() bool { s := fitSeason(make([]int64, 60)); return s.none() }())
}

// Where chance plays no part, the factors differ by their own variance, and
// each is drawn to 1 by as much as one part in that.
func TestSeason_SpreadByHand(t *testing.T) {
	t.Parallel()
	counts := make([]int64, 61)
	shape := [yearMonths]float64{1.5, 1.2, 1.1, 1, 0.9, 0.7, 0.4, 0.8, 0.9, 1.1, 1.2, 1.2} // mean 1
	for m := range counts {
		counts[m] = int64(math.Round(100_000 * shape[m%yearMonths]))
	}
	s := fitSeason(counts)
	variance := 0.0
	for _, f := range shape {
		variance += (f - 1) * (f - 1) / (yearMonths - 1)
	}
	for m, f := range shape {
		assert.InEpsilon(t, f, s.factor(m), 1e-4)
		// shape = 1/v + came and rate = 1/v + due, came = f × due
		prior := (s.shape[m] - f*s.rate[m]) / (1 - f)
		if f != 1 {
			assert.InEpsilon(t, 1/variance, prior, 0.02, "month %d", m)
		}
	}
}

// The trend of seasonal counts is the trend without its season, and what it
// expects rises and falls with the calendar.
func TestTrend_Season(t *testing.T) {
	t.Parallel()
	counts := make([]int64, 61)
	for m := range counts {
		counts[m] = int64(math.Round(1000 * (1 + 0.5*math.Sin(float64(m)*math.Pi/6))))
	}
	tr := fitTrend(counts)
	assert.InDelta(t, 0, tr.slope, 0.001)
	assert.InEpsilon(t, 1000, math.Exp(tr.level), 0.02)
	out := tr.draw(rand.New(rand.NewPCG(1, 2)), 14)
	for h := 1; h <= 14; h++ {
		truth := 1000 * (1 + 0.5*math.Sin(float64(60+h)*math.Pi/6))
		assert.InEpsilon(t, truth, out[h], 0.12, "month %d ahead", h)
	}
}
