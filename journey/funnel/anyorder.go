package funnel

import "math/bits"

// anyOrder counts the different steps inside a sliding window. Where an event
// may be several steps it is used for one of them: the most steps is then a
// largest matching of events to steps, kept up to date as events enter and
// leave.
type anyOrder struct {
	events []event
	class  map[uint64]int // by mask
	masks  []uint64
	count  []int // events of a class inside the window
	used   []int // of them, matched to a step
	owner  [MaxSteps]int
	size   int // steps matched
	seen   uint64
}

func (w *walker) anyOrder(from, to int) {
	a := &w.any
	a.events = a.events[:0]
	for i := from; i < to; i++ {
		if m := w.mask(i); m != 0 {
			a.events = append(a.events, event{i: i, steps: m})
		}
	}
	if len(a.events) == 0 {
		return
	}
	a.reset()
	at, right := w.cols.UnixNano, 0
	drop := uint64(0) // the first step is taken by the left end
	if w.spec.RequireFirst {
		drop = 1
	}
	best, bestLeft := 0, 0
	for left, e := range a.events {
		for ; right < len(a.events) && uint64(at[a.events[right].i])-uint64(at[e.i]) <= w.window; right++ {
			a.add(a.events[right].steps &^ drop)
		}
		level := a.size
		if w.spec.RequireFirst {
			a.remove(e.steps &^ drop)
			if level = a.size + 1; e.steps&1 == 0 {
				level = 0
			}
		}
		if level > best {
			best, bestLeft = level, left
			if best == len(w.spec.Steps) {
				break
			}
		}
		if !w.spec.RequireFirst {
			a.remove(e.steps)
		}
	}
	if best > 0 {
		w.firstOccurrences(bestLeft, best)
	}
}

// firstOccurrences assigns the events of the best window in their order.
func (w *walker) firstOccurrences(left, level int) {
	a, at := &w.any, w.cols.UnixNano
	for k := range w.spec.Steps {
		w.best.taken[k] = -1
	}
	w.best.level = level
	var taken [MaxSteps]int // index in events, by step
	for k := range taken {
		taken[k] = -1
	}
	begin, size := left, 0
	if w.spec.RequireFirst {
		taken[0], size, begin = left, 1, left+1
	}
	var visit func(e int, seen *uint64) bool
	visit = func(e int, seen *uint64) bool {
		free := a.events[e].steps &^ *seen
		if w.spec.RequireFirst {
			free &^= 1
		}
		for ; free != 0; free = a.events[e].steps &^ *seen & free {
			k := bits.TrailingZeros64(free)
			*seen |= 1 << k
			if taken[k] < 0 || visit(taken[k], seen) {
				taken[k] = e
				return true
			}
		}
		return false
	}
	for e := begin; e < len(a.events) && size < level && uint64(at[a.events[e].i])-uint64(at[a.events[left].i]) <= w.window; e++ {
		var seen uint64
		if visit(e, &seen) {
			size++
		}
	}
	for k := range w.spec.Steps {
		if taken[k] >= 0 {
			w.best.taken[k] = int32(a.events[taken[k]].i)
		}
	}
}

func (a *anyOrder) reset() {
	if a.class == nil {
		a.class = map[uint64]int{}
	}
	for j := range a.count {
		a.count[j], a.used[j] = 0, 0
	}
	for k := range a.owner {
		a.owner[k] = -1
	}
	a.size = 0
}

func (a *anyOrder) add(mask uint64) {
	if mask == 0 {
		return
	}
	j, ok := a.class[mask]
	if !ok {
		j = len(a.masks)
		a.class[mask], a.masks, a.count, a.used = j, append(a.masks, mask), append(a.count, 0), append(a.used, 0)
	}
	a.count[j]++
	a.augment(j)
}

// augment matches one more event of a class, if that is possible.
func (a *anyOrder) augment(j int) bool {
	if a.used[j] == a.count[j] || a.used[j] == bits.OnesCount64(a.masks[j]) {
		return false
	}
	a.seen = 0
	if !a.give(j) {
		return false
	}
	a.used[j]++
	a.size++
	return true
}

// give finds class j a step, moving other classes to other steps for it.
func (a *anyOrder) give(j int) bool {
	for free := a.masks[j] &^ a.seen; free != 0; free = a.masks[j] &^ a.seen {
		k := bits.TrailingZeros64(free)
		a.seen |= 1 << k
		if o := a.owner[k]; o < 0 || o != j && a.give(o) {
			a.owner[k] = j
			return true
		}
	}
	return false
}

func (a *anyOrder) remove(mask uint64) {
	if mask == 0 {
		return
	}
	j := a.class[mask]
	a.count[j]--
	if a.used[j] <= a.count[j] {
		return
	}
	a.used[j]--
	a.size--
	for k := range a.owner {
		if a.owner[k] == j {
			a.owner[k] = -1
			break
		}
	}
	for o := range a.masks {
		if a.augment(o) {
			return // one event left, so at most one can take its place
		}
	}
}
