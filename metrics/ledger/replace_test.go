package ledger_test

import (
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/lifecycle-go/lifecycle/internal/law"
	"github.com/lifecycle-go/lifecycle/metrics"
	"github.com/lifecycle-go/lifecycle/metrics/calendar"
	"github.com/lifecycle-go/lifecycle/metrics/fault"
	"github.com/lifecycle-go/lifecycle/metrics/ledger"
)

// A subscription of 100 a month is cancelled for the end of March, and the
// cancellation withdrawn: three webhooks, each a whole history.
func TestReplace_WithdrawnCancellation(t *testing.T) {
	t.Parallel()
	start := ledger.Change{At: on("2026-01-05"), Amount: dec("100"), ID: "evt_created"}
	end := ledger.Change{At: on("2026-04-05"), Cause: ledger.CauseCancel, ID: "evt_cancel"}
	said := []struct {
		recorded string
		changes  []ledger.Change
	}{
		{"2026-01-05", []ledger.Change{start}},
		{"2026-03-01", []ledger.Change{start, end}},
		{"2026-03-10", []ledger.Change{start}},
	}
	for _, order := range [][]int{{0, 1, 2}, {2, 1, 0}, {1, 2, 0}} {
		l := books(t, ledger.Options{}, nil)
		for _, i := range order {
			require.NoError(t, l.Replace("acme", "sub_1", on(said[i].recorded), said[i].changes...))
			l.MRR(on("2026-05-01")) // what was read must not show later
		}
		require.Equal(t, "100", l.MRR(on("2026-05-01")).String())
		require.Equal(t, "0", l.AsOf(on("2026-03-05")).MRR(on("2026-05-01")).String())
		require.Equal(t, "100", l.AsOf(on("2026-02-01")).MRR(on("2026-05-01")).String())
		require.Equal(t, "0", l.AsOf(on("2026-01-04")).MRR(on("2026-05-01")).String())
		rs, err := l.Restatements(month("2026-04"), on("2026-02-01"))
		require.NoError(t, err)
		require.Len(t, rs, 2)
		require.Equal(t, "evt_cancel", rs[0].Change.ID)
		require.Equal(t, "100 -100", rs[0].Revenue.Churn.String()+" "+rs[1].Revenue.Churn.String())
		require.Equal(t, ledger.CauseCorrection, rs[1].Change.Cause)
		require.Equal(t, on("2026-03-10"), rs[1].Change.Recorded)
		first, last, ok := l.Span()
		require.True(t, ok)
		require.Equal(t, []time.Time{on("2026-01-05"), on("2026-01-05")}, []time.Time{first, last})
	}
}

func TestReplace_Refusals(t *testing.T) {
	t.Parallel()
	l := books(t, ledger.Options{}, []ledger.Change{{Customer: "c", Subscription: "told", At: on("2026-01-01"), Amount: dec("1"), Item: "seat"}})
	good := ledger.Change{At: on("2026-01-01"), Amount: dec("1")}
	require.NoError(t, l.Replace("c", "said", on("2026-01-01"), good))
	before := encoded(t, l)
	edit := func(f func(*ledger.Change)) ledger.Change { c := good; f(&c); return c }
	for says, err := range map[string]error{
		`Subscription "told"`:  l.Replace("c", "told", on("2026-01-02"), good),
		`Append and Replace`:   l.Append(ledger.Change{Customer: "c", Subscription: "said", At: on("2026-01-01"), Amount: dec("2")}),
		`do not mix`:           l.Append(ledger.Change{Customer: "c", Subscription: "said", Item: "x", At: on("2026-01-01"), Amount: dec("2")}),
		`row 2: customer "d"`:  l.Replace("c", "said", on("2026-01-02"), good, edit(func(c *ledger.Change) { c.Customer = "d" })),
		`another subscription`: l.Replace("c", "said", on("2026-01-02"), good, edit(func(c *ledger.Change) { c.Subscription = "d" })),
		`must be unset`:        l.Replace("c", "said", on("2026-01-02"), edit(func(c *ledger.Change) { c.Recorded = on("2026-01-02") })),
		`negative`:             l.Replace("new", "new", on("2026-01-02"), edit(func(c *ledger.Change) { c.Amount = dec("-1") })),
		`Customer: empty`:      l.Replace("", "new", on("2026-01-02"), good),
		`Recorded "0001`:       l.Replace("c", "said", time.Time{}, good),
		`given twice`:          l.Rewrite(ledger.History{Customer: "c", Subscription: "said"}, ledger.History{Customer: "c", Subscription: "said"}),
	} {
		require.ErrorContains(t, err, says)
		require.Equal(t, before, encoded(t, l), says)
	}
	require.ErrorIs(t, l.Replace("c", "told", on("2026-01-02"), good), ledger.ErrMixed)
	// Every history at fault is named, not the first alone.
	var faults *fault.Batch
	require.ErrorAs(t, l.Rewrite(ledger.History{Subscription: "s"}, ledger.History{Customer: "c", Subscription: "told"}, ledger.History{Customer: "\xff"}), &faults)
	require.EqualValues(t, 3, faults.Count())
	// A refused first saying does not decide how a subscription is told.
	require.NoError(t, l.Append(ledger.Change{Customer: "new", Subscription: "new", At: on("2026-01-01"), Amount: dec("2")}))
	// What was forgotten may be told anew, either way.
	require.NoError(t, l.Rewrite(ledger.History{Customer: "c", Subscription: "said"}))
	require.NoError(t, l.Append(ledger.Change{Customer: "c", Subscription: "said", At: on("2026-01-01"), Amount: dec("2")}))
	require.Equal(t, "5", l.MRR(on("2026-01-01")).String())
}

// anyHistories draws, for two subscriptions of two customers, what was known of
// them at several instants: equal instants, empty versions, several items and
// shared event ids among them.
func anyHistories(t *rapid.T, o ledger.Options) []ledger.History {
	var out []ledger.History
	for _, key := range [][2]string{{"a", "rep"}, {"a", "rep2"}, {"z", "rep"}} {
		h := ledger.History{Customer: key[0], Subscription: key[1]}
		for range rapid.IntRange(0, 4).Draw(t, "versions") {
			v := ledger.Version{Recorded: base.Add(time.Duration(rapid.IntRange(0, 8).Draw(t, "recorded")) * 700 * time.Hour)}
			for _, c := range anyChanges(t, o, true)[:] {
				if c.Customer == "a" { // some
					c.Customer, c.Subscription, c.Recorded = "", "", time.Time{}
					v.Changes = append(v.Changes, c)
				}
			}
			h.Versions = append(h.Versions, v)
		}
		out = append(out, h)
	}
	return out
}

// TestLaw_ReplaceIsALevelInRecordedTime: in any order, with repeats and with
// reads between, the books and all they were are the same bytes; as of any
// instant they are those of the version in force then, appended.
func TestLaw_ReplaceIsALevelInRecordedTime(t *testing.T) {
	t.Parallel()
	ties := 0
	law.Check(t, func(t *rapid.T) {
		o := anyOptions(t)
		appended, histories := anyChanges(t, o, true), anyHistories(t, o)
		type call struct{ h, v int }
		var calls []call
		for i := range histories {
			seen := map[time.Time]bool{}
			for j, v := range histories[i].Versions {
				calls = append(calls, call{i, j})
				if seen[v.Recorded] {
					ties++
				}
				seen[v.Recorded] = true
			}
		}
		play := func(calls []call, reads bool) *ledger.Ledger {
			l := books(t, o, appended)
			for _, c := range calls {
				h := &histories[c.h]
				require.NoError(t, l.Replace(h.Customer, h.Subscription, h.Versions[c.v].Recorded, h.Versions[c.v].Changes...))
				if reads {
					statements(t, l)
				}
			}
			return l
		}
		one := play(calls, false)
		want := encoded(t, one)
		again := append(rapid.Permutation(calls).Draw(t, "order"), rapid.Permutation(calls).Draw(t, "again")...)
		other := play(again, true)
		require.Equal(t, want, encoded(t, other))
		require.Equal(t, show(statements(t, one)), show(statements(t, other)))

		back := books(t, o, nil)
		require.NoError(t, back.UnmarshalBinary(want))
		require.Equal(t, want, encoded(t, back))
		require.NoError(t, other.Merge(one))
		require.Equal(t, want, encoded(t, other))
		merged := books(t, o, nil)
		require.NoError(t, merged.Merge(one))
		require.Equal(t, want, encoded(t, merged))

		then := base.Add(time.Duration(rapid.IntRange(-1, 9).Draw(t, "then")) * 700 * time.Hour)
		asOf := one.AsOf(then)
		require.Equal(t, show(statements(t, asOf)), show(statements(t, asOfByHand(t, o, one, appended, then))))
		require.Equal(t, encoded(t, asOf), encoded(t, other.AsOf(then)))
		require.Equal(t, encoded(t, one.AsOf(then.Add(-700*time.Hour))), encoded(t, asOf.AsOf(then.Add(-700*time.Hour))))

		restated(t, one, then)
	}, law.Counters{"ties": &ties})
}

// asOfByHand appends what was known then to empty books.
func asOfByHand(t *rapid.T, o ledger.Options, l *ledger.Ledger, appended []ledger.Change, then time.Time) *ledger.Ledger {
	out := books(t, o, nil)
	for _, c := range appended {
		if !recorded(c).After(then) {
			require.NoError(t, out.Append(c))
		}
	}
	for h := range l.Histories() {
		var in *ledger.Version
		for i := range h.Versions {
			if !h.Versions[i].Recorded.After(then) {
				in = &h.Versions[i]
			}
		}
		if in == nil {
			continue
		}
		for _, c := range in.Changes {
			c.ID, c.Recorded = "", in.Recorded
			require.NoError(t, out.Append(c))
		}
	}
	return out
}

// restated: as closed plus restatements is now.
func restated(t *rapid.T, l *ledger.Ledger, closed time.Time) {
	m := calendar.NewMonth(2024, 1).Add(rapid.IntRange(0, 9).Draw(t, "month"))
	was, err := l.AsOf(closed).Statement(m)
	require.NoError(t, err)
	is, err := l.Statement(m)
	require.NoError(t, err)
	rs, err := l.Restatements(m, closed)
	require.NoError(t, err)
	revenue, heads := was.Revenue, was.Customers
	for _, r := range rs {
		require.True(t, recorded(r.Change).After(closed))
		revenue, heads = revenue.Add(r.Revenue), heads.Add(r.Customers)
	}
	require.Equal(t, is.Customers, heads)
	require.True(t, revenue.Closing().Equal(is.Revenue.Closing()))
	require.True(t, revenue.Opening.Equal(is.Revenue.Opening))
	require.True(t, revenue.Churn.Equal(is.Revenue.Churn))
}

// TestLaw_RewriteForgets: the histories said last are all there is.
func TestLaw_RewriteForgets(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		o := anyOptions(t)
		appended, first, last := anyChanges(t, o, true), anyHistories(t, o), anyHistories(t, o)
		l := books(t, o, appended)
		require.NoError(t, l.Rewrite(first...))
		if rapid.Bool().Draw(t, "read") {
			statements(t, l)
		}
		require.NoError(t, l.Rewrite(last...))
		want := books(t, o, appended)
		require.NoError(t, want.Rewrite(last...))
		require.Equal(t, encoded(t, want), encoded(t, l))
		require.Equal(t, show(statements(t, want)), show(statements(t, l)))
		var got []ledger.History
		for h := range l.Histories() {
			require.True(t, slices.IsSortedFunc(h.Versions, func(a, b ledger.Version) int { return a.Recorded.Compare(b.Recorded) }))
			got = append(got, h)
		}
		again := books(t, o, appended)
		require.NoError(t, again.Rewrite(got...))
		require.Equal(t, encoded(t, want), encoded(t, again))
	})
}

// A customer of 100 a month goes free in March, pays again in May, goes free
// and leaves in July without having paid; another has never paid anything.
func TestHeads_AliveAtZeroIsPresent(t *testing.T) {
	t.Parallel()
	l := books(t, ledger.Options{}, []ledger.Change{
		{Customer: "c", At: on("2026-01-05"), Amount: dec("100")},
		{Customer: "c", At: on("2026-03-05"), Alive: true},
		{Customer: "c", At: on("2026-05-05"), Amount: dec("50")},
		{Customer: "c", At: on("2026-06-05"), Alive: true, Cause: ledger.CausePause},
		{Customer: "c", At: on("2026-07-05")},
		{Customer: "free", At: on("2026-02-05"), Alive: true},
		{Customer: "free", At: on("2026-04-05"), Amount: dec("7")},
	})
	require.Equal(t, []string{
		"01-05 new 100", "03-05 contraction 100", "05-05 expansion 50", "06-05 contraction 50", "07-05 churn 0", "02-05 new 0", "04-05 new 7",
	}, kinds(l))
	for m, want := range map[string]metrics.Customers{
		"2026-01": {New: 1}, "2026-02": {Opening: 1, New: 1}, "2026-03": {Opening: 2}, "2026-04": {Opening: 2},
		"2026-06": {Opening: 2}, "2026-07": {Opening: 2, Churned: 1}, "2026-08": {Opening: 1},
	} {
		got, err := l.Heads(month(m).Period(time.UTC))
		require.NoError(t, err)
		require.Equal(t, want, got, m)
		require.Equal(t, want, statement(t, l, m).Customers, m)
	}
	require.Equal(t, int64(0), statement(t, l, "2026-03").PayingCustomers)
	require.Equal(t, int64(2), statement(t, l, "2026-03").ClosingCustomers)
	require.Equal(t, int64(2), statement(t, l, "2026-05").PayingCustomers)
	got, err := l.Heads(calendar.Period{From: on("2026-01-01"), To: on("2026-09-01")})
	require.NoError(t, err)
	require.Equal(t, metrics.Customers{New: 2, Churned: 1, NewAndChurned: 1}, got)
	_, err = l.Heads(calendar.Period{From: on("2026-02-01"), To: on("2026-01-01")})
	require.ErrorIs(t, err, ledger.ErrPeriod)
}

// Issue 8 §2.6: a renewal that says the level again opens no window, and gaps
// are measured from the departure.
func TestNetting_RestatedLevelOpensNoWindow(t *testing.T) {
	t.Parallel()
	l := books(t, ledger.Options{Coalesce: time.Hour}, []ledger.Change{
		{Customer: "c", At: at("2026-01-01 00:00"), Amount: dec("100")},
		{Customer: "c", At: at("2026-02-05 10:00"), Amount: dec("100")}, // a renewal
		{Customer: "c", At: at("2026-02-05 10:40"), Amount: dec("150")},
		{Customer: "c", At: at("2026-02-05 11:20"), Amount: dec("120")},
	})
	require.Equal(t, []string{"01-01 new 100", "02-05 expansion 20"}, kinds(l))

	month := []ledger.Change{
		{Customer: "c", At: on("2026-01-01"), Amount: dec("100")},
		{Customer: "c", At: on("2026-03-02"), Amount: dec("90")},
		{Customer: "c", At: on("2026-03-25")},
		{Customer: "c", At: on("2026-04-02"), Amount: dec("90")},
	}
	const days = 24 * time.Hour
	l = books(t, ledger.Options{Net: ledger.PerMonth, MinGap: 10 * days}, month)
	require.Equal(t, []string{"01-01 new 100", "03-02 contraction 100", "04-02 expansion 90"}, kinds(l), "8 days away, not 31")
	l = books(t, ledger.Options{Net: ledger.PerMonth, MaxGap: 20 * days}, month)
	require.Equal(t, []string{"01-01 new 100", "03-02 churn 100", "04-02 reactivation 90"}, kinds(l))
}

// What is stated beats what is not, at one instant.
func TestRecorded_StatedBeatsUnstated(t *testing.T) {
	t.Parallel()
	unsaid := ledger.Change{Customer: "c", At: on("2026-03-01"), Amount: dec("10")}
	said := ledger.Change{Customer: "c", At: on("2026-03-01"), Amount: dec("20"), Recorded: on("2026-01-01")} // a scheduled change
	for _, order := range [][]ledger.Change{{unsaid, said}, {said, unsaid}} {
		l := books(t, ledger.Options{}, order)
		require.Equal(t, "20", l.MRR(on("2026-03-01")).String())
		require.Equal(t, "20", l.AsOf(on("2026-02-01")).MRR(on("2026-03-01")).String())
	}
	// Of one event, delivered without and with its recording, the statement stays.
	unsaid.ID, said.ID, said.Amount = "e", "e", unsaid.Amount
	for _, order := range [][]ledger.Change{{unsaid, said}, {said, unsaid}} {
		l := books(t, ledger.Options{}, order)
		require.Equal(t, "10", l.AsOf(on("2026-02-01")).MRR(on("2026-03-01")).String())
		require.Equal(t, int64(1), l.Len())
	}
}

// Items have levels of their own, whatever their names hold.
func TestItem_IsPartOfTheLevel(t *testing.T) {
	t.Parallel()
	l := books(t, ledger.Options{}, []ledger.Change{
		{Customer: "c", Subscription: "s", At: on("2026-01-01"), Amount: dec("10"), Item: "a"},
		{Customer: "c", Subscription: "s", At: on("2026-01-01"), Amount: dec("5"), Item: "b"},
		{Customer: "c", Subscription: "sa", At: on("2026-01-01"), Amount: dec("1")},
		{Customer: "c", Subscription: "s", At: on("2026-02-01"), Item: "a", Plan: "pro", Cause: ledger.CauseAddOn},
	})
	require.Equal(t, "6", l.MRR(on("2026-02-01")).String())
	m := slices.Collect(l.MovementsOf("c", month("2026-02").Period(time.UTC)))[0]
	require.Equal(t, []string{"s"}, m.Subscriptions)
	require.Equal(t, []string{"pro"}, m.Plans)
	var items []string
	for c := range l.Changes() {
		items = append(items, c.Subscription+"/"+c.Item)
	}
	require.Equal(t, []string{"sa/", "s/a", "s/b", "s/a"}, items)
}

// Bounds belong to one side: a gap exactly as long as MinGap is a return, one
// exactly as long as MaxGap still is; a window of Coalesce includes its end; a
// period its first instant and not the one after its last.
func TestBounds_AreOnOneSide(t *testing.T) {
	t.Parallel()
	const day = 24 * time.Hour
	gap := func(o ledger.Options, d time.Duration) string {
		l := books(t, o, []ledger.Change{
			{Customer: "c", At: on("2026-01-01"), Amount: dec("10")},
			{Customer: "c", At: on("2026-02-01")},
			{Customer: "c", At: on("2026-02-01").Add(d), Amount: dec("10")},
		})
		all := kinds(l)
		return all[len(all)-1]
	}
	require.Equal(t, "02-11 expansion 10", gap(ledger.Options{MinGap: 10*day + 1}, 10*day))
	require.Equal(t, "02-11 reactivation 10", gap(ledger.Options{MinGap: 10 * day}, 10*day))
	require.Equal(t, "02-11 reactivation 10", gap(ledger.Options{MaxGap: 10 * day}, 10*day))
	require.Equal(t, "02-11 new 10", gap(ledger.Options{MaxGap: 10*day - 1}, 10*day))

	net := func(d time.Duration) int {
		return len(kinds(books(t, ledger.Options{Coalesce: time.Hour}, []ledger.Change{
			{Customer: "c", At: at("2026-01-05 10:00"), Amount: dec("10")},
			{Customer: "c", At: at("2026-01-05 10:00").Add(d), Amount: dec("12")},
		})))
	}
	require.Equal(t, 1, net(time.Hour))
	require.Equal(t, 2, net(time.Hour+1))

	l := books(t, ledger.Options{}, []ledger.Change{
		{Customer: "a", At: on("2026-01-05"), Amount: dec("10")},
		{Customer: "b", At: on("2026-01-06"), Amount: dec("10")},
	})
	p := calendar.Period{From: on("2026-01-05"), To: on("2026-01-06")}
	got, err := l.Heads(p)
	require.NoError(t, err)
	require.Equal(t, metrics.Customers{New: 1}, got)
	require.Len(t, slices.Collect(l.Movements(p)), 1)
	sums, err := l.SumBy(p, nil)
	require.NoError(t, err)
	require.Equal(t, int64(1), sums[0].Movements)
	got, err = l.Heads(calendar.Period{From: on("2026-01-06"), To: on("2026-01-06")})
	require.NoError(t, err)
	require.Equal(t, metrics.Customers{Opening: 1}, got)
}

// Issue 7: end on 2 March, return on 20 March, MaxGap 10 days. The statement and
// the heads of the month say the same.
func TestHeads_IsTheStatementWithAShortMaxGap(t *testing.T) {
	t.Parallel()
	l := books(t, ledger.Options{MaxGap: 10 * 24 * time.Hour}, []ledger.Change{
		{Customer: "c", At: on("2026-01-01"), Amount: dec("10")},
		{Customer: "c", At: on("2026-03-02")},
		{Customer: "c", At: on("2026-03-20"), Amount: dec("10")},
	})
	want := metrics.Customers{Opening: 1, New: 1, Churned: 1}
	require.Equal(t, want, statement(t, l, "2026-03").Customers)
	got, err := l.Heads(month("2026-03").Period(time.UTC))
	require.NoError(t, err)
	require.Equal(t, want, got)
	rate, err := metrics.ChurnRate(got, metrics.ChurnStandard)
	require.NoError(t, err)
	require.Equal(t, "100.00%", rate.Percent(2))
}

// TestLaw_HeadsIsTheStatement, for every month and all rules.
func TestLaw_HeadsIsTheStatement(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		o := anyOptions(t)
		l := books(t, o, anyChanges(t, o, true))
		for _, s := range statements(t, l) {
			got, err := l.Heads(s.Month.Period(o.Location))
			require.NoError(t, err)
			require.Equal(t, s.Customers, got, "%s", s.Month)
		}
	})
}
