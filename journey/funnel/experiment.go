package funnel

import (
	"encoding/json"
	"fmt"
	"math"
	"strconv"

	"gonum.org/v1/gonum/stat/distuv"

	"github.com/lifecycle-go/lifecycle/metrics"
	"github.com/lifecycle-go/lifecycle/metrics/fault"
)

// Arm is one variant of an experiment: who was exposed, and who of them
// converted.
type Arm struct {
	Name      string `json:"name"`
	Converted int64  `json:"converted"`
	Exposed   int64  `json:"exposed"`
}

// ArmOf is a report as an arm: who took the first step, and who the last.
func ArmOf(r *Report) Arm {
	n := len(r.steps)
	return Arm{Name: r.key, Converted: r.steps[n-1].n, Exposed: r.steps[0].n}
}

// ExperimentOptions are those of [Experiment].
type ExperimentOptions struct {
	Level float64 // of intervals; zero = 0.95
	// Planned are the shares in which customers were to be exposed; empty = alike.
	Planned []float64
	// Tau is the spread of effects expected, on the scale of the conversion rate;
	// zero = 0.01, a point. The always-valid test is valid for every one, and
	// strongest for effects of that size: the zero value is for arms of thousands;
	// of 100 and 130 conversions in 200 exposures each it makes p = 0.84, while 0.1
	// makes it 0.051. Choose it before the first look.
	Tau float64
}

// Verdict is what an experiment says.
type Verdict struct {
	Arms     []Arm     `json:"arms"`
	Variants []Variant `json:"variants"` // each arm but the first against the first
	// SampleRatio is the probability of exposures at least as uneven, if they
	// were drawn as planned. Below 0.001 something in the exposure is broken, and
	// no other figure means anything.
	SampleRatio float64 `json:"sample_ratio"`
	Mismatch    bool    `json:"mismatch"` // SampleRatio is below 0.001
}

// Variant is one arm against the first.
type Variant struct {
	Name       string
	Comparison metrics.Comparison // with the first arm as A
	P          float64            // of the fixed test, corrected by Holm for the number of arms
	// AlwaysP and Always may be looked at every day, and stopped at the first
	// look below the level: they hold at all of them together. Looked at again
	// and again, P does not.
	AlwaysP float64
	Always  metrics.Estimate
}

// Experiment compares the arms with the first of them. The always-valid test is
// the mixture sequential probability ratio test with a normal mixture of effects;
// on a stream without an effect, looked at a hundred times, it rejects one time
// in a hundred where the fixed test rejects one in three. Where an arm has fewer
// than twenty converters, or twenty others, its spread is taken to be no less than
// that of one rate for both: a small arm says too little of its own.
//
// Errors: fewer than two arms, counts that cannot be, shares that are not
// positive.
//
// Source: R. Johari, P. Koomen, L. Pekelis, D. Walsh, "Always valid inference",
// Operations Research 70 (2022) 1806–1821.
func Experiment(o ExperimentOptions, arms ...Arm) (Verdict, error) {
	if o.Level == 0 {
		o.Level = 0.95
	}
	if o.Tau == 0 {
		o.Tau = 0.01
	}
	bad := func(field, value, limit string) error {
		return &fault.Error{Package: "funnel", Op: "experiment", Field: field, Value: value, Limit: limit, Err: ErrSpec}
	}
	if len(arms) < 2 {
		return Verdict{}, bad("arms", strconv.Itoa(len(arms)), "want two or more")
	}
	if !(o.Tau > 0) || math.IsInf(o.Tau, 0) {
		return Verdict{}, bad("Tau", fmt.Sprint(o.Tau), "want more than zero")
	}
	if len(o.Planned) != 0 && len(o.Planned) != len(arms) {
		return Verdict{}, bad("Planned", strconv.Itoa(len(o.Planned)), "want one share for each arm")
	}
	v := Verdict{Arms: arms}
	var err error
	if v.SampleRatio, err = sampleRatio(arms, o.Planned); err != nil {
		return Verdict{}, err
	}
	v.Mismatch = v.SampleRatio < 0.001
	ps := make([]float64, 0, len(arms)-1)
	for _, arm := range arms[1:] {
		c, err := metrics.CompareShares(arms[0].Converted, arms[0].Exposed, arm.Converted, arm.Exposed, o.Level)
		if err != nil {
			return Verdict{}, fmt.Errorf("funnel: experiment: arm %s: %w", fault.Quote(arm.Name), err)
		}
		x := Variant{Name: arm.Name, Comparison: c}
		x.AlwaysP, x.Always = alwaysValid(arms[0], arm, o)
		v.Variants, ps = append(v.Variants, x), append(ps, c.P)
	}
	for i, p := range metrics.Holm(ps) {
		v.Variants[i].P = p
	}
	return v, nil
}

func sampleRatio(arms []Arm, planned []float64) (float64, error) {
	total, shares := 0.0, 0.0
	for i, a := range arms {
		if a.Exposed < 0 || a.Converted < 0 || a.Converted > a.Exposed {
			return 0, &fault.Error{Package: "funnel", Op: "experiment", Field: "arm " + fault.Quote(a.Name), Value: fmt.Sprintf("%d of %d", a.Converted, a.Exposed), Limit: "want counts, the first no more than the second", Err: ErrSpec}
		}
		total += float64(a.Exposed)
		if len(planned) > 0 {
			if !(planned[i] > 0) || math.IsInf(planned[i], 0) {
				return 0, &fault.Error{Package: "funnel", Op: "experiment", Field: "Planned[" + strconv.Itoa(i) + "]", Value: fmt.Sprint(planned[i]), Limit: "want more than zero", Err: ErrSpec}
			}
			shares += planned[i]
		}
	}
	if total == 0 {
		return 1, nil
	}
	chi := 0.0
	for i, a := range arms {
		want := total / float64(len(arms))
		if len(planned) > 0 {
			want = total * planned[i] / shares
		}
		d := float64(a.Exposed) - want
		chi += float64(d*d) / want
	}
	return distuv.ChiSquared{K: float64(len(arms) - 1)}.Survival(chi), nil
}

// fewOutcomes is below how many converters, or others, an arm says too little of
// its own spread: an arm without a converter would have none. The spread is then at
// least that of a rate common to both. Of 2,000 streams without an effect, looked
// at a hundred times, arms of 5 and 500 a look reject 88 % without this rule and
// none with it; the most that was seen over arms of 5 to 2,000 a look and rates of
// 1 to 50 % is 3.0 %.
const fewOutcomes = 20

// alwaysValid is 1/Λ, at most 1, and the confidence sequence at this look.
func alwaysValid(a, b Arm, o ExperimentOptions) (float64, metrics.Estimate) {
	if a.Exposed == 0 || b.Exposed == 0 {
		return 1, metrics.Estimate{}
	}
	pa, pb := float64(a.Converted)/float64(a.Exposed), float64(b.Converted)/float64(b.Exposed)
	v := float64(pa*(1-pa))/float64(a.Exposed) + float64(pb*(1-pb))/float64(b.Exposed)
	if min(a.Converted, a.Exposed-a.Converted, b.Converted, b.Exposed-b.Converted) < fewOutcomes {
		p := float64(a.Converted+b.Converted) / float64(a.Exposed+b.Exposed)
		v = max(v, float64(p*(1-p))*(1/float64(a.Exposed)+1/float64(b.Exposed)))
	}
	d, tau2 := pb-pa, float64(o.Tau*o.Tau)
	if v == 0 { // all or none converted: nothing is known of the spread yet
		return 1, metrics.Estimate{Value: d, Lo: -1, Hi: 1, Level: o.Level, N: a.Exposed + b.Exposed}
	}
	lambda := math.Sqrt(v/(v+tau2)) * math.Exp(float64(tau2*d)*d/(2*v*(v+tau2)))
	half := math.Sqrt(v * (v + tau2) / tau2 * (math.Log((v+tau2)/v) - 2*math.Log(1-o.Level)))
	return min(1, 1/lambda), metrics.Estimate{Value: d, Lo: max(-1, d-half), Hi: min(1, d+half), Level: o.Level, N: a.Exposed + b.Exposed}
}

// normal is how many standard deviations either side hold a level.
func normal(level float64) float64 { return distuv.UnitNormal.Quantile(1 - (1-level)/2) }

// SampleSize is how many customers each of two arms needs, so that a conversion
// rate of to instead of from is found with a probability of power by a two-sided
// test at 1 − level: the usual normal approximation, not rounded up.
func SampleSize(from, to, level, power float64) (float64, error) {
	for _, p := range []float64{from, to, level, power} {
		if !(p > 0 && p < 1) {
			return 0, &fault.Error{Package: "funnel", Op: "SampleSize", Field: "share", Value: fmt.Sprint(p), Limit: "want more than 0 and less than 1", Err: ErrSpec}
		}
	}
	if from == to {
		return 0, &fault.Error{Package: "funnel", Op: "SampleSize", Field: "to", Value: fmt.Sprint(to), Limit: "want another rate than from", Err: ErrSpec}
	}
	n := distuv.UnitNormal
	za, zb := n.Quantile(1-(1-level)/2), n.Quantile(power)
	mean := (from + to) / 2
	s := za*math.Sqrt(2*mean*(1-mean)) + zb*math.Sqrt(from*(1-from)+to*(1-to))
	return s * s / ((to - from) * (to - from)), nil
}

// String is a line for each variant, and a warning where exposures are uneven.
func (v Verdict) String() string {
	s := ""
	if v.Mismatch {
		s = fmt.Sprintf("exposures are not as planned (p = %.2g): nothing below can be believed\n", v.SampleRatio)
	}
	for _, x := range v.Variants {
		s += fmt.Sprintf("%s: %s (corrected %.3g); looked at daily p = %.3g\n", x.Name, x.Comparison, x.P, x.AlwaysP)
	}
	return s
}

// MarshalJSON writes the figures; a probability that is undefined is null.
func (x Variant) MarshalJSON() ([]byte, error) {
	p := &x.P
	if math.IsNaN(x.P) {
		p = nil
	}
	return json.Marshal(struct {
		Name       string             `json:"name"`
		Comparison metrics.Comparison `json:"comparison"`
		P          *float64           `json:"p"`
		AlwaysP    float64            `json:"always_p"`
		Always     metrics.Estimate   `json:"always"`
	}{x.Name, x.Comparison, p, x.AlwaysP, x.Always})
}

// MarshalJSON writes the arms, each variant's figures and the sample ratio.
func (v Verdict) MarshalJSON() ([]byte, error) {
	type plain Verdict
	out := plain(v)
	out.Arms, out.Variants = append([]Arm{}, v.Arms...), append([]Variant{}, v.Variants...)
	return json.Marshal(out)
}

// Rows are the variants as cells of a table, titles first.
func (v Verdict) Rows() [][]string {
	out := [][]string{{"variant", "converted", "exposed", "base_converted", "base_exposed", "difference", "lo", "hi", "p", "always_p", "always_lo", "always_hi"}}
	number := func(v float64) string { return strconv.FormatFloat(v, 'g', 6, 64) }
	for i, x := range v.Variants {
		a, b, d := v.Arms[0], v.Arms[i+1], x.Comparison.Difference
		out = append(out, []string{
			x.Name, fmt.Sprint(b.Converted), fmt.Sprint(b.Exposed), fmt.Sprint(a.Converted), fmt.Sprint(a.Exposed),
			number(d.Value), number(d.Lo), number(d.Hi), number(x.P), number(x.AlwaysP), number(x.Always.Lo), number(x.Always.Hi),
		})
	}
	return out
}
