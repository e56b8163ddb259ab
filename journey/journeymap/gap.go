package journeymap

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/lifecycle-go/lifecycle/metrics"
	"github.com/lifecycle-go/lifecycle/metrics/fault"
)

// Gap is what lies between a plan and what happened.
type Gap struct {
	// Map is the planned map with what was counted: deviations in its
	// touchpoints, the figures of the stages, opportunities, and the gap lane.
	Map Map `json:"map"`
	// Findings list every difference, stage by stage in the plan's order, stages
	// that are not planned last.
	Findings []Finding `json:"findings"`
	// Ranked are the opportunities by what they would bring for sure.
	Ranked []Ranked `json:"ranked"`
}

// Finding is one difference between plan and actual.
type Finding struct {
	Stage string `json:"stage"`
	Lane  Lane   `json:"lane"`
	Name  string `json:"name"`
	// Deviation is how a touchpoint differs; empty where it is about a stage, a
	// KPI, a goal or a service level.
	Deviation Deviation `json:"deviation,omitempty"`
	// Value is what was counted, Target what was planned, where they are shares.
	Value  metrics.Ratio `json:"value,omitzero"`
	Target metrics.Ratio `json:"target,omitzero"`
	Text   string        `json:"text"`
}

// String is the stage and the finding in words.
func (f Finding) String() string { return f.Stage + ": " + f.Text }

// GapOptions say what counts as a gap. The zero value calls a planned
// touchpoint skipped that fewer than 5 % of a stage's customers met, and ranks
// no opportunities.
type GapOptions struct {
	// Skip is the share of a stage's customers below which a planned touchpoint
	// counts as skipped, 0 to 1; zero = 0.05.
	Skip float64
	// Targets are the shares of a stage's customers that should move on, Values
	// what one more is worth downstream, by stage. A stage without a value is not
	// ranked.
	Targets map[string]float64
	Values  map[string]float64
	// Segments are actual maps of parts of the customers, such as ActualBy gives:
	// a stage without a target takes the lower end of the interval of its best
	// segment.
	Segments []Map
	// Progress and Levels are goals and hand-offs as measured: those behind or
	// late are findings.
	Progress []Progress
	Levels   []HandoffReport
	// Late is the share of late hand-offs that is still in order; zero = none.
	Late float64
	// Level is that of intervals; zero = 0.95.
	Level float64
}

func (o *GapOptions) check() error {
	if o.Skip == 0 {
		o.Skip = 0.05
	}
	if o.Level == 0 {
		o.Level = 0.95
	}
	if !(o.Skip > 0 && o.Skip <= 1) || !(o.Late >= 0 && o.Late <= 1) || !(o.Level > 0 && o.Level < 1) {
		return &fault.Error{Package: "journeymap", Op: "gap", Field: "options", Limit: "want Skip and Late from 0 to 1 and Level between them", Err: ErrOptions}
	}
	return nil
}

// GapOf compares a planned map with an actual one, stage by stage by name:
//
//   - touchpoints that are planned and hardly met (skipped), met and not planned,
//     or met before one that leads to them (out of order, by the mean place of
//     their first use);
//   - stages that customers entered and the plan does not have, and planned ones
//     that nobody entered, those aside excepted;
//   - KPIs short of their target, goals behind, service levels missed;
//   - opportunities, ranked by safe gain: see Rank.
//
// A stage nobody entered has no touchpoint gaps: nobody could have met them.
func GapOf(planned, actual Map, o GapOptions) (Gap, error) {
	if err := o.check(); err != nil {
		return Gap{}, err
	}
	for _, m := range []Map{planned, actual} {
		if err := m.bounded(); err != nil {
			return Gap{}, err
		}
	}
	g := gapper{o: o, actual: map[string]Stage{}, pruned: map[[2]string]Pruned{}, behind: map[string][]Progress{}, late: map[string][]HandoffReport{}, w: Options{}.words(planned)}
	for s := range actual.Columns() {
		g.actual[s.Name] = s
	}
	for _, p := range actual.Pruned {
		g.pruned[[2]string{p.Stage, p.Name}] = p
	}
	for _, p := range o.Progress {
		if !p.OnTrack {
			g.behind[p.Stage] = append(g.behind[p.Stage], p)
		}
	}
	for _, h := range o.Levels {
		if share, ok := h.Late.Float64(); ok && share > o.Late {
			g.late[h.From] = append(g.late[h.From], h)
		}
	}
	for _, m := range o.Segments {
		if err := g.segment(m); err != nil {
			return Gap{}, err
		}
	}
	m, err := planned.clone()
	if err != nil {
		return Gap{}, err
	}
	m.Basis, m.From, m.Until, m.Customers = Gaps, actual.From, actual.Until, actual.Customers
	g.stages(m.Stages)
	for s := range planned.Columns() {
		delete(g.actual, s.Name)
	}
	for s := range actual.Columns() {
		if _, left := g.actual[s.Name]; !left || g.entered(s) == 0 {
			continue
		}
		g.find(nil, Finding{Stage: s.Name, Lane: NoLane, Name: s.Name, Deviation: Unplanned, Text: s.Label() + ": " + named(g.w.Deviations, deviations, Unplanned) + rests(g.entered(s))})
	}
	ranked, err := m.Ranked(o.Level)
	if err != nil {
		return Gap{}, err
	}
	if g.findings == nil {
		g.findings = []Finding{}
	}
	return Gap{Map: m, Findings: g.findings, Ranked: ranked}, nil
}

// clone is a map that shares nothing with m.
func (m Map) clone() (Map, error) {
	data, err := json.Marshal(m)
	if err != nil {
		return Map{}, fmt.Errorf("journeymap: %w", err)
	}
	return Parse(data)
}

// section lists the findings.
func (g Gap) section(v *view) section {
	t := section{level: 3, title: v.w.Gap, head: []string{v.w.Stage, v.w.Kind, v.w.Gap}}
	for _, f := range g.Findings {
		kind := ""
		switch {
		case f.Deviation != "":
			kind = named(v.w.Deviations, deviations, f.Deviation)
		case f.Lane != NoLane:
			kind = v.lane(f.Lane)
		}
		t.rows = append(t.rows, []string{v.labels.of(f.Stage), kind, f.Text})
	}
	return t
}

// String says how many findings there are of which kind.
func (g Gap) String() string {
	n := map[Deviation]int{}
	for _, f := range g.Findings {
		n[f.Deviation]++
	}
	other := len(g.Findings) - n[Skipped] - n[Unplanned] - n[OutOfOrder]
	return strings.Join([]string{
		fmt.Sprintf("%d skipped", n[Skipped]), fmt.Sprintf("%d not planned", n[Unplanned]), fmt.Sprintf("%d out of order", n[OutOfOrder]), fmt.Sprintf("%d others", other),
	}, ", ")
}
