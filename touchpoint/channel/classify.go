package channel

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/lifecycle-go/lifecycle/metrics/fault"
	"github.com/lifecycle-go/lifecycle/touchpoint"
)

func sourceFault(entry string) string {
	name := strings.TrimSuffix(strings.TrimPrefix(entry, "."), ".*")
	switch {
	case name == "":
		return "empty source"
	case entry != strings.ToLower(entry):
		return "not in lower case"
	case strings.Contains(name, "*"):
		return `"*" only as a last label`
	case strings.HasPrefix(entry, ".") && strings.HasSuffix(entry, ".*"):
		return `either "." before or ".*" after`
	}
	return ""
}

func (r Rule) validate(path string, categories map[string]bool, f *fault.Design) {
	if r.Channel == "" {
		f.Addf(FaultNameMissing, path, "", "no channel")
	}
	if len(r.Any) == 0 {
		f.Addf(FaultBadMatch, path, "", "no alternative, so it can never match")
	}
	for i, all := range r.Any {
		if len(all) == 0 {
			f.Addf(FaultBadMatch, fmt.Sprintf("%s.Any[%d]", path, i), "", "no condition, so everything would match")
		}
		for j, m := range all {
			at := fmt.Sprintf("%s.Any[%d][%d]", path, i, j)
			if m.Field == FieldUnknown || m.Field > FieldCategory {
				f.Addf(FaultBadMatch, at, "", "unknown field %d", m.Field)
			}
			if (len(m.In) > 0) == (m.Pattern != "") {
				f.Addf(FaultBadMatch, at, "", "want either In or Pattern")
			}
			if m.Field == FieldCategory {
				for _, c := range m.In {
					if !categories[c] {
						f.Addf(FaultDangling, at, "", "category %s is not listed", fault.Quote(c))
					}
				}
			}
			if len(m.Pattern) > maxPatternSz {
				f.Addf(FaultTooMany, at, "", "pattern of at most %d bytes, got %d", maxPatternSz, len(m.Pattern))
			} else if _, err := m.compile(); err != nil {
				f.Addf(FaultBadMatch, at, "", "%s", err)
			}
		}
	}
}

func (m Condition) compile() (*regexp.Regexp, error) {
	if m.Pattern == "" {
		return nil, nil
	}
	return regexp.Compile("(?i:" + m.Pattern + ")")
}

// Classifier is a compiled Grouping. It never changes, so it is safe for any
// number of goroutines. Build it with Grouping.Compile; the zero value gives
// every visit the empty channel.
type Classifier struct {
	rules     []compiledRule
	otherwise touchpoint.Channel
	exact     map[string]string // source -> category
	below     map[string]string // ".facebook.com" without the dot -> category
	country   map[string]string // "google.*" without ".*" -> category
}

type compiledRule struct {
	channel touchpoint.Channel
	any     [][]compiledVisit
}

type compiledVisit struct {
	field   Field
	in      []string
	pattern *regexp.Regexp
}

// Compile checks the grouping and makes it ready for use. The error is that of
// Validate.
func (g Grouping) Compile() (*Classifier, error) {
	if err := g.Validate(); err != nil {
		return nil, err
	}
	c := &Classifier{
		otherwise: g.Otherwise,
		exact:     map[string]string{}, below: map[string]string{}, country: map[string]string{},
	}
	for _, category := range g.Categories {
		for _, s := range category.Sources {
			into, name := c.exact, s
			if below, ok := strings.CutPrefix(s, "."); ok {
				into, name = c.below, below
			} else if country, ok := strings.CutSuffix(s, ".*"); ok {
				into, name = c.country, country
			}
			if _, taken := into[name]; !taken {
				into[name] = category.Name
			}
		}
	}
	for _, r := range g.Rules {
		rule := compiledRule{channel: r.Channel}
		for _, all := range r.Any {
			var matches []compiledVisit
			for _, m := range all {
				pattern, err := m.compile()
				if err != nil {
					return nil, fmt.Errorf("channel: compile grouping %s: %w", fault.Quote(g.Name), err)
				}
				in := make([]string, len(m.In))
				for i, s := range m.In {
					in[i] = strings.ToLower(s)
				}
				matches = append(matches, compiledVisit{m.Field, in, pattern})
			}
			rule.any = append(rule.any, matches)
		}
		c.rules = append(c.rules, rule)
	}
	return c, nil
}

// Assignment is a channel and why a visit got it.
type Assignment struct {
	Channel touchpoint.Channel `json:"channel"`
	// Rule is the place of the deciding rule, -1 if none matched.
	Rule int `json:"rule"`
	// Source, Medium and Campaign are what the rules looked at: lower case,
	// completed from the referrer, "(direct)", "(none)" or "(not set)" where
	// nothing was known.
	Source   string `json:"source"`
	Medium   string `json:"medium"`
	Campaign string `json:"campaign"`
	// Category is the kind of site the source is, empty if it is not listed.
	Category string `json:"category,omitempty"`
}

// Channel returns the channel of a visit.
func (c *Classifier) Channel(v Visit) touchpoint.Channel { return c.Classify(v).Channel }

// Classify returns the channel of a visit with the reason.
func (c *Classifier) Classify(v Visit) Assignment {
	r := v.reduced(c.Category)
	a := Assignment{
		Channel: c.otherwise, Rule: -1,
		Source: r.Source, Medium: r.Medium, Campaign: r.Campaign, Category: c.Category(r.Source),
	}
	fields := [...]string{FieldSource: a.Source, FieldMedium: a.Medium, FieldCampaign: a.Campaign, FieldCategory: a.Category}
	for i := range c.rules {
		if c.rules[i].matches(&fields) {
			a.Channel, a.Rule = c.rules[i].channel, i
			break
		}
	}
	return a
}

func (r *compiledRule) matches(fields *[FieldCategory + 1]string) bool {
	for _, all := range r.any {
		hold := true
		for i := range all {
			m, value := &all[i], fields[all[i].field]
			if m.pattern != nil {
				hold = m.pattern.MatchString(value)
			} else {
				hold = slices.Contains(m.in, value)
			}
			if !hold {
				break
			}
		}
		if hold {
			return true
		}
	}
	return false
}

// Category returns the category of a source, empty if it is not listed. The
// most specific entry decides: the exact source, then hosts above it, then a
// country's domain.
func (c *Classifier) Category(source string) string {
	source = strings.TrimPrefix(strings.ToLower(source), "www.")
	if name, ok := c.exact[source]; ok {
		return name
	}
	for host := source; host != ""; {
		if name, ok := c.below[host]; ok {
			return name
		}
		_, host, _ = strings.Cut(host, ".")
	}
	name, domain, ok := strings.Cut(source, ".")
	if !ok {
		return ""
	}
	category, ok := c.country[name]
	if !ok {
		return ""
	}
	// A country's domain: ".de", ".com", ".co.uk", ".com.br".
	labels := strings.Split(domain, ".")
	if len(labels) > 2 {
		return ""
	}
	for _, l := range labels {
		if len(l) < 2 || len(l) > 3 {
			return ""
		}
	}
	return category
}
