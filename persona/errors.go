package persona

import (
	"errors"
	"fmt"
	"strings"
)

// Errors that callers branch on with errors.Is.
var (
	// ErrValue is returned for a value outside the limits of its kind.
	ErrValue = errors.New("value out of range")
	// ErrProfile is returned for a profile that is not usable.
	ErrProfile = errors.New("profile is not usable")
	// ErrNoProfiles is returned where there is nothing to compare.
	ErrNoProfiles = errors.New("no profiles")
	// ErrOptions is returned for options outside their range.
	ErrOptions = errors.New("options out of range")
	// ErrSet is what every [*SetError] is.
	ErrSet = errors.New("the set of personas has faults")
)

// Limits that keep hostile input from costing time or memory.
const (
	// MaxText is the longest name, trait or text value, in bytes.
	MaxText = 1024
	// MaxProse is the longest goal, answer or other text in words, in bytes.
	MaxProse = 16_384
	// MaxTraits is the largest number of traits of one profile.
	MaxTraits = 1024
	// MaxPersonas is the largest number of personas in one set.
	MaxPersonas = 1000
	// MaxRuleNodes is the largest number of conditions and values in one rule,
	// groups included.
	MaxRuleNodes = 10_000
	// MaxRuleDepth is how deep groups may be nested.
	MaxRuleDepth = 64
)

// RowError says what is wrong with one profile of a batch.
type RowError struct {
	Row      int64 // position in the input, counted from 1
	Customer string
	Field    string // "Customer" or "Traits[employees]"
	Value    string // the value found, shortened
	Err      error
}

// Error names row, customer, field and value.
func (e *RowError) Error() string {
	return fmt.Sprintf("row %d: customer %q: %s %s: %s", e.Row, clip(e.Customer), e.Field, e.Value, e.Err)
}

// Unwrap returns Err.
func (e *RowError) Unwrap() error { return e.Err }

// BatchError lists every bad row of a batch in input order. Nothing of a batch
// with a bad row is used.
type BatchError struct {
	Operation string
	Rows      []*RowError
}

// Error names the first ten rows and how many more there are.
func (e *BatchError) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "persona: %s: %d faults", e.Operation, len(e.Rows))
	for i, r := range e.Rows {
		if i == 10 {
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

// clip shortens a text for a message.
func clip(s string) string {
	const most = 64
	if len(s) <= most {
		return s
	}
	return strings.ToValidUTF8(s[:most], "") + "…"
}
