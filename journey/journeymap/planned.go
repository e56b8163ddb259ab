package journeymap

import (
	"slices"

	"github.com/lifecycle-go/lifecycle/journey"
	"github.com/lifecycle-go/lifecycle/journey/scorecard"
	"github.com/lifecycle-go/lifecycle/touchpoint"
)

// PlanOptions say what a planned or an actual map is called and whose it is.
// The zero value names it after the definition.
type PlanOptions struct {
	Name     string
	Kind     Kind
	Language string
	Purpose  string
	Persona  string
	Segment  string
	// Scorecard gives a stage the KPIs that are read there: the metrics of
	// Report.OfStage that have a value, that of the last month that was over, with
	// their goals and their course; a planned map has those that have a goal. Where the scorecard is broken down
	// by segment and has that of Persona, or else of Segment, its figures count.
	Scorecard *scorecard.Report
	// KPIs gives the KPIs of a stage instead.
	KPIs func(stage string) []KPI
}

// Planned is the map that a definition and a catalogue of touchpoints promise:
// the stages in the definition's order, nested as they nest there, with what
// the catalogue plans in each. What the customer does becomes actions, what the
// company does back-stage processes; the effect on the decision, or else the
// customer's outcome, is what a touchpoint changes; the expected feelings of a
// stage's touchpoints make its emotion. All of it is assumed. A milestone stands in the first stage of the touchpoint that one of its
// events shows, else in the first stage that one of them leaves.
func Planned(d *journey.Definition, c touchpoint.Catalogue, o PlanOptions) Map {
	m := o.start(d)
	m.Basis = Plan
	b := newBuilder(d, c)
	for _, s := range d.Stages() {
		name := string(s.Name)
		stage := Stage{Name: name, Aside: s.Aside, Milestones: b.milestones[name]}
		if s.Doc != "" {
			stage.Goal = Notes(s.Doc)
		}
		var feelings float64
		for _, t := range b.points[name] {
			stage.Touchpoints = append(stage.Touchpoints, plannedPoint(t))
			stage.Actions = append(stage.Actions, Notes(t.CustomerActions...)...)
			for _, a := range t.CompanyActions {
				stage.BackStage = append(stage.BackStage, Process{Text: a, Owner: t.Owner})
			}
			feelings += float64(t.Feeling)
		}
		if n := len(b.points[name]); n > 0 {
			stage.Emotion = &Emotion{Value: feelings / float64(n)}
		}
		stage.Owner = b.owner(name)
		stage.KPIs = o.kpis(name, false)
		b.place(&m, stage)
	}
	return m
}

func (o PlanOptions) start(d *journey.Definition) Map {
	m := Map{Name: o.Name, Kind: o.Kind, Language: o.Language, Purpose: o.Purpose, Persona: o.Persona, Segment: o.Segment}
	if m.Name == "" {
		m.Name = d.Name()
	}
	return m
}

func plannedPoint(t touchpoint.Touchpoint) Touchpoint {
	p := Touchpoint{Name: t.Name, Channel: t.Channel, LeadsTo: slices.Clone(t.LeadsTo), Decision: t.DecisionEffect}
	if p.Decision == "" {
		p.Decision = t.CustomerOutcome
	}
	if t.Owner != "" {
		p.Owner = Owned(t.Owner, t.Teams...)
	} else {
		p.Owner.Contributing = slices.Clone(t.Teams)
	}
	if len(t.PainPoints) > 0 {
		p.Pains = Notes(t.PainPoints...)
	}
	return p
}

// builder knows which touchpoints and milestones belong to which stage.
type builder struct {
	d          *journey.Definition
	points     map[string][]touchpoint.Touchpoint
	milestones map[string][]Milestone
}

func newBuilder(d *journey.Definition, c touchpoint.Catalogue) *builder {
	b := &builder{d: d, points: map[string][]touchpoint.Touchpoint{}, milestones: map[string][]Milestone{}}
	in := map[string][]string{} // stage or what it is part of → stages
	leaves := d.Stages()
	for _, s := range leaves {
		for _, up := range d.Path(s.Name) {
			in[up] = append(in[up], string(s.Name))
		}
	}
	for _, t := range c.Touchpoints {
		var stages []string
		for _, s := range t.Stages {
			stages = append(stages, in[s]...)
		}
		for _, s := range names(stages) {
			b.points[s] = append(b.points[s], t)
		}
	}
	leaving := map[journey.Trigger]string{}
	for _, e := range d.Edges() {
		if _, ok := leaving[e.On]; !ok {
			leaving[e.On] = string(e.From)
		}
	}
	order := map[string]int{}
	for i, s := range leaves {
		order[string(s.Name)] = i
	}
	for _, e := range d.Edges() { // edges need not stand in the stages' order
		if s := string(e.From); order[s] < order[leaving[e.On]] {
			leaving[e.On] = s
		}
	}
	shown := map[string]string{} // event → first stage of its touchpoint
	for _, s := range leaves {
		for _, t := range b.points[string(s.Name)] {
			for _, e := range t.Events {
				if _, ok := shown[e]; !ok {
					shown[e] = string(s.Name)
				}
			}
		}
	}
	for _, ms := range d.Milestones() {
		stage := string(d.Initial())
		for i := len(ms.Events) - 1; i >= 0; i-- { // the first event that is known decides
			if s, ok := leaving[ms.Events[i]]; ok {
				stage = s
			}
		}
		for i := len(ms.Events) - 1; i >= 0; i-- {
			if s, ok := shown[string(ms.Events[i])]; ok {
				stage = s
			}
		}
		b.milestones[stage] = append(b.milestones[stage], Milestone{Name: ms.Name})
	}
	return b
}

// owner is who owns the touchpoints of a stage: the owner of most is
// accountable (of the first where two have as many), the others contribute.
func (b *builder) owner(stage string) Ownership {
	n := map[string]int{}
	var teams []string
	for _, t := range b.points[stage] {
		if t.Owner == "" {
			continue
		}
		if n[t.Owner] == 0 {
			teams = append(teams, t.Owner)
		}
		n[t.Owner]++
	}
	if len(teams) == 0 {
		return Ownership{}
	}
	slices.SortStableFunc(teams, func(x, y string) int { return n[y] - n[x] })
	return Owned(teams[0], teams[1:]...)
}

// place puts a stage into the map, inside the stages it is part of.
func (b *builder) place(m *Map, s Stage) {
	list := &m.Stages
	path := b.d.Path(journey.Stage(s.Name))
	for _, up := range path[:max(0, len(path)-1)] {
		i := slices.IndexFunc(*list, func(x Stage) bool { return x.Name == up })
		if i < 0 {
			outer := Stage{Name: up}
			*list = append(*list, outer)
			i = len(*list) - 1
		}
		list = &(*list)[i].Parts
	}
	*list = append(*list, s)
}
