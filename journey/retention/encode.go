package retention

import (
	"bytes"
	"encoding/json"
	"fmt"
	"time"

	"github.com/lifecycle-go/lifecycle/internal/num"
	"github.com/lifecycle-go/lifecycle/internal/pack"
	"github.com/lifecycle-go/lifecycle/internal/text"
	"github.com/lifecycle-go/lifecycle/metrics/fault"
)

// The beginning of every encoded table.
const (
	tableMagic   = "LRTABLE"
	tableVersion = 2
)

// stated is what two tables must share to add up.
type stated struct {
	Spec     Spec   `json:"spec"`
	Key      string `json:"key"`
	Zone     string `json:"zone"`
	Filtered bool   `json:"filtered"`
	AsOf     int64  `json:"as_of"`
}

func (t *Table) options() []byte {
	o := stated{Spec: t.spec, Key: t.key, Filtered: t.filter}
	if t.spec.Location != nil {
		o.Zone = t.spec.Location.String()
	}
	// Where the Spec states no AsOf, each part has its own and the whole the
	// latest.
	b, _ := json.Marshal(o) // plain data: marshals without fail
	return b
}

// Merge adds the table of other customers to t: any partition of customers gives
// the table of all of them, byte for byte. Where the specs differ, or a customer
// is in both, nothing changes and the error wraps ErrMerge.
func (t *Table) Merge(other *Table) error {
	if a, b := t.options(), other.options(); !bytes.Equal(a, b) {
		return fmt.Errorf("retention: merge: %w: %s and %s", ErrMerge, text.ClipTo(string(a), 200), text.ClipTo(string(b), 200))
	}
	crowd, both, ok := t.crowd().Join(other.crowd())
	if !ok {
		return fmt.Errorf("retention: merge: %w: customer %s in both", ErrMerge, fault.Quote(both))
	}
	t.add(other.sum)
	t.crowd = func() *pack.Crowd { return crowd }
	t.asOf = max(t.asOf, other.asOf)
	return nil
}

// AppendBinary appends the table's binary form: the Spec, the customers in a
// cohort, the cells, and a checksum. Equal tables have equal bytes.
func (t *Table) AppendBinary(b []byte) ([]byte, error) {
	start := len(b)
	b = append(append(b, tableMagic...), tableVersion)
	b = pack.Text(b, string(t.options()))
	b = pack.Count(b, t.asOf-num0)
	b = t.crowd().Append(b)
	for r := range t.sum.cells {
		b = pack.Counts(b, t.sum.cells[r])
		if t.sum.values == nil {
			continue
		}
		for k := range t.sum.values[r] {
			b = pack.Decimal(b, t.sum.values[r][k].Decimal())
		}
	}
	return pack.Frame(b, start), nil
}

// num0 makes an instant a number of zero or more: the first of a log's years.
const num0 = -1 << 62

// MarshalBinary is AppendBinary to nothing.
func (t *Table) MarshalBinary() ([]byte, error) { return t.AppendBinary(nil) }

// UnmarshalBinary reads what AppendBinary wrote, and nothing else: every other
// byte string is refused with ErrEncoding and leaves t as it was.
func (t *Table) UnmarshalBinary(data []byte) error {
	f, err := pack.Unframe(data, tableMagic, tableVersion)
	if err != nil {
		return fmt.Errorf("retention: %w: %w", ErrEncoding, err)
	}
	d := pack.Reader{Left: f.Rest()}
	back := decode(&d)
	if d.Bad || len(d.Left) != 0 {
		return fmt.Errorf("retention: %w", ErrEncoding)
	}
	if again, err := back.AppendBinary(make([]byte, 0, len(data))); err != nil || !bytes.Equal(again, data) {
		return fmt.Errorf("retention: %w: not in canonical form", ErrEncoding)
	}
	*t = *back
	return nil
}

func decode(d *pack.Reader) *Table {
	var o stated
	if json.Unmarshal([]byte(d.Text()), &o) != nil {
		d.Bad = true
		return nil
	}
	if o.Zone != "" {
		loc, err := time.LoadLocation(o.Zone)
		if err != nil {
			d.Bad = true
			return nil
		}
		o.Spec.Location = loc
	}
	// A table of n periods has n cells to a row at most, a byte each.
	if o.Spec.Validate() != nil || o.Spec.Periods > len(d.Left) {
		d.Bad = true
		return nil
	}
	asOf := d.Count(1<<63-1) + num0
	t := newTable(o.Spec, o.Key, periodsOf(o.Spec.grid(), o.Spec.From, o.Spec.Periods), asOf)
	t.filter = o.Filtered
	crowd := d.Crowd()
	t.crowd = func() *pack.Crowd { return crowd }
	t.sum.customers = int64(crowd.Len())
	for r := range t.sum.cells {
		cells := d.Counts()
		if d.Bad || len(cells) != len(t.sum.cells[r]) {
			d.Bad = true
			return nil
		}
		t.sum.cells[r] = cells
		for k := range cells {
			d.Bad = d.Bad || cells[k] > t.sum.customers
			if t.sum.values != nil {
				var s num.Sum
				s.Add(d.Decimal())
				t.sum.values[r][k] = s
			}
		}
	}
	return t
}
