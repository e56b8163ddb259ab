package jsonin

import (
	"bytes"
	"io"
	"unicode/utf8"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// Decoder reads tokens and values one after the other.
type Decoder = jsontext.Decoder

// NewDecoder reads from r what is JSON by its grammar. Names given twice and text
// that is not UTF-8 are left for Decode to refuse, value by value.
func NewDecoder(r io.Reader) *Decoder { return jsontext.NewDecoder(r, lenient) }

// Reset lets d begin anew, at r.
func Reset(d *Decoder, r io.Reader) { d.Reset(r, lenient) }

//nolint:gochecknoglobals // never changed
var lenient = json.JoinOptions(jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))

// Next reads the next value into a Go value, for types that read themselves.
func Next(d *Decoder, into any) error { return json.UnmarshalDecode(d, into) }

// Misfit is the error of a type that reads itself and has read a value it has no
// room for.
func Misfit(value Raw) error { return &json.SemanticError{JSONKind: value.Kind()} }

// Unquote is the text of a string as it stands in the input. What is not UTF-8
// becomes U+FFFD.
func Unquote(raw []byte) string {
	if len(raw) > 1 && bytes.IndexByte(raw, '\\') < 0 && utf8.Valid(raw) {
		return string(raw[1 : len(raw)-1])
	}
	b, _ := jsontext.AppendUnquote(nil, raw) // as far as it goes
	return string(b)
}
