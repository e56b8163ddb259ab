package persona

// node is a rule with its tests made ready, for telling why it holds or not.
type node struct {
	test  *Rule // nil for a group
	step  step
	any   bool // one of the kids, not all of them
	not   bool // the first kid does not
	kids  []node
	empty bool // always holds
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
		holds := v.kind != KindNone && n.step.passes(v)
		return holds, append(to, Reason{Test: n.test, Actual: *v, Holds: holds})
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
