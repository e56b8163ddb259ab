package clv

import (
	"encoding/json"
	"fmt"
	"math"
	"strconv"

	"github.com/lifecycle-go/lifecycle/internal/text"
	"github.com/lifecycle-go/lifecycle/metrics/fault"
)

// modelJSON is a model that was written down: its report holds the parameters,
// the covariance of their logs lets intervals be made after reading.
type modelJSON struct {
	Model      string       `json:"model"`
	Params     []namedValue `json:"params"`
	Report     *FitReport   `json:"report,omitempty"`
	Covariance [][]*float64 `json:"log_covariance,omitempty"`
	Data       string       `json:"data,omitempty"` // fingerprint
	Corr       *float64     `json:"correlation,omitempty"`
}

type namedValue struct {
	Name  string   `json:"name"`
	Value *float64 `json:"value"`
}

func writeModel(m described, params []float64, f *fitted) ([]byte, error) {
	out := modelJSON{Model: m.name(), Params: []namedValue{}}
	for i, n := range m.names() {
		out.Params = append(out.Params, namedValue{n, finite(params[i])})
	}
	if f != nil {
		out.Report = &f.report
		out.Data = strconv.FormatUint(f.data, 16)
		for _, row := range f.cov {
			var r []*float64
			for _, v := range row {
				r = append(r, finite(v))
			}
			out.Covariance = append(out.Covariance, r)
		}
		if m.name() == (GammaGamma{}).name() {
			out.Corr = finite(f.corr)
		}
	}
	return json.Marshal(out)
}

func readModel(m described, data []byte) ([]float64, *fitted, error) {
	op := "read " + m.name()
	wrong := func(field, value, limit string) error {
		return &fault.Error{Package: "clv", Op: op, Field: field, Value: value, Limit: limit, Err: ErrInput}
	}
	var in modelJSON
	if err := json.Unmarshal(data, &in); err != nil {
		return nil, nil, fmt.Errorf("clv: %s: %w", op, err)
	}
	if in.Model != m.name() {
		return nil, nil, wrong("model", text.Quote(in.Model), "want "+m.name())
	}
	names := m.names()
	if len(in.Params) != len(names) {
		return nil, nil, wrong("params", strconv.Itoa(len(in.Params)), "want "+strconv.Itoa(len(names)))
	}
	params := make([]float64, len(names))
	for i, p := range in.Params {
		if p.Name != names[i] || p.Value == nil {
			return nil, nil, wrong("params["+strconv.Itoa(i)+"]", text.Quote(p.Name), "want a value of "+names[i])
		}
		params[i] = *p.Value
	}
	if in.Report == nil {
		return params, nil, nil
	}
	f := &fitted{report: *in.Report}
	var err error
	if f.data, err = strconv.ParseUint(in.Data, 16, 64); err != nil {
		return nil, nil, wrong("data", text.Quote(in.Data), "want a fingerprint in hexadecimal")
	}
	if len(in.Covariance) != len(names) || len(f.report.Params) != len(names) {
		return nil, nil, wrong("log_covariance", strconv.Itoa(len(in.Covariance))+" rows", "want "+strconv.Itoa(len(names)))
	}
	for i, v := range f.report.Params {
		if v != params[i] {
			return nil, nil, wrong("report.params", number(v), "want "+number(params[i])+", as in params")
		}
	}
	for _, row := range in.Covariance {
		if len(row) != len(names) {
			return nil, nil, wrong("log_covariance", strconv.Itoa(len(row))+" columns", "want "+strconv.Itoa(len(names)))
		}
		r := make([]float64, len(row))
		for i, v := range row {
			r[i] = math.NaN()
			if v != nil {
				r[i] = *v
			}
		}
		f.cov = append(f.cov, r)
	}
	if in.Corr != nil {
		f.corr = *in.Corr
	}
	return params, f, nil
}
