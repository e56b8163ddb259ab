package ledger

import (
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"iter"
	"math"
	"time"

	"github.com/lifecycle-go/lifecycle/internal/num"
	"github.com/lifecycle-go/lifecycle/internal/text"
	"github.com/lifecycle-go/lifecycle/metrics/calendar"
	"github.com/lifecycle-go/lifecycle/metrics/money"
)

// decoder reads the binary form. The first fault sticks; reads after it give
// zeros. No count read is trusted further than the bytes that are left.
type decoder struct {
	data       []byte
	whole      int
	what       string // for messages
	err        error
	cycles     []calendar.Cycle
	currencies []money.Currency
	words      []string
	histories  []History
}

func (d *decoder) fail(format string, args ...any) {
	if d.err == nil {
		d.err = fmt.Errorf("ledger: %s: %w: byte %d of %d: %s", d.what, ErrEncoding, d.whole-len(d.data), d.whole, fmt.Sprintf(format, args...))
	}
}

// frame verifies what is around before anything inside is believed.
func (d *decoder) frame(magic string, version byte) error {
	frame := len(magic) + 1 + crc32.Size
	switch {
	case len(d.data) < frame:
		d.fail("shorter than the frame of %d bytes", frame)
	case string(d.data[:len(magic)]) != magic:
		d.fail("does not start with %q", magic)
	case d.data[len(magic)] != version:
		d.fail("version %d, this package reads %d", d.data[len(magic)], version)
	default:
		body := d.data[:len(d.data)-crc32.Size]
		want := binary.BigEndian.Uint32(d.data[len(body):])
		if got := crc32.Checksum(body, castagnoli); got != want {
			d.fail("checksum %08x, the bytes give %08x: truncated or altered", want, got)
		}
		d.data = body[len(magic)+1:]
	}
	return d.err
}

func (d *decoder) uint(field string, limit uint64) uint64 {
	if d.err != nil {
		return 0
	}
	v, n := binary.Uvarint(d.data)
	if n <= 0 {
		d.fail("%s: no number", field)
		return 0
	}
	if v > limit {
		d.fail("%s: %d, limit %d", field, v, limit)
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

func (d *decoder) string(field string) string { return d.text(field, MaxNameLength) }

func (d *decoder) text(field string, limit uint64) string {
	return string(d.bytes(field, d.uint(field+" length", limit)))
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

func (d *decoder) rules(l *Ledger) error {
	o := Options{Currency: money.Currency(d.string("currency"))}
	zone := d.string("location")
	o.Location = l.opts.Location
	o.Net = Net(d.uint("net", uint64(netNames.Len()-1)))
	o.MinGap, o.MaxGap = time.Duration(d.int("min gap")), time.Duration(d.int("max gap"))
	o.Coalesce = time.Duration(d.int("coalesce"))
	if d.err != nil {
		return d.err
	}
	err := l.opts.agree(o)
	if mine := l.opts.location().String(); err == nil && zone != mine {
		err = fmt.Errorf("%w: Location is %s here and %s there", ErrOptions, mine, text.Clip(zone))
	}
	if err != nil {
		return fmt.Errorf("ledger: unmarshal: %w", err)
	}
	for range d.count("cycles") {
		u := d.uint("cycle unit", math.MaxUint8)
		d.cycles = append(d.cycles, calendar.Cycle{Unit: calendar.Unit(u), N: int(d.int("cycle length"))})
	}
	for range d.count("currencies") {
		d.currencies = append(d.currencies, money.Currency(d.string("currency")))
	}
	d.words = append(d.words, "")
	for range d.count("words") {
		d.words = append(d.words, d.string("word"))
	}
	return d.err
}

// changes yields the appended changes, ending with the fault where there is
// one, and gathers the histories.
func (d *decoder) changes() iter.Seq2[Change, error] {
	return func(yield func(Change, error) bool) {
		for range d.count("customers") {
			if !d.customer(yield) {
				return
			}
			if d.err != nil {
				break
			}
		}
		if len(d.data) != 0 {
			d.fail("%d bytes too many", len(d.data))
		}
		if d.err != nil {
			yield(Change{}, d.err)
		}
	}
}

type slotName struct{ subscription, item string }

func (d *decoder) customer(yield func(Change, error) bool) bool {
	c := Change{Customer: d.string("customer")}
	var slots []slotName
	for range d.count("slots") {
		slots = append(slots, slotName{d.string("subscription"), d.string("item")})
	}
	at := int64(0)
	for range d.count("changes") {
		at += d.int("at")
		d.change(&c, slots, at, true)
		if d.err != nil {
			return true
		}
		if !yield(c, nil) {
			return false
		}
	}
	for range d.count("histories") {
		h := History{Customer: c.Customer}
		s := d.uint("history", math.MaxUint32)
		if s >= uint64(len(slots)) {
			d.fail("history of slot %d of %d", s, len(slots))
			return true
		}
		h.Subscription = slots[s].subscription
		rec := int64(0)
		for range d.count("versions") {
			rec += d.int("recorded")
			v := Version{Recorded: unix(rec)}
			at := int64(0)
			for range d.count("changes") {
				at += d.int("at")
				d.change(&c, slots, at, false)
				if d.err != nil {
					return true
				}
				v.Changes = append(v.Changes, c)
			}
			h.Versions = append(h.Versions, v)
		}
		if len(h.Versions) == 0 {
			d.fail("a history without versions")
		}
		d.histories = append(d.histories, h)
	}
	return true
}

// change reads one into c, whose customer stands there already.
func (d *decoder) change(c *Change, slots []slotName, at int64, own bool) {
	slot := d.uint("slot", math.MaxUint32)
	flags := d.uint("flags", num.MaxPlaces<<flagBits|(1<<flagBits-1))
	currency := d.uint("currency", math.MaxUint8)
	cycle := d.uint("cycle", math.MaxUint16)
	cause := d.uint("cause", uint64(causes-1))
	coef := d.int128("amount")
	*c = Change{Customer: c.Customer, At: unix(at), Cause: Cause(cause), Alive: flags&flagAlive != 0}
	c.Amount = decimalOf(coef, int32(flags>>flagBits))
	switch {
	case flags&flagStated != 0 && own:
		c.Recorded = unix(at + d.int("recorded"))
	case flags&flagStated != 0:
		d.fail("a change of a version has its own recording")
	}
	if flags&flagDetailed != 0 {
		c.Plan, c.Product = d.word("plan"), d.word("product")
		q := d.int128("quantity")
		c.Quantity = decimalOf(q, int32(d.uint("quantity places", num.MaxPlaces)))
	}
	if flags&flagID != 0 {
		c.ID = d.string("id")
	}
	switch {
	case d.err != nil:
	case slot >= uint64(len(slots)):
		d.fail("slot %d of %d", slot, len(slots))
	case currency >= uint64(len(d.currencies)):
		d.fail("currency %d of %d", currency, len(d.currencies))
	case cycle >= uint64(len(d.cycles)):
		d.fail("cycle %d of %d", cycle, len(d.cycles))
	default:
		c.Subscription, c.Item = slots[slot].subscription, slots[slot].item
		c.Currency, c.Cycle = d.currencies[currency], d.cycles[cycle]
	}
}

func (d *decoder) word(field string) string {
	i := d.uint(field, math.MaxUint32)
	if i >= uint64(len(d.words)) {
		d.fail("%s: word %d of %d", field, i, len(d.words))
		return ""
	}
	return d.words[i]
}

func (d *decoder) int128(field string) num.Int128 {
	lo := d.uint(field, math.MaxUint64)
	if lo&1 == 0 {
		return num.Int128{Lo: lo >> 1}
	}
	hi := d.uint(field, math.MaxInt64)
	return num.Int128{Hi: int64(hi >> 1), Lo: hi<<63 | lo>>1}
}
