package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/lifecycle-go/lifecycle/examples/internal/cli"
	"github.com/lifecycle-go/lifecycle/journey"
	"github.com/lifecycle-go/lifecycle/journey/journeymap"
	"github.com/lifecycle-go/lifecycle/journey/preset"
	"github.com/lifecycle-go/lifecycle/metrics"
	"github.com/lifecycle-go/lifecycle/touchpoint"
)

// measure is a KPI of a stage: of the customers with one event, the share with
// another.
type measure struct{ stage, metric, of, did string }

var measures = []measure{
	{"consideration", "trial_signup_rate", "engaged", "trial_started"},
	{"trial", "trial_to_paid_rate", "trial_started", "subscribed"},
	{"onboarding", "activation_rate", "subscribed", "activated"},
	{"adoption", "renewal_rate", "activated", "renewed"},
}

// targets are the KPIs of the plan.
func targets(stage string) []journeymap.KPI {
	goal := map[string]metrics.Ratio{"trial": metrics.NewCount(60, 100), "onboarding": metrics.NewCount(75, 100), "adoption": metrics.NewCount(70, 100)}
	var out []journeymap.KPI
	for _, m := range measures {
		if m.stage == stage {
			out = append(out, journeymap.KPI{Metric: m.metric, Target: goal[stage]})
		}
	}
	return out
}

// shares counts a measure in a log.
func (m measure) share(log *touchpoint.Log) metrics.Ratio {
	var of, did int64
	for _, events := range log.ByCustomer() {
		a, b := false, false
		for e := range events {
			a, b = a || e.Name == m.of, b || e.Name == m.did
		}
		if a {
			of++
			if b {
				did++
			}
		}
	}
	return metrics.NewCount(did, of)
}

// maps are everything the program shows.
type maps struct {
	planned, actual journeymap.Map
	personas        []journeymap.Map
	gap             journeymap.Gap
	road            journeymap.Roadmap // from what happens to what was planned
	levels          []journeymap.HandoffReport
	progress        []journeymap.Progress
	changes         []journeymap.FigureChange
	use             []journeymap.ContentUse
	options         journeymap.Options
}

// compute makes the maps of a log: the plan given, or Tidewise's own, beside
// what happened, for all and for each persona, and the gap.
func compute(log *touchpoint.Log, personas map[string]string, plan *journeymap.Map, rtl bool) (*maps, error) {
	m := &maps{planned: planned()}
	points := catalogue()
	if plan != nil {
		m.planned = *plan
	}
	m.options.Lines = 12
	m.options.Hide = []journeymap.Lane{journeymap.LaneMilestones, journeymap.LaneDecisions} // the tables have them
	o := journeymap.ActualOptions{
		PlanOptions: journeymap.PlanOptions{Name: m.planned.Name, Language: m.planned.Language, Purpose: m.planned.Purpose, KPIs: func(stage string) []journeymap.KPI {
			var out []journeymap.KPI
			for _, x := range measures {
				if x.stage == stage {
					out = append(out, journeymap.KPI{Metric: x.metric, Value: x.share(log)})
				}
			}
			return out
		}},
		Replay: journey.ReplayOptions{AtLastEvent: true}, Prune: 0.02, MaxPaths: 8,
	}
	if rtl {
		points = arabic(points)
		translate(&m.planned)
		o.Name, o.Language, o.Purpose = m.planned.Name, m.planned.Language, m.planned.Purpose
	}
	d := preset.SaaS()
	var err error
	if m.actual, err = journeymap.Actual(d, points, log, o); err != nil {
		return nil, err
	}
	o.KPIs = nil // those are of all customers
	if m.personas, err = journeymap.ActualBy(d, points, log, func(customer string) string { return personas[customer] }, o); err != nil {
		return nil, err
	}
	if err := m.measure(d, log); err != nil {
		return nil, err
	}
	m.gap, err = journeymap.GapOf(m.planned, m.actual, journeymap.GapOptions{
		Targets: map[string]float64{"trial": 0.6, "onboarding": 0.75, "adoption": 0.7}, Values: map[string]float64{"trial": 900, "onboarding": 1400, "adoption": 1900},
		Segments: m.personas, Levels: m.levels, Progress: m.progress, Late: 0.1, Skip: 0.25,
	})
	if err != nil {
		return nil, err
	}
	if err := m.steps(); err != nil {
		return nil, err
	}
	for _, x := range append([]*journeymap.Map{&m.actual, &m.gap.Map}, pointers(m.personas)...) {
		titled(x)
		if rtl {
			arabicTitles(x)
		}
	}
	if len(m.personas) > 1 {
		m.changes, err = journeymap.Compare(m.personas[0], m.personas[1], 0.95)
	}
	return m, err
}

// steps finds the way from what happens to the plan, what is worth most first.
func (m *maps) steps() error {
	worth := map[string][]journeymap.Opportunity{}
	for s := range m.gap.Map.Columns() {
		worth[s.Name] = s.Opportunities
	}
	now := m.actual
	now.Stages = slices.Clone(now.Stages)
	var fill func(list []journeymap.Stage)
	fill = func(list []journeymap.Stage) {
		for i := range list {
			list[i].Opportunities = worth[list[i].Name]
			list[i].Parts = slices.Clone(list[i].Parts)
			fill(list[i].Parts)
		}
	}
	fill(now.Stages)
	var err error
	m.road, err = journeymap.Between(now, m.planned, 0)
	return err
}

func pointers(list []journeymap.Map) []*journeymap.Map {
	out := make([]*journeymap.Map, len(list))
	for i := range list {
		out[i] = &list[i]
	}
	return out
}

// measure reads the plan's hand-offs, goals and content in the log.
func (m *maps) measure(d *journey.Definition, log *touchpoint.Log) error {
	replay, err := d.ReplayLog(log, nil, journey.ReplayOptions{AtLastEvent: true})
	if err != nil {
		return err
	}
	m.levels, _ = m.planned.ServiceLevels(replay)
	_, last, _ := log.Span()
	for _, g := range m.planned.Goals {
		for _, x := range measures {
			if x.metric != g.Metric || last.Before(g.Start) {
				continue
			}
			value, err := metrics.WilsonOf(x.share(log), 0.95)
			if err != nil {
				return err
			}
			if p, err := g.Progress(last, value); err == nil { // a goal without a time has none
				m.progress = append(m.progress, p)
			}
		}
	}
	m.use, err = m.planned.ContentUse(log, touchpoint.Named("subscribed")...)
	return err
}

// files are the outputs.
func (m *maps) files() ([]cli.File, error) {
	var out []cli.File
	for _, x := range []struct {
		name string
		m    journeymap.Map
	}{{"planned.svg", m.planned}, {"actual.svg", m.actual}, {"gap.svg", m.gap.Map}} {
		picture, err := x.m.SVG(m.options)
		if err != nil {
			return nil, err
		}
		out = append(out, cli.File{Name: x.name, Data: picture})
	}
	page := journeymap.Page{
		Maps: append([]journeymap.Map{m.planned, m.actual}, m.personas...), Gap: &m.gap, Roadmap: &m.road,
		Levels: m.levels, Progress: m.progress, Use: m.use, Changes: m.changes, Options: m.options,
	}
	html, err := page.HTML()
	if err != nil {
		return nil, err
	}
	markdown, err := page.Markdown()
	if err != nil {
		return nil, err
	}
	plan, err := m.planned.JSON()
	if err != nil {
		return nil, err
	}
	return append(out, cli.File{Name: "map.html", Data: html}, cli.File{Name: "map.md", Data: []byte(markdown)}, cli.File{Name: "map.json", Data: plan}), nil
}

// summary is what the terminal shows.
func (m *maps) summary() string {
	var text strings.Builder
	text.WriteString(fmt.Sprintf("%d customers from %s to %s\n", m.actual.Customers, m.actual.From.Format("2006-01-02"), m.actual.Until.Format("2006-01-02")))
	for s := range m.actual.Columns() {
		f := s.Figures
		text.WriteString(fmt.Sprintf("  %-14s %5d entered, %-9s on, median %s\n", s.Name, f.Entered, f.Onward.Percent(0), f.Median))
	}
	text.WriteString("gap: " + m.gap.String() + "\n")
	for _, r := range m.gap.Ranked {
		text.WriteString(fmt.Sprintf("  %d. %-12s gain %6.0f, for sure %6.0f\n", r.Rank, r.Stage, r.Gain, r.Safe))
	}
	text.WriteString(fmt.Sprintf("from here to the plan: %d steps, the first of them\n", len(m.road.Steps)))
	for _, s := range m.road.Steps[:min(3, len(m.road.Steps))] {
		text.WriteString("  " + s.String() + "\n")
	}
	return text.String()
}
