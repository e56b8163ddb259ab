package ledger

import (
	"hash/crc32"
	"math"
	"runtime"
	"slices"
	"sync"
)

// Books are written in order of the customers' names but lie in memory in the
// order in which customers came, parted by a hash. Large ones are therefore
// written part by part, where what is read fits a cache, on all processors, and
// what was written of each customer then copied to where it belongs.

// piece is where a customer was written.
type piece struct {
	from, to int
	part     uint8
}

// customers appends the customers in order; parts are of partsOf, where the books
// are large.
func (e *encoder) customers(b []byte, order []uint32, parts [][]uint32) []byte {
	if parts == nil {
		var one []byte // what a change needs as scratch is not b's
		for _, c := range order {
			one = e.customer(one[:0], c)
			b = append(b, one...)
		}
		return b
	}
	l := e.l
	pieces := make([]piece, len(order)) // by rank
	texts := make([][]byte, len(parts))
	each := 18 + len(l.ids.arena)/int(l.size)
	names := 24 + (len(l.customers.arena)+len(l.slots.arena))/len(order)
	l.inParts(int(l.size), len(parts), func(p int) {
		o := e.other()
		changes := 0
		for _, rank := range parts[p] {
			changes += len(l.block(order[rank]))
		}
		text := make([]byte, 0, each*changes+names*len(parts[p])+maxChange)
		for _, rank := range parts[p] {
			from := len(text)
			text = o.customer(text, order[rank])
			pieces[rank] = piece{from, len(text), uint8(p)}
		}
		texts[p] = text
	})
	return join(b, pieces, texts)
}

// join appends the pieces in order, on all processors.
func join(b []byte, pieces []piece, texts [][]byte) []byte {
	total := 0
	for i := range texts {
		total += len(texts[i])
	}
	b = slices.Grow(b, total+crc32.Size)
	workers := min(runtime.GOMAXPROCS(0), len(pieces))
	var wg sync.WaitGroup
	at := len(b)
	b = b[:at+total]
	for w := range workers {
		own := pieces[len(pieces)*w/workers : len(pieces)*(w+1)/workers]
		to := b[at:]
		for i := range own {
			at += own[i].to - own[i].from
		}
		wg.Go(func() {
			for i := range own {
				to = to[copy(to, texts[own[i].part][own[i].from:own[i].to]):]
			}
		})
	}
	wg.Wait()
	return b
}

// partsOf divides the ranks of customers in an order by the part in which their
// changes lie, there as they lie. Small books are not divided: nil.
func (l *Ledger) partsOf(order []uint32) [][]uint32 {
	if l.size == 0 || l.size < int64(l.many) {
		return nil
	}
	n := l.customers.len()
	rank := make([]uint32, n) // plus one
	for i, c := range order {
		rank[c] = uint32(i + 1)
	}
	parts := slices.Clip(l.parts)
	for c := len(parts); c < n; c++ { // who came since
		parts = append(parts, partOf(l.customers.hashOf(uint32(c))))
	}
	out := spread(parts[:n], func(p uint8) uint8 { return p }, func(c int, _ uint8) uint32 { return rank[c] })
	for p := range out {
		kept := out[p][:0]
		for _, r := range out[p] {
			if r != 0 {
				kept = append(kept, r-1)
			}
		}
		out[p] = kept
	}
	return out
}

// firstUse is the lowest rank that uses a thing.
type firstUse struct {
	classes    [1 << 16]uint32
	currencies [1 << currencyBits]uint32
	dims       []uint32
}

const nobody = math.MaxUint32

// meet notes what entries of a rank use.
func (f *firstUse) meet(l *Ledger, es []entry, rank uint32) {
	for i := range es {
		x := &es[i]
		class, currency := &f.classes[x.class()], &f.currencies[x.currency()]
		*class, *currency = min(*class, rank), min(*currency, rank)
		if x.more != 0 {
			d := &f.dims[l.details[x.more-1].dim]
			*d = min(*d, rank)
		}
	}
}

// users are those of an order, in that order, who are the first to use anything:
// a survey of them numbers all things as one of the whole order does.
func (l *Ledger) users(order []uint32, parts [][]uint32) []uint32 {
	found := make([][]uint32, min(runtime.GOMAXPROCS(0), len(parts)))
	var wg sync.WaitGroup
	for w := range found {
		wg.Go(func() {
			f := &firstUse{dims: make([]uint32, len(l.dims.all))}
			lists := [...][]uint32{f.classes[:], f.currencies[:], f.dims}
			for _, list := range lists {
				for i := range list {
					list[i] = nobody
				}
			}
			for p := w; p < len(parts); p += len(found) {
				for _, rank := range parts[p] {
					f.meet(l, l.block(order[rank]), rank)
					if len(l.histories) == 0 {
						continue
					}
					for _, base := range l.histOf[order[rank]] { // also what is no longer in force
						for _, v := range l.histories[base].versions {
							f.meet(l, v.es, rank)
						}
					}
				}
			}
			for _, list := range lists {
				for _, rank := range list {
					if rank != nobody {
						found[w] = append(found[w], rank)
					}
				}
			}
		})
	}
	wg.Wait()
	var ranks []uint32
	for _, own := range found {
		ranks = append(ranks, own...)
	}
	slices.Sort(ranks)
	ranks = slices.Compact(ranks)
	for i, rank := range ranks {
		ranks[i] = order[rank]
	}
	return ranks
}
