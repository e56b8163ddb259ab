package ledger

import (
	"runtime"
	"sync"

	"github.com/lifecycle-go/lifecycle/internal/num"
)

// sums is what the movements of one month add up to. Amounts are magnitudes in
// value units.
type sums struct {
	amount [kinds]num.Int128 // by Kind
	count  [kinds]int64
	// Two kinds of churn that the standard rate leaves out, see
	// metrics.Customers.
	newAndChurned, churnedAndReturned int64
}

// tally is the ledger summed by month. It is additive: a customer's part can be
// taken out and put back, which is how one late change stays cheap.
type tally struct {
	months months
	sums   []sums
	local  [][]num.Int128 // by currency and month: what was gained, for FX
	err    error          // the first exchange rate that was missing
}

func newTally(m months, currencies int) *tally {
	t := &tally{months: m, sums: make([]sums, m.len())}
	if currencies > 1 {
		t.local = make([][]num.Int128, currencies)
		for c := range t.local {
			t.local[c] = make([]num.Int128, m.len())
		}
	}
	return t
}

// cover reports whether the tally's months and currencies take in a change
// between two instants.
func (t *tally) cover(minAt, maxAt int64, currencies int) bool {
	return minAt >= t.months.starts[0] && maxAt < t.months.starts[t.months.len()] &&
		(currencies == 1 || currencies == len(t.local))
}

// add adds sign times one customer's movements.
func (t *tally) add(w *walker, b []entry, sign int64) {
	if t.local != nil {
		w.local = func(month int, currency uint8, gain num.Int128) {
			if sign < 0 {
				gain = gain.Neg()
			}
			t.local[currency][month] = t.local[currency][month].Add(gain)
		}
	}
	heads := heads{month: -1}
	w.walk(b, func(s *step) {
		m := &t.sums[s.month]
		v := s.gain.Abs()
		if sign < 0 {
			v = v.Neg()
		}
		m.amount[s.kind] = m.amount[s.kind].Add(v)
		m.count[s.kind] += sign
		heads.step(s, m, sign)
	})
	if w.fx != nil && t.err == nil {
		t.err = w.fx.err
	}
}

// heads sorts one customer's departures within a month: every churn counts,
// and those the customer came back from, or that end a stay begun in the same
// month, are counted again by themselves. What remains left from among the
// customers of the month's opening.
type heads struct {
	month    int
	member   bool // is a customer
	atOpen   bool // was one when month began
	left     bool // churned in month and is still away
	unopened bool // and that churn counts as newAndChurned
}

func (h *heads) step(s *step, m *sums, sign int64) {
	if s.month != h.month {
		*h = heads{month: s.month, member: h.member, atOpen: h.member}
	}
	switch s.kind { //nolint:exhaustive // the others keep who is a customer
	case NewBusiness: // after too long a gap this is somebody else
		h.member, h.atOpen, h.left = true, false, false
	case Reactivation:
		h.member = true
		if h.left {
			m.churnedAndReturned += sign
			if h.unopened {
				m.newAndChurned -= sign
			}
			h.left = false
		}
	case Churn:
		h.member, h.left, h.unopened = false, true, !h.atOpen
		if h.unopened {
			m.newAndChurned += sign
		}
	}
}

// merge adds another tally of the same months.
func (t *tally) merge(o *tally) {
	for i := range t.sums {
		a, b := &t.sums[i], &o.sums[i]
		for k := range a.amount {
			a.amount[k] = a.amount[k].Add(b.amount[k])
			a.count[k] += b.count[k]
		}
		a.newAndChurned += b.newAndChurned
		a.churnedAndReturned += b.churnedAndReturned
	}
	for c := range t.local {
		for i := range t.local[c] {
			t.local[c][i] = t.local[c][i].Add(o.local[c][i])
		}
	}
	if t.err == nil {
		t.err = o.err
	}
}

// tallied returns the ledger summed by month, summing it if need be. Integers
// add up alike in any order, so the workers need no common one.
func (l *Ledger) tallied() *tally {
	l.settle()
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.tally != nil || l.size == 0 {
		return l.tally
	}
	m := l.monthsOf(l.minAt, l.maxAt)
	l.tally = newTally(m, len(l.currencies))
	for _, t := range shards(l, func(lo, hi int) *tally {
		t, w := newTally(m, len(l.currencies)), l.walker(m)
		for _, b := range l.blocks[lo:hi] {
			t.add(w, b, 1)
		}
		return t
	}) {
		l.tally.merge(t)
	}
	return l.tally
}

// shards runs f over ranges of customers on all processors and returns the
// results in order of the ranges.
func shards[T any](l *Ledger, f func(lo, hi int) T) []T {
	n := len(l.blocks)
	workers := runtime.GOMAXPROCS(0)
	if l.size < 1<<13 || l.fx() { // a caller's Rates need not be safe for concurrent use
		workers = 1
	}
	out := make([]T, workers)
	var wg sync.WaitGroup
	for w := range workers {
		wg.Go(func() { out[w] = f(n*w/workers, n*(w+1)/workers) })
	}
	wg.Wait()
	return out
}
