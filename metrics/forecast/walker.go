package forecast

import (
	"math"
)

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
