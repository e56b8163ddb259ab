package kit

import (
	"fmt"

	"github.com/lifecycle-go/lifecycle/internal/text"
	"github.com/lifecycle-go/lifecycle/metrics/billing"
	"github.com/lifecycle-go/lifecycle/metrics/billing/internal/words"
)

// Note makes findings about one record, so that each names it. The zero Note
// finds nothing.
type Note struct {
	s *Session
	// Record, Customer, Subscription and Item go into every finding.
	Record, Customer, Subscription, Item string
	faults                               int
}

// Note begins the findings about a record.
func (s *Session) Note(record string) *Note { return &Note{s: s, Record: record} }

// Faults is how many faults were found with it.
func (n *Note) Faults() int { return n.faults }

func (n *Note) find(severity billing.Severity, code billing.Code, field, value, format string, args ...any) {
	if n.s == nil {
		return
	}
	n.s.Find(billing.Finding{
		Code: code, Severity: severity,
		Record: text.Clip(n.Record), Customer: text.Clip(n.Customer), Subscription: text.Clip(n.Subscription), Item: text.Clip(n.Item),
		Field: field, Value: text.Clip(value), Message: fmt.Sprintf(format, args...),
	})
}

// Fault finds what could not be honoured and counts nothing.
func (n *Note) Fault(code billing.Code, field, value, format string, args ...any) {
	n.faults++
	n.find(billing.Fault, code, field, value, format, args...)
}

// Warn finds what counts, but may not mean what its source meant.
func (n *Note) Warn(code billing.Code, field, value, format string, args ...any) {
	n.find(billing.Warning, code, field, value, format, args...)
}

// Notice finds what is worth knowing.
func (n *Note) Notice(code billing.Code, field, value, format string, args ...any) {
	n.find(billing.Notice, code, field, value, format, args...)
}

// The limits that package billing has for what importers make.
const (
	MaxName   = words.MaxName
	MaxCycles = words.MaxCycles
)

// Name checks an id: not longer than MaxName. (That it is text was checked with
// the record.)
func (n *Note) Name(field, id string) bool {
	if len(id) > MaxName {
		n.Fault(billing.CodeName, field, id, "an id of %d bytes, the limit is %d", len(id), MaxName)
		return false
	}
	return true
}
