package cohort_test

import (
	"math/big"
	"slices"
	"testing"
	"time"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/lifecycle-go/lifecycle/metrics"
	"github.com/lifecycle-go/lifecycle/metrics/calendar"
	"github.com/lifecycle-go/lifecycle/metrics/cohort"
	"github.com/lifecycle-go/lifecycle/metrics/ledger"
)

func tableOf(t *rapid.T, changes []ledger.Change, o cohort.Options) (*ledger.Ledger, *cohort.Table) {
	l, err := ledger.New(ledger.Options{})
	require.NoError(t, err)
	require.NoError(t, l.Append(changes...))
	table, err := cohort.New(l, o)
	require.NoError(t, err)
	return l, table
}

func TestTable_EqualsSlow(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		changes, o := histories().Draw(t, "changes"), options(t)
		_, got := tableOf(t, changes, o)
		want := slow(changes, o)

		require.Equal(t, want.cohorts(), got.Cohorts())
		for _, c := range got.Cohorts() {
			require.Equal(t, o.Through.Sub(c)+1, got.Ages(c))
			for k := range got.Ages(c) {
				w := want.at(c, k)
				require.Equal(t, w.size, got.Size(c))
				require.True(t, amount(w.base).Equal(got.Base(c)))
				heads := func(n int64) decimal.Decimal { return decimal.NewFromInt(n) }
				sameRatio(t, heads(w.active), heads(w.size), got.Logo(c, k), "logo of %s at %d", c, k)
				sameRatio(t, heads(w.intact), heads(w.size), got.LogoAbsorbing(c, k), "absorbing logo of %s at %d", c, k)
				sameRatio(t, amount(w.now), amount(w.base), got.NRR(c, k), "NRR of %s at %d", c, k)
				sameRatio(t, amount(w.kept), amount(w.base), got.GRR(c, k), "GRR of %s at %d", c, k)
				sameRatio(t, amount(w.floor), amount(w.base), got.GRRAbsorbing(c, k), "absorbing GRR of %s at %d", c, k)

				off := got.MRR(c, c.Add(k)).Sub(amount(w.mrr)).Abs()
				require.False(t, off.GreaterThan(decimal.New(1, -ledger.Places)), "layer of %s at %d is off by %s", c, k, off)
			}
		}
	})
}

func TestWeighted_EqualsSlow(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		changes, o := histories().Draw(t, "changes"), options(t)
		_, got := tableOf(t, changes, o)
		want := slow(changes, o)
		oldest := 0
		for _, c := range got.Cohorts() {
			oldest = max(oldest, got.Ages(c))
		}
		for k := range oldest {
			w := want.at(calendar.Month{}, k)
			logo, cov := got.WeightedLogo(k)
			heads := func(n int64) decimal.Decimal { return decimal.NewFromInt(n) }
			sameRatio(t, heads(w.active), heads(w.size), logo, "logo at %d", k)
			require.Equal(t, w.size, cov.Customers)
			require.True(t, amount(w.base).Equal(cov.Base))
			absorbing, _ := got.WeightedLogoAbsorbing(k)
			sameRatio(t, heads(w.intact), heads(w.size), absorbing, "absorbing logo at %d", k)
			for _, x := range []struct {
				name string
				num  *big.Rat
				of   func(int) (metrics.Ratio, cohort.Coverage)
			}{
				{"NRR", w.now, got.WeightedNRR},
				{"GRR", w.kept, got.WeightedGRR},
				{"absorbing GRR", w.floor, got.WeightedGRRAbsorbing},
			} {
				r, c := x.of(k)
				sameRatio(t, amount(x.num), amount(w.base), r, "%s at %d", x.name, k)
				require.Equal(t, cov, c)
			}
		}
		for _, k := range []int{-1, oldest} {
			r, c := got.WeightedNRR(k)
			require.False(t, r.Defined(), "beyond what was observed")
			require.Zero(t, c.Cohorts)
			require.Equal(t, len(got.Cohorts()), c.OfCohorts)
		}
	})
}

func TestTenure_EqualsSlow(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		changes, o := histories().Draw(t, "changes"), options(t)
		_, got := tableOf(t, changes, o)
		want := slow(changes, o)
		survival := big.NewRat(1, 1)
		for k, m := range got.Tenure() {
			atRisk, churned, censored, mrr, lost := want.hazard(k)
			require.Equal(t, []int64{int64(k), atRisk, churned, censored}, []int64{int64(m.Month), m.AtRisk, m.Churned, m.Censored}, "month %d", k)
			sameRatio(t, decimal.NewFromInt(churned), decimal.NewFromInt(atRisk), m.Hazard, "hazard of month %d", k)
			sameRatio(t, amount(lost), amount(mrr), m.MRRHazard, "MRR hazard of month %d", k)
			survival.Mul(survival, big.NewRat(atRisk-churned, atRisk))
			c, ok := m.Survival.Cmp(metrics.NewRatio(decimal.NewFromBigInt(survival.Num(), 0), decimal.NewFromBigInt(survival.Denom(), 0)))
			require.True(t, ok && c == 0, "survival of month %d is %s, not %s", k, m.Survival, survival)
		}
		atRisk, _, _, _, _ := want.hazard(len(got.Tenure()))
		require.Zero(t, atRisk, "nobody is at risk in the first month not listed")
	})
}

// Without censoring the Kaplan-Meier curve is the share still there, so the
// tenure of a single cohort is its absorbing curve.
func TestLaw_SurvivalOfOneCohortIsItsAbsorbingCurve(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		changes, o := histories().Draw(t, "changes"), options(t)
		o.Month0 = cohort.Month0End
		_, all := tableOf(t, changes, o)
		for _, c := range all.Cohorts() {
			var own []ledger.Change
			alone := slow(changes, o)
			for _, x := range changes {
				if s := alone.customers[x.Customer]; s != nil && s.first == c {
					own = append(own, x)
				}
			}
			_, one := tableOf(t, own, o)
			for _, m := range one.Tenure() {
				cmp, ok := m.Survival.Cmp(all.LogoAbsorbing(c, m.Month))
				require.True(t, ok && cmp == 0, "cohort %s month %d", c, m.Month)
			}
		}
	})
}

func TestLaw_GRRNeverExceedsOneAndAbsorbingNeverRises(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		changes, o := histories().Draw(t, "changes"), options(t)
		_, table := tableOf(t, changes, o)
		one := metrics.NewCount(1, 1)
		// atMost: a <= b wherever both are defined.
		atMost := func(a, b metrics.Ratio, what string, c calendar.Month, k int) {
			if cmp, ok := a.Cmp(b); ok {
				require.LessOrEqual(t, cmp, 0, "%s of %s at %d: %s above %s", what, c, k, a, b)
			}
		}
		for _, c := range table.Cohorts() {
			for k := range table.Ages(c) {
				atMost(table.GRR(c, k), one, "GRR", c, k)
				atMost(table.GRR(c, k), table.NRR(c, k), "GRR against NRR", c, k)
				atMost(table.GRRAbsorbing(c, k), table.GRR(c, k), "absorbing GRR", c, k)
				atMost(table.LogoAbsorbing(c, k), table.Logo(c, k), "absorbing logo", c, k)
				if k > 0 {
					atMost(table.GRRAbsorbing(c, k), table.GRRAbsorbing(c, k-1), "absorbing GRR against the month before", c, k)
					atMost(table.LogoAbsorbing(c, k), table.LogoAbsorbing(c, k-1), "absorbing logo against the month before", c, k)
				}
			}
		}
		tenure := table.Tenure()
		for k := 1; k < len(tenure); k++ {
			atMost(tenure[k].Survival, tenure[k-1].Survival, "survival", calendar.Month{}, k)
			require.Equal(t, tenure[k-1].AtRisk-tenure[k-1].Churned-tenure[k-1].Censored, tenure[k].AtRisk)
		}
	})
}

// Where amounts end within the ledger's places the weighted averages are the
// cohorts' own ratios pooled. Where they do not, the average is rounded once and
// the pool once per cohort.
func TestLaw_WeightedIsThePoolOfCohorts(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		changes, o := histories().Draw(t, "changes"), options(t)
		for i := range changes {
			changes[i].Cycle = calendar.Cycle{}
		}
		_, table := tableOf(t, changes, o)
		for k := range 40 {
			for name, x := range map[string]struct {
				weighted func(int) (metrics.Ratio, cohort.Coverage)
				of       func(calendar.Month, int) metrics.Ratio
			}{
				"logo":           {table.WeightedLogo, table.Logo},
				"absorbing logo": {table.WeightedLogoAbsorbing, table.LogoAbsorbing},
				"NRR":            {table.WeightedNRR, table.NRR},
				"GRR":            {table.WeightedGRR, table.GRR},
				"absorbing GRR":  {table.WeightedGRRAbsorbing, table.GRRAbsorbing},
			} {
				var pool metrics.Ratio
				reached := 0
				for _, c := range table.Cohorts() {
					if k < table.Ages(c) {
						pool = pool.Pool(x.of(c, k))
						reached++
					}
				}
				got, coverage := x.weighted(k)
				require.Equal(t, reached, coverage.Cohorts, name)
				require.Equal(t, pool.Defined(), got.Defined(), name)
				sameRatio(t, pool.Num(), pool.Den(), got, "%s at %d", name, k)
			}
		}
	})
}

func TestLaw_LayersSumToTheStatement(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		changes, o := histories().Draw(t, "changes"), options(t)
		l, table := tableOf(t, changes, o)
		cake := table.LayerCake()
		require.Len(t, cake.Total, len(cake.Months))
		now, yearAgo := metrics.Ratio{}, metrics.Ratio{}
		for i, m := range cake.Months {
			st, err := l.Statement(m)
			require.NoError(t, err)
			var sum decimal.Decimal
			for _, layer := range cake.Layers {
				require.False(t, layer.MRR[i].IsNegative())
				require.True(t, table.MRR(layer.Cohort, m).Equal(layer.MRR[i]))
				require.True(t, !m.Before(layer.Cohort) || layer.MRR[i].IsZero())
				sum = sum.Add(layer.MRR[i])
			}
			require.True(t, sum.Equal(cake.Total[i]), "%s: layers %s, total %s", m, sum, cake.Total[i])
			require.True(t, st.Revenue.Closing().Equal(cake.Total[i]), "%s: statement %s, total %s", m, st.Revenue.Closing(), cake.Total[i])
		}
		for _, layer := range cake.Layers {
			now = metrics.NewRatio(now.Num().Add(layer.Now.Num()), layer.Now.Den())
			yearAgo = metrics.NewRatio(yearAgo.Num().Add(layer.YearAgo.Num()), layer.YearAgo.Den())
		}
		for name, shares := range map[string]metrics.Ratio{"now": now, "a year ago": yearAgo} {
			if shares.Defined() {
				require.True(t, shares.Num().Equal(shares.Den()), "shares %s sum to %s", name, shares)
			}
		}
		require.Equal(t, len(cake.Months) > 12 && !cake.Total[max(len(cake.Months)-13, 0)].IsZero(), yearAgo.Defined())
	})
}

func TestLaw_PartitionsMerge(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		changes, o := histories().Draw(t, "changes"), options(t)
		_, want := tableOf(t, changes, o)

		cut := rapid.StringMatching(`[a-h]`).Draw(t, "cut")
		var parts [2][]ledger.Change
		for _, c := range changes {
			i := 0
			if c.Customer >= cut {
				i = 1
			}
			parts[i] = append(parts[i], c)
		}
		whole, err := ledger.New(ledger.Options{})
		require.NoError(t, err)
		for i := range parts {
			shard, err := ledger.New(ledger.Options{})
			require.NoError(t, err)
			require.NoError(t, shard.Append(parts[len(parts)-1-i]...))
			require.NoError(t, whole.Merge(shard))
		}
		got, err := cohort.New(whole, o)
		require.NoError(t, err)
		sameTable(t, want, got)
	})
}

func TestLaw_SegmentsPoolToTheWhole(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		changes, o := histories().Draw(t, "changes"), options(t)
		l, want := tableOf(t, changes, o)
		o.Key = func(customer string) string { return map[bool]string{true: "early", false: "late"}[customer < "d"] }
		got, err := cohort.New(l, o)
		require.NoError(t, err)
		sameTable(t, want, got)

		keys := got.Segments()
		require.True(t, slices.IsSorted(keys))
		for _, key := range keys {
			segment, ok := got.Segment(key)
			require.True(t, ok)
			var own []ledger.Change
			for _, c := range changes {
				if o.Key(c.Customer) == key {
					own = append(own, c)
				}
			}
			_, alone := tableOf(t, own, o)
			sameTable(t, alone, segment)
		}
		for _, c := range want.Cohorts() {
			for k := range want.Ages(c) {
				var logo metrics.Ratio
				for _, key := range keys {
					segment, _ := got.Segment(key)
					logo = logo.Pool(segment.Logo(c, k))
				}
				sameRatio(t, want.Logo(c, k).Num(), want.Logo(c, k).Den(), logo, "logo of %s at %d", c, k)
			}
		}
		_, ok := got.Segment("nobody")
		require.False(t, ok)
	})
}

// sameTable compares everything a table says.
func sameTable(t *rapid.T, want, got *cohort.Table) {
	t.Helper()
	require.Equal(t, want.Cohorts(), got.Cohorts())
	require.Equal(t, want.Through(), got.Through())
	for _, c := range want.Cohorts() {
		require.Equal(t, want.Size(c), got.Size(c))
		for k := range want.Ages(c) {
			for _, r := range [][2]metrics.Ratio{
				{want.Logo(c, k), got.Logo(c, k)},
				{want.LogoAbsorbing(c, k), got.LogoAbsorbing(c, k)},
				{want.NRR(c, k), got.NRR(c, k)},
				{want.GRR(c, k), got.GRR(c, k)},
				{want.GRRAbsorbing(c, k), got.GRRAbsorbing(c, k)},
			} {
				sameRatio(t, r[0].Num(), r[0].Den(), r[1], "%s at %d", c, k)
			}
			require.True(t, want.MRR(c, c.Add(k)).Equal(got.MRR(c, c.Add(k))))
		}
	}
	require.Len(t, got.Tenure(), len(want.Tenure()))
	for k, m := range want.Tenure() {
		require.Equal(t, m.Survival.Fraction(), got.Tenure()[k].Survival.Fraction())
		require.Equal(t, m.MRRHazard.Fraction(), got.Tenure()[k].MRRHazard.Fraction())
	}
}

func TestLaw_SnapshotEqualsTheSameCustomersByHand(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		changes := histories().Draw(t, "changes")
		base := calendar.NewMonth(2023, time.Month(rapid.IntRange(-2, 38).Draw(t, "base")))
		now := base.Add(rapid.IntRange(0, 14).Draw(t, "months"))
		l, err := ledger.New(ledger.Options{})
		require.NoError(t, err)
		require.NoError(t, l.Append(changes...))
		got, err := cohort.Snapshot(l, base, now)
		require.NoError(t, err)

		var customers, retained int64
		then, today, kept := new(big.Rat), new(big.Rat), new(big.Rat)
		for _, c := range slow(changes, cohort.Options{Through: now}).customers {
			k := base.Sub(c.first)
			if k < 0 || c.levels[k].Sign() == 0 {
				continue
			}
			last := c.levels[len(c.levels)-1]
			customers++
			if last.Sign() > 0 {
				retained++
			}
			then.Add(then, c.levels[k])
			today.Add(today, last)
			kept.Add(kept, smaller(c.levels[k], last))
		}
		sameRatio(t, amount(today), amount(then), got.NRR, "NRR")
		sameRatio(t, amount(kept), amount(then), got.GRR, "GRR")
		sameRatio(t, decimal.NewFromInt(retained), decimal.NewFromInt(customers), got.Logo, "logo")
		require.Equal(t, customers > 0, got.NRR.Defined())
		st, err := l.Statement(base)
		require.NoError(t, err)
		require.True(t, st.Revenue.Closing().Equal(got.BaseMRR), "the base is the month's closing")
		require.Equal(t, st.ClosingCustomers, got.Customers)
	})
}
