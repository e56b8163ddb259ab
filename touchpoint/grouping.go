package touchpoint

import (
	"fmt"
)

// Grouping says how visits become channels. It is data: print it, store it as
// JSON, change it, give it another version. Compile makes it usable.
//
// A Grouping is a value; do not change its slices while a program compiles it.
// The zero value has no rules and does not compile.
type Grouping struct {
	// Name and Version say which grouping it is: results that were made under
	// different versions cannot be compared.
	Name    string `json:"name"`
	Version string `json:"version"`
	// Categories say what kind of site a source is. A source in two
	// categories belongs to the first.
	Categories []SourceCategory `json:"categories"`
	// Rules are tried in order; the first that matches wins.
	Rules []ChannelRule `json:"rules"`
	// Otherwise is the channel when no rule matches.
	Otherwise Channel `json:"otherwise"`
}

// Names of the source categories that the GA4 rules ask for.
const (
	CategorySearch   = "search"
	CategorySocial   = "social"
	CategoryVideo    = "video"
	CategoryShopping = "shopping"
)

// SourceCategory lists sources of one kind. Sources are compared in lower case
// and without "www.". An entry is
//
//	duckduckgo       that source
//	.facebook.com    facebook.com and every host below it
//	google.*         google under a country's domain: google.de, google.co.uk
type SourceCategory struct {
	Name    string   `json:"name"`
	Sources []string `json:"sources"`
}

// ChannelRule gives its channel to a visit of which all matches of at least
// one alternative hold.
type ChannelRule struct {
	Channel Channel            `json:"channel"`
	Any     [][]VisitCondition `json:"any"`
}

// VisitCondition is a condition on one field of a visit: the field is one of In, or
// matches Pattern. Exactly one of the two is given.
type VisitCondition struct {
	Field VisitField `json:"field"`
	In    []string   `json:"in,omitempty"`
	// Pattern is an RE2 expression, matched anywhere in the field without
	// regard to case.
	Pattern string `json:"pattern,omitempty"`
}

// VisitField names what a VisitCondition looks at. The zero value is no field.
type VisitField uint8

// The fields of a visit. FieldCategory is the name of the source's category,
// empty if it has none.
const (
	FieldUnknown VisitField = iota
	FieldSource
	FieldMedium
	FieldCampaign
	FieldCategory
)

var visitFields = enum{"visit field", []string{"unknown", "source", "medium", "campaign", "category"}}

// String returns the name of the field.
func (f VisitField) String() string { return visitFields.text(uint8(f)) }

// MarshalText returns the name of the field.
func (f VisitField) MarshalText() ([]byte, error) { return visitFields.marshal(uint8(f)) }

// UnmarshalText reads the name of a field; empty text is the zero value.
func (f *VisitField) UnmarshalText(text []byte) error {
	v, err := visitFields.parse(string(text))
	if err == nil {
		*f = VisitField(v)
	}
	return err
}

// Limits of a grouping; far above any in use.
const (
	maxRules     = 10_000
	maxSources   = 1_000_000
	maxPatternSz = 4096
)

// Validate reports everything that keeps a grouping from compiling, in a
// *DesignError.
func (g Grouping) Validate() error {
	var f faults
	if len(g.Rules) == 0 {
		f.add(FaultNoRules, "Rules", "a grouping needs at least one rule")
	}
	if len(g.Rules) > maxRules {
		f.add(FaultTooMany, "Rules", "at most %d, got %d", maxRules, len(g.Rules))
		return f.err("grouping", g.Name)
	}
	if g.Otherwise == "" {
		f.add(FaultNameMissing, "Otherwise", "no channel")
	}
	names := map[string]bool{"": true}
	total := 0
	for i, c := range g.Categories {
		path := fmt.Sprintf("Categories[%d]", i)
		switch {
		case c.Name == "":
			f.add(FaultNameMissing, path, "no name")
		case names[c.Name]:
			f.add(FaultDuplicate, path, "category %q is listed twice", clip(c.Name))
		}
		names[c.Name] = true
		for j, s := range c.Sources {
			if fault := sourceFault(s); fault != "" {
				f.add(FaultBadSource, fmt.Sprintf("%s.Sources[%d]", path, j), "%s: %q", fault, clip(s))
			}
		}
		total += len(c.Sources)
	}
	if total > maxSources {
		f.add(FaultTooMany, "Categories", "at most %d sources, got %d", maxSources, total)
	}
	for i, r := range g.Rules {
		r.validate(fmt.Sprintf("Rules[%d]", i), names, &f)
	}
	return f.err("grouping", g.Name)
}
