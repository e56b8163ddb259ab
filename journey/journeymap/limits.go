package journeymap

import (
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/lifecycle-go/lifecycle/metrics/fault"
)

// The limits of a map bound what a picture or a page can grow to.
const (
	// maxText is the longest text of a map, in bytes.
	maxText = 4096
	// maxStages is the largest number of stages, parts included.
	maxStages = 1000
	// maxItems is the largest number of entries in all lists of a map.
	maxItems = 100_000
	// maxJSON is the largest JSON that Parse reads, in bytes.
	maxJSON = 64 << 20
)

// sizes walks through everything a map holds and stops at the first limit that
// is passed, so that hostile maps cost no more than the limits do.
type sizes struct {
	stages, items int
	path          []string
	err           error
}

// bounded reports a map beyond the limits, or a text that is not UTF-8.
func (m Map) bounded() error {
	var s sizes
	s.value(reflect.ValueOf(m))
	return s.err
}

var (
	stageType      = reflect.TypeFor[Stage]()
	deviationType  = reflect.TypeFor[Deviation]()
	initiativeType = reflect.TypeFor[InitiativeKind]()
)

func (s *sizes) refuse(limit string, err error) {
	var field strings.Builder
	for i, p := range s.path {
		if i > 0 && p[0] != '[' {
			field.WriteString(".")
		}
		field.WriteString(p)
	}
	s.err = &fault.Error{Package: "journeymap", Op: "map", Field: field.String(), Limit: limit, Err: err}
}

func (s *sizes) value(v reflect.Value) {
	switch v.Kind() {
	case reflect.String:
		switch text := v.String(); {
		case len(text) > maxText:
			s.refuse(fmt.Sprintf("want at most %d bytes, got %d", maxText, len(text)), fault.ErrTooLong)
		case !utf8.ValidString(text):
			s.refuse("want UTF-8", fault.ErrText)
		default:
			s.word(v)
		}
	case reflect.Pointer:
		if !v.IsNil() {
			s.value(v.Elem())
		}
	case reflect.Slice:
		s.slice(v)
	case reflect.Struct:
		t := v.Type()
		for i := 0; i < v.NumField() && s.err == nil; i++ {
			if f := t.Field(i); f.IsExported() {
				s.path = append(s.path, f.Name)
				s.value(v.Field(i))
				s.path = s.path[:len(s.path)-1]
			}
		}
	default: // numbers have no size
	}
}

// word refuses a text that is none of its enumeration's, which Parse would not
// read back.
func (s *sizes) word(v reflect.Value) {
	var err error
	switch v.Type() {
	case deviationType:
		err = deviations.Check(Deviation(v.String()))
	case initiativeType:
		err = initiativeKinds.Check(InitiativeKind(v.String()))
	}
	if err != nil {
		s.refuse(err.Error(), fault.ErrUnknown)
	}
}

func (s *sizes) slice(v reflect.Value) {
	s.items += v.Len()
	if s.items > maxItems {
		s.refuse(fmt.Sprintf("want at most %d entries in all lists", maxItems), fault.ErrTooMany)
		return
	}
	if v.Type().Elem() == stageType {
		s.stages += v.Len()
		if s.stages > maxStages {
			s.refuse(fmt.Sprintf("want at most %d stages", maxStages), fault.ErrTooMany)
			return
		}
		if len(s.path) > 3*maxDepth {
			s.refuse(fmt.Sprintf("want stages nested at most %d deep", maxDepth), fault.ErrTooMany)
			return
		}
	}
	for i := 0; i < v.Len() && s.err == nil; i++ {
		s.path = append(s.path, "["+strconv.Itoa(i)+"]")
		s.value(v.Index(i))
		s.path = s.path[:len(s.path)-1]
	}
}
