package revops

import (
	"cmp"
	"errors"
	"fmt"
	"math/big"
	"slices"
	"time"

	"github.com/shopspring/decimal"

	"github.com/lifecycle-go/lifecycle/internal/num"
	"github.com/lifecycle-go/lifecycle/metrics/billing"
	"github.com/lifecycle-go/lifecycle/metrics/calendar"
	"github.com/lifecycle-go/lifecycle/metrics/ledger"
)

// MaxMonths is how many months one call may ask for.
const MaxMonths = 1200

// ErrPeriod is wrapped by the error for months out of order or out of range.
var ErrPeriod = errors.New("bad period")

func checkMonths(op string, from, to calendar.Month) error {
	for _, m := range []calendar.Month{from, to} {
		if y := m.Year(); m.IsZero() || y < calendar.MinYear || y > calendar.MaxYear {
			return fmt.Errorf("revops: %s: %w: month %q is outside %d to %d", op, ErrPeriod, m, calendar.MinYear, calendar.MaxYear)
		}
	}
	switch n := to.Sub(from) + 1; {
	case n < 1:
		return fmt.Errorf("revops: %s: %w: from %s is after to %s", op, ErrPeriod, from, to)
	case n > MaxMonths:
		return fmt.Errorf("revops: %s: %w: %d months; the limit is %d", op, ErrPeriod, n, MaxMonths)
	}
	return nil
}

func zone(l *time.Location) *time.Location {
	if l == nil {
		return time.UTC
	}
	return l
}

// rounded is an exact amount, rounded once.
func rounded(r *big.Rat) decimal.Decimal {
	if r.Sign() == 0 {
		return decimal.Decimal{}
	}
	return num.Round(r.Num(), r.Denom(), ledger.Places)
}

// contract is a subscription, with those that carry it on one after another.
type contract struct {
	customer string
	subs     []string // in the order they first appear
	spans    []*billing.Span
}

// contracts puts the spans that can be read together by contract, in the order of
// the input, and each contract's in order of time.
func contracts(spans []billing.Span, found *billing.Findings) []*contract {
	type key struct{ customer, sub string }
	good := make([]bool, len(spans))
	carries := map[key]string{} // to what it carries on
	for i := range spans {
		s := &spans[i]
		if good[i] = s.Check(found.Add); good[i] && s.Replaces != "" && s.Replaces != s.Subscription {
			carries[key{s.Customer, s.Subscription}] = s.Replaces
		}
	}
	roots := map[key]key{}
	root := func(k key) key {
		if r, ok := roots[k]; ok {
			return r
		}
		path, r := []key{}, k
		seen := map[key]bool{}
		for {
			if known, ok := roots[r]; ok {
				r = known
				break
			}
			path = append(path, r)
			seen[r] = true
			before, ok := carries[r]
			next := key{k.customer, before}
			if !ok || seen[next] { // a circle begins wherever it was entered first
				break
			}
			r = next
		}
		for _, p := range path {
			roots[p] = r
		}
		return r
	}
	of := map[key]*contract{}
	named := map[key]bool{}
	var out []*contract
	for i := range spans {
		s := &spans[i]
		if !good[i] {
			continue
		}
		k := root(key{s.Customer, s.Subscription})
		c := of[k]
		if c == nil {
			c = &contract{customer: s.Customer}
			of[k] = c
			out = append(out, c)
		}
		if own := (key{s.Customer, s.Subscription}); !named[own] {
			named[own] = true
			c.subs = append(c.subs, s.Subscription)
		}
		c.spans = append(c.spans, s)
	}
	for _, c := range out {
		slices.SortStableFunc(c.spans, func(a, b *billing.Span) int {
			return cmp.Or(a.From.Compare(b.From), cmp.Compare(a.Subscription, b.Subscription), cmp.Compare(a.Item, b.Item), cmp.Compare(a.Seq, b.Seq))
		})
	}
	return out
}
