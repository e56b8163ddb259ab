package revops

import (
	"cmp"
	"fmt"
	"iter"
	"math/big"
	"slices"
	"time"

	"github.com/lifecycle-go/lifecycle/internal/text"
	"github.com/lifecycle-go/lifecycle/metrics/billing/policy"
	"github.com/lifecycle-go/lifecycle/metrics/ledger"
	"github.com/lifecycle-go/lifecycle/metrics/money"
)

// worth is what subscriptions are worth a month, exactly, at any instant.
type worth struct {
	of       map[subscription][]point
	currency money.Currency
	rates    money.Rates
}

type subscription struct{ customer, name string }

// point is what a subscription is worth from an instant on, in each currency.
type point struct {
	at   time.Time
	sums map[money.Currency]*big.Rat
}

// worthOf reads the changes of a policy, whose cycles are whole months.
func worthOf(changes iter.Seq[ledger.Change], o policy.Options, p policy.Policy) *worth {
	of := map[subscription][]ledger.Change{}
	for c := range changes {
		k := subscription{c.Customer, c.Subscription}
		of[k] = append(of[k], c)
	}
	w := &worth{of: make(map[subscription][]point, len(of)), currency: o.Currency, rates: p.LedgerOptions(o).Rates}
	for k, cs := range of {
		w.of[k] = points(cs)
	}
	return w
}

func points(cs []ledger.Change) []point {
	slices.SortStableFunc(cs, func(a, b ledger.Change) int { return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.Item, b.Item)) })
	type level struct {
		currency money.Currency
		worth    *big.Rat
	}
	levels := map[string]level{}
	sums := map[money.Currency]*big.Rat{}
	add := func(c money.Currency, v *big.Rat, sign int64) {
		old := sums[c]
		if old == nil {
			old = new(big.Rat)
		}
		sums[c] = new(big.Rat).Add(old, new(big.Rat).Mul(v, big.NewRat(sign, 1)))
	}
	var out []point
	for i := range cs {
		c := &cs[i]
		if old, ok := levels[c.Item]; ok {
			add(old.currency, old.worth, -1)
		}
		now := level{c.Currency, new(big.Rat).Quo(c.Amount.Rat(), big.NewRat(int64(max(c.Cycle.N, 1)), 1))}
		levels[c.Item] = now
		add(now.currency, now.worth, 1)
		if i+1 < len(cs) && cs[i+1].At.Equal(c.At) {
			continue
		}
		p := point{at: c.At, sums: make(map[money.Currency]*big.Rat, len(sums))}
		for cur, v := range sums {
			if v.Sign() != 0 {
				p.sums[cur] = v
			}
		}
		out = append(out, p)
	}
	return out
}

// at is what a contract is worth at an instant, or just before it.
func (w *worth) at(c *contract, t time.Time, included bool) (*big.Rat, error) {
	sum := new(big.Rat)
	for _, sub := range c.subs {
		all := w.of[subscription{c.customer, sub}]
		n, same := slices.BinarySearchFunc(all, t, func(p point, t time.Time) int { return p.at.Compare(t) })
		if same && included {
			n++
		}
		if n == 0 {
			continue
		}
		for cur, v := range all[n-1].sums { // a sum of rationals does not depend on the order
			if cur == "" || cur == w.currency {
				sum.Add(sum, v)
				continue
			}
			if w.rates == nil {
				return nil, fmt.Errorf("revops: customer %s is charged in %s: %w", text.Quote(c.customer), text.Quote(string(cur)), money.ErrNoRate)
			}
			rate, err := w.rates.Rate(cur, w.currency, t)
			if err != nil {
				return nil, fmt.Errorf("revops: customer %s: %w", text.Quote(c.customer), err)
			}
			sum.Add(sum, new(big.Rat).Mul(v, rate.Rat()))
		}
	}
	return sum, nil
}
