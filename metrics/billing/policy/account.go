package policy

import (
	"cmp"
	"maps"
	"math/big"
	"slices"
	"time"

	"github.com/lifecycle-go/lifecycle/metrics"
	"github.com/lifecycle-go/lifecycle/metrics/calendar"
	"github.com/lifecycle-go/lifecycle/metrics/ledger"
	"github.com/lifecycle-go/lifecycle/metrics/money"
)

// accounts divide what a ledger says of some customers in one month over their
// subscriptions, exactly.
type accounts struct {
	side  *side
	books *Books
	rates money.Rates
	// The ledger's movements of the month, and its counts of heads, by customer.
	moves        map[string][]ledger.Movement
	heads, asked map[string]metrics.Customers
}

func newAccounts(s *side, m calendar.Month, groups []int) (*accounts, error) {
	b, err := s.reading.books(s.asked, groups)
	if err != nil {
		return nil, err
	}
	o := s.reading.policy.LedgerOptions(s.reading.options)
	a := &accounts{side: s, books: b, rates: o.Rates, moves: map[string][]ledger.Movement{}}
	maps.Insert(a.moves, byCustomer(b.ledger.Movements(s.period)))
	if a.heads, err = headsOf(b.ledger, m); err != nil {
		return nil, err
	}
	if b.requests != nil {
		a.asked, err = headsOf(b.requests, m)
	}
	return a, err
}

// headsOf counts every customer of a ledger by themselves.
func headsOf(l *ledger.Ledger, m calendar.Month) (map[string]metrics.Customers, error) {
	segments, err := l.StatementsBy(m, m, func(customer string) string { return customer })
	if err != nil {
		return nil, err
	}
	out := make(map[string]metrics.Customers, len(segments))
	for _, s := range segments {
		out[s.Key] = s.Statements[0].Customers
	}
	return out, nil
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

// gain is one change of an item of a subscription.
type gain struct {
	at       int64
	group    int // position among the customer's
	was, now *step
}

// of makes the account of one customer.
func (a *accounts) of(cu customer) (*account, error) {
	r, n := a.side.reading, len(cu.groups)
	out := &account{records: r.records}
	ignored := r.policy.IgnoreSameMonth && joinedAndGone(a.moves[cu.name])
	var gains []gain
	present := 0
	for i, g := range cu.groups {
		opening, closing, there, of, err := a.walk(g, i)
		if err != nil {
			return nil, err
		}
		present += there
		out.add(MetricMRR, i, n, closing)
		if !ignored {
			// What the movements do not take of it is FX.
			out.add(MetricFX, i, n, closing.Sub(closing, opening))
			gains = append(gains, of...)
		}
	}
	slices.SortStableFunc(gains, func(x, y gain) int { return cmp.Compare(x.at, y.at) })
	if err := a.move(out, a.moves[cu.name], gains, n, present); err != nil {
		return nil, err
	}
	heads := a.heads[cu.name]
	if ignored {
		heads = unheard(heads, heads)
	}
	if a.asked != nil {
		asked := a.asked[cu.name]
		asked.Opening, asked.New = heads.Opening, heads.New
		heads = asked
	}
	out.churned, out.base = churnParts(heads, r.policy.ChurnRule)
	return out, nil
}

// move divides the month's movements over the subscriptions whose changes they
// net, as the ledger nets them: all within a window from the first that moves
// something, at the rates of the first. Changes that net to nothing are no
// movement.
func (a *accounts) move(out *account, ms []ledger.Movement, gains []gain, groups, present int) error {
	o := a.books.ledger.Options()
	kinds := map[int64]ledger.Kind{}
	for i := range ms {
		kinds[ms[i].At.UnixNano()] = ms[i].Kind
	}
	for i := 0; i < len(gains); {
		at := gains[i].at
		last := i + 1
		for last < len(gains) && gains[last].at == at {
			last++
		}
		moved, now, err := a.instant(gains[i:last], present)
		if err != nil {
			return err
		}
		if moved {
			for end := windowEnd(o, time.Unix(0, at).UTC()); last < len(gains) && gains[last].at <= end; last++ {
				now += gains[last].presence()
			}
		}
		present = now
		if err := a.share(out, gains[i:last], at, kinds[at], groups); err != nil {
			return err
		}
		i = last
	}
	return nil
}

// instant reports whether what happens at one instant moves a customer, and how
// many of their items are present then.
func (a *accounts) instant(of []gain, present int) (moved bool, now int, err error) {
	sum := new(big.Rat)
	now = present
	for i := range of {
		v, err := a.gain(&of[i], of[i].at)
		if err != nil {
			return false, 0, err
		}
		sum.Add(sum, v)
		now += of[i].presence()
	}
	return sum.Sign() != 0 || (present > 0) != (now > 0), now, nil
}

// share gives each subscription its part of one movement.
func (a *accounts) share(out *account, of []gain, at int64, kind ledger.Kind, groups int) error {
	for i := range of {
		x := &of[i]
		v, err := a.gain(x, at)
		if err != nil {
			return err
		}
		if kind.Sign() > 0 {
			out.add(metricOf(kind), x.group, groups, v)
		}
		v.Neg(v)
		if kind.Sign() < 0 {
			out.add(metricOf(kind), x.group, groups, v)
		}
		out.add(MetricFX, x.group, groups, v)
	}
	return nil
}

// gain is what a change is worth at the rates of an instant.
func (a *accounts) gain(x *gain, at int64) (*big.Rat, error) {
	v, err := a.value(x.now, at)
	if err != nil {
		return nil, err
	}
	old, err := a.value(x.was, at)
	if err != nil {
		return nil, err
	}
	return v.Sub(v, old), nil
}

// presence is what a change does to the count of items that are present.
func (x *gain) presence() int {
	n := 0
	if x.now.alive || !x.now.rate.isZero() {
		n++
	}
	if x.was.alive || !x.was.rate.isZero() {
		n--
	}
	return n
}

// windowEnd is the last instant that a ledger nets with a movement at at.
func windowEnd(o ledger.Options, at time.Time) int64 {
	if o.Net != ledger.PerMonth && o.Coalesce == 0 {
		return at.UnixNano()
	}
	last := calendar.MonthOf(at, o.Location).Add(1).Start(o.Location).UnixNano() - 1
	if o.Net == ledger.PerMonth {
		return last
	}
	if end := at.UnixNano() + int64(o.Coalesce); end > at.UnixNano() {
		last = min(last, end)
	}
	return last
}

// walk is what one subscription was worth when the month began and when it
// ended, each at its own rates, how many items were present when it began, and
// how it changed on the way.
func (a *accounts) walk(g, i int) (opening, closing *big.Rat, present int, gains []gain, err error) {
	p := a.side.period
	from, to := p.From.UnixNano(), p.To.UnixNano()
	steps := slices.Clone(a.side.reading.result.of(g))
	sortSteps(steps) // they come item by item
	levels := map[string]*step{}
	var order []string // items as they first appear, so that sums do not depend on a map
	k := 0
	advance := func(s *step) (was *step) {
		was, ok := levels[s.item()]
		if !ok {
			was = &step{}
			order = append(order, s.item())
		}
		levels[s.item()] = s
		return was
	}
	for ; k < len(steps) && steps[k].at < from; k++ {
		advance(&steps[k])
	}
	for _, item := range order {
		first := gain{was: &step{}, now: levels[item]}
		present += first.presence()
	}
	if opening, err = a.worth(levels, order, from-1); err != nil {
		return nil, nil, 0, nil, err
	}
	for ; k < len(steps) && steps[k].at < to; k++ {
		s := &steps[k]
		gains = append(gains, gain{at: s.at, group: i, was: advance(s), now: s})
	}
	closing, err = a.worth(levels, order, to-1)
	return opening, closing, present, gains, err
}

// worth is what the items of a subscription are worth together at the rates of
// an instant.
func (a *accounts) worth(levels map[string]*step, order []string, at int64) (*big.Rat, error) {
	sum := new(big.Rat)
	for _, item := range order {
		v, err := a.value(levels[item], at)
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
	c := s.currency(o)
	if c == "" || c == o.Currency {
		return v, nil
	}
	fx, err := a.rates.Rate(c, o.Currency, time.Unix(0, at).UTC())
	if err != nil {
		return nil, err
	}
	return v.Mul(v, fx.Rat()), nil
}
