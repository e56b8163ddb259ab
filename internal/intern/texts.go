package intern

// Texts is an immutable list of texts in one arena. Zero value: empty.
type Texts struct {
	arena string
	ends  []uint32
}

// MakeTexts takes an arena and where each text of it ends.
func MakeTexts(arena string, ends []uint32) Texts { return Texts{arena, ends} }

// Len is the number of texts.
func (t Texts) Len() int { return len(t.ends) }

// At is text i; it shares the memory of the list.
func (t Texts) At(i uint32) string {
	from := uint32(0)
	if i > 0 {
		from = t.ends[i-1]
	}
	return t.arena[from:t.ends[i]]
}

// Find looks s up in a sorted table.
func (t Texts) Find(s string) (uint32, bool) {
	lo, hi := 0, len(t.ends)
	for lo < hi {
		mid := int(uint(lo+hi) >> 1)
		if t.At(uint32(mid)) < s {
			lo = mid + 1
		} else {
			hi = mid
		}
	}
	return uint32(lo), lo < len(t.ends) && t.At(uint32(lo)) == s
}

// Strings is all texts.
func (t Texts) Strings() []string {
	out := make([]string, len(t.ends))
	for i := range out {
		out[i] = t.At(uint32(i))
	}
	return out
}
