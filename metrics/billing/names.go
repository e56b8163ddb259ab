package billing

import (
	"fmt"
	"strconv"
)

// nameOf is the text of an enum's value, "Kind(9)" for one that is none.
func nameOf(kind string, names []string, i uint8) string {
	if int(i) < len(names) {
		return names[i]
	}
	return kind + "(" + strconv.Itoa(int(i)) + ")"
}

func marshalName(kind string, names []string, i uint8) ([]byte, error) {
	if int(i) >= len(names) {
		return nil, fmt.Errorf("billing: marshal %s: %d is not one of 0 to %d", kind, i, len(names)-1)
	}
	return []byte(names[i]), nil
}

func unmarshalName(kind string, names []string, text []byte) (uint8, error) {
	for i, n := range names {
		if n == string(text) {
			return uint8(i), nil
		}
	}
	return 0, fmt.Errorf("billing: unmarshal %s: %q is not one of %q", kind, clip(string(text)), names)
}

// clip shortens a value that goes into a message.
func clip(s string) string {
	const limit = 64
	if len(s) <= limit {
		return s
	}
	return s[:limit] + "…"
}
