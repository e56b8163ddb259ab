package forecast

import (
	"math/rand/v2"

	"gonum.org/v1/gonum/stat/distuv"
)

// season is how the sign-ups of a calendar month stand to those of the year
// around it: a factor for each of the twelve months, drawn towards 1 the more
// chance alone explains. The zero value is no season.
type season struct {
	shape, rate [yearMonths]float64 // of each factor's gamma distribution
	norm        float64             // mean of the factors' means; 0 = no season
}

const (
	yearMonths   = 12
	seasonLeast  = 36 // months of sign-ups: two of each calendar month have a year around them
	seasonWindow = 60
	// Calendar months that differ as much by chance alone as often as this have
	// no season.
	seasonChance = 0.05
)

// fitSeason compares each month with the centred mean of the year around it.
// Counts by month, the last one the origin's; phase 0 is the month of the
// first count.
//
// Source: the classical decomposition, Kendall and Stuart, The Advanced Theory
// of Statistics, vol. 3, ch. 46, for the year around; DerSimonian and Laird
// (1986) for how far factors differ beyond chance.
func fitSeason(counts []int64) season {
	// The first month holds whoever was there before the books began.
	first := max(1, len(counts)-seasonWindow)
	if len(counts)-first < seasonLeast {
		return season{}
	}
	const half = yearMonths / 2
	var came, due [yearMonths]float64
	n := 0
	around := make([]float64, len(counts))
	for i := first + half; i < len(counts)-half; i++ {
		sum := float64(counts[i-half]+counts[i+half]) / 2
		for k := i - half + 1; k < i+half; k++ {
			sum += float64(counts[k])
		}
		around[i] = sum / yearMonths
		came[i%yearMonths] += float64(counts[i])
		due[i%yearMonths] += around[i]
		n++
	}
	var within, level, squares float64
	for i := first + half; i < len(counts)-half; i++ {
		s := i % yearMonths
		if due[s] == 0 {
			return season{} // nobody came in the year around
		}
		off := float64(counts[i]) - float64(came[s]/due[s]*around[i])
		within += float64(off * off)
	}
	for _, d := range due {
		level += d
		squares += float64(d * d)
	}
	phi := max(1, within/level*float64(n)/float64(n-yearMonths))
	q := 0.0
	for s, d := range due {
		off := came[s]/d - 1
		q += float64(d * off * off)
	}
	ratio := q / phi / (yearMonths - 1)
	if (distuv.F{D1: yearMonths - 1, D2: float64(n - yearMonths)}).Survival(ratio) > seasonChance || ratio <= 1 {
		return season{}
	}
	spread := (q - phi*(yearMonths-1)) / (level - squares/level)
	prior := 1 / spread
	var out season
	for s := range out.shape {
		out.shape[s] = prior + came[s]/phi
		out.rate[s] = prior + due[s]/phi
		out.norm += out.shape[s] / out.rate[s] / yearMonths
	}
	return out
}

func (s *season) none() bool { return s.norm == 0 }

// factor of the month so many after the first count.
func (s *season) factor(month int) float64 {
	if s.none() {
		return 1
	}
	m := month % yearMonths
	return s.shape[m] / s.rate[m] / s.norm
}

// draw gives the factors of one path.
func (s *season) draw(r *rand.Rand) (out [yearMonths]float64) {
	for m := range out {
		out[m] = distuv.Gamma{Alpha: s.shape[m], Beta: s.rate[m], Src: r}.Rand() / s.norm
	}
	return out
}
