package funnel

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/lifecycle-go/lifecycle/internal/pack"
	"github.com/lifecycle-go/lifecycle/internal/text"
	"github.com/lifecycle-go/lifecycle/metrics/fault"
)

// The beginning of every encoded report.
const (
	magic   = "LFUNNEL"
	version = 2
)

// options is what two reports must share to add up, as text.
func (r *Report) options() []byte {
	zone := ""
	if r.spec.Location != nil {
		zone = r.spec.Location.String()
	}
	// A Spec is plain data but for its filter, and marshals without fail.
	b, _ := json.Marshal(struct {
		Spec     Spec   `json:"spec"`
		Key      string `json:"key"`
		Zone     string `json:"zone"`
		Filtered bool   `json:"filtered"`
		Origin   string `json:"origin,omitempty"`
	}{r.spec, r.key, zone, r.spec.Customers != nil || r.onlyOptions, r.origin})
	return b
}

// detached is the report by name: without its log.
func (r *Report) detached() (crowd *pack.Crowd, levels []byte) {
	if r.crowd != nil || r.log == nil {
		return r.crowd, r.levels
	}
	crowd = &pack.Crowd{}
	for c, level := range r.levels {
		if level > 0 && r.has(c) {
			crowd.Add(r.log.Customer(c))
			levels = append(levels, level)
		}
	}
	return crowd, levels
}

// Merge adds the report of other customers, of another shard or file, to r. Any
// partition of customers gives the report of all of them, byte for byte. After
// it r knows levels but no times of single customers. Where the specs differ, or
// a customer began in both, nothing changes and the error wraps ErrMerge.
func (r *Report) Merge(other *Report) error {
	if a, b := r.options(), other.options(); !bytes.Equal(a, b) {
		return fmt.Errorf("funnel: merge: %w: %s and %s", ErrMerge, text.ClipTo(string(a), 200), text.ClipTo(string(b), 200))
	}
	crowd, levels := r.detached()
	more, moreLevels := other.detached()
	joined, both, ok := crowd.Join(more)
	if !ok {
		return fmt.Errorf("funnel: merge: %w: customer %s in both", ErrMerge, fault.Quote(both))
	}
	allLevels := make([]byte, 0, joined.Len())
	for mine := range crowd.Order(more) {
		from := &levels
		if !mine {
			from = &moreLevels
		}
		allLevels, *from = append(allLevels, (*from)[0]), (*from)[1:]
	}
	r.sort()
	other.sort()
	for k := range r.steps {
		r.steps[k].n += other.steps[k].n
		r.steps[k].took = union(r.steps[k].took, other.steps[k].took)
	}
	r.total = union(r.total, other.total)
	r.customers += other.customers
	r.crowd, r.levels, r.group = joined, allLevels, nil
	return nil
}

// union is both sorted lists as one.
func union(a, b []int64) []int64 {
	out := make([]int64, 0, len(a)+len(b))
	for len(a) > 0 && len(b) > 0 {
		if b[0] < a[0] {
			out, b = append(out, b[0]), b[1:]
		} else {
			out, a = append(out, a[0]), a[1:]
		}
	}
	return append(append(out, a...), b...)
}

// AppendBinary appends the report's binary form: the Spec, the customers who
// began with their levels, the exact durations, and a checksum. Equal reports have
// equal bytes.
func (r *Report) AppendBinary(b []byte) ([]byte, error) {
	r.sort()
	start := len(b)
	b = append(append(b, magic...), version)
	b = pack.Text(b, string(r.options()))
	b = pack.Count(b, r.customers)
	crowd, levels := r.detached()
	b = append(crowd.Append(b), levels...)
	for k := range r.steps {
		b = pack.Count(b, r.steps[k].n)
		b = pack.Sorted(b, r.steps[k].took)
	}
	return pack.Frame(pack.Sorted(b, r.total), start), nil
}

// MarshalBinary is AppendBinary to nothing.
func (r *Report) MarshalBinary() ([]byte, error) { return r.AppendBinary(nil) }

// UnmarshalBinary reads what AppendBinary wrote, and nothing else: every other
// byte string, trailing bytes included, is refused with ErrEncoding and leaves r
// as it was. A filter of customers cannot be written: the report knows that it
// had one.
func (r *Report) UnmarshalBinary(data []byte) error {
	f, err := pack.Unframe(data, magic, version)
	if err != nil {
		return fmt.Errorf("funnel: %w: %w", ErrEncoding, err)
	}
	d := pack.Reader{Left: f.Rest()}
	back := decode(&d)
	if d.Bad || len(d.Left) != 0 {
		return fmt.Errorf("funnel: %w", ErrEncoding)
	}
	again, err := back.AppendBinary(make([]byte, 0, len(data)))
	if err != nil || !bytes.Equal(again, data) {
		return fmt.Errorf("funnel: %w: not in canonical form", ErrEncoding)
	}
	r.plan, r.key, r.customers, r.steps, r.total = back.plan, back.key, back.customers, back.steps, back.total
	r.levels, r.group, r.which, r.crowd = back.levels, nil, 0, back.crowd
	return nil
}

func decode(d *pack.Reader) *Report {
	r := &Report{plan: &plan{}}
	var o struct {
		Spec     Spec   `json:"spec"`
		Key      string `json:"key"`
		Zone     string `json:"zone"`
		Filtered bool   `json:"filtered"`
		Origin   string `json:"origin"`
	}
	if err := json.Unmarshal([]byte(d.Text()), &o); err != nil || o.Spec.Validate() != nil {
		d.Bad = true
		return r
	}
	if o.Zone != "" {
		var err error
		if o.Spec.Location, err = time.LoadLocation(o.Zone); err != nil {
			d.Bad = true
			return r
		}
	}
	r.spec, r.onlyOptions, r.key, r.origin = o.Spec, o.Filtered, o.Key, o.Origin
	r.customers = d.Count(1 << 62)
	r.crowd = d.Crowd()
	n := r.crowd.Len()
	if d.Bad || n > len(d.Left) || r.customers < int64(n) {
		d.Bad = true
		return r
	}
	r.levels, d.Left = slices.Clone(d.Left[:n]), d.Left[n:]
	for _, level := range r.levels {
		d.Bad = d.Bad || level == 0 || int(level) > len(r.spec.Steps)
	}
	r.steps = make([]stepTally, len(r.spec.Steps))
	for k := range r.steps {
		r.steps[k] = stepTally{n: d.Count(int64(n)), took: d.Sorted()}
	}
	r.total = d.Sorted()
	return r
}
