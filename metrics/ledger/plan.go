package ledger

// part is what one step did in one plan.
type part struct {
	plan    uint32 // word plus one
	gain    value
	was, is bool // present in the plan before and after
	// above zero in it before and after
	paid, pays bool
}

// planWalk keeps, beside a walker, what one customer has in each plan.
type planWalk struct {
	present map[uint32]int // levels present, by plan
	paid    map[uint32]int // levels above zero, by plan
	at      map[uint32]int // where a plan stands in parts[from:]
	parts   []part
	from    int // of the window being made
	// local receives what changed in each currency, for valuing month ends.
	local func(plan uint32, month int, currency uint8, gain value)
}

func newPlanWalk() *planWalk {
	return &planWalk{present: map[uint32]int{}, paid: map[uint32]int{}, at: map[uint32]int{}}
}

func (p *planWalk) reset() {
	if len(p.present) > 0 {
		p.present, p.paid = map[uint32]int{}, map[uint32]int{}
	}
	p.parts, p.from = p.parts[:0], 0
}

func (p *planWalk) part(plan uint32) *part {
	i, ok := p.at[plan]
	if !ok {
		i = len(p.parts)
		p.at[plan] = i
		p.parts = append(p.parts, part{plan: plan, was: p.present[plan] > 0, paid: p.paid[plan] > 0})
	}
	return &p.parts[i]
}

// change moves a level from what it was to what an entry says.
func (p *planWalk) change(w *walker, e *entry, v *level, units value, present bool, month int, rateAt int64) {
	was, is := v.units, units
	plan := w.l.dimOf(e).plan
	if w.fx != nil {
		if p.local != nil {
			p.local(v.plan, month, v.currency, was.neg())
			p.local(plan, month, e.currency(), is)
		}
		was, is = w.fx.value(was, v.currency, rateAt), w.fx.value(is, e.currency(), rateAt)
	}
	if v.present {
		o := p.part(v.plan)
		o.gain = o.gain.sub(was)
	}
	if present {
		o := p.part(plan)
		o.gain = o.gain.add(is)
	}
	if v.present {
		p.present[v.plan]--
		if !v.units.isZero() {
			p.paid[v.plan]--
		}
	}
	if present {
		p.present[plan]++
		if !units.isZero() {
			p.paid[plan]++
		}
	}
	v.plan = plan
}

// take returns what the window did that was open, and opens the next.
func (p *planWalk) take() []part {
	kept := p.parts[:p.from]
	for _, o := range p.parts[p.from:] {
		o.pays = p.paid[o.plan] > 0
		if o.is = p.present[o.plan] > 0; o.is != o.was || o.pays != o.paid || !o.gain.isZero() {
			kept = append(kept, o)
		}
	}
	out := kept[p.from:len(kept):len(kept)]
	p.parts, p.from = kept, len(kept)
	clear(p.at)
	return out
}

// planBooks are the sums of the books by plan.
type planBooks struct {
	l       *Ledger
	months  months
	tallies map[uint32]*tally
	heads   map[uint32]*planHeads // of the customer at hand
}

type planHeads struct {
	heads
	known bool
}

func (p *planBooks) tally(plan uint32) *tally {
	t := p.tallies[plan]
	if t == nil {
		t = newTally(p.months, len(p.l.currencies))
		p.tallies[plan] = t
	}
	return t
}

// byPlan sums all customers.
func (l *Ledger) byPlan(m months) (*planBooks, error) {
	p := &planBooks{l: l, months: m, tallies: map[uint32]*tally{}}
	w := l.walker(m)
	w.plans = newPlanWalk()
	w.plans.local = func(plan uint32, month int, currency uint8, gain value) {
		if !gain.isZero() {
			t := p.tally(plan)
			t.local[currency][month] = t.local[currency][month].add(gain)
		}
	}
	for _, b := range l.blocks {
		p.heads = map[uint32]*planHeads{}
		w.walk(b, p.step)
	}
	if w.fx != nil && w.fx.err != nil {
		return nil, w.fx.err
	}
	return p, nil
}

// step divides a step over plans: what some plans lose pays for what others
// gain first, and only the rest is what the step is called.
func (p *planBooks) step(s *step) {
	var up, down value
	ups, downs := 0, 0
	for i := range s.parts {
		switch g := s.parts[i].gain; g.sign() {
		case 1:
			up = up.add(g)
			ups++
		case -1:
			down = down.sub(g)
			downs++
		}
	}
	moved := up.min(down)
	for i := range s.parts {
		o := &s.parts[i]
		m := &p.tally(o.plan).sums[s.month]
		switch o.gain.sign() {
		case 1:
			in := share(o.gain, moved, up, ups)
			m.in = m.in.add(in)
			m.amount[s.kind] = m.amount[s.kind].add(o.gain.sub(in))
		case -1:
			out := share(o.gain.neg(), moved, down, downs)
			m.out = m.out.add(out)
			m.amount[s.kind] = m.amount[s.kind].add(o.gain.neg().sub(out))
		}
		p.count(s, o, m)
	}
}

// share is a part of moved in the proportion of gain to all, which are n.
func share(gain, moved, all value, n int) value {
	switch {
	case moved.isZero():
		return value{}
	case n == 1:
		return moved
	case moved.cmp(all) == 0:
		return gain
	}
	r := gain.rat()
	return rational(r.Mul(r, moved.rat()).Quo(r, all.rat()))
}

// count follows who is in a plan. To leave it is to churn there, whatever is
// bought elsewhere.
func (p *planBooks) count(s *step, o *part, m *sums) {
	h := p.heads[o.plan]
	if h == nil {
		h = &planHeads{heads: heads{period: -1}}
		p.heads[o.plan] = h
	}
	m.paying += int64(sign(o.pays) - sign(o.paid))
	k := stays
	switch {
	case o.is && !o.was && h.known:
		k = returns
	case o.is && !o.was:
		k, h.known = joins, true
	case o.was && !o.is:
		k = leaves
	}
	h.step(k, s.month, &m.flow, 1)
}
