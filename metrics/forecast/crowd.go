package forecast

import (
	"cmp"
	"slices"
)

// roster is who a path begins with, in the order in which they are walked.
type roster struct {
	crowds []crowd // by tenure, then cohort
	alone  []loner // walked one by one
	gone   []away
}

// crowd are customers with the same months of tenure and of the same cohort,
// in columns: one table of fates serves them all, and what happens to them is
// added up before it is recorded.
type crowd struct {
	since, cohort int
	at            []int32 // their places in history.live: their streams
	level         []int64
}

// loner is a live customer with the contract that is known of them.
type loner struct {
	standing
	at   int
	term term
}

// away is a customer who left and may return.
type away struct {
	level     int64
	at, since int32
}

// crowdSize is from how many customers of a tenure on a table costs less than
// it saves.
const crowdSize = 64

// roster parts the customers.
func (h *history) roster(terms map[int]term, least int) *roster {
	r := &roster{}
	order := make([]int32, 0, len(h.live))
	counts := map[int32]int{}
	for i := range h.live {
		if _, bound := terms[i]; !bound {
			order = append(order, int32(i))
			counts[h.live[i].since]++
		}
	}
	for i := range h.live {
		if t, bound := terms[i]; bound || counts[h.live[i].since] < least {
			r.alone = append(r.alone, loner{h.live[i], i, t})
		}
	}
	order = slices.DeleteFunc(order, func(i int32) bool { return counts[h.live[i].since] < least })
	slices.SortStableFunc(order, func(i, j int32) int {
		a, b := &h.live[i], &h.live[j]
		return cmp.Or(cmp.Compare(a.since, b.since), cmp.Compare(a.cohort, b.cohort))
	})
	level := make([]int64, len(order))
	for from, k := 0, 0; k < len(order); k++ {
		p := &h.live[order[k]]
		level[k] = p.level
		if next := k + 1; next == len(order) || h.live[order[next]].since != p.since || h.live[order[next]].cohort != p.cohort {
			r.crowds = append(r.crowds, crowd{int(p.since), int(p.cohort), order[from:next:next], level[from:next:next]})
			from = next
		}
	}
	for i := range h.gone {
		if p := &h.gone[i]; int(p.since) < maxAbsent {
			r.gone = append(r.gone, away{p.level, int32(i), p.since})
		}
	}
	return r
}

// tally is what happens to a crowd by month: sums that are recorded once.
type tally struct {
	left     [256]int64 // level of those who leave unmoved
	moved    [256]int64 // of those who leave after movements
	keep     [256]int64 // of these, what counts as kept
	heads    [256]int64 // who leave
	up, down [256]int64
	kept     [256]int64 // change of what is kept, by movements
}

func (t *tally) reset(months int) {
	for _, column := range []*[256]int64{&t.left, &t.moved, &t.keep, &t.heads, &t.up, &t.down, &t.kept} {
		clear(column[:months])
	}
}

// busy is a member of a crowd to whom more happens than leaving.
type busy struct {
	i             int32
	leaves, moves uint8 // months ahead
}

// block is how many members of a crowd are looked at before the busy ones of
// them are walked: as many as stay in the nearest cache.
const block = 512

// crowd walks a crowd: draws who leaves and who moves, adds up those to whom no
// more happens, and walks the rest.
func (w *walker) crowd(c *crowd, key uint64) {
	horizon := uint8(w.horizon)
	beyond := horizon + 1
	t := &w.tally
	t.reset(w.horizon + 2)
	every := w.in.price != 1
	for from := 0; from < len(c.at); from += block {
		at, level := c.at[from:min(from+block, len(c.at))], c.level[from:min(from+block, len(c.at))]
		n := 0
		for i, place := range at {
			s := newStream(key, int(place))
			z := s.next()
			leaves, moves := w.leave.month(uint32(z>>32)), w.move.month(uint32(z))
			// Without branches that nobody could foretell: slot 0 is for those
			// who are in the list, and not read.
			w.list[n] = busy{int32(i), leaves, moves}
			slot, more := leaves, 0
			if moves < leaves {
				slot, more = 0, 1
			}
			if every || w.mayReturn && leaves < beyond {
				slot, more = 0, 1
			}
			t.left[slot] += level[i]
			t.heads[slot]++
			n += more
		}
		for _, b := range w.list[:n] {
			s := newStream(key, int(at[b.i]))
			s.next()
			origin := level[b.i]
			now := origin
			if every && b.leaves > 1 {
				now = scaled(origin, w.in.price)
				t.add(1, now-origin)
				t.kept[1] += min(origin, now) - origin
			}
			for m := b.moves; m < b.leaves; {
				x, y := s.next32()
				next := w.in.moved(now, x)
				t.add(m, next-now)
				t.kept[m] += min(origin, next) - min(origin, now)
				now = next
				m += w.move.month(y)
			}
			if b.leaves == beyond {
				continue
			}
			t.moved[b.leaves] += now
			t.keep[b.leaves] += min(origin, now)
			t.heads[b.leaves]++
			if w.mayReturn {
				l := life{level: now, cohort: c.cohort}
				w.afterwards(&l, &s, int(b.leaves))
			}
		}
	}
	today := w.today[c.cohort]
	for m := 1; m <= w.horizon; m++ {
		r := &w.rec[m]
		churn := t.left[m] + t.moved[m]
		change := t.up[m] - t.down[m] - churn
		r[lineExpansion] += t.up[m]
		r[lineContraction] += t.down[m]
		r[lineChurn] += churn
		r[lineChurnedHeads] += t.heads[m]
		r[lineLive] += change
		r[lineLiveKept] += t.kept[m] - t.left[m] - t.keep[m]
		r[lineOurs] += change
		if m <= quarter {
			today[m] += change
		}
	}
}

// add books a movement.
func (t *tally) add(m uint8, by int64) {
	t.up[m] += max(by, 0)
	t.down[m] += max(-by, 0)
}

// newcomers walks who comes in the months ahead. The i-th of a month is the
// same customer in every scenario.
func (w *walker) newcomers() {
	in := w.in
	t := &w.tally
	t.reset(w.horizon + 2)
	firsts := w.firsts[:0]
	for _, l := range in.firsts {
		firsts = append(firsts, scaled(l, in.price))
	}
	w.firsts = firsts
	beyond := uint8(w.horizon + 1)
	for m := uint8(1); m < beyond; m++ {
		draw := newStream(base(in.key, kindCount), int(m))
		u := draw.uniform()
		all := count(in.expect[m], in.phi, u, draw.uniform())
		key := base(in.key, kindNew+int(m))
		came := int64(0)
		for from := 0; from < all; from += block {
			n := 0
			for i := from; i < min(from+block, all); i++ {
				s := newStream(key, i)
				z := s.next()
				leaves, moves := min(m+w.leave.month(uint32(z>>32)), beyond), m+w.move.month(uint32(z))
				level := firsts[below(s.uniform(), len(firsts))]
				came += level
				w.list[n] = busy{int32(i), leaves, moves}
				w.amounts[n] = level
				slot, more := leaves, 0
				if moves < leaves {
					slot, more = 0, 1
				}
				if w.mayReturn && leaves < beyond {
					slot, more = 0, 1
				}
				t.left[slot] += level
				t.heads[slot]++
				n += more
			}
			for k, b := range w.list[:n] {
				s := newStream(key, int(b.i))
				s.skip(2)
				now := w.amounts[k]
				for m := b.moves; m < b.leaves; {
					x, y := s.next32()
					next := in.moved(now, x)
					t.add(m, next-now)
					now = next
					m += w.move.month(y)
				}
				if b.leaves == beyond {
					continue
				}
				t.moved[b.leaves] += now
				t.heads[b.leaves]++
				if w.mayReturn {
					l := life{level: now, cohort: -1}
					w.afterwards(&l, &s, int(b.leaves))
				}
			}
		}
		w.rec[m][lineNew] += came
		w.rec[m][lineNewHeads] += int64(all)
	}
	for m := 1; m <= w.horizon; m++ {
		r := &w.rec[m]
		r[lineExpansion] += t.up[m]
		r[lineContraction] += t.down[m]
		r[lineChurn] += t.left[m] + t.moved[m]
		r[lineChurnedHeads] += t.heads[m]
	}
}
