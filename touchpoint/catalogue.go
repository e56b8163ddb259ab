package touchpoint

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"slices"
)

// Catalogue is the set of touchpoints a company plans. It is a value; the zero
// value is an empty catalogue. Whoever changes its slice must not share it.
type Catalogue struct {
	Name        string       `json:"name"`
	Touchpoints []Touchpoint `json:"touchpoints"`
}

// Limits of a catalogue.
const (
	MaxTouchpoints    = 10_000
	maxEntries        = 256     // actions, links, stages, events of one touchpoint
	maxCatalogueBytes = 1 << 26 // of JSON
)

// Find returns a touchpoint by name.
func (c Catalogue) Find(name string) (Touchpoint, bool) {
	i := slices.IndexFunc(c.Touchpoints, func(t Touchpoint) bool { return t.Name == name })
	if i < 0 {
		return Touchpoint{}, false
	}
	return c.Touchpoints[i], true
}

// Entries names the touchpoints to which no other leads, in the order of the
// catalogue: where a customer's contact begins.
func (c Catalogue) Entries() []string {
	led := map[string]bool{}
	for _, t := range c.Touchpoints {
		for _, to := range t.LeadsTo {
			led[to] = led[to] || to != t.Name
		}
	}
	return c.names(func(t Touchpoint) bool { return !led[t.Name] })
}

// Exits names the touchpoints that lead nowhere, in the order of the catalogue.
func (c Catalogue) Exits() []string {
	return c.names(func(t Touchpoint) bool { return len(t.LeadsTo) == 0 })
}

func (c Catalogue) names(keep func(Touchpoint) bool) []string {
	var out []string
	for _, t := range c.Touchpoints {
		if keep(t) {
			out = append(out, t.Name)
		}
	}
	return out
}

// Validate reports every fault of the catalogue, all at once, in the order of
// its touchpoints: missing names, goals, actions, outcomes and owners, contact
// not stated, feelings off the scale, names and links given twice, links to
// touchpoints that are not there or to themselves, and orphans: touchpoints
// that nothing leads to and that lead nowhere, in a catalogue of several. The
// error is a *DesignError.
func (c Catalogue) Validate() error {
	var f faults
	if len(c.Touchpoints) > MaxTouchpoints {
		f.add(FaultTooMany, "Touchpoints", "at most %d, got %d", MaxTouchpoints, len(c.Touchpoints))
		return f.err("catalogue", c.Name)
	}
	first := map[string]int{}
	led := map[string]bool{}
	for i, t := range c.Touchpoints {
		if _, ok := first[t.Name]; !ok {
			first[t.Name] = i
		}
		for _, to := range t.LeadsTo {
			led[to] = led[to] || to != t.Name
		}
	}
	for i, t := range c.Touchpoints {
		path := fmt.Sprintf("Touchpoints[%d]", i)
		t.validate(path, &f)
		if j := first[t.Name]; j != i && t.Name != "" {
			f.add(FaultDuplicate, path+".Name", "%q is the name of Touchpoints[%d] too", clip(t.Name), j)
		}
		seen := map[string]bool{}
		leads := false
		for k, to := range t.LeadsTo {
			at := fmt.Sprintf("%s.LeadsTo[%d]", path, k)
			_, known := first[to]
			switch {
			case to == "":
				f.add(FaultNameMissing, at, "empty link")
			case !known:
				f.add(FaultDangling, at, "no touchpoint is named %q", clip(to))
			case to == t.Name:
				f.add(FaultSelfLink, at, "%q leads to itself", clip(to))
			case seen[to]:
				f.add(FaultDuplicate, at, "%q is linked twice", clip(to))
			default:
				leads = true
			}
			seen[to] = true
		}
		if len(c.Touchpoints) > 1 && t.Name != "" && !leads && !led[t.Name] {
			f.add(FaultOrphan, path, "nothing leads to %q and it leads nowhere", clip(t.Name))
		}
	}
	return f.err("catalogue", c.Name)
}

func (t *Touchpoint) validate(path string, f *faults) {
	for _, required := range []struct {
		code        FaultCode
		field, text string
	}{
		{FaultNameMissing, "Name", t.Name},
		{FaultGoalMissing, "CustomerGoal", t.CustomerGoal},
		{FaultGoalMissing, "CompanyGoal", t.CompanyGoal},
		{FaultOutcomeMissing, "Outcome", t.Outcome},
		{FaultOwnerMissing, "Owner", t.Owner},
	} {
		if required.text == "" {
			f.add(required.code, path+"."+required.field, "is empty")
		} else if err := checkText(required.text, MaxAttrText); err != nil {
			f.add(FaultText, path+"."+required.field, "%s", err)
		}
	}
	if err := checkText(string(t.Channel), MaxText); err != nil {
		f.add(FaultText, path+".Channel", "%s", err)
	}
	if t.Contact != ContactDirect && t.Contact != ContactIndirect {
		f.add(FaultDirectnessMissing, path+".Contact", "neither direct nor indirect")
	}
	if len(t.CustomerActions)+len(t.CompanyActions) == 0 {
		f.add(FaultActionMissing, path, "neither side does anything")
	}
	if !t.Feeling.Valid() {
		f.add(FaultFeelingRange, path+".Feeling", "must lie in -2 to +2, got %d", int8(t.Feeling))
	}
	for _, list := range []struct {
		field   string
		entries []string
	}{
		{"CustomerActions", t.CustomerActions},
		{"CompanyActions", t.CompanyActions},
		{"LeadsTo", t.LeadsTo},
		{"Stages", t.Stages},
		{"Events", t.Events},
	} {
		if len(list.entries) > maxEntries {
			f.add(FaultTooMany, path+"."+list.field, "at most %d, got %d", maxEntries, len(list.entries))
		}
		for k, entry := range list.entries {
			if err := checkText(entry, MaxAttrText); err != nil {
				f.add(FaultText, fmt.Sprintf("%s.%s[%d]", path, list.field, k), "%s", err)
			} else if entry == "" && list.field != "LeadsTo" {
				f.add(FaultNameMissing, fmt.Sprintf("%s.%s[%d]", path, list.field, k), "is empty")
			}
		}
	}
}

// ParseCatalogue reads a catalogue from the JSON that encoding/json writes for
// it. Unknown fields, trailing data and faults are errors.
func ParseCatalogue(data []byte) (Catalogue, error) {
	if len(data) > maxCatalogueBytes {
		return Catalogue{}, fmt.Errorf("touchpoint: parse catalogue: %w", &LimitError{
			What: "bytes of JSON", Limit: maxCatalogueBytes, Actual: int64(len(data)), Err: ErrTooLong,
		})
	}
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	var c Catalogue
	if err := d.Decode(&c); err != nil {
		return Catalogue{}, fmt.Errorf("touchpoint: parse catalogue: byte %d: %w", d.InputOffset(), err)
	}
	if _, err := d.Token(); err != io.EOF {
		return Catalogue{}, fmt.Errorf("touchpoint: parse catalogue: byte %d: something follows the catalogue", d.InputOffset())
	}
	if err := c.Validate(); err != nil {
		return Catalogue{}, fmt.Errorf("touchpoint: parse catalogue: %w", err)
	}
	return c, nil
}
