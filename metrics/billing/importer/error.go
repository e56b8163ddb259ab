package importer

import (
	"errors"
	"strconv"
	"strings"

	"github.com/lifecycle-go/lifecycle/internal/text"
)

var (
	// ErrSyntax is wrapped by the error for input that is not the format it
	// should be: JSON or CSV that does not parse.
	ErrSyntax = errors.New("malformed input")
	// ErrLimit is wrapped by the error for input beyond one of Limits.
	ErrLimit = errors.New("limit exceeded")
	// ErrHeader is wrapped by the error for a table whose first line lacks a
	// column, names one twice or names one nobody knows.
	ErrHeader = errors.New("unusable header")
	// ErrOptions is wrapped by the error for Options that cannot be used.
	ErrOptions = errors.New("impossible options")
)

// Error is why an import ended. Err is a sentinel of this package or what the
// reader returned, so that errors.Is finds either.
type Error struct {
	// Importer is the package that speaks: "stripe".
	Importer string
	// Record counts from 1 over the records of one input, and Line from 1 over
	// its lines; Offset is the byte at fault, from 0. Record is 0 where no
	// record was at fault.
	Record, Line, Offset int64
	// ID of the record, where it could still be read.
	ID string
	// Field and Value at fault, where one was.
	Field, Value string
	// Reason in words, with the limit and the actual.
	Reason string
	Err    error
}

// Error is "importer: record n (line l, byte b) "id": field value: reason",
// without the parts that are not known.
func (e *Error) Error() string {
	var b strings.Builder
	if e.Importer != "" {
		b.WriteString(e.Importer + ": ")
	}
	if e.Line > 0 {
		if e.Record > 0 {
			b.WriteString("record " + strconv.FormatInt(e.Record, 10) + " (")
		}
		b.WriteString("line " + strconv.FormatInt(e.Line, 10) + ", byte " + strconv.FormatInt(e.Offset, 10))
		if e.Record > 0 {
			b.WriteString(")")
		}
		if e.ID != "" {
			b.WriteString(" " + text.Quote(e.ID))
		}
		b.WriteString(": ")
	}
	if e.Field != "" {
		b.WriteString(e.Field)
		if e.Value != "" {
			b.WriteString(" " + text.Quote(e.Value))
		}
		b.WriteString(": ")
	}
	b.WriteString(e.Reason)
	return b.String()
}

// Unwrap gives the cause.
func (e *Error) Unwrap() error { return e.Err }
