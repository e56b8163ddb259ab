package persona

import "slices"

// node is a rule with its tests made ready, for telling why it holds or not.
type node struct {
	test  *Rule // nil for a group
	step  step
	any   bool // one of the kids, not all of them
	not   bool // the first kid does not
	kids  []node
	empty bool // always holds
	flat  bool // all of the kids, which are tests
}

func (p *program) node(r *Rule) *node {
	n := &node{}
	kids := r.All
	switch {
	case len(r.All) > 0:
	case r.Any != nil:
		n.any, kids = true, r.Any
	case r.Not != nil:
		n.not, n.kids = true, []node{*p.node(r.Not)}
	case r.isTest():
		n.test, n.step = r, p.test(r)
	default:
		n.empty = true
	}
	for i := range kids {
		n.kids = append(n.kids, *p.node(&kids[i]))
	}
	n.flat = len(r.All) > 0 && !slices.ContainsFunc(n.kids, func(k node) bool { return k.test == nil })
	return n
}

// lookUp finds each trait once, up to a number of them.
type lookUp struct {
	traits map[string]Value
	values [most]Value
	far    Value // the latest of the others
	asked  uint32
}

func (l *lookUp) value(trait uint16, name string) *Value {
	if trait >= most {
		l.far = l.traits[name]
		return &l.far
	}
	if l.asked>>trait&1 == 0 {
		l.asked |= 1 << trait
		l.values[trait] = l.traits[name]
	}
	return &l.values[trait]
}

// explain evaluates the rule and appends tests that suffice to decide it.
func (n *node) explain(known *lookUp, to []Reason) (bool, []Reason) {
	switch {
	case n.test != nil:
		v := known.value(n.step.trait, n.test.Trait)
		holds := n.step.holds(v)
		return holds, append(to, Reason{Test: n.test, Actual: *v, Holds: holds})
	case n.flat:
		return n.explainFlat(known, to)
	case n.not:
		holds, to := n.kids[0].explain(known, to)
		return !holds, to
	case n.empty:
		return true, to
	}
	// One of the kids that comes out otherwise decides alone; else all do.
	all := len(to)
	for i := range n.kids {
		own := len(to)
		var holds bool
		if holds, to = n.kids[i].explain(known, to); holds == n.any {
			return n.any, to[:all+copy(to[all:], to[own:])]
		}
	}
	return !n.any, to
}

// explainFlat is explain for the usual rule: all of some tests. Only the one
// that fails is written down.
func (n *node) explainFlat(known *lookUp, to []Reason) (bool, []Reason) {
	for i := range n.kids {
		k := &n.kids[i]
		if v := known.value(k.step.trait, k.test.Trait); !k.step.holds(v) {
			return false, append(to, Reason{Test: k.test, Actual: *v})
		}
	}
	for i := range n.kids {
		k := &n.kids[i]
		to = append(to, Reason{Test: k.test, Actual: *known.value(k.step.trait, k.test.Trait), Holds: true})
	}
	return true, to
}
