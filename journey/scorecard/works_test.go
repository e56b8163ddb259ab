package scorecard_test

import (
	"encoding/json"
	"math"
	"strconv"
	"testing"
	"time"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/lifecycle-go/lifecycle/journey"
	"github.com/lifecycle-go/lifecycle/journey/scorecard"
	"github.com/lifecycle-go/lifecycle/metrics"
	"github.com/lifecycle-go/lifecycle/metrics/calendar"
	"github.com/lifecycle-go/lifecycle/metrics/ledger"
	"github.com/lifecycle-go/lifecycle/persona/score"
	"github.com/lifecycle-go/lifecycle/touchpoint"
	"github.com/lifecycle-go/lifecycle/touchpoint/survey"
)

// The first purchase is that of the first time, whatever was bought afterwards:
// more, nothing, and again.
func TestFindWorks_FirstPurchase(t *testing.T) {
	t.Parallel()
	var events []ev
	for _, who := range []string{"grew", "returned", "steady", "free"} {
		events = append(events, ev{who: who, name: "webinar_attended", date: "2026-01-01"}, ev{who: who, name: "subscribed", date: "2026-01-02"})
	}
	books, err := ledger.New(ledger.Options{})
	require.NoError(t, err)
	pays := func(who, date string, amount int64) ledger.Change {
		return ledger.Change{Customer: who, At: on(date), Amount: decimal.NewFromInt(amount)}
	}
	require.NoError(t, books.Append(
		pays("grew", "2026-01-02", 40), pays("grew", "2026-02-02", 90),
		pays("returned", "2026-01-02", 20), pays("returned", "2026-02-02", 0), pays("returned", "2026-03-02", 500),
		pays("steady", "2026-01-02", 60),
		pays("free", "2026-01-02", 0),
	))
	works, err := scorecard.FindWorks(scorecard.Data{Log: logOf(t, events...), Books: books}, scorecard.WorksSpec{Exposures: []scorecard.Exposure{{Name: "webinar", Any: touchpoint.Named("webinar_attended")}}})
	require.NoError(t, err)
	l := works.Lines[0]
	assert.Equal(t, "4/4", l.Won.Fraction())
	assert.Equal(t, "120/3", l.FirstPurchase.Fraction(), "of the three who bought for something")
}

// How long a lifetime may be taken to last at most.
func TestOptions_CapMonths(t *testing.T) {
	t.Parallel()
	log := logOf(t, ev{who: "a", name: "subscribed", date: "2026-01-01"})
	for months, ok := range map[int]bool{-1: false, 0: true, 1: true, 1200: true, 1201: false} {
		_, err := scorecard.Evaluate(scorecard.Data{Log: log}, scorecard.Standard()[:1], scorecard.Options{CapMonths: months})
		assert.Equal(t, ok, err == nil, "%d: %v", months, err)
	}
}

// What is no number is null, and so is everything of one month alone.
func TestTrend_JSONOfNoNumber(t *testing.T) {
	t.Parallel()
	for want, trend := range map[string]scorecard.Trend{
		`"change":1.5,"slope":null`:  {Months: 2, Change: 1.5, Slope: math.NaN()},
		`"change":null,"slope":2.5`:  {Months: 2, Change: math.Inf(-1), Slope: 2.5},
		`"change":null,"slope":null`: {Months: 1, Change: 1, Slope: 1},
	} {
		b, err := json.Marshal(trend)
		require.NoError(t, err)
		assert.Contains(t, string(b), want)
	}
}

// Marketing- and sales-qualified leads by their grades: at the event at which the
// score came so far, the lead's own among them, and both at once where it came to
// both.
func TestEvaluate_Grades(t *testing.T) {
	t.Parallel()
	log := logOf(t,
		ev{who: "a", name: "visited", date: "2026-01-01"}, ev{who: "a", name: "lead_captured", date: "2026-01-02"}, ev{who: "a", name: "trial_started", date: "2026-01-05"},
		ev{who: "b", name: "lead_captured", date: "2026-01-03"}, ev{who: "b", name: "visited", date: "2026-02-05"},
		ev{who: "c", name: "lead_captured", date: "2026-01-03"}, ev{who: "c", name: "trial_started", date: "2026-02-04"},
		ev{who: "d", name: "engaged", date: "2026-02-01"}, ev{who: "d", name: "lead_captured", date: "2026-02-03"},
		ev{who: "e", name: "visited", date: "2026-02-01"}, ev{who: "e", name: "marketing_qualified", date: "2026-02-02"},
	)
	scorer, err := score.Engagement{Weights: []score.Weight{{Event: "visited", Points: 5}, {Event: "lead_captured", Points: 20}, {Event: "trial_started", Points: 30}, {Event: "engaged", Points: 60}}}.Scorer(log)
	require.NoError(t, err)
	grades := &score.LeadRules{MQL: score.Threshold{At: 19}, SQL: score.Threshold{At: 49}}
	jan, feb := calendar.NewMonth(2026, 1), calendar.NewMonth(2026, 2)
	read := func(d scorecard.Data) map[string][2]string {
		report, err := scorecard.Evaluate(d, scorecard.Standard(), scorecard.Options{From: jan, To: feb})
		require.NoError(t, err)
		out := map[string][2]string{}
		for _, metric := range []string{"mql_count", "sql_count", "mql_rate", "sql_rate"} {
			s, ok := report.Find(metric, scorecard.By{}, "")
			require.True(t, ok, metric)
			out[metric] = [2]string{s.Points[0].Value.Fraction(), s.Points[1].Value.Fraction()}
		}
		return out
	}
	assert.Equal(t, map[string][2]string{
		"mql_count": {"3/1", "1/1"}, // a, b, c; d
		"sql_count": {"1/1", "2/1"}, // a; c, d
		"mql_rate":  {"3/3", "0/1"}, // d was one before being a lead
		"sql_rate":  {"2/3", "1/1"}, // of those who were MQL in January a and c; d at once
	}, read(scorecard.Data{Log: log, Scores: scorer, Grades: grades}))
	assert.Equal(t, [2]string{"0/1", "1/1"}, read(scorecard.Data{Log: log, Scores: scorer})["mql_count"], "without grades the events say it")
}

// A goal is in the JSON of a series, with how it stands; and only there.
func TestSeries_JSONOfGoals(t *testing.T) {
	t.Parallel()
	s := course(metrics.HigherIsBetter, 20, 30, 40)
	b, err := json.Marshal(s)
	require.NoError(t, err)
	assert.NotContains(t, string(b), "standing")
	s.Goal = &scorecard.Goal{Target: metrics.NewCount(45, 100)}
	b, err = json.Marshal(s)
	require.NoError(t, err)
	assert.Contains(t, string(b), `"standing":{`)
}

// No exposure, and more than there may be.
func TestFindWorks_Refuses(t *testing.T) {
	t.Parallel()
	log := logOf(t, ev{who: "a", name: "x", date: "2026-01-01"})
	for n, good := range map[int]bool{0: false, 1: true, touchpoint.MaxSets - 2: true, touchpoint.MaxSets - 1: false} {
		var list []scorecard.Exposure
		for i := range n {
			list = append(list, scorecard.Exposure{Name: strconv.Itoa(i), Any: touchpoint.Named("x")})
		}
		_, err := scorecard.FindWorks(scorecard.Data{Log: log}, scorecard.WorksSpec{Exposures: list})
		if assert.Equal(t, good, err == nil, "%d: %v", n, err); !good {
			require.ErrorContains(t, err, "what works: Exposures "+strconv.Itoa(n)+": want 1 to 62")
		}
	}
}

// The bounds of the lists belong to them: the notice of a renewal, the score that
// satisfies. A milestone without a deadline keeps nobody stuck.
func TestWorklists_Bounds(t *testing.T) {
	t.Parallel()
	log := logOf(t, ev{who: "a", name: "subscribed", date: "2025-03-01"}, ev{who: "b", name: "subscribed", date: "2025-06-01"})
	at := on("2026-01-01")
	def, err := journey.Define(journey.Spec{
		Initial: "new", Transitions: []journey.Transition{{From: "new", On: "subscribed", To: "customer"}, {From: "customer", On: "activated", To: "active"}},
		Milestones: []journey.Milestone{{Name: "activation", Events: []journey.Trigger{"activated"}}},
	})
	require.NoError(t, err)
	replay, err := def.ReplayLog(log, nil, journey.ReplayOptions{Horizon: at})
	require.NoError(t, err)
	for score, satisfied := range map[int]int{8: 0, 9: 1, 10: 1} {
		d := scorecard.Data{Log: log, Journeys: replay, Answers: []scorecard.Answers{{Name: "nps", Survey: survey.Survey{Kind: survey.KindNPS}, Given: []survey.Answer{{Customer: "b", At: on("2025-08-01"), Score: score}}}}}
		for notice, due := range map[time.Duration]int{59 * day: 1, 59*day - 1: 0} {
			lists, err := scorecard.Worklists(d, scorecard.WorklistOptions{At: at, Notice: notice})
			require.NoError(t, err)
			assert.Len(t, lists[1].Entries, due, "a renews on 1 March, %s ahead", notice)
			assert.Empty(t, lists[3].Entries, "nothing to be stuck before")
			assert.Len(t, lists[5].Entries, satisfied, "a score of %d", score)
		}
	}
}

// An event that both ends and begins what is timed ends what was open, and is not
// its own end.
func TestTime_FromRepeatToRepeat(t *testing.T) {
	t.Parallel()
	log := logOf(t, ev{who: "a", name: "ticket_opened", date: "2026-01-01"}, ev{who: "a", name: "ticket_opened", date: "2026-01-04"}, ev{who: "a", name: "ticket_opened", date: "2026-01-09"})
	p := valueOf(t, log, bind("resolution_time", func(b *scorecard.Binding) { b.Numerator.Events = b.Denominator.Events }), 1)
	assert.Equal(t, "691200/2", p.Value.Fraction(), "three days and five")
	assert.Equal(t, int64(1), p.Running)
}
