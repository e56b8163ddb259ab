package ledger

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"slices"
)

// named is a customer and the eight bytes of its name that follow what all names
// begin with, zeros where it has fewer: as a number, they compare as names do, but
// for those that have them in common.
type named struct {
	head uint64
	cust uint32
}

// sortByName sorts customers by name. Nearly all comparisons are of numbers that
// lie side by side, not of names all over memory.
func (l *Ledger) sortByName(custs []uint32) {
	if len(custs) < 2 {
		return
	}
	common := l.customers.text(custs[0])
	for _, c := range custs {
		name := l.customers.text(c)
		n := min(len(common), len(name))
		for i := range n {
			if common[i] != name[i] {
				n = i
				break
			}
		}
		common = common[:n]
	}
	all := make([]named, len(custs))
	for i, c := range custs {
		var head [8]byte
		copy(head[:], l.customers.text(c)[len(common):])
		all[i] = named{binary.BigEndian.Uint64(head[:]), c}
	}
	slices.SortFunc(all, func(a, b named) int {
		if c := cmp.Compare(a.head, b.head); c != 0 {
			return c
		}
		return bytes.Compare(l.customers.text(a.cust), l.customers.text(b.cust))
	})
	for i := range all {
		custs[i] = all[i].cust
	}
}
