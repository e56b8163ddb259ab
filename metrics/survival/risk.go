package survival

import (
	"cmp"
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/lifecycle-go/lifecycle/internal/special"
	"github.com/lifecycle-go/lifecycle/metrics"
)

// Risk is the probability that one subject who is still there has the event
// within a horizon, and what it comes from.
type Risk struct {
	// P is the probability, with the uncertainty of coefficients and baseline.
	P metrics.Estimate
	// LogHazard is the logarithm of the subject's hazard relative to one whose
	// covariates are the means of those the model was fitted to: the sum of
	// the effects of Reasons, and the offset.
	LogHazard float64
	// Reasons are the covariates' parts in it, the largest first, whichever
	// sign it has; of equal ones the earlier column.
	Reasons []Reason
}

// Reason is what one covariate does to a subject's risk.
type Reason struct {
	Name   string  `json:"name"`
	Value  float64 `json:"value"`  // of the subject
	Mean   float64 `json:"mean"`   // of those the model was fitted to
	Effect float64 `json:"effect"` // coefficient × (Value - Mean); exp of it is a factor of the hazard
}

// Risk is the probability that a subject with these covariates, who is there
// at time now, has the event by now + horizon: 1 - S(now+horizon)/S(now). A
// stratum the model does not know, another number of covariates, times that
// are negative, and a horizon beyond the last event of the stratum, after
// which nothing is known, are errors.
func (m *CoxModel) Risk(x []float64, stratum string, offset, now, horizon float64) (Risk, error) {
	p, err := m.Predict(x, stratum, offset)
	if err != nil {
		return Risk{}, err
	}
	if !(now >= 0 && horizon > 0) || math.IsInf(now+horizon, 1) {
		return Risk{}, fmt.Errorf("survival: Risk: now %v, horizon %v: want a time of 0 or more and a horizon above it: %w", now, horizon, ErrInput)
	}
	if last := m.last(p.base, stratum); now+horizon > last {
		return Risk{}, fmt.Errorf("survival: Risk: until %v: nobody was observed beyond %v: %w", now+horizon, last, ErrNotReached)
	}
	from, to := p.base.upTo(now), p.base.upTo(now+horizon)
	h := p.base.haz[to] - p.base.haz[from]
	variance := p.base.vari[to] - p.base.vari[from]
	q := make([]float64, len(p.x))
	for j := range q {
		q[j] = float64(p.x[j]*h) - (p.base.mean[to][j] - p.base.mean[from][j])
	}
	for j := range q {
		for k := range q {
			variance += float64(q[j]*q[k]) * m.cov[j*len(q)+k]
		}
	}
	cum, se := p.scale*h, p.scale*math.Sqrt(max(0, variance))
	r := Risk{P: metrics.Estimate{Value: -math.Expm1(-cum), Level: m.opt.Level, N: int64(m.data.n)}, LogHazard: offset}
	r.P.Lo, r.P.Hi = r.P.Value, r.P.Value
	if cum > 0 { // symmetric in the logarithm of the hazard, so that it stays between 0 and 1
		w := math.Exp(special.NormalTwoSided(m.opt.Level) * se / cum)
		r.P.Lo, r.P.Hi = -math.Expm1(-cum/w), -math.Expm1(-cum*w)
	}
	for j, v := range x {
		e := p.x[j] * m.beta[j]
		r.LogHazard += e
		r.Reasons = append(r.Reasons, Reason{m.names[j], v, m.data.centre[j], e})
	}
	slices.SortStableFunc(r.Reasons, func(a, b Reason) int { return cmp.Compare(math.Abs(b.Effect), math.Abs(a.Effect)) })
	return r, nil
}

// last is the last exit of a stratum.
func (m *CoxModel) last(b *baseline, stratum string) float64 {
	for s, name := range m.data.stratum {
		if name == stratum {
			return m.data.exit[m.data.bounds[s+1]-1]
		}
	}
	return b.time[len(b.time)-1]
}

// String is the probability and the three largest reasons.
func (r Risk) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%.1f %% (%.1f to %.1f)", 100*r.P.Value, 100*r.P.Lo, 100*r.P.Hi)
	for i, x := range r.Reasons {
		if i == 3 || x.Effect == 0 {
			break
		}
		fmt.Fprintf(&b, "; %s %.6g: × %.2f", shown(x.Name), x.Value, math.Exp(x.Effect))
	}
	return b.String()
}

// MarshalJSON writes probability, log hazard and reasons.
func (r Risk) MarshalJSON() ([]byte, error) {
	return json.Marshal(struct {
		P         metrics.Estimate `json:"p"`
		LogHazard number           `json:"log_hazard"`
		Reasons   []Reason         `json:"reasons"`
	}{r.P, number(r.LogHazard), append([]Reason{}, r.Reasons...)})
}
