package report_test

import (
	"bytes"
	"fmt"
	"strings"
	"time"

	"github.com/shopspring/decimal"

	"github.com/lifecycle-go/lifecycle/journey"
	"github.com/lifecycle-go/lifecycle/journey/funnel"
	"github.com/lifecycle-go/lifecycle/journey/retention"
	"github.com/lifecycle-go/lifecycle/metrics"
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

var jan = calendar.NewMonth(2026, time.January)

func day(month time.Month, d int) time.Time { return time.Date(2026, month, d, 0, 0, 0, 0, time.UTC) }

// smallBooks are three customers in three months.
func smallBooks() *ledger.Ledger {
	eur := decimal.NewFromInt
	l, err := ledger.New(ledger.Options{Currency: "EUR"})
	must(err)
	must(l.Append(
		ledger.Change{Customer: "acme", At: day(1, 5), Amount: eur(100), Plan: "basic", Cause: ledger.CauseStart},
		ledger.Change{Customer: "bolt", At: day(1, 9), Amount: eur(300), Plan: "pro", Cause: ledger.CauseStart},
		ledger.Change{Customer: "acme", At: day(2, 10), Amount: eur(140), Plan: "basic", Cause: ledger.CauseQuantity},
		ledger.Change{Customer: "core", At: day(2, 20), Amount: eur(60), Plan: "basic", Cause: ledger.CauseStart},
		ledger.Change{Customer: "bolt", At: day(3, 9), Plan: "pro", Cause: ledger.CauseCancel},
	))
	return l
}

func smallLog() *touchpoint.Log {
	var events []touchpoint.Event
	for i, c := range []string{"acme", "bolt", "core"} {
		for k, name := range []string{"visit", "sign_up", "subscribe"}[:3-i] {
			events = append(events, touchpoint.Event{Customer: c, Name: name, Channel: []touchpoint.Channel{"search", "", ""}[k], At: day(1, 1+i+2*k)})
		}
	}
	l, err := touchpoint.LogOf(events...)
	must(err)
	return l
}

// show prints what a figure says of itself.
func show(f report.Figure, err error) {
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(f)
}

// The ten lines of the package: books in, a page and a picture out.
func Example() {
	page, err := report.Books(smallBooks(), jan.Add(2), report.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	html, err := page.HTML(report.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	figure, err := report.Bridge(page.Statements, report.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(bytes.HasPrefix(html, []byte("<!DOCTYPE html>")), bytes.HasPrefix(figure.SVG(), []byte("<svg ")))
	fmt.Print(figure.Table().Text(80))
	// Output:
	// true true
	// MRR movements
	// Month    Opening     New  Expansion  Reactivation  Contraction    Churn    FX
	// 2026-01     0.00  400.00       0.00          0.00         0.00     0.00  0.00
	// 2026-02   400.00   60.00      40.00          0.00         0.00     0.00  0.00
	// 2026-03   500.00    0.00       0.00          0.00         0.00  −300.00  0.00
	//
	// Month    Closing  Net new  Customers
	// 2026-01   400.00   400.00          2
	// 2026-02   500.00   100.00          3
	// 2026-03   200.00  −300.00          2
	// activity: New, Expansion, Reactivation, Contraction, Churn, FX, Net new
	// balance: Opening, Closing, Customers
	// Amounts in EUR, each rounded once from exact figures; columns may differ from
	// their total by the last digit.
}

func ExampleBridge() {
	st, err := smallBooks().Statements(jan, jan.Add(2))
	if err != nil {
		fmt.Println(err)
		return
	}
	show(report.Bridge(st, report.Options{}))
	show(report.Bridge(st, report.Options{Language: "th"}))
	// Output:
	// MRR movements. 2026-01 to 2026-03: from 0.00 to 200.00 EUR, net new +200.00.
	// การเปลี่ยนแปลงของรายได้ประจำต่อเดือน. 2026-01 ถึง 2026-03: จาก 0.00 เป็น 200.00 EUR เพิ่มสุทธิ +200.00
}

func ExampleStatement() {
	st, err := smallBooks().Statement(jan.Add(1))
	if err != nil {
		fmt.Println(err)
		return
	}
	f, err := report.Statement(st, report.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	csv, err := f.Table().CSV()
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Print(string(csv))
	// Output:
	// Line,What,Amount,Customers
	// Opening,balance,400.00,2
	// New,activity,60.00,1
	// Expansion,activity,40.00,
	// Reactivation,activity,0.00,0
	// Contraction,activity,0.00,
	// Churn,activity,0.00,0
	// FX,activity,0.00,
	// Closing,balance,500.00,3
}

func ExampleSegments() {
	plans, err := smallBooks().StatementsByPlan(jan, jan.Add(2))
	if err != nil {
		fmt.Println(err)
		return
	}
	show(report.Segments(plans, "plan", report.Options{}))
	// Output:
	// MRR by plan. 2 in 2026-03; the largest is basic with 100 % of 200.00 EUR.
}

func ExampleCohorts() {
	table, err := cohort.New(smallBooks(), cohort.Options{Through: jan.Add(2)})
	if err != nil {
		fmt.Println(err)
		return
	}
	f, err := report.Cohorts(table, cohort.NRR, report.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Print(f.Table().Markdown())
	// Output:
	// ## NRR by cohort
	//
	// | Cohort | Size | 0 | 1 | 2 |
	// |---|--:|--:|--:|--:|
	// | 2026-01 | 2 | 100.0 % | 110.0 % | 35.0 % |
	// | 2026-02 | 1 | 100.0 % | 100.0 % |  |
	// | Weighted | 3 | 100.0 % | 108.7 % | 35.0 % |
	//
	// balance: Age 0–2
}

func ExampleLayerCake() {
	table, err := cohort.New(smallBooks(), cohort.Options{Through: jan.Add(2)})
	if err != nil {
		fmt.Println(err)
		return
	}
	show(report.LayerCake(table.LayerCake(), table.Currency(), report.Options{}))
	// Output:
	// MRR by cohort. 2 cohorts in 2026-03; those of the last twelve months bring 100 % of 200.00 EUR.
}

func ExampleTenure() {
	table, err := cohort.New(smallBooks(), cohort.Options{Through: jan.Add(2)})
	if err != nil {
		fmt.Println(err)
		return
	}
	show(report.Tenure(table.Tenure(), report.Options{}))
	// Output:
	// Churn by month of tenure. Of those there at the beginning of a month of tenure, the share that left in it: most in month 2, 50 %.
}

func ExampleSurvival() {
	curve, err := survival.KaplanMeier(survival.OfLedger(smallBooks(), jan.Add(2)), survival.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	show(report.Survival(curve, report.Options{}))
	// Output:
	// Survival by tenure. 3 customers, 1 of whom left. Half have left by month 2. The band is at 95 %.
}

func ExampleForecast() {
	books := company(12, 3)
	known, err := books.Statements(began, began.Add(11))
	if err != nil {
		fmt.Println(err)
		return
	}
	ahead, err := forecast.Books(books, forecast.Options{Origin: began.Add(11), Horizon: 3, Paths: 200})
	if err != nil {
		fmt.Println(err)
		return
	}
	f, err := report.Forecast(known, ahead, report.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(f.Title(), len(f.Table().Rows), "months")
	// Output:
	// MRR forecast 3 months
}

func ExampleFunnel() {
	match := func(name string) []touchpoint.Match { return []touchpoint.Match{{Name: name}} }
	r, err := funnel.Run(smallLog(), funnel.Spec{Steps: []funnel.Step{{Name: "visited", Any: match("visit")}, {Name: "signed up", Any: match("sign_up")}, {Name: "subscribed", Any: match("subscribe")}}})
	if err != nil {
		fmt.Println(err)
		return
	}
	f, err := report.Funnel(r, report.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Print(f.Table().Text(80))
	// Output:
	// Funnel
	// Step        Customers  Of previous  Of first   Lower    Upper  Median time
	// visited             3      100.0 %   100.0 %  43.9 %  100.0 %            –
	// signed up           2       66.7 %    66.7 %  20.8 %   93.9 %          2 d
	// subscribed          1       50.0 %    33.3 %   6.1 %   79.2 %          2 d
	// activity: Customers, Of previous, Of first, Median time
}

func ExampleRetention() {
	t, err := retention.Run(smallLog(), retention.Spec{Start: []touchpoint.Match{{Name: "visit"}}, Return: []touchpoint.Match{{}}, Unit: calendar.UnitDay, Periods: 5, From: day(1, 1)})
	if err != nil {
		fmt.Println(err)
		return
	}
	show(report.Retention([]*retention.Table{t}, report.Options{}))
	// Output:
	// Retention. 3 customers who came back, by periods since they started. Periods that are not over are left out.
}

func ExampleFlow() {
	d, err := journey.Define(journey.Spec{Name: "product", Initial: "visitor", Transitions: []journey.Transition{
		{From: "visitor", On: "sign_up", To: "trial"}, {From: "trial", On: "subscribe", To: "customer"},
	}})
	if err != nil {
		fmt.Println(err)
		return
	}
	r, err := d.ReplayLog(smallLog(), nil, journey.ReplayOptions{})
	if err != nil {
		fmt.Println(err)
		return
	}
	show(report.Flow(&r.Summary, journey.ByStage, report.Options{}))
	// Output:
	// Flow between stages. 3 customers, 3 moves, 0 of them back.
}

func ExampleAttribution() {
	paths, err := attribution.PathsOf(smallLog(), attribution.Options{Conversion: []touchpoint.Match{{Name: "subscribe"}}})
	if err != nil {
		fmt.Println(err)
		return
	}
	credits, err := paths.Credit(attribution.Last())
	if err != nil {
		fmt.Println(err)
		return
	}
	show(report.Attribution([]attribution.Credits{credits}, report.Options{}))
	// Output:
	// Conversions by touch. 1 conversions, credited by last touch.
}

func ExampleChannels() {
	eur := decimal.NewFromInt
	f, err := report.Channels([]report.Channel{
		{Name: "search", LTV: metrics.Amount(eur(900)), CAC: metrics.Amount(eur(450)), Currency: "EUR"},
		{Name: "partners", LTV: metrics.Amount(eur(900)), CAC: metrics.Amount(eur(90)), Currency: "EUR"},
		{Name: "friends", LTV: metrics.Amount(eur(900)), Currency: "EUR"}, // nothing was spent
	}, report.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Print(f.Table().Text(80))
	// Output:
	// LTV and CAC by channel
	// Channel      LTV     CAC  LTV:CAC
	// search    900.00  450.00     2.00
	// partners  900.00   90.00    10.00
	// friends   900.00       –        –
	// activity: CAC
	// balance: LTV
	// Amounts in EUR, each rounded once from exact figures; columns may differ from
	// their total by the last digit.
}

func ExampleReconciliation() {
	may := calendar.NewMonth(2026, time.May)
	r, err := policy.Reconcile(spans(), policy.Maxio(), policy.Stripe(), may, policy.Options{Currency: "USD"})
	if err != nil {
		fmt.Println(err)
		return
	}
	show(report.Reconciliation(r, policy.MetricMRR, report.Options{}))
	// Output:
	// Two policies reconciled: mrr 2026-05. Maxio: 380.00. Stripe: 400.00. The difference of +20.00 by rule.
}

func ExampleRestatements() {
	books := smallBooks()
	closed := day(4, 1)
	must(books.Append(ledger.Change{Customer: "core", At: day(3, 2), Amount: decimal.NewFromInt(90), Recorded: day(4, 3), Cause: ledger.CauseCorrection}))
	list, err := books.Restatements(jan.Add(2), closed)
	if err != nil {
		fmt.Println(err)
		return
	}
	now, err := books.Statement(jan.Add(2))
	if err != nil {
		fmt.Println(err)
		return
	}
	show(report.Restatements(now, list, report.Options{}))
	// Output:
	// Restatements of 2026-03. Closed at 200.00, now 230.00 EUR: 1 late changes.
}

func ExampleTimeline() {
	f, err := report.Timeline(report.Customer{
		ID: "acme", Persona: "operations lead", Currency: "EUR",
		Visits:    []journey.Visit{{Stage: "trial", From: day(1, 1), Until: day(1, 5)}, {Stage: "customer", From: day(1, 5), Until: day(3, 1), Open: true}},
		Events:    []touchpoint.Event{{Name: "visit", Channel: "search", At: day(1, 1)}},
		Answers:   []report.Answer{{Survey: "NPS", Score: 9, Hi: 10, At: day(2, 1)}},
		Movements: []ledger.Movement{{Customer: "acme", Kind: ledger.NewBusiness, Cause: ledger.CauseStart, At: day(1, 5), After: decimal.NewFromInt(100)}},
		Risk:      []report.Risk{{At: day(2, 1), Value: 0.2}},
	}, report.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Print(f.Table().Text(80))
	// Output:
	// Customer acme · operations lead
	// Date        What   Kind       Value
	// 2026-01-01  Stage  trial        4 d
	// 2026-01-01  visit  search
	// 2026-01-05  Stage  customer    55 d
	// 2026-01-05  new    start     100.00
	// 2026-02-01  Score  NPS            9
	// 2026-02-01  Risk             20.0 %
}

func ExampleSpark() {
	count := metrics.NewCount
	show(report.Spark("Customers", jan, []metrics.Ratio{count(2, 1), count(3, 1), {}, count(4, 1)}, report.Options{}))
	// Output:
	// Customers. From 2 to 4, 2026-01 to 2026-04.
}

func ExampleEmbed() {
	_, err := report.Embed("map", []byte(`<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>`), report.Table{})
	fmt.Println(err)
	f, err := report.Embed("map", []byte(`<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"/>`), report.Table{})
	fmt.Println(f.Title(), err)
	// Output:
	// report: embed: "map": not an SVG picture: element "script"
	// map <nil>
}

func ExampleFromRows() {
	paths, err := attribution.PathsOf(smallLog(), attribution.Options{Conversion: []touchpoint.Match{{Name: "subscribe"}}})
	if err != nil {
		fmt.Println(err)
		return
	}
	credits, err := paths.Credit(attribution.Linear())
	if err != nil {
		fmt.Println(err)
		return
	}
	t, err := report.FromRows("Credits", credits.Rows(), report.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Print(t)
	// Output:
	// Credits
	// touch   conversions  value  removal_effect
	// search     1.000000      0        0.000000
}

func ExampleBooks() {
	page, err := report.Books(smallBooks(), jan.Add(2), report.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, f := range page.Figures {
		fmt.Println(f.Kind(), "-", f.Title())
	}
	fmt.Print(page.Churned(report.Options{}).Text(100))
	// Output:
	// bridge - MRR movements
	// statement - Why 2026-03 changed
	// segments - MRR by plan
	// layer-cake - MRR by cohort
	// cohorts - Logo retention by cohort
	// cohorts - NRR by cohort
	// cohorts - GRR by cohort
	// survival - Survival by tenure
	// tenure - Churn by month of tenure
	// Churned customers
	// Customer  Date        Kind   Cause         Before  After  Difference
	// bolt      2026-03-09  churn  cancellation  300.00   0.00     −300.00
	// Total                                                        −300.00
	// activity: Difference
	// balance: Before, After
	// Amounts in EUR, each rounded once from exact figures; columns may differ from their total by the
	// last digit.
}

func ExamplePage_Tiles() {
	page, err := report.Books(smallBooks(), jan.Add(2), report.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	tiles, err := page.Tiles(report.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, t := range tiles {
		fmt.Println(t.Name, t.Value.Text, t.LastMonth.Text)
	}
	// Output:
	// MRR 200.00 −60.0 %
	// ARR 2400.00 −60.0 %
	// Net new MRR −300.00 −400.0 %
	// Customers 2 −33.3 %
	// ARPA 100.00 −40.0 %
	// Customer churn 33.3 % +33.3 points
	// Gross revenue churn 60.0 % +60.0 points
	// Net revenue churn 60.0 % +70.0 points
	// NRR 40.0 % −70.0 points
	// LTV 300.00 –
	// Quick ratio 0.00 –
}

func ExamplePage_Markdown() {
	st, err := smallBooks().Statements(jan, jan.Add(2))
	if err != nil {
		fmt.Println(err)
		return
	}
	md, err := report.Page{Title: "March", Statements: st, Fresh: day(4, 1)}.Markdown(report.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(strings.Join(strings.Split(md, "\n")[:8], "\n"))
	// Output:
	// # March
	//
	// Month: 2026-03, EUR
	//
	// Data as of: 2026-04-01 00:00 UTC
	//
	// ## At a glance
}

func ExampleFigure_VegaLite() {
	count := metrics.NewCount
	f, err := report.Spark("Customers", jan, []metrics.Ratio{count(2, 1), {}}, report.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	spec, err := f.VegaLite()
	fmt.Println(strings.Contains(string(spec), `"value": null`), err)
	// Output:
	// true <nil>
}
