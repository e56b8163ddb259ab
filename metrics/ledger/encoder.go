package ledger

import (
	"bytes"
	"encoding/binary"
	"math/bits"
	"slices"

	"github.com/lifecycle-go/lifecycle/internal/num"
)

// firsts numbers things by their first use.
type firsts struct {
	at    []uint32 // position plus one
	order []uint32
}

func newFirsts(n int) firsts { return firsts{at: make([]uint32, n)} }

func (f *firsts) number(i uint32) uint64 {
	if f.at[i] == 0 {
		f.order = append(f.order, i)
		f.at[i] = uint32(len(f.order))
	}
	return uint64(f.at[i] - 1)
}

// encoder writes customers. Those of different ones may be written at once by
// encoders of their own that share the tables.
type encoder struct {
	l                                *Ledger
	cycles, currencies, words, slots firsts
}

// other is an encoder for another goroutine.
func (e *encoder) other() *encoder {
	o := *e
	o.slots.order = nil
	return &o
}

// each calls f for all entries of a customer in the order they are written.
func (e *encoder) each(c uint32, f func(*entry)) {
	l := e.l
	b := l.block(c)
	for i := range b {
		if x := &b[i]; l.origin[l.base[x.slot]] != replaced {
			f(x)
		}
	}
	for _, base := range e.bases(c) {
		for _, v := range l.histories[base].versions {
			for i := range v.es {
				f(&v.es[i])
			}
		}
	}
}

// bases are the subscriptions of a customer that have histories, by name.
func (e *encoder) bases(c uint32) []uint32 {
	of := e.l.histOf[c]
	if len(of) < 2 {
		return of
	}
	of = slices.Clone(of)
	slices.SortFunc(of, func(a, b uint32) int { return slices.Compare(e.l.slots.text(a), e.l.slots.text(b)) })
	return of
}

// survey numbers what stands in the tables, which are written first.
func (e *encoder) survey(order []uint32) {
	for _, c := range order {
		e.each(c, func(x *entry) {
			e.cycles.number(uint32(x.class().cycle()))
			e.currencies.number(uint32(x.currency()))
			if x.more != 0 {
				if d := e.l.dimOf(x); d.plan != 0 || d.product != 0 {
					e.word(d.plan)
					e.word(d.product)
				}
			}
		})
	}
}

func (e *encoder) word(w uint32) uint64 {
	if w == 0 {
		return 0
	}
	return e.words.number(w-1) + 1
}

func (e *encoder) customer(b []byte, c uint32) []byte {
	l := e.l
	b = appendBytes(b, l.customers.text(c))
	var bases []uint32
	if len(l.histories) > 0 {
		bases = e.bases(c)
	}
	block := l.block(c)
	own := e.slotsOf(block, bases)
	b = binary.AppendUvarint(b, uint64(len(e.slots.order)))
	for _, s := range e.slots.order {
		sub, item, _ := bytes.Cut(l.slots.text(s), []byte{itemMark})
		b = appendBytes(appendBytes(b, sub), item)
	}
	b = binary.AppendUvarint(b, uint64(own))
	last := int64(0)
	for i := range block {
		if x := &block[i]; own == len(block) || l.origin[l.base[x.slot]] != replaced {
			b, last = e.change(b, x, last, true), x.at
		}
	}
	b = binary.AppendUvarint(b, uint64(len(bases)))
	for _, base := range bases {
		b = e.history(b, base)
	}
	for _, s := range e.slots.order { // ready for the next customer
		e.slots.at[s] = 0
	}
	return b
}

// slotsOf numbers the slots of a customer and counts the appended changes.
func (e *encoder) slotsOf(block []entry, bases []uint32) (own int) {
	l := e.l
	e.slots.order = e.slots.order[:0]
	for _, base := range bases {
		e.slots.number(base)
	}
	for i := range block {
		if s := block[i].slot; l.origin[l.base[s]] != replaced {
			e.slots.number(s)
			own++
		}
	}
	for _, base := range bases {
		for _, v := range l.histories[base].versions {
			for i := range v.es {
				e.slots.number(v.es[i].slot)
			}
		}
	}
	return own
}

func (e *encoder) history(b []byte, base uint32) []byte {
	b = binary.AppendUvarint(b, e.slots.number(base))
	h := e.l.histories[base]
	b = binary.AppendUvarint(b, uint64(len(h.versions)))
	rec := int64(0)
	for _, v := range h.versions {
		b = binary.AppendVarint(b, v.rec-rec)
		rec = v.rec
		b = binary.AppendUvarint(b, uint64(len(v.es)))
		last := int64(0)
		for i := range v.es {
			b, last = e.change(b, &v.es[i], last, false), v.es[i].at
		}
	}
	return b
}

// maxChange is the most that a change takes without its id, and some scratch.
const maxChange = 12*binary.MaxVarintLen64 + 24

// change writes one; a version says when all of its own were recorded.
func (e *encoder) change(b []byte, x *entry, last int64, own bool) []byte {
	l := e.l
	var id []byte
	flags := uint64(x.class().places()) << flagBits
	if x.alive() {
		flags |= flagAlive
	}
	if x.id != 0 {
		flags |= flagID
		id = l.ids.text(x.id - 1)
	}
	d, rec := &l.dims.all[0], int64(0)
	if x.more != 0 {
		more := &l.details[x.more-1]
		d, rec = &l.dims.all[more.dim], more.rec
		if own && more.stated {
			flags |= flagStated
		}
		if *d != (dim{}) {
			flags |= flagDetailed
		}
	}
	if room := maxChange + len(id); cap(b)-len(b) < room {
		b = slices.Grow(b, room)
	}
	p := b[len(b) : len(b)+maxChange+len(id)]
	n := putUvarint(p, zigzag(x.at-last))
	slot, currency, cycle := e.slots.number(x.slot), e.currencies.number(uint32(x.currency())), e.cycles.number(uint32(x.class().cycle()))
	if slot|flags|currency|cycle < 1<<7 { // nearly always
		q := p[n : n+4 : len(p)]
		q[0], q[1], q[2], q[3] = byte(slot), byte(flags), byte(currency), byte(cycle)
		n += 4
	} else {
		n += putUvarint(p[n:], slot)
		n += putUvarint(p[n:], flags)
		n += putUvarint(p[n:], currency)
		n += putUvarint(p[n:], cycle)
	}
	p[n] = byte(x.cause())
	n++
	n += putInt128(p[n:], l.coef(x))
	if flags&flagStated != 0 {
		n += putUvarint(p[n:], zigzag(rec-x.at))
	}
	if flags&flagDetailed != 0 {
		n += putUvarint(p[n:], e.word(d.plan))
		n += putUvarint(p[n:], e.word(d.product))
		n += putInt128(p[n:], d.quantity)
		n += putUvarint(p[n:], uint64(d.places))
	}
	if flags&flagID != 0 {
		n += putUvarint(p[n:], uint64(len(id)))
		if len(id) <= 16 && cap(id) >= 16 { // two words are sooner copied than so many bytes
			le, id := binary.LittleEndian, id[:16]
			le.PutUint64(p[n:], le.Uint64(id))
			le.PutUint64(p[n+8:], le.Uint64(id[8:]))
		} else {
			copy(p[n:], id)
		}
		n += len(id)
	}
	return b[:len(b)+n]
}

// putUvarint writes a number to p, which has eight bytes more than it needs, and
// returns how many it took. Numbers of up to eight bytes, whose lengths here are
// anyone's guess, are written without a branch for each.
func putUvarint(p []byte, v uint64) int {
	if v < 1<<7 {
		p[0] = byte(v)
		return 1
	}
	if v >= 1<<56 {
		return binary.PutUvarint(p, v)
	}
	n := (bits.Len64(v) + 6) / 7
	v = v&(1<<28-1) | v>>28<<32
	v = v&0x0000_3fff_0000_3fff | v&0x0fff_c000_0fff_c000<<2
	v = v&0x007f_007f_007f_007f | v&0x3f80_3f80_3f80_3f80<<1
	v |= 0x8080_8080_8080_8080 & (1<<(8*(n-1)) - 1)
	binary.LittleEndian.PutUint64(p, v)
	return n
}

func zigzag(v int64) uint64 { return uint64(v)<<1 ^ uint64(v>>63) }

// putInt128 writes a number that is not negative: its low 63 bits and whether
// more follow.
func putInt128(p []byte, v num.Int128) int {
	hi := uint64(v.Hi)<<1 | v.Lo>>63
	lo := v.Lo &^ (1 << 63)
	if hi == 0 && lo < 1<<62 {
		return putUvarint(p, lo<<1)
	}
	n := putUvarint(p, lo<<1|1)
	return n + putUvarint(p[n:], hi)
}

func appendString(b []byte, s string) []byte {
	return append(binary.AppendUvarint(b, uint64(len(s))), s...)
}

func appendBytes(b, s []byte) []byte {
	return append(binary.AppendUvarint(b, uint64(len(s))), s...)
}
