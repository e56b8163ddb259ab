package clv

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"strings"
)

// finite is v for JSON, where NaN and infinities are null.
func finite(v float64) *float64 {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return nil
	}
	return &v
}

type spanJSON struct {
	Lo *float64 `json:"lo"`
	Hi *float64 `json:"hi"`
}

// MarshalJSON writes lo and hi; a side without an end is null.
func (s Span) MarshalJSON() ([]byte, error) {
	return json.Marshal(spanJSON{finite(s.Lo), finite(s.Hi)})
}

// UnmarshalJSON reads what MarshalJSON writes; null is no end: 0 below, +Inf
// above.
func (s *Span) UnmarshalJSON(data []byte) error {
	var in spanJSON
	if err := json.Unmarshal(data, &in); err != nil {
		return err
	}
	*s = Span{0, math.Inf(1)}
	if in.Lo != nil {
		s.Lo = *in.Lo
	}
	if in.Hi != nil {
		s.Hi = *in.Hi
	}
	return nil
}

// Row is one parameter of a report.
type Row struct {
	Name     string
	Value    float64
	SE       float64
	Lo, Hi   float64
	Profiled bool
}

// Rows are the parameters, one a row; of a literal, without errors.
func (r FitReport) Rows() []Row {
	out := make([]Row, len(r.Params))
	for i, p := range r.Params {
		out[i] = Row{Name: r.Names[i], Value: p, SE: math.NaN(), Lo: math.NaN(), Hi: math.NaN()}
		if i < len(r.SE) {
			out[i].SE, out[i].Lo, out[i].Hi, out[i].Profiled = r.SE[i], r.Intervals[i].Lo, r.Intervals[i].Hi, r.Profiled[i]
		}
	}
	return out
}

// String is a table for people: parameters with their intervals, likelihood,
// diagnoses.
func (r FitReport) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s", r.Model)
	if len(r.SE) == 0 {
		for _, row := range r.Rows() {
			fmt.Fprintf(&b, " %s=%.6g", row.Name, row.Value)
		}
		return b.String()
	}
	fmt.Fprintf(&b, ": %.0f customers, log likelihood %.4f, AIC %.2f, BIC %.2f\n", r.N, r.LogLikelihood, r.AIC, r.BIC)
	for _, row := range r.Rows() {
		by := ""
		if row.Profiled {
			by = ", profile"
		}
		fmt.Fprintf(&b, "  %-8s %10.5g ± %-9.3g [%.4g, %.4g] at %g %%%s\n", row.Name, row.Value, row.SE, row.Lo, row.Hi, 100*r.Level, by)
	}
	for _, d := range r.Diagnoses {
		fmt.Fprintf(&b, "  %v\n", d)
	}
	return strings.TrimSuffix(b.String(), "\n")
}

type reportJSON struct {
	Model         string     `json:"model"`
	Names         []string   `json:"names"`
	Params        []float64  `json:"params"`
	SE            []*float64 `json:"se"`
	Intervals     []Span     `json:"intervals"`
	Profiled      []bool     `json:"profiled"`
	Level         float64    `json:"level"`
	LogLikelihood *float64   `json:"log_likelihood"`
	AIC           *float64   `json:"aic"`
	BIC           *float64   `json:"bic"`
	N             float64    `json:"n"`
	Cells         int        `json:"cells"`
	Iterations    int        `json:"iterations"`
	Evaluations   int        `json:"evaluations"`
	Converged     bool       `json:"converged"`
	Diagnoses     []string   `json:"diagnoses"`
}

func nonNil[T any](s []T) []T {
	if s == nil {
		return []T{}
	}
	return s
}

// MarshalJSON writes the fields in snake case; what is not finite is null,
// diagnoses are their texts.
func (r FitReport) MarshalJSON() ([]byte, error) {
	out := reportJSON{
		Model: r.Model, Names: nonNil(r.Names), Params: nonNil(r.Params), SE: []*float64{}, Intervals: nonNil(r.Intervals), Profiled: nonNil(r.Profiled),
		Level: r.Level, LogLikelihood: finite(r.LogLikelihood), AIC: finite(r.AIC), BIC: finite(r.BIC), N: r.N, Cells: r.Cells,
		Iterations: r.Iterations, Evaluations: r.Evaluations, Converged: r.Converged, Diagnoses: []string{},
	}
	for _, v := range r.SE {
		out.SE = append(out.SE, finite(v))
	}
	for _, d := range r.Diagnoses {
		out.Diagnoses = append(out.Diagnoses, d.Error())
	}
	return json.Marshal(out)
}

// UnmarshalJSON reads what MarshalJSON writes. Diagnoses come back as plain
// errors with their texts.
func (r *FitReport) UnmarshalJSON(data []byte) error {
	var in reportJSON
	if err := json.Unmarshal(data, &in); err != nil {
		return err
	}
	k := len(in.Params)
	if len(in.Names) != k || (len(in.SE) != 0 && len(in.SE) != k) || len(in.Intervals) != len(in.SE) || len(in.Profiled) != len(in.SE) {
		return refused("read report", "params", float64(k), "want names, and se, intervals and profiled or none, of one length", ErrInput)
	}
	or := func(v *float64) float64 {
		if v == nil {
			return math.NaN()
		}
		return *v
	}
	out := FitReport{
		Model: in.Model, Names: in.Names, Params: in.Params, Intervals: in.Intervals, Profiled: in.Profiled, Level: in.Level,
		LogLikelihood: or(in.LogLikelihood), AIC: or(in.AIC), BIC: or(in.BIC), N: in.N, Cells: in.Cells,
		Iterations: in.Iterations, Evaluations: in.Evaluations, Converged: in.Converged,
	}
	for _, v := range in.SE {
		out.SE = append(out.SE, or(v))
	}
	for _, d := range in.Diagnoses {
		out.Diagnoses = append(out.Diagnoses, errors.New(d))
	}
	*r = out
	return nil
}
