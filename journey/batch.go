package journey

import (
	"errors"
	"fmt"
	"strings"
)

// Limits of one replay.
const (
	// maxEvents is the largest number of events in one replay.
	maxEvents = 1<<31 - 1
	// maxID is the longest event id in bytes.
	maxID = 1_024
)

// Reasons for a bad row.
var (
	// ErrEmpty: a required field is empty.
	ErrEmpty = errors.New("must not be empty")
	// ErrTooLong: a text is longer than its limit.
	ErrTooLong = errors.New("too long")
	// ErrTooMany: a count is beyond its limit.
	ErrTooMany = errors.New("too many")
)

// RowError says what is wrong with one row of a batch.
type RowError struct {
	Row   int64  // position in the input, counted from 1
	Field string // name of the struct field
	Value string // the value found, shortened
	Err   error  // why, wrapping a sentinel
}

// Error names row, field, value and reason.
func (e *RowError) Error() string {
	return fmt.Sprintf("row %d: %s %q: %s", e.Row, e.Field, e.Value, e.Err)
}

// Unwrap returns Err.
func (e *RowError) Unwrap() error { return e.Err }

// BatchError lists every bad row of a batch in input order. Nothing of a batch
// with a bad row is used.
type BatchError struct {
	Operation string // what was being done
	Rows      []*RowError
}

// Error names the first ten rows and how many more there are.
func (e *BatchError) Error() string {
	const most = 10
	var b strings.Builder
	fmt.Fprintf(&b, "journey: %s: %d bad row(s)", e.Operation, len(e.Rows))
	for i, r := range e.Rows {
		if i == most {
			fmt.Fprintf(&b, "; and %d more", len(e.Rows)-i)
			break
		}
		b.WriteString("; ")
		b.WriteString(r.Error())
	}
	return b.String()
}

// Unwrap returns the rows, so that errors.Is and errors.As look into them.
func (e *BatchError) Unwrap() []error {
	out := make([]error, len(e.Rows))
	for i, r := range e.Rows {
		out[i] = r
	}
	return out
}

// check collects what is wrong with the event of one row.
func (e *BatchError) check(row int64, ev *Event) (at int64, ok bool) {
	at, inRange := nanos(ev.At)
	if inRange && ev.Customer != "" && len(ev.Customer) <= MaxCustomer &&
		ev.Trigger != "" && len(ev.Trigger) <= MaxName && len(ev.ID) <= maxID {
		return at, true
	}
	bad := func(field, value string, err error) {
		e.Rows = append(e.Rows, &RowError{Row: row, Field: field, Value: clip(value), Err: err})
	}
	text := func(field, value string, required bool, most int) {
		switch {
		case required && value == "":
			bad(field, value, ErrEmpty)
		case len(value) > most:
			bad(field, value, fmt.Errorf("%w: %d bytes, at most %d", ErrTooLong, len(value), most))
		}
	}
	text("Customer", ev.Customer, true, MaxCustomer)
	text("Trigger", string(ev.Trigger), true, MaxName)
	text("ID", ev.ID, false, maxID)
	if !inRange {
		bad("At", ev.At.UTC().Format("2006-01-02T15:04:05Z"), ErrOutOfRange)
	}
	return at, false
}
