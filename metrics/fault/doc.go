// Package fault is how the library says that it refused something, in one
// shape for all packages:
//
//   - [Error]: one argument of one operation;
//   - [Batch] of [Row]s: every bad row of an input, of which nothing was taken;
//   - [Design] of [Fault]s: everything wrong with a definition, a catalogue, a
//     map: things that a person designs and mends.
//
// Each unwraps to a sentinel of the package that reports it, so that errors.Is
// branches and errors.As gives the fields. Lists are bounded: [MaxListed] faults
// are kept and the rest is counted, so that hostile input cannot fill memory with
// complaints about it.
//
//	var row *fault.Row
//	if errors.As(err, &row) {
//		fmt.Println(row.Row, row.Field, row.Value) // the first bad row
//	}
package fault

import "errors"

// MaxListed is how many rows or faults one error keeps; the rest is counted.
const MaxListed = 1000

// shown is how many of them its message writes out.
const shown = 10

// Sentinels that all packages share.
var (
	// ErrUnknown: a text or number that is none of an enumeration's values.
	ErrUnknown = errors.New("not one of the known values")
	// ErrEmpty: a required text is missing.
	ErrEmpty = errors.New("must not be empty")
	// ErrText: a text that is not valid UTF-8.
	ErrText = errors.New("must be valid UTF-8")
	// ErrTooLong: a text beyond its limit in bytes.
	ErrTooLong = errors.New("too long")
	// ErrTooMany: more rows, fields or bytes than a limit.
	ErrTooMany = errors.New("too many")
)
