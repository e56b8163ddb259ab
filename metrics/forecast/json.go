package forecast

import (
	"encoding/json"
	"math"
	"slices"

	"github.com/lifecycle-go/lifecycle/metrics"
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
