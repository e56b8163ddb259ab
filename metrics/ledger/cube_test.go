package ledger_test

import (
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"maps"
	"math/big"
	"slices"
	"testing"
	"time"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/lifecycle-go/lifecycle/internal/law"
	"github.com/lifecycle-go/lifecycle/metrics"
	"github.com/lifecycle-go/lifecycle/metrics/calendar"
	"github.com/lifecycle-go/lifecycle/metrics/ledger"
	"github.com/lifecycle-go/lifecycle/metrics/money"
)

func cube(t require.TestingT, l *ledger.Ledger, key func(string) string) *ledger.Cube {
	c, err := l.Cube(lawFrom, lawTo, key)
	require.NoError(t, err)
	return c
}

func cubeBytes(t require.TestingT, c *ledger.Cube) []byte {
	b, err := c.AppendBinary(nil)
	require.NoError(t, err)
	return b
}

// TestLaw_CubesAddUp: any partition by customer, in any order, is one pass, byte
// for byte, by key, by plan and whole; and a cube's statements are the books'.
func TestLaw_CubesAddUp(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		o := anyOptions(t)
		changes := anyChanges(t, o, true)
		key := func(c string) string { return map[string]string{"a": "one", "b": "two"}[c] }
		of := func(l *ledger.Ledger) []*ledger.Cube {
			plan, err := l.CubeByPlan(lawFrom, lawTo)
			require.NoError(t, err)
			return []*ledger.Cube{cube(t, l, nil), cube(t, l, key), plan}
		}
		l := books(t, o, changes)
		one := of(l)
		shards := make([][]ledger.Change, 3)
		at := map[string]int{}
		for _, c := range []string{"a", "b", "c"} {
			at[c] = rapid.IntRange(0, 2).Draw(t, "shard")
		}
		for _, c := range changes {
			shards[at[c.Customer]] = append(shards[at[c.Customer]], c)
		}
		order := rapid.Permutation([]int{0, 1, 2}).Draw(t, "order")
		sum := of(books(t, o, shards[order[0]]))
		for _, i := range order[1:] {
			for k, c := range of(books(t, o, shards[i])) {
				require.NoError(t, sum[k].Merge(c))
			}
		}
		for k := range one {
			data := cubeBytes(t, one[k])
			require.Equal(t, data, cubeBytes(t, sum[k]))
			var back ledger.Cube
			require.NoError(t, back.UnmarshalBinary(data))
			require.Equal(t, data, cubeBytes(t, &back))
			require.Equal(t, show(one[k].Segments()), show(back.Segments()))
			require.Equal(t, show(statements(t, l)), show(back.Statements()))
			if one[k].Len() > 0 { // the same customers again
				require.ErrorIs(t, sum[k].Merge(one[k]), ledger.ErrConflict)
				require.Equal(t, data, cubeBytes(t, sum[k]))
			}
		}
		by, err := l.StatementsBy(lawFrom, lawTo, key)
		require.NoError(t, err)
		require.Equal(t, show(by), show(one[1].Segments()))
	})
}

// 25 a month in three thirds of a year each: rounded statements add up to
// 24.999999999999, cubes to 25.
func TestCube_ExactWhereRoundedStatementsAreNot(t *testing.T) {
	t.Parallel()
	var sum *ledger.Cube
	rounded := decimal.Decimal{}
	for i := range 3 {
		l := books(t, ledger.Options{}, []ledger.Change{{Customer: fmt.Sprint(i), At: on("2024-01-01"), Amount: dec("100"), Cycle: yearly}})
		rounded = rounded.Add(statement(t, l, "2024-01").Revenue.New)
		c := cube(t, l, nil)
		if sum == nil {
			sum = c
			continue
		}
		require.NoError(t, sum.Merge(c))
	}
	require.Equal(t, "24.999999999999", rounded.String())
	for _, s := range sum.Statements() {
		if s.Month == month("2024-01") {
			require.Equal(t, "25", s.Revenue.New.String())
		}
	}
}

func TestCube_OtherRules(t *testing.T) {
	t.Parallel()
	l := books(t, ledger.Options{}, []ledger.Change{{Customer: "a", At: on("2024-01-01"), Amount: dec("1")}})
	c := cube(t, l, nil)
	require.NoError(t, c.Merge(nil))
	other := books(t, ledger.Options{MinGap: 1}, nil)
	require.ErrorIs(t, c.Merge(cube(t, other, nil)), ledger.ErrOptions)
	require.ErrorIs(t, c.Merge(cube(t, l, func(string) string { return "" })), ledger.ErrOptions)
	short, err := l.Cube(lawFrom, lawFrom, nil)
	require.NoError(t, err)
	require.ErrorIs(t, c.Merge(short), ledger.ErrOptions)
	require.ErrorIs(t, c.UnmarshalBinary(cubeBytes(t, c)), ledger.ErrOptions)
	_, err = new(ledger.Cube).AppendBinary(nil)
	require.ErrorIs(t, err, ledger.ErrOptions)
	_, err = l.Cube(lawTo, lawFrom, nil)
	require.ErrorIs(t, err, ledger.ErrPeriod)
	_, err = l.StatementsByPlan(lawTo, lawFrom)
	require.ErrorIs(t, err, ledger.ErrPeriod)
}

// FuzzCube_UnmarshalBinary: what decodes is written as the same bytes.
func FuzzCube_UnmarshalBinary(f *testing.F) {
	l := sample(f)
	c, err := l.Cube(month("2026-01"), month("2026-03"), func(c string) string { return c })
	require.NoError(f, err)
	data := cubeBytes(f, c)
	f.Add(data[:len(data)-4])
	p, err := l.CubeByPlan(month("2026-01"), month("2026-02"))
	require.NoError(f, err)
	data = cubeBytes(f, p)
	f.Add(data[:len(data)-4])
	f.Fuzz(func(t *testing.T, body []byte) {
		data := binary.BigEndian.AppendUint32(slices.Clip(body), crc32.Checksum(body, crc32.MakeTable(crc32.Castagnoli)))
		var c ledger.Cube
		if err := c.UnmarshalBinary(data); err != nil {
			require.ErrorIs(t, err, ledger.ErrEncoding)
			return
		}
		require.Equal(t, data, cubeBytes(t, &c))
	})
}

// TestLaw_PlansSumToTheWhole, line by line and to the last digit; what goes out
// comes in; and each plan is what the slow division says.
func TestLaw_PlansSumToTheWhole(t *testing.T) {
	t.Parallel()
	drawn := law.Drawn{}
	law.Often(t, manyBooks(), func(t *rapid.T) {
		o := anyOptions(t)
		changes := anyChanges(t, o, true)
		l, s := books(t, o, changes), newSlow(o, changes)
		requireByPlan(t, l, s, drawn)
		s.count(drawn)
	}, drawn.Need("in", "new again within a month", "several plans", "several currencies"))
}

// manyBooks is 2,000 books in runs of a hundred; one run in a hurry.
func manyBooks() int {
	if testing.Short() {
		return 1
	}
	return 20
}

// count counts the awkward customers.
func (s *slow) count(drawn law.Drawn) {
	for _, customer := range s.customers() {
		plans, currencies, begun := map[string]bool{}, map[money.Currency]bool{}, 0
		for _, c := range s.changes {
			if c.Customer == customer {
				plans[c.Plan], currencies[c.Currency] = true, true
			}
		}
		for _, m := range s.moves(customer) {
			if m.kind == ledger.NewBusiness {
				begun++
			}
		}
		for name, is := range map[string]bool{
			"new again within a month": begun > 1 && s.opts.MaxGap > 0 && s.opts.MaxGap < 28*24*time.Hour,
			"several plans":            len(plans) > 2, "several currencies": len(currencies) > 1,
		} {
			if is {
				drawn[name]++
			}
		}
	}
}

// requireByPlan holds every plan's statements against the slow division.
func requireByPlan(t require.TestingT, l *ledger.Ledger, s *slow, drawn law.Drawn) {
	plans, err := l.StatementsByPlan(lawFrom, lawTo)
	require.NoError(t, err)
	slowly := s.byPlan()
	require.True(t, slices.IsSortedFunc(plans, func(a, b ledger.Segment) int { return compare(a.Key, b.Key) }))
	for i, whole := range statements(t, l) {
		var sum metrics.Revenue
		var in, out, closing decimal.Decimal
		for _, p := range plans {
			st := p.Statements[i]
			require.NoError(t, st.Customers.Validate(), "%q %s %+v", p.Key, st.Month, st.Customers)
			sum, in, out, closing = sum.Add(st.Revenue), in.Add(p.In[i]), out.Add(p.Out[i]), closing.Add(p.Closing(i))
			if i > 0 {
				require.True(t, p.Closing(i-1).Equal(st.Revenue.Opening), "%q %s", p.Key, st.Month)
				require.Equal(t, p.Statements[i-1].ClosingCustomers, st.Customers.Opening)
			}
			slow := slowly[planMonth{p.Key, st.Month}]
			if slow == nil {
				slow = newPlanSums()
			}
			if slow.in.Sign() != 0 {
				drawn["in"]++
			}
			for k, got := range map[ledger.Kind]decimal.Decimal{
				ledger.NewBusiness: st.Revenue.New, ledger.Expansion: st.Revenue.Expansion, ledger.Reactivation: st.Revenue.Reactivation,
				ledger.Contraction: st.Revenue.Contraction, ledger.Churn: st.Revenue.Churn,
			} {
				requireNear(t, slow.amount[k], got, "%q %s %s", p.Key, st.Month, k)
			}
			requireNear(t, slow.in, p.In[i], "%q %s in", p.Key, st.Month)
			requireNear(t, slow.out, p.Out[i], "%q %s out", p.Key, st.Month)
			requireNear(t, s.planClosing(p.Key, st.Month), p.Closing(i), "%q %s closing", p.Key, st.Month)
		}
		require.True(t, in.Equal(out))
		if len(plans) == 0 {
			continue
		}
		requireSame(t, whole.Revenue, sum)
		require.True(t, closing.Equal(whole.Revenue.Closing()))
	}
	for k := range slowly {
		require.True(t, slices.ContainsFunc(plans, func(p ledger.Segment) bool { return p.Key == k.plan }), "no segment %q", k.plan)
	}
}

func compare(a, b string) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	default:
		return 0
	}
}

func requireNear(t require.TestingT, want *big.Rat, got decimal.Decimal, format string, args ...any) {
	at := fmt.Sprintf(format, args...)
	require.True(t, near(units(want), units(got.Rat())), "%s: %s is not %s", at, got, want.FloatString(14))
	require.GreaterOrEqual(t, want.Sign()*got.Sign(), 0, at)
	require.False(t, want.Sign() == 0 && !got.IsZero(), at)
}

func requireSame(t require.TestingT, want, got metrics.Revenue) {
	for _, p := range [][2]decimal.Decimal{
		{got.Opening, want.Opening},
		{got.New, want.New},
		{got.Expansion, want.Expansion},
		{got.Reactivation, want.Reactivation},
		{got.Contraction, want.Contraction},
		{got.Churn, want.Churn},
		{got.FX, want.FX},
	} {
		require.True(t, p[0].Equal(p[1]), "%s is not %s", p[0], p[1])
	}
}

type planMonth struct {
	plan  string
	month calendar.Month
}

type planSums struct {
	amount  map[ledger.Kind]*big.Rat
	in, out *big.Rat
}

func newPlanSums() *planSums {
	p := &planSums{amount: map[ledger.Kind]*big.Rat{}, in: new(big.Rat), out: new(big.Rat)}
	for k := ledger.Kind(0); k <= ledger.Churn; k++ {
		p.amount[k] = new(big.Rat)
	}
	return p
}

// byPlan divides every movement: losers pay for winners in proportion.
func (s *slow) byPlan() map[planMonth]*planSums {
	out := map[planMonth]*planSums{}
	for _, c := range s.customers() {
		for _, m := range s.moves(c) {
			up, down := new(big.Rat), new(big.Rat)
			for _, g := range m.plans {
				if g.Sign() > 0 {
					up.Add(up, g)
				} else {
					down.Sub(down, g)
				}
			}
			moved := up
			if down.Cmp(up) < 0 {
				moved = down
			}
			for _, plan := range slices.Sorted(maps.Keys(m.plans)) {
				g := m.plans[plan]
				if g.Sign() == 0 {
					continue
				}
				k := planMonth{plan, calendar.MonthOf(m.at, s.loc())}
				if out[k] == nil {
					out[k] = newPlanSums()
				}
				all, to := up, out[k].in
				if g.Sign() < 0 {
					all, to = down, out[k].out
				}
				part := new(big.Rat).Mul(new(big.Rat).Abs(g), moved)
				part.Quo(part, all)
				to.Add(to, part)
				rest := new(big.Rat).Sub(new(big.Rat).Abs(g), part)
				out[k].amount[m.kind].Add(out[k].amount[m.kind], rest)
			}
		}
	}
	return out
}

func (s *slow) planClosing(plan string, m calendar.Month) *big.Rat {
	end := m.Add(1).Start(s.loc()).Add(-time.Nanosecond)
	sum := new(big.Rat)
	for _, c := range s.customers() {
		in := s.in(c, end, false)
		maps.DeleteFunc(in, func(_ slot, c ledger.Change) bool { return c.Plan != plan })
		sum.Add(sum, s.worth(in, end))
	}
	return sum
}

// Issue 8 §3: basic 30 is left for pro 35 at one instant. Today a switch is churn
// of 30 and plans sum to 30 of 35; wanted is 30 out of one, 30 into the other and
// an expansion of 5.
func TestStatementsByPlan_Switch(t *testing.T) {
	t.Parallel()
	l := books(t, ledger.Options{}, []ledger.Change{
		{Customer: "c", Subscription: "old", At: on("2026-01-01"), Amount: dec("30"), Plan: "basic"},
		{Customer: "c", Subscription: "old", At: on("2026-02-10"), Plan: "basic"},
		{Customer: "c", Subscription: "new", At: on("2026-02-10"), Amount: dec("35"), Plan: "pro"},
		{Customer: "c", Subscription: "new", At: on("2026-03-10"), Amount: dec("35"), Plan: "team"}, // same price, another plan
	})
	plans, err := l.StatementsByPlan(month("2026-02"), month("2026-03"))
	require.NoError(t, err)
	var got []string
	for _, p := range plans {
		for i, s := range p.Statements {
			r := s.Revenue
			got = append(got, fmt.Sprintf("%s %s: %s +%s -%s in %s out %s = %s", p.Key, s.Month, r.Opening, r.Expansion, r.Churn, p.In[i], p.Out[i], p.Closing(i)))
		}
	}
	require.Equal(t, []string{
		"basic 2026-02: 30 +0 -0 in 0 out 30 = 0", "basic 2026-03: 0 +0 -0 in 0 out 0 = 0",
		"pro 2026-02: 0 +5 -0 in 30 out 0 = 35", "pro 2026-03: 35 +0 -0 in 0 out 35 = 0",
		"team 2026-02: 0 +0 -0 in 0 out 0 = 0", "team 2026-03: 0 +0 -0 in 35 out 0 = 35",
	}, got)
	require.Equal(t, metrics.Customers{Opening: 1, Churned: 1}, plans[0].Statements[0].Customers)
}

// A quarter and a year: the ARR snowball.
func TestStatementOver(t *testing.T) {
	t.Parallel()
	l := books(t, ledger.Options{}, []ledger.Change{
		{Customer: "a", At: on("2025-12-05"), Amount: dec("100")},
		{Customer: "a", At: on("2026-01-05")},
		{Customer: "a", At: on("2026-03-05"), Amount: dec("120")},
		{Customer: "b", At: on("2026-02-05"), Amount: dec("10"), Cycle: yearly},
		{Customer: "c", At: on("2026-01-05"), Amount: dec("5")},
		{Customer: "c", At: on("2026-02-05")},
	})
	s, err := l.StatementOver(month("2026-01"), month("2026-03"))
	require.NoError(t, err)
	require.Equal(t, "100 5.833333333333 120 105 120.833333333333",
		fmt.Sprint(s.Revenue.Opening, s.Revenue.New, s.Revenue.Reactivation, s.Revenue.Churn, s.Revenue.Closing()))
	require.Equal(t, metrics.Customers{Opening: 1, New: 2, Reactivated: 1, Churned: 2, NewAndChurned: 1, ChurnedAndReturned: 1}, s.Customers)
	require.Equal(t, int64(2), s.ClosingCustomers)
	require.Equal(t, month("2026-03"), s.Through)
	_, err = l.StatementOver(month("2026-03"), month("2026-01"))
	require.ErrorIs(t, err, ledger.ErrPeriod)
}

// TestLaw_RunIsItsMonths: lines sum, heads close, and both ends are MRR.
func TestLaw_RunIsItsMonths(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		o := anyOptions(t)
		l := books(t, o, anyChanges(t, o, true))
		n := rapid.IntRange(0, 13).Draw(t, "months")
		s, err := l.StatementOver(lawFrom, lawFrom.Add(n))
		require.NoError(t, err)
		all := statements(t, l)[:n+1]
		require.NoError(t, s.Revenue.Validate())
		require.NoError(t, s.Customers.Validate())
		require.True(t, s.Revenue.Opening.Equal(all[0].Revenue.Opening))
		require.True(t, s.Revenue.Closing().Equal(all[n].Revenue.Closing()))
		require.Equal(t, all[n].ClosingCustomers, s.Customers.Closing())
		var heads metrics.Customers
		for _, m := range all {
			heads = heads.Add(m.Customers)
		}
		require.Equal(t, []int64{heads.New, heads.Reactivated, heads.Churned}, []int64{s.Customers.New, s.Customers.Reactivated, s.Customers.Churned})
		if n == 0 {
			require.Equal(t, all[0].Customers, s.Customers)
		}
	})
}

// Sizes come in the order of their size: 5 before 10, not behind 1000. So do other
// keys that are whole numbers; what is no number comes behind them, as text.
func TestSumBy_OrderOfSizes(t *testing.T) {
	t.Parallel()
	var changes []ledger.Change
	for _, size := range []int64{3, 7, 20, 60, 700, 2000} {
		changes = append(changes, ledger.Change{Customer: fmt.Sprint(size), At: base, Amount: decimal.NewFromInt(size)})
	}
	l := books(t, ledger.Options{}, changes)
	keys := func(key func(*ledger.Movement) string) (out []string) {
		sums, err := l.SumBy(calendar.MonthOf(base, nil).Period(nil), key)
		require.NoError(t, err)
		for _, s := range sums {
			out = append(out, s.Key)
		}
		return out
	}
	require.Equal(t, []string{"0", "5", "10", "50", "100", "1000"}, keys(ledger.BySize(5, 10, 50, 100, 1000)))
	names := map[string]string{"3": "10", "7": "9", "20": "", "60": "pro", "700": "009", "2000": "9a"}
	require.Equal(t, []string{"", "009", "9", "10", "9a", "pro"}, keys(func(m *ledger.Movement) string { return names[m.Customer] }))
}

// Voluntary and involuntary churn apart, as Chargebee's charts want them
// (reference/revenue.md 3.12): 15 and 10 customers of 10 dollars.
func TestSumBy_Cause(t *testing.T) {
	t.Parallel()
	var changes []ledger.Change
	for i := range 25 {
		c := ledger.Change{Customer: fmt.Sprint(i), At: on("2026-01-01"), Amount: dec("10"), Plan: "solo"}
		end := ledger.Change{Customer: c.Customer, At: on("2026-02-01"), Cause: ledger.CauseCancel, Plan: "solo"}
		if i >= 15 {
			end.Cause = ledger.CauseNonPayment
		}
		changes = append(changes, c, end)
	}
	l := books(t, ledger.Options{}, changes)
	feb := month("2026-02").Period(time.UTC)
	sums, err := l.SumBy(feb, ledger.ByCause)
	require.NoError(t, err)
	require.Equal(t, "[cancel churn: 15 movements, 150 non-payment churn: 10 movements, 100]", fmt.Sprint(sums))
	sums, err = l.SumBy(feb, ledger.BySize(5, 10, 100))
	require.NoError(t, err)
	require.Equal(t, "[10 churn: 25 movements, 250]", fmt.Sprint(sums))
	sums, err = l.SumBy(feb, ledger.ByPlan)
	require.NoError(t, err)
	require.Equal(t, "[solo churn: 25 movements, 250]", fmt.Sprint(sums))
	sums, err = l.SumBy(feb, nil)
	require.NoError(t, err)
	require.Equal(t, int64(-25), sums[0].Heads)
	require.Equal(t, "[ churn: 25 movements, 250]", fmt.Sprint(sums))
}
