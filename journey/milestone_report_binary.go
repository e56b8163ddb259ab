package journey

import (
	"encoding"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/lifecycle-go/lifecycle/internal/pack"
)

// Merge adds the report of other customers. Reports of another milestone,
// window or goals, of other definitions, rules or options, and customers that
// are in both, are an [ErrMerge]; nothing is changed then. Reports of shards
// without a Horizon are mature by the shard's own last event, so give one.
func (m *MilestoneReport) Merge(o *MilestoneReport) error {
	if o.Milestone == "" {
		return nil
	}
	if m.Milestone == "" {
		*m = MilestoneReport{
			Milestone: o.Milestone, Within: o.Within, Level: o.Level, Circular: o.Circular, basis: o.basis, goals: o.goals, index: o.index,
		}
	}
	if err := m.basis.check(&o.basis); err != nil {
		return err
	}
	if m.Milestone != o.Milestone || m.Within != o.Within || m.Level != o.Level || !slices.Equal(m.goals, o.goals) {
		return fmt.Errorf("journey: merge: %w: milestone %q within %s at %g to %q, and %q within %s at %g to %q", ErrMerge,
			clip(m.Milestone), m.Within, m.Level, m.goals, clip(o.Milestone), o.Within, o.Level, o.goals)
	}
	own, theirs := m.piled(), o.piled().whole()
	if err := own.disjoint(theirs.names); err != nil {
		return err
	}
	m.pile, m.r, m.times = own.add(theirs), nil, nil
	m.Customers += o.Customers
	m.Reached += o.Reached
	m.Mature += o.Mature
	m.ReachedWithin += o.ReachedWithin
	others := o.conversions()
	for i, c := range m.conversions() {
		c.add(converts{others[i].Customers, others[i].Converted})
	}
	return m.rate()
}

// piled is the customers and times as a pile; nil for the zero report.
func (m *MilestoneReport) piled() *pile {
	if m.pile != nil || m.r == nil {
		return m.pile
	}
	return &pile{of: []*sheaf{{m.r.customers(), [][]int64{m.times}}}}
}

// took are the times to the milestone, sorted.
func (m *MilestoneReport) took() []int64 {
	if m.pile == nil {
		return m.times
	}
	return m.pile.whole().times[0]
}

// The binary form of a MilestoneReport, version 1, in the notation of that of a
// Summary:
//
//	"LJMIL" 1            magic and version
//	basis                as in a Summary
//	milestone            text; within; level, the bits of a float64
//	goals, customers     texts, strictly ascending
//	mature, reached within
//	with, without, and both of the landmark: customers, converted
//	times                sorted list
//	checksum             CRC-32C of all before it, little endian
const (
	milestoneMagic   = "LJMIL"
	milestoneVersion = 1
)

var (
	_ encoding.BinaryAppender    = (*MilestoneReport)(nil)
	_ encoding.BinaryMarshaler   = (*MilestoneReport)(nil)
	_ encoding.BinaryUnmarshaler = (*MilestoneReport)(nil)
)

// MarshalBinary implements encoding.BinaryMarshaler, see AppendBinary.
func (m *MilestoneReport) MarshalBinary() ([]byte, error) { return m.AppendBinary(nil) }

// AppendBinary appends the binary form: equal reports have equal bytes, whatever
// parts they were merged from. The zero report is an ErrUndefined.
func (m *MilestoneReport) AppendBinary(b []byte) ([]byte, error) {
	if m.Milestone == "" {
		return b, fmt.Errorf("journey: milestone report: encode: %w", ErrUndefined)
	}
	start := len(b)
	b = append(b, milestoneMagic...)
	b = append(b, milestoneVersion)
	b = m.basis.append(b)
	b = pack.Text(b, m.Milestone)
	b = binary.AppendUvarint(b, uint64(m.Within))
	b = binary.LittleEndian.AppendUint64(b, bitsOf(m.Level))
	b = pack.Names(pack.Names(b, m.goals), m.piled().whole().names)
	b = pack.Numbers(b, []int64{m.Mature, m.ReachedWithin})
	for _, c := range m.conversions() {
		b = pack.Numbers(b, []int64{c.Customers, c.Converted})
	}
	return pack.Frame(pack.Sorted(b, m.took()), start), nil
}

// UnmarshalBinary reads what AppendBinary wrote. Bytes that are cut short,
// changed, followed by others, or of another version are an [ErrEncoding] that
// says which; m is then as it was.
func (m *MilestoneReport) UnmarshalBinary(data []byte) error {
	fail := func(err error) error {
		return fmt.Errorf("journey: milestone report: decode: %w: %w", ErrEncoding, err)
	}
	r, err := unframe(data, milestoneMagic, milestoneVersion)
	if err != nil {
		return fail(err)
	}
	var v MilestoneReport
	d := r.basis(&v.basis)
	v.Milestone = r.Text(MaxName)
	v.Within = time.Duration(r.Uvarint(1<<63 - 1))
	v.Level = floatOf(r.Fixed())
	v.goals = r.names()
	all := &sheaf{names: r.names()}
	v.Customers = int64(len(all.names))
	head := make([]int64, 2)
	r.Numbers(head)
	v.Mature, v.ReachedWithin = head[0], head[1]
	for _, c := range v.conversions() {
		r.Numbers(head)
		c.Customers, c.Converted = head[0], head[1]
	}
	all.times = [][]int64{r.Ascending("times")}
	v.Reached, v.pile = int64(len(all.times[0])), &pile{of: []*sheaf{all}}
	if err := r.Done(); err != nil {
		return fail(err)
	}
	if err := v.check(d); err != nil {
		return fail(err)
	}
	if err := v.rate(); err != nil {
		return fail(err)
	}
	*m = v
	return nil
}

// check refuses what no replay could have counted.
func (m *MilestoneReport) check(d *Definition) error {
	i, ok := d.mileIx.find(m.Milestone)
	if !ok {
		return fmt.Errorf("%w: %q", ErrUnknownMilestone, m.Milestone)
	}
	goal := make([]bool, len(d.stages))
	for _, g := range m.goals {
		k, ok := d.stageIx.find(g)
		if !ok {
			return fmt.Errorf("%w: %q", ErrUnknownStage, g)
		}
		goal[k] = true
	}
	m.index, m.Circular = i, d.circular(int(i), goal)
	c := m.conversions()
	landmark := c[2].Customers + c[3].Customers
	if m.Reached > m.Customers || m.Mature > m.Customers || m.ReachedWithin > min(m.Mature, m.Reached) ||
		c[0].Customers > m.Customers || c[0].Customers+c[1].Customers != m.Customers || landmark < 0 || landmark > m.Mature || !(m.Level > 0 && m.Level < 1) {
		return errors.New("counts that contradict each other")
	}
	for _, c := range c {
		if c.Converted > c.Customers {
			return errors.New("more converted than there are")
		}
	}
	return nil
}
