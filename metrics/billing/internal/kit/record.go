package kit

import (
	"bytes"
	"strconv"

	"github.com/lifecycle-go/lifecycle/internal/jsonin"
)

// Record is one JSON value of an input: an object of its own, or an element of
// a list or an array.
type Record struct {
	// Data is the value as written. It is overwritten by the next record.
	Data []byte
	// N counts records from 1, Line lines from 1; Offset is where Data begins.
	N, Line, Offset int64
	// List is the key of the list that Data is an element of; "" outside pages.
	List string
	// Envelope says that Data is what stood around the elements of a list, such
	// as {"object":"list","has_more":true}; it comes after them.
	Envelope bool

	// Members are found as they are asked for, each once.
	dec  *jsonin.Decoder
	rest bytes.Buffer
	seen []member
	open bool // dec is inside Data
	done bool // all members are seen
	all  bool // each of them, as written

	inner *Record
}

type member struct{ name, value []byte }

// Inside is a record for a part of Data, of the same place.
func (r *Record) Inside(data []byte) *Record {
	return &Record{Data: data, N: r.N, Line: r.Line, Offset: r.Offset, List: r.List}
}

// Inner is Inside where one part at a time is looked at: the next Inner
// overwrites it.
func (r *Record) Inner(data []byte) *Record {
	if r.inner == nil {
		r.inner = &Record{}
	}
	i := r.inner
	i.reset(data)
	i.N, i.Line, i.Offset, i.List = r.N, r.Line, r.Offset, r.List
	var ok bool
	if i.seen, ok = members(data, i.seen); ok {
		i.done, i.all = true, true
	} else {
		i.seen = i.seen[:0]
	}
	return i
}

// reset makes it a record of other data.
func (r *Record) reset(data []byte) {
	r.Data, r.seen, r.done, r.open = data, r.seen[:0], false, false
	r.all = false
}

func (r *Record) begin() {
	r.rest = *bytes.NewBuffer(r.Data)
	if r.dec == nil {
		r.dec = jsonin.NewDecoder(&r.rest)
	} else {
		jsonin.Reset(r.dec, &r.rest)
	}
	t, err := r.dec.ReadToken()
	r.open, r.done = true, err != nil || t.Kind() != '{'
}

// Name is what a record is called in findings: its id, else "record 3".
func (r *Record) Name() string {
	if id := r.Text("id"); id != "" {
		return id
	}
	return "record " + strconv.FormatInt(r.N, 10)
}

// Text gives the value of a key of the record itself, not of what is inside it,
// where that is a string; else "". It is a quick look to tell records apart:
// whatever is malformed gives "".
func (r *Record) Text(key string) string {
	if v := r.Member(key); len(v) > 0 && v[0] == '"' {
		return jsonin.Unquote(v)
	}
	return ""
}

// Is reports whether the text of a key is a certain one.
func (r *Record) Is(key, text string) bool {
	v := r.Member(key)
	switch {
	case len(v) == 0 || v[0] != '"':
		return false
	case bytes.IndexByte(v, '\\') >= 0:
		return jsonin.Unquote(v) == text
	}
	return string(v[1:len(v)-1]) == text
}

// Has reports whether the record itself has the key, with any value.
func (r *Record) Has(key string) bool { return r.Member(key) != nil }

// Part is the object that is found by going from key to key, nil where there is
// none.
func (r *Record) Part(keys ...string) *Record {
	for _, k := range keys {
		v := r.Member(k)
		if len(v) == 0 || v[0] != '{' {
			return nil
		}
		r = r.Inside(v)
	}
	return r
}

// Member gives the value of a key of the record as written, nil where it has
// none. Keys written with escapes are not found. Nil has no members.
func (r *Record) Member(key string) []byte {
	if r == nil {
		return nil
	}
	for _, m := range r.seen {
		if string(m.name) == key {
			return m.value
		}
	}
	if !r.open && !r.done {
		r.begin()
	}
	for !r.done && r.dec.PeekKind() == '"' {
		name, err := r.dec.ReadValue()
		if err != nil {
			break
		}
		name = name[1 : len(name)-1]
		value, err := r.dec.ReadValue()
		if err != nil {
			break
		}
		r.seen = append(r.seen, member{name, value})
		if string(name) == key {
			return value
		}
	}
	r.done = true
	return nil
}
