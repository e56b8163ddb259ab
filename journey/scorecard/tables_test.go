package scorecard_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/lifecycle-go/lifecycle/journey"
	"github.com/lifecycle-go/lifecycle/journey/scorecard"
	"github.com/lifecycle-go/lifecycle/metrics"
	"github.com/lifecycle-go/lifecycle/metrics/ledger"
	"github.com/lifecycle-go/lifecycle/touchpoint"
	"github.com/lifecycle-go/lifecycle/touchpoint/survey"
)

func eur(n int64) decimal.Decimal { return decimal.NewFromInt(n) }

func on(date string) time.Time {
	t, err := time.Parse(time.DateOnly, date)
	if err != nil {
		panic(err)
	}
	return t
}

type ev struct {
	who, name, date string
	channel         touchpoint.Channel
	cost            int64
	attrs           map[string]string
}

func logOf(t testing.TB, events ...ev) *touchpoint.Log {
	t.Helper()
	var list []touchpoint.Event
	for _, e := range events {
		list = append(list, touchpoint.Event{Customer: e.who, Name: e.name, At: on(e.date), Channel: e.channel, Cost: eur(e.cost), Attrs: e.attrs})
	}
	log, err := touchpoint.LogOptions{Cost: true, Attrs: attrs}.LogOf(list...)
	require.NoError(t, err)
	return log
}

// Worked by hand: a meets the webinar and buys; b meets it and does not; c buys
// first and meets it later; d buys unexposed; e does nothing.
func TestFindWorks_ByHand(t *testing.T) {
	t.Parallel()
	log := logOf(t,
		ev{who: "a", name: "visited", date: "2026-01-01", channel: "Paid Search", cost: 3},
		ev{who: "a", name: "lead_captured", date: "2026-01-02"},
		ev{who: "a", name: "webinar_attended", date: "2026-01-05", cost: 10},
		ev{who: "a", name: "subscribed", date: "2026-01-20"},
		ev{who: "b", name: "lead_captured", date: "2026-01-02"},
		ev{who: "b", name: "webinar_attended", date: "2026-01-05", cost: 10},
		ev{who: "b", name: "webinar_attended", date: "2026-01-06", cost: 7},
		ev{who: "c", name: "lead_captured", date: "2026-01-02"},
		ev{who: "c", name: "subscribed", date: "2026-01-03"},
		ev{who: "c", name: "webinar_attended", date: "2026-01-05", cost: 10},
		ev{who: "d", name: "visited", date: "2026-01-01", channel: "Paid Search", cost: 3},
		ev{who: "d", name: "lead_captured", date: "2026-01-02"},
		ev{who: "d", name: "subscribed", date: "2026-02-20"},
		ev{who: "e", name: "visited", date: "2026-01-01", channel: "Paid Search", cost: 3},
		ev{who: "e", name: "lead_captured", date: "2026-01-01"},
	)
	books, err := ledger.New(ledger.Options{Currency: "EUR"})
	require.NoError(t, err)
	require.NoError(t, books.Append(
		ledger.Change{Customer: "a", At: on("2026-01-20"), Amount: eur(60)},
		ledger.Change{Customer: "c", At: on("2026-01-03"), Amount: eur(20)},
		ledger.Change{Customer: "d", At: on("2026-02-20"), Amount: eur(40)},
	))
	d, err := journey.Define(journey.Spec{Initial: "new", Transitions: []journey.Transition{
		{From: "new", On: "lead_captured", To: "lead"}, {From: "lead", On: "subscribed", To: "customer"},
	}})
	require.NoError(t, err)
	replay, err := d.ReplayLog(log, journey.Rules{{Name: "lead_captured"}, {Name: "subscribed"}}, journey.ReplayOptions{Horizon: on("2026-03-01")})
	require.NoError(t, err)
	spec := scorecard.WorksSpec{
		Exposures: []scorecard.Exposure{
			{Name: "search", Any: []touchpoint.Match{{Channel: "Paid Search"}}},
			{Name: "webinar", Any: touchpoint.Named("webinar_attended"), Cost: eur(100)},
		},
		Audiences: []scorecard.Audience{{Name: "all"}, {Name: "not a", Customers: func(c string) bool { return c != "a" }}},
		StageA:    "lead", StageB: "customer",
	}
	works, err := scorecard.FindWorks(scorecard.Data{Log: log, Books: books, Journeys: replay}, spec)
	require.NoError(t, err)
	require.Len(t, works.Lines, 4)
	search, webinar := works.Lines[0], works.Lines[2]
	assert.Equal(t, "search", works.Base)
	// Search reached a, d, e, all leads; a (60) and d (40) bought; c of b and c did without.
	assert.Equal(t, "search, all: reached 3, won 2 of 3 (unexposed 1 of 2), 33.33 a lead (1.00×), CAC 4.50", search.String()[:len("search, all: reached 3, won 2 of 3 (unexposed 1 of 2)")]+search.String()[len(search.String())-len(", 33.33 a lead (1.00×), CAC 4.50"):])
	assert.Equal(t, int64(3), search.Leads)
	assert.Equal(t, "50.00", fmt.Sprintf("%.2f", search.FirstPurchase))
	// The webinar reached a, b, c; of a and b, a bought; of c, d and e two did.
	assert.Equal(t, "1/2", webinar.Won.Fraction())
	assert.Equal(t, "2/3", webinar.Unexposed.Fraction())
	assert.Equal(t, int64(3), webinar.Reached)
	assert.True(t, webinar.Cost.Equal(eur(137)), webinar.Cost)
	assert.Equal(t, "20.00", fmt.Sprintf("%.2f", webinar.PerLead))
	assert.Equal(t, "0.60", fmt.Sprintf("%.2f", webinar.Multiple))
	// a and b were leads when they met it; c was a customer, so that c, d and e
	// moved or stayed unexposed.
	assert.Equal(t, "1/2", webinar.Moved.Fraction())
	assert.Equal(t, "2/3", webinar.MovedUnexposed.Fraction())
	assert.Equal(t, "0/1", works.Lines[3].Won.Fraction())
	want, err := metrics.CompareShares(2, 3, 1, 2, 0.95)
	require.NoError(t, err)
	assert.Equal(t, want.Difference, webinar.Compared.Difference)

	spec.Within = 10 * day
	works, err = scorecard.FindWorks(scorecard.Data{Log: log, Books: books, Journeys: replay}, spec)
	require.NoError(t, err)
	assert.Equal(t, "0/2", works.Lines[2].Won.Fraction(), "a bought after 15 days")
	assert.Equal(t, "0/2", works.Lines[2].Moved.Fraction())
	assertJSON(t, works)

	for _, bad := range []func(*scorecard.WorksSpec){
		func(s *scorecard.WorksSpec) { s.Exposures = nil },
		func(s *scorecard.WorksSpec) { s.Exposures[1].Name = "search" },
		func(s *scorecard.WorksSpec) { s.Exposures[0].Any = nil },
		func(s *scorecard.WorksSpec) { s.Base = "moon" },
		func(s *scorecard.WorksSpec) { s.Within = -1 },
		func(s *scorecard.WorksSpec) { s.Level = 2 },
		func(s *scorecard.WorksSpec) { s.StageA = "moon" },
		func(s *scorecard.WorksSpec) { s.Exposures[0].Cost = eur(-1) },
	} {
		s := spec
		s.Exposures = slices.Clone(spec.Exposures)
		bad(&s)
		_, err := scorecard.FindWorks(scorecard.Data{Log: log, Journeys: replay}, s)
		require.ErrorIs(t, err, scorecard.ErrOptions)
	}
}

// assertJSON holds what travels: snake case, and nothing that is null for a list.
func assertJSON(t *testing.T, v any) {
	t.Helper()
	b, err := json.Marshal(v)
	require.NoError(t, err)
	assert.NotEqual(t, "{}", string(b))
	var keys func(any)
	keys = func(x any) {
		switch x := x.(type) {
		case map[string]any:
			for k, v := range x {
				assert.Regexp(t, `^[a-z][a-z0-9_]*$`, k)
				keys(v)
			}
		case []any:
			for _, v := range x {
				keys(v)
			}
		}
	}
	var x any
	require.NoError(t, json.Unmarshal(b, &x))
	keys(x)
}

func TestResultsTravel(t *testing.T) {
	t.Parallel()
	w := newWorld(2, 60)
	d := w.data(t)
	report, err := scorecard.Evaluate(d, scorecard.Standard(), scorecard.Options{By: dims[:1], Goals: []scorecard.Goal{{Metric: "nrr", Target: metrics.NewCount(1, 1)}}})
	require.NoError(t, err)
	assertJSON(t, report)
	around, err := scorecard.EvaluateAround(d, scorecard.Standard(), on("2025-09-14"), 3, scorecard.Options{})
	require.NoError(t, err)
	assertJSON(t, around)
	assert.Equal(t, "2025-06 2025-08 2025-10 2025-12", fmt.Sprint(around.Before[0], " ", around.Before[1], " ", around.After[0], " ", around.After[1]))
	assert.Contains(t, around.String(), "Lifetime value: ")
	b, err := json.Marshal([]any{&scorecard.Report{}, &scorecard.BeforeAfter{}, scorecard.Series{}})
	require.NoError(t, err)
	assert.NotContains(t, string(b), `"series":null`)
	assert.NotContains(t, string(b), `"changes":null`)
	assert.NotContains(t, string(b), `"stages":null`)
}

// Rates around a date are those of the months pooled.
func TestEvaluateAround_PoolsMonths(t *testing.T) {
	t.Parallel()
	w := newWorld(2, 150)
	d := w.data(t)
	at := on("2025-10-01")
	around, err := scorecard.EvaluateAround(d, scorecard.Standard(), at, 4, scorecard.Options{})
	require.NoError(t, err)
	monthly, err := scorecard.Evaluate(d, scorecard.Standard(), scorecard.Options{})
	require.NoError(t, err)
	for _, id := range []string{"customer_churn_rate", "nrr", "arpa", "basic_ticket_share", "leads", "expansion_mrr", "lead_to_customer_rate", "resolution_time", "impressions"} {
		s, ok := monthly.Find(id, scorecard.By{}, "")
		require.True(t, ok)
		c, ok := around.Find(id, scorecard.By{}, "")
		require.True(t, ok)
		for side, p := range map[int]scorecard.Point{0: c.Before, 4: c.After} {
			var ratios []metrics.Ratio
			sum := decimal.Decimal{}
			for _, q := range s.Points {
				if n := q.Month.Sub(around.Before[0]); n >= side && n < side+4 {
					ratios, sum = append(ratios, q.Value), sum.Add(q.Value.Num())
				}
			}
			require.Len(t, ratios, 4)
			want := metrics.PoolOf(ratios...)
			if s.Metric.Unit.Total() {
				want = metrics.NewRatio(sum, eur(1))
			}
			got, ok := p.Value.Cmp(want)
			assert.True(t, ok && got == 0, "%s: %s, want %s", id, p.Value.Fraction(), want.Fraction())
		}
	}
	mrr, _ := around.Find("mrr", scorecard.By{}, "")
	s, _ := monthly.Find("mrr", scorecard.By{}, "")
	assert.True(t, mrr.After.Value.Num().Equal(s.Points[around.After[1].Sub(w.from)].Value.Num()), "a closing is the last month's")
	ltv, _ := around.Find("ltv", scorecard.By{}, "")
	change, _ := around.Find("ltv_change", scorecard.By{}, "")
	before, _ := ltv.Before.Value.Float64()
	after, _ := ltv.After.Value.Float64()
	got, ok := change.After.Value.Float64()
	assert.True(t, ok)
	assert.InDelta(t, (after-before)/before, got, 1e-12)
}

// Users and uses equal a map of sets.
func TestFindFeatures_EqualsSlow(t *testing.T) {
	t.Parallel()
	w := newWorld(4, 120)
	d := w.data(t)
	for _, by := range []scorecard.By{{}, {Dimension: scorecard.BySegment}, {Dimension: scorecard.ByStage}} {
		table, err := scorecard.FindFeatures(d, scorecard.FeatureSpec{By: by})
		require.NoError(t, err)
		type cell struct{ feature, key string }
		users, uses, days := map[cell]map[string]bool{}, map[cell]int64{}, map[cell]map[string]bool{}
		active := map[string]map[string]bool{}
		put := func(m map[cell]map[string]bool, c cell, v string) {
			if m[c] == nil {
				m[c] = map[string]bool{}
			}
			m[c][v] = true
		}
		for c, events := range w.sorted() {
			visits := d.Journeys.Visits(c)
			for _, e := range events {
				key := ""
				if by.Dimension == scorecard.BySegment {
					key = personaOf(c)
				}
				if by.Dimension == scorecard.ByStage {
					key = scorecard.None
					for i, v := range visits {
						if v.From.Before(e.At) || i == 0 && v.From.Equal(e.At) {
							key = string(v.Stage)
						}
					}
				}
				if named("active_day", "logged_in", "feature_used")(e) {
					if active[key] == nil {
						active[key] = map[string]bool{}
					}
					active[key][c] = true
				}
				if e.Name == "feature_used" {
					at := cell{e.Attrs["feature"], key}
					put(users, at, c)
					put(days, at, c+e.At.Format(time.DateOnly))
					uses[at]++
				}
			}
		}
		assert.Len(t, table.Lines, len(uses), by)
		for l := range table.Rows() {
			at := cell{l.Feature, l.Key}
			assert.Equal(t, int64(len(users[at])), l.Users, at)
			assert.Equal(t, uses[at], l.Uses, at)
			assert.Equal(t, fmt.Sprintf("%d/%d", len(users[at]), len(active[l.Key])), l.Adoption.Fraction(), at)
			assert.Equal(t, fmt.Sprintf("%d/%d", len(days[at]), len(users[at])), l.Days.Fraction(), at)
		}
		assertJSON(t, table)
	}
}

func TestFindContent_ByHand(t *testing.T) {
	t.Parallel()
	guide, video := map[string]string{"content": "guide"}, map[string]string{"content": "video"}
	log := logOf(t,
		ev{who: "a", name: "content_viewed", date: "2026-01-01", attrs: guide},
		ev{who: "a", name: "content_viewed", date: "2026-01-02", attrs: guide},
		ev{who: "a", name: "content_shared", date: "2026-01-02", attrs: guide},
		ev{who: "a", name: "lead_captured", date: "2026-01-03"},
		ev{who: "a", name: "subscribed", date: "2026-01-04"},
		ev{who: "a", name: "content_viewed", date: "2026-01-05", attrs: video}, // after buying
		ev{who: "bb", name: "content_viewed", date: "2026-01-01", attrs: guide},
		ev{who: "bb", name: "content_viewed", date: "2026-01-01"}, // nobody knows what
		ev{who: "bb", name: "lead_captured", date: "2026-01-01"},  // at the same instant, after it
		ev{who: "ccc", name: "subscribed", date: "2026-01-09"},
		ev{who: "ccc", name: "content_shared", date: "2026-01-10", attrs: video},
	)
	d := scorecard.Data{Log: log, Segment: personaOf}
	content, err := scorecard.FindContent(d, scorecard.ContentSpec{Format: func(item string) string { return map[string]string{"guide": "text"}[item] }})
	require.NoError(t, err)
	assert.Equal(t, "guide (text): 2 readers, 1 shares; leads 2 of 2, won 1 of 2 (others 1 of 1)\n"+
		"video: 1 readers, 1 shares; leads nobody, won nobody (others 2 of 3)\n", content.String())
	assert.Equal(t, int64(3), content.Lines[0].Reads)
	assert.Equal(t, []scorecard.Part{{"ben", 1}, {"mai", 1}}, content.Lines[0].Reached)
	assertJSON(t, content)
	_, err = scorecard.FindContent(d, scorecard.ContentSpec{Attr: "shoe"})
	require.Error(t, err)
}

func TestSplitByFit_ByHand(t *testing.T) {
	t.Parallel()
	log := logOf(t,
		ev{who: "a", name: "subscribed", date: "2026-01-01"}, ev{who: "a", name: "referred", date: "2026-01-02"}, ev{who: "a", name: "referred", date: "2026-01-03"},
		ev{who: "b", name: "subscribed", date: "2026-01-01"}, ev{who: "b", name: "cancelled", date: "2026-02-01"},
		ev{who: "c", name: "subscribed", date: "2026-01-01"}, ev{who: "c", name: "payment_lapsed", date: "2026-02-01"},
		ev{who: "d", name: "subscribed", date: "2026-01-01"},
		ev{who: "e", name: "visited", date: "2026-01-01"}, ev{who: "e", name: "referred", date: "2026-01-01"}, // no customer
	)
	fit := map[string]float64{"a": 90, "b": 50, "c": 10, "e": 50}
	score := func(c string) (float64, bool) { v, ok := fit[c]; return v, ok }
	table, err := scorecard.SplitByFit(scorecard.Data{Log: log}, scorecard.FitSpec{Score: score, Bounds: []float64{50}})
	require.NoError(t, err)
	assert.Equal(t, "fit below 50: 1 customers, referred 0.0%, left 100.0%\n"+
		"fit 50 and more: 2 customers, referred 50.0%, left 50.0%\n"+
		"fit (none): 1 customers, referred 0.0%, left 0.0%\n", table.String())
	assert.Equal(t, int64(2), table.Lines[1].Referrals)
	assertJSON(t, table)
	_, err = scorecard.SplitByFit(scorecard.Data{Log: log}, scorecard.FitSpec{Score: score, Bounds: []float64{50, 50}})
	require.ErrorIs(t, err, scorecard.ErrOptions)
	_, err = scorecard.SplitByFit(scorecard.Data{Log: log}, scorecard.FitSpec{})
	require.ErrorIs(t, err, scorecard.ErrOptions)
}

// One customer for each list, and one beside it who is not on it.
func TestWorklists_ByHand(t *testing.T) {
	t.Parallel()
	var events []ev
	var changes []ledger.Change
	add := func(who, name, date string) { events = append(events, ev{who: who, name: name, date: date}) }
	pay := func(who, date string, n int64) {
		changes = append(changes, ledger.Change{Customer: who, At: on(date), Amount: eur(n)})
	}
	// Thirty who came in January 2025; in the third month after, ten leave.
	for i := range 30 {
		who := fmt.Sprintf("old%02d", i)
		add(who, "subscribed", "2025-01-10")
		add(who, "activated", "2025-01-12")
		pay(who, "2025-01-10", 10)
		if i < 10 {
			add(who, "cancelled", "2025-04-15")
			pay(who, "2025-04-15", 0)
		}
	}
	for _, c := range []struct{ who, date string }{{"third", "2025-09-05"}, {"second", "2025-10-05"}} {
		add(c.who, "subscribed", c.date)
		add(c.who, "activated", c.date)
		pay(c.who, c.date, 20)
	}
	add("due", "subscribed", "2025-01-31")
	add("due", "activated", "2025-02-01")
	pay("due", "2025-01-31", 500)
	for i := range 8 {
		add("falling", "active_day", fmt.Sprintf("2025-10-%02d", 22+i))
		add("rising", "active_day", fmt.Sprintf("2025-12-%02d", 1+i))
	}
	add("falling", "active_day", "2025-12-10")
	for _, who := range []string{"falling", "rising"} {
		add(who, "subscribed", "2025-07-01")
		add(who, "activated", "2025-07-02")
		pay(who, "2025-07-01", 30)
	}
	add("idle", "subscribed", "2025-07-01")
	pay("idle", "2025-07-01", 40)
	add("grown", "subscribed", "2025-07-01")
	add("grown", "activated", "2025-07-01")
	pay("grown", "2025-07-01", 30)
	for i := range 9 {
		add("grown", "active_day", fmt.Sprintf("2025-12-%02d", 1+i))
	}
	add("grown", "upgraded", "2025-12-05")
	add("rising", "referred", "2025-11-01")
	log := logOf(t, events...)
	books, err := ledger.New(ledger.Options{})
	require.NoError(t, err)
	require.NoError(t, books.Append(changes...))
	def, err := journey.Define(journey.Spec{
		Initial:     "new",
		Transitions: []journey.Transition{{From: "new", On: "subscribed", To: "customer"}, {From: "customer", On: "cancelled", To: "gone"}},
		Milestones:  []journey.Milestone{{Name: "activation", Events: []journey.Trigger{"activated"}, Deadline: 30 * day}},
	})
	require.NoError(t, err)
	at := on("2025-12-15")
	replay, err := def.ReplayLog(log, journey.Rules{{Name: "subscribed"}, {Name: "cancelled"}, {Name: "activated"}}, journey.ReplayOptions{Horizon: at})
	require.NoError(t, err)
	d := scorecard.Data{
		Log: log, Books: books, Journeys: replay,
		Answers: []scorecard.Answers{{Name: "nps", Survey: survey.Survey{Kind: survey.KindNPS}, Given: []survey.Answer{
			{Customer: "due", At: on("2025-06-01"), Score: 3},
			{Customer: "due", At: on("2025-08-01"), Score: 10},
			{Customer: "due", At: on("2025-12-20"), Score: 0},
			{Customer: "rising", At: on("2025-08-01"), Score: 9},
			{Customer: "idle", At: on("2025-08-01"), Score: 8},
		}}},
	}
	lists, err := scorecard.Worklists(d, scorecard.WorklistOptions{At: at})
	require.NoError(t, err)
	var got []string
	for _, l := range lists {
		assert.Empty(t, l.Note, l.Name)
	}
	for name, e := range scorecard.Rows(lists) {
		if name == "renewal-due" && e.Customer[:3] == "old" {
			continue // twenty of them renew on 2026-01-10
		}
		got = append(got, name+" "+e.String())
		assert.Equal(t, journey.Stage("customer"), e.Stage)
	}
	assert.Equal(t, []string{
		"worst-month third, 20 a month: in month 3 of tenure, in which 28.6% leave",
		"renewal-due due, 500 a month: renews on 2026-01-31",
		"use-falling falling, 30 a month: used 1 times in 28 days, 8 times in those before",
		"stuck idle, 40 a month: began 167 days ago and has not reached activation",
		"ready-to-expand rising, 30 a month: used 8 times in 28 days, in the upper quarter of those who use it",
		"satisfied-not-asked due, 500 a month: answered 10 on 2025-08-01, and was not asked",
	}, got)
	assert.Len(t, lists[1].Entries, 21)
	assert.Equal(t, "due", lists[1].Entries[0].Customer, "the largest first")
	assertJSON(t, lists)
	_, err = scorecard.Worklists(d, scorecard.WorklistOptions{})
	require.ErrorIs(t, err, scorecard.ErrOptions)
	_, err = scorecard.Worklists(d, scorecard.WorklistOptions{At: at, Stuck: map[string]time.Duration{"moon": 1}})
	require.ErrorIs(t, err, scorecard.ErrOptions)
	empty, err := scorecard.Worklists(scorecard.Data{Log: log}, scorecard.WorklistOptions{At: at})
	require.NoError(t, err)
	assert.Equal(t, "no books", empty[0].Note)
	assert.Equal(t, "no journeys", empty[3].Note)
	assert.NotEmpty(t, empty[1].Entries)
}
