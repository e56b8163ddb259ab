package metrics

import "strings"

// parseName finds text in the names of an enumeration.
func parseName(op, field string, text []byte, names []string) (int, error) {
	for i, name := range names {
		if string(text) == name {
			return i, nil
		}
	}
	return 0, unknown(op, field, quote(string(text)), names)
}

func unknown(op, field, value string, names []string) error {
	return &InputError{Op: op, Field: field, Value: value, Limit: "want one of " + strings.Join(names, ", "), Code: CodeUnknown}
}
