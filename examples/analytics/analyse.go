package main

import (
	"fmt"
	"slices"
	"time"

	"github.com/shopspring/decimal"

	"github.com/lifecycle-go/lifecycle/journey"
	"github.com/lifecycle-go/lifecycle/journey/funnel"
	"github.com/lifecycle-go/lifecycle/journey/mining"
	"github.com/lifecycle-go/lifecycle/journey/retention"
	"github.com/lifecycle-go/lifecycle/metrics/calendar"
	"github.com/lifecycle-go/lifecycle/touchpoint"
	"github.com/lifecycle-go/lifecycle/touchpoint/attribution"
)

const (
	window   = 60 * 24 * time.Hour // from the first step to the last
	lookback = 60 * 24 * time.Hour // from a touch to a sale
	months   = 6                   // of the retention triangle, at most
	exposure = "onboarding_shown"  // the event that shows a variant
)

// analysis is everything the library says of a log.
type analysis struct {
	Steps    []string                  `json:"steps"`
	Log      *touchpoint.Log           `json:"log"`
	Funnel   *funnel.Report            `json:"funnel"`
	Instead  [][]funnel.Instead        `json:"instead"`   // by step: what those who stopped there did next
	Personas []*funnel.Report          `json:"personas"`  // by the attribute persona
	Variants *funnel.Verdict           `json:"variants"`  // nil where there is no experiment
	Returned *retention.Table          `json:"retention"` // nil of an empty log
	Plan     *mining.ConformanceReport `json:"conformance"`
	Worst    []mining.Deviation        `json:"worst"` // the three that most buyers have
	Models   []attribution.Credits     `json:"models"`
	Spend    []spent                   `json:"spend"`
	Converts *funnel.Correlations      `json:"converters"`
}

// spent is the costs of one channel.
type spent struct {
	Channel string          `json:"channel"`
	Spend   decimal.Decimal `json:"spend"`
}

func analyse(log *touchpoint.Log, d *journey.Definition, steps []string) (*analysis, error) {
	a := &analysis{Log: log, Steps: steps}
	spec := funnel.Spec{Window: window}
	for _, s := range steps {
		spec.Steps = append(spec.Steps, funnel.Step{Name: s, Any: touchpoint.Named(s)})
	}
	var err error
	if a.Funnel, err = funnel.Run(log, spec); err != nil {
		return nil, err
	}
	for k := range len(steps) - 1 {
		a.Instead = append(a.Instead, a.Funnel.Instead(k+1))
	}
	if _, ok := log.Attr("persona"); ok {
		who := firstOf(log, "persona")
		if a.Personas, err = funnel.RunBy(log, spec, touchpoint.Breakdown{Customer: func(c string) string { return who[c] }}); err != nil {
			return nil, err
		}
	}
	began := a.Funnel
	if len(steps) > 2 { // of those who got as far as the second step
		later := spec
		later.Steps = spec.Steps[1:]
		if began, err = funnel.Run(log, later); err != nil {
			return nil, err
		}
	}
	if a.Converts, err = began.Correlate(funnel.CorrelateOptions{}); err != nil {
		return nil, err
	}
	sale := steps[len(steps)-1]
	for _, f := range []func() error{
		func() error { return a.experiment(log, steps[max(0, len(steps)-2)]) },
		func() error { return a.retain(log, sale) },
		func() error { return a.conform(log, d, sale) },
		func() error { return a.attribute(log, sale) },
	} {
		if err := f(); err != nil {
			return nil, err
		}
	}
	return a, nil
}

// firstOf is the first value of an attribute of every customer.
func firstOf(log *touchpoint.Log, attr string) map[string]string {
	of := map[string]string{}
	for e := range log.Events() {
		if v := e.Attrs[attr]; v != "" && of[e.Customer] == "" {
			of[e.Customer] = v
		}
	}
	return of
}

// experiment compares the variants of the onboarding, from their exposure to the
// last step but one.
func (a *analysis) experiment(log *touchpoint.Log, outcome string) error {
	col, ok := log.Attr("variant")
	if !ok {
		return nil
	}
	spec := funnel.Spec{Window: window, Steps: []funnel.Step{{Any: touchpoint.Named(exposure)}, {Any: touchpoint.Named(outcome)}}}
	reports, err := funnel.RunBy(log, spec, touchpoint.Breakdown{Attr: "variant"})
	if err != nil || len(reports) != len(col.Values) || len(reports) < 2 {
		return err
	}
	var arms []funnel.Arm
	for _, r := range slices.Backward(reports) { // "plain" before "guided"
		arm := funnel.ArmOf(r)
		arm.Name = r.Key()
		arms = append(arms, arm)
	}
	// An onboarding step is tried on some hundred people for an effect of some ten
	// points; the usual point would need tens of thousands.
	v, err := funnel.Experiment(funnel.ExperimentOptions{Tau: 0.1}, arms...)
	a.Variants = &v
	return err
}

// retain follows those who bought, month by month, while they come back.
func (a *analysis) retain(log *touchpoint.Log, sale string) error {
	_, last, ok := log.Span()
	if !ok {
		return nil
	}
	end := calendar.MonthOf(last, nil)
	var err error
	a.Returned, err = retention.Run(log, retention.Spec{
		Start: touchpoint.Named(sale), Return: touchpoint.Named("logged_in"), Kind: retention.FirstEver,
		Unit: calendar.UnitMonth, Periods: months, From: end.Add(1 - months).Start(nil),
	})
	return err
}

// conform aligns with the plan every journey that came to a sale. Events that
// the plan does not know are no part of it.
func (a *analysis) conform(log *touchpoint.Log, d *journey.Definition, sale string) error {
	var events []touchpoint.Event
	for _, own := range log.ByCustomer() {
		list := slices.Collect(own)
		if slices.ContainsFunc(list, func(e touchpoint.Event) bool { return e.Name == sale }) {
			events = append(events, list...)
		}
	}
	buyers, err := touchpoint.LogOf(events...)
	if err != nil {
		return err
	}
	var rules journey.Rules
	for _, t := range d.Triggers() {
		rules = append(rules, journey.Rule{Name: string(t)})
	}
	if a.Plan, err = mining.Conformance(d, buyers, rules); err != nil {
		return err
	}
	a.Worst = a.Plan.Deviations[:min(3, len(a.Plan.Deviations))]
	return nil
}

// attribute shares the sales out to channels, under five models.
func (a *analysis) attribute(log *touchpoint.Log, sale string) error {
	paths, err := attribution.PathsOf(log, attribution.Options{Conversion: touchpoint.Named(sale), Lookback: lookback})
	if err != nil {
		return err
	}
	if n, _, _ := paths.Totals(); n == 0 {
		return nil
	}
	for _, m := range []attribution.Model{
		attribution.First(), attribution.LastNonDirect(), attribution.Linear(), attribution.UShaped(), attribution.Markov(1),
	} {
		c, err := paths.Credit(m)
		if err != nil {
			return fmt.Errorf("model %s: %w", m, err)
		}
		a.Models = append(a.Models, c)
	}
	spend := map[string]decimal.Decimal{}
	for e := range log.Events() {
		if e.Channel != "" {
			spend[string(e.Channel)] = spend[string(e.Channel)].Add(e.Cost)
		}
	}
	for _, key := range a.Models[0].Keys() {
		a.Spend = append(a.Spend, spent{key, spend[key]})
	}
	return nil
}
