package ledger

import (
	"fmt"

	"github.com/lifecycle-go/lifecycle/internal/num"
	"github.com/lifecycle-go/lifecycle/metrics"
	"github.com/lifecycle-go/lifecycle/metrics/calendar"
	"github.com/lifecycle-go/lifecycle/metrics/money"
)

// Statement is one month's bridge in money and in heads. Opening + New +
// Expansion + Reactivation - Contraction - Churn + FX is closing, exactly, and
// closing is the next month's opening. A value, safe everywhere.
type Statement struct {
	Month    calendar.Month
	Currency money.Currency
	// Revenue is in major units of Currency per month, to Places.
	Revenue metrics.Revenue
	// Customers counts heads above zero and how they came and went.
	Customers metrics.Customers
	// ClosingCustomers is Customers.Closing().
	ClosingCustomers int64
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
		r := l.roundBridge(&bs[i])
		out[i] = l.statement(from.Add(i), &bs[i], &r)
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

// bridge is a statement before rounding.
type bridge struct {
	opening, closing num.Int128
	sums
	heads int64 // at opening
}

// fx is what the movements do not explain: exactly zero in one currency.
func (b *bridge) fx() num.Int128 {
	v := b.closing.Sub(b.opening)
	for k := NewBusiness; k < kinds; k++ {
		if k.Sign() > 0 {
			v = v.Sub(b.amount[k])
		} else {
			v = v.Add(b.amount[k])
		}
	}
	return v
}

// bridges returns the months from from to to of a tally, nil meaning no changes.
func (l *Ledger) bridges(t *tally, from, to calendar.Month) ([]bridge, error) {
	out := make([]bridge, to.Sub(from)+1)
	if t == nil {
		return out, nil
	}
	if t.err != nil {
		return nil, t.err
	}
	var run bridge // of the month before
	local := make([]num.Int128, len(t.local))
	skip := from.Sub(t.months.first) // tally index of from
	first, last := min(skip, 0), skip+len(out)
	for i := first; i < last; i++ {
		b := bridge{opening: run.closing, heads: run.closingHeads()}
		if i >= 0 && i < len(t.sums) {
			b.sums = t.sums[i]
			for c := range local {
				local[c] = local[c].Add(t.local[c][i])
			}
		}
		if t.local == nil {
			// One currency: the movements are all there is.
			b.closing = b.fx().Neg()
		} else if i >= skip-1 {
			// The first opening is valued with the rates of the month before.
			var err error
			if b.closing, err = l.worth(local, t.months.first.Add(i)); err != nil {
				return nil, err
			}
		}
		if i >= skip {
			out[i-skip] = b
		}
		run = b
	}
	return out, nil
}

func (b *bridge) closingHeads() int64 {
	return b.heads + b.count[NewBusiness] + b.count[Reactivation] - b.count[Churn]
}

// worth values what each currency stands at by the rates of a month's last
// instant.
func (l *Ledger) worth(local []num.Int128, m calendar.Month) (num.Int128, error) {
	x := l.exchange()
	end := m.Add(1).Start(l.opts.location()).UnixNano() - 1
	var total num.Int128
	for c := range local {
		total = total.Add(x.value(local[c], uint8(c), end))
	}
	return total, x.err
}

func (l *Ledger) statement(m calendar.Month, b *bridge, r *lines) Statement {
	return Statement{
		Month: m, Currency: l.opts.Currency, Revenue: r.revenue(),
		Customers: metrics.Customers{
			Opening: b.heads, New: b.count[NewBusiness], Reactivated: b.count[Reactivation], Churned: b.count[Churn],
			NewAndChurned: b.newAndChurned, ChurnedAndReturned: b.churnedAndReturned,
		},
		ClosingCustomers: b.closingHeads(),
	}
}
