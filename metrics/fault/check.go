package fault

import (
	"fmt"
	"unicode/utf8"
)

// CheckText says what is wrong with a text from outside: more than most bytes
// (ErrTooLong) or not valid UTF-8 (ErrText). limit says in words what would be
// accepted. A sound text gives "" and nil.
func CheckText(s string, most int) (limit string, err error) {
	switch {
	case len(s) > most:
		return AtMost(int64(most), "bytes", int64(len(s))), ErrTooLong
	case !utf8.ValidString(s):
		return ErrText.Error(), ErrText
	}
	return "", nil
}

// AtMost words a limit and what passed it: "at most 1024 bytes, got 2000".
func AtMost(limit int64, what string, actual int64) string {
	return fmt.Sprintf("at most %d %s, got %d", limit, what, actual)
}
