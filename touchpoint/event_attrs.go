package touchpoint

import (
	"maps"
	"slices"
	"strconv"
)

// checkAttrs reports the faults of e.Attrs in the order of the keys.
func (e *Event) checkAttrs(report func(field, value string, err error)) {
	if len(e.Attrs) > MaxAttrs {
		report("Attrs", strconv.Itoa(len(e.Attrs))+" attributes", &LimitError{
			What: "attributes", Limit: MaxAttrs, Actual: int64(len(e.Attrs)), Err: ErrTooMany,
		})
		return
	}
	sound := true
	for k, v := range e.Attrs {
		if k == "" || checkText(k, MaxText) != nil || checkText(v, MaxAttrText) != nil {
			sound = false
			break
		}
	}
	if sound {
		return
	}
	for _, k := range slices.Sorted(maps.Keys(e.Attrs)) {
		switch err := checkText(k, MaxText); {
		case k == "":
			report("Attrs", "", ErrEmpty)
			continue
		case err != nil:
			report("Attrs", k, err)
			continue
		}
		if err := checkText(e.Attrs[k], MaxAttrText); err != nil {
			report("Attrs["+k+"]", e.Attrs[k], err)
		}
	}
}

func itoa(n int) string { return strconv.Itoa(n) }
