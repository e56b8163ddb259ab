package clv

import (
	"math"

	"github.com/lifecycle-go/lifecycle/metrics"
	"github.com/lifecycle-go/lifecycle/metrics/calendar"
)

// Transactional is what the four transaction models have in common.
type Transactional interface {
	Reported
	LogLikelihood(x, tx, T float64) float64
	PAlive(x, tx, T float64) float64
	PAliveAt(t, x, tx, T float64) float64
	Expected(t float64) float64
	Conditional(t, x, tx, T float64) float64
	PMF(t, n float64) float64
	ConditionalPMF(t, n, x, tx, T float64) float64
	DERT(delta, x, tx, T float64) (float64, error)
	Discounted(delta, horizon, x, tx, T float64) (float64, error)
	NextPurchase(p, x, tx, T float64) float64
}

// ValueOptions says what of a customer's future counts, and how much.
type ValueOptions struct {
	// Delta is the discount rate, continuous and per unit of the model's time
	// ([Delta] makes it of an annual rate); for [BGBB] the rate per
	// opportunity. Zero does not discount, and then the value may be infinite.
	Delta float64
	// Horizon is up to when transactions count, in the model's time; zero = for
	// ever.
	Horizon float64
	// Margin is what of the spend is kept, as a fraction; zero = all of it.
	Margin   float64
	Interval IntervalOptions
}

// Value is what a customer is still worth: margin × mean spend × discounted
// expected residual transactions, with the uncertainty of both models'
// parameters. It is an estimate in the unit of the spend, not an amount of
// money that was counted.
//
// Infinite residual transactions and an infinite mean of spend are
// [ErrInfinite].
func Value[M interface {
	Fitted[M]
	Transactional
}](m M, g GammaGamma, c Customer, o ValueOptions,
) (metrics.Estimate, error) {
	const op = "Value"
	iv, err := o.Interval.check(op)
	if err != nil {
		return metrics.Estimate{}, err
	}
	if o.Margin == 0 {
		o.Margin = 1
	}
	if o.Horizon == 0 {
		o.Horizon = math.Inf(1)
	}
	if !(o.Margin > 0 && o.Margin <= 1) {
		return metrics.Estimate{}, refused(op, "Margin", o.Margin, "want a fraction, 0 to 1", ErrInput)
	}
	if _, err := m.Discounted(o.Delta, o.Horizon, c.X, c.TX, c.T); err != nil {
		return metrics.Estimate{}, err
	}
	spend := g.Expected(c.X, c.Mean)
	switch {
	case math.IsInf(spend, 1):
		return metrics.Estimate{}, refused(op, "px+q", g.P*c.X+g.Q, "want more than 1: mean spend is infinite", ErrInfinite)
	case math.IsNaN(spend):
		return metrics.Estimate{}, refused(op, "Mean", c.Mean, "want zero or more and finite", ErrInput)
	}
	future, err := uncertain(op, m, func(m M) float64 {
		v, err := m.Discounted(o.Delta, o.Horizon, c.X, c.TX, c.T)
		if err != nil {
			return math.Inf(1)
		}
		return v
	})
	if err != nil {
		return metrics.Estimate{}, err
	}
	money, err := uncertain(op, g, func(g GammaGamma) float64 { return o.Margin * g.Expected(c.X, c.Mean) })
	if err != nil {
		return metrics.Estimate{}, err
	}
	return combine([]spread{future, money}, iv), nil
}

// daysOf are the days of a unit, a month being a twelfth of 365 days, as
// everywhere in the library.
func daysOf(u calendar.Unit) float64 {
	switch u {
	case calendar.UnitHour:
		return 1.0 / 24
	case calendar.UnitDay:
		return 1
	case calendar.UnitWeek:
		return 7
	case calendar.UnitMonth:
		return 365.0 / 12
	case calendar.UnitYear:
		return 365
	}
	return math.NaN()
}

// Delta is the continuous discount rate per unit in of a rate of d per unit
// per: ln(1+d) times the length of the one in the other. 15 % a year, in
// weeks: Delta(0.15, calendar.UnitYear, calendar.UnitWeek) = 0.00268. NaN for
// d below zero and unknown units.
func Delta(d float64, per, in calendar.Unit) float64 {
	if !(d >= 0) {
		return math.NaN()
	}
	return math.Log1p(d) * daysOf(in) / daysOf(per)
}
