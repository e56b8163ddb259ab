package ledger

import (
	"fmt"

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
		m := from.Add(i)
		out[i] = l.statement(m, m, &bs[i])
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
	run := bs[0]
	for i := range bs[1:] {
		b := &bs[i+1]
		run.closing = b.closing
		run.sums.merge(&b.sums)
	}
	s := l.statement(from, to, &run)
	s.Customers = heads
	return s, nil
}

// StatementsEvery returns StatementOver for each period of so many months of the
// calendar year, any divisor of 12: 3 is quarters, 12 years. Periods are those
// that begin in the months from from to to, both included.
func (l *Ledger) StatementsEvery(from, to calendar.Month, months int) ([]Statement, error) {
	if err := checkMonths(from, to); err != nil {
		return nil, err
	}
	if months < 1 || 12%months != 0 {
		return nil, fmt.Errorf("ledger: statements every: %w: %d months is no divisor of 12", ErrOptions, months)
	}
	var out []Statement
	for m := from; !to.Before(m); m = m.Add(1) {
		if (int(m.Month())-1)%months != 0 {
			continue
		}
		s, err := l.StatementOver(m, m.Add(months-1))
		if err != nil {
			return nil, err
		}
		out = append(out, s)
	}
	return out, nil
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

// frame is one month of a tally: a bridge in the ledger's units.
type frame struct {
	opening, closing value
	sums
	heads, payers int64 // at opening
}

// bridges returns the months from from to to of a tally, nil meaning no changes.
func (l *Ledger) bridges(t *tally, from, to calendar.Month) ([]frame, error) {
	out := make([]frame, to.Sub(from)+1)
	if t == nil {
		return out, nil
	}
	if t.err != nil {
		return nil, t.err
	}
	var run frame
	var level value // in one currency
	local := make([]value, len(t.local))
	skip := from.Sub(t.months.first) // tally index of from
	for i := min(skip, 0); i < skip+len(out); i++ {
		var s *sums
		if run.opening = run.closing; i >= 0 && i < len(t.sums) {
			s = &t.sums[i]
			for c := range local {
				local[c] = local[c].add(t.local[c][i])
			}
			if t.local == nil { // the movements are all there is
				level = level.add(s.gain())
			}
		}
		run.closing = level
		if t.local != nil && i >= skip-1 {
			// The first opening is valued with the rates of the month before.
			var err error
			if run.closing, err = l.worth(local, t.months.first.Add(i)); err != nil {
				return nil, err
			}
		}
		if i >= skip {
			b := &out[i-skip]
			*b = run
			if s != nil {
				b.sums = *s
			}
		}
		if s != nil {
			run.heads += s.net()
			run.payers += s.paying
		}
	}
	return out, nil
}

// exact is the frame as a bridge in money.
func (l *Ledger) exact(f *frame) bridge {
	b := bridge{
		opening: l.mrr(f.opening), closing: l.mrr(f.closing), in: l.mrr(f.in), out: l.mrr(f.out),
		flow: f.flow, heads: f.heads, payers: f.payers,
	}
	for k := range b.amount {
		b.amount[k] = l.mrr(f.amount[k])
	}
	return b
}

func (l *Ledger) exactly(fs []frame) []bridge {
	out := make([]bridge, len(fs))
	for i := range fs {
		out[i] = l.exact(&fs[i])
	}
	return out
}

// statement rounds a frame; in words of the machine where they suffice.
func (l *Ledger) statement(m, through calendar.Month, f *frame) Statement {
	if r, ok := l.Unit().revenue(f); ok {
		return Statement{
			Month: m, Through: through, Currency: l.opts.Currency, Revenue: r, Customers: f.customers(f.heads),
			ClosingCustomers: f.heads + f.net(), PayingCustomers: f.payers + f.paying,
		}
	}
	b := l.exact(f)
	r := roundBridge(&b)
	return statement(m, through, l.opts.Currency, &b, &r)
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
