package billing

import (
	"cmp"
	"math/big"
	"slices"
	"time"

	"github.com/lifecycle-go/lifecycle/metrics/ledger"
	"github.com/lifecycle-go/lifecycle/metrics/money"
)

// accounts divide what a ledger says of some customers in one month over their
// subscriptions, exactly.
type accounts struct {
	side  *side
	books *Books
	rates money.Rates
	// The ledger's movements until the end of the month, by customer.
	moves, asked map[string][]ledger.Movement
}

func newAccounts(s *side, groups []int) (*accounts, error) {
	b, err := s.reading.books(s.asked, groups)
	if err != nil {
		return nil, err
	}
	o := s.reading.policy.LedgerOptions(s.reading.options)
	a := &accounts{side: s, books: b, rates: o.Rates, moves: map[string][]ledger.Movement{}}
	for name, ms := range byCustomer(b.ledger.Movements(since(s.period.To))) {
		a.moves[name] = ms
	}
	if b.requests != nil {
		a.asked = map[string][]ledger.Movement{}
		for name, ms := range byCustomer(b.requests.Movements(since(s.period.To))) {
			a.asked[name] = ms
		}
	}
	return a, nil
}

// account is one customer in one month: amounts by metric and subscription, in
// the order of the customer's groups, and their part of the churn rate.
type account struct {
	records       *records
	amounts       [MetricFX + 1][]*big.Rat
	churned, base int64
}

func (a *account) amount(m Metric, i int) *big.Rat {
	if a.amounts[m] == nil || a.amounts[m][i] == nil {
		return new(big.Rat)
	}
	return a.amounts[m][i]
}

func (a *account) add(m Metric, i, groups int, v *big.Rat) {
	if a.amounts[m] == nil {
		a.amounts[m] = make([]*big.Rat, groups)
	}
	if a.amounts[m][i] == nil {
		a.amounts[m][i] = new(big.Rat)
	}
	a.amounts[m][i].Add(a.amounts[m][i], v)
}

// gain is one change of a subscription's worth, at the rates of its instant.
type gain struct {
	at    int64
	group int // position among the customer's
	value *big.Rat
}

// of makes the account of one customer.
func (a *accounts) of(cu customer) (*account, error) {
	r, p, n := a.side.reading, a.side.period, len(cu.groups)
	o := a.books.ledger.Options()
	out := &account{records: r.records}
	events := a.books.stays.events(o, cu.name, a.moves[cu.name])
	ignored := r.policy.SameMonth == SameMonthIgnored && joinedAndGone(events, p)
	if ignored {
		events = slices.DeleteFunc(events, func(ev event) bool { return p.Contains(ev.at) })
	}
	var gains []gain
	for i, g := range cu.groups {
		opening, closing, of, err := a.walk(g, i)
		if err != nil {
			return nil, err
		}
		out.add(MetricMRR, i, n, closing)
		if ignored {
			continue
		}
		fx := closing.Sub(closing, opening) // closing has been added up
		for _, x := range of {
			fx.Sub(fx, x.value)
		}
		out.add(MetricFX, i, n, fx)
		gains = append(gains, of...)
	}
	slices.SortStableFunc(gains, func(x, y gain) int { return cmp.Compare(x.at, y.at) })
	for _, ev := range events {
		if ev.m == nil || !p.Contains(ev.at) {
			continue
		}
		first, _ := slices.BinarySearchFunc(gains, ev.at.UnixNano(), func(x gain, at int64) int { return cmp.Compare(x.at, at) })
		end := windowEnd(o, ev.at)
		for _, x := range gains[first:] {
			if x.at > end {
				break
			}
			if ev.kind.Sign() < 0 {
				x.value = new(big.Rat).Neg(x.value)
			}
			out.add(metricOf(ev.kind), x.group, n, x.value)
		}
	}
	heads := countEvents(events, p)
	if a.asked != nil {
		asked := countEvents(stays(nil).events(o, cu.name, a.asked[cu.name]), p)
		asked.Opening, asked.New = heads.Opening, heads.New
		heads = asked
	}
	out.churned, out.base = churnParts(heads, r.policy.ChurnRate)
	return out, nil
}

// walk is what one subscription was worth when the month began and when it
// ended, each at its own rates, and what it gained on the way.
func (a *accounts) walk(g, i int) (opening, closing *big.Rat, gains []gain, err error) {
	p := a.side.period
	from, to := p.From.UnixNano(), p.To.UnixNano()
	steps := a.side.reading.result.of(g)
	if slices.ContainsFunc(steps, func(s step) bool { return s.part > 0 }) { // they come part by part
		steps = slices.SortedStableFunc(slices.Values(steps), func(x, y step) int { return cmp.Compare(x.at, y.at) })
	}
	var levels []*step // by part
	worth := func(at int64) *big.Rat {
		sum := new(big.Rat)
		for _, s := range levels {
			if s != nil && err == nil {
				var v *big.Rat
				if v, err = a.value(s, at); err == nil {
					sum.Add(sum, v)
				}
			}
		}
		return sum
	}
	for k := range steps {
		s := &steps[k]
		for len(levels) <= int(s.part) {
			levels = append(levels, nil)
		}
		if s.at >= to {
			break
		}
		if s.at >= from {
			if opening == nil {
				opening = worth(from - 1)
			}
			v, err := a.value(s, s.at)
			if err != nil {
				return nil, nil, nil, err
			}
			if was := levels[s.part]; was != nil {
				old, err := a.value(was, s.at)
				if err != nil {
					return nil, nil, nil, err
				}
				v.Sub(v, old)
			}
			gains = append(gains, gain{s.at, i, v})
		}
		levels[s.part] = s
	}
	if opening == nil {
		opening = worth(from - 1)
	}
	closing = worth(to - 1)
	return opening, closing, gains, err
}

// value is what a step is worth at the rates of an instant.
func (a *accounts) value(s *step, at int64) (*big.Rat, error) {
	v := s.rate.rat()
	o := &a.side.reading.options
	c := a.side.reading.result.currencies[s.currency]
	if s.rate.isZero() || c == "" || c == o.Currency {
		return v, nil
	}
	fx, err := a.rates.Rate(c, o.Currency, time.Unix(0, at).UTC())
	if err != nil {
		return nil, err
	}
	return v.Mul(v, fx.Rat()), nil
}
