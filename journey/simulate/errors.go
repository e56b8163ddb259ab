package simulate

import (
	"errors"

	"github.com/lifecycle-go/lifecycle/metrics/fault"
)

// Errors of this package.
var (
	// ErrWorld is wrapped by the [*fault.Design] that lists everything wrong
	// with a World.
	ErrWorld = errors.New("the world cannot be simulated")
	// ErrTooMany: one customer has more events or brings more customers than the
	// limits allow.
	ErrTooMany = errors.New("too many")
	// ErrNoClosedForm: a truth that has no formula under these parameters; count
	// it in a long run instead.
	ErrNoClosedForm = errors.New("no closed form")
	// ErrFit: what a fit was asked for cannot be estimated from what it was given.
	ErrFit = errors.New("cannot be fitted")
)

// The faults of a World.
const (
	FaultMissing     fault.Code = "missing"     // something required is not there
	FaultRange       fault.Code = "range"       // a number or a time is outside its limits
	FaultUnknown     fault.Code = "unknown"     // a name that nothing else has
	FaultDuplicate   fault.Code = "duplicate"   // said twice
	FaultProbability fault.Code = "probability" // not 0 to 1, or more than 1 together
	FaultRefused     fault.Code = "refused"     // the journey would refuse it there
	FaultMoves       fault.Code = "moves"       // a habit that would leave its stage
)
