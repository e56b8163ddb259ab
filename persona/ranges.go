package persona

import "slices"

// ranges is a chain of tests, each on the same trait and each the next one when
// the one before does not hold, as segments by size of company or by price tier
// make them: which of them is the first to hold is found by binary search.
type ranges struct {
	from []int64  // ascending; to[i+1] is for numbers from from[i] on
	to   []target // one more than from
}

const (
	shortChain = 4   // below, one after another is as fast
	longChain  = 256 // tests of one search
)

// ranges finds the chains.
func (p *program) ranges() {
	inner := make([]bool, len(p.tests))
	for i := range p.tests {
		if s := &p.tests[i]; s.no >= 0 && s.follows(&p.tests[s.no]) {
			inner[s.no] = true
		}
	}
	for i := len(p.tests) - 1; i >= 0; i-- { // a chain begins behind those that go on from it
		if inner[i] || !p.tests[i].plain {
			continue
		}
		for at := target(i); at >= 0; {
			at = p.chain(at)
		}
	}
}

// follows is whether next is of the same chain.
func (s *step) follows(next *step) bool { return s.plain && next.plain && s.trait == next.trait }

// chain makes one search of the chain from a test on, and returns the test at
// which another one begins, if there is one.
func (p *program) chain(first target) target {
	list := []target{first}
	rest := p.tests[first].no
	for rest >= 0 && len(list) < longChain && p.tests[first].follows(&p.tests[rest]) {
		list = append(list, rest)
		rest = p.tests[rest].no
	}
	if len(list) >= shortChain {
		p.tests[first].ranges = p.search(list, rest)
	}
	if len(list) == longChain && rest >= 0 && p.tests[first].follows(&p.tests[rest]) && p.tests[rest].ranges == nil {
		return rest
	}
	return nobody
}

func (p *program) search(list []target, rest target) *ranges {
	r := &ranges{}
	for _, k := range list {
		s := &p.tests[k]
		r.from = append(r.from, s.lo)
		if hi := s.hi(); hi+1 > hi {
			r.from = append(r.from, hi+1)
		}
	}
	slices.Sort(r.from)
	r.from = slices.Compact(r.from)
	first := func(n int64) target {
		for _, k := range list {
			if s := &p.tests[k]; uint64(n)-uint64(s.lo) <= s.width {
				return s.yes
			}
		}
		return rest
	}
	r.to = append(r.to, first(-1<<63))
	for _, n := range r.from {
		r.to = append(r.to, first(n))
	}
	return r
}

func (r *ranges) find(n int64) target {
	lo, hi := 0, len(r.from)
	for lo < hi {
		if mid := int(uint(lo+hi) >> 1); n < r.from[mid] {
			hi = mid
		} else {
			lo = mid + 1
		}
	}
	return r.to[lo]
}
