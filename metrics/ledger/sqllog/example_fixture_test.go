package sqllog_test

import (
	"context"
	"database/sql"
	"os"
	"path/filepath"
	"time"

	"github.com/lifecycle-go/lifecycle/metrics/calendar"
	"github.com/lifecycle-go/lifecycle/metrics/ledger"
	"github.com/shopspring/decimal"

	"github.com/lifecycle-go/lifecycle/metrics/ledger/sqllog"
)

// must gives the value of a call that cannot fail in an example.
func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

var (
	january  = calendar.NewMonth(2026, time.January)
	inSQLite = sqllog.Schema{Dialect: sqllog.SQLite}
	euros    = sqllog.Options{Schema: inSQLite, Ledger: ledger.Options{Currency: "EUR"}}
)

// on is a day of January 2026.
func on(day int) time.Time { return time.Date(2026, time.January, day, 0, 0, 0, 0, time.UTC) }

// pays is what a customer pays a month from a day on.
func pays(customer string, day int, amount int64) ledger.Change {
	return ledger.Change{Customer: customer, At: on(day), Amount: decimal.NewFromInt(amount)}
}

// file is a file of SQLite that is gone when it is closed.
type file struct {
	*sql.DB
	dir string
}

func newFile(ctx context.Context) file {
	dir := must(os.MkdirTemp("", "sqllog"))
	f := file{must(sql.Open("sqlite", "file:"+filepath.Join(dir, "books.db")+"?_pragma=journal_mode(wal)&_pragma=busy_timeout(10000)")), dir}
	if err := sqllog.Migrate(ctx, f.DB, inSQLite); err != nil {
		panic(err)
	}
	return f
}

func (f file) close() {
	_ = f.Close()
	_ = os.RemoveAll(f.dir)
}

// books opens the books of the file, as every start of a program does.
func (f file) books(ctx context.Context, o sqllog.Options) *sqllog.Books {
	return must(sqllog.Open(ctx, f.DB, o))
}
