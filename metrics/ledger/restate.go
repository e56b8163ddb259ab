package ledger

import (
	"bytes"
	"cmp"
	"slices"
	"time"

	"github.com/lifecycle-go/lifecycle/metrics"
	"github.com/lifecycle-go/lifecycle/metrics/calendar"
)

// Restatement is what one change, recorded after a month was closed, did to
// that month's statement.
type Restatement struct {
	// Change is the late change as it was taken in. Of a subscription that was
	// said anew by Replace, it is the first change that was not said before;
	// where the new history only leaves some out, it names the subscription and
	// when that became known, and its cause is CauseCorrection.
	Change Change `json:"change"`
	// Revenue holds the signed differences it made, line by line, with its own
	// Closing() the difference at closing; Customers likewise in heads.
	Revenue   metrics.Revenue   `json:"revenue"`
	Customers metrics.Customers `json:"customers"`
}

// late is one thing that became known after a closing: an entry, or a version.
type late struct {
	cust   uint32
	rec    int64
	stated bool
	e      entry
	base   uint32
	v      *version // nil: an entry
	before []entry  // what v replaces
}

// Restatements lists what changed a month's statement since it was closed:
// every change recorded later that made a difference, in the order they became
// known. The statement as of closed plus all of them is the statement now.
//
// Its cost is n log n in the changes of the customers to whom late ones belong;
// where movements net over more than an instant, each late change costs what
// its month of that customer holds.
func (l *Ledger) Restatements(m calendar.Month, closed time.Time) ([]Restatement, error) {
	if err := checkMonths(m, m); err != nil {
		return nil, err
	}
	l.settle()
	if l.minAt > l.maxAt { // nothing was ever said
		return nil, nil
	}
	ns := clampNanos(closed)
	month := l.monthOf(m, l.monthsOf(l.minAt, l.maxAt))
	all, known := l.lateOnes(ns)
	lives := month.lives(all, known)
	for c, b := range l.blocks {
		if k, ok := known[uint32(c)]; ok {
			b = k
		}
		if t := lives[uint32(c)]; t != nil {
			month.standing.add(&t.now, 1)
		} else {
			month.add(b, 1)
		}
	}
	before, err := month.statement()
	if err != nil {
		return nil, err
	}
	var out []Restatement
	for i := range all {
		v := &all[i]
		if t := lives[v.cust]; t != nil {
			month.standing.add(&t.now, -1)
			t.apply(v)
			month.standing.add(&t.now, 1)
		} else {
			month.add(known[v.cust], -1)
			known[v.cust] = l.apply(known[v.cust], v)
			month.add(known[v.cust], 1)
		}
		after, err := month.statement()
		if err != nil {
			return nil, err
		}
		r := Restatement{Revenue: minus(after.Revenue, before.Revenue), Customers: minusHeads(after.Customers, before.Customers)}
		if !zero(r.Revenue) || r.Customers != (metrics.Customers{}) {
			r.Change = l.newsOf(v)
			out = append(out, r)
		}
		before = after
	}
	return out, nil
}

// worthLaying is from how many late things and entries on a customer is laid
// out once instead of being followed for each. A law lowers it.
const worthLaying = 8

// lives lays out the customers of whom much is late.
func (m *monthOf) lives(all []late, known map[uint32][]entry) map[uint32]*lifetime {
	l := m.w.l
	few := worthLaying
	if l.lay > 0 {
		few = l.lay
	}
	of := map[uint32][]*late{}
	for i := range all {
		of[all[i].cust] = append(of[all[i].cust], &all[i])
	}
	lives := map[uint32]*lifetime{}
	for i := range all { // in an order, for a caller's Rates are asked
		if c := all[i].cust; len(of[c]) >= few && lives[c] == nil {
			lives[c] = m.lifetime(known[c], of[c])
		}
	}
	return lives
}

// lateOnes are what became known after an instant, in order, and the blocks of
// their customers as they were known then.
func (l *Ledger) lateOnes(ns int64) (all []late, known map[uint32][]entry) {
	known = map[uint32][]entry{}
	for c, b := range l.blocks {
		i := slices.IndexFunc(b, func(e entry) bool { rec, _ := l.recorded(&e); return rec > ns })
		if i < 0 {
			continue
		}
		known[uint32(c)] = nil
		for _, e := range b {
			if rec, stated := l.recorded(&e); rec > ns && l.origin[l.base[e.slot]] != replaced {
				all = append(all, late{cust: uint32(c), rec: rec, stated: stated, e: e})
			}
		}
	}
	for base, h := range l.histories {
		for i := range h.versions {
			v := &h.versions[i]
			if v.rec <= ns {
				continue
			}
			c := l.slots.owner[base]
			known[c] = nil
			n := late{cust: c, rec: v.rec, stated: true, base: base, v: v}
			if i > 0 {
				n.before = h.versions[i-1].es
			}
			all = append(all, n)
		}
	}
	for c := range known {
		known[c] = l.asOf(c, ns)
	}
	slices.SortStableFunc(all, func(a, b late) int {
		if c := cmp.Or(cmp.Compare(a.rec, b.rec), bytes.Compare(l.customers.text(a.cust), l.customers.text(b.cust))); c != 0 || a.v == nil || b.v == nil {
			return cmp.Or(c, cmp.Compare(sign(a.v != nil), sign(b.v != nil)))
		}
		return bytes.Compare(l.slots.text(a.base), l.slots.text(b.base))
	})
	return all, known
}

// apply brings one late thing into a customer's block.
func (l *Ledger) apply(b []entry, v *late) []entry {
	if v.v == nil {
		b, _ = l.mergeBlocks(b, []entry{v.e})
		return b
	}
	kept := make([]entry, 0, len(b)+len(v.v.es))
	for i := range b {
		if l.base[b[i].slot] != v.base {
			kept = append(kept, b[i])
		}
	}
	fresh := slices.Clone(v.v.es)
	l.sortBlock(fresh)
	b, _ = l.mergeBlocks(kept, fresh)
	return b
}

// newsOf is the change that a late thing is reported by.
func (l *Ledger) newsOf(v *late) Change {
	if v.v == nil {
		return l.change(&v.e)
	}
	for i := range v.v.es {
		e := &v.v.es[i]
		o, found := slices.BinarySearchFunc(v.before, e, func(o entry, e *entry) int {
			return cmp.Or(cmp.Compare(o.at, e.at), bytes.Compare(l.slots.text(o.slot), l.slots.text(e.slot)))
		})
		if !found || l.compareContent(e, &v.before[o]) != 0 {
			return l.change(e)
		}
	}
	return Change{
		Customer: l.customers.string(v.cust), Subscription: l.slots.string(v.base), Cause: CauseCorrection, Recorded: unix(v.rec),
	}
}

func minus(a, b metrics.Revenue) metrics.Revenue {
	return metrics.Revenue{
		Opening: a.Opening.Sub(b.Opening), New: a.New.Sub(b.New), Expansion: a.Expansion.Sub(b.Expansion),
		Reactivation: a.Reactivation.Sub(b.Reactivation), Contraction: a.Contraction.Sub(b.Contraction),
		Churn: a.Churn.Sub(b.Churn), FX: a.FX.Sub(b.FX),
	}
}

func zero(r metrics.Revenue) bool {
	return r.Opening.IsZero() && r.New.IsZero() && r.Expansion.IsZero() && r.Reactivation.IsZero() &&
		r.Contraction.IsZero() && r.Churn.IsZero() && r.FX.IsZero()
}

func minusHeads(a, b metrics.Customers) metrics.Customers {
	return metrics.Customers{
		Opening: a.Opening - b.Opening, New: a.New - b.New, Reactivated: a.Reactivated - b.Reactivated,
		Churned: a.Churned - b.Churned, NewAndChurned: a.NewAndChurned - b.NewAndChurned,
		ChurnedAndReturned: a.ChurnedAndReturned - b.ChurnedAndReturned,
	}
}
