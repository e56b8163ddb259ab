package main

import (
	"fmt"
	"time"

	"github.com/shopspring/decimal"

	"github.com/lifecycle-go/lifecycle/journey"
	"github.com/lifecycle-go/lifecycle/journey/journeymap"
	"github.com/lifecycle-go/lifecycle/journey/journeymap/sample"
	"github.com/lifecycle-go/lifecycle/metrics"
	"github.com/lifecycle-go/lifecycle/metrics/billing/policy"
	"github.com/lifecycle-go/lifecycle/metrics/calendar"
	"github.com/lifecycle-go/lifecycle/metrics/forecast"
	"github.com/lifecycle-go/lifecycle/metrics/ledger"
	"github.com/lifecycle-go/lifecycle/metrics/report"
	"github.com/lifecycle-go/lifecycle/touchpoint"
)

var start = calendar.NewMonth(2024, time.January)

// company are the books of two years: who came leaves, pays more or returns by
// a rule, so that every line of a bridge has something in it.
func company() (*ledger.Ledger, error) {
	l, err := ledger.New(ledger.Options{Currency: "EUR"})
	if err != nil {
		return nil, err
	}
	plans := []string{"basic", "team", "pro"}
	for i := range 240 {
		m := i / 10
		id, plan := fmt.Sprintf("c%03d", i), plans[i%3]
		amount := decimal.NewFromInt(int64(29 * (1 + i%3)))
		put := func(ahead int, a decimal.Decimal, cause ledger.Cause) error {
			if m+ahead >= 24 {
				return nil
			}
			return l.Append(ledger.Change{Customer: id, At: start.Add(m + ahead).Start(time.UTC).Add(time.Duration(i%20) * 24 * time.Hour), Amount: a, Plan: plan, Cause: cause})
		}
		err := put(0, amount, ledger.CauseStart)
		switch {
		case err != nil:
		case i%4 == 0:
			if err = put(1+i%9, decimal.Zero, ledger.CauseCancel); err == nil && i%16 == 0 {
				err = put(4+i%9, amount, ledger.CauseResume)
			}
		case i%5 == 1:
			err = put(2+i%6, amount.Add(decimal.NewFromInt(20)), ledger.CauseQuantity)
		case i%7 == 2:
			err = put(3+i%5, amount.Sub(decimal.NewFromInt(9)), ledger.CauseDiscount)
		}
		if err != nil {
			return nil, err
		}
	}
	return l, nil
}

// reports are pages of every figure that can be had without a log, in every
// language, and one whose names are hostile.
func reports() (map[string][]byte, error) {
	out := map[string][]byte{}
	l, err := company()
	if err != nil {
		return nil, err
	}
	last := start.Add(23)
	ahead, err := forecast.Books(l, forecast.Options{Horizon: 12, Paths: 200})
	if err != nil {
		return nil, err
	}
	for name, o := range map[string]report.Options{"report-en": {}, "report-ar": {Language: "ar"}, "report-th": {Language: "th"}} {
		p, err := report.Books(l, last, o)
		if err != nil {
			return nil, err
		}
		p.Fresh = last.Add(1).Start(time.UTC)
		rules := policy.ChartMogul()
		p.Policy = &rules
		figures := []func() (report.Figure, error){
			func() (report.Figure, error) { return report.Forecast(p.Statements, ahead, o) },
			func() (report.Figure, error) { return report.Channels(channels(name), o) },
			func() (report.Figure, error) { return report.Timeline(person(name), o) },
			func() (report.Figure, error) {
				picture, err := sample.Of(journeymap.CurrentState).SVG(journeymap.Options{})
				if err != nil {
					return report.Figure{}, err
				}
				return report.Embed("Journey", picture, report.Table{})
			},
		}
		for _, f := range figures {
			figure, err := f()
			if err != nil {
				return nil, err
			}
			p.Figures = append(p.Figures, figure)
		}
		if out[name], err = p.HTML(o); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func channels(name string) []report.Channel {
	list := []report.Channel{{Name: "search", LTV: metrics.NewCount(900, 1), CAC: metrics.NewCount(300, 1), Currency: "EUR"}}
	if name == "report-th" {
		for _, h := range hostile {
			list = append(list, report.Channel{Name: h + " " + h + " " + h, LTV: metrics.NewCount(300, 1), CAC: metrics.NewCount(7, 3)})
		}
	}
	return list
}

func person(name string) report.Customer {
	at := func(m time.Month, d int) time.Time { return time.Date(2025, m, d, 0, 0, 0, 0, time.UTC) }
	c := report.Customer{
		ID: "acme", Persona: "lead", Currency: "EUR",
		Visits:    []journey.Visit{{Stage: "trial", From: at(1, 3), Until: at(2, 1)}, {Stage: "customer", From: at(2, 1), Until: at(9, 1), Open: true}},
		Events:    []touchpoint.Event{{Name: "visit", Channel: "web", At: at(1, 3)}, {Name: "ticket", Channel: touchpoint.Email, At: at(4, 3)}},
		Answers:   []report.Answer{{Survey: "NPS", At: at(3, 1), Score: 9, Hi: 10}, {Survey: "NPS", At: at(3, 2), Score: 3, Hi: 10}},
		Movements: []ledger.Movement{{At: at(2, 1), Kind: ledger.NewBusiness, After: decimal.NewFromInt(290)}, {At: at(5, 1), Kind: ledger.Expansion, Before: decimal.NewFromInt(290), After: decimal.NewFromInt(12490)}},
		Risk:      []report.Risk{{At: at(2, 1), Value: 0.1}, {At: at(8, 1), Value: 0.7}},
	}
	if name == "report-th" {
		for i, h := range hostile {
			c.Visits = append(c.Visits, journey.Visit{Stage: journey.Stage(h), From: at(9, 1+i), Until: at(9, 2+i)})
			c.Events = append(c.Events, touchpoint.Event{Name: h, Channel: touchpoint.Channel(h), At: at(6, 1+i)})
		}
	}
	return c
}
