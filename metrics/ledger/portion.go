package ledger

import (
	"encoding/binary"
	"hash/maphash"
	"unicode/utf8"

	"github.com/lifecycle-go/lifecycle/internal/num"
	"github.com/lifecycle-go/lifecycle/metrics/calendar"
)

// portion is a run of the changes of a wave, read by one goroutine.
type portion struct {
	streams [partCount]stream
	trouble bool
	cycles  []calendar.Cycle
	classes []class // of the portion's own cycles, in the order they came
	dims    []saidDim
	// What the portion's numbers are in the ledger.
	cycleAs []uint16
	dimAs   []uint32

	met     [1 << 16 / 64]uint64 // classes
	dimOf   map[saidDim]uint32
	cycleOf map[calendar.Cycle]uint16
	// Of a wave of columns: the portion's numbers plus one, by place.
	cycleOfPlace []uint16
	dimOfPlace   []uint32
	last         *Change // whose dim was looked up last
	dim          uint32
	sink         byte

	hash uint64 // of the last customer
}

// stream is what a portion has for one part: records of bytes one after the
// other, so that there is one place to write to.
type stream struct {
	records []byte
	rows    int
	sides   []side
}

// row is a change without its names. A record of it is the lengths and flags in
// one word, at, coef, meta, then where there are any the hash of the customer,
// that of the event id, and the texts: customer, subscription, item, event id.
type row struct {
	hash, idHash        uint64 // of the customer, or its number
	at, coef            int64
	meta                uint32 // with the portion's number of the cycle
	cust, sub, item, id uint16 // lengths
	is                  uint8
}

const (
	sameCustomer = 1 << iota // as the row before in the stream
	sameSlot                 // likewise
	hasSide
)

const (
	lengthBits = 11 // of MaxNameLength
	isBits     = 8
	recordSize = 3*8 + 4
)

// put writes a record but for its texts, for which it returns the room.
func (s *stream) put(r *row) []byte {
	texts := int(r.cust) + int(r.sub) + int(r.item) + int(r.id)
	n := len(s.records)
	size := recordSize + 2*8 + texts
	if n+size > cap(s.records) {
		s.records = append(make([]byte, 0, max(2*cap(s.records), size, 1<<10)), s.records...)
	}
	b := s.records[n : n+size]
	le := binary.LittleEndian
	le.PutUint64(b, uint64(r.is)|uint64(r.cust)<<isBits|uint64(r.sub)<<(isBits+lengthBits)|uint64(r.item)<<(isBits+2*lengthBits)|uint64(r.id)<<(isBits+3*lengthBits))
	le.PutUint64(b[8:], uint64(r.at))
	le.PutUint64(b[16:], uint64(r.coef))
	le.PutUint32(b[24:], r.meta)
	at := recordSize
	if r.is&sameCustomer == 0 {
		le.PutUint64(b[at:], r.hash)
		at += 8
	}
	if r.id != 0 {
		le.PutUint64(b[at:], r.idHash)
		at += 8
	}
	s.records = s.records[:n+at+texts]
	s.rows++
	return b[at : at+texts]
}

// get reads the record at the beginning of b, and returns its texts and what
// follows.
func (r *row) get(b []byte) (texts, rest []byte) {
	const length = 1<<lengthBits - 1
	le := binary.LittleEndian
	head := le.Uint64(b)
	r.is, r.cust, r.sub, r.item, r.id = uint8(head), uint16(head>>isBits&length), uint16(head>>(isBits+lengthBits)&length),
		uint16(head>>(isBits+2*lengthBits)&length), uint16(head>>(isBits+3*lengthBits)&length)
	r.at, r.coef, r.meta = int64(le.Uint64(b[8:])), int64(le.Uint64(b[16:])), le.Uint32(b[24:])
	b = b[recordSize:]
	if r.is&sameCustomer == 0 {
		r.hash = le.Uint64(b)
		b = b[8:]
	}
	if r.id != 0 {
		r.idHash = le.Uint64(b)
		b = b[8:]
	}
	n := int(r.cust) + int(r.sub) + int(r.item) + int(r.id)
	return b[:n], b[n:]
}

// side is what most changes do not have.
type side struct {
	wide   num.Int128
	rec    int64
	dim    uint32 // the portion's number plus one; 0 = none
	stated bool
	isWide bool
}

// saidDim is what a charge is for, in words.
type saidDim struct {
	plan, product string
	quantity      num.Int128
	places        int32
}

// reset empties the portion for n changes.
func (p *portion) reset(n int) {
	if each := (n/partCount + n/(4*partCount) + 8) * (recordSize + 24); cap(p.streams[0].records) < each/2 {
		records := slab[byte](each * partCount)
		for i := range p.streams {
			p.streams[i].records = records(each)
		}
	}
	for i := range p.streams {
		s := &p.streams[i]
		s.records, s.sides, s.rows = s.records[:0], s.sides[:0], 0
	}
	p.trouble, p.cycles, p.classes, p.dims, p.last = false, p.cycles[:0], p.classes[:0], p.dims[:0], nil
	clear(p.met[:])
	p.dimOf, p.cycleOf = nil, nil
}

// slab makes empty lists in one allocation of so many in all.
func slab[T any](total int) func(int) []T {
	all := make([]T, total)
	return func(n int) []T {
		n = min(n, len(all))
		s := all[:0:n]
		all = all[n:]
		return s
	}
}

// read reads the i-th portion of a wave.
func (p *portion) read(w *bulk, i int) {
	n := len(w.changes)
	lo, hi := n*i/len(w.portions), n*(i+1)/len(w.portions)
	p.reset(hi - lo)
	for lo < hi && !p.trouble {
		end := min(lo+batch, hi)
		p.touch(w.changes[lo:end])
		for k := lo; k < end && !p.trouble; k++ {
			currency := uint8(0)
			if w.currency != nil {
				currency = w.currency[k]
			}
			before := (*Change)(nil)
			if k > n*i/len(w.portions) {
				before = &w.changes[k-1]
			}
			p.trouble = !p.take(w.in.l, &w.changes[k], before, currency)
		}
		lo = end
	}
}

// touch reads a byte of every name, so that their cache misses overlap.
func (p *portion) touch(changes []Change) {
	for i := range changes {
		c := &changes[i]
		if len(c.Customer) > 0 {
			p.sink ^= c.Customer[0]
		}
		if len(c.ID) > 0 {
			p.sink ^= c.ID[0]
		}
	}
	for i := range changes {
		if s := changes[i].Subscription; len(s) > 0 {
			p.sink ^= s[0]
		}
	}
}

// take reads one change and reports whether it is a sound one.
func (p *portion) take(l *Ledger, c, before *Change, currency uint8) bool {
	if len(c.Customer) == 0 || len(c.Customer) > MaxNameLength || len(c.Subscription) > MaxNameLength || len(c.Item) > MaxNameLength ||
		len(c.ID) > MaxNameLength || checkTime(c.At) != nil || c.Cause >= causes {
		return false
	}
	if currency == 0 && c.Currency != "" && c.Currency != l.opts.Currency {
		return false
	}
	coef, exp, err := num.Parts(c.Amount)
	if err != nil || coef.Sign() < 0 {
		return false
	}
	cl := classOf(p.cycle(c.Cycle), -exp)
	r := row{at: c.At.UnixNano(), meta: uint32(currency) | uint32(c.Cause)<<causeShift | uint32(cl)<<classShift}
	p.meet(cl)
	if c.Alive {
		r.meta |= isAlive
	}
	var sd side
	if v, ok := coef.Int64(); ok {
		r.coef = v
	} else {
		sd.wide, sd.isWide, r.is = coef, true, hasSide
		r.meta |= isWide
	}
	if !c.Recorded.IsZero() {
		if checkTime(c.Recorded) != nil {
			return false
		}
		sd.rec, sd.stated, r.is = c.Recorded.UnixNano(), true, hasSide
	}
	if c.Plan != "" || c.Product != "" || !c.Quantity.IsZero() {
		var ok bool
		if sd.dim, ok = p.dimension(c); !ok {
			return false
		}
		if sd.dim != 0 {
			r.is = hasSide
		}
	}
	return p.strew(l, c, before, &r, &sd)
}

// strew puts a row where its customer belongs.
func (p *portion) strew(l *Ledger, c, before *Change, r *row, sd *side) bool {
	if before != nil && before.Customer == c.Customer {
		r.is |= sameCustomer
		if before.Subscription == c.Subscription && before.Item == c.Item {
			r.is |= sameSlot
		}
	} else {
		p.hash = l.customers.hash(c.Customer)
		r.hash, r.cust = p.hash, uint16(len(c.Customer))
	}
	if r.is&sameSlot == 0 {
		if !utf8.ValidString(c.Subscription) || !utf8.ValidString(c.Item) {
			return false
		}
		r.sub, r.item = uint16(len(c.Subscription)), uint16(len(c.Item))
	}
	if c.ID != "" {
		if !utf8.ValidString(c.ID) {
			return false
		}
		r.id, r.idHash = uint16(len(c.ID)), maphash.String(l.ids.seed, c.ID)
	}
	s := &p.streams[partOf(p.hash)]
	if r.is&hasSide != 0 {
		s.sides = append(s.sides, *sd)
	}
	b := s.put(r)
	if r.is&sameCustomer == 0 {
		b = b[copy(b, c.Customer):]
	}
	if r.is&sameSlot == 0 {
		b = b[copy(b, c.Subscription):]
		b = b[copy(b, c.Item):]
	}
	copy(b, c.ID)
	return true
}

// cycle is the portion's number of a cycle.
func (p *portion) cycle(c calendar.Cycle) uint16 {
	c = c.Canonical()
	for i := range min(len(p.cycles), 8) {
		if p.cycles[i] == c {
			return uint16(i)
		}
	}
	if n, ok := p.cycleOf[c]; ok {
		return n
	}
	n := uint16(len(p.cycles))
	if n == maxCycles {
		p.trouble = true
		return 0
	}
	if p.cycleOf == nil {
		p.cycleOf = map[calendar.Cycle]uint16{}
	}
	p.cycles, p.cycleOf[c] = append(p.cycles, c), n
	return n
}

func (p *portion) meet(c class) {
	if p.met[c/64]&(1<<(c%64)) == 0 {
		p.met[c/64] |= 1 << (c % 64)
		p.classes = append(p.classes, c)
	}
}

// dimension is the portion's number, plus one, of what a change is charged for.
func (p *portion) dimension(c *Change) (uint32, bool) {
	if o := p.last; o != nil && o.Plan == c.Plan && o.Product == c.Product && o.Quantity.IsZero() && c.Quantity.IsZero() {
		return p.dim, true
	}
	d := saidDim{plan: c.Plan, product: c.Product}
	if !c.Quantity.IsZero() {
		var exp int32
		var err error
		if d.quantity, exp, err = num.Parts(c.Quantity); err != nil || d.quantity.Sign() < 0 {
			return 0, false
		}
		d.places = -exp
	}
	n, ok := p.dimOf[d]
	if !ok {
		for _, s := range [...]string{c.Plan, c.Product} {
			if len(s) > MaxNameLength || !utf8.ValidString(s) {
				return 0, false
			}
		}
		if p.dimOf == nil {
			p.dimOf = map[saidDim]uint32{}
		}
		p.dims = append(p.dims, d)
		n = uint32(len(p.dims))
		p.dimOf[d] = n
	}
	p.last, p.dim = c, n
	return n, true
}
