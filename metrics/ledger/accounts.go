package ledger

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/shopspring/decimal"

	"github.com/lifecycle-go/lifecycle/internal/text"
	"github.com/lifecycle-go/lifecycle/metrics"
)

// Account is a customer by what they are worth.
type Account struct {
	Rank     int             `json:"rank"` // from 1; those worth the same share the better one
	Customer string          `json:"customer"`
	MRR      decimal.Decimal `json:"mrr"` // rounded once, to Places
	// Share is of all MRR, Cumulative with all accounts before it: how much
	// depends on the largest.
	Share      metrics.Ratio `json:"share"`
	Cumulative metrics.Ratio `json:"cumulative"`
}

// String is "1. acme: 120 (60.0%)".
func (a Account) String() string {
	return fmt.Sprintf("%d. %s: %s (%s)", a.Rank, text.Printable(text.Clip(a.Customer)), a.MRR, a.Share.Percent(1))
}

// Accounts are the customers with MRR above zero at an instant, the largest
// first, those worth the same by name; at most as many as most, 0 being all.
// Errors are those of Value. It reads every change up to the instant.
func (l *Ledger) Accounts(at time.Time, most int) ([]Account, error) {
	if most < 0 {
		return nil, fmt.Errorf("ledger: accounts: %w: most %d, the least is 0", ErrOptions, most)
	}
	if err := checkTime(at); err != nil {
		return nil, fmt.Errorf("ledger: accounts: %w: instant %s: %w", ErrRange, timeText(at), err)
	}
	l.settle()
	type worth struct {
		name  string
		value value
	}
	var all []worth
	var total value
	w := &walker{l: l}
	if l.fx() {
		w.fx = l.exchange()
	}
	for _, c := range l.sorted() {
		if v := w.valueAt(l.blocks[c], at.UnixNano()); v.sign() > 0 {
			all = append(all, worth{l.customers.string(c), v})
			total = total.add(v)
		}
	}
	if w.fx != nil && w.fx.err != nil {
		return nil, fmt.Errorf("ledger: accounts: %w", w.fx.err)
	}
	slices.SortFunc(all, func(a, b worth) int {
		return cmp.Or(b.value.cmp(a.value), strings.Compare(a.name, b.name))
	})
	n := len(all)
	if most > 0 {
		n = min(n, most)
	}
	out := make([]Account, n)
	var sum value
	whole := l.money(total)
	for i := range out {
		sum = sum.add(all[i].value)
		mrr := l.money(all[i].value)
		out[i] = Account{Rank: i + 1, Customer: all[i].name, MRR: mrr, Share: metrics.NewRatio(mrr, whole), Cumulative: metrics.NewRatio(l.money(sum), whole)}
		if i > 0 && all[i].value.cmp(all[i-1].value) == 0 {
			out[i].Rank = out[i-1].Rank
		}
	}
	return out, nil
}
