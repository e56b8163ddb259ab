package forecast

import (
	"math"
	"math/rand/v2"
	"sort"

	"gonum.org/v1/gonum/stat/distuv"
)

// ingredients are what one path draws before it meets a customer: parameters
// as uncertain as the history leaves them.
type ingredients struct {
	key     uint64
	surv    *decline    // share of spells still there after k months
	still   *decline    // share without a movement after k months
	factors [][]float64 // of a movement, by band of what is paid before
	bands   []int64     // upper bounds of the bands but the last
	absent  *decline    // share of gaps that last longer than k months
	expect  []float64   // new customers, by month ahead
	phi     float64
	firsts  []int64
	price   float64 // factor, 1 = as it is
}

// poolSize bounds the resampled pools of a path.
const poolSize = 4096

// A band of movements has at least so many, and there are at most so many
// bands.
const (
	bandSize = 15
	maxBands = 8
)

// cutBands parts the movements, by what was paid before, into bands of about
// equal number, equal amounts in one band.
func (h *history) cutBands() (bands []int64) {
	n := min(maxBands, len(h.moves)/bandSize)
	for i := 1; i < n; i++ {
		b := h.moves[len(h.moves)*i/n-1].before
		if (len(bands) == 0 || b > bands[len(bands)-1]) && b < h.moves[len(h.moves)-1].before {
			bands = append(bands, b)
		}
	}
	return bands
}

// band gives the movements of one band: those with before above the bound of
// the band below and not above its own.
func (h *history) band(bands []int64, i int) []movement {
	from, to := 0, len(h.moves)
	above := func(bound int64) int {
		return sort.Search(len(h.moves), func(k int) bool { return h.moves[k].before > bound })
	}
	if i > 0 {
		from = above(bands[i-1])
	}
	if i < len(bands) {
		to = above(bands[i])
	}
	return h.moves[from:to]
}

// moved is what a customer pays after a movement that is drawn by x from
// those of who pays so much.
func (in *ingredients) moved(level int64, x uint32) int64 {
	pool := in.factors[in.bandOf(level)]
	return scaled(level, pool[below(uniform32(x), len(pool))])
}

// bandOf is the band of an amount. It looks at all bounds: a loop of known
// length costs less than one that ends where nobody could foretell.
func (in *ingredients) bandOf(level int64) (i int) {
	for _, b := range in.bands {
		if level > b {
			i++
		}
	}
	return i
}

// maxAbsent is after how many months away nobody returns any more.
const maxAbsent = 36

// draw makes the ingredients of a path. Rates by tenure are drawn anew as
// counts of the same size and fitted again; pools are resampled.
func (h *history) draw(e *estimated, seed uint64, path, horizon int) *ingredients {
	key := pathKey(seed, path)
	r := rand.New(rand.NewPCG(key, 0x5851f42d4c957f2d))
	in := &ingredients{key: key, phi: e.trend.phi, price: 1}

	again := make([]int64, len(h.churned))
	for k := 1; k < len(again); k++ {
		if n := h.atRisk[k]; n > 0 {
			again[k] = int64(distuv.Binomial{N: float64(n), P: min(1, e.hazards[k]), Src: r}.Rand())
		}
	}
	rates := hazards(h.atRisk, again, fitSBG(h.atRisk, again), len(e.hazards)-1)
	in.surv = newDecline(survivalOf(rates, 0))

	move := distuv.Beta{Alpha: float64(len(h.moves)) + 0.5, Beta: float64(h.stays-int64(len(h.moves))) + 0.5, Src: r}.Rand()
	if len(h.moves) == 0 {
		move = 0
	}
	still := make([]float64, horizon+1)
	for k := range still {
		still[k] = math.Pow(1-move, float64(k))
	}
	in.still = newDecline(still)
	// The small grow by other factors than the large: each band of what was
	// paid before has a pool of its own.
	in.bands = e.bands
	for i := range len(e.bands) + 1 {
		pool := h.band(e.bands, i)
		again := make([]float64, 0, min(len(pool), poolSize))
		for range min(len(pool), poolSize) {
			again = append(again, pool[r.IntN(len(pool))].factor)
		}
		in.factors = append(in.factors, again)
	}

	absent := make([]float64, maxAbsent+1)
	left := 1.0
	absent[0] = 1
	for _, b := range e.absence {
		rate := 0.0
		if b.away > 0 && e.anyReturn {
			rate = distuv.Beta{Alpha: float64(b.returned) + e.returnPrior, Beta: float64(b.away-b.returned) + 1 - e.returnPrior, Src: r}.Rand()
		}
		for k := b.from; k <= b.to; k++ {
			left *= 1 - rate
			absent[k] = left
		}
	}
	in.absent = newDecline(absent)

	in.expect = e.trend.draw(r, horizon)
	in.firsts = make([]int64, 0, min(len(h.firsts), poolSize))
	for range min(len(h.firsts), poolSize) {
		in.firsts = append(in.firsts, h.firsts[r.IntN(len(h.firsts))])
	}
	return in
}

// survivalOf is the share still there after each month, with so many points
// added to each month's rate.
func survivalOf(rates []float64, points float64) []float64 {
	s := make([]float64, len(rates))
	s[0] = 1
	for k := 1; k < len(rates); k++ {
		s[k] = s[k-1] * (1 - min(1, max(0, rates[k]+points)))
	}
	return s
}

// under gives the ingredients in a scenario.
func (in *ingredients) under(s Scenario) *ingredients {
	out := *in
	if s.ChurnPoints != 0 {
		share := in.surv.share
		rates := make([]float64, len(share))
		for k := 1; k < len(rates); k++ {
			if share[k-1] > 0 {
				rates[k] = 1 - share[k]/share[k-1]
			} else {
				rates[k] = 1
			}
		}
		out.surv = newDecline(survivalOf(rates, s.ChurnPoints))
	}
	if s.SignUps != 0 {
		out.expect = make([]float64, len(in.expect))
		for i, v := range in.expect {
			out.expect[i] = v * (1 + s.SignUps)
		}
	}
	out.price = 1 + s.PriceRise
	return &out
}

// absence is what is known of returns after so many months away.
type absence struct {
	from, to       int
	away, returned int64
}

// estimated is what is fitted to the history once.
type estimated struct {
	hazards     []float64 // by month of tenure
	bands       []int64   // of movements
	trend       trend
	absence     []absence
	anyReturn   bool
	returnPrior float64
}

func (h *history) estimate(horizon int) *estimated {
	e := &estimated{trend: fitTrend(h.signups), bands: h.cutBands()}
	e.hazards = hazards(h.atRisk, h.churned, fitSBG(h.atRisk, h.churned), h.months+horizon+1)
	var away, returned int64
	for _, span := range [][2]int{{1, 1}, {2, 2}, {3, 3}, {4, 6}, {7, 12}, {13, maxAbsent}} {
		a := absence{from: span[0], to: span[1]}
		for k := a.from; k <= a.to && k < len(h.away); k++ {
			a.away += h.away[k]
			a.returned += h.returned[k]
		}
		away += a.away
		returned += a.returned
		e.absence = append(e.absence, a)
	}
	e.anyReturn = returned > 0
	if away > 0 {
		e.returnPrior = min(0.999, max(0.001, float64(returned)/float64(away)))
	}
	return e
}

// line is one number per month ahead that a path records.
type line int

const (
	lineNew line = iota
	lineExpansion
	lineReactivation
	lineContraction
	lineChurn
	lineNewHeads
	lineReactivatedHeads
	lineChurnedHeads
	lineLive     // change of what customers of the origin pay in their first spell
	lineLiveKept // the same, never counting more than they paid at the origin
	lineOurs     // change of what customers of the origin pay in all, returns included
	lines
)

// record is what happened in one path, by month ahead from 1.
type record [][lines]int64

func newRecord(horizon int) record { return make(record, horizon+1) }

// decline is a share that only falls: of those still there, still unmoved,
// still away, after each number of months. A table of where it passes each
// 1024th makes finding the month of a random number a step or two.
type decline struct {
	share []float64
	guide [1025]uint16
}

func newDecline(share []float64) *decline {
	d := &decline{share: share}
	k := 0
	for b := len(d.guide) - 1; b >= 0; b-- {
		for k < len(share)-1 && share[k] > float64(b+1)/1024 {
			k++
		}
		d.guide[b] = uint16(k)
	}
	return d
}

// first is the smallest step k > from with share[k] <= target, or -1 where it
// is not reached by to.
func (d *decline) first(from, to int, target float64) int {
	share := d.share
	if to = min(to, len(share)-1); to <= from || share[to] > target {
		return -1
	}
	k := max(from+1, int(d.guide[int(target*1024)]))
	for share[k] > target {
		k++
	}
	return k
}

const (
	kindLive = iota
	kindGone
	kindCount
	kindNew // and the month ahead
)
