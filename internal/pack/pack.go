// Package pack is the binary form of aggregates: lengths before texts, sorted
// numbers as differences, and a reader that never takes more memory than a
// small multiple of its input. A decoder that writes again what it read and
// compares has one encoding for one value.
package pack

import (
	"encoding/binary"
	"math/big"

	"github.com/shopspring/decimal"
)

// Text appends a text with its length before it.
func Text(b []byte, s string) []byte {
	b = binary.AppendUvarint(b, uint64(len(s)))
	return append(b, s...)
}

// Count appends a number of zero or more.
func Count(b []byte, n int64) []byte { return binary.AppendUvarint(b, uint64(n)) }

// Counts appends numbers of zero or more.
func Counts(b []byte, list []int64) []byte {
	b = Count(b, int64(len(list)))
	for _, n := range list {
		b = Count(b, n)
	}
	return b
}

// Sorted appends numbers of zero or more in ascending order.
func Sorted(b []byte, list []int64) []byte {
	b = Count(b, int64(len(list)))
	before := int64(0)
	for _, v := range list {
		b = Count(b, v-before)
		before = v
	}
	return b
}

// Names appends texts in ascending order.
func Names(b []byte, names []string) []byte {
	b = Count(b, int64(len(names)))
	for _, s := range names {
		b = Text(b, s)
	}
	return b
}

// Decimal appends an amount: an exponent of ten and a coefficient.
func Decimal(b []byte, d decimal.Decimal) []byte {
	b = binary.AppendVarint(b, int64(d.Exponent()))
	return Text(b, d.Coefficient().String())
}

// Reader reads what the functions above wrote. After the first thing that is not
// there it returns nothing but zeros, and Bad is set.
type Reader struct {
	Left []byte
	Bad  bool
}

// Cut reads the magic that a form begins with.
func (r *Reader) Cut(magic string) {
	if len(r.Left) < len(magic) || string(r.Left[:len(magic)]) != magic {
		r.Bad = true
		return
	}
	r.Left = r.Left[len(magic):]
}

// Count reads a number from 0 to most; where most is below 0 there is none.
func (r *Reader) Count(most int64) int64 {
	v, n := binary.Uvarint(r.Left)
	if n <= 0 || r.Bad || most < 0 || v > uint64(most) {
		r.Bad = true
		return 0
	}
	r.Left = r.Left[n:]
	return int64(v)
}

// Length reads the length of a list, whose items have at least a byte each.
func (r *Reader) Length() int { return int(r.Count(int64(len(r.Left)))) }

// Text reads a text.
func (r *Reader) Text() string {
	n := r.Length()
	if r.Bad || n > len(r.Left) {
		r.Bad = true
		return ""
	}
	s := string(r.Left[:n])
	r.Left = r.Left[n:]
	return s
}

// Counts reads numbers of zero or more.
func (r *Reader) Counts() []int64 {
	n := r.Length()
	list := make([]int64, 0, n)
	for range n {
		if list = append(list, r.Count(1<<63-1)); r.Bad {
			return nil
		}
	}
	return list
}

// Sorted reads numbers in ascending order.
func (r *Reader) Sorted() []int64 {
	list := r.Counts()
	sum := int64(0)
	for i, v := range list {
		if sum += v; sum < 0 {
			r.Bad = true
			return nil
		}
		list[i] = sum
	}
	return list
}

// Names reads texts, and refuses those that do not ascend.
func (r *Reader) Names() []string {
	n := r.Length()
	names := make([]string, 0, min(n, 1<<16))
	for i := range n {
		s := r.Text()
		if r.Bad || i > 0 && s <= names[i-1] {
			r.Bad = true
			return nil
		}
		names = append(names, s)
	}
	return names
}

// The bounds of a decimal that is read.
const (
	maxDigits   = 1000
	maxExponent = 1000
)

// Decimal reads an amount of at most 1000 digits.
func (r *Reader) Decimal() decimal.Decimal {
	exp, n := binary.Varint(r.Left)
	if n <= 0 || r.Bad || exp < -maxExponent || exp > maxExponent {
		r.Bad = true
		return decimal.Decimal{}
	}
	r.Left = r.Left[n:]
	digits := r.Text()
	coef, ok := new(big.Int).SetString(digits, 10)
	if !ok || len(digits) > maxDigits || coef.String() != digits {
		r.Bad = true
		return decimal.Decimal{}
	}
	return decimal.NewFromBigInt(coef, int32(exp))
}

// Disjoint is both ascending lists as one; where a name stands in both, it is
// that name and false.
func Disjoint(a, b []string) (union []string, both string, ok bool) {
	union = make([]string, 0, len(a)+len(b))
	i, j := 0, 0
	for i < len(a) && j < len(b) {
		switch {
		case a[i] == b[j]:
			return nil, a[i], false
		case a[i] < b[j]:
			union, i = append(union, a[i]), i+1
		default:
			union, j = append(union, b[j]), j+1
		}
	}
	return append(append(union, a[i:]...), b[j:]...), "", true
}
