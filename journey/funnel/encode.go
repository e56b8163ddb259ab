package funnel

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"
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
	}{r.spec, r.key, zone, r.spec.Customers != nil || r.filtered()})
	return b
}

func (r *Report) filtered() bool { return r.plan.onlyOptions }

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
		return fmt.Errorf("funnel: merge: %w: %s and %s", ErrMerge, clip(a), clip(b))
	}
	names, levels := r.detached()
	more, moreLevels := other.detached()
	allNames, allLevels := make([]string, 0, len(names)+len(more)), make([]byte, 0, len(names)+len(more))
	for i, j := 0, 0; i < len(names) || j < len(more); {
		switch {
		case j == len(more) || i < len(names) && names[i] < more[j]:
			allNames, allLevels, i = append(allNames, names[i]), append(allLevels, levels[i]), i+1
		case i == len(names) || more[j] < names[i]:
			allNames, allLevels, j = append(allNames, more[j]), append(allLevels, moreLevels[j]), j+1
		default:
			return fmt.Errorf("funnel: merge: %w: customer %q in both", ErrMerge, names[i])
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

func clip(b []byte) string {
	const most = 200
	if len(b) > most {
		return strings.ToValidUTF8(string(b[:most]), "") + "…"
	}
	return string(b)
}

// AppendBinary appends the report's binary form: the Spec, the customers who
// began with their levels, and the exact durations. Equal reports have equal
// bytes.
func (r *Report) AppendBinary(b []byte) ([]byte, error) {
	r.sort()
	b = append(b, magic...)
	text := r.options()
	b = binary.AppendUvarint(b, uint64(len(text)))
	b = append(b, text...)
	b = binary.AppendUvarint(b, uint64(r.customers))
	names, levels := r.detached()
	b = binary.AppendUvarint(b, uint64(len(names)))
	for i, name := range names {
		b = binary.AppendUvarint(b, uint64(len(name)))
		b = append(b, name...)
		b = append(b, levels[i])
	}
	for k := range r.steps {
		b = binary.AppendUvarint(b, uint64(r.steps[k].n))
		b = appendSorted(b, r.steps[k].took)
	}
	return appendSorted(b, r.total), nil
}

// MarshalBinary is AppendBinary to nothing.
func (r *Report) MarshalBinary() ([]byte, error) { return r.AppendBinary(nil) }

func appendSorted(b []byte, values []int64) []byte {
	b = binary.AppendUvarint(b, uint64(len(values)))
	before := int64(0)
	for _, v := range values {
		b = binary.AppendUvarint(b, uint64(v-before))
		before = v
	}
	return b
}

// UnmarshalBinary reads what AppendBinary wrote, and nothing else: every other
// byte string, trailing bytes included, is refused with ErrEncoding and leaves r
// as it was. A filter of customers cannot be written: the report knows that it
// had one.
func (r *Report) UnmarshalBinary(data []byte) error {
	d := decoder{b: data}
	back := d.report()
	if d.bad || len(d.b) != 0 {
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

type decoder struct {
	b   []byte
	bad bool
}

func (d *decoder) report() *Report {
	r := &Report{plan: &plan{}, names: []string{}}
	if head, ok := bytes.CutPrefix(d.b, []byte(magic)); ok {
		d.b = head
	} else {
		d.bad = true
		return r
	}
	var o struct {
		Spec     Spec   `json:"spec"`
		Key      string `json:"key"`
		Zone     string `json:"zone"`
		Filtered bool   `json:"filtered"`
	}
	if err := json.Unmarshal(d.text(), &o); err != nil || o.Spec.Validate() != nil {
		d.bad = true
		return r
	}
	if o.Zone != "" {
		zone, err := time.LoadLocation(o.Zone)
		if d.bad = d.bad || err != nil; d.bad {
			return r
		}
		o.Spec.Location = zone
	}
	r.spec, r.onlyOptions, r.key = o.Spec, o.Filtered, o.Key
	r.customers = int64(d.count(1 << 62))
	for n := d.count(uint64(len(d.b))); n > 0 && !d.bad; n-- {
		name := string(d.text())
		if len(d.b) == 0 || len(r.names) > 0 && name <= r.names[len(r.names)-1] || d.b[0] == 0 || int(d.b[0]) > len(r.spec.Steps) {
			d.bad = true
			return r
		}
		r.names, r.levels, d.b = append(r.names, name), append(r.levels, d.b[0]), d.b[1:]
	}
	r.steps = make([]stepTally, len(r.spec.Steps))
	for k := range r.steps {
		r.steps[k].n = int64(d.count(uint64(len(r.names))))
		r.steps[k].took = d.sorted()
	}
	r.total = d.sorted()
	d.bad = d.bad || r.customers < int64(len(r.names))
	return r
}

func (d *decoder) count(most uint64) uint64 {
	v, n := binary.Uvarint(d.b)
	if n <= 0 || v > most {
		d.bad = true
		return 0
	}
	d.b = d.b[n:]
	return v
}

func (d *decoder) text() []byte {
	n := d.count(uint64(len(d.b)))
	if d.bad || n > uint64(len(d.b)) {
		d.bad = true
		return nil
	}
	var out []byte
	out, d.b = d.b[:n], d.b[n:]
	return out
}

func (d *decoder) sorted() []int64 {
	n := d.count(uint64(len(d.b)))
	out := make([]int64, 0, n)
	before := int64(0)
	for ; n > 0 && !d.bad; n-- {
		before += int64(d.count(1<<63 - 1))
		if before < 0 {
			d.bad = true
		}
		out = append(out, before)
	}
	return out
}
