package survival

import (
	"database/sql/driver"
	"fmt"
	"iter"
	"math"
	"strings"

	"github.com/lifecycle-go/lifecycle/internal/enum"
	"github.com/lifecycle-go/lifecycle/internal/special"
	"github.com/lifecycle-go/lifecycle/metrics/fault"
)

// Ties is how events at one time share the likelihood.
type Ties uint8

const (
	// Efron takes the mean of their risk off the denominator step by step: the
	// better approximation, R's and lifelines' default.
	Efron Ties = iota
	// Breslow leaves all of them in the denominator.
	Breslow
)

var tieNames = enum.New[Ties]("survival", "Ties", "efron", "breslow")

// String is "efron" or "breslow".
func (t Ties) String() string { return tieNames.String(t) }

// MarshalText writes the name.
func (t Ties) MarshalText() ([]byte, error) { return tieNames.Marshal(t) }

// UnmarshalText reads a name as String writes it.
func (t *Ties) UnmarshalText(text []byte) error { return tieNames.Unmarshal(t, text) }

// Value stores the name.
func (t Ties) Value() (driver.Value, error) { return tieNames.Value(t) }

// Scan reads a name; NULL is Efron.
func (t *Ties) Scan(src any) error { return tieNames.Scan(t, src) }

// CoxOptions say how a model is fitted. The zero value is Efron's likelihood
// and intervals of 0.95.
type CoxOptions struct {
	// Names of the covariates, in the order of Subject.X; nil is x1, x2, ….
	Names []string
	// Ties is how events at one time share the likelihood.
	Ties Ties
	// Level of confidence of the coefficients' intervals; zero is 0.95.
	Level float64
}

// Coefficient is the effect of one covariate on the logarithm of the hazard,
// per unit of it.
type Coefficient struct {
	Name   string
	Coef   float64
	SE     float64 // robust where the subjects name clusters
	Z, P   float64 // Wald's test of no effect
	Lo, Hi float64 // the interval of Coef; exp of them is that of the hazard ratio
}

// CoxModel is a fitted proportional hazards model. It is not written to and
// safe everywhere; it keeps the subjects it was fitted to.
type CoxModel struct {
	data      *coxData
	names     []string
	opt       CoxOptions
	beta      []float64 // of the standardised covariates
	cov       []float64 // of beta, robust where there are clusters
	naive     []float64 // the inverse information
	null, fit float64   // log likelihood
	score     float64
	iteration int
	eta, risk []float64 // in the order of data; risk is exp(eta - shift)
	shift     []float64 // by stratum
	base      []baseline
}

// Cox fits a proportional hazards model: hazard = baseline(t)·exp(x·β+offset),
// with a baseline of its own for every Stratum. Subjects with an Entry come
// under observation late, so that a customer may be several rows with other
// covariates each; name them by one Cluster and the standard errors are
// robust (Lin and Wei's sandwich). Weights count as that many subjects alike.
//
// A covariate that is constant or that others determine is an error that
// wraps ErrConstant or ErrCollinear in a [ColumnError]. Where a covariate
// separates those with an event from the others (ErrSeparated), or the search
// ends before the optimum (ErrStopped), the model as far as it came is
// returned together with the error.
//
// Source: Cox (1972, 1975); Efron, JASA 72 (1977); Therneau and Grambsch,
// Modeling Survival Data (2000). Newton's method with halved steps on
// centred and scaled covariates.
func Cox(subjects iter.Seq[Subject], o CoxOptions) (*CoxModel, error) {
	if o.Level == 0 {
		o.Level = 0.95
	}
	if err := checkLevel("Cox", o.Level); err != nil {
		return nil, err
	}
	if !tieNames.Has(o.Ties) {
		return nil, &fault.Error{Package: "survival", Op: "Cox", Field: "Ties", Value: o.Ties.String(), Limit: "want Efron or Breslow", Err: ErrOptions}
	}
	d, err := gatherCox(subjects, o.Names)
	if err != nil {
		return nil, err
	}
	m := &CoxModel{data: d, opt: o, names: make([]string, d.p)}
	for j := range m.names {
		m.names[j] = nameOf(o.Names, j)
	}
	diagnosis := m.search()
	if m.cov == nil {
		return nil, diagnosis
	}
	m.baselines()
	if d.cluster != nil {
		m.sandwich()
	}
	return m, diagnosis
}

// predictors are the linear predictors and risks at beta.
func (m *CoxModel) predictors(beta []float64) (eta, risk, shift []float64) {
	d := m.data
	eta, risk, shift = make([]float64, d.n), make([]float64, d.n), make([]float64, len(d.stratum))
	for s := range shift {
		top := math.Inf(-1)
		for i := d.bounds[s]; i < d.bounds[s+1]; i++ {
			e := d.offset[i]
			for j, x := range d.x[i*d.p : (i+1)*d.p] {
				e += float64(beta[j] * x)
			}
			eta[i] = e
			top = max(top, e)
		}
		shift[s] = top
		for i := d.bounds[s]; i < d.bounds[s+1]; i++ {
			risk[i] = math.Exp(eta[i] - top)
		}
	}
	return eta, risk, shift
}

// derivatives are the log likelihood at beta, its gradient, and the negative
// of its second derivatives (lower half).
func (m *CoxModel) derivatives(beta []float64) (ll float64, grad, info []float64) {
	d := m.data
	p := d.p
	grad, info = make([]float64, p), make([]float64, p*p)
	eta, risk, shift := m.predictors(beta)
	d.walk(eta, risk, true, func(at *instant) {
		t := at.ties(m.opt.Ties)
		ll += at.deta - t.logs - float64(at.weight*shift[at.stratum])
		for j := range p {
			grad[j] += at.dx[j] - float64(t.h0*at.s1[j]) + float64(t.h1*at.d1[j])
		}
		at.information(t, info)
	})
	m.eta, m.risk, m.shift = eta, risk, shift
	return ll, grad, info
}

// information adds the variance of the covariates among those at risk.
func (at *instant) information(t ties, info []float64) {
	p := len(at.s1)
	for j := range p {
		a, b := at.s1[j], at.d1[j]
		for k := range j + 1 {
			c, e := at.s1[k], at.d1[k]
			info[j*p+k] += float64(t.h0*at.s2[j*p+k]) - float64(t.h1*at.d2[j*p+k]) -
				float64(t.q0*a*c) + float64(t.q1*(float64(a*e)+float64(b*c))) - float64(t.q2*b*e)
		}
	}
}

// Coefficients are the effects, in the order of Subject.X.
func (m *CoxModel) Coefficients() []Coefficient {
	z := special.NormalTwoSided(m.opt.Level)
	out := make([]Coefficient, len(m.names))
	for j := range out {
		c := Coefficient{Name: m.names[j], Coef: m.beta[j] / m.data.scale[j], SE: math.Sqrt(m.cov[j*len(out)+j]) / m.data.scale[j]}
		c.Z = c.Coef / c.SE
		c.P = special.NormalP(c.Z)
		c.Lo, c.Hi = c.Coef-float64(z*c.SE), c.Coef+float64(z*c.SE)
		out[j] = c
	}
	return out
}

// Covariance is that of the coefficients, row by row: robust where the
// subjects name clusters.
func (m *CoxModel) Covariance() []float64 { return m.unscaled(m.cov) }

// NaiveCovariance is the inverse information, which takes all subjects to be
// independent.
func (m *CoxModel) NaiveCovariance() []float64 { return m.unscaled(m.naive) }

func (m *CoxModel) unscaled(cov []float64) []float64 {
	p := m.data.p
	out := make([]float64, p*p)
	for i := range p {
		for j := range p {
			out[i*p+j] = cov[i*p+j] / m.data.scale[i] / m.data.scale[j]
		}
	}
	return out
}

// LogLikelihood is the partial log likelihood at the optimum.
func (m *CoxModel) LogLikelihood() float64 { return m.fit }

// NullLogLikelihood is that of the model without covariates.
func (m *CoxModel) NullLogLikelihood() float64 { return m.null }

// Subjects and events the model was fitted to.
func (m *CoxModel) Subjects() (subjects, events int64) {
	return int64(m.data.n), int64(m.data.events)
}

// Iterations of Newton's method.
func (m *CoxModel) Iterations() int { return m.iteration }

func chiTest(q float64, df int) Test {
	t := Test{ChiSq: q, DF: df, P: 1}
	if df > 0 {
		t.LogP = special.LogChiSquareTail(q, float64(df))
		t.P = math.Exp(t.LogP)
	}
	return t
}

// LikelihoodRatio tests that no covariate has an effect by the likelihoods.
func (m *CoxModel) LikelihoodRatio() Test { return chiTest(max(0, 2*(m.fit-m.null)), m.data.p) }

// Score tests it by the slope of the likelihood at no effect.
func (m *CoxModel) Score() Test { return chiTest(m.score, m.data.p) }

// Wald tests it by the coefficients and their covariance, robust where there
// are clusters.
func (m *CoxModel) Wald() Test {
	all := make([]int, m.data.p)
	for j := range all {
		all[j] = j
	}
	q, rank := quadratic(m.cov, m.data.p, m.beta, all)
	return chiTest(q, rank)
}

// LinearPredictor is x·β of a subject's covariates, offset aside: the
// logarithm of its hazard relative to one with the covariates 0. It is NaN
// where x has another length than the model.
func (m *CoxModel) LinearPredictor(x []float64) float64 {
	if len(x) != m.data.p {
		return math.NaN()
	}
	var sum float64
	for j, v := range x {
		sum += float64(v*m.beta[j]) / m.data.scale[j]
	}
	return sum
}

// String is the model as a table.
func (m *CoxModel) String() string {
	var b strings.Builder
	lr := m.LikelihoodRatio()
	fmt.Fprintf(&b, "Cox (%s), %d subjects, %d events, log likelihood %.6f, likelihood ratio %.4g on %d, p %s\n", m.opt.Ties, m.data.n, m.data.events, m.fit, lr.ChiSq, lr.DF, pText(lr.P, lr.LogP))
	fmt.Fprintf(&b, "%-20s %10s %10s %8s %10s %10s", "covariate", "coef", "se", "z", "p", "ratio")
	for _, c := range m.Coefficients() {
		fmt.Fprintf(&b, "\n%-20s %10.6f %10.6f %8.3f %10.4g %10.4f", shown(c.Name), c.Coef, c.SE, c.Z, c.P, math.Exp(c.Coef))
	}
	return b.String()
}
