package mining

import (
	"bytes"
	"fmt"
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
		for _, r := range from.order {
			ids = ids[:0]
			for _, id := range from.seqs.of(int(r.seq)) {
				ids = append(ids, to[id])
			}
			sum.add(ids, r.n)
		}
	}
	sum.slots = nil
	t.names, t.seqs, t.customers = names, *sum, func() []string { return customers }
	t.rank()
	return nil
}

// AppendBinary appends the table's binary form. Equal tables have equal bytes.
func (t *VariantTable) AppendBinary(b []byte) ([]byte, error) {
	b = append(b, variantMagic...)
	b = pack.Text(b, optionsText(t.options, t.filtered))
	b = pack.Names(b, t.customers())
	b = pack.Count(b, int64(len(t.order)))
	for _, r := range t.order {
		ids := t.seqs.of(int(r.seq))
		b = pack.Count(b, r.n)
		b = pack.Count(b, int64(len(ids)))
		for _, id := range ids {
			b = pack.Text(b, t.names[id])
		}
	}
	return b, nil
}

// MarshalBinary is AppendBinary to nothing.
func (t *VariantTable) MarshalBinary() ([]byte, error) { return t.AppendBinary(nil) }

// UnmarshalBinary reads what AppendBinary wrote, and nothing else: every other
// byte string is refused with ErrEncoding and leaves t as it was.
func (t *VariantTable) UnmarshalBinary(data []byte) error {
	d := pack.Reader{Left: data}
	d.Cut(variantMagic)
	o := readOptions(&d)
	customers := d.Names()
	back := VariantTable{options: o.Options, filtered: o.Filtered, customers: func() []string { return customers }}
	type variant struct {
		activities []string
		n          int64
	}
	var list []variant
	found := map[string]uint16{}
	for n := d.Length(); n > 0 && !d.Bad; n-- {
		v := variant{n: d.Count(int64(len(customers)))}
		for k := d.Length(); k > 0 && !d.Bad; k-- {
			name := d.Text()
			found[name] = 0
			v.activities = append(v.activities, name)
		}
		d.Bad = d.Bad || len(found) > maxNames
		list = append(list, v)
	}
	back.names = sortedKeys(found)
	for i, name := range back.names {
		found[name] = uint16(i)
	}
	seqs, ids := newSequences(), []uint16(nil)
	for _, v := range list {
		ids = ids[:0]
		for _, name := range v.activities {
			ids = append(ids, found[name])
		}
		seqs.add(ids, v.n)
	}
	back.seqs = *seqs
	back.seqs.slots = nil
	back.rank()
	if d.Bad || len(d.Left) != 0 || back.total != int64(len(customers)) {
		return fmt.Errorf("mining: variants: %w", ErrEncoding)
	}
	if again, err := back.AppendBinary(make([]byte, 0, len(data))); err != nil || !bytes.Equal(again, data) {
		return fmt.Errorf("mining: variants: %w: not in canonical form", ErrEncoding)
	}
	*t = back
	return nil
}
