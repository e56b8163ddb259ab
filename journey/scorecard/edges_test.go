package scorecard_test

import (
	"testing"
	"time"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/lifecycle-go/lifecycle/journey"
	"github.com/lifecycle-go/lifecycle/journey/scorecard"
	"github.com/lifecycle-go/lifecycle/metrics/calendar"
	"github.com/lifecycle-go/lifecycle/metrics/ledger"
	"github.com/lifecycle-go/lifecycle/touchpoint"
)

// bind changes one standard binding.
func bind(metric string, f func(*scorecard.Binding)) []scorecard.Binding {
	for _, b := range scorecard.Standard() {
		if b.Metric == metric {
			f(&b)
			return []scorecard.Binding{b}
		}
	}
	return nil
}

func valueOf(t *testing.T, log *touchpoint.Log, bindings []scorecard.Binding, month int) scorecard.Point {
	t.Helper()
	m := calendar.NewMonth(2026, time.Month(month))
	report, err := scorecard.Evaluate(scorecard.Data{Log: log}, bindings, scorecard.Options{From: m, To: m})
	require.NoError(t, err)
	return report.Series[0].Points[0]
}

// The event that ends what is counted still counts, and the end of a window
// belongs to it; what comes after either does not.
func TestCohort_Bounds(t *testing.T) {
	t.Parallel()
	log := logOf(t,
		ev{who: "a", name: "lead_captured", date: "2026-01-01"}, ev{who: "a", name: "subscribed", date: "2026-01-11"},
		ev{who: "b", name: "lead_captured", date: "2026-01-01"}, ev{who: "b", name: "declined", date: "2026-01-05"}, ev{who: "b", name: "subscribed", date: "2026-01-12"},
		ev{who: "c", name: "lead_captured", date: "2026-01-21"}, ev{who: "z", name: "visited", date: "2026-01-31"},
	)
	point := func(f func(*scorecard.Binding)) string {
		p := valueOf(t, log, bind("lead_to_customer_rate", f), 1)
		return p.Value.Fraction()
	}
	assert.Equal(t, "2/3", point(func(*scorecard.Binding) {}))
	assert.Equal(t, "1/3", point(func(b *scorecard.Binding) { b.Until = touchpoint.Named("declined", "subscribed") }), "a's subscription ends it and counts")
	assert.Equal(t, "1/3", point(func(b *scorecard.Binding) { b.Within = 10 * day }), "c's ten days are over with the last event")
	assert.Equal(t, "0/3", point(func(b *scorecard.Binding) { b.Within = 10*day - 1 }))
	assert.Equal(t, "2/2", point(func(b *scorecard.Binding) { b.Within = 11 * day }), "c's eleven are not")
}

// Since looks at the latest event before, and its bound belongs to it.
func TestSince_Bounds(t *testing.T) {
	t.Parallel()
	log := logOf(t,
		ev{who: "a", name: "subscribed", date: "2026-01-01"}, ev{who: "a", name: "ticket_opened", date: "2026-01-11"}, ev{who: "a", name: "ticket_solved", date: "2026-01-12"},
		ev{who: "b", name: "ticket_opened", date: "2026-01-01"}, ev{who: "b", name: "subscribed", date: "2026-01-02"}, ev{who: "b", name: "ticket_solved", date: "2026-01-04"},
	)
	within := func(d time.Duration) string {
		return valueOf(t, log, bind("support_time_to_decision", func(b *scorecard.Binding) { b.SinceWithin = d }), 1).Value.Fraction()
	}
	assert.Equal(t, "86400/1", within(10*day), "b asked before subscribing")
	assert.Equal(t, "0/0", within(10*day-1))
	assert.Equal(t, "86400/1", within(0), "no bound")
}

// Tickets pair by their number, where one is named; those that wait are counted.
func TestTime_PairsByAttribute(t *testing.T) {
	t.Parallel()
	typed := func(v string) map[string]string { return map[string]string{"type": v} }
	log := logOf(t,
		ev{who: "a", name: "ticket_opened", date: "2026-01-01", attrs: typed("x")}, ev{who: "a", name: "ticket_opened", date: "2026-01-02", attrs: typed("y")},
		ev{who: "a", name: "ticket_solved", date: "2026-01-04", attrs: typed("y")}, ev{who: "a", name: "ticket_solved", date: "2026-01-05", attrs: typed("z")},
	)
	p := valueOf(t, log, bind("resolution_time", func(b *scorecard.Binding) { b.Attr = "type" }), 1)
	assert.Equal(t, "172800/1", p.Value.Fraction())
	assert.Equal(t, int64(1), p.Running)
	p = valueOf(t, log, bind("resolution_time", func(*scorecard.Binding) {}), 1)
	assert.Equal(t, "518400/2", p.Value.Fraction(), "the first come is the first served")
	assert.Equal(t, int64(0), p.Running)
}

func TestOptions_Bounds(t *testing.T) {
	t.Parallel()
	log := logOf(t, ev{who: "a", name: "subscribed", date: "2026-01-01"})
	for trailing, ok := range map[int]bool{-1: false, 0: true, 1: true, 120: true, 121: false} {
		_, err := scorecard.Evaluate(scorecard.Data{Log: log}, scorecard.Standard(), scorecard.Options{Trailing: trailing})
		assert.Equal(t, ok, err == nil, trailing)
	}
	for months, ok := range map[int]bool{0: false, 1: true, 599: true, 600: false} {
		_, err := scorecard.EvaluateAround(scorecard.Data{Log: log}, scorecard.Standard()[:1], on("2026-06-15"), months, scorecard.Options{})
		assert.Equal(t, ok, err == nil, "%d: %v", months, err)
	}
}

// The first customer of the log counts though place 0 is theirs, and a window's
// end belongs to it for moving too.
func TestFindWorks_Bounds(t *testing.T) {
	t.Parallel()
	log := logOf(t,
		ev{who: "a", name: "subscribed", date: "2026-01-01"},
		ev{who: "b", name: "lead_captured", date: "2026-01-01"}, ev{who: "b", name: "webinar_attended", date: "2026-01-02"}, ev{who: "b", name: "subscribed", date: "2026-01-12"},
		ev{who: "c", name: "lead_captured", date: "2026-01-01"},
	)
	d, err := journey.Define(journey.Spec{Initial: "new", Transitions: []journey.Transition{
		{From: "new", On: "lead_captured", To: "lead"}, {From: "lead", On: "subscribed", To: "customer"}, {From: "new", On: "subscribed", To: "customer"},
	}})
	require.NoError(t, err)
	replay, err := d.ReplayLog(log, journey.Rules{{Name: "lead_captured"}, {Name: "subscribed"}}, journey.ReplayOptions{AtLastEvent: true})
	require.NoError(t, err)
	for within, want := range map[time.Duration]string{10 * day: "1/1 1/1", 10*day - 1: "0/1 0/1"} {
		works, err := scorecard.FindWorks(scorecard.Data{Log: log, Journeys: replay}, scorecard.WorksSpec{
			Exposures: []scorecard.Exposure{{Name: "webinar", Any: touchpoint.Named("webinar_attended")}}, Within: within, StageA: "lead", StageB: "customer",
		})
		require.NoError(t, err)
		l := works.Lines[0]
		assert.Equal(t, want, l.Won.Fraction()+" "+l.Moved.Fraction(), within)
		assert.Equal(t, "1/2", l.Unexposed.Fraction())
	}
	// From belongs to the time of exposures, To does not.
	for from, reached := range map[string]int64{"2026-01-02": 1, "2026-01-03": 0} {
		works, err := scorecard.FindWorks(scorecard.Data{Log: log}, scorecard.WorksSpec{
			Exposures: []scorecard.Exposure{{Name: "webinar", Any: touchpoint.Named("webinar_attended")}}, From: on(from),
		})
		require.NoError(t, err)
		assert.Equal(t, reached, works.Lines[0].Reached, from)
		works, err = scorecard.FindWorks(scorecard.Data{Log: log}, scorecard.WorksSpec{
			Exposures: []scorecard.Exposure{{Name: "webinar", Any: touchpoint.Named("webinar_attended")}}, To: on(from),
		})
		require.NoError(t, err)
		assert.Equal(t, 1-reached, works.Lines[0].Reached, from)
	}
}

// A customer whom the first audience leaves out is still in the second.
func TestFindWorks_EveryAudience(t *testing.T) {
	t.Parallel()
	log := logOf(t,
		ev{who: "a", name: "webinar_attended", date: "2026-01-02"}, ev{who: "a", name: "subscribed", date: "2026-01-12"},
		ev{who: "b", name: "webinar_attended", date: "2026-01-02"},
	)
	only := func(who string) func(string) bool { return func(c string) bool { return c == who } }
	works, err := scorecard.FindWorks(scorecard.Data{Log: log}, scorecard.WorksSpec{
		Exposures: []scorecard.Exposure{{Name: "webinar", Any: touchpoint.Named("webinar_attended")}},
		Audiences: []scorecard.Audience{{Name: "nobody", Customers: only("x")}, {Name: "a", Customers: only("a")}, {Name: "b", Customers: only("b")}, {Name: "all"}},
	})
	require.NoError(t, err)
	reached := map[string]int64{}
	for _, l := range works.Lines {
		reached[l.Audience] = l.Reached
	}
	assert.Equal(t, map[string]int64{"nobody": 0, "a": 1, "b": 1, "all": 2}, reached)
}

// Who bought with the first event of all was not won by what came behind.
func TestFindWorks_WonAtFirst(t *testing.T) {
	t.Parallel()
	log := logOf(t, ev{who: "a", name: "subscribed", date: "2026-01-01"}, ev{who: "a", name: "webinar_attended", date: "2026-01-02"}, ev{who: "b", name: "webinar_attended", date: "2026-01-02"})
	works, err := scorecard.FindWorks(scorecard.Data{Log: log}, scorecard.WorksSpec{Exposures: []scorecard.Exposure{{Name: "webinar", Any: touchpoint.Named("webinar_attended")}}})
	require.NoError(t, err)
	assert.Equal(t, "0/1", works.Lines[0].Won.Fraction())
}

// With books, who left is whom they lost within the bounds: neither who came, nor
// who left before or behind.
func TestSplitByFit_OfBooks(t *testing.T) {
	t.Parallel()
	log := logOf(t, ev{who: "stays", name: "visited", date: "2026-01-01"}, ev{who: "left", name: "visited", date: "2026-01-01"}, ev{who: "later", name: "visited", date: "2026-01-01"})
	books, err := ledger.New(ledger.Options{})
	require.NoError(t, err)
	pays := func(who, date string, amount int64) ledger.Change {
		return ledger.Change{Customer: who, At: on(date), Amount: decimal.NewFromInt(amount)}
	}
	require.NoError(t, books.Append(
		pays("stays", "2026-02-02", 10), pays("left", "2026-01-01", 10), pays("left", "2026-02-03", 0), pays("later", "2026-02-01", 10), pays("later", "2026-03-01", 0),
	))
	table, err := scorecard.SplitByFit(scorecard.Data{Log: log, Books: books}, scorecard.FitSpec{
		Score: func(string) (float64, bool) { return 60, true }, Bounds: []float64{50}, From: on("2026-02-01"), To: on("2026-03-01"),
	})
	require.NoError(t, err)
	assert.Equal(t, "1/3", table.Lines[1].Leavers.Fraction())
}

// Who bought with the first event of all was won already, and is not won by what
// is read afterwards.
func TestFindContent_WonAtFirst(t *testing.T) {
	t.Parallel()
	guide := map[string]string{"content": "guide"}
	log := logOf(t,
		ev{who: "a", name: "subscribed", date: "2026-01-01"}, ev{who: "a", name: "content_viewed", date: "2026-01-02", attrs: guide},
		ev{who: "b", name: "content_viewed", date: "2026-01-02", attrs: guide},
	)
	content, err := scorecard.FindContent(scorecard.Data{Log: log}, scorecard.ContentSpec{})
	require.NoError(t, err)
	require.Len(t, content.Lines, 1)
	assert.Equal(t, "0/1", content.Lines[0].Won.Fraction())
	assert.Equal(t, "1/1", content.Lines[0].Others.Fraction())
}

// Where all who are active use a feature, the share has its interval.
func TestFindFeatures_AllOfThem(t *testing.T) {
	t.Parallel()
	board := map[string]string{"feature": "board"}
	log := logOf(t, ev{who: "a", name: "feature_used", date: "2026-01-01", attrs: board}, ev{who: "b", name: "feature_used", date: "2026-01-01", attrs: board})
	features, err := scorecard.FindFeatures(scorecard.Data{Log: log}, scorecard.FeatureSpec{})
	require.NoError(t, err)
	assert.Equal(t, "2/2", features.Lines[0].Adoption.Fraction())
	assert.True(t, features.Lines[0].Interval.Defined())
	features, err = scorecard.FindFeatures(scorecard.Data{Log: log}, scorecard.FeatureSpec{Active: touchpoint.Named("logged_in")})
	require.NoError(t, err)
	assert.False(t, features.Lines[0].Interval.Defined(), "users who do not count as active are no share")
}

// The first event stands in the stage that it begins, and one before it in none.
func TestEvaluate_FirstEventHasAStage(t *testing.T) {
	t.Parallel()
	log := logOf(t,
		ev{who: "a", name: "visited", date: "2026-01-01"}, ev{who: "a", name: "lead_captured", date: "2026-01-02"}, ev{who: "a", name: "visited", date: "2026-01-03"},
		ev{who: "b", name: "visited", date: "2026-01-01"},
	)
	d, err := journey.Define(journey.Spec{Initial: "new", Transitions: []journey.Transition{{From: "new", On: "lead_captured", To: "lead"}}})
	require.NoError(t, err)
	replay, err := d.ReplayLog(log, journey.Rules{{Name: "lead_captured"}}, journey.ReplayOptions{})
	require.NoError(t, err)
	by := scorecard.By{Dimension: scorecard.ByStage}
	visits := bind("visits_by_source", func(b *scorecard.Binding) { b.Numerator.Events = touchpoint.Named("visited") })
	leads := bind("leads", func(*scorecard.Binding) {})
	report, err := scorecard.Evaluate(scorecard.Data{Log: log, Journeys: replay}, append(visits, leads...), scorecard.Options{By: []scorecard.By{by}})
	require.NoError(t, err)
	count := func(metric, stage string) string {
		s, ok := report.Find(metric, by, stage)
		if !ok {
			return "-"
		}
		return s.Points[0].Value.Num().String()
	}
	assert.Equal(t, "1", count("leads", "new"), "the first event that counts begins the stage it leaves")
	assert.Equal(t, "1", count("visits_by_source", "lead"))
	assert.Equal(t, "2", count("visits_by_source", scorecard.None), "before the journey, and without one")
	var keys []string
	for _, s := range report.Series {
		if s.By == by && s.Metric.ID == "visits_by_source" {
			keys = append(keys, s.Key)
		}
	}
	assert.Equal(t, []string{"lead", scorecard.None}, keys, "in the definition's order, none last")
}

// More metrics × keys × months than the limit are refused before they are
// counted.
func TestEvaluate_TooManyCells(t *testing.T) {
	t.Parallel()
	var events []ev
	for i := range 100 {
		events = append(events, ev{who: "a", name: "visited", date: "2026-01-01", channel: touchpoint.Channel(rune('a' + i))})
	}
	log := logOf(t, events...)
	o := scorecard.Options{From: calendar.NewMonth(1926, 2), To: calendar.NewMonth(2026, 1), By: []scorecard.By{{Dimension: scorecard.ByChannel}}}
	_, err := scorecard.Evaluate(scorecard.Data{Log: log}, scorecard.Standard(), o)
	require.ErrorIs(t, err, scorecard.ErrOptions)
	assert.ErrorContains(t, err, "at most 5000000 metrics")
	_, err = scorecard.Evaluate(scorecard.Data{Log: log}, scorecard.Standard()[:3], o)
	require.NoError(t, err)
	o.From = calendar.NewMonth(1926, 1)
	_, err = scorecard.Evaluate(scorecard.Data{Log: log}, scorecard.Standard()[:1], o)
	require.ErrorIs(t, err, scorecard.ErrOptions, "1,201 months")
}

// The windows of use are half-open: what lies at the beginning of one is in it.
func TestWorklists_WindowsOfUse(t *testing.T) {
	t.Parallel()
	at := on("2026-03-01")
	list := func(ago ...time.Duration) string {
		events := []touchpoint.Event{{Customer: "a", Name: "subscribed", At: on("2025-06-01")}}
		for _, d := range ago {
			events = append(events, touchpoint.Event{Customer: "a", Name: "active_day", At: at.Add(-d)})
		}
		log, err := touchpoint.LogOf(events...)
		require.NoError(t, err)
		lists, err := scorecard.Worklists(scorecard.Data{Log: log}, scorecard.WorklistOptions{At: at, MinUse: 1})
		require.NoError(t, err)
		if len(lists[2].Entries) == 0 {
			return ""
		}
		return lists[2].Entries[0].Reason
	}
	assert.Equal(t, "used 0 times in 28 days, 1 times in those before", list(56*day))
	assert.Empty(t, list(56*day+1), "too long ago")
	assert.Empty(t, list(28*day, 29*day), "one in each")
	assert.Equal(t, "used 0 times in 28 days, 2 times in those before", list(28*day+1, 29*day))
	assert.Empty(t, list(0, 1, 29*day), "what happens at the instant is not seen, one is")
}

// Rules that follow customers from one event to another want events in both
// halves.
func TestBinding_EventsInBothHalves(t *testing.T) {
	t.Parallel()
	events := scorecard.Half{Counted: touchpoint.Counted{From: touchpoint.GroundEvents, Events: touchpoint.Named("a")}}
	books := scorecard.Half{Counted: touchpoint.Counted{From: touchpoint.GroundBooks}}
	for _, rule := range []scorecard.Rule{scorecard.RuleTime, scorecard.RuleNamed, scorecard.RuleDays} {
		for _, halves := range [][2]scorecard.Half{{events, books}, {books, events}} {
			err := scorecard.Binding{Metric: "x", Rule: rule, Numerator: halves[0], Denominator: halves[1]}.Validate()
			require.ErrorContains(t, err, "want events in both halves", "%s", rule)
		}
	}
}

// Who is named in the first month is counted in it.
func TestNamed_InTheFirstMonth(t *testing.T) {
	t.Parallel()
	says := func(who string) map[string]string { return map[string]string{"type": who} }
	log := logOf(t,
		ev{who: "a", name: "lead_captured", date: "2026-01-03", attrs: says("b")}, ev{who: "a", name: "lead_captured", date: "2026-01-04", attrs: says("c")},
		ev{who: "b", name: "subscribed", date: "2026-01-09"}, ev{who: "z", name: "visited", date: "2026-01-31"},
	)
	p := valueOf(t, log, bind("referral_conversion_rate", func(b *scorecard.Binding) {
		b.Attr, b.Numerator.Events, b.Denominator.Events = "type", touchpoint.Named("subscribed"), touchpoint.Named("lead_captured")
	}), 1)
	assert.Equal(t, "1/2", p.Value.Fraction())
}

// A binding is broken down by its Split though no option asks for it.
func TestBinding_Split(t *testing.T) {
	t.Parallel()
	log := logOf(t,
		ev{who: "a", name: "lead_captured", date: "2026-01-03", channel: "Email"}, ev{who: "a", name: "subscribed", date: "2026-01-05", channel: "Email"},
		ev{who: "b", name: "lead_captured", date: "2026-01-03", channel: "Events"}, ev{who: "z", name: "visited", date: "2026-01-31"},
	)
	by := scorecard.By{Dimension: scorecard.ByChannel}
	m := calendar.NewMonth(2026, 1)
	read := func(split scorecard.By) *scorecard.Report {
		report, err := scorecard.Evaluate(scorecard.Data{Log: log}, bind("lead_to_customer_rate", func(b *scorecard.Binding) { b.Split = split }), scorecard.Options{From: m, To: m})
		require.NoError(t, err)
		return report
	}
	assert.Len(t, read(scorecard.By{}).Series, 1)
	report := read(by)
	for channel, want := range map[string]string{"Email": "1/1", "Events": "0/1"} {
		s, ok := report.Find("lead_to_customer_rate", by, channel)
		require.True(t, ok, channel)
		assert.Equal(t, want, s.Points[0].Value.Fraction(), channel)
	}
	_, ok := report.Find("lead_to_customer_rate", scorecard.By{}, "")
	assert.True(t, ok, "the whole is there too")
}
