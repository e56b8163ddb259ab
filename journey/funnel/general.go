package funnel

import (
	"math"
	"math/bits"
	"time"
)

// ways is every way through the steps that may still lead on. Bounds between
// steps make the latest start no longer the best chain of a level, so all of
// them are kept, one for each event of a step, with the latest start by which
// it can be reached.
type ways struct {
	at    [][]way // by place
	base  []int   // ways of a place dropped because their window is over
	dead  []int   // ways of a place before this one are spoilt
	links [][]link
}

// way is one event taken as a step.
type way struct {
	i, parent     int32 // event, and the way before it in at[from]; -1 = the first step
	from          int32
	t, start, end int64 // the instant, that of the first step, and the last that still counts
}

// link is a step that may come directly before another: place from, with only
// optional places between. Its queue holds the ways of that place which are old
// enough for AtLeast and young enough for Within, latest start first.
type link struct {
	from  int
	next  int // first way not yet admitted
	queue []int
}

func (w *walker) generalWalk(from, to int) {
	v := &w.ways
	n := len(w.spec.Steps)
	if v.links == nil {
		v.at, v.base, v.dead, v.links = make([][]way, n), make([]int, n), make([]int, n), make([][]link, n)
		for k := 1; k < n; k++ {
			for j := k - 1; j >= 0; j-- {
				v.links[k] = append(v.links[k], link{from: j})
				if !w.spec.Steps[j].Optional {
					break
				}
			}
		}
	}
	for k := range n {
		v.at[k], v.base[k], v.dead[k] = v.at[k][:0], 0, 0
		for l := range v.links[k] {
			v.links[k][l].next, v.links[k][l].queue = 0, v.links[k][l].queue[:0]
		}
	}
	w.each(from, to, false, w.takeGeneral)
}

func (w *walker) takeGeneral(e event) (done bool) {
	t := w.cols.UnixNano[e.i]
	for rest := e.steps; rest != 0; {
		k := bits.Len64(rest) - 1
		rest &^= 1 << k
		w.lead(k, e.i, t)
	}
	for x := e.spoil; x != 0; x &= x - 1 {
		ex := w.spec.Exclude[bits.TrailingZeros64(x)]
		for k := ex.After; k < ex.Before; k++ {
			w.ways.dead[k] = w.ways.base[k] + len(w.ways.at[k])
			if w.best.level == k+1 && t <= w.end(w.cols.UnixNano[w.best.taken[0]]) {
				w.best.spoilt = true
			}
		}
	}
	return w.best.level == len(w.spec.Steps)
}

// lead adds event i as the step at place k, where a way leads to it.
func (w *walker) lead(k, i int, t int64) {
	v := &w.ways
	next := way{i: int32(i), parent: -1, t: t, start: t}
	if k == 0 {
		if w.spec.Anchor == FirstEntry && w.opened {
			return
		}
		w.opened = true
		next.end = w.end(t)
	} else {
		found := false
		for l := range v.links[k] { // the nearest place first: of equal starts, more steps
			ln := &v.links[k][l]
			if p, ok := w.latest(k, ln, t); ok && (!found || v.way(ln.from, p).start > next.start) {
				before := v.way(ln.from, p)
				next.parent, next.from, next.start, next.end, found = int32(p), int32(ln.from), before.start, before.end, true
			}
		}
		if !found {
			return
		}
	}
	v.drop(k, t)
	v.at[k] = append(v.at[k], next)
	if k+1 > w.best.level || k+1 == w.best.level && w.best.spoilt {
		w.best.level, w.best.spoilt = k+1, false
		for j := range k + 1 {
			w.best.taken[j] = -1
		}
		place := k
		for w.best.taken[place] = next.i; next.parent >= 0; w.best.taken[place] = next.i {
			place = int(next.from)
			next = *v.way(place, int(next.parent))
		}
	}
}

func (v *ways) way(place, p int) *way { return &v.at[place][p-v.base[place]] }

// drop forgets the ways whose window is over, once they are half of all.
func (v *ways) drop(k int, t int64) {
	over := 0
	for over < len(v.at[k]) && v.at[k][over].end < t {
		over++
	}
	if over > 16 && 2*over >= len(v.at[k]) {
		v.at[k] = append(v.at[k][:0], v.at[k][over:]...)
		v.base[k] += over
	}
}

// latest is the admissible way with the latest start before an event at t.
func (w *walker) latest(k int, ln *link, t int64) (p int, ok bool) {
	v, step := &w.ways, &w.spec.Steps[k]
	after := step.AtLeast
	if w.spec.StrictlyIncreasing {
		after = max(after, 1)
	}
	ln.next = max(ln.next, v.base[ln.from])
	for ; ln.next < v.base[ln.from]+len(v.at[ln.from]); ln.next++ {
		x := v.way(ln.from, ln.next)
		if uint64(t)-uint64(x.t) < uint64(after) {
			break
		}
		for n := len(ln.queue); n > 0 && (ln.queue[n-1] < v.base[ln.from] || v.way(ln.from, ln.queue[n-1]).start < x.start); n-- {
			ln.queue = ln.queue[:n-1]
		}
		ln.queue = append(ln.queue, ln.next)
	}
	gone := 0
	for ; gone < len(ln.queue); gone++ {
		p := ln.queue[gone]
		if p < v.base[ln.from] || p < v.dead[ln.from] {
			continue
		}
		if x := v.way(ln.from, p); step.Within == 0 || uint64(t)-uint64(x.t) <= uint64(step.Within) {
			break
		}
	}
	ln.queue = ln.queue[gone:]
	if len(ln.queue) == 0 {
		return 0, false
	}
	// The latest start: where its window is over, every other one is.
	return ln.queue[0], v.way(ln.from, ln.queue[0]).end >= t
}

// end is the last instant that counts for an attempt that began at start.
func (w *walker) end(start int64) int64 {
	if w.spec.Days > 0 {
		day := w.days.Floor(time.Unix(0, start))
		return nanos(w.days.Nth(day, w.spec.Days+1)) - 1
	}
	if end := start + int64(w.window); end >= start {
		return end
	}
	return math.MaxInt64
}
