package main

import (
	"errors"

	"github.com/lifecycle-go/lifecycle/metrics/calendar"
	"github.com/lifecycle-go/lifecycle/metrics/clv"
	"github.com/lifecycle-go/lifecycle/metrics/forecast"
	"github.com/lifecycle-go/lifecycle/metrics/survival"
)

// report is everything the program says, as values of the library.
type report struct {
	Company  string                   `json:"company"`
	To       calendar.Month           `json:"to"`
	Curve    *survival.Curve          `json:"survival"`
	Hazard   []survival.RateRow       `json:"hazard"`
	LTV      *clv.LTV                 `json:"ltv"`
	Ahead    *forecast.Projection     `json:"forecast"`
	Today    forecast.Today           `json:"from_today"`
	Series   *forecast.SeriesForecast `json:"series_only"`
	Backtest *forecast.BacktestReport `json:"backtest"`
	// NoBacktest says why there is none.
	NoBacktest string `json:"no_backtest,omitempty"`
}

// saver is the scenario shown.
var saver = forecast.Scenario{Name: "churn one point lower", ChurnPoints: -0.01}

// look computes the report of a company as of a month.
func look(c *company, f flags) (*report, error) {
	r := &report{Company: c.name, To: f.to}
	if r.To.IsZero() {
		r.To = c.last
	}
	var err error
	o := survival.Options{Interval: survival.LogLog}
	if r.Curve, err = survival.KaplanMeier(survival.OfLedger(c.books, r.To), o); err != nil {
		return nil, err
	}
	hazard, err := survival.NelsonAalen(survival.OfLedger(c.books, r.To), o)
	if err != nil {
		return nil, err
	}
	if r.Hazard, err = hazard.Rates(1, 3); err != nil {
		return nil, err
	}
	r.LTV, err = clv.LTVOf(c.books, r.To, clv.LTVOptions{GrossMargin: c.margin, Discount: 0.1, Key: c.plan})
	if err != nil {
		return nil, err
	}
	r.Ahead, err = forecast.Books(c.books, forecast.Options{
		Origin: r.To, Horizon: f.horizon, Paths: f.paths, Seed: f.seed, Scenarios: []forecast.Scenario{saver},
	})
	if err != nil {
		return nil, err
	}
	r.Today = r.Ahead.FromToday()
	first := r.Ahead.First()
	statements, err := c.books.Statements(first, r.To)
	if err != nil {
		return nil, err
	}
	var mrr []float64
	for _, st := range statements {
		mrr = append(mrr, st.Revenue.Closing().InexactFloat64())
	}
	if r.Series, err = forecast.Series(mrr, forecast.SeriesOptions{Horizon: f.horizon}); err != nil {
		return nil, err
	}
	// From half a year on, so that a young company sees something.
	r.Backtest, err = forecast.Backtest(c.books, forecast.BacktestOptions{First: first.Add(6), Last: r.To.Add(-1), Horizon: 3, Seed: f.seed})
	if errors.Is(err, forecast.ErrTooShort) || errors.Is(err, forecast.ErrOptions) {
		r.NoBacktest = err.Error()
		return r, nil
	}
	return r, err
}
