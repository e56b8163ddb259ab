package source

import (
	"bytes"
	"errors"
	"io"
	"strings"

	"github.com/lifecycle-go/lifecycle/internal/jsonin"
)

// raw is a JSON value as it stands in the input.
type raw = jsonin.Raw

// object is a JSON object whose members are looked at when they are asked for.
type object map[string]raw

// decode reads one JSON value.
func decode(data []byte, into any) error { return jsonin.Decode(data, into) }

// scalar is a scalar as text: a string without quotes, a number as it stands, true
// or false; ok is false for null and for what is not there. Arrays and objects
// are their JSON.
func scalar(v raw) (s string, ok bool) {
	v = bytes.TrimSpace(v)
	if len(v) == 0 || v[0] == 'n' {
		return "", false
	}
	if v[0] != '"' {
		return string(v), true
	}
	if bytes.IndexByte(v, '\\') < 0 && len(v) >= 2 {
		return string(v[1 : len(v)-1]), true
	}
	if decode(v, &s) != nil {
		return "", false
	}
	return s, true
}

// tree finds members of a record by path and keeps what it decoded.
type tree struct {
	roots map[string]raw // members of the record
	below map[string]object
}

func (t *tree) reset() { t.below = nil }

// find is the member at a path such as "properties.plan".
func (t *tree) find(path string) (string, bool) {
	v, ok := t.value(path)
	if !ok {
		return "", false
	}
	return scalar(v)
}

func (t *tree) value(path string) (raw, bool) {
	if v, ok := t.roots[path]; ok {
		return v, true
	}
	i := strings.LastIndexByte(path, '.')
	if i < 0 {
		return nil, false
	}
	in, ok := t.object(path[:i])
	if !ok {
		return nil, false
	}
	v, ok := in[path[i+1:]]
	return v, ok
}

// object is the object at a path; one that stands in the record as text is read
// as well, as warehouses write them.
func (t *tree) object(path string) (object, bool) {
	if o, ok := t.below[path]; ok {
		return o, o != nil
	}
	v, ok := t.value(path)
	var o object
	if ok {
		v = bytes.TrimSpace(v)
		if len(v) > 0 && v[0] == '"' {
			s, _ := scalar(v)
			v = raw(s)
		}
		if decode(v, &o) != nil {
			o = nil
		}
	}
	if t.below == nil {
		t.below = map[string]object{}
	}
	t.below[path] = o
	return o, o != nil
}

// walkJSON drafts every object of a stream.
func (r *Reader) walkJSON(in io.Reader, each func(*draft) bool, fill func(*draft, []byte) error) error {
	v := newValues(in, r.o.MaxRecord)
	for {
		data, err := v.next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		d := draft{row: v.start}
		switch {
		case errors.Is(err, errTooLong) || errors.Is(err, errStray) || errors.Is(err, errUnclosed):
			d.row = v.line
			d.bad = r.refuse(&d, "", "", err.Error())
			each(&d)
			return nil // what follows cannot be told apart any more
		case err != nil:
			return r.broken(v.line, err)
		}
		if err := fill(&d, data); err != nil {
			d.bad = r.refuse(&d, "", "", "not a record of this kind: "+err.Error())
		}
		if !each(&d) {
			return nil
		}
	}
}

// JSONLines reads events from JSON objects, one a line or one after another:
//
//	{"customer":"acme","event":"trial_started","at":"2026-01-05T10:30:00Z","channel":"Website",
//	 "id":"1","value":"19.90","currency":"EUR","attrs":{"plan":"pro"}}
//
// customer, event and at are required. Members with other names are read by a
// Mapping, whose fields are paths such as "properties.plan"; without
// Mapping.Attrs, attributes are the members of attrs.
func JSONLines(in io.Reader, o Options) *Reader {
	all := o.Mapping.Attrs == nil
	return newReader("jsonl", o, documented, func(r *Reader, each func(*draft) bool) error {
		t := &tree{}
		return r.walkJSON(in, each, func(d *draft, data []byte) error {
			t.roots = nil
			t.reset()
			if err := decode(data, &t.roots); err != nil {
				return err
			}
			d.field = t.find
			if all {
				r.attrsOf(t, "attrs")
			}
			return nil
		})
	})
}

// attrsOf makes the members of an object the attributes of the event.
func (r *Reader) attrsOf(t *tree, path string) {
	r.attrs = r.attrs[:0]
	o, ok := t.object(path)
	if !ok {
		return
	}
	r.o.Mapping.Attrs = map[string]string{}
	for _, key := range sortedKeys(o) {
		t.roots[path+"."+key] = o[key]
		r.attrs = append(r.attrs, key)
		r.o.Mapping.Attrs[key] = path + "." + key
	}
}
