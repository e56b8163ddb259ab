package clv

import (
	"math"

	"github.com/lifecycle-go/lifecycle/internal/special"
)

// discountedCourse is P(alive) times the discounted purchases of a course.
func discountedCourse(op string, c course, alive, delta, horizon float64, param string, shape float64) (float64, error) {
	switch {
	case alive == 0 || horizon == 0:
		return 0, nil
	case !math.IsInf(horizon, 1):
		return alive * within(c.expected, delta, horizon), nil
	case delta == 0 && shape <= 1:
		return 0, refused(op+" DERT", param, shape, "want more than 1 where delta is 0: the sum is infinite", ErrInfinite)
	}
	return alive * c.discounted(delta), nil
}

// within is ∫₀^h e^(−δt) dE(t) of an expected count E, by parts:
// e^(−δh) E(h) + δ ∫ e^(−δt) E(t) dt, whose two parts are positive.
func within(expected func(float64) float64, delta, horizon float64) float64 {
	v := math.Exp(-delta*horizon) * expected(horizon)
	if delta > 0 {
		// What comes after 40/δ has no weight.
		v += delta * special.Integrate(func(t float64) float64 {
			return math.Exp(-delta*t) * expected(t)
		}, 0, min(horizon, 40/delta), 1e-12)
	}
	return v
}

// nextOfCourse is the p-quantile of the time to the next purchase: a Pareto
// law with probability alive, never else.
func nextOfCourse(p, alive float64, c course) float64 {
	switch {
	case math.IsNaN(alive) || !(p >= 0) || p > 1:
		return math.NaN()
	case p == 0:
		return 0
	case p >= alive:
		return math.Inf(1)
	}
	return c.alpha * math.Expm1(-math.Log1p(-p/alive)/c.r)
}
