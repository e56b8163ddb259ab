package kit

import (
	"bytes"
	"io"
	"reflect"
	"strconv"
	"unicode/utf8"

	"github.com/lifecycle-go/lifecycle/internal/text"
	"github.com/lifecycle-go/lifecycle/metrics/billing"
	"github.com/lifecycle-go/lifecycle/metrics/billing/importer"
)

// Decode reads a record into the wire struct that v points to: a struct whose
// fields have json tags and are Text, Raw, Ref, bool, and structs, pointers,
// slices and string-keyed maps of these. Keys are compared exactly, unknown
// ones are skipped, null and absence leave the zero value, and of a key that
// comes twice the last counts. No number passes through a float.
//
// ok is false, and a Fault is found, where the record is JSON of another shape
// than v, or not UTF-8; what did fit is in v. The error, which ends the import,
// is for what is no JSON, with its place.
//
// It reads a record once, keeps nothing of what v has no field for, and knows the
// way to what does not fit ("items.data[2].quantity"), which is why it is not
// encoding/json.
func (s *Session) Decode(rec *Record, v any) (ok bool, err error) {
	d := decoder{parser: parser{d: rec.Data}}
	target := reflect.ValueOf(v).Elem()
	if !d.value(s.plan(target.Type()), target) || !d.end() {
		return false, s.broken(rec, &d.parser)
	}
	if !utf8.Valid(rec.Data) {
		s.malformed(rec, "", "", "not UTF-8: its ids cannot be trusted")
		return false, nil
	}
	if d.want != "" {
		s.malformed(rec, d.field, d.kind, "a JSON "+d.kind+" where "+d.want+" should be")
		return false, nil
	}
	return true, nil
}

// Check is Decode for a record nobody is interested in: the error is for what
// is no JSON.
func (s *Session) Check(rec *Record) error {
	p := parser{d: rec.Data}
	if p.skip() && p.end() {
		return nil
	}
	return s.broken(rec, &p)
}

func (s *Session) malformed(rec *Record, field, value, message string) {
	s.Find(billing.Finding{
		Code: billing.CodeMalformed, Severity: billing.Fault, Record: text.Clip(rec.Name()),
		Field: text.Clip(field), Value: text.Clip(value), Message: message + "; the record is left out",
	})
}

// broken is the error of data that is no JSON, with the place.
func (s *Session) broken(rec *Record, p *parser) error {
	reason, err := "the record ends", error(&joined{importer.ErrSyntax, io.ErrUnexpectedEOF})
	if p.i < len(p.d) {
		reason, err = "found "+quoteByte(p.d[p.i]), importer.ErrSyntax
	}
	at := min(p.i, len(p.d))
	e := s.fail(rec, rec.Offset+int64(at), reason+" where "+p.broken+" should be", err)
	e.Line += int64(bytes.Count(p.d[:at], newline))
	e.ID = text.Clip(rec.Text("id"))
	return e
}

// joined is two errors in one, of which the first has the words.
type joined [2]error

func (j *joined) Error() string   { return j[0].Error() }
func (j *joined) Unwrap() []error { return j[:] }

// decoder reads one record into a struct.
type decoder struct {
	parser
	path []step
	// What did not fit, the first of it: the field, the kind of JSON there and
	// what was wanted.
	field, kind, want string
}

// step is a member or an element on the way to a value.
type step struct {
	key   []byte
	index int // of an element, where key is nil
}

// misfit notes that the value at d[i] does not fit and skips it.
func (d *decoder) misfit(p *plan) bool {
	if d.want == "" {
		d.field, d.want = d.at(), p.wants()
		switch c := d.peek(); {
		case c == '{':
			d.kind = "object"
		case c == '[':
			d.kind = "array"
		case c == '"':
			d.kind = "string"
		case c == 't' || c == 'f':
			d.kind = "boolean"
		default:
			d.kind = "number"
		}
	}
	return d.skip()
}

// at is the path as text: "items.data[2].price".
func (d *decoder) at() string {
	var b []byte
	for _, s := range d.path {
		switch {
		case s.key == nil:
			b = append(strconv.AppendInt(append(b, '['), int64(s.index), 10), ']')
		case len(b) > 0:
			b = append(append(b, '.'), s.key...)
		default:
			b = append(b, s.key...)
		}
	}
	return string(b)
}

// value reads the next value into v, which is zero.
func (d *decoder) value(p *plan, v reflect.Value) bool {
	c := d.peek()
	if c == 'n' {
		return d.skip()
	}
	switch p.shape {
	case shapeText:
		if c == '{' || c == '[' {
			return d.misfit(p)
		}
		s, ok := d.text(c)
		v.SetString(s)
		return ok
	case shapeBool:
		if c != 't' && c != 'f' {
			return d.misfit(p)
		}
		v.SetBool(c == 't')
		return d.skip()
	case shapePtr:
		v.Set(reflect.New(p.elem.typ))
		return d.value(p.elem, v.Elem())
	case shapeRaw:
		from := d.i
		ok := d.skip()
		v.SetBytes(d.d[from:d.i])
		return ok
	case shapeStruct:
		if c != '{' {
			return d.misfit(p)
		}
		return d.object(p, v)
	case shapeSlice:
		if c != '[' {
			return d.misfit(p)
		}
		return d.array(p, v)
	case shapeMap:
		if c != '{' {
			return d.misfit(p)
		}
		return d.table(p, v)
	case shapeRef:
		return d.ref(p, v, c)
	default:
		return d.misfit(p)
	}
}

func (d *decoder) text(c byte) (string, bool) {
	if c != '"' {
		if c == 0 {
			return "", d.fail("a value")
		}
		raw, ok := d.word()
		return string(raw), ok
	}
	raw, escaped, ok := d.quoted()
	switch {
	case !ok:
		return "", false
	case escaped:
		return unescape(raw), true
	default:
		return string(raw[1 : len(raw)-1]), true
	}
}

func (d *decoder) object(p *plan, v reflect.Value) bool {
	if d.i++; d.empty('}') {
		return true
	}
	for {
		key, ok := d.key()
		if !ok {
			return false
		}
		if f, known := p.fields[string(key)]; known {
			field := v.Field(f.index)
			field.SetZero() // of two the last counts
			ok = d.inside(step{key: key}, f.plan, field)
		} else {
			ok = d.skip()
		}
		if !ok {
			return false
		}
		if more, ok := d.next('}', "',' or '}'"); !more {
			return ok
		}
	}
}

func (d *decoder) array(p *plan, v reflect.Value) bool {
	v.Set(reflect.MakeSlice(p.typ, 0, 0))
	if d.i++; d.empty(']') {
		return true
	}
	for {
		n := v.Len()
		if n == v.Cap() {
			v.Grow(max(1, n))
		}
		v.SetLen(n + 1)
		v.Index(n).SetZero()
		if !d.inside(step{index: n}, p.elem, v.Index(n)) {
			return false
		}
		if more, ok := d.next(']', "',' or ']'"); !more {
			return ok
		}
	}
}

func (d *decoder) table(p *plan, v reflect.Value) bool {
	v.Set(reflect.MakeMap(p.typ))
	if d.i++; d.empty('}') {
		return true
	}
	for {
		key, ok := d.key()
		if !ok {
			return false
		}
		elem := reflect.New(p.elem.typ).Elem()
		if !d.inside(step{key: key}, p.elem, elem) {
			return false
		}
		v.SetMapIndex(reflect.ValueOf(string(key)).Convert(p.typ.Key()), elem)
		if more, ok := d.next('}', "',' or '}'"); !more {
			return ok
		}
	}
}

// inside is value, one step further down.
func (d *decoder) inside(s step, p *plan, v reflect.Value) bool {
	d.path = append(d.path, s)
	ok := d.value(p, v)
	d.path = d.path[:len(d.path)-1]
	return ok
}

// ref reads an id, or an object with one.
func (d *decoder) ref(p *plan, v reflect.Value, c byte) bool {
	if c == '[' {
		return d.misfit(p)
	}
	if c != '{' {
		s, ok := d.text(c)
		v.Field(0).SetString(s)
		return ok
	}
	from := d.i
	object := reflect.New(p.elem.typ)
	v.Field(1).Set(object)
	ok := d.value(p.elem, object.Elem())
	if ok {
		inner := Record{Data: d.d[from:d.i]}
		v.Field(0).SetString(inner.Text("id"))
	}
	return ok
}
