package kit

import "github.com/lifecycle-go/lifecycle/internal/jsonin"

// Text is a field of a wire struct that takes a JSON string, number, true or
// false as it is written: no number becomes a float. null and an absent field
// are "". An object or array does not fit.
type Text string

// UnmarshalJSONFrom reads one.
func (t *Text) UnmarshalJSONFrom(d *jsonin.Decoder) error {
	raw, err := d.ReadValue()
	if err != nil {
		return err
	}
	switch raw[0] {
	case '"':
		*t = Text(jsonin.Unquote(raw))
	case 'n':
		*t = ""
	case '{', '[':
		return jsonin.Misfit(raw)
	default:
		*t = Text(raw)
	}
	return nil
}

func (Text) wanted() string { return "a string or number" }

// Raw is a field that takes any JSON as it is written. It is part of the record
// and overwritten with it.
type Raw []byte

// UnmarshalJSONFrom reads one.
func (r *Raw) UnmarshalJSONFrom(d *jsonin.Decoder) error {
	raw, err := d.ReadValue()
	if err == nil && raw[0] != 'n' {
		*r = Raw(raw)
	}
	return err
}

// Object is what is embedded in the wire structs that a Ref may be of: its id.
type Object struct {
	ID Text `json:"id"`
}

func (o Object) id() Text { return o.ID }

// Ref is a reference that the source may have expanded: an id, or the object
// itself. The zero Ref refers to nothing.
type Ref[T interface{ id() Text }] struct {
	ID     string
	Object *T // nil unless expanded
}

// UnmarshalJSONFrom reads one.
func (r *Ref[T]) UnmarshalJSONFrom(d *jsonin.Decoder) error {
	if d.PeekKind() != '{' {
		return (*Text)(&r.ID).UnmarshalJSONFrom(d)
	}
	object := new(T)
	if err := jsonin.Next(d, object); err != nil {
		return err
	}
	r.ID, r.Object = string((*object).id()), object
	return nil
}

func (Ref[T]) wanted() string { return "an id or an object" }
