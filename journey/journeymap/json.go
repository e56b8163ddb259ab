package journeymap

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/lifecycle-go/lifecycle/internal/jsonin"
	"github.com/lifecycle-go/lifecycle/metrics/fault"
)

// Parse reads a map from JSON as encoding/json writes it: unknown fields, fields
// given twice, text that is not UTF-8 and trailing data are errors, which wrap
// ErrDecode and name the place. More than 64 MiB are refused. Faults of the map
// are not looked for; see Validate.
func Parse(data []byte) (Map, error) {
	if len(data) > maxJSON {
		return Map{}, &fault.Error{Package: "journeymap", Op: "parse", Field: "data", Limit: fmt.Sprintf("want at most %d bytes, got %d", maxJSON, len(data)), Err: ErrDecode}
	}
	var m Map
	if err := jsonin.DecodeStrict(data, &m); err != nil {
		return Map{}, &fault.Error{Package: "journeymap", Op: "parse", Limit: err.Error(), Err: errors.Join(ErrDecode, err)}
	}
	if err := m.bounded(); err != nil {
		return Map{}, err
	}
	return m, nil
}

// JSON returns the map as indented JSON, which Parse reads back.
func (m Map) JSON() ([]byte, error) {
	if err := m.bounded(); err != nil {
		return nil, err
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(m); err != nil {
		return nil, fmt.Errorf("journeymap: json: %w", err)
	}
	return b.Bytes(), nil
}

// MarshalJSON writes the map; nil stages are an empty list.
func (m Map) MarshalJSON() ([]byte, error) {
	type plain Map
	if m.Stages == nil {
		m.Stages = []Stage{}
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(plain(m)); err != nil {
		return nil, err
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), nil
}
