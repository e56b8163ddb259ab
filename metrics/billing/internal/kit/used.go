package kit

import (
	"bytes"
	"reflect"
	"strings"
	"unicode/utf8"
)

// Half of what a billing system writes of an object is of no use to an importer:
// the decoder looks up each name, finds no field for it and remembers it, in case
// it comes again. used leaves out what can be left out without a difference, so
// that it only sees the rest.

// mostMembers and leastUnused bound what used looks at: more members than an API
// has are for the decoder, and few that are unused are not worth the copy.
const (
	mostMembers = 64
	leastUnused = 4
)

// wire is what is known of the type of a wire struct.
type wire struct {
	names map[string]bool // of its fields in JSON
	keeps bool            // it keeps parts of the record as they are written
	// last are the members of a record before, in which no name came twice: those
	// of the next are mostly the same. others counts those that were not.
	last   []known
	others int
}

// patience is how many records of other members pass before those are learnt.
const patience = 16

// known is a name, and whether the struct has a field for it.
type known struct {
	name  string
	field bool
}

// used is the record without members that the type of v, a pointer to a wire
// struct, has no field for and in which nothing can be wrong that the scanner
// let pass: names and texts are UTF-8 without escapes, no name comes twice. ok is
// false where that is not known or saves nothing. It is valid until the next
// call.
func (s *Session) used(rec *Record, v any) (data []byte, ok bool) {
	if !rec.all || len(rec.seen) > mostMembers {
		return nil, false
	}
	w := s.wire(reflect.TypeOf(v))
	if w.keeps || !w.distinct(rec.seen) {
		return nil, false
	}
	unused := 0
	part := s.part[:0]
	part = append(part, '{')
	for i, m := range rec.seen {
		if !w.last[i].field && faultless(m.value) {
			unused++
			continue
		}
		if len(part) > 1 {
			part = append(part, ',')
		}
		part = append(part, '"')
		part = append(part, m.name...)
		part = append(part, '"', ':')
		part = append(part, m.value...)
	}
	part = append(part, '}')
	s.part = part
	return part, unused >= leastUnused
}

// distinct reports whether the names of members are known to be without fault and
// all different.
func (w *wire) distinct(members []member) bool {
	if len(w.last) == len(members) {
		same := 0
		for same < len(members) && w.last[same].name == string(members[same].name) {
			same++
		}
		if same == len(members) {
			return true
		}
	}
	if w.others++; w.others%patience != 1 {
		return false
	}
	w.last = w.last[:0]
	seen := make(map[string]bool, len(members))
	for _, m := range members {
		name := string(m.name)
		if seen[name] || strings.IndexByte(name, '\\') >= 0 || !utf8.ValidString(name) {
			w.last = nil
			return false
		}
		seen[name] = true
		w.last = append(w.last, known{name, w.names[name]})
	}
	return true
}

// faultless reports whether a value is of one token in which nothing can be wrong.
func faultless(value []byte) bool {
	switch value[0] {
	case '{', '[':
		return len(value) == 2
	case '"':
		return bytes.IndexByte(value, '\\') < 0 && utf8.Valid(value)
	}
	return true
}

func (s *Session) wire(t reflect.Type) *wire {
	if w, ok := s.wires[t]; ok {
		return w
	}
	w := &wire{names: map[string]bool{}}
	if t.Kind() == reflect.Pointer && t.Elem().Kind() == reflect.Struct {
		w.fields(t.Elem())
		w.keeps = keeps(t, map[reflect.Type]bool{})
	} else {
		w.keeps = true
	}
	if s.wires == nil {
		s.wires = map[reflect.Type]*wire{}
	}
	s.wires[t] = w
	return w
}

func (w *wire) fields(t reflect.Type) {
	for f := range t.Fields() {
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		switch {
		case name != "":
			w.names[name] = true
		case f.Anonymous:
			w.fields(f.Type)
		default:
			w.names[f.Name] = true
		}
	}
}

// keeps reports whether a type has a Raw in it.
func keeps(t reflect.Type, seen map[reflect.Type]bool) bool {
	if seen[t] {
		return false
	}
	seen[t] = true
	switch {
	case t == reflect.TypeFor[Raw]():
		return true
	case t.Kind() == reflect.Struct:
		for f := range t.Fields() {
			if keeps(f.Type, seen) {
				return true
			}
		}
	case t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice || t.Kind() == reflect.Map:
		return keeps(t.Elem(), seen)
	}
	return false
}
