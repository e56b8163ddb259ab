package mining

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"hash/maphash"
	"slices"
	"strings"
	"sync"

	"github.com/lifecycle-go/lifecycle/internal/pack"
	"github.com/lifecycle-go/lifecycle/metrics"
	"github.com/lifecycle-go/lifecycle/touchpoint"
)

// Variant is one sequence of activities and how many customers went it.
type Variant struct {
	Activities []string      `json:"activities"`
	N          int64         `json:"n"`
	Share      metrics.Ratio `json:"share"`    // of all customers with an activity
	Coverage   metrics.Ratio `json:"coverage"` // this variant and the more frequent ones together
}

// VariantTable is the different journeys of a log. Tables of disjoint customers
// add up with Merge. It is safe for readers in any number of goroutines.
type VariantTable struct {
	options   Options
	filtered  bool
	variants  []Variant // most frequent first
	total     int64
	customers func() []string
}

// Variants finds the different journeys: the sequence of activities of each
// customer. Sequences are compared by their events, not by a hash of them.
//
// Errors: as [DirectlyFollows], without its bound on activities.
func Variants(log *touchpoint.Log, o Options) (*VariantTable, error) {
	v, err := o.view(log)
	if err != nil {
		return nil, err
	}
	parts := v.cols.Parts()
	found := make([]*sequences, len(parts))
	seed := maphash.MakeSeed()
	var wait sync.WaitGroup
	for i, part := range parts {
		wait.Go(func() { found[i] = v.sequences(part, seed) })
	}
	wait.Wait()
	t := &VariantTable{options: o, filtered: o.Customers != nil, customers: sync.OnceValue(v.customers)}
	sums := map[string]*Variant{}
	for _, s := range found {
		for k, n := range s.n {
			ids := s.of(k)
			names := make([]string, len(ids))
			for i, id := range ids {
				names[i] = v.names[id]
			}
			key := strings.Join(names, "\x00")
			if have, ok := sums[key]; ok {
				have.N += n
			} else {
				sums[key] = &Variant{Activities: names, N: n}
			}
		}
	}
	for _, v := range sums {
		t.variants = append(t.variants, *v)
	}
	t.rank()
	return t, nil
}

// sequences are the different sequences of one part, in one arena.
type sequences struct {
	ids  []uint16
	from []int
	n    []int64
	at   map[uint64][]int // by hash
}

func (s *sequences) of(k int) []uint16 {
	to := len(s.ids)
	if k+1 < len(s.from) {
		to = s.from[k+1]
	}
	return s.ids[s.from[k]:to]
}

func (v *view) sequences(part touchpoint.Part, seed maphash.Seed) *sequences {
	s := &sequences{at: map[uint64][]int{}}
	var events []int32
	var ids []uint16
	var h maphash.Hash
	h.SetSeed(seed)
	for c := part.From; c < part.To; c++ {
		if events = v.of(c, events[:0]); len(events) == 0 {
			continue
		}
		ids = ids[:0]
		h.Reset()
		for _, i := range events {
			id := v.cols.Name[i]
			ids = append(ids, id)
			_, _ = h.Write([]byte{byte(id), byte(id >> 8)})
		}
		s.add(ids, h.Sum64())
	}
	return s
}

func (s *sequences) add(ids []uint16, hash uint64) {
	for _, k := range s.at[hash] {
		if slices.Equal(s.of(k), ids) {
			s.n[k]++
			return
		}
	}
	s.at[hash] = append(s.at[hash], len(s.from))
	s.from, s.n = append(s.from, len(s.ids)), append(s.n, 1)
	s.ids = append(s.ids, ids...)
}

func (t *VariantTable) rank() {
	slices.SortFunc(t.variants, func(a, b Variant) int {
		return cmp.Or(cmp.Compare(b.N, a.N), slices.Compare(a.Activities, b.Activities))
	})
	t.total = 0
	for _, v := range t.variants {
		t.total += v.N
	}
	sum := int64(0)
	for i := range t.variants {
		sum += t.variants[i].N
		t.variants[i].Share = metrics.NewCount(t.variants[i].N, t.total)
		t.variants[i].Coverage = metrics.NewCount(sum, t.total)
	}
}

// All are the variants, most frequent first, then by their activities.
func (t *VariantTable) All() []Variant { return slices.Clone(t.variants) }

// Customers is how many customers have an activity.
func (t *VariantTable) Customers() int64 { return t.total }

// Covering are the most frequent variants that together cover a share of the
// customers.
func (t *VariantTable) Covering(share metrics.Ratio) []Variant {
	for i, v := range t.variants {
		if c, ok := v.Coverage.Cmp(share); ok && c >= 0 {
			return slices.Clone(t.variants[:i+1])
		}
	}
	return t.All()
}

// String is a line for each variant.
func (t *VariantTable) String() string {
	var b strings.Builder
	for _, v := range t.variants {
		fmt.Fprintf(&b, "%d %s %s\n", v.N, v.Share.Percent(1), strings.Join(v.Activities, " > "))
	}
	return b.String()
}

// Rows are the variants as cells of a table, titles first.
func (t *VariantTable) Rows() [][]string {
	out := [][]string{{"customers", "share", "coverage", "activities"}}
	for _, v := range t.variants {
		out = append(out, []string{fmt.Sprint(v.N), v.Share.Percent(2), v.Coverage.Percent(2), strings.Join(v.Activities, " > ")})
	}
	return out
}

// MarshalJSON writes customers and the variants.
func (t *VariantTable) MarshalJSON() ([]byte, error) {
	return json.Marshal(struct {
		Customers int64     `json:"customers"`
		Variants  []Variant `json:"variants"`
	}{t.total, append([]Variant{}, t.variants...)})
}

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
	all := slices.Concat(t.variants, other.variants)
	slices.SortFunc(all, func(a, b Variant) int { return slices.Compare(a.Activities, b.Activities) })
	sum := all[:0]
	for _, v := range all {
		if n := len(sum); n > 0 && slices.Equal(sum[n-1].Activities, v.Activities) {
			sum[n-1].N += v.N
		} else {
			sum = append(sum, v)
		}
	}
	t.variants, t.customers = sum, func() []string { return customers }
	t.rank()
	return nil
}

// AppendBinary appends the table's binary form. Equal tables have equal bytes.
func (t *VariantTable) AppendBinary(b []byte) ([]byte, error) {
	b = append(b, variantMagic...)
	b = pack.Text(b, optionsText(t.options, t.filtered))
	b = pack.Names(b, t.customers())
	b = pack.Count(b, int64(len(t.variants)))
	for _, v := range t.variants {
		b = pack.Count(b, v.N)
		b = pack.Count(b, int64(len(v.Activities)))
		for _, name := range v.Activities {
			b = pack.Text(b, name)
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
	for n := d.Length(); n > 0 && !d.Bad; n-- {
		v := Variant{N: d.Count(int64(len(customers)))}
		for k := d.Length(); k > 0 && !d.Bad; k-- {
			v.Activities = append(v.Activities, d.Text())
		}
		back.variants = append(back.variants, v)
	}
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
