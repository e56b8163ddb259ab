// Package jsonin reads JSON that comes from outside, by the rules of
// encoding/json/v2: names count with their case, a name given twice and text
// that is not UTF-8 are errors, and an error names the place. It is the only
// package that knows the module, until the standard library has it.
package jsonin

import (
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// Raw is a JSON value as it stands in the input.
type Raw = jsontext.Value

// Decode reads one JSON value and nothing after it. Members that into does not
// have are passed over.
func Decode(data []byte, into any) error { return in(json.Unmarshal(data, into)) }

// DecodeStrict is Decode, but a member that into does not have is an error.
func DecodeStrict(data []byte, into any) error {
	return in(json.Unmarshal(data, into, json.RejectUnknownMembers(true)))
}

// failure is an error of the module, without the names of its packages and of
// our types.
type failure struct{ err error }

func (f failure) Error() string {
	s := f.err.Error()
	for _, prefix := range []string{"json: ", "jsontext: "} {
		s = strings.TrimPrefix(s, prefix)
	}
	return s
}

// Unwrap gives the module's error.
func (f failure) Unwrap() error { return f.err }

func in(err error) error {
	if err == nil {
		return nil
	}
	return failure{err}
}
