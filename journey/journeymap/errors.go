package journeymap

import "errors"

// Errors that callers branch on with errors.Is.
var (
	// ErrMap is what the error of Map.Validate is; it carries a fault.Design.
	ErrMap = errors.New("the map has faults")
	// ErrDuration is returned for a text that is no duration.
	ErrDuration = errors.New("not a duration")
	// ErrChance is returned for counts, targets and values that cannot be.
	ErrChance = errors.New("not a chance that can be ranked")
	// ErrGoal is returned for a goal whose progress cannot be told.
	ErrGoal = errors.New("not a goal that can be measured")
	// ErrDecode is returned for bytes that are no map.
	ErrDecode = errors.New("not a journey map")
	// ErrChanges is returned for changes that do not fit the map they are
	// applied to.
	ErrChanges = errors.New("the changes are of another map")
	// ErrOptions is returned for options out of range.
	ErrOptions = errors.New("options out of range")
)
