package clv

import (
	"fmt"
	"math"

	"github.com/lifecycle-go/lifecycle/internal/special"
	"github.com/lifecycle-go/lifecycle/metrics/fault"
)

// FitOptions says how a model is estimated. The zero value is the documented
// default.
type FitOptions struct {
	// Level of the intervals in the report; zero = 0.95.
	Level float64
	// Start are parameters to begin with, in the order of the model's fields;
	// nil = a start made from the data.
	Start []float64
	// MaxIterations bounds the Newton steps; zero = 200.
	MaxIterations int
	// Profile asks for profile-likelihood intervals, which hold where the
	// likelihood is not quadratic in the logs of the parameters; they cost
	// some hundred further evaluations a parameter. The zero value gives
	// intervals of the log parameters, and profiles only of parameters in a
	// flat direction, of at most 20,000 cells.
	Profile bool
}

func (o FitOptions) check(op string, k int) (FitOptions, error) {
	if o.Level == 0 {
		o.Level = 0.95
	}
	if o.MaxIterations == 0 {
		o.MaxIterations = 200
	}
	switch {
	case !(o.Level > 0 && o.Level < 1):
		return o, refused(op, "Level", o.Level, "want more than 0 and less than 1, for example 0.95", ErrInput)
	case o.MaxIterations < 0:
		return o, refused(op, "MaxIterations", float64(o.MaxIterations), "want zero or more", ErrInput)
	case o.Start != nil && len(o.Start) != k:
		return o, refused(op, "Start", float64(len(o.Start)), fmt.Sprintf("want %d parameters", k), ErrInput)
	case o.Start != nil && !positive(o.Start...):
		return o, &fault.Error{Package: "clv", Op: op, Field: "Start", Value: fmt.Sprint(o.Start), Limit: "want all positive and finite", Err: ErrInput}
	}
	return o, nil
}

// Span is an interval of one parameter.
type Span struct {
	Lo, Hi float64
}

// FitReport is what an estimation came to.
type FitReport struct {
	Model         string
	Names         []string  // of the parameters
	Params        []float64 // the estimates, in the order of the model's fields
	SE            []float64 // their standard errors; NaN where one has none, see Diagnoses
	Intervals     []Span    // at Level, symmetric in the log of the parameter or, where profiled, by profile likelihood
	Profiled      []bool    // which intervals are by profile
	Level         float64
	LogLikelihood float64 // in units of the data
	AIC, BIC      float64
	N             float64 // customers
	Cells         int     // different histories among them
	Iterations    int
	Evaluations   int
	Converged     bool    // the last Newton step was below 1e-9 in the logs, or promised no gain
	Diagnoses     []error // what a reader must know before believing it
}

// fitted is what a fit leaves with a model besides the estimates.
type fitted struct {
	report FitReport
	cov    [][]float64 // of the logs of the parameters, and of coefficients
	data   uint64      // fingerprint of the data, for comparisons
	corr   float64     // Gamma–Gamma: of frequency and mean spend
}

// reportOf is the report of a fit, or of a literal: parameters alone.
func reportOf(f *fitted, model string, names []string, params []float64) FitReport {
	if f == nil {
		return FitReport{Model: model, Names: names, Params: params}
	}
	return f.report.clone()
}

func (r FitReport) clone() FitReport {
	r.Names = append([]string(nil), r.Names...)
	r.Params = append([]float64(nil), r.Params...)
	r.SE = append([]float64(nil), r.SE...)
	r.Intervals = append([]Span(nil), r.Intervals...)
	r.Profiled = append([]bool(nil), r.Profiled...)
	r.Diagnoses = append([]error(nil), r.Diagnoses...)
	return r
}

// task is one estimation.
type task struct {
	op, model string
	names     []string
	start     []float64 // natural parameters
	scale     []float64 // natural scale of each, 1 or a time: its bounds are 1e-7 and 1e7 of it
	o         *objective
	small     *objective // on a sample, to start from; may be nil
	cells     int
	data      uint64
	opt       FitOptions
	units     []float64 // of coefficients, which follow the positive parameters: θ is value × unit
}

// logs is the number of positive parameters, which are fitted by their logs.
func (t task) logs() int { return t.o.k - len(t.units) }

// natural is parameter i at θ.
func (t task) natural(i int, theta float64) float64 {
	if n := t.logs(); i >= n {
		return theta / t.units[i-n]
	}
	return math.Exp(theta)
}

// reach is how far from its scale a parameter may run before it counts as
// infinite or zero.
const reachLog = 16.118095650958319788 // ln 1e7

// edge is how near to a bound stopping is standing at it.
const edge = 0.01

// smallProfile is up to how many cells a profile is made unasked.
const smallProfile = 20_000

func (t task) run() *fitted {
	k := t.o.k
	lo, hi := make([]float64, k), make([]float64, k)
	theta := make([]float64, k)
	for i := range theta {
		if i >= t.logs() {
			lo[i], hi[i] = -reachLog, reachLog
			continue
		}
		c := math.Log(t.scale[i])
		lo[i], hi[i] = c-reachLog, c+reachLog
		theta[i] = math.Log(t.start[i])
	}
	evals, steps := 0, 0
	if t.small != nil {
		at := climb(t.small, theta, lo, hi, nil, t.opt.MaxIterations)
		theta, evals, steps = at.theta, at.evals, at.steps
	}
	at := climb(t.o, theta, lo, hi, nil, t.opt.MaxIterations)
	f := &fitted{data: t.data, cov: inverse(at.h, at.fixed)}
	r := FitReport{
		Model: t.model, Names: t.names, Level: t.opt.Level, LogLikelihood: at.ll,
		N: t.o.weight, Cells: t.cells, Iterations: at.steps + steps, Evaluations: at.evals + evals, Converged: at.converged,
		AIC: 2*float64(k) - 2*at.ll, BIC: float64(k)*math.Log(t.o.weight) - 2*at.ll,
	}
	z := special.NormalTwoSided(t.opt.Level)
	r.Profiled = make([]bool, k)
	for i, v := range at.theta {
		p, se := t.natural(i, v), math.Sqrt(f.cov[i][i])
		r.Params = append(r.Params, p)
		r.Intervals = append(r.Intervals, Span{t.natural(i, v-z*se), t.natural(i, v+z*se)})
		if i < t.logs() {
			r.SE = append(r.SE, p*se)
		} else {
			r.SE = append(r.SE, t.natural(i, se))
		}
		if at.fixed[i] || v < lo[i]+edge || v > hi[i]-edge {
			r.Diagnoses = append(r.Diagnoses, &BoundaryError{Model: t.model, Param: t.names[i], Value: p, Upper: v > hi[i]-edge})
		}
	}
	if !at.converged {
		r.Diagnoses = append(r.Diagnoses, &StoppedError{Model: t.model, Iterations: at.steps, Slope: maxAbsFree(at.g, at.fixed) / t.o.weight})
	}
	flat := flatDirection(t.model, t.names, at)
	if flat != nil {
		r.Diagnoses = append(r.Diagnoses, flat)
	}
	for i := range k {
		if t.opt.Profile || (flat != nil && flat.involves(i) && t.cells <= smallProfile) {
			if at.converged && !at.fixed[i] {
				s := profile(t.o, at, i, lo, hi, t.opt.Level)
				r.Intervals[i] = Span{t.natural(i, s.Lo), t.natural(i, s.Hi)}
				r.Profiled[i] = true
			}
		}
	}
	if flat != nil {
		// On a ridge that runs into a bound the bound, not the likelihood, would
		// end the others' intervals.
		for j, d := range flat.Direction {
			up := at.theta[j] > hi[j]-edge
			if !flat.involves(j) || (!up && at.theta[j] >= lo[j]+edge) {
				continue
			}
			for i, e := range flat.Direction {
				switch {
				case !flat.involves(i):
				case (d*e > 0) == up:
					r.Intervals[i].Hi = t.natural(i, math.Inf(1))
				default:
					r.Intervals[i].Lo = t.natural(i, math.Inf(-1))
				}
			}
		}
		flat.Intervals = append([]Span(nil), r.Intervals...)
	}
	f.report = r
	for i := range k { // of the coefficients themselves, not in their units
		for j := range k {
			for _, n := range [2]int{i, j} {
				if n >= t.logs() {
					f.cov[i][j] /= t.units[n-t.logs()]
				}
			}
		}
	}
	return f
}
