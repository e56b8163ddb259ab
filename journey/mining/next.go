package mining

import (
	"cmp"
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/lifecycle-go/lifecycle/touchpoint"
)

// NextOptions say how what comes next is learnt.
type NextOptions struct {
	Options
	// Order is how many activities before are looked at, at most 8; zero is 3.
	Order int
	// Idle is after how long without an activity a journey counts as over: that
	// nothing more comes is then one of the outcomes, and journeys younger than
	// that at the end of the log are not held against it. Zero is 30 days.
	Idle time.Duration
	// Persona, when set, is a key of the customer. What a persona does after a
	// context is learnt beside what everybody does, and leans on it as long as
	// little is known.
	Persona func(customer string) string
}

// maxOrder bounds NextOptions.Order: contexts are one for each event and order.
const maxOrder = 8

// Nothing is the outcome that nothing more comes.
const Nothing = ""

// Chance is one thing that may come next.
type Chance struct {
	Activity string  `json:"activity"` // Nothing = the journey is over
	P        float64 `json:"p"`
	// Median and P90 are how long it took after the activity before, to within
	// 1.6 %; zero for Nothing, and for a step that was never seen.
	Median time.Duration `json:"-"`
	P90    time.Duration `json:"-"`
}

// NextModel says what comes next in a journey, and when: a Markov chain of
// variable order. The probabilities after a context of some activities are those
// seen, mixed with those after a shorter one in the proportion of Witten and Bell
// (I. H. Witten, T. C. Bell, IEEE Transactions on Information Theory 37, 1991,
// 1085–1094, method C): the fewer events and the more kinds of them were seen, the
// more the shorter context counts, down to all outcomes alike. It is safe for
// readers in any number of goroutines.
type NextModel struct {
	order    int
	outcomes []string // ascending; Nothing is among them
	number   map[string]uint16
	contexts map[contextKey]*context
	dwell    map[[2]uint16]*sketch
	persona  func(string) string
	view     *view
}

// contextKey is some activities, of a persona or of everybody.
type contextKey struct {
	own     bool
	persona string
	ids     string
}

// context counts what came after it.
type context struct {
	total  int64
	counts map[uint16]int64
}

// Next learns from the journeys of a log what comes next. It costs a context for
// every event and order; results do not depend on the order of customers.
//
// Errors: options that are impossible, a log without an activity, a match on a
// column that the log does not keep.
func Next(log *touchpoint.Log, o NextOptions) (*NextModel, error) {
	v, err := o.view(log)
	if err != nil {
		return nil, err
	}
	if o, err = o.checked(); err != nil {
		return nil, err
	}
	m := newNext(v, o)
	end := v.end()
	var buf []int32
	for k := range v.len() {
		c := v.at(k)
		if buf = v.of(c, buf[:0]); len(buf) > 0 {
			m.learn(m.key(c), buf, uint64(end)-uint64(v.cols.UnixNano[buf[len(buf)-1]]) > uint64(o.Idle))
		}
	}
	if m.contexts[contextKey{}] == nil {
		return nil, refuse("log", "no activity", "want one that another or the end of a journey follows")
	}
	return m, nil
}

func (o NextOptions) checked() (NextOptions, error) {
	if o.Order == 0 {
		o.Order = 3
	}
	if o.Idle == 0 {
		o.Idle = 30 * 24 * time.Hour
	}
	if o.Order < 1 || o.Order > maxOrder {
		return o, refuse("Order", itoa(o.Order), "want 1 to "+itoa(maxOrder))
	}
	if o.Idle < 0 {
		return o, refuse("Idle", o.Idle.String(), "want more than zero")
	}
	return o, nil
}

// end is until when the log was observed.
func (v *view) end() int64 {
	last := int64(math.MinInt64)
	if _, t, ok := v.log.Span(); ok {
		last = t.UnixNano()
	}
	return min(last, v.to)
}

func newNext(v *view, o NextOptions) *NextModel {
	m := &NextModel{order: o.Order, number: map[string]uint16{}, contexts: map[contextKey]*context{}, dwell: map[[2]uint16]*sketch{}, persona: o.Persona, view: v}
	m.outcomes = append([]string{Nothing}, v.names...)
	for i, name := range m.outcomes {
		m.number[name] = uint16(i)
	}
	return m
}

// key is the persona of a customer.
func (m *NextModel) key(c int) string {
	if m.persona == nil {
		return ""
	}
	return m.persona(touchpoint.Actor(m.view.log.Customer(c)))
}

func (m *NextModel) learn(persona string, events []int32, over bool) {
	ids := make([]uint16, len(events), len(events)+1)
	for k, i := range events {
		ids[k] = m.view.cols.Name[i] + 1
	}
	if over {
		ids = append(ids, 0)
	}
	for k := 1; k < len(ids); k++ {
		for width := 0; width <= min(m.order, k); width++ {
			m.count(contextKey{ids: textOfIDs(ids[k-width : k])}, ids[k])
		}
		if m.persona != nil {
			m.count(contextKey{true, persona, textOfIDs(ids[k-min(m.order, k) : k])}, ids[k])
		}
		if ids[k] == 0 {
			continue
		}
		pair := [2]uint16{ids[k-1], ids[k]}
		s, ok := m.dwell[pair]
		if !ok {
			s = newSketch()
			m.dwell[pair] = s
		}
		s.add(since(m.view.cols.UnixNano[events[k]], m.view.cols.UnixNano[events[k-1]]), 1)
	}
}

func (m *NextModel) count(at contextKey, outcome uint16) {
	c, ok := m.contexts[at]
	if !ok {
		c = &context{counts: map[uint16]int64{}}
		m.contexts[at] = c
	}
	c.total++
	c.counts[outcome]++
}

func textOfIDs(ids []uint16) string {
	b := make([]byte, 0, 2*len(ids))
	for _, id := range ids {
		b = append(b, byte(id), byte(id>>8))
	}
	return string(b)
}

// distribution is the probability of every outcome after some activities.
func (m *NextModel) distribution(persona string, ids []uint16) []float64 {
	p := make([]float64, len(m.outcomes))
	for i := range p {
		p[i] = 1 / float64(len(p))
	}
	mix := func(at contextKey) {
		c := m.contexts[at]
		if c == nil {
			return
		}
		kinds := float64(len(c.counts))
		all := float64(c.total) + kinds
		for i := range p {
			p[i] = (float64(c.counts[uint16(i)]) + float64(kinds*p[i])) / all
		}
	}
	ids = ids[max(0, len(ids)-m.order):]
	for width := range len(ids) + 1 {
		mix(contextKey{ids: textOfIDs(ids[len(ids)-width:])})
	}
	if m.persona != nil {
		mix(contextKey{true, persona, textOfIDs(ids)})
	}
	return p
}

// After gives what may come after the last activities of a journey, most likely
// first, then by name. Activities the model does not know are passed over, and a
// persona it does not know is everybody.
func (m *NextModel) After(persona string, recent ...string) []Chance {
	var ids []uint16
	for _, name := range recent {
		if id, ok := m.number[name]; ok && name != Nothing {
			ids = append(ids, id)
		}
	}
	return m.chances(persona, ids)
}

func (m *NextModel) chances(persona string, ids []uint16) []Chance {
	out := make([]Chance, len(m.outcomes))
	for i, p := range m.distribution(persona, ids) {
		out[i] = Chance{Activity: m.outcomes[i], P: p}
		if len(ids) == 0 {
			continue
		}
		if s, ok := m.dwell[[2]uint16{ids[len(ids)-1], uint16(i)}]; ok {
			out[i].Median, out[i].P90 = time.Duration(s.quantile(0.5)), time.Duration(s.quantile(0.9))
		}
	}
	slices.SortFunc(out, func(a, b Chance) int {
		return cmp.Or(cmp.Compare(b.P, a.P), strings.Compare(a.Activity, b.Activity))
	})
	return out
}

// Of gives what may come next for a customer of the log, where they stand; nil
// for who has no activity.
func (m *NextModel) Of(customer string) []Chance {
	c, ok := m.view.log.Find(customer)
	if !ok {
		return nil
	}
	events := m.view.of(c, nil)
	if len(events) == 0 {
		return nil
	}
	var ids []uint16
	for _, i := range events {
		ids = append(ids, m.view.cols.Name[i]+1)
	}
	return m.chances(m.key(c), ids)
}

// String says how much was learnt.
func (m *NextModel) String() string {
	return fmt.Sprintf("what comes next of %d activities, from %d steps in %d contexts of up to %d", len(m.outcomes)-1, m.contexts[contextKey{}].total, len(m.contexts), m.order)
}

// MarshalJSON is a view: what was learnt from, and what may come of a journey
// nothing is known of.
func (m *NextModel) MarshalJSON() ([]byte, error) {
	return json.Marshal(struct {
		Order    int      `json:"order"`
		Steps    int64    `json:"steps"`
		Contexts int      `json:"contexts"`
		Base     []Chance `json:"base"`
	}{m.order, m.contexts[contextKey{}].total, len(m.contexts), m.After("")})
}
