package attribution

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"sort"

	"github.com/lifecycle-go/lifecycle/internal/num"
	"github.com/lifecycle-go/lifecycle/internal/pack"
	"github.com/lifecycle-go/lifecycle/internal/text"
	"github.com/lifecycle-go/lifecycle/metrics/fault"
)

// The beginning of every encoded path set.
const (
	magic   = "LAPATHS"
	version = 2
)

// stated is what two sets must share to add up.
type stated struct {
	Options  Options `json:"options"`
	Filtered bool    `json:"filtered"`
	Part     bool    `json:"part,omitempty"` // of a breakdown
	Key      string  `json:"key,omitempty"`
}

func (o Options) text(part bool, key string) string {
	b, _ := json.Marshal(stated{o, o.Customers != nil, part, key}) // plain data: marshals without fail
	return string(b)
}

// Key is the part's key in a breakdown, empty otherwise.
func (p *Paths) Key() string {
	var s stated
	if json.Unmarshal([]byte(p.options), &s) != nil {
		return "" // of rows
	}
	return s.Key
}

// Merge adds the paths of other customers to p. Any partition of customers gives
// the set of all of them. Sets of aggregated rows know no customers: that they
// hold different ones is the caller's word. Where the options differ, or a
// customer is in both, nothing changes and the error wraps ErrMerge.
func (p *Paths) Merge(other *Paths) error {
	if p.options != other.options || p.fromLog != other.fromLog {
		return fmt.Errorf("attribution: merge: %w: %s and %s", ErrMerge, text.ClipTo(p.options, 200), text.ClipTo(other.options, 200))
	}
	customers, both, ok := pack.Disjoint(p.customers, other.customers)
	if !ok {
		return fmt.Errorf("attribution: merge: %w: customer %s in both", ErrMerge, fault.Quote(both))
	}
	number := map[string]uint32{}
	for _, list := range [][]string{p.keys, other.keys} {
		for _, key := range list {
			if _, ok := number[key]; !ok {
				number[key] = uint32(len(number))
			}
		}
	}
	if len(number) > MaxKeys {
		return &fault.Error{Package: "attribution", Op: "merge", Field: "touches", Value: itoa(len(number)), Limit: "at most " + itoa(MaxKeys), Err: ErrMerge}
	}
	out := Paths{fromLog: p.fromLog, options: p.options, customers: customers}
	for _, from := range []*Paths{p, other} {
		to := make([]uint32, len(from.customers))
		for i, name := range from.customers {
			to[i] = uint32(sort.SearchStrings(customers, name))
		}
		for _, r := range from.rows {
			touches := make([]uint32, len(r.touches))
			for j, t := range r.touches {
				touches[j] = number[from.keys[t]]
			}
			if r.touches = touches; out.fromLog {
				ages := from.ages[r.age : r.age+len(touches)]
				r.age, r.customer = len(out.ages), to[r.customer]
				out.ages = append(out.ages, ages...)
			}
			out.rows = append(out.rows, r)
		}
		out.untouched.Conversions += from.untouched.Conversions
	}
	var sum num.Sum
	sum.Add(p.untouched.Value)
	sum.Add(other.untouched.Value)
	out.untouched.Value = sum.Decimal()
	out.renumber(number, len(number))
	*p = out
	return nil
}

// canonical is the order of rows in the binary form: by customer and, inside one,
// as they were; without customers by content, equal paths joined.
func (p *Paths) canonical() []row {
	if !p.fromLog {
		var out []row
		number := map[string]uint32{}
		for i, key := range p.keys {
			number[key] = uint32(i)
		}
		for path := range p.All() {
			r := row{conv: path.Conversions, nulls: path.Nulls, value: path.Value}
			for _, key := range path.Touches {
				r.touches = append(r.touches, number[key])
			}
			out = append(out, r)
		}
		return out
	}
	out := slices.Clone(p.rows)
	slices.SortStableFunc(out, func(a, b row) int { return cmp.Compare(a.customer, b.customer) })
	return out
}

// AppendBinary appends the set's binary form, with a checksum. Equal sets have equal bytes.
func (p *Paths) AppendBinary(b []byte) ([]byte, error) {
	start := len(b)
	b = append(append(b, magic...), version)
	b = pack.Text(b, p.options)
	b = pack.Names(b, p.keys)
	b = pack.Names(b, p.customers)
	b = pack.Count(b, p.untouched.Conversions)
	b = pack.Decimal(b, p.untouched.Value)
	rows := p.canonical()
	b = pack.Count(b, int64(len(rows)))
	for i := range rows {
		r := &rows[i]
		b = pack.Count(b, int64(len(r.touches)))
		for _, t := range r.touches {
			b = pack.Count(b, int64(t))
		}
		b = pack.Count(b, r.conv)
		b = pack.Count(b, r.nulls)
		b = pack.Decimal(b, r.value)
		if p.fromLog {
			b = pack.Count(b, int64(r.customer))
			for _, age := range p.ages[r.age : r.age+len(r.touches)] {
				b = pack.Count(b, age)
			}
		}
	}
	return pack.Frame(b, start), nil
}

// MarshalBinary is AppendBinary to nothing.
func (p *Paths) MarshalBinary() ([]byte, error) { return p.AppendBinary(nil) }

// UnmarshalBinary reads what AppendBinary wrote, and nothing else: every other
// byte string is refused with ErrEncoding and leaves p as it was.
func (p *Paths) UnmarshalBinary(data []byte) error {
	f, err := pack.Unframe(data, magic, version)
	if err != nil {
		return fmt.Errorf("attribution: %w: %w", ErrEncoding, err)
	}
	d := pack.Reader{Left: f.Rest()}
	back := decode(&d)
	if d.Bad || len(d.Left) != 0 {
		return fmt.Errorf("attribution: %w", ErrEncoding)
	}
	if again, err := back.AppendBinary(make([]byte, 0, len(data))); err != nil || !bytes.Equal(again, data) {
		return fmt.Errorf("attribution: %w: not in canonical form", ErrEncoding)
	}
	*p = *back
	return nil
}

func decode(d *pack.Reader) *Paths {
	p := &Paths{options: d.Text()}
	p.fromLog = p.options != ""
	p.keys, p.customers = d.Names(), d.Names()
	p.untouched.Conversions, p.untouched.Value = d.Count(1<<53), d.Decimal()
	d.Bad = d.Bad || len(p.keys) > MaxKeys || !inBounds(p.untouched.Value)
	sums := counts{}
	used := make([]bool, len(p.keys))
	for n := d.Length(); n > 0 && !d.Bad; n-- {
		r := row{age: len(p.ages)}
		size := d.Length()
		d.Bad = d.Bad || size == 0 || size > MaxTouches
		for ; size > 0 && !d.Bad; size-- {
			t := d.Count(int64(len(p.keys)) - 1)
			if r.touches = append(r.touches, uint32(t)); !d.Bad {
				used[t] = true
			}
		}
		r.conv, r.nulls, r.value = d.Count(1<<53), d.Count(1<<53), d.Decimal()
		d.Bad = d.Bad || !sums.add(r.conv) || !sums.add(r.nulls) || !inBounds(r.value) || r.conv == 0 && !r.value.IsZero()
		if p.fromLog {
			r.customer = uint32(d.Count(int64(len(p.customers)) - 1))
			for range r.touches {
				p.ages = append(p.ages, d.Count(1<<63-1))
			}
		}
		p.rows = append(p.rows, r)
	}
	d.Bad = d.Bad || slices.Contains(used, false) || !p.fromLog && len(p.customers) > 0
	return p
}
