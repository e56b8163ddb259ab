// Package sqlstore keeps the customers of a [tracker.Tracker] in Postgres or
// SQLite, through database/sql and a driver of your choice: the state of each
// customer, what happened to them, the milestones they reached, and what others
// have yet to be told, each step one transaction.
//
//	db, err := sql.Open("sqlite", "file:customers.db?_pragma=journal_mode(wal)&_pragma=synchronous(full)&_pragma=busy_timeout(10000)")
//	...
//	err = sqlstore.Migrate(ctx, db, sqlstore.Schema{Dialect: sqlstore.SQLite})
//	...
//	store, err := sqlstore.Open(ctx, db, sqlstore.Options{Schema: sqlstore.Schema{Dialect: sqlstore.SQLite}, Outbox: true})
//	...
//	t, err := tracker.New(definition, store, tracker.Options{})
//
// What [tracker.Tracker.Fire] has answered is on the disk when the database
// says so: of SQLite that is synchronous=FULL, of Postgres synchronous_commit.
// An event given again after a crash, with its ID, changes nothing.
//
// # The way of a step
//
// One read and one write: two round trips on Postgres, one fsync. Many events
// at once are cheaper by [Store.Batch], which reads and writes all of their
// customers together. SQLite has its statements prepared, and goroutines that
// find it busy are written together: they share one wait for the disk.
//
// Beside the wait for the disk a step costs a tenth of a millisecond on SQLite
// and a quarter on Postgres, most of it the two round trips: on a disk that takes
// a millisecond for an fsync nine and eight tenths of its rate are steps, on one
// that takes a fifth of that six and four. See BenchmarkStep.
//
// # What it wants of the database
//
// Postgres 13 or SQLite 3.35, and nothing of its settings: isolation is the
// default one, since a write says which version it replaces. SQLite takes one
// writer at a time; the processes that share a file want a busy_timeout. Text
// is UTF-8 without NUL, which Postgres cannot keep: [ErrText].
//
// # For your own queries
//
// lc_state has stage, since and due of everybody, lc_event what happened, and
// lc_milestone what was reached; times are nanoseconds since 1970. Read them
// as you like; write them through the store.
package sqlstore
