package ledger_test

import (
	"maps"
	"math/big"
	"slices"
	"time"

	"github.com/lifecycle-go/lifecycle/metrics/calendar"
	"github.com/lifecycle-go/lifecycle/metrics/ledger"
	"github.com/lifecycle-go/lifecycle/metrics/money"
)

// slow is the obvious ledger: rationals, maps, every question answered from
// the changes themselves. It shares nothing with the fast one but the types.
type slow struct {
	opts    ledger.Options
	changes []ledger.Change // without repeated ids
}

func newSlow(o ledger.Options, changes []ledger.Change) *slow {
	s := &slow{opts: o}
	at := map[string]int{}
	for _, c := range changes {
		if c.Recorded.IsZero() {
			c.Recorded = c.At
		}
		if c.Currency == "" {
			c.Currency = o.Currency
		}
		if i, ok := at[c.ID]; ok && c.ID != "" {
			if c.Recorded.Before(s.changes[i].Recorded) {
				s.changes[i].Recorded = c.Recorded
			}
			continue
		}
		at[c.ID] = len(s.changes)
		s.changes = append(s.changes, c)
	}
	return s
}

func (s *slow) loc() *time.Location {
	if s.opts.Location == nil {
		return time.UTC
	}
	return s.opts.Location
}

// monthly is a change's charge brought to a month, by the design's rule.
func monthly(c ledger.Change) *big.Rat {
	n := int64(max(c.Cycle.N, 1))
	f := map[calendar.Unit]*big.Rat{
		calendar.UnitMonth: big.NewRat(1, n), calendar.UnitYear: big.NewRat(1, 12*n),
		calendar.UnitWeek: big.NewRat(52, 12*n), calendar.UnitDay: big.NewRat(365, 12*n),
	}[c.Cycle.Unit]
	return f.Mul(f, c.Amount.Rat())
}

func (s *slow) rate(c money.Currency, at time.Time) *big.Rat {
	if c == s.opts.Currency {
		return big.NewRat(1, 1)
	}
	r, err := s.opts.Rates.Rate(c, s.opts.Currency, at)
	if err != nil {
		panic(err)
	}
	return r.Rat()
}

// in returns the changes in force for a customer at an instant, the latest per
// subscription; strictly before it where open is set.
func (s *slow) in(customer string, at time.Time, open bool) map[string]ledger.Change {
	out := map[string]ledger.Change{}
	for _, c := range s.changes {
		if c.Customer != customer || c.At.After(at) || (open && c.At.Equal(at)) {
			continue
		}
		old, ok := out[c.Subscription]
		if ok && (c.At.Before(old.At) || (c.At.Equal(old.At) && c.Recorded.Before(old.Recorded))) {
			continue
		}
		out[c.Subscription] = c
	}
	return out
}

// worth values what is in force, by the rates of an instant.
func (s *slow) worth(in map[string]ledger.Change, at time.Time) *big.Rat {
	sum := new(big.Rat)
	for _, c := range in {
		if c.Amount.Sign() != 0 {
			sum.Add(sum, new(big.Rat).Mul(monthly(c), s.rate(c.Currency, at)))
		}
	}
	return sum
}

func paying(in map[string]ledger.Change) bool {
	for _, c := range in {
		if c.Amount.Sign() > 0 {
			return true
		}
	}
	return false
}

// move is a movement with an exact amount.
type move struct {
	at     time.Time
	kind   ledger.Kind
	amount *big.Rat
}

// moves names a customer's movements instant by instant.
func (s *slow) moves(customer string) []move {
	var instants []time.Time
	for _, c := range s.changes {
		if c.Customer == customer {
			instants = append(instants, c.At)
		}
	}
	slices.SortFunc(instants, time.Time.Compare)
	instants = slices.CompactFunc(instants, time.Time.Equal)

	var out []move
	ever := false
	var left time.Time
	for i := 0; i < len(instants); {
		first := instants[i]
		last := first
		for i++; i < len(instants) && s.nets(first, instants[i]); i++ {
			last = instants[i]
		}
		before, after := s.in(customer, first, true), s.in(customer, last, false)
		gain := new(big.Rat).Sub(s.worth(after, first), s.worth(before, first))
		m := move{at: first, amount: new(big.Rat).Abs(gain)}
		switch was, is := paying(before), paying(after); {
		case !was && is && !ever:
			m.kind, ever = ledger.NewBusiness, true
		case !was && is:
			m.kind = ledger.Reactivation
			gap := first.Sub(left)
			if s.opts.MaxGap > 0 && gap > s.opts.MaxGap {
				m.kind = ledger.NewBusiness
			}
			if gap < s.opts.MinGap {
				m.kind = ledger.Expansion
				for j := len(out) - 1; j >= 0; j-- {
					if out[j].kind == ledger.Churn {
						out[j].kind = ledger.Contraction
						break
					}
				}
			}
		case was && !is:
			m.kind, left = ledger.Churn, first
		case gain.Sign() > 0:
			m.kind = ledger.Expansion
		case gain.Sign() < 0:
			m.kind = ledger.Contraction
		default:
			continue
		}
		out = append(out, m)
	}
	return out
}

func (s *slow) nets(first, at time.Time) bool {
	if calendar.MonthOf(first, s.loc()) != calendar.MonthOf(at, s.loc()) {
		return false
	}
	return s.opts.Net == ledger.PerMonth || at.Sub(first) <= s.opts.Coalesce
}

func (s *slow) customers() []string {
	set := map[string]bool{}
	for _, c := range s.changes {
		set[c.Customer] = true
	}
	return slices.Sorted(maps.Keys(set))
}

// closing is the value at a month's last instant of the customers keep takes.
func (s *slow) closing(m calendar.Month, keep func(string) bool) *big.Rat {
	end := m.Add(1).Start(s.loc()).Add(-time.Nanosecond)
	sum := new(big.Rat)
	for _, c := range s.customers() {
		if keep(c) {
			sum.Add(sum, s.worth(s.in(c, end, false), end))
		}
	}
	return sum
}

// lines sums a month's movements by kind, and counts them.
func (s *slow) lines(m calendar.Month, keep func(string) bool) (amount map[ledger.Kind]*big.Rat, count map[ledger.Kind]int64) {
	amount, count = map[ledger.Kind]*big.Rat{}, map[ledger.Kind]int64{}
	for k := ledger.NewBusiness; k <= ledger.Churn; k++ {
		amount[k] = new(big.Rat)
	}
	for _, c := range s.customers() {
		if !keep(c) {
			continue
		}
		for _, v := range s.moves(c) {
			if calendar.MonthOf(v.at, s.loc()) == m {
				amount[v.kind].Add(amount[v.kind], v.amount)
				count[v.kind]++
			}
		}
	}
	return amount, count
}

func everyone(string) bool { return true }

// units rounds a rational to the ledger's places, ties up.
func units(r *big.Rat) *big.Int {
	scale := new(big.Int).Exp(big.NewInt(10), big.NewInt(ledger.Places), nil)
	n := new(big.Int).Mul(r.Num(), scale)
	n.Mul(n, big.NewInt(2)).Add(n, r.Denom())
	return n.Div(n, new(big.Int).Mul(r.Denom(), big.NewInt(2)))
}
