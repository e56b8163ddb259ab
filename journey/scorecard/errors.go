package scorecard

import (
	"errors"

	"github.com/lifecycle-go/lifecycle/metrics/fault"
)

// Errors that callers branch on.
var (
	// ErrBinding is wrapped by every error about a Binding.
	ErrBinding = errors.New("metric cannot be counted so")
	// ErrOptions is wrapped by every error about options.
	ErrOptions = errors.New("options out of range")
	// ErrData is wrapped by every error about what Data lacks, or has twice.
	ErrData = errors.New("the data do not allow it")
)

// Limits. They bound what a scorecard costs before memory is taken.
const (
	MaxBindings = 1000
	MaxMonths   = 1200
	MaxKeys     = 10_000    // different values of one dimension
	MaxCells    = 5_000_000 // bindings × keys × periods
)

func refuse(op, field, value, limit string, err error) error {
	return &fault.Error{Package: "scorecard", Op: op, Field: field, Value: value, Limit: limit, Err: err}
}
