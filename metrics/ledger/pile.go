package ledger

// pile holds entries in the order they came, in chunks, so that ten million of
// them are never copied to make room. The entries of one customer are in that
// order; those of a large input come divided by part.
type pile struct {
	chunks []pileChunk
	n      int
}

type pileChunk struct {
	part int16 // of all its customers; anyPart: of each its own
	es   []entry
}

const (
	chunk   = 1 << 14
	anyPart = -1
)

func (p *pile) push(e *entry) {
	last := len(p.chunks) - 1
	if last < 0 || p.chunks[last].part != anyPart || len(p.chunks[last].es) == chunk {
		size := chunk
		if last < 0 {
			size = 0 // most writes are small
		}
		p.chunks = append(p.chunks, pileChunk{anyPart, make([]entry, 0, size)})
		last++
	}
	p.chunks[last].es = append(p.chunks[last].es, *e)
	p.n++
}

// add appends entries of customers of one part.
func (p *pile) add(part int, es []entry) {
	if len(es) > 0 {
		p.chunks = append(p.chunks, pileChunk{int16(part), es})
		p.n += len(es)
	}
}

func (p *pile) truncate(n int) {
	p.n = n
	for i := range p.chunks {
		c := &p.chunks[i]
		keep := min(n, len(c.es))
		c.es = c.es[:keep]
		n -= keep
	}
	for len(p.chunks) > 1 && len(p.chunks[len(p.chunks)-1].es) == 0 {
		p.chunks = p.chunks[:len(p.chunks)-1]
	}
	if len(p.chunks) == 1 && len(p.chunks[0].es) == 0 {
		p.chunks[0].part = anyPart
	}
}

// empty forgets all entries and keeps room for a few.
func (p *pile) empty() {
	if len(p.chunks) != 1 || p.chunks[0].part != anyPart {
		*p = pile{}
		return
	}
	p.chunks[0].es, p.n = p.chunks[0].es[:0], 0
}
