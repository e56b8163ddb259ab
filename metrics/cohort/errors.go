package cohort

import "errors"

// What callers branch on. Errors of the ledger, such as ledger.ErrNoRate, pass
// through and are found by errors.Is as well.
var (
	// ErrOptions: options, or a ledger, that no table can be made of.
	ErrOptions = errors.New("bad options")
	// ErrRange: months, or a number of them or of segments, beyond the limit.
	ErrRange = errors.New("out of range")
	// ErrCustomers: two tables to be merged that hold the same customers.
	ErrCustomers = errors.New("customers in both tables")
	// ErrEncoding: bytes that are not a table, or not a whole one.
	ErrEncoding = errors.New("bad encoding")
)
