package journey

import (
	"fmt"
	"slices"

	"github.com/lifecycle-go/lifecycle/journey/internal/id"
)

// adopt checks that j was started under d. A journey of another Definition with
// the same hash is the same journey: it is carried over by name.
func (d *Definition) adopt(j Journey) (Journey, error) {
	switch {
	case j.def == d:
		return j, nil
	case j.def == nil:
		return j, j.notStarted()
	case j.def.hash != d.hash:
		return j, fmt.Errorf("journey: %w: customer %q belongs to %q (%.12s…), not to %q (%.12s…)",
			ErrForeign, j.customer, j.def.Name(), j.def.hash, d.Name(), d.hash)
	}
	return d.translate(j), nil
}

// translate moves j to d, which has the same hash but may count stages and
// milestones in another order.
func (d *Definition) translate(j Journey) Journey {
	old := j.def
	j.def = d
	j.stage, _ = d.stageIx.find(string(old.stages[j.stage].Name))
	from := old.unpack(j.progress)
	to := make([]uint64, d.slots)
	var reached uint64
	for i := range old.spec.Milestones {
		m := &old.spec.Milestones[i]
		k, _ := d.mileIx.find(m.Name)
		reached |= j.reached >> i & 1 << k
		d.carry(to[d.offsets[k]:], from[old.offsets[i]:], m, &d.spec.Milestones[k])
	}
	for _, n := range old.timed {
		to[d.clockAt[d.nodeAt[old.nodes[n].name]]] = from[old.clockAt[n]]
	}
	j.reached, j.progress = reached, packSlots(to)
	return j
}

// unpack is the counters of a progress.
func (d *Definition) unpack(progress string) []uint64 {
	slots := make([]uint64, d.slots)
	for k := range len(progress) / 8 {
		slots[k] = id.Word(progress[8*k:])
	}
	return slots
}

// carry copies the counters of a milestone whose events may be listed in
// another order.
func (d *Definition) carry(to, from []uint64, old, now *Milestone) {
	n := old.progressSlots()
	switch {
	case n == 0:
	case old.Rule == CountOf:
		copy(to[:n], from[:n])
	default:
		for i, t := range old.Events {
			k := slices.Index(now.Events, t)
			if old.Within > 0 {
				to[k] = from[i]
			} else {
				to[0] |= from[0] >> i & 1 << k
			}
		}
	}
}
