package ledger

import "math/bits"

// slotTable finds numbers again by slots. Its addresses are open, and it is cleared
// by counting on, so that a customer costs what is theirs and not what the largest
// one before had. The zero table is empty.
type slotTable struct {
	cells []slotCell // a power of two of them, half of them free
	turn  uint32     // of the cells that count
	n     int
}

type slotCell struct {
	slot, turn uint32
	i          int
}

func (t *slotTable) clear() {
	if t.n > 0 {
		t.n = 0
		t.turn++
	}
	if t.turn == 0 { // every turn was had
		*t = slotTable{turn: 1}
	}
}

// cell is where a slot is, or would be.
func (t *slotTable) cell(slot uint32) *slotCell {
	mask := uint32(len(t.cells) - 1)
	h := slot * 0x9e3779b1 >> (32 - bits.Len32(mask))
	for t.cells[h].turn == t.turn && t.cells[h].slot != slot {
		h = (h + 1) & mask
	}
	return &t.cells[h]
}

// find is of a table that is not empty.
func (t *slotTable) find(slot uint32) (i int, ok bool) {
	c := t.cell(slot)
	return c.i, c.turn == t.turn
}

// grow makes room for so many slots.
func (t *slotTable) grow(n int) {
	if 2*n <= len(t.cells) {
		return
	}
	old := t.cells
	t.cells = make([]slotCell, 2<<bits.Len(uint(n)))
	for _, c := range old {
		if c.turn == t.turn {
			*t.cell(c.slot) = c
		}
	}
}

// put notes a slot that is not there.
func (t *slotTable) put(slot uint32, i int) {
	t.grow(t.n + 1)
	*t.cell(slot) = slotCell{slot: slot, turn: t.turn, i: i}
	t.n++
}
