package sqlstore_test

import (
	"context"
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/lifecycle-go/lifecycle/journey"
	"github.com/lifecycle-go/lifecycle/journey/tracker"

	"github.com/lifecycle-go/lifecycle/journey/sqlstore"
)

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

func ExampleOpen() {
	ctx := context.Background()
	dir, err := os.MkdirTemp("", "sqlstore")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(dir)
	for range 2 { // the program is started twice, and the event comes again
		db, store, err := inFile(ctx, dir)
		if err != nil {
			fmt.Println(err)
			return
		}
		t, err := tracker.New(trial(), store, tracker.Options{AutoStart: true})
		if err != nil {
			fmt.Println(err)
			return
		}
		done, err := t.Fire(ctx, journey.Event{Customer: "acme", Trigger: "pay", At: hours(24), ID: "evt_1"})
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(done.Journey.Stage(), len(done.Changes), "changes")
		_ = db.Close()
	}
	// Output:
	// active 2 changes
	// active 0 changes
}

// What must not be lost or told of what was not stored goes through the outbox.
func ExampleStore_Unsent() {
	ctx := context.Background()
	dir, err := os.MkdirTemp("", "sqlstore")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(dir)
	db, store, err := inFile(ctx, dir)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer db.Close()
	t, err := tracker.New(trial(), store, tracker.Options{AutoStart: true})
	if err != nil {
		fmt.Println(err)
		return
	}
	if _, err := t.Fire(ctx, journey.Event{Customer: "acme", Trigger: "pay", At: hours(24), ID: "evt_1"}); err != nil {
		fmt.Println(err)
		return
	}
	relay := tracker.Relay{From: store, Send: func(_ context.Context, m tracker.Message) error {
		fmt.Println("mail:", m.Customer, "is now", m.To)
		return nil
	}}
	sent, err := relay.Run(ctx)
	fmt.Println(sent.Sent, err)
	// Output:
	// mail: acme is now trial
	// mail: acme is now active
	// 2 <nil>
}

// A thousand events a transaction.
func ExampleStore_Batch() {
	ctx := context.Background()
	dir, err := os.MkdirTemp("", "sqlstore")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(dir)
	db, store, err := inFile(ctx, dir)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer db.Close()
	var events []journey.Event
	var customers []string
	for i := range 1000 {
		customer := fmt.Sprint("customer ", i%250)
		customers = append(customers, customer)
		events = append(events, journey.Event{Customer: customer, Trigger: []journey.Trigger{"pay", "cancel"}[i/250%2], At: hours(i), ID: fmt.Sprint("evt_", i)})
	}
	refused := 0
	err = store.Batch(ctx, customers, func(s tracker.Store) error {
		t, err := tracker.New(trial(), s, tracker.Options{AutoStart: true})
		if err != nil {
			return err
		}
		for _, e := range events {
			if _, err := t.Fire(ctx, e); err != nil {
				refused++ // as it would be one at a time
			}
		}
		return nil
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	history, err := store.History(ctx, "customer 7", hours(0))
	fmt.Println(len(history), "entries,", refused, "refused,", err)
	// Output:
	// 3 entries, 500 refused, <nil>
}

// Everybody who is due, shared between processes.
func ExampleStore_Claim() {
	ctx := context.Background()
	dir, err := os.MkdirTemp("", "sqlstore")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(dir)
	db, store, err := inFile(ctx, dir)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer db.Close()
	t, err := tracker.New(trial(), store, tracker.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	for i, customer := range []string{"acme", "globex", "initech"} {
		if _, err := t.Start(ctx, customer, hours(i)); err != nil {
			fmt.Println(err)
			return
		}
	}
	now := hours(15 * 24)
	one, err := store.Claim(ctx, now, 2, 10*time.Minute)
	fmt.Println(one, err)
	other, err := store.Claim(ctx, now, 2, 10*time.Minute)
	fmt.Println(other, err)
	// Output:
	// [acme globex] <nil>
	// [initech] <nil>
}
