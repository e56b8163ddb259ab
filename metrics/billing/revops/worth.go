package revops

import (
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

// worth is what contracts are worth a month, exactly.
type worth struct {
	of       map[subscription][]ledger.Change
	currency money.Currency
	rates    money.Rates
}

type subscription struct{ customer, name string }

// worthOf reads the changes of a policy, whose cycles are whole months.
func worthOf(changes iter.Seq[ledger.Change], o policy.Options, p policy.Policy) *worth {
	w := &worth{of: map[subscription][]ledger.Change{}, currency: o.Currency, rates: p.LedgerOptions(o).Rates}
	for c := range changes {
		k := subscription{c.Customer, c.Subscription}
		w.of[k] = append(w.of[k], c)
	}
	return w
}

// course is what one contract is worth through time, in order.
type course struct {
	*worth
	of     *contract
	points []point
}

// point is what a contract is worth from an instant on, in each currency.
type point struct {
	at   time.Time
	sums map[money.Currency]*big.Rat
}

// course follows the subscriptions of a contract together, once: terms may be as
// many as they are.
func (w *worth) course(c *contract) course {
	var all []ledger.Change
	for _, sub := range c.subs {
		all = append(all, w.of[subscription{c.customer, sub}]...)
	}
	return course{w, c, points(all)}
}

func points(cs []ledger.Change) []point {
	slices.SortStableFunc(cs, func(a, b ledger.Change) int { return a.At.Compare(b.At) })
	type part struct{ sub, item string }
	type level struct {
		currency money.Currency
		worth    *big.Rat
	}
	levels := map[part]level{}
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
		of := part{c.Subscription, c.Item}
		if old, ok := levels[of]; ok {
			add(old.currency, old.worth, -1)
		}
		now := level{c.Currency, new(big.Rat).Quo(c.Amount.Rat(), big.NewRat(int64(max(c.Cycle.N, 1)), 1))}
		levels[of] = now
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

// at is what the contract is worth at an instant, or just before it.
func (c *course) at(t time.Time, included bool) (*big.Rat, error) {
	sum := new(big.Rat)
	n, same := slices.BinarySearchFunc(c.points, t, func(p point, t time.Time) int { return p.at.Compare(t) })
	if same && included {
		n++
	}
	if n == 0 {
		return sum, nil
	}
	for cur, v := range c.points[n-1].sums { // a sum of rationals does not depend on the order
		if cur == "" || cur == c.currency {
			sum.Add(sum, v)
			continue
		}
		if c.rates == nil {
			return nil, fmt.Errorf("revops: customer %s is charged in %s: %w", text.Quote(c.of.customer), text.Quote(string(cur)), money.ErrNoRate)
		}
		rate, err := c.rates.Rate(cur, c.currency, t)
		if err != nil {
			return nil, fmt.Errorf("revops: customer %s: %w", text.Quote(c.of.customer), err)
		}
		sum.Add(sum, new(big.Rat).Mul(v, rate.Rat()))
	}
	return sum, nil
}
