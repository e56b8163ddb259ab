package forecast

import (
	"encoding/json"
	"math"
	"slices"

	"github.com/lifecycle-go/lifecycle/metrics"
	"github.com/lifecycle-go/lifecycle/metrics/calendar"
)

// number is a float in JSON: null where it is not finite.
type number float64

// MarshalJSON writes the number, or null.
func (n number) MarshalJSON() ([]byte, error) {
	if f := float64(n); math.IsNaN(f) || math.IsInf(f, 0) {
		return []byte("null"), nil
	}
	return json.Marshal(float64(n))
}

func texts(errs []error) []string {
	out := make([]string, len(errs))
	for i, e := range errs {
		out[i] = e.Error()
	}
	return out
}

// MarshalJSON writes ahead and the estimate.
func (r SeriesRow) MarshalJSON() ([]byte, error) {
	return json.Marshal(struct {
		Ahead    int              `json:"ahead"`
		Estimate metrics.Estimate `json:"estimate"`
	}{r.Ahead, r.Estimate})
}

// MarshalJSON writes method, parameters, warnings and every row. It is a view:
// a forecast is not read back.
func (f *SeriesForecast) MarshalJSON() ([]byte, error) {
	return json.Marshal(struct {
		Method        Method      `json:"method"`
		Logs          bool        `json:"logs"`
		Params        []Parameter `json:"params"`
		LogLikelihood number      `json:"log_likelihood"`
		AICc          number      `json:"aicc"`
		Sigma2        number      `json:"sigma2"`
		Warnings      []string    `json:"warnings"`
		Rows          []SeriesRow `json:"rows"`
	}{f.Method, f.Logs, append([]Parameter{}, f.Params...), number(f.LogLikelihood), number(f.AICc), number(f.Sigma2), texts(f.Warnings), slices.AppendSeq([]SeriesRow{}, f.Rows())})
}

// MarshalJSON writes the row.
func (r Row) MarshalJSON() ([]byte, error) {
	return json.Marshal(struct {
		Scenario string           `json:"scenario,omitempty"`
		Month    calendar.Month   `json:"month"`
		Ahead    int              `json:"ahead"`
		Quantity Quantity         `json:"quantity"`
		Estimate metrics.Estimate `json:"estimate"`
	}{r.Scenario, r.Month, r.Ahead, r.Quantity, r.Estimate})
}

// MarshalJSON writes the bridges of means and every row, scenarios included.
// It is a view: a projection is not read back.
func (p *Projection) MarshalJSON() ([]byte, error) {
	type bridge struct {
		Month calendar.Month  `json:"month"`
		Mean  metrics.Revenue `json:"mean"`
		Error number          `json:"monte_carlo_error"`
	}
	bridges := []bridge{}
	for m := 1; m <= p.opt.Horizon; m++ {
		bridges = append(bridges, bridge{p.Month(m), p.Mean(m), number(p.MonteCarloError(MRR, m))})
	}
	return json.Marshal(struct {
		Origin   calendar.Month `json:"origin"`
		Paths    int            `json:"paths"`
		Seed     uint64         `json:"seed"`
		Warnings []string       `json:"warnings"`
		Bridges  []bridge       `json:"bridges"`
		Rows     []Row          `json:"rows"`
	}{p.Origin, p.opt.Paths, p.opt.Seed, texts(p.Warnings), bridges, slices.AppendSeq([]Row{}, p.Rows())})
}
