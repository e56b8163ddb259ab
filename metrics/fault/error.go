package fault

import (
	"strings"

	"github.com/lifecycle-go/lifecycle/internal/text"
)

// Error says which operation refused which value of which field, and what it
// would have taken.
type Error struct {
	Package string // "calendar"
	Op      string // "ParseMonth"
	Field   string // field or argument; may be empty where there is but one
	Value   string // what was given, as a message shows it; see Quote
	Limit   string // what would be accepted, in words
	Code    Code   // stable kind of refusal, where the package has codes
	Err     error  // sentinel
}

// Quote shortens a value for a message at a whole character, and escapes
// what would act on a terminal.
func Quote(value string) string { return text.Quote(value) }

// Error is "package: operation: field value: limit".
func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString(e.Package)
	if e.Op != "" {
		b.WriteString(": " + e.Op)
	}
	switch {
	case e.Field != "" && e.Value != "":
		b.WriteString(": " + e.Field + " " + e.Value)
	case e.Field != "" || e.Value != "":
		b.WriteString(": " + e.Field + e.Value)
	}
	limit := e.Limit
	if limit == "" && e.Err != nil {
		limit = e.Err.Error()
	}
	if limit != "" {
		b.WriteString(": " + limit)
	}
	return b.String()
}

// Unwrap gives the sentinel.
func (e *Error) Unwrap() error { return e.Err }
