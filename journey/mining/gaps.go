package mining

import (
	"runtime"
	"slices"
	"sync"

	"github.com/lifecycle-go/lifecycle/touchpoint"
)

// gaps are the times between activities that follow each other, by a key of the
// pair. A first pass has counted how many there are of each in each part of the
// log, so that one array holds them and nothing grows.
type gaps struct {
	view   *view
	parts  []touchpoint.Part
	counts [][]int64 // by part, and inside one by key
	width  int       // the key is from*width + to; 0 = to alone
}

// Where gaps are only looked at, about half of them are held at once, which is less
// than a third of the log, or a quarter of a million.
func batchOf(total int64) int64 { return max(total/25*13, leastBatch) }

const leastBatch = 1 << 18

// each calls f with the gaps of every key that has some, in any order, on all
// processors. It takes a pass over the log for every batch of keys that together
// have no more than limit gaps; f may keep a list only where one batch is enough.
// A key that alone has more goes to large, with their number.
func (g *gaps) each(limit int64, f func(key int, list []int64), large func(key int, n int64)) {
	sums := make([]int64, len(g.counts[0]))
	for _, counts := range g.counts {
		for key, n := range counts {
			sums[key] += n
		}
	}
	var bounds []int // of batches of keys
	size, most := int64(0), int64(0)
	for key, n := range sums {
		if size += n; len(bounds) == 0 || size > limit && size > n {
			bounds, size = append(bounds, key), n
		}
		if size <= limit {
			most = max(most, size)
		}
	}
	all := make([]int64, most)
	for i, lo := range bounds {
		hi := len(sums)
		if i+1 < len(bounds) {
			hi = bounds[i+1]
		}
		// A batch beyond the limit is one key, with some before it that have none.
		if n := slices.Max(sums[lo:hi]); n > limit {
			large(lo+slices.Index(sums[lo:hi], n), n)
			continue
		}
		g.batch(lo, hi, sums[lo:hi], all, f)
	}
}

// fill puts the gaps of a part where place says for each key from lo on, and
// counts the places up.
func (g *gaps) fill(part touchpoint.Part, lo int, place, all []int64) {
	if !g.view.whole() {
		g.view.pairs(part, g.width, func(key int, gap int64) {
			if k := uint(key - lo); k < uint(len(place)) {
				all[place[k]] = gap
				place[k]++
			}
		})
		return
	}
	names, at := g.view.cols.Name, g.view.cols.UnixNano
	for c := part.From; c < part.To; c++ {
		from, to := g.view.cols.Range(c)
		base := int(names[from])*g.width - lo
		for i := from + 1; i < to; i++ {
			name := int(names[i])
			if k := uint(base + name); k < uint(len(place)) {
				all[place[k]] = since(at[i], at[i-1])
				place[k]++
			}
			base = name*g.width - lo
		}
	}
}

func (g *gaps) batch(lo, hi int, sums, all []int64, f func(key int, list []int64)) {
	at := make([]int64, hi-lo+1) // of each key in all
	for k, n := range sums {
		at[k+1] = at[k] + n
	}
	if at[hi-lo] == 0 {
		return
	}
	// The parts of a key lie one behind the other.
	next := append([]int64(nil), at...)
	var wait sync.WaitGroup
	for i, part := range g.parts {
		place := make([]int64, hi-lo)
		for k := range place {
			place[k] = next[k]
			next[k] += g.counts[i][lo+k]
		}
		wait.Go(func() { g.fill(part, lo, place, all) })
	}
	wait.Wait()
	work := make(chan int, hi-lo)
	for k, n := range sums {
		if n > 0 {
			work <- k
		}
	}
	close(work)
	for range min(runtime.GOMAXPROCS(0), len(work)) {
		wait.Go(func() {
			for k := range work {
				f(lo+k, all[at[k]:at[k+1]:at[k+1]])
			}
		})
	}
	wait.Wait()
}
