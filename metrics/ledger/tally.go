package ledger

import (
	"math"
	"runtime"
	"sync"

	"github.com/lifecycle-go/lifecycle/metrics/calendar"
)

// sums is what the movements of one month add up to. Amounts are magnitudes in
// value units.
type sums struct {
	amount  [kinds]value // by Kind
	in, out value        // from and to other plans
	flow
}

// gain is how much more MRR there is at the end. Statements add up that of every
// month before.
func (s *sums) gain() value {
	a, i, o := &s.amount, &s.in, &s.out
	n, e, r, d, c := &a[NewBusiness], &a[Expansion], &a[Reactivation], &a[Contraction], &a[Churn]
	const far = 59 // bits of a high word from which seven may exceed it
	if (n.v.Hi|e.v.Hi|r.v.Hi|d.v.Hi|c.v.Hi|i.v.Hi|o.v.Hi)>>far != 0 ||
		n.x != nil || e.x != nil || r.x != nil || d.x != nil || c.x != nil || i.x != nil || o.x != nil {
		return s.gainSlow()
	}
	return value{v: n.v.Add(e.v).Add(r.v).Add(i.v).Sub(d.v.Add(c.v).Add(o.v))}
}

func (s *sums) gainSlow() value {
	v := s.in.sub(s.out)
	for k := NewBusiness; k < kinds; k++ {
		if k.Sign() > 0 {
			v = v.add(s.amount[k])
		} else {
			v = v.sub(s.amount[k])
		}
	}
	return v
}

func (s *sums) merge(o *sums) {
	for k := range s.amount {
		s.amount[k].inc(&o.amount[k])
	}
	s.in.inc(&o.in)
	s.out.inc(&o.out)
	s.flow.merge(&o.flow)
}

// tally is the ledger summed by month. It is additive: a customer's part can be
// taken out and put back, which is how one late change stays cheap.
type tally struct {
	months months
	sums   []sums
	local  [][]value // by currency and month: what was gained, for FX
	err    error     // the first exchange rate that was missing
}

func newTally(m months, currencies int) *tally {
	t := &tally{months: m, sums: make([]sums, m.len())}
	if currencies > 1 {
		t.local = make([][]value, currencies)
		for c := range t.local {
			t.local[c] = make([]value, m.len())
		}
	}
	return t
}

// currencies is how many it tells apart. Sums of another number are in other
// units.
func (t *tally) currencies() int { return max(len(t.local), 1) }

// extend makes room for the months of the ledger's changes, and reports whether
// the tally can go on: another currency changes its units.
func (t *tally) extend(l *Ledger) bool {
	if len(l.currencies) != t.currencies() || t.err != nil {
		return false
	}
	if l.minAt >= t.months.starts[0] && l.maxAt < t.months.starts[t.months.len()] {
		return true
	}
	old := t.months
	last := old.starts[old.len()] - 1
	if l.maxAt > last { // what begins a month is followed by others: make room
		end := calendar.MonthOf(unix(l.maxAt), l.opts.location()).Add(max(24, old.len()/4))
		if limit := calendar.NewMonth(calendar.MaxYear+2, 12); limit.Before(end) {
			end = limit
		}
		last = end.Start(l.opts.location()).UnixNano()
	}
	t.months = l.monthsOf(min(l.minAt, old.starts[0]), last)
	shift := old.first.Sub(t.months.first)
	grown := make([]sums, t.months.len())
	copy(grown[shift:], t.sums)
	t.sums = grown
	for c := range t.local {
		grown := make([]value, t.months.len())
		copy(grown[shift:], t.local[c])
		t.local[c] = grown
	}
	return true
}

// add adds sign times one customer's movements.
func (t *tally) add(w *walker, b []entry, sign int64) {
	if t.local != nil {
		w.local = func(month int, currency uint8, gain value) {
			if sign < 0 {
				gain = gain.neg()
			}
			t.local[currency][month] = t.local[currency][month].add(gain)
		}
	}
	h := heads{period: -1}
	w.walk(b, func(s *step) {
		m := &t.sums[s.month]
		if n, ok := s.gain.v.Int64(); ok && s.gain.x == nil && n > math.MinInt64 {
			if (n < 0) != (sign < 0) {
				n = -n
			}
			m.amount[s.kind].incInt(n)
		} else {
			v := s.gain
			if (v.sign() < 0) != (sign < 0) {
				v = v.neg()
			}
			m.amount[s.kind].inc(&v)
		}
		m.paying += sign * int64(s.paying)
		if s.head != stays || h.period != s.month {
			h.step(s.head, s.month, &m.flow, sign)
		}
	})
	if w.fx != nil && t.err == nil {
		t.err = w.fx.err
	}
}

// merge adds another tally of the same months.
func (t *tally) merge(o *tally) {
	for i := range t.sums {
		t.sums[i].merge(&o.sums[i])
	}
	for c := range t.local {
		for i := range t.local[c] {
			t.local[c][i] = t.local[c][i].add(o.local[c][i])
		}
	}
	if t.err == nil {
		t.err = o.err
	}
}

// tallied returns the ledger summed by month, summing it if need be. Exact sums
// add up alike in any order, so the workers need no common one.
func (l *Ledger) tallied() *tally {
	l.settle()
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.size == 0 {
		return nil
	}
	if l.tally != nil && l.tally.currencies() == len(l.currencies) {
		return l.tally
	}
	m := l.monthsOf(l.minAt, l.maxAt)
	sum := newTally(m, len(l.currencies))
	for _, t := range shards(l, func(lo, hi int) *tally {
		t, w := newTally(m, len(l.currencies)), l.walker(m)
		for _, b := range l.blocks[lo:hi] {
			t.add(w, b, 1)
		}
		return t
	}) {
		sum.merge(t)
	}
	l.tally = sum
	return sum
}

// shards runs f over ranges of customers on all processors and returns the
// results in order of the ranges. What f panics with reaches the caller.
func shards[T any](l *Ledger, f func(lo, hi int) T) []T {
	n := len(l.blocks)
	workers := runtime.GOMAXPROCS(0)
	if l.size < 1<<13 || l.fx() { // a caller's Rates are asked in order
		workers = 1
	}
	out := make([]T, workers)
	if workers == 1 {
		out[0] = f(0, n)
		return out
	}
	fell := make([]any, workers)
	var wg sync.WaitGroup
	for w := range workers {
		wg.Go(func() {
			defer func() { fell[w] = recover() }()
			out[w] = f(n*w/workers, n*(w+1)/workers)
		})
	}
	wg.Wait()
	for _, v := range fell {
		if v != nil {
			panic(v) //nolint:forbidigo // the caller's own panic, carried over from a goroutine
		}
	}
	return out
}
