package persona

import (
	"slices"
	"strings"
)

// domain is the set of what a trait may be under some tests that all hold: the
// trait may be missing, and its value may be one of those that meet every
// bound. It only ever shrinks.
type domain struct {
	missing    bool
	kinds      uint8 // one bit per Kind
	restricted bool  // the value is one of only
	only       []Value
	not        []Value
	bounds     [2]interval // of numbers and dates
	contains   [][]string  // one text of each list occurs, in lower case
	lacks      []string    // none of these occurs
}

// interval bounds an ordered kind. Absent bounds have no kind.
type interval struct {
	lo, hi         Value
	loOpen, hiOpen bool
}

func bit(k Kind) uint8 { return 1 << k }

func everything() domain {
	return domain{missing: true, kinds: bit(KindString) | bit(KindNumber) | bit(KindBool) | bit(KindDate)}
}

// with returns the domain in which the test holds, or in which it does not.
func (d domain) with(r *Rule, holds bool) domain {
	switch r.Op {
	case opHas:
		if holds {
			d.missing = false
		} else {
			d.kinds = 0
		}
	case opIn:
		if !holds {
			d.not = append(slices.Clip(d.not), r.Values...)
			break
		}
		d.missing = false
		only := r.Values
		if d.restricted {
			only = nil
			for _, v := range d.only {
				if slices.Contains(r.Values, v) {
					only = append(only, v)
				}
			}
		}
		d.restricted, d.only = true, only
	case opContains:
		var texts []string
		for _, v := range r.Values {
			texts = append(texts, strings.ToLower(v.s))
		}
		if holds {
			d.missing = false
			d.kinds &= bit(KindString)
			d.contains = append(slices.Clip(d.contains), texts)
		} else {
			d.lacks = append(slices.Clip(d.lacks), texts...)
		}
	case opLess, opAtMost, opMore, opAtLeast:
		v := r.Values[0]
		if holds {
			d.missing = false
			d.kinds &= bit(v.kind)
		}
		// Where the test does not hold, a value of its kind passes the opposite
		// test, and every value of another kind remains.
		op := r.Op
		if !holds {
			op = [...]Op{opLess: opAtLeast, opAtLeast: opLess, opMore: opAtMost, opAtMost: opMore}[op]
		}
		d.bounds[side(v.kind)].tighten(op, v)
	case opNone:
	}
	return d
}

func side(k Kind) int {
	if k == KindDate {
		return 1
	}
	return 0
}

func (b *interval) tighten(op Op, v Value) {
	open := op == opLess || op == opMore
	if op == opLess || op == opAtMost {
		if b.hi.IsZero() || v.compare(b.hi) < 0 || v == b.hi && open {
			b.hi, b.hiOpen = v, open
		}
		return
	}
	if b.lo.IsZero() || v.compare(b.lo) > 0 || v == b.lo && open {
		b.lo, b.loOpen = v, open
	}
}

func (b *interval) has(v Value) bool {
	if !b.hi.IsZero() {
		if c := v.compare(b.hi); c > 0 || c == 0 && b.hiOpen {
			return false
		}
	}
	if !b.lo.IsZero() {
		if c := v.compare(b.lo); c < 0 || c == 0 && b.loOpen {
			return false
		}
	}
	return true
}

// empty reports that nothing is left. It is true only where that is certain.
func (d *domain) empty() bool {
	if d.missing {
		return false
	}
	if d.restricted {
		return !slices.ContainsFunc(d.only, d.has)
	}
	for _, k := range [...]Kind{KindString, KindNumber, KindBool, KindDate} {
		if d.kinds&bit(k) != 0 && d.some(k) {
			return false
		}
	}
	return true
}

// has reports whether one value is in the domain.
func (d *domain) has(v Value) bool {
	if d.kinds&bit(v.kind) == 0 || slices.Contains(d.not, v) {
		return false
	}
	switch v.kind {
	case KindNumber, KindDate:
		return d.bounds[side(v.kind)].has(v)
	case KindString:
		text := strings.ToLower(v.s)
		within := func(part string) bool { return strings.Contains(text, part) }
		for _, either := range d.contains {
			if !slices.ContainsFunc(either, within) {
				return false
			}
		}
		return !slices.ContainsFunc(d.lacks, within)
	default:
		return true
	}
}

// some reports whether the domain may have values of a kind.
func (d *domain) some(k Kind) bool {
	switch k {
	case KindBool:
		return d.has(Bool(false)) || d.has(Bool(true))
	case KindString:
		// Texts are without number, so single ones that are excluded do not
		// matter. What has to occur cannot hold what must not occur.
		barred := func(part string) bool {
			return slices.ContainsFunc(d.lacks, func(lack string) bool { return strings.Contains(part, lack) })
		}
		for _, either := range d.contains {
			if !slices.ContainsFunc(either, func(part string) bool { return !barred(part) }) {
				return false
			}
		}
		return true
	case KindNumber:
		b := &d.bounds[0]
		if b.lo.IsZero() || b.hi.IsZero() {
			return true
		}
		// Between two different numbers there are others.
		c := b.lo.compare(b.hi)
		return c < 0 || c == 0 && d.has(b.lo)
	default:
		return d.someDate()
	}
}

// fewDays is how many days are looked at one by one; of more, some will do.
const fewDays = 64

// someDate counts days, of which there are finitely many between two.
func (d *domain) someDate() bool {
	b := &d.bounds[1]
	if b.lo.IsZero() || b.hi.IsZero() {
		return true
	}
	lo, hi := b.lo.n, b.hi.n
	if b.loOpen {
		lo++
	}
	if b.hiOpen {
		hi--
	}
	if lo > hi {
		return false
	}
	if hi-lo >= min(fewDays, int64(len(d.not))) {
		return true
	}
	for day := lo; day <= hi; day++ {
		if d.has(Value{kind: KindDate, n: day}) {
			return true
		}
	}
	return false
}

// size is how much work looking at the domain is.
func (d *domain) size() int { return 1 + len(d.only) + len(d.not) + len(d.contains) + len(d.lacks) }
