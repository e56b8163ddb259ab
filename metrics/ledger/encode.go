package ledger

import (
	"encoding/binary"
	"fmt"
	"hash/crc32"

	"github.com/lifecycle-go/lifecycle/internal/num"
)

// The binary form, all integers varints:
//
//	magic "LCLB", version
//	rules: currency, location, net, min gap, max gap, coalesce
//	cycles, currencies: what the changes below refer to by position
//	customers, by id: name, its subscriptions in the order they appear,
//	    its changes in order: at (difference to the last), recorded - at,
//	    subscription, currency, cycle, cause, amount as coefficient and
//	    exponent, event id
//	CRC-32C of all before, four bytes, big-endian
//
// It says nothing of the order changes came in or of the unit they are counted
// with, so equal books have equal bytes.
const (
	magic   = "LCLB"
	version = 1
)

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// MarshalBinary returns the books and the rules they are read by, without the
// exchange rates. Equal books give equal bytes, however they came to be.
func (l *Ledger) MarshalBinary() ([]byte, error) {
	order := l.sorted()
	b := append([]byte(nil), magic...)
	b = append(b, version)
	b = appendString(b, string(l.opts.Currency))
	b = appendString(b, l.opts.location().String())
	b = binary.AppendUvarint(b, uint64(l.opts.Net))
	b = binary.AppendVarint(b, int64(l.opts.MinGap))
	b = binary.AppendVarint(b, int64(l.opts.MaxGap))
	b = binary.AppendVarint(b, int64(l.opts.Coalesce))

	// Cycles and currencies are numbered by first use in the canonical order,
	// not in the order they once came in.
	e := encoder{l: l, cycles: map[uint16]uint64{}, currencies: map[uint8]uint64{}}
	var body []byte
	body = binary.AppendUvarint(body, uint64(len(order)))
	for _, c := range order {
		body = e.customer(body, c)
	}
	b = binary.AppendUvarint(b, uint64(len(e.cycleOrder)))
	for _, i := range e.cycleOrder {
		b = binary.AppendUvarint(b, uint64(l.cycles[i].Unit))
		b = binary.AppendVarint(b, int64(l.cycles[i].N))
	}
	b = binary.AppendUvarint(b, uint64(len(e.currencyOrder)))
	for _, i := range e.currencyOrder {
		b = appendString(b, string(l.currencies[i]))
	}
	b = append(b, body...)
	return binary.BigEndian.AppendUint32(b, crc32.Checksum(b, castagnoli)), nil
}

type encoder struct {
	l             *Ledger
	cycles        map[uint16]uint64
	cycleOrder    []uint16
	currencies    map[uint8]uint64
	currencyOrder []uint8
}

func (e *encoder) customer(b []byte, c uint32) []byte {
	l := e.l
	block := l.blocks[c]
	b = append(binary.AppendUvarint(b, uint64(len(l.customers.text(c)))), l.customers.text(c)...)
	subs := map[uint32]uint64{}
	var order []uint32
	for i := range block {
		if _, ok := subs[block[i].sub]; !ok {
			subs[block[i].sub] = uint64(len(order))
			order = append(order, block[i].sub)
		}
	}
	b = binary.AppendUvarint(b, uint64(len(order)))
	for _, s := range order {
		b = appendString(b, l.subs.string(s))
	}
	b = binary.AppendUvarint(b, uint64(len(block)))
	last := int64(0)
	for i := range block {
		x := &block[i]
		b = binary.AppendVarint(b, x.at-last)
		last = x.at
		b = binary.AppendVarint(b, x.rec-x.at)
		b = binary.AppendUvarint(b, subs[x.sub])
		b = binary.AppendUvarint(b, number(e.currencies, &e.currencyOrder, x.currency()))
		b = binary.AppendUvarint(b, number(e.cycles, &e.cycleOrder, x.cycle()))
		b = binary.AppendUvarint(b, uint64(x.cause()))
		coef, exp, _ := num.Parts(l.charged(l.units(x), l.cycles[x.cycle()]))
		b = binary.AppendUvarint(b, uint64(coef.Hi))
		b = binary.AppendUvarint(b, coef.Lo)
		b = binary.AppendUvarint(b, uint64(-exp))
		id := ""
		if x.id != 0 {
			id = l.ids.string(x.id - 1)
		}
		b = appendString(b, id)
	}
	return b
}

// number gives keys the positions of their first use.
func number[K comparable](seen map[K]uint64, order *[]K, k K) uint64 {
	n, ok := seen[k]
	if !ok {
		n = uint64(len(*order))
		seen[k] = n
		*order = append(*order, k)
	}
	return n
}

func appendString(b []byte, s string) []byte {
	return append(binary.AppendUvarint(b, uint64(len(s))), s...)
}

// UnmarshalBinary replaces an empty ledger's books by those of MarshalBinary.
// The ledger must have been made with the rules the books were kept by, and
// with Rates for their currencies. Truncated or altered bytes are an error
// wrapping ErrEncoding that says where; the ledger then stays empty.
func (l *Ledger) UnmarshalBinary(data []byte) error {
	if l.cycleOf == nil || l.size != 0 || l.pending.n != 0 {
		return fmt.Errorf("ledger: unmarshal: %w: the ledger must come from New and be empty", ErrOptions)
	}
	d := decoder{data: data, whole: len(data)}
	if err := d.check(); err != nil {
		return err
	}
	if err := d.rules(l); err != nil {
		return err
	}
	if err := l.Load(d.changes()); err != nil {
		return fmt.Errorf("ledger: unmarshal: %w", err)
	}
	return nil
}
