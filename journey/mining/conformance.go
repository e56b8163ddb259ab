package mining

import (
	"cmp"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/lifecycle-go/lifecycle/journey"
	"github.com/lifecycle-go/lifecycle/metrics"
	"github.com/lifecycle-go/lifecycle/touchpoint"
)

// Deviation is where journeys leave the definition: an event that has no place
// there (LogMove), or one that is missing (ModelMove).
type Deviation struct {
	Kind      MoveKind        `json:"kind"`
	Stage     journey.Stage   `json:"stage"`
	Trigger   journey.Trigger `json:"trigger"`
	N         int64           `json:"n"`         // moves
	Customers int64           `json:"customers"` // who made it at least once
	Examples  []string        `json:"examples"`  // the first few of them, in order of their ids
	// Goal compares who reaches a goal: those with the deviation (A) and those
	// without (B). It is association, not cause.
	Goal metrics.Comparison `json:"goal"`
}

// ConformanceReport says how well a log fits a definition.
type ConformanceReport struct {
	Customers   int64
	Events      int64         // that a rule takes for a trigger the definition knows
	Ignored     int64         // that no rule takes
	Unknown     int64         // of triggers that the definition does not know
	Fitting     metrics.Ratio // customers whose alignment costs nothing
	MeanFitness metrics.Estimate
	LogFitness  metrics.Ratio // of the whole log: 1 − costs / (events + shortest journeys)
	Cost        int64
	Goals       metrics.Ratio // customers whose last stage is a goal when refused events are passed over
	Deviations  []Deviation   // most frequent first

	sum *alignments
}

// maxExamples bounds the customers named with each deviation.
const maxExamples = 5

// Conformance aligns every customer of a log with a definition, under rules as
// ReplayLog takes them. Customers whose events no rule takes are not counted.
// Equal sequences are aligned once. Reports of disjoint customers add up.
//
// Errors: as [NewAligner]; rules that do not fit the definition or the log.
func Conformance(d *journey.Definition, log *touchpoint.Log, rules journey.Rules) (*ConformanceReport, error) {
	return ConformanceOf(d, log, rules, Options{})
}

// ConformanceOf is [Conformance] of the events and customers that options say.
func ConformanceOf(d *journey.Definition, log *touchpoint.Log, rules journey.Rules, o Options) (*ConformanceReport, error) {
	v, err := o.view(log)
	if err != nil {
		return nil, err
	}
	c, err := newChecker(d, v, rules)
	if err != nil {
		return nil, err
	}
	sum := newAlignments(promise{Definition: d.Hash(), Rules: rules, Options: o, Filtered: o.filtered()})
	for k := range v.len() {
		place := v.at(k)
		found, err := c.customer(place)
		if err != nil {
			return nil, err
		}
		if found != nil {
			sum.add(v.log.Customer(place), found)
		}
	}
	sum.Unknown, sum.Ignored = c.unknown, c.ignored
	return sum.report(), nil
}

type key struct {
	kind    MoveKind
	stage   journey.Stage
	trigger journey.Trigger
}

type deviated struct {
	n, customers, goals int64
	examples            []string
}

// outcome is what a sequence comes to.
type outcome struct {
	cost   int
	events int64
	all    int64 // events and the shortest journey
	moves  map[key]int64
	goal   bool
}

type checker struct {
	a                *Aligner
	view             *view
	take             func(i int) (trigger int32, state int) // 0 = known, 1 = unknown, 2 = ignored
	known            map[string]*outcome
	ids              []byte
	events           []int32
	triggers         []journey.Trigger
	unknown, ignored int64
}

func newChecker(d *journey.Definition, v *view, rules journey.Rules) (*checker, error) {
	a, err := NewAligner(d)
	if err != nil {
		return nil, err
	}
	if err := rules.Validate(d); err != nil {
		return nil, fmt.Errorf("mining: conformance: %w", err)
	}
	c := &checker{a: a, view: v, known: map[string]*outcome{}}
	c.take, err = c.reader(v.log, rules)
	return c, err
}

// reader turns the events of a log into triggers, once for each name where rules
// look at nothing else.
func (c *checker) reader(log *touchpoint.Log, rules journey.Rules) (func(i int) (int32, int), error) {
	sets := make([][]touchpoint.Match, 0, len(rules))
	for _, r := range rules {
		sets = append(sets, []touchpoint.Match{{Name: r.Name, Channel: r.Channel, Campaign: r.Campaign, Where: r.Where}})
	}
	names, cols := log.Names(), log.Columns()
	number := func(t journey.Trigger) (int32, int) {
		if id, ok := c.a.number[t]; ok {
			return int32(id), 0
		}
		return 0, 1
	}
	if len(sets) == 0 {
		return func(i int) (int32, int) { return number(journey.Trigger(names[cols.Name[i]])) }, nil
	}
	var selectors []*touchpoint.Selector
	for rest := sets; len(rest) > 0; {
		n := min(len(rest), touchpoint.MaxSets)
		s, err := log.Select(rest[:n]...)
		if err != nil {
			return nil, fmt.Errorf("mining: conformance: rules: %w", err)
		}
		selectors, rest = append(selectors, s), rest[n:]
	}
	return func(i int) (int32, int) {
		for k, s := range selectors {
			if mask := s.Mask(i); mask != 0 {
				r := rules[k*touchpoint.MaxSets+trailing(mask)]
				if r.Trigger == "" {
					return number(journey.Trigger(names[cols.Name[i]]))
				}
				return number(r.Trigger)
			}
		}
		return 0, 2
	}, nil
}

func trailing(mask uint64) (n int) {
	for ; mask&1 == 0; mask >>= 1 {
		n++
	}
	return n
}

// customer is what the sequence of the customer at a place comes to; nil where no
// event of theirs is a trigger.
func (c *checker) customer(place int) (*outcome, error) {
	c.ids = c.ids[:0]
	c.events = c.view.of(place, c.events[:0])
	for _, i := range c.events {
		switch id, state := c.take(int(i)); state {
		case 0:
			c.ids = binary.BigEndian.AppendUint16(c.ids, uint16(id))
		case 1:
			c.unknown++
		default:
			c.ignored++
		}
	}
	if len(c.ids) == 0 {
		return nil, nil //nolint:nilnil // no sequence, no outcome
	}
	o, ok := c.known[string(c.ids)]
	if !ok {
		var err error
		if o, err = c.align(); err != nil {
			return nil, err
		}
		c.known[string(c.ids)] = o
	}
	return o, nil
}

func (c *checker) align() (*outcome, error) {
	c.triggers = c.triggers[:0]
	stage := int32(c.a.initial)
	for k := 0; k < len(c.ids); k += 2 {
		id := int(binary.BigEndian.Uint16(c.ids[k:]))
		c.triggers = append(c.triggers, c.a.triggers[id])
		if to := c.a.moves[int(stage)*c.a.width+id]; len(to) > 0 {
			stage = to[len(to)-1] // the unconditional branch stands last
		}
	}
	al, err := c.a.Align(c.triggers...)
	if err != nil {
		return nil, err
	}
	o := &outcome{cost: al.Cost, events: int64(len(c.triggers)), all: int64(len(c.triggers)) + int64(c.a.shortest), moves: map[key]int64{}, goal: c.a.accepts[stage]}
	for _, m := range al.Moves {
		if m.Kind != Sync {
			o.moves[key{m.Kind, m.From, m.Trigger}]++
		}
	}
	return o, nil
}

// Costly are the deviations whose customers reach a goal less often than those
// without, by how many goals that is, most first.
func (r *ConformanceReport) Costly() []Deviation {
	var out []Deviation
	lost := func(d Deviation) float64 { return d.Goal.Difference.Value * float64(d.Customers) }
	for _, d := range r.Deviations {
		if d.Goal.Difference.Defined() && d.Goal.Difference.Value > 0 {
			out = append(out, d)
		}
	}
	slices.SortStableFunc(out, func(a, b Deviation) int { return cmp.Compare(lost(b), lost(a)) })
	return out
}

// String is the shares and the ten most frequent deviations.
func (r *ConformanceReport) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%d customers, %s fit, fitness of the log %s\n", r.Customers, r.Fitting.Percent(1), r.LogFitness)
	for _, d := range r.Deviations[:min(len(r.Deviations), 10)] {
		fmt.Fprintf(&b, "%s move %s in %s: %d by %d customers\n", d.Kind, d.Trigger, d.Stage, d.N, d.Customers)
	}
	return b.String()
}

// Rows are the deviations as cells of a table, titles first.
func (r *ConformanceReport) Rows() [][]string {
	out := [][]string{{"kind", "stage", "trigger", "n", "customers", "goal_with", "goal_without", "p", "examples"}}
	for _, d := range r.Deviations {
		p := ""
		if !math.IsNaN(d.Goal.P) {
			p = strconv.FormatFloat(d.Goal.P, 'g', 6, 64)
		}
		out = append(out, []string{
			d.Kind.String(), string(d.Stage), string(d.Trigger), fmt.Sprint(d.N), fmt.Sprint(d.Customers),
			d.Goal.A.Percent(2), d.Goal.B.Percent(2), p, strings.Join(d.Examples, " "),
		})
	}
	return out
}

// MarshalJSON writes every number of the report.
func (r *ConformanceReport) MarshalJSON() ([]byte, error) {
	return json.Marshal(struct {
		Customers   int64            `json:"customers"`
		Events      int64            `json:"events"`
		Ignored     int64            `json:"ignored"`
		Unknown     int64            `json:"unknown"`
		Fitting     metrics.Ratio    `json:"fitting"`
		MeanFitness metrics.Estimate `json:"mean_fitness"`
		LogFitness  metrics.Ratio    `json:"log_fitness"`
		Cost        int64            `json:"cost"`
		Goals       metrics.Ratio    `json:"goals"`
		Deviations  []Deviation      `json:"deviations"`
	}{r.Customers, r.Events, r.Ignored, r.Unknown, r.Fitting, r.MeanFitness, r.LogFitness, r.Cost, r.Goals, append([]Deviation{}, r.Deviations...)})
}
