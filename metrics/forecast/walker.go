package forecast

// walker takes customers through the months of one path, then of another. It
// does not visit every month: it draws when the next thing happens, so that a
// customer to whom nothing happens costs one number.
type walker struct {
	in        *ingredients
	horizon   int
	rec       record
	today     [][]int64 // change of what customers of the origin pay, by cohort
	mayReturn bool      // who leaves

	// Of the crowds.
	leave, move fates
	tally       tally
	list        [block]busy
	amounts     [block]int64
	firsts      []int64
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
	if left := w.spell(c, s, u, v); left >= 0 {
		w.afterwards(c, s, left)
	}
}

// afterwards is what comes after a customer left: nothing, or a return and
// all that follows.
func (w *walker) afterwards(c *life, s *stream, left int) {
	for left >= 0 {
		to := min(w.horizon-left, maxAbsent)
		if w.in.absent.share[to] == 1 {
			return // nobody returns, or not in what is left
		}
		back := w.in.absent.first(0, to, s.uniform())
		if back < 0 {
			return
		}
		w.returns(c, left+back)
		u, v := s.pair()
		left = w.spell(c, s, u, v)
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
		w.moves(c, 1, scaled(c.level, w.in.price))
	}
	for t := c.at; ; {
		g := w.in.still.first(0, last-t, v)
		if g < 0 {
			break
		}
		t += g
		x, y := s.next32()
		w.moves(c, t, w.in.moved(c.level, x))
		v = uniform32(y)
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

// moves changes what a customer pays.
func (w *walker) moves(c *life, at int, next int64) {
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

// run walks everybody through one path, into a new record.
func (w *walker) run(in *ingredients, r *roster) record {
	w.in, w.rec = in, newRecord(w.horizon)
	w.mayReturn = in.absent.share[maxAbsent] < 1
	w.move.fill(in.still, 0, w.horizon)
	key := base(in.key, kindLive)
	for i := range r.crowds {
		c := &r.crowds[i]
		if i == 0 || c.since != r.crowds[i-1].since {
			w.leave.fill(in.surv, c.since, w.horizon)
		}
		w.crowd(c, key)
	}
	for i := range r.alone {
		p := &r.alone[i]
		s := newStream(key, p.at)
		u, v := s.pair()
		w.live(&life{level: p.level, kept: p.level, tenure: int(p.since), origin: p.level, firstSpell: true, cohort: int(p.cohort), bound: p.term.until, ends: p.term.ends}, &s, u, v)
	}
	if w.mayReturn {
		key = base(in.key, kindGone)
		for i := range r.gone {
			p := &r.gone[i]
			s := newStream(key, int(p.at))
			from := int(p.since)
			if m := in.absent.first(from, from+w.horizon, s.uniform()*in.absent.share[from]); m >= 0 {
				c := life{level: scaled(p.level, in.price), cohort: -1}
				w.returns(&c, m-from)
				u, v := s.pair()
				w.live(&c, &s, u, v)
			}
		}
	}
	if len(in.firsts) > 0 {
		w.leave.fill(in.surv, 0, w.horizon)
		w.newcomers()
	}
	return w.rec
}

// scaled is an amount times a factor. It is at least the smallest unit, for
// zero would be churn.
func scaled(level int64, factor float64) int64 {
	v := float64(level) * factor
	if v >= maxMinor {
		return maxMinor
	}
	return max(1, int64(v+0.5))
}
