package shard

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/shopspring/decimal"

	"github.com/lifecycle-go/lifecycle/internal/pack"
	"github.com/lifecycle-go/lifecycle/metrics/calendar"
	"github.com/lifecycle-go/lifecycle/metrics/ledger"
	"github.com/lifecycle-go/lifecycle/metrics/money"
	"github.com/lifecycle-go/lifecycle/touchpoint"
)

// A file is a sequence of blocks: kind, length, checksum, rows. A block's texts
// stand at its beginning, each once.
const (
	blockChanges = 1
	blockEvents  = 2
	blockHead    = 1 + 4 + 4
	maxBlock     = 1 << 26
)

// block gathers rows of one kind until they are written.
type block struct {
	kind  byte
	rows  int64
	texts []byte
	index map[string]int64
	body  []byte
}

func (b *block) text(s string) {
	if s == "" {
		b.body = pack.Count(b.body, 0)
		return
	}
	n, ok := b.index[s]
	if !ok {
		if b.index == nil {
			b.index = map[string]int64{}
		}
		n = int64(len(b.index)) + 1
		b.index[s] = n
		b.texts = pack.Text(b.texts, s)
	}
	b.body = pack.Count(b.body, n)
}

func (b *block) instant(t time.Time) {
	b.body = binary.LittleEndian.AppendUint64(b.body, uint64(t.UnixNano()))
}

// How an amount stands.
const (
	amountZero = iota
	amountWord // exponent and coefficient as numbers
	amountLong // as digits
)

func (b *block) amount(d decimal.Decimal) {
	switch {
	case d.IsZero():
		b.body = append(b.body, amountZero)
	case d.NumDigits() <= 18:
		b.body = append(b.body, amountWord)
		b.body = binary.AppendVarint(b.body, int64(d.Exponent()))
		b.body = binary.AppendVarint(b.body, d.CoefficientInt64())
	default:
		b.body = append(b.body, amountLong)
		b.body = pack.Decimal(b.body, d)
	}
}

// What a change has beside the usual.
const (
	hasCycle = 1 << iota
	hasCurrency
	hasCause
	hasPlan
	hasQuantity
	isAlive
	hasRecorded
	hasItem
)

func (b *block) change(c *ledger.Change) {
	b.rows++
	flags := 0
	for bit, set := range [...]bool{c.Cycle != calendar.Cycle{}, c.Currency != "", c.Cause != 0, c.Plan != "" || c.Product != "", !c.Quantity.IsZero(), c.Alive, !c.Recorded.IsZero(), c.Item != ""} {
		if set {
			flags |= 1 << bit
		}
	}
	b.text(c.Customer)
	b.text(c.Subscription)
	b.instant(c.At)
	b.amount(c.Amount)
	b.body = pack.Text(b.body, c.ID) // one of a kind
	b.body = append(b.body, byte(flags))
	if flags&hasCycle != 0 {
		b.body = append(b.body, byte(c.Cycle.Unit))
		b.body = pack.Count(b.body, int64(c.Cycle.N))
	}
	if flags&hasCurrency != 0 {
		b.text(string(c.Currency))
	}
	if flags&hasCause != 0 {
		b.body = append(b.body, byte(c.Cause))
	}
	if flags&hasPlan != 0 {
		b.text(c.Plan)
		b.text(c.Product)
	}
	if flags&hasQuantity != 0 {
		b.amount(c.Quantity)
	}
	if flags&hasRecorded != 0 {
		b.instant(c.Recorded)
	}
	if flags&hasItem != 0 {
		b.text(c.Item)
	}
}

func (b *block) event(e *touchpoint.Event) {
	b.rows++
	b.text(e.Customer)
	b.text(e.Name)
	b.text(string(e.Channel))
	b.instant(e.At)
	b.text(e.Source)
	b.body = pack.Text(b.body, e.ID)
	b.text(e.Campaign)
	b.amount(e.Cost)
	b.amount(e.Value)
	names := sorted(e.Attrs)
	b.body = pack.Count(b.body, int64(len(names)))
	for _, name := range names {
		b.text(name)
		b.text(e.Attrs[name])
	}
}

// flush writes the block and empties it.
func (b *block) flush(w io.Writer) error {
	if b.rows == 0 {
		return nil
	}
	payload := pack.Count(nil, int64(len(b.index)))
	payload = append(payload, b.texts...)
	payload = pack.Count(payload, b.rows)
	payload = append(payload, b.body...)
	if len(payload) > maxBlock {
		return fmt.Errorf("shard: rows of %d bytes in a block, at most %d", len(payload), maxBlock)
	}
	head := make([]byte, 0, blockHead)
	head = append(head, b.kind)
	head = binary.LittleEndian.AppendUint32(head, uint32(len(payload)))
	head = binary.LittleEndian.AppendUint32(head, pack.Checksum(0, payload))
	clear(b.index)
	b.rows, b.texts, b.body = 0, b.texts[:0], b.body[:0]
	if _, err := w.Write(head); err != nil {
		return err
	}
	_, err := w.Write(payload)
	return err
}

// rows reads the rows of a block.
type rows struct {
	pack.Reader
	texts []string
	left  int64
}

// readBlock gives the next block of a file; io.EOF after the last.
func readBlock(r io.Reader, space []byte) (kind byte, payload, back []byte, err error) {
	var head [blockHead]byte
	if _, err := io.ReadFull(r, head[:]); err != nil {
		if errors.Is(err, io.EOF) {
			return 0, nil, space, io.EOF
		}
		return 0, nil, space, fmt.Errorf("%w: it ends within a block", ErrFile)
	}
	n := binary.LittleEndian.Uint32(head[1:])
	if n > maxBlock {
		return 0, nil, space, fmt.Errorf("%w: a block of %d bytes", ErrFile, n)
	}
	if m, ok := r.(*bytes.Reader); ok && int64(n) > int64(m.Len()) {
		return 0, nil, space, fmt.Errorf("%w: it ends within a block", ErrFile)
	}
	if cap(space) < int(n) {
		space = make([]byte, n)
	}
	payload = space[:n]
	if _, err := io.ReadFull(r, payload); err != nil {
		return 0, nil, space, fmt.Errorf("%w: it ends within a block", ErrFile)
	}
	if pack.Checksum(0, payload) != binary.LittleEndian.Uint32(head[5:]) {
		return 0, nil, space, fmt.Errorf("%w: a block is not what was written", ErrFile)
	}
	return head[0], payload, space, nil
}

// readRows yields the rows of one kind from the blocks of in, as long as check
// finds nothing. It gives how many rows of the kind and how many bytes there
// were; ok is false where it did not reach the end.
func readRows[T any](in io.Reader, kind byte, row func(*rows) T, check func(*T) error, yield func(T, error) bool) (n, bytes int64, ok bool, err error) {
	var space []byte
	for {
		found, payload, back, err := readBlock(in, space)
		space = back
		if errors.Is(err, io.EOF) {
			return n, bytes, true, nil
		}
		if err != nil {
			return n, bytes, false, err
		}
		bytes += blockHead + int64(len(payload))
		switch found {
		case kind:
		case blockChanges, blockEvents:
			continue
		default:
			return n, bytes, false, fmt.Errorf("%w: a block of kind %d", ErrFile, found)
		}
		r := rowsOf(payload)
		if r.Bad || r.left == 0 { // an empty block is never written
			return n, bytes, false, fmt.Errorf("%w: a block after row %d cannot be read", ErrFile, n)
		}
		for ; r.left > 0; n++ {
			t := row(r)
			if r.Bad || r.left == 0 && len(r.Left) > 0 {
				return n, bytes, false, fmt.Errorf("%w: row %d cannot be read", ErrFile, n+1)
			}
			if err := check(&t); err != nil {
				return n, bytes, false, err
			}
			if !yield(t, nil) {
				return n, bytes, false, nil
			}
		}
	}
}

func rowsOf(payload []byte) *rows {
	r := &rows{Reader: pack.Reader{Left: payload}}
	n := r.Length()
	r.texts = make([]string, 1, n+1)
	for range n {
		r.texts = append(r.texts, r.Text())
	}
	r.left = r.Count(int64(len(r.Left)))
	return r
}

func (r *rows) name() string {
	n := r.Count(int64(len(r.texts)) - 1)
	return r.texts[n]
}

func (r *rows) byte() byte {
	if r.Bad || len(r.Left) == 0 {
		r.Bad = true
		return 0
	}
	b := r.Left[0]
	r.Left = r.Left[1:]
	return b
}

func (r *rows) instant() time.Time {
	if r.Bad || len(r.Left) < 8 {
		r.Bad = true
		return time.Time{}
	}
	n := binary.LittleEndian.Uint64(r.Left)
	r.Left = r.Left[8:]
	return time.Unix(0, int64(n)).UTC()
}

func (r *rows) amount() decimal.Decimal {
	switch r.byte() {
	case amountZero:
		return decimal.Decimal{}
	case amountWord:
		exp, n := binary.Varint(r.Left)
		if n <= 0 || r.Bad || exp < -1<<31 || exp >= 1<<31 {
			r.Bad = true
			return decimal.Decimal{}
		}
		coef, m := binary.Varint(r.Left[n:])
		if m <= 0 {
			r.Bad = true
			return decimal.Decimal{}
		}
		r.Left = r.Left[n+m:]
		return decimal.New(coef, int32(exp))
	case amountLong:
		return r.Decimal()
	default:
		r.Bad = true
		return decimal.Decimal{}
	}
}

func (r *rows) change() (c ledger.Change) {
	r.left--
	c.Customer, c.Subscription, c.At = r.name(), r.name(), r.instant()
	c.Amount = r.amount()
	c.ID = r.Text()
	flags := int(r.byte())
	if flags&hasCycle != 0 {
		c.Cycle.Unit = calendar.Unit(r.byte())
		c.Cycle.N = int(r.Count(1 << 31))
	}
	if flags&hasCurrency != 0 {
		c.Currency = money.Currency(r.name())
	}
	if flags&hasCause != 0 {
		c.Cause = ledger.Cause(r.byte())
	}
	if flags&hasPlan != 0 {
		c.Plan, c.Product = r.name(), r.name()
	}
	if flags&hasQuantity != 0 {
		c.Quantity = r.amount()
	}
	c.Alive = flags&isAlive != 0
	if flags&hasRecorded != 0 {
		c.Recorded = r.instant()
	}
	if flags&hasItem != 0 {
		c.Item = r.name()
	}
	return c
}

func (r *rows) event() (e touchpoint.Event) {
	r.left--
	e.Customer, e.Name, e.Channel, e.At = r.name(), r.name(), touchpoint.Channel(r.name()), r.instant()
	e.Source, e.ID, e.Campaign = r.name(), r.Text(), r.name()
	e.Cost, e.Value = r.amount(), r.amount()
	if n := r.Length(); n > 0 {
		e.Attrs = make(map[string]string, n)
		for range n {
			name := r.name()
			e.Attrs[name] = r.name()
		}
	}
	return e
}
