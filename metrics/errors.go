package metrics

import (
	"errors"
	"strconv"

	"github.com/shopspring/decimal"

	"github.com/lifecycle-go/lifecycle/internal/num"
	"github.com/lifecycle-go/lifecycle/metrics/fault"
)

// ErrInput is wrapped by every *fault.Error of this package.
var ErrInput = errors.New("impossible input")

// The codes of input errors, in [fault.Error.Code].
const (
	CodeNegative fault.Code = "negative"      // below zero where only a magnitude makes sense
	CodeBounds   fault.Code = "out-of-bounds" // more digits than the library takes
	CodeExceeds  fault.Code = "exceeds"       // a part larger than the whole it belongs to
	CodeMissing  fault.Code = "missing"       // not given, and there is no harmless default
	CodeUnknown  fault.Code = "unknown"       // a value of an enumeration that does not exist
	CodeSyntax   fault.Code = "syntax"        // text that cannot be read
)

func refuse(op, field, value, limit string, code fault.Code) error {
	return &fault.Error{Package: "metrics", Op: op, Field: field, Value: value, Limit: limit, Code: code, Err: ErrInput}
}

// faults collects what is wrong with the arguments of one operation.
type faults struct {
	op   string
	errs []error
}

func (f *faults) add(field, value, limit string, code fault.Code) {
	f.errs = append(f.errs, refuse(f.op, field, value, limit, code))
}

func (f *faults) err() error { return errors.Join(f.errs...) }

// amount accepts any amount within bounds.
func (f *faults) amount(field string, d decimal.Decimal) bool {
	if err := num.Check(d); err != nil {
		f.add(field, "", err.Error(), CodeBounds)
		return false
	}
	return true
}

// magnitude accepts an amount of zero or more.
func (f *faults) magnitude(field string, d decimal.Decimal) {
	if f.amount(field, d) && d.IsNegative() {
		f.add(field, plain(d), "want a magnitude of zero or more", CodeNegative)
	}
}

// maxCount keeps sums of counts inside an int64.
const maxCount = 1 << 60

// count accepts a number of heads or answers.
func (f *faults) count(field string, n int64) {
	switch {
	case n < 0:
		f.add(field, strconv.FormatInt(n, 10), "want a count of zero or more", CodeNegative)
	case n > maxCount:
		f.add(field, strconv.FormatInt(n, 10), "want at most "+strconv.FormatInt(maxCount, 10), CodeBounds)
	}
}

// ratio accepts a ratio that is not negative, or undefined for want of a
// base.
func (f *faults) ratio(field string, r Ratio) {
	if r.broken {
		f.add(field, "", ErrBounds.Error(), CodeBounds)
	} else if r.sign() < 0 {
		f.add(field, r.brief(), "want zero or more", CodeNegative)
	}
}

// margin accepts a gross margin as a fraction, more than 0 and at most 1.
func (f *faults) margin(field string, m decimal.Decimal) {
	if !f.amount(field, m) {
		return
	}
	const limit = "want a fraction of more than 0 and at most 1, where 1 means that no cost is deducted"
	switch {
	case m.IsZero():
		f.add(field, "0", limit, CodeMissing)
	case m.IsNegative():
		f.add(field, plain(m), limit, CodeNegative)
	case m.Cmp(decimal.New(1, 0)) > 0:
		f.add(field, plain(m), limit, CodeExceeds)
	}
}
