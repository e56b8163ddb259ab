package journeymap

import (
	"fmt"
	"math"
	"slices"
	"strconv"

	"github.com/lifecycle-go/lifecycle/metrics"
	"github.com/lifecycle-go/lifecycle/metrics/fault"
)

// Validate reports every fault of the map in the order of its fields: what is
// missing, what is out of range, links to nothing, and what the map's kind asks
// for or refuses. The error wraps ErrMap and carries a [*fault.Design].
//
// Every fault carries a code, which is stable where wording is not:
//
//	name-missing           a name that is required is empty
//	duplicate              the same name twice
//	purpose-missing        a map that does not say what it is for
//	agreement-incomplete   an agreement without department or day
//	no-stages              a map without stages
//	content-on-parent      a stage with parts that has lanes of its own
//	too-deep               stages nested too deep
//	lane-refused           a lane that has no place in the kind of map
//	lane-missing           a lane that the kind of map expects
//	stage-no-touchpoints   a stage without touchpoints
//	touchpoint-no-owner    a touchpoint nobody is accountable for
//	two-accountable        several teams accountable for one thing
//	pain-no-initiative     a touchpoint with a pain point and no initiative
//	kpi-no-metric          a KPI without a metric
//	handoff-no-level       a hand-off without a service level
//	emotion-range          an emotion or feeling outside -2 to +2
//	arc-range              a dramatic arc outside 1 to 5
//	dangling-link          a name that is not there
//	goal-no-date           a goal without a day, or with one before its start
//	goal-not-smart         a goal without metric, owner, way or change
//	pilot-range            a pilot without time or share
//	chance-range           counts, target or value that cannot be
//	opportunity-not-ranked an opportunity map with an opportunity without figures
//	variants               a micro-journey without two variants of its stages
//	subject-missing        a map of a persona or segment that is not named
//	no-waiting-time        a blueprint in which nothing waits and nobody approves
//	comment-incomplete     a comment without author, text or id
//	empty-text             an entry without text
//	too-large              beyond the limits of the package
//
// A map need not be without faults to be drawn.
func (m Map) Validate() error {
	v := validator{m: m}
	v.d.Package, v.d.Kind, v.d.Name, v.d.Err = "journeymap", "map", m.Name, ErrMap
	if err := m.bounded(); err != nil {
		v.d.Addf(faultLimit, "", m.Name, "%v", err)
		return v.d.Fault()
	}
	v.expected, v.refused = m.Kind.Lanes()
	v.head()
	v.index(m.Stages, "Stages", 1)
	v.stages(m.Stages, "Stages")
	v.kind()
	v.variants()
	v.goals()
	v.handoffs()
	v.initiatives()
	v.content()
	v.comments()
	return v.d.Fault()
}

type validator struct {
	m        Map
	d        fault.Design
	names    map[string]bool // stages
	points   map[string]bool // touchpoints
	filled   [lanes]bool
	expected []Lane
	refused  []Lane
	waits    bool
	tackled  map[[2]string]bool // stage and touchpoint with an initiative
	unranked []string
}

func at(path string, i int) string { return path + "[" + strconv.Itoa(i) + "]" }

func (v *validator) head() {
	if v.m.Name == "" {
		v.d.Addf(faultName, "Name", "", "want a name")
	}
	if v.m.Purpose == "" {
		v.d.Addf(faultPurpose, "Purpose", "", "want what the map is to decide")
	}
	for i, a := range v.m.Agreements {
		if a.Department == "" || a.On.IsZero() {
			v.d.Addf(faultAgreement, at("Agreements", i), a.Department, "want a department and a day")
		}
	}
	if len(v.m.Stages) == 0 {
		v.d.Addf(faultStages, "Stages", "", "want at least one stage")
	}
	v.names, v.points, v.tackled = map[string]bool{}, map[string]bool{}, map[[2]string]bool{}
	for _, i := range v.m.Initiatives {
		if i.State != Dropped {
			v.tackled[[2]string{i.Stage, i.Touchpoint}] = true
		}
	}
}

// index collects names, so that links may point forward.
func (v *validator) index(stages []Stage, path string, depth int) {
	for i, s := range stages {
		here := at(path, i)
		switch {
		case s.Name == "":
			v.d.Addf(faultName, here+".Name", s.Title, "want a name")
		case v.names[s.Name]:
			v.d.Addf(faultDuplicate, here+".Name", s.Name, "want each stage once")
		}
		v.names[s.Name] = true
		for _, t := range s.Touchpoints {
			v.points[t.Name] = true
		}
		if depth >= maxDepth && len(s.Parts) > 0 {
			v.d.Addf(faultDepth, here+".Parts", s.Name, "want at most %d stages inside each other", maxDepth)
			continue
		}
		v.index(s.Parts, here+".Parts", depth+1)
	}
}

func (v *validator) expects(l Lane) bool { return slices.Contains(v.expected, l) }

func (v *validator) kind() {
	if len(v.m.Stages) > 0 {
		for _, l := range v.expected {
			if !v.filled[l] {
				v.d.Addf(faultLaneMissing, "Stages", l.String(), "a map of kind %s wants it in at least one stage", v.m.Kind)
			}
		}
	}
	switch v.m.Kind {
	case PersonaBased, DayInTheLife:
		if v.m.Persona == "" {
			v.d.Addf(faultSubject, "Persona", "", "a map of kind %s wants a persona", v.m.Kind)
		}
	case Onboarding:
		if v.m.Segment == "" {
			v.d.Addf(faultSubject, "Segment", "", "a map of kind %s wants a segment", v.m.Kind)
		}
	case Blueprint:
		if !v.waits {
			v.d.Addf(faultWait, "Stages", "", "a blueprint wants waiting times or approvals behind the line of visibility")
		}
	case Opportunities:
		for _, path := range v.unranked {
			v.d.Addf(faultRank, path, "", "an opportunity map ranks: want a chance")
		}
	case CurrentState, FutureState, MicroJourney:
	}
}

func (v *validator) variants() {
	if v.m.Kind == MicroJourney && len(v.m.Variants) < 2 {
		v.d.Addf(faultVariants, "Variants", "", "a micro-journey wants two variants or more, got %d", len(v.m.Variants))
	}
	seen := map[string]bool{}
	for i, x := range v.m.Variants {
		here := at("Variants", i)
		if x.Name == "" || seen[x.Name] {
			v.d.Addf(faultVariants, here+".Name", x.Name, "want a name, each once")
		}
		seen[x.Name] = true
		if err := x.check(v.names); err != nil {
			v.d.Addf(faultVariants, here+".Steps", x.Name, "%v", err)
		}
	}
}

func (v *validator) goals() {
	seen := map[string]bool{}
	for i, g := range v.m.Goals {
		here := at("Goals", i)
		if g.ID == "" || seen[g.ID] {
			v.d.Addf(faultDuplicate, here+".ID", g.ID, "want an id, each once")
		}
		seen[g.ID] = true
		if g.Metric == "" || g.Owner == "" || g.How == "" || g.From.Equal(g.To) {
			v.d.Addf(faultGoal, here, g.ID, "want a metric, two different values, an owner and a way")
		}
		if g.By.IsZero() || !g.Start.IsZero() && !g.Start.Before(g.By) {
			v.d.Addf(faultGoalDate, here+".By", g.ID, "want a day after the start")
		}
		v.link(g.Stage, here+".Stage", g.ID)
		if p := g.Pilot; p != nil && (p.From.IsZero() || !p.From.Before(p.Until) || p.Share.Sign() <= 0 || p.Share.GreaterThan(one)) {
			v.d.Addf(faultPilot, here+".Pilot", g.ID, "want a share above 0 and at most 1, and a start before the end")
		}
	}
}

func (v *validator) link(stage, path, about string) {
	if stage != "" && !v.names[stage] {
		v.d.Addf(faultLink, path, about, "there is no stage %s", fault.Quote(stage))
	}
}

func (v *validator) handoffs() {
	for i, h := range v.m.Handoffs {
		here := at("Handoffs", i)
		about := h.From + " to " + h.To
		if h.From == "" || h.To == "" {
			v.d.Addf(faultName, here, about, "want two stages")
		}
		v.link(h.From, here+".From", about)
		v.link(h.To, here+".To", about)
		if h.Level <= 0 {
			v.d.Addf(faultLevel, here+".Level", about, "want the longest time it may take")
		}
	}
}

func (v *validator) initiatives() {
	for i, x := range v.m.Initiatives {
		here := at("Initiatives", i)
		if x.Name == "" {
			v.d.Addf(faultName, here+".Name", x.Stage, "want a name")
		}
		v.link(x.Stage, here+".Stage", x.Name)
		if x.Touchpoint != "" && !v.points[x.Touchpoint] && x.Kind != NewTouchpoint {
			v.d.Addf(faultLink, here+".Touchpoint", x.Name, "there is no touchpoint %s", fault.Quote(x.Touchpoint))
		}
	}
}

func (v *validator) content() {
	questions := map[string]bool{}
	for s := range v.m.Columns() {
		for _, n := range s.Needs {
			questions[n.Text] = true
		}
	}
	for i, c := range v.m.Content {
		here := at("Content", i)
		if c.Title == "" {
			v.d.Addf(faultName, here+".Title", c.Address, "want a title")
		}
		for k, s := range c.Stages {
			v.link(s, at(here+".Stages", k), c.Title)
		}
		for k, q := range c.Questions {
			if !questions[q] {
				v.d.Addf(faultLink, at(here+".Questions", k), c.Title, "no stage has the question %s", fault.Quote(q))
			}
		}
	}
}

func (v *validator) comments() {
	seen := map[string]bool{}
	for i, c := range v.m.Comments {
		here := at("Comments", i)
		if c.ID == "" || seen[c.ID] || c.Author == "" || c.Text == "" {
			v.d.Addf(faultComment, here, c.ID, "want an id, each once, an author and a text")
		}
		seen[c.ID] = true
		v.link(c.Stage, here+".Stage", c.ID)
	}
}

// check says what keeps a variant from being compared.
func (x Variant) check(stages map[string]bool) error {
	before := int64(math.MaxInt64)
	for _, s := range x.Steps {
		switch {
		case !stages[s.Stage]:
			return fmt.Errorf("there is no stage %s", fault.Quote(s.Stage))
		case s.Customers < 0 || s.Customers > before:
			return fmt.Errorf("want 0 to %d customers in %s, got %d", before, fault.Quote(s.Stage), s.Customers)
		}
		before = s.Customers
	}
	if len(x.Steps) == 0 {
		return fmt.Errorf("want steps")
	}
	return nil
}

// UnknownMetrics returns the KPIs and goals whose metric a list of definitions lacks, each once:
// those of metrics.Catalog, or of it With the caller's own.
func (m Map) UnknownMetrics(definitions metrics.Definitions) []string {
	var unknown []string
	seen := map[string]bool{"": true}
	note := func(id string) {
		if _, ok := definitions.ByID(id); !ok && !seen[id] {
			unknown = append(unknown, id)
		}
		seen[id] = true
	}
	for s := range m.Columns() {
		for _, k := range s.KPIs {
			note(k.Metric)
		}
	}
	for _, g := range m.Goals {
		note(g.Metric)
	}
	return unknown
}
