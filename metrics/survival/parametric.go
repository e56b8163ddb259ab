package survival

import (
	"encoding/json"
	"fmt"
	"iter"
	"math"

	"github.com/lifecycle-go/lifecycle/metrics"
)

// Parametric is a fitted distribution of times: the exponential, whose hazard
// is the same at all times, or Weibull's, whose hazard is shape/scale ·
// (t/scale)^(shape-1): it rises with a shape above 1 and falls below it. They
// are baselines to hold an estimate against, not models of customers, whose
// hazards differ; package clv has those. It is a value, safe everywhere.
type Parametric struct {
	Shape, Scale  metrics.Estimate // Shape is 1 and has no interval for the exponential
	LogLikelihood float64
	Subjects      int64
	Events        float64 // by weight
	weibull       bool
}

// Exponential fits the exponential distribution: events per time at risk.
// Without an event there is nothing to fit: ErrNoEvents.
func Exponential(subjects iter.Seq[Subject], o Options) (Parametric, error) {
	return fitParametric("Exponential", subjects, o, false)
}

// Weibull fits Weibull's distribution by maximum likelihood, late entry and
// weights included; intervals are normal in the logarithms. An event at time 0
// has no likelihood and is refused, as is a sample all of whose events fall on
// the last time, whose shape is infinite (ErrStopped).
func Weibull(subjects iter.Seq[Subject], o Options) (Parametric, error) {
	return fitParametric("Weibull", subjects, o, true)
}

func fitParametric(op string, subjects iter.Seq[Subject], o Options, weibull bool) (Parametric, error) {
	if err := o.validate(op); err != nil {
		return Parametric{}, err
	}
	s, err := gather(op, subjects, want{})
	if err != nil {
		return Parametric{}, err
	}
	p := Parametric{Subjects: int64(len(s.exit)), weibull: weibull}
	var time, logs, top float64
	for i, t := range s.exit {
		w := s.weightOf(uint32(i))
		time += float64(w * t)
		if s.entry != nil {
			time -= float64(w * s.entry[i])
		}
		top = max(top, t)
		if s.event[i] {
			p.Events += w
			if t == 0 && weibull {
				return Parametric{}, fmt.Errorf("survival: Weibull: row %d: Exit 0: an event at time 0 has no likelihood: %w", i+1, ErrInput)
			}
			logs += float64(w * math.Log(t))
		}
	}
	switch {
	case p.Events == 0:
		return Parametric{}, fmt.Errorf("survival: %s: all %d subjects are censored: %w", op, p.Subjects, ErrNoEvents)
	case time == 0:
		return Parametric{}, fmt.Errorf("survival: %s: no time at risk: %w", op, ErrInput)
	}
	around := func(value, se float64) metrics.Estimate { // normal in the logarithm
		w := math.Exp(o.z() * se)
		return metrics.Estimate{Value: value, Lo: value / w, Hi: value * w, Level: o.Level, N: p.Subjects}
	}
	d := p.Events
	if !weibull {
		p.Scale = around(time/d, 1/math.Sqrt(d))
		p.Shape = metrics.Estimate{Value: 1, Lo: math.NaN(), Hi: math.NaN(), Level: o.Level, N: p.Subjects}
		p.LogLikelihood = -d*math.Log(time/d) - d
		return p, nil
	}
	// The scale given the shape k is (Σw·(t^k - entry^k)/d)^(1/k). Times are
	// taken over the latest, so that no power overflows.
	logTop := math.Log(top)
	sums := func(k float64) (a, b, c float64) { // Σw·t^k, its derivative by k, and that one's
		add := func(t, w float64) {
			if t > 0 {
				l := math.Log(t) - logTop
				v := w * math.Exp(k*l)
				a, b, c = a+v, b+float64(v*l), c+float64(v*l*l)
			}
		}
		for i, t := range s.exit {
			w := s.weightOf(uint32(i))
			add(t, w)
			if s.entry != nil {
				add(s.entry[i], -w)
			}
		}
		return a, b, c
	}
	profile := func(k float64) float64 { // the likelihood's derivative by k, over d
		a, b, _ := sums(k)
		return 1/k + logs/d - logTop - b/a
	}
	lo, hi := 1e-6, 1.0
	for profile(hi) > 0 {
		lo = hi
		if hi *= 2; hi > 1e6 {
			return Parametric{}, fmt.Errorf("survival: Weibull: the shape is beyond 1e6, as where all events come at the last time: %w", ErrStopped)
		}
	}
	for range 200 { // the derivative falls with k
		mid := math.Sqrt(lo * hi)
		if profile(mid) > 0 {
			lo = mid
		} else {
			hi = mid
		}
	}
	k := math.Sqrt(lo * hi)
	a, b, c := sums(k)
	scale := math.Exp(logTop + math.Log(a/d)/k)
	p.LogLikelihood = d*math.Log(k) - d*k*math.Log(scale) + float64((k-1)*logs) - d
	// Observed information in (ln k, ln scale), with z = k·ln(t/scale):
	// H = Σw·e^z, and its weighted moments of z.
	shift := logTop - math.Log(scale)
	h := math.Exp(k * shift)
	m1 := h * k * (b + float64(shift*a))
	m2 := h * k * k * (c + float64(2*shift*b) + float64(shift*shift*a))
	i11, i12, i22 := d+m2, -k*m1, k*k*d
	det := float64(i11*i22) - float64(i12*i12)
	if !(det > 0) {
		return Parametric{}, fmt.Errorf("survival: Weibull: no curvature at the optimum: %w", ErrStopped)
	}
	p.Shape, p.Scale = around(k, math.Sqrt(i22/det)), around(scale, math.Sqrt(i11/det))
	return p, nil
}

// Survival is the share still there after a time.
func (p Parametric) Survival(t float64) float64 {
	if t <= 0 {
		return 1
	}
	return math.Exp(-math.Pow(t/p.Scale.Value, p.Shape.Value))
}

// Hazard is the rate of the event at a time, per unit of it.
func (p Parametric) Hazard(t float64) float64 {
	k, s := p.Shape.Value, p.Scale.Value
	return k / s * math.Pow(t/s, k-1)
}

// Mean is the expected time: scale·Γ(1+1/shape).
func (p Parametric) Mean() float64 { return p.Scale.Value * math.Gamma(1+1/p.Shape.Value) }

// AIC is Akaike's criterion: the lower of two distributions of one sample fits
// better.
func (p Parametric) AIC() float64 {
	if p.weibull {
		return 4 - 2*p.LogLikelihood
	}
	return 2 - 2*p.LogLikelihood
}

// String is the distribution and its parameters.
func (p Parametric) String() string {
	if !p.weibull {
		return fmt.Sprintf("exponential, mean %s, log likelihood %.4f", interval(p.Scale), p.LogLikelihood)
	}
	return fmt.Sprintf("Weibull, shape %s, scale %s, log likelihood %.4f", interval(p.Shape), interval(p.Scale), p.LogLikelihood)
}

// MarshalJSON writes distribution, parameters and likelihood.
func (p Parametric) MarshalJSON() ([]byte, error) {
	name := "exponential"
	if p.weibull {
		name = "weibull"
	}
	return json.Marshal(struct {
		Distribution  string           `json:"distribution"`
		Shape         metrics.Estimate `json:"shape"`
		Scale         metrics.Estimate `json:"scale"`
		LogLikelihood number           `json:"log_likelihood"`
		Subjects      int64            `json:"subjects"`
		Events        number           `json:"events"`
	}{name, p.Shape, p.Scale, number(p.LogLikelihood), p.Subjects, number(p.Events)})
}
