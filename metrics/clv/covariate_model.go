package clv

import (
	"encoding/json"
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/lifecycle-go/lifecycle/metrics/fault"
)

func (m StaticBGNBD) theta() []float64 { return extended(m.Base.theta(), m.Rate, m.Life) }

func (m StaticBGNBD) fitting() *fitted { return m.fit }

func (m StaticBGNBD) logs() int { return 4 }

func (m StaticBGNBD) at(p []float64) StaticBGNBD {
	n := 4 + len(m.Rate)
	return StaticBGNBD{Base: BGNBD{}.at(p[:4]), Rate: p[4:n:n], Life: p[n:], fit: m.fit}
}

func (m StaticParetoNBD) theta() []float64 { return extended(m.Base.theta(), m.Rate, m.Life) }

func (m StaticParetoNBD) fitting() *fitted { return m.fit }

func (m StaticParetoNBD) logs() int { return 4 }

func (m StaticParetoNBD) at(p []float64) StaticParetoNBD {
	n := 4 + len(m.Rate)
	return StaticParetoNBD{Base: ParetoNBD{}.at(p[:4]), Rate: p[4:n:n], Life: p[n:], fit: m.fit}
}

func extended(base, rate, life []float64) []float64 {
	return append(append(append([]float64(nil), base...), rate...), life...)
}

// Report is what the fit came to; of a literal, its parameters alone.
func (m StaticBGNBD) Report() FitReport {
	return reportOf(m.fit, "BG/NBD with covariates", m.names(), m.theta())
}

// Report is what the fit came to; of a literal, its parameters alone.
func (m StaticParetoNBD) Report() FitReport {
	return reportOf(m.fit, "Pareto/NBD with covariates", m.names(), m.theta())
}

func (m StaticBGNBD) names() []string { return covariateNames(m.Base.names(), m.Rate, m.Life) }

func (m StaticParetoNBD) names() []string { return covariateNames(m.Base.names(), m.Rate, m.Life) }

func covariateNames(names []string, rate, life []float64) []string {
	for i := range rate {
		names = append(names, fmt.Sprintf("rate.%d", i+1))
	}
	for i := range life {
		names = append(names, fmt.Sprintf("life.%d", i+1))
	}
	return names
}

// String is the report for people.
func (m StaticBGNBD) String() string { return m.Report().String() }

// String is the report for people.
func (m StaticParetoNBD) String() string { return m.Report().String() }

// MarshalJSON writes model, parameters and coefficients by name and, of a
// fitted one, the report and the covariance, of the logs of the parameters and
// of the coefficients.
func (m StaticBGNBD) MarshalJSON() ([]byte, error) {
	return writeModel(static("BG/NBD", m.names(), m.fit), m.theta(), m.fit)
}

// UnmarshalJSON reads what MarshalJSON writes. On error m stays as it was.
func (m *StaticBGNBD) UnmarshalJSON(data []byte) error {
	p, rate, f, err := readStatic("BG/NBD", m.Base.names(), data)
	if err != nil {
		return err
	}
	*m = StaticBGNBD{Rate: make([]float64, rate), fit: f}.at(p)
	return nil
}

// MarshalJSON writes model, parameters and coefficients by name and, of a
// fitted one, the report and the covariance, of the logs of the parameters and
// of the coefficients.
func (m StaticParetoNBD) MarshalJSON() ([]byte, error) {
	return writeModel(static("Pareto/NBD", m.names(), m.fit), m.theta(), m.fit)
}

// UnmarshalJSON reads what MarshalJSON writes. On error m stays as it was.
func (m *StaticParetoNBD) UnmarshalJSON(data []byte) error {
	p, rate, f, err := readStatic("Pareto/NBD", m.Base.names(), data)
	if err != nil {
		return err
	}
	*m = StaticParetoNBD{Rate: make([]float64, rate), fit: f}.at(p)
	return nil
}

// withCovariates describes a model whose coefficients have names of their own.
type withCovariates struct {
	model   string
	columns []string
}

func (d withCovariates) name() string { return d.model + " with covariates" }

func (d withCovariates) names() []string { return d.columns }

func static(model string, numbered []string, f *fitted) withCovariates {
	if f != nil {
		return withCovariates{model, f.report.Names}
	}
	return withCovariates{model, numbered}
}

// readStatic reads a model with covariates, and how many are of the rate: the
// names tell.
func readStatic(model string, base []string, data []byte) (params []float64, rate int, f *fitted, err error) {
	var in struct {
		Params []namedValue `json:"params"`
		Report *struct {
			Intervals []spanJSON `json:"intervals"`
		} `json:"report"`
	}
	if err := json.Unmarshal(data, &in); err != nil {
		return nil, 0, nil, fmt.Errorf("clv: read %s with covariates: %w", model, err)
	}
	if len(in.Params) > len(base)+MaxCovariates {
		return nil, 0, nil, &fault.Error{Package: "clv", Op: "read " + model + " with covariates", Field: "params", Value: strconv.Itoa(len(in.Params)), Limit: fmt.Sprintf("want at most %d", len(base)+MaxCovariates), Err: ErrInput}
	}
	d := withCovariates{model, base}
	for i := len(base); i < len(in.Params); i++ {
		name := in.Params[i].Name
		kind := "life."
		if strings.HasPrefix(name, "rate.") && rate == i-len(base) {
			kind = "rate."
			rate++
		}
		if !strings.HasPrefix(name, kind) {
			name = kind + "…" // what readModel then misses
		}
		d.columns = append(d.columns[:i:i], name)
	}
	if params, f, err = readModel(d, data); err != nil || f == nil {
		return params, rate, f, err
	}
	// A coefficient's interval is open below at −∞, a parameter's at 0.
	for i, s := range in.Report.Intervals {
		if i >= len(base) && s.Lo == nil && i < len(f.report.Intervals) {
			f.report.Intervals[i].Lo = math.Inf(-1)
		}
	}
	return params, rate, f, nil
}
