package ledger_test

import (
	"encoding/json"
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
		if c.Currency == "" {
			c.Currency = o.Currency
		}
		if i, ok := at[c.ID]; ok && c.ID != "" {
			if was := s.changes[i].Recorded; was.IsZero() || (!c.Recorded.IsZero() && c.Recorded.Before(was)) {
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

// slot is what has a level.
type slot struct{ subscription, item string }

// in returns the changes in force for a customer at an instant, the latest per
// level; strictly before it where open is set.
func (s *slow) in(customer string, at time.Time, open bool) map[slot]ledger.Change {
	out := map[slot]ledger.Change{}
	for _, c := range s.changes {
		if c.Customer != customer || c.At.After(at) || (open && c.At.Equal(at)) {
			continue
		}
		k := slot{c.Subscription, c.Item}
		old, ok := out[k]
		if ok && (c.At.Before(old.At) || (c.At.Equal(old.At) && c.Recorded.Before(old.Recorded))) { // unstated is before all
			continue
		}
		out[k] = c
	}
	return out
}

// worth values what is in force, by the rates of an instant.
func (s *slow) worth(in map[slot]ledger.Change, at time.Time) *big.Rat {
	sum := new(big.Rat)
	for _, c := range in {
		if c.Amount.Sign() != 0 {
			sum.Add(sum, new(big.Rat).Mul(monthly(c), s.rate(c.Currency, at)))
		}
	}
	return sum
}

// present reports whether a customer is one: something above zero or alive.
func present(in map[slot]ledger.Change) bool {
	for _, c := range in {
		if c.Amount.Sign() > 0 || c.Alive {
			return true
		}
	}
	return false
}

func paying(in map[slot]ledger.Change) bool {
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
	heads  string // "joins", "returns", "leaves", or nothing
	amount *big.Rat
	plans  map[string]*big.Rat // what it did plan by plan
	before map[slot]ledger.Change
	after  map[slot]ledger.Change
}

// moves names a customer's movements: instant by instant, or window by window,
// a window opening with the first instant that changes anything.
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
	known, ever := false, false
	var left time.Time
	for i := 0; i < len(instants); {
		first := instants[i]
		last := first
		before := s.in(customer, first, true)
		after := s.in(customer, first, false)
		i++
		if s.worth(after, first).Cmp(s.worth(before, first)) != 0 || present(before) != present(after) {
			for ; i < len(instants) && s.nets(first, instants[i]); i++ {
				last = instants[i]
			}
			after = s.in(customer, last, false)
		}
		gain := new(big.Rat).Sub(s.worth(after, first), s.worth(before, first))
		m := move{at: first, amount: new(big.Rat).Abs(gain), plans: map[string]*big.Rat{}, before: before, after: after}
		for _, side := range []struct {
			in   map[slot]ledger.Change
			sign int64
		}{{before, -1}, {after, 1}} {
			for k, c := range side.in {
				if m.plans[c.Plan] == nil {
					m.plans[c.Plan] = new(big.Rat)
				}
				v := s.worth(map[slot]ledger.Change{k: c}, first)
				m.plans[c.Plan].Add(m.plans[c.Plan], v.Mul(v, big.NewRat(side.sign, 1)))
			}
		}
		switch was, is := present(before), present(after); {
		case !was && is:
			gap := first.Sub(left)
			switch {
			case !known:
				m.kind, m.heads = ledger.NewBusiness, "joins"
			case gap < s.opts.MinGap:
				m.kind = ledger.Expansion
				for j := len(out) - 1; j >= 0; j-- {
					if out[j].kind == ledger.Churn {
						out[j].kind, out[j].heads = ledger.Contraction, ""
						break
					}
				}
			case s.opts.MaxGap > 0 && gap > s.opts.MaxGap:
				m.kind, m.heads, ever = ledger.NewBusiness, "joins", false
			default:
				m.kind, m.heads = ledger.Reactivation, "returns"
			}
			known = true
			if !ever && paying(after) {
				m.kind = ledger.NewBusiness
			}
		case was && !is:
			m.kind, m.heads = ledger.Churn, "leaves"
			for _, at := range instants { // the last instant of the window that left nothing
				if !at.Before(first) && !at.After(last) && present(s.in(customer, at, true)) && !present(s.in(customer, at, false)) {
					left = at
				}
			}
		case gain.Sign() > 0 && !ever:
			m.kind = ledger.NewBusiness
		case gain.Sign() > 0:
			m.kind = ledger.Expansion
		case gain.Sign() < 0:
			m.kind = ledger.Contraction
		}
		ever = ever || paying(after)
		out = append(out, m)
	}
	return slices.DeleteFunc(out, func(m move) bool {
		still := true
		for _, v := range m.plans {
			still = still && v.Sign() == 0
		}
		return still && m.heads == ""
	})
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

// lines sums a month's movements by kind, and counts who joins, returns and
// leaves in them.
func (s *slow) lines(m calendar.Month, keep func(string) bool) (amount map[ledger.Kind]*big.Rat, count map[string]int64) {
	amount, count = map[ledger.Kind]*big.Rat{}, map[string]int64{}
	for k := ledger.Kind(0); k <= ledger.Churn; k++ {
		amount[k] = new(big.Rat)
	}
	for _, c := range s.customers() {
		if !keep(c) {
			continue
		}
		for _, v := range s.moves(c) {
			if calendar.MonthOf(v.at, s.loc()) == m {
				amount[v.kind].Add(amount[v.kind], v.amount)
				count[v.heads]++
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

// show is everything a value says: String leaves things out.
func show(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return string(b)
}
