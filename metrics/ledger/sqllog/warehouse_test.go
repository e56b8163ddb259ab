package sqllog_test

import (
	"bufio"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/lifecycle-go/lifecycle/journey/funnel"
	"github.com/lifecycle-go/lifecycle/metrics/calendar"
	"github.com/lifecycle-go/lifecycle/metrics/cohort"
	"github.com/lifecycle-go/lifecycle/metrics/ledger"
	"github.com/lifecycle-go/lifecycle/metrics/sqltext"
	"github.com/lifecycle-go/lifecycle/touchpoint"
	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Texts of package sqltext on real engines: what they give is what the ledger,
// the cohort table and the funnel say, to the last unit.

// warehouse is an engine that runs texts.
type warehouse struct {
	name    string
	dialect sqltext.Dialect
	exec    func(text string) error
	query   func(text string) (iter.Seq2[[]any, error], error)
}

func (w *warehouse) must(t testing.TB, text string) {
	t.Helper()
	require.NoError(t, w.exec(text), text)
}

func (w *warehouse) rows(t testing.TB, text string) iter.Seq2[[]any, error] {
	t.Helper()
	rows, err := w.query(text)
	require.NoError(t, err, text)
	return rows
}

func ofDatabase(t testing.TB, name string, d sqltext.Dialect, driver, url string) *warehouse {
	t.Helper()
	db, err := sql.Open(driver, url)
	require.NoError(t, err)
	db.SetMaxOpenConns(1)
	t.Cleanup(func() { _ = db.Close() })
	return &warehouse{
		name: name, dialect: d,
		exec: func(text string) error { _, err := db.ExecContext(context.Background(), text); return err },
		query: func(text string) (iter.Seq2[[]any, error], error) {
			rows, err := db.QueryContext(context.Background(), text) //nolint:rowserrcheck // sqltext.Rows reads it
			if err != nil {
				return nil, err
			}
			return sqltext.Rows(rows), nil
		},
	}
}

// duckScript answers one statement a line, both ways as JSON.
const duckScript = `(async()=>{const {DuckDBInstance}=require('@duckdb/node-api');
const c=await (await DuckDBInstance.create(':memory:')).connect();
for await (const line of require('readline').createInterface({input:process.stdin})){
 let out; try{const r=await c.runAndReadAll(JSON.parse(line)); out={rows:r.getRowsJson()}}catch(e){out={error:String(e)}}
 console.log(JSON.stringify(out))}})()`

// duck is DuckDB from npm: LIFECYCLE_NPM names a folder in which
// "npm install @duckdb/node-api" was run.
func duck(t testing.TB) *warehouse {
	t.Helper()
	dir := os.Getenv("LIFECYCLE_NPM")
	if dir == "" {
		t.Skip("NOT TESTED ON DUCKDB: LIFECYCLE_NPM names no folder with @duckdb/node-api")
	}
	cmd := exec.Command("node", "-e", duckScript)
	cmd.Dir = dir
	cmd.Stderr = os.Stderr
	in, err := cmd.StdinPipe()
	require.NoError(t, err)
	out, err := cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	t.Cleanup(func() { _ = in.Close(); _, _ = io.Copy(io.Discard, out); _ = cmd.Wait() })
	answers := bufio.NewReaderSize(out, 1<<20)
	ask := func(text string) ([][]any, error) {
		b, err := json.Marshal(text)
		if err != nil {
			return nil, err
		}
		if _, err := in.Write(append(b, '\n')); err != nil {
			return nil, err
		}
		line, err := answers.ReadBytes('\n')
		if err != nil {
			return nil, err
		}
		var a struct {
			Rows  [][]any
			Error string
		}
		d := json.NewDecoder(strings.NewReader(string(line)))
		d.UseNumber()
		if err := d.Decode(&a); err != nil {
			return nil, err
		}
		if a.Error != "" {
			return nil, errors.New(a.Error)
		}
		return a.Rows, nil
	}
	return &warehouse{
		name: "duckdb", dialect: sqltext.DuckDB,
		exec: func(text string) error { _, err := ask(text); return err },
		query: func(text string) (iter.Seq2[[]any, error], error) {
			rows, err := ask(text)
			if err != nil {
				return nil, err
			}
			return func(yield func([]any, error) bool) {
				for _, r := range rows {
					for i, v := range r {
						if n, ok := v.(json.Number); ok {
							r[i] = n.String()
						}
					}
					if !yield(r, nil) {
						return
					}
				}
			}, nil
		},
	}
}

func onWarehouses(t *testing.T, test func(t *testing.T, w *warehouse)) {
	t.Helper()
	for name, open := range map[string]func(t testing.TB) *warehouse{
		"sqlite": func(t testing.TB) *warehouse {
			t.Helper()
			return ofDatabase(t, "sqlite", sqltext.SQLite, "sqlite", "file:"+filepath.Join(t.TempDir(), "warehouse.db")+"?_pragma=synchronous(off)")
		},
		"postgres": func(t testing.TB) *warehouse {
			t.Helper()
			return ofDatabase(t, "postgres", sqltext.Postgres, "pgx", server.Database(t, "pgx"))
		},
		"duckdb": duck,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, open(t))
		})
	}
}

func quoted(s string) string { return "'" + strings.ReplaceAll(s, "'", "''") + "'" }

const changesTable = `CREATE TABLE changes ("customer" VARCHAR(40), "Sub scription" VARCHAR(40), "item" VARCHAR(40), "at" BIGINT, "month" INTEGER,
 "units" BIGINT, "seq" INTEGER, "alive" INTEGER, "currency" VARCHAR(3), "country" VARCHAR(20))`

func changesOf() sqltext.Changes {
	return sqltext.Changes{
		Table: "changes", Customer: "customer", Subscription: "Sub scription", Item: "item", At: "at", Month: "month", Amount: "units",
		PerMajor: 1200, Seq: "seq", Alive: "alive", CurrencyColumn: "currency", Currency: "EUR", Segment: "country",
	}
}

// told is a change and how the table says it.
type told struct {
	ledger.Change
	units int64
}

var (
	zone     = time.FixedZone("test", 5*3600+1800)
	firstDay = time.Date(2024, 3, 1, 0, 0, 0, 0, zone)
	country  = func(customer string) string { return []string{"de", "ไทย", "o'x"}[len(customer)%3] }
)

// drawTold draws histories thick with what is hard.
func drawTold(r *rand.Rand) []told {
	out := make([]told, r.IntN(40))
	for i := range out {
		c := &out[i]
		c.Customer = []string{"a", "bb", "ccc", "Bé'", "عميل"}[r.IntN(5)]
		c.Subscription = []string{"", "x"}[r.IntN(2)]
		c.Item = []string{"", "", "seats"}[r.IntN(3)]
		c.Currency = "EUR"
		cents := []int64{0, 0, 100, 4999, 10_000, 1}[r.IntN(6)]
		c.Amount, c.units = decimal.New(cents, -2), cents*12
		if r.IntN(3) == 0 { // by the year: 49.99 a year does not end within any place
			c.Cycle, c.units = calendar.Cycle{Unit: calendar.UnitYear}, cents
		}
		c.Alive = r.IntN(5) == 0
		switch r.IntN(3) {
		case 0: // around the end of a month
			c.At = calendar.MonthOf(firstDay, zone).Add(r.IntN(6)).Start(zone).Add(time.Duration(r.IntN(3)-1) * time.Microsecond)
		case 1:
			c.At = firstDay.Add(time.Duration(r.IntN(40)) * 24 * time.Hour)
		default:
			c.At = firstDay.Add(time.Duration(r.IntN(180*24)) * time.Hour)
		}
		if r.IntN(3) == 0 {
			c.Recorded = c.At.Add(time.Duration(r.IntN(1000)) * time.Hour)
		}
	}
	return out
}

// load writes them into the table. Seq says what holds: stated recordings beat
// those that are not, then the later, then the later in the input.
func load(t *testing.T, w *warehouse, changes []told) {
	t.Helper()
	w.must(t, "DELETE FROM changes")
	order := make([]int, len(changes))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int {
		x, y := changes[a].Recorded, changes[b].Recorded
		if x.IsZero() != y.IsZero() {
			if x.IsZero() {
				return -1
			}
			return 1
		}
		return x.Compare(y)
	})
	var rows []string
	for seq, i := range order {
		c := changes[i]
		m := calendar.MonthOf(c.At, zone)
		alive := 0
		if c.Alive {
			alive = 1
		}
		rows = append(rows, fmt.Sprintf("(%s,%s,%s,%d,%d,%d,%d,%d,'EUR',%s)", quoted(c.Customer), quoted(c.Subscription), quoted(c.Item),
			c.At.UnixMicro(), m.Year()*12+int(m.Month())-1, c.units, seq, alive, quoted(country(c.Customer))))
	}
	if len(rows) > 0 {
		w.must(t, "INSERT INTO changes VALUES "+strings.Join(rows, ","))
	}
}

func text(t testing.TB, v any) string {
	t.Helper()
	b, err := json.MarshalIndent(v, "", " ")
	require.NoError(t, err)
	return string(b)
}

// awkward counts what was drawn.
func awkward(seen map[string]int, changes []told, months []ledger.Statement) {
	at, level := map[string]bool{}, map[string]bool{}
	var last time.Time
	for _, c := range changes {
		k := c.Customer + c.At.String()
		if at[k] {
			seen["two changes of a customer at one instant"]++
		}
		at[k] = true
		k += "\x00" + c.Subscription + "\x00" + c.Item
		if level[k] {
			seen["a correction of a level at its instant"]++
		}
		level[k] = true
		if c.At.Before(last) {
			seen["a late change"]++
		}
		last = c.At
		if c.units == 0 {
			seen["an amount of zero"]++
		}
		if c.units == 0 && c.Alive {
			seen["alive at zero"]++
		}
	}
	if len(changes) == 0 {
		seen["no changes"]++
	}
	for _, s := range months {
		if s.Customers.ChurnedAndReturned > 0 {
			seen["left and returned in one month"]++
		}
		if s.Customers.NewAndChurned > 0 {
			seen["came and left in one month"]++
		}
		if !s.Revenue.Reactivation.IsZero() {
			seen["a reactivation"]++
		}
		if -s.Revenue.Closing().Exponent() > 6 {
			seen["an amount that does not end"]++
		}
		if s.PayingCustomers < s.ClosingCustomers {
			seen["present and not paying"]++
		}
	}
}

func TestLaw_SQLIsTheLedger(t *testing.T) {
	t.Parallel()
	onWarehouses(t, func(t *testing.T, w *warehouse) {
		t.Helper()
		w.must(t, changesTable)
		books := 200
		if testing.Short() {
			books = 40
		}
		seen := map[string]int{}
		for seed := range books {
			r := rand.New(rand.NewPCG(uint64(seed), 14))
			changes := drawTold(r)
			load(t, w, changes)
			net := []ledger.Net{ledger.PerInstant, ledger.PerMonth}[seed%2]
			l, err := ledger.New(ledger.Options{Currency: "EUR", Location: zone, Net: net})
			require.NoError(t, err)
			for _, c := range changes {
				require.NoError(t, l.Append(c.Change))
			}
			from := calendar.MonthOf(firstDay, zone).Add(r.IntN(4) - 2)
			span := sqltext.Span{From: from, To: from.Add(r.IntN(9)), Net: net, Location: zone}
			whole, parts := changesOf(), changesOf()
			whole.Segment = ""

			want, err := l.Statements(span.From, span.To)
			require.NoError(t, err)
			q, err := sqltext.Statements(w.dialect, whole, span)
			require.NoError(t, err)
			got, err := q.Read(w.rows(t, q.Text()))
			require.NoError(t, err, seed)
			require.Equal(t, text(t, want), text(t, got), "%d: %v\n%s", seed, changes, q)
			awkward(seen, changes, want)

			wantParts, err := l.StatementsBy(span.From, span.To, country)
			require.NoError(t, err)
			q, err = sqltext.Statements(w.dialect, parts, span)
			require.NoError(t, err)
			gotParts, err := q.ReadSegments(w.rows(t, q.Text()))
			require.NoError(t, err, seed)
			require.Equal(t, text(t, wantParts), text(t, gotParts), seed)

			requireMovements(t, w, l, whole, span)

			rules := cohort.Options{Through: span.To, Base: cohort.Base(r.IntN(2)), Month0: cohort.Month0(r.IntN(2))}
			wantTable, err := cohort.New(l, rules)
			require.NoError(t, err)
			cq, err := sqltext.Cohorts(w.dialect, whole, sqltext.CohortOptions{Through: rules.Through, Base: rules.Base, Month0: rules.Month0, Net: net, Location: zone})
			require.NoError(t, err)
			table, err := cq.Read(w.rows(t, cq.Text()))
			require.NoError(t, err, seed)
			require.Equal(t, text(t, wantTable), text(t, table), "%d: %v\n%s", seed, changes, cq)
			require.Equal(t, text(t, wantTable.LayerCake()), text(t, table.LayerCake()), seed)

			check, err := sqltext.ChangeChecks(w.dialect, parts)
			require.NoError(t, err)
			checks, err := check.Read(w.rows(t, check.Text()))
			require.NoError(t, err)
			for _, c := range checks {
				require.Zero(t, c.Rows, c)
			}
		}
		if testing.Short() {
			return
		}
		for _, what := range []string{
			"two changes of a customer at one instant", "a correction of a level at its instant", "a late change", "an amount of zero",
			"alive at zero", "no changes", "left and returned in one month", "came and left in one month", "a reactivation",
			"an amount that does not end", "present and not paying",
		} {
			assert.Positive(t, seen[what], what)
		}
		t.Log(seen)
	})
}

func requireMovements(t *testing.T, w *warehouse, l *ledger.Ledger, changes sqltext.Changes, span sqltext.Span) {
	t.Helper()
	q, err := sqltext.Movements(w.dialect, changes, span)
	require.NoError(t, err)
	var want, got []string
	for m := range l.Movements(calendar.Period{From: span.From.Start(zone), To: span.To.Add(1).Start(zone)}) {
		v := sqltext.Movement{
			Customer: m.Customer, At: m.At, Month: calendar.MonthOf(m.At, zone), Kind: m.Kind, Heads: m.Heads,
			Before: m.Before, After: m.After, Amount: m.Amount,
		}
		if span.Net == ledger.PerMonth {
			v.At = time.Time{}
		}
		want = append(want, text(t, v))
	}
	for m, err := range q.Read(w.rows(t, q.Text())) {
		require.NoError(t, err)
		got = append(got, text(t, m))
	}
	slices.Sort(want)
	slices.Sort(got)
	require.Equal(t, want, got)
}

// Rows that cannot be counted are told, not counted.
func TestSQL_RowsAtFault(t *testing.T) {
	t.Parallel()
	onWarehouses(t, func(t *testing.T, w *warehouse) {
		t.Helper()
		w.must(t, strings.ReplaceAll(strings.ReplaceAll(changesTable, `"units" BIGINT`, `"units" DECIMAL(18,2)`), `"alive" INTEGER`, `"alive" INTEGER`))
		january := calendar.NewMonth(2025, 1)
		span := sqltext.Span{From: january, To: january.Add(1)}
		at := january.Start(nil).UnixMicro()
		good := fmt.Sprintf("('a','','',%d,24300,1200,1,0,'EUR','de')", at)
		for rule, row := range map[string]string{
			"missing":     fmt.Sprintf("('b','',NULL,%d,24300,1200,1,0,'EUR','de')", at),
			"fraction":    fmt.Sprintf("('b','','',%d,24300,12.5,1,0,'EUR','de')", at),
			"negative":    fmt.Sprintf("('b','','',%d,24300,-12,1,0,'EUR','de')", at),
			"month_range": fmt.Sprintf("('b','','',%d,5,12,1,0,'EUR','de')", at),
			"alive":       fmt.Sprintf("('b','','',%d,24300,12,1,7,'EUR','de')", at),
			"currency":    fmt.Sprintf("('b','','',%d,24300,12,1,0,'USD','de')", at),
			"repeated":    fmt.Sprintf("('a','','',%d,24300,12,1,0,'EUR','de')", at),
			"month_order": fmt.Sprintf("('a','','',%d,24299,12,1,0,'EUR','de')", at+1),
			"segment":     fmt.Sprintf("('a','','',%d,24300,12,2,0,'EUR','fr')", at),
			"edges":       fmt.Sprintf("('b','','',%d,24300,12,2,0,'EUR','de')", at-1),
		} {
			w.must(t, "DELETE FROM changes")
			w.must(t, "INSERT INTO changes VALUES "+good+","+row)
			q, err := sqltext.Statements(w.dialect, changesOf(), span)
			require.NoError(t, err)
			_, err = q.ReadSegments(w.rows(t, q.Text()))
			require.ErrorIs(t, err, sqltext.ErrFaults, rule)
			if rule == "edges" { // known only where a span says when its months begin
				continue
			}
			check, err := sqltext.ChangeChecks(w.dialect, changesOf())
			require.NoError(t, err)
			checks, err := check.Read(w.rows(t, check.Text()))
			require.NoError(t, err)
			found := false
			for _, c := range checks {
				found = found || c.Rule == rule && c.Rows > 0
			}
			require.True(t, found, "%s: %v", rule, checks)
			whole := changesOf()
			whole.Segment = ""
			if rule == "segment" {
				continue
			}
			cq, err := sqltext.Cohorts(w.dialect, whole, sqltext.CohortOptions{Through: january})
			require.NoError(t, err)
			_, err = cq.Read(w.rows(t, cq.Text()))
			require.ErrorIs(t, err, sqltext.ErrFaults, rule)
			mq, err := sqltext.Movements(w.dialect, whole, sqltext.Span{From: january.Add(-50), To: january.Add(-49)})
			require.NoError(t, err)
			var last error
			for _, err := range mq.Read(w.rows(t, mq.Text())) {
				last = err
			}
			require.ErrorIs(t, last, sqltext.ErrFaults, rule)
		}
	})
}

// Sums beyond 64 bits are right, or an error, as on SQLite: never wrong.
func TestSQL_LargeSums(t *testing.T) {
	t.Parallel()
	onWarehouses(t, func(t *testing.T, w *warehouse) {
		t.Helper()
		w.must(t, changesTable)
		january := calendar.NewMonth(2025, 1)
		at := january.Start(nil).UnixMicro()
		for _, c := range []string{"a", "b", "c"} {
			w.must(t, fmt.Sprintf("INSERT INTO changes VALUES ('%s','','',%d,24300,9000000000000000000,1,0,'EUR','de')", c, at))
		}
		changes := changesOf()
		changes.Segment = ""
		q, err := sqltext.Statements(w.dialect, changes, sqltext.Span{From: january, To: january})
		require.NoError(t, err)
		rows, err := w.query(q.Text())
		var got []ledger.Statement
		if err == nil {
			got, err = q.Read(rows)
		}
		if w.dialect == sqltext.SQLite {
			require.ErrorContains(t, err, "overflow")
			return
		}
		require.NoError(t, err)
		assert.Equal(t, "22500000000000000", got[0].Revenue.Closing().String())
	})
}

func TestSQL_Timestamps(t *testing.T) {
	t.Parallel()
	onWarehouses(t, func(t *testing.T, w *warehouse) {
		t.Helper()
		kind := "TIMESTAMP"
		if w.dialect == sqltext.SQLite {
			kind = "TEXT"
		}
		w.must(t, "CREATE TABLE stamps (stamp "+kind+")")
		w.must(t, "INSERT INTO stamps VALUES ('1969-12-31 23:59:59'), ('2024-02-29 12:00:01')")
		micros, err := w.dialect.Micros("stamp")
		require.NoError(t, err)
		months, err := w.dialect.MonthOrdinal("stamp")
		require.NoError(t, err)
		var got []string
		for row, err := range w.rows(t, "SELECT "+micros+" AS a, "+months+" AS b FROM stamps ORDER BY 1") {
			require.NoError(t, err)
			got = append(got, fmt.Sprint(row...))
		}
		assert.Equal(t, []string{fmt.Sprint("-1000000", " ", "23639"), fmt.Sprint("1709208001000000", " ", "24289")}, spaced(got))
	})
}

// spaced makes "[1 2]" of numbers and of texts the same.
func spaced(rows []string) []string {
	for i, r := range rows {
		if !strings.Contains(r, " ") && len(r) > 5 {
			rows[i] = r[:len(r)-5] + " " + r[len(r)-5:]
		}
	}
	return rows
}

func TestLaw_SQLIsTheFunnel(t *testing.T) {
	t.Parallel()
	onWarehouses(t, func(t *testing.T, w *warehouse) {
		t.Helper()
		w.must(t, `CREATE TABLE events ("who" VARCHAR(20), "what" VARCHAR(20), "at" BIGINT, "n" INTEGER)`)
		rounds := 150
		if testing.Short() {
			rounds = 40
		}
		seen := map[string]int{}
		for seed := range rounds {
			r := rand.New(rand.NewPCG(uint64(seed), 15))
			names := []string{"view", "trial's", "ซื้อ", `\`, "other"}
			var events []touchpoint.Event
			rows := []string{}
			for i := range r.IntN(60) {
				e := touchpoint.Event{
					Customer: strconv.Itoa(r.IntN(6)), Name: names[r.IntN(len(names))],
					At: firstDay.Add(time.Duration(r.IntN(40)) * time.Minute),
				}
				events = append(events, e)
				rows = append(rows, fmt.Sprintf("(%s,%s,%d,%d)", quoted(e.Customer), quoted(e.Name), e.At.UnixMicro(), i))
			}
			w.must(t, "DELETE FROM events")
			if len(rows) > 0 {
				w.must(t, "INSERT INTO events VALUES "+strings.Join(rows, ","))
			}
			log, err := touchpoint.LogOf(events...)
			require.NoError(t, err)
			spec := funnel.Spec{Window: time.Duration(r.IntN(30)+1) * time.Minute, Anchor: funnel.Anchor(r.IntN(2))}
			used := map[string]bool{}
			for range r.IntN(4) + 1 {
				match := touchpoint.Named(names[r.IntN(4)])
				if r.IntN(3) == 0 {
					match = touchpoint.Named(names[r.IntN(4)], names[r.IntN(4)])
				}
				for _, m := range match {
					if used[m.Name] {
						seen["an event of two steps"]++
					}
					used[m.Name] = true
				}
				spec.Steps = append(spec.Steps, funnel.Step{Any: match})
			}
			if r.IntN(3) == 0 {
				spec.From, spec.To = firstDay.Add(5*time.Minute), firstDay.Add(30*time.Minute)
				seen["bounds"]++
			}
			want, err := funnel.Run(log, spec)
			require.NoError(t, err)
			q, err := sqltext.Funnel(w.dialect, sqltext.Events{Table: "events", Customer: "who", Name: "what", At: "at", Seq: "n"}, spec)
			require.NoError(t, err)
			got, err := q.Read(w.rows(t, q.Text()))
			require.NoError(t, err)
			require.Equal(t, want.Customers(), got.Customers(), seed)
			for k, s := range got.Steps() {
				x := want.Steps()[k]
				x.Time = funnel.Durations{}
				require.Equal(t, text(t, x), text(t, s), "%d step %d: %v\n%s", seed, k, events, q)
				if k == 3 && s.Customers > 0 {
					seen["four steps taken"]++
				}
				if k > 0 && s.Customers < got.Steps()[0].Customers {
					seen["stopped on the way"]++
				}
			}
		}
		if testing.Short() {
			return
		}
		for _, what := range []string{"an event of two steps", "bounds", "four steps taken", "stopped on the way"} {
			assert.Positive(t, seen[what], what)
		}
		t.Log(seen)
	})
}

// The models of a dbt project run, and its tests find nothing in sound tables
// and something in broken ones.
func TestSQL_DBT(t *testing.T) {
	t.Parallel()
	onWarehouses(t, func(t *testing.T, w *warehouse) {
		t.Helper()
		w.must(t, changesTable)
		load(t, w, drawTold(rand.New(rand.NewPCG(7, 16))))
		from := calendar.MonthOf(firstDay, zone)
		files, err := sqltext.DBT(w.dialect, changesOf(), sqltext.DBTOptions{Span: sqltext.Span{From: from, To: from.Add(6), Location: zone}})
		require.NoError(t, err)
		plain := func(text string) string { // what dbt would make of it
			text = strings.Replace(text, "{{ config(materialized='table') }}\n", "", 1)
			for _, name := range []string{"changes", "lifecycle_statements", "lifecycle_movements", "lifecycle_cohorts"} {
				text = strings.ReplaceAll(text, "{{ ref('"+name+"') }}", name)
			}
			require.NotContains(t, text, "{{")
			return text
		}
		failures := func() (failed []string) {
			for _, f := range files {
				if !strings.HasPrefix(f.Name, "tests/") {
					continue
				}
				for range w.rows(t, plain(f.Text)) {
					failed = append(failed, f.Name)
					break
				}
			}
			return failed
		}
		for _, f := range files {
			if name, ok := strings.CutPrefix(f.Name, "models/"); ok && strings.HasSuffix(name, ".sql") {
				w.must(t, "CREATE TABLE "+strings.TrimSuffix(name, ".sql")+" AS "+plain(f.Text))
			}
		}
		require.Empty(t, failures())
		for _, x := range []struct{ broken, test string }{
			{"UPDATE lifecycle_movements SET gain = gain + 1", "statements_are_movements"},
			{"UPDATE lifecycle_cohorts SET active = size + 1", "cohorts_shrink"},
			{"UPDATE lifecycle_statements SET fault_rows = 1", "no_faults"},
			{"UPDATE lifecycle_statements SET opening = opening + 1, closing = closing + 1 WHERE month_no = " + strconv.Itoa(from.Year()*12+int(from.Month())-1), "months_chain"},
			{"UPDATE lifecycle_statements SET churn = churn + 1", "bridges_close"},
		} {
			name := "tests/lifecycle_" + x.test + ".sql"
			require.NotContains(t, failures(), name)
			w.must(t, x.broken)
			require.Contains(t, failures(), name)
		}
	})
}
