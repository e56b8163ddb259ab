package ledger

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/lifecycle-go/lifecycle/internal/num"
	"github.com/lifecycle-go/lifecycle/metrics/calendar"
	"github.com/lifecycle-go/lifecycle/metrics/money"
)

// What callers branch on. A *ChangeError wraps one of these.
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
	// ErrConflict: one event id with two contents.
	ErrConflict = errors.New("conflicting change")
	// ErrOptions: options that contradict themselves or another ledger's.
	ErrOptions = errors.New("bad options")
	// ErrPeriod: months in the wrong order or out of range.
	ErrPeriod = errors.New("bad period")
	// ErrEncoding: bytes that are not a ledger, or not a whole one.
	ErrEncoding = errors.New("bad encoding")
)

// ChangeError says which change of an input was refused, and why.
type ChangeError struct {
	// Index is the change's position in the input, counting from 0.
	Index int
	// Customer and ID are the change's, shortened if very long.
	Customer, ID string
	// Field is the field of Change at fault, Value its content.
	Field, Value string
	// Reason says the limit and the actual.
	Reason string
	// Err is one of the package's sentinels.
	Err error
}

// Error implements error.
func (e *ChangeError) Error() string {
	who := ""
	if e.Customer != "" {
		who = fmt.Sprintf(" (customer %q)", e.Customer)
	}
	return fmt.Sprintf("ledger: append: change[%d]%s: %s %q: %s", e.Index, who, e.Field, e.Value, e.Reason)
}

// Unwrap returns the sentinel.
func (e *ChangeError) Unwrap() error { return e.Err }

// InputError holds every refused change of one input. None of the input was
// taken into the books.
type InputError struct {
	// Faults are the refusals in input order: *ChangeError, or the error the
	// input itself reported.
	Faults []error
}

// Error lists the first faults, one per line, and counts the rest.
func (e *InputError) Error() string {
	const shown = 20
	if len(e.Faults) == 1 {
		return e.Faults[0].Error()
	}
	var b strings.Builder
	fmt.Fprintf(&b, "ledger: append: %d faults, nothing was taken in", len(e.Faults))
	for i, f := range e.Faults {
		if i == shown {
			fmt.Fprintf(&b, "\n… and %d more", len(e.Faults)-shown)
			break
		}
		b.WriteString("\n" + f.Error())
	}
	return b.String()
}

// Unwrap returns the faults.
func (e *InputError) Unwrap() []error { return e.Faults }

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
