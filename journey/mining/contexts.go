package mining

import "math/bits"

// contexts are trees of activities in one array: what stands below a context is
// what came after it. An open table finds it by the context and the activity.
type contexts struct {
	at    []context
	slots []uint32 // place in at; 0 = empty
	waits []*sketch
	used  int // contexts that something came after
	seed  uint64
}

// context is an activity after those above it.
type context struct {
	parent uint32
	id     uint16
	kinds  uint32 // of what came after it
	wait   uint32 // place in waits, plus one
	n      int64  // how often it came after the context above
	total  int64  // how often something came after it
}

func newContexts() *contexts {
	return &contexts{at: make([]context, 1), slots: make([]uint32, 1<<8), seed: newSeed()} // nobody is at 0
}

// add makes a root.
func (t *contexts) add() uint32 {
	t.at = append(t.at, context{})
	return uint32(len(t.at) - 1)
}

// slot is where a context stands in the table, or would.
func (t *contexts) slot(parent uint32, id uint16) uint64 {
	hi, lo := bits.Mul64(uint64(parent)<<16|uint64(id)^t.seed, 0x9e3779b97f4a7c15^t.seed)
	mask := uint64(len(t.slots) - 1)
	for i := (hi ^ lo) & mask; ; i = (i + 1) & mask {
		at := t.slots[i]
		if at == 0 || t.at[at].parent == parent && t.at[at].id == id {
			return i
		}
	}
}

// get is the context of an activity after those of another one.
func (t *contexts) get(parent uint32, id uint16) (uint32, bool) {
	at := t.slots[t.slot(parent, id)]
	return at, at != 0
}

// child is get, and makes it where there is none.
func (t *contexts) child(parent uint32, id uint16) uint32 {
	slot := t.slot(parent, id)
	if at := t.slots[slot]; at != 0 {
		return at
	}
	at := uint32(len(t.at))
	t.at = append(t.at, context{parent: parent, id: id})
	t.slots[slot] = at
	if 2*len(t.at) > len(t.slots) {
		t.slots = make([]uint32, 2*len(t.slots))
		for at, c := range t.at {
			if c.parent != 0 { // neither nobody nor a root
				t.slots[t.slot(c.parent, c.id)] = uint32(at)
			}
		}
	}
	return at
}

// count counts what came after a context.
func (t *contexts) count(parent uint32, outcome uint16) {
	c := t.child(parent, outcome)
	if t.at[c].n++; t.at[c].n == 1 {
		t.at[parent].kinds++
	}
	if t.at[parent].total++; t.at[parent].total == 1 {
		t.used++
	}
}

// find is the context of some activities below a root.
func (t *contexts) find(root uint32, ids []uint16) (at uint32, ok bool) {
	at = root
	for _, id := range ids {
		if at, ok = t.get(at, id); !ok {
			return 0, false
		}
	}
	return at, true
}

// waited adds how long it took until a context was there.
func (t *contexts) waited(at uint32, d int64) {
	c := &t.at[at]
	if c.wait == 0 {
		t.waits = append(t.waits, newSketch())
		c.wait = uint32(len(t.waits))
	}
	t.waits[c.wait-1].add(d, 1)
}

// wait is how long an activity took after another one; nil where that was never
// seen.
func (t *contexts) wait(root uint32, before, id uint16) *sketch {
	at, ok := t.find(root, []uint16{before, id})
	if !ok || t.at[at].wait == 0 {
		return nil
	}
	return t.waits[t.at[at].wait-1]
}
