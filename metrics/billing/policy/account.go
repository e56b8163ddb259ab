package policy

import (
	"cmp"
	"maps"
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
	// The ledger's movements, by customer.
	moves, asked map[string][]ledger.Movement
}

func newAccounts(s *side, groups []int) (*accounts, error) {
	b, err := s.reading.books(s.asked, groups)
	if err != nil {
		return nil, err
	}
	o := s.reading.policy.LedgerOptions(s.reading.options)
	a := &accounts{side: s, books: b, rates: o.Rates, moves: map[string][]ledger.Movement{}}
	maps.Insert(a.moves, byCustomer(b.ledger.Movements(always())))
	if b.requests != nil {
		a.asked = maps.Collect(byCustomer(b.requests.Movements(always())))
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

// gain is one change of a part of a subscription.
type gain struct {
	at       int64
	group    int // position among the customer's
	was, now *step
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
		if !ignored {
			// What the movements do not take of it is FX.
			out.add(MetricFX, i, n, closing.Sub(closing, opening))
			gains = append(gains, of...)
		}
	}
	slices.SortStableFunc(gains, func(x, y gain) int { return cmp.Compare(x.at, y.at) })
	if err := a.move(out, events, gains, n, o); err != nil {
		return nil, err
	}
	heads := countEvents(events, p)
	if a.asked != nil {
		asked := countEvents(stays(nil).events(o, cu.name, a.asked[cu.name]), p)
		asked.Opening, asked.New = heads.Opening, heads.New
		heads = asked
	}
	out.churned, out.base = churnParts(heads, r.policy.ChurnRule)
	return out, nil
}

// move divides the month's movements over the subscriptions whose changes they
// net, as the ledger nets them: all within a window from the first, at the rates
// of the first. Changes that net to nothing are no movement.
func (a *accounts) move(out *account, events []event, gains []gain, groups int, o ledger.Options) error {
	kinds := map[int64]ledger.Kind{}
	for _, ev := range events {
		if ev.m != nil {
			kinds[ev.at.UnixNano()] = ev.kind
		}
	}
	for i := 0; i < len(gains); {
		at := gains[i].at
		kind, moved := kinds[at]
		for end := windowEnd(o, time.Unix(0, at).UTC()); i < len(gains) && gains[i].at <= end; i++ {
			x := &gains[i]
			v, err := a.value(x.now, at)
			if err != nil {
				return err
			}
			old, err := a.value(x.was, at)
			if err != nil {
				return err
			}
			v.Sub(v, old)
			if moved && kind.Sign() > 0 {
				out.add(metricOf(kind), x.group, groups, v)
			}
			v.Neg(v)
			if moved && kind.Sign() < 0 {
				out.add(metricOf(kind), x.group, groups, v)
			}
			out.add(MetricFX, x.group, groups, v)
		}
	}
	return nil
}

// walk is what one subscription was worth when the month began and when it
// ended, each at its own rates, and how it changed on the way.
func (a *accounts) walk(g, i int) (opening, closing *big.Rat, gains []gain, err error) {
	p := a.side.period
	from, to := p.From.UnixNano(), p.To.UnixNano()
	steps := a.side.reading.result.of(g)
	if slices.ContainsFunc(steps, func(s step) bool { return s.part > 0 }) { // they come part by part
		steps = slices.SortedStableFunc(slices.Values(steps), func(x, y step) int { return cmp.Compare(x.at, y.at) })
	}
	var levels []*step // by part
	k := 0
	advance := func(s *step) (was *step) {
		for len(levels) <= int(s.part) {
			levels = append(levels, &step{})
		}
		was, levels[s.part] = levels[s.part], s
		return was
	}
	for ; k < len(steps) && steps[k].at < from; k++ {
		advance(&steps[k])
	}
	if opening, err = a.worth(levels, from-1); err != nil {
		return nil, nil, nil, err
	}
	for ; k < len(steps) && steps[k].at < to; k++ {
		s := &steps[k]
		gains = append(gains, gain{at: s.at, group: i, was: advance(s), now: s})
	}
	closing, err = a.worth(levels, to-1)
	return opening, closing, gains, err
}

// worth is what the parts of a subscription are worth together at the rates of
// an instant.
func (a *accounts) worth(levels []*step, at int64) (*big.Rat, error) {
	sum := new(big.Rat)
	for _, s := range levels {
		v, err := a.value(s, at)
		if err != nil {
			return nil, err
		}
		sum.Add(sum, v)
	}
	return sum, nil
}

// value is what a step is worth at the rates of an instant.
func (a *accounts) value(s *step, at int64) (*big.Rat, error) {
	v := s.rate.rat()
	if s.rate.isZero() {
		return v, nil
	}
	o := &a.side.reading.options
	c := a.side.reading.result.currencies[s.currency]
	if c == "" || c == o.Currency {
		return v, nil
	}
	fx, err := a.rates.Rate(c, o.Currency, time.Unix(0, at).UTC())
	if err != nil {
		return nil, err
	}
	return v.Mul(v, fx.Rat()), nil
}
