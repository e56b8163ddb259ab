package clv

import (
	"encoding/binary"
	"fmt"
	"math"
	"time"

	"github.com/lifecycle-go/lifecycle/metrics/calendar"
	"github.com/lifecycle-go/lifecycle/metrics/fault"
)

// The binary form: magic, version, options and their hash, fingerprints, cells,
// spends. Numbers of things are uvarints, floats their bits, the order is the
// canonical one, so that equal aggregates have equal bytes.
const (
	cellsMagic   = "clvc"
	cellsVersion = 1
)

// AppendBinary appends the binary form.
func (c *Cells) AppendBinary(dst []byte) ([]byte, error) {
	c.settle()
	dst = append(dst, cellsMagic...)
	dst = append(dst, cellsVersion)
	rules := c.rules.append(nil)
	dst = binary.AppendUvarint(dst, uint64(len(rules)))
	dst = append(dst, rules...)
	dst = binary.LittleEndian.AppendUint64(dst, hashBytes(rules))
	dst = binary.AppendUvarint(dst, uint64(len(c.ids)))
	for _, id := range c.ids {
		dst = append(dst, id[:]...)
	}
	dst = binary.AppendUvarint(dst, uint64(len(c.cells)))
	for _, q := range c.cells {
		dst = appendFloats(dst, q.X, q.TX, q.T)
		dst = binary.AppendUvarint(dst, uint64(q.N))
	}
	dst = binary.AppendUvarint(dst, uint64(len(c.spends)))
	for _, q := range c.spends {
		dst = appendFloats(dst, q.X, q.Mean)
		dst = binary.AppendUvarint(dst, uint64(q.N))
	}
	return dst, nil
}

// MarshalBinary is AppendBinary into a new slice.
func (c *Cells) MarshalBinary() ([]byte, error) { return c.AppendBinary(nil) }

func appendFloats(dst []byte, values ...float64) []byte {
	for _, v := range values {
		dst = binary.LittleEndian.AppendUint64(dst, math.Float64bits(v))
	}
	return dst
}

func (r cellRules) append(dst []byte) []byte {
	dst = append(dst, byte(r.Unit), byte(r.Collapse))
	if r.End.IsZero() {
		dst = append(dst, 0)
	} else {
		dst = append(dst, 1)
		dst = binary.LittleEndian.AppendUint64(dst, uint64(r.End.Unix()))
		dst = binary.LittleEndian.AppendUint32(dst, uint32(r.End.Nanosecond()))
	}
	dst = binary.AppendUvarint(dst, uint64(len(r.Place)))
	return append(dst, r.Place...)
}

func hashBytes(b []byte) uint64 {
	h := uint64(14695981039346656037)
	for _, v := range b {
		h = (h ^ uint64(v)) * 1099511628211
	}
	return h
}

// UnmarshalBinary reads what AppendBinary writes, and nothing else: another
// order, another length of a number, what cannot be in an aggregate and bytes
// behind the end are refused, and c stays as it was.
func (c *Cells) UnmarshalBinary(data []byte) error {
	r := reader{rest: data}
	if string(r.take(len(cellsMagic))) != cellsMagic || r.byte() != cellsVersion {
		return r.wrong("magic", "want aggregate cells of version 1")
	}
	rules := r.take(r.count(1))
	if r.uint64() != hashBytes(rules) {
		return r.wrong("options", "their hash does not match")
	}
	var out Cells
	inner := reader{rest: rules}
	out.rules = inner.rules()
	if inner.bad || len(inner.rest) > 0 {
		return r.wrong("options", "malformed")
	}
	out.ids = make([]fingerprint128, r.count(16))
	for i := range out.ids {
		copy(out.ids[i][:], r.take(16))
		if i > 0 && compareIDs(out.ids[i-1], out.ids[i]) >= 0 {
			return r.wrong("fingerprints", "not ascending")
		}
	}
	out.cells = make([]Cell, r.count(25))
	var total, spenders, paid int64
	for i := range out.cells {
		q := &out.cells[i]
		q.X, q.TX, q.T, q.N = r.float(), r.float(), r.float(), r.positive()
		if r.bad || historyFault(q.X, q.TX, q.T) != nil || before(*q, out.cells, i) {
			return r.wrong("cells", fmt.Sprintf("number %d cannot be, or is out of order", i))
		}
		total += q.N
		if q.X > 0 {
			spenders += q.N
		}
		if total > int64(len(out.ids)) {
			return r.wrong("cells", "more customers than fingerprints")
		}
	}
	out.spends = make([]Spend, r.count(17))
	for i := range out.spends {
		q := &out.spends[i]
		q.X, q.Mean, q.N = r.float(), r.float(), r.positive()
		if r.bad || !(q.X > 0) || math.IsInf(q.X, 1) || !(q.Mean > 0) || math.IsInf(q.Mean, 1) ||
			(i > 0 && !(out.spends[i-1].X < q.X || (out.spends[i-1].X == q.X && out.spends[i-1].Mean < q.Mean))) {
			return r.wrong("spends", fmt.Sprintf("number %d cannot be, or is out of order", i))
		}
		if paid += q.N; paid > spenders {
			return r.wrong("spends", "more customers than cells with repeat transactions")
		}
	}
	if r.bad || len(r.rest) > 0 || total != int64(len(out.ids)) {
		return r.wrong("end", "too short, too long, or customers without a cell")
	}
	if len(out.ids) == 0 {
		out = Cells{rules: out.rules}
	}
	*c = out
	return nil
}

// before reports whether cell i does not come after the one before it.
func before(q Cell, cells []Cell, i int) bool {
	if i == 0 {
		return false
	}
	p := cells[i-1]
	switch {
	case p.X != q.X:
		return p.X > q.X
	case p.T != q.T:
		return p.T > q.T
	}
	return p.TX >= q.TX
}

// reader takes an encoding apart; after the first thing that is not there it
// gives zeros.
type reader struct {
	rest []byte
	bad  bool
}

func (r *reader) wrong(field, limit string) error {
	return &fault.Error{Package: "clv", Op: "unmarshal cells", Field: field, Limit: limit, Err: ErrInput}
}

func (r *reader) take(n int) []byte {
	if r.bad || n < 0 || n > len(r.rest) {
		r.bad = true
		return make([]byte, max(0, min(n, 16)))
	}
	out := r.rest[:n]
	r.rest = r.rest[n:]
	return out
}

func (r *reader) byte() byte {
	if b := r.take(1); !r.bad {
		return b[0]
	}
	return 0
}

func (r *reader) uint64() uint64 { return binary.LittleEndian.Uint64(r.take(8)) }

// float refuses NaN and negative zero, which have no place in an aggregate.
func (r *reader) float() float64 {
	bits := r.uint64()
	v := math.Float64frombits(bits)
	if math.IsNaN(v) || bits == 1<<63 {
		r.bad = true
		return 0
	}
	return v
}

func (r *reader) uvarint() uint64 {
	v, n := binary.Uvarint(r.rest)
	if r.bad || n <= 0 || n != len(binary.AppendUvarint(nil, v)) { // one way to write a number
		r.bad = true
		return 0
	}
	r.rest = r.rest[n:]
	return v
}

// count of things of at least size bytes each, no more than there is room for.
func (r *reader) count(size int) int {
	v := r.uvarint()
	if v > uint64(len(r.rest)/size) {
		r.bad = true
		return 0
	}
	return int(v)
}

func (r *reader) positive() int64 {
	v := r.uvarint()
	if v == 0 || v > maxWeight {
		r.bad = true
	}
	return int64(v)
}

func (r *reader) rules() (out cellRules) {
	out.Unit, out.Collapse = calendar.Unit(r.byte()), Collapse(r.byte())
	switch r.byte() {
	case 0:
	case 1:
		s := int64(r.uint64())
		ns := binary.LittleEndian.Uint32(r.take(4))
		if ns >= 1e9 || s < -1<<40 || s > 1<<40 {
			r.bad = true
		} else {
			out.End = time.Unix(s, int64(ns)).UTC()
			r.bad = r.bad || out.End.IsZero()
		}
	default:
		r.bad = true
	}
	out.Place = string(r.take(r.count(1)))
	r.bad = r.bad || out.Unit.Validate() != nil || !collapses.Has(out.Collapse)
	return out
}
