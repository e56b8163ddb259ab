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
	contexts *contexts
	root     uint32            // of what everybody does
	roots    map[string]uint32 // by persona
	persona  func(string) string
	view     *view
}

// Next learns from the journeys of a log what comes next. It costs a step through a
// table for every event and order, and memory for every different context; results
// do not depend on the order of customers.
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
	var own pupil
	for k := range v.len() {
		c := v.at(k)
		if buf = v.of(c, buf[:0]); len(buf) > 0 {
			m.learn(&own, m.key(c), buf, uint64(end)-uint64(v.cols.UnixNano[buf[len(buf)-1]]) > uint64(o.Idle))
		}
	}
	if m.contexts.at[m.root].total == 0 {
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
	m := &NextModel{order: o.Order, number: map[string]uint16{}, contexts: newContexts(), roots: map[string]uint32{}, persona: o.Persona, view: v}
	m.root = m.contexts.add()
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

// pupil is where a journey stands: in the contexts of its last activities, by how
// many they are.
type pupil struct{ all, own [maxOrder + 1]uint32 }

func (m *NextModel) learn(p *pupil, persona string, events []int32, over bool) {
	p.all[0] = m.root
	if m.persona != nil {
		root, ok := m.roots[persona]
		if !ok {
			root = m.contexts.add()
			m.roots[persona] = root
		}
		p.own[0] = root
	}
	t := m.contexts
	before, last := uint16(0), int64(0)
	for k, i := range events {
		id, at := m.view.cols.Name[i]+1, m.view.cols.UnixNano[i]
		if k > 0 {
			m.happened(p, k, id)
			t.waited(t.child(t.child(m.root, before), id), since(at, last))
		}
		for width := min(m.order, k+1); width > 0; width-- { // longest first: each grows from a shorter one
			p.all[width] = t.child(p.all[width-1], id)
			if m.persona != nil {
				p.own[width] = t.child(p.own[width-1], id)
			}
		}
		before, last = id, at
	}
	if over {
		m.happened(p, len(events), 0)
	}
}

// happened counts what came after k activities: in the context of none of them, one
// and so on, and in that of the most for the persona.
func (m *NextModel) happened(p *pupil, k int, outcome uint16) {
	for width := range min(m.order, k) + 1 {
		m.contexts.count(p.all[width], outcome)
	}
	if m.persona != nil {
		m.contexts.count(p.own[min(m.order, k)], outcome)
	}
}

// distribution is the probability of every outcome after some activities.
func (m *NextModel) distribution(persona string, ids []uint16) []float64 {
	p := make([]float64, len(m.outcomes))
	for i := range p {
		p[i] = 1 / float64(len(p))
	}
	mix := func(root uint32, ids []uint16) {
		at, ok := m.contexts.find(root, ids)
		if !ok || m.contexts.at[at].total == 0 {
			return
		}
		kinds := float64(m.contexts.at[at].kinds)
		all := float64(m.contexts.at[at].total) + kinds
		for i := range p {
			seen := int64(0)
			if c, ok := m.contexts.get(at, uint16(i)); ok {
				seen = m.contexts.at[c].n
			}
			p[i] = (float64(seen) + float64(kinds*p[i])) / all
		}
	}
	ids = ids[max(0, len(ids)-m.order):]
	for width := range len(ids) + 1 {
		mix(m.root, ids[len(ids)-width:])
	}
	if root, ok := m.roots[persona]; ok {
		mix(root, ids)
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
		if s := m.contexts.wait(m.root, ids[len(ids)-1], uint16(i)); s != nil {
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
	return fmt.Sprintf("what comes next of %d activities, from %d steps in %d contexts of up to %d", len(m.outcomes)-1, m.contexts.at[m.root].total, m.contexts.used, m.order)
}

// MarshalJSON is a view: what was learnt from, and what may come of a journey
// nothing is known of.
func (m *NextModel) MarshalJSON() ([]byte, error) {
	return json.Marshal(struct {
		Order    int      `json:"order"`
		Steps    int64    `json:"steps"`
		Contexts int      `json:"contexts"`
		Base     []Chance `json:"base"`
	}{m.order, m.contexts.at[m.root].total, m.contexts.used, m.After("")})
}
