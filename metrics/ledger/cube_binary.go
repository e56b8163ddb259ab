package ledger

import (
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"math"
	"math/big"
	"slices"

	"github.com/lifecycle-go/lifecycle/internal/num"
	"github.com/lifecycle-go/lifecycle/metrics/calendar"
	"github.com/lifecycle-go/lifecycle/metrics/money"
)

// The binary form of a cube, all integers varints:
//
//	magic "LCQB", version
//	hash of the rules, eight bytes; currency; from, as months since year 0;
//	    how many months; what it is divided by
//	customers: how many, their fingerprints as differences
//	the whole, then segments: how many, each its key and its months
//	months: opening, heads and payers at opening, then of each month closing,
//	    the five kinds, in, out, and how heads moved
//	an amount: see num.AppendRat
//	CRC-32C of all before, four bytes, big-endian
const (
	cubeMagic   = "LCQB"
	cubeVersion = 1
)

// MarshalBinary returns the cube. Equal cubes give equal bytes.
func (c *Cube) MarshalBinary() ([]byte, error) { return c.AppendBinary(nil) }

// AppendBinary appends what MarshalBinary returns.
func (c *Cube) AppendBinary(b []byte) ([]byte, error) {
	if c.from.IsZero() {
		return nil, fmt.Errorf("ledger: marshal cube: %w: a cube comes from Ledger.Cube", ErrOptions)
	}
	from := len(b)
	b = append(b, cubeMagic...)
	b = append(b, cubeVersion)
	b = binary.BigEndian.AppendUint64(b, c.rules)
	b = appendString(b, string(c.currency))
	b = binary.AppendUvarint(b, uint64(c.from.Sub(calendar.NewMonth(calendar.MinYear, 1))))
	b = binary.AppendUvarint(b, uint64(len(c.whole)))
	b = append(b, byte(c.split))
	b = binary.AppendUvarint(b, uint64(len(c.customers)))
	last := uint64(0)
	for _, h := range c.customers {
		b = binary.AppendUvarint(b, h-last)
		last = h
	}
	b = appendBridges(b, c.whole)
	b = binary.AppendUvarint(b, uint64(len(c.keys)))
	for i, k := range c.keys {
		b = appendString(b, k)
		b = appendBridges(b, c.parts[i])
	}
	return binary.BigEndian.AppendUint32(b, crc32.Checksum(b[from:], castagnoli)), nil
}

func appendBridges(b []byte, bs []bridge) []byte {
	b = num.AppendRat(b, bs[0].opening)
	b = binary.AppendVarint(b, bs[0].heads)
	b = binary.AppendVarint(b, bs[0].payers)
	for i := range bs {
		x := &bs[i]
		b = num.AppendRat(b, x.closing)
		for k := NewBusiness; k < kinds; k++ {
			b = num.AppendRat(b, x.amount[k])
		}
		b = num.AppendRat(num.AppendRat(b, x.in), x.out)
		for _, n := range x.flow.list() {
			b = binary.AppendVarint(b, *n)
		}
	}
	return b
}

func (f *flow) list() [6]*int64 {
	return [...]*int64{&f.joined, &f.returned, &f.left, &f.joinedAndLeft, &f.leftAndReturned, &f.paying}
}

// UnmarshalBinary reads what AppendBinary wrote into a zero Cube. Truncated or
// altered bytes, and bytes that AppendBinary does not write, are an error
// wrapping ErrEncoding; the cube then stays zero.
func (c *Cube) UnmarshalBinary(data []byte) error {
	if !c.from.IsZero() {
		return fmt.Errorf("ledger: unmarshal cube: %w: the cube must be zero", ErrOptions)
	}
	d := decoder{data: data, whole: len(data), what: "unmarshal cube"}
	if err := d.frame(cubeMagic, cubeVersion); err != nil {
		return err
	}
	var out Cube
	out.rules = d.eight("rules")
	out.currency = money.Currency(d.string("currency"))
	first := d.uint("from", uint64(12*(calendar.MaxYear-calendar.MinYear+1)-1))
	out.from = calendar.NewMonth(calendar.MinYear, 1).Add(int(first))
	n := d.count("months")
	if last := uint64(12*(calendar.MaxYear-calendar.MinYear+1)) - first; n == 0 || n > last {
		d.fail("%d months from %s", n, out.from)
		n = 1
	}
	out.to = out.from.Add(int(n) - 1)
	out.split = split(d.uint("split", uint64(splits-1)))
	last := uint64(0)
	for range d.count("customers") {
		last += d.uint("customer", math.MaxUint64)
		out.customers = append(out.customers, last)
	}
	if !slices.IsSorted(out.customers) {
		d.fail("customers out of order")
	}
	out.whole = d.bridges(int(n))
	for range d.count("segments") {
		out.keys = append(out.keys, d.text("key", math.MaxInt32))
		out.parts = append(out.parts, d.bridges(int(n)))
		if d.err != nil {
			break
		}
	}
	for i := 1; i < len(out.keys); i++ {
		if out.keys[i-1] >= out.keys[i] {
			d.fail("key %d out of order", i)
		}
	}
	if len(d.data) != 0 {
		d.fail("%d bytes too many", len(d.data))
	}
	if d.err != nil {
		return d.err
	}
	if again, err := out.AppendBinary(make([]byte, 0, len(data))); err != nil || !slices.Equal(again, data) {
		return fmt.Errorf("ledger: unmarshal cube: %w: not the bytes that this cube is written as", ErrEncoding)
	}
	*c = out
	return nil
}

func (d *decoder) bridges(n int) []bridge {
	if d.err != nil {
		return nil
	}
	opening, heads, payers := d.rat("opening"), d.int("heads"), d.int("payers")
	var out []bridge // grown as they are read: a count is not believed
	for range n {
		b := newBridge()
		b.opening, b.heads, b.payers = opening, heads, payers
		b.closing = d.rat("closing")
		for k := NewBusiness; k < kinds; k++ {
			b.amount[k] = d.rat("amount")
		}
		b.in, b.out = d.rat("in"), d.rat("out")
		for _, f := range b.flow.list() {
			*f = d.int("heads")
		}
		if d.err != nil {
			return nil
		}
		opening, heads, payers = b.closing, b.closingHeads(), b.closingPayers()
		out = append(out, b)
	}
	return out
}

func (d *decoder) rat(field string) *big.Rat {
	if d.err != nil {
		return new(big.Rat)
	}
	r, n, err := num.ReadRat(d.data)
	if err != nil {
		d.fail("%s: %v", field, err)
		return new(big.Rat)
	}
	d.data = d.data[n:]
	return r
}

func (d *decoder) bytes(field string, n uint64) []byte {
	if n > uint64(len(d.data)) {
		d.fail("%s: %d bytes, %d are left", field, n, len(d.data))
		return nil
	}
	b := d.data[:n]
	d.data = d.data[n:]
	return b
}

func (d *decoder) eight(field string) uint64 {
	if b := d.bytes(field, 8); b != nil {
		return binary.BigEndian.Uint64(b)
	}
	return 0
}
