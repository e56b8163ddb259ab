package sqltext_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"math"
	"math/big"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/lifecycle-go/lifecycle/internal/golden"
	"github.com/lifecycle-go/lifecycle/journey/funnel"
	"github.com/lifecycle-go/lifecycle/metrics/calendar"
	"github.com/lifecycle-go/lifecycle/metrics/cohort"
	"github.com/lifecycle-go/lifecycle/metrics/ledger"
	"github.com/lifecycle-go/lifecycle/metrics/sqltext"
	"github.com/lifecycle-go/lifecycle/touchpoint"
)

// The texts are executed by the tests of metrics/ledger/sqllog, on real engines.

var january = calendar.NewMonth(2026, time.January)

func full() sqltext.Changes {
	return sqltext.Changes{
		Table: "shop.billing.changes", Customer: "customer", Subscription: "subscription", Item: "item", At: "at", Month: "month",
		Amount: "units", PerMajor: 1200, Seq: "seq", Alive: "alive", CurrencyColumn: "currency", Currency: "EUR", Segment: "country",
	}
}

func least() sqltext.Changes {
	return sqltext.Changes{Table: "changes", Customer: "customer", At: "at", Month: "month", Amount: "cents"}
}

func year() sqltext.Span { return sqltext.Span{From: january, To: january.Add(11)} }

func steps() funnel.Spec {
	return funnel.Spec{Steps: []funnel.Step{
		{Any: touchpoint.Named("visit")},
		{Name: "trial", Any: touchpoint.Named("trial's", `sign\up`)},
		{Any: touchpoint.Named("paid")},
	}}
}

// One text a dialect and query, kept as files: what changes in them is seen.
func TestTexts_Golden(t *testing.T) {
	t.Parallel()
	for _, d := range sqltext.Dialects() {
		t.Run(d.String(), func(t *testing.T) {
			t.Parallel()
			keep := func(name string, q interface{ Text() string }, err error) {
				require.NoError(t, err)
				golden.Equal(t, d.String()+"/"+name+".sql", []byte(q.Text()))
			}
			q, err := sqltext.Statements(d, full(), year())
			keep("segments", q, err)
			q, err = sqltext.Statements(d, least(), sqltext.Span{From: january, To: january, Net: ledger.PerMonth})
			keep("statements", q, err)
			m, err := sqltext.Movements(d, full(), year())
			keep("movements", m, err)
			c, err := sqltext.Cohorts(d, full(), sqltext.CohortOptions{Through: january, Base: cohort.BaseMonthEnd})
			keep("cohorts", c, err)
			f, err := sqltext.Funnel(d, sqltext.Events{Table: "events", Customer: "who", Name: "what", At: "at"}, steps())
			keep("funnel", f, err)
			k, err := sqltext.ChangeChecks(d, full())
			keep("checks", k, err)
			again, err := sqltext.Cohorts(d, full(), sqltext.CohortOptions{Through: january, Base: cohort.BaseMonthEnd})
			require.NoError(t, err)
			assert.Equal(t, c.Text(), again.Text())
		})
	}
}

func TestDBT_Golden(t *testing.T) {
	t.Parallel()
	changes := full()
	changes.Table = "billing.changes"
	files, err := sqltext.DBT(sqltext.Snowflake, changes, sqltext.DBTOptions{Span: year()})
	require.NoError(t, err)
	var b strings.Builder // as a txtar archive
	for _, f := range files {
		fmt.Fprintf(&b, "-- %s --\n%s", f.Name, f.Text)
		if strings.HasPrefix(f.Name, "models/") && strings.HasSuffix(f.Name, ".sql") {
			assert.Equal(t, 1, strings.Count(f.Text, "{{ source('billing', 'changes') }}"), f.Name)
			assert.NotContains(t, f.Text, `"changes"`)
		}
	}
	golden.Equal(t, "dbt.txtar", []byte(b.String()))
}

// No text divides, calls a date function, or knows a float; every dialect's text
// differs only in its speech.
func TestTexts_KeepTheRules(t *testing.T) {
	t.Parallel()
	for _, d := range sqltext.Dialects() {
		q, err := sqltext.Statements(d, full(), year())
		require.NoError(t, err)
		c, err := sqltext.Cohorts(d, full(), sqltext.CohortOptions{Through: january})
		require.NoError(t, err)
		f, err := sqltext.Funnel(d, sqltext.Events{Table: "e", Customer: "a", Name: "b", At: "c"}, steps())
		require.NoError(t, err)
		for _, text := range []string{q.Text(), c.Text(), f.Text()} {
			for _, banned := range []string{"/", "%", "DATE", "ROUND", "FLOAT", "DOUBLE", "LAG(", "QUALIFY", "FILTER", "GREATEST", "LEAST("} {
				assert.NotContains(t, text, banned, d)
			}
			assert.Equal(t, strings.Count(text, "("), strings.Count(text, ")"), d)
		}
	}
}

// Whatever would leave the quotes, or mean something else than it says, is
// refused by name; what people call columns is not.
func TestNames(t *testing.T) {
	t.Parallel()
	for _, name := range []string{
		"", `a"b`, "a`b", "a'b", `a\b`, "a;b", "a--", "-a", "a\x00b", "a\nb", "a(b", "{{a}}", "1a", "a.b", " a", "a ", "a/*", "a$$", "\xff", "é́\u202e",
		strings.Repeat("a", 129), "🙂",
	} {
		if name == "a$$" {
			continue // dollars inside a name are names
		}
		for _, d := range sqltext.Dialects() {
			c := least()
			c.Customer = name
			_, err := sqltext.Statements(d, c, year())
			require.ErrorIs(t, err, sqltext.ErrName, "%q", name)
			require.ErrorContains(t, err, "Customer")
			_, err = d.Micros(name)
			require.ErrorIs(t, err, sqltext.ErrName)
		}
	}
	for _, table := range []string{"", "a.b.c.d", "a..b", ".a", `a".b`} {
		c := least()
		c.Table = table
		_, err := sqltext.Statements(sqltext.Postgres, c, year())
		require.ErrorIs(t, err, sqltext.ErrName, "%q", table)
	}
	for _, name := range []string{"Customer ID", "عميل", "ลูกค้า", "select", "a-b", "a$b", "_", "Größe"} {
		c := least()
		c.Customer = name
		q, err := sqltext.Statements(sqltext.Postgres, c, year())
		require.NoError(t, err, name)
		assert.Contains(t, q.Text(), `"`+name+`" AS k_customer`)
	}
	long := least()
	long.Customer = strings.Repeat("a", 64) // Postgres would cut it
	_, err := sqltext.Statements(sqltext.Postgres, long, year())
	require.ErrorIs(t, err, sqltext.ErrName)
	_, err = sqltext.Statements(sqltext.DuckDB, long, year())
	require.NoError(t, err)

	for _, name := range []string{"a\x00", "a\nb", "\xff", strings.Repeat("x", 1025)} {
		spec := funnel.Spec{Steps: []funnel.Step{{Any: touchpoint.Named(name)}}}
		_, err := sqltext.Funnel(sqltext.Postgres, sqltext.Events{Table: "e", Customer: "a", Name: "b", At: "c"}, spec)
		require.ErrorIs(t, err, sqltext.ErrName, "%q", name)
	}
}

func TestOptions_Refused(t *testing.T) {
	t.Parallel()
	refused := func(err error, field string) {
		t.Helper()
		require.ErrorIs(t, err, sqltext.ErrOptions)
		require.ErrorContains(t, err, field)
	}
	_, err := sqltext.Statements(0, least(), year())
	refused(err, "Dialect")
	_, err = sqltext.Statements(9, least(), year())
	refused(err, "Dialect")
	_, err = sqltext.Statements(sqltext.Postgres, least(), sqltext.Span{From: january})
	refused(err, "two months")
	_, err = sqltext.Statements(sqltext.Postgres, least(), sqltext.Span{From: january, To: january.Add(-1)})
	refused(err, "To")
	_, err = sqltext.Statements(sqltext.Postgres, least(), sqltext.Span{From: january, To: january.Add(sqltext.MaxMonths)})
	refused(err, "1200 months")
	_, err = sqltext.Statements(sqltext.Postgres, least(), sqltext.Span{From: january, To: january, Net: 7})
	refused(err, "Net")
	c := least()
	c.PerMajor = -1
	_, err = sqltext.Movements(sqltext.Postgres, c, year())
	refused(err, "PerMajor")
	c = least()
	c.CurrencyColumn = "currency"
	_, err = sqltext.Movements(sqltext.Postgres, c, year())
	refused(err, "CurrencyColumn")
	c.Currency = "euro"
	_, err = sqltext.ChangeChecks(sqltext.Postgres, c)
	refused(err, "Currency")
	_, err = sqltext.Cohorts(sqltext.Postgres, least(), sqltext.CohortOptions{})
	refused(err, "months")
	_, err = sqltext.Cohorts(sqltext.Postgres, least(), sqltext.CohortOptions{Through: january, Base: 9})
	refused(err, "Base")

	events := sqltext.Events{Table: "e", Customer: "a", Name: "b", At: "c"}
	for field, change := range map[string]func(*funnel.Spec){
		"Steps":            func(s *funnel.Spec) { s.Steps = nil },
		"at most 16 steps": func(s *funnel.Spec) { s.Steps = slices.Repeat(s.Steps[:1], 17) },
		"Order":            func(s *funnel.Spec) { s.Order = funnel.AnyOrder },
		"Days":             func(s *funnel.Spec) { s.Days = 3 },
		"StrictlyIncr":     func(s *funnel.Spec) { s.StrictlyIncreasing = true },
		"Tolerance":        func(s *funnel.Spec) { s.Tolerance = time.Second },
		"Exclude": func(s *funnel.Spec) {
			s.Exclude = []funnel.Exclusion{{Any: touchpoint.Named("x"), Before: 1}}
		},
		"Customers":   func(s *funnel.Spec) { s.Customers = func(string) bool { return true } },
		"Window":      func(s *funnel.Spec) { s.Window = 1 },
		"From":        func(s *funnel.Spec) { s.From = time.Unix(0, 1) },
		"To":          func(s *funnel.Spec) { s.To = time.Unix(0, 1) },
		"Steps[1]":    func(s *funnel.Spec) { s.Steps[1].Optional = true },
		"Steps[2]":    func(s *funnel.Spec) { s.Steps[2].Within = time.Hour },
		"Steps[0].An": func(s *funnel.Spec) { s.Steps[0].Any[0].Channel = "mail" },
		"Seq": func(s *funnel.Spec) {
			s.Steps[0].Any = touchpoint.Named("visit", "paid") // paid is of two steps, visit of one
		},
	} {
		spec := steps()
		change(&spec)
		_, err := sqltext.Funnel(sqltext.Postgres, events, spec)
		refused(err, field)
	}

	for _, table := range []string{"Changes", "a.b.c", "a'b", "{{x}}", ""} {
		c := least()
		c.Table = table
		_, err := sqltext.DBT(sqltext.Postgres, c, sqltext.DBTOptions{Span: year()})
		require.ErrorIs(t, err, sqltext.ErrName)
	}
	_, err = sqltext.DBT(sqltext.Postgres, least(), sqltext.DBTOptions{Span: year(), Prefix: "../x"})
	require.ErrorIs(t, err, sqltext.ErrName)
	_, err = sqltext.DBT(sqltext.Postgres, least(), sqltext.DBTOptions{})
	require.ErrorIs(t, err, sqltext.ErrOptions)
}

func rows(list ...[]any) iter.Seq2[[]any, error] {
	return func(yield func([]any, error) bool) {
		for _, r := range list {
			if !yield(r, nil) {
				return
			}
		}
	}
}

// line is a month of the query's result: 1200 units of 1/1200 are 1.
func line(month, opening, won, closing any) []any {
	return []any{month, opening, won, 0, 0, 0, 0, closing, 0, 1, 0, 0, 0, 0, 1, 1, 0}
}

type decimalOf string

func (d decimalOf) String() string { return string(d) }

// Every way in which clients hand over an exact integer is read; what is not one
// is refused with the column.
func TestRead_Values(t *testing.T) {
	t.Parallel()
	c := full()
	c.Segment = ""
	q, err := sqltext.Statements(sqltext.SQLite, c, sqltext.Span{From: january, To: january})
	require.NoError(t, err)
	for _, v := range []any{
		int64(1200), 1200, int32(1200), uint64(1200), "1200", []byte("1200.000"), big.NewInt(1200), big.NewRat(1200, 1), decimalOf("1200"),
	} {
		got, err := q.Read(rows(line(int64(24312), 0, v, v)))
		require.NoError(t, err, "%T", v)
		assert.Equal(t, "2026-01 EUR: 0 + 1 new = 1, 1 customers", got[0].String())
	}
	for _, v := range []any{
		nil, 1200.0, true, "", "-", "12e3", "1.5", " 1", "0x10", "+1", "1_0", big.NewRat(1, 2), (*big.Int)(nil), (*big.Rat)(nil), "NaN",
		strings.Repeat("9", 81), math.Inf(1),
		time.Time{},
		decimalOf("1/2"),
	} {
		_, err := q.Read(rows(line(24312, 0, v, 1200)))
		require.ErrorIs(t, err, sqltext.ErrRows, "%v", v)
		require.ErrorContains(t, err, "row 1")
		require.ErrorContains(t, err, "new_business")
	}
}

// A result that is not the query's is refused, and never half of it used.
func TestRead_Refused(t *testing.T) {
	t.Parallel()
	c := full()
	c.Segment = ""
	q, err := sqltext.Statements(sqltext.SQLite, c, sqltext.Span{From: january, To: january.Add(1)})
	require.NoError(t, err)
	next := []any{24313, 1200, 0, 0, 0, 0, 0, 1200, 1, 0, 0, 0, 0, 0, 1, 1, 0}
	good := line(24312, 0, 1200, 1200)
	_, err = q.Read(rows(good, next))
	require.NoError(t, err)
	_, err = q.Read(rows(next, good))
	require.NoError(t, err, "in any order")
	with := func(row []any, i int, v any) []any {
		row = slices.Clone(row)
		row[i] = v
		return row
	}
	for name, in := range map[string]iter.Seq2[[]any, error]{
		"a month missing":    rows(good),
		"a month twice":      rows(good, good),
		"a row too many":     rows(good, next, next),
		"too few columns":    rows(good[:16], next),
		"a month outside":    rows(with(good, 0, 24311), next),
		"no month":           rows(with(good, 0, -1), next),
		"closing is not":     rows(with(good, 7, 1), next),
		"heads do not add":   rows(with(good, 14, 2), next),
		"months do not meet": rows(good, with(with(next, 1, 1199), 7, 1199)),
		"negative":           rows(with(with(good, 1, -1200), 7, 0), next),
		"too many paying":    rows(with(good, 15, 2), next),
		"churned and nobody": rows(with(with(good, 11, 3), 14, -2), next),
	} {
		_, err := q.Read(in)
		require.ErrorIs(t, err, sqltext.ErrRows, name)
	}
	_, err = q.Read(rows(good, with(next, 16, 4)))
	require.ErrorIs(t, err, sqltext.ErrFaults)
	require.ErrorContains(t, err, "4 of them")
	broken := errors.New("connection lost")
	_, err = q.Read(func(yield func([]any, error) bool) { _ = yield(good, nil) && yield(nil, broken) })
	require.ErrorIs(t, err, broken)
	_, err = q.ReadSegments(rows())
	require.ErrorIs(t, err, sqltext.ErrOptions)

	parted, err := sqltext.Statements(sqltext.SQLite, full(), sqltext.Span{From: january, To: january.Add(1)})
	require.NoError(t, err)
	_, err = parted.Read(rows())
	require.ErrorIs(t, err, sqltext.ErrOptions)
	none, err := parted.ReadSegments(rows())
	require.NoError(t, err)
	assert.Empty(t, none)
	of := func(key any, row []any) []any { return append([]any{key}, row...) }
	some, err := parted.ReadSegments(rows(of("b", good), of("a", next), of([]byte("b"), next), of("a", good)))
	require.NoError(t, err)
	assert.Equal(t, "a", some[0].Key)
	assert.Equal(t, "1", some[1].Statements[1].Revenue.Closing().String())
	for _, in := range []iter.Seq2[[]any, error]{
		rows(of("a", good)), rows(of("a", good), of("b", next)), rows(of(7, good), of(7, next)), rows(of("a", good), of("a", good)),
	} {
		_, err = parted.ReadSegments(in)
		require.ErrorIs(t, err, sqltext.ErrRows)
	}
}

func TestReadCohorts_Refused(t *testing.T) {
	t.Parallel()
	q, err := sqltext.Cohorts(sqltext.SQLite, full(), sqltext.CohortOptions{Through: january.Add(1)})
	require.NoError(t, err)
	cell := func(month, age, size, active any) []any {
		return []any{month, age, size, 1200, 1200, active, 1200, 1200, 1200, 0, 0, 0, 0, 0}
	}
	table, err := q.Read(rows(cell(24312, 1, 1, 1), cell(24312, 0, 1, 1), cell(24313, 0, 1, 1)))
	require.NoError(t, err)
	assert.Equal(t, "100.0%", table.NRR(january, 1).Percent(1))
	require.ErrorIs(t, table.Merge(table), cohort.ErrCustomers, "who they are it does not know")
	empty, err := q.Read(rows(append(make([]any, 13), 0)))
	require.NoError(t, err)
	assert.Empty(t, empty.Cohorts())
	for name, in := range map[string]iter.Seq2[[]any, error]{
		"an age missing":   rows(cell(24312, 0, 1, 1)),
		"an age twice":     rows(cell(24313, 0, 1, 1), cell(24313, 0, 1, 1)),
		"an age too old":   rows(cell(24313, 1, 1, 1)),
		"no age":           rows(cell(24313, -1, 1, 1)),
		"after through":    rows(cell(24314, 0, 1, 1)),
		"sizes differ":     rows(cell(24312, 0, 2, 1), cell(24312, 1, 1, 1)),
		"more than all":    rows(cell(24313, 0, 1, 2)),
		"a negative size":  rows(cell(24313, 0, -1, 0)),
		"no month":         rows(cell(0, 0, 1, 1)),
		"a negative worth": rows(append(cell(24313, 0, 1, 1)[:12], -1, 0)),
	} {
		_, err := q.Read(in)
		require.ErrorIs(t, err, sqltext.ErrRows, name)
	}
	_, err = q.Read(rows(append(make([]any, 13), 2)))
	require.ErrorIs(t, err, sqltext.ErrFaults)
}

func TestReadMovements(t *testing.T) {
	t.Parallel()
	q, err := sqltext.Movements(sqltext.SQLite, full(), year())
	require.NoError(t, err)
	row := func() []any { return []any{"acme", int64(1_767_225_600_000_000), 24312, "new", 1, 0, 1200, 1200, 0} }
	var got []sqltext.Movement
	for m, err := range q.Read(rows(row(), []any{int64(7), 0, 24313, "churn", -1, 600, 0, -600, 0})) {
		require.NoError(t, err)
		got = append(got, m)
	}
	assert.Equal(t, "2026-01 acme: new 1 (0 to 1)", got[0].String())
	assert.Equal(t, "2026-02 7: churn 0.5 (0.5 to 0)", got[1].String())
	assert.True(t, january.Start(nil).Equal(got[0].At))
	for range q.Read(rows(row(), row())) {
		break
	}
	for m, err := range q.Read(rows([]any{nil, nil, nil, nil, nil, nil, nil, nil, 0})) {
		t.Error("nothing moved", m, err)
	}
	for i, v := range map[int]any{0: 1.5, 1: "x", 2: 3, 3: "lost", 4: 2, 5: -1, 7: 1, 8: 1} {
		in := row()
		in[i] = v
		n := 0
		for _, err := range q.Read(rows(row(), in, row())) {
			if n++; n > 1 {
				require.Error(t, err, "column %d", i)
			}
		}
		assert.Equal(t, 2, n, "it ends with the error")
	}
}

func TestReadFunnel(t *testing.T) {
	t.Parallel()
	q, err := sqltext.Funnel(sqltext.SQLite, sqltext.Events{Table: "e", Customer: "a", Name: "b", At: "c"}, steps())
	require.NoError(t, err)
	got, err := q.Read(rows([]any{0, 5, 0}, []any{3, 1, 0}, []any{1, 2, 0}))
	require.NoError(t, err)
	assert.Equal(t, "3 of 8 began\nvisit: 3 (100.0%)\ntrial: 1 (33.3%)\npaid: 1 (33.3%)", got.String())
	b, err := json.Marshal(got)
	require.NoError(t, err)
	assert.JSONEq(t, `{"names":["visit","trial","paid"],"stopped":[5,2,0,1]}`, string(b))
	for _, in := range []iter.Seq2[[]any, error]{
		rows([]any{4, 1, 0}), rows([]any{-1, 1, 0}), rows([]any{1, 1, 0}, []any{1, 1, 0}), rows([]any{1, -1, 0}), rows([]any{1, 1}),
	} {
		_, err := q.Read(in)
		require.ErrorIs(t, err, sqltext.ErrRows)
	}
	none, err := q.Read(rows())
	require.NoError(t, err)
	assert.False(t, none.Steps()[0].FromFirst.Defined())
	_, err = q.Read(rows([]any{1, 1, 3}))
	require.ErrorIs(t, err, sqltext.ErrFaults)
}

func TestReadChecks(t *testing.T) {
	t.Parallel()
	q, err := sqltext.ChangeChecks(sqltext.SQLite, least())
	require.NoError(t, err)
	got, err := q.Read(rows([]any{0, 1, 2, 3, 4, 5}))
	require.NoError(t, err)
	assert.Equal(t, "negative: 2 rows", got[2].String())
	_, err = q.Read(rows())
	require.ErrorIs(t, err, sqltext.ErrRows)
	_, err = q.Read(rows([]any{0, 1, 2, 3, 4, 5}, []any{0, 1, 2, 3, 4, 5}))
	require.ErrorIs(t, err, sqltext.ErrRows)
}

func TestDialect_Text(t *testing.T) {
	t.Parallel()
	for _, d := range sqltext.Dialects() {
		b, err := d.MarshalText()
		require.NoError(t, err)
		var back sqltext.Dialect
		require.NoError(t, back.UnmarshalText(b))
		assert.Equal(t, d, back)
		v, err := d.Value()
		require.NoError(t, err)
		require.NoError(t, back.Scan(v))
		assert.Equal(t, d <= sqltext.SQLite, d.Executed())
	}
}

// Whatever a client hands over, reading ends in statements that close or in an
// error.
func FuzzRead_StatementsClose(f *testing.F) {
	f.Add("24312", "0", "1200", "1200", int64(1), int64(1))
	f.Add("24312", "-5", "1e9", "", int64(-1), int64(0))
	f.Add("288000", "99999999999999999999999999999999999999", "1", "100000000000000000000000000000000000000", int64(1), int64(1))
	c := full()
	c.Segment = ""
	q, err := sqltext.Statements(sqltext.BigQuery, c, sqltext.Span{From: january, To: january})
	require.NoError(f, err)
	f.Fuzz(func(t *testing.T, month, opening, won, closing string, joined, paying int64) {
		got, err := q.Read(rows([]any{month, opening, won, 0, 0, 0, 0, closing, 0, joined, 0, 0, 0, 0, joined, paying, 0}))
		if err != nil {
			require.ErrorIs(t, err, sqltext.ErrRows)
			return
		}
		r := got[0].Revenue
		require.NoError(t, r.Validate())
		require.Equal(t, got[0].Customers.Closing(), got[0].ClosingCustomers)
	})
}
