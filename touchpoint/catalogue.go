package touchpoint

import (
	"fmt"
	"slices"

	"github.com/lifecycle-go/lifecycle/internal/jsonin"
	"github.com/lifecycle-go/lifecycle/metrics/fault"
)

// Catalogue is the set of touchpoints a company plans. It is a value; the zero
// value is an empty catalogue. Whoever changes its slice must not share it.
type Catalogue struct {
	Name        string       `json:"name"`
	Touchpoints []Touchpoint `json:"touchpoints"`
}

// Limits of a catalogue.
const (
	maxTouchpoints    = 10_000
	maxEntries        = 256     // actions, links, stages, events of one touchpoint
	maxCatalogueBytes = 1 << 26 // of JSON
)

// The faults that Validate finds.
const (
	FaultNameMissing       fault.Code = "name-missing"       // a required name is empty
	FaultGoalMissing       fault.Code = "goal-missing"       // no customer goal or company goal
	FaultOutcomeMissing    fault.Code = "outcome-missing"    // no desired outcome
	FaultActionMissing     fault.Code = "action-missing"     // nobody does anything
	FaultOwnerMissing      fault.Code = "owner-missing"      // nobody is accountable
	FaultDirectnessMissing fault.Code = "directness-missing" // neither direct nor indirect
	FaultFeelingRange      fault.Code = "feeling-range"      // outside -2 to +2
	FaultDuplicate         fault.Code = "duplicate"          // the same name or link twice
	FaultDangling          fault.Code = "dangling-link"      // a link to something that is not there
	FaultSelfLink          fault.Code = "self-link"          // leads to itself
	FaultOrphan            fault.Code = "orphan"             // nothing leads to it and it leads nowhere
	FaultNoEntry           fault.Code = "no-entry"           // contact begins nowhere
	FaultNoExit            fault.Code = "no-exit"            // contact ends nowhere
	FaultText              fault.Code = "bad-text"           // too long or not UTF-8
	FaultTooMany           fault.Code = "too-many"           // more entries than allowed
)

// Find returns a touchpoint by name.
func (c Catalogue) Find(name string) (Touchpoint, bool) {
	i := slices.IndexFunc(c.Touchpoints, func(t Touchpoint) bool { return t.Name == name })
	if i < 0 {
		return Touchpoint{}, false
	}
	return c.Touchpoints[i], true
}

// Entries names the touchpoints where a customer's contact begins, in the order
// of the catalogue: those that say so, and those to which no other leads.
func (c Catalogue) Entries() []string {
	led := map[string]bool{}
	for _, t := range c.Touchpoints {
		for _, to := range t.LeadsTo {
			led[to] = led[to] || to != t.Name
		}
	}
	return c.names(func(t Touchpoint) bool { return t.Begins || !led[t.Name] })
}

// Exits names the touchpoints where contact ends, in the order of the catalogue:
// those that say so, and those that lead nowhere.
func (c Catalogue) Exits() []string {
	return c.names(func(t Touchpoint) bool { return t.Ends || len(t.LeadsTo) == 0 })
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
// touchpoints that are not there or to themselves, orphans: touchpoints that
// nothing leads to and that lead nowhere, in a catalogue of several; and one of
// several in which contact begins or ends nowhere. The error is a *[fault.Design].
func (c Catalogue) Validate() error {
	f := fault.Design{Package: "touchpoint", Kind: "catalogue", Name: c.Name, Err: ErrDesign}
	if len(c.Touchpoints) > maxTouchpoints {
		f.Addf(FaultTooMany, "Touchpoints", "", "at most %d, got %d", maxTouchpoints, len(c.Touchpoints))
		return f.Fault()
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
			f.Addf(FaultDuplicate, path+".Name", t.Name, "%s is the name of Touchpoints[%d] too", fault.Quote(t.Name), j)
		}
		seen := map[string]bool{}
		leads := false
		for k, to := range t.LeadsTo {
			at := fmt.Sprintf("%s.LeadsTo[%d]", path, k)
			_, known := first[to]
			switch {
			case to == "":
				f.Addf(FaultNameMissing, at, t.Name, "empty link")
			case !known:
				f.Addf(FaultDangling, at, t.Name, "no touchpoint is named %s", fault.Quote(to))
			case to == t.Name:
				f.Addf(FaultSelfLink, at, t.Name, "%s leads to itself", fault.Quote(to))
			case seen[to]:
				f.Addf(FaultDuplicate, at, t.Name, "%s is linked twice", fault.Quote(to))
			default:
				leads = true
			}
			seen[to] = true
		}
		if len(c.Touchpoints) > 1 && t.Name != "" && !leads && !led[t.Name] {
			f.Addf(FaultOrphan, path, t.Name, "nothing leads to %s and it leads nowhere", fault.Quote(t.Name))
		}
	}
	if len(c.Touchpoints) > 1 {
		if len(c.Entries()) == 0 {
			f.Addf(FaultNoEntry, "Touchpoints", "", "contact begins nowhere: everything is led to, and nothing says that it begins")
		}
		if len(c.Exits()) == 0 {
			f.Addf(FaultNoExit, "Touchpoints", "", "contact ends nowhere: everything leads on, and nothing says that it ends")
		}
	}
	return f.Fault()
}

func (t *Touchpoint) validate(path string, f *fault.Design) {
	text := func(field, s string, most int) {
		if limit, err := fault.CheckText(s, most); err != nil {
			f.Addf(FaultText, path+"."+field, t.Name, "%s", limit)
		}
	}
	for _, required := range []struct {
		code        fault.Code
		field, text string
	}{
		{FaultNameMissing, "Name", t.Name},
		{FaultGoalMissing, "CustomerGoal", t.CustomerGoal},
		{FaultGoalMissing, "CompanyGoal", t.CompanyGoal},
		{FaultOutcomeMissing, "CustomerOutcome", t.CustomerOutcome},
		{FaultOutcomeMissing, "CompanyOutcome", t.CompanyOutcome},
		{FaultOwnerMissing, "Owner", t.Owner},
	} {
		if required.text == "" {
			f.Addf(required.code, path+"."+required.field, t.Name, "is empty")
		}
		text(required.field, required.text, MaxAttrText)
	}
	text("Channel", string(t.Channel), MaxText)
	text("DecisionEffect", t.DecisionEffect, MaxAttrText)
	text("EmotionEffect", t.EmotionEffect, MaxAttrText)
	if t.Contact != ContactDirect && t.Contact != ContactIndirect {
		f.Addf(FaultDirectnessMissing, path+".Contact", t.Name, "neither direct nor indirect")
	}
	if len(t.CustomerActions)+len(t.CompanyActions) == 0 {
		f.Addf(FaultActionMissing, path, t.Name, "neither side does anything")
	}
	if !t.Feeling.Valid() {
		f.Addf(FaultFeelingRange, path+".Feeling", t.Name, "must lie in -2 to +2, got %d", int8(t.Feeling))
	}
	for _, list := range []struct {
		field   string
		entries []string
	}{
		{"CustomerActions", t.CustomerActions},
		{"CompanyActions", t.CompanyActions},
		{"PainPoints", t.PainPoints},
		{"Teams", t.Teams},
		{"LeadsTo", t.LeadsTo},
		{"Stages", t.Stages},
		{"Events", t.Events},
	} {
		if len(list.entries) > maxEntries {
			f.Addf(FaultTooMany, path+"."+list.field, t.Name, "%s", fault.AtMost(maxEntries, "entries", int64(len(list.entries))))
		}
		for k, entry := range list.entries {
			at := fmt.Sprintf("%s[%d]", list.field, k)
			if entry == "" && list.field != "LeadsTo" {
				f.Addf(FaultNameMissing, path+"."+at, t.Name, "is empty")
			}
			text(at, entry, MaxAttrText)
		}
	}
}

// ParseCatalogue reads a catalogue from the JSON that encoding/json writes for
// it. Unknown fields, fields given twice, trailing data and faults are errors.
func ParseCatalogue(data []byte) (Catalogue, error) {
	if len(data) > maxCatalogueBytes {
		return Catalogue{}, &fault.Error{
			Package: "touchpoint", Op: "parse catalogue", Limit: fault.AtMost(maxCatalogueBytes, "bytes of JSON", int64(len(data))), Err: fault.ErrTooLong,
		}
	}
	var c Catalogue
	if err := jsonin.DecodeStrict(data, &c); err != nil {
		return Catalogue{}, fmt.Errorf("touchpoint: parse catalogue: %w", err)
	}
	if err := c.Validate(); err != nil {
		return Catalogue{}, err
	}
	return c, nil
}
