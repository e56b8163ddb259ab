// Package sqldbtest starts a Postgres for tests: in a folder of its own, on
// loopback, as an ordinary user. It knows no driver: the test's own is asked by
// name.
package sqldbtest
