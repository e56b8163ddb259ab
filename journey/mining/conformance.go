package mining

import (
	"cmp"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"math"
	"slices"
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
}

// maxExamples bounds the customers named with each deviation.
const maxExamples = 5

// Conformance aligns every customer of a log with a definition, under rules as
// ReplayLog takes them. Customers whose events no rule takes are not counted.
// Equal sequences are aligned once.
//
// Errors: as [NewAligner]; rules that do not fit the definition or the log.
func Conformance(d *journey.Definition, log *touchpoint.Log, rules journey.Rules) (*ConformanceReport, error) {
	a, err := NewAligner(d)
	if err != nil {
		return nil, err
	}
	if log == nil {
		log = new(touchpoint.Log)
	}
	if err := rules.Validate(d); err != nil {
		return nil, fmt.Errorf("mining: conformance: %w", err)
	}
	c := &checker{a: a, rep: &ConformanceReport{}, known: map[string]*outcome{}, devs: map[key]*deviated{}}
	if c.take, err = c.reader(log, rules); err != nil {
		return nil, err
	}
	cols := log.Columns()
	for place := range cols.Customers() {
		if err := c.customer(log.Customer(place), cols, place); err != nil {
			return nil, err
		}
	}
	return c.report(), nil
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
	cost  int
	fit   float64
	all   int64 // events and the shortest journey
	moves map[key]int64
	goal  bool
}

type checker struct {
	a        *Aligner
	take     func(i int) (trigger int32, state int) // 0 = known, 1 = unknown, 2 = ignored
	rep      *ConformanceReport
	known    map[string]*outcome
	devs     map[key]*deviated
	ids      []byte
	triggers []journey.Trigger
	fits     []float64
	goals    int64
	fitting  int64
	all      int64
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

func (c *checker) customer(name string, cols touchpoint.Columns, place int) error {
	c.ids = c.ids[:0]
	from, to := cols.Range(place)
	for i := from; i < to; i++ {
		switch id, state := c.take(i); state {
		case 0:
			c.ids = binary.BigEndian.AppendUint16(c.ids, uint16(id))
		case 1:
			c.rep.Unknown++
		default:
			c.rep.Ignored++
		}
	}
	if len(c.ids) == 0 {
		return nil
	}
	o, ok := c.known[string(c.ids)]
	if !ok {
		var err error
		if o, err = c.align(); err != nil {
			return err
		}
		c.known[string(c.ids)] = o
	}
	c.rep.Customers++
	c.rep.Events += int64(len(c.ids) / 2)
	c.rep.Cost += int64(o.cost)
	c.all += o.all
	c.fits = append(c.fits, o.fit)
	if o.cost == 0 {
		c.fitting++
	}
	if o.goal {
		c.goals++
	}
	for k, n := range o.moves {
		d, ok := c.devs[k]
		if !ok {
			d = &deviated{}
			c.devs[k] = d
		}
		d.n, d.customers = d.n+n, d.customers+1
		if o.goal {
			d.goals++
		}
		if len(d.examples) < maxExamples {
			d.examples = append(d.examples, name)
		}
	}
	return nil
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
	o := &outcome{cost: al.Cost, all: int64(len(c.triggers)) + int64(c.a.shortest), moves: map[key]int64{}, goal: c.a.accepts[stage]}
	o.fit, _ = al.Fitness.Float64()
	for _, m := range al.Moves {
		if m.Kind != Sync {
			o.moves[key{m.Kind, m.From, m.Trigger}]++
		}
	}
	return o, nil
}

func (c *checker) report() *ConformanceReport {
	r := c.rep
	r.Fitting, r.Goals = metrics.NewCount(c.fitting, r.Customers), metrics.NewCount(c.goals, r.Customers)
	r.LogFitness = metrics.NewCount(c.all-r.Cost, c.all)
	if n := float64(len(c.fits)); n > 0 {
		mean, square := 0.0, 0.0
		for k, f := range c.fits {
			d := f - mean
			mean += d / float64(k+1)
			square += float64(d * (f - mean))
		}
		r.MeanFitness = metrics.Estimate{Value: mean, Lo: math.NaN(), Hi: math.NaN(), Level: 0.95, N: int64(n)}
		if n > 1 {
			half := 1.959963984540054 * math.Sqrt(square/(n-1)/n)
			r.MeanFitness.Lo, r.MeanFitness.Hi = max(0, mean-half), min(1, mean+half)
		}
	}
	for k, d := range c.devs {
		// Counts of customers with and without, and of goals among both.
		goal, _ := metrics.CompareShares(d.goals, d.customers, c.goals-d.goals, r.Customers-d.customers, 0.95)
		r.Deviations = append(r.Deviations, Deviation{k.kind, k.stage, k.trigger, d.n, d.customers, d.examples, goal})
	}
	slices.SortFunc(r.Deviations, func(a, b Deviation) int {
		return cmp.Or(cmp.Compare(b.N, a.N), cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Stage, b.Stage), cmp.Compare(a.Trigger, b.Trigger))
	})
	return r
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
