package ledger

import "time"

// run is what a stretch of one customer's time did to one month, as far as that
// can be said without knowing what came before it. Two of them that touch make
// one, so a tree of them answers anew what a late change did by looking at the
// stretches it lies in.
//
// What is open in a run: how long the customer had been away when the stretch
// begins, whether they had ever paid, and what becomes of them after it.
type run struct {
	kept
	absentIn, absentOut bool // nobody there when it begins, when it ends
	moved               bool // it has a step at all
	lead                edge // the first arrival, where absentIn && moved
	trail               edge // the last departure, where absentOut && moved

	// Amounts are called as of somebody who had paid before. first is what is
	// new business otherwise: the first rise since the run began, unless the
	// customer had begun anew before that.
	first first
	anew  bool // a return after too long: who paid before is forgotten
	paid  bool // above zero since the run began, or since anew
	err   error
}

// kept is what a run adds to the month asked for.
type kept struct {
	amount                 [kinds]value
	before                 int64 // how many more are there when the month begins
	joined, returned, left int64 // in the month
	head                   head  // the first of these
}

// edge is an arrival or a departure.
type edge struct {
	at     int64
	gain   value
	period int8
}

type first struct {
	gain value
	kind Kind // what it counts as, 0: nothing is open
	in   bool // counted in the month
}

func (k *kept) add(o *kept) {
	for i := range k.amount {
		k.amount[i].inc(&o.amount[i])
	}
	k.before += o.before
	k.joined += o.joined
	k.returned += o.returned
	k.left += o.left
	if k.head == stays {
		k.head = o.head
	}
}

func (k *kept) count(h head, period int8) {
	switch {
	case period == earlier:
		k.before += int64(h.count())
		return
	case period == later:
		return
	case k.head == stays:
		k.head = h
	}
	switch h {
	case stays:
	case joins:
		k.joined++
	case returns:
		k.returned++
	case leaves:
		k.left++
	}
}

func (k *kept) book(kind Kind, gain value, period int8) {
	if period == within {
		v := gain.abs()
		k.amount[kind].inc(&v)
	}
}

// gaps are the rules by which a return is called.
type gaps struct{ least, most time.Duration }

// move is a step of somebody who was there and stays.
func (r *run) move(gain value, period int8) {
	switch s := gain.sign(); {
	case s > 0:
		r.rise(Expansion, gain, period)
	case s < 0:
		r.book(Contraction, gain, period)
	}
}

// rise books a gain, which is new business where the customer never paid.
func (r *run) rise(kind Kind, gain value, period int8) {
	switch {
	case r.paid:
	case r.anew:
		kind = NewBusiness
	default:
		r.first = first{gain, kind, period == within}
	}
	r.book(kind, gain, period)
	r.paid = true
}

// arrive ends an absence.
func (r *run) arrive(e edge, g gaps) {
	if !r.moved { // absentIn: who knows for how long
		r.lead = e
	} else {
		r.bridge(&r.trail, &e, g)
	}
	r.moved, r.absentOut = true, false
}

// depart begins an absence.
func (r *run) depart(e edge) { r.trail, r.moved, r.absentOut = e, true, true }

// bridge says what a departure and the return were.
func (r *run) bridge(out, in *edge, g gaps) {
	gap := between(out.at, in.at)
	if g.least > 0 && gap < g.least {
		r.book(Contraction, out.gain, out.period)
		r.move(in.gain, in.period)
		return
	}
	r.leave(out)
	if g.most > 0 && gap > g.most {
		r.join(in)
		return
	}
	r.count(returns, in.period)
	if in.gain.sign() > 0 {
		r.rise(Reactivation, in.gain, in.period)
	}
}

func (r *run) leave(out *edge) {
	r.book(Churn, out.gain, out.period)
	r.count(leaves, out.period)
}

func (r *run) join(in *edge) {
	r.count(joins, in.period)
	r.book(NewBusiness, in.gain, in.period)
	r.anew, r.paid = true, in.gain.sign() > 0
}

// then appends the run that follows.
func (r *run) then(o *run, g gaps) {
	if r.err == nil {
		r.err = o.err
	}
	if !o.moved && o.absentIn { // nothing happened
		return
	}
	if !r.moved && r.absentIn {
		err := r.err
		*r = *o
		r.err = err
		return
	}
	if r.absentOut {
		r.bridge(&r.trail, &o.lead, g)
	}
	if f := &o.first; f.kind != 0 && !r.paid {
		if !r.anew {
			r.first = *f
		} else if f.in {
			r.amount[NewBusiness] = r.amount[NewBusiness].add(f.gain)
			r.amount[f.kind] = r.amount[f.kind].sub(f.gain)
		}
	}
	r.kept.add(&o.kept)
	if o.anew {
		r.anew, r.paid = true, o.paid
	} else {
		r.paid = r.paid || o.paid
	}
	r.moved = r.moved || o.moved
	r.absentOut, r.trail = o.absentOut, o.trail
}

// whole is the run of a whole life: the first arrival is one, and who is gone at
// its end has left.
func (r run) whole() run {
	if !r.moved {
		return r
	}
	out := run{anew: true, moved: true}
	out.join(&r.lead)
	if f := &r.first; f.kind != 0 && !out.paid && f.in {
		r.amount[NewBusiness] = r.amount[NewBusiness].add(f.gain)
		r.amount[f.kind] = r.amount[f.kind].sub(f.gain)
	}
	out.kept.add(&r.kept)
	if r.absentOut {
		out.leave(&r.trail)
	}
	out.err = r.err
	return out
}

// flow is how the customer came and went in the month. Those that a departure
// counts by itself follow from how many there were: arrivals and departures
// alternate, and a customer who joins anew begins a stay of their own.
func (k *kept) flow() (opening int64, f flow) {
	opening = k.before
	f = flow{joined: k.joined, returned: k.returned, left: k.left}
	gone := b2i(opening+k.joined+k.returned-k.left == 0 && k.left > 0)
	f.leftAndReturned = k.returned - b2i(k.head == returns)
	f.joinedAndLeft = k.joined - b2i(k.head == joins) + gone
	if opening > 0 && k.left > 0 && (k.joined > 0 || gone > 0) {
		f.joinedAndLeft--
	}
	return opening, f
}

func b2i(b bool) int64 { return int64(sign(b)) }
