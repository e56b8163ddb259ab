package enum

import (
	"slices"
	"strings"

	"github.com/lifecycle-go/lifecycle/internal/text"
	"github.com/lifecycle-go/lifecycle/metrics/fault"
)

// Texts are the values of an enumeration that is a kind of string. JSON and SQL
// know such values by themselves; what remains is to refuse any other:
//
//	var works = enum.OfTexts("journeymap", "Work", "", Technology, Feature)
//
//	func (w *Work) UnmarshalText(text []byte) error { return works.Unmarshal(w, text) }
type Texts[E ~string] struct {
	pkg, typ string
	values   []E
}

// OfTexts makes the table of type typ of package pkg.
func OfTexts[E ~string](pkg, typ string, values ...E) Texts[E] {
	return Texts[E]{pkg: pkg, typ: typ, values: values}
}

// Index is the place of e among the values, from 0; -1 for what is none.
func (t Texts[E]) Index(e E) int { return slices.Index(t.values, e) }

// Unmarshal sets e to a text that is one of the values. Where none is like it, e
// stays as it was and the error wraps fault.ErrUnknown.
func (t Texts[E]) Unmarshal(e *E, name []byte) error {
	i := t.Index(E(name))
	if i < 0 {
		return t.Check(E(name))
	}
	*e = t.values[i]
	return nil
}

// Check is nil for one of the values, and an error that wraps fault.ErrUnknown
// for any other.
func (t Texts[E]) Check(e E) error {
	if t.Index(e) >= 0 {
		return nil
	}
	names := make([]string, len(t.values))
	for i, v := range t.values {
		if names[i] = string(v); v == "" {
			names[i] = `""`
		}
	}
	return &fault.Error{
		Package: t.pkg, Op: "unmarshal", Field: t.typ, Value: text.Quote(string(e)),
		Limit: "want one of " + strings.Join(names, ", "), Code: "unknown", Err: fault.ErrUnknown,
	}
}
