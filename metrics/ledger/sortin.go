package ledger

import (
	"runtime"
	"sync"
	"sync/atomic"
)

// sortIn distributes everything over the customers' blocks: part by part, so
// that what is written to at random fits a cache, and every part by one
// goroutine, so that the order within a block is the input order however many
// there are.
func (l *Ledger) sortIn() {
	runs, custs := l.byPart()
	next := make([]uint32, len(l.blocks)) // by customer: where its next entry goes
	var dropped, kept atomic.Int64
	ends := make([]int, len(runs)+1)
	for part := range runs {
		ends[part+1] = ends[part]
		for _, es := range runs[part] {
			ends[part+1] += len(es)
		}
		for _, c := range custs[part] {
			ends[part+1] += len(l.blocks[c])
		}
	}
	all := make([]entry, ends[len(runs)])
	l.inParts(len(all), len(runs), func(part int) {
		d, k := l.sortPart(all[ends[part]:ends[part+1]], custs[part], runs[part], next)
		dropped.Add(int64(d))
		kept.Add(int64(k))
		for i := range runs[part] {
			runs[part][i] = nil // may be collected
		}
	})
	l.size, l.stale, l.byName = kept.Load(), 0, nil
	l.repeats += dropped.Load()
}

// byPart divides what is pending, and the customers that there are, by part.
// Books that are small are one part.
func (l *Ledger) byPart() (runs [][][]entry, custs [][]uint32) {
	if l.size+int64(l.pending.n) < int64(l.many) {
		all := make([]uint32, len(l.blocks))
		for c := range all {
			all[c] = uint32(c)
		}
		runs = make([][][]entry, 1)
		for _, c := range l.pending.chunks {
			runs[0] = append(runs[0], c.es)
		}
		return runs, [][]uint32{all}
	}
	for c := len(l.parts); c < len(l.blocks); c++ {
		l.parts = append(l.parts, partOf(l.customers.hashOf(uint32(c))))
	}
	custs = spread(l.parts[:len(l.blocks)], func(p uint8) uint8 { return p }, func(i int, _ uint8) uint32 { return uint32(i) })
	runs = make([][][]entry, partCount)
	var mixed []entry
	flush := func() {
		if len(mixed) == 0 {
			return
		}
		for p, es := range spread(mixed, func(e entry) uint8 { return l.parts[l.customer(&e)] }, func(_ int, e entry) entry { return e }) {
			if len(es) > 0 {
				runs[p] = append(runs[p], es)
			}
		}
		mixed = nil
	}
	for i := range l.pending.chunks {
		c := &l.pending.chunks[i]
		if c.part == anyPart {
			mixed = append(mixed, c.es...)
		} else {
			flush()
			runs[c.part] = append(runs[c.part], c.es)
		}
		c.es = nil
	}
	flush()
	return runs, custs
}

// spread divides a list by part, stably.
func spread[T, U any](list []T, part func(T) uint8, as func(int, T) U) [][]U {
	var ends [partCount + 1]int
	for _, v := range list {
		ends[int(part(v))+1]++
	}
	for p := range partCount {
		ends[p+1] += ends[p]
	}
	all, at := make([]U, len(list)), ends
	for i, v := range list {
		p := part(v)
		all[at[p]] = as(i, v)
		at[p]++
	}
	out := make([][]U, partCount)
	for p := range out {
		out[p] = all[ends[p]:ends[p+1]:ends[p+1]]
	}
	return out
}

// sortPart counts what every customer of a part has, scatters it stably, and
// sorts block by block.
func (l *Ledger) sortPart(all []entry, custs []uint32, runs [][]entry, next []uint32) (dropped, kept int) {
	owner := l.slots.owner
	for _, es := range runs {
		for i := range es {
			next[owner[es[i].slot]]++
		}
	}
	size := uint32(0)
	for _, c := range custs {
		n := next[c] + uint32(len(l.blocks[c]))
		next[c] = size
		size += n
	}
	for _, c := range custs {
		next[c] += uint32(copy(all[next[c]:], l.blocks[c]))
	}
	for _, es := range runs {
		for i := range es {
			at := &next[owner[es[i].slot]]
			all[*at] = es[i]
			*at++
		}
	}
	from := uint32(0)
	for _, c := range custs {
		b := all[from:next[c]:next[c]]
		from = next[c]
		l.sortBlock(b)
		b, d := l.settleBlock(b)
		dropped += d
		kept += len(b)
		l.blocks[c] = b[:len(b):len(b)]
	}
	return dropped, kept
}

// inParts runs f for the numbers up to n on all processors, or on one where the
// work is small. What f does must not depend on who does it.
func (l *Ledger) inParts(work, n int, f func(int)) {
	workers := min(runtime.GOMAXPROCS(0), n)
	if work < l.many || workers < 2 {
		for i := range n {
			f(i)
		}
		return
	}
	var taken atomic.Int64
	var wg sync.WaitGroup
	for range workers {
		wg.Go(func() {
			for {
				i := int(taken.Add(1)) - 1
				if i >= n {
					return
				}
				f(i)
			}
		})
	}
	wg.Wait()
}
