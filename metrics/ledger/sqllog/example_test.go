package sqllog_test

import (
	"context"
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/lifecycle-go/lifecycle/metrics/calendar"
	"github.com/lifecycle-go/lifecycle/metrics/ledger"
	"github.com/shopspring/decimal"

	"github.com/lifecycle-go/lifecycle/metrics/ledger/sqllog"
)

// Books that are there again after a restart.
func ExampleOpen() {
	ctx := context.Background()
	dir, err := os.MkdirTemp("", "sqllog")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(dir)
	start := func() (*sql.DB, *sqllog.Books, error) {
		db, err := sql.Open("sqlite", "file:"+filepath.Join(dir, "books.db")+"?_pragma=journal_mode(wal)&_pragma=busy_timeout(10000)")
		if err != nil {
			return nil, nil, err
		}
		schema := sqllog.Schema{Dialect: sqllog.SQLite}
		if err := sqllog.Migrate(ctx, db, schema); err != nil {
			return db, nil, err
		}
		books, err := sqllog.Open(ctx, db, sqllog.Options{Schema: schema, Ledger: ledger.Options{Currency: "EUR"}})
		return db, books, err
	}
	january := calendar.NewMonth(2026, time.January)
	for day, amount := range []int64{49, 99} {
		db, books, err := start()
		if err != nil {
			fmt.Println(err)
			return
		}
		if err := books.Append(ctx, ledger.Change{Customer: "acme", At: january.Start(nil).AddDate(0, 0, 10*day), Amount: decimal.NewFromInt(amount)}); err != nil {
			fmt.Println(err)
			return
		}
		s, err := books.Ledger().Statement(january)
		fmt.Println(s, err)
		if err := books.Save(ctx); err != nil {
			fmt.Println(err)
		}
		_ = db.Close()
	}
	// Output:
	// 2026-01 EUR: 0 + 49 new = 49, 1 customers <nil>
	// 2026-01 EUR: 0 + 49 new + 50 expansion = 99, 1 customers <nil>
}

// A customer is forgotten; what they paid is not.
func ExampleBooks_Erase() {
	ctx := context.Background()
	dir, err := os.MkdirTemp("", "sqllog")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(dir)
	db, err := sql.Open("sqlite", "file:"+filepath.Join(dir, "books.db"))
	if err != nil {
		fmt.Println(err)
		return
	}
	defer db.Close()
	schema := sqllog.Schema{Dialect: sqllog.SQLite}
	if err := sqllog.Migrate(ctx, db, schema); err != nil {
		fmt.Println(err)
		return
	}
	books, err := sqllog.Open(ctx, db, sqllog.Options{Schema: schema, Ledger: ledger.Options{Currency: "EUR"}})
	if err != nil {
		fmt.Println(err)
		return
	}
	january := time.Date(2026, time.January, 10, 0, 0, 0, 0, time.UTC)
	if err := books.Append(ctx, ledger.Change{Customer: "erika@example.org", At: january, Amount: decimal.NewFromInt(49)}); err != nil {
		fmt.Println(err)
		return
	}
	if err := books.Erase(ctx, "erika@example.org", "erased 1"); err != nil {
		fmt.Println(err)
		return
	}
	for customer := range books.Ledger().Customers() {
		fmt.Println(customer, books.Ledger().MRR(january))
	}
	// Output:
	// erased 1 49
}
