package ledger_test

import (
	"fmt"
	"math/big"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/lifecycle-go/lifecycle/metrics"
	"github.com/lifecycle-go/lifecycle/metrics/calendar"
	"github.com/lifecycle-go/lifecycle/metrics/ledger"
	"github.com/lifecycle-go/lifecycle/metrics/money"
)

// monthlyRates gives every currency a rate that differs by month.
type monthlyRates struct{}

func (monthlyRates) Rate(from, to money.Currency, at time.Time) (decimal.Decimal, error) {
	at = at.UTC()
	if from == "JPY" {
		return decimal.New(6100+int64(at.Month())*37, -6), nil
	}
	return decimal.New(10800+int64(at.Month())*11+int64(at.Year()%7), -4), nil
}

// anyOptions draws the rules of a ledger.
func anyOptions(t *rapid.T) ledger.Options {
	o := ledger.Options{Currency: "EUR"}
	o.Location = time.FixedZone("test", rapid.SampledFrom([]int{0, 3600, -5 * 3600}).Draw(t, "zone"))
	switch rapid.IntRange(0, 4).Draw(t, "rules") {
	case 1:
		o.Net = ledger.PerMonth
	case 2:
		o.Coalesce = time.Duration(rapid.IntRange(1, 400).Draw(t, "coalesce")) * time.Hour
	case 3:
		o.MinGap = time.Duration(rapid.IntRange(1, 60*24).Draw(t, "min gap")) * time.Hour
	case 4:
		o.MinGap = time.Duration(rapid.IntRange(0, 20*24).Draw(t, "min gap")) * time.Hour
		o.MaxGap = o.MinGap + time.Duration(rapid.IntRange(1, 90*24).Draw(t, "max gap"))*time.Hour
	}
	if rapid.Bool().Draw(t, "currencies") {
		o.Rates = monthlyRates{}
	}
	return o
}

var base = time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC)

// anyChanges draws histories thick with what is hard: several subscriptions,
// equal instants, month boundaries, corrections, cycles that do not end.
func anyChanges(t *rapid.T, o ledger.Options, ties bool) []ledger.Change {
	n := rapid.IntRange(0, 24).Draw(t, "n")
	out := make([]ledger.Change, 0, n)
	for i := range n {
		c := ledger.Change{
			Customer:     rapid.SampledFrom([]string{"a", "b", "c"}).Draw(t, "customer"),
			Subscription: rapid.SampledFrom([]string{"", "x", "y"}).Draw(t, "subscription"),
			Amount:       rapid.SampledFrom([]decimal.Decimal{{}, {}, decimal.New(100, 0), decimal.New(4999, -2), decimal.New(7, -3), decimal.New(1, 5)}).Draw(t, "amount"),
			Cycle: calendar.Cycle{
				Unit: rapid.SampledFrom([]calendar.Unit{calendar.UnitMonth, calendar.UnitYear, calendar.UnitWeek, calendar.UnitDay}).Draw(t, "unit"),
				N:    rapid.SampledFrom([]int{0, 1, 3, 7}).Draw(t, "every"),
			},
			Cause: rapid.SampledFrom([]ledger.Cause{0, ledger.CausePrice, ledger.CauseCancel, ledger.CauseDiscount, ledger.CauseUsage, ledger.CauseResume, ledger.CauseAddOn, ledger.CauseNonPayment}).Draw(t, "cause"),
			Item:  rapid.SampledFrom([]string{"", "", "seats", "supp\u00f6rt"}).Draw(t, "item"),
			Plan:  rapid.SampledFrom([]string{"", "basic", "pro", "team"}).Draw(t, "plan"),
			Alive: rapid.IntRange(0, 3).Draw(t, "alive") == 0,
		}
		if rapid.Bool().Draw(t, "quantified") {
			c.Product, c.Quantity = rapid.SampledFrom([]string{"", "crm", "erp"}).Draw(t, "product"), decimal.New(rapid.Int64Range(0, 30).Draw(t, "quantity"), -1)
		}
		switch rapid.IntRange(0, 2).Draw(t, "when") {
		case 0: // around a month boundary
			c.At = base.AddDate(0, rapid.IntRange(0, 8).Draw(t, "month"), 0).Add(time.Duration(rapid.IntRange(-1, 1).Draw(t, "ns")))
		case 1:
			c.At = base.AddDate(0, 0, rapid.IntRange(0, 250).Draw(t, "day"))
		default:
			c.At = base.Add(time.Duration(rapid.IntRange(0, 6000).Draw(t, "hour")) * time.Hour)
		}
		if rapid.Bool().Draw(t, "late") {
			c.Recorded = c.At.Add(time.Duration(rapid.IntRange(-50, 2000).Draw(t, "lag")) * time.Hour)
		}
		if rapid.Bool().Draw(t, "id") {
			c.ID = fmt.Sprintf("evt_%d", i)
		}
		if o.Rates != nil {
			c.Currency = rapid.SampledFrom([]money.Currency{"", "EUR", "USD", "JPY"}).Draw(t, "currency")
		}
		if !ties && slices.ContainsFunc(out, func(x ledger.Change) bool {
			return x.Customer == c.Customer && x.Subscription == c.Subscription && x.Item == c.Item && x.At.Equal(c.At) && x.Recorded.Equal(c.Recorded)
		}) {
			continue
		}
		out = append(out, c)
	}
	return out
}

func recorded(c ledger.Change) time.Time {
	if c.Recorded.IsZero() {
		return c.At
	}
	return c.Recorded
}

func books(t require.TestingT, o ledger.Options, changes []ledger.Change) *ledger.Ledger {
	l, err := ledger.New(o)
	require.NoError(t, err)
	l.Eager(1 + len(changes)%2*1000) // every other one on all processors
	require.NoError(t, l.Append(changes...))
	return l
}

func encoded(t require.TestingT, l *ledger.Ledger) []byte {
	b, err := l.MarshalBinary()
	require.NoError(t, err)
	return b
}

var lawFrom, lawTo = calendar.NewMonth(2023, 11), calendar.NewMonth(2025, 1)

func statements(t require.TestingT, l *ledger.Ledger) []ledger.Statement {
	s, err := l.Statements(lawFrom, lawTo)
	require.NoError(t, err)
	return s
}

// near reports whether two numbers of units differ by at most one: lines are
// rounded to one of their two neighbours.
func near(a, b *big.Int) bool {
	return new(big.Int).Sub(a, b).CmpAbs(big.NewInt(1)) <= 0
}

func TestLaw_FastIsSlow(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		o := anyOptions(t)
		changes := anyChanges(t, o, true)
		l, s := books(t, o, changes), newSlow(o, changes)
		for _, st := range statements(t, l) {
			requireStatement(t, s, st, everyone)
		}
		at := base.Add(time.Duration(rapid.IntRange(-10, 6500).Draw(t, "at")) * time.Hour)
		want := new(big.Rat)
		for _, c := range s.customers() {
			want.Add(want, s.worth(s.in(c, at, false), at))
		}
		require.Equal(t, units(want).String(), units(l.MRR(at).Rat()).String())
	})
}

func requireStatement(t require.TestingT, s *slow, st ledger.Statement, keep func(string) bool) {
	opening, closing := s.closing(st.Month.Add(-1), keep), s.closing(st.Month, keep)
	require.Equal(t, units(opening).String(), units(st.Revenue.Opening.Rat()).String(), "opening %s", st.Month)
	require.Equal(t, units(closing).String(), units(st.Revenue.Closing().Rat()).String(), "closing %s", st.Month)
	amount, count := s.lines(st.Month, keep)
	fx := new(big.Rat).Sub(closing, opening)
	for k, got := range map[ledger.Kind]decimal.Decimal{
		ledger.NewBusiness: st.Revenue.New, ledger.Expansion: st.Revenue.Expansion, ledger.Reactivation: st.Revenue.Reactivation,
		ledger.Contraction: st.Revenue.Contraction, ledger.Churn: st.Revenue.Churn,
	} {
		require.True(t, near(units(amount[k]), units(got.Rat())), "%s %s: %s is not %s", st.Month, k, got, amount[k].FloatString(14))
		require.Equal(t, amount[k].Sign(), got.Sign(), "%s %s", st.Month, k)
		fx.Sub(fx, new(big.Rat).Mul(amount[k], big.NewRat(int64(k.Sign()), 1)))
	}
	require.True(t, near(units(fx), units(st.Revenue.FX.Rat())), "%s fx", st.Month)
	require.Equal(t, count["joins"], st.Customers.New, "%s new", st.Month)
	require.Equal(t, count["returns"], st.Customers.Reactivated, "%s reactivated", st.Month)
	require.Equal(t, count["leaves"], st.Customers.Churned, "%s churned", st.Month)
}

// TestLaw_BridgeCloses: opening plus movements is closing, closing the next
// opening and MRR, heads close too, and what the standard churn rate counts are
// the customers of the opening who are gone at the closing.
func TestLaw_BridgeCloses(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		o := anyOptions(t)
		changes := anyChanges(t, o, true)
		l, s := books(t, o, changes), newSlow(o, changes)
		all := statements(t, l)
		for i, st := range all {
			require.NoError(t, st.Revenue.Validate())
			require.NoError(t, st.Customers.Validate())
			end := st.Month.Add(1).Start(l.Options().Location).Add(-time.Nanosecond)
			require.True(t, st.Revenue.Closing().Equal(l.MRR(end)), "%s", st.Month)
			require.Equal(t, st.ClosingCustomers, st.Customers.Closing())
			if i > 0 {
				require.True(t, all[i-1].Revenue.Closing().Equal(st.Revenue.Opening))
				require.Equal(t, all[i-1].ClosingCustomers, st.Customers.Opening)
			}
			if o.Rates == nil {
				require.True(t, st.Revenue.FX.IsZero())
			}
			if o.MinGap > 0 || o.MaxGap > 0 {
				continue // heads then follow the gaps, not the level
			}
			gone, there := int64(0), int64(0)
			start := st.Month.Start(l.Options().Location)
			for _, c := range s.customers() {
				was, is := present(s.in(c, start, true)), present(s.in(c, end, false))
				if was && !is {
					gone++
				}
				if is {
					there++
				}
			}
			require.Equal(t, there, st.ClosingCustomers, "%s", st.Month)
			c := st.Customers
			require.Equal(t, gone, c.Churned-c.NewAndChurned-c.ChurnedAndReturned, "%s %+v", st.Month, c)
		}
	})
}

// TestLaw_SegmentsSumToWhole, line by line and to the last digit.
func TestLaw_SegmentsSumToWhole(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		o := anyOptions(t)
		changes := anyChanges(t, o, true)
		l, s := books(t, o, changes), newSlow(o, changes)
		key := map[string]string{"a": "one", "b": rapid.SampledFrom([]string{"one", "two"}).Draw(t, "b"), "c": "three"}
		segments, err := l.StatementsBy(lawFrom, lawTo, func(c string) string { return key[c] })
		require.NoError(t, err)
		require.True(t, slices.IsSortedFunc(segments, func(a, b ledger.Segment) int { return strings.Compare(a.Key, b.Key) }))
		for i, whole := range statements(t, l) {
			var sum metrics.Revenue
			var heads metrics.Customers
			for _, seg := range segments {
				st := seg.Statements[i]
				require.NoError(t, st.Revenue.Validate(), "%s %s", seg.Key, st.Month)
				if i > 0 {
					require.True(t, seg.Statements[i-1].Revenue.Closing().Equal(st.Revenue.Opening))
				}
				sum, heads = sum.Add(st.Revenue), heads.Add(st.Customers)
				amount, _ := s.lines(st.Month, func(c string) bool { return key[c] == seg.Key })
				require.True(t, near(units(amount[ledger.Churn]), units(st.Revenue.Churn.Rat())))
				require.Equal(t, amount[ledger.Churn].Sign(), st.Revenue.Churn.Sign())
			}
			if len(segments) == 0 {
				continue
			}
			require.Equal(t, heads, whole.Customers)
			for _, p := range [][2]decimal.Decimal{
				{sum.Opening, whole.Revenue.Opening},
				{sum.New, whole.Revenue.New},
				{sum.Expansion, whole.Revenue.Expansion},
				{sum.Reactivation, whole.Revenue.Reactivation},
				{sum.Contraction, whole.Revenue.Contraction},
				{sum.Churn, whole.Revenue.Churn},
				{sum.FX, whole.Revenue.FX},
				{sum.Closing(), whole.Revenue.Closing()},
			} {
				require.True(t, p[0].Equal(p[1]), "%s: %s is not %s", whole.Month, p[0], p[1])
			}
		}
	})
}

func TestLaw_AppendOrderDoesNotMatter(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		o := anyOptions(t)
		changes := anyChanges(t, o, false)
		want := encoded(t, books(t, o, changes))
		l, err := ledger.New(o)
		require.NoError(t, err)
		for _, c := range rapid.Permutation(changes).Draw(t, "order") {
			require.NoError(t, l.Append(c))
			if rapid.Bool().Draw(t, "read") {
				statements(t, l) // what was read must not show in what is read later
			}
		}
		require.Equal(t, want, encoded(t, l))
		require.Equal(t, show(statements(t, books(t, o, changes))), show(statements(t, l)))
	})
}

func TestLaw_AppendTwiceIsOnce(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		o := anyOptions(t)
		changes := anyChanges(t, o, true)
		once := books(t, o, changes)
		twice := books(t, o, append(slices.Clone(changes), changes...))
		later := books(t, o, changes)
		statements(t, later)
		require.NoError(t, later.Append(changes...))
		require.Equal(t, encoded(t, once), encoded(t, twice))
		require.Equal(t, encoded(t, once), encoded(t, later))
		require.Equal(t, show(statements(t, once)), show(statements(t, later)))
	})
}

func TestLaw_PartitionMergesToSameBytes(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		o := anyOptions(t)
		changes := anyChanges(t, o, true)
		shards := make([]*ledger.Ledger, 3)
		for i := range shards {
			shards[i] = books(t, o, nil)
		}
		of := map[string]int{}
		for _, c := range []string{"a", "b", "c"} {
			of[c] = rapid.IntRange(0, 2).Draw(t, "shard")
		}
		for _, c := range changes {
			require.NoError(t, shards[of[c.Customer]].Append(c))
		}
		sum := books(t, o, nil)
		for _, i := range rapid.Permutation([]int{0, 1, 2}).Draw(t, "order") {
			require.NoError(t, sum.Merge(shards[i]))
		}
		require.Equal(t, encoded(t, books(t, o, changes)), encoded(t, sum))
	})
}

func TestLaw_BinaryRoundTrips(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		o := anyOptions(t)
		l := books(t, o, anyChanges(t, o, true))
		data := encoded(t, l)
		back := books(t, o, nil)
		require.NoError(t, back.UnmarshalBinary(data))
		require.Equal(t, data, encoded(t, back))
		require.Equal(t, show(statements(t, l)), show(statements(t, back)))
		require.Equal(t, l.Len(), back.Len())
	})
}

// TestLaw_AsOfIsWhatWasKnown: the books as of an instant are those of the
// changes recorded by then, and the rest appended gives the books of today.
func TestLaw_AsOfIsWhatWasKnown(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		o := anyOptions(t)
		changes := anyChanges(t, o, true)
		l := books(t, o, changes)
		then := base.Add(time.Duration(rapid.IntRange(0, 7000).Draw(t, "then")) * time.Hour)
		var known, rest []ledger.Change
		for _, c := range changes {
			if recorded(c).After(then) {
				rest = append(rest, c)
			} else {
				known = append(known, c)
			}
		}
		asOf := l.AsOf(then)
		require.Equal(t, encoded(t, books(t, o, known)), encoded(t, asOf))
		require.NoError(t, asOf.Append(rest...))
		require.Equal(t, encoded(t, l), encoded(t, asOf))
	})
}

// TestLaw_RestatementsExplainAll: as closed plus restatements is now.
func TestLaw_RestatementsExplainAll(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		o := anyOptions(t)
		l := books(t, o, anyChanges(t, o, true))
		then := base.Add(time.Duration(rapid.IntRange(0, 7000).Draw(t, "then")) * time.Hour)
		m := calendar.NewMonth(2024, 1).Add(rapid.IntRange(0, 9).Draw(t, "month"))
		was, err := l.AsOf(then).Statement(m)
		require.NoError(t, err)
		is, err := l.Statement(m)
		require.NoError(t, err)
		rs, err := l.Restatements(m, then)
		require.NoError(t, err)
		revenue, heads := was.Revenue, was.Customers
		for _, r := range rs {
			require.True(t, recorded(r.Change).After(then))
			revenue, heads = revenue.Add(r.Revenue), heads.Add(r.Customers)
		}
		require.Equal(t, is.Customers, heads)
		for _, p := range [][2]decimal.Decimal{
			{revenue.Opening, is.Revenue.Opening},
			{revenue.New, is.Revenue.New},
			{revenue.Expansion, is.Revenue.Expansion},
			{revenue.Reactivation, is.Revenue.Reactivation},
			{revenue.Contraction, is.Revenue.Contraction},
			{revenue.Churn, is.Revenue.Churn},
			{revenue.FX, is.Revenue.FX},
		} {
			require.True(t, p[0].Equal(p[1]), "%s is not %s", p[0], p[1])
		}
	})
}

// TestLaw_MovementsAreTheStatement: by kind and month they sum to its lines,
// within a unit of the last place for each movement.
func TestLaw_MovementsAreTheStatement(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		o := anyOptions(t)
		l := books(t, o, anyChanges(t, o, true))
		for _, st := range statements(t, l) {
			got := map[ledger.Kind]decimal.Decimal{}
			count := map[ledger.Kind]int64{}
			heads := map[int]int64{}
			last := ""
			for m := range l.Movements(st.Month.Period(l.Options().Location)) {
				require.GreaterOrEqual(t, m.Customer, last)
				last = m.Customer
				got[m.Kind] = got[m.Kind].Add(m.Amount)
				count[m.Kind]++
				require.True(t, near(units(m.After.Sub(m.Before).Abs().Rat()), units(m.Amount.Rat())) || o.Rates != nil, "%+v", m)
				if m.Heads == 0 || !m.Amount.IsZero() {
					require.Equal(t, m.Kind.Sign(), m.After.Cmp(m.Before))
				}
				heads[m.Heads]++
			}
			for k, want := range map[ledger.Kind]decimal.Decimal{
				ledger.NewBusiness: st.Revenue.New, ledger.Expansion: st.Revenue.Expansion, ledger.Reactivation: st.Revenue.Reactivation,
				ledger.Contraction: st.Revenue.Contraction, ledger.Churn: st.Revenue.Churn,
			} {
				off := want.Sub(got[k]).Abs()
				require.True(t, off.LessThanOrEqual(decimal.New(count[k]+1, -ledger.Places)), "%s %s: %s is not %s", st.Month, k, got[k], want)
			}
			require.Equal(t, heads[-1], st.Customers.Churned)
			require.Equal(t, heads[1], st.Customers.New+st.Customers.Reactivated)
		}
	})
}

// TestLaw_CurvesSumToClosing: the levels of all customers at a month's end are
// its closing.
func TestLaw_CurvesSumToClosing(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		o := anyOptions(t)
		l := books(t, o, anyChanges(t, o, true))
		sums, err := ledger.Fold(l, lawTo, func() map[calendar.Month]ledger.Units { return map[calendar.Month]ledger.Units{} },
			func(acc map[calendar.Month]ledger.Units, c *ledger.Curve) {
				require.Positive(t, c.Initial.Sign(), c.Customer())
				for k := range c.Ages {
					m := c.First.Add(k)
					acc[m] = acc[m].Add(c.Level(k))
				}
				require.Zero(t, c.Level(-1).Sign())
				require.Zero(t, c.Level(c.Ages).Sign())
				require.True(t, slices.IsSortedFunc(c.Steps, func(a, b ledger.Step) int { return a.Age - b.Age }))
			})
		require.NoError(t, err)
		for _, st := range statements(t, l) {
			var sum ledger.Units
			for _, acc := range sums {
				sum = sum.Add(acc[st.Month])
			}
			require.True(t, l.Amount(sum).Equal(st.Revenue.Closing()), "%s: %s is not %s", st.Month, l.Amount(sum), st.Revenue.Closing())
		}
	})
}
