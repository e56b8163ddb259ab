package journeymap

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/lifecycle-go/lifecycle/internal/enum"
)

// ChangeKind says what happened to an entry between two versions of a map.
type ChangeKind string

// The kinds of changes.
const (
	Added   ChangeKind = "added"
	Removed ChangeKind = "removed"
	Changed ChangeKind = "changed"
	Moved   ChangeKind = "moved" // entries stand in another order
)

var changeKinds = enum.OfTexts("journeymap", "ChangeKind", "", Added, Removed, Changed, Moved)

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
	return string(c.Kind) + ": " + where
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
