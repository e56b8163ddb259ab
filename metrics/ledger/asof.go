package ledger

import (
	"bytes"
	"fmt"
	"slices"
	"time"

	"github.com/lifecycle-go/lifecycle/metrics"
	"github.com/lifecycle-go/lifecycle/metrics/calendar"
)

// AsOf returns the books as they were known at an instant: a ledger of its own
// with the changes recorded until then. What it says equals what this ledger
// said at that time.
func (l *Ledger) AsOf(recorded time.Time) *Ledger {
	l.settle()
	ns := clampNanos(recorded)
	c := &Ledger{
		opts: l.opts, customers: l.customers.clone(), subs: l.subs.clone(), ids: newNames(false),
		scale: l.scale, held: l.held, wide: slices.Clone(l.wide),
		cycles: slices.Clone(l.cycles), rates: slices.Clone(l.rates), cycleOf: make(map[calendar.Cycle]uint16, len(l.cycleOf)),
		currencies: slices.Clone(l.currencies),
		blocks:     make([][]entry, len(l.blocks)),
		minAt:      l.minAt, maxAt: l.maxAt,
	}
	for i, cy := range c.cycles {
		c.cycleOf[cy] = uint16(i)
	}
	// An event id not yet known must be free to come again, so ids are numbered
	// anew.
	c.ids.seed = l.ids.seed
	for i, b := range l.blocks {
		var kept []entry
		for j := range b {
			if b[j].rec > ns {
				continue
			}
			e := b[j]
			if e.id != 0 {
				id := l.ids.string(e.id - 1)
				n, _, _ := c.ids.number(0, id, c.ids.hash(0, id))
				c.idSums = append(c.idSums, l.idSums[e.id-1])
				e.id = n + 1
			}
			kept = append(kept, e)
		}
		c.blocks[i] = kept
		c.size += int64(len(kept))
	}
	return c
}

func clampNanos(t time.Time) int64 {
	switch y := t.Year(); {
	case y < calendar.MinYear-1:
		return -1 << 63
	case y > calendar.MaxYear+1:
		return 1<<63 - 1
	default:
		return t.UnixNano()
	}
}

// Restatement is what one change, recorded after a month was closed, did to
// that month's statement.
type Restatement struct {
	// Change is the late change as it was taken in.
	Change Change
	// Revenue holds the signed differences it made, line by line, with its own
	// Closing() the difference at closing; Customers likewise in heads.
	Revenue   metrics.Revenue
	Customers metrics.Customers
}

// Restatements lists what changed a month's statement since it was closed:
// every change recorded later that made a difference, in the order they became
// known. The statement as of closed plus all of them is the statement now.
func (l *Ledger) Restatements(m calendar.Month, closed time.Time) ([]Restatement, error) {
	if err := checkMonths(m, m); err != nil {
		return nil, err
	}
	whole := l.tallied()
	if whole == nil {
		return nil, nil
	}
	ns := clampNanos(closed)
	books := newTally(whole.months, len(l.currencies))
	w := l.walker(whole.months)
	var late []entry
	known := map[uint32][]entry{} // blocks of the customers with late changes
	for c, b := range l.blocks {
		if !slices.ContainsFunc(b, func(e entry) bool { return e.rec > ns }) {
			books.add(w, b, 1)
			continue
		}
		var k []entry
		for _, e := range b {
			if e.rec > ns {
				late = append(late, e)
			} else {
				k = append(k, e)
			}
		}
		known[uint32(c)] = k
		books.add(w, k, 1)
	}
	slices.SortStableFunc(late, func(a, b entry) int {
		if a.rec != b.rec {
			if a.rec < b.rec {
				return -1
			}
			return 1
		}
		return bytes.Compare(l.customers.text(a.cust), l.customers.text(b.cust))
	})
	state := func() (Statement, error) {
		bs, err := l.bridges(books, m, m)
		if err != nil {
			return Statement{}, fmt.Errorf("ledger: restatements: %w", err)
		}
		r := l.roundBridge(&bs[0])
		return l.statement(m, &bs[0], &r), nil
	}
	before, err := state()
	if err != nil {
		return nil, err
	}
	var out []Restatement
	for _, e := range late {
		books.add(w, known[e.cust], -1)
		known[e.cust], _ = l.insert(known[e.cust], e)
		books.add(w, known[e.cust], 1)
		after, err := state()
		if err != nil {
			return nil, err
		}
		r := Restatement{Change: l.change(&e), Revenue: minus(after.Revenue, before.Revenue), Customers: minusHeads(after.Customers, before.Customers)}
		if !zero(r.Revenue) || r.Customers != (metrics.Customers{}) {
			out = append(out, r)
		}
		before = after
	}
	return out, nil
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
