package journey

import "math"

// replayTable is the definition's table laid out for a replay: one row per
// stage, one column per trigger plus one for ignored events and one for unknown
// names. An entry is the offset of the row to go on in, so that following a
// customer is one addition and one load per event, without a branch:
//
//	row = entry(row + column) & rowMask
//
// stayBit says that the visit goes on (the event was refused or ignored),
// slowBit that the table alone cannot decide.
type replayTable struct {
	entries []uint32
	first   []uint64 // by row: shortest timer of the stage
	stage   []uint16 // by row
	width   int
}

const (
	slowBit = 1 << 31
	stayBit = 1 << 30
	rowMask = stayBit - 1

	noTimer = math.MaxUint64
)

func newReplayTable(d *Definition) *replayTable {
	w := d.width + 2
	t := &replayTable{width: w, entries: make([]uint32, len(d.stages)*w), first: make([]uint64, len(d.stages)*w), stage: make([]uint16, len(d.stages)*w)}
	for s := range d.stages {
		row := s * w
		t.first[row], t.stage[row] = noTimer, uint16(s)
		if ts := d.timers[s]; len(ts) > 0 {
			t.first[row] = uint64(ts[0].after)
		}
		for on := range d.width {
			e := &t.entries[row+on]
			switch c := d.cells[s*d.width+on]; {
			case c == 0:
				*e = uint32(row) | stayBit
			case c&choiceBit != 0 || d.watches[on] != nil:
				*e = slowBit
			default:
				*e = uint32(int(c-1) * w)
			}
		}
		t.entries[row+d.width] = uint32(row) | stayBit // ignored
		t.entries[row+d.width+1] = slowBit             // unknown: counted by name
	}
	return t
}
