package sqlstore_test

import (
	"context"
	"database/sql"
	"fmt"
	"os"
	"path/filepath"

	"github.com/lifecycle-go/lifecycle/journey"
	"github.com/lifecycle-go/lifecycle/journey/tracker"

	"github.com/lifecycle-go/lifecycle/journey/sqlstore"
)

// must gives the value of a call that cannot fail in an example.
func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// inFile opens a store in a file of SQLite.
func inFile(ctx context.Context, dir string) (*sql.DB, *sqlstore.Store, error) {
	db, err := sql.Open("sqlite", "file:"+filepath.Join(dir, "customers.db")+"?_pragma=journal_mode(wal)&_pragma=synchronous(full)&_pragma=busy_timeout(10000)")
	if err != nil {
		return nil, nil, err
	}
	schema := sqlstore.Schema{Dialect: sqlstore.SQLite}
	if err := sqlstore.Migrate(ctx, db, schema); err != nil {
		return db, nil, err
	}
	store, err := sqlstore.Open(ctx, db, sqlstore.Options{Schema: schema, Outbox: true})
	return db, store, err
}

// product is a tracker of trials over a store in a new file.
type product struct {
	*tracker.Tracker
	store *sqlstore.Store
	db    *sql.DB
	dir   string
}

func newProduct(ctx context.Context) product {
	dir := must(os.MkdirTemp("", "sqlstore"))
	db, store, err := inFile(ctx, dir)
	if err != nil {
		panic(err)
	}
	return product{must(tracker.New(trial(), store, tracker.Options{AutoStart: true})), store, db, dir}
}

func (p product) close() {
	_ = p.db.Close()
	_ = os.RemoveAll(p.dir)
}

// paid is a product in which acme has paid a day after the beginning.
func paid(ctx context.Context) product {
	p := newProduct(ctx)
	must(p.Fire(ctx, journey.Event{Customer: "acme", Trigger: "pay", At: hours(24), ID: "evt_1"}))
	return p
}

// begun is a product in which customers have begun a trial, an hour after each
// other.
func begun(ctx context.Context, customers ...string) product {
	p := newProduct(ctx)
	for i, customer := range customers {
		must(p.Start(ctx, customer, hours(i)))
	}
	return p
}

// told prints one customer or an error, as a list yields them.
func told(customer string, err error) {
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(customer)
}
