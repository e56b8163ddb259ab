package clv

import (
	"cmp"
	"iter"
	"slices"
	"time"

	"github.com/lifecycle-go/lifecycle/metrics/calendar"
	"github.com/lifecycle-go/lifecycle/metrics/fault"
)

// Opportunities turns transactions into histories of discrete time, for
// [FitBGBB]: every calendar month, or year where years says so, through the
// month (or its year) is an opportunity that a customer used or not. That of
// the first transaction is the start and no opportunity. Customers come by ID,
// with X, TX and T in whole periods and Repeat and Mean of the periods of X.
// Transactions after through are left out.
//
// Rows are refused as in [Summarise]. loc is where months begin; nil is UTC.
func Opportunities(transactions iter.Seq[Transaction], years bool, through calendar.Month, loc *time.Location) ([]Customer, error) {
	const op = "Opportunities"
	if loc == nil {
		loc = time.UTC
	}
	rows, names, err := readTransactions(op, transactions, SummaryOptions{Location: loc})
	if err != nil {
		return nil, err
	}
	length := 1
	if years {
		length = 12
	}
	first := calendar.NewMonth(calendar.MinYear, time.January)
	period := func(m calendar.Month) int64 { return int64(m.Sub(first) / length) }
	end := period(through)
	for i := range rows {
		rows[i].tick = period(calendar.MonthOf(rows[i].at, loc))
	}
	slices.SortStableFunc(rows, func(a, b purchase) int {
		return cmp.Or(cmp.Compare(names[a.customer], names[b.customer]), cmp.Compare(a.tick, b.tick), a.at.Compare(b.at))
	})
	var out []Customer
	var start, before int64
	who := -1
	for _, r := range rows {
		switch {
		case r.tick > end:
			continue
		case r.customer != who:
			who, start = r.customer, r.tick
			out = append(out, Customer{ID: names[r.customer], First: r.at, T: float64(end - start)})
		case r.tick == start:
		default:
			c := &out[len(out)-1]
			c.Repeat = c.Repeat.Add(r.amount)
			if r.tick != before {
				c.X++
				c.TX = float64(r.tick - start)
			}
		}
		before = r.tick
	}
	for i := range out {
		if c := &out[i]; c.X > 0 {
			c.Mean = c.Repeat.InexactFloat64() / c.X
		}
	}
	if len(out) == 0 {
		return nil, &fault.Error{Package: "clv", Op: op, Field: "through", Value: through.String(), Limit: "want a month not before the first transaction", Err: ErrInput}
	}
	return out, nil
}

// Histories are the cells of customers, for a fit.
func Histories(customers []Customer) iter.Seq[Cell] {
	return func(yield func(Cell) bool) {
		for _, c := range customers {
			if !yield(c.cell()) {
				return
			}
		}
	}
}
