package persona

import (
	"math"
	"slices"
	"strings"
)

// program is the rules of a set as one list of tests, each of which says where
// to go on when it holds and when it does not. So asking for a persona looks
// every trait up once, and walks no tree.
type program struct {
	traits []string
	tests  []step
	first  target
}

// target is the place of a test; below zero, ^target is the persona found, and
// nobody is none.
type target int32

const nobody target = -1 << 31

type step struct {
	yes, no target
	trait   uint16
	op      Op
	kind    Kind // of an ordered test
	plain   bool // on numbers without places: from lo on, not more than width above
	lo      int64
	width   uint64
	ranges  *ranges
	also    *step // on the same trait, must pass too: a range has two ends
	value   Value // the first value
	rest    []Value
	texts   []string // in lower case
}

// most is how many different traits are kept at hand; beyond it, traits are
// looked up again each time.
const most = 8

func newProgram(personas []tried) *program {
	p := &program{}
	next := nobody
	// From the last persona to the first, so that each knows where to go on.
	for i := len(personas) - 1; i >= 0; i-- {
		next = p.rule(&personas[i].rule, ^target(i), next)
	}
	p.first = next
	p.ranges()
	return p
}

// rule adds the tests of a rule and returns where it begins.
func (p *program) rule(r *Rule, yes, no target) target {
	switch {
	case len(r.All) > 0:
		for i := len(r.All) - 1; i >= 0; i-- {
			yes = p.rule(&r.All[i], yes, no)
		}
		return yes
	case r.Any != nil:
		for i := len(r.Any) - 1; i >= 0; i-- {
			no = p.rule(&r.Any[i], yes, no)
		}
		return no
	case r.Not != nil:
		return p.rule(r.Not, no, yes)
	case r.isTest():
		s := p.test(r)
		s.yes, s.no = yes, no
		if yes >= 0 {
			s.join(p.tests[yes])
		}
		p.tests = append(p.tests, s)
		return target(len(p.tests) - 1)
	default:
		return yes
	}
}

func (p *program) test(r *Rule) step {
	s := step{op: r.Op, trait: p.trait(r.Trait)}
	if len(r.Values) > 0 {
		s.value, s.rest = r.Values[0], r.Values[1:]
		s.kind = s.value.kind
		s.span()
	}
	if r.Op == opContains {
		for _, v := range r.Values {
			s.texts = append(s.texts, strings.ToLower(v.s))
		}
	}
	return s
}

// span turns an ordered test on a number without places into a range of those.
func (s *step) span() {
	lo, hi, n := int64(math.MinInt64), int64(math.MaxInt64), s.value.n
	switch s.op { // numbers have at most 18 digits, so nothing overflows
	case opLess:
		hi = n - 1
	case opAtMost:
		hi = n
	case opMore:
		lo = n + 1
	case opAtLeast:
		lo = n
	default:
		return
	}
	s.plain = s.kind == KindNumber && s.value.exp == 0
	s.lo, s.width = lo, uint64(hi)-uint64(lo)
}

// join makes one test of s and of the one after it, where both are bounds of one
// trait and lead to the same place when they do not hold.
func (s *step) join(next step) {
	if !s.plain || !next.plain || s.trait != next.trait || s.no != next.no {
		return
	}
	lo, hi := max(s.lo, next.lo), min(s.hi(), next.hi())
	if lo > hi {
		return
	}
	s.yes, s.lo, s.width, s.also = next.yes, lo, uint64(hi)-uint64(lo), &next
}

func (s *step) hi() int64 { return int64(uint64(s.lo) + s.width) }

func (p *program) trait(name string) uint16 {
	i := slices.Index(p.traits, name)
	if i < 0 {
		i = len(p.traits)
		p.traits = append(p.traits, name)
	}
	return uint16(i)
}

// run returns the place of the persona, or -1.
func (p *program) run(traits map[string]Value) int {
	var values [most]Value
	var far Value
	var asked uint32
	at := p.first
	for at >= 0 {
		s := &p.tests[at]
		i := s.trait & (most - 1)
		v := &values[i]
		if s.trait >= most {
			v = &far
			far = traits[p.traits[s.trait]]
		} else if asked>>i&1 == 0 {
			asked |= 1 << i
			values[i] = traits[p.traits[s.trait]]
		}
		if s.ranges != nil && v.kind == KindNumber && v.exp == 0 {
			at = s.ranges.find(v.n)
		} else if at = s.no; s.holds(v) {
			at = s.yes
		}
	}
	if at == nobody {
		return -1
	}
	return int(^at)
}

// holds is whether a value, which may be none, passes.
func (s *step) holds(v *Value) bool {
	if s.plain && v.kind == KindNumber && v.exp == 0 {
		return uint64(v.n)-uint64(s.lo) <= s.width
	}
	return v.kind != KindNone && s.passes(v)
}

func (s *step) passes(v *Value) bool {
	if s.also != nil && !s.also.passes(v) {
		return false
	}
	switch s.op {
	case opLess, opAtMost, opMore, opAtLeast:
		if v.kind != s.kind {
			return false
		}
		if s.plain && v.exp == 0 {
			return uint64(v.n)-uint64(s.lo) <= s.width
		}
		if s.kind != KindNumber && s.kind != KindDate {
			return false
		}
		c := v.compare(s.value)
		switch s.op {
		case opLess:
			return c < 0
		case opAtMost:
			return c <= 0
		case opMore:
			return c > 0
		default:
			return c >= 0
		}
	case opIn:
		return s.kind != KindNone && *v == s.value || slices.Contains(s.rest, *v)
	case opHas:
		return true
	case opContains:
		if v.kind != KindString {
			return false
		}
		text := strings.ToLower(v.s)
		return slices.ContainsFunc(s.texts, func(part string) bool { return strings.Contains(text, part) })
	default:
		return false
	}
}
