package sqlstore_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/lifecycle-go/lifecycle/journey"
	"github.com/lifecycle-go/lifecycle/journey/tracker"

	"github.com/lifecycle-go/lifecycle/journey/sqlstore"
)

func ExampleOpen() {
	ctx := context.Background()
	dir := must(os.MkdirTemp("", "sqlstore"))
	defer os.RemoveAll(dir)
	for range 2 { // the program is started twice, and the event comes again
		db, store, err := inFile(ctx, dir)
		if err != nil {
			fmt.Println(err)
			return
		}
		t := must(tracker.New(trial(), store, tracker.Options{AutoStart: true}))
		done := must(t.Fire(ctx, journey.Event{Customer: "acme", Trigger: "pay", At: hours(24), ID: "evt_1"}))
		fmt.Println(done.Journey.Stage(), len(done.Changes), "changes")
		_ = db.Close()
	}
	// Output:
	// active 2 changes
	// active 0 changes
}

// At every start: the second time there is nothing to do. A store refuses to
// work on tables that are not there.
func ExampleMigrate() {
	ctx := context.Background()
	dir := must(os.MkdirTemp("", "sqlstore"))
	defer os.RemoveAll(dir)
	db := must(sql.Open("sqlite", "file:"+filepath.Join(dir, "customers.db")))
	defer db.Close()
	schema := sqlstore.Schema{Dialect: sqlstore.SQLite}
	_, err := sqlstore.Open(ctx, db, sqlstore.Options{Schema: schema})
	fmt.Println(errors.Is(err, sqlstore.ErrSchema))
	fmt.Println(sqlstore.Migrate(ctx, db, schema), sqlstore.Migrate(ctx, db, schema))
	// Output:
	// true
	// <nil> <nil>
}

// For those who apply migrations by a tool of their own.
func ExampleMigrations() {
	for _, dialect := range []sqlstore.Dialect{sqlstore.Postgres, sqlstore.SQLite} {
		files := must(sqlstore.Migrations(dialect))
		for _, name := range must(fs.Glob(files, "*.sql")) {
			fmt.Println(dialect, name)
		}
	}
	// Output:
	// postgres 0001_begin.sql
	// postgres 0002_no_samples.sql
	// sqlite 0001_begin.sql
}

// What must not be lost or told of what was not stored goes through the outbox.
func ExampleStore_Unsent() {
	ctx := context.Background()
	p := paid(ctx)
	defer p.close()
	relay := tracker.Relay{From: p.store, Send: func(_ context.Context, m tracker.Message) error {
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

// A message stays until it is marked, also over a crash between the two.
func ExampleStore_Sent() {
	ctx := context.Background()
	p := paid(ctx)
	defer p.close()
	waiting := must(p.store.Unsent(ctx, 0, 10))
	fmt.Println(len(waiting), p.store.Sent(ctx, waiting[0].N))
	for _, m := range must(p.store.Unsent(ctx, 0, 10)) {
		fmt.Println("still:", m.To)
	}
	// Output:
	// 2 <nil>
	// still: active
}

// A thousand events a transaction.
func ExampleStore_Batch() {
	ctx := context.Background()
	p := newProduct(ctx)
	defer p.close()
	var events []journey.Event
	var customers []string
	for i := range 1000 {
		customer := fmt.Sprint("customer ", i%250)
		customers = append(customers, customer)
		events = append(events, journey.Event{Customer: customer, Trigger: []journey.Trigger{"pay", "cancel"}[i/250%2], At: hours(i), ID: fmt.Sprint("evt_", i)})
	}
	refused := 0
	err := p.store.Batch(ctx, customers, func(s tracker.Store) error {
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
	history, err := p.store.History(ctx, "customer 7", hours(0))
	fmt.Println(len(history), "entries,", refused, "refused,", err)
	// Output:
	// 3 entries, 500 refused, <nil>
}

// Everybody who is due, shared between processes.
func ExampleStore_Claim() {
	ctx := context.Background()
	p := begun(ctx, "acme", "globex", "initech")
	defer p.close()
	now := hours(15 * 24)
	one, err := p.store.Claim(ctx, now, 2, 10*time.Minute)
	fmt.Println(one, err)
	other, err := p.store.Claim(ctx, now, 2, 10*time.Minute)
	fmt.Println(other, err)
	// Output:
	// [acme globex] <nil>
	// [initech] <nil>
}

// A list, first who was due first; the second began two hours later.
func ExampleStore_Due() {
	ctx := context.Background()
	p := begun(ctx, "globex", "acme")
	defer p.close()
	for customer, err := range p.store.Due(ctx, hours(14*24)) {
		told(customer, err)
	}
	fmt.Println("an hour later:")
	for customer, err := range p.store.Due(ctx, hours(14*24+1)) {
		told(customer, err)
	}
	// Output:
	// globex
	// an hour later:
	// globex
	// acme
}

// State, history and what was not sent go together.
func ExampleStore_Erase() {
	ctx := context.Background()
	p := paid(ctx)
	defer p.close()
	fmt.Println(p.store.Erase(ctx, "acme"))
	_, err := p.store.Load(ctx, "acme")
	fmt.Println(errors.Is(err, tracker.ErrNotFound), len(must(p.store.History(ctx, "acme", hours(0)))), len(must(p.store.Unsent(ctx, 0, 10))))
	// Output:
	// <nil>
	// true 0 0
}

func ExampleStore_History() {
	ctx := context.Background()
	p := paid(ctx)
	defer p.close()
	for _, o := range must(p.store.History(ctx, "acme", hours(0))) {
		fmt.Println(o)
	}
	// Output:
	// 2026-01-02T00:00:00Z acme #0 start : starts in trial
	// 2026-01-02T00:00:00Z acme #1 event pay: trial → active
}

// Whether an event was there, however long ago.
func ExampleStore_Known() {
	ctx := context.Background()
	p := paid(ctx)
	defer p.close()
	fmt.Println(must(p.store.Known(ctx, "acme", "evt_1")), must(p.store.Known(ctx, "acme", "evt_2")))
	// Output:
	// true false
}

func ExampleStore_Load() {
	ctx := context.Background()
	p := paid(ctx)
	defer p.close()
	s := must(p.store.Load(ctx, "acme"))
	fmt.Println(s.Snapshot.Stage, "version", s.Version)
	// Output:
	// active version 1
}

// Of two writers who read the same version one is told that it lost.
func ExampleStore_Put() {
	ctx := context.Background()
	p := paid(ctx)
	defer p.close()
	s := must(p.store.Load(ctx, "acme"))
	write := tracker.Commit{State: s.Clone(), Expected: s.Version}
	write.State.Version++
	fmt.Println(p.store.Put(ctx, write))
	fmt.Println(p.store.Put(ctx, write))
	// Output:
	// <nil>
	// tracker: store: customer "acme": version conflict: expected 1, stored 2
}
