package ledger

import (
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"slices"
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
	parts := l.partsOf(order)
	if parts == nil {
		e.survey(order)
	} else {
		e.survey(l.users(order, parts))
	}
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
	b = e.customers(b, order, parts)
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
