package journey

import (
	"errors"
	"fmt"
	"slices"

	"github.com/lifecycle-go/lifecycle/touchpoint"
)

// Rule says which touchpoint events are which trigger. An empty condition
// matches everything; the zero Rule takes every event's name for its trigger.
type Rule struct {
	// Name is the event's name.
	Name string
	// Channel is the event's channel.
	Channel touchpoint.Channel
	// Attr is an attribute the event must have; the log has to keep it. Value,
	// when not empty, is the value it must have.
	Attr, Value string
	// Trigger is what a matching event means; empty means the trigger of the
	// event's own name.
	Trigger Trigger
}

// Rules maps the events of a log to triggers: the first rule that matches
// decides. An event that no rule matches is ignored and counted as such. An
// event whose trigger the definition does not know is refused and counted under
// that name. Nil Rules are Rules{{}}: every event's name is its trigger.
type Rules []Rule

// maxRules bounds the work per distinct kind of event.
const maxRules = 10_000

// ErrNoAttribute: a rule asks for an attribute that the log does not keep.
var ErrNoAttribute = errors.New("the log does not keep this attribute")

// ErrRule: a rule that can never decide anything.
var ErrRule = errors.New("rule has no effect")

// Validate reports, joined, every rule that names an unknown trigger, that has
// a Value without an Attr, or that stands behind one that matches all it
// matches.
func (rs Rules) Validate(d *Definition) error {
	if len(rs) > maxRules {
		return fmt.Errorf("journey: rules: %w: %d, at most %d", ErrTooMany, len(rs), maxRules)
	}
	var errs []error
	first := map[Rule]int{} // conditions -> rule
	for i, r := range rs {
		bad := func(format string, args ...any) {
			errs = append(errs, fmt.Errorf("journey: rules[%d]: "+format, append([]any{i}, args...)...))
		}
		if _, ok := d.trigIx.find(string(r.Trigger)); !ok && r.Trigger != "" {
			bad("%w: %q", ErrUnknownTrigger, clip(string(r.Trigger)))
		}
		if r.Value != "" && r.Attr == "" {
			bad("%w: Value %q without Attr", ErrRule, clip(r.Value))
		}
		r.Trigger = ""
		for _, wider := range r.wider() {
			if k, ok := first[wider]; ok {
				bad("%w: rules[%d] matches all it matches", ErrRule, k)
				break
			}
		}
		if _, ok := first[r]; !ok {
			first[r] = i
		}
	}
	return errors.Join(errs...)
}

// wider lists the conditions that match everything r matches, r among them.
func (r Rule) wider() []Rule {
	list := []Rule{r}
	drop := func(change func(*Rule)) {
		for _, w := range slices.Clone(list) {
			change(&w)
			if !slices.Contains(list, w) {
				list = append(list, w)
			}
		}
	}
	drop(func(w *Rule) { w.Name = "" })
	drop(func(w *Rule) { w.Channel = "" })
	drop(func(w *Rule) { w.Value = "" })
	drop(func(w *Rule) {
		if w.Value == "" {
			w.Attr = ""
		}
	})
	return list
}

// named reports whether the rules look at nothing but the name.
func (rs Rules) named() bool {
	return !slices.ContainsFunc(rs, func(r Rule) bool { return r.Channel != "" || r.Attr != "" })
}

// codes translates a log: names of the codes and the code of each event. It
// returns the log's own column where rules only look at names.
func (rs Rules) codes(d *Definition, log *touchpoint.Log) (*columns, error) {
	cols := log.Columns()
	c := &columns{
		customers: cols.Customers(), customer: log.Customer, find: log.Find,
		start: cols.Start, at: cols.UnixNano, code: cols.Name, duplicates: log.Duplicates(),
	}
	if c.start == nil {
		c.start = []uint32{0}
	}
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
	m, err := rs.compile(log)
	if err != nil {
		return nil, err
	}
	// Codes: one per name, then one per rule, then one for "ignored".
	for _, r := range rs {
		names = append(names, string(r.Trigger))
	}
	names = append(names, "")
	none := uint32(len(names) - 1)
	c.resolve(d, names)
	c.column[none], c.ignores = c.ignored, true
	c.code = make([]uint32, len(cols.Name))
	for i := range c.code {
		k := m.match(&cols, i)
		switch {
		case k < 0:
			c.code[i] = none
		case rs[k].Trigger == "":
			c.code[i] = cols.Name[i]
		default:
			c.code[i] = none - uint32(len(rs)) + uint32(k)
		}
	}
	return c, nil
}

// compiledRules answers by number. Candidates are listed per name, so that an
// event asks only the rules its name allows.
type compiledRules struct {
	byName [][]numberRule
}

type numberRule struct {
	rule    int
	channel int // place in the log's channels, -1 = any
	attr    []uint32
	value   uint32 // place+1 of the value; 0 = any
}

func (rs Rules) compile(log *touchpoint.Log) (*compiledRules, error) {
	names := log.Names()
	m := &compiledRules{byName: make([][]numberRule, len(names))}
	channels := log.Channels()
	attrs := map[string]touchpoint.AttrColumn{}
	var errs []error
	for i, r := range rs {
		n := numberRule{rule: i, channel: -1}
		possible := true
		if r.Channel != "" {
			n.channel = slices.Index(channels, r.Channel)
			possible = n.channel >= 0
		}
		if r.Attr != "" {
			col, ok := attrs[r.Attr]
			if !ok {
				if col, ok = log.Attr(r.Attr); !ok {
					errs = append(errs, fmt.Errorf("journey: rules[%d]: %w: %q", i, ErrNoAttribute, clip(r.Attr)))
					continue
				}
				attrs[r.Attr] = col
			}
			n.attr = col.ID
			if r.Value != "" {
				k, ok := slices.BinarySearch(col.Values, r.Value)
				n.value = uint32(k) + 1
				possible = possible && ok
			}
		}
		if !possible {
			continue
		}
		if k, ok := slices.BinarySearch(names, r.Name); ok {
			m.byName[k] = append(m.byName[k], n)
		} else if r.Name == "" {
			for k := range names {
				m.byName[k] = append(m.byName[k], n)
			}
		}
	}
	return m, errors.Join(errs...)
}

// match returns the first rule that matches event i, or -1.
func (m *compiledRules) match(cols *touchpoint.Columns, i int) int {
	for _, n := range m.byName[cols.Name[i]] {
		if n.channel >= 0 && int(cols.Channel[i]) != n.channel {
			continue
		}
		if n.attr != nil && (n.attr[i] == 0 || n.value != 0 && n.attr[i] != n.value) {
			continue
		}
		return n.rule
	}
	return -1
}
