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
	cells []replayCell
	rows  []replayRow // used at the offsets of rows only
	width int
}

// replayCell is an entry and how many events met it. Every walker counts in a
// copy of its own.
type replayCell struct {
	entry  uint32
	events int64
}

// replayRow is what a walker needs of the stage the customer is in.
type replayRow struct {
	first uint64 // shortest timer of the stage
	dwell uint64 // time spent there, not yet settled
	stage uint16
}

const (
	slowBit = 1 << 31
	stayBit = 1 << 30
	rowMask = stayBit - 1

	noTimer = math.MaxUint64
)

func newReplayTable(d *Definition) *replayTable {
	w := d.width + 2
	t := &replayTable{width: w, cells: make([]replayCell, len(d.stages)*w), rows: make([]replayRow, len(d.stages)*w)}
	for s := range d.stages {
		row := s * w
		t.rows[row] = replayRow{first: noTimer, stage: uint16(s)}
		switch ts := d.timers[s]; {
		case len(ts) > 0 && d.outer[s]:
			t.rows[row].first = 0 // when they fall due, this row cannot say
		case len(ts) > 0:
			t.rows[row].first = uint64(ts[0].after)
		}
		for on := range d.width {
			e := &t.cells[row+on].entry
			switch c := d.cells[s*d.width+on]; {
			case c == 0:
				*e = uint32(row) | stayBit
			case c&choiceBit != 0 || d.watches[on] != nil: // watched cells are never 0
				*e = slowBit
			default:
				*e = uint32(int(c-1) * w)
			}
		}
		t.cells[row+d.width].entry = uint32(row) | stayBit // ignored
		t.cells[row+d.width+1].entry = slowBit             // unknown: counted by name
	}
	return t
}
