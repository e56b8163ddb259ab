package ledger

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"slices"

	"github.com/lifecycle-go/lifecycle/internal/num"
)

// The binary form, all integers varints:
//
//	magic "LCLB", version
//	rules: currency, location, net, min gap, max gap, coalesce
//	tables that what follows refers to by position, in order of first use:
//	    cycles; currencies; words (plans and products)
//	customers, by id: name; its slots in order of first use, each subscription
//	    and item; its appended changes; its histories, by subscription: name of
//	    the base slot, versions: recorded (difference to the last), changes
//	a change: at (difference to the last), slot, flags (alive, stated, detailed,
//	    id, exponent above them), currency, cycle, cause, amount as coefficient,
//	    then what the flags announce: recorded - at, plan, product and quantity,
//	    id
//	CRC-32C of all before, four bytes, big-endian
//
// It says nothing of the order changes came in, nor of the unit they are counted
// in, so equal books have equal bytes.
const (
	magic         = "LCLB"
	formatVersion = 2
)

const (
	flagAlive = 1 << iota
	flagStated
	flagDetailed
	flagID
	flagBits = 4
)

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// MarshalBinary returns the books, with all that was ever said of subscriptions
// told by Replace, and the rules they are read by, without the exchange rates.
// Equal books give equal bytes, however they came to be. To keep a file whole,
// write it with package wholefile.
func (l *Ledger) MarshalBinary() ([]byte, error) { return l.AppendBinary(nil) }

// AppendBinary appends what MarshalBinary returns.
func (l *Ledger) AppendBinary(b []byte) ([]byte, error) {
	order := l.told()
	from := len(b)
	b = append(b, magic...)
	b = append(b, formatVersion)
	b = appendString(b, string(l.opts.Currency))
	b = appendString(b, l.opts.location().String())
	b = binary.AppendUvarint(b, uint64(l.opts.Net))
	b = binary.AppendVarint(b, int64(l.opts.MinGap))
	b = binary.AppendVarint(b, int64(l.opts.MaxGap))
	b = binary.AppendVarint(b, int64(l.opts.Coalesce))

	e := encoder{
		l: l, cycles: newFirsts(len(l.cycles)), currencies: newFirsts(len(l.currencies)),
		words: newFirsts(l.dims.words.len()), slots: newFirsts(l.slots.len()),
	}
	e.survey(order)
	b = binary.AppendUvarint(b, uint64(len(e.cycles.order)))
	for _, i := range e.cycles.order {
		b = binary.AppendUvarint(b, uint64(l.cycles[i].Unit))
		b = binary.AppendVarint(b, int64(l.cycles[i].N))
	}
	b = binary.AppendUvarint(b, uint64(len(e.currencies.order)))
	for _, i := range e.currencies.order {
		b = appendString(b, string(l.currencies[i]))
	}
	b = binary.AppendUvarint(b, uint64(len(e.words.order)))
	for _, i := range e.words.order {
		b = appendBytes(b, l.dims.words.text(i))
	}
	b = binary.AppendUvarint(b, uint64(len(order)))
	for _, c := range order {
		b = e.customer(b, c)
	}
	return binary.BigEndian.AppendUint32(b, crc32.Checksum(b[from:], castagnoli)), nil
}

// told are the customers of whom anything is kept, in order of their ids.
func (l *Ledger) told() []uint32 {
	order := l.sorted()
	if len(l.histories) == 0 {
		return order
	}
	seen := map[uint32]bool{}
	for _, c := range order {
		seen[c] = true
	}
	out := slices.Clone(order)
	for c, of := range l.histOf {
		if len(of) > 0 && !seen[c] {
			out = append(out, c)
		}
	}
	l.sortByName(out)
	return out
}

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

type encoder struct {
	l                                *Ledger
	cycles, currencies, words, slots firsts
}

// each calls f for all entries of a customer in the order they are written.
func (e *encoder) each(c uint32, f func(*entry)) {
	l := e.l
	if int(c) < len(l.blocks) {
		for i := range l.blocks[c] {
			if x := &l.blocks[c][i]; l.origin[l.base[x.slot]] != replaced {
				f(x)
			}
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
	own := 0
	e.slots.order = e.slots.order[:0]
	for _, base := range e.bases(c) {
		e.slots.number(base)
	}
	e.each(c, func(x *entry) {
		e.slots.number(x.slot)
		if l.origin[l.base[x.slot]] != replaced {
			own++
		}
	})
	b = binary.AppendUvarint(b, uint64(len(e.slots.order)))
	for _, s := range e.slots.order {
		sub, item, _ := bytes.Cut(l.slots.text(s), []byte{itemMark})
		b = appendBytes(appendBytes(b, sub), item)
	}
	b = binary.AppendUvarint(b, uint64(own))
	last := int64(0)
	if own > 0 {
		for i := range l.blocks[c] {
			if x := &l.blocks[c][i]; l.origin[l.base[x.slot]] != replaced {
				b, last = e.change(b, x, last, true), x.at
			}
		}
	}
	bases := e.bases(c)
	b = binary.AppendUvarint(b, uint64(len(bases)))
	for _, base := range bases {
		b = binary.AppendUvarint(b, e.slots.number(base))
		h := l.histories[base]
		b = binary.AppendUvarint(b, uint64(len(h.versions)))
		rec := int64(0)
		for _, v := range h.versions {
			b = binary.AppendVarint(b, v.rec-rec)
			rec = v.rec
			b = binary.AppendUvarint(b, uint64(len(v.es)))
			last = 0
			for i := range v.es {
				b, last = e.change(b, &v.es[i], last, false), v.es[i].at
			}
		}
	}
	for _, s := range e.slots.order { // ready for the next customer
		e.slots.at[s] = 0
	}
	return b
}

// change writes one; a version says when all of its own were recorded.
func (e *encoder) change(b []byte, x *entry, last int64, own bool) []byte {
	l := e.l
	flags := uint64(x.class().places()) << flagBits
	rec, stated := int64(0), false
	d := l.dimOf(x)
	if own {
		if rec, stated = l.recorded(x); stated {
			flags |= flagStated
		}
	}
	if x.alive() {
		flags |= flagAlive
	}
	if *d != (dim{}) {
		flags |= flagDetailed
	}
	if x.id != 0 {
		flags |= flagID
	}
	b = binary.AppendVarint(b, x.at-last)
	b = binary.AppendUvarint(b, e.slots.number(x.slot))
	b = binary.AppendUvarint(b, flags)
	b = binary.AppendUvarint(b, e.currencies.number(uint32(x.currency())))
	b = binary.AppendUvarint(b, e.cycles.number(uint32(x.class().cycle())))
	b = append(b, byte(x.cause()))
	b = appendInt128(b, l.coef(x))
	if stated {
		b = binary.AppendVarint(b, rec-x.at)
	}
	if *d != (dim{}) {
		b = binary.AppendUvarint(b, e.word(d.plan))
		b = binary.AppendUvarint(b, e.word(d.product))
		b = appendInt128(b, d.quantity)
		b = binary.AppendUvarint(b, uint64(d.places))
	}
	if x.id != 0 {
		b = appendBytes(b, l.ids.text(x.id-1))
	}
	return b
}

// appendInt128 writes a number that is not negative: its low 63 bits and
// whether more follow.
func appendInt128(b []byte, v num.Int128) []byte {
	hi := uint64(v.Hi)<<1 | v.Lo>>63
	lo := v.Lo &^ (1 << 63)
	if hi == 0 && lo < 1<<62 {
		return binary.AppendUvarint(b, lo<<1)
	}
	b = binary.AppendUvarint(b, lo<<1|1)
	return binary.AppendUvarint(b, hi)
}

func appendString(b []byte, s string) []byte {
	return append(binary.AppendUvarint(b, uint64(len(s))), s...)
}

func appendBytes(b, s []byte) []byte {
	return append(binary.AppendUvarint(b, uint64(len(s))), s...)
}

// UnmarshalBinary replaces an empty ledger's books by those of MarshalBinary.
// The ledger must have been made with the rules the books were kept by, and
// with Rates for their currencies. Truncated or altered bytes, and bytes that
// MarshalBinary does not write, are an error wrapping ErrEncoding that says
// where; the ledger then stays empty.
func (l *Ledger) UnmarshalBinary(data []byte) error {
	if l.cycleOf == nil || l.told() != nil && len(l.told()) > 0 {
		return fmt.Errorf("ledger: unmarshal: %w: the ledger must come from New and be empty", ErrOptions)
	}
	d := decoder{data: data, whole: len(data), what: "unmarshal"}
	if err := d.frame(magic, formatVersion); err != nil {
		return err
	}
	if err := d.rules(l); err != nil {
		return err
	}
	fresh, err := New(l.opts)
	if err != nil {
		return err
	}
	if err := fresh.Load(d.changes()); err != nil {
		return fmt.Errorf("ledger: unmarshal: %w", err)
	}
	if err := fresh.Rewrite(d.histories...); err != nil {
		return fmt.Errorf("ledger: unmarshal: %w", err)
	}
	again, err := fresh.AppendBinary(make([]byte, 0, len(data)))
	if err != nil {
		return err
	}
	if !slices.Equal(again, data) {
		return fmt.Errorf("ledger: unmarshal: %w: not the bytes that these books are written as", ErrEncoding)
	}
	l.take(fresh)
	return nil
}
