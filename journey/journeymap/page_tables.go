package journeymap

import (
	"strconv"
	"strings"

	"github.com/lifecycle-go/lifecycle/internal/page"
	"github.com/lifecycle-go/lifecycle/journey/journeymap/words"
	"github.com/lifecycle-go/lifecycle/metrics"
)

// labels are the titles of stages by name.
type labels map[string]string

func (l labels) learn(columns []Stage) {
	for _, s := range columns {
		l[s.Name] = s.Label()
	}
}

// of is the title of a stage, or its name where it is of no map.
func (l labels) of(stage string) string {
	if t, ok := l[stage]; ok {
		return t
	}
	return stage
}

// touchpointTable has what a picture has no room for: where touchpoints lead,
// who owns them and how often they were met.
func (v *view) touchpointTable() section {
	w := v.w
	t := section{level: 3, title: v.lane(LaneTouchpoints), head: []string{w.Stage, w.Touchpoint, w.Channel, w.LeadsTo, w.Owner, w.Count, w.Share, w.State}}
	for _, s := range v.columns {
		for _, p := range s.Touchpoints {
			state := ""
			if v.m.Basis == Gaps {
				state = named(w.Deviations, deviations, p.Deviation)
			}
			met := ""
			if p.Events > 0 {
				met = page.Count(p.Events)
			}
			share := ""
			if p.Share.Defined() {
				share = page.Percent(p.Share)
			}
			t.rows = append(t.rows, []string{s.Label(), p.Name, string(p.Channel), strings.Join(p.LeadsTo, "\n"), strings.Join(p.Owner.Accountable, ", "), met, share, state})
		}
	}
	return t
}

func (v *view) figureTable() section {
	w := v.w
	t := section{level: 3, title: w.Figures, head: []string{w.Stage, w.Entered, w.Onward, w.Median, w.P90, w.Dropped, w.To, w.Blocked, w.Peak, w.MomentOfTruth}}
	for _, s := range v.columns {
		f := s.Figures
		if f == nil {
			continue
		}
		peak := ""
		if f.Use != nil {
			if d, h, ok := f.Use.Peak(); ok {
				peak = d.String()[:3] + " " + strconv.Itoa(h) + ":00"
			}
		}
		t.rows = append(t.rows, []string{
			s.Label(), page.Count(f.Entered), page.Percent(f.Onward), spoken(w, f.Median), spoken(w, f.P90), page.Percent(f.Dropped),
			flows(f.To, v.labels), flows(f.Blocked, v.labels), peak, v.moments(f.Moments),
		})
	}
	return t
}

func flows(list []Flow, label labels) string {
	lines := make([]string, 0, len(list))
	for _, f := range list {
		name := label.of(f.To)
		if name == "" {
			name = f.Trigger
		}
		lines = append(lines, name+": "+page.Count(f.N))
	}
	return strings.Join(lines, "\n")
}

func (v *view) moments(list []Moment) string {
	lines := make([]string, 0, len(list))
	for _, m := range list {
		what := v.w.Frustration
		if m.Delight {
			what = v.w.Delight
		}
		lines = append(lines, m.Touchpoint+": "+what+" "+page.Points(m.Difference.Value)+" ["+page.Points(m.Difference.Lo)+"; "+page.Points(m.Difference.Hi)+"]")
	}
	return strings.Join(lines, "\n")
}

// milestoneTable has the effect of milestones: what goes together, not what
// causes what.
func (v *view) milestoneTable() section {
	w := v.w
	t := section{level: 3, title: v.lane(LaneMilestones), head: []string{
		v.lane(LaneMilestones), w.Stage, w.Reached, w.Median, w.Rate + ": " + w.With, w.Rate + ": " + w.Without, w.Value + ": " + w.With, w.Value + ": " + w.Without,
	}}
	for _, s := range v.columns {
		for _, m := range s.Milestones {
			if m.Evidence == Assumed { // nothing was counted
				continue
			}
			t.rows = append(t.rows, []string{m.Name, s.Label(), page.Percent(m.Reached), spoken(w, m.Median), page.Percent(m.With), page.Percent(m.Without), figure(m.ValueWith, metrics.UnitMoney), figure(m.ValueWithout, metrics.UnitMoney)})
		}
	}
	return t
}

func (v *view) pathTable() section {
	t := section{level: 3, title: v.w.Paths, head: []string{v.w.Paths, v.w.Count, v.w.Share}}
	for _, p := range v.m.Paths {
		t.rows = append(t.rows, []string{strings.Join(p.Steps, " "+arrow(v.w)+" "), page.Count(p.N), page.Percent(p.Share)})
	}
	return t
}

func (v *view) prunedTable() section {
	t := section{level: 3, title: v.w.Pruned, head: []string{v.w.Touchpoint, v.w.Stage, v.w.Count}}
	for _, p := range v.m.Pruned {
		t.rows = append(t.rows, []string{p.Name, v.labels.of(p.Stage), page.Count(p.Events)})
	}
	return t
}

func (v *view) variantTable() section {
	w := v.w
	t := section{level: 3, title: w.Variants, head: []string{w.Stage, w.Variants, w.Rate, w.Difference, "p"}}
	list, err := v.m.CompareVariants(0)
	if err != nil {
		return t
	}
	for _, c := range list {
		d := c.Previous.Difference
		t.rows = append(t.rows, []string{
			v.labels.of(c.Stage), c.Variant, page.Percent(c.Previous.A) + " " + arrow(w) + " " + page.Percent(c.Previous.B),
			page.Points(d.Value) + " [" + page.Points(d.Lo) + "; " + page.Points(d.Hi) + "]", page.Probability(c.Previous.P),
		})
	}
	return t
}

func (v *view) goalTable(progress []Progress) section {
	w := v.w
	t := section{level: 3, title: w.Goals, head: []string{w.Goals, w.Metric, w.From, w.To, w.By, w.Owner, w.How, w.Progress}}
	byID := map[string]Progress{}
	for _, p := range progress {
		byID[p.Goal] = p
	}
	for _, g := range v.m.Goals {
		text := g.Text
		if text == "" {
			text = g.ID
		}
		how := ""
		if p, ok := byID[g.ID]; ok {
			how = w.Behind
			switch {
			case !p.Sure:
				how = w.Unsure
			case p.OnTrack:
				how = w.OnTrack
			}
			how = page.Decimal(p.Value.Value, 3) + " (" + w.Expected + " " + page.Decimal(p.Expected, 3) + "): " + how
		}
		t.rows = append(t.rows, []string{text, g.Metric, g.From.String(), g.To.String(), page.Date(g.By), g.Owner, g.How, how})
	}
	return t
}

func (v *view) handoffTable(measured bool) section {
	t := section{level: 3, title: v.w.Handoffs, head: []string{v.w.From, v.w.To, v.w.Owner, v.w.ServiceLevel}}
	if measured { // the page has the fuller table
		return t
	}
	for _, h := range v.m.Handoffs {
		t.rows = append(t.rows, []string{v.labels.of(h.From), v.labels.of(h.To), v.m.giver(h), spoken(v.w, h.Level)})
	}
	return t
}

func levels(w words.Set, list []HandoffReport, label labels) section {
	t := section{level: 3, title: w.Handoffs, head: []string{w.From, w.To, w.Owner, w.ServiceLevel, w.Late, w.Overdue, w.Median, w.P90}}
	for _, h := range list {
		t.rows = append(t.rows, []string{label.of(h.From), label.of(h.To), h.Owner, spoken(w, h.Level), page.Percent(h.Late), page.Count(h.Overdue), spoken(w, h.Median), spoken(w, h.P90)})
	}
	return t
}

// wideTeams is how many teams a matrix has columns for; more are listed.
const wideTeams = 16

func (v *view) matrixTable() section {
	w, x := v.w, v.m.Accountability()
	t := section{level: 3, title: w.Responsibilities, head: []string{w.Stage, w.Touchpoint}}
	if len(x.Teams) == 0 {
		return t
	}
	wide := len(x.Teams) <= wideTeams
	if wide {
		t.head = append(t.head, x.Teams...)
	} else {
		t.head = append(t.head, w.Accountable, w.Contributing)
	}
	for _, r := range x.Rows {
		row := []string{v.labels.of(r.Stage), r.Touchpoint}
		if wide {
			for _, team := range x.Teams {
				row = append(row, r.role(team))
			}
		} else {
			row = append(row, strings.Join(r.Accountable, ", "), strings.Join(r.Contributing, ", "))
		}
		switch len(r.Accountable) {
		case 0:
			row = append(row, w.Nobody)
		case 1:
			row = append(row, "")
		default:
			row = append(row, w.Several)
		}
		t.rows = append(t.rows, row)
	}
	t.head = append(t.head, w.Gap)
	t.lines = []string{w.Accountable + ": A, " + w.Contributing + ": C"}
	return t
}

func (v *view) rankTable() section {
	ranked, err := v.m.Ranked(0)
	if err != nil {
		return section{level: 3}
	}
	return ranking(v.w, ranked, v.labels)
}

func ranking(w words.Set, list []Ranked, label labels) section {
	t := section{level: 3, title: pick(w.Lanes, LaneOpportunities), head: []string{w.Rank, pick(w.Lanes, LaneOpportunities), w.Stage, w.Customers, w.Rate, w.Target, w.Value, w.Gain, w.Safe}}
	for _, r := range list {
		t.rows = append(t.rows, []string{
			strconv.Itoa(r.Rank), r.Name, label.of(r.Stage), page.Count(r.Trials), page.Percent(metrics.NewCount(r.Successes, r.Trials)), page.Decimal(r.Target*100, 1) + page.NBSP + "%",
			page.Decimal(r.Value, 2), page.Decimal(r.Gain, 0), page.Decimal(r.Safe, 0),
		})
	}
	return t
}

func (v *view) initiativeTable() section {
	w := v.w
	t := section{level: 3, title: w.Initiatives, head: []string{w.Initiatives, w.Kind, w.Stage, w.Touchpoint, w.Owner, w.Due, w.State}}
	for _, i := range v.m.Initiatives {
		t.rows = append(t.rows, []string{i.Name, named(w.InitiativeKinds, initiativeKinds, i.Kind), v.labels.of(i.Stage), i.Touchpoint, i.Owner, page.Date(i.Due), pick(w.States, i.State)})
	}
	return t
}

func auditing(w words.Set, a Audit, label labels) section {
	t := section{level: 3, title: w.Audit, head: []string{w.Stage, w.Persona, w.Question, w.Content, w.State}, lines: []string{w.Answered + ": " + page.Percent(a.Covered)}}
	for _, c := range a.Cells {
		state := w.Answered
		if len(c.Items) == 0 {
			state = w.Missing
		}
		t.rows = append(t.rows, []string{label.of(c.Stage), c.Persona, c.Question, strings.Join(c.Items, "\n"), state})
	}
	if len(t.rows) == 0 {
		t.lines = nil
	}
	return t
}

func contentUse(w words.Set, list []ContentUse) section {
	t := section{level: 3, title: w.Content, head: []string{w.Content, w.Count, w.Customers, w.Rate, w.Difference}}
	for _, c := range list {
		difference := "–"
		if a, ok := c.Converted.Float64(); ok {
			if b, ok := c.Others.Float64(); ok {
				difference = page.Points(a - b)
			}
		}
		t.rows = append(t.rows, []string{c.Title, page.Count(c.Consumed), page.Count(c.Consumers), page.Percent(c.Converted), difference})
	}
	return t
}

func changes(w words.Set, list []FigureChange, label labels) section {
	t := section{level: 3, title: w.Difference, head: []string{w.Stage, w.Metric, w.From, w.To, w.Difference}}
	for _, c := range list {
		t.rows = append(t.rows, []string{label.of(c.Stage), c.name(w), c.before(w), c.after(w), c.change(w)})
	}
	return t
}

func (v *view) commentTable() section {
	w := v.w
	t := section{level: 3, title: w.Comments, head: []string{w.Stage, w.Comments, w.Owner, w.Due, w.State}}
	t.head = []string{w.Stage, "", w.Comments, w.By, w.State}
	for _, c := range v.m.Comments {
		state, text := w.Open, c.Text
		if c.Resolved {
			state = w.Resolved
		}
		if c.Answer != "" {
			text += "\n" + arrow(w) + " " + c.Answer
		}
		lane := ""
		if c.Lane != NoLane {
			lane = v.lane(c.Lane)
		}
		t.rows = append(t.rows, []string{v.labels.of(c.Stage), lane, text, strings.TrimSpace(c.Author + " " + page.Date(c.On)), state})
	}
	return t
}
