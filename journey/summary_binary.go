package journey

import (
	"encoding"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"

	"github.com/lifecycle-go/lifecycle/internal/pack"
	"github.com/lifecycle-go/lifecycle/journey/internal/id"
)

// The binary form of a Summary, version 1. Integers are minimal unsigned
// varints unless said otherwise; a text is its length and its bytes; a wide is
// two of 64 bits; a sorted list is its length and differences; times are 64
// bits, little endian, Unix nanoseconds.
//
//	"LJSUM" 1            magic and version
//	spec                 text of the definition, as Spec.MarshalText writes it
//	rules                text
//	bounded everyone     flags; horizon, a time; examples kept
//	customers            their number, then their ids, strictly ascending
//	beyond duplicates ignored; latest, a time; observed, wide
//	by cell              met, refused, noted
//	by edge              branches, fired
//	by stage             here, then sojourn, wide
//	by cell              number of examples; each: customer, time
//	unknown              number; each: stage, name, count, examples
//	by reading, by line  done, open, reach: sorted lists
//	checksum             CRC-32C of all before it, little endian
//
// Equal summaries have equal bytes, whatever parts they were merged from.
const (
	summaryMagic   = "LJSUM"
	summaryVersion = 1
)

// ErrEncoding is what every complaint about the bytes of a [Summary] or a
// [MilestoneReport] is.
var ErrEncoding = errors.New("bad encoding")

var (
	_ encoding.BinaryAppender    = (*Summary)(nil)
	_ encoding.BinaryMarshaler   = (*Summary)(nil)
	_ encoding.BinaryUnmarshaler = (*Summary)(nil)
)

// MarshalBinary implements encoding.BinaryMarshaler, see AppendBinary.
func (s *Summary) MarshalBinary() ([]byte, error) { return s.AppendBinary(nil) }

// AppendBinary appends the binary form, which carries a version, the definition
// and a checksum; the zero Summary is an ErrUndefined. A definition whose guards
// have no names cannot be written.
func (s *Summary) AppendBinary(b []byte) ([]byte, error) {
	if s.d == nil {
		return b, fmt.Errorf("journey: summary: encode: %w", ErrUndefined)
	}
	s, err := s.settled()
	if err != nil {
		return b, err
	}
	start := len(b)
	t := &s.tally
	b = append(b, summaryMagic...)
	b = append(b, summaryVersion)
	b = s.basis.append(b)
	all := s.pile.whole()
	b = pack.Names(b, all.names)
	b = pack.Numbers(b, []int64{t.beyond, t.duplicates, t.ignored})
	b = binary.LittleEndian.AppendUint64(b, uint64(t.latest))
	b = t.observed.append(b)
	for _, list := range [][]int64{t.met, t.refused, t.noted, t.branches, t.fired, t.here} {
		b = pack.Numbers(b, list)
	}
	for _, w := range t.sojourn {
		b = w.append(b)
	}
	for _, list := range t.examples {
		b = appendExamples(b, list)
	}
	b = binary.AppendUvarint(b, uint64(len(t.unknown)))
	for _, u := range t.unknown {
		b = binary.AppendUvarint(b, uint64(u.stage))
		b = pack.Text(b, string(u.name))
		b = binary.AppendUvarint(b, uint64(u.count))
		b = appendExamples(b, u.examples)
	}
	for _, list := range all.times {
		b = pack.Sorted(b, list)
	}
	return pack.Frame(b, start), nil
}

func (o *basis) append(b []byte) []byte {
	b = pack.Text(pack.Text(b, o.spec), o.rules)
	b = pack.Flag(pack.Flag(b, o.bounded), o.everyone)
	b = binary.LittleEndian.AppendUint64(b, uint64(o.horizon))
	return binary.AppendUvarint(b, uint64(o.keep))
}

func (w wide) append(b []byte) []byte {
	return binary.LittleEndian.AppendUint64(binary.LittleEndian.AppendUint64(b, w.hi), w.lo)
}

func appendExamples(b []byte, list []Event) []byte {
	b = binary.AppendUvarint(b, uint64(len(list)))
	for _, e := range list {
		b = pack.Text(b, e.Customer)
		at, _ := nanos(e.At)
		b = binary.LittleEndian.AppendUint64(b, uint64(at))
	}
	return b
}

// UnmarshalBinary reads what AppendBinary wrote. Bytes that are cut short,
// changed, followed by others, or of another version are an [ErrEncoding] that
// says which; s is then as it was. The guards of the definition it has then
// allow everything: it is there to be read.
func (s *Summary) UnmarshalBinary(data []byte) error {
	r, err := unframe(data, summaryMagic, summaryVersion)
	if err != nil {
		return fmt.Errorf("journey: summary: decode: %w: %w", ErrEncoding, err)
	}
	v := r.summary()
	if err := r.Done(); err != nil {
		return fmt.Errorf("journey: summary: decode: %w: %w", ErrEncoding, err)
	}
	*s = Summary{d: v.d, basis: v.basis, tally: v.tally, pile: v.pile}
	return nil
}

func (r binaryReader) summary() *Summary {
	s := &Summary{}
	s.d = r.basis(&s.basis)
	all := &sheaf{names: r.names()}
	if !r.Ok() {
		return s
	}
	d := s.d
	t := newTally(d)
	t.seen = int64(len(all.names))
	head := make([]int64, 3)
	r.Numbers(head)
	t.beyond, t.duplicates, t.ignored = head[0], head[1], head[2]
	t.latest = int64(r.Fixed())
	t.observed = r.wide()
	for _, list := range [][]int64{t.met, t.refused, t.noted, t.branches, t.fired, t.here} {
		r.Numbers(list)
	}
	for i := range t.sojourn {
		t.sojourn[i] = r.wide()
	}
	for k := range t.examples {
		t.examples[k] = r.examples(d.triggers[k%d.width], s.basis.keep)
	}
	for range r.Items("unknown names", pack.MaxTally, 4) {
		u := unknownCount{stage: uint16(r.Uvarint(uint64(len(d.stages) - 1))), name: Trigger(r.Text(maxID)), count: int64(r.Uvarint(pack.MaxTally))}
		u.examples = r.examples(u.name, s.basis.keep)
		if n := len(t.unknown); n > 0 && compareUnknown(t.unknown[n-1], u) >= 0 {
			r.Fail("unknown name %q does not sort after the one before it", u.name)
		}
		if !r.Ok() {
			return s
		}
		t.unknown = append(t.unknown, u)
	}
	here := int64(0)
	for _, n := range t.here {
		here += min(n, t.seen+1)
	}
	if here != t.seen {
		r.Fail("%d customers are in a stage, %d there are", here, t.seen)
	}
	s.tally = t
	for by := range s.depth() {
		for range d.units(By(by)).names {
			all.times = append(all.times, r.Ascending("ended visits"), r.Ascending("open visits"), r.Ascending("arrivals"))
		}
	}
	s.pile = &pile{of: []*sheaf{all}}
	return s
}

// basis reads what counts stand on, and compiles the definition.
func (r binaryReader) basis(o *basis) *Definition {
	o.spec, o.rules = r.Text(maxSpecText), r.Text(MaxName)
	o.bounded, o.everyone = r.Flag(), r.Flag()
	o.horizon = int64(r.Fixed())
	o.keep = int64(r.Uvarint(maxExamples))
	if r.Ok() && !o.bounded && o.horizon != 0 {
		r.Fail("a horizon without its flag")
	}
	if _, ok := nanos(instant(o.horizon)); r.Ok() && !ok {
		r.Fail("a horizon outside the years 1900 to 2200")
	}
	if !r.Ok() {
		return nil
	}
	spec, err := ParseSpec(o.spec)
	if err != nil {
		r.Fail("%v", err)
		return nil
	}
	for i := range spec.Transitions {
		if g := &spec.Transitions[i].Guard; g.Name != "" {
			g.Allow = func(Journey, Event) bool { return true }
		}
	}
	d, err := Define(spec)
	if err != nil {
		r.Fail("%v", err)
		return nil
	}
	if again, err := d.spec.appendText(nil); err != nil || string(again) != o.spec {
		r.Fail("the definition's text is not as it would be written")
	}
	return d
}

// names reads ids, strictly ascending.
func (r binaryReader) names() []string {
	n := r.Items("customers", pack.MaxTally, 2)
	names := make([]string, 0, n)
	for i := range n {
		name := r.Text(id.MaxCustomer)
		if r.Ok() && (name == "" || i > 0 && name <= names[i-1]) {
			r.Fail("customer %d does not sort after the one before it", i)
		}
		if !r.Ok() {
			return nil
		}
		names = append(names, name)
	}
	return names
}

func (r binaryReader) wide() wide {
	w := wide{hi: r.Fixed(), lo: 0}
	w.lo = r.Fixed()
	if r.Ok() && w.hi >= 1e9 {
		r.Fail("a time longer than there is")
	}
	return w
}

func (r binaryReader) examples(on Trigger, keep int64) []Event {
	n := r.Items("examples", uint64(keep), 10)
	var list []Event
	for range n {
		e := Event{Customer: r.Text(id.MaxCustomer), Trigger: on, At: r.Moment()}
		if _, ok := nanos(e.At); !ok {
			r.Fail("an example outside the years 1900 to 2200")
		}
		list = append(list, e)
	}
	if !slices.IsSortedFunc(list, compareExamples) {
		r.Fail("examples of %q are not sorted", on)
	}
	return list
}
