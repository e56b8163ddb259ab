package ledger

import "maps"

// mark is how long the tables of a ledger are: what it takes to go back to.
// Everything an input adds is added at the end of one of them.
type mark struct {
	customers, slots, ids, words, dims, details, wide int
	cycles, classes, currencies, pending              int
	minAt, maxAt                                      int64
}

func (l *Ledger) mark() mark {
	return mark{
		customers: l.customers.len(), slots: l.slots.len(), ids: l.ids.len(), words: l.dims.words.len(), dims: len(l.dims.all),
		details: len(l.details), wide: len(l.wide), cycles: len(l.cycles), classes: len(l.classes),
		currencies: len(l.currencies), pending: l.pending.n, minAt: l.minAt, maxAt: l.maxAt,
	}
}

func (l *Ledger) goBack(m mark) {
	l.pending.truncate(m.pending)
	l.customers.truncate(m.customers)
	l.parts = l.parts[:min(len(l.parts), m.customers)]
	l.slots.truncate(m.slots, m.customers)
	l.base = l.base[:m.slots]
	l.origin = l.origin[:m.slots]
	l.ids.truncate(m.ids)
	l.idSums = l.idSums[:m.ids]
	l.dims.truncate(m.dims, m.words)
	l.details = l.details[:m.details]
	l.wide = l.wide[:m.wide]
	for _, c := range l.cycles[m.cycles:] {
		delete(l.cycleOf, c)
	}
	l.cycles, l.rates = l.cycles[:m.cycles], l.rates[:m.cycles]
	for _, c := range l.classes[m.classes:] {
		delete(l.classOf, c)
	}
	l.classes = l.classes[:m.classes]
	l.currencies = l.currencies[:m.currencies]
	l.minAt, l.maxAt = m.minAt, m.maxAt
}

// origin is how the changes of a subscription come in.
type origin uint8

const (
	unsaid origin = iota
	appended
	replaced
)

// clone returns a ledger with the same names, units and currencies and no
// entries.
func (l *Ledger) clone() *Ledger {
	c := &Ledger{
		opts: l.opts, many: l.many, customers: l.customers.clone(), slots: l.slots.clone(), ids: newNames(),
		base: append([]uint32(nil), l.base...), origin: make([]origin, len(l.origin)),
		dims: l.dims.clone(), details: append([]detail(nil), l.details...), wide: append(l.wide[:0:0], l.wide...),
		scale: scale{den: l.scale.den, factors: append([]int64(nil), l.scale.factors...)}, scaled: l.scaled,
		classes: append([]class(nil), l.classes...), classOf: maps.Clone(l.classOf),
		cycles: append(l.cycles[:0:0], l.cycles...), rates: append(l.rates[:0:0], l.rates...), cycleOf: maps.Clone(l.cycleOf),
		currencies: append(l.currencies[:0:0], l.currencies...),
		blocks:     make([][]entry, len(l.blocks)),
		histories:  map[uint32]*history{}, histOf: map[uint32][]uint32{}, restated: map[uint32]struct{}{},
		minAt: l.minAt, maxAt: l.maxAt,
	}
	c.ids.seed = l.ids.seed
	return c
}
