package main

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"iter"
	"slices"
	"strconv"
	"time"

	"github.com/shopspring/decimal"

	"github.com/lifecycle-go/lifecycle/metrics/calendar"
	rows "github.com/lifecycle-go/lifecycle/metrics/fault"
	"github.com/lifecycle-go/lifecycle/metrics/ledger"
)

// company is what a report is made of.
type company struct {
	name  string
	books *ledger.Ledger
	// first and last are the months of the first and the last change; observed
	// is the last that can be taken for complete, and note says why if it is
	// not the last.
	first, last, observed calendar.Month
	note                  string

	// What only the embedded company has: spend on sales and marketing by
	// month, the margin its revenue leaves, the month to explain and when its
	// books were closed.
	spend  map[calendar.Month]decimal.Decimal
	margin decimal.Decimal
	why    calendar.Month
	closed time.Time
}

// fromPeriods makes a company of a file of subscription periods.
func fromPeriods(in io.Reader) (*company, error) {
	periods, bad, err := readPeriods(in)
	if err != nil {
		return nil, err
	}
	arrange(periods)
	bad = append(bad, overlaps(periods)...)
	books, refused, err := keep(periods)
	if err != nil {
		return nil, err
	}
	if bad = append(bad, refused...); len(bad) > 0 {
		return nil, bad.sorted()
	}
	c := &company{books: books, margin: decimal.NewFromInt(1)}
	var newest calendar.Month // in which a subscription began last
	for _, p := range periods {
		start, end := calendar.MonthOf(p.start, nil), calendar.MonthOf(p.end, nil)
		if c.first.IsZero() || start.Before(c.first) {
			c.first = start
		}
		newest = later(newest, start)
		c.last = later(c.last, start)
		if !p.end.IsZero() {
			c.last = later(c.last, end)
		}
	}
	c.observed = c.last
	if complete := newest.Add(-1); books.MRR(c.last.Add(1).Start(nil)).IsZero() && !complete.Before(c.first) {
		c.observed = complete
		c.note = fmt.Sprintf("Nobody is left after %s, which is what an export that ends everything on its own date looks like.\n"+
			"Cohorts are observed through %s, the last month before one that may not have been complete; -to says otherwise.", c.last, complete)
	}
	return c, nil
}

func later(a, b calendar.Month) calendar.Month {
	if b.After(a) {
		return b
	}
	return a
}

// arrange sorts periods by customer, subscription, start and end.
func arrange(periods []period) {
	slices.SortFunc(periods, func(a, b period) int {
		if c := cmp.Or(cmp.Compare(a.customer, b.customer), cmp.Compare(a.subscription, b.subscription)); c != 0 {
			return c
		}
		return cmp.Or(a.start.Compare(b.start), compareEnds(a.end, b.end), a.line-b.line)
	})
}

// compareEnds puts the end that has not come last.
func compareEnds(a, b time.Time) int {
	switch {
	case a.IsZero() && b.IsZero():
		return 0
	case a.IsZero():
		return 1
	case b.IsZero():
		return -1
	}
	return a.Compare(b)
}

// same reports whether two periods are of one subscription.
func same(a, b *period) bool { return a.customer == b.customer && a.subscription == b.subscription }

// overlaps finds rows of one subscription, in order, that charge at the same
// time: one subscription has one price.
func overlaps(sorted []period) (bad faults) {
	var last *period // that charges anything
	for i := range sorted {
		p := &sorted[i]
		if p.broken || p.empty() {
			continue
		}
		if last != nil && same(last, p) && (last.end.IsZero() || last.end.After(p.start)) {
			bad = append(bad, fault{
				p.line, "start_date", p.start.Format(time.DateOnly),
				fmt.Sprintf("line %d already charges for subscription %s then", last.line, quote(p.subscription)),
			})
		}
		if last == nil || !same(last, p) || compareEnds(p.end, last.end) > 0 {
			last = p
		}
	}
	return bad
}

// keep loads periods in order into new books. What the ledger refuses is said in
// terms of the file.
func keep(sorted []period) (*ledger.Ledger, faults, error) {
	// Empty periods are only looked at: they must not end what runs meanwhile.
	_, bad, err := load(func(yield func(*period, bool) bool) {
		for i := range sorted {
			if sorted[i].empty() && !yield(&sorted[i], false) {
				return
			}
		}
	})
	if err != nil {
		return nil, nil, err
	}
	books, refused, err := load(func(yield func(*period, bool) bool) {
		for i := range sorted {
			p := &sorted[i]
			if p.empty() {
				continue
			}
			goesOn := i+1 < len(sorted) && same(&sorted[i+1], p) && sorted[i+1].start.Equal(p.end)
			if !yield(p, false) || !p.end.IsZero() && !goesOn && !yield(p, true) {
				return
			}
		}
	})
	return books, append(bad, refused...), err
}

// load makes books of the starts and, where it says true, the ends of periods: a
// level at the start, zero at the end.
func load(periods iter.Seq2[*period, bool]) (*ledger.Ledger, faults, error) {
	books, err := ledger.New(ledger.Options{})
	if err != nil {
		return nil, nil, err
	}
	type origin struct {
		line int
		end  bool
	}
	var origins []origin // of the changes
	err = books.Load(func(yield func(ledger.Change, error) bool) {
		for p, end := range periods {
			origins = append(origins, origin{p.line, end})
			if !yield(change(p, end), nil) {
				return
			}
		}
	})
	var refused *rows.Batch
	if !errors.As(err, &refused) {
		return books, nil, err
	}
	var bad faults
	for _, r := range refused.Rows {
		if r.Field == "" {
			return nil, nil, r
		}
		from := origins[r.Row-1]
		if from.end {
			continue // what is wrong with the end of a row was said of its start
		}
		bad = append(bad, fault{from.line, column(r.Field), r.Value, r.Limit})
	}
	return nil, bad, nil
}

func change(p *period, end bool) ledger.Change {
	c := ledger.Change{
		ID: "line " + strconv.Itoa(p.line), Customer: p.customer, Subscription: p.subscription, At: p.start, Amount: p.amount,
	}
	if end {
		c.At, c.Amount, c.ID = p.end, decimal.Decimal{}, c.ID+" end"
	}
	return c
}

// column is where a field of a change comes from.
func column(field string) string {
	switch field {
	case "Customer":
		return "customer_id"
	case "Subscription":
		return "subscription_id"
	case "Amount":
		return "monthly_amount"
	default:
		return field
	}
}
