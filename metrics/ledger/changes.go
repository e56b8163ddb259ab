package ledger

import "iter"

// Changes yields every change the books hold, by customer id, then by instant
// and by when it became known. Appending them to an empty ledger of the same
// options gives the same books. Amounts and cycles are as they came, trailing
// zeros aside; Recorded is always set.
func (l *Ledger) Changes() iter.Seq[Change] {
	return func(yield func(Change) bool) {
		for _, c := range l.sorted() {
			for i := range l.blocks[c] {
				if !yield(l.change(&l.blocks[c][i])) {
					return
				}
			}
		}
	}
}

// Customers yields the ids of all customers in order.
func (l *Ledger) Customers() iter.Seq[string] {
	return func(yield func(string) bool) {
		for _, c := range l.sorted() {
			if !yield(l.customers.string(c)) {
				return
			}
		}
	}
}

func (l *Ledger) change(e *entry) Change {
	cycle := l.cycles[e.cycle()]
	c := Change{
		Customer: l.customers.string(e.cust), Subscription: l.subs.string(e.sub),
		At: unix(e.at), Amount: l.charged(l.units(e), cycle), Cycle: cycle,
		Currency: l.currencies[e.currency()], Cause: e.cause(), Recorded: unix(e.rec),
	}
	if e.id != 0 {
		c.ID = l.ids.string(e.id - 1)
	}
	return c
}
