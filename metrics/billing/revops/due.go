package revops

import (
	"cmp"
	"slices"
	"time"

	"github.com/lifecycle-go/lifecycle/metrics/billing"
	"github.com/lifecycle-go/lifecycle/metrics/calendar"
)

// due is the end of one term of a contract.
type due struct {
	at      time.Time
	cycle   calendar.Cycle
	early   bool // ended within the term
	outcome dueOutcome
}

type dueOutcome uint8

const (
	dueLost dueOutcome = iota
	dueFailed
	dueRenewed
	dueRecovered
	dueOpen
	dueLeaving
)

// stretch is a time of a contract; to is zero where it has no end.
type stretch struct {
	from, to time.Time
	cycle    calendar.Cycle // of the longest term, where there is one
}

// runs are the stretches in which a contract is charged by one term, and those in
// which it is behind with a payment.
func (c *contract) runs(test bool) (terms, behind []stretch) {
	type edge struct {
		at    time.Time
		cycle calendar.Cycle
		by    int
		late  int
	}
	var edges []edge
	for _, s := range c.spans {
		if s.Test && !test || !lasts(s) || s.Basis == billing.BasisOneOff || s.Basis == billing.BasisMetered {
			continue
		}
		late := 0
		switch s.State {
		case billing.StateTrial, billing.StateIncomplete, billing.StatePaused:
			continue
		case billing.StatePastDue, billing.StateUnpaid:
			late = 1
		default:
		}
		cycle := s.Cycle.Canonical()
		edges = append(edges, edge{s.From, cycle, 1, late})
		if end := s.End(); !end.IsZero() {
			edges = append(edges, edge{end, cycle, -1, -late})
		}
	}
	slices.SortStableFunc(edges, func(a, b edge) int { return a.at.Compare(b.at) })
	var live lengths
	late := 0
	for i := 0; i < len(edges); {
		at := edges[i].at
		for ; i < len(edges) && edges[i].at.Equal(at); i++ {
			e := &edges[i]
			live.count(e.cycle, e.by)
			late += e.late
		}
		terms = follow(terms, at, len(live) > 0, live.longest())
		behind = follow(behind, at, late > 0, calendar.Cycle{})
	}
	return terms, behind
}

// follow closes the last stretch where something changes at an instant, and opens
// the next.
func follow(all []stretch, at time.Time, on bool, cycle calendar.Cycle) []stretch {
	if n := len(all); n > 0 && all[n-1].to.IsZero() {
		if on && all[n-1].cycle == cycle {
			return all
		}
		all[n-1].to = at
	}
	if on {
		all = append(all, stretch{from: at, cycle: cycle})
	}
	return all
}

// lengths are the cycles that charges of a contract have, and how many have each,
// the one that comes back least often first.
type lengths []length

type length struct {
	cycle calendar.Cycle
	n     int
}

func (l *lengths) count(c calendar.Cycle, by int) {
	i, known := slices.BinarySearchFunc(*l, c, func(x length, c calendar.Cycle) int { return compareCycles(x.cycle, c) })
	if !known {
		*l = slices.Insert(*l, i, length{cycle: c})
	}
	if (*l)[i].n += by; (*l)[i].n == 0 {
		*l = slices.Delete(*l, i, i+1)
	}
}

// longest is the cycle that comes back least often; the zero Cycle of none.
func (l lengths) longest() (out calendar.Cycle) {
	if len(l) > 0 {
		out = l[0].cycle
	}
	return out
}

// compareCycles orders cycles of spans that can be read, which are valid: by how often
// they come in a year, then by their unit and number.
func compareCycles(a, b calendar.Cycle) int {
	ta, pa, _ := a.PerYear()
	tb, pb, _ := b.PerYear()
	return cmp.Or(cmp.Compare(ta*pb, tb*pa), cmp.Compare(a.Unit, b.Unit), cmp.Compare(a.N, b.N))
}

// due are the ends of a contract's terms in a period, in order.
func (c *contract) due(test bool, loc *time.Location, in calendar.Period, now time.Time) []due {
	terms, behind := c.runs(test)
	var out []due
	for i := range terms {
		r := &terms[i]
		goesOn := i+1 < len(terms) && terms[i+1].from.Equal(r.to)
		anchor := r.from.In(loc)
		on := false // whether the run ends with a term
		for n := first(r.cycle, anchor, in.From); ; n++ {
			at := r.cycle.Nth(anchor, n)
			if at.IsZero() || !at.Before(in.To) || !r.to.IsZero() && at.After(r.to) {
				break
			}
			d := due{at: at, cycle: r.cycle}
			ends := at.Equal(r.to)
			on = on || ends
			switch {
			case ends && !goesOn && r.to.After(now):
				d.outcome = dueLeaving
			case at.After(now):
				d.outcome = dueOpen
			case ends && !goesOn:
				d.outcome = dueLost
			default:
				d.outcome = paid(behind, at, r.cycle.Nth(anchor, n+1), terms, now)
			}
			out = append(out, d)
		}
		if r.to.IsZero() || on || goesOn || r.to.After(now) || r.to.Before(in.From) || !r.to.Before(in.To) {
			continue
		}
		if b := until(behind, r.to); b == len(behind) || !behind[b].to.Equal(r.to) { // not of failed payments
			out = append(out, due{at: r.to, cycle: r.cycle, early: true})
		}
	}
	return out
}

// paid is what became of the payment for the term [at, next).
func paid(behind []stretch, at, next time.Time, terms []stretch, now time.Time) dueOutcome {
	i := until(behind, at.Add(1))
	if i == len(behind) || !next.IsZero() && !behind[i].from.Before(next) || behind[i].from.After(now) {
		return dueRenewed
	}
	b := &behind[i]
	if b.to.IsZero() || b.to.After(now) {
		return dueOpen
	}
	if r := until(terms, b.to.Add(1)); r < len(terms) && !terms[r].from.After(b.to) {
		return dueRecovered
	}
	return dueFailed
}

// until is the first of some stretches that lasts until an instant or longer.
func until(all []stretch, t time.Time) int {
	i, _ := slices.BinarySearchFunc(all, t, func(s stretch, t time.Time) int {
		if !s.to.IsZero() && s.to.Before(t) {
			return -1
		}
		return 1
	})
	return i
}

// first is the least n, from 1, whose cycle after the anchor begins at t or later.
func first(c calendar.Cycle, anchor, t time.Time) int {
	if !t.After(anchor) {
		return 1
	}
	lo, hi := 0, 1 // the nth begins before t; it does not
	for {
		at := c.Nth(anchor, hi)
		if at.IsZero() || !at.Before(t) {
			break
		}
		lo, hi = hi, 2*hi
	}
	for lo+1 < hi {
		mid := lo + (hi-lo)/2
		if at := c.Nth(anchor, mid); at.IsZero() || !at.Before(t) {
			hi = mid
		} else {
			lo = mid
		}
	}
	return hi
}
