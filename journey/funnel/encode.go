package funnel

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/lifecycle-go/lifecycle/internal/pack"
	"github.com/lifecycle-go/lifecycle/internal/text"
	"github.com/lifecycle-go/lifecycle/metrics/fault"
)

// magic begins every encoded report; its last byte is the version.
const magic = "lfunnel\x01"

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
func (r *Report) detached() (names []string, levels []byte) {
	if r.names != nil || r.log == nil {
		return r.names, r.levels
	}
	for c, level := range r.levels {
		if level > 0 && r.has(c) {
			names, levels = append(names, r.log.Customer(c)), append(levels, level)
		}
	}
	return names, levels
}

// Merge adds the report of other customers, of another shard or file, to r. Any
// partition of customers gives the report of all of them, byte for byte. After
// it r knows levels but no times of single customers. Where the specs differ, or
// a customer began in both, nothing changes and the error wraps ErrMerge.
func (r *Report) Merge(other *Report) error {
	if a, b := r.options(), other.options(); !bytes.Equal(a, b) {
		return fmt.Errorf("funnel: merge: %w: %s and %s", ErrMerge, text.ClipTo(string(a), 200), text.ClipTo(string(b), 200))
	}
	names, levels := r.detached()
	more, moreLevels := other.detached()
	allNames, both, ok := pack.Disjoint(names, more)
	if !ok {
		return fmt.Errorf("funnel: merge: %w: customer %s in both", ErrMerge, fault.Quote(both))
	}
	allLevels := make([]byte, 0, len(allNames))
	for i, j := 0, 0; i < len(names) || j < len(more); {
		if j == len(more) || i < len(names) && names[i] < more[j] {
			allLevels, i = append(allLevels, levels[i]), i+1
		} else {
			allLevels, j = append(allLevels, moreLevels[j]), j+1
		}
	}
	r.sort()
	other.sort()
	for k := range r.steps {
		r.steps[k].n += other.steps[k].n
		r.steps[k].took = union(r.steps[k].took, other.steps[k].took)
	}
	r.total = union(r.total, other.total)
	r.customers += other.customers
	r.names, r.levels, r.group = allNames, allLevels, nil
	if r.names == nil {
		r.names = []string{}
	}
	return nil
}

// union is both sorted lists as one.
func union(a, b []int64) []int64 {
	out := append(slices.Clone(a), b...)
	slices.SortFunc(out, cmp.Compare[int64])
	return out
}

// AppendBinary appends the report's binary form: the Spec, the customers who
// began with their levels, and the exact durations. Equal reports have equal
// bytes.
func (r *Report) AppendBinary(b []byte) ([]byte, error) {
	r.sort()
	b = append(b, magic...)
	b = pack.Text(b, string(r.options()))
	b = pack.Count(b, r.customers)
	names, levels := r.detached()
	b = pack.Names(b, names)
	b = append(b, levels...)
	for k := range r.steps {
		b = pack.Count(b, r.steps[k].n)
		b = pack.Sorted(b, r.steps[k].took)
	}
	return pack.Sorted(b, r.total), nil
}

// MarshalBinary is AppendBinary to nothing.
func (r *Report) MarshalBinary() ([]byte, error) { return r.AppendBinary(nil) }

// UnmarshalBinary reads what AppendBinary wrote, and nothing else: every other
// byte string, trailing bytes included, is refused with ErrEncoding and leaves r
// as it was. A filter of customers cannot be written: the report knows that it
// had one.
func (r *Report) UnmarshalBinary(data []byte) error {
	d := pack.Reader{Left: data}
	back := decode(&d)
	if d.Bad || len(d.Left) != 0 {
		return fmt.Errorf("funnel: %w", ErrEncoding)
	}
	again, err := back.AppendBinary(make([]byte, 0, len(data)))
	if err != nil || !bytes.Equal(again, data) {
		return fmt.Errorf("funnel: %w: not in canonical form", ErrEncoding)
	}
	r.plan, r.key, r.customers, r.steps, r.total = back.plan, back.key, back.customers, back.steps, back.total
	r.levels, r.group, r.which, r.names = back.levels, nil, 0, back.names
	return nil
}

func decode(d *pack.Reader) *Report {
	r := &Report{plan: &plan{}}
	d.Cut(magic)
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
	r.names = d.Names()
	if n := len(r.names); d.Bad || n > len(d.Left) || r.customers < int64(n) {
		d.Bad = true
		return r
	}
	r.levels, d.Left = slices.Clone(d.Left[:len(r.names)]), d.Left[len(r.names):]
	for _, level := range r.levels {
		d.Bad = d.Bad || level == 0 || int(level) > len(r.spec.Steps)
	}
	r.steps = make([]stepTally, len(r.spec.Steps))
	for k := range r.steps {
		r.steps[k] = stepTally{n: d.Count(int64(len(r.names))), took: d.Sorted()}
	}
	r.total = d.Sorted()
	if r.names == nil {
		r.names = []string{}
	}
	return r
}
