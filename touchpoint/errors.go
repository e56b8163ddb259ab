package touchpoint

import (
	"errors"

	"github.com/lifecycle-go/lifecycle/metrics/fault"
)

// Errors that callers branch on with errors.Is, beside those of package fault.
var (
	// ErrTime is returned for an instant outside the years 1900 to 2200.
	ErrTime = errors.New("must lie in the years 1900 to 2200")
	// ErrAmount is returned for a cost or value with more than 18 significant
	// digits, or with more than 12 of them behind the point.
	ErrAmount = errors.New("must have at most 18 significant digits, at most 12 of them behind the point")
	// ErrOptions is returned for log options that contradict themselves or each other.
	ErrOptions = errors.New("log options do not fit")
	// ErrNoIDs is returned for a merge of logs that read events with IDs but did not keep
	// them, so that duplicates between the logs could not be seen.
	ErrNoIDs = errors.New("events had IDs which the log did not keep")
	// ErrColumns is returned for columns of unequal length, numbers beyond the
	// texts they count, and texts given twice.
	ErrColumns = errors.New("columns do not fit")
	// ErrEncoding is returned for bytes that are no encoded log.
	ErrEncoding = errors.New("not a valid encoded log")
	// ErrVersion is returned for an encoded log of another version of the format.
	ErrVersion = errors.New("not a known version of the encoded log")
	// ErrUnits is wrapped by every error about Units and Breakdowns.
	ErrUnits = errors.New("cannot be told apart")
	// ErrDesign is what every fault of a Catalogue unwraps to.
	ErrDesign = errors.New("the design has faults")
)

func tooMany(what string, limit, actual int64) error {
	return &fault.Error{Package: "touchpoint", Op: "new log", Limit: fault.AtMost(limit, what, actual), Err: fault.ErrTooMany}
}
