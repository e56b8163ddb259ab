package policy

import (
	"cmp"
	"math"
	"slices"
	"time"

	"github.com/lifecycle-go/lifecycle/metrics/billing"
)

// standing is what the spans of a subscription say to its invoices: when it
// ends, and when its state lets it count nothing.
type standing struct {
	never bool  // the series leaves the subscription out
	end   int64 // nothing counts from here on, whatever was invoiced for later
	over  int64 // what carries on beyond its invoice ends here
	last  *billing.Span
	// barred is when items, by name, may not count; "" is for all items that no
	// span names. Each is a union.
	barred map[string][]interval
	named  map[string]bool
}

// standing reads the spans of one subscription, the pieces they are, and how far
// its charges reach.
func (k *terms) standing(pieces []piece, spans []*billing.Span, charges []charge, of kin, n *notes) standing {
	st := standing{end: open, over: open, never: k.neverCommitted(spans)}
	last, ends := int64(math.MinInt64), true
	for _, s := range spans {
		if s.Test && !k.p.CountTest {
			continue
		}
		if at := s.End(); at.IsZero() {
			ends = false
		} else {
			last = max(last, at.UnixNano())
		}
		if st.last == nil || cmp.Or(s.From.Compare(st.last.From), cmp.Compare(s.Item, st.last.Item), cmp.Compare(s.Seq, st.last.Seq)) > 0 {
			st.last = s
		}
	}
	if st.last == nil {
		return st
	}
	if ends {
		st.over = last
		if k.p.ChurnDate == EndOfPaidService {
			st.end = tail(charges, last, st.last, of, n)
		} else {
			st.end = last
		}
	}
	k.bar(&st, pieces, spans)
	return st
}

// tail is when charges that outlast their subscription no longer count: with
// their periods, unless another subscription of the customer carries it on, or
// begins by then.
func tail(charges []charge, last int64, s *billing.Span, of kin, n *notes) int64 {
	paid := last
	var by *charge
	for i := range charges {
		if c := &charges[i]; c.to > paid {
			paid, by = c.to, c
		}
	}
	switch {
	case by == nil:
		return open
	case of.replaced || s.Reason == billing.ReasonReplaced:
		return last
	case of.next == nil:
		return open
	}
	at := of.next(last, paid)
	if at == 0 {
		return open
	}
	n.line(by.l, billing.CodeSuccessor, billing.Notice, "To", by.l.To.UTC().Format(time.RFC3339),
		"another subscription of the customer begins at "+time.Unix(0, at).UTC().Format(time.RFC3339)+", before the period that was invoiced ends; it counts until then")
	return at
}

// bar finds when items do not count: in a state that does not, or from when their
// end was asked for until somebody withdrew that, where it counts. What was asked
// for and never withdrawn is the end.
func (k *terms) bar(st *standing, pieces []piece, spans []*billing.Span) {
	held, states, counting := k.heldBy(pieces)
	out := map[string][]interval{}
	if k.byRequest() {
		for _, s := range spans {
			if v := askedOut(s); v.from < v.to && (!s.Test || k.p.CountTest) {
				out[s.Item] = append(out[s.Item], v)
			}
		}
	}
	st.barred, st.named = map[string][]interval{}, map[string]bool{}
	var not, gone, there []interval // of the subscription as a whole
	for item := range held {
		st.named[item] = true
	}
	for item := range out {
		st.named[item] = true
	}
	for item := range st.named {
		asked := minus(union(out[item]), held[item])
		gone, there = append(gone, asked...), append(there, held[item]...)
		barred := slices.Concat(asked, states[item])
		not = append(not, barred...)
		st.barred[item] = union(barred)
	}
	if !st.named[""] {
		st.barred[""] = minus(union(not), union(counting))
	}
	if gone = minus(union(gone), union(there)); len(gone) > 0 {
		if v := gone[len(gone)-1]; v.to >= st.over {
			st.end = min(st.end, v.from)
		}
	}
}

// heldBy is when pieces, which are by item, hold; when the states of those that
// do let nothing count; and when any of them counts. Those by item are unions.
func (k *terms) heldBy(pieces []piece) (held, states map[string][]interval, counting []interval) {
	held, states = map[string][]interval{}, map[string][]interval{}
	for lo := 0; lo < len(pieces); {
		hi := lo + 1
		for hi < len(pieces) && pieces[hi].s.Item == pieces[lo].s.Item {
			hi++
		}
		of, item := pieces[lo:hi], pieces[lo].s.Item
		_ = holding(of, func(i int, from, to int64) error { // it fails only where its callback does
			x := &of[i]
			held[item] = append(held[item], interval{from, to})
			turn := min(max(x.turn, from), to)
			for _, v := range [2]interval{{from, turn}, {turn, to}} {
				switch {
				case v.from >= v.to:
				case k.stands(x, v.from):
					counting = append(counting, v)
				default:
					states[item] = append(states[item], v)
				}
			}
			return nil
		})
		held[item] = union(held[item])
		lo = hi
	}
	return held, states, counting
}

// byRequest reports whether a subscription stops counting when its end is asked
// for.
func (k *terms) byRequest() bool { return k.p.ChurnDate == EndRequested || k.series == seriesCommitted }

// askedOut is the part of a span in which its end had been asked for.
func askedOut(s *billing.Span) interval {
	if s.CancelAskedAt.IsZero() {
		return interval{}
	}
	v := interval{max(s.From.UnixNano(), s.CancelAskedAt.UnixNano()), open}
	if end := s.End(); !end.IsZero() {
		v.to = end.UnixNano()
	}
	return v
}

// neverCommitted reports whether the series leaves a subscription out because it
// is scheduled to end. What was scheduled and withdrawn since is not: the span
// begun last says.
func (k *terms) neverCommitted(spans []*billing.Span) bool {
	if k.series != seriesCommitted || k.p.Committed != CommittedNever {
		return false
	}
	last, scheduled := int64(0), false
	for i, s := range spans {
		at := s.From.UnixNano()
		if i == 0 || at > last {
			last, scheduled = at, false
		}
		scheduled = scheduled || at == last && !s.CancelAt.IsZero()
	}
	return scheduled
}

// of are the times at which an item may not count.
func (st *standing) of(item string) []interval {
	if st.named[item] {
		return st.barred[item]
	}
	return st.barred[""]
}

// minus is what of one union is not in another.
func minus(a, b []interval) []interval {
	var out []interval
	for _, v := range a {
		for len(b) > 0 && b[0].to <= v.from {
			b = b[1:]
		}
		for _, w := range b {
			if w.from >= v.to {
				break
			}
			if w.from > v.from {
				out = append(out, interval{v.from, w.from})
			}
			v.from = max(v.from, w.to)
			if v.from >= v.to {
				break
			}
		}
		if v.from < v.to {
			out = append(out, v)
		}
	}
	return out
}
