// Package sqllog keeps the books of a [ledger.Ledger], and of the
// [policy.Feed] that writes it, over a restart: what became known is appended
// to a table of Postgres or SQLite, through database/sql and a driver of your
// choice, and read again at the next start.
//
//	books, err := sqllog.Open(ctx, db, sqllog.Options{
//		Schema: sqllog.Schema{Dialect: sqllog.SQLite},
//		Ledger: ledger.Options{Currency: "EUR"},
//	})
//	...
//	err = books.Append(ctx, changes...)       // stored when it returns
//	month, err := books.Ledger().Statement(m) // as ever
//	err = books.Save(ctx)                     // so that the next start reads only what is new
//
// The log is append-only: [ledger.Ledger.AsOf] says what was known at any
// instant, after a restart too. With Options.Policy the books are kept by a
// feed, and [Books.Apply] takes the records of webhooks.
//
// Several programs may write one log, one after the other; each reads what the
// others wrote before it adds its own. Books that only read call
// [Books.Refresh].
package sqllog
