package cohort

import (
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"math"
	"math/big"
	"slices"

	"github.com/lifecycle-go/lifecycle/internal/num"
	"github.com/lifecycle-go/lifecycle/metrics/calendar"
	"github.com/lifecycle-go/lifecycle/metrics/ledger"
	"github.com/lifecycle-go/lifecycle/metrics/money"
)

// The binary form, all integers varints:
//
//	magic "LCCT", version
//	hash of the ledger's rules, eight bytes; currency; months in a period; first
//	    month of the last period, as months since MinYear plus one, 0 = none;
//	    base, month 0, segmented
//	customers: how many, their fingerprints as differences
//	the whole, then segments: how many, each its key and its cohorts
//	cohorts: how many periods from the first; of each, oldest first, size or 0
//	    for none, base, initial, and of each age the cell's heads and amounts
//	an amount: see num.AppendRat
//	CRC-32C of all before, four bytes, big-endian
const (
	magic         = "LCCT"
	formatVersion = 1
)

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// MarshalBinary returns the table. Equal tables give equal bytes.
func (t *Table) MarshalBinary() ([]byte, error) { return t.AppendBinary(nil) }

// AppendBinary appends what MarshalBinary returns.
func (t *Table) AppendBinary(b []byte) ([]byte, error) {
	from := len(b)
	b = append(b, magic...)
	b = append(b, formatVersion)
	b = binary.BigEndian.AppendUint64(b, t.rules)
	b = appendString(b, string(t.currency))
	b = append(b, byte(t.Every()))
	last := 0
	if !t.period.last.IsZero() {
		last = t.period.last.Sub(calendar.NewMonth(calendar.MinYear, 1)) + 1
	}
	b = binary.AppendUvarint(b, uint64(last))
	b = append(b, byte(t.base), byte(t.month0), 0)
	if t.segmented {
		b[len(b)-1] = 1
	}
	prints := t.customers.sorted()
	b = binary.AppendUvarint(b, uint64(len(prints)))
	before := uint64(0)
	for _, h := range prints {
		b = binary.AppendUvarint(b, h-before)
		before = h
	}
	b = t.sums.append(b, t.unit)
	b = binary.AppendUvarint(b, uint64(len(t.keys)))
	for i, k := range t.keys {
		b = appendString(b, k)
		b = t.segments[i].sums.append(b, t.unit)
	}
	return binary.BigEndian.AppendUint32(b, crc32.Checksum(b[from:], castagnoli)), nil
}

func appendString(b []byte, s string) []byte {
	return append(binary.AppendUvarint(b, uint64(len(s))), s...)
}

func (t tableSums) append(b []byte, unit ledger.Unit) []byte {
	b = binary.AppendUvarint(b, uint64(len(t)))
	for _, c := range slices.Backward(t) {
		if c == nil {
			b = binary.AppendVarint(b, 0)
			continue
		}
		b = binary.AppendVarint(b, c.size)
		for k := range c.cells {
			b = binary.AppendVarint(b, c.cells[k].active)
			b = binary.AppendVarint(b, c.away[k].active)
		}
		c.each(c, func(_, u *ledger.Units) { b = num.AppendRat(b, unit.Rat(*u)) })
	}
	return b
}

// UnmarshalBinary reads what AppendBinary wrote into a zero Table. Truncated or
// altered bytes, and bytes that AppendBinary does not write, are an error
// wrapping ErrEncoding; the table then stays zero.
func (t *Table) UnmarshalBinary(data []byte) error {
	if t.period.every != 0 {
		return fmt.Errorf("cohort: unmarshal: %w: the table must be zero", ErrOptions)
	}
	d := decoder{data: data, whole: len(data)}
	out, parts := d.table()
	if d.err != nil {
		return d.err
	}
	if err := out.adopt(parts, d.amounts); err != nil {
		return err
	}
	if again, err := out.AppendBinary(make([]byte, 0, len(data))); err != nil || !slices.Equal(again, data) {
		return fmt.Errorf("cohort: unmarshal: %w: not the bytes that this table is written as", ErrEncoding)
	}
	*t = *out
	return nil
}

// decoder reads the binary form. The first fault sticks; reads after it give
// zeros. No count read is trusted further than the bytes that are left.
type decoder struct {
	data    []byte
	whole   int
	err     error
	amounts []amount
}

// amount is a number read and where it goes, once the common unit is known.
type amount struct {
	to *ledger.Units
	is *big.Rat
}

func (d *decoder) fail(format string, args ...any) {
	if d.err == nil {
		d.err = fmt.Errorf("cohort: unmarshal: %w: byte %d of %d: %s", ErrEncoding, d.whole-len(d.data), d.whole, fmt.Sprintf(format, args...))
	}
}

func (d *decoder) table() (*Table, []tableSums) {
	const frame = len(magic) + 1 + crc32.Size
	if len(d.data) < frame || string(d.data[:len(magic)]) != magic || d.data[len(magic)] != formatVersion {
		d.fail("does not start with %q version %d, or is shorter than its frame", magic, formatVersion)
		return nil, nil
	}
	body := d.data[:len(d.data)-crc32.Size]
	if want, got := binary.BigEndian.Uint32(d.data[len(body):]), crc32.Checksum(body, castagnoli); want != got {
		d.fail("checksum %08x, the bytes give %08x: truncated or altered", want, got)
		return nil, nil
	}
	d.data = body[len(magic)+1:]
	t := &Table{customers: &customers{}}
	if b := d.bytes("rules", 8); b != nil {
		t.rules = binary.BigEndian.Uint64(b)
	}
	t.currency = money.Currency(d.string("currency"))
	t.period.every = max(int(d.uint("every", 12)), 1)
	if last := d.uint("last", uint64(12*(calendar.MaxYear-calendar.MinYear+1))); last > 0 {
		t.period.last = calendar.NewMonth(calendar.MinYear, 1).Add(int(last) - 1)
	}
	t.base = Base(d.uint("base", uint64(baseNames.Len()-1)))
	t.month0 = Month0(d.uint("month 0", uint64(month0Names.Len()-1)))
	t.segmented = d.uint("segmented", 1) == 1
	switch {
	case 12%t.period.every != 0:
		d.fail("periods of %d months", t.period.every)
	case !t.period.last.IsZero() && t.period.floor(t.period.last) != t.period.last:
		d.fail("no period begins with %s", t.period.last)
	}
	before := uint64(0)
	for range d.count("customers") {
		before += d.uint("customer", math.MaxUint64)
		t.customers.prints = append(t.customers.prints, before)
	}
	if !slices.IsSorted(t.customers.prints) {
		d.fail("customers out of order")
	}
	t.sums = d.sums(&t.period)
	var parts []tableSums
	for range d.count("segments") {
		t.keys = append(t.keys, d.string("key"))
		parts = append(parts, d.sums(&t.period))
		if n := len(t.keys); d.err == nil && (n > MaxSegments || n > 1 && t.keys[n-2] >= t.keys[n-1]) {
			d.fail("key %d out of order, or more than %d", n, MaxSegments)
		}
		if d.err != nil {
			break
		}
	}
	if len(d.data) != 0 {
		d.fail("%d bytes too many", len(d.data))
	}
	return t, parts
}

// adopt chooses the unit in which all amounts are whole, and puts them there.
func (t *Table) adopt(parts []tableSums, amounts []amount) error {
	den := big.NewInt(1)
	for _, a := range amounts {
		if q := a.is.Denom(); new(big.Int).Rem(den, q).Sign() != 0 {
			g := new(big.Int).GCD(nil, nil, den, q)
			den.Mul(den, new(big.Int).Quo(q, g))
			if den.BitLen() > 1<<16 {
				return fmt.Errorf("cohort: unmarshal: %w: amounts of more than %d bits have no common unit", ErrEncoding, 1<<16)
			}
		}
	}
	t.unit = ledger.UnitOf(den)
	for _, a := range amounts {
		*a.to = t.unit.Of(a.is)
	}
	for _, p := range parts {
		t.segments = append(t.segments, t.part(p))
	}
	return nil
}

func (d *decoder) sums(p *period) tableSums {
	n := d.count("periods")
	switch {
	case n*uint64(p.every) > MaxMonths:
		d.fail("%d periods of %d months; the limit is %d months", n, p.every, MaxMonths)
	case n > 0 && p.last.IsZero():
		d.fail("cohorts without a last period")
	}
	if d.err != nil || n == 0 {
		return nil
	}
	out := make(tableSums, n)
	for before := int(n) - 1; before >= 0 && d.err == nil; before-- {
		size := d.int("size")
		if size == 0 {
			if before == int(n)-1 {
				d.fail("the first cohort has nobody")
			}
			continue
		}
		if size < 0 || before >= len(d.data) {
			d.fail("a cohort of %d, in %d bytes", size, len(d.data))
			return nil
		}
		c := newCohortSums(before + 1)
		c.size = size
		for k := range c.cells {
			c.cells[k].active, c.away[k].active = d.int("active"), d.int("away")
		}
		c.each(c, func(to, _ *ledger.Units) {
			if r := d.rat("amount"); r != nil && r.Sign() != 0 {
				d.amounts = append(d.amounts, amount{to, r})
			}
		})
		out[before] = c
	}
	return out
}

func (d *decoder) uint(field string, limit uint64) uint64 {
	if d.err != nil {
		return 0
	}
	v, n := binary.Uvarint(d.data)
	if n <= 0 || v > limit {
		d.fail("%s: no number up to %d", field, limit)
		return 0
	}
	d.data = d.data[n:]
	return v
}

func (d *decoder) int(field string) int64 {
	if d.err != nil {
		return 0
	}
	v, n := binary.Varint(d.data)
	if n <= 0 {
		d.fail("%s: no number", field)
		return 0
	}
	d.data = d.data[n:]
	return v
}

// count reads how many things of at least one byte each follow.
func (d *decoder) count(field string) uint64 {
	n := d.uint(field, math.MaxUint64)
	if n > uint64(len(d.data)) {
		d.fail("%s: %d in %d bytes", field, n, len(d.data))
		return 0
	}
	return n
}

func (d *decoder) bytes(field string, n uint64) []byte {
	if d.err != nil || n > uint64(len(d.data)) {
		d.fail("%s: %d bytes, %d are left", field, n, len(d.data))
		return nil
	}
	b := d.data[:n]
	d.data = d.data[n:]
	return b
}

func (d *decoder) string(field string) string {
	return string(d.bytes(field, d.uint(field+" length", math.MaxInt32)))
}

func (d *decoder) rat(field string) *big.Rat {
	if d.err != nil {
		return nil
	}
	r, n, err := num.ReadRat(d.data)
	if err != nil {
		d.fail("%s: %v", field, err)
		return nil
	}
	d.data = d.data[n:]
	return r
}
