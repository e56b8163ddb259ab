package journeymap

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/lifecycle-go/lifecycle/metrics/fault"
)

// Parse reads a map from JSON as encoding/json writes it: unknown fields and
// trailing data are errors, which wrap ErrDecode. Faults of the map are not
// looked for; see Validate.
func Parse(data []byte) (Map, error) {
	if len(data) > maxJSON {
		return Map{}, &fault.Error{Package: "journeymap", Op: "parse", Field: "data", Limit: fmt.Sprintf("want at most %d bytes, got %d", maxJSON, len(data)), Err: ErrDecode}
	}
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	var m Map
	if err := d.Decode(&m); err != nil {
		return Map{}, &fault.Error{Package: "journeymap", Op: "parse", Limit: err.Error(), Err: errors.Join(ErrDecode, err)}
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return Map{}, &fault.Error{Package: "journeymap", Op: "parse", Limit: "want nothing behind the map", Err: ErrDecode}
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
