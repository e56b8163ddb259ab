package journey

import (
	"errors"
	"fmt"
	"math/bits"
	"slices"

	"github.com/lifecycle-go/lifecycle/metrics/fault"
	"github.com/lifecycle-go/lifecycle/touchpoint"
)

// Rule says which touchpoint events are which trigger. An empty condition
// matches everything; the zero Rule takes every event's name for its trigger.
type Rule struct {
	// Name, Channel, Campaign and Where are the conditions of a
	// [touchpoint.Match]; the log has to keep what they ask for.
	Name     string                 `json:"name,omitempty"`
	Channel  touchpoint.Channel     `json:"channel,omitempty"`
	Campaign string                 `json:"campaign,omitempty"`
	Where    []touchpoint.Condition `json:"where,omitempty"`
	// Trigger is what a matching event means; empty means the trigger of the
	// event's own name.
	Trigger Trigger `json:"trigger,omitempty"`
}

// match returns the conditions of the rule.
func (r Rule) match() touchpoint.Match {
	return touchpoint.Match{Name: r.Name, Channel: r.Channel, Campaign: r.Campaign, Where: r.Where}
}

// Rules maps touchpoint events to triggers: the first rule that matches
// decides. An event that no rule matches is ignored and counted as such. An
// event whose trigger the definition does not know is refused and counted under
// that name. Nil Rules are Rules{{}}: every event's name is its trigger.
type Rules []Rule

// maxRules bounds the work per distinct kind of event.
const maxRules = 4_096

// Validate reports, joined, every rule that names an unknown trigger, that has
// a condition without an attribute, or that stands behind one that matches all
// it matches.
func (rs Rules) Validate(d *Definition) error {
	if len(rs) > maxRules {
		return fmt.Errorf("journey: rules: %w: %d, at most %d", fault.ErrTooMany, len(rs), maxRules)
	}
	var errs []error
	byName := map[string][]int{}
	for i, r := range rs {
		bad := func(format string, args ...any) {
			errs = append(errs, fmt.Errorf("journey: rules[%d]: "+format, append([]any{i}, args...)...))
		}
		if _, ok := d.trigIx.find(string(r.Trigger)); !ok && r.Trigger != "" {
			bad("%w: %q", ErrUnknownTrigger, clip(string(r.Trigger)))
		}
		if slices.ContainsFunc(r.Where, func(c touchpoint.Condition) bool { return c.Attr == "" }) {
			bad("%w: a condition without attribute", touchpoint.ErrMatch)
		}
		candidates := byName[""]
		if r.Name != "" {
			candidates = slices.Concat(candidates, byName[r.Name])
			slices.Sort(candidates)
		}
		for _, k := range candidates {
			if covers(&rs[k], &r) {
				bad("rule has no effect: rules[%d] matches all it matches", k)
				break
			}
		}
		byName[r.Name] = append(byName[r.Name], i)
	}
	return errors.Join(errs...)
}

// covers reports whether a matches everything that b does.
func covers(a, b *Rule) bool {
	if a.Name != "" && a.Name != b.Name || a.Channel != "" && a.Channel != b.Channel || a.Campaign != "" && a.Campaign != b.Campaign {
		return false
	}
	for _, ca := range a.Where {
		if !slices.ContainsFunc(b.Where, func(cb touchpoint.Condition) bool {
			return ca.Attr == cb.Attr && (len(ca.Values) == 0 || len(cb.Values) > 0 &&
				!slices.ContainsFunc(cb.Values, func(v string) bool { return !slices.Contains(ca.Values, v) }))
		}) {
			return false
		}
	}
	return true
}

// Trigger returns what the rules take an event for, and whether any of them
// matches: for live code what [Definition.ReplayLog] does for a log.
func (rs Rules) Trigger(e touchpoint.Event) (Trigger, bool) {
	if rs == nil {
		return Trigger(e.Name), true
	}
	for i := range rs {
		if rs[i].match().Matches(e) {
			if rs[i].Trigger == "" {
				return Trigger(e.Name), true
			}
			return rs[i].Trigger, true
		}
	}
	return "", false
}

// Event turns a touchpoint event into the event of a journey, and reports
// whether any rule matches.
func (rs Rules) Event(e touchpoint.Event) (Event, bool) {
	t, ok := rs.Trigger(e)
	return Event{Customer: e.Customer, Trigger: t, At: e.At, ID: e.ID, Attrs: e.Attrs}, ok
}

// named reports whether the rules look at nothing but the name.
func (rs Rules) named() bool {
	return !slices.ContainsFunc(rs, func(r Rule) bool { return r.Channel != "" || r.Campaign != "" || len(r.Where) > 0 })
}

// columns translates a log: names of the codes and the code of each event. It
// uses the log's own column where rules only look at names.
func (rs Rules) columns(d *Definition, log *touchpoint.Log) (*columns, error) {
	c := newColumns(log)
	names := log.Names()
	if rs == nil {
		rs = Rules{{}}
	}
	if rs.named() {
		c.resolve(d, names)
		for i, n := range names {
			k := slices.IndexFunc(rs, func(r Rule) bool { return r.Name == "" || r.Name == n })
			switch {
			case k < 0:
				c.column[i], c.ignores = c.ignored, true
			case rs[k].Trigger != "":
				c.column[i], _ = d.trigIx.find(string(rs[k].Trigger))
			}
		}
		return c, nil
	}
	first, err := rs.compile(log)
	if err != nil {
		return nil, err
	}
	// Codes: one per name, then one per rule, then one for "ignored".
	kinds := c.code
	for _, r := range rs {
		names = append(names, string(r.Trigger))
	}
	names = append(names, "")
	none := uint16(len(names) - 1) // fits: see touchpoint.MaxNames and maxRules
	c.resolve(d, names)
	c.column[none], c.ignores = c.ignored, true
	c.code = make([]uint16, len(kinds))
	for i, n := range kinds {
		k := first.match(i, n)
		switch {
		case k < 0:
			c.code[i] = none
		case rs[k].Trigger == "":
			c.code[i] = n
		default:
			c.code[i] = none - uint16(len(rs)) + uint16(k)
		}
	}
	return c, nil
}

// compiledRules are the rules as selectors of up to touchpoint.MaxSets each,
// and by name the selectors that have a rule for it.
type compiledRules struct {
	selectors []*touchpoint.Selector
	byName    [][]int
}

func (rs Rules) compile(log *touchpoint.Log) (*compiledRules, error) {
	names := log.Names()
	m := &compiledRules{byName: make([][]int, len(names))}
	for lo := 0; lo < len(rs); lo += touchpoint.MaxSets {
		part := rs[lo:min(len(rs), lo+touchpoint.MaxSets)]
		sets := make([][]touchpoint.Match, len(part))
		for i := range part {
			sets[i] = []touchpoint.Match{part[i].match()}
		}
		s, err := log.Select(sets...)
		if err != nil {
			return nil, fmt.Errorf("journey: rules from %d on: %w", lo, err)
		}
		for k, n := range names {
			if slices.ContainsFunc(part, func(r Rule) bool { return r.Name == "" || r.Name == n }) {
				m.byName[k] = append(m.byName[k], len(m.selectors))
			}
		}
		m.selectors = append(m.selectors, s)
	}
	return m, nil
}

// match returns the first rule that matches event i, which has the name n, or
// -1.
func (m *compiledRules) match(i int, n uint16) int {
	for _, s := range m.byName[n] {
		if mask := m.selectors[s].Mask(i); mask != 0 {
			return s*touchpoint.MaxSets + bits.TrailingZeros64(mask)
		}
	}
	return -1
}
