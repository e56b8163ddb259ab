package forecast

import (
	"cmp"
	"errors"
	"iter"
	"slices"
	"sort"
	"time"

	"github.com/lifecycle-go/lifecycle/metrics/billing"
	"github.com/lifecycle-go/lifecycle/metrics/calendar"
	"github.com/lifecycle-go/lifecycle/metrics/fault"
	"github.com/lifecycle-go/lifecycle/metrics/ledger"
)

// Commitment is what is known of one customer's contract: they stay until the
// month Until, and with Ends they are gone at its end.
type Commitment struct {
	Customer string         `json:"customer"`
	Until    calendar.Month `json:"until"`
	Ends     bool           `json:"ends,omitempty"`
}

// ErrCommitment: a commitment that cannot be.
var ErrCommitment = errors.New("bad commitment")

// CommitmentsOf reads from billing records what was agreed, as known at the
// end of the origin month, by the customers the ledger holds then; the zero
// Month is that of its last movement. They come sorted by customer.
//
// A customer whose every charge has a known end is gone in the month of the
// last one: an end is known by CancelAt, or by a To that was recorded by then.
// Any other customer stays through the months before the period they have
// paid for ends: PaidThrough, or without it the end of the running cycle, of
// charges of more than a month. Who owes nothing beyond the next month has no
// commitment. Trials, paused and unpaid charges, charges by use alone, one-off
// fees and records of a sandbox commit nobody.
func CommitmentsOf(l *ledger.Ledger, origin calendar.Month, spans iter.Seq[billing.Span]) ([]Commitment, error) {
	h, err := read(l, origin, true)
	if err != nil {
		return nil, err
	}
	loc := l.Options().Location
	cut := h.origin.Add(1).Start(loc)
	type charge struct{ customer, subscription, item string }
	agreed := map[charge]promise{}
	for s := range spans {
		if _, here := slices.BinarySearch(h.ids, s.Customer); !here || !binds(&s, cut) {
			continue
		}
		key := charge{s.Customer, s.Subscription, s.Item}
		p, seen := agreed[key]
		if q := promiseOf(&s, cut); !seen || q.from.After(p.from) {
			q.stays = later(q.stays, p.stays)
			agreed[key] = q
		} else {
			p.stays = later(q.stays, p.stays)
			agreed[key] = p
		}
	}
	type whole struct {
		stays, ends time.Time
		open        bool // a charge without a known end
	}
	customers := map[string]whole{}
	for key, p := range agreed {
		w := customers[key.customer]
		w.open = w.open || p.ends.IsZero()
		w.ends, w.stays = later(w.ends, p.ends), later(w.stays, later(p.stays, p.ends))
		customers[key.customer] = w
	}
	var out []Commitment
	for customer, w := range customers {
		c := Commitment{Customer: customer, Until: calendar.MonthOf(w.ends, loc), Ends: true}
		if w.open {
			if w.stays.IsZero() {
				continue
			}
			// They may leave in the month the period ends.
			c.Until, c.Ends = calendar.MonthOf(w.stays, loc).Add(-1), false
		}
		if c.Until.After(h.origin) {
			out = append(out, c)
		}
	}
	slices.SortFunc(out, func(a, b Commitment) int { return cmp.Compare(a.Customer, b.Customer) })
	return out, nil
}

// terms finds the committed customers among the live ones.
func (o *Options) terms(h *history) (map[int]term, error) {
	var bad fault.Batch
	bad.Package, bad.Op = "forecast", "Books"
	out := map[int]term{}
	for i, c := range o.Commitments {
		row := fault.Row{Row: int64(i) + 1, Customer: c.Customer, Err: ErrCommitment}
		at := sort.SearchStrings(h.ids, c.Customer)
		_, twice := out[at]
		switch {
		case at == len(h.ids) || h.ids[at] != c.Customer:
			row.Field, row.Limit = "Customer", "want a customer with revenue at the origin"
		case !c.Until.After(h.origin):
			row.Field, row.Value, row.Limit = "Until", c.Until.String(), "want a month after the origin "+h.origin.String()
		case twice:
			row.Field, row.Limit = "Customer", "want one commitment of a customer"
		default:
			out[at] = term{c.Until.Sub(h.origin), c.Ends}
			continue
		}
		bad.Add(row)
	}
	return out, bad.Err()
}

// term is what is known of one customer's contract.
type term struct {
	until int // month ahead
	ends  bool
}

// promise is what one charge says: how long it surely runs, and when it ends,
// zero where that is not known.
type promise struct{ from, stays, ends time.Time }

// binds says whether a span is in force or agreed at the cut, was known by
// then, and holds anybody.
func binds(s *billing.Span, cut time.Time) bool {
	known := s.Recorded
	if known.IsZero() {
		known = s.From
	}
	holds := s.State == billing.StateActive || s.State == billing.StatePastDue
	return holds && !s.Test && s.Basis != billing.BasisOneOff && s.Basis != billing.BasisMetered &&
		s.Amount.IsPositive() && known.Before(cut) && (knownEnd(s, cut).IsZero() || knownEnd(s, cut).After(cut))
}

// knownEnd is the end as known at the cut.
func knownEnd(s *billing.Span, cut time.Time) time.Time {
	if !s.To.IsZero() && (s.To.Before(cut) || !s.EndRecorded.IsZero() && s.EndRecorded.Before(cut)) {
		return s.To
	}
	if s.CancelAskedAt.Before(cut) {
		return s.CancelAt
	}
	return time.Time{}
}

func promiseOf(s *billing.Span, cut time.Time) promise {
	p := promise{from: s.From, ends: knownEnd(s, cut)}
	switch {
	case s.PaidThrough.After(cut):
		p.stays = s.PaidThrough
	case s.From.Before(cut):
		if times, per, err := s.Cycle.PerYear(); err == nil && times < 12*per {
			n := 1
			for !s.Cycle.Nth(s.From, n).After(cut) {
				n++
			}
			p.stays = s.Cycle.Nth(s.From, n)
		}
	}
	return p
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}
