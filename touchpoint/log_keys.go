package touchpoint

import (
	"hash/maphash"

	"github.com/lifecycle-go/lifecycle/internal/intern"
)

// keySet finds equal (source, id) keys. Its ids lie in one arena.
type keySet struct {
	seed    maphash.Seed
	arena   []byte
	ends    []uint32
	sources []uint32
	rows    []uint32 // the row that holds the key
	slots   []uint64
}

func newKeySet() *keySet {
	return &keySet{seed: maphash.MakeSeed(), slots: make([]uint64, 64)}
}

func (k *keySet) bytes(key uint32) []byte {
	from := uint32(0)
	if key > 0 {
		from = k.ends[key-1]
	}
	return k.arena[from:k.ends[key]]
}

// spread mixes the source into the hash of the id (the multiplier of
// Fibonacci hashing, 2^64 divided by the golden ratio).
func spread(hash uint64, source uint32) uint64 {
	return hash ^ uint64(source)*0x9E3779B97F4A7C15
}

// add returns the number of the key; fresh says that it is new and now held by
// row.
func (k *keySet) add(source uint32, id string, row uint32) (key uint32, fresh bool, err error) {
	if len(k.ends) >= len(k.slots)-len(k.slots)/4 {
		k.grow()
	}
	h := spread(maphash.String(k.seed, id), source)
	tag := uint32(h >> 32)
	mask := len(k.slots) - 1
	slot := int(uint32(h)) & mask
	for ; k.slots[slot] != 0; slot = (slot + 1) & mask {
		e := k.slots[slot]
		key := uint32(e) - 1
		if uint32(e>>32) == tag && k.sources[key] == source && string(k.bytes(key)) == id {
			return key, false, nil
		}
	}
	if int64(len(k.arena))+int64(len(id)) > intern.MaxArena {
		return 0, false, tooMany("bytes of IDs", intern.MaxArena, int64(len(k.arena))+int64(len(id)))
	}
	key = uint32(len(k.ends))
	k.arena = append(k.arena, id...)
	k.ends = append(k.ends, uint32(len(k.arena)))
	k.sources = append(k.sources, source)
	k.rows = append(k.rows, row)
	k.slots[slot] = uint64(tag)<<32 | uint64(key+1)
	return key, true, nil
}

func (k *keySet) grow() {
	k.slots = make([]uint64, 2*len(k.slots))
	mask := len(k.slots) - 1
	for key := range k.ends {
		h := spread(maphash.Bytes(k.seed, k.bytes(uint32(key))), k.sources[key])
		slot := int(uint32(h)) & mask
		for k.slots[slot] != 0 {
			slot = (slot + 1) & mask
		}
		k.slots[slot] = h>>32<<32 | uint64(key+1)
	}
}
