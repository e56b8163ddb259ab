package ledger

import (
	"cmp"
	"slices"
	"time"
)

// HistoryOf is what Replace and Rewrite said of one subscription and was not
// forgotten; ok is false where it was never told that way.
func (l *Ledger) HistoryOf(customer, subscription string) (h History, ok bool) {
	old := l.historyOf(customer, subscription)
	if old == nil {
		return History{}, false
	}
	return l.versions(customer, subscription, old.versions), true
}

// HistorySince is HistoryOf without the versions that others had taken the place of
// before an instant of recording, which before counts: it begins with the one that
// was in force then. It costs what it gives, and not what was ever said.
func (l *Ledger) HistorySince(customer, subscription string, since time.Time) (h History, before int, ok bool) {
	old := l.historyOf(customer, subscription)
	if old == nil {
		return History{}, 0, false
	}
	at, _ := slices.BinarySearchFunc(old.versions, clampNanos(since), func(v version, rec int64) int { return cmp.Compare(v.rec, rec) })
	before = max(at-1, 0)
	return l.versions(customer, subscription, old.versions[before:]), before, true
}

func (l *Ledger) historyOf(customer, subscription string) *history {
	cust, ok := l.customers.find(customer)
	if !ok {
		return nil
	}
	base, ok := l.slots.find(cust, subscription)
	if !ok {
		return nil
	}
	return l.histories[base]
}

func (l *Ledger) versions(customer, subscription string, vs []version) History {
	h := History{Customer: customer, Subscription: subscription}
	for _, v := range vs {
		out := Version{Recorded: unix(v.rec), Changes: make([]Change, 0, len(v.es))}
		for i := range v.es {
			c := l.change(&v.es[i])
			c.Recorded = time.Time{}
			out.Changes = append(out.Changes, c)
		}
		h.Versions = append(h.Versions, out)
	}
	return h
}
