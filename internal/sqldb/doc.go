// Package sqldb is what the stores in databases share: one text for Postgres
// and SQLite, transactions that leave nothing behind them, migrations under a
// lock. It knows database/sql and no driver.
package sqldb
