package forecast

import (
	"errors"
	"fmt"
	"strconv"

	"github.com/lifecycle-go/lifecycle/metrics/fault"
)

// What callers branch on. A [fault.Error] or [fault.Batch] wraps those of
// inputs; the others stand in the warnings of an estimate.
var (
	// ErrTooShort: fewer months than the method needs.
	ErrTooShort = errors.New("too short a history")
	// ErrInput: a value that no series can have.
	ErrInput = errors.New("impossible value")
	// ErrOptions: an option out of its range.
	ErrOptions = errors.New("bad options")
	// ErrHorizon: a month ahead that was not forecast.
	ErrHorizon = errors.New("beyond the horizon")
	// ErrSeriesOnly is a warning: nothing but monthly totals was known, and
	// such intervals cover less than they say when a company grows.
	ErrSeriesOnly = errors.New("series only: intervals rest on monthly totals, not on customers")
	// ErrFewPoints is a warning: under twelve months no interval was tested.
	ErrFewPoints = errors.New("fewer than 12 months: the interval is not calibrated")
	// ErrNoSeason is a warning: a season was asked for, but the history is not
	// two of them long.
	ErrNoSeason = errors.New("fewer than two seasons: forecast without season")
	// ErrExact is a warning: the model reproduces the history without error,
	// so that its interval has no width. It is not certainty.
	ErrExact = errors.New("the history has no noise: the interval has no width")
	// ErrFewErrors is a warning: too few past forecasts for a conformal bound
	// of this level; the largest error seen stands in for it.
	ErrFewErrors = errors.New("too few past forecasts for this level")
)

func badOption(op, field, value, limit string) error {
	return &fault.Error{Package: "forecast", Op: op, Field: field, Value: value, Limit: limit, Err: ErrOptions}
}

func tooShort(op string, n, least int) error {
	return &fault.Error{Package: "forecast", Op: op, Field: "months", Value: strconv.Itoa(n), Limit: fmt.Sprintf("want at least %d", least), Err: ErrTooShort}
}
