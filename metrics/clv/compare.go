package clv

import (
	"math"

	"github.com/lifecycle-go/lifecycle/internal/special"
	"github.com/lifecycle-go/lifecycle/metrics/fault"
)

// Reported is any model of this package.
type Reported interface {
	Report() FitReport
	fitting() *fitted
}

// RatioTest is a likelihood-ratio test of two nested models.
type RatioTest struct {
	ChiSq float64 `json:"chi_sq"` // twice the difference of the log likelihoods
	DF    int     `json:"df"`     // parameters the larger model has more
	P     float64 `json:"p"`
	LogP  float64 `json:"log_p"` // does not underflow
}

// LikelihoodRatio tests whether the larger of two nested models is needed: sBG
// within BdW (c = 1), a model without covariates within the same with them.
// Both must have been fitted to the same data, and the caller answers for their
// being nested. Where the smaller model lies on the edge of the larger (a
// variance of zero), the true p is about half.
func LikelihoodRatio(small, large Reported) (RatioTest, error) {
	const op = "LikelihoodRatio"
	a, b := small.fitting(), large.fitting()
	if a == nil || b == nil {
		return RatioTest{}, &fault.Error{Package: "clv", Op: op, Field: "models", Limit: "want two fitted ones", Err: ErrInput}
	}
	if a.data != b.data {
		return RatioTest{}, &fault.Error{Package: "clv", Op: op, Field: "models", Limit: "want two that were fitted to the same data", Err: ErrInput}
	}
	df := len(b.report.Params) - len(a.report.Params)
	if df < 1 {
		return RatioTest{}, refused(op, "parameters", float64(df), "want the larger model, with more parameters, second", ErrInput)
	}
	chi := max(0, 2*(b.report.LogLikelihood-a.report.LogLikelihood))
	l := special.LogChiSquareTail(chi, float64(df))
	return RatioTest{ChiSq: chi, DF: df, P: math.Exp(l), LogP: l}, nil
}
