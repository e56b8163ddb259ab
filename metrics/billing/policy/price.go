package policy

import (
	"container/heap"
	"fmt"
	"slices"
	"time"

	"github.com/shopspring/decimal"

	"github.com/lifecycle-go/lifecycle/internal/text"
	"github.com/lifecycle-go/lifecycle/metrics/billing"
	"github.com/lifecycle-go/lifecycle/metrics/money"
)

// price says what pieces, which are sorted by item, are worth a month, less the
// discounts of their items: one segment for each stretch of time at one rate.
// Of pieces of one item that overlap the one begun last holds.
func (k *terms) price(to []segment, all []piece, n *notes) ([]segment, error) {
	for lo := 0; lo < len(all); {
		hi := lo + 1
		overlap := false
		for ; hi < len(all) && all[hi].s.Item == all[lo].s.Item; hi++ {
			overlap = overlap || all[hi-1].to > all[hi].from
		}
		of := all[lo:hi]
		means := k.means(of, n)
		add := func(i int, from, till int64) error {
			var err error
			to, err = k.priced(to, of, i, from, till, means, n)
			return err
		}
		if overlap {
			if err := holding(of, add); err != nil {
				return nil, err
			}
		} else {
			for i := range of {
				if err := add(i, of[i].from, of[i].to); err != nil {
					return nil, err
				}
			}
		}
		lo = hi
	}
	return to, nil
}

// holding finds which of overlapping pieces of one item holds when: the one begun
// last that has not ended. Pieces are in the order they begin.
func holding(all []piece, add func(i int, from, to int64) error) error {
	var stack []int // begun, the last on top; ended ones below it linger
	at := int64(0)
	until := func(t int64) error { // the top holds until t, or ends before
		for len(stack) > 0 && at < t {
			top := stack[len(stack)-1]
			end := min(all[top].to, t)
			if end > at {
				if err := add(top, at, end); err != nil {
					return err
				}
				at = end
			}
			if all[top].to <= at {
				stack = stack[:len(stack)-1]
			}
		}
		return nil
	}
	for i := range all {
		if err := until(all[i].from); err != nil {
			return err
		}
		at = all[i].from
		stack = append(stack, i)
	}
	return until(open)
}

// priced appends what piece i holds on [from, till): more than one segment where
// it turns, or a discount begins or ends, on the way.
func (k *terms) priced(to []segment, of []piece, i int, from, till int64, means []rate, n *notes) ([]segment, error) {
	x := &of[i]
	base := segment{s: x.s, item: x.s.Item, currency: x.s.Currency}
	fx, err := k.frozen(base.currency, x.from)
	if err != nil {
		return nil, fmt.Errorf("policy: read: customer %q, subscription %q: %w", text.Clip(x.s.Customer), text.Clip(x.s.Subscription), err)
	}
	if !fx.IsZero() {
		base.currency, base.fixed = k.o.Currency, true
	}
	gross := k.gross(x.s)
	if means != nil && x.s.Basis == billing.BasisMetered {
		gross = means[i]
	}
	var room [8]int64
	bounds := room[:0]
	bound := func(t int64) {
		if t > from && t < till {
			bounds = append(bounds, t)
		}
	}
	bound(x.turn)
	var held []lessening
	for j := range x.s.Discounts {
		if l, ok := k.lessening(x.s, j); ok {
			if held == nil {
				held = make([]lessening, 0, len(x.s.Discounts)-j)
			}
			held = append(held, l)
			bound(l.from)
			bound(l.to)
		}
	}
	slices.Sort(bounds)
	bounds = append(slices.Compact(bounds), till)
	var by *reductions
	if len(held) > 0 {
		by = newReductions(held)
	}
	for _, end := range bounds {
		s := base
		s.from, s.to, s.live, s.held = from, end, k.counts(x, from), held
		if s.live {
			s.rate = gross
			if by != nil {
				k.lessItem(&s, by, n)
			}
		}
		if !fx.IsZero() {
			s.rate.dec = s.rate.dec.Mul(fx)
		}
		if k.p.Rounding.Scope == RoundItems {
			s.rate = s.rate.round(k.p.Rounding.Places, k.p.Rounding.Mode)
		}
		to = append(to, s)
		from = end
	}
	return to, nil
}

// gross is what a span charges a month before discounts.
func (k *terms) gross(s *billing.Span) rate {
	amount := s.Amount
	if k.p.IncludeTax && !s.Tax.IsZero() {
		amount = amount.Add(s.Tax)
	}
	return k.p.monthly(amount, s.Cycle)
}

// means is, for each piece of an item, the mean of the metered periods that
// ended before it began, those begun last; nil where the policy does not ask.
func (k *terms) means(of []piece, n *notes) []rate {
	if k.p.Metered != MeteredTrailing || !slices.ContainsFunc(of, func(x piece) bool { return x.s.Basis == billing.BasisMetered }) {
		return nil
	}
	out := make([]rate, len(of))
	running := byEnd{of: of}
	ended := map[money.Currency][]int{} // those that ended, by when they began, no more than are asked for
	most := k.p.meteredPeriods()
	for i := range of {
		x := &of[i]
		if x.s.Basis != billing.BasisMetered {
			continue
		}
		for len(running.is) > 0 && of[running.is[0]].to <= x.from {
			j := heap.Pop(&running).(int)
			c := of[j].s.Currency
			at, _ := slices.BinarySearch(ended[c], j)
			ended[c] = slices.Insert(ended[c], at, j)
			if len(ended[c]) > most {
				ended[c] = ended[c][1:]
			}
		}
		s := segment{s: x.s}
		var sum rate
		for _, j := range ended[x.s.Currency] {
			sum = plus(sum, k.gross(of[j].s), &s, n)
		}
		if m := len(ended[x.s.Currency]); m > 0 {
			mean, ok := sum.times(1, int64(m))
			if !ok {
				n.imprecise(&s)
			}
			out[i] = mean
		}
		heap.Push(&running, i)
	}
	return out
}

// byEnd is a heap of pieces, the one that ends first on top.
type byEnd struct {
	of []piece
	is []int
}

func (b *byEnd) Len() int           { return len(b.is) }
func (b *byEnd) Less(i, j int) bool { return b.of[b.is[i]].to < b.of[b.is[j]].to }
func (b *byEnd) Swap(i, j int)      { b.is[i], b.is[j] = b.is[j], b.is[i] }
func (b *byEnd) Push(x any)         { b.is = append(b.is, x.(int)) }
func (b *byEnd) Pop() any {
	x := b.is[len(b.is)-1]
	b.is = b.is[:len(b.is)-1]
	return x
}

// plus adds and notes where that could not be exact.
func plus(a, b rate, of *segment, n *notes) rate {
	sum, ok := a.add(b)
	if !ok {
		n.imprecise(of)
	}
	return sum
}

// frozen is the exchange rate to the currency of the results under RateFrozen;
// zero where there is nothing to convert.
func (k *terms) frozen(from money.Currency, at int64) (decimal.Decimal, error) {
	if k.p.RateDate != RateFrozen || from == "" || from == k.o.Currency {
		return decimal.Decimal{}, nil
	}
	when := time.Unix(0, at).UTC()
	if k.o.Rates == nil || k.o.Currency == "" {
		return decimal.Decimal{}, &money.RateError{From: from, To: k.o.Currency, At: when, Reason: "no rates were given", Err: money.ErrNoRate}
	}
	return k.o.Rates.Rate(from, k.o.Currency, when)
}
