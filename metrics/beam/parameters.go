package beam

import (
	"bytes"
	"encoding"
	"encoding/json"
	"fmt"
	"reflect"

	"github.com/lifecycle-go/lifecycle/metrics/fault"
)

// maxParameters bounds their JSON: it is part of the pipeline's description, once
// for every step.
const maxParameters = 1 << 20

// textOf is parameters as JSON. What JSON would leave out is refused: a worker
// would compute by other rules, and nobody would know.
func textOf[P any](name string, parameters P) (string, error) {
	fail := func(err error) (string, error) { return "", fmt.Errorf("beam: %s: parameters: %w", name, err) }
	if err := travels(reflect.ValueOf(&parameters).Elem(), "parameters", 0); err != nil {
		return fail(err)
	}
	text, err := json.Marshal(parameters)
	if err != nil {
		return fail(err)
	}
	if len(text) > maxParameters {
		return fail(&fault.Error{Package: "beam", Op: name, Field: "parameters", Value: fmt.Sprint(len(text), " bytes"), Limit: "at most 1048576", Err: fault.ErrTooLong})
	}
	// What does not come back the same went wrong on its way.
	back := new(P)
	if err := json.Unmarshal(text, back); err != nil {
		return fail(err)
	}
	again, err := json.Marshal(*back)
	if err != nil {
		return fail(err)
	}
	if !bytes.Equal(text, again) {
		return fail(fmt.Errorf("%s come back as %s", fault.Quote(string(text)), fault.Quote(string(again))))
	}
	return string(text), nil
}

const maxDepth = 64

// travels finds what is set and JSON would not carry. What marshals itself is
// taken at its word.
func travels(v reflect.Value, path string, depth int) error {
	if !v.IsValid() || v.IsZero() {
		return nil
	}
	if depth > maxDepth {
		return fmt.Errorf("%s: nested deeper than %d", path, maxDepth)
	}
	t := v.Type()
	if marshals(t) {
		return nil
	}
	switch v.Kind() {
	case reflect.Struct:
		for i := range t.NumField() {
			f := t.Field(i)
			inside := v.Field(i)
			hidden := !f.IsExported() && !f.Anonymous || f.Tag.Get("json") == "-"
			if hidden && !inside.IsZero() {
				return fmt.Errorf("%s.%s does not travel to other machines", path, f.Name)
			}
			if err := travels(inside, path+"."+f.Name, depth+1); err != nil {
				return err
			}
		}
	case reflect.Pointer:
		return travels(v.Elem(), path, depth+1)
	case reflect.Slice, reflect.Array:
		for i := range v.Len() {
			if err := travels(v.Index(i), fmt.Sprintf("%s[%d]", path, i), depth+1); err != nil {
				return err
			}
		}
	case reflect.Map:
		for it := v.MapRange(); it.Next(); {
			if err := travels(it.Value(), fmt.Sprintf("%s[%v]", path, it.Key()), depth+1); err != nil {
				return err
			}
		}
	case reflect.Interface, reflect.Func, reflect.Chan, reflect.UnsafePointer:
		return fmt.Errorf("%s, %s, does not travel to other machines", path, t)
	default: // numbers and texts
	}
	return nil
}

var (
	jsonMarshaler = reflect.TypeFor[json.Marshaler]()
	textMarshaler = reflect.TypeFor[encoding.TextMarshaler]()
)

func marshals(t reflect.Type) bool {
	for _, m := range []reflect.Type{jsonMarshaler, textMarshaler} {
		if t.Implements(m) || reflect.PointerTo(t).Implements(m) {
			return true
		}
	}
	return false
}
