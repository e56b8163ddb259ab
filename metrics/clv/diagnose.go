package clv

import (
	"fmt"
	"math"
	"strings"

	"gonum.org/v1/gonum/mat"
)

// StoppedError says that the iteration ended before the optimum. The estimate is where
// it stood.
type StoppedError struct {
	Model      string
	Iterations int
	Slope      float64 // largest derivative of the mean log likelihood by the log of a parameter
}

// Error says after how many iterations the fit stopped, and what may help.
func (e *StoppedError) Error() string {
	return fmt.Sprintf("clv: %s: stopped early after %d iterations, slope of the mean log likelihood %.2g: allow more iterations or another start", e.Model, e.Iterations, e.Slope)
}

// BoundaryError says that the likelihood still rises where a parameter has left its
// scale by a factor of 1e7, that is, towards zero or infinity. The estimate is
// that of the limit; the parameter itself means nothing.
type BoundaryError struct {
	Model, Param string
	Value        float64
	Upper        bool // towards infinity
}

// Error says which parameter runs where, and what predictions then are.
func (e *BoundaryError) Error() string {
	to := "zero"
	if e.Upper {
		to = "infinity"
	}
	return fmt.Sprintf("clv: %s: %s runs to %s, stopped at %.3g: the data do not need it, predictions are those of the limit", e.Model, e.Param, to, e.Value)
}

// FlatError says that in one direction of the logs of the parameters the likelihood
// hardly falls, so that estimates along it are loose, though predictions need
// not be.
type FlatError struct {
	Model     string
	Names     []string
	Direction []float64 // eigenvector of the information with the least eigenvalue; length 1
	SD        float64   // standard deviation along it; 1 is a factor of e
	Intervals []Span    // of the parameters, by profile likelihood where they take part
}

// flatSD is from where on a direction counts as flat: its 95 % interval spans
// a factor of 50.
const flatSD = 1

func (e *FlatError) involves(i int) bool { return math.Abs(e.Direction[i]) >= 0.3 }

// Error says which parameters the data leave open together, in logarithms.
func (e *FlatError) Error() string {
	var parts []string
	for i, d := range e.Direction {
		if e.involves(i) {
			parts = append(parts, fmt.Sprintf("%+.2f·ln %s", d, e.Names[i]))
		}
	}
	return fmt.Sprintf("clv: %s: flat direction %s: the data leave it open by a standard deviation of %.2g", e.Model, strings.Join(parts, " "), e.SD)
}

func flatDirection(model string, names []string, at optimum) *FlatError {
	var free []int
	for i, f := range at.fixed {
		if !f {
			free = append(free, i)
		}
	}
	if len(free) == 0 {
		return nil
	}
	m := mat.NewSymDense(len(free), nil)
	for a, i := range free {
		for c, j := range free[a:] {
			if math.IsNaN(at.h[i][j]) || math.IsInf(at.h[i][j], 0) {
				return nil
			}
			m.SetSym(a, a+c, -at.h[i][j])
		}
	}
	var eig mat.EigenSym
	if !eig.Factorize(m, true) {
		return nil
	}
	least := eig.Values(nil)[0]
	sd := math.Inf(1)
	if least > 0 {
		sd = 1 / math.Sqrt(least)
	}
	if sd <= flatSD {
		return nil
	}
	var v mat.Dense
	eig.VectorsTo(&v)
	e := &FlatError{Model: model, Names: names, SD: sd, Direction: make([]float64, len(names))}
	largest := 0
	for a, i := range free {
		e.Direction[i] = v.At(a, 0)
		if math.Abs(e.Direction[i]) > math.Abs(e.Direction[free[largest]]) {
			largest = a
		}
	}
	if e.Direction[free[largest]] < 0 { // an eigenvector has no sign; give it one
		for i := range e.Direction {
			e.Direction[i] = -e.Direction[i]
		}
	}
	return e
}

// FewError says that fewer customers carry information than ten a parameter.
type FewError struct {
	Model string
	What  string // "repeat buyers"
	N     float64
	Want  float64
}

// Error says how many there are and how many are wanted.
func (e *FewError) Error() string {
	return fmt.Sprintf("clv: %s: %s %s, want at least %s for %s: standard errors are not to be trusted", e.Model, number(e.N), e.What, number(e.Want), "ten a parameter")
}

// InfiniteMeanError says that the estimated law of spend has no finite mean.
type InfiniteMeanError struct{ Q float64 }

// Error says what q is, and what follows.
func (e *InfiniteMeanError) Error() string {
	return fmt.Sprintf("clv: Gamma-Gamma: q %.4g is not above 1: mean spend is infinite, and so is a value computed from it", e.Q)
}

// Unwrap gives [ErrInfinite].
func (e *InfiniteMeanError) Unwrap() error { return ErrInfinite }

// CorrelationError says that frequency and mean spend move together, which the
// Gamma–Gamma model excludes.
type CorrelationError struct{ R float64 }

// maxCorrelation is from where on it is diagnosed; CDNOW has 0.11.
const maxCorrelation = 0.3

// Error says how strong the correlation is, and what follows.
func (e *CorrelationError) Error() string {
	return fmt.Sprintf("clv: Gamma-Gamma: number of transactions and mean spend are correlated, %.2f: the model assumes they are not, values are biased", e.R)
}
