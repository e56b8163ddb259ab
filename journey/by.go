package journey

import (
	"database/sql/driver"
	"fmt"

	"github.com/lifecycle-go/lifecycle/metrics/fault"
)

// By says how a report reads the journeys: stage by stage, or with the stages
// of a larger one taken together. A stage without a group is its own.
type By uint8

// The readings of a report.
const (
	ByStage By = iota // where customers are
	ByGroup           // the outermost stages and groups
)

// Level reads stages that nest at a level: 1 is [ByGroup], 2 are the parts of
// the outermost, and so on; a stage without as many levels is read as itself.
// A level below 1 is [ByStage].
func Level(n int) By { return By(min(max(n, 0), maxDepth+1)) }

// String returns stage, group, or level and its number.
func (b By) String() string {
	switch b {
	case ByStage:
		return "stage"
	case ByGroup:
		return "group"
	}
	return fmt.Sprintf("level %d", uint8(b))
}

// MarshalText returns what String does.
func (b By) MarshalText() ([]byte, error) {
	if b > maxDepth+1 {
		return nil, &fault.Error{Package: "journey", Op: "marshal", Field: "By", Value: b.String(), Limit: fmt.Sprintf("at most level %d", maxDepth+1), Err: fault.ErrUnknown}
	}
	return []byte(b.String()), nil
}

// UnmarshalText reads what MarshalText wrote.
func (b *By) UnmarshalText(text []byte) error {
	for k := By(0); k <= maxDepth+1; k++ {
		if k.String() == string(text) {
			*b = k
			return nil
		}
	}
	return &fault.Error{
		Package: "journey", Op: "unmarshal", Field: "By", Value: fault.Quote(string(text)),
		Limit: fmt.Sprintf("want stage, group, or level 2 to level %d", maxDepth+1), Err: fault.ErrUnknown,
	}
}

// Value returns the reading's name for SQL.
func (b By) Value() (driver.Value, error) {
	text, err := b.MarshalText()
	return string(text), err
}

// Scan reads a reading's name from SQL; NULL is ByStage.
func (b *By) Scan(src any) error {
	*b = ByStage
	return scanText(b, src)
}

// units are the lines of a report: names, and the line of each stage.
type units struct {
	names  []string
	of     []uint16 // by stage
	node   []int    // by line: its place in the tree
	leaves bool     // every line is a stage customers can be in
}

func (d *Definition) units(by By) units {
	u := units{of: make([]uint16, len(d.stages)), leaves: true}
	at := map[int]uint16{}
	for i, n := range d.leafNode {
		if by != ByStage {
			for d.nodes[n].depth >= int(by) {
				n = d.nodes[n].parent
			}
		}
		k, ok := at[n]
		if !ok {
			k = uint16(len(u.names))
			at[n] = k
			u.names = append(u.names, d.nodes[n].name)
			u.node = append(u.node, n)
		}
		u.of[i] = k
		u.leaves = u.leaves && d.nodes[n].leaf >= 0
	}
	return u
}

// ends reports whether an edge ends a visit in this reading: whether it leads
// from one line to another or, inside a stage with parts, was written for the
// stage itself or for a larger one.
func (d *Definition) ends(u *units, edge int) bool {
	from, to := u.of[d.from[edge]], u.of[d.dest[edge]]
	if from != to {
		return true
	}
	n := &d.nodes[u.node[from]]
	return !d.edges[edge].Internal && (n.leaf >= 0 || n.spec >= 0 && int(d.scope[edge]) <= n.depth)
}
