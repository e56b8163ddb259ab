package policy

import (
	"cmp"
	"math"
	"slices"
	"time"

	"github.com/shopspring/decimal"

	"github.com/lifecycle-go/lifecycle/metrics/billing"
	"github.com/lifecycle-go/lifecycle/metrics/billing/internal/subs"
	"github.com/lifecycle-go/lifecycle/metrics/calendar"
)

// open is the end of what has none.
const open = math.MaxInt64

// piece is a span as a policy dates it: in force on [from, to) in nanoseconds.
type piece struct {
	s        *billing.Span
	from, to int64
	// stop is the instant a trial begins to count, a past-due piece ceases to;
	// open where neither.
	turn int64
	// fx is the exchange rate frozen at the beginning; zero is 1.
	fx decimal.Decimal
}

// series is which of the three series of amounts is being made.
type series uint8

const (
	seriesMRR series = iota
	seriesCommitted
	seriesTrial
)

// prepare makes the pieces of one subscription's spans, sorted by item and then
// by the order in which they began.
func (e *evaluator) prepare(spans []*billing.Span) {
	e.pieces = e.pieces[:0]
	p := e.p
	sorted := true
	last, ends := int64(math.MinInt64), true // when the subscription ends, if it does
	for _, s := range spans {
		if e.series == seriesCommitted && p.Committed == CommittedNever && !s.CancelAt.IsZero() {
			e.pieces = e.pieces[:0]
			return
		}
		if s.Test && !p.CountTest {
			e.note(s, billing.CodeTestMode, billing.Notice, "Test", "true", "a sandbox record; left out")
			continue
		}
		x := piece{s: s, from: s.From.UnixNano(), to: open, turn: open}
		if end := s.End(); !end.IsZero() {
			x.to = end.UnixNano()
			last = max(last, x.to)
		} else {
			ends = false
		}
		if n := len(e.pieces); n > 0 && sorted {
			sorted = byItem(&e.pieces[n-1], &x) <= 0
		}
		e.pieces = append(e.pieces, x)
	}
	if len(e.pieces) == 0 {
		return
	}
	if ends && p.ChurnDate == EndOfPaidService {
		e.payThrough(last)
	}
	if !sorted {
		slices.SortStableFunc(e.pieces, func(a, b piece) int { return byItem(&a, &b) })
	}
	e.cut()
	for i := range e.pieces {
		switch x := &e.pieces[i]; x.s.State {
		case billing.StateTrial:
			e.turnTrial(x)
		case billing.StatePastDue:
			e.turnPastDue(i)
		default:
		}
	}
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
// paid for, unless another subscription carries them on.
func (e *evaluator) payThrough(last int64) {
	for i := range e.pieces {
		x := &e.pieces[i]
		if x.to != last || x.s.PaidThrough.IsZero() || x.s.Reason == billing.ReasonReplaced {
			continue
		}
		if paid := x.s.PaidThrough.UnixNano(); paid > last && !e.replaced[subs.Key{Customer: x.s.Customer, Subscription: x.s.Subscription}] {
			x.to = paid
		}
	}
}

// cut ends pieces where the customer asked to, if that is the rule, and drops
// those of no length.
func (e *evaluator) cut() {
	asked := e.p.ChurnDate == EndRequested || e.series == seriesCommitted
	kept := e.pieces[:0]
	for _, x := range e.pieces {
		if asked && !x.s.CancelAskedAt.IsZero() {
			x.to = min(x.to, x.s.CancelAskedAt.UnixNano())
		}
		if x.to <= x.from {
			if x.s.To.Equal(x.s.From) {
				e.note(x.s, billing.CodeZeroLength, billing.Notice, "To", x.s.To.Format(time.RFC3339), "equal to From; the span counts nothing")
			}
			if x.s.To.IsZero() && !x.s.CancelAt.IsZero() && !x.s.CancelAt.After(x.s.From) {
				e.note(x.s, billing.CodePastEnd, billing.Warning, "CancelAt", x.s.CancelAt.Format(time.RFC3339), "not after From; the span counts nothing")
			}
			continue
		}
		if n := len(kept); n > 0 && kept[n-1].s.Item == x.s.Item && kept[n-1].to > x.from {
			e.note(x.s, billing.CodeOverlap, billing.Warning, "From", x.s.From.Format(time.RFC3339),
				"begins while "+kept[n-1].s.Describe()+" is in force for the same item; the one begun last counts")
			e.overlaps = true
		}
		kept = append(kept, x)
	}
	e.pieces = kept
}

// turnTrial finds when a trial begins to count, if it converts: at the start of
// the month it ends in.
func (e *evaluator) turnTrial(x *piece) {
	if e.p.Trials != TrialsFromMonthOfEnd || x.to == open {
		return
	}
	for i := range e.pieces {
		y := &e.pieces[i]
		if y.s.State != billing.StateTrial && y.from <= x.to && x.to < y.to {
			loc := e.p.location()
			x.turn = calendar.MonthOf(time.Unix(0, x.to), loc).Start(loc).UnixNano()
			return
		}
	}
}

// turnPastDue finds when a past-due piece ceases to count: so many days after
// the first of the pieces that follow one another past due.
func (e *evaluator) turnPastDue(i int) {
	if !e.p.PastDue.Drop {
		return
	}
	x := &e.pieces[i]
	first := x.from
	if i > 0 {
		if y := &e.pieces[i-1]; y.s.State == billing.StatePastDue && y.s.Item == x.s.Item && y.to >= x.from {
			x.turn = y.turn
			return
		}
	}
	day := calendar.Cycle{Unit: calendar.UnitDay}
	x.turn = day.Nth(time.Unix(0, first).In(e.p.location()), e.p.PastDue.AfterDays).UnixNano()
}

// counts reports whether the policy lets a piece count at an instant, by its
// state and its basis.
func (e *evaluator) counts(x *piece, at int64) bool {
	p, s := e.p, x.s
	switch s.Basis {
	case billing.BasisMetered:
		if p.Metered != MeteredIncluded && p.Metered != MeteredTrailing {
			return false
		}
	case billing.BasisCommitted:
		if p.Metered != MeteredCommitted {
			return false
		}
	case billing.BasisOneOff:
		return false
	default:
	}
	if e.series == seriesTrial {
		return s.State == billing.StateTrial
	}
	switch s.State {
	case billing.StateTrial:
		return p.Trials == TrialsCounted || at >= x.turn
	case billing.StatePastDue:
		return at < x.turn
	case billing.StateUnpaid:
		return p.CountUnpaid
	case billing.StatePaused:
		return p.CountPaused
	case billing.StateCollectionPaused:
		return !p.DropCollectionPaused
	case billing.StateIncomplete:
		return false
	default:
		return true
	}
}
