package mining

import (
	"fmt"
	"math"
	"slices"

	"github.com/lifecycle-go/lifecycle/internal/pack"
)

// maxNames bounds the activities of a table: a number of two bytes each.
const maxNames = 1 << 16

// Merge adds the variants of other customers to t: any partition of customers
// gives the table of all of them. Where the options differ, or a customer is in
// both, nothing changes and the error wraps ErrMerge.
func (t *VariantTable) Merge(other *VariantTable) error {
	if err := sameOptions(optionsText(t.options, t.filtered), optionsText(other.options, other.filtered)); err != nil {
		return err
	}
	customers, err := disjoint(t.customers(), other.customers())
	if err != nil {
		return err
	}
	if int64(customers.Len()) > math.MaxUint32 {
		return fmt.Errorf("mining: merge: %w: customers %d, at most %d", ErrMerge, customers.Len(), uint32(math.MaxUint32))
	}
	names := slices.Compact(slices.Sorted(slices.Values(slices.Concat(t.names, other.names))))
	if len(names) > maxNames {
		return fmt.Errorf("mining: merge: %w: activities %d, at most %d", ErrMerge, len(names), maxNames)
	}
	sum := newSequences()
	var ids []uint16
	for _, from := range []*VariantTable{t, other} {
		to := make([]uint16, len(from.names))
		for i, name := range from.names {
			place, _ := slices.BinarySearch(names, name)
			to[i] = uint16(place)
		}
		of := from.reader()
		for _, r := range from.order {
			ids = ids[:0]
			for _, id := range of(r.seq) {
				ids = append(ids, to[id])
			}
			sum.add(ids, r.n)
		}
	}
	t.names, t.customers = names, func() *pack.Crowd { return customers }
	t.hold(sum)
	return nil
}

// hold makes it a table of these sequences.
func (t *VariantTable) hold(seqs *sequences) {
	seqs.slots, seqs.hash = nil, nil
	t.view, t.seqs, t.order = nil, seqs, make([]ranked, len(seqs.n))
	for k, n := range seqs.n {
		t.order[k] = ranked{n: n, seq: uint32(k)}
	}
	t.rank()
}

const variantMagic = "LMVARI"

// AppendBinary appends the table's binary form: options, activities, customers and
// variants, and a checksum. Equal tables have equal bytes.
func (t *VariantTable) AppendBinary(b []byte) ([]byte, error) {
	of, used := t.reader(), make([]bool, len(t.names))
	for _, r := range t.order {
		for _, id := range of(r.seq) {
			used[id] = true
		}
	}
	var names []string
	to := make([]int64, len(t.names))
	for i, is := range used {
		if is {
			to[i], names = int64(len(names)), append(names, t.names[i])
		}
	}
	return closed(b, variantMagic, func(b []byte) []byte {
		b = pack.Names(pack.Text(b, optionsText(t.options, t.filtered)), names)
		if t.customers == nil {
			b = pack.Count(b, 0)
		} else {
			b = t.customers().Append(b)
		}
		b = pack.Count(b, int64(len(t.order)))
		for _, r := range t.order {
			ids := of(r.seq)
			b = pack.Count(pack.Count(b, int64(r.n)), int64(len(ids)))
			for _, id := range ids {
				b = pack.Count(b, to[id])
			}
		}
		return b
	}), nil
}

// MarshalBinary is AppendBinary to nothing.
func (t *VariantTable) MarshalBinary() ([]byte, error) { return t.AppendBinary(nil) }

// UnmarshalBinary reads what AppendBinary wrote, and nothing else: every other
// byte string is refused with ErrEncoding and leaves t as it was.
func (t *VariantTable) UnmarshalBinary(data []byte) error {
	back := &VariantTable{}
	err := opened("variants", data, variantMagic, back.read, func(b []byte) ([]byte, error) { return back.AppendBinary(b) })
	if err == nil {
		*t = *back
	}
	return err
}

func (t *VariantTable) read(d *pack.Reader) {
	o := readOptions(d)
	t.options, t.filtered, t.names = o.Options, o.Filtered, d.Names()
	customers := d.Crowd()
	t.customers = func() *pack.Crowd { return customers }
	d.Bad = d.Bad || len(t.names) > maxNames || int64(customers.Len()) > math.MaxUint32
	seqs, ids := newSequences(), []uint16(nil)
	for n := d.Length(); n > 0 && !d.Bad; n-- {
		times := uint32(d.Count(int64(customers.Len())))
		ids = ids[:0]
		for k := d.Length(); k > 0 && !d.Bad; k-- {
			ids = append(ids, uint16(d.Count(int64(len(t.names))-1)))
		}
		seqs.add(ids, times)
	}
	if d.Bad {
		return
	}
	t.hold(seqs)
	d.Bad = t.total != int64(customers.Len())
}
