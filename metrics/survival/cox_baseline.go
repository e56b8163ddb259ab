package survival

import (
	"fmt"
	"iter"
	"math"
	"slices"
	"sort"

	"github.com/lifecycle-go/lifecycle/internal/special"
	"github.com/lifecycle-go/lifecycle/metrics"
)

// baseline is what a stratum's hazard does at its times with events, in units
// of risk = exp(eta - shift), cumulative; index 0 is before the first.
type baseline struct {
	time []float64
	haz  []float64   // cumulative hazard
	vari []float64   // its variance with the coefficients known
	mean [][]float64 // Σ mean covariates × hazard
	// Of the single time: what a death there is at risk for, and the mean
	// covariates it is compared with.
	part     []float64
	partMean [][]float64
	own      [][]float64
}

func (m *CoxModel) baselines() {
	d := m.data
	p := d.p
	m.base = make([]baseline, len(d.stratum))
	d.walk(m.eta, m.risk, false, func(at *instant) {
		t := at.ties(m.opt.Ties)
		b := &m.base[at.stratum]
		b.time = append(b.time, at.time)
		b.haz = append(b.haz, t.h0)
		b.vari = append(b.vari, t.q0)
		b.part = append(b.part, t.partial0)
		mean, part, own := make([]float64, p), make([]float64, p), make([]float64, p)
		for j := range p {
			mean[j] = float64(t.q0*at.s1[j]) - float64(t.q1*at.d1[j])
			part[j] = float64(t.part00*at.s1[j]) - float64(t.part1*at.d1[j])
			own[j] = float64(t.mean0*at.s1[j]) - float64(t.mean1*at.d1[j])
		}
		b.mean, b.partMean, b.own = append(b.mean, mean), append(b.partMean, part), append(b.own, own)
	})
	for s := range m.base {
		b := &m.base[s]
		slices.Reverse(b.time)
		slices.Reverse(b.haz)
		slices.Reverse(b.vari)
		slices.Reverse(b.mean)
		slices.Reverse(b.part)
		slices.Reverse(b.partMean)
		slices.Reverse(b.own)
		b.haz = append([]float64{0}, b.haz...)
		b.vari = append([]float64{0}, b.vari...)
		b.mean = append([][]float64{make([]float64, p)}, b.mean...)
		for i := 1; i < len(b.haz); i++ {
			b.haz[i] += b.haz[i-1]
			b.vari[i] += b.vari[i-1]
			for j := range p {
				b.mean[i][j] += b.mean[i-1][j]
			}
		}
	}
}

// upTo is how many times with events are at or before t.
func (b *baseline) upTo(t float64) int {
	return sort.Search(len(b.time), func(i int) bool { return b.time[i] > t })
}

// Prediction is the survival that a model expects of one kind of subject. It
// is not written to and safe everywhere.
type Prediction struct {
	model *CoxModel
	base  *baseline
	x     []float64 // standardised
	scale float64   // of the baseline's hazard
}

// Predict is the survival expected of a subject with these covariates, in the
// stratum named, whose log hazard has an offset added. Its bounds are
// symmetric in ln S and hold the uncertainty of the coefficients and of the
// baseline. A stratum the model does not know, or another number of
// covariates, is an error.
//
// Source: Tsiatis (1981); Therneau and Grambsch, section 10.2; the baseline is
// Efron's where the model is, as in R's survfit.
func (m *CoxModel) Predict(x []float64, stratum string, offset float64) (*Prediction, error) {
	s := sort.SearchStrings(m.data.stratum, stratum)
	if s == len(m.data.stratum) || m.data.stratum[s] != stratum {
		return nil, fmt.Errorf("survival: Predict: stratum %s: not one of the model's %d: %w", shown(stratum), len(m.data.stratum), ErrInput)
	}
	if len(x) != m.data.p {
		return nil, fmt.Errorf("survival: Predict: %d covariates: want %d: %w", len(x), m.data.p, ErrInput)
	}
	p := &Prediction{model: m, base: &m.base[s], x: make([]float64, len(x))}
	eta := offset
	for j, v := range x {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return nil, fmt.Errorf("survival: Predict: covariate %d is %v: want a number: %w", j+1, v, ErrInput)
		}
		p.x[j] = (v - m.data.centre[j]) / m.data.scale[j]
		eta += float64(p.x[j] * m.beta[j])
	}
	p.scale = math.Exp(eta - m.shift[s])
	return p, nil
}

// Baseline is the survival of a subject whose covariates and offset are 0.
func (m *CoxModel) Baseline(stratum string) (*Prediction, error) {
	return m.Predict(make([]float64, m.data.p), stratum, 0)
}

// Hazard is the cumulative hazard by time t and its standard error.
func (p *Prediction) Hazard(t float64) HazardPoint {
	if math.IsNaN(t) {
		return HazardPoint{Time: t, H: math.NaN(), SE: math.NaN()}
	}
	return p.at(t, p.base.upTo(t))
}

func (p *Prediction) at(t float64, i int) HazardPoint {
	h := p.base.haz[i]
	variance := p.base.vari[i]
	q := make([]float64, len(p.x))
	for j := range q {
		q[j] = float64(p.x[j]*h) - p.base.mean[i][j]
	}
	for j := range q {
		for k := range q {
			variance += float64(q[j]*q[k]) * p.model.cov[j*len(q)+k]
		}
	}
	return HazardPoint{Time: t, H: p.scale * h, SE: p.scale * math.Sqrt(max(0, variance))}
}

// At is the survival by time t with its interval at the model's level. AtRisk
// and Events are not filled: they are the sample's, not the subject's.
func (p *Prediction) At(t float64) Point { return p.point(p.Hazard(t)) }

func (p *Prediction) point(h HazardPoint) Point {
	s := math.Exp(-h.H)
	z := special.NormalTwoSided(p.model.opt.Level)
	return Point{Time: h.Time, S: s, SE: s * h.SE, Lo: math.Exp(-h.H - float64(z*h.SE)), Hi: min(1, math.Exp(-h.H+float64(z*h.SE)))}
}

// Rows yields the survival at every time with an event, ascending.
func (p *Prediction) Rows() iter.Seq[Point] {
	return func(yield func(Point) bool) {
		for i, t := range p.base.time {
			if !yield(p.point(p.at(t, i+1))) {
				return
			}
		}
	}
}

// Quantile is the time by which a share q of such subjects have had the event,
// with the bounds of the band inverted as in [Curve.Quantile]. N is the number
// of subjects of the model.
func (p *Prediction) Quantile(q float64) metrics.Estimate {
	e := metrics.Estimate{Value: math.Inf(1), Lo: math.Inf(1), Hi: math.Inf(1), Level: p.model.opt.Level}
	if !(q > 0 && q < 1) {
		e.Value, e.Lo, e.Hi = math.NaN(), math.NaN(), math.NaN()
		e.Warnings = []error{badOption("Quantile", "q", q, "want more than 0 and less than 1")}
		return e
	}
	for pt := range p.Rows() {
		for _, b := range []struct {
			s   float64
			out *float64
		}{{pt.S, &e.Value}, {pt.Lo, &e.Lo}, {pt.Hi, &e.Hi}} {
			if math.IsInf(*b.out, 1) && b.s <= 1-q+tolerance {
				*b.out = pt.Time
			}
		}
	}
	if math.IsInf(e.Value, 1) {
		e.Value = math.NaN()
		e.Warnings = []error{fmt.Errorf("survival: Quantile: %w", ErrNotReached)}
		return e
	}
	e.N = int64(p.model.data.n)
	return e
}
