package mining

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/lifecycle-go/lifecycle/internal/pack"
	"github.com/lifecycle-go/lifecycle/touchpoint"
)

// PathOptions say which way through the log is followed.
type PathOptions struct {
	Options
	// Gap cuts a journey where nothing happened for longer; zero is 30 minutes,
	// negative cuts nowhere.
	Gap time.Duration `json:"gap"`
	// KeepRepeats keeps an activity that directly repeats.
	KeepRepeats bool `json:"keep_repeats"`
	// Length is how many activities of each path are kept; zero is 5.
	Length int `json:"length"`
	// Start begins each path at the first of these activities; End ends it at the
	// first of them, and keeps the last Length activities before it.
	Start []touchpoint.Match `json:"start,omitempty"`
	End   []touchpoint.Match `json:"end,omitempty"`
}

// maxPath bounds PathOptions.Length.
const maxPath = 1000

// PathEdge is a step of paths by position: from activity From at place Position,
// counted from 1, to activity To.
type PathEdge struct {
	Position int
	From, To string
	N        int64
	Mean     time.Duration
}

// PathTable is the steps of paths. Tables of disjoint customers add up with Merge.
// It is safe for readers in any number of goroutines.
type PathTable struct {
	stated    pathsStated
	steps     map[pathStep]pathSum
	customers func() *pack.Crowd // with an activity
}

type pathStep struct {
	position int
	from, to string
}

type pathSum struct {
	n     int64
	total spent
}

func (t *PathTable) add(at pathStep, s pathSum) {
	have := t.steps[at]
	have.n += s.n
	have.total.add(s.total)
	t.steps[at] = have
}

// Edges are the steps, most frequent first, then by position and name.
func (t *PathTable) Edges() []PathEdge {
	out := make([]PathEdge, 0, len(t.steps))
	for at, s := range t.steps {
		out = append(out, PathEdge{at.position, at.from, at.to, s.n, s.total.over(s.n)})
	}
	slices.SortFunc(out, func(a, b PathEdge) int {
		return cmp.Or(cmp.Compare(b.N, a.N), cmp.Compare(a.Position, b.Position), strings.Compare(a.From, b.From), strings.Compare(a.To, b.To))
	})
	return out
}

// String is a line for each step.
func (t *PathTable) String() string {
	var b strings.Builder
	for _, e := range t.Edges() {
		fmt.Fprintf(&b, "%d_%s -> %d_%s %d mean %s\n", e.Position, e.From, e.Position+1, e.To, e.N, e.Mean)
	}
	return b.String()
}

// Rows are the steps as cells of a table, titles first.
func (t *PathTable) Rows() [][]string {
	out := [][]string{{"position", "from", "to", "n", "mean"}}
	for _, e := range t.Edges() {
		out = append(out, []string{itoa(e.Position), e.From, e.To, fmt.Sprint(e.N), e.Mean.String()})
	}
	return out
}

// MarshalJSON writes the steps as a list.
func (t *PathTable) MarshalJSON() ([]byte, error) { return json.Marshal(t.Edges()) }

// MarshalJSON writes the step with its duration as text.
func (e PathEdge) MarshalJSON() ([]byte, error) {
	return json.Marshal(struct {
		Position int    `json:"position"`
		From     string `json:"from"`
		To       string `json:"to"`
		N        int64  `json:"n"`
		Mean     string `json:"mean"`
	}{e.Position, e.From, e.To, e.N, e.Mean.String()})
}

// Paths counts steps by their place in the path: where
// customers go from a page, how they come to one. It is PostHog's paths, without
// its limit of fifty.
//
// Errors: options that are impossible, a match on a column that the log does not
// keep.
func Paths(log *touchpoint.Log, o PathOptions) (*PathTable, error) {
	v, err := o.view(log)
	if err != nil {
		return nil, err
	}
	if o.Length == 0 {
		o.Length = 5
	}
	if o.Length < 2 || o.Length > maxPath {
		return nil, refuse("Length", itoa(o.Length), "want 2 to "+itoa(maxPath))
	}
	if o.Gap == 0 {
		o.Gap = 30 * time.Minute
	}
	bounds, err := v.log.Select(o.Start, o.End)
	if err != nil {
		return nil, fmt.Errorf("mining: Start, End: %w", err)
	}
	type key struct {
		position int
		from, to uint16
	}
	sums := map[key]pathSum{}
	count := func(path []int32) {
		switch {
		case len(path) <= o.Length:
		case len(o.End) > 0:
			path = path[len(path)-o.Length:]
		default:
			path = path[:o.Length]
		}
		for k := 1; k < len(path); k++ {
			at := key{k, v.cols.Name[path[k-1]], v.cols.Name[path[k]]}
			s := sums[at]
			s.n++
			s.total.add(spent{lo: uint64(since(v.cols.UnixNano[path[k]], v.cols.UnixNano[path[k-1]]))})
			sums[at] = s
		}
	}
	var buf, path []int32
	for place := range v.len() {
		c := v.at(place)
		buf = v.of(c, buf[:0])
		path = path[:0]
		begun, last := len(o.Start) == 0, int64(0)
		flush := func() {
			if len(o.End) == 0 {
				count(path)
			}
			path, begun = path[:0], len(o.Start) == 0
		}
		for k, i := range buf {
			t := v.cols.UnixNano[i]
			if k > 0 && o.Gap > 0 && uint64(t)-uint64(last) > uint64(o.Gap) {
				flush()
			}
			last = t
			mask := bounds.Mask(int(i))
			if !begun {
				if begun = mask&1 != 0; !begun {
					continue
				}
			}
			if n := len(path); n == 0 || o.KeepRepeats || v.cols.Name[path[n-1]] != v.cols.Name[i] {
				path = append(path, i)
			}
			if mask&2 != 0 {
				count(path)
				path, begun = path[:0], len(o.Start) == 0
			}
		}
		flush()
	}
	out := &PathTable{stated: pathsStated{o, o.filtered()}, steps: make(map[pathStep]pathSum, len(sums)), customers: sync.OnceValue(v.customers)}
	for k, s := range sums {
		out.add(pathStep{k.position, v.names[k.from], v.names[k.to]}, s)
	}
	return out, nil
}
