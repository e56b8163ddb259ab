package funnel

import "math/bits"

// take moves the attempts on by one event: Ordered and the consecutive orders.
// For each level the chain with the latest start is kept, because whatever
// another chain of that level could still become, this one can. An event is
// offered to its steps from the highest to the lowest, so that it fills at most
// one step of a chain. The semantics are those of ClickHouse's windowFunnel and
// PostHog's ordered and strict funnels.
func (w *walker) take(e event) (done bool) {
	t, n := w.cols.UnixNano[e.i], len(w.state)
	if w.spec.Order == Consecutive {
		w.consecutive(e, t)
	} else {
		for rest := e.steps; rest != 0; {
			k := bits.Len64(rest) - 1
			rest &^= 1 << k
			w.offer(k, e.i, t)
		}
		if w.spec.Order == ConsecutiveAllowRepeats {
			for k := range w.state {
				if e.steps>>k&1 == 0 {
					w.state[k].open = false
				}
			}
		}
	}
	if e.spoil != 0 {
		w.spoil(e.spoil, t)
	}
	return w.best.level == n
}

// offer tries event i as the step at place k.
func (w *walker) offer(k, i int, t int64) {
	s := &w.state[k]
	if k == 0 {
		if w.spec.Anchor == FirstEntry && w.opened || s.open && (t < s.start || t == s.start && !w.spec.StrictlyIncreasing) {
			return
		}
		w.opened = true
		s.open, s.start, s.last, s.taken[0] = true, t, t, int32(i)
		w.reached(0)
		return
	}
	before := &w.state[k-1]
	if !w.extends(before, t) {
		return
	}
	// An equal start replaces only where steps must not share an instant.
	if s.open && (before.start < s.start || before.start == s.start && !w.spec.StrictlyIncreasing) {
		return
	}
	copy(s.taken[:k], before.taken[:k])
	s.open, s.start, s.last, s.taken[k] = true, before.start, t, int32(i)
	w.reached(k)
}

func (w *walker) extends(before *attempt, t int64) bool {
	return before.open && uint64(t)-uint64(before.start) <= w.window && (!w.spec.StrictlyIncreasing || before.last < t)
}

// consecutive keeps only what this very event continued or opened.
func (w *walker) consecutive(e event, t int64) {
	for k := len(w.state) - 1; k >= 0; k-- {
		s := &w.state[k]
		switch {
		case e.steps>>k&1 == 0 || k > 0 && !w.extends(&w.state[k-1], t):
			s.open = false
			continue
		case k == 0:
			s.start = t
		default:
			s.start = w.state[k-1].start
			copy(s.taken[:k], w.state[k-1].taken[:k])
		}
		s.open, s.last, s.taken[k] = true, t, int32(e.i)
		w.reached(k)
	}
}

// reached keeps the first chain that got this far, or a clean one that got as
// far as a spoilt one.
func (w *walker) reached(k int) {
	if k+1 > w.best.level || k+1 == w.best.level && w.best.spoilt {
		w.best.set(k+1, w.state[k].taken)
	}
}

// spoil ends the open attempts that stand between the steps of the exclusions.
func (w *walker) spoil(exclusions uint64, t int64) {
	for x := exclusions; x != 0; x &= x - 1 {
		ex := w.spec.Exclude[bits.TrailingZeros64(x)]
		for k := ex.After; k < ex.Before; k++ {
			if s := &w.state[k]; s.open && uint64(t)-uint64(s.start) <= w.window {
				s.open = false
			}
			if w.best.level == k+1 {
				start := w.cols.UnixNano[w.best.taken[0]]
				w.best.spoilt = w.best.spoilt || uint64(t)-uint64(start) <= w.window
			}
		}
	}
}

// plain is each and take for the usual funnel, of one step a name and nothing
// else: no bits to scan, no exclusion to look for.
func (w *walker) plain(from, to int) {
	at, name, byName, state, window := w.cols.UnixNano, w.cols.Name, w.byName, w.state, w.window
	for i := from; i < to; i++ {
		m := byName[name[i]]
		if m == 0 {
			continue
		}
		t := at[i]
		if m&(m-1) != 0 || i+1 < to && at[i+1] == t {
			end := i + 1
			for end < to && at[end] == t {
				end++
			}
			w.each(i, end, false, w.take)
			if w.best.level == len(state) {
				return
			}
			i = end - 1
			continue
		}
		k := bits.TrailingZeros64(m)
		s := &state[k]
		if k == 0 {
			s.open, s.start, s.taken[0] = true, t, int32(i)
			if w.best.level == 0 {
				w.best.level, w.best.taken[0] = 1, int32(i)
			}
			continue
		}
		before := &state[k-1]
		if !before.open || uint64(t)-uint64(before.start) > window || s.open && before.start <= s.start {
			continue
		}
		s.open, s.start, s.taken[k] = true, before.start, int32(i)
		for j := range k {
			s.taken[j] = before.taken[j]
		}
		if k == w.best.level {
			w.best.level = k + 1
			copy(w.best.taken[:k+1], s.taken)
			if k+1 == len(state) {
				return
			}
		}
	}
}
