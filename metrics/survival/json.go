package survival

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

func numbers(fs []float64) []number {
	out := make([]number, len(fs))
	for i, f := range fs {
		out[i] = number(f)
	}
	return out
}

func named[T any](names []string, parts []T) []groupJSON[T] {
	out := []groupJSON[T]{}
	if len(names) > 1 || len(names) == 1 && names[0] != "" {
		for i, n := range names {
			out = append(out, groupJSON[T]{n, parts[i]})
		}
	}
	return out
}

type groupJSON[T any] struct {
	Group string `json:"group"`
	Of    T      `json:"of"`
}

// MarshalJSON writes the point; what is undefined is null.
func (p Point) MarshalJSON() ([]byte, error) {
	return json.Marshal(struct {
		Time   number `json:"time"`
		AtRisk number `json:"at_risk"`
		Events number `json:"events"`
		S      number `json:"s"`
		SE     number `json:"se"`
		Lo     number `json:"lo"`
		Hi     number `json:"hi"`
	}{number(p.Time), number(p.AtRisk), number(p.Events), number(p.S), number(p.SE), number(p.Lo), number(p.Hi)})
}

// MarshalJSON writes the point; what is undefined is null.
func (p HazardPoint) MarshalJSON() ([]byte, error) {
	return json.Marshal(struct {
		Time   number `json:"time"`
		AtRisk number `json:"at_risk"`
		Events number `json:"events"`
		H      number `json:"h"`
		SE     number `json:"se"`
	}{number(p.Time), number(p.AtRisk), number(p.Events), number(p.H), number(p.SE)})
}

// MarshalJSON writes the point; what is undefined is null.
func (p IncidencePoint) MarshalJSON() ([]byte, error) {
	return json.Marshal(struct {
		Time   number `json:"time"`
		AtRisk number `json:"at_risk"`
		P      number `json:"p"`
		SE     number `json:"se"`
		Lo     number `json:"lo"`
		Hi     number `json:"hi"`
	}{number(p.Time), number(p.AtRisk), number(p.P), number(p.SE), number(p.Lo), number(p.Hi)})
}

// MarshalJSON writes the row; what is undefined is null.
func (r RateRow) MarshalJSON() ([]byte, error) {
	return json.Marshal(struct {
		From   number `json:"from"`
		To     number `json:"to"`
		AtRisk number `json:"at_risk"`
		Events number `json:"events"`
		Rate   number `json:"rate"`
		SE     number `json:"se"`
		Smooth number `json:"smooth"`
	}{number(r.From), number(r.To), number(r.AtRisk), number(r.Events), number(r.Rate), number(r.SE), number(r.Smooth)})
}

// MarshalJSON writes subjects, level, interval, median, the points of Rows and
// the groups. It is a view: a curve is not read back.
func (c *Curve) MarshalJSON() ([]byte, error) {
	return json.Marshal(struct {
		Subjects int64               `json:"subjects"`
		Level    float64             `json:"level"`
		Interval Interval            `json:"interval"`
		Median   metrics.Estimate    `json:"median"`
		Points   []Point             `json:"points"`
		Groups   []groupJSON[*Curve] `json:"groups"`
	}{c.Subjects(), c.opt.Level, c.opt.Interval, c.Median(), slices.AppendSeq([]Point{}, c.Rows()), named(c.names, c.group)})
}

// MarshalJSON writes subjects, the points of Rows and the groups.
func (h *Hazard) MarshalJSON() ([]byte, error) {
	return json.Marshal(struct {
		Subjects int64                `json:"subjects"`
		Points   []HazardPoint        `json:"points"`
		Groups   []groupJSON[*Hazard] `json:"groups"`
	}{int64(h.line.subjects), slices.AppendSeq([]HazardPoint{}, h.Rows()), named(h.names, h.group)})
}

// MarshalJSON writes subjects, level, interval, the points of each cause and
// the groups.
func (c *Incidence) MarshalJSON() ([]byte, error) {
	type cause struct {
		Cause  string           `json:"cause"`
		Points []IncidencePoint `json:"points"`
	}
	causes := []cause{}
	for _, name := range c.causes {
		causes = append(causes, cause{name, slices.AppendSeq([]IncidencePoint{}, c.Rows(name))})
	}
	return json.Marshal(struct {
		Subjects int64                   `json:"subjects"`
		Level    float64                 `json:"level"`
		Interval Interval                `json:"interval"`
		Causes   []cause                 `json:"causes"`
		Groups   []groupJSON[*Incidence] `json:"groups"`
	}{int64(c.line.subjects), c.opt.Level, c.opt.Interval, causes, named(c.names, c.group)})
}

type testJSON struct {
	ChiSq    number   `json:"chi_sq"`
	DF       int      `json:"df"`
	P        number   `json:"p"`
	LogP     number   `json:"log_p"`
	Observed []number `json:"observed"`
	Expected []number `json:"expected"`
	Groups   []string `json:"groups"`
}

func (t Test) view() testJSON {
	return testJSON{number(t.ChiSq), t.DF, number(t.P), number(t.LogP), numbers(t.Observed), numbers(t.Expected), append([]string{}, t.Groups...)}
}

// MarshalJSON writes the test.
func (t Test) MarshalJSON() ([]byte, error) { return json.Marshal(t.view()) }

// MarshalJSON writes the covariate, "" for all of them, and the test.
func (t ProportionalTest) MarshalJSON() ([]byte, error) {
	return json.Marshal(struct {
		Name string   `json:"name"`
		Test testJSON `json:"test"`
	}{t.Name, t.view()})
}

// MarshalJSON writes the coefficient; what is undefined is null.
func (c Coefficient) MarshalJSON() ([]byte, error) {
	return json.Marshal(struct {
		Name string `json:"name"`
		Coef number `json:"coef"`
		SE   number `json:"se"`
		Z    number `json:"z"`
		P    number `json:"p"`
		Lo   number `json:"lo"`
		Hi   number `json:"hi"`
	}{c.Name, number(c.Coef), number(c.SE), number(c.Z), number(c.P), number(c.Lo), number(c.Hi)})
}

// MarshalJSON writes the sizes, likelihoods, coefficients and concordance. It
// is a view: a model is not read back.
func (m *CoxModel) MarshalJSON() ([]byte, error) {
	subjects, events := m.Subjects()
	return json.Marshal(struct {
		Subjects     int64            `json:"subjects"`
		Events       int64            `json:"events"`
		Ties         Ties             `json:"ties"`
		Level        float64          `json:"level"`
		Null         number           `json:"null_log_likelihood"`
		Fit          number           `json:"log_likelihood"`
		Coefficients []Coefficient    `json:"coefficients"`
		Concordance  metrics.Estimate `json:"concordance"`
	}{subjects, events, m.opt.Ties, m.opt.Level, number(m.null), number(m.fit), m.Coefficients(), m.Concordance()})
}

// MarshalJSON writes the points of Rows.
func (p *Prediction) MarshalJSON() ([]byte, error) {
	return json.Marshal(struct {
		Level  float64 `json:"level"`
		Points []Point `json:"points"`
	}{p.model.opt.Level, slices.AppendSeq([]Point{}, p.Rows())})
}
