package ledger

import (
	"slices"
	"time"

	"github.com/lifecycle-go/lifecycle/metrics"
	"github.com/lifecycle-go/lifecycle/metrics/calendar"
)

// Forget drops the monthly sums, so that a benchmark can make them again.
func (l *Ledger) Forget() { l.tally = nil }

// Eager takes every input of at least n changes in on all processors, so that a
// law reaches what else only large inputs do.
func (l *Ledger) Eager(n int) { l.many = n }

// LayOut lays every customer out of whom at least n things are late.
func (l *Ledger) LayOut(n int) { l.lay = n }

// RestatementsSlow is Restatements as one would write it first: after each late
// thing its customer is followed anew and the month read from sums of all.
func (l *Ledger) RestatementsSlow(m calendar.Month, closed time.Time) ([]Restatement, error) {
	l.settle()
	if l.minAt > l.maxAt {
		return nil, nil
	}
	months := l.monthsOf(l.minAt, l.maxAt)
	books, w := newTally(months, len(l.currencies)), l.walker(months)
	all, known := l.lateOnes(clampNanos(closed))
	for c, b := range l.blocks {
		if k, ok := known[uint32(c)]; ok {
			b = k
		}
		books.add(w, b, 1)
	}
	stand := func() (Statement, error) {
		bs, err := l.bridges(books, m, m)
		if err != nil {
			return Statement{}, err
		}
		return l.statement(m, m, &bs[0]), nil
	}
	before, err := stand()
	if err != nil {
		return nil, err
	}
	var out []Restatement
	for i := range all {
		v := &all[i]
		books.add(w, known[v.cust], -1)
		known[v.cust] = l.apply(known[v.cust], v)
		books.add(w, known[v.cust], 1)
		after, err := stand()
		if err != nil {
			return nil, err
		}
		r := Restatement{Revenue: minus(after.Revenue, before.Revenue), Customers: minusHeads(after.Customers, before.Customers)}
		if !zero(r.Revenue) || r.Customers != (metrics.Customers{}) {
			r.Change = l.newsOfSlow(v)
			out = append(out, r)
		}
		before = after
	}
	return out, nil
}

func (l *Ledger) newsOfSlow(v *late) Change {
	if v.v != nil {
		for i := range v.v.es {
			e := &v.v.es[i]
			if !slices.ContainsFunc(v.before, func(o entry) bool { return l.compareContent(e, &o) == 0 }) {
				return l.change(e)
			}
		}
		return Change{
			Customer: l.customers.string(v.cust), Subscription: l.slots.string(v.base), Cause: CauseCorrection, Recorded: unix(v.rec),
		}
	}
	return l.change(&v.e)
}
