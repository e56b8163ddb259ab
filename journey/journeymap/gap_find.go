package journeymap

import (
	"github.com/lifecycle-go/lifecycle/internal/page"
	"github.com/lifecycle-go/lifecycle/journey/journeymap/words"
	"github.com/lifecycle-go/lifecycle/metrics"
)

type gapper struct {
	o        GapOptions
	w        words.Set
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
		g.find(s, Finding{Stage: s.Name, Name: s.Name, Deviation: Skipped, Text: s.Label() + ": " + named(g.w.Deviations, deviations, Skipped)})
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
		if a := before[b.Name]; a != "" && b.Deviation == "" {
			b.Deviation = OutOfOrder
			f := g.point(s.Name, *b)
			f.Text += " (" + b.Name + " " + arrow(g.w) + " " + a + ")"
			g.find(s, f)
		}
	}
}

func (g *gapper) point(stage string, t Touchpoint) Finding {
	return Finding{Stage: stage, Lane: LaneTouchpoints, Name: t.Name, Deviation: t.Deviation, Value: t.Share, Text: t.Name + ": " + named(g.w.Deviations, deviations, t.Deviation) + page.Sep + page.Percent(t.Share) + rests(t.Customers)}
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
		Text: s.Label() + ": " + g.w.Onward + " " + page.Percent(a.Figures.Onward) + " " + arrow(g.w) + " " + page.Decimal(target*100, 1) + page.NBSP + "%", Evidence: Observed,
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
		text := p.Goal + ": " + g.w.Behind + page.Sep + page.Decimal(p.Value.Value, 3) + " (" + g.w.Expected + " " + page.Decimal(p.Expected, 3) + ")"
		g.find(s, Finding{Stage: s.Name, Lane: LaneGoal, Name: p.Goal, Text: text})
	}
}

func (g *gapper) levels(s *Stage) {
	for _, h := range g.late[s.Name] {
		g.find(s, Finding{Stage: s.Name, Lane: LaneOwner, Name: h.Owner, Value: h.Late, Text: h.From + " " + arrow(g.w) + " " + h.To + ": " + g.w.Late + " " + page.Percent(h.Late) + " (" + g.w.ServiceLevel + " " + spoken(g.w, h.Level) + ")"})
	}
}
