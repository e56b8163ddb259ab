package kit

import (
	"reflect"

	"github.com/lifecycle-go/lifecycle/internal/jsonin"
)

// An event is an envelope around an object, which is most of it. Both are decoded,
// and what the scanner let pass is JSON by its grammar: so the object is found by
// its brackets, and each is read once.

// Around decodes a record into v but for an object in it, under two keys, which it
// gives as written; v gets an empty one in its place. ok is false where the record
// is of another shape or has a fault outside of the object: then nothing was
// decoded, and Decode says why. Faults inside are for who decodes the object.
func (s *Session) Around(rec *Record, v any, outer, key string) (object []byte, ok bool) {
	in := rec.Member(outer)
	if len(in) == 0 || in[0] != '{' {
		return nil, false
	}
	if s.members, ok = members(in, s.members[:0]); !ok {
		return nil, false
	}
	for _, m := range s.members {
		if string(m.name) == key {
			object = m.value
			break
		}
	}
	if len(object) == 0 || object[0] != '{' {
		return nil, false
	}
	// Where it stands is what lies between the ends of the capacities: all are slices
	// of one array.
	from := cap(rec.Data) - cap(object)
	if from < 0 || from+len(object) > len(rec.Data) || &rec.Data[from] != &object[0] {
		return nil, false
	}
	s.around = append(append(append(s.around[:0], rec.Data[:from]...), "{}"...), rec.Data[from+len(object):]...)
	if jsonin.Decode(s.around, v) != nil {
		reflect.ValueOf(v).Elem().SetZero()
		return nil, false
	}
	return object, true
}

// members appends the members of an object as written; ok is false for what is
// none. d is JSON by its grammar, and what is not is not read beyond its end.
func members(d []byte, to []member) (_ []member, ok bool) {
	i := blank(d, 0)
	if i == len(d) || d[i] != '{' {
		return to, false
	}
	if i = blank(d, i+1); i < len(d) && d[i] == '}' {
		return to, true
	}
	for i < len(d) && d[i] == '"' {
		end := closing(d, i)
		if end >= len(d) {
			break
		}
		m := member{name: d[i+1 : end]}
		if i = blank(d, end+1); i == len(d) || d[i] != ':' {
			break
		}
		i = blank(d, i+1)
		from := i
		i = behind(d, i)
		m.value = d[from:i]
		to = append(to, m)
		if i = blank(d, i); i == len(d) || len(m.value) == 0 {
			break
		}
		if d[i] == '}' {
			return to, true
		}
		i = blank(d, i+1)
	}
	return to, false
}

// blank is the first place from i on that is not white space.
func blank(d []byte, i int) int {
	for i < len(d) && (d[i] == ' ' || d[i] == '\n' || d[i] == '\t' || d[i] == '\r') {
		i++
	}
	return i
}

// behind is where the value at i ends.
func behind(d []byte, i int) int {
	depth := 0
	for ; i < len(d); i++ {
		switch d[i] {
		case '"':
			if i = closing(d, i); depth == 0 {
				return min(i+1, len(d))
			}
		case '{', '[':
			depth++
		case '}', ']':
			if depth--; depth == 0 {
				return i + 1
			}
			if depth < 0 {
				return i
			}
		case ',', ' ', '\n', '\t', '\r':
			if depth == 0 {
				return i
			}
		}
	}
	return len(d)
}
