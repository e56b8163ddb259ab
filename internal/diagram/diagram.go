// Package diagram writes graphs of stages and of activities as Mermaid and DOT.
package diagram

import (
	"strconv"
	"strings"
	"unicode"
)

// Diagram is what both renderers draw: nodes, boxes around them, and arrows.
// Equal diagrams give equal bytes; texts are escaped, so that no name can break
// the diagram.
type Diagram struct {
	Title  string
	Nodes  []Node
	Boxes  []Box // what the nodes are part of
	Arrows []Arrow
	Start  int // the node that begins it; -1 = those of Begins
	Begins []Link
	Ends   []Link
	Counts bool // counts are drawn
}

// Node is a stage or an activity.
type Node struct {
	Label          string
	Here           int64
	Goal, Terminal bool
	Box            int // -1 = none
}

// Box is what nodes are part of.
type Box struct {
	Label  string
	Parent int // -1 = none
}

// Arrow leads from a node to another.
type Arrow struct {
	From, To int
	Label    string // without the count
	Count    int64
	After    string // said after the count
}

// Link leads to a node, or out of one, so many times.
type Link struct {
	Node  int
	Count int64
}

// Visible replaces characters that would break a line or hide themselves by
// their Go escapes, however they came into a name.
func Visible(s string) string {
	if strings.IndexFunc(s, hides) < 0 {
		return s
	}
	var b strings.Builder
	for _, r := range s {
		if hides(r) {
			q := strconv.QuoteRuneToASCII(r)
			b.WriteString(q[1 : len(q)-1])
			continue
		}
		b.WriteRune(r)
	}
	return b.String()
}

// hides: whatever is no graphic: control characters, line and paragraph
// separators, and the invisible characters that reorder text.
func hides(r rune) bool { return !unicode.IsGraphic(r) }
