package report_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/lifecycle-go/lifecycle/metrics"
	"github.com/lifecycle-go/lifecycle/metrics/calendar"
	"github.com/lifecycle-go/lifecycle/metrics/cohort"
	"github.com/lifecycle-go/lifecycle/metrics/ledger"
	"github.com/lifecycle-go/lifecycle/metrics/report"
	"github.com/lifecycle-go/lifecycle/touchpoint"
	"github.com/lifecycle-go/lifecycle/touchpoint/attribution"
)

// The largest input is drawn, one more is refused, and says the limit.
func TestLimits_AreTaken(t *testing.T) {
	o := report.Options{}
	months := func(n int) []ledger.Statement {
		out := make([]ledger.Statement, n)
		for i := range out {
			m := began.Add(i)
			out[i] = ledger.Statement{Month: m, Through: m, Currency: "EUR"}
		}
		return out
	}
	for name, c := range map[string]struct {
		most int
		make func(n int) error
	}{
		"bridge": {1200, func(n int) error { _, err := report.Bridge(months(n), o); return err }},
		"tenure": {1200, func(n int) error { _, err := report.Tenure(make(cohort.Tenure, n), o); return err }},
		"spark":  {1200, func(n int) error { _, err := report.Spark("x", began, make([]metrics.Ratio, n), o); return err }},
		"credits": {6, func(n int) error {
			list := make([]attribution.Credits, n)
			for i := range list {
				list[i] = credits(t, attribution.Linear(), decimal.Zero)
			}
			_, err := report.Attribution(list, o)
			return err
		}},
		"visits": {100_000, func(n int) error {
			_, err := report.Timeline(report.Customer{ID: "x", Events: make([]touchpoint.Event, n-2), Risk: make([]report.Risk, 2)}, o)
			return err
		}},
	} {
		t.Run(name, func(t *testing.T) {
			require.NoError(t, c.make(c.most))
			require.ErrorContains(t, c.make(c.most+1), decimal.NewFromInt(int64(c.most)).String())
		})
	}
}

func credits(t *testing.T, m attribution.Model, value decimal.Decimal) attribution.Credits {
	t.Helper()
	paths, err := attribution.NewPaths(slices.Values([]attribution.Path{{Touches: []string{"email", "call"}, Conversions: 2, Value: value}}))
	require.NoError(t, err)
	c, err := paths.Credit(m)
	require.NoError(t, err)
	return c
}

// Amounts of a thousand digits or places can be written; longer ones are refused
// before they are.
func TestLimits_Digits(t *testing.T) {
	long := decimal.RequireFromString(strings.Repeat("9", 1000))
	for _, c := range []struct {
		d  decimal.Decimal
		ok bool
	}{
		{decimal.New(1, 1000), true},
		{decimal.New(1, 1001), false},
		{decimal.New(1, -1000), true},
		{decimal.New(1, -1001), false},
		{long, true},
		{long.Add(decimal.New(1, 0)), false},
	} {
		_, err := report.Bridge([]ledger.Statement{{Month: began, Currency: "EUR", Revenue: metrics.Revenue{New: c.d}}}, report.Options{})
		assert.Equal(t, c.ok, err == nil, "%d digits, exponent %d", c.d.NumDigits(), c.d.Exponent())
	}
}

// Of one thing alone a timeline can be drawn, whichever it is.
func TestTimeline_OfOneThing(t *testing.T) {
	at := time.Date(2026, 1, 2, 3, 0, 0, 0, time.UTC)
	whole := fixture().customer()
	for name, c := range map[string]report.Customer{
		"visit":    {Visits: whole.Visits[:1]},
		"event":    {Events: []touchpoint.Event{{Customer: "x", Name: "call", At: at}}},
		"answer":   {Answers: []report.Answer{{At: at, Survey: "NPS", Score: 9, Hi: 10}}},
		"movement": {Movements: whole.Movements[:1]},
		"risk":     {Risk: []report.Risk{{At: at, Value: 0.5}}},
	} {
		c.ID = "x"
		f, err := report.Timeline(c, report.Options{})
		require.NoError(t, err, name)
		assert.Len(t, f.Table().Rows, 1, name)
		assert.NotEmpty(t, f.SVG())
	}
}

// Conversions that say what they are worth have a column for it.
func TestAttribution_ValueWhereThereIsOne(t *testing.T) {
	for value, columns := range map[int64]int{0: 3, 10: 4} {
		f, err := report.Attribution([]attribution.Credits{credits(t, attribution.Linear(), decimal.New(value, 0))}, report.Options{})
		require.NoError(t, err)
		assert.Len(t, f.Table().Columns, columns)
		for _, row := range f.Table().Rows {
			assert.Len(t, row, columns)
		}
	}
}

// A number has the decimals that some number of its column needs.
func TestSpark_DecimalsThatAreNeeded(t *testing.T) {
	for _, c := range []struct {
		values []string
		want   []string
	}{
		{[]string{"5", "10", "1200000"}, []string{"5", "10", "1200000"}},
		{[]string{"5", "10.5"}, []string{"5.0", "10.5"}},
		{[]string{"0.0125", "1"}, []string{"0.0125", "1.0000"}},
		{[]string{"100", "0"}, []string{"100", "0"}},
		{[]string{"-0.25"}, []string{"-0.25"}},
	} {
		var values []metrics.Ratio
		for _, v := range c.values {
			values = append(values, metrics.Amount(decimal.RequireFromString(v)))
		}
		values = append(values, metrics.Ratio{})
		f, err := report.Spark("x", began, values, report.Options{})
		require.NoError(t, err)
		for i, want := range c.want {
			assert.Equal(t, want, f.Table().Rows[i][1].Plain)
		}
		assert.Empty(t, f.Table().Rows[len(c.want)][1].Plain, "undefined")
	}
}

// What reaches further than its month says so.
func TestBridge_Through(t *testing.T) {
	s := ledger.Statement{Month: began, Through: began.Add(2), Currency: "EUR"}
	f, err := report.Bridge([]ledger.Statement{s}, report.Options{})
	require.NoError(t, err)
	assert.Contains(t, f.Description(), began.String()+" to "+began.Add(2).String())
	for _, through := range []calendar.Month{began, {}} {
		s.Through = through
		f, err = report.Bridge([]ledger.Statement{s}, report.Options{})
		require.NoError(t, err)
		assert.Contains(t, f.Description(), began.String()+" to "+began.String())
	}
}

// A column is of numbers when all its cells are, blanks aside.
func TestFromRows_Numbers(t *testing.T) {
	table, err := report.FromRows("t", [][]string{{"who", "n", "m"}, {"1", "2", "5"}, {"b", "", "6%"}}, report.Options{})
	require.NoError(t, err)
	assert.Equal(t, []bool{false, true, true}, []bool{table.Columns[0].Number, table.Columns[1].Number, table.Columns[2].Number})
	plain := func(r, c int) string { return table.Rows[r][c].Plain }
	assert.Equal(t, []string{"", "2", "", "5", ""}, []string{plain(0, 0), plain(0, 1), plain(1, 1), plain(0, 2), plain(1, 2)})
}

// A page of nothing but a figure has no numbers at a glance; one of books without
// changes is none.
func TestPage_OfLittle(t *testing.T) {
	f, err := report.Spark("x", began, []metrics.Ratio{metrics.Amount(decimal.New(1, 0))}, report.Options{})
	require.NoError(t, err)
	p := report.Page{Title: "little", Figures: []report.Figure{f}}
	md, err := p.Markdown(report.Options{})
	require.NoError(t, err)
	assert.Equal(t, "# little\n\n## x\n\nFrom 1 to 1, 2024-01 to 2024-01.\n\n| Month | x |\n|---|--:|\n| 2024-01 | 1 |\n\n", md)
	books, err := ledger.New(ledger.Options{Currency: "EUR"})
	require.NoError(t, err)
	_, err = report.Books(books, began, report.Options{})
	require.ErrorContains(t, err, "it has none")
}
