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
		return alive * within(c.expected, c.r/c.alpha, delta, horizon), nil
	case delta == 0 && shape <= 1:
		return 0, refused(op+" DERT", param, shape, "want more than 1 where delta is 0: the sum is infinite", ErrInfinite)
	}
	return alive * c.discounted(delta), nil
}

// within is ∫₀^h e^(−δt) dE(t) of an expected count E, by parts:
// e^(−δh) E(h) + δ ∫ e^(−δt) E(t) dt, whose two parts are positive. E rises at
// first at the given rate and then ever more slowly; the variable is
// ln(1 + t/(the time in which it would come to its end at that rate)).
func within(expected func(float64) float64, rate, delta, horizon float64) float64 {
	v := math.Exp(-delta*horizon) * expected(horizon)
	if delta > 0 {
		end := min(horizon, 40/delta) // what comes later has no weight
		scale := min(expected(end)/rate, 1/delta)
		v += delta * special.Integrate(func(u float64) float64 {
			t := scale * math.Expm1(u)
			return math.Exp(-delta*t) * expected(t) * (scale + t)
		}, 0, math.Log1p(end/scale), 1e-12)
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
