package retention_test

import (
	"runtime"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/lifecycle-go/lifecycle/internal/pack"
	"github.com/lifecycle-go/lifecycle/journey/retention"
	"github.com/lifecycle-go/lifecycle/metrics/calendar"
	"github.com/lifecycle-go/lifecycle/metrics/ledger"
	"github.com/lifecycle-go/lifecycle/touchpoint"
)

// Beside the triangle nothing is defined, and nothing breaks.
func TestTable_BesideTheTriangle(t *testing.T) {
	t.Parallel()
	spec := retention.Spec{Start: touchpoint.Named("v"), Unit: calendar.UnitDay, Periods: 3, From: on(0), Amount: true}
	table, err := retention.Run(logOf(t, events("a", "v", 0, 1)), spec)
	require.NoError(t, err)
	assert.True(t, table.PerMember(0, 2).Defined())
	for _, cell := range [][2]int{{0, 3}, {1, 2}, {2, 1}, {3, 0}, {-1, 0}, {0, -1}} {
		assert.False(t, table.PerMember(cell[0], cell[1]).Defined(), "%v", cell)
		assert.False(t, table.PerActive(cell[0], cell[1]).Defined(), "%v", cell)
		assert.False(t, table.Share(cell[0], cell[1]).Defined(), "%v", cell)
		if cell[0] != 0 || cell[1] < 0 {
			assert.True(t, table.Cumulative(cell[0], cell[1]).IsZero(), "%v", cell)
		}
	}
	_, coverage := table.Weighted(3)
	assert.Zero(t, coverage)
}

// Customers of a part are its own: those who began in it and no others.
func TestRunBy_CustomersOfAPart(t *testing.T) {
	t.Parallel()
	in := func(list []touchpoint.Event, channel touchpoint.Channel) []touchpoint.Event {
		for i := range list {
			list[i].Channel = channel
		}
		return list
	}
	log := logOf(t, in(events("a", "v", 0, 1), "email"), in(events("b", "v", 0), "web"), in(events("c", "v", 1), "email"), in(events("late", "v", 9), "email"), in(events("x", "x", 0), "email"))
	spec := retention.Spec{Start: touchpoint.Named("v"), Kind: retention.FirstInRange, Unit: calendar.UnitDay, Periods: 3, From: on(0)}
	parts, err := retention.RunBy(log, spec, touchpoint.Breakdown{Channel: true})
	require.NoError(t, err)
	require.Len(t, parts, 2)
	for i, want := range []int64{2, 1} {
		assert.Equal(t, want, parts[i].Customers(), parts[i].Key())
		var back retention.Table
		require.NoError(t, back.UnmarshalBinary(bytesOf(t, parts[i])))
		assert.Equal(t, want, back.Customers(), parts[i].Key())
	}
	whole, err := retention.Run(log, spec)
	require.NoError(t, err)
	assert.Equal(t, int64(3), whole.Customers())
	var back retention.Table
	require.NoError(t, back.UnmarshalBinary(bytesOf(t, whole)))
	assert.Equal(t, int64(3), back.Customers())
}

// Of an encoded table with a byte changed, or two replaced by one, and a checksum
// that fits, what is read is a whole triangle.
func TestUnmarshalBinary_IsATriangle(t *testing.T) {
	t.Parallel()
	for _, periods := range []int{1, 3} {
		spec := retention.Spec{Start: touchpoint.Named("v"), Unit: calendar.UnitDay, Periods: periods, From: on(0)}
		table, err := retention.Run(logOf(t, events("a", "v", 0, 1, 1), events("b", "v", 0)), spec)
		require.NoError(t, err)
		whole := bytesOf(t, table)
		whole = whole[:len(whole)-4]
		read := 0
		for i := range whole {
			for v := range 256 {
				for cut := range 2 {
					if i+cut >= len(whole) {
						continue
					}
					bad := slices.Concat(whole[:i], []byte{byte(v)}, whole[i+1+cut:])
					var back retention.Table
					if back.UnmarshalBinary(pack.Frame(bad, 0)) != nil {
						continue
					}
					read++
					rows := back.Rows()
					for r, row := range rows {
						require.Len(t, row.Returned, len(rows)-r, "byte %d = %d", i, v)
						require.Equal(t, row.Size, row.Returned[0])
					}
				}
			}
		}
		assert.Positive(t, read)
	}
}

// What is no activity neither ends the period nor makes a customer known.
func TestActivity_PassesOverTheRest(t *testing.T) {
	t.Parallel()
	spec := retention.LifecycleSpec{Active: touchpoint.Named("v"), Unit: calendar.UnitDay, Periods: 2, From: on(0)}
	log := logOf(t, events("a", "x", -1, 0), events("a", "v", 0, 0, 1), events("a", "x", 0, 1))
	table, err := retention.Frequencies(log, spec)
	require.NoError(t, err)
	assert.Equal(t, []int64{2, 1}, []int64{table.Periods()[0].Events, table.Periods()[1].Events})

	daily := retention.DailySpec{Active: touchpoint.Named("v"), Days: 2, From: on(0)}
	for name, list := range map[string][]touchpoint.Event{
		"active after the last day alone": events("c", "v", 5),
		"something else before":           append(events("c", "x", -50), events("c", "v", 5)...),
		"never":                           events("c", "x", -50, 0, 1),
	} {
		growth, err := retention.Daily(logOf(t, list), daily)
		require.NoError(t, err)
		for _, day := range growth.Days() {
			assert.Equal(t, retention.Day{Start: day.Start}, day, name)
		}
	}
}

// The windows of the daily states belong to them, on the first day and the last.
func TestDaily_WindowsAreInclusive(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		week, month int
		ago         int
		active      bool
		want        retention.Day
	}{
		{0, 0, 1, true, retention.Day{Current: 1}},
		{0, 0, 7, true, retention.Day{Current: 1}},
		{0, 0, 8, true, retention.Day{Reactivated: 1}},
		{0, 0, 30, true, retention.Day{Reactivated: 1}},
		{0, 0, 31, true, retention.Day{Resurrected: 1}},
		{0, 0, 7, false, retention.Day{AtRiskWeek: 1}},
		{0, 0, 8, false, retention.Day{AtRiskMonth: 1}},
		{0, 0, 30, false, retention.Day{AtRiskMonth: 1}},
		{0, 0, 31, false, retention.Day{Dormant: 1}},
		{6, 29, 6, true, retention.Day{Current: 1}},
		{6, 29, 7, true, retention.Day{Reactivated: 1}},
		{6, 29, 30, true, retention.Day{Resurrected: 1}},
		{6, 29, 29, false, retention.Day{AtRiskMonth: 1}},
		{6, 29, 30, false, retention.Day{Dormant: 1}},
	} {
		list := events("c", "v", 40-c.ago)
		if c.active {
			list = append(list, events("c", "v", 40)...)
		}
		for _, from := range []int{0, 40} { // known from the days themselves, or from before them
			growth, err := retention.Daily(logOf(t, list), retention.DailySpec{Days: 41 - from, From: on(from), Week: c.week, Month: c.month})
			require.NoError(t, err)
			got := growth.Days()[40-from]
			c.want.Start = got.Start
			assert.Equal(t, c.want, got, "%+v from %d", c, from)
		}
	}
}

// Brackets are over when their last period is: cells before are open, and not in
// the weighted mean.
func TestTable_BracketsAreOverAtTheirEnd(t *testing.T) {
	t.Parallel()
	spec := retention.Spec{Start: touchpoint.Named("v"), Kind: retention.FirstInRange, Unit: calendar.UnitDay, Periods: 6, From: on(0), Brackets: []int{1, 3}}
	log := logOf(t, events("a", "v", 0, 1, 4), events("b", "v", 1, 3))
	for asOf, want := range map[int]struct {
		weighted [3]string
		open     [2]int
	}{
		3: {[3]string{"2/2", "1/2", "0/0"}, [2]int{1, 1}}, // days 2 to 4 after day 0 are not over
		5: {[3]string{"2/2", "1/2", "1/1"}, [2]int{0, 1}}, // and those after day 1 are, on day 6
		6: {[3]string{"2/2", "1/2", "2/2"}, [2]int{0, 0}},
	} {
		spec.AsOf = on(asOf)
		table, err := retention.Run(log, spec)
		require.NoError(t, err)
		for age, text := range want.weighted {
			share, _ := table.Weighted(age)
			assert.Equal(t, text, share.Fraction(), "day %d, bracket %d", asOf, age)
		}
		assert.Equal(t, want.open, [2]int{table.Rows()[0].Open, table.Rows()[1].Open}, "day %d", asOf)
	}
	once := retention.Spec{Start: touchpoint.Named("v"), Unit: calendar.UnitDay, Periods: 2, From: on(0), OnOrAfter: true, AtLeast: 1}
	require.NoError(t, once.Validate(), "once is no demand")
}

// A label looks along the start and the returns behind it, of each row anew.
func TestRunBy_LabelsLookAlongTheReturns(t *testing.T) {
	t.Parallel()
	list := events("c", "v", 0, 1, 1, 2)
	for i, channel := range []touchpoint.Channel{"", "email", "web", ""} {
		list[i].Channel = channel
		list[i].At = list[i].At.Add(list[i].At.Sub(zero) / 1000)
	}
	list[2].At = list[2].At.Add(1)
	spec := retention.Spec{Start: touchpoint.Named("v"), Unit: calendar.UnitDay, Periods: 3, From: on(0)}
	for label, want := range map[touchpoint.Label]map[string][]int64{
		touchpoint.EntryStep:  {touchpoint.None: {1, 0, 1}, "email": {0, 1, 0}},
		touchpoint.FirstTouch: {touchpoint.None: {0, 0, 1}, "email": {1, 1, 0}},
		touchpoint.LastTouch:  {touchpoint.None: {0, 0, 1}, "web": {1, 0, 0}, "email": {0, 1, 0}},
	} {
		parts, err := retention.RunBy(logOf(t, list), spec, touchpoint.Breakdown{Channel: true, Label: label})
		require.NoError(t, err)
		got := map[string][]int64{}
		for _, p := range parts {
			got[p.Key()] = sizes(p)
		}
		assert.Equal(t, want, got, label)
	}
}

// Books that begin later, or never, are worth nothing, and are there.
func TestEffectOf_BooksWithoutAnything(t *testing.T) {
	t.Parallel()
	spec := retention.EffectSpec{
		Start: touchpoint.Named("v"), Group: func(c string) (bool, bool) { return c == "a", true }, Cycle: calendar.Cycle{Unit: calendar.UnitDay}, Periods: 1, AsOf: on(3),
	}
	for name, l := range map[string]*ledger.Ledger{"none": books(t), "later": books(t, ledger.Change{Customer: "a", At: on(9), Amount: decimal.NewFromInt(5)})} {
		spec.Ledger = l
		e, err := retention.EffectOf(logOf(t, events("a", "v", 0, 1), events("b", "v", 0)), spec)
		require.NoError(t, err)
		require.NotNil(t, e.Periods[0].MRR, name)
		assert.Equal(t, "0/1", e.Periods[0].MRR.With.Fraction(), name)
		assert.Equal(t, "0/1", e.Periods[0].Value.Without.Fraction(), name)
	}
}

// The same log gives the same bytes on any number of processors, and as two halves
// of its customers merged.
func TestProcessorsDoNotShow(t *testing.T) {
	var halves [2][]touchpoint.Event
	for i := range 90_000 {
		c := 10_000 + i/9
		halves[c%2] = append(halves[c%2], touchpoint.Event{
			Customer: strconv.Itoa(c), Name: []string{"v", "w"}[i%2], At: zero.Add(time.Duration(i%9*(1+c%17)) * 7 * time.Hour), Channel: []touchpoint.Channel{"email", "web", ""}[i%3],
			Value: decimal.New(int64(i%1000), -2),
		})
	}
	spec := retention.Spec{Start: touchpoint.Named("v"), Unit: calendar.UnitWeek, Periods: 6, From: on(0), Amount: true}
	cycle := retention.LifecycleSpec{Unit: calendar.UnitWeek, Periods: 6, From: on(0)}
	effect := retention.EffectSpec{Start: touchpoint.Named("v"), Milestone: touchpoint.Named("w"), Within: 50 * time.Hour, Periods: 2, Cycle: calendar.Cycle{Unit: calendar.UnitWeek}}
	type bin interface{ MarshalBinary() ([]byte, error) }
	run := func(log *touchpoint.Log) (out []bin) {
		keep := func(x bin, err error) {
			require.NoError(t, err)
			out = append(out, x)
		}
		table, err := retention.Run(log, spec)
		keep(table, err)
		states, err := retention.Lifecycle(log, cycle)
		keep(states, err)
		growth, err := retention.Daily(log, retention.DailySpec{Days: 40, From: on(0)})
		keep(growth, err)
		sticky, err := retention.Stickiness(log, cycle)
		keep(sticky, err)
		often, err := retention.Frequencies(log, cycle)
		keep(often, err)
		parts, err := retention.RunBy(log, spec, touchpoint.Breakdown{Channel: true, Label: touchpoint.LastTouch})
		require.NoError(t, err)
		for _, p := range parts {
			keep(p, nil)
		}
		return out
	}
	logs := [3]*touchpoint.Log{logOf(t, halves[0], halves[1]), logOf(t, halves[0]), logOf(t, halves[1])}
	text := func(log *touchpoint.Log) (out []string) {
		for _, x := range run(log) {
			out = append(out, string(bytesOf(t, x)))
		}
		e, err := retention.EffectOf(log, effect)
		require.NoError(t, err)
		return append(out, e.String())
	}
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	one := text(logs[0])
	for _, procs := range []int{2, 3} {
		runtime.GOMAXPROCS(procs)
		for k, said := range text(logs[0]) {
			require.Equal(t, one[k], said, "result %d on %d processors", k, procs)
		}
	}
	a, b := run(logs[1]), run(logs[2])
	for k, x := range a {
		var err error
		switch x := x.(type) {
		case *retention.Table:
			err = x.Merge(b[k].(*retention.Table))
		case *retention.States:
			err = x.Merge(b[k].(*retention.States))
		case *retention.Growth:
			err = x.Merge(b[k].(*retention.Growth))
		case *retention.Sticky:
			err = x.Merge(b[k].(*retention.Sticky))
		case *retention.FrequencyTable:
			err = x.Merge(b[k].(*retention.FrequencyTable))
		}
		require.NoError(t, err)
		require.Equal(t, one[k], string(bytesOf(t, x)), "result %d of two halves", k)
	}
}

// A mean at an age is over the rows that have it, when all of them are over too.
func TestTable_WeightedBesideTheRows(t *testing.T) {
	t.Parallel()
	spec := retention.Spec{Start: touchpoint.Named("v"), Unit: calendar.UnitDay, Periods: 3, From: on(0), AsOf: on(100)}
	table, err := retention.Run(logOf(t, events("a", "v", 0, 1, 2), events("b", "v", 1)), spec)
	require.NoError(t, err)
	for age, want := range map[int]string{-1: "0/0", 0: "4/4", 1: "2/3", 2: "1/1", 3: "0/0"} {
		share, _ := table.Weighted(age)
		assert.Equal(t, want, share.Fraction(), "age %d", age)
	}
}
