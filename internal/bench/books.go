package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib" // drivers
	"github.com/lifecycle-go/lifecycle/metrics/calendar"
	"github.com/lifecycle-go/lifecycle/metrics/ledger"
	"github.com/shopspring/decimal"
	_ "modernc.org/sqlite"
)

const bookMonths = 24

// level is what a customer pays from a month on, in cents.
type level struct{ customer, month, cents int }

func levels(n int) []level {
	r := rand.New(rand.NewPCG(1, 2))
	seen := map[[2]int]bool{}
	out := make([]level, 0, n)
	for len(out) < n {
		l := level{r.IntN(n / 8), r.IntN(bookMonths), []int{0, 0, 1900, 2900, 4900, 9900}[r.IntN(6)]}
		if k := [2]int{l.customer, l.month}; !seen[k] {
			seen[k] = true
			out = append(out, l)
		}
	}
	return out
}

// bridges is the same statement everywhere: new, expansion, reactivation,
// contraction and churn of every month, in whole cents.
const bridges = `WITH steps AS (
  SELECT customer, month, cents, COALESCE(LAG(cents) OVER w, 0) AS before,
    COALESCE(MAX(cents) OVER (PARTITION BY customer ORDER BY month ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0) AS most
  FROM levels WINDOW w AS (PARTITION BY customer ORDER BY month))
SELECT month,
  SUM(CASE WHEN before = 0 AND most = 0 THEN cents ELSE 0 END),
  SUM(CASE WHEN before > 0 AND cents > before THEN cents - before ELSE 0 END),
  SUM(CASE WHEN before = 0 AND most > 0 THEN cents ELSE 0 END),
  SUM(CASE WHEN cents > 0 AND cents < before THEN before - cents ELSE 0 END),
  SUM(CASE WHEN cents = 0 THEN before ELSE 0 END)
FROM steps GROUP BY month ORDER BY month`

// statements is 24 monthly bridges from rows in memory or loaded tables.
func statements(o options) (work, error) {
	rows := levels(o.scale)
	first := calendar.NewMonth(2024, time.January)
	changes := make([]ledger.Change, len(rows))
	for i, l := range rows {
		changes[i] = ledger.Change{Customer: strconv.Itoa(l.customer), At: first.Add(l.month).Start(nil), Amount: decimal.New(int64(l.cents), -2)}
	}
	loaded, err := ledger.New(ledger.Options{Currency: "EUR"})
	if err != nil {
		return work{}, err
	}
	if err := loaded.Append(changes...); err != nil {
		return work{}, err
	}
	all, err := loaded.Statements(first, first.Add(bookMonths-1))
	if err != nil {
		return work{}, err
	}
	want := make([][5]int64, bookMonths)
	for i, s := range all {
		for k, d := range []decimal.Decimal{s.Revenue.New, s.Revenue.Expansion, s.Revenue.Reactivation, s.Revenue.Contraction, s.Revenue.Churn} {
			want[i][k] = d.Shift(2).IntPart()
		}
	}
	w := work{name: fmt.Sprintf("bridges of 24 months, %d changes", len(rows)), unit: "change", units: len(rows)}
	w.who = append(w.who,
		contender{name: "metrics/ledger, from shuffled changes", run: func() error {
			l, err := ledger.New(ledger.Options{Currency: "EUR"})
			if err != nil {
				return err
			}
			if err := l.Append(changes...); err != nil {
				return err
			}
			_, err = l.Statements(first, first.Add(bookMonths-1))
			return err
		}},
		contender{name: "metrics/ledger, asked a second time", run: func() error {
			again, err := loaded.Statements(first, first.Add(bookMonths-1))
			if err == nil && len(again) != bookMonths {
				err = errors.New("other months")
			}
			return err
		}},
		query("SQLite, loaded", "sqlite", filepath.Join(os.TempDir(), "lifecycle-bench.db"), rows, want),
	)
	pg := contender{name: "Postgres, loaded", missing: "-postgres names none"}
	if o.postgres != "" {
		pg = query("Postgres, loaded", "pgx", o.postgres, rows, want)
	}
	duck := node(o.npm, "@duckdb/node-api", `(async()=>{const {DuckDBInstance}=require('@duckdb/node-api');
const c=await (await DuckDBInstance.create(':memory:')).connect();
await c.run("CREATE TABLE levels AS SELECT * FROM read_csv('"+process.argv[1]+"', columns={'customer':'INTEGER','month':'INTEGER','cents':'BIGINT'}, header=false)");
const b=process.hrtime.bigint(); const r=await c.runAndReadAll(process.argv[2]); if(r.currentRowCount!==24) throw 'rows'; console.log(String(process.hrtime.bigint()-b))})()`,
		csvOf(rows), bridges)
	duck.name = "DuckDB, loaded"
	w.who = append(w.who, pg, duck)
	return w, nil
}

func csvOf(rows []level) string {
	name := filepath.Join(os.TempDir(), "lifecycle-bench.csv")
	var b strings.Builder
	for _, l := range rows {
		fmt.Fprintf(&b, "%d,%d,%d\n", l.customer, l.month, l.cents)
	}
	_ = os.WriteFile(name, []byte(b.String()), 0o600) // DuckDB says so if it is not there
	return name
}

// query is the same statement in a database that has the rows.
func query(name, driver, address string, rows []level, want [][5]int64) contender {
	if driver == "sqlite" {
		_ = os.Remove(address)
	}
	db, err := sql.Open(driver, address)
	if err == nil {
		err = load(db, driver, rows)
	}
	if err != nil {
		return contender{name: name, missing: err.Error()}
	}
	return contender{name: name, run: func() error {
		got, err := db.QueryContext(context.Background(), bridges)
		if err != nil {
			return err
		}
		defer func() { _ = got.Close() }()
		for got.Next() {
			var month int
			var line [5]int64
			if err := got.Scan(&month, &line[0], &line[1], &line[2], &line[3], &line[4]); err != nil {
				return err
			}
			if line != want[month] {
				return fmt.Errorf("month %d: %v, ours %v", month, line, want[month])
			}
		}
		return got.Err()
	}}
}

func load(db *sql.DB, driver string, rows []level) error {
	ctx := context.Background()
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }()
	if _, err := tx.ExecContext(ctx, "DROP TABLE IF EXISTS levels"); err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, "CREATE TABLE levels (customer integer, month integer, cents bigint)"); err != nil {
		return err
	}
	const at = 5000
	for i := 0; i < len(rows); i += at {
		var b strings.Builder
		b.WriteString("INSERT INTO levels VALUES ")
		for k, l := range rows[i:min(len(rows), i+at)] {
			if k > 0 {
				b.WriteByte(',')
			}
			fmt.Fprintf(&b, "(%d,%d,%d)", l.customer, l.month, l.cents)
		}
		if _, err := tx.ExecContext(ctx, b.String()); err != nil {
			return err
		}
	}
	if err := tx.Commit(); err != nil || driver == "sqlite" {
		return err
	}
	_, err = db.ExecContext(ctx, "ANALYZE levels")
	return err
}
