package mining

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/lifecycle-go/lifecycle/journey"
	"github.com/lifecycle-go/lifecycle/metrics"
	"github.com/lifecycle-go/lifecycle/touchpoint"
)

// DiscoverOptions say how a definition is proposed from a log.
type DiscoverOptions struct {
	Options
	Name string // of the proposal
	// Stages names the stage that an event leads to. Events that it does not name
	// lead to a stage of their own name; those it maps to "" move nobody.
	Stages map[string]journey.Stage
	// Initial is the stage before the first event; empty is "start".
	Initial journey.Stage
	// Support is how many customers must make a transition for it to be proposed;
	// zero is one in two hundred, at least 2; and 1 among fewer than twenty customers.
	Support int64
	// Goals are the stages that count as success; empty are those in which at
	// least one customer in twenty ends.
	Goals []journey.Stage
}

// Found is a transition that was seen.
type Found struct {
	From      journey.Stage   `json:"from"`
	On        journey.Trigger `json:"on"`
	To        journey.Stage   `json:"to"`
	N         int64           `json:"n"`
	Customers int64           `json:"customers"`
}

// DiscoveryReport says what a proposal rests on.
type DiscoveryReport struct {
	Customers int64
	Events    int64
	Kept      []Found // proposed, most frequent first
	Pruned    []Found // seen, but below the support, or out of reach without such a one
	// Accepted is the share of the log's events that the proposal takes, and
	// Whole the share of customers all of whose events it takes.
	Accepted metrics.Ratio
	Whole    metrics.Ratio
	// Precision is used pairs of stage and trigger over those that the proposal
	// allows, each weighted by how often its stage was left: 1 allows nothing that
	// did not happen, a flower that allows everything little more than 0.
	Precision metrics.Ratio
	Goals     []journey.Stage
	Support   int64
}

// Discover proposes a definition for a log that has none: stages are the events,
// or what the caller calls them, and a transition is what enough customers did.
// The proposal is checked by journey.Define before it is returned, and replayed
// on its own log. It never allows what was not seen.
//
// Errors: options that are impossible, an empty log, a support that prunes
// everything.
func Discover(log *touchpoint.Log, o DiscoverOptions) (journey.Spec, *DiscoveryReport, error) {
	v, err := o.view(log)
	if err != nil {
		return journey.Spec{}, nil, err
	}
	if o.Support < 0 {
		return journey.Spec{}, nil, refuse("Support", fmt.Sprint(o.Support), "want zero or more")
	}
	m := newMiner(v, o)
	m.read()
	if m.report.Events == 0 {
		return journey.Spec{}, nil, refuse("log", "0 events", "want at least one")
	}
	spec, err := m.propose()
	if err != nil {
		return journey.Spec{}, nil, err
	}
	m.judge()
	return spec, m.report, nil
}

type pairKey struct {
	from journey.Stage
	on   journey.Trigger
}

type found struct {
	to           journey.Stage
	n, customers int64
	last         int // the customer counted last
}

type miner struct {
	v      *view
	o      DiscoverOptions
	start  journey.Stage
	lead   []journey.Stage // by name: where its event leads; empty = nowhere
	seen   map[pairKey]*found
	ends   map[journey.Stage]int64
	kept   map[pairKey]*found
	report *DiscoveryReport
}

func newMiner(v *view, o DiscoverOptions) *miner {
	m := &miner{v: v, o: o, start: o.Initial, seen: map[pairKey]*found{}, ends: map[journey.Stage]int64{}, kept: map[pairKey]*found{}, report: &DiscoveryReport{}}
	if m.start == "" {
		m.start = "start"
	}
	for _, name := range v.names {
		stage, ok := o.Stages[name]
		if !ok {
			stage = journey.Stage(name)
		}
		m.lead = append(m.lead, stage)
	}
	return m
}

// walk follows one customer's events from the start.
func (m *miner) walk(events []int32, step func(k pairKey, to journey.Stage) (took bool)) (end journey.Stage) {
	stage := m.start
	for _, i := range events {
		id := m.v.cols.Name[i]
		to := m.lead[id]
		if to == "" {
			to = stage
		}
		if step(pairKey{stage, journey.Trigger(m.v.names[id])}, to) {
			stage = to
		}
	}
	return stage
}

func (m *miner) read() {
	var buf []int32
	for place := range m.v.len() {
		c := m.v.at(place)
		if buf = m.v.of(c, buf[:0]); len(buf) == 0 {
			continue
		}
		m.report.Customers++
		m.report.Events += int64(len(buf))
		end := m.walk(buf, func(k pairKey, to journey.Stage) bool {
			f, ok := m.seen[k]
			if !ok {
				f = &found{to: to, last: -1}
				m.seen[k] = f
			}
			if f.n++; f.last != c {
				f.customers, f.last = f.customers+1, c
			}
			return true
		})
		m.ends[end]++
	}
	m.report.Support = m.o.Support
	if m.report.Support == 0 {
		m.report.Support = max(2, m.report.Customers/200)
		if m.report.Customers < 20 {
			m.report.Support = 1
		}
	}
}

// propose keeps what has support and can be reached, and makes a Spec of it.
func (m *miner) propose() (journey.Spec, error) {
	next := map[journey.Stage][]pairKey{}
	for k, f := range m.seen {
		if f.customers >= m.report.Support {
			next[k.from] = append(next[k.from], k)
		}
	}
	reached := map[journey.Stage]bool{m.start: true}
	order := []journey.Stage{m.start}
	for i := 0; i < len(order); i++ {
		list := next[order[i]]
		slices.SortFunc(list, func(a, b pairKey) int {
			return cmp.Or(cmp.Compare(m.seen[b].n, m.seen[a].n), cmp.Compare(a.on, b.on))
		})
		for _, k := range list {
			f := m.seen[k]
			m.kept[k] = f
			if !reached[f.to] {
				reached[f.to] = true
				order = append(order, f.to)
			}
		}
	}
	if len(order) == 1 {
		return journey.Spec{}, refuse("Support", fmt.Sprint(m.report.Support), "no transition out of the first stage has it")
	}
	goals, err := m.goals(reached)
	if err != nil {
		return journey.Spec{}, err
	}
	spec := journey.Spec{Name: m.o.Name, Initial: m.start}
	leaves := map[journey.Stage]bool{}
	for k, f := range m.kept {
		leaves[k.from] = leaves[k.from] || f.to != k.from
	}
	m.complete(order, goals, leaves)
	for _, s := range order {
		spec.Stages = append(spec.Stages, journey.StageSpec{Name: s, Goal: goals[s], Terminal: !leaves[s] && !m.stays(s)})
		if goals[s] {
			m.report.Goals = append(m.report.Goals, s)
		}
	}
	for k, f := range m.seen {
		x := Found{k.from, k.on, f.to, f.n, f.customers}
		if _, ok := m.kept[k]; ok {
			m.report.Kept = append(m.report.Kept, x)
		} else {
			m.report.Pruned = append(m.report.Pruned, x)
		}
	}
	for _, list := range [][]Found{m.report.Kept, m.report.Pruned} {
		slices.SortFunc(list, func(a, b Found) int {
			return cmp.Or(cmp.Compare(b.N, a.N), cmp.Compare(a.From, b.From), cmp.Compare(a.On, b.On))
		})
	}
	for _, x := range m.report.Kept {
		spec.Transitions = append(spec.Transitions, journey.Transition{From: x.From, On: x.On, To: x.To, Internal: x.From == x.To && leaves[x.From]})
	}
	if _, err := journey.Define(spec); err != nil {
		return journey.Spec{}, fmt.Errorf("mining: discover: the proposal does not define: %w", err)
	}
	return spec, nil
}

// stays reports whether something happens in a stage without leaving it.
func (m *miner) stays(s journey.Stage) bool {
	for k, f := range m.kept {
		if k.from == s && f.to == s {
			return true
		}
	}
	return false
}

func (m *miner) goals(reached map[journey.Stage]bool) (map[journey.Stage]bool, error) {
	goals := map[journey.Stage]bool{}
	for _, g := range m.o.Goals {
		if !reached[g] {
			return nil, refuse("Goals", string(g), "no transition with support leads there")
		}
		goals[g] = true
	}
	if len(goals) > 0 {
		return goals, nil
	}
	for s, n := range m.ends {
		if reached[s] && 20*n >= m.report.Customers {
			goals[s] = true
		}
	}
	return goals, nil
}

// complete makes a goal of every stage that no goal or end can be reached from,
// where journeys end all the same, and of one that only internal events keep.
func (m *miner) complete(order []journey.Stage, goals, leaves map[journey.Stage]bool) {
	for {
		ok := map[journey.Stage]bool{}
		for _, s := range order {
			ok[s] = goals[s] || !leaves[s] && !m.stays(s)
		}
		for changed := true; changed; {
			changed = false
			for k, f := range m.kept {
				if ok[f.to] && !ok[k.from] {
					ok[k.from], changed = true, true
				}
			}
		}
		lost := journey.Stage("")
		for _, s := range order {
			if !ok[s] && (lost == "" || m.ends[s] > m.ends[lost]) {
				lost = s
			}
		}
		if lost == "" {
			return
		}
		goals[lost] = true
	}
}

// judge replays the log on the proposal.
func (m *miner) judge() {
	var accepted, whole int64
	used := map[journey.Stage]map[journey.Trigger]bool{}
	left := map[journey.Stage]int64{}
	var buf []int32
	for place := range m.v.len() {
		c := m.v.at(place)
		if buf = m.v.of(c, buf[:0]); len(buf) == 0 {
			continue
		}
		took := int64(0)
		m.walk(buf, func(k pairKey, _ journey.Stage) bool {
			if _, ok := m.kept[k]; !ok {
				return false
			}
			took++
			left[k.from]++
			if used[k.from] == nil {
				used[k.from] = map[journey.Trigger]bool{}
			}
			used[k.from][k.on] = true
			return true
		})
		accepted += took
		if took == int64(len(buf)) {
			whole++
		}
	}
	enabled := map[journey.Stage]int64{}
	for k := range m.kept {
		enabled[k.from]++
	}
	var num, den int64
	for s, n := range left {
		num += n * int64(len(used[s]))
		den += n * enabled[s]
	}
	m.report.Accepted = metrics.NewCount(accepted, m.report.Events)
	m.report.Whole = metrics.NewCount(whole, m.report.Customers)
	m.report.Precision = metrics.NewCount(num, den)
}

// String is the shares, and what was kept and pruned.
func (r *DiscoveryReport) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%d transitions of at least %d customers take %s of %d events; precision %s; %d pruned\n",
		len(r.Kept), r.Support, r.Accepted.Percent(1), r.Events, r.Precision, len(r.Pruned))
	return b.String()
}

// Rows are the transitions as cells of a table, titles first: those proposed, then
// those pruned.
func (r *DiscoveryReport) Rows() [][]string {
	out := [][]string{{"from", "on", "to", "n", "customers", "kept"}}
	for i, list := range [][]Found{r.Kept, r.Pruned} {
		for _, f := range list {
			out = append(out, []string{string(f.From), string(f.On), string(f.To), fmt.Sprint(f.N), fmt.Sprint(f.Customers), fmt.Sprint(i == 0)})
		}
	}
	return out
}

// MarshalJSON writes every number of the report.
func (r *DiscoveryReport) MarshalJSON() ([]byte, error) {
	return json.Marshal(struct {
		Customers int64           `json:"customers"`
		Events    int64           `json:"events"`
		Support   int64           `json:"support"`
		Accepted  metrics.Ratio   `json:"accepted"`
		Whole     metrics.Ratio   `json:"whole"`
		Precision metrics.Ratio   `json:"precision"`
		Goals     []journey.Stage `json:"goals"`
		Kept      []Found         `json:"kept"`
		Pruned    []Found         `json:"pruned"`
	}{r.Customers, r.Events, r.Support, r.Accepted, r.Whole, r.Precision, append([]journey.Stage{}, r.Goals...), append([]Found{}, r.Kept...), append([]Found{}, r.Pruned...)})
}
