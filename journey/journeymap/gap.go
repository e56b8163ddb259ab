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
	// Deviation is how a touchpoint differs; none where it is about a stage, a
	// KPI, a goal or a service level.
	Deviation Deviation `json:"deviation"`
	// Value is what was counted, Target what was planned, where they are shares.
	Value  metrics.Ratio `json:"value,omitzero"`
	Target metrics.Ratio `json:"target,omitzero"`
	Text   string        `json:"text"`
}

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
		g.find(nil, Finding{Stage: s.Name, Lane: NoLane, Name: s.Name, Deviation: Unplanned, Text: s.Label() + ": " + pick(g.w.Deviations, Unplanned) + rests(g.entered(s))})
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

type gapper struct {
	o        GapOptions
	w        Words
	actual   map[string]Stage
	pruned   map[[2]string]Pruned
	best     map[string]float64
	behind   map[string][]Progress      // by stage
	late     map[string][]HandoffReport // by stage
	findings []Finding
}

// segment remembers the best lower end per stage.
func (g *gapper) segment(m Map) error {
	if g.best == nil {
		g.best = map[string]float64{}
	}
	for s := range m.Columns() {
		if s.Figures == nil || !s.Figures.Onward.Defined() {
			continue
		}
		e, err := metrics.WilsonOf(s.Figures.Onward, g.o.Level)
		if err != nil {
			return err
		}
		if old, ok := g.best[s.Name]; e.Defined() && (!ok || e.Lo > old) {
			g.best[s.Name] = e.Lo
		}
	}
	return nil
}

func (g *gapper) entered(s Stage) int64 {
	if s.Figures == nil {
		return 0
	}
	return s.Figures.Entered
}

// find notes a finding, in the gap lane of its stage too.
func (g *gapper) find(s *Stage, f Finding) {
	g.findings = append(g.findings, f)
	if s != nil {
		s.Gap = append(s.Gap, Note{Text: f.Text, Evidence: Observed})
	}
}

func (g *gapper) stages(list []Stage) {
	for i := range list {
		s := &list[i]
		if len(s.Parts) > 0 {
			g.stages(s.Parts)
			continue
		}
		g.stage(s)
	}
}

func (g *gapper) stage(s *Stage) {
	a, ok := g.actual[s.Name]
	n := g.entered(a)
	switch {
	case (!ok || n == 0) && s.Aside:
	case !ok || n == 0:
		g.find(s, Finding{Stage: s.Name, Name: s.Name, Deviation: Skipped, Text: s.Label() + ": " + pick(g.w.Deviations, Skipped)})
	default:
		s.Figures = a.Figures
		if a.Emotion != nil {
			s.Emotion = a.Emotion
		}
		g.touchpoints(s, a, n)
		g.opportunity(s, a)
	}
	g.kpis(s, a)
	g.goals(s)
	g.levels(s)
}

func (g *gapper) touchpoints(s *Stage, a Stage, n int64) {
	met, at := map[string]float64{}, map[string]int{}
	for i, t := range a.Touchpoints {
		at[t.Name], met[t.Name] = i, t.Place
		if t.Place == 0 { // not counted: as listed
			met[t.Name] = float64(i + 1)
		}
	}
	leads := map[string]map[string]bool{}
	for i := range s.Touchpoints {
		t := &s.Touchpoints[i]
		leads[t.Name] = map[string]bool{}
		for _, to := range t.LeadsTo {
			leads[t.Name][to] = true
		}
		if k, ok := at[t.Name]; ok {
			t.Place = a.Touchpoints[k].Place
			t.Events, t.Customers, t.Share = a.Touchpoints[k].Events, a.Touchpoints[k].Customers, a.Touchpoints[k].Share
		} else if p, ok := g.pruned[[2]string{s.Name, t.Name}]; ok {
			t.Events, t.Customers, t.Share = p.Events, p.Customers, metrics.NewCount(p.Customers, n)
		} else {
			t.Share = metrics.NewCount(0, n)
		}
		t.Evidence = Observed
	}
	planned := map[string]bool{}
	for i := range s.Touchpoints {
		t := &s.Touchpoints[i]
		planned[t.Name] = true
		if float64(t.Customers) < g.o.Skip*float64(n) {
			t.Deviation = Skipped
			g.find(s, g.point(s.Name, *t))
		}
	}
	g.order(s, met, leads)
	for _, t := range a.Touchpoints {
		if !planned[t.Name] {
			t.Deviation, t.LeadsTo = Unplanned, nil
			s.Touchpoints = append(s.Touchpoints, t)
			g.find(s, g.point(s.Name, t))
		}
	}
}

// order finds what is out of order: B where A leads to B and B not back to A,
// and B is met first.
func (g *gapper) order(s *Stage, met map[string]float64, leads map[string]map[string]bool) {
	before := map[string]string{}
	for _, a := range s.Touchpoints {
		ka, ok := met[a.Name]
		if !ok || a.Deviation == Skipped {
			continue
		}
		for _, b := range a.LeadsTo {
			if kb, ok := met[b]; ok && kb < ka && !leads[b][a.Name] && before[b] == "" {
				before[b] = a.Name
			}
		}
	}
	for i := range s.Touchpoints {
		b := &s.Touchpoints[i]
		if a := before[b.Name]; a != "" && b.Deviation == NoDeviation {
			b.Deviation = OutOfOrder
			f := g.point(s.Name, *b)
			f.Text += " (" + b.Name + " " + g.w.arrow() + " " + a + ")"
			g.find(s, f)
		}
	}
}

func (g *gapper) point(stage string, t Touchpoint) Finding {
	return Finding{Stage: stage, Lane: LaneTouchpoints, Name: t.Name, Deviation: t.Deviation, Value: t.Share, Text: t.Name + ": " + pick(g.w.Deviations, t.Deviation) + sep + percent(t.Share) + rests(t.Customers)}
}

// opportunity sets what is missing to the target against what it is worth.
func (g *gapper) opportunity(s *Stage, a Stage) {
	value, ok := g.o.Values[s.Name]
	target, given := g.o.Targets[s.Name]
	if !given {
		target, given = g.best[s.Name], g.best[s.Name] > 0
	}
	if !ok || !given || a.Figures == nil || !a.Figures.Onward.Defined() {
		return
	}
	k, n, whole := counts(a.Figures.Onward)
	if !whole {
		return
	}
	s.Opportunities = append(s.Opportunities, Opportunity{
		Text: s.Label() + ": " + g.w.Onward + " " + percent(a.Figures.Onward) + " " + g.w.arrow() + " " + decimalText(target*100, 1) + nbsp + "%", Evidence: Observed,
		Chance: &Chance{Successes: k, Trials: n, Target: target, Value: value},
	})
}

func (g *gapper) kpis(s *Stage, a Stage) {
	values := map[string]KPI{}
	for _, k := range a.KPIs {
		values[k.Metric] = k
	}
	v := view{w: g.w, names: metrics.Catalog()}
	for i := range s.KPIs {
		k := &s.KPIs[i]
		if got, ok := values[k.Metric]; ok {
			k.Value, k.Trend = got.Value, got.Trend
		}
		full := v.complete(*k)
		if short, known := full.Short(); known && short {
			g.find(s, Finding{
				Stage: s.Name, Lane: LaneKPIs, Name: k.Metric, Value: k.Value, Target: k.Target,
				Text: v.title(full) + ": " + figure(k.Value, full.Unit) + " (" + g.w.Target + " " + figure(k.Target, full.Unit) + ")",
			})
		}
	}
}

func (g *gapper) goals(s *Stage) {
	for _, p := range g.behind[s.Name] {
		text := p.Goal + ": " + g.w.Behind + sep + decimalText(p.Value.Value, 3) + " (" + g.w.Expected + " " + decimalText(p.Expected, 3) + ")"
		g.find(s, Finding{Stage: s.Name, Lane: LaneGoal, Name: p.Goal, Text: text})
	}
}

func (g *gapper) levels(s *Stage) {
	for _, h := range g.late[s.Name] {
		g.find(s, Finding{Stage: s.Name, Lane: LaneOwner, Name: h.Owner, Value: h.Late, Text: h.From + " " + g.w.arrow() + " " + h.To + ": " + g.w.Late + " " + percent(h.Late) + " (" + g.w.ServiceLevel + " " + g.w.duration(h.Level) + ")"})
	}
}

// section lists the findings.
func (g Gap) section(v *view) section {
	t := section{level: 3, title: v.w.Gap, head: []string{v.w.Stage, v.w.Kind, v.w.Gap}}
	for _, f := range g.Findings {
		kind := ""
		switch {
		case f.Deviation != NoDeviation:
			kind = pick(v.w.Deviations, f.Deviation)
		case f.Lane != NoLane:
			kind = v.lane(f.Lane)
		}
		t.rows = append(t.rows, []string{v.labels.of(f.Stage), kind, f.Text})
	}
	return t
}

// String says how many findings there are of which kind.
func (g Gap) String() string {
	var n [4]int
	other := 0
	for _, f := range g.Findings {
		if f.Deviation == NoDeviation || int(f.Deviation) >= len(n) {
			other++
			continue
		}
		n[f.Deviation]++
	}
	return strings.Join([]string{
		fmt.Sprintf("%d skipped", n[Skipped]), fmt.Sprintf("%d not planned", n[Unplanned]), fmt.Sprintf("%d out of order", n[OutOfOrder]), fmt.Sprintf("%d others", other),
	}, ", ")
}
