package journey

import (
	"cmp"
	"slices"
	"sync"

	"github.com/lifecycle-go/lifecycle/internal/pack"
)

// sheaf is what grows with the customers: their ids and lists of times, all
// sorted. Nobody writes to it once it is made.
type sheaf struct {
	names []string
	times [][]int64
}

func (s *sheaf) size() int {
	n := len(s.names)
	for _, list := range s.times {
		n += len(list)
	}
	return n
}

// join is a and b in one, in time that is linear in both.
func (s *sheaf) join(o *sheaf) *sheaf {
	out := &sheaf{times: make([][]int64, len(s.times))}
	out.names = mergeSorted(s.names, o.names)
	for i := range out.times {
		out.times[i] = mergeSorted(s.times[i], o.times[i])
	}
	return out
}

func mergeSorted[T cmp.Ordered](a, b []T) []T {
	switch {
	case len(a) == 0:
		return b
	case len(b) == 0:
		return a
	}
	out := make([]T, 0, len(a)+len(b))
	for len(a) > 0 && len(b) > 0 {
		if b[0] < a[0] {
			out, b = append(out, b[0]), b[1:]
		} else {
			out, a = append(out, a[0]), a[1:]
		}
	}
	return append(append(out, a...), b...)
}

// pile adds up sheaves. Each is at least twice as large as the one above it, so
// that adding many small ones costs n log n in all and not n for each.
type pile struct {
	mu sync.Mutex
	of []*sheaf
}

// add returns the pile with one sheaf more; p stays as it was.
func (p *pile) add(s *sheaf) *pile {
	of := append(p.sheaves(), s)
	for n := len(of); n > 1 && of[n-2].size() < 2*of[n-1].size(); n = len(of) {
		of[n-2] = of[n-2].join(of[n-1])
		of = of[:n-1]
	}
	return &pile{of: of}
}

// sheaves is a copy of the list; nil for no pile.
func (p *pile) sheaves() []*sheaf {
	if p == nil {
		return nil
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.of)
}

// shares returns the first name that is in the pile and in the sorted list.
func (p *pile) shares(names []string) (string, bool) {
	for _, s := range p.sheaves() {
		if len(names)*16 > len(s.names) {
			if _, both, ok := pack.Disjoint(s.names, names); !ok {
				return both, true
			}
			continue
		}
		for _, n := range names {
			if _, ok := slices.BinarySearch(s.names, n); ok {
				return n, true
			}
		}
	}
	return "", false
}

// whole is everything in one; nil for no pile.
func (p *pile) whole() *sheaf {
	if p == nil {
		return nil
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	for n := len(p.of); n > 1; n = len(p.of) {
		p.of[n-2] = p.of[n-2].join(p.of[n-1])
		p.of = p.of[:n-1]
	}
	return p.of[0]
}
