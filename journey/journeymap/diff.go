package journeymap

import (
	"bytes"
	"database/sql/driver"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/lifecycle-go/lifecycle/internal/enum"
	"github.com/lifecycle-go/lifecycle/metrics/fault"
)

// ChangeKind says what happened to an entry between two versions of a map. The
// zero value is none.
type ChangeKind uint8

// The kinds of changes.
const (
	NoChange ChangeKind = iota
	Added
	Removed
	Changed
	Moved // entries stand in another order
)

var changeNames = enum.New[ChangeKind]("journeymap", "ChangeKind", "", "added", "removed", "changed", "moved")

// String returns the name of the kind.
func (k ChangeKind) String() string { return changeNames.String(k) }

// MarshalText returns the name of the kind.
func (k ChangeKind) MarshalText() ([]byte, error) { return changeNames.Marshal(k) }

// UnmarshalText reads the name of a kind.
func (k *ChangeKind) UnmarshalText(text []byte) error { return changeNames.Unmarshal(k, text) }

// Value returns the name of the kind for an SQL column.
func (k ChangeKind) Value() (driver.Value, error) { return changeNames.Value(k) }

// Scan reads the name of a kind from an SQL column.
func (k *ChangeKind) Scan(src any) error { return changeNames.Scan(k, src) }

// Change is one difference between two versions of a map.
type Change struct {
	// Path names the stages inside each other; empty = the map itself.
	Path []string `json:"path,omitempty"`
	// Field is the field in JSON, Lane the lane it belongs to, if any.
	Field string `json:"field"`
	Lane  Lane   `json:"lane,omitempty"`
	// Entry reports that it is about one entry of a list: Item names it by its
	// name, id, title or text, Nth counts entries of one name from 0.
	Entry bool       `json:"entry,omitempty"`
	Item  string     `json:"item,omitempty"`
	Nth   int        `json:"nth,omitempty"`
	Kind  ChangeKind `json:"kind"`
	// At is where an added entry stands, from 0.
	At int `json:"at,omitempty"`
	// From and To are the values as JSON; of a move, the entries' order.
	From json.RawMessage `json:"from,omitempty"`
	To   json.RawMessage `json:"to,omitempty"`
}

// String says the change in one line.
func (c Change) String() string {
	where := strings.Join(append(slices.Clone(c.Path), c.Field), " › ")
	if c.Item != "" {
		where += " › " + c.Item
	}
	return c.Kind.String() + ": " + where
}

// laneOf is the lane that a field of a stage fills.
var laneOf = map[string]Lane{
	"time": LaneTime, "context": LaneContext, "goal": LaneGoal, "actions": LaneActions, "decisions": LaneDecisions, "needs": LaneNeeds,
	"touchpoints": LaneTouchpoints, "thoughts": LaneThoughts, "emotion": LaneEmotion, "arc": LaneArc, "pains": LanePains,
	"back_stage": LaneBackStage, "support": LaneSupport, "opportunities": LaneOpportunities, "milestones": LaneMilestones,
	"kpis": LaneKPIs, "owner": LaneOwner, "gap": LaneGap,
}

// Diff lists what changed from a map to another, by stage and lane. Equal maps
// give none; Apply brings a to b. Both must keep to the limits of the package.
func Diff(a, b Map) ([]Change, error) {
	x, err := objectOf(a)
	if err != nil {
		return nil, err
	}
	y, err := objectOf(b)
	if err != nil {
		return nil, err
	}
	d := differ{out: []Change{}}
	d.object(x, y, nil)
	return d.out, d.err
}

// object is a JSON object whose values are compact.
type object = map[string]json.RawMessage

func objectOf(m Map) (object, error) {
	if err := m.bounded(); err != nil {
		return nil, err
	}
	data, err := json.Marshal(m)
	if err != nil {
		return nil, fmt.Errorf("journeymap: diff: %w", err)
	}
	return parseObject(data)
}

func parseObject(data json.RawMessage) (object, error) {
	var o object
	if err := json.Unmarshal(data, &o); err != nil {
		return nil, fmt.Errorf("journeymap: diff: %w", err)
	}
	return o, nil
}

type differ struct {
	out []Change
	err error
}

func (d *differ) add(path []string, field string, c Change) {
	c.Path, c.Field = slices.Clone(path), field
	if len(path) > 0 {
		c.Lane = laneOf[field]
	}
	d.out = append(d.out, c)
}

func (d *differ) object(a, b object, path []string) {
	fields := make([]string, 0, len(a)+len(b))
	for f := range a {
		fields = append(fields, f)
	}
	for f := range b {
		fields = append(fields, f)
	}
	for _, f := range names(fields) {
		if bytes.Equal(a[f], b[f]) || d.err != nil {
			continue
		}
		before, isList := listOf(a[f])
		after, isList2 := listOf(b[f])
		if isList && isList2 {
			d.list(before, after, path, f)
			continue
		}
		kind := Changed
		switch {
		case a[f] == nil:
			kind = Added
		case b[f] == nil:
			kind = Removed
		}
		d.add(path, f, Change{Kind: kind, From: a[f], To: b[f]})
	}
}

// entryKey names an entry of a list; nth tells those of one name apart.
type entryKey struct {
	name string
	nth  int
}

type list struct {
	keys   []entryKey
	values []json.RawMessage
	place  map[entryKey]int
}

// listOf reads a list of objects; what is absent is an empty one.
func listOf(data json.RawMessage) (list, bool) {
	l := list{place: map[entryKey]int{}}
	if data == nil {
		return l, true
	}
	if len(data) == 0 || data[0] != '[' || json.Unmarshal(data, &l.values) != nil {
		return l, false
	}
	seen := map[string]int{}
	for i, v := range l.values {
		if len(v) == 0 || v[0] != '{' {
			return l, false
		}
		name := entryName(v)
		k := entryKey{name, seen[name]}
		seen[name]++
		l.keys = append(l.keys, k)
		l.place[k] = i
	}
	return l, true
}

func entryName(v json.RawMessage) string {
	var e struct{ ID, Name, Title, Text, Metric, Department, From string }
	_ = json.Unmarshal(v, &e) // what has none of these is named by nothing
	for _, name := range []string{e.ID, e.Name, e.Title, e.Text, e.Metric, e.Department, e.From} {
		if name != "" {
			return name
		}
	}
	return ""
}

func (d *differ) list(a, b list, path []string, field string) {
	stages := field == "stages" || field == "parts"
	var common []entryKey
	for i, k := range a.keys {
		at, ok := b.place[k]
		switch {
		case !ok:
			d.add(path, field, Change{Entry: true, Kind: Removed, Item: k.name, Nth: k.nth, From: a.values[i]})
			continue
		case bytes.Equal(a.values[i], b.values[at]):
		case stages && k.nth == 0:
			d.stage(a.values[i], b.values[at], append(slices.Clone(path), k.name))
		default:
			d.add(path, field, Change{Entry: true, Kind: Changed, Item: k.name, Nth: k.nth, From: a.values[i], To: b.values[at]})
		}
		common = append(common, k)
	}
	i := 0
	inOrder := true
	for at, k := range b.keys {
		if _, ok := a.place[k]; !ok {
			d.add(path, field, Change{Entry: true, Kind: Added, Item: k.name, Nth: k.nth, At: at, To: b.values[at]})
			continue
		}
		inOrder = inOrder && common[i] == k
		i++
	}
	if !inOrder {
		d.add(path, field, Change{Entry: true, Kind: Moved, From: order(a.keys), To: order(b.keys)})
	}
}

func (d *differ) stage(a, b json.RawMessage, path []string) {
	x, err := parseObject(a)
	if err == nil {
		var y object
		if y, err = parseObject(b); err == nil {
			d.object(x, y, path)
		}
	}
	if err != nil {
		d.err = err
	}
}

// order writes keys as JSON: names, and their count behind a tab where it is
// not the first.
func order(keys []entryKey) json.RawMessage {
	out := make([]string, len(keys))
	for i, k := range keys {
		out[i] = k.String()
	}
	data, err := json.Marshal(out)
	if err != nil {
		return nil
	}
	return data
}

func (k entryKey) String() string { return k.name + "\t" + strconv.Itoa(k.nth) }

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
		case NoChange:
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
