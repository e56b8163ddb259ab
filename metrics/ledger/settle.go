package ledger

import (
	"runtime"
	"sync"
)

// settle brings what was appended into the blocks of its customers. A few
// changes are inserted where they belong and the monthly sums corrected by the
// difference; many are sorted in together and the sums made anew.
func (l *Ledger) settle() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.pending.n == 0 {
		return
	}
	for len(l.blocks) < l.customers.len() {
		l.blocks = append(l.blocks, nil)
		l.byName = nil
	}
	if int64(l.pending.n)*8 > l.size || l.stale*2 > l.size {
		l.sortIn()
	} else {
		l.insertAll()
	}
	l.pending.empty()
}

func (l *Ledger) insertAll() {
	var w *walker
	if l.tally != nil {
		if l.tally.cover(l.minAt, l.maxAt, len(l.currencies)) {
			w = l.walker(l.tally.months)
		} else {
			l.tally = nil
		}
	}
	for e := range l.pending.all() {
		b := l.blocks[e.cust]
		if w != nil {
			l.tally.add(w, b, -1)
		}
		old := len(b)
		if cap(b) == old {
			l.stale += int64(old) // the insertion moves the block elsewhere
		}
		b, dropped := l.insert(b, *e)
		if old == 0 {
			l.byName = nil
		}
		l.blocks[e.cust] = b
		l.size += int64(len(b) - old)
		l.repeats += int64(dropped)
		if w != nil {
			l.tally.add(w, b, 1)
		}
	}
}

// sortIn distributes everything over the customers' blocks in one new array:
// counted, scattered stably, then sorted block by block.
func (l *Ledger) sortIn() {
	n := len(l.blocks)
	ends := make([]int, n+1)
	for c, b := range l.blocks {
		ends[c+1] = len(b)
	}
	for e := range l.pending.all() {
		ends[e.cust+1]++
	}
	for c := range n {
		ends[c+1] += ends[c]
	}
	all := make([]entry, ends[n])
	workers := runtime.GOMAXPROCS(0)
	if len(all) < 1<<14 {
		workers = 1
	}
	dropped := make([]int, workers)
	var wg sync.WaitGroup
	for w := range workers {
		// Every worker owns a range of customers, so the order within a block
		// is the input order however many there are.
		lo, hi := n*w/workers, n*(w+1)/workers
		wg.Go(func() { dropped[w] = l.sortRange(all, ends, uint32(lo), uint32(hi)) })
	}
	wg.Wait()
	l.size, l.stale, l.tally, l.byName = 0, 0, nil, nil
	for _, b := range l.blocks {
		l.size += int64(len(b))
	}
	for _, d := range dropped {
		l.repeats += int64(d)
	}
}

func (l *Ledger) sortRange(all []entry, ends []int, lo, hi uint32) (dropped int) {
	next := make([]int, hi-lo)
	for c := lo; c < hi; c++ {
		next[c-lo] = ends[c] + copy(all[ends[c]:], l.blocks[c])
	}
	for e := range l.pending.all() {
		if c := e.cust; c >= lo && c < hi {
			all[next[c-lo]] = *e
			next[c-lo]++
		}
	}
	for c := lo; c < hi; c++ {
		b := all[ends[c]:ends[c+1]]
		l.sortBlock(b)
		b, d := settleBlock(b)
		dropped += d
		l.blocks[c] = b[:len(b):len(b)]
	}
	return dropped
}
