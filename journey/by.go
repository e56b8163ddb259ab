package journey

import "fmt"

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

// units are the lines of a report: names, and the line of each stage.
type units struct {
	names []string
	of    []uint16 // by stage
	node  []int    // by line: its place in the tree
}

func (d *Definition) units(by By) units {
	u := units{of: make([]uint16, len(d.stages))}
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
