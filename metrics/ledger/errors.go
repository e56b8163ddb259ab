package ledger

import (
	"errors"
	"strconv"
	"time"

	"github.com/lifecycle-go/lifecycle/internal/num"
	"github.com/lifecycle-go/lifecycle/metrics/calendar"
	"github.com/lifecycle-go/lifecycle/metrics/money"
)

// What callers branch on. Each row of a *fault.Batch wraps one of these.
var (
	// ErrRange: a number, an instant or a name is beyond its limit.
	ErrRange = num.ErrRange
	// ErrNegative: an amount below zero.
	ErrNegative = errors.New("negative amount")
	// ErrName: an id is missing or not text.
	ErrName = errors.New("bad name")
	// ErrCycle: a billing cycle that cannot be brought to a month.
	ErrCycle = errors.New("bad cycle")
	// ErrCause: a cause that is not one of this package.
	ErrCause = errors.New("bad cause")
	// ErrCurrency: a currency the ledger cannot take.
	ErrCurrency = errors.New("bad currency")
	// ErrNoRate: an amount in another currency without an exchange rate for
	// its instant. It is money.ErrNoRate.
	ErrNoRate = money.ErrNoRate
	// ErrConflict: one event id with two contents, one customer in two cubes, one
	// name given twice.
	ErrConflict = errors.New("conflicting change")
	// ErrMixed: one subscription told by Append and by Replace.
	ErrMixed = errors.New("appended and replaced")
	// ErrBusy: a write while another is under way.
	ErrBusy = errors.New("the ledger is being written to")
	// ErrOptions: options that contradict themselves or another ledger's.
	ErrOptions = errors.New("bad options")
	// ErrPeriod: months in the wrong order or out of range.
	ErrPeriod = errors.New("bad period")
	// ErrEncoding: bytes that are not a ledger, or not a whole one.
	ErrEncoding = errors.New("bad encoding")
)

// limitError is a table that is full.
type limitError struct {
	what string
	most int64
}

// Error implements error.
func (e *limitError) Error() string {
	return "more than " + strconv.FormatInt(e.most, 10) + " " + e.what
}

// Unwrap returns ErrRange.
func (e *limitError) Unwrap() error { return ErrRange }

func itoa(n int) string { return strconv.Itoa(n) }

func checkTime(t time.Time) error {
	if t.IsZero() {
		return errors.New("missing")
	}
	return calendar.CheckTime(t)
}

func timeText(t time.Time) string {
	if y := t.Year(); y < 0 || y > 9999 {
		return "year " + itoa(y)
	}
	return t.Format(time.RFC3339Nano)
}
