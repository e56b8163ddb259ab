package sqllog_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/lifecycle-go/lifecycle/metrics/billing"
	"github.com/lifecycle-go/lifecycle/metrics/billing/policy"
	"github.com/shopspring/decimal"

	"github.com/lifecycle-go/lifecycle/metrics/ledger/sqllog"
)

// Books that are there again after a restart.
func ExampleOpen() {
	ctx := context.Background()
	f := newFile(ctx)
	defer f.close()
	for day, amount := range []int64{49, 99} {
		books := f.books(ctx, euros)
		if err := books.Append(ctx, pays("acme", 1+10*day, amount)); err != nil {
			fmt.Println(err)
			return
		}
		s, err := books.Ledger().Statement(january)
		fmt.Println(s, err)
	}
	// Output:
	// 2026-01 EUR: 0 + 49 new = 49, 1 customers <nil>
	// 2026-01 EUR: 0 + 49 new + 50 expansion = 99, 1 customers <nil>
}

// At every start: the second time there is nothing to do.
func ExampleMigrate() {
	ctx := context.Background()
	dir := must(os.MkdirTemp("", "sqllog"))
	defer os.RemoveAll(dir)
	db := must(sql.Open("sqlite", "file:"+filepath.Join(dir, "books.db")))
	defer db.Close()
	_, err := sqllog.Open(ctx, db, euros)
	fmt.Println(errors.Is(err, sqllog.ErrSchema))
	fmt.Println(sqllog.Migrate(ctx, db, inSQLite), sqllog.Migrate(ctx, db, inSQLite))
	// Output:
	// true
	// <nil> <nil>
}

// For those who apply migrations by a tool of their own.
func ExampleMigrations() {
	for _, name := range must(fs.Glob(must(sqllog.Migrations(sqllog.Postgres)), "*.sql")) {
		fmt.Println(name)
	}
	// Output:
	// 0001_begin.sql
	// 0002_no_samples.sql
}

// All or none: the second change is refused, so that the first is not there
// either, in the books or in the log.
func ExampleBooks_Append() {
	ctx := context.Background()
	f := newFile(ctx)
	defer f.close()
	books := f.books(ctx, euros)
	fmt.Println(books.Append(ctx, pays("acme", 5, 49), pays("", 6, 10)))
	fmt.Println(books.Ledger().MRR(on(31)), f.books(ctx, euros).Ledger().MRR(on(31)))
	// Output:
	// ledger: append: 1 bad row, nothing was taken; row 2: Customer: empty
	// 0 0
}

// recurly are books that a feed keeps from invoices, as Recurly reads them; who
// is not invoiced again lapses after a week.
func recurly() sqllog.Options {
	p := policy.Recurly()
	p.Lapse = policy.Lapse{Rule: policy.LapseAfterDays, Days: 7}
	return sqllog.Options{Schema: inSQLite, Policy: &p, Feed: policy.Options{Currency: "EUR"}}
}

// invoice is acme's of January.
func invoice() billing.Record {
	return billing.Record{Key: "in_1", Lines: []billing.InvoiceLine{{
		Customer: "acme", Subscription: "sub_1", IssuedAt: on(1), From: on(1), To: on(32),
		Amount: decimal.NewFromInt(49), Currency: "EUR",
	}}}
}

// A record that says something new moves the books; delivered again it does
// not.
func ExampleBooks_Apply() {
	ctx := context.Background()
	f := newFile(ctx)
	defer f.close()
	books := f.books(ctx, recurly())
	for range 2 {
		moved, found, err := books.Apply(ctx, on(1), invoice())
		fmt.Println(moved, found, err)
	}
	// Output:
	// [2026-01-01 acme: new 49 (0 to 49), start] [] <nil>
	// [] [] <nil>
}

// Time that passes without a record says something too, and is stored: after a
// restart acme has lapsed.
func ExampleBooks_Observe() {
	ctx := context.Background()
	f := newFile(ctx)
	defer f.close()
	books := f.books(ctx, recurly())
	if _, _, err := books.Apply(ctx, on(1), invoice()); err != nil {
		fmt.Println(err)
	}
	fmt.Println(books.Ledger().MRR(on(39)))
	moved, _, err := books.Observe(ctx, on(40))
	fmt.Println(moved, err)
	fmt.Println(f.books(ctx, recurly()).Ledger().MRR(on(40)))
	// Output:
	// 49
	// [2026-02-08 acme: churn 49 (49 to 0), cancel] <nil>
	// 0
}

// Two programs with books of one log: each writes, and sees the other's when it
// asks.
func ExampleBooks_Refresh() {
	ctx := context.Background()
	f := newFile(ctx)
	defer f.close()
	web, night := f.books(ctx, euros), f.books(ctx, euros)
	if err := web.Append(ctx, pays("acme", 5, 49)); err != nil {
		fmt.Println(err)
	}
	before := night.Ledger().MRR(on(31))
	fmt.Println(night.Refresh(ctx), before, night.Ledger().MRR(on(31)))
	// Output:
	// <nil> 0 49
}

// The next start reads the books as they were saved, and of the log only what
// came after.
func ExampleBooks_Save() {
	ctx := context.Background()
	f := newFile(ctx)
	defer f.close()
	books := f.books(ctx, euros)
	if err := books.Append(ctx, pays("acme", 5, 49)); err != nil {
		fmt.Println(err)
	}
	fmt.Println(books.Save(ctx), "saved at line", books.At())
	if err := books.Append(ctx, pays("bolt", 6, 10)); err != nil {
		fmt.Println(err)
	}
	again := f.books(ctx, euros)
	fmt.Println(again.Ledger().MRR(on(31)), "at line", again.At())
	// Output:
	// <nil> saved at line 1
	// 59 at line 2
}

// A customer is forgotten; what they paid is not.
func ExampleBooks_Erase() {
	ctx := context.Background()
	f := newFile(ctx)
	defer f.close()
	books := f.books(ctx, euros)
	if err := books.Append(ctx, pays("erika@example.org", 10, 49)); err != nil {
		fmt.Println(err)
		return
	}
	if err := books.Erase(ctx, "erika@example.org", "erased 1"); err != nil {
		fmt.Println(err)
		return
	}
	for customer := range books.Ledger().Customers() {
		fmt.Println(customer, books.Ledger().MRR(on(10)))
	}
	// Output:
	// erased 1 49
}
