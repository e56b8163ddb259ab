package ledger_test

import (
	"encoding/json"
	"math/big"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/lifecycle-go/lifecycle/internal/law"
	"github.com/lifecycle-go/lifecycle/metrics/calendar"
	"github.com/lifecycle-go/lifecycle/metrics/ledger"
)

// slowGrowth divides one movement by what it came from, from what was charged
// before and after it.
func (s *slow) slowGrowth(m move) (by map[string]*big.Rat, seats *big.Rat) {
	is := func(c ledger.Change) bool { return c.Amount.Sign() > 0 || c.Alive }
	gain := func(k slot) *big.Rat {
		v := new(big.Rat)
		if c, ok := m.after[k]; ok {
			v.Add(v, s.worth(map[slot]ledger.Change{k: c}, m.at))
		}
		if c, ok := m.before[k]; ok {
			v.Sub(v, s.worth(map[slot]ledger.Change{k: c}, m.at))
		}
		return v
	}
	held, had := false, map[string]bool{}
	for _, c := range m.before {
		if is(c) {
			held = true
			had[c.Product] = true
		}
	}
	delete(had, "")
	begins, ends := map[string][]slot{}, map[string][]slot{}
	type part struct {
		by    string
		gain  *big.Rat
		seats *big.Rat
	}
	var parts []part
	slots := map[slot]bool{}
	for k := range m.before {
		slots[k] = true
	}
	for k := range m.after {
		slots[k] = true
	}
	for k := range slots {
		a, b := m.before[k], m.after[k]
		switch {
		case is(a) && !is(b):
			ends[a.Product] = append(ends[a.Product], k)
		case !is(a) && is(b):
			begins[b.Product] = append(begins[b.Product], k)
		case gain(k).Sign() != 0:
			p := part{by: "price", gain: gain(k), seats: new(big.Rat)}
			switch {
			case a.Plan != b.Plan:
				p.by = "plan"
			case b.Cause == ledger.CauseUsage:
				p.by = "usage"
			case a.Quantity.Sign() > 0 && b.Quantity.GreaterThan(a.Quantity):
				p.by, p.seats = "seats", b.Quantity.Sub(a.Quantity).Rat()
			case b.Cause == ledger.CauseDiscount:
				p.by = "discount"
			case b.Cause == ledger.CauseAddOn:
				p.by = "add-on"
			case b.Cause == ledger.CauseUnknown || b.Cause == ledger.CauseResume:
				p.by = "other"
			}
			parts = append(parts, p)
		}
	}
	for product := range map[string]bool{"": true, "crm": true, "erp": true} {
		b, e := begins[product], ends[product]
		if len(b) > 0 && len(e) > 0 {
			sum := new(big.Rat)
			for _, k := range slices.Concat(b, e) {
				sum.Add(sum, gain(k))
			}
			parts = append(parts, part{"plan", sum, new(big.Rat)})
			continue
		}
		for _, k := range slices.Concat(b, e) {
			c := m.after[k]
			p := part{"add-on", gain(k), new(big.Rat)}
			switch {
			case !held || c.Cause == ledger.CauseResume:
				p.by = "other"
			case c.Cause == ledger.CauseUsage:
				p.by = "usage"
			case product != "" && len(had) > 0 && !had[product]:
				p.by = "cross-sell"
			}
			parts = append(parts, p)
		}
	}
	up, down := new(big.Rat), new(big.Rat)
	for _, p := range parts {
		if p.gain.Sign() > 0 {
			up.Add(up, p.gain)
		} else {
			down.Sub(down, p.gain)
		}
	}
	by, seats = map[string]*big.Rat{}, new(big.Rat)
	for _, p := range parts {
		if p.gain.Sign() <= 0 {
			continue
		}
		if by[p.by] == nil {
			by[p.by] = new(big.Rat)
		}
		kept := new(big.Rat).Quo(new(big.Rat).Sub(up, down), up)
		by[p.by].Add(by[p.by], kept.Mul(kept, p.gain))
		seats.Add(seats, p.seats)
	}
	return by, seats
}

// What expansion came from is what the obvious division says, under any netting
// and in several currencies, and sums to the line of the statement.
func TestLaw_GrowthIsTheObviousDivision(t *testing.T) {
	seen := law.Drawn{}
	law.Check(t, func(t *rapid.T) {
		o := anyOptions(t)
		changes := anyChanges(t, o, false)
		if rapid.Bool().Draw(t, "one plan") {
			for i := range changes {
				changes[i].Plan, changes[i].Product = "", ""
				if changes[i].Amount.Sign() > 0 {
					changes[i].Quantity = decimal.NewFromInt(int64(i%3 + 1))
				}
			}
		}
		l, s := books(t, o, changes), newSlow(o, changes)
		got, err := l.Growth(lawFrom, lawTo)
		require.NoError(t, err)
		want := make([]map[string]*big.Rat, len(got))
		seats, movements := make([]*big.Rat, len(got)), make([]int64, len(got))
		for i := range got {
			want[i], seats[i] = map[string]*big.Rat{}, new(big.Rat)
		}
		for _, c := range []string{"a", "b", "c"} {
			for _, m := range s.moves(c) {
				i := calendar.MonthOf(m.at, o.Location).Sub(lawFrom)
				if m.kind != ledger.Expansion || m.amount.Sign() == 0 {
					continue
				}
				by, n := s.slowGrowth(m)
				movements[i]++
				seats[i].Add(seats[i], n)
				for k, v := range by {
					seen[k]++
					if want[i][k] == nil {
						want[i][k] = new(big.Rat)
					}
					want[i][k].Add(want[i][k], v)
				}
				if len(by) > 1 {
					seen["several at once"]++
				}
			}
		}
		unit := big.NewRat(1, 1e12)
		line := statements(t, l)
		for i, g := range got {
			require.Equal(t, movements[i], g.Movements)
			require.Zero(t, seats[i].Cmp(g.SeatsAdded.Rat()))
			for k, v := range map[string]decimal.Decimal{
				"plan": g.Plan, "seats": g.Seats, "cross-sell": g.CrossSell, "add-on": g.AddOn, "price": g.Price,
				"discount": g.Discount, "usage": g.Usage, "other": g.Other,
			} {
				exact := want[i][k]
				if exact == nil {
					exact = new(big.Rat)
				}
				off := new(big.Rat).Sub(v.Rat(), exact)
				require.LessOrEqual(t, off.Abs(off).Cmp(unit), 0, "%s of %s: %s, want %s\n%v", k, g.Month, v, exact.FloatString(13), changes)
			}
			off := g.Total().Sub(line[i].Revenue.Expansion).Abs()
			require.True(t, off.LessThanOrEqual(decimal.New(9, -12)), "%s: %s of %s", g.Month, g.Total(), line[i].Revenue.Expansion)
		}
		over, err := l.GrowthOver(lawFrom, lawTo)
		require.NoError(t, err)
		sum := decimal.Decimal{}
		for _, g := range got {
			sum = sum.Add(g.Total())
		}
		require.True(t, over.Total().Sub(sum).Abs().LessThan(decimal.New(1, -9)))
	}, seen.Need("plan", "seats", "cross-sell", "add-on", "price", "discount", "usage", "other", "several at once"))
}

// Seats are what the quantities in force add up to, month end by month end.
func TestLaw_SeatsAddUp(t *testing.T) {
	sold := 0
	law.Check(t, func(t *rapid.T) {
		o := anyOptions(t)
		changes := anyChanges(t, o, false)
		l, s := books(t, o, changes), newSlow(o, changes)
		got, err := l.Seats(lawFrom, lawTo)
		require.NoError(t, err)
		inUse := func(c string, at time.Time, open bool) map[string]*big.Rat {
			sum := map[string]*big.Rat{}
			for _, x := range s.in(c, at, open) {
				if x.Amount.Sign() > 0 || x.Alive {
					if sum[x.Product] == nil {
						sum[x.Product] = new(big.Rat)
					}
					sum[x.Product].Add(sum[x.Product], x.Quantity.Rat())
				}
			}
			return sum
		}
		gained, lost := make([]*big.Rat, len(got)), make([]*big.Rat, len(got))
		for i := range got {
			gained[i], lost[i] = new(big.Rat), new(big.Rat)
		}
		for _, c := range []string{"a", "b", "c"} {
			done := map[int64]bool{}
			for _, x := range changes {
				if x.Customer != c || done[x.At.UnixNano()] {
					continue
				}
				done[x.At.UnixNano()] = true
				i := calendar.MonthOf(x.At, o.Location).Sub(lawFrom)
				before, after := inUse(c, x.At, true), inUse(c, x.At, false)
				for _, product := range []string{"", "crm", "erp"} {
					g := new(big.Rat)
					if v := after[product]; v != nil {
						g.Add(g, v)
					}
					if v := before[product]; v != nil {
						g.Sub(g, v)
					}
					if g.Sign() > 0 {
						sold++
						gained[i].Add(gained[i], g)
					} else {
						lost[i].Sub(lost[i], g)
					}
				}
			}
		}
		for i, m := range got {
			require.Zero(t, gained[i].Cmp(m.Sold.Rat()), "%s: %v", m, changes)
			require.Zero(t, lost[i].Cmp(m.Lost.Rat()), "%s: %v", m, changes)
			total := new(big.Rat)
			for _, c := range []string{"a", "b", "c"} {
				for _, v := range inUse(c, m.Month.Add(1).Start(o.Location), true) {
					total.Add(total, v)
				}
			}
			require.Zero(t, total.Cmp(m.Closing.Rat()), "%s: %v", m, changes)
			if i > 0 {
				require.True(t, m.Opening.Equal(got[i-1].Closing))
			}
		}
	}, law.Counters{"sold": &sold})
}

// Accounts are the customers by what they are worth, and sum to the whole.
func TestLaw_AccountsAreTheMRR(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		o := anyOptions(t)
		changes := anyChanges(t, o, false)
		l, s := books(t, o, changes), newSlow(o, changes)
		at := base.AddDate(0, 0, rapid.IntRange(-10, 300).Draw(t, "at"))
		got, err := l.Accounts(at, 0)
		require.NoError(t, err)
		sum := decimal.Decimal{}
		for i, a := range got {
			want := s.worth(s.in(a.Customer, at, false), at)
			off := new(big.Rat).Sub(want, a.MRR.Rat())
			require.LessOrEqual(t, off.Abs(off).Cmp(big.NewRat(1, 1e12)), 0)
			sum = sum.Add(a.MRR)
			if i > 0 {
				b := got[i-1]
				require.True(t, b.MRR.GreaterThanOrEqual(a.MRR))
				require.True(t, b.Rank < a.Rank || b.Rank == a.Rank && b.MRR.Equal(a.MRR) && b.Customer < a.Customer)
			}
		}
		require.True(t, sum.Sub(l.MRR(at)).Abs().LessThanOrEqual(decimal.New(3, -12)))
		if len(got) > 0 {
			require.Equal(t, "100.0%", got[len(got)-1].Cumulative.Percent(1))
			few, err := l.Accounts(at, 1)
			require.NoError(t, err)
			require.Equal(t, got[:1], few)
		}
	})
}

// Quarters and years are the sums of their months: the snowball of a board's slide.
func TestLaw_StatementsEveryAreSums(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		o := anyOptions(t)
		l := books(t, o, anyChanges(t, o, false))
		every := rapid.SampledFrom([]int{1, 2, 3, 4, 6, 12}).Draw(t, "months")
		from, to := calendar.NewMonth(2023, 1), calendar.NewMonth(2025, 12)
		got, err := l.StatementsEvery(from, to, every)
		require.NoError(t, err)
		require.Len(t, got, 36/every)
		months, err := l.Statements(from, to)
		require.NoError(t, err)
		for i, q := range got {
			require.Equal(t, months[i*every].Month, q.Month)
			require.True(t, q.Revenue.Opening.Equal(months[i*every].Revenue.Opening))
			require.True(t, q.Revenue.Closing().Equal(months[(i+1)*every-1].Revenue.Closing()))
			sum := decimal.Decimal{}
			for _, m := range months[i*every : (i+1)*every] {
				sum = sum.Add(m.Revenue.New)
			}
			require.True(t, sum.Sub(q.Revenue.New).Abs().LessThanOrEqual(decimal.New(int64(every), -12)))
			require.Equal(t, months[(i+1)*every-1].ClosingCustomers, q.ClosingCustomers)
		}
	})
	l := newBooks()
	for _, n := range []int{0, -3, 5, 24} {
		_, err := l.StatementsEvery(calendar.NewMonth(2024, 1), calendar.NewMonth(2024, 12), n)
		require.ErrorIs(t, err, ledger.ErrOptions)
	}
	some, err := l.StatementsEvery(calendar.NewMonth(2024, 2), calendar.NewMonth(2024, 7), 3) // begins within a quarter
	require.NoError(t, err)
	require.Len(t, some, 2)
	assert.Equal(t, "2024-04", some[0].Month.String())
}

// Chargebee, charts.html: of a 10-dollar plan 15 customers cancel and 10 are lost
// to failed payments: voluntary churn 150, involuntary 100.
func TestSumBy_Will(t *testing.T) {
	t.Parallel()
	l := newBooks()
	for i := range 25 {
		name := strings.Repeat("x", i+1)
		end := ledger.Change{Customer: name, At: date(2, 1), Cause: ledger.CauseCancel}
		if i >= 15 {
			end.Cause = ledger.CauseNonPayment
		}
		require.NoError(t, l.Append(ledger.Change{Customer: name, At: date(1, 1), Amount: decimal.NewFromInt(10)}, end))
	}
	sums, err := l.SumBy(calendar.NewMonth(2026, 2).Period(nil), ledger.ByWill)
	require.NoError(t, err)
	require.Len(t, sums, 2)
	assert.Equal(t, "involuntary churn: 10 movements, 100", sums[0].String())
	assert.Equal(t, "voluntary churn: 15 movements, 150", sums[1].String())
}

func TestGrowth_Refuses(t *testing.T) {
	t.Parallel()
	l := newBooks()
	_, err := l.Growth(calendar.NewMonth(2026, 2), calendar.NewMonth(2026, 1))
	require.ErrorIs(t, err, ledger.ErrPeriod)
	_, err = l.GrowthOver(calendar.NewMonth(2026, 2), calendar.NewMonth(2026, 1))
	require.ErrorIs(t, err, ledger.ErrPeriod)
	_, err = l.Seats(calendar.NewMonth(2026, 2), calendar.NewMonth(2026, 1))
	require.ErrorIs(t, err, ledger.ErrPeriod)
	_, err = l.Accounts(time.Date(1, 1, 1, 0, 0, 0, 0, time.UTC), 0)
	require.ErrorIs(t, err, ledger.ErrRange)
	_, err = l.Accounts(date(1, 1), -1)
	require.ErrorIs(t, err, ledger.ErrOptions)
	g, err := l.GrowthOver(calendar.NewMonth(2026, 1), calendar.NewMonth(2026, 3))
	require.NoError(t, err)
	assert.Equal(t, "2026-01 to 2026-03 EUR: 0 expansion", g.String())
	assert.False(t, g.PerSeat().Defined())
	b, err := json.Marshal(g)
	require.NoError(t, err)
	assert.Contains(t, string(b), `"cross_sell":"0"`)
}
