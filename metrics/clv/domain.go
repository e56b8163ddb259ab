package clv

import (
	"math"
	"strconv"

	"github.com/lifecycle-go/lifecycle/metrics/fault"
)

// positive reports whether all parameters are positive and finite.
func positive(params ...float64) bool {
	for _, p := range params {
		if !(p > 0) || math.IsInf(p, 1) {
			return false
		}
	}
	return true
}

// seen reports whether a history can be: x purchases after the first, the last
// of them at t_x, seen until T.
func seen(x, tx, T float64) bool { return historyFault(x, tx, T) == nil }

// limit names what of a history cannot be.
type limit struct {
	field string
	value float64
	limit string
}

func historyFault(x, tx, T float64) *limit {
	finite := func(v float64) bool { return v >= 0 && !math.IsInf(v, 1) }
	switch {
	case !finite(x):
		return &limit{"X", x, "want a number of repeat transactions, zero or more"}
	case !finite(tx):
		return &limit{"TX", tx, "want a finite time, zero or more"}
	case !finite(T):
		return &limit{"T", T, "want a finite time, zero or more"}
	case tx > T:
		return &limit{"TX", tx, "want at most T, which is " + number(T)}
	case x == 0 && tx > 0:
		return &limit{"TX", tx, "want 0 where X is 0: there was no repeat transaction"}
	case x > 0 && tx == 0:
		return &limit{"TX", tx, "want more than 0 where X is " + number(x)}
	}
	return nil
}

// counts reports whether t and n can be a time and a count.
func counts(t, n float64) bool {
	return t >= 0 && !math.IsInf(t, 1) && n >= 0 && !math.IsInf(n, 1) && n == math.Trunc(n)
}

// times is the product in which a certain zero stays zero beside infinity.
func times(p, v float64) float64 {
	if p == 0 {
		return 0
	}
	return p * v
}

// givenAlive mixes a count of someone alive with the certain zero of someone
// who is not.
func givenAlive(alive, n, pmf float64) float64 {
	if n == 0 {
		return (1 - alive) + alive*pmf
	}
	return alive * pmf
}

func number(v float64) string { return strconv.FormatFloat(v, 'g', -1, 64) }

// refused is the error of one argument of one operation.
func refused(op, field string, value float64, limit string, err error) error {
	return &fault.Error{Package: "clv", Op: op, Field: field, Value: number(value), Limit: limit, Err: err}
}

// wantHistory checks the arguments of a discounted sum.
func wantHistory(op string, delta, horizon, x, tx, T, alive float64) error {
	if !(delta >= 0) || math.IsInf(delta, 1) {
		return refused(op+" DERT", "delta", delta, "want a finite discount rate per unit of time, zero or more", ErrInput)
	}
	if !(horizon >= 0) {
		return refused(op+" DERT", "horizon", horizon, "want zero or more", ErrInput)
	}
	if l := historyFault(x, tx, T); l != nil {
		return refused(op+" DERT", l.field, l.value, l.limit, ErrInput)
	}
	if math.IsNaN(alive) {
		return refused(op+" DERT", "parameters", alive, "want all positive and finite", ErrInput)
	}
	return nil
}
