package kit

import (
	"bytes"
	"strconv"

	"github.com/lifecycle-go/lifecycle/metrics/billing/importer"
)

// excess is where a record, or as much of one as was read, goes beyond the
// limits of nesting, of elements and of strings, and in words how.
func excess(l *importer.Limits, d []byte) (at int, reason string) {
	// What is too short to hold so much needs no looking at.
	if len(d) <= min(l.StringBytes, l.ListItems) && bytes.Count(d, openArray)+bytes.Count(d, openObject) <= l.Depth {
		return 0, ""
	}
	items := make([]int, 0, min(l.Depth, len(d)))
	for i := 0; i < len(d); i++ {
		switch d[i] {
		case '"':
			from := i
			if i = closing(d, i); i-from-1 > l.StringBytes {
				return from, "a string longer than " + strconv.Itoa(l.StringBytes) + " bytes"
			}
		case '{', '[':
			if len(items) == l.Depth {
				return i, "nested more than " + strconv.Itoa(l.Depth) + " deep"
			}
			items = append(items, 1)
		case '}', ']':
			items = items[:max(0, len(items)-1)]
		case ',':
			if n := len(items); n > 0 {
				if items[n-1]++; items[n-1] > l.ListItems {
					return i, "an array or object of more than " + strconv.Itoa(l.ListItems) + " elements"
				}
			}
		}
	}
	return 0, ""
}

var openArray, openObject = []byte{'['}, []byte{'{'}

// closing is where the string at i ends, len(d) if it does not.
func closing(d []byte, i int) int {
	for i++; i < len(d); i++ {
		switch d[i] {
		case '\\':
			i++
		case '"':
			return i
		}
	}
	return len(d)
}
