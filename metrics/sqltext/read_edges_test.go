package sqltext_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/lifecycle-go/lifecycle/metrics/calendar"
	"github.com/lifecycle-go/lifecycle/metrics/sqltext"
)

// The first and the last month of the calendar are read, and the months beside
// them are none.
func TestRead_CalendarEnds(t *testing.T) {
	t.Parallel()
	c := full()
	c.Segment = ""
	first, last := calendar.NewMonth(calendar.MinYear, time.January), calendar.NewMonth(calendar.MaxYear, time.December)
	for m, row := range map[calendar.Month]struct{ good, bad int64 }{
		first: {1900 * 12, 1900*12 - 1}, last: {2200*12 + 11, 2201 * 12},
	} {
		q, err := sqltext.Statements(sqltext.SQLite, c, sqltext.Span{From: m, To: m})
		require.NoError(t, err)
		got, err := q.Read(rows(line(row.good, 0, 1200, 1200)))
		require.NoError(t, err)
		assert.Equal(t, m, got[0].Month)
		_, err = q.Read(rows(line(row.bad, 0, 1200, 1200)))
		require.ErrorIs(t, err, sqltext.ErrRows)
		require.ErrorContains(t, err, "month_no")
		require.ErrorContains(t, err, "calendar's years")
	}
}

// A negative sum as text is a number; a sign elsewhere, or alone, is none. A
// number may have eighty digits.
func TestRead_SignsAndDigits(t *testing.T) {
	t.Parallel()
	q, err := sqltext.Movements(sqltext.SQLite, full(), year())
	require.NoError(t, err)
	read := func(before, delta any) (n int, last error) {
		for _, err := range q.Read(rows([]any{"acme", 0, 24313, "churn", -1, before, 0, delta, 0})) {
			n, last = n+1, err
		}
		return n, last
	}
	for _, pair := range [][2]any{{600, "-600"}, {"600", []byte("-600.00")}, {600, decimalOf("-600")}, {strings.Repeat("9", 79), "-" + strings.Repeat("9", 79)}} {
		n, err := read(pair[0], pair[1])
		require.NoError(t, err, "%v", pair)
		assert.Equal(t, 1, n)
	}
	for _, bad := range []any{"6-00", "--600", "-", "600-", "-600.5", "-" + strings.Repeat("9", 80)} {
		_, err := read(600, bad)
		require.ErrorIs(t, err, sqltext.ErrRows, "%v", bad)
	}
}

// A level at which nobody stopped may be said so.
func TestReadFunnel_Nobody(t *testing.T) {
	t.Parallel()
	q, err := sqltext.Funnel(sqltext.SQLite, sqltext.Events{Table: "e", Customer: "a", Name: "b", At: "c"}, steps())
	require.NoError(t, err)
	said, err := q.Read(rows([]any{0, 0, 0}, []any{1, 2, 0}, []any{2, 0, 0}, []any{3, 1, 0}))
	require.NoError(t, err)
	unsaid, err := q.Read(rows([]any{1, 2, 0}, []any{3, 1, 0}))
	require.NoError(t, err)
	assert.Equal(t, unsaid, said)
	_, err = q.Read(rows([]any{1, 0, 0}, []any{1, 0, 0}))
	require.ErrorIs(t, err, sqltext.ErrRows, "twice all the same")
}

// The dialects beside the known ones are none.
func TestDialect_Ends(t *testing.T) {
	t.Parallel()
	for _, d := range sqltext.Dialects() {
		_, err := d.Micros("at")
		require.NoError(t, err)
	}
	for _, d := range []sqltext.Dialect{0, sqltext.ClickHouse + 1, 255} {
		_, err := d.Micros("at")
		require.ErrorIs(t, err, sqltext.ErrOptions, "%d", d)
		_, err = sqltext.Statements(d, least(), year())
		require.ErrorIs(t, err, sqltext.ErrOptions, "%d", d)
	}
}

// Names, prefixes and figures at their ends: what is just inside is taken, what
// is just outside is not.
func TestNames_Ends(t *testing.T) {
	t.Parallel()
	for name, ok := range map[string]bool{
		"a": true, "é": true, "e\u0301": true, "\u0301e": false, "\u0301": false, "a1": true, "1a": false, "a$": true, "$a": false,
		"a-b": true, "-b": false, "a-": false, "a b": true, " b": false, "a ": false, "a\"b": false, "a`b": false,
		strings.Repeat("a", 63): true, strings.Repeat("a", 64): false,
	} {
		c := least()
		c.Customer = name
		_, err := sqltext.Statements(sqltext.Postgres, c, year())
		require.Equal(t, ok, err == nil, "%q: %v", name, err)
	}
	for n, ok := range map[int]bool{1: true, 32: true, 33: false} {
		_, err := sqltext.DBT(sqltext.Postgres, least(), sqltext.DBTOptions{Span: year(), Prefix: strings.Repeat("a", n)})
		require.Equal(t, ok, err == nil, "%d: %v", n, err)
	}
}

// A movement that no ledger has, whose gain is right all the same.
func TestReadMovements_Impossible(t *testing.T) {
	t.Parallel()
	q, err := sqltext.Movements(sqltext.SQLite, least(), year())
	require.NoError(t, err)
	for _, in := range [][]any{
		{"acme", int64(0), 24312, "new", 1, -600, 600, 1200, 0},
		{"acme", int64(0), 24312, "churn", -1, 600, -600, -1200, 0},
		{"acme", int64(0), 24312, "churn", -2, 600, 0, -600, 0},
		{"acme", int64(0), 24312, "new", 2, 0, 600, 600, 0},
	} {
		for _, err := range q.Read(rows(in)) {
			require.ErrorIs(t, err, sqltext.ErrRows, "%v", in)
		}
	}
}

// Cohorts through any month that there can be; earlier than the first month of
// the calendar there is nothing to look at.
func TestCohorts_Ends(t *testing.T) {
	t.Parallel()
	first := calendar.NewMonth(calendar.MinYear, time.January)
	for _, through := range []calendar.Month{first, first.Add(1), first.Add(sqltext.MaxMonths - 1), first.Add(sqltext.MaxMonths), calendar.NewMonth(calendar.MaxYear, time.December)} {
		_, err := sqltext.Cohorts(sqltext.SQLite, least(), sqltext.CohortOptions{Through: through})
		require.NoError(t, err, through)
	}
	for _, through := range []calendar.Month{{}, first.Add(-1), calendar.NewMonth(1, time.January), calendar.NewMonth(calendar.MaxYear+1, time.January)} {
		_, err := sqltext.Cohorts(sqltext.SQLite, least(), sqltext.CohortOptions{Through: through})
		require.ErrorIs(t, err, sqltext.ErrOptions, through)
	}
}

// A month that was not asked for is no answer.
func TestRead_OtherMonths(t *testing.T) {
	t.Parallel()
	c := full()
	c.Segment = ""
	q, err := sqltext.Statements(sqltext.SQLite, c, sqltext.Span{From: january, To: january.Add(2)})
	require.NoError(t, err)
	same := func(month int64) []any { return []any{month, 1200, 0, 0, 0, 0, 0, 1200, 1, 0, 0, 0, 0, 0, 1, 1, 0} }
	for first, ok := range map[int64]bool{24311: false, 24312: true, 24313: false} {
		_, err := q.Read(rows(line(first, 0, 1200, 1200), same(first+1), same(first+2)))
		require.Equal(t, ok, err == nil, "%d: %v", first, err)
		if !ok {
			require.ErrorContains(t, err, "want 2026-01 to 2026-03")
		}
	}
}

// Where a month begins is a matter of the location: half past five earlier in
// Kolkata than in UTC, which none means.
func TestStatements_Location(t *testing.T) {
	t.Parallel()
	kolkata := time.FixedZone("Asia/Kolkata", 19800)
	begin := time.Date(2026, time.January, 1, 0, 0, 0, 0, time.UTC)
	for loc, at := range map[*time.Location]time.Time{nil: begin, time.UTC: begin, kolkata: begin.Add(-5*time.Hour - 30*time.Minute)} {
		q, err := sqltext.Statements(sqltext.SQLite, least(), sqltext.Span{From: january, To: january.Add(11), Location: loc})
		require.NoError(t, err)
		assert.Contains(t, q.String(), fmt.Sprintf(">= %d", at.UnixMicro()), loc.String())
	}
}
