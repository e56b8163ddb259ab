package journeymap

import (
	"github.com/lifecycle-go/lifecycle/internal/enum"
	"github.com/lifecycle-go/lifecycle/journey/journeymap/words"
)

// unit is the form of a unit for a number; whole says that it has no decimals.
func unit(forms []string, n int64, whole bool) string {
	if len(forms) == 0 {
		return ""
	}
	if len(forms) < 6 {
		return forms[0]
	}
	if !whole {
		return forms[5]
	}
	switch r := n % 100; {
	case n == 0:
		return forms[0]
	case n == 1:
		return forms[1]
	case n == 2:
		return forms[2]
	case r >= 3 && r <= 10:
		return forms[3]
	case r >= 11:
		return forms[4]
	}
	return forms[5]
}

// arrow points in the direction of reading.
func arrow(w words.Set) string {
	if w.RTL {
		return "←"
	}
	return "→"
}

// pick is the word of an enumeration's value, or its name where there is none.
func pick[E interface {
	~uint8
	String() string
}](list []string, e E) string {
	if int(e) < len(list) && list[e] != "" {
		return list[e]
	}
	return e.String()
}

// named is pick for enumerations that are kinds of string.
func named[E ~string](list []string, table enum.Texts[E], e E) string {
	if i := table.Index(e); i >= 0 && i < len(list) && list[i] != "" {
		return list[i]
	}
	return string(e)
}
