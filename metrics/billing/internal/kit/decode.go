package kit

import (
	"bytes"
	"reflect"

	"github.com/lifecycle-go/lifecycle/internal/jsonin"
	"github.com/lifecycle-go/lifecycle/internal/text"
	"github.com/lifecycle-go/lifecycle/metrics/billing"
)

// Decode reads a record into the wire struct that v points to: a struct whose
// fields have json tags and are Text, Raw, Ref, bool, and structs, pointers,
// slices and string-keyed maps of these. Keys are compared exactly, unknown
// ones are skipped, null and absence leave the zero value. No number passes
// through a float.
//
// ok is false, and a Fault is found, where the record is JSON of another shape
// than v, names a key twice or is not UTF-8. The error, which ends the import, is
// for what is no JSON, with its place.
func (s *Session) Decode(rec *Record, v any) (ok bool, err error) {
	if part, useful := s.used(rec, v); useful {
		if jsonin.Decode(part, v) == nil {
			return true, nil
		}
		reflect.ValueOf(v).Elem().SetZero() // the whole says where
	}
	err = jsonin.Decode(rec.Data, v)
	if err == nil {
		return true, nil
	}
	p := jsonin.Explain(err, rec.Data)
	field := jsonin.Path(p.Pointer, 0)
	switch p.Cause {
	case jsonin.Shape:
		kind := kindOf(p.Kind)
		s.malformed(rec, field, kind, "a JSON "+kind+" where "+wanted(p.Type)+" should be")
	case jsonin.Repeated:
		s.malformed(rec, field, "", "a key given twice: which of its values counts is not known")
	case jsonin.NotText:
		s.malformed(rec, field, "", "not UTF-8: its ids cannot be trusted")
	default:
		return false, s.broken(rec, p)
	}
	return false, nil
}

func (s *Session) malformed(rec *Record, field, value, message string) {
	s.Find(billing.Finding{
		Code: billing.CodeMalformed, Severity: billing.Fault, Record: text.Clip(rec.Name()),
		Field: text.Clip(field), Value: text.Clip(value), Message: message + "; the record is left out",
	})
}

// broken is the error of data that is no JSON, with the place.
func (s *Session) broken(rec *Record, p jsonin.Problem) error {
	e := s.fail(rec, rec.Offset+p.Offset, p.Reason, syntax(p))
	e.Line += int64(bytes.Count(rec.Data[:min(p.Offset, int64(len(rec.Data)))], newline))
	e.Field = text.Clip(jsonin.Path(p.Pointer, 0))
	e.ID = text.Clip(rec.Text("id"))
	return e
}

func kindOf(first byte) string {
	switch first {
	case '{':
		return "object"
	case '[':
		return "array"
	case '"':
		return "string"
	case 't', 'f':
		return "boolean"
	default:
		return "number"
	}
}

// wanted is what JSON for a type should be, in words.
func wanted(t reflect.Type) string {
	switch {
	case t == nil:
		return "something else"
	case t.Implements(reflect.TypeFor[interface{ wanted() string }]()):
		return reflect.Zero(t).Interface().(interface{ wanted() string }).wanted()
	case t.Kind() == reflect.Pointer:
		return wanted(t.Elem())
	case t.Kind() == reflect.Bool:
		return "true or false"
	case t.Kind() == reflect.Slice:
		return "an array"
	default:
		return "an object"
	}
}
