package journey

import "math/bits"

// index maps names to their positions: an open-addressed table at most half
// full, filled once. It costs about a third of a Go map for the short names
// stages and triggers have.
type index struct {
	mask  uint32
	slots []uint32 // position+1; 0 = free
	names []string
}

func newIndex(names []string) index {
	size := uint32(4)
	if n := len(names) * 2; n > 4 {
		size = 1 << bits.Len32(uint32(n-1))
	}
	x := index{mask: size - 1, slots: make([]uint32, size), names: names}
	for i, n := range names {
		k := uint32(nameHash(n)) & x.mask
		for x.slots[k] != 0 {
			k = (k + 1) & x.mask
		}
		x.slots[k] = uint32(i) + 1
	}
	return x
}

func (x *index) find(name string) (uint16, bool) {
	if len(x.slots) == 0 {
		return 0, false
	}
	k := uint32(nameHash(name)) & x.mask
	for {
		p := x.slots[k&uint32(len(x.slots)-1)]
		if p == 0 {
			return 0, false
		}
		if x.names[p-1] == name {
			return uint16(p - 1), true
		}
		k = (k + 1) & x.mask
	}
}

// nameHash looks at the length, the first eight and the last eight bytes:
// enough to keep the names of one definition apart, and constant time.
func nameHash(s string) uint64 {
	var a, b uint64
	switch n := len(s); {
	case n >= 8:
		a = word(s)
		b = word(s[n-8:])
	case n >= 4:
		a = uint64(s[0]) | uint64(s[1])<<8 | uint64(s[2])<<16 | uint64(s[3])<<24
		t := s[n-4:]
		b = uint64(t[0]) | uint64(t[1])<<8 | uint64(t[2])<<16 | uint64(t[3])<<24
	case n > 0:
		a = uint64(s[0]) | uint64(s[n/2])<<8 | uint64(s[n-1])<<16
	}
	h := (a ^ uint64(len(s))*0x9E3779B97F4A7C15) * 0xBF58476D1CE4E5B9
	h = (h ^ h>>32 ^ b) * 0x94D049BB133111EB
	return h ^ h>>29
}

func word(s string) uint64 {
	_ = s[7]
	return uint64(s[0]) | uint64(s[1])<<8 | uint64(s[2])<<16 | uint64(s[3])<<24 |
		uint64(s[4])<<32 | uint64(s[5])<<40 | uint64(s[6])<<48 | uint64(s[7])<<56
}
