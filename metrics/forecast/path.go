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

// pool is the factors for who pays so much.
func (in *ingredients) pool(level int64) []float64 {
	i := 0
	for i < len(in.bands) && level > in.bands[i] {
		i++
	}
	return in.factors[i]
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
		var again []float64
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

// walker takes customers through the months of one path. It does not visit
// every month: it draws when the next thing happens, so that a customer to
// whom nothing happens costs two numbers.
type walker struct {
	in      *ingredients
	horizon int
	rec     record
	today   [][]int64 // change of what customers of the origin pay, by cohort
}

// life is one customer on their way.
type life struct {
	level, kept int64 // kept: min of level and that of the origin
	at          int   // month ahead; they are there at its end
	tenure      int
	origin      int64 // level at the origin, 0 for who was not there
	firstSpell  bool
	cohort      int // of who was there at the origin; -1
	bound       int // committed until this month ahead
	ends        bool
}

// live walks a customer who is there to the horizon.
func (w *walker) live(c *life, s *stream, u, v float64) {
	for ; ; u, v = s.pair() {
		left := w.spell(c, s, u, v)
		if left < 0 {
			return
		}
		to := min(w.horizon-left, maxAbsent)
		if w.in.absent.share[to] == 1 {
			return // nobody returns, or not in what is left
		}
		back := w.in.absent.first(0, to, s.uniform())
		if back < 0 {
			return
		}
		w.returns(c, left+back)
	}
}

func (w *walker) returns(c *life, at int) {
	c.at, c.tenure, c.firstSpell, c.bound, c.ends = at, 0, false, 0, false
	w.rec[at][lineReactivation] += c.level
	w.rec[at][lineReactivatedHeads]++
	w.change(c, at, c.level)
}

// change books a change of what a customer of the origin pays.
func (w *walker) change(c *life, at int, by int64) {
	if c.cohort >= 0 {
		w.rec[at][lineOurs] += by
		if at <= quarter {
			w.today[c.cohort][at] += by
		}
	}
}

// spell takes a customer from where they are to the month they leave, and
// gives it, or -1 where they stay.
func (w *walker) spell(c *life, s *stream, u, v float64) int {
	leaves := -1
	switch {
	case c.ends:
		leaves = c.bound
	default:
		// Who is committed cannot leave before, and is then as old as they are.
		from := max(0, c.bound-c.at)
		k := c.tenure + from
		if k < len(w.in.surv.share) {
			if m := w.in.surv.first(k, c.tenure+w.horizon-c.at, u*w.in.surv.share[k]); m >= 0 {
				leaves = c.at + m - c.tenure
			}
		}
	}
	if leaves > w.horizon {
		leaves = -1
	}
	last := w.horizon
	if leaves >= 0 {
		last = leaves - 1
	}
	if c.at == 0 && w.in.price != 1 && last >= 1 {
		w.move(c, 1, w.in.price)
	}
	for t := c.at; ; {
		g := w.in.still.first(0, last-t, v)
		if g < 0 {
			break
		}
		t += g
		x, y := s.pair()
		pool := w.in.pool(c.level)
		w.move(c, t, pool[below(x, len(pool))])
		v = y
	}
	if leaves < 0 {
		return -1
	}
	w.rec[leaves][lineChurn] += c.level
	w.rec[leaves][lineChurnedHeads]++
	w.change(c, leaves, -c.level)
	if c.firstSpell {
		w.rec[leaves][lineLive] -= c.level
		w.rec[leaves][lineLiveKept] -= c.kept
	}
	return leaves
}

// move multiplies what a customer pays. It stays at least the smallest unit,
// for zero would be churn.
func (w *walker) move(c *life, at int, factor float64) {
	next := int64(min(maxMinor, max(1, math.Round(float64(c.level)*factor))))
	by := next - c.level
	switch {
	case by > 0:
		w.rec[at][lineExpansion] += by
	case by < 0:
		w.rec[at][lineContraction] -= by
	}
	w.change(c, at, by)
	if c.firstSpell {
		kept := min(c.origin, next)
		w.rec[at][lineLive] += by
		w.rec[at][lineLiveKept] += kept - c.kept
		c.kept = kept
	}
	c.level = next
}

const (
	kindLive = iota
	kindGone
	kindCount
	kindNew // and the month ahead
)

// run walks everybody through one path.
func (w *walker) run(h *history, terms map[int]term) {
	in := w.in
	var c life
	quiet := in.still.share[w.horizon]
	key := base(in.key, kindLive)
	for i := range h.live {
		p := &h.live[i]
		s := newStream(key, i)
		u, v := s.pair()
		if from := int(p.since); v < quiet && len(terms) == 0 && in.price == 1 {
			if to := from + w.horizon; to < len(in.surv.share) && u*in.surv.share[from] < in.surv.share[to] {
				continue // nothing happens
			}
		}
		c = life{level: p.level, kept: p.level, tenure: int(p.since), origin: p.level, firstSpell: true, cohort: int(p.cohort)}
		if len(terms) > 0 {
			if t, ok := terms[i]; ok {
				c.bound, c.ends = t.until, t.ends
			}
		}
		w.live(&c, &s, u, v)
	}
	key = base(in.key, kindGone)
	for i := range h.gone {
		p := &h.gone[i]
		if int(p.since) >= maxAbsent {
			continue
		}
		s := newStream(key, i)
		from := int(p.since)
		if m := in.absent.first(from, from+w.horizon, s.uniform()*in.absent.share[from]); m >= 0 {
			c = life{level: scaled(p.level, in.price), cohort: -1}
			w.returns(&c, m-from)
			u, v := s.pair()
			w.live(&c, &s, u, v)
		}
	}
	if len(in.firsts) == 0 {
		return
	}
	for m := 1; m <= w.horizon; m++ {
		draw := newStream(base(in.key, kindCount), m)
		u := draw.uniform()
		n := count(in.expect[m], in.phi, u, draw.uniform())
		// The i-th of a month is the same customer in every scenario.
		key := base(in.key, kindNew+m)
		rest := w.horizon - m
		stay, still := in.surv.share[rest], in.still.share[rest]
		came := &w.rec[m]
		for i := range n {
			s := newStream(key, i)
			u, v := s.pair()
			level := scaled(in.firsts[below(s.uniform(), len(in.firsts))], in.price)
			came[lineNew] += level
			came[lineNewHeads]++
			if u < stay && v < still {
				continue // nothing more happens
			}
			c = life{level: level, at: m, cohort: -1}
			w.live(&c, &s, u, v)
		}
	}
}

func scaled(level int64, factor float64) int64 {
	if factor == 1 {
		return level
	}
	return int64(min(maxMinor, max(1, math.Round(float64(level)*factor))))
}
