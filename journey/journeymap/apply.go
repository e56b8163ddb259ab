package journeymap

import (
	"bytes"
	"encoding/json"
	"fmt"

	"github.com/lifecycle-go/lifecycle/metrics/fault"
)

// Apply makes the changes that Diff found in another version of the map: what
// Diff(m, b) lists makes b out of m. Changes of another map are refused with an
// error that wraps ErrChanges, and nothing is changed.
func (m Map) Apply(changes []Change) (Map, error) {
	o, err := objectOf(m)
	if err != nil {
		return Map{}, err
	}
	if o, err = patch(o, changes, 0); err != nil {
		return Map{}, err
	}
	data, err := json.Marshal(o)
	if err != nil {
		return Map{}, fmt.Errorf("journeymap: apply: %w", err)
	}
	return Parse(data)
}

func misfit(c Change, why string) error {
	return &fault.Error{Package: "journeymap", Op: "apply", Field: c.String(), Limit: why, Err: ErrChanges}
}

// patch applies the changes of an object at a depth of the path and, through
// its lists of stages, of those inside it.
func patch(o object, changes []Change, depth int) (object, error) {
	byField := map[string][]Change{}
	var fields []string
	for _, c := range changes {
		field := c.Field
		if len(c.Path) > depth { // of a stage inside
			field = "parts"
			if depth == 0 {
				field = "stages"
			}
		}
		if byField[field] == nil {
			fields = append(fields, field)
		}
		byField[field] = append(byField[field], c)
	}
	for _, f := range fields {
		if first := byField[f][0]; len(first.Path) == depth && !first.Entry {
			if len(byField[f]) > 1 || !bytes.Equal(o[f], first.From) {
				return nil, misfit(first, "the field has another value")
			}
			if first.To == nil {
				delete(o, f)
			} else {
				o[f] = first.To
			}
			continue
		}
		l, isList := listOf(o[f])
		if !isList {
			return nil, misfit(byField[f][0], "want a list")
		}
		patched, err := patchList(l, byField[f], depth)
		if err != nil {
			return nil, err
		}
		if len(patched) == 0 && f != "stages" {
			delete(o, f)
			continue
		}
		if o[f], err = json.Marshal(patched); err != nil {
			return nil, fmt.Errorf("journeymap: apply: %w", err)
		}
	}
	return o, nil
}

func patchList(l list, changes []Change, depth int) ([]json.RawMessage, error) {
	gone := make([]bool, len(l.values))
	added := map[int]Change{}
	inside := map[string][]Change{}
	var inner []string
	var moved *Change
	for i, c := range changes {
		if len(c.Path) > depth {
			if inside[c.Path[depth]] == nil {
				inner = append(inner, c.Path[depth])
			}
			inside[c.Path[depth]] = append(inside[c.Path[depth]], c)
			continue
		}
		at, ok := l.place[entryKey{c.Item, c.Nth}]
		switch c.Kind {
		case Moved:
			moved = &changes[i]
		case Added:
			if _, twice := added[c.At]; twice || ok {
				return nil, misfit(c, "it is there already")
			}
			added[c.At] = c
		case Removed, Changed:
			if !ok || gone[at] || !bytes.Equal(l.values[at], c.From) {
				return nil, misfit(c, "it is not there, or differs")
			}
			gone[at] = c.Kind == Removed
			if c.Kind == Changed {
				l.values[at] = c.To
			}
		default:
			return nil, misfit(c, "want added, removed, changed or moved")
		}
	}
	for _, name := range inner {
		at, ok := l.place[entryKey{name, 0}]
		if !ok {
			return nil, misfit(inside[name][0], "there is no such stage")
		}
		o, err := parseObject(l.values[at])
		if err == nil {
			o, err = patch(o, inside[name], depth+1)
		}
		if err == nil {
			l.values[at], err = json.Marshal(o)
		}
		if err != nil {
			return nil, err
		}
	}
	return assemble(l, gone, added, moved)
}

// assemble puts what stayed and what was added in order.
func assemble(l list, gone []bool, added map[int]Change, moved *Change) ([]json.RawMessage, error) {
	var kept []entryKey
	for i, k := range l.keys {
		if !gone[i] {
			kept = append(kept, k)
		}
	}
	total := len(kept) + len(added)
	out := make([]json.RawMessage, 0, total)
	if moved != nil {
		return reorder(l, gone, added, *moved)
	}
	for i := range total {
		if c, ok := added[i]; ok {
			out = append(out, c.To)
			continue
		}
		if len(kept) == 0 {
			return nil, &fault.Error{Package: "journeymap", Op: "apply", Limit: "an added entry has no place", Err: ErrChanges}
		}
		out = append(out, l.values[l.place[kept[0]]])
		kept = kept[1:]
	}
	return out, nil
}

func reorder(l list, gone []bool, added map[int]Change, moved Change) ([]json.RawMessage, error) {
	var keys []string
	if json.Unmarshal(moved.To, &keys) != nil || !bytes.Equal(moved.From, order(l.keys)) {
		return nil, misfit(moved, "the order before is another")
	}
	values := map[string]json.RawMessage{}
	for i, k := range l.keys {
		if !gone[i] {
			values[k.String()] = l.values[i]
		}
	}
	for _, c := range added {
		values[entryKey{c.Item, c.Nth}.String()] = c.To
	}
	out := make([]json.RawMessage, 0, len(keys))
	for _, k := range keys {
		v, ok := values[k]
		if !ok {
			return nil, misfit(moved, "it names what is not there")
		}
		delete(values, k)
		out = append(out, v)
	}
	if len(values) > 0 {
		return nil, misfit(moved, "it leaves entries out")
	}
	return out, nil
}
