package ledger

import (
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"iter"
	"math"
	"time"

	"github.com/shopspring/decimal"

	"github.com/lifecycle-go/lifecycle/internal/num"
	"github.com/lifecycle-go/lifecycle/metrics/calendar"
	"github.com/lifecycle-go/lifecycle/metrics/money"
)

// decoder reads the binary form. The first fault sticks; reads after it give
// zeros. No count read is trusted further than the bytes that are left.
type decoder struct {
	data       []byte
	whole      int
	err        error
	cycles     []calendar.Cycle
	currencies []money.Currency
}

func (d *decoder) fail(format string, args ...any) {
	if d.err == nil {
		d.err = fmt.Errorf("ledger: unmarshal: %w: byte %d of %d: %s", ErrEncoding, d.whole-len(d.data), d.whole, fmt.Sprintf(format, args...))
	}
}

// check verifies the frame before anything inside is believed.
func (d *decoder) check() error {
	const frame = len(magic) + 1 + crc32.Size
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

func (d *decoder) string(field string) string {
	n := d.uint(field+" length", MaxNameLength)
	if n > uint64(len(d.data)) {
		d.fail("%s: %d bytes, %d are left", field, n, len(d.data))
		return ""
	}
	s := string(d.data[:n])
	d.data = d.data[n:]
	return s
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
	o.Net = Net(d.uint("net", uint64(len(netNames)-1)))
	o.MinGap, o.MaxGap = time.Duration(d.int("min gap")), time.Duration(d.int("max gap"))
	o.Coalesce = time.Duration(d.int("coalesce"))
	if d.err != nil {
		return d.err
	}
	err := l.opts.agree(o)
	if mine := l.opts.location().String(); err == nil && zone != mine {
		err = fmt.Errorf("%w: Location is %s here and %s there", ErrOptions, mine, clip(zone))
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
	return d.err
}

// changes yields the changes, ending with the fault where there is one.
func (d *decoder) changes() iter.Seq2[Change, error] {
	return func(yield func(Change, error) bool) {
		for range d.count("customers") {
			customer := d.string("customer")
			var subs []string
			for range d.count("subscriptions") {
				subs = append(subs, d.string("subscription"))
			}
			at := int64(0)
			for range d.count("changes") {
				at += d.int("at")
				c := d.change(customer, subs, at)
				if d.err != nil {
					break
				}
				if !yield(c, nil) {
					return
				}
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

func (d *decoder) change(customer string, subs []string, at int64) Change {
	rec := at + d.int("recorded")
	sub := d.uint("subscription", math.MaxUint32)
	currency := d.uint("currency", math.MaxUint8)
	cycle := d.uint("cycle", math.MaxUint16)
	cause := d.uint("cause", uint64(causes-1))
	coef := num.Int128{Hi: int64(d.uint("amount", math.MaxInt64)), Lo: d.uint("amount", math.MaxUint64)}
	exp := d.uint("exponent", num.MaxPlaces)
	id := d.string("id")
	switch {
	case d.err != nil:
	case sub >= uint64(len(subs)):
		d.fail("subscription %d of %d", sub, len(subs))
	case currency >= uint64(len(d.currencies)):
		d.fail("currency %d of %d", currency, len(d.currencies))
	case cycle >= uint64(len(d.cycles)):
		d.fail("cycle %d of %d", cycle, len(d.cycles))
	}
	if d.err != nil {
		return Change{}
	}
	return Change{
		Customer: customer, Subscription: subs[sub], At: unix(at), Recorded: unix(rec),
		Amount: decimal.NewFromBigInt(coef.Big(), -int32(exp)), Cycle: d.cycles[cycle],
		Currency: d.currencies[currency], Cause: Cause(cause), ID: id,
	}
}
