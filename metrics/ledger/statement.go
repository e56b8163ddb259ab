package ledger

import (
	"fmt"
	"math/big"

	"github.com/lifecycle-go/lifecycle/metrics"
	"github.com/lifecycle-go/lifecycle/metrics/calendar"
	"github.com/lifecycle-go/lifecycle/metrics/money"
)

// Statement is the bridge of one month, or of a run of months, in money and in
// heads. Opening + New + Expansion + Reactivation - Contraction - Churn + FX is
// closing, exactly, and closing is the next opening. A value, safe everywhere.
type Statement struct {
	// Month is the month, or the first of a run whose last is Through.
	Month   calendar.Month `json:"month"`
	Through calendar.Month `json:"through"`
	// Currency of all amounts.
	Currency money.Currency `json:"currency,omitempty"`
	// Revenue is in major units of Currency per month, to Places.
	Revenue metrics.Revenue `json:"revenue"`
	// Customers counts who is present and how they came and went, see
	// Ledger.Heads.
	Customers metrics.Customers `json:"customers"`
	// ClosingCustomers is Customers.Closing(), PayingCustomers those of them
	// whose MRR is above zero at the closing: the others live on at zero.
	ClosingCustomers int64 `json:"closing_customers"`
	PayingCustomers  int64 `json:"paying_customers"`
}

// Statement returns the bridge of one month. Months before the first change or
// after the last are well defined: nothing moves in them. It fails where the
// month is out of calendar's range (ErrPeriod) or an exchange rate is missing
// (ErrNoRate).
func (l *Ledger) Statement(m calendar.Month) (Statement, error) {
	s, err := l.Statements(m, m)
	if err != nil {
		return Statement{}, err
	}
	return s[0], nil
}

// Statements returns the bridges of all months from from to to, both included.
// Its cost does not depend on how many changes the books hold, once they are
// summed.
func (l *Ledger) Statements(from, to calendar.Month) ([]Statement, error) {
	if err := checkMonths(from, to); err != nil {
		return nil, err
	}
	bs, err := l.bridges(l.tallied(), from, to)
	if err != nil {
		return nil, fmt.Errorf("ledger: statements: %w", err)
	}
	out := make([]Statement, len(bs))
	for i := range bs {
		r := roundBridge(&bs[i])
		m := from.Add(i)
		out[i] = statement(m, m, l.opts.Currency, &bs[i], &r)
	}
	return out, nil
}

// StatementOver returns one bridge over a run of months, both ends included: a
// quarter, a year, the ARR snowball of a board's slide. Its lines are the sums of
// the months' movements, so who left in one month and returned in another
// stands in both lines; Customers says how many did. It reads every change.
func (l *Ledger) StatementOver(from, to calendar.Month) (Statement, error) {
	if err := checkMonths(from, to); err != nil {
		return Statement{}, err
	}
	bs, err := l.bridges(l.tallied(), from, to)
	if err != nil {
		return Statement{}, fmt.Errorf("ledger: statement over: %w", err)
	}
	loc := l.opts.location()
	heads, err := l.Heads(calendar.Period{From: from.Start(loc), To: to.Add(1).Start(loc)})
	if err != nil {
		return Statement{}, fmt.Errorf("ledger: statement over: %w", err)
	}
	run := joinBridges(bs)
	r := roundBridge(&run)
	s := statement(from, to, l.opts.Currency, &run, &r)
	s.Customers = heads
	return s, nil
}

// joinBridges is the bridge over months in a row, but for the pairs inside the
// run, which the months do not tell.
func joinBridges(bs []bridge) bridge {
	run := newBridge()
	run.opening, run.closing = bs[0].opening, bs[len(bs)-1].closing
	run.heads, run.payers = bs[0].heads, bs[0].payers
	for i := range bs {
		for k := range run.amount {
			run.amount[k].Add(run.amount[k], bs[i].amount[k])
		}
		run.flow.merge(&bs[i].flow)
	}
	return run
}

func checkMonths(from, to calendar.Month) error {
	for _, m := range []calendar.Month{from, to} {
		if y := m.Year(); m.IsZero() || y < calendar.MinYear || y > calendar.MaxYear {
			return fmt.Errorf("ledger: %w: month %q is outside %d to %d", ErrPeriod, m, calendar.MinYear, calendar.MaxYear)
		}
	}
	if to.Before(from) {
		return fmt.Errorf("ledger: %w: from %s is after to %s", ErrPeriod, from, to)
	}
	return nil
}

// bridges returns the months from from to to of a tally, nil meaning no changes.
func (l *Ledger) bridges(t *tally, from, to calendar.Month) ([]bridge, error) {
	out := make([]bridge, to.Sub(from)+1)
	for i := range out {
		out[i] = newBridge()
	}
	if t == nil {
		return out, nil
	}
	if t.err != nil {
		return nil, t.err
	}
	var (
		level         value // in one currency
		heads, payers int64
	)
	closing := new(big.Rat)
	local := make([]value, len(t.local))
	skip := from.Sub(t.months.first) // tally index of from
	for i := min(skip, 0); i < skip+len(out); i++ {
		var s sums
		if i >= 0 && i < len(t.sums) {
			s = t.sums[i]
			for c := range local {
				local[c] = local[c].add(t.local[c][i])
			}
		}
		opening := closing
		switch {
		case t.local == nil:
			// One currency: the movements are all there is.
			level = level.add(s.gain())
			if i >= skip-1 {
				closing = l.mrr(level)
			}
		case i >= skip-1:
			// The first opening is valued with the rates of the month before.
			worth, err := l.worth(local, t.months.first.Add(i))
			if err != nil {
				return nil, err
			}
			closing = l.mrr(worth)
		}
		if i >= skip {
			b := &out[i-skip]
			b.opening, b.closing, b.flow, b.heads, b.payers = opening, closing, s.flow, heads, payers
			for k := NewBusiness; k < kinds; k++ {
				b.amount[k] = l.mrr(s.amount[k])
			}
			b.in, b.out = l.mrr(s.in), l.mrr(s.out)
		}
		heads += s.net()
		payers += s.paying
	}
	return out, nil
}

// worth values what each currency stands at by the rates of a month's last
// instant.
func (l *Ledger) worth(local []value, m calendar.Month) (value, error) {
	x := l.exchange()
	end := m.Add(1).Start(l.opts.location()).UnixNano() - 1
	var total value
	for c := range local {
		total = total.add(x.value(local[c], uint8(c), end))
	}
	return total, x.err
}

func statement(m, through calendar.Month, currency money.Currency, b *bridge, r *lines) Statement {
	return Statement{
		Month: m, Through: through, Currency: currency, Revenue: r.revenue(), Customers: b.customers(b.heads),
		ClosingCustomers: b.closingHeads(), PayingCustomers: b.closingPayers(),
	}
}
