package policy

import (
	"cmp"
	"math"
	"slices"
	"time"

	"github.com/lifecycle-go/lifecycle/metrics/billing"
	"github.com/lifecycle-go/lifecycle/metrics/calendar"
)

// open is the end of what has none.
const open = math.MaxInt64

// piece is a span as a policy dates it: in force on [from, to) in nanoseconds.
type piece struct {
	s        *billing.Span
	from, to int64
	// turn is the instant a trial begins to count, or a past-due piece ceases
	// to; open where neither.
	turn int64
}

// pieces dates the valid spans of one subscription: by item, and within it by
// the order in which they began.
func (k *terms) pieces(to []piece, spans []*billing.Span, of kin, n *notes) []piece {
	p := k.p
	sorted := true
	if k.neverCommitted(spans) {
		return to[:0]
	}
	last, ends := int64(math.MinInt64), true // when the subscription ends, if it does
	for _, s := range spans {
		if s.Test && !p.CountTest {
			n.span(s, billing.CodeTestMode, billing.Notice, "Test", "true", "a sandbox record; left out")
			continue
		}
		x := piece{s: s, from: s.From.UnixNano(), to: open, turn: open}
		if end := s.End(); !end.IsZero() {
			x.to = end.UnixNano()
			last = max(last, x.to)
		} else {
			ends = false
		}
		if i := len(to); i > 0 && sorted {
			sorted = byItem(&to[i-1], &x) <= 0
		}
		to = append(to, x)
	}
	if len(to) == 0 {
		return to
	}
	if ends && p.ChurnDate == EndOfPaidService {
		payThrough(to, last, of, n)
	}
	if !sorted {
		slices.SortStableFunc(to, func(a, b piece) int { return byItem(&a, &b) })
	}
	to = k.cut(to, n)
	k.turnTrials(to)
	for i := range to {
		if to[i].s.State == billing.StatePastDue {
			k.turnPastDue(to, i)
		}
	}
	return to
}

func byItem(a, b *piece) int {
	if c := cmp.Compare(a.s.Item, b.s.Item); c != 0 {
		return c
	}
	if c := cmp.Compare(a.from, b.from); c != 0 {
		return c
	}
	return cmp.Compare(a.s.Seq, b.s.Seq)
}

// payThrough lets the last pieces of a subscription run to the end of what was
// paid for, unless another subscription carries them on. One that begins in
// that time is taken to: a customer who cancels and subscribes again is not
// worth both at once.
func payThrough(all []piece, last int64, of kin, n *notes) {
	for i := range all {
		x := &all[i]
		if x.to != last || x.s.PaidThrough.IsZero() || x.s.Reason == billing.ReasonReplaced || of.replaced {
			continue
		}
		paid := x.s.PaidThrough.UnixNano()
		if paid <= last {
			continue
		}
		if of.next != nil {
			if at := of.next(last, paid); at != 0 {
				n.span(x.s, billing.CodeSuccessor, billing.Notice, "PaidThrough", x.s.PaidThrough.UTC().Format(time.RFC3339),
					"another subscription of the customer begins at "+time.Unix(0, at).UTC().Format(time.RFC3339)+", before what was paid for ends; it counts until then")
				paid = at
			}
		}
		x.to = paid
	}
}

// cut ends pieces where the customer asked to, if that is the rule, and drops
// those of no length.
func (k *terms) cut(all []piece, n *notes) []piece {
	asked := k.byRequest()
	kept := all[:0]
	for _, x := range all {
		if asked && !x.s.CancelAskedAt.IsZero() {
			x.to = min(x.to, x.s.CancelAskedAt.UnixNano())
		}
		if x.to <= x.from {
			if x.s.To.Equal(x.s.From) {
				n.span(x.s, billing.CodeZeroLength, billing.Notice, "To", x.s.To.Format(time.RFC3339), "equal to From; the span counts nothing")
			}
			if x.s.To.IsZero() && !x.s.CancelAt.IsZero() && !x.s.CancelAt.After(x.s.From) {
				n.span(x.s, billing.CodePastEnd, billing.Warning, "CancelAt", x.s.CancelAt.Format(time.RFC3339), "not after From; the span counts nothing")
			}
			continue
		}
		if i := len(kept); i > 0 && kept[i-1].s.Item == x.s.Item && kept[i-1].to > x.from {
			n.span(x.s, billing.CodeOverlap, billing.Warning, "From", x.s.From.Format(time.RFC3339),
				"begins while "+kept[i-1].s.Describe()+" is in force for the same item; the one begun last counts")
		}
		kept = append(kept, x)
	}
	return kept
}

// turnTrials finds when trials begin to count, if they convert: at the start of
// the month they end in.
func (k *terms) turnTrials(all []piece) {
	if k.p.Trials != TrialsFromMonthOfEnd {
		return
	}
	var paying []interval
	for i := range all {
		if x := &all[i]; x.s.State != billing.StateTrial {
			paying = append(paying, interval{x.from, x.to})
		}
	}
	paying = union(paying)
	loc := k.p.location()
	for i := range all {
		x := &all[i]
		if x.s.State == billing.StateTrial && x.to != open && within(paying, x.to) {
			x.turn = calendar.MonthOf(time.Unix(0, x.to), loc).Start(loc).UnixNano()
		}
	}
}

// interval is [from, to) in nanoseconds.
type interval struct{ from, to int64 }

// union sorts intervals and joins those that meet.
func union(all []interval) []interval {
	slices.SortFunc(all, func(a, b interval) int { return cmp.Or(cmp.Compare(a.from, b.from), cmp.Compare(a.to, b.to)) })
	out := all[:0]
	for _, v := range all {
		if n := len(out); n > 0 && v.from <= out[n-1].to {
			out[n-1].to = max(out[n-1].to, v.to)
			continue
		}
		out = append(out, v)
	}
	return out
}

// within reports whether a union has an instant.
func within(all []interval, at int64) bool {
	i, _ := slices.BinarySearchFunc(all, at, func(v interval, at int64) int {
		if v.to <= at {
			return -1
		}
		return 1
	})
	return i < len(all) && all[i].from <= at
}

// turnPastDue finds when a past-due piece ceases to count: so many days after
// the first of the pieces that follow one another past due.
func (k *terms) turnPastDue(all []piece, i int) {
	if !k.p.PastDue.Drop {
		return
	}
	x := &all[i]
	if i > 0 {
		if y := &all[i-1]; y.s.State == billing.StatePastDue && y.s.Item == x.s.Item && y.to >= x.from {
			x.turn = y.turn
			return
		}
	}
	day := calendar.Cycle{Unit: calendar.UnitDay}
	x.turn = day.Nth(time.Unix(0, x.from).In(k.p.location()), k.p.PastDue.AfterDays).UnixNano()
}

// counts reports whether the policy lets a piece count at an instant, by its
// state and its basis.
func (k *terms) counts(x *piece, at int64) bool {
	switch x.s.Basis {
	case billing.BasisMetered:
		if k.p.Metered != MeteredIncluded && k.p.Metered != MeteredTrailing {
			return false
		}
	case billing.BasisCommitted:
		if k.p.Metered != MeteredCommitted {
			return false
		}
	case billing.BasisOneOff:
		return false
	default:
	}
	return k.stands(x, at)
}

// stands reports whether the policy lets a state count at an instant.
func (k *terms) stands(x *piece, at int64) bool {
	if k.series == seriesTrial {
		return x.s.State == billing.StateTrial
	}
	switch x.s.State {
	case billing.StateTrial:
		return k.p.Trials == TrialsCounted || at >= x.turn
	case billing.StatePastDue:
		return at < x.turn
	case billing.StateUnpaid:
		return k.p.CountUnpaid
	case billing.StatePaused:
		return k.p.CountPaused
	case billing.StateCollectionPaused:
		return !k.p.DropCollectionPaused
	case billing.StateIncomplete:
		return false
	default:
		return true
	}
}
