package main

import (
	"fmt"
	"slices"
	"time"

	"github.com/lifecycle-go/lifecycle/journey"
	"github.com/lifecycle-go/lifecycle/journey/funnel"
	"github.com/lifecycle-go/lifecycle/journey/journeymap"
	"github.com/lifecycle-go/lifecycle/journey/journeymap/words"
	"github.com/lifecycle-go/lifecycle/journey/retention"
	"github.com/lifecycle-go/lifecycle/journey/scorecard"
	"github.com/lifecycle-go/lifecycle/metrics"
	"github.com/lifecycle-go/lifecycle/metrics/calendar"
	"github.com/lifecycle-go/lifecycle/metrics/cohort"
	"github.com/lifecycle-go/lifecycle/metrics/ledger"
	"github.com/lifecycle-go/lifecycle/metrics/report"
	"github.com/lifecycle-go/lifecycle/touchpoint"
	"github.com/lifecycle-go/lifecycle/touchpoint/attribution"
)

func named(names ...string) []touchpoint.Match {
	out := make([]touchpoint.Match, len(names))
	for i, n := range names {
		out[i].Name = n
	}
	return out
}

// journeys are what the log says: where customers get to, who comes back, how
// they move, what brought them, what the stages measure, and the map.
func (b *board) journeys() error {
	replay, err := b.definition.ReplayLog(b.log, b.rules, journey.ReplayOptions{Horizon: b.until})
	if err != nil {
		return err
	}
	steps, err := funnel.Run(b.log, funnel.Spec{Window: 365 * day, Steps: []funnel.Step{
		{Name: "visited", Any: named("visited")}, {Name: "trial", Any: named("trial_started")}, {Name: "subscribed", Any: named("subscribed")}, {Name: "renewed", Any: named("renewed")},
	}})
	if err != nil {
		return err
	}
	if err := b.add(report.Funnel(steps, b.o)); err != nil {
		return err
	}
	first, last := b.span()
	periods := min(24, calendar.MonthOf(last, nil).Sub(calendar.MonthOf(first, nil))+1)
	back, err := retention.RunBy(b.log, retention.Spec{
		Start: named("subscribed"), Return: named("active_day", "renewed", "upgraded"), Kind: retention.FirstEver,
		Periods: periods, From: calendar.MonthOf(last, nil).Add(1 - periods).Start(time.UTC), AsOf: b.until,
	}, touchpoint.Breakdown{Customer: b.persona})
	if err != nil {
		return err
	}
	if len(back) > 0 && len(back) <= 8 {
		if err := b.add(report.Retention(back, b.o)); err != nil {
			return err
		}
	}
	if err := b.add(report.Flow(&replay.Summary, journey.ByStage, b.o)); err != nil {
		return err
	}
	if err := b.attribution(); err != nil {
		return err
	}
	if err := b.scorecard(replay); err != nil {
		return err
	}
	if err := b.journeyMap(); err != nil {
		return err
	}
	return b.customer(replay)
}

// span is the first and the last instant of the log.
func (b *board) span() (first, last time.Time) {
	for e := range b.log.Events() {
		if first.IsZero() || e.At.Before(first) {
			first = e.At
		}
		if e.At.After(last) {
			last = e.At
		}
	}
	return first, last
}

// attribution credits subscriptions to the touches before them, under three
// models, and sets the spend beside the first.
func (b *board) attribution() error {
	paths, err := attribution.PathsOf(b.log, attribution.Options{Conversion: named("subscribed"), Touches: named("touch")})
	if err != nil {
		return err
	}
	var credits []attribution.Credits
	for _, m := range []attribution.Model{attribution.Markov(1), attribution.Last(), attribution.Linear()} {
		c, err := paths.Credit(m)
		if err != nil {
			return err
		}
		credits = append(credits, c)
	}
	if credits[0].Conversions == 0 { // no subscription had a touch
		return nil
	}
	if err := b.add(report.Attribution(credits, b.o)); err != nil {
		return err
	}
	cac := map[string]metrics.Ratio{}
	for _, c := range credits[0].Costs(b.spend) {
		cac[c.Key] = c.CAC
	}
	return b.channels(cac)
}

// scorecard is every metric of the catalogue that the data have, in the last
// month, beside the month before.
func (b *board) scorecard(replay *journey.Replay) error {
	to := b.month
	if to.IsZero() {
		_, last := b.span()
		to = calendar.MonthOf(last, nil)
	}
	r, err := scorecard.Evaluate(scorecard.Data{Log: b.log, Journeys: replay, Books: b.books, Answers: b.nps()}, scorecard.Standard(), scorecard.Options{From: to.Add(-5), To: to, Horizon: b.until})
	if err != nil {
		return err
	}
	w, _ := report.WordsIn(b.o.Language)
	rows := [][]string{{w.What, w.Stage, w.Month + " " + to.String(), to.Add(-1).String(), "n"}}
	for _, s := range r.Series {
		p, ok := s.Last()
		if !ok || !p.Value.Defined() || p.Month != to {
			continue
		}
		before := "–"
		for _, q := range s.Points {
			if q.Month == to.Add(-1) && q.Value.Defined() {
				before = scorecard.Show(s.Metric.Unit, q.Value)
			}
		}
		n := ""
		if p.Interval.Defined() {
			n = fmt.Sprint(p.Interval.N)
		}
		rows = append(rows, []string{s.Metric.Name, s.Metric.Stage.String(), scorecard.Show(s.Metric.Unit, p.Value), before, n})
	}
	if len(rows) == 1 {
		return nil
	}
	t, err := report.FromRows("Scorecard", rows, b.o)
	if err != nil {
		return err
	}
	b.page.Tables = append(b.page.Tables, t)
	return nil
}

// journeyMap is the plan beside what happened, and the gap in place.
func (b *board) journeyMap() error {
	points := touchpoint.StandardSaaS()
	plan := journeymap.PlanOptions{Name: b.name, Language: b.o.Language}
	planned := journeymap.Planned(b.definition, points, plan)
	actual, err := journeymap.Actual(b.definition, points, b.log, journeymap.ActualOptions{PlanOptions: plan, Rules: b.rules, Replay: journey.ReplayOptions{Horizon: b.until}, Prune: 0.02})
	if err != nil {
		return err
	}
	gap, err := journeymap.GapOf(planned, actual, journeymap.GapOptions{})
	if err != nil {
		return err
	}
	words, _ := words.In(b.o.Language)
	o := journeymap.Options{Words: words, Form: journeymap.Wide, Lines: 6, Hide: []journeymap.Lane{journeymap.LaneMilestones, journeymap.LaneDecisions, journeymap.LaneNeeds, journeymap.LaneBackStage, journeymap.LaneActions}}
	picture, err := gap.Map.SVG(o)
	if err != nil {
		return err
	}
	rows := [][]string{{words.Stage, words.Gap}}
	for _, f := range gap.Findings {
		rows = append(rows, []string{f.Stage, f.Text})
	}
	t, err := report.FromRows(words.Gap, rows, b.o)
	if err != nil {
		return err
	}
	return b.add(report.Embed(b.name+": "+words.Gap, picture, t))
}

// customer is the one to whom most happened, on one line of time. The risk is
// that of leaving within the month, by tenure, as all customers left.
func (b *board) customer(replay *journey.Replay) error {
	if b.books == nil {
		return nil
	}
	id := b.busiest()
	visits := replay.Visits(id)
	if len(visits) == 0 { // the books know customers that the log does not
		return nil
	}
	c := report.Customer{ID: id, Persona: b.personas[id], Currency: b.currency, Visits: visits}
	c.Events = slices.Collect(b.log.Of(id))
	for _, a := range b.answers {
		if a.Customer == id {
			c.Answers = append(c.Answers, report.Answer{At: a.At, Survey: "NPS", Score: a.Score, Hi: 10})
		}
	}
	c.Movements = slices.Collect(b.books.MovementsOf(id, calendar.Period{From: b.month.Add(-600).Start(time.UTC), To: b.month.Add(1).Start(time.UTC)}))
	if len(c.Movements) > 0 {
		risk, err := b.risk(c.Movements)
		if err != nil {
			return err
		}
		c.Risk = risk
	}
	return b.add(report.Timeline(c, b.o))
}

func (b *board) risk(list []ledger.Movement) ([]report.Risk, error) {
	table, err := cohort.New(b.books, cohort.Options{Through: b.month})
	if err != nil {
		return nil, err
	}
	var out []report.Risk
	came := calendar.MonthOf(list[0].At, nil)
	for k, t := range table.Tenure() {
		h, ok := t.Hazard.Float64()
		if m := came.Add(k); ok && k > 0 && !m.After(b.month) {
			out = append(out, report.Risk{At: m.Start(time.UTC), Value: h})
		}
	}
	return out, nil
}

// summary is what the program prints.
func (b *board) summary() string {
	s := b.name
	if n := len(b.page.Statements); n > 0 {
		s += "\n" + b.page.Statements[n-1].String()
	}
	if b.log != nil {
		s += fmt.Sprintf("\n%d events of %d customers", b.log.Len(), b.log.Customers())
	}
	return s + "\n"
}
