package ledger

import "iter"

// pile holds entries in the order they came, in chunks, so that ten million of
// them are never copied to make room.
type pile struct {
	chunks [][]entry
	n      int
}

const chunk = 1 << 14

func (p *pile) push(e *entry) {
	last := len(p.chunks) - 1
	if last < 0 || len(p.chunks[last]) == chunk {
		size := chunk
		if last < 0 {
			size = 0 // most writes are small
		}
		p.chunks = append(p.chunks, make([]entry, 0, size))
		last++
	}
	p.chunks[last] = append(p.chunks[last], *e)
	p.n++
}

func (p *pile) truncate(n int) {
	p.n = n
	for i := range p.chunks {
		keep := min(n, len(p.chunks[i]))
		p.chunks[i] = p.chunks[i][:keep]
		n -= keep
	}
	for len(p.chunks) > 1 && len(p.chunks[len(p.chunks)-1]) == 0 {
		p.chunks = p.chunks[:len(p.chunks)-1]
	}
}

// empty forgets all entries and keeps room for a few.
func (p *pile) empty() {
	if len(p.chunks) != 1 {
		*p = pile{}
		return
	}
	p.chunks[0], p.n = p.chunks[0][:0], 0
}

// all yields the entries in order.
func (p *pile) all() iter.Seq[*entry] {
	return func(yield func(*entry) bool) {
		for _, c := range p.chunks {
			for i := range c {
				if !yield(&c[i]) {
					return
				}
			}
		}
	}
}
