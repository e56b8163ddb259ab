package importer

import (
	"bytes"
	"encoding/json"
)

// Text is a field of a wire struct that takes a JSON string, number, true or
// false as it is written: no number becomes a float. null and an absent field
// are "". An object or array does not fit.
type Text string

// shapeError is a value that does not fit a wire type of this package.
type shapeError struct{ value, want string }

func (e *shapeError) Error() string {
	return "a JSON " + e.value + " where " + e.want + " should be"
}

// UnmarshalJSON reads what the type says.
func (t *Text) UnmarshalJSON(b []byte) error {
	if len(b) == 0 {
		return nil
	}
	switch b[0] {
	case 'n':
		return nil
	case '{':
		return &shapeError{"object", "a string or number"}
	case '[':
		return &shapeError{"array", "a string or number"}
	case '"':
		if len(b) > 1 && bytes.IndexByte(b, '\\') < 0 {
			*t = Text(b[1 : len(b)-1])
			return nil
		}
		var s string
		if err := json.Unmarshal(b, &s); err != nil {
			return err
		}
		*t = Text(s)
	default:
		*t = Text(b)
	}
	return nil
}

// Ref is a reference that the source may have expanded: an id, or the object
// itself. The zero Ref refers to nothing.
type Ref[T any] struct {
	ID     string
	Object *T // nil unless expanded
}

// UnmarshalJSON reads a string, number, object or null.
func (r *Ref[T]) UnmarshalJSON(b []byte) error {
	if len(b) == 0 || b[0] == 'n' {
		return nil
	}
	if b[0] == '{' {
		r.Object = new(T)
		if err := json.Unmarshal(b, r.Object); err != nil {
			return err
		}
		r.ID = (&Record{Data: b}).Text("id")
		return nil
	}
	var t Text
	if err := t.UnmarshalJSON(b); err != nil {
		return &shapeError{"array", "an id or an object"}
	}
	r.ID = string(t)
	return nil
}
