package kit

import (
	"encoding/json"

	"github.com/lifecycle-go/lifecycle/metrics/billing/importer"
)

// Text is a field of a wire struct that takes a JSON string, number, true or
// false as it is written: no number becomes a float. null and an absent field
// are "". An object or array does not fit.
type Text string

// Raw is a field that takes any JSON as it is written. It is part of the record
// and overwritten with it.
type Raw []byte

// Ref is a reference that the source may have expanded: an id, or the object
// itself. The zero Ref refers to nothing.
type Ref[T any] struct {
	ID     string
	Object *T // nil unless expanded
}

func (Ref[T]) isRef() {}

// UnmarshalJSON is for those who decode wire structs with encoding/json;
// Session.Decode does not need it.
func (t *Text) UnmarshalJSON(b []byte) error {
	d := decoder{parser: parser{d: b}}
	switch c := d.peek(); c {
	case 'n':
		return nil
	case '{', '[':
		return &json.UnmarshalTypeError{Value: "object or array", Type: textType}
	default:
		s, ok := d.text(c)
		if !ok {
			return &importer.Error{Reason: "no JSON where " + d.broken + " should be", Err: importer.ErrSyntax}
		}
		*t = Text(s)
		return nil
	}
}

// UnmarshalJSON is for those who decode wire structs with encoding/json;
// Session.Decode does not need it.
func (r *Ref[T]) UnmarshalJSON(b []byte) error {
	if len(b) > 0 && b[0] == '{' {
		r.Object = new(T)
		inner := Record{Data: b}
		r.ID = inner.Text("id")
		return json.Unmarshal(b, r.Object)
	}
	var t Text
	err := t.UnmarshalJSON(b)
	r.ID = string(t)
	return err
}
