package kit

import (
	"reflect"
	"strings"
)

// shape says how values of a Go type are read.
type shape uint8

const (
	shapeNone   shape = iota // no wire type
	shapeText                // Text
	shapeBool                // bool
	shapePtr                 // *elem
	shapeStruct              // struct with json tags
	shapeSlice               // []elem
	shapeMap                 // map[string]elem
	shapeRef                 // Ref: field 0 the id, field 1 *elem
	shapeRaw                 // Raw
)

// plan is how a type is read; made once for each type and session.
type plan struct {
	shape  shape
	typ    reflect.Type
	elem   *plan
	fields map[string]member
}

type member struct {
	index int
	plan  *plan
}

var (
	textType = reflect.TypeFor[Text]()
	rawType  = reflect.TypeFor[Raw]()
	refType  = reflect.TypeFor[interface{ isRef() }]()
)

func (s *Session) plan(t reflect.Type) *plan {
	if p := s.plans[t]; p != nil {
		return p
	}
	p := &plan{typ: t}
	if s.plans == nil {
		s.plans = map[reflect.Type]*plan{}
	}
	s.plans[t] = p
	switch {
	case t == textType:
		p.shape = shapeText
	case t == rawType:
		p.shape = shapeRaw
	case t.Implements(refType):
		p.shape, p.elem = shapeRef, s.plan(t.Field(1).Type.Elem())
	case t.Kind() == reflect.Bool:
		p.shape = shapeBool
	case t.Kind() == reflect.Pointer:
		p.shape, p.elem = shapePtr, s.plan(t.Elem())
	case t.Kind() == reflect.Slice:
		p.shape, p.elem = shapeSlice, s.plan(t.Elem())
	case t.Kind() == reflect.Map && t.Key().Kind() == reflect.String:
		p.shape, p.elem = shapeMap, s.plan(t.Elem())
	case t.Kind() == reflect.Struct:
		p.shape, p.fields = shapeStruct, map[string]member{}
		for i := range t.NumField() {
			f := t.Field(i)
			name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
			if f.IsExported() && name != "" && name != "-" {
				p.fields[name] = member{i, s.plan(f.Type)}
			}
		}
	}
	return p
}

// wants is what JSON of the shape should be, in words.
func (p *plan) wants() string {
	switch p.shape {
	case shapeText:
		return "a string or number"
	case shapeBool:
		return "true or false"
	case shapePtr:
		return p.elem.wants()
	case shapeSlice:
		return "an array"
	case shapeRef:
		return "an id or an object"
	case shapeNone:
		return "nothing (Go's " + p.typ.String() + " is no wire type)"
	default:
		return "an object"
	}
}
