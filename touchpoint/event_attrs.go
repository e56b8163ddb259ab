package touchpoint

import (
	"maps"
	"slices"
	"strconv"
	"unicode/utf8"

	"github.com/lifecycle-go/lifecycle/internal/text"
	"github.com/lifecycle-go/lifecycle/metrics/fault"
)

// checkAttrs reports the faults of e.Attrs in the order of the keys.
func (e *Event) checkAttrs(report reporter) {
	if len(e.Attrs) > MaxAttrs {
		report("Attrs", strconv.Itoa(len(e.Attrs))+" attributes", fault.AtMost(MaxAttrs, "attributes", int64(len(e.Attrs))), fault.ErrTooMany)
		return
	}
	fine := true
	for k, v := range e.Attrs {
		if k == "" || !sound(k, MaxText) || !sound(v, MaxAttrText) {
			fine = false
			break
		}
	}
	if fine {
		return
	}
	for _, k := range slices.Sorted(maps.Keys(e.Attrs)) {
		switch limit, err := fault.CheckText(k, MaxText); {
		case k == "":
			report("Attrs", "", "", fault.ErrEmpty)
			continue
		case err != nil:
			report("Attrs", k, limit, err)
			continue
		}
		if limit, err := fault.CheckText(e.Attrs[k], MaxAttrText); err != nil {
			report("Attrs["+text.Clip(k)+"]", e.Attrs[k], limit, err)
		}
	}
}

// sound says what fault.CheckText does, without words.
func sound(s string, most int) bool { return len(s) <= most && utf8.ValidString(s) }

func itoa(n int) string { return strconv.Itoa(n) }
