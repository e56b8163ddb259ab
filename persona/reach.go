package persona

// clause is a conjunction of tests: what each trait may still be. Traits that
// are not in it may be anything.
type clause []traitDomain

type traitDomain struct {
	trait  string
	domain *domain // never changed
}

// reasoning decides whether rules can hold together, by writing them as
// alternatives of conjunctions and dropping those that cannot be met. The
// number of alternatives can grow without bound, so the work has a limit:
// beyond it nothing is claimed. What is claimed is certain.
type reasoning struct {
	left int // units of work that may still be done
}

// maxWork bounds the work on one set.
const maxWork = 1_000_000

// narrow returns the alternatives in which the rule holds, or does not, among
// those given; ok is false when the limit was reached.
func (q *reasoning) narrow(in []clause, r *Rule, holds bool) (out []clause, ok bool) {
	switch {
	case len(r.All) > 0 && holds, len(r.Any) > 0 && !holds:
		for _, sub := range children(r) {
			if in, ok = q.narrow(in, &sub, holds); !ok {
				return nil, false
			}
		}
		return in, true
	case len(r.All) > 0, len(r.Any) > 0:
		for _, sub := range children(r) {
			more, ok := q.narrow(in, &sub, holds)
			if !ok {
				return nil, false
			}
			out = append(out, more...)
		}
		return out, true
	case r.Not != nil:
		return q.narrow(in, r.Not, !holds)
	case r.isTest():
		for _, c := range in {
			if q.left <= 0 {
				return nil, false
			}
			next, work, possible := c.with(r, holds)
			q.left -= work + len(c)
			if possible {
				out = append(out, next)
			}
		}
		return out, true
	default:
		if holds {
			return in, true
		}
		return nil, true
	}
}

func children(r *Rule) []Rule {
	if len(r.All) > 0 {
		return r.All
	}
	return r.Any
}

// with returns a new clause in which the test holds or not, and how much work
// that was; possible is false when it cannot be met.
func (c clause) with(r *Rule, holds bool) (next clause, work int, possible bool) {
	at := len(c)
	d := everything()
	for i := range c {
		if c[i].trait == r.Trait {
			at, d = i, *c[i].domain
			break
		}
	}
	d = d.with(r, holds)
	work = d.size()
	if d.empty() {
		return nil, work, false
	}
	next = append(make(clause, 0, len(c)+1), c...)
	if at == len(c) {
		return append(next, traitDomain{r.Trait, &d}), work, true
	}
	next[at].domain = &d
	return next, work, true
}

// anything is the one alternative without conditions.
func anything() []clause { return []clause{nil} }

// impossible reports that the rule certainly never holds.
func (q *reasoning) impossible(r *Rule) bool {
	out, ok := q.narrow(anything(), r, true)
	return ok && len(out) == 0
}

// covered reports that wherever the rule holds, one of the others holds, and
// which of them: the place of the one that does it alone, or -1 when it takes
// several.
func (q *reasoning) covered(r *Rule, others []*Rule) (by int, certain bool) {
	own, ok := q.narrow(anything(), r, true)
	if !ok || len(own) == 0 {
		return 0, false
	}
	for i, other := range others {
		if rest, ok := q.narrow(own, other, false); ok && len(rest) == 0 {
			return i, true
		}
	}
	rest := own
	for _, other := range others {
		if rest, ok = q.narrow(rest, other, false); !ok {
			return 0, false
		}
		if len(rest) == 0 {
			return -1, true
		}
	}
	return 0, false
}

// contradictions returns the paths of the conditions that can never hold, the
// innermost ones only. A test alone always can.
func (q *reasoning) contradictions(r *Rule, path string) []string {
	var out []string
	switch {
	case len(r.All) > 0:
		for i := range r.All {
			out = append(out, q.contradictions(&r.All[i], index(path+".All", i))...)
		}
	case len(r.Any) > 0:
		for i := range r.Any {
			out = append(out, q.contradictions(&r.Any[i], index(path+".Any", i))...)
		}
	case r.Not != nil:
		out = q.contradictions(r.Not, path+".Not")
	}
	if len(out) == 0 && q.impossible(r) {
		return []string{path}
	}
	return out
}
