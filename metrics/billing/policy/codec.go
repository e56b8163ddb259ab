package policy

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math/big"
	"time"

	"github.com/shopspring/decimal"

	"github.com/lifecycle-go/lifecycle/internal/num"
	"github.com/lifecycle-go/lifecycle/metrics/billing"
	"github.com/lifecycle-go/lifecycle/metrics/billing/internal/subs"
	"github.com/lifecycle-go/lifecycle/metrics/calendar"
	"github.com/lifecycle-go/lifecycle/metrics/money"
)

// codec writes values one after another, or reads them back: one description of
// a form serves both, so that they cannot differ.
type codec struct {
	out     []byte // written
	in      []byte // still to be read
	reading bool
	err     error // the first that failed; what follows does nothing
}

var errShort = errors.New("ends too early")

func (c *codec) fail(err error) {
	if c.err == nil {
		c.err, c.in = err, nil
	}
}

func (c *codec) uint(v *uint64) {
	if !c.reading {
		c.out = binary.AppendUvarint(c.out, *v)
		return
	}
	read, n := binary.Uvarint(c.in)
	if *v = read; n <= 0 {
		*v = 0
		c.fail(errShort)
		return
	}
	c.in = c.in[n:]
}

func (c *codec) int64(v *int64) {
	u := uint64(*v)<<1 ^ uint64(*v>>63)
	c.uint(&u)
	if c.reading {
		*v = int64(u>>1) ^ -int64(u&1)
	}
}

func (c *codec) int(v *int) {
	w := int64(*v)
	c.int64(&w)
	*v = int(w)
}

func (c *codec) bool(v *bool) {
	var u uint64
	if *v {
		u = 1
	}
	c.uint(&u)
	if u > 1 {
		c.fail(fmt.Errorf("%d where 0 or 1 should be", u))
	}
	*v = u == 1
}

func (c *codec) text(v *string) {
	n := uint64(len(*v))
	c.uint(&n)
	if !c.reading {
		c.out = append(c.out, *v...)
		return
	}
	if n > uint64(len(c.in)) {
		*v = ""
		c.fail(errShort)
		return
	}
	*v = string(c.in[:n])
	c.in = c.in[n:]
}

// instant is a time to the nanosecond, in UTC; zero stays zero.
func (c *codec) instant(v *time.Time) {
	var at int64
	set := !v.IsZero()
	c.bool(&set)
	if !set {
		*v = time.Time{}
		return
	}
	if !c.reading {
		at = v.UnixNano()
	}
	if c.int64(&at); c.reading {
		*v = time.Unix(0, at).UTC()
		if err := calendar.CheckTime(*v); err != nil {
			c.fail(err)
		}
	}
}

func (c *codec) decimal(v *decimal.Decimal) {
	exp, digits := int64(v.Exponent()), ""
	if !c.reading {
		digits = v.Coefficient().String()
		if v.IsZero() {
			exp, digits = 0, ""
		}
	}
	c.int64(&exp)
	c.text(&digits)
	if !c.reading {
		return
	}
	if digits == "" {
		*v = decimal.Decimal{}
		if exp != 0 {
			c.fail(errors.New("a zero with an exponent"))
		}
		return
	}
	n, ok := new(big.Int).SetString(digits, 10)
	if len(digits) > 40 || !ok || exp < -1000 || exp > 1000 {
		c.fail(errors.New("not a number"))
		return
	}
	*v = decimal.NewFromBigInt(n, int32(exp))
	if err := num.Check(*v); err != nil {
		c.fail(err)
	}
}

// small is an enumeration.
func small[E ~uint8](c *codec, v *E) {
	u := uint64(*v)
	c.uint(&u)
	if u > 255 {
		c.fail(fmt.Errorf("%d where a small number should be", u))
	}
	*v = E(u)
}

// list is a list of at most as many elements as there are bytes to read.
func list[T any](c *codec, v *[]T, each func(*T)) {
	n := uint64(len(*v))
	c.uint(&n)
	if c.reading {
		if n > uint64(len(c.in)) {
			c.fail(errShort)
			n = 0
		}
		*v = nil
		if n > 0 {
			*v = make([]T, 0, min(n, 1<<12))
		}
		for range n {
			var x T
			if each(&x); c.err != nil {
				return
			}
			*v = append(*v, x)
		}
		return
	}
	for i := range *v {
		each(&(*v)[i])
	}
}

func (c *codec) key(k *subs.Key) {
	c.text(&k.Customer)
	c.text(&k.Subscription)
}

func (c *codec) cycle(v *calendar.Cycle) {
	small(c, &v.Unit)
	c.int(&v.N)
}

func (c *codec) currency(v *money.Currency) {
	s := string(*v)
	c.text(&s)
	*v = money.Currency(s)
}

func (c *codec) discount(d *billing.Discount) {
	c.text(&d.ID)
	c.decimal(&d.Percent)
	c.decimal(&d.Off)
	c.instant(&d.From)
	c.instant(&d.To)
	small(c, &d.Duration)
	c.int(&d.Cycles)
	small(c, &d.Level)
	small(c, &d.InMRR)
}

func (c *codec) span(s *billing.Span) {
	c.text(&s.Customer)
	c.text(&s.Subscription)
	c.text(&s.Item)
	c.instant(&s.From)
	c.instant(&s.To)
	c.text(&s.Plan)
	c.text(&s.Product)
	c.decimal(&s.Amount)
	c.decimal(&s.Tax)
	c.currency(&s.Currency)
	c.cycle(&s.Cycle)
	c.decimal(&s.Quantity)
	list(c, &s.Discounts, c.discount)
	small(c, &s.State)
	small(c, &s.Basis)
	c.instant(&s.CancelAt)
	c.instant(&s.CancelAskedAt)
	small(c, &s.Reason)
	c.instant(&s.PaidThrough)
	c.text(&s.Replaces)
	c.bool(&s.Test)
	c.text(&s.ID)
	c.text(&s.EndID)
	c.int64(&s.Seq)
	c.instant(&s.Recorded)
	c.instant(&s.EndRecorded)
	if c.reading && c.err == nil && !s.Check(nil) {
		c.fail(errors.New("a span with a fault"))
	}
}

func (c *codec) line(l *billing.InvoiceLine) {
	c.text(&l.Customer)
	c.text(&l.Subscription)
	c.text(&l.Item)
	c.text(&l.Plan)
	c.text(&l.Product)
	c.text(&l.Invoice)
	c.text(&l.ID)
	c.instant(&l.IssuedAt)
	c.instant(&l.PaidAt)
	c.instant(&l.From)
	c.instant(&l.To)
	c.decimal(&l.Amount)
	c.decimal(&l.Discount)
	c.decimal(&l.Tax)
	c.currency(&l.Currency)
	c.cycle(&l.Cycle)
	c.decimal(&l.Quantity)
	small(c, &l.Kind)
	small(c, &l.Proration)
	small(c, &l.Status)
	c.text(&l.Refund)
	c.int64(&l.Seq)
	c.bool(&l.Test)
	if c.reading && c.err == nil && !l.Check(nil) {
		c.fail(errors.New("an invoice line with a fault"))
	}
}

func (c *codec) record(r *billing.Record) {
	c.text(&r.ID)
	c.instant(&r.Created)
	c.int64(&r.Version)
	c.bool(&r.Deleted)
	c.instant(&r.Ended)
	list(c, &r.Spans, c.span)
	list(c, &r.Lines, c.line)
}
