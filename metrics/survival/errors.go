package survival

import (
	"errors"
	"fmt"

	"github.com/lifecycle-go/lifecycle/metrics/fault"
)

// What callers branch on.
var (
	// ErrInput: a subject that cannot be: a time that is negative or no number,
	// an exit before the entry, a weight that is not positive. A [fault.Batch]
	// of [fault.Row]s that wrap it names each.
	ErrInput = errors.New("impossible subject")
	// ErrEmpty: no subject at all, or none that could have an event.
	ErrEmpty = errors.New("no subjects")
	// ErrOptions: an option out of its range. A [fault.Error] wraps it.
	ErrOptions = errors.New("bad options")
	// ErrTooMany: more groups, causes or covariates than a method takes.
	ErrTooMany = fault.ErrTooMany
	// ErrNoEvents: a model has nothing to learn from.
	ErrNoEvents = errors.New("no events")
	// ErrNotReached: fewer subjects than asked have had the event.
	ErrNotReached = errors.New("not reached")
	// ErrConstant: a covariate with one value for all.
	ErrConstant = errors.New("constant covariate")
	// ErrCollinear: a covariate that the ones before it determine.
	ErrCollinear = errors.New("collinear covariate")
	// ErrSeparated: the likelihood rises without end in this covariate: it
	// splits those with an event from those without.
	ErrSeparated = errors.New("coefficient may be infinite")
	// ErrStopped: the search ended before the optimum; the input may be right.
	ErrStopped = errors.New("stopped early")
)

// ColumnError names the covariate that keeps a model from being fitted.
type ColumnError struct {
	Name   string // the covariate
	Column int    // its place in Subject.X, from 0
	Err    error  // ErrConstant, ErrCollinear or ErrSeparated
}

// Error is "survival: cox: covariate 2 (plan): reason".
func (e *ColumnError) Error() string {
	return fmt.Sprintf("survival: cox: covariate %d (%s): %v", e.Column+1, fault.Quote(e.Name), e.Err)
}

// Unwrap gives the sentinel.
func (e *ColumnError) Unwrap() error { return e.Err }

// StoppedError says how far the search for a model had come.
type StoppedError struct {
	Iterations int
	// Gradient is the length of the last Newton step, in standard errors: how
	// far from the optimum the estimate may be.
	Gradient float64
}

// Error says after how many iterations and how far from the optimum.
func (e *StoppedError) Error() string {
	return fmt.Sprintf("survival: cox: %v after %d iterations, %.3g standard errors from the optimum", ErrStopped, e.Iterations, e.Gradient)
}

// Unwrap gives ErrStopped.
func (e *StoppedError) Unwrap() error { return ErrStopped }

func badOption(op, field string, value float64, limit string) error {
	return &fault.Error{Package: "survival", Op: op, Field: field, Value: float(value), Limit: limit, Err: ErrOptions}
}
