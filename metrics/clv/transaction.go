package clv

import (
	"iter"
	"time"

	"github.com/shopspring/decimal"

	"github.com/lifecycle-go/lifecycle/touchpoint"
)

// Transaction is one purchase of one customer.
type Transaction struct {
	Customer string
	At       time.Time
	Amount   decimal.Decimal // in major units of one currency; zero where amounts do not matter
}

// OfLog yields the events of a log that are transactions, those that any of
// the matches selects, at their Value. No match at all selects every event.
func OfLog(l *touchpoint.Log, matches ...touchpoint.Match) iter.Seq[Transaction] {
	return func(yield func(Transaction) bool) {
		for e := range l.Events() {
			if len(matches) > 0 && !selected(e, matches) {
				continue
			}
			if !yield(Transaction{Customer: e.Customer, At: e.At, Amount: e.Value}) {
				return
			}
		}
	}
}

func selected(e touchpoint.Event, matches []touchpoint.Match) bool {
	for _, m := range matches {
		if m.Matches(e) {
			return true
		}
	}
	return false
}
