package touchpoint

import (
	"errors"
	"fmt"
	"strings"
)

// Errors that callers branch on with errors.Is.
var (
	// ErrEmpty is returned for a required text that is missing.
	ErrEmpty = errors.New("must not be empty")
	// ErrText is returned for a text that is not valid UTF-8.
	ErrText = errors.New("must be valid UTF-8")
	// ErrTooLong is returned for a text longer than MaxText or MaxAttrText; see LimitError.
	ErrTooLong = errors.New("too long")
	// ErrTooMany is returned for more attributes, channels, events or bytes than a log takes;
	// see LimitError.
	ErrTooMany = errors.New("too many")
	// ErrTime is returned for an instant outside the years 1900 to 2200.
	ErrTime = errors.New("must lie in the years 1900 to 2200")
	// ErrAmount is returned for a cost or value with more than 18 significant
	// digits, or with more than 12 of them behind the point.
	ErrAmount = errors.New("must have at most 18 significant digits, at most 12 of them behind the point")
	// ErrOptions is returned for log options that contradict themselves or each other.
	ErrOptions = errors.New("log options do not fit")
	// ErrNoIDs is returned for a merge of logs that read events with IDs but did not keep
	// them, so that duplicates between the logs could not be seen.
	ErrNoIDs = errors.New("events had IDs which the log did not keep")
	// ErrEncoding is returned for bytes that are no encoded log.
	ErrEncoding = errors.New("not a valid encoded log")
	// ErrVersion is returned for an encoded log of another version of the format.
	ErrVersion = errors.New("not a known version of the encoded log")
)

// LimitError says which limit was passed and by what. It unwraps to ErrTooLong
// or ErrTooMany.
type LimitError struct {
	What          string
	Limit, Actual int64
	Err           error
}

func (e *LimitError) Error() string {
	return fmt.Sprintf("%s: at most %d %s, got %d", e.Err, e.Limit, e.What, e.Actual)
}

// Unwrap returns Err.
func (e *LimitError) Unwrap() error { return e.Err }

// FieldError says what is wrong with one field of a value.
type FieldError struct {
	Field string // name of the struct field, with the key for attributes
	Value string // the value found, shortened
	Err   error
}

func (e *FieldError) Error() string { return fmt.Sprintf("%s %q: %s", e.Field, e.Value, e.Err) }

// Unwrap returns Err.
func (e *FieldError) Unwrap() error { return e.Err }

// RowError says what is wrong with one row of a batch.
type RowError struct {
	Row   int64  // position in the input, counted from 1
	Field string // name of the struct field; empty when the source failed
	Value string // the value found, shortened
	Err   error
}

func (e *RowError) Error() string {
	if e.Field == "" {
		return fmt.Sprintf("row %d: %s", e.Row, e.Err)
	}
	return fmt.Sprintf("row %d: %s %q: %s", e.Row, e.Field, e.Value, e.Err)
}

// Unwrap returns Err.
func (e *RowError) Unwrap() error { return e.Err }

// BatchError lists every bad row of a batch in input order. Nothing of a batch
// with a bad row is kept.
type BatchError struct {
	Operation string // what was being done: "new log", "NPS"
	Rows      []*RowError
}

// batchErrorLines bounds the length of the message, not of Rows.
const batchErrorLines = 10

// Error names the first ten rows and how many more there are.
func (e *BatchError) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "touchpoint: %s: %d faults", e.Operation, len(e.Rows))
	for i, r := range e.Rows {
		if i == batchErrorLines {
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

// joinOperation joins the faults of one value under the name of an operation.
func joinOperation(operation string, faults []error) error {
	if len(faults) == 0 {
		return nil
	}
	return fmt.Errorf("touchpoint: %s: %w", operation, errors.Join(faults...))
}

// clip shortens a value for an error message.
func clip(s string) string {
	const most = 64
	if len(s) <= most {
		return s
	}
	return strings.ToValidUTF8(s[:most], "") + "…"
}
