package touchpoint

import (
	"errors"
	"fmt"
	"slices"

	"github.com/lifecycle-go/lifecycle/metrics/fault"
)

// Match selects events: the one way to say "these" to a funnel, a rule, a
// milestone or a metric. An empty field matches everything; the zero Match
// matches every event.
type Match struct {
	Name     string      `json:"name,omitempty"`
	Channel  Channel     `json:"channel,omitempty"`
	Campaign string      `json:"campaign,omitempty"`
	Where    []Condition `json:"where,omitempty"` // all of them must hold
}

// Condition holds for an event whose attribute is one of Values; without
// values, for an event that has the attribute at all.
type Condition struct {
	Attr   string   `json:"attr"`
	Values []string `json:"values,omitempty"`
}

// Named is the matches of events by name, any of them.
func Named(names ...string) []Match {
	out := make([]Match, len(names))
	for i, n := range names {
		out[i] = Match{Name: n}
	}
	return out
}

// Errors of matches.
var (
	// ErrMatch is returned for a match that nothing could decide: a condition
	// without attribute, or more sets than MaxSets.
	ErrMatch = errors.New("match cannot be decided")
	// ErrNotKept is returned for a match on a column that the log does not
	// keep; see LogOptions.
	ErrNotKept = errors.New("the log does not keep this column")
)

// MaxSets is how many sets of matches one Selector tells apart.
const MaxSets = 64

// Matches reports whether the event is selected.
func (m Match) Matches(e Event) bool {
	if m.Name != "" && m.Name != e.Name || m.Channel != "" && m.Channel != e.Channel || m.Campaign != "" && m.Campaign != e.Campaign {
		return false
	}
	for _, c := range m.Where {
		v, ok := e.Attrs[c.Attr]
		if !ok || len(c.Values) > 0 && !slices.Contains(c.Values, v) {
			return false
		}
	}
	return true
}

// Selector is sets of matches compiled against one log. Where matches look at
// names alone, a look-up is one array access. It is safe for any number of
// goroutines.
type Selector struct {
	log   Columns
	sure  []uint64 // by name: the sets decided by the name
	maybe []uint64 // by name: the sets that must look further
	sets  [][]compiledMatch
}

type compiledMatch struct {
	name, channel, campaign int // -1 = any
	where                   []compiledWhere
}

type compiledWhere struct {
	id []uint32
	in []bool // by id; in[0], absent, is false
}

// Select compiles sets of matches: an event is in a set when any match of the
// set selects it; a set without a match has no events. Errors wrap ErrMatch or
// ErrNotKept and name the set and the match.
func (l *Log) Select(sets ...[]Match) (*Selector, error) {
	if len(sets) > MaxSets {
		return nil, &fault.Error{Package: "touchpoint", Op: "select", Field: "sets", Value: fmt.Sprint(len(sets)), Limit: fmt.Sprintf("at most %d", MaxSets), Err: ErrMatch}
	}
	s := &Selector{
		log: l.Columns(), sets: make([][]compiledMatch, len(sets)),
		sure: make([]uint64, len(l.names)), maybe: make([]uint64, len(l.names)),
	}
	attrs := map[string]AttrColumn{}
	for i, set := range sets {
		for j, m := range set {
			c, possible, err := l.compile(m, attrs)
			if err != nil {
				return nil, fmt.Errorf("touchpoint: select: set %d, match %d: %w", i, j, err)
			}
			if possible {
				s.add(i, c)
			}
		}
	}
	return s, nil
}

func (s *Selector) add(set int, m compiledMatch) {
	s.sets[set] = append(s.sets[set], m)
	into := s.maybe
	if m.channel < 0 && m.campaign < 0 && len(m.where) == 0 {
		into = s.sure
	}
	for n := range into {
		if m.name < 0 || m.name == n {
			into[n] |= 1 << set
		}
	}
}

// compile turns names into numbers; possible is false where the log holds no
// such name, so that nothing can match.
func (l *Log) compile(m Match, attrs map[string]AttrColumn) (c compiledMatch, possible bool, err error) {
	c, possible = compiledMatch{name: -1, channel: -1, campaign: -1}, true
	if m.Name != "" {
		c.name = slices.Index(l.names, m.Name)
		possible = c.name >= 0
	}
	if m.Channel != "" {
		c.channel = slices.Index(l.channels, m.Channel)
		possible = possible && c.channel >= 0
	}
	if m.Campaign != "" {
		if l.campaign == nil && l.Len() > 0 {
			return c, false, fmt.Errorf("campaign %s: %w", fault.Quote(m.Campaign), ErrNotKept)
		}
		c.campaign = slices.Index(l.Campaigns(), m.Campaign)
		possible = possible && c.campaign >= 0
	}
	for _, w := range m.Where {
		if w.Attr == "" {
			return c, false, fmt.Errorf("condition without attribute: %w", ErrMatch)
		}
		col, ok := attrs[w.Attr]
		if !ok {
			if col, ok = l.Attr(w.Attr); !ok && l.Len() > 0 {
				return c, false, fmt.Errorf("attribute %s: %w", fault.Quote(w.Attr), ErrNotKept)
			}
			attrs[w.Attr] = col
		}
		in := make([]bool, len(col.Values)+1)
		for k, v := range col.Values {
			in[k+1] = len(w.Values) == 0 || slices.Contains(w.Values, v)
		}
		c.where = append(c.where, compiledWhere{col.ID, in})
	}
	return c, possible, nil
}

// ByName is, for each place in Log.Names, the sets that the name alone decides
// (bit k for set k). exact says that nothing else decides any set, so that the
// mask of event i is mask[Columns.Name[i]].
func (s *Selector) ByName() (mask []uint64, exact bool) {
	exact = true
	for n, m := range s.maybe {
		exact = exact && m&^s.sure[n] == 0
	}
	return slices.Clone(s.sure), exact
}

// Mask is the sets that event i of the log is in: bit k for set k.
func (s *Selector) Mask(i int) uint64 {
	n := s.log.Name[i]
	mask := s.sure[n]
	if more := s.maybe[n] &^ mask; more != 0 {
		mask |= s.look(i, more)
	}
	return mask
}

// Has reports whether event i is in set k.
func (s *Selector) Has(i, k int) bool { return s.Mask(i)>>k&1 != 0 }

func (s *Selector) look(i int, sets uint64) (mask uint64) {
	for k, set := range s.sets {
		if sets>>k&1 == 0 {
			continue
		}
		for m := range set {
			if s.holds(&set[m], i) {
				mask |= 1 << k
				break
			}
		}
	}
	return mask
}

func (s *Selector) holds(m *compiledMatch, i int) bool {
	if m.name >= 0 && int(s.log.Name[i]) != m.name ||
		m.channel >= 0 && s.log.Channel.At(i) != m.channel ||
		m.campaign >= 0 && int(s.log.Campaign[i]) != m.campaign {
		return false
	}
	for _, w := range m.where {
		if !w.in[w.id[i]] {
			return false
		}
	}
	return true
}
