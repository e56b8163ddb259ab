package mining

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/lifecycle-go/lifecycle/touchpoint"
)

// PathOptions say which way through the log is followed.
type PathOptions struct {
	Options
	// Gap cuts a journey where nothing happened for longer; zero is 30 minutes,
	// negative cuts nowhere.
	Gap time.Duration
	// KeepRepeats keeps an activity that directly repeats.
	KeepRepeats bool
	// Length is how many activities of each path are kept; zero is 5.
	Length int
	// Start begins each path at the first of these activities; End ends it at the
	// first of them, and keeps the last Length activities before it.
	Start, End []touchpoint.Match
}

// PathEdge is a step of paths by position: from activity From at place Position,
// counted from 1, to activity To.
type PathEdge struct {
	Position int
	From, To string
	N        int64
	Mean     time.Duration
}

// PathTable is the steps of paths, most frequent first.
type PathTable []PathEdge

// String is a line for each step.
func (t PathTable) String() string {
	var b strings.Builder
	for _, e := range t {
		fmt.Fprintf(&b, "%d_%s -> %d_%s %d mean %s\n", e.Position, e.From, e.Position+1, e.To, e.N, e.Mean)
	}
	return b.String()
}

// Rows are the steps as cells of a table, titles first.
func (t PathTable) Rows() [][]string {
	out := [][]string{{"position", "from", "to", "n", "mean"}}
	for _, e := range t {
		out = append(out, []string{itoa(e.Position), e.From, e.To, fmt.Sprint(e.N), e.Mean.String()})
	}
	return out
}

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

// Paths counts steps by their place in the path, most frequent first: where
// customers go from a page, how they come to one. It is PostHog's paths, without
// its limit of fifty.
//
// Errors: options that are impossible, a match on a column that the log does not
// keep.
func Paths(log *touchpoint.Log, o PathOptions) (PathTable, error) {
	v, err := o.view(log)
	if err != nil {
		return nil, err
	}
	if o.Length == 0 {
		o.Length = 5
	}
	if o.Length < 2 || o.Length > 1000 {
		return nil, refuse("Length", itoa(o.Length), "want 2 to 1000")
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
	type sum struct{ n, total int64 }
	sums := map[key]sum{}
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
			s.n, s.total = s.n+1, s.total+v.cols.UnixNano[path[k]]-v.cols.UnixNano[path[k-1]]
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
	out := make(PathTable, 0, len(sums))
	for k, s := range sums {
		out = append(out, PathEdge{k.position, v.names[k.from], v.names[k.to], s.n, time.Duration(s.total / s.n)})
	}
	slices.SortFunc(out, func(a, b PathEdge) int {
		return cmp.Or(cmp.Compare(b.N, a.N), cmp.Compare(a.Position, b.Position), strings.Compare(a.From, b.From), strings.Compare(a.To, b.To))
	})
	return out, nil
}
