package ledger

import "time"

// HistoryOf is what Replace and Rewrite said of one subscription and was not
// forgotten; ok is false where it was never told that way.
func (l *Ledger) HistoryOf(customer, subscription string) (h History, ok bool) {
	cust, ok := l.customers.find(customer)
	if !ok {
		return History{}, false
	}
	base, ok := l.slots.find(cust, subscription)
	if !ok || l.histories[base] == nil {
		return History{}, false
	}
	h = History{Customer: customer, Subscription: subscription}
	for _, v := range l.histories[base].versions {
		out := Version{Recorded: unix(v.rec), Changes: make([]Change, 0, len(v.es))}
		for i := range v.es {
			c := l.change(&v.es[i])
			c.Recorded = time.Time{}
			out.Changes = append(out.Changes, c)
		}
		h.Versions = append(h.Versions, out)
	}
	return h, true
}
