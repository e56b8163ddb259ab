package report_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/lifecycle-go/lifecycle/internal/svg"
	"github.com/lifecycle-go/lifecycle/journey"
	"github.com/lifecycle-go/lifecycle/journey/funnel"
	"github.com/lifecycle-go/lifecycle/journey/retention"
	"github.com/lifecycle-go/lifecycle/metrics/calendar"
	"github.com/lifecycle-go/lifecycle/metrics/ledger"
	"github.com/lifecycle-go/lifecycle/metrics/report"
	"github.com/lifecycle-go/lifecycle/touchpoint"
	"github.com/lifecycle-go/lifecycle/touchpoint/attribution"
)

// names are those that break pictures.
var names = []string{"acme", "ลูกค้าประจำ", "عميل دائم", "客户旅程地图", "<b>&\"'", "a very long name of a customer that nobody thought of when the column was made", "=1+1", "👩‍👩‍👧 x", "_"}

// anyBooks are a few customers over up to three years, at times none who stay.
func anyBooks(t *rapid.T) *ledger.Ledger {
	l, err := ledger.New(ledger.Options{Currency: "EUR"})
	require.NoError(t, err)
	months := rapid.IntRange(1, 36).Draw(t, "months")
	for i := range rapid.IntRange(1, 12).Draw(t, "changes") {
		require.NoError(t, l.Append(ledger.Change{
			Customer: rapid.SampledFrom(names).Draw(t, "customer"),
			At:       began.Add(rapid.IntRange(0, months-1).Draw(t, "month")).Start(time.UTC).Add(time.Duration(i) * time.Minute),
			Amount:   decimal.New(rapid.SampledFrom([]int64{0, 1, 999, 10000, 123456789}).Draw(t, "amount"), -2),
			Plan:     rapid.SampledFrom(names).Draw(t, "plan"),
		}))
	}
	return l
}

func anyLog(t *rapid.T) *touchpoint.Log {
	events := []touchpoint.Event{}
	for i := range rapid.IntRange(1, 25).Draw(t, "events") {
		events = append(events, touchpoint.Event{
			Customer: rapid.SampledFrom(names).Draw(t, "customer"), Name: rapid.SampledFrom([]string{"visit", "sign_up", "activate", "expire", "subscribe", "give_up", "cancel"}).Draw(t, "name"),
			Channel: touchpoint.Channel(rapid.SampledFrom(names[:6]).Draw(t, "channel")), At: began.Start(time.UTC).Add(time.Duration(rapid.IntRange(0, 90).Draw(t, "day")*24*60+i) * time.Minute),
		})
	}
	l, err := touchpoint.LogOf(events...)
	require.NoError(t, err)
	return l
}

// holds checks what every figure promises.
func holds(t *rapid.T, f report.Figure) {
	for _, narrow := range []bool{false, true} {
		checkTexts(t, f.Title(), f.Drawn(narrow))
	}
	for _, picture := range [][]byte{f.SVG(), f.Phone()} {
		parse(t, picture)
	}
	table := f.Table()
	_, err := table.CSV()
	require.NoError(t, err)
	for line := range strings.SplitSeq(table.Text(60), "\n") {
		assert.LessOrEqual(t, svg.Cells(line), 60)
	}
	_, err = f.VegaLite()
	require.NoError(t, err)
}

func figuresOfAnything(seen map[string]int) func(t *rapid.T) {
	return func(t *rapid.T) {
		o := report.Options{Language: rapid.SampledFrom([]string{"en", "ar", "th"}).Draw(t, "language")}
		l := anyBooks(t)
		first, last, _ := l.Span()
		month := calendar.MonthOf(last, nil)
		p, err := report.Books(l, month, o)
		require.NoError(t, err)
		for _, f := range p.Figures {
			holds(t, f)
			seen[f.Kind().String()]++
		}
		_, err = p.HTML(o)
		require.NoError(t, err)

		log := anyLog(t)
		r, err := definition().ReplayLog(log, nil, journey.ReplayOptions{})
		require.NoError(t, err)
		fn, err := funnel.Run(log, funnel.Spec{Steps: []funnel.Step{{Name: names[1], Any: []touchpoint.Match{{Name: "visit"}}}, {Name: names[5], Any: []touchpoint.Match{{Name: "subscribe"}}}}})
		require.NoError(t, err)
		ret, err := retention.Run(log, retention.Spec{Start: []touchpoint.Match{{}}, Periods: 4, From: began.Start(time.UTC)})
		require.NoError(t, err)
		paths, err := attribution.PathsOf(log, attribution.Options{Conversion: []touchpoint.Match{{Name: "subscribe"}}})
		require.NoError(t, err)
		credits, err := paths.Credit(attribution.Linear())
		require.NoError(t, err)
		customer := report.Customer{ID: rapid.SampledFrom(names).Draw(t, "who"), Currency: "EUR"}
		customer.Visits = r.Visits(customer.ID)
		for e := range log.Of(customer.ID) {
			customer.Events = append(customer.Events, e)
		}
		for m := range l.MovementsOf(customer.ID, calendar.Period{From: first, To: last.Add(time.Hour)}) {
			customer.Movements = append(customer.Movements, m)
		}
		for i := range rapid.IntRange(0, 6).Draw(t, "answers") {
			customer.Answers = append(customer.Answers, report.Answer{At: first.Add(time.Duration(rapid.IntRange(0, 200).Draw(t, "hour")) * time.Hour), Survey: names[i], Score: i, Hi: rapid.IntRange(0, 10).Draw(t, "hi")})
		}
		if len(customer.Answers) > 0 {
			customer.Risk = []report.Risk{{At: first, Value: rapid.Float64Range(0, 1).Draw(t, "risk")}}
		}
		for name, build := range map[string]func() (report.Figure, error){
			"flow":        func() (report.Figure, error) { return report.Flow(&r.Summary, journey.ByStage, o) },
			"funnel":      func() (report.Figure, error) { return report.Funnel(fn, o) },
			"retention":   func() (report.Figure, error) { return report.Retention([]*retention.Table{ret}, o) },
			"attribution": func() (report.Figure, error) { return report.Attribution([]attribution.Credits{credits}, o) },
			"timeline":    func() (report.Figure, error) { return report.Timeline(customer, o) },
		} {
			f, err := build()
			if name == "timeline" && err != nil { // of whom nothing is known
				seen["nobody"]++
				continue
			}
			require.NoError(t, err, name)
			holds(t, f)
			seen[name]++
		}
	}
}

// Whatever the books, the log and the replay: pictures are XML, no text leaves
// its picture or touches another, tables fit.
func TestLaw_FiguresOfAnything(t *testing.T) {
	seen := map[string]int{}
	rapid.Check(t, figuresOfAnything(seen))
	for _, kind := range []string{"bridge", "statement", "segments", "layer-cake", "cohorts", "survival", "tenure", "flow", "funnel", "retention", "attribution", "timeline"} {
		assert.Positive(t, seen[kind], fmt.Sprint(kind, " was drawn"))
	}
}

// fuzz-floor: 1000
func FuzzFigures_OfAnything(f *testing.F) {
	f.Fuzz(rapid.MakeFuzz(figuresOfAnything(map[string]int{})))
}
