package channel

import (
	"database/sql/driver"
	"errors"
	"fmt"

	"github.com/lifecycle-go/lifecycle/internal/enum"
	"github.com/lifecycle-go/lifecycle/metrics/fault"
	"github.com/lifecycle-go/lifecycle/touchpoint"
)

// ErrGrouping is what every fault of a grouping unwraps to.
var ErrGrouping = errors.New("the grouping has faults")

// The faults of groupings.
const (
	FaultNoRules     fault.Code = "no-rules"      // a grouping without rules
	FaultNameMissing fault.Code = "name-missing"  // a category, or a rule without channel
	FaultDuplicate   fault.Code = "duplicate"     // a category twice
	FaultDangling    fault.Code = "dangling-link" // a category that is not there
	FaultBadSource   fault.Code = "bad-source"    // a source entry that cannot match
	FaultBadMatch    fault.Code = "bad-match"     // a condition that cannot be evaluated
	FaultTooMany     fault.Code = "too-many"      // more entries than allowed
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
	Categories []Category `json:"categories"`
	// Rules are tried in order; the first that matches wins.
	Rules []Rule `json:"rules"`
	// Otherwise is the channel when no rule matches.
	Otherwise touchpoint.Channel `json:"otherwise"`
}

// Names of the source categories that the GA4 rules ask for.
const (
	CategorySearch   = "search"
	CategorySocial   = "social"
	CategoryVideo    = "video"
	CategoryShopping = "shopping"
)

// Category lists sources of one kind. Sources are compared in lower case
// and without "www.". An entry is
//
//	duckduckgo       that source
//	.facebook.com    facebook.com and every host below it
//	google.*         google under a country's domain: google.de, google.co.uk
type Category struct {
	Name    string   `json:"name"`
	Sources []string `json:"sources"`
}

// Rule gives its channel to a visit of which all matches of at least
// one alternative hold.
type Rule struct {
	Channel touchpoint.Channel `json:"channel"`
	Any     [][]Condition      `json:"any"`
}

// Condition is a condition on one field of a visit: the field is one of In, or
// matches Pattern. Exactly one of the two is given.
type Condition struct {
	Field Field    `json:"field"`
	In    []string `json:"in,omitempty"`
	// Pattern is an RE2 expression, matched anywhere in the field without
	// regard to case.
	Pattern string `json:"pattern,omitempty"`
}

// Field names what a Condition looks at. The zero value is no field.
type Field uint8

// The fields of a visit. FieldCategory is the name of the source's category,
// empty if it has none.
const (
	FieldUnknown Field = iota
	FieldSource
	FieldMedium
	FieldCampaign
	FieldCategory
)

var fields = enum.New[Field]("channel", "Field", "unknown", "source", "medium", "campaign", "category")

// String returns the name of the field.
func (f Field) String() string { return fields.String(f) }

// MarshalText returns the name of the field.
func (f Field) MarshalText() ([]byte, error) { return fields.Marshal(f) }

// UnmarshalText reads the name of a field.
func (f *Field) UnmarshalText(text []byte) error { return fields.Unmarshal(f, text) }

// Scan reads the name of a field from an SQL column; NULL is the zero value.
func (f *Field) Scan(src any) error { return fields.Scan(f, src) }

// Value returns the name of the field for an SQL column.
func (f Field) Value() (driver.Value, error) { return fields.Value(f) }

// Limits of a grouping; far above any in use.
const (
	maxRules     = 10_000
	maxSources   = 1_000_000
	maxPatternSz = 4096
)

// Validate reports everything that keeps a grouping from compiling, in a
// *[fault.Design].
func (g Grouping) Validate() error {
	f := fault.Design{Package: "channel", Kind: "grouping", Name: g.Name, Err: ErrGrouping}
	if len(g.Rules) == 0 {
		f.Addf(FaultNoRules, "Rules", "", "a grouping needs at least one rule")
	}
	if len(g.Rules) > maxRules {
		f.Addf(FaultTooMany, "Rules", "", "at most %d, got %d", maxRules, len(g.Rules))
		return f.Fault()
	}
	if g.Otherwise == "" {
		f.Addf(FaultNameMissing, "Otherwise", "", "no channel")
	}
	names := map[string]bool{"": true}
	total := 0
	for i, c := range g.Categories {
		path := fmt.Sprintf("Categories[%d]", i)
		switch {
		case c.Name == "":
			f.Addf(FaultNameMissing, path, "", "no name")
		case names[c.Name]:
			f.Addf(FaultDuplicate, path, "", "category %s is listed twice", fault.Quote(c.Name))
		}
		names[c.Name] = true
		for j, s := range c.Sources {
			if what := sourceFault(s); what != "" {
				f.Addf(FaultBadSource, fmt.Sprintf("%s.Sources[%d]", path, j), "", "%s: %s", what, fault.Quote(s))
			}
		}
		total += len(c.Sources)
	}
	if total > maxSources {
		f.Addf(FaultTooMany, "Categories", "", "at most %d sources, got %d", maxSources, total)
	}
	for i, r := range g.Rules {
		r.validate(fmt.Sprintf("Rules[%d]", i), names, &f)
	}
	return f.Fault()
}
