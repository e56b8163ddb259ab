package fault

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/lifecycle-go/lifecycle/internal/text"
)

// Row says what is wrong with one row of an input.
//
//nolint:errname // fault.Row reads as what it is
type Row struct {
	Row      int64  // position in the input, counted from 1
	Customer string // whose row it is, where known, shortened
	ID       string // the row's own id, where it has one, shortened
	Field    string // field at fault; empty when the source itself failed
	Value    string // what it held, shortened
	Limit    string // what would be accepted, in words; empty = what Err says
	Err      error  // sentinel, or what the source reported
}

// Error names row, customer, field, value and limit.
func (r *Row) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "row %d: ", r.Row)
	if r.Customer != "" {
		b.WriteString("customer " + Quote(r.Customer) + ": ")
	}
	if r.ID != "" {
		b.WriteString("id " + Quote(r.ID) + ": ")
	}
	switch {
	case r.Field != "" && r.Value != "":
		b.WriteString(r.Field + " " + Quote(r.Value) + ": ")
	case r.Field != "":
		b.WriteString(r.Field + ": ")
	}
	b.WriteString(r.limit())
	return b.String()
}

func (r *Row) limit() string {
	if r.Limit != "" || r.Err == nil {
		return r.Limit
	}
	return r.Err.Error()
}

// Unwrap gives the sentinel.
func (r *Row) Unwrap() error { return r.Err }

// MarshalJSON writes row, customer, id, field, value and limit; what is empty
// is absent.
func (r *Row) MarshalJSON() ([]byte, error) {
	return json.Marshal(struct {
		Row      int64  `json:"row"`
		Customer string `json:"customer,omitempty"`
		ID       string `json:"id,omitempty"`
		Field    string `json:"field,omitempty"`
		Value    string `json:"value,omitempty"`
		Limit    string `json:"limit"`
	}{r.Row, r.Customer, r.ID, r.Field, r.Value, r.limit()})
}

// Batch lists the bad rows of an input in input order. Nothing of an input with
// a bad row was taken. Its zero value is ready to collect.
//
//nolint:errname // fault.Batch reads as what it is
type Batch struct {
	Package string
	Op      string // what was being done: "new log", "append"
	Rows    []*Row // the first MaxListed
	More    int64  // how many more there were
}

// Add takes a row in, its texts shortened, or counts it when the list is full.
func (b *Batch) Add(r Row) {
	if len(b.Rows) >= MaxListed {
		b.More++
		return
	}
	r.Customer, r.ID, r.Value = text.Clip(r.Customer), text.Clip(r.ID), text.Clip(r.Value)
	b.Rows = append(b.Rows, &r)
}

// Count is the number of bad rows, listed or not.
func (b *Batch) Count() int64 { return int64(len(b.Rows)) + b.More }

// Err is b, or nil when no row was bad.
func (b *Batch) Err() error {
	if b == nil || len(b.Rows) == 0 {
		return nil
	}
	return b
}

// Error names the first ten rows and how many more there are.
func (b *Batch) Error() string {
	var s strings.Builder
	fmt.Fprintf(&s, "%s: %s: %s, nothing was taken", b.Package, b.Op, plural(b.Count(), "bad row"))
	for i, r := range b.Rows {
		if i == shown {
			break
		}
		s.WriteString("; " + r.Error())
	}
	if more := b.Count() - shown; more > 0 {
		fmt.Fprintf(&s, "; and %d more", more)
	}
	return s.String()
}

// Unwrap gives the rows, so that errors.Is and errors.As look into them.
func (b *Batch) Unwrap() []error {
	out := make([]error, len(b.Rows))
	for i, r := range b.Rows {
		out[i] = r
	}
	return out
}

func plural(n int64, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}
