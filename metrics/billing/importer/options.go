package importer

import (
	"errors"
	"strconv"
	"time"

	"github.com/lifecycle-go/lifecycle/metrics/billing"
	"github.com/lifecycle-go/lifecycle/metrics/money"
)

// Options of an importer. The zero value is the default of every field.
//
// Options is a value; its callbacks are called from the goroutine that ranges
// over the importer's results, one at a time.
type Options struct {
	// Exponents overrides the minor-unit digits of currencies, for a source
	// that counts them in its own way. Nil is the vendor's documented way.
	Exponents money.Exponents
	// Location is the zone of dates and local times that name none; nil is
	// UTC. Instants with a zone are not affected.
	Location *time.Location
	// SinceFirstEvent lets what is told by events begin with the first of them.
	// Otherwise what was before that is taken to have been the same, from when the
	// subscription says that it began: an assumption, with a Warning.
	SinceFirstEvent bool
	// Finding, when set, is called with each finding as it is made. Findings
	// are then not kept by the importer.
	Finding func(billing.Finding)
	// Progress, when set, is called about every MiB of input and once at the
	// end of each input.
	Progress func(Progress)
	// Limits of what is read; zero fields are their defaults.
	Limits Limits
}

// Limits bound what hostile or broken input can cost. A zero field is its
// default. What is beyond a limit ends the import with an Error that wraps
// ErrLimit.
type Limits struct {
	// RecordBytes is the longest single record: one object, list element or
	// CSV row. Default 16 MiB. Memory for reading is at most twice this.
	RecordBytes int
	// Depth is how deep objects and arrays may nest in a record. Default 64.
	Depth int
	// ListItems is how many elements one array inside a record, or members one
	// object, may have. Default 100,000. Lists of records have no limit.
	ListItems int
	// StringBytes is the longest string as written. Default 1 MiB.
	StringBytes int
	// Catalogue is how many plans, prices, coupons and the like are kept.
	// Default 1,000,000.
	Catalogue int
	// Versions is how many versions of subscriptions a Timeline keeps, each
	// some 500 bytes for every charge of the subscription. Default 1,000,000.
	Versions int
	// Findings is how many findings are kept for Findings; the rest are
	// counted. Default 10,000. Not an error.
	Findings int
}

// Validate reports fields that are negative and Exponents that are impossible,
// joined, each wrapping ErrOptions.
func (o Options) Validate() error {
	var errs []error
	bad := func(field string, n int) {
		if n < 0 {
			errs = append(errs, &Error{Field: "Options.Limits." + field, Value: strconv.Itoa(n), Reason: "negative; the least is 0, the default", Err: ErrOptions})
		}
	}
	l := o.Limits
	bad("RecordBytes", l.RecordBytes)
	bad("Depth", l.Depth)
	bad("ListItems", l.ListItems)
	bad("StringBytes", l.StringBytes)
	bad("Catalogue", l.Catalogue)
	bad("Versions", l.Versions)
	bad("Findings", l.Findings)
	if l.Depth > maxDepth {
		errs = append(errs, &Error{Field: "Options.Limits.Depth", Value: strconv.Itoa(l.Depth), Reason: "the most is " + strconv.Itoa(maxDepth), Err: ErrOptions})
	}
	if err := o.Exponents.Validate(); err != nil {
		errs = append(errs, &Error{Field: "Options.Exponents", Reason: err.Error(), Err: ErrOptions})
	}
	return errors.Join(errs...)
}

// maxDepth keeps a generous Depth below where encoding/json gives up (10,000).
const maxDepth = 5000

// WithDefaults are the limits as they hold: zero fields are filled in.
func (l Limits) WithDefaults() Limits {
	set := func(field *int, n int) {
		if *field == 0 {
			*field = n
		}
	}
	set(&l.RecordBytes, 16<<20)
	set(&l.Depth, 64)
	set(&l.ListItems, 100_000)
	set(&l.StringBytes, 1<<20)
	set(&l.Catalogue, 1_000_000)
	set(&l.Versions, 1_000_000)
	set(&l.Findings, 10_000)
	return l
}

// Progress says how far an importer is. The counts are of all its inputs
// together.
type Progress struct {
	Bytes    int64 // read from the inputs and used
	Records  int64 // records seen: objects, list elements, CSV rows
	Yielded  int64 // spans or lines given to the caller
	Findings int64 // findings made, kept or not
	Skipped  int64 // records of kinds that carry no recurring terms
	Repeats  int64 // events delivered before, counted once
}

// Tally is how many findings of one severity and code were made.
type Tally struct {
	Severity billing.Severity
	Code     billing.Code
	N        int64
}

// Collect ranges over an importer's result into a slice, up to its first error.
func Collect[T any](seq func(yield func(T, error) bool)) ([]T, error) {
	var out []T
	for v, err := range seq {
		if err != nil {
			return out, err
		}
		out = append(out, v)
	}
	return out, nil
}
