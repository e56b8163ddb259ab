package retention_test

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/lifecycle-go/lifecycle/internal/law"
	"github.com/lifecycle-go/lifecycle/internal/pack"
	"github.com/lifecycle-go/lifecycle/journey/retention"
	"github.com/lifecycle-go/lifecycle/metrics/calendar"
	"github.com/lifecycle-go/lifecycle/touchpoint"
)

// slow is the table by sets of customers: for every row who starts in it, for
// every cell which of them return in its periods.
func slow(log *touchpoint.Log, s retention.Spec) (cells [][]int64, amounts [][]string) {
	g := calendar.Grid{Unit: s.Unit, Location: s.Location, WeekStart: s.WeekStart}
	starts := g.Starts(g.Floor(s.From), s.Periods)
	back := s.Return
	if len(back) == 0 {
		back = s.Start
	}
	matches := func(e touchpoint.Event, either []touchpoint.Match) bool {
		return slices.ContainsFunc(either, func(m touchpoint.Match) bool { return m.Matches(e) })
	}
	// how often c does it in the periods lo to hi
	times := func(c string, either []touchpoint.Match, lo, hi int) (most int, worth decimal.Decimal) {
		for p := lo; p < hi && p < s.Periods; p++ {
			n := 0
			for e := range log.Of(c) {
				if matches(e, either) && !e.At.Before(starts[p]) && e.At.Before(starts[p+1]) {
					n++
					worth = worth.Add(e.Value)
				}
			}
			most = max(most, n)
		}
		return most, worth
	}
	widths := s.Brackets
	if widths == nil {
		for range s.Periods {
			widths = append(widths, 1)
		}
	}
	for row := range s.Periods {
		var cohort []string
		for c := range log.ByCustomer() {
			in, _ := times(c, s.Start, row, row+1)
			earlier, _ := times(c, s.Start, 0, row)
			for e := range log.Of(c) {
				if s.Kind == retention.FirstEver && e.At.Before(starts[0]) && matches(e, s.Start) {
					earlier = 1
				}
			}
			if in > 0 && (s.Kind == retention.Recurring || earlier == 0) {
				cohort = append(cohort, c)
			}
		}
		line, worth := []int64{int64(len(cohort))}, []string{}
		var sum decimal.Decimal
		for _, c := range cohort {
			_, v := times(c, back, row, row+1)
			sum = sum.Add(v)
		}
		worth = append(worth, sum.String())
		for j, lo := 0, row+1; j < len(widths) && lo < s.Periods; j++ {
			hi, n := lo+widths[j], int64(0)
			var sum decimal.Decimal
			for _, c := range cohort {
				_, v := times(c, back, lo, hi)
				sum = sum.Add(v)
				to := hi
				if s.OnOrAfter {
					to = s.Periods
				}
				if most, _ := times(c, back, lo, to); most >= max(1, s.AtLeast) {
					n++
				}
			}
			line, worth, lo = append(line, n), append(worth, sum.String()), hi
		}
		cells, amounts = append(cells, line), append(amounts, worth)
	}
	return cells, amounts
}

func TestLaw_TableEqualsSets(t *testing.T) {
	apia, err := time.LoadLocation("America/Sao_Paulo") // clocks change at midnight
	require.NoError(t, err)
	seen := law.Drawn{}
	property := func(t *rapid.T) {
		spec := retention.Spec{
			Start: touchpoint.Named("s"), Kind: retention.Kind(rapid.IntRange(0, 2).Draw(t, "kind")),
			Unit: calendar.Unit(rapid.IntRange(0, 4).Draw(t, "unit")), Periods: rapid.IntRange(1, 7).Draw(t, "periods"),
			WeekStart: time.Weekday(rapid.IntRange(0, 6).Draw(t, "week start")), Amount: true,
			From: time.Date(2018, time.October, 30, 5, 0, 0, 0, time.UTC),
		}
		if rapid.Bool().Draw(t, "zone") {
			spec.Location = apia
		}
		if rapid.Bool().Draw(t, "return") {
			spec.Return = touchpoint.Named("r", "s")
		}
		switch rapid.IntRange(0, 3).Draw(t, "option") {
		case 0:
			spec.OnOrAfter = true
		case 1:
			spec.AtLeast = 2
		case 2:
			spec.Brackets = rapid.SliceOfN(rapid.IntRange(1, 3), 1, 4).Draw(t, "brackets")
		}
		g := calendar.Grid{Unit: spec.Unit, Location: spec.Location, WeekStart: spec.WeekStart}
		starts := g.Starts(g.Floor(spec.From), spec.Periods)
		var all []touchpoint.Event
		for c := range rapid.IntRange(0, 4).Draw(t, "customers") {
			for range rapid.IntRange(0, 8).Draw(t, "events") {
				// Instants at the bounds of periods, and a nanosecond before.
				at := starts[rapid.IntRange(0, spec.Periods).Draw(t, "period")].Add(rapid.SampledFrom([]time.Duration{0, -1, time.Minute}).Draw(t, "beside"))
				all = append(all, touchpoint.Event{
					Customer: "c" + strconv.Itoa(c), Name: rapid.SampledFrom([]string{"s", "s", "r", "x"}).Draw(t, "name"), At: at,
					Value: decimal.New(rapid.Int64Range(-50, 999).Draw(t, "value"), -2),
				})
			}
		}
		log, err := touchpoint.LogOptions{Value: true}.LogOf(all...)
		require.NoError(t, err)
		table, err := retention.Run(log, spec)
		require.NoError(t, err)
		want, worth := slow(log, spec)
		for r, row := range table.Rows() {
			require.Equal(t, want[r], row.Returned, "row %d of %+v", r, spec)
			require.Equal(t, fmt.Sprint(worth[r]), fmt.Sprint(row.Amount), "row %d of %+v", r, spec)
			require.Equal(t, row.Size, row.Returned[0])
			for age, n := range row.Returned {
				if n > 0 && age > 0 {
					seen[spec.Kind.String()]++
					seen[fmt.Sprint("after ", spec.OnOrAfter, " at least ", spec.AtLeast, " brackets ", len(spec.Brackets) > 0)]++
				}
			}
		}
		partsAddUp(t, all, spec)
	}
	law.Often(t, 60, property, seen.Need("recurring", "first-in-range", "first-ever", "after true at least 0 brackets false", "after false at least 2 brackets false", "after false at least 0 brackets true")) // cheap, and some options are rare
}

// partsAddUp: any partition by customer, through the binary form, merged in any
// order, is the whole; so are the parts by a key.
func partsAddUp(t *rapid.T, all []touchpoint.Event, spec retention.Spec) {
	spec.AsOf = time.Date(2100, 1, 1, 0, 0, 0, 0, time.UTC)
	log, err := touchpoint.LogOptions{Value: true}.LogOf(all...)
	require.NoError(t, err)
	whole, err := retention.Run(log, spec)
	require.NoError(t, err)
	var sum *retention.Table
	for _, digit := range rapid.Permutation([]string{"0", "1", "2", "3"}).Draw(t, "order") {
		part, err := touchpoint.LogOptions{Value: true}.LogOf(slices.DeleteFunc(slices.Clone(all), func(e touchpoint.Event) bool { return e.Customer != "c"+digit })...)
		require.NoError(t, err)
		table, err := retention.Run(part, spec)
		require.NoError(t, err)
		b, err := table.MarshalBinary()
		require.NoError(t, err)
		var back retention.Table
		require.NoError(t, back.UnmarshalBinary(b))
		if sum == nil {
			sum = &back
		} else {
			require.NoError(t, sum.Merge(&back))
		}
	}
	want, err := whole.MarshalBinary()
	require.NoError(t, err)
	got, err := sum.MarshalBinary()
	require.NoError(t, err)
	require.True(t, bytes.Equal(want, got))
	require.Equal(t, whole.String(), sum.String())
	if whole.Customers() > 0 {
		require.ErrorIs(t, sum.Merge(whole), retention.ErrMerge)
		again, err := sum.MarshalBinary()
		require.NoError(t, err)
		require.True(t, bytes.Equal(want, again), "refused, so untouched")
	}
	tables, err := retention.RunBy(log, spec, touchpoint.Breakdown{Customer: func(c string) string { return c[1:] }})
	require.NoError(t, err)
	for r, row := range whole.Rows() {
		sums := make([]int64, len(row.Returned))
		for _, part := range tables {
			for k, n := range part.Rows()[r].Returned {
				sums[k] += n
			}
		}
		require.Equal(t, row.Returned, sums)
	}
}

// active = new + returning + resurrecting, and the growth identity; the daily
// states add up to the customers who were ever active.
func TestLaw_LifecycleIdentities(t *testing.T) {
	dormant := 0
	law.Check(t, func(t *rapid.T) {
		var all []touchpoint.Event
		ever := map[string]int{}
		for c := range rapid.IntRange(0, 5).Draw(t, "customers") {
			name := "c" + strconv.Itoa(c)
			for _, d := range rapid.SliceOfN(rapid.IntRange(-40, 20), 0, 8).Draw(t, "days") {
				all = append(all, touchpoint.Event{Customer: name, Name: "v", At: on(d)})
				if first, ok := ever[name]; !ok || d < first {
					ever[name] = d
				}
			}
		}
		log, err := touchpoint.LogOf(all...)
		require.NoError(t, err)
		s, err := retention.Lifecycle(log, retention.LifecycleSpec{Unit: calendar.UnitDay, Periods: 20, From: on(0)})
		require.NoError(t, err)
		growth, err := retention.Daily(log, retention.DailySpec{Days: 20, From: on(0)})
		require.NoError(t, err)
		days := growth.Days()
		active := func(day int) (n int64) {
			seen := map[string]bool{}
			for _, e := range all {
				if d := int(e.At.Sub(zero) / (24 * time.Hour)); !e.At.Before(zero.Add(-24*time.Hour)) && (d == day && e.At.After(zero) || day == -1 && e.At.Before(zero)) {
					seen[e.Customer] = true
				}
			}
			return int64(len(seen))
		}
		before := active(-1)
		for d, p := range s.Periods() {
			require.Equal(t, active(d), p.Active(), "day %d", d)
			require.Equal(t, active(d)-before, p.New+p.Resurrecting-p.Dormant)
			require.Equal(t, p.Active(), days[d].DAU())
			require.Equal(t, p.New, days[d].New)
			known := int64(0)
			for _, first := range ever {
				if first <= d {
					known++
				}
			}
			require.Equal(t, known, days[d].MAU()+days[d].Dormant)
			before = p.Active()
			dormant += int(p.Dormant)
		}
	}, law.Counters{"dormant": &dormant})
}

func FuzzTable_UnmarshalBinary(f *testing.F) {
	log := logOf(f, events("p1", "v", 0, 1, 2, 5, 5, 6), events("ภ", "v", 1, 2, 3, 6))
	for _, spec := range []retention.Spec{
		{Start: touchpoint.Named("v"), Unit: calendar.UnitDay, Periods: 4, From: on(0)},
		{Start: touchpoint.Named("v"), Periods: 2, From: on(0), Amount: true, Brackets: []int{2}},
	} {
		table, err := retention.Run(log, spec)
		require.NoError(f, err)
		b, err := table.MarshalBinary()
		require.NoError(f, err)
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		if n := len(data); n > 4 { // with a checksum that fits, so that what lies behind it is reached
			data = pack.Frame(slices.Clone(data[:n-4]), 0)
		}
		var table retention.Table
		if err := table.UnmarshalBinary(data); err != nil {
			require.ErrorIs(t, err, retention.ErrEncoding)
			return
		}
		again, err := table.MarshalBinary()
		require.NoError(t, err)
		require.Equal(t, data, again)
		_ = table.String()
	})
}

func TestRun_Refuses(t *testing.T) {
	t.Parallel()
	log := logOf(t, events("c", "v", 0))
	good := retention.Spec{Start: touchpoint.Named("v"), Periods: 2, From: on(0)}
	for want, change := range map[string]func(*retention.Spec){
		"retention: spec: Start: want a match":                                                             func(s *retention.Spec) { s.Start = nil },
		"retention: spec: Periods 0: want 1 to 2000":                                                       func(s *retention.Spec) { s.Periods = 0 },
		"retention: spec: Periods 2001: want 1 to 2000":                                                    func(s *retention.Spec) { s.Periods = 2001 },
		"retention: spec: Kind Kind(3): want a known kind":                                                 func(s *retention.Spec) { s.Kind = 3 },
		"retention: spec: AtLeast -1: want 0 to 1000000":                                                   func(s *retention.Spec) { s.AtLeast = -1 },
		"retention: spec: Brackets[1] 0: want 1 to 2000 periods":                                           func(s *retention.Spec) { s.Brackets = []int{1, 0} },
		"retention: spec: Brackets 4001: want at most 4000 periods together":                               func(s *retention.Spec) { s.Brackets = []int{2000, 2000, 1} },
		"retention: spec: Brackets: want none beside OnOrAfter":                                            func(s *retention.Spec) { s.Brackets, s.OnOrAfter = []int{1}, true },
		"retention: spec: AtLeast 2: want 0 or 1 beside OnOrAfter, which asks for no period in particular": func(s *retention.Spec) { s.AtLeast, s.OnOrAfter = 2, true },
		"retention: spec: Periods 1000: the last one ends after the year 2200":                             func(s *retention.Spec) { s.Unit, s.Periods = calendar.UnitYear, 1000 },
	} {
		spec := good
		change(&spec)
		_, err := retention.Run(log, spec)
		require.ErrorIs(t, err, retention.ErrSpec, want)
		assert.EqualError(t, err, want)
	}
	bare := good
	bare.From = time.Time{}
	_, err := retention.Run(log, bare)
	require.ErrorIs(t, err, calendar.ErrYear)
	plain, err := touchpoint.LogOf(events("c", "v", 0)...)
	require.NoError(t, err)
	good.Amount = true
	_, err = retention.Run(plain, good)
	require.ErrorIs(t, err, touchpoint.ErrNotKept)
	_, err = retention.Run(nil, good)
	require.NoError(t, err)
	_, err = retention.Daily(log, retention.DailySpec{Days: 3, From: on(0), Week: 8, Month: 7})
	require.ErrorIs(t, err, retention.ErrSpec)
	_, err = retention.Lifecycle(log, retention.LifecycleSpec{Periods: 1, From: on(0), Born: func(string) time.Time { return time.Date(1, 1, 1, 0, 0, 1, 0, time.UTC) }})
	require.ErrorIs(t, err, retention.ErrSpec)
}

// Cells whose period had not ended are flagged, and stay out of averages.
func TestTable_OpenCells(t *testing.T) {
	t.Parallel()
	log := logOf(t, events("a", "v", 0, 1), events("b", "v", 0, 2), events("c", "v", 1))
	table, err := retention.Run(log, retention.Spec{Start: touchpoint.Named("v"), Unit: calendar.UnitDay, Periods: 4, From: on(0)})
	require.NoError(t, err)
	var open []int
	for _, r := range table.Rows() {
		open = append(open, r.Open)
	}
	assert.Equal(t, []int{2, 2, 2, 1}, open, "the log ends on day 2")
	share, cohorts := table.Weighted(1)
	assert.Equal(t, "1/2 1", fmt.Sprint(share.Fraction(), " ", cohorts), "day 0 alone reached age 1 in full")
	assert.False(t, table.Share(9, 0).Defined())
	assert.Equal(t, "1/2", table.Share(0, 2).Fraction())
	_, cohorts = table.Weighted(3)
	assert.Zero(t, cohorts)
}

// A period in which nobody began is passed over, and what lies beside the table
// is undefined.
func TestTable_NobodyAndBeside(t *testing.T) {
	t.Parallel()
	log := logOf(t, events("a", "v", 1, 2), events("b", "v", 1, 4))
	table, err := retention.Run(log, retention.Spec{Start: touchpoint.Named("v"), Kind: retention.FirstEver, Unit: calendar.UnitDay, Periods: 4, From: on(0), Amount: true})
	require.NoError(t, err)
	share, cohorts := table.Weighted(1)
	assert.Equal(t, "1/2 1", fmt.Sprint(share.Fraction(), " ", cohorts))
	for _, at := range [][2]int{{-1, 0}, {4, 0}, {0, -1}, {0, 9}, {-1, -1}, {9, 9}} {
		assert.False(t, table.PerMember(at[0], at[1]).Defined(), at)
		assert.False(t, table.PerActive(at[0], at[1]).Defined(), at)
		assert.False(t, table.Share(at[0], at[1]).Defined(), at)
		assert.True(t, table.Cumulative(at[0], -1).IsZero(), at)
	}
	_, err = retention.Run(log, retention.Spec{Start: touchpoint.Named("v"), AtLeast: 1_000_000, Periods: 1, From: on(0)})
	require.NoError(t, err)
	_, err = retention.Run(log, retention.Spec{Start: touchpoint.Named("v"), AtLeast: 1_000_001, Periods: 1, From: on(0)})
	require.ErrorIs(t, err, retention.ErrSpec)
}

// What makes a customer active, by name or by a property, is what a log of such
// events alone says; what lies beside the periods names no part.
func TestLifecycle_ActiveIsALogOfTheseAlone(t *testing.T) {
	t.Parallel()
	var all, app, use []touchpoint.Event
	for c := range 12 {
		for d := range 30 {
			e := touchpoint.Event{Customer: fmt.Sprint("c", c), Name: "use", Channel: "app", At: on(d)}
			switch (c*7 + d*(c%5+1)) % 11 {
			case 0, 1:
			case 2, 3:
				e.Channel = "web"
			case 4:
				e.Name = "visit"
			default:
				continue
			}
			all = append(all, e)
			if e.Channel == "app" {
				app = append(app, e)
			}
			if e.Name == "use" {
				use = append(use, e)
			}
		}
	}
	spec := retention.LifecycleSpec{Unit: calendar.UnitWeek, Periods: 4, From: on(0)}
	daily := retention.DailySpec{Days: 20, From: on(5)}
	for _, c := range []struct {
		active []touchpoint.Match
		only   []touchpoint.Event
	}{
		{[]touchpoint.Match{{Channel: "app"}}, app},
		{touchpoint.Named("use"), use},
		{nil, all},
	} {
		want, err := retention.Lifecycle(logOf(t, c.only), spec)
		require.NoError(t, err)
		days, err := retention.Daily(logOf(t, c.only), daily)
		require.NoError(t, err)
		s, d := spec, daily
		s.Active, d.Active = c.active, c.active
		got, err := retention.Lifecycle(logOf(t, all), s)
		require.NoError(t, err)
		assert.Equal(t, want.Periods(), got.Periods(), "%v", c.active)
		gotDays, err := retention.Daily(logOf(t, all), d)
		require.NoError(t, err)
		assert.Equal(t, days.Days(), gotDays.Days(), "%v", c.active)
	}
	log := logOf(t, []touchpoint.Event{
		{Customer: "c", Name: "use", Channel: "early", At: on(-40)}, {Customer: "c", Name: "use", Channel: "email", At: on(1)}, {Customer: "c", Name: "use", Channel: "late", At: on(90)},
	})
	for _, label := range []touchpoint.Label{touchpoint.FirstTouch, touchpoint.LastTouch} {
		parts, err := retention.LifecycleBy(log, spec, touchpoint.Breakdown{Channel: true, Label: label})
		require.NoError(t, err)
		require.Len(t, parts, 1)
		assert.Equal(t, "email", parts[0].Key())
	}
}

// Who was active long before the first day, and on none since, is dormant on it.
func TestDaily_ActiveLongBefore(t *testing.T) {
	t.Parallel()
	for before, want := range map[int]retention.Day{
		1: {AtRiskWeek: 1}, 6: {AtRiskWeek: 1}, 8: {AtRiskMonth: 1}, 29: {AtRiskMonth: 1}, 31: {Dormant: 1}, 100: {Dormant: 1},
	} {
		days, err := retention.Daily(logOf(t, events("c", "v", -before)), retention.DailySpec{Days: 1, From: on(0)})
		require.NoError(t, err)
		want.Start = days.Days()[0].Start
		assert.Equal(t, want, days.Days()[0], "%d days before", before)
	}
}

// A table of chosen customers is not one with a table of all.
func TestMerge_FilteredAndNot(t *testing.T) {
	t.Parallel()
	spec := retention.Spec{Start: touchpoint.Named("v"), Unit: calendar.UnitDay, Periods: 2, From: on(0)}
	chosen := spec
	chosen.Customers = func(string) bool { return true }
	run := func(customer string, s retention.Spec) *retention.Table {
		table, err := retention.Run(logOf(t, events(customer, "v", 0, 1)), s)
		require.NoError(t, err)
		return table
	}
	require.NoError(t, run("a", spec).Merge(run("b", spec)))
	require.Error(t, run("a", spec).Merge(run("b", chosen)))
	require.Error(t, run("a", chosen).Merge(run("b", spec)))
}

// Thirty in a group are no few, 29 are.
func TestEffect_Few(t *testing.T) {
	t.Parallel()
	for n, few := range map[int]bool{29: true, 30: false} {
		all := events("nobody", "end", 20) // so that all was observed
		for i := range 2 * n {
			who := fmt.Sprint("c", i)
			all = append(all, events(who, "v", 0, 1)...)
			if i < n {
				all = append(all, events(who, "goal", 1)...)
			}
		}
		e, err := retention.EffectOf(logOf(t, all), retention.EffectSpec{
			Start: touchpoint.Named("v"), Milestone: touchpoint.Named("goal"), Within: 72 * time.Hour, Cycle: calendar.Cycle{Unit: calendar.UnitDay}, Periods: 1,
		})
		require.NoError(t, err)
		assert.Equal(t, few, errors.Is(errors.Join(e.Warnings...), retention.ErrFew), n)
	}
}

// An effect without amounts is printed too.
func TestEffect_StringWithoutAmounts(t *testing.T) {
	t.Parallel()
	log := logOf(t, events("a", "v", 0, 1, 8), events("a", "goal", 1), events("b", "v", 0, 8), events("c", "v", 0), events("d", "v", 0, 1), events("d", "goal", 1))
	e, err := retention.EffectOf(log, retention.EffectSpec{Start: touchpoint.Named("v"), Milestone: touchpoint.Named("goal"), Within: 72 * time.Hour, Cycle: calendar.Cycle{Unit: calendar.UnitDay}, Periods: 3})
	require.NoError(t, err)
	assert.NotContains(t, e.String(), "MRR")
	assert.Contains(t, e.String(), "period 1: came back")
}
