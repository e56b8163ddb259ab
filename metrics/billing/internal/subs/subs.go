// Package subs finds what of an input belongs to one subscription, in one pass
// and without a list per subscription.
package subs

// Key names a subscription.
type Key struct{ Customer, Subscription string }

// Index numbers subscriptions in the order they first appear. Its zero value is
// empty.
type Index struct {
	Keys []Key
	at   map[Key]int32
}

// Add is the number of a subscription, a new one if it was not known.
func (x *Index) Add(k Key) int32 {
	g, ok := x.at[k]
	if !ok {
		if x.at == nil {
			x.at = map[Key]int32{}
		}
		g = int32(len(x.Keys))
		x.at[k] = g
		x.Keys = append(x.Keys, k)
	}
	return g
}

// Find is the number of a known subscription.
func (x *Index) Find(k Key) (int, bool) {
	g, ok := x.at[k]
	return int(g), ok
}

// Members are positions in an input, subscription by subscription.
type Members struct {
	order []int32
	ends  []int
}

// Scatter lists the positions of each group: in says for each position its
// group, a negative one that it belongs to none.
func Scatter(in []int32, groups int) Members {
	m := Members{ends: make([]int, groups)}
	n := 0
	for _, g := range in {
		if g >= 0 {
			m.ends[g]++
			n++
		}
	}
	sum := 0
	for g, size := range m.ends {
		m.ends[g] = sum
		sum += size
	}
	m.order = make([]int32, n)
	for i, g := range in {
		if g >= 0 {
			m.order[m.ends[g]] = int32(i)
			m.ends[g]++
		}
	}
	return m
}

// Of are the positions of a group, in input order.
func (m *Members) Of(g int) []int32 {
	lo := 0
	if g > 0 {
		lo = m.ends[g-1]
	}
	return m.order[lo:m.ends[g]]
}

// Count is how many belong to the groups from lo to hi.
func (m *Members) Count(lo, hi int) int {
	if hi == 0 {
		return 0
	}
	n := m.ends[hi-1]
	if lo > 0 {
		n -= m.ends[lo-1]
	}
	return n
}
