package main

import (
	"fmt"
	"os"
	"time"

	"github.com/shopspring/decimal"

	"github.com/lifecycle-go/lifecycle/journey"
	"github.com/lifecycle-go/lifecycle/journey/preset"
	"github.com/lifecycle-go/lifecycle/journey/scorecard"
	"github.com/lifecycle-go/lifecycle/journey/simulate"
	"github.com/lifecycle-go/lifecycle/metrics/billing"
	"github.com/lifecycle-go/lifecycle/metrics/billing/stripe"
	"github.com/lifecycle-go/lifecycle/metrics/money"
	"github.com/lifecycle-go/lifecycle/touchpoint"
	"github.com/lifecycle-go/lifecycle/touchpoint/source"
	"github.com/lifecycle-go/lifecycle/touchpoint/survey"
)

// company is what is known, wherever it came from.
type company struct {
	name       string
	currency   money.Currency
	definition *journey.Definition
	rules      journey.Rules
	spans      []billing.Span
	log        *touchpoint.Log // nil: no journeys
	until      time.Time       // zero: as far as the data goes
	personas   map[string]string
	answers    []survey.Answer
	spend      map[string]decimal.Decimal
}

// read simulates, or reads what was given.
func read(f flags) (*company, error) {
	if f.stripe == "" && f.events == "" {
		return invented()
	}
	c := &company{name: f.name, definition: preset.SaaS(), personas: map[string]string{}}
	if f.stripe != "" {
		if err := c.readStripe(f.stripe); err != nil {
			return nil, err
		}
	}
	if f.events != "" {
		if err := c.readEvents(f.events); err != nil {
			return nil, err
		}
	}
	return c, nil
}

func invented() (*company, error) {
	w := northwind()
	co, err := w.Run(simulate.Options{})
	if err != nil {
		return nil, err
	}
	c := &company{
		name: w.Name, currency: w.Billing.Currency, definition: w.Definition, rules: co.Rules(), spans: co.Spans(), until: w.To,
		personas: map[string]string{}, answers: co.Answers("nps"), spend: map[string]decimal.Decimal{},
	}
	for _, s := range co.Spends() {
		c.spend[string(s.Channel)] = s.Cost
	}
	for _, customer := range co.Customers() {
		c.personas[customer.ID] = customer.Persona
	}
	c.log, err = co.Log()
	return c, err
}

// readStripe reads subscriptions as Stripe's API and exports write them. All
// must be of one currency.
func (c *company) readStripe(name string) error {
	file, err := os.Open(name)
	if err != nil {
		return err
	}
	defer func() { _ = file.Close() }() // read only
	c.spans, _, err = stripe.Read(file, stripe.Options{})
	if err != nil {
		return err
	}
	for _, s := range c.spans {
		if c.currency == "" {
			c.currency = s.Currency
		}
		if s.Currency != c.currency {
			return fmt.Errorf("%s: subscriptions in %s and %s: this example shows one currency; rates are policy.Options.Rates", name, c.currency, s.Currency)
		}
	}
	return nil
}

// readEvents reads the documented CSV of touchpoint/source; the names of the
// events are the triggers of preset.SaaS, others are touchpoints without one.
func (c *company) readEvents(name string) error {
	file, err := os.Open(name)
	if err != nil {
		return err
	}
	defer func() { _ = file.Close() }() // read only
	c.log, err = source.Log(touchpoint.LogOptions{Cost: true, Value: true}, nil, source.CSV(file, source.Options{}))
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	c.spend = map[string]decimal.Decimal{}
	names := map[string]bool{}
	for e := range c.log.Events() {
		names[e.Name] = true
		if !e.Cost.IsZero() {
			c.spend[string(e.Channel)] = c.spend[string(e.Channel)].Add(e.Cost)
		}
	}
	for _, t := range c.definition.Triggers() {
		if names[string(t)] {
			c.rules = append(c.rules, journey.Rule{Name: string(t), Trigger: t})
		}
	}
	if len(c.rules) == 0 {
		return fmt.Errorf("%s: no event is one of preset.SaaS, such as %s or %s", name, "trial_started", "subscribed")
	}
	return nil
}

func (c *company) persona(customer string) string { return c.personas[customer] }

// nps are the answers as the scorecard asks for them.
func (c *company) nps() []scorecard.Answers {
	if len(c.answers) == 0 {
		return nil
	}
	return []scorecard.Answers{{Name: "nps", Survey: survey.Survey{Kind: survey.KindNPS}, Given: c.answers}}
}
