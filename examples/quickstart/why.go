package main

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/shopspring/decimal"

	"github.com/lifecycle-go/lifecycle/metrics/ledger"
)

// listed is how many customers are named behind each line.
const listed = 12

// why prints the customers behind one month's statement.
func (p *printer) why(w *reasons) {
	p.title("WHY %s", w.month)
	r := w.statement.Revenue
	sum := func(name, amount, note string) []string { return []string{name, "", "", "", amount, note} }
	g := grid{sum("opening", p.amount(r.Opening), "")}
	for _, line := range []struct {
		kind   ledger.Kind
		name   string
		amount decimal.Decimal
	}{
		{ledger.NewBusiness, "new", r.New},
		{ledger.Expansion, "expansion", r.Expansion},
		{ledger.Reactivation, "reactivated", r.Reactivation},
		{ledger.Contraction, "contraction", r.Contraction.Neg()},
		{ledger.Churn, "churn", r.Churn.Neg()},
	} {
		if rows := p.behind(line.kind, w.movements); len(rows) > 0 {
			g = append(g, sum(line.name, p.signed(line.amount), ""))
			g = append(g, rows...)
		}
	}
	if !r.FX.IsZero() {
		g = append(g, sum("fx", p.signed(r.FX), "what did not move, at the month's rates"))
	}
	g = append(g, sum("closing", p.amount(r.Closing()), ""))
	g.left()
	g.write(p.out, wide)
	if c := w.statement.Customers; c.NewAndChurned+c.ChurnedAndReturned > 0 {
		p.line("")
		p.line("Departures: %d, of them %d by customers who had come in the same month and %d by customers who came back in it.",
			c.Churned, c.NewAndChurned, c.ChurnedAndReturned)
	}
	p.since(w)
}

// behind is the movements of one kind, largest first.
func (p *printer) behind(kind ledger.Kind, movements []ledger.Movement) (rows grid) {
	var of []ledger.Movement
	for _, m := range movements {
		if m.Kind == kind {
			of = append(of, m)
		}
	}
	slices.SortStableFunc(of, func(a, b ledger.Movement) int { return b.Amount.Cmp(a.Amount) })
	shown := min(len(of), listed)
	for _, m := range of[:shown] {
		rows = append(rows, []string{
			"    " + m.At.Format(time.DateOnly) + "  " + m.Customer,
			p.amount(m.Before), "→", p.amount(m.After), p.signed(m.After.Sub(m.Before)), cause(m),
		})
	}
	if shown < len(of) {
		var more decimal.Decimal
		for _, m := range of[shown:] {
			more = more.Add(m.After.Sub(m.Before))
		}
		rows = append(rows, []string{fmt.Sprintf("    and %d more", len(of)-shown), "", "", "", p.signed(more), ""})
	}
	return rows
}

// cause names why a customer moved and the events that say so.
func cause(m ledger.Movement) string {
	ids := strings.Join(m.IDs, ", ")
	switch m.Cause {
	case ledger.CauseUnknown:
		return ids
	case ledger.CauseMixed:
		return "several causes (" + ids + ")"
	default:
		return fmt.Sprintf("%s (%s)", m.Cause, ids)
	}
}

// since prints what changed in the month after its books were closed.
func (p *printer) since(w *reasons) {
	if w.closed.IsZero() {
		return
	}
	p.line("")
	p.line("When its books were closed on %s, %s closed at %s. Known since then:",
		w.closed.Format(time.DateOnly), w.month, p.amount(w.asClosed.Revenue.Closing()))
	for _, s := range w.since {
		c := s.Change
		p.line("    %s  %s, %s as of %s (%s): %s", c.Recorded.Format(time.DateOnly), c.Customer, c.Cause, c.At.Format(time.DateOnly), c.ID, p.effect(s))
	}
	p.line("Now it closes at %s.", p.amount(w.statement.Revenue.Closing()))
}

// effect lists the lines of the statement that a late change moved.
func (p *printer) effect(s ledger.Restatement) string {
	r := s.Revenue
	var parts []string
	for _, line := range []struct {
		name   string
		amount decimal.Decimal
	}{
		{"new", r.New},
		{"expansion", r.Expansion},
		{"reactivated", r.Reactivation},
		{"contraction", r.Contraction.Neg()},
		{"churn", r.Churn.Neg()},
		{"fx", r.FX},
		{"closing", r.Closing()},
	} {
		if !line.amount.IsZero() {
			parts = append(parts, line.name+" "+p.signed(line.amount))
		}
	}
	if n := s.Customers.Closing(); n != 0 {
		parts = append(parts, fmt.Sprintf("customers %+d", n))
	}
	return strings.Join(parts, ", ")
}
