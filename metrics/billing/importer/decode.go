package importer

import (
	"bytes"
	"encoding/json"
	"errors"
	"strconv"
	"unicode/utf8"

	"github.com/lifecycle-go/lifecycle/metrics/billing"
)

// Decode reads a record into v with encoding/json. ok is false, and a Fault is
// found, where the record is JSON of another shape than v or not UTF-8; what
// did fit is in v. The error, which ends the import, is for what is no JSON.
func (s *Session) Decode(rec *Record, v any) (ok bool, err error) {
	if !utf8.Valid(rec.Data) {
		if !json.Valid(rec.Data) {
			return false, s.broken(rec, rec.Data)
		}
		s.malformed(rec, "", "", "not UTF-8: its ids cannot be trusted")
		return false, nil
	}
	err = json.Unmarshal(rec.Data, v)
	if err == nil {
		return true, nil
	}
	var shape *json.UnmarshalTypeError
	if errors.As(err, &shape) {
		s.malformed(rec, shape.Field, shape.Value, "a JSON "+shape.Value+" where "+kindName(shape)+" should be")
		return false, nil
	}
	var field *shapeError
	if errors.As(err, &field) {
		s.malformed(rec, "", field.value, field.Error())
		return false, nil
	}
	return false, s.broken(rec, rec.Data)
}

// Check is Decode for a record nobody is interested in: the error is for what
// is no JSON.
func (s *Session) Check(rec *Record) error {
	if json.Valid(rec.Data) {
		return nil
	}
	return s.broken(rec, rec.Data)
}

func (s *Session) malformed(rec *Record, field, value, message string) {
	record := rec.Text("id")
	if record == "" {
		record = rec.Name()
	}
	s.Find(billing.Finding{
		Code: billing.CodeMalformed, Severity: billing.Fault, Record: Clip(record),
		Field: Clip(field), Value: Clip(value), Message: message + "; the record is left out",
	})
}

// kindName says what a field wanted, in the words of JSON.
func kindName(e *json.UnmarshalTypeError) string {
	switch e.Type.Kind().String() {
	case "struct", "map":
		return "an object"
	case "slice", "array":
		return "an array"
	case "bool":
		return "true or false"
	case "string":
		return "a string"
	default:
		return "a number"
	}
}

// broken is the error of data that is no JSON, with the place.
func (s *Session) broken(rec *Record, data []byte) error {
	at, reason := int64(0), "not JSON"
	var v json.RawMessage
	var syntax *json.SyntaxError
	if err := json.Unmarshal(data, &v); errors.As(err, &syntax) {
		at, reason = max(0, min(syntax.Offset, int64(len(data)))-1), syntax.Error()
	}
	e := s.fail(rec, rec.Offset+at, reason, ErrSyntax)
	e.Line += int64(bytes.Count(data[:at], newline))
	e.ID = Clip(rec.Text("id"))
	return e
}

// Name is what a record without an id is called: "record 3".
func (r *Record) Name() string { return "record " + strconv.FormatInt(r.N, 10) }

// Text gives the value of a key of the record itself, not of what is inside it,
// where that is a string; else "". It is a quick look to tell records apart:
// whatever is malformed gives "".
func (r *Record) Text(key string) string {
	v := r.Member(key)
	if len(v) < 2 || v[0] != '"' {
		return ""
	}
	var t Text
	if t.UnmarshalJSON(v) != nil {
		return ""
	}
	return string(t)
}

// Has reports whether the record itself has the key, with any value.
func (r *Record) Has(key string) bool { return r.Member(key) != nil }

// Member gives the value of a key of the record as written, nil where it has
// none. Keys written with escapes are not found.
func (r *Record) Member(key string) []byte {
	d := r.Data
	if len(d) == 0 || d[0] != '{' {
		return nil
	}
	i := 1
	for {
		i = past(d, i, ',')
		if i >= len(d) || d[i] != '"' {
			return nil
		}
		from := i + 1
		i = quoted(d, i)
		if i > len(d) {
			return nil
		}
		name := d[from : i-1]
		i = past(d, i, ':')
		from = i
		i = valueEnd(d, i)
		if i > len(d) || i == from {
			return nil
		}
		if string(name) == key {
			return d[from:i]
		}
	}
}

// past skips white space and the separator c.
func past(d []byte, i int, c byte) int {
	for ; i < len(d); i++ {
		switch d[i] {
		case ' ', '\t', '\r', '\n', c:
			continue
		}
		break
	}
	return i
}

// quoted is where the string at i ends, beyond d if it does not.
func quoted(d []byte, i int) int {
	for i++; i < len(d); i++ {
		switch d[i] {
		case '\\':
			i++
		case '"':
			return i + 1
		}
	}
	return len(d) + 1
}

// valueEnd is where the value at i ends.
func valueEnd(d []byte, i int) int {
	depth := 0
	for i < len(d) {
		switch class[d[i]] {
		case classQuote:
			if i = quoted(d, i); depth == 0 {
				return i
			}
			continue
		case classOpen:
			depth++
		case classClose:
			if depth--; depth < 0 {
				return i
			}
			if depth == 0 {
				return i + 1
			}
		case classComma:
			if depth == 0 {
				return i
			}
		}
		i++
	}
	return i
}
