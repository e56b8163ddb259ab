package jsonin

import (
	"errors"
	"io"
	"reflect"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// failure is an error of the module, without the names of its packages and of
// our types.
type failure struct{ err error }

// Error is the place and what is wrong there: "items[1].quantity: a JSON string
// where a number should be".
func (f failure) Error() string {
	var s *json.SemanticError
	if !errors.As(f.err, &s) {
		var broken *jsontext.SyntacticError
		if errors.As(f.err, &broken) && errors.Is(broken.Err, jsontext.ErrDuplicateName) {
			return Path(string(broken.JSONPointer), 0) + ": given twice"
		}
		return bare(f.err.Error())
	}
	reason := "a JSON " + kindWord(s.JSONKind) + " where " + typeWord(s.GoType) + " should be"
	switch {
	case errors.Is(s.Err, json.ErrUnknownName):
		reason = "unknown field"
	case errors.Is(s.Err, strconv.ErrSyntax): // of a number
	case s.Err != nil:
		reason = bare(s.Err.Error())
	}
	if where := Path(string(s.JSONPointer), 0); where != "" {
		return where + ": " + reason
	}
	return reason
}

func kindWord(k jsontext.Kind) string {
	switch byte(k) {
	case '{':
		return "object"
	case '[':
		return "array"
	case '"':
		return "string"
	case '0':
		return "number"
	case 't', 'f':
		return "boolean"
	case 'n':
		return "null"
	}
	return "value"
}

func typeWord(t reflect.Type) string {
	if t == nil {
		return "something else"
	}
	switch t.Kind() {
	case reflect.Pointer:
		return typeWord(t.Elem())
	case reflect.String:
		return "a string"
	case reflect.Bool:
		return "true or false"
	case reflect.Slice, reflect.Array:
		return "an array"
	case reflect.Struct, reflect.Map:
		return "an object"
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64, reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		return "a whole number"
	case reflect.Float32, reflect.Float64:
		return "a number"
	default:
		return "something else"
	}
}

// Unwrap gives the module's error.
func (f failure) Unwrap() error { return f.err }

func in(err error) error {
	if err == nil {
		return nil
	}
	return failure{err}
}

func bare(s string) string {
	for _, prefix := range []string{"json: ", "jsontext: "} {
		s = strings.TrimPrefix(s, prefix)
	}
	return s
}

// Problem is an error of Decode, Next or a Decoder, taken apart.
type Problem struct {
	Cause Cause
	// Offset is the byte at or after which it is, Pointer the value it is in
	// (RFC 6901): "/items/data/1/quantity".
	Offset  int64
	Pointer string
	// Kind is the first byte of the value that does not fit: one of
	// '{', '[', '"', '0', 't', 'f', 'n'; Type what it should be read into.
	Kind byte
	Type reflect.Type
	// Reason in words.
	Reason string
}

// Cause is what is wrong.
type Cause int

// The causes.
const (
	Unread   Cause = iota // the reader failed
	Broken                // no JSON
	CutOff                // no JSON, because it ends too early
	Repeated              // a name given twice
	NotText               // not UTF-8, also half a surrogate pair in escapes
	Shape                 // JSON of another shape
)

// Explain takes an error apart. data is what was decoded, nil for an error of a
// Decoder.
func Explain(err error, data []byte) Problem {
	if data != nil {
		var all Raw
		if broken := json.Unmarshal(data, &all, lenient); broken != nil {
			return explain(broken, false) // first of all it is no JSON
		}
	}
	return explain(err, data != nil)
}

func explain(err error, isJSON bool) Problem {
	var semantic *json.SemanticError
	if errors.As(err, &semantic) {
		return Problem{Cause: Shape, Offset: semantic.ByteOffset, Pointer: string(semantic.JSONPointer), Kind: byte(semantic.JSONKind), Type: semantic.GoType, Reason: bare(err.Error())}
	}
	var syntactic *jsontext.SyntacticError
	if !errors.As(err, &syntactic) {
		return Problem{Reason: bare(err.Error())}
	}
	p := Problem{Cause: Broken, Offset: syntactic.ByteOffset, Pointer: string(syntactic.JSONPointer), Reason: bare(syntactic.Err.Error())}
	switch {
	case errors.Is(err, io.ErrUnexpectedEOF):
		p.Cause, p.Reason = CutOff, "the input ends too early"
	case errors.Is(err, jsontext.ErrDuplicateName):
		p.Cause, p.Reason = Repeated, "given twice"
	case isJSON:
		p.Cause = NotText
	}
	return p
}

// Path is a pointer in the way of our findings: "items.data[1].quantity". The
// first skip steps are left out.
func Path(pointer string, skip int) string {
	var b strings.Builder
	for token := range jsontext.Pointer(pointer).Tokens() {
		if skip > 0 {
			skip--
			continue
		}
		if _, err := strconv.Atoi(token); err == nil {
			b.WriteString("[" + token + "]")
			continue
		}
		if b.Len() > 0 {
			b.WriteByte('.')
		}
		b.WriteString(token)
	}
	return b.String()
}
