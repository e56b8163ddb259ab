package report_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"

	"github.com/lifecycle-go/lifecycle/journey"
	"github.com/lifecycle-go/lifecycle/journey/funnel"
	"github.com/lifecycle-go/lifecycle/journey/retention"
	"github.com/lifecycle-go/lifecycle/metrics"
	"github.com/lifecycle-go/lifecycle/metrics/billing"
	"github.com/lifecycle-go/lifecycle/metrics/billing/policy"
	"github.com/lifecycle-go/lifecycle/metrics/calendar"
	"github.com/lifecycle-go/lifecycle/metrics/cohort"
	"github.com/lifecycle-go/lifecycle/metrics/forecast"
	"github.com/lifecycle-go/lifecycle/metrics/ledger"
	"github.com/lifecycle-go/lifecycle/metrics/report"
	"github.com/lifecycle-go/lifecycle/metrics/survival"
	"github.com/lifecycle-go/lifecycle/touchpoint"
	"github.com/lifecycle-go/lifecycle/touchpoint/attribution"
)

var began = calendar.NewMonth(2024, time.January)

// plans of the invented company.
var plans = []string{"basic", "team", "pro", "enterprise"}

// company are the books of an invented company over some months: customers
// come, pay more or less, leave, and some return.
func company(months, aMonth int) *ledger.Ledger {
	l, err := ledger.New(ledger.Options{Currency: "EUR"})
	must(err)
	r := rand.New(rand.NewPCG(1, uint64(months)))
	for m := range months {
		for k := range aMonth {
			id := fmt.Sprintf("c%03d-%02d", m, k)
			plan := r.IntN(len(plans))
			at := began.Add(m).Start(time.UTC).Add(time.Duration(r.IntN(28*24)) * time.Hour)
			amount := decimal.NewFromInt(int64(29 * (plan + 1)))
			changes := []ledger.Change{{Customer: id, At: at, Amount: amount, Plan: plans[plan], Cause: ledger.CauseStart}}
			for age := 1; m+age < months; age++ {
				at = at.AddDate(0, 1, 0)
				switch p := r.Float64(); {
				case p < 0.05/float64(1+age/6)+0.01:
					changes = append(changes, ledger.Change{Customer: id, At: at, Plan: plans[plan], Cause: ledger.CauseCancel})
					if r.Float64() < 0.2 && m+age+3 < months {
						changes = append(changes, ledger.Change{Customer: id, At: at.AddDate(0, 3, 0), Amount: amount, Plan: plans[plan], Cause: ledger.CauseResume})
					}
					age = months
				case p < 0.09:
					amount = amount.Add(decimal.NewFromInt(15))
					changes = append(changes, ledger.Change{Customer: id, At: at, Amount: amount, Plan: plans[plan], Cause: ledger.CauseQuantity})
				case p < 0.11 && amount.GreaterThan(decimal.NewFromInt(20)):
					amount = amount.Sub(decimal.NewFromInt(10))
					changes = append(changes, ledger.Change{Customer: id, At: at, Amount: amount, Plan: plans[plan], Cause: ledger.CauseDiscount})
				}
			}
			must(l.Append(changes...))
		}
	}
	return l
}

func must(err error) {
	if err != nil {
		panic(err)
	}
}

func definition() *journey.Definition {
	d, err := journey.Define(journey.Spec{
		Name: "product", Initial: "visitor",
		Stages: []journey.StageSpec{{Name: "visitor"}, {Name: "trial"}, {Name: "activated"}, {Name: "customer", Goal: true}, {Name: "expired"}, {Name: "gone", Terminal: true}},
		Transitions: []journey.Transition{
			{From: "visitor", On: "sign_up", To: "trial"},
			{From: "trial", On: "activate", To: "activated"},
			{From: "trial", On: "expire", To: "expired"},
			{From: "activated", On: "expire", To: "expired"},
			{From: "activated", On: "subscribe", To: "customer"},
			{From: "expired", On: "sign_up", To: "trial"},
			{From: "expired", On: "give_up", To: "gone"},
			{From: "customer", On: "cancel", To: "gone"},
		},
	})
	must(err)
	return d
}

// happenings are what customers of the company did.
func happenings() *touchpoint.Log {
	r := rand.New(rand.NewPCG(2, 2))
	channels := []touchpoint.Channel{touchpoint.Email, touchpoint.PaidSearch, "social", "partner", "events"}
	events := []touchpoint.Event{}
	for i := range 400 {
		id := fmt.Sprintf("c%03d", i)
		at := began.Start(time.UTC).Add(time.Duration(r.IntN(300*24)) * time.Hour)
		add := func(name string, days int, ch touchpoint.Channel) {
			at = at.Add(time.Duration(1+r.IntN(days*24)) * time.Hour)
			events = append(events, touchpoint.Event{Customer: id, Name: name, At: at, Channel: ch})
		}
		for range 1 + r.IntN(3) {
			add("visit", 5, channels[r.IntN(len(channels))])
		}
		if r.Float64() < 0.3 {
			continue
		}
		add("sign_up", 3, "")
		switch p := r.Float64(); {
		case p < 0.5:
			add("activate", 5, "")
			if r.Float64() < 0.6 {
				add("subscribe", 6, "")
				for range r.IntN(12) {
					add("visit", 20, touchpoint.Email)
				}
				if r.Float64() < 0.3 {
					add("cancel", 90, "")
				}
			} else {
				add("expire", 14, "")
			}
		case p < 0.8:
			add("expire", 14, "")
			if r.Float64() < 0.3 {
				add("sign_up", 10, "")
			} else {
				add("give_up", 30, "")
			}
		}
	}
	l, err := touchpoint.LogOf(events...)
	must(err)
	return l
}

func spans() []billing.Span {
	at := func(month time.Month, day int) time.Time { return time.Date(2026, month, day, 0, 0, 0, 0, time.UTC) }
	d := decimal.NewFromInt
	return []billing.Span{
		{Customer: "acme", Subscription: "sub_1", From: at(1, 1), Terms: billing.Terms{Amount: d(1200), Currency: "USD", Cycle: calendar.Cycle{Unit: calendar.UnitYear}, Discounts: []billing.Discount{{Percent: d(20), Duration: billing.DurationOnce}}}},
		{Customer: "bolt", Subscription: "sub_2", From: at(2, 1), Terms: billing.Terms{Amount: d(50), Currency: "USD", CancelAskedAt: at(5, 12), CancelAt: at(6, 1)}},
		{Customer: "core", Subscription: "sub_3", From: at(3, 1), Terms: billing.Terms{Amount: d(80), Currency: "USD", State: billing.StateTrial}},
		{Customer: "dyno", Subscription: "sub_4", From: at(3, 1), Terms: billing.Terms{Amount: d(300), Currency: "USD", State: billing.StatePastDue}},
	}
}

type named struct {
	name   string
	figure report.Figure
}

var fixture = sync.OnceValue(func() *world {
	w := &world{books: company(30, 12), log: happenings()}
	last := began.Add(29)
	var err error
	w.statements, err = w.books.Statements(began, last)
	must(err)
	w.plans, err = w.books.StatementsByPlan(began, last)
	must(err)
	w.cohorts, err = cohort.New(w.books, cohort.Options{Through: last})
	must(err)
	w.curve, err = survival.KaplanMeier(survival.OfLedger(w.books, last), survival.Options{})
	must(err)
	w.projection, err = forecast.Books(w.books, forecast.Options{Horizon: 12, Paths: 300, Seed: 1})
	must(err)
	w.funnel, err = funnel.Run(w.log, funnel.Spec{Window: 60 * 24 * time.Hour, Steps: []funnel.Step{
		{Name: "visited", Any: []touchpoint.Match{{Name: "visit"}}},
		{Name: "signed up", Any: []touchpoint.Match{{Name: "sign_up"}}},
		{Name: "activated", Any: []touchpoint.Match{{Name: "activate"}}},
		{Name: "subscribed", Any: []touchpoint.Match{{Name: "subscribe"}}},
	}})
	must(err)
	w.retention, err = retention.Run(w.log, retention.Spec{Start: []touchpoint.Match{{Name: "sign_up"}}, Return: []touchpoint.Match{{}}, Periods: 12, From: began.Start(time.UTC)})
	must(err)
	w.replay, err = definition().ReplayLog(w.log, nil, journey.ReplayOptions{})
	must(err)
	paths, err := attribution.PathsOf(w.log, attribution.Options{Conversion: []touchpoint.Match{{Name: "subscribe"}}})
	must(err)
	for _, m := range []attribution.Model{attribution.Markov(1), attribution.Last(), attribution.Linear()} {
		c, err := paths.Credit(m)
		must(err)
		w.credits = append(w.credits, c)
	}
	w.reconciled, err = policy.Reconcile(spans(), policy.Maxio(), policy.Stripe(), calendar.NewMonth(2026, time.May), policy.Options{Currency: "USD"})
	must(err)
	closed := last.Start(time.UTC)
	late := began.Add(27)
	must(w.books.Append(
		ledger.Change{Customer: "c003-01", At: late.Start(time.UTC).Add(80 * time.Hour), Amount: decimal.NewFromInt(300), Recorded: closed.Add(100 * time.Hour), Cause: ledger.CauseCorrection},
		ledger.Change{Customer: "c020-01", At: late.Start(time.UTC).Add(90 * time.Hour), Recorded: closed.Add(120 * time.Hour), Cause: ledger.CauseCancel},
	))
	w.restatements, err = w.books.Restatements(late, closed)
	must(err)
	w.restated, err = w.books.Statement(late)
	must(err)
	return w
})

type world struct {
	books        *ledger.Ledger
	log          *touchpoint.Log
	statements   []ledger.Statement
	plans        []ledger.Segment
	cohorts      *cohort.Table
	curve        *survival.Curve
	projection   *forecast.Projection
	funnel       *funnel.Report
	retention    *retention.Table
	replay       *journey.Replay
	credits      []attribution.Credits
	reconciled   *policy.Reconciliation
	restatements []ledger.Restatement
	restated     ledger.Statement
}

func (w *world) channels() []report.Channel {
	d := decimal.NewFromInt
	return []report.Channel{
		{Name: "paid-search", LTV: metrics.Amount(d(900)), CAC: metrics.Amount(d(420)), Currency: "EUR"},
		{Name: "email", LTV: metrics.Amount(d(1100)), CAC: metrics.Amount(d(90)), Currency: "EUR"},
		{Name: "partner", LTV: metrics.Amount(d(1500)), CAC: metrics.Ratio{}, Currency: "EUR"},
	}
}

func (w *world) customer() report.Customer {
	at := func(month time.Month, day int) time.Time { return time.Date(2025, month, day, 10, 0, 0, 0, time.UTC) }
	d := decimal.NewFromInt
	return report.Customer{
		ID: "acme", Persona: "operations lead", Currency: "EUR",
		Visits: []journey.Visit{{Stage: "visitor", From: at(1, 3), Until: at(1, 20)}, {Stage: "trial", From: at(1, 20), Until: at(2, 2)}, {Stage: "customer", From: at(2, 2), Until: at(10, 9), Open: true}},
		Events: []touchpoint.Event{
			{Customer: "acme", Name: "Page Viewed", Channel: "web", At: at(1, 3)},
			{Customer: "acme", Name: "Demo", Channel: "call", At: at(1, 18)},
			{Customer: "acme", Name: "Newsletter", Channel: touchpoint.Email, At: at(1, 12)},
			{Customer: "acme", Name: "Ticket", Channel: touchpoint.Email, At: at(4, 2)},
			{Customer: "acme", Name: "Ticket", Channel: touchpoint.Email, At: at(4, 2)},
			{Customer: "acme", Name: "Review", Channel: "call", At: at(8, 18)},
		},
		Answers: []report.Answer{{At: at(3, 1), Survey: "NPS", Score: 9, Hi: 10}, {At: at(4, 4), Survey: "CSAT", Score: 2, Lo: 1, Hi: 5}, {At: at(9, 1), Survey: "NPS", Score: 7, Hi: 10}},
		Movements: []ledger.Movement{
			{Customer: "acme", At: at(2, 2), Kind: ledger.NewBusiness, After: d(290), Amount: d(290), Cause: ledger.CauseStart},
			{Customer: "acme", At: at(5, 2), Kind: ledger.Expansion, Before: d(290), After: d(490), Amount: d(200), Cause: ledger.CauseQuantity},
			{Customer: "acme", At: at(7, 2), Kind: ledger.Contraction, Before: d(490), After: d(390), Amount: d(100), Cause: ledger.CauseDiscount},
		},
		Risk: []report.Risk{{At: at(2, 2), Value: 0.1}, {At: at(4, 5), Value: 0.6}, {At: at(6, 1), Value: 0.2}, {At: at(9, 9), Value: 0.35}},
	}
}

// figures are all kinds of figures of the company.
func figures(o report.Options) []named {
	w := fixture()
	var out []named
	add := func(name string, f report.Figure, err error) {
		if err != nil {
			panic(fmt.Errorf("%s: %w", name, err))
		}
		out = append(out, named{name, f})
	}
	put := func(name string) func(report.Figure, error) {
		return func(f report.Figure, err error) { add(name, f, err) }
	}
	put("bridge")(report.Bridge(w.statements, o))
	put("statement")(report.Statement(w.statements[20], o))
	put("segments")(report.Segments(w.plans, "plan", o))
	put("layercake")(report.LayerCake(w.cohorts.LayerCake(), "EUR", o))
	for _, c := range []cohort.Curve{cohort.Logo, cohort.NRR, cohort.GRR} {
		put("cohorts-" + c.String())(report.Cohorts(w.cohorts, c, o))
	}
	put("survival")(report.Survival(w.curve, o))
	put("tenure")(report.Tenure(w.cohorts.Tenure(), o))
	put("forecast")(report.Forecast(w.statements, w.projection, o))
	put("funnel")(report.Funnel(w.funnel, o))
	put("retention")(report.Retention([]*retention.Table{w.retention}, o))
	put("flow")(report.Flow(&w.replay.Summary, journey.ByStage, o))
	put("attribution")(report.Attribution(w.credits, o))
	put("channels")(report.Channels(w.channels(), o))
	put("reconciliation")(report.Reconciliation(w.reconciled, policy.MetricMRR, o))
	put("restatements")(report.Restatements(w.restated, w.restatements, o))
	put("timeline")(report.Timeline(w.customer(), o))
	mrr := []metrics.Ratio{}
	for _, s := range w.statements[18:] {
		mrr = append(mrr, metrics.Amount(s.Revenue.Closing()))
	}
	put("spark")(report.Spark("MRR", began.Add(18), mrr, o))
	return out
}

// TestLook writes every figure into the folder that LIFECYCLE_LOOK names, to be
// looked at.
func TestLook(t *testing.T) {
	dir := os.Getenv("LIFECYCLE_LOOK")
	if dir == "" {
		t.Skip("LIFECYCLE_LOOK is not set")
	}
	for language, o := range map[string]report.Options{"en": {}, "dark": {Scheme: report.Dark}, "ar": {Language: "ar"}, "th": {Language: "th"}} {
		for _, f := range figures(o) {
			require.NoError(t, os.WriteFile(filepath.Join(dir, f.name+"-"+language+".svg"), f.figure.SVG(), 0o600))
			require.NoError(t, os.WriteFile(filepath.Join(dir, f.name+"-"+language+"-phone.svg"), f.figure.Phone(), 0o600))
			require.NoError(t, os.WriteFile(filepath.Join(dir, f.name+"-"+language+".txt"), []byte(f.figure.Table().Text(80)), 0o600))
		}
	}
}
