// Package jsonin reads JSON that comes from outside, by the rules of
// encoding/json/v2: names count with their case, a name given twice and text
// that is not UTF-8 are errors, and an error names the place. It is the only
// package that knows the module, until the standard library has it.
package jsonin

import (
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
