package journeymap

import (
	"strconv"
	"strings"

	"github.com/lifecycle-go/lifecycle/internal/page"
	"github.com/lifecycle-go/lifecycle/internal/svg"
	"github.com/lifecycle-go/lifecycle/journey/journeymap/words"
	"github.com/lifecycle-go/lifecycle/metrics"
)

// item is one entry of a cell as every renderer shows it.
type item struct {
	text     string
	icon     string   // drawing of the channel
	evidence Evidence // shown where marked
	marked   bool
	strong   bool // a name that stands out
	under    bool // belongs to the entry above
	class    svg.Class
	trend    []metrics.Ratio
}

// view is a map seen in a language: what all renderers share.
type view struct {
	m       Map
	w       words.Set
	columns []Stage
	within  [][]Stage // per column, outermost first
	depth   int       // bands above the columns
	lanes   []Lane    // that have something, in order
	names   metrics.Definitions
	ranks   map[[2]string]Ranked
	labels  labels
}

// see prepares a map for a renderer: it checks the limits, completes the words
// and finds which lanes there are.
func (m Map) see(o Options) (*view, error) {
	if err := m.bounded(); err != nil {
		return nil, err
	}
	v := &view{m: m, w: o.words(m), names: metrics.Catalog(), ranks: map[[2]string]Ranked{}, labels: labels{}}
	var filled [lanes]bool
	for s, within := range m.Columns() {
		v.columns = append(v.columns, s)
		v.within = append(v.within, within)
		v.depth = max(v.depth, len(within))
		for l, has := range s.lanes() {
			filled[l] = filled[l] || has
		}
	}
	v.labels.learn(v.columns)
	for l := LaneTime; l < lanes; l++ {
		if filled[l] && !o.hides(l) {
			v.lanes = append(v.lanes, l)
		}
	}
	ranked, err := m.Ranked(0)
	if err == nil { // what cannot be ranked is shown without figures
		for _, r := range ranked {
			v.ranks[[2]string{r.Stage, r.Name}] = r
		}
	}
	return v, nil
}

func (v *view) lane(l Lane) string { return pick(v.w.Lanes, l) }

// cell returns the entries of a stage in a lane.
func (v *view) cell(s Stage, l Lane) []item {
	switch l {
	case NoLane:
	case LaneTime:
		return plain(s.Time)
	case LaneContext:
		return plain(s.Context)
	case LaneGoal:
		return notes(s.Goal)
	case LaneActions:
		return notes(s.Actions)
	case LaneDecisions:
		return notes(s.Decisions)
	case LaneNeeds:
		return notes(s.Needs)
	case LaneTouchpoints:
		return v.touchpoints(s)
	case LaneThoughts:
		return notes(s.Thoughts)
	case LaneEmotion:
		return v.emotion(s)
	case LaneArc:
		if s.Arc > 0 && s.Arc <= 5 {
			return plain(strings.Repeat("●", s.Arc) + strings.Repeat("○", 5-s.Arc) + " " + strconv.Itoa(s.Arc) + "/5")
		}
	case LanePains:
		return v.pains(s)
	case LaneBackStage:
		return v.processes(s.BackStage)
	case LaneSupport:
		return v.processes(s.Support)
	case LaneOpportunities:
		return v.opportunities(s)
	case LaneMilestones:
		return v.milestones(s)
	case LaneKPIs:
		return v.kpis(s)
	case LaneOwner:
		return v.owner(s.Owner)
	case LaneGap:
		return notes(s.Gap)
	}
	return nil
}

func plain(text string) []item {
	if text == "" {
		return nil
	}
	return []item{{text: text}}
}

func notes(list []Note) []item {
	out := make([]item, len(list))
	for i, n := range list {
		out[i] = item{text: n.Text + rests(n.N), evidence: n.Evidence, marked: true}
	}
	return out
}

// rests says on how many observations a statement rests.
func rests(n int64) string {
	if n == 0 {
		return ""
	}
	return " (n" + page.NBSP + "=" + page.NBSP + page.Count(n) + ")"
}

func (v *view) touchpoints(s Stage) []item {
	out := make([]item, 0, len(s.Touchpoints))
	for _, t := range s.Touchpoints {
		it := item{text: t.Name, icon: channelIcon(t.Channel), evidence: t.Evidence, marked: true, strong: t.Moment}
		if t.Share.Defined() {
			it.text += page.Sep + page.Percent(t.Share)
		}
		if t.Customers > 0 {
			it.text += rests(t.Customers)
		}
		if t.Sender != "" || t.Receiver != "" {
			it.text += page.Sep + t.Sender + " " + arrow(v.w) + " " + t.Receiver
		}
		if t.Moment {
			it.text += page.NBSP + "◆"
		}
		switch t.Deviation {
		case Skipped, OutOfOrder, Unplanned:
			it.text += page.Sep + named(v.w.Deviations, deviations, t.Deviation)
			it.class = svg.Bad
		}
		out = append(out, it)
		effect := t.Decision
		if t.Feeling != 0 {
			effect = strings.TrimSpace(effect + " (" + page.Signed(float64(t.Feeling), 0) + ")")
		}
		if effect != "" {
			out = append(out, item{text: arrow(v.w) + page.NBSP + effect, class: svg.Muted, under: true})
		}
	}
	return out
}

func (v *view) emotion(s Stage) []item {
	if s.Emotion == nil {
		return nil
	}
	e := s.Emotion
	text := page.Signed(e.Value, 1)
	if e.Lo != 0 || e.Hi != 0 {
		text += " [" + page.Signed(e.Lo, 1) + "; " + page.Signed(e.Hi, 1) + "]"
	}
	return []item{{text: text + rests(e.N), evidence: e.Evidence, marked: true}}
}

func (v *view) pains(s Stage) []item {
	out := notes(s.Pains)
	for _, t := range s.Touchpoints {
		for _, n := range t.Pains {
			out = append(out, item{text: t.Name + ": " + n.Text + rests(n.N), evidence: n.Evidence, marked: true})
		}
	}
	return out
}

func (v *view) processes(list []Process) []item {
	out := make([]item, len(list))
	for i, p := range list {
		text := p.Text
		if p.Wait > 0 {
			text += page.Sep + v.w.Wait + page.NBSP + spoken(v.w, p.Wait)
		}
		if p.Approval != "" {
			text += page.Sep + v.w.Approval + ": " + p.Approval
		}
		if p.Owner != "" {
			text += " (" + p.Owner + ")"
		}
		out[i] = item{text: text, evidence: p.Evidence, marked: true}
	}
	return out
}

func (v *view) opportunities(s Stage) []item {
	out := make([]item, len(s.Opportunities))
	for i, o := range s.Opportunities {
		it := item{text: o.Text, evidence: o.Evidence, marked: true}
		if r, ok := v.ranks[[2]string{s.Name, o.Text}]; ok && o.Chance != nil {
			it.text = "#" + strconv.Itoa(r.Rank) + " " + o.Text + page.Sep + v.w.Safe + page.NBSP + page.Decimal(r.Safe, 0)
			it.strong = r.Rank == 1
		}
		out[i] = it
	}
	return out
}

func (v *view) milestones(s Stage) []item {
	out := make([]item, len(s.Milestones))
	for i, m := range s.Milestones {
		text := m.Name
		if m.Reached.Defined() {
			text += page.Sep + page.Percent(m.Reached)
		}
		if m.Median > 0 {
			text += page.Sep + spoken(v.w, m.Median)
		}
		out[i] = item{text: text, evidence: m.Evidence, marked: true}
	}
	return out
}

// title is how a KPI is called: as the map says, or the catalogue, or its id.
func (v *view) title(k KPI) string {
	if k.Title != "" {
		return k.Title
	}
	if d, ok := v.names.ByID(k.Metric); ok {
		return d.Name
	}
	return k.Metric
}

// complete takes unit and direction from the catalogue where the map is silent.
func (v *view) complete(k KPI) KPI {
	if d, ok := v.names.ByID(k.Metric); ok {
		if k.Unit == metrics.UnitUnknown {
			k.Unit = d.Unit
		}
		if k.Direction == metrics.DirectionUnknown {
			k.Direction = d.Direction
		}
	}
	return k
}

func (v *view) kpis(s Stage) []item {
	out := make([]item, len(s.KPIs))
	for i, k := range s.KPIs {
		k = v.complete(k)
		it := item{text: v.title(k), trend: k.Trend}
		if k.Value.Defined() {
			it.text += " " + figure(k.Value, k.Unit)
		}
		if k.Target.Defined() {
			it.text += " (" + v.w.Target + " " + figure(k.Target, k.Unit) + ")"
		}
		if short, known := k.Short(); known && short {
			it.class = svg.Bad
		}
		out[i] = it
	}
	return out
}

func (v *view) owner(o Ownership) []item {
	var out []item
	for _, a := range o.Accountable {
		out = append(out, item{text: a, strong: true})
	}
	for _, c := range o.Contributing {
		out = append(out, item{text: c + " (" + v.w.Contributing + ")", class: svg.Muted})
	}
	return out
}

// figures is the short line under a stage's name: conversion and median time.
func (v *view) figures(s Stage) string {
	if s.Figures == nil {
		return ""
	}
	var parts []string
	if s.Figures.Onward.Defined() {
		parts = append(parts, page.Percent(s.Figures.Onward))
	}
	if s.Figures.Median > 0 {
		parts = append(parts, spoken(v.w, s.Figures.Median))
	}
	return strings.Join(parts, page.Sep)
}

// subtitle says what kind of map it is, of whom, and on what it rests.
func (v *view) subtitle() string {
	parts := []string{pick(v.w.Kinds, v.m.Kind)}
	if v.m.Basis != Drawn {
		parts = append(parts, pick(v.w.Bases, v.m.Basis))
	}
	if v.m.Persona != "" {
		parts = append(parts, v.w.Persona+": "+v.m.Persona)
	}
	if v.m.Segment != "" {
		parts = append(parts, v.w.Segment+": "+v.m.Segment)
	}
	if !v.m.From.IsZero() || !v.m.Until.IsZero() {
		parts = append(parts, page.Date(v.m.From)+" – "+page.Date(v.m.Until))
	}
	if v.m.Customers > 0 {
		parts = append(parts, page.Count(v.m.Customers)+page.NBSP+v.w.Customers)
	}
	return strings.Join(parts, page.Sep)
}

// summary is the sentence that stands for the picture.
func (v *view) summary() string {
	first, last := "", ""
	if n := len(v.columns); n > 0 {
		first, last = v.columns[0].Label(), v.columns[n-1].Label()
	}
	s := strings.NewReplacer("{kind}", pick(v.w.Kinds, v.m.Kind), "{n}", strconv.Itoa(len(v.columns)), "{first}", first, "{last}", last).Replace(v.w.Summary)
	if v.m.Purpose != "" {
		s += " " + v.m.Purpose
	}
	return s
}

// figured reports that a log stands behind the map.
func (v *view) figured() bool {
	for _, s := range v.columns {
		if s.Figures != nil {
			return true
		}
	}
	return false
}
